"""``symad study``: how every method grows with the size of a family of formulas."""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from symad.commands import output
from symad.commands.options import add_answer, add_point, count, seconds
from symad.commands.statuses import AGREE, INTERRUPTED

if TYPE_CHECKING:
    from symad.formula.families import Family
    from symad.studies.study import Study

HELP = "how the cost of each way of differentiating grows with the size of a family of formulas"
FORMATS = ("table", "json", "markdown", "csv", "html", "svg", "png")
_SUFFIXES = {".json": "json", ".md": "markdown", ".csv": "csv", ".html": "html", ".svg": "svg", ".png": "png"}
_MOST = 10_000  # sizes


def add_options(parser: argparse.ArgumentParser) -> None:
    """The family, its sizes, where to evaluate, and the form of the answer."""
    parser.add_argument(
        "family",
        nargs="?",
        help='a program with the size n, such as "l = x; repeat n: l = 4*l*(1 - l)", "sum(i = 1..n, x[i]**2)" or '
        '"for i = 1..n: {...}"; - reads it from standard input',
    )
    parser.add_argument("-f", "--file", metavar="FILE", help="read the family from FILE, which holds nothing else")
    parser.add_argument(
        "--n", metavar="SIZES", required=True, type=sizes, help="sizes: 1:12, 0:50:10 (in steps of 10), 1,2,4,8"
    )
    add_point(parser, table=True)
    parser.add_argument(
        "--domain",
        metavar="NAME=LOW:HIGH",
        action="append",
        default=[],
        help="draw points from this interval; that of x is also for x1, x2, ... (default: 0.5:2 for each)",
    )
    parser.add_argument("--points", metavar="N", type=count, help="number of points to draw (default: 5)")
    parser.add_argument("--methods", metavar="KEYS", help="as for compare, with commas between them")
    parser.add_argument("--seed", metavar="N", type=int, default=0, help="seed of the draws (default: 0)")
    parser.add_argument(
        "--budget",
        metavar="SECONDS",
        type=seconds,
        help="wall clock for each size (default: 10); larger sizes of what exceeds its share of it are left out",
    )
    parser.add_argument("--expand", action="store_true", help="only write the programs out, one a line")
    add_answer(parser, FORMATS)
    parser.set_defaults(format=None)


def sizes(text: str) -> list[int]:
    """Sizes in order: ranges with both ends included, and lists."""
    found: set[int] = set()
    for piece in text.split(","):
        parts = piece.strip().replace("..", ":").split(":")
        if len(parts) > 3 or not all(part.strip().isascii() and part.strip().isdigit() for part in parts):
            raise argparse.ArgumentTypeError(f"{piece.strip()!r} is no size: write 1:12, 0:50:10 or 1,2,4,8")
        low, high, step = (*map(int, parts), *[int(parts[0]), 1][len(parts) - 1 :])[:3]
        if high < low or step < 1:
            raise argparse.ArgumentTypeError(f"{piece.strip()!r} is an empty range: write LOW:HIGH or LOW:HIGH:STEP")
        if (high - low) // step >= _MOST:
            raise argparse.ArgumentTypeError(f"{piece.strip()!r} is more than {_MOST:,} sizes")
        found.update(range(low, high + 1, step))
    return sorted(found)


def run(options: argparse.Namespace) -> int:
    """Study one family; after an interrupt with what was done until then."""
    from symad.errors import SymadError
    from symad.formula.families import Family

    try:
        form = _form(options)
        output.check_folder(options.output)
        family = Family(_text(options))
        if options.expand:
            output.write("".join(f"{family.program(n)}\n" for n in options.n), options.output)
            return AGREE
        found = _studied(family, options)
        _write(found, form, options)
    except SymadError as error:
        return output.refuse(str(error), debug=options.debug)
    if not found.complete:
        output.say(f"interrupted; this is what was done up to n = {found.sizes[-1]}")
    return AGREE if found.complete else INTERRUPTED


def _form(options: argparse.Namespace) -> str:
    """The format asked for, or the one that the name of the file means."""
    from symad.inputs.sources import SourceError

    suffix = Path(options.output or "").suffix.lower()
    output.check_form(options.output, (".svg", ".png"), "a study")
    form = str(options.format or _SUFFIXES.get(suffix, "table"))
    if form == "png" and options.output in (None, "-"):
        raise SourceError("a PNG is not for the terminal: add -o FILE.png")
    return form


def _text(options: argparse.Namespace) -> str:
    from symad.inputs.sources import SourceError, text_of

    if (options.family is None) == (options.file is None):
        raise SourceError('give a family, such as "l = x; repeat n: l = 4*l*(1 - l)", or -f FILE')
    path = "-" if options.family == "-" else options.file
    if path is None:
        return str(options.family).removeprefix(" ")
    return text_of(path)


def _studied(family: Family, options: argparse.Namespace) -> Study:
    from symad.inputs.sources import intervals
    from symad.studies.study import N_POINTS, study

    chosen: dict[str, Any] = {"n_points": options.points or N_POINTS, "seed": options.seed, "budget": options.budget}
    chosen["methods"] = options.methods
    chosen |= {"at": _at(options), "domain": intervals(options.domain)}
    show = output.wipes(sys.stderr)

    def progress(n: int, done: int) -> None:
        output.progress(f"n = {n} ({done + 1} of {len(options.n)})")

    try:
        return study(family, options.n, progress=progress if show else None, **chosen)
    finally:
        if show:
            output.progress("")


def _at(options: argparse.Namespace) -> dict[str, float]:
    """The point: by name, or the one row of a table."""
    from symad.inputs.sources import SourceError, at_table, numbers, table

    path = at_table(options.at)
    if path is None:
        return numbers(options.at)
    read = table(path)
    if len(read.rows) > 1:
        raise SourceError(f"study takes one point; {read.label} holds {len(read.rows)}")
    return dict(zip(read.header, read.points(read.header)[0], strict=True))


def _write(found: Study, form: str, options: argparse.Namespace) -> None:
    from symad.report import curves, grid, html, study

    if form in curves.FORMATS:
        picture = curves.drawn(found, form)
        if form == "png":
            output.write_bytes(picture, options.output)
        else:
            output.write(picture.decode(), options.output)
        return
    width = shutil.get_terminal_size((grid.DEFAULT_WIDTH, 24)).columns
    write = {"json": lambda: found.to_json(), "markdown": lambda: study.to_markdown(found)}
    write["html"] = lambda: html.page(found.to_dict(), [(found.family, found)])
    write |= {"csv": lambda: study.to_csv(found), "table": lambda: study.to_text(found, width)}
    output.write(write[form](), options.output)
