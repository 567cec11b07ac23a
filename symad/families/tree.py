"""What a family consists of, once read: lines and loops of them; in lines verbatim text, names with indices, folds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from symad.families.whole import Whole


@dataclass(frozen=True, slots=True)
class Verbatim:
    """A token to be copied."""

    text: str
    start: int
    touches: bool


@dataclass(frozen=True, slots=True)
class Number:
    """The value of a formula of whole numbers, as a number: a bare index, or ``{i + 1}``."""

    value: Whole
    start: int
    touches: bool


@dataclass(frozen=True, slots=True)
class Name:
    """A name with values in it: ``x{i}``, ``V{k}_{j+1}``, and ``x[i, j]``, which is ``x{i}_{j}``."""

    parts: tuple[str | Whole, ...]
    start: int
    touches: bool


@dataclass(frozen=True, slots=True)
class Range:
    """From ``low`` to ``high``, both included."""

    low: Whole
    high: Whole


@dataclass(frozen=True, slots=True)
class NameList:
    """``x[1..n]``: the names x1, x2, ... with commas between."""

    base: str
    range: Range
    start: int
    touches: bool


@dataclass(frozen=True, slots=True)
class Fold:
    """``sum(i = 1..n, term)``, ``prod(...)``, or any function of many arguments written so."""

    head: str
    index: str
    range: Range
    term: tuple[Node, ...]
    wrap: bool  # whether the term needs parentheses between operators
    start: int
    touches: bool


Node = Verbatim | Number | Name | NameList | Fold


@dataclass(frozen=True, slots=True)
class Line:
    """One statement, or the header with the list of variables, which ends with a colon."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Loop:
    """``for index = low..high: body``; a ``repeat`` has no index."""

    index: str | None
    range: Range
    body: tuple[Line | Loop, ...]
    start: int
