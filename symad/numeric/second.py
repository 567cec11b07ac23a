"""Second derivatives to 50 digits by differences of values; like the first ones, they share no rule with the rows."""

from __future__ import annotations

import contextlib
import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from symad.errors import BudgetError
from symad.numeric.evaluation import Evaluator
from symad.numeric.limits import Partial
from symad.numeric.reference import checked
from symad.system.clocks import within

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import mpmath

    from symad.formula.expression import Expression

# (decimal digits, decimal order of the relative step): truncation beyond 60 digits beside rounding beyond 90
_LEVELS = ((160, 30), (200, 38))
_SIDES = 20  # digits to which one-sided quotients, whose error is of the order of the step, are compared
_SPARE = 10
_QUADRANTS = ((1, 1), (-1, -1), (1, -1), (-1, 1))


@dataclass(frozen=True, slots=True)
class SecondReference:
    """The value and the second derivatives of the first output at one point.

    Attributes
    ----------
    point : tuple of float
    value : mpf
        Nan outside the real domain.
    partials : mapping of (column, column) to Partial
        For the first column not after the second; sides are the least and the greatest of the one-sided quotients.
    """

    point: tuple[float, ...]
    value: mpmath.mpf
    partials: dict[tuple[int, int], Partial]


def second_references(
    expression: Expression,
    points: Iterable[Sequence[float]],
    columns: Sequence[int],
    *,
    digits: int = 50,
    budget_s: float | None = None,
) -> tuple[SecondReference, ...]:
    """References at as many of the points, from the first on, as the seconds allow."""
    seconds = math.inf if budget_s is None else budget_s
    evaluator = Evaluator(expression, deadline=time.monotonic() + seconds)
    found: list[SecondReference] = []

    def look() -> None:
        for point in points:
            found.append(_Point(evaluator, checked(evaluator, point), digits).reference(sorted(columns)))  # noqa: PERF401  # kept on time-out

    with contextlib.suppress(BudgetError):
        within(seconds, "the reference", look)
    return tuple(found)


class _Point:
    """One reference in the making."""

    def __init__(self, evaluator: Evaluator, point: tuple[float, ...], digits: int) -> None:
        self._context = evaluator.context
        self._point = point
        self._digits = digits
        self._levels = [_Level(evaluator, point, *level) for level in _LEVELS]

    def reference(self, columns: Sequence[int]) -> SecondReference:
        """Each pair of columns."""
        partials = {(i, j): self._partial(i, j) for place, i in enumerate(columns) for j in columns[place:]}
        self._context.dps = self._digits + _SPARE
        rounded = {pair: Partial(+one.value, one.reason, +one.left, +one.right) for pair, one in partials.items()}
        return SecondReference(self._point, +self._levels[1].value({}), rounded)

    def _partial(self, i: int, j: int) -> Partial:
        context, (first, second) = self._context, self._levels
        nan = context.nan
        if not all(context.isfinite(x) for x in (self._point[i], self._point[j])):
            return Partial(nan, "not finite", nan, nan)
        if context.isnan(second.value({})):
            return Partial(nan, "outside the domain", nan, nan)
        sides = [self._side(i, j, quadrant) for quadrant in _QUADRANTS]
        known = [side for side in sides if side is not None]
        centres = first.central(i, j), second.central(i, j)
        noise = second.noise(i, j)
        if len(known) == len(sides) and self._one(known, noise) and self._settled(*centres, noise):
            vanishes = abs(centres[1]) <= max(noise, abs(centres[0]) * context.mpf(10) ** -10)
            value = context.zero if vanishes else centres[1]
            return Partial(value, "", value, value)
        if not known:
            outside = any(context.isnan(second.quadrant(i, j, *quadrant)) for quadrant in _QUADRANTS)
            return Partial(nan, "outside the domain" if outside else "not settled", nan, nan)
        low, high = min(known), max(known)
        if len(known) < len(sides):
            return Partial(low, "boundary" if self._one(known, noise) else "not settled", low, high)
        return Partial(nan, "kink", low, high)

    def _side(self, i: int, j: int, quadrant: tuple[int, int]) -> mpmath.mpf | None:
        """The limit in one quadrant, infinite where it grows without bound, None where there is none."""
        first, second = (level.quadrant(i, j, *quadrant) for level in self._levels)
        if not (self._context.isfinite(first) and self._context.isfinite(second)):
            return None
        if self._agree(first, second, _SIDES) or max(abs(first), abs(second)) <= self._levels[0].noise(i, j):
            return second
        if abs(second) <= abs(first) * self._context.mpf(10) ** -2:
            return self._context.zero
        grows = abs(second) >= abs(first) * 10
        return self._context.inf * self._context.sign(second) if grows else None

    def _one(self, sides: Sequence[mpmath.mpf], noise: mpmath.mpf) -> bool:
        """Whether all one-sided limits are the same."""
        low, high = min(sides), max(sides)
        return bool(high - low <= noise) or self._agree(low, high, _SIDES - 2)

    def _settled(self, a: mpmath.mpf, b: mpmath.mpf, noise: mpmath.mpf) -> bool:
        small = max(abs(a), abs(b)) <= self._levels[0].noise(0, 0) + noise
        return small or self._agree(a, b, self._digits) or abs(b) <= abs(a) * self._context.mpf(10) ** -10

    def _agree(self, a: mpmath.mpf, b: mpmath.mpf, digits: int) -> bool:
        if not (self._context.isfinite(a) and self._context.isfinite(b)):
            return bool(a == b)
        return bool(abs(a - b) <= self._context.mpf(10) ** -digits * max(abs(a), abs(b)))


