"""A derivative as lines of text: equals signs in one column, long formulas cut at an operator."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from symad.formula.numbers import shortest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from symad.answers.values import Number

CUT = 72  # columns after which a formula is cut
_MORE = " ..."
_DIFF = ", ... (symad diff)"
_MARGIN = 8  # columns that a formula leaves free
_WORDS = {"jump": "a jump here", "boundary": "from one side", "outside the domain": "no slope here"}


class Slope(Protocol):
    """What a line holds."""

    @property
    def name(self) -> str: ...
    @property
    def formula(self) -> str: ...
    @property
    def number(self) -> Number | None: ...


class Derivative(Protocol):
    """What the lines hold."""

    @property
    def form(self) -> str: ...
    @property
    def slopes(self) -> Sequence[Slope]: ...
    @property
    def lines(self) -> Sequence[tuple[str, str]]: ...


@dataclass(frozen=True, slots=True)
class Line:
    """One derivative as it is shown: its name, its formula, and its number at the point."""

    name: str
    formula: str
    number: Number | None


def number_text(value: float) -> str:
    """The shortest digits of a double; -0 is 0."""
    return shortest(value + 0.0)


def note(number: Number) -> str:
    """What there is to say of a number: the slopes on both sides of a kink."""
    if number.reason == "kink":
        return f"(from {number_text(number.low)} to {number_text(number.high)})"
    if number.is_doubtful:
        return "(doubtful)"
    return f"({_WORDS[number.reason]})" if number.reason in _WORDS else ""


def point_text(at: Mapping[str, float]) -> str:
    """A point: ``x = 2, y = 1``."""
    return ", ".join(f"{name} = {number_text(value)}" for name, value in at.items())


def lines(derivative: Derivative, *, width: int | None = None) -> list[str]:
    """A line for each slope, and for each name in them; with a point the values in a column.

    Parameters
    ----------
    derivative : Derivative
    width : int, optional
        Columns of a line. Formulas are cut at an operator so that they fit, after `CUT` columns at most.
    """
    return [*slope_lines(derivative.slopes, width=width), *name_lines(derivative.lines)]


def name_lines(found: Sequence[tuple[str, str]]) -> list[str]:
    """A line for each name in a derivative."""
    return [f"{name} = {text}" for name, text in found]


def slope_lines(slopes: Sequence[Slope], *, width: int | None = None) -> list[str]:
    """The lines of some slopes: ``df/dx = formula = value``, the signs in columns."""
    wide = max(len(slope.name) for slope in slopes)
    values = ["" if slope.number is None else number_text(slope.number.value) for slope in slopes]
    notes = [note(slope.number) if slope.number else "" for slope in slopes]
    if not any(values):
        return [shortened(f"{slope.name:{wide}} = {slope.formula}", room(width)) for slope in slopes]
    ends = [
        f"{value:{max(map(len, values)) if any(notes) else 0}}   {said}".rstrip()
        for value, said in zip(values, notes, strict=True)
    ]
    most = None if width is None else min(room(width) or CUT, width - 3 - max(map(len, ends)))
    formulas = [shortened(f"{slope.name:{wide}} = {slope.formula}", most) for slope in slopes]
    broad = max(map(len, formulas))
    return [f"{formula:{broad}} = {end}" for formula, end in zip(formulas, ends, strict=True)]


def room(width: int | None) -> int | None:
    """Columns of a formula in lines of this width: 72 of 80."""
    return None if width is None else min(CUT, width - _MARGIN)


def shortened(text: str, most: int | None) -> str:
    """A text cut behind an operator, so that with `` ...`` it has at most so many columns."""
    if most is None or len(text) <= most:
        return text
    ends = [match.end() for match in re.finditer(r"(?<![*(,])\*(?!\*)|/| [-+](?= )", text) if match.end() + 4 <= most]
    return f"{text[: ends[-1]]}{_MORE}" if ends else f"{text[: max(most - 4, 1)]}{_MORE}"


def first_screen(derivative: Derivative, *, width: int = 80, most: int = 8, several: int = 4) -> list[str]:
    """The lines of `symad compare`: at most `most`, else the last slopes, the shortest first, and how many more."""
    slopes = list(derivative.slopes)
    if derivative.form == "program":
        slopes = [Line(slope.name, "(a program: symad diff)", slope.number) for slope in slopes]
    if len(slopes) == 1:
        return _one(derivative, slopes[0], width)
    if len(slopes) <= most:
        return slope_lines(slopes, width=width)
    last = sorted(slopes[-several:], key=lambda slope: len(slope.formula))
    return [*slope_lines(last, width=width), f"({len(slopes) - several} more: symad diff)"]


def _one(derivative: Derivative, slope: Slope, width: int) -> list[str]:
    """One slope with the lines of its names as far as they fit; its value below."""
    own = f"{slope.name} = {slope.formula}"
    more = [f"{name} = {text}" for name, text in derivative.lines] if derivative.form != "program" else []
    whole = ", ".join([own, *more])
    fits = len(whole) <= width - _MARGIN
    return [whole if fits else _as_far_as_it_fits(own, more, width), *value_line(slope)]


def value_line(slope: Slope, point: str = "") -> list[str]:
    """The value below a formula, its equals sign below the other; no line without a point."""
    if slope.number is None:
        return []
    said = note(slope.number)
    return [f"{'':{len(slope.name)}} = {number_text(slope.number.value)}{point}{said and '   '}{said}"]


def _as_far_as_it_fits(own: str, more: Sequence[str], width: int) -> str:
    if len(own) > width - _MARGIN or not more:
        return shortened(own, room(width))
    text = own
    for piece in more:
        longer = f"{text}, {piece}"
        if len(longer) + len(_DIFF) > width:
            break
        text = longer
    return text + _DIFF
