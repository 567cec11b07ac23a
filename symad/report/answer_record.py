"""The facts of a first screen as data for JSON, and back."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from symad.answers.facts import Answer, Bend, Loss, Outside, Rewriting, Slope
from symad.report.document import finite, finite_map, read_map, read_number

if TYPE_CHECKING:
    from collections.abc import Mapping

_REWRITING = ("replaces", "text", "before", "after", "offered")
_LOSS = ("n_points", "n_entries", "of_entries", "name", "alike", "operation", "cancels")


def to_dict(found: Answer, verdict: str, advice: str) -> dict[str, object]:
    """What the first screen says, with every number of it; the two sentences have been written already."""
    return {
        "verdict": verdict,
        "advice": advice,
        "values": [
            {"name": name, **finite("value", value)} for name, value in zip(found.names, found.values, strict=False)
        ],
        "names": list(found.names),
        "derivatives": [_slope(one) for one in found.slopes],
        "lines": [{"name": name, "formula": formula} for name, formula in found.lines],
        "loss": _loss(found.loss),
        "loss_of_differences": _loss(found.loss_of_differences),
        "bend": found.bend
        and {"kind": found.bend.kind, "operation": found.bend.operation, "n_points": found.bend.n_points},
        "outside": found.outside and {"operation": found.outside.operation, "needs": found.outside.needs},
        "n_points_outside": found.n_outside,
        "rewritings": [{key: getattr(one, key) for key in _REWRITING} for one in found.rewritings],
        "operations": {key: dict(counts) for key, counts in found.operations.items()},
    }


def _slope(one: Slope) -> dict[str, object]:
    low, high = one.between or (None, None)
    return {
        "name": one.name,
        "formula": one.formula or None,
        "raw": one.raw or None,
        "latex": one.latex or None,
        **finite("value", one.value),
        **finite("from", low),
        **finite("to", high),
    }


def _loss(found: Loss | None) -> dict[str, object] | None:
    if found is None:
        return None
    name, low, high = found.place or (None, None, None)
    return {
        **{key: getattr(found, key) for key in _LOSS},
        "by": list(found.by),
        **finite_map("at", found.at),
        **finite("smallest", found.smallest),
        **finite("said", found.said),
        **finite("right", found.right),
        "variable": name,
        **finite("from", low),
        **finite("to", high),
    }


def from_dict(data: Mapping[str, Any]) -> Answer:
    """The facts again."""
    bend, outside = data["bend"], data["outside"]
    return Answer(
        names=tuple(data["names"]),
        values=tuple(read_number(one, "value") for one in data["values"]),
        slopes=tuple(map(_read_slope, data["derivatives"])),
        lines=tuple((one["name"], one["formula"]) for one in data["lines"]),
        loss=_read_loss(data["loss"]),
        loss_of_differences=_read_loss(data["loss_of_differences"]),
        bend=None if bend is None else Bend(bend["kind"], bend["operation"], bend["n_points"]),
        outside=None if outside is None else Outside(outside["operation"], outside["needs"]),
        n_outside=data["n_points_outside"],
        rewritings=tuple(Rewriting(**{key: one[key] for key in _REWRITING}) for one in data["rewritings"]),
        operations=data["operations"],
    )


def _read_slope(data: Mapping[str, Any]) -> Slope:
    low, high = read_number(data, "from"), read_number(data, "to")
    between = None if low is None or high is None else (low, high)
    formula, raw, latex = (data[key] or "" for key in ("formula", "raw", "latex"))
    return Slope(data["name"], formula, raw, latex, read_number(data, "value"), between)


def _read_loss(data: Mapping[str, Any] | None) -> Loss | None:
    if data is None:
        return None
    ends = (_read(data, "from"), _read(data, "to"))
    return Loss(
        **{key: data[key] for key in _LOSS},
        by=tuple(data["by"]),
        at=read_map(data, "at"),
        smallest=_read(data, "smallest"),
        said=_read(data, "said"),
        right=_read(data, "right"),
        place=None if data["variable"] is None else (data["variable"], *ends),
    )


def _read(data: Mapping[str, Any], key: str) -> float:
    value = read_number(data, key)
    return math.nan if value is None else value
