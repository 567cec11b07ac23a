"""Answers against the 50-digit reference: what is known at each place, every entry judged, a summary a row.

Runs no method; the reference is `symad.numeric`.
"""

from __future__ import annotations

import math
import statistics
import time
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from symad import numeric
from symad.comparison import verdicts
from symad.comparison.target import HESSIAN
from symad.comparison.verdicts import SMALLEST, Entry, Truth
from symad.errors import BudgetError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import mpmath
    import numpy as np
    from numpy.typing import NDArray

    from symad.comparison.target import Target
    from symad.formula.expression import Expression
    from symad.system.clocks import Clock

    Array = NDArray[np.float64]

Tell: TypeAlias = "Callable[[Entry], str]"  # says in words where an entry stands

SMALL = 1e-3  # an x nearer to 0 counts as this in f/x
CONDITION_SECONDS = 1.0  # for the conditions of one comparison together
_SAID = {
    "jump": "where the function jumps",
    "outside the domain": "where the formula has no value",
    "not finite": "where the formula or the point is not finite",
    "not settled": "where no precision settled the reference",
}


@dataclass(frozen=True, slots=True)
class Known:
    """What is known, one list a judged point: of the function's outputs, and of the numbers asked for."""

    values: list[list[Truth]]
    asked: list[list[Truth]]


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


def known(target: Target, points: Array, *, digits: int, budget_s: float) -> Known:
    """What 50 digits say, for as many of the points, from the first on, as the seconds allow."""
    expression = target.expression
    if target.of == HESSIAN:
        seconds = numeric.second_references(expression, points, target.columns, digits=digits, budget_s=budget_s)
        return Known(
            [[_value(expression, one.point, one.value, 0)] for one in seconds],
            [[_second(expression, one, asked.columns) for asked in target.asked] for one in seconds],
        )
    columns = target.columns if target.order else ()
    found = numeric.references(expression, points, digits=digits, budget_s=budget_s, columns=columns)
    values = [_values(expression, one) for one in found]
    if not columns:
        return Known(values, values)
    slopes = [[_slope(expression, one, asked.output, asked.columns[0]) for asked in target.asked] for one in found]
    return Known(values, slopes)


def _slope(expression: Expression, reference: numeric.Reference, output: int, variable: int) -> Truth:
    size = abs(numeric.nearest_double(reference.values[output]))
    scale = _scale(size, reference.point, (variable,))
    condition = partial(_condition, expression, reference.point, output, (variable,))
    return _derivative(reference.partials[output][variable], reference.point, scale, condition)


def _second(expression: Expression, reference: numeric.SecondReference, columns: tuple[int, ...]) -> Truth:
    size = abs(numeric.nearest_double(reference.value))
    scale = _scale(size, reference.point, columns)
    condition = partial(_condition, expression, reference.point, 0, columns)
    one = reference.partials[min(columns), max(columns)]
    return _derivative(one, reference.point, scale, condition)


def _scale(size: float, point: Sequence[float], columns: Sequence[int]) -> float:
    """f/x, or f/(x*y): what a derivative is measured against where it is 0."""
    for column in columns:
        x = abs(point[column])
        size = size / max(x, SMALL) if math.isfinite(size) and math.isfinite(x) else math.nan
    return size


def _derivative(
    known: numeric.Partial, point: Sequence[float], scale: float, condition: Callable[[float], float]
) -> Truth:
    error = _Errors(known.value, scale)
    sides = tuple(side for side in map(numeric.nearest_double, (known.left, known.right)) if not math.isnan(side))
    if known.reason == "kink":
        said = f"the one-sided slopes are {' and '.join(map(repr, sides))}"
        return Truth(verdicts.KINK, said, error, condition, sides)
    if known.reason in ("", "boundary"):
        kind = verdicts.BOUNDARY if known.reason else _finite_kind(known.value)
        where = " to the one side where there is a value" if known.reason else ""
        exact = numeric.nearest_double(known.value)
        return Truth(kind, f"the reference is {exact!r}{where}", error, condition, exact=exact, scale=scale)
    return Truth(_kind(known.reason, point), _SAID[known.reason], error, condition, sides)


def _kind(reason: str, point: Sequence[float]) -> str:
    if reason == "jump":
        return verdicts.JUMP
    unknown = reason == "not settled" or (reason == "not finite" and not all(map(math.isfinite, point)))
    return verdicts.UNKNOWN if unknown else verdicts.UNDEFINED


def _values(expression: Expression, reference: numeric.Reference) -> list[Truth]:
    settled = reference.value_settled
    return [
        _value(expression, reference.point, value, output, settled=settled[output])
        for output, value in enumerate(reference.values)
    ]


def _value(
    expression: Expression, point: Sequence[float], value: mpmath.mpf, output: int, *, settled: bool = True
) -> Truth:
    error = _Errors(value, math.nan)
    condition = partial(_condition, expression, point, output, ())
    if not settled:
        return Truth(verdicts.UNKNOWN, _SAID["not settled"], error, condition)
    exact = numeric.nearest_double(value)
    if math.isnan(exact):
        return Truth(verdicts.UNDEFINED, _SAID["outside the domain"], error, condition)
    return Truth(_finite_kind(value), f"the reference is {exact!r}", error, condition, exact=exact)


