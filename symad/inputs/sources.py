"""Where formulas and numbers of a command come from: arguments, files, standard input. Evaluates nothing by itself."""

from __future__ import annotations

import csv
import io
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from symad.errors import ParseError, SymadError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from symad.formula.expression import Expression
    from symad.inputs.points import Interval

_NAMED = re.compile(r"\s*(?P<name>[^\s:;,()=*/+^-][^:;,()=]*?)\s*:(?!=)\s*")
_NEXT_NAME = re.compile(r",(?=\s*[A-Za-z_]\w*(?:\[[0-9\s,]*\])?\s*=(?!=))")
_INDEXED = re.compile(r"([A-Za-z_]\w*)\[\s*([0-9]+(?:\s*,\s*[0-9]+)*)\s*\]")


class SourceError(SymadError, ValueError):
    """An argument or a file that cannot be read as what it should be."""


@dataclass(frozen=True, slots=True)
class Source:
    """One formula: its name ("" for none), its text, and where it stands ("" on the command line)."""

    name: str
    text: str
    where: str = ""


def read(formula: str | None, path: str | None) -> list[Source]:
    """The formulas of a command."""
    if formula is not None and path is not None:
        raise SourceError("give either a formula or -f FILE, not both")
    if formula is None and path is None:
        raise SourceError('a formula is missing: give one in quotes, such as "x**2 + sin(x)", or -f FILE')
    if formula is not None and formula.strip() != "-":
        return [Source("", formula[1:] if formula.startswith(" -") else formula)]
    sources = list(_lines("-" if path is None else path))
    if not sources:
        raise SourceError(f"{'standard input' if path in (None, '-') else path}: there is no formula in it")
    return sources


def parsed(source: Source, n: int | None = None, *, alone: bool = True) -> Expression:
    """The formula of a source at size `n`; among several, one in which n does not occur is what it is without."""
    from symad.formula.parsing import parse, read, size_of

    if n is None:
        return parse(source.text)
    return read(source.text, size=("n", size_of(n)), size_must_occur=alone)


def text_of(path: str) -> str:
    """The text of a file; - is standard input."""
    try:
        raw = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
        return raw.decode("utf-8-sig")
    except OSError as error:
        raise SourceError(f"{path}: {(error.strerror or str(error)).lower()}") from error
    except UnicodeDecodeError as error:
        raise SourceError(f"{_label(path)}: this is no UTF-8 text (byte {error.start})") from error


def _label(path: str) -> str:
    return "standard input" if path == "-" else path


def _lines(path: str) -> Iterator[Source]:
    label = _label(path)
    for number, line in enumerate(text_of(path).splitlines(), 1):
        body = line.partition("#")[0].rstrip()
        if body.strip():
            match = _NAMED.match(body)
            name = match["name"] if match else ""
            yield Source(name, body[match.end() :] if match else body, f"{label}, line {number}")


def located(source: Source, error: SymadError) -> str:
    """The message of an error with the place of its formula before it."""
    message = str(error)
    if not source.where:
        return message
    if isinstance(error, ParseError) and error.column:
        _, _, picture = message.partition("\n")
        message = f"{error.reason}\n{picture}"
    name = f" ({source.name})" if source.name else ""
    return f"{source.where}{name}: {message}"


def assignments(given: Sequence[str], option: str, example: str) -> dict[str, str]:
    """``NAME=TEXT`` arguments, several in one where a comma stands between."""
    found: dict[str, str] = {}
    for argument in given:
        for piece in _NEXT_NAME.split(argument):
            name, equals, text = (part.strip() for part in piece.partition("="))
            if not equals or not name or not text:
                raise SourceError(f"{option} {argument}: write {option} {example}")
            name = _plain(name)
            if name in found:
                raise SourceError(f"{option}: {name} is given twice")
            found[name] = text
    return found