class _Level:
    """Quotients at one precision and step; each value is computed once."""

    def __init__(self, evaluator: Evaluator, point: tuple[float, ...], places: int, order: int) -> None:
        self._evaluator = evaluator
        self._places = places
        self._context = evaluator.context
        self._context.dps = places
        self._exact = [self._context.convert(x) for x in point]
        self._steps = [(abs(x) or 1) * self._context.mpf(10) ** -order for x in self._exact]
        self._base = evaluator.values(self._exact)
        self._values: dict[tuple[tuple[int, int], ...], mpmath.mpf] = {}
        finite = (abs(value) for value in self._base if self._context.isfinite(value))
        self._size = max(finite, default=self._context.zero)

    def value(self, moves: dict[int, int]) -> mpmath.mpf:
        """The output with some inputs moved by whole steps."""
        key = tuple(sorted((column, n) for column, n in moves.items() if n))
        if key not in self._values:
            self._context.dps = self._places
            changes = {column: self._exact[column] + n * self._steps[column] for column, n in key}
            steps = self._evaluator.touching(sum(1 << column for column in changes))
            self._values[key] = self._evaluator.changed(self._base, steps, changes)[0]
        return self._values[key]

    def central(self, i: int, j: int) -> mpmath.mpf:
        """The symmetric quotient; 4 corners, or 3 places on a line."""
        self._context.dps = self._places
        area = self._steps[i] * self._steps[j]
        if i == j:
            return (self.value({i: 1}) - 2 * self.value({}) + self.value({i: -1})) / area
        rises = self.value({i: 1, j: 1}) - self.value({i: 1, j: -1}) - self.value({i: -1, j: 1})
        return (rises + self.value({i: -1, j: -1})) / (4 * area)

    def quadrant(self, i: int, j: int, by_i: int, by_j: int) -> mpmath.mpf:
        """The quotient to one side in each variable; on a line only the two sides differ."""
        self._context.dps = self._places
        area = self._steps[i] * self._steps[j]
        if i == j:
            ends = self.value({i: 2 * by_i}) - 2 * self.value({i: by_i}) + self.value({})
            return ends / area
        corner = self.value({i: by_i, j: by_j}) - self.value({i: by_i}) - self.value({j: by_j})
        return (corner + self.value({})) / (by_i * by_j * area)

    def noise(self, i: int, j: int) -> mpmath.mpf:
        """What rounding of the largest number on the way leaves in a quotient."""
        self._context.dps = self._places
        return self._size * self._context.mpf(10) ** (2 * _SPARE - self._places) / (self._steps[i] * self._steps[j])
