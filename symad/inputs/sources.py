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
from symad.formula.names import listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from symad.formula.expression import Expression
    from symad.inputs.points import Interval

NAMED = re.compile(r"\s*(?P<name>(?!(?:repeat|for|lambda)\b)[^\s:;,()=*/+^?<>-][^:;,()=?<>]*?)\s*:(?!=)\s*")
_NEXT_NAME = re.compile(r",(?=\s*[A-Za-z_]\w*(?:\[[0-9\s,]*\])?\s*=(?!=))")


class SourceError(SymadError, ValueError):
    """An argument or a file that cannot be read as what it should be."""


@dataclass(frozen=True, slots=True)
class Source:
    """One formula: its name ("" for none), its text, and where it stands ("" on the command line).

    Of a program in a file `where` is the file and `first_line` where it begins; a formula of one line has 0 there.
    """

    name: str
    text: str
    where: str = ""
    first_line: int = 0


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
        raise SourceError(f"{where(path)}: this is no UTF-8 text (byte {error.start})") from error


def where(path: str) -> str:
    """What a file is called; - is standard input."""
    return "standard input" if path == "-" else path


def _lines(path: str) -> Iterator[Source]:
    label = where(path)
    for number, line in enumerate(text_of(path).splitlines(), 1):
        body = line.partition("#")[0].rstrip()
        if body.strip():
            match = NAMED.match(body)
            name = match["name"] if match else ""
            yield Source(name, body[match.end() :] if match else body, f"{label}, line {number}")


def located(source: Source, error: SymadError) -> str:
    """The message of an error with the place of its formula before it."""
    message = str(error)
    if not source.where:
        return message
    place = source.where
    if isinstance(error, ParseError) and error.column:
        _, _, picture = message.partition("\n")
        message = f"{error.reason}\n{picture}"
        if source.first_line:
            place += f", line {source.first_line + error.line - 1}, column {error.column}"
    name = f" ({source.name})" if source.name else ""
    return f"{place}{name}: {message}"


def assignments(given: Sequence[str], option: str, example: str) -> dict[str, str]:
    """``NAME=TEXT`` arguments, several in one where a comma stands between."""
    found: dict[str, str] = {}
    for argument in given:
        for piece in _NEXT_NAME.split(argument):
            name, equals, text = (part.strip() for part in piece.partition("="))
            if not equals or not name or not text:
                raise SourceError(f"{option} {argument}: write {option} {example}")
            name = plain(name)
            if name in found:
                raise SourceError(f"{option}: {name} is given twice")
            found[name] = text
    return found


def plain(name: str) -> str:
    """The name that x[2] or x[1, 2] is short for: x2, x1_2."""
    from symad.inputs.points import plain  # which loads NumPy

    return plain(name)


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


@dataclass(frozen=True, slots=True)
class Table:
    """The points of a CSV file: its name, the names in its header, the cells of its rows."""

    label: str
    header: list[str]
    rows: list[list[str]]

    def points(self, variables: Sequence[str]) -> list[list[float]]:
        """The rows as points, columns in the order of the variables."""
        missing = [name for name in variables if name not in self.header]
        if missing:
            shown = listed(self.header)
            raise SourceError(f"{self.label}: no column {missing[0]} for the variable {missing[0]} (columns: {shown})")
        places = [self.header.index(name) for name in variables]
        points = []
        for line, row in enumerate(self.rows, 2):
            if len(row) != len(self.header):
                raise SourceError(f"{self.label}, row {line}: {len(row)} cells under {len(self.header)} columns")
            points.append([_cell(row[k], f"{self.label}, row {line}, {self.header[k]}") for k in places])
        return points

    def note(self, variables: Sequence[str]) -> str:
        """What is said of columns that are no variable; "" where there are none."""
        others = [name for name in self.header if name not in variables]
        shown = listed(others)
        is_left = "is no variable and is" if len(others) == 1 else "are no variables and are"
        return f"note: {shown} of {self.label} {is_left} left out" if others else ""


def table(path: str) -> Table:
    """A CSV file of points; - is standard input. Empty lines are left out."""
    label = where(path)
    rows = [
        [cell.strip() for cell in row] for row in csv.reader(io.StringIO(text_of(path))) if any(map(str.strip, row))
    ]
    if len(rows) < 2:
        raise SourceError(f"{label}: a header with the names of the variables and at least one row are needed")
    header = [plain(name) for name in rows[0]]
    twice = next((name for k, name in enumerate(header) if name in header[:k]), None)
    if twice is not None:
        raise SourceError(f"{label}: the column {twice} is there twice")
    return Table(label, header, rows[1:])


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
