"""A derivative as text, Markdown, LaTeX, CSV and JSON."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from symad.answers import lines as laying
from symad.answers.latex import derivative_latex, name_latex
from symad.answers.latex import to_latex as formula_latex
from symad.answers.lines import Line
from symad.answers.values import Number
from symad.errors import LimitError
from symad.report.colours import plain
from symad.report.document import finite, finite_map, read_map, read_number
from symad.report.grid import Column, code, markdown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from symad.answers.derivative import Derivative
    from symad.report.colours import Paint

CSV_HEAD = ("derivative", "expression", "value")
LATEX = "latex"  # the form that is shown as LaTeX
PROGRAM = "program"  # one that was asked for is shown as a text


@dataclass(frozen=True, slots=True)
class Shown:
    """A derivative without what it was made from.

    Attributes
    ----------
    text : str
        The formula that was typed.
    form : str
        Of the formulas; "latex" where they are shown as LaTeX.
    slopes : tuple of Line
    lines : tuple of (name, formula)
        What names in the formulas stand for.
    point : mapping of str to float, or None
    note : str
    """

    text: str
    form: str
    slopes: tuple[Line, ...]
    lines: tuple[tuple[str, str], ...]
    point: Mapping[str, float] | None
    note: str


def shown(found: Derivative, text: str, *, latex: bool = False) -> Shown:
    """What is shown of a derivative."""
    slopes = tuple(Line(slope.name, slope.formula, slope.number) for slope in found.slopes)
    return Shown(text, LATEX if latex else found.form, slopes, found.lines, found.at, found.note)


def to_text(found: Shown, width: int, paint: Paint = plain) -> str:
    """A line a derivative; a single one has its value below."""
    del width, paint  # a formula that was asked for is never cut
    if found.form == PROGRAM and not found.note:
        pieces = _statements(found)
    elif found.form == LATEX:
        pieces = [formula_latex(slope.formula) for slope in found.slopes]
        pieces += [f"{name_latex(name)} = {formula_latex(text)}" for name, text in found.lines]
    elif len(found.slopes) == 1:
        (slope,) = found.slopes
        place = f" at {laying.point_text(found.point)}" if found.point else ""
        own = f"{slope.name} = {slope.formula}"
        pieces = [own, *laying.value_line(slope, place), *laying.name_lines(found.lines)]
    else:
        pieces = laying.lines(found)
    return "\n".join(pieces) + "\n"


def _statements(found: Shown) -> list[str]:
    """A program that parses back, a statement a line; then the values."""
    slopes = [slope.formula for slope in found.slopes]
    result = slopes[0] if len(slopes) == 1 else f"({', '.join(slopes)})"
    values = [f"{slope.name} = {_value(slope)}" for slope in found.slopes if slope.number is not None]
    return [*laying.name_lines(found.lines), result, *values]


def latex_lines(found: Shown | Derivative) -> list[str]:
    """An equation a derivative, and one for each name in them."""
    equations = []
    for slope in found.slopes:
        value = "" if slope.number is None else f" = {_number_latex(slope.number.value)}"
        equations.append(f"{derivative_latex(slope.name)} = {formula_latex(slope.formula)}{value}")
    return [*equations, *(f"{name_latex(name)} = {formula_latex(text)}" for name, text in found.lines)]


def _number_latex(value: float) -> str:
    if not math.isfinite(value):
        return r"\text{NaN}" if math.isnan(value) else r"\infty" if value > 0 else r"-\infty"
    digits, e, exponent = laying.number_text(value).partition("e")
    return rf"{digits} \cdot 10^{{{int(exponent)}}}" if e else digits


def to_markdown(found: Shown) -> str:
    """A table of derivatives."""
    head = code(" ".join(found.text.split())) + (f" at {code(laying.point_text(found.point))}" if found.point else "")
    rows = [*found.slopes, *(Line(name, text, None) for name, text in found.lines)]
    columns = [
        Column("derivative", [code(row.name) for row in rows], right=False),
        Column("formula", [code(row.formula) for row in rows], right=False),
    ]
    if found.point is not None:
        columns.append(Column("value", [_value(row) for row in rows]))
    return "\n".join([head, "", *markdown(columns)]) + "\n"


def _value(row: Line) -> str:
    return "" if row.number is None else laying.number_text(row.number.value)


def to_latex(found: Shown) -> str:
    """Equations in an ``align*``."""
    equations = [equation.replace(" = ", " &= ", 1) for equation in latex_lines(found)]
    return "\n".join([r"\begin{align*}", " \\\\\n".join(equations), r"\end{align*}"]) + "\n"


def csv_rows(found: Shown) -> Iterator[list[object]]:
    """One row a derivative, then one a name."""
    for slope in found.slopes:
        yield [slope.name, slope.formula, _value(slope)]
    for name, text in found.lines:
        yield [name, text, ""]


def to_dict(found: Shown) -> dict[str, object]:
    """The same as data for JSON."""
    return {
        "formula": found.text,
        "form": found.form,
        "note": found.note or None,
        **finite_map("point", found.point or {}),
        "derivatives": [_slope(slope) for slope in found.slopes],
        "names": [{"name": name, "formula": text, "latex": _latex(text)} for name, text in found.lines],
    }


def _latex(formula: str) -> str | None:
    """The formula in LaTeX; None where it is too long for it."""
    try:
        return formula_latex(formula)
    except LimitError:
        return None


def _slope(slope: Line) -> dict[str, object]:
    data: dict[str, object] = {"name": slope.name, "formula": slope.formula, "latex": _latex(slope.formula)}
    number = slope.number
    if number is None:
        return data
    data |= {**finite("value", number.value), "reason": number.reason or None}
    return data | ({**finite("low", number.low), **finite("high", number.high)} if number.reason == "kink" else {})


def from_dict(data: Mapping[str, Any], machine: object = None, settings: object = None) -> Shown:
    """What such data holds."""
    del machine, settings  # nothing was measured
    slopes = tuple(Line(one["name"], one["formula"], _read(one)) for one in data["derivatives"])
    lines = tuple((one["name"], one["formula"]) for one in data["names"])
    point = read_map(data, "point")
    return Shown(data["formula"], data["form"], slopes, lines, point or None, data["note"] or "")


def _read(one: Mapping[str, Any]) -> Number | None:
    if "value" not in one:
        return None
    value, low, high = (read_number(one, key) if key in one else math.nan for key in ("value", "low", "high"))
    numbers = [math.nan if number is None else number for number in (value, low, high)]
    return Number(numbers[0], one["reason"] or "", *numbers[1:])
