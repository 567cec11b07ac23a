"""Values and derivatives at one point as text, Markdown, LaTeX, CSV and JSON."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from symad.formula.numbers import shortest
from symad.inputs.frames import output_names
from symad.report import latex
from symad.report.colours import plain
from symad.report.document import finite, finite_map, read_map, read_number
from symad.report.grid import Column, aligned, code, markdown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from symad.report.colours import Paint

CSV_HEAD = ("quantity", "value")


@dataclass(frozen=True, slots=True)
class Values:
    """Outputs of a formula at a point; `slopes` holds one mapping an output, or nothing."""

    formula: str
    point: Mapping[str, float]
    outputs: tuple[float, ...]
    slopes: tuple[Mapping[str, float], ...] | None
    names: tuple[str, ...] = ()  # of the outputs; empty in answers of older versions


def to_text(values: Values, width: int, paint: Paint = plain) -> str:
    """Bare numbers, or with slopes a name before each."""
    del width, paint  # a number is never cut, and no number is worse than another
    if values.slopes is None:
        return "".join(f"{shortest(x)}\n" for x in values.outputs)
    entries = _entries(values)
    name = Column("", [name for name, _ in entries], right=False)
    number = Column("", [number for _, number in entries], right=False)
    return "\n".join(aligned([name, number])[2:]) + "\n"


def to_markdown(values: Values) -> str:
    """A table of names and numbers."""
    entries = _entries(values)
    point = _point(values)
    head = code(" ".join(values.formula.split())) + (f" at {code(point)}" if point else "")
    name = Column("name", [code(name) for name, _ in entries], right=False)
    number = Column("value", [number for _, number in entries])
    return "\n".join([head, "", *markdown([name, number])]) + "\n"


def to_dict(values: Values) -> dict[str, object]:
    """The same as data for JSON: one entry an output."""
    outputs: list[dict[str, object]] = []
    for k, value in enumerate(values.outputs):
        gradient = finite_map("gradient", values.slopes[k]) if values.slopes is not None else {}
        name = {"name": values.names[k]} if values.names else {}
        outputs.append({**name, **finite("value", value), **gradient})
    return {
        "formula": values.formula,
        **finite_map("point", values.point),
        "outputs": outputs,
    }


def from_dict(data: Mapping[str, Any], machine: object = None, settings: object = None) -> Values:
    """The Values of such data."""
    del machine, settings  # nothing was measured
    outputs = data["outputs"]
    numbers = (read_number(one, "value") for one in outputs)
    slopes = tuple(read_map(one, "gradient") for one in outputs) if "gradient" in outputs[0] else None
    return Values(
        formula=data["formula"],
        point=read_map(data, "point"),
        outputs=tuple(math.nan if number is None else number for number in numbers),
        slopes=slopes,
        names=tuple(one["name"] for one in outputs) if "name" in outputs[0] else (),
    )


def to_latex(values: Values) -> str:
    """A ``table`` of names and numbers."""
    entries, point = _entries(values), _point(values)
    name = Column("", [name for name, _ in entries], right=False, formula=True)
    number = Column("value", [number for _, number in entries])
    caption = latex.typewriter(" ".join(values.formula.split())) + (f" at {latex.escaped(point)}" if point else "")
    return "\n".join(latex.table([name, number], f"{caption}.")) + "\n"


def csv_rows(values: Values) -> Iterator[list[object]]:
    """One row a number."""
    return (list(entry) for entry in _entries(values))


def _point(values: Values) -> str:
    return ", ".join(f"{name} = {shortest(x)}" for name, x in values.point.items())


def _entries(values: Values) -> list[tuple[str, str]]:
    entries: list[tuple[str, str]] = []
    names = values.names or output_names([""] * len(values.outputs))
    for k, value in enumerate(values.outputs):
        f = names[k]
        entries.append((f, shortest(value)))
        if values.slopes is not None:
            entries += [(f"d{f}/d{name}", shortest(slope)) for name, slope in values.slopes[k].items()]
    return entries
