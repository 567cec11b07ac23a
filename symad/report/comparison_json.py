"""A Comparison as data for JSON, and back: every number of it, so that a saved run can be rendered again."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from symad.comparison.findings import Findings
from symad.comparison.result import Answered, Comparison, Diagnosis, MethodResult, Speed, StepCurve
from symad.formula.counts import Counts
from symad.inputs import points
from symad.report import answer_record, sentences
from symad.report.advice import advice
from symad.report.document import exact, finite, finite_map, read_count, read_map, read_number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_NOT_FINITE = "the method gives no finite number where the reference is finite"
# Field of a MethodResult: key in JSON, with its unit. What is not here is written below by hand.
_PLAIN = {
    "name": "name",
    "key": "key",
    "verdict": "verdict",
    "n_evaluations": "n_evaluations",
    "memory_bytes": "memory_bytes",
    "build_time_ns": "build_time_ns",
    "time_ns": "time_ns",
    "spread_ns": "spread_ns",
    "n_repeats": "n_repeats",
    "noisy": "noisy",
    "engine": "engine",
    "ratio": "ratio_to_function",
    "n_entries": "n_entries_judged",
    "worst_entry": "worst_entry",
    "worst_output": "worst_output",
    "worst_variable": "worst_variable",
    "exact": "exact",
    "tolerance": "tolerance",
}
_SPEED = {field: _PLAIN[field] for field in ("time_ns", "spread_ns", "n_repeats", "noisy", "ratio")}
_WORDS = {"reason": "reason", "passes": "passes"}  # "" is null
_NUMBERS = {"swell": "swell", "shared_swell": "shared_swell", "condition": "condition"}
_ERRORS = {
    "max_ulp": "max_ulp",
    "median_ulp": "median_ulp",
    "max_relative": "max_relative_error",
    "median_relative": "median_relative_error",
}


def to_dict(comparison: Comparison) -> dict[str, object]:
    """An entry among the results of a JSON answer, with what the first screen says where that has been asked for."""
    return {
        "formula": comparison.formula,
        "variables": list(comparison.variables),
        "of": comparison.of,
        "wrt": list(comparison.wrt),
        "n_outputs": comparison.n_outputs,
        "entries": list(comparison.entries),
        "verdict": comparison.verdict,
        "agree": comparison.agree,
        "points": _points(comparison),
        "function": _method(comparison.function),
        "methods": [_method(method) for method in comparison.methods],
        "warnings": list(comparison.warnings),
        **({} if comparison.right is None else {"judged": _judged(comparison, comparison.right)}),
        **_answer(comparison),
    }


def _answer(comparison: Comparison) -> dict[str, object]:
    found = comparison.findings
    if found is None or (isinstance(found, Findings) and found.answer is None):
        return {}
    said = "; ".join(sentences.verdict(comparison, comparison.answer))
    return {"answer": answer_record.to_dict(comparison.answer, said, advice(comparison, comparison.answer))}


def _judged(comparison: Comparison, right: Sequence[Sequence[float]]) -> list[dict[str, object]]:
    """Each judged point with its right numbers, null where there is not one."""
    rows = zip(comparison.points.array, right, strict=False)
    return [
        {
            **finite_map("at", dict(zip(comparison.variables, map(float, row), strict=True))),
            "right": [finite("value", one) for one in numbers],
        }
        for row, numbers in rows
    ]


def from_dict(data: Mapping[str, Any], machine: Mapping[str, object], settings: Mapping[str, object]) -> Comparison:
    """The Comparison of such an entry; machine and settings stand in the frame of the answer."""
    variables = tuple(data["variables"])
    return Comparison(
        formula=data["formula"],
        variables=variables,
        points=_read_points(data["points"], variables),
        n_judged=data["points"]["n_judged"],
        function=_read_method(data["function"]),
        methods=tuple(_read_method(one) for one in data["methods"]),
        agree=data["agree"],
        warnings=tuple(data["warnings"]),
        machine=machine,
        settings=settings,
        of=data["of"],
        wrt=tuple(data["wrt"]),
        n_outputs=data["n_outputs"],
        entries=tuple(data["entries"]),
        right=_read_right(data["judged"]) if "judged" in data else None,
        findings=answer_record.from_dict(data["answer"]) if "answer" in data else None,
    )


def _read_right(data: Sequence[Mapping[str, Any]]) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(_read_float(one, "value") for one in row["right"]) for row in data)


def _read_float(data: Mapping[str, Any], key: str) -> float:
    value = read_number(data, key)
    return math.nan if value is None else value


def _points(comparison: Comparison) -> dict[str, object]:
    found, at = comparison.points, comparison.at
    several = list(found.array) if found.domain is None and at is None else []
    named = [dict(zip(comparison.variables, map(float, row), strict=True)) for row in several]
    return {
        "source": found.source,
        "n_points": len(found.array),
        "n_judged": comparison.n_judged,
        "domain": {name: list(ends) for name, ends in found.domain.items()} if found.domain else None,
        "seed": found.seed,
        **(finite_map("at", at) if at is not None else {}),
        **({"given": [finite_map("at", one) for one in named]} if named else {}),
    }


def _read_points(data: Mapping[str, Any], variables: Sequence[str]) -> points.Points:
    """The same points: those that were given, or the same draws."""
    if data["domain"] is not None:
        box = {name: tuple(ends) for name, ends in data["domain"].items()}
        drawn = points.choose(variables, domain=box, n_points=data["n_points"], seed=data["seed"])
        return points.Points(drawn.array, data["source"], box, data["seed"])
    rows = [read_map(row, "at") for row in data.get("given", [data])]
    array = np.array([[row[name] for name in variables] for row in rows])
    return points.Points(array, data["source"], None, data["seed"])


def _method(row: MethodResult) -> dict[str, object]:
    data: dict[str, object] = {key: getattr(row, field) for field, key in _PLAIN.items()}
    data |= {key: getattr(row, field) or None for field, key in _WORDS.items()}
    for field, key in _NUMBERS.items():
        data |= finite(key, getattr(row, field))
    for field, key in _ERRORS.items():
        value = getattr(row, field)
        data |= finite(key, value, _NOT_FINITE if value is not None and math.isinf(value) else "")
    return {
        **data,
        "single": _speed(row.single),
        "native": _speed(row.native),
        "counts": _counts(row.counts) if row.counts is not None else None,
        "build_stages_ns": dict(row.build_stages_ns) if row.build_stages_ns is not None else None,
        **({"worst_point": None} if row.worst_point is None else finite_map("worst_point", row.worst_point)),
        "status": list(row.status) if row.status is not None else None,
        "diagnosis": _diagnosis(row.diagnosis) if row.diagnosis is not None else None,
        "step_curve": _curve(row.step_curve) if row.step_curve is not None else None,
        **({} if row.errors is None else {"errors": [[_answered(one) for one in point] for point in row.errors]}),
    }


def _read_method(data: Mapping[str, Any]) -> MethodResult:
    read: dict[str, Any] = {field: data[key] for field, key in _PLAIN.items() if key in data or field != "tolerance"}
    read |= {field: data[key] or "" for field, key in _WORDS.items()}
    read |= {field: read_number(data, key) for field, key in {**_NUMBERS, **_ERRORS}.items()}
    return MethodResult(
        **read,
        single=_read_speed(data["single"]),
        native=_read_speed(data["native"]),
        counts=_read_counts(data["counts"]) if data["counts"] is not None else None,
        build_stages_ns=data["build_stages_ns"],
        worst_point=read_map(data, "worst_point") if data["worst_point"] is not None else None,
        status=tuple(data["status"]) if data["status"] is not None else None,
        diagnosis=_read_diagnosis(data["diagnosis"]) if data["diagnosis"] is not None else None,
        step_curve=_read_curve(data["step_curve"]) if data["step_curve"] is not None else None,
        errors=tuple(tuple(map(_read_answered, point)) for point in data["errors"]) if "errors" in data else None,
    )


def _answered(one: Answered) -> dict[str, object]:
    return {**finite("answer", one.answer), **finite("relative_error", one.relative), "verdict": one.verdict}


def _read_answered(data: Mapping[str, Any]) -> Answered:
    return Answered(_read_float(data, "answer"), _read_float(data, "relative_error"), data["verdict"])


def _speed(found: Speed | None) -> dict[str, object] | None:
    return None if found is None else {key: getattr(found, field) for field, key in _SPEED.items()}


def _read_speed(data: Mapping[str, Any] | None) -> Speed | None:
    return None if data is None else Speed(**{field: data[key] for field, key in _SPEED.items()})


def _diagnosis(found: Diagnosis) -> dict[str, object]:
    point = {"point": None} if found.point is None else finite_map("point", found.point)
    return {"cause": found.cause, "said": found.said, "operation": found.operation, "node": found.node, **point}


def _read_diagnosis(data: Mapping[str, Any]) -> Diagnosis:
    point = read_map(data, "point") if data["point"] is not None else None
    return Diagnosis(data["cause"], data["said"], data["operation"], data["node"], point)


def _curve(curve: StepCurve) -> dict[str, object]:
    """The curve as one entry a step, so that a step without a finite error can say so."""
    errors = [
        {"step": step, **finite("max_relative_error", error)}
        for step, error in zip(curve.steps, curve.max_relative, strict=True)
    ]
    return {
        "errors": errors,
        "best_step": curve.best_step,
        **finite("best_relative_error", curve.best_relative),
        "used_step": curve.used_step,
        "n_points": curve.n_points,
    }


def _read_curve(data: Mapping[str, Any]) -> StepCurve:
    errors = [read_number(one, "max_relative_error") for one in data["errors"]]
    best = read_number(data, "best_relative_error")
    return StepCurve(
        steps=tuple(one["step"] for one in data["errors"]),
        max_relative=tuple(math.nan if error is None else error for error in errors),
        best_step=data["best_step"],
        best_relative=math.nan if best is None else best,
        used_step=data["used_step"],
        n_points=data["n_points"],
    )


def _counts(counts: Counts) -> dict[str, object]:
    written: dict[str, object] = {}
    for kind, n in counts.written_by_kind.items():
        written |= exact(kind, n)
    return {
        "n_typed": counts.n_typed,
        **exact("n_written_out", counts.n_written_out),
        "n_distinct": counts.n_distinct,
        "distinct_by_kind": dict(counts.by_kind),
        "written_out_by_kind": written,
        "depth": counts.depth,
        "n_bytes": counts.n_bytes,
    }


def _read_counts(data: Mapping[str, Any]) -> Counts:
    written = data["written_out_by_kind"]
    return Counts(
        n_typed=data["n_typed"],
        n_written_out=read_count(data, "n_written_out"),
        n_distinct=data["n_distinct"],
        by_kind=data["distinct_by_kind"],
        written_by_kind={kind: read_count(written, kind) for kind in data["distinct_by_kind"]},
        depth=data["depth"],
        n_bytes=data["n_bytes"],
    )
