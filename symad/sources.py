"""Where formulas and numbers of a command come from: arguments, files, standard input. Evaluates nothing by itself."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from symad.errors import ParseError, SymadError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from symad.expression import Expression

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
    from symad.parsing import parse, read, size_of

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
    from symad.parsing import parse

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


def intervals(given: Sequence[str]) -> dict[str, tuple[float, float]]:
    """What --domain gives, by name."""
    pairs = assignments(given, "--domain", "NAME=LOW:HIGH, such as --domain x=0:1")
    return {name: interval(piece, f"--domain {name}") for name, piece in pairs.items()}


def interval(text: str, what: str) -> tuple[float, float]:
    """``LOW:HIGH`` as two numbers."""
    low, colon, high = text.partition(":")
    if not colon:
        raise SourceError(f"{what}: write LOW:HIGH, such as 0:1, not {text!r}")
    return number(low, what), number(high, what)
