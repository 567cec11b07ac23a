"""Values and derivatives at one point as text, JSON and Markdown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from symad.report.document import finite, finite_map
from symad.report.grid import Column, aligned, code, markdown
from symad.report.numbers import shortest

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Values:
    """Outputs of a formula at a point; `slopes` holds one mapping an output, or nothing."""

    formula: str
    point: Mapping[str, float]
    outputs: tuple[float, ...]
    slopes: tuple[Mapping[str, float], ...] | None


def to_text(values: Values, width: int) -> str:
    """Bare numbers, or with slopes a name before each."""
    del width  # a number is never cut
    if values.slopes is None:
        return "".join(f"{shortest(x)}\n" for x in values.outputs)
    entries = _entries(values)
    name = Column("", [name for name, _ in entries], right=False)
    number = Column("", [number for _, number in entries], right=False)
    return "\n".join(aligned([name, number])[2:]) + "\n"


def to_markdown(values: Values) -> str:
    """A table of names and numbers."""
    entries = _entries(values)
    point = ", ".join(f"{name} = {shortest(x)}" for name, x in values.point.items())
    head = code(" ".join(values.formula.split())) + (f" at {code(point)}" if point else "")
    name = Column("name", [code(name) for name, _ in entries], right=False)
    number = Column("value", [number for _, number in entries])
    return "\n".join([head, "", *markdown([name, number])]) + "\n"


def to_dict(values: Values) -> dict[str, object]:
    """The same as data for JSON: one entry an output."""
    outputs: list[dict[str, object]] = []
    for k, value in enumerate(values.outputs):
        gradient = finite_map("gradient", values.slopes[k]) if values.slopes is not None else {}
        outputs.append({**finite("value", value), **gradient})
    return {
        "formula": values.formula,
        **finite_map("point", values.point),
        "outputs": outputs,
    }


def _entries(values: Values) -> list[tuple[str, str]]:
    entries: list[tuple[str, str]] = []
    several = len(values.outputs) > 1
    for k, value in enumerate(values.outputs):
        f = f"f{k + 1}" if several else "f"
        entries.append((f, shortest(value)))
        if values.slopes is not None:
            entries += [(f"d{f}/d{name}", shortest(slope)) for name, slope in values.slopes[k].items()]
    return entries
