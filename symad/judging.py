"""Gradients against the 50-digit reference: what is known at each place, every entry judged, a summary a row.

Runs no method; the reference is `symad.numeric`.
"""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from symad import numeric, verdicts
from symad.errors import BudgetError
from symad.verdicts import Entry, Truth

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import mpmath
    import numpy as np
    from numpy.typing import NDArray

    from symad.expression import Expression

    Array = NDArray[np.float64]

Tell: TypeAlias = "Callable[[Entry], str]"  # says in words where an entry stands

SMALL = 1e-3  # an x nearer to 0 counts as this in f/x
SMALLEST = 2.3e-308  # below, a number counts as 0 and has no digits of its own
CONDITION_SECONDS = 1.0  # for one condition
_SAID = {
    "jump": "where the function jumps",
    "outside the domain": "where the formula has no value",
    "not finite": "where the formula or the point is not finite",
    "not settled": "where no precision settled the reference",
}


@dataclass(frozen=True, slots=True)
class Summary:
    """What the entries of one row come to; errors only over entries whose reference is one number."""

    verdict: str
    reason: str = ""
    max_ulp: float | None = None
    median_ulp: float | None = None
    max_relative: float | None = None
    median_relative: float | None = None
    n_entries: int = 0
    worst: Entry | None = None


def slopes(expression: Expression, found: Sequence[numeric.Reference]) -> list[list[Truth]]:
    """What is known of each partial derivative, for each reference one list."""
    return [[_slope(expression, one, j) for j in range(len(one.point))] for one in found]


def values(expression: Expression, found: Sequence[numeric.Reference]) -> list[list[Truth]]:
    """What is known of the function's own value."""
    return [[_value(expression, one)] for one in found]


def _slope(expression: Expression, reference: numeric.Reference, variable: int) -> Truth:
    known = reference.partials[0][variable]
    x = abs(reference.point[variable])
    size = abs(numeric.nearest_double(reference.value))
    scale = size / max(x, SMALL) if math.isfinite(size) and math.isfinite(x) else math.nan
    error = partial(_errors, exact=known.value, scale=scale)
    condition = partial(_condition, expression, reference.point, variable)
    sides = tuple(side for side in map(numeric.nearest_double, (known.left, known.right)) if not math.isnan(side))
    if known.reason == "kink":
        said = f"the one-sided slopes are {' and '.join(map(repr, sides))}"
        return Truth(verdicts.KINK, said, error, condition, sides)
    if known.reason in ("", "boundary"):
        kind = verdicts.BOUNDARY if known.reason else _finite_kind(known.value)
        where = " to the one side where there is a value" if known.reason else ""
        return Truth(kind, f"the reference is {numeric.nearest_double(known.value)!r}{where}", error, condition)
    return Truth(_kind(known.reason, reference.point), _SAID[known.reason], error, condition, sides)


def _kind(reason: str, point: Sequence[float]) -> str:
    if reason == "jump":
        return verdicts.JUMP
    unknown = reason == "not settled" or (reason == "not finite" and not all(map(math.isfinite, point)))
    return verdicts.UNKNOWN if unknown else verdicts.UNDEFINED


def _value(expression: Expression, reference: numeric.Reference) -> Truth:
    exact = reference.value
    error = partial(_errors, exact=exact, scale=math.nan)
    condition = partial(_condition, expression, reference.point, None)
    if not reference.value_settled[0]:
        return Truth(verdicts.UNKNOWN, _SAID["not settled"], error, condition)
    if math.isnan(numeric.nearest_double(exact)):
        return Truth(verdicts.UNDEFINED, _SAID["outside the domain"], error, condition)
    return Truth(_finite_kind(exact), f"the reference is {numeric.nearest_double(exact)!r}", error, condition)


def _finite_kind(exact: mpmath.mpf) -> str:
    return verdicts.SMOOTH if math.isfinite(numeric.nearest_double(exact)) else verdicts.BEYOND


def _errors(answer: float, *, exact: mpmath.mpf, scale: float) -> tuple[float, float, float]:
    """ULP, relative, and scaled error of one answer; see `Truth`."""
    nearest = numeric.nearest_double(exact)
    ulp, relative = numeric.ulp_error(answer, exact), numeric.relative_error(answer, exact)
    if not math.isfinite(ulp) or not math.isfinite(nearest):
        return ulp, relative, relative
    own = scale if scale > 0 else 1.0
    difference = abs(answer - nearest) if abs(nearest) < SMALLEST else relative * abs(nearest)
    if abs(nearest) < SMALLEST:
        ulp, relative = difference / math.ulp(own), difference / own
    return ulp, relative, difference / (abs(nearest) + own)


def _condition(expression: Expression, point: Sequence[float], variable: int | None) -> float:
    try:
        return numeric.condition(expression, point, variable, budget_s=CONDITION_SECONDS)
    except BudgetError:
        return math.nan


def entries(answers: Array, usual: Array, truths: Sequence[Sequence[Truth]], *, exact: bool) -> list[Entry]:
    """Every number of a gradient, (n_points, n_vars), judged; `usual` holds what the tape's conventions answer."""
    return [
        verdicts.entry(i, j, float(answers[i, j]), truth, usual=float(usual[i, j]), exact=exact)
        for i, row in enumerate(truths)
        for j, truth in enumerate(row)
    ]


def excuse(rows: Sequence[Sequence[Entry]], exact: Sequence[bool]) -> list[list[Entry]]:
    """The rows with ``differs`` made ``ill-conditioned`` wherever every exact method misses."""
    lost = verdicts.lost_by_all([row for row, is_exact in zip(rows, exact, strict=True) if is_exact])

    def excused(one: Entry) -> Entry:
        return replace(one, word=verdicts.ILL) if one.place in lost and one.word == verdicts.DIFFERS else one

    return [[excused(one) for one in row] for row in rows]


def lost(row: Sequence[Entry]) -> list[Entry]:
    """A row of values: the evaluator has no rival here, so digits that are missing are lost by the formula itself."""
    return [replace(one, word=verdicts.ILL) if one.word == verdicts.DIFFERS else one for one in row]


def summary(row: Sequence[Entry], tell: Tell) -> Summary:
    """The summary of one row; `tell` says where an entry stands."""
    smooth = [one for one in row if one.truth.kind == verdicts.SMOOTH]
    verdict, reason = verdicts.row_word([one.word for one in row]), _reason(row, tell)
    if not smooth:
        return Summary(verdict, reason)
    ulps, relatives = [one.ulp for one in smooth], [one.relative for one in smooth]
    return Summary(
        verdict,
        reason,
        max(ulps),
        statistics.median(ulps),
        max(relatives),
        statistics.median(relatives),
        len(smooth),
        max(smooth, key=lambda one: one.ulp),
    )


def _reason(row: Sequence[Entry], tell: Tell) -> str:
    """Where a row got its word, with both numbers of the worst place; nothing where it plainly agrees."""
    words = [one.word for one in row]
    verdict, others = verdicts.row_word(words), verdicts.tally(words)
    if verdict == verdicts.AGREES or not row:
        return others
    blamed = [one for one in row if one.word == verdict]
    worst = max(blamed, key=lambda one: -1.0 if math.isnan(one.relative) else one.relative)
    comma = "" if worst.truth.said.startswith("where") else ","
    said = f"{tell(worst)}: answers {worst.answer!r}{comma} {worst.truth.said}"
    counts = [f"{len(blamed)} of {len(row)} {verdict}", others] if len(row) > 1 else []
    return f"{said} ({'; '.join(filter(None, counts))})" if counts else said
