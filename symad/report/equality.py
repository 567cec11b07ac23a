"""Verdicts on two formulas, and on somebody's own derivatives, as data for JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symad.report import document

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from fractions import Fraction

    from symad.answers.equality.decision import Equality
    from symad.answers.equality.grading import Grade, Grades


def equality_json(found: Equality, formulas: Sequence[str], *, strict: bool) -> str:
    """What ``symad equal --format json`` writes."""
    entry = {
        "formulas": list(formulas),
        "verdict": found.verdict,
        "is_equal": found.is_equal,
        "reason": found.reason,
        "n_points": found.n_points,
        **_place(found.point, found.values),
        "wherever": list(found.wherever),
        "output": found.output or None,
    }
    return document.dumps(document.document("equal", {}, {"strict": strict}, [entry]))


def grades_json(found: Grades, formula: str, not_given: Sequence[str], *, strict: bool) -> str:
    """What ``symad grade --format json`` writes."""
    entry = {
        "formula": formula,
        "is_right": found.is_right,
        "grades": [_grade(one) for one in found.values()],
        "not_given": list(not_given),
    }
    return document.dumps(document.document("grade", {}, {"strict": strict}, [entry]))


def _grade(one: Grade) -> dict[str, object]:
    return {
        "variable": one.variable,
        "verdict": one.verdict,
        "is_right": one.is_right,
        "reason": one.reason or None,
        "missing": one.missing,
        "explanation": one.explanation or None,
        **_place(one.point, one.values),
    }


def _place(point: Mapping[str, Fraction] | None, values: tuple[str, str] | None) -> dict[str, object]:
    """The point as exact fractions, and what both sides are there, as texts."""
    return {
        "point": None if point is None else {name: str(number) for name, number in point.items()},
        "values": None if values is None else list(values),
    }
