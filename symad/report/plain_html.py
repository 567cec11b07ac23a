"""Values, and a derivative, as bodies of reports: short answers without a measurement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from symad.answers import lines as laying
from symad.formula.numbers import shortest
from symad.report import html_parts, mathml
from symad.report.html_parts import code, paragraph, part, table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from symad.report.derivative import Shown
    from symad.report.values import Values


def derivative(found: Shown, entry: Mapping[str, Any], room: int) -> tuple[str, str]:
    """Each derivative set as a formula, all of them as a table."""
    names = [found.text, *(text for _, text in found.lines)]
    shown = [mathml.equations(names[0])]
    shown += [mathml.slope(one.name, one.formula) for one in found.slopes]
    shown += [mathml.equations(text, name) for name, text in found.lines]
    rows = [
        (one.name, code(one.formula), "" if one.number is None else laying.number_text(one.number.value))
        for one in found.slopes
    ]
    rows += [(name, code(text), "") for name, text in found.lines]
    first = paragraph(found.note, "doubtful") + "".join(f'<p class="set">{one}</p>\n' for one in shown if one)
    rest = "".join(
        [
            paragraph(f"at {laying.point_text(found.point)}" if found.point else ""),
            table(("derivative", "formula", "value"), rows, "derivatives", words=(1,)),
            part("Every number", html_parts.every(entry, "the answer")),
        ]
    )
    return first, rest


def values(found: Values, entry: Mapping[str, Any], room: int) -> tuple[str, str]:
    """The numbers, at which point."""
    at = ", ".join(f"{name} = {shortest(x)}" for name, x in found.point.items())
    shown = mathml.equations(found.formula, found.names[0] if found.names else "f")
    rows = html_parts.every({key: one for key, one in entry.items() if key != "formula"}, "values")
    return (f'<p class="set">{shown}</p>\n' if shown else "") + paragraph(f"at {at}" if at else ""), rows
