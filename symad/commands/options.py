"""Arguments that several commands take, and what they may hold. Light: nothing of NumPy or SymPy."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

FORMATS = ("table", "markdown", "csv", "latex", "html", "json", "jsonl")


def add_formula(parser: argparse.ArgumentParser) -> None:
    """The formula, or a file of them."""
    parser.add_argument("formula", nargs="?", help="the formula, in quotes; - reads formulas from standard input")
    parser.add_argument("-f", "--file", metavar="FILE", help="read formulas from FILE, one a line (-: standard input)")
    add_whole(parser)
    add_size(parser)


def add_size(parser: argparse.ArgumentParser) -> None:
    """The size of a family."""
    parser.add_argument(
        "--n", metavar="SIZE", type=size, help="what n stands for in a family, such as sum(i = 1..n, x[i]**2)"
    )


def add_whole(parser: argparse.ArgumentParser) -> None:
    """How a file is read that could be one program or one formula a line."""
    parser.add_argument(
        "--program", action="store_true", help="read FILE as one program; a line `name:` begins another"
    )
    parser.add_argument(
        "--lines", action="store_true", help="read FILE as one formula a line, even if a line uses what another binds"
    )


def add_verdict_format(parser: argparse.ArgumentParser) -> None:
    """The form of an answer that is a sentence or data."""
    parser.add_argument("--format", choices=("text", "json"), default="text", help="form of the answer (default: text)")


def add_point(parser: argparse.ArgumentParser, *, table: bool = False) -> None:
    """One point, by name, or a table of points."""
    more = "; or points.csv, whose header names the variables (-: standard input)" if table else ""
    parser.add_argument(
        "--at",
        metavar="NAME=NUMBER",
        action="append",
        default=[],
        help=f"the point, for example --at x=2 --at y=pi/3{more}",
    )


def add_no_check(parser: argparse.ArgumentParser) -> None:
    """Whether anybody asks what is doubtful."""
    parser.add_argument("--no-check", action="store_true", help="do not check the numbers against their error bound")


def add_check(parser: argparse.ArgumentParser) -> None:
    """The same, and what counts as a doubtful number."""
    add_no_check(parser)
    parser.add_argument("--refine", action="store_true", help="compute doubtful numbers again with more digits")
    parser.add_argument(
        "--rtol", metavar="R", type=tolerance, default=1e-9,
        help="a number is doubtful if it may be wrong by more than R of itself (default: 1e-9)",
    )  # fmt: skip


def add_answer(parser: argparse.ArgumentParser, formats: Sequence[str] = FORMATS) -> None:
    """Form and place of the answer; the first format is the default."""
    parser.add_argument(
        "--format", choices=formats, default=formats[0], help=f"form of the answer (default: {formats[0]})"
    )
    add_place(parser)


def add_details(parser: argparse.ArgumentParser) -> None:
    """All columns instead of one screen."""
    parser.add_argument(
        "--details", action="store_true", help="all columns of all methods: counts, swell, memory, build times, errors"
    )


def add_place(parser: argparse.ArgumentParser) -> None:
    """Where the answer goes."""
    parser.add_argument("-o", "--output", metavar="FILE", help="write the answer to FILE instead of standard output")


def count(text: str) -> int:
    """A positive whole number."""
    if not text.isascii() or not text.isdigit() or len(text) > 9 or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text.strip()!r} is no positive whole number")
    return int(text)


def tolerance(text: str) -> float:
    """A number from 0 to 1, 1 excluded."""
    try:
        found = float(text)
    except ValueError:
        found = -1.0
    if not 0 <= found < 1:
        raise argparse.ArgumentTypeError(f"{text.strip()!r} is no tolerance: a number such as 1e-9, below 1")
    return found


def size(text: str) -> int:
    """The size of a family; its limits are the parser's."""
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise argparse.ArgumentTypeError(f"{text.strip()!r} is no size: write one whole number, such as 4")
    return int(text)


def seconds(text: str) -> float:
    """A positive number of seconds."""
    try:
        found = float(text)
    except ValueError:
        found = 0.0
    if not 0 < found < float("inf"):
        raise argparse.ArgumentTypeError(f"{text.strip()!r} is no positive number of seconds")
    return found