def _finite_kind(exact: mpmath.mpf) -> str:
    return verdicts.SMOOTH if math.isfinite(numeric.nearest_double(exact)) else verdicts.BEYOND


class _Errors:
    """ULP, relative and absolute error of answers to one question; see `Truth`. Methods often give the same answer."""

    def __init__(self, exact: mpmath.mpf, scale: float) -> None:
        self._exact = exact
        self._nearest = numeric.nearest_double(exact)
        self._scale = scale if scale > 0 else 1.0
        self._found: dict[float, tuple[float, float, float]] = {}

    def __call__(self, answer: float) -> tuple[float, float, float]:
        if answer not in self._found:
            self._found[answer] = self._errors(answer)
        return self._found[answer]

    def _errors(self, answer: float) -> tuple[float, float, float]:
        nearest, own = self._nearest, self._scale
        ulp, relative = numeric.ulp_error(answer, self._exact), numeric.relative_error(answer, self._exact)
        if not math.isfinite(answer) or not math.isfinite(nearest):
            return ulp, relative, relative
        if abs(nearest) >= SMALLEST:
            return ulp, relative, relative * abs(nearest)
        difference = abs(answer - nearest)
        return difference / math.ulp(own), difference / own, difference


def _condition(
    expression: Expression, point: Sequence[float], output: int, columns: tuple[int, ...], seconds: float
) -> float:
    try:
        return numeric.condition(expression, point, columns, output=output, budget_s=seconds)
    except BudgetError:
        return math.nan


def entries(
    answers: Array, usual: Array, truths: Sequence[Sequence[Truth]], *, exact: bool, order: int = 1
) -> list[Entry]:
    """Every answer, (n_points, n_asked), judged by rows 1 to 10 of the table; `usual`: what the conventions answer.

    Answers may be fewer than the judged points. `order` is that of the derivatives.
    """
    within = verdicts.tolerance(order, exact=exact)
    return [
        verdicts.entry(i, k, float(answers[i, k]), truth, usual=float(usual[i, k]), exact=exact, tolerance=within)
        for i, row in enumerate(truths[: len(answers)])
        for k, truth in enumerate(row)
    ]


class Conditions:
    """Conditions of numbers, each asked for once and only as long as the seconds of a comparison last.

    Parameters
    ----------
    clock : Clock
        That of the comparison.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._left = CONDITION_SECONDS
        self._found: dict[tuple[int, int], float] = {}
        self.skipped = 0

    def __call__(self, one: Entry, *, of_value: bool = False) -> float:
        """Of the number at an entry's place; nan where it has none or time was short."""
        place = (one.point, -1 - one.number if of_value else one.number)
        if place not in self._found:
            start = time.monotonic()
            seconds = self._clock.left(self._left)
            self._found[place] = one.truth.condition(seconds) if seconds > 0 else math.nan
            self._left -= time.monotonic() - start
            self.skipped += math.isnan(self._found[place])
        return self._found[place]


def settled(
    rows: Sequence[Sequence[Entry]],
    evidence: Sequence[Callable[[Entry], verdicts.Evidence]],
    *,
    exact: Sequence[bool],
    order: int,
    clock: Clock,
) -> list[list[Entry]]:
    """The rows with what rows 1 to 10 of the table leave open decided by evidence, the worst first.

    The worst open entry of each row is decided whatever the clock says, so that no row can seem to agree; others that
    it has no time for are not judged.
    """
    found = [list(row) for row in rows]
    places = [(r, k) for r, row in enumerate(found) for k, one in enumerate(row) if one.row == 0]
    places.sort(key=lambda place: -_gravity(found[place[0]][place[1]]))
    seen: set[int] = set()
    for r, k in places:
        if r in seen and not clock.left():
            continue
        seen.add(r)
        one = found[r][k]
        asked = verdicts.question(
            one.answer,
            one.truth,
            exact=exact[r],
            tolerance=verdicts.tolerance(order, exact=exact[r]),
            evidence=evidence[r](one),
        )
        row, word = verdicts.decide(asked)
        found[r][k] = replace(one, word=word, row=row)
    return found


def blamed(row: Sequence[Entry]) -> Entry | None:
    """The entry that a row got its word from, the worst of them; None where it plainly agrees."""
    verdict = verdicts.row_word([one.word for one in row])
    if verdict == verdicts.AGREES or not row:
        return None
    return max((one for one in row if one.word == verdict), key=_gravity)


def _gravity(one: Entry) -> float:
    return -1.0 if math.isnan(one.relative) else one.relative


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
    others, worst = verdicts.tally(words), blamed(row)
    if worst is None:
        return others
    comma = "" if worst.truth.said.startswith("where") else ","
    said = f"{tell(worst)}: answers {worst.answer!r}{comma} {worst.truth.said}"
    counts = [f"{words.count(worst.word)} of {len(row)} {worst.word}", others] if len(row) > 1 else []
    return f"{said} ({'; '.join(filter(None, counts))})" if counts else said
