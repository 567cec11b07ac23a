"""The 50-digit reference: values in high precision and partial derivatives by differences of them.

No derivative rule is used and nothing is shared with the rows' slopes: a wrong rule cannot hide here.
"""

from __future__ import annotations

import contextlib
import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from symad.errors import BudgetError, ShapeError
from symad.numeric.evaluation import Evaluator
from symad.numeric.limits import Judge, Partial, Quotients
from symad.system.clocks import within

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import mpmath

    from symad.formula.expression import Expression

    Level = tuple[int, int]

# (decimal digits, decimal order of the step relative to x): an error of the step squared beside one of
# 10**(order - digits). The fine pair decides what the coarse one leaves open.
_COARSE = ((160, 45), (190, 52))
_FINE = ((600, 170), (760, 215))
_SPARE = 10  # digits kept beyond those promised


@dataclass(frozen=True, slots=True)
class Reference:
    """Exact answers at one point.

    Attributes
    ----------
    point : tuple of float
    digits : int
        Decimal digits that hold.
    values : tuple of mpf
        One for each output; nan outside the real domain. May be far beyond the range of doubles.
    value_settled : tuple of bool
        False where no precision sufficed for the value, which is then nan.
    partials : tuple of tuple of Partial
        For each output one for each variable.
    """

    point: tuple[float, ...]
    digits: int
    values: tuple[mpmath.mpf, ...]
    value_settled: tuple[bool, ...]
    partials: tuple[tuple[Partial, ...], ...]

    @property
    def value(self) -> mpmath.mpf:
        """The first output."""
        return self.values[0]

    @property
    def gradient(self) -> tuple[mpmath.mpf, ...]:
        """The gradient of the first output."""
        return tuple(partial.value for partial in self.partials[0])

    @property
    def reasons(self) -> tuple[str, ...]:
        """For each variable why the first output's slope is no ordinary one, or ""."""
        return tuple(partial.reason for partial in self.partials[0])


def reference(
    expression: Expression, point: Sequence[float], *, digits: int = 50, budget_s: float | None = None
) -> Reference:
    """Values and partial derivatives at one point.

    Parameters
    ----------
    expression : Expression
    point : (n_vars,) floats
        Taken as exact; the sign of a zero is not seen.
    digits : int
        Two precisions must agree to as many.
    budget_s : float, optional
        Seconds.

    Returns
    -------
    Reference

    Raises
    ------
    BudgetError
        If the seconds run out.
    ShapeError
        If the point has another number of coordinates.

    Notes
    -----
    Literals are exact as written: a decimal is its nearest double, a quotient of integers is no double at all. Central
    differences with 160 digits and a relative step of 1e-45 must agree with those of 190 digits and 1e-52; where they
    do not, or where both sides differ, 600 and 760 digits and one-sided quotients decide.
    """
    found = references(expression, [point], digits=digits, budget_s=budget_s)
    if not found:
        raise BudgetError("the reference ran out of its seconds")
    return found[0]


def references(
    expression: Expression,
    points: Iterable[Sequence[float]],
    *,
    digits: int = 50,
    budget_s: float | None = None,
    columns: Sequence[int] | None = None,
) -> tuple[Reference, ...]:
    """References at as many of the points, from the first on, as the seconds allow: the length says how many.

    With `columns` only the partial derivatives by these variables are looked for; the others are nan, "not asked".
    """
    seconds = math.inf if budget_s is None else budget_s
    evaluator = Evaluator(expression, deadline=time.monotonic() + seconds)
    found: list[Reference] = []

    def look() -> None:
        for point in points:
            found.append(_Point(evaluator, checked(evaluator, point), digits).reference(columns))  # noqa: PERF401  # kept on time-out

    with contextlib.suppress(BudgetError):
        within(seconds, "the reference", look)
    return tuple(found)


def checked(evaluator: Evaluator, point: Sequence[float]) -> tuple[float, ...]:
    """The coordinates of a point, or ShapeError."""
    coordinates = tuple(float(x) for x in point)
    if len(coordinates) != evaluator.n_inputs:
        raise ShapeError(f"a point has {evaluator.n_inputs} coordinates, not {len(coordinates)}")
    return coordinates