def _plain(name: str) -> str:
    """The name that x[2] or x[1, 2] is short for: x2, x1_2."""
    match = _INDEXED.fullmatch(name)
    return match[1] + "_".join(index.strip().lstrip("0") or "0" for index in match[2].split(",")) if match else name


def number(text: str, what: str) -> float:
    """A number: digits, inf, nan, or a formula without variables such as pi/3."""
    try:
        return float(text)
    except ValueError:
        return _constant(text, what)


def _constant(text: str, what: str) -> float:
    from symad.formula.parsing import parse

    try:
        expression = parse(text, variables=())
        if expression.n_outputs != 1:
            raise SourceError(f"{what}: {text!r} is not one number")
    except ParseError as error:
        raise SourceError(f"{what}: {text!r} is no number ({error.reason})") from error
    return float(expression.compile().value(()))


def numbers(given: Sequence[str]) -> dict[str, float]:
    """What --at gives, by name."""
    pairs = assignments(given, "--at", "NAME=NUMBER, such as --at x=2")
    return {name: number(piece, f"--at {name}") for name, piece in pairs.items()}


def at_table(given: Sequence[str]) -> str | None:
    """The file that --at names, a table of points; None where it gives numbers by name."""
    files = [one for one in given if one.strip() == "-" or ("=" not in one and one.strip().lower().endswith(".csv"))]
    if files and len(given) > 1:
        raise SourceError(f"--at {files[0]}: a file of points stands alone, or give --at NAME=NUMBER")
    return files[0].strip() if files else None


def table(path: str) -> tuple[list[str], list[list[str]]]:
    """Header and rows of a CSV file; - is standard input. Empty lines are left out."""
    label = _label(path)
    rows = [
        [cell.strip() for cell in row] for row in csv.reader(io.StringIO(text_of(path))) if any(map(str.strip, row))
    ]
    if len(rows) < 2:
        raise SourceError(f"{label}: a header with the names of the variables and at least one row are needed")
    header = rows[0]
    twice = next((name for k, name in enumerate(header) if name in header[:k]), None)
    if twice is not None:
        raise SourceError(f"{label}: the column {twice} is there twice")
    return header, rows[1:]


def columns(path: str, variables: Sequence[str]) -> tuple[list[list[float]], list[str]]:
    """The rows of a CSV file as points, columns in the order of the variables; the names of the other columns."""
    (header, rows), label = table(path), _label(path)
    missing = [name for name in variables if name not in header]
    if missing:
        shown = ", ".join(header[:8]) + (", ..." if len(header) > 8 else "")
        raise SourceError(f"{label}: no column {missing[0]} for the variable {missing[0]} (columns: {shown})")
    places = [header.index(name) for name in variables]
    points = []
    for place_in_file, row in enumerate(rows, 2):
        if len(row) != len(header):
            raise SourceError(f"{label}, row {place_in_file}: {len(row)} cells under {len(header)} columns")
        points.append([_cell(row[place], f"{label}, row {place_in_file}, {header[place]}") for place in places])
    return points, [name for name in header if name not in variables]


def _cell(text: str, where: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise SourceError(f"{where}: {text!r} is no number") from None


def intervals(given: Sequence[str]) -> dict[str, Interval]:
    """What --domain gives, by name."""
    pairs = assignments(given, "--domain", "NAME=LOW:HIGH, such as --domain x=0:1 or x=1e-6:1:log")
    return {name: interval(piece, f"--domain {name}") for name, piece in pairs.items()}


def interval(text: str, what: str) -> Interval:
    """``LOW:HIGH`` as two numbers, with ``:log`` behind it as three things."""
    low, *more = text.split(":")
    if len(more) not in (1, 2) or more[1:] not in ([], ["log"]):
        raise SourceError(f"{what}: write LOW:HIGH, such as 0:1, or LOW:HIGH:log, not {text!r}")
    ends = number(low, what), number(more[0], what)
    return (*ends, "log") if len(more) == 2 else ends
