"""The derivatives of a first screen: names, formulas and values aligned, long formulas cut at an operator."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from symad.formula import numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from symad.answers.facts import Answer, Slope

LONGEST = 72  # columns of a formula on a line
MOST = 8  # lines of all derivatives
LAST = 4  # variables that are shown of many
_MORE = " ..."
_ELSEWHERE = "symad diff"
_OPERATOR = re.compile(r" [+-] |\*\*|[*/]|, ")


def lines(answer: Answer, width: int, room: int) -> list[str]:
    """The lines, at most eight of them and at most as many as there is room for."""
    slopes = [one for one in answer.slopes if one.formula or one.value is not None]
    if not slopes:
        return []
    most = min(MOST, room)
    if len(slopes) == 1:
        return _only(slopes[0], answer.lines, width, most)
    chosen = slopes if len(slopes) <= most else _few(slopes, most)
    found = _aligned(chosen, width)
    if len(chosen) < len(slopes):
        return [*found, f"({len(slopes) - len(chosen):,} more: {_ELSEWHERE})"][:most]
    return [*found, *_definitions(answer.lines, width, most - len(found))]


def written(answer: Answer, *, values: bool = False) -> list[str]:
    """Every derivative and every line it refers to, whole; with its value if that is asked for."""
    slopes = [
        " = ".join(part for part in (one.name, one.formula, _value(one) if values else "") if part)
        for one in answer.slopes
        if one.formula or (values and one.value is not None)
    ]
    return [*slopes, *(f"{name} = {formula}" for name, formula in answer.lines)]


def _few(slopes: Sequence[Slope], most: int) -> list[Slope]:
    """The last ones, shortest first."""
    last = list(slopes[-min(LAST, max(most - 1, 1)) :])
    return sorted(last, key=lambda one: len(one.formula))


def _only(slope: Slope, named: Sequence[tuple[str, str]], width: int, most: int) -> list[str]:
    """One derivative: its formula, what the names in it stand for, its value."""
    value = _value(slope)
    head = f"{slope.name} = "
    text = ", ".join([slope.formula, *(f"{name} = {formula}" for name, formula in named)])
    if not slope.formula:
        return [f"{head}{value}"]
    shown = cut(text, min(LONGEST, width - len(head)), f", ... ({_ELSEWHERE})" if named else _MORE)
    below = [f"{' ' * (len(head) - 2)}= {value}"] if value and most > 1 else []
    return [f"{head}{shown}", *below]


def _value(slope: Slope) -> str:
    """The value, unless the formula is nothing else."""
    if slope.value is None:
        return ""
    shown = numbers.shortest(slope.value)
    if slope.between is None:
        return "" if shown == slope.formula else shown
    return f"{shown}   (from {numbers.brief(slope.between[0])} to {numbers.brief(slope.between[1])})"


def _aligned(slopes: Sequence[Slope], width: int) -> list[str]:
    """Several: equals signs below each other; formulas are cut so that the values stay whole."""
    values = [_value(one) for one in slopes]
    names = max(len(one.name) for one in slopes)
    beside = max(len(value) for value in values)
    room = width - names - 3 - (beside + 3 if beside else 0)
    shown = [cut(one.formula, min(LONGEST, room), _MORE) for one in slopes]
    broad = max(map(len, shown))
    found = []
    for one, text, value in zip(slopes, shown, values, strict=True):
        middle = f" = {text.ljust(broad) if beside else text}" if broad else ""
        found.append(f"{one.name.ljust(names)}{middle}{f' = {value}' if value else ''}".rstrip()[:width])
    return found


def _definitions(named: Sequence[tuple[str, str]], width: int, room: int) -> list[str]:
    """Names that the slopes use, as far as there is room."""
    if not named or room < 1:
        return []
    found = [cut(f"{name} = {formula}", min(LONGEST, width), _MORE) for name, formula in named]
    return found if len(found) <= room else [*found[: room - 1], f"({len(found) - room + 1:,} more: {_ELSEWHERE})"]


def cut(text: str, limit: int, more: str) -> str:
    """A formula of at most so many columns, cut behind an operator.

    >>> cut("x*y + sin(x*y)*cos(x)", 14, " ...")
    'x*y + ...'
    """
    if len(text) <= limit:
        return text
    ends = [found.end() for found in _OPERATOR.finditer(text) if len(text[: found.end()].rstrip()) + len(more) <= limit]
    return f"{text[: ends[-1]].rstrip().rstrip(',')}{more}" if ends else more.strip()