class _Point:
    """One reference in the making; the nodes at each precision are evaluated once."""

    def __init__(self, evaluator: Evaluator, point: tuple[float, ...], digits: int) -> None:
        self._evaluator = evaluator
        self._context = evaluator.context
        self._point = point
        self._digits = digits
        self._exact = [self._context.convert(x) for x in point]
        self._bases: dict[int, list[mpmath.mpf]] = {}
        scale = max(1.0, digits / 50)
        self._coarse, self._fine = (
            [(int(scale * places), int(scale * order)) for places, order in pair] for pair in (_COARSE, _FINE)
        )
        self._judge = Judge(self._context, digits)

    def reference(self, chosen: Sequence[int] | None = None) -> Reference:
        """Everything, or the partial derivatives by some variables."""
        values = self._values()
        n_inputs, nan = self._evaluator.n_inputs, self._context.nan
        asked = range(n_inputs) if chosen is None else chosen
        skipped = [Partial(nan, "not asked", nan, nan)] * len(values)
        columns = [self._column(variable) if variable in asked else skipped for variable in range(n_inputs)]
        self._context.dps = self._digits + _SPARE
        settled = tuple(value is not None for value in values)
        rounded = tuple(self._context.nan if value is None else +value for value in values)
        partials = tuple(tuple(self._rounded(column[k], rounded[k]) for column in columns) for k in range(len(values)))
        return Reference(self._point, self._digits, rounded, settled, partials)

    def _rounded(self, partial: Partial, value: mpmath.mpf) -> Partial:
        infinite = self._context.isinf(value) and self._context.isnan(partial.value)
        return Partial(+partial.value, "not finite" if infinite else partial.reason, +partial.left, +partial.right)

    def _base(self, places: int) -> list[mpmath.mpf]:
        self._context.dps = places
        if places not in self._bases:
            self._bases[places] = self._evaluator.values(self._exact)
        return self._bases[places]

    def _values(self) -> list[mpmath.mpf | None]:
        """Each output where two precisions agree, 0 where it vanishes with the precision, else None."""
        found: list[mpmath.mpf | None] = [None] * len(self._evaluator.output_uses)
        for pair in (self._coarse, self._fine):
            first, second = (self._evaluator.outputs(self._base(places)) for places, _ in pair)
            for k, (a, b) in enumerate(zip(first, second, strict=True)):
                if found[k] is None and (self._judge.agree(a, b, self._digits) or self._both_nan(a, b)):
                    found[k] = b
                elif found[k] is None and pair is self._fine and self._judge.vanishing(a, b):
                    found[k] = self._context.zero
            if None not in found:
                break
        return found

    def _both_nan(self, a: mpmath.mpf, b: mpmath.mpf) -> bool:
        return bool(self._context.isnan(a) and self._context.isnan(b))

    def _column(self, variable: int) -> list[Partial]:
        """The partials of all outputs by one variable."""
        uses = [bool(bits >> variable & 1) for bits in self._evaluator.output_uses]
        nan, zero = self._context.nan, self._context.zero
        found: list[Partial | None] = [None if used else Partial(zero, "", zero, zero) for used in uses]
        if not self._context.isfinite(self._exact[variable]):
            return [partial or Partial(nan, "not finite", nan, nan) for partial in found]
        if None in found:
            self._decide(found, variable, self._coarse, self._judge.ordinary)
        if None in found:
            self._decide(found, variable, self._fine, self._judge_all)
        return [partial for partial in found if partial is not None]

    def _judge_all(self, first: Quotients, second: Quotients, shrink: int) -> Partial | None:
        return self._judge.any(first, second, shrink)

    def _decide(
        self,
        found: list[Partial | None],
        variable: int,
        pair: list[Level],
        rule: Callable[[Quotients, Quotients, int], Partial | None],
    ) -> None:
        first, second = (self._quotients(variable, level) for level in pair)
        for k, partial in enumerate(found):
            if partial is None:
                found[k] = rule(first[k], second[k], pair[1][1] - pair[0][1])

    def _quotients(self, variable: int, level: Level) -> list[Quotients]:
        places, order = level
        base = self._base(places)
        x = self._exact[variable]
        h = (abs(x) or 1) * self._context.mpf(10) ** -order
        steps = self._evaluator.touching(1 << variable)
        behind, ahead = (self._evaluator.changed(base, steps, {variable: moved}) for moved in (x - h, x + h))
        middle = self._evaluator.outputs(base)
        noise = self._noise(base, places) / h if level in self._fine else self._context.zero
        return [
            Quotients((here - low) / h, (high - here) / h, (high - low) / (2 * h), noise)
            for low, here, high in zip(behind, middle, ahead, strict=True)
        ]

    def _noise(self, base: list[mpmath.mpf], places: int) -> mpmath.mpf:
        """Rounding that the largest finite number on the way leaves behind, with digits to spare for its growth."""
        largest = max((abs(value) for value in base if self._context.isfinite(value)), default=0)
        return largest * self._context.mpf(10) ** (2 * _SPARE - places)
