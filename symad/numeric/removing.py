"""Values and slopes at points where a formula has none but a limit: ``expm1(x)/x`` at 0, the slope of ``sqrt(x**4)``.

Difference quotients of values alone; no derivative rule. What is known of a function of several variables is its
partial derivatives where it has a value; where it has none, only functions of one variable without steps are answered.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from symad.errors import BudgetError, UnsupportedError
from symad.numeric.deciding import Decider
from symad.numeric.evaluation import Evaluator
from symad.numeric.reference import references
from symad.numeric.second import second_references

if TYPE_CHECKING:
    from collections.abc import Sequence

    import mpmath
    import numpy as np
    from numpy.typing import NDArray

    from symad.formula.expression import Expression

    Array = NDArray[np.float64]

KINDS = ("value", "gradient", "value_and_gradient", "jacobian", "hessian")  # that are looked for

# Decimal digits and order of the relative step: the error is of the step's order, beside what cancels in its square.
_LEVELS = ((300, 45), (500, 70))
_GLANCE = 40  # digits of a first look at both sides
_AGREE = 18  # digits that both sides and both steps share
_SHRINK = 10  # orders by which what has the limit 0 shrinks from one step to the next


class Limits:
    """Looks for limits of a function's values and derivatives.

    Parameters
    ----------
    function : Expression
    kind : str
        One of KINDS: what the numbered entries are.
    """

    def __init__(self, function: Expression, kind: str) -> None:
        self._function = function
        self._kind = kind
        self._n = len(function.variables)

    def at(self, point: Array, entries: Sequence[int], deadline: float) -> dict[int, mpmath.mpf]:
        """The limits that exist among some entries, as far as the time goes."""
        found: dict[int, mpmath.mpf] = {}
        try:
            for entry in entries:
                value = self._one(point, entry, deadline)
                if value is not None:
                    found[entry] = value
        except (BudgetError, UnsupportedError):
            pass
        return found

    def _one(self, point: Array, entry: int, deadline: float) -> mpmath.mpf | None:
        if self._kind == "hessian":
            return self._second(point, divmod(entry, self._n), deadline)
        if self._kind == "value":
            return self._line(point, entry, deadline, slope=False)
        if self._kind == "value_and_gradient":
            if entry == 0:
                return self._line(point, 0, deadline, slope=False)
            return self._slope(point, 0, entry - 1, deadline)
        return self._slope(point, *divmod(entry, self._n), deadline)

    def _inside(self, evaluator: Evaluator, point: Array, output: int, column: int) -> bool:
        """Whether there are numbers on both sides: a look with few digits, before many are spent."""
        context = evaluator.context
        context.dps = _GLANCE
        exact = [context.convert(float(x)) for x in point]
        h = (abs(exact[column]) or 1) * context.mpf(10) ** -(_GLANCE // 2)
        sides = ([*exact[:column], moved, *exact[column + 1 :]] for moved in (exact[column] - h, exact[column] + h))
        return all(context.isfinite(evaluator.outputs(evaluator.values(side))[output]) for side in sides)

    def _slope(self, point: Array, output: int, column: int, deadline: float) -> mpmath.mpf | None:
        if not self._inside(Evaluator(self._function, deadline=deadline), point, output, column):
            return None
        left = deadline - time.monotonic()
        found = references(self._function, [point.tolist()], budget_s=left, columns=[column]) if left > 0 else ()
        if not found:
            return None
        if found[0].value_settled[output] and found[0].values[output] != found[0].values[output]:  # nan
            continuous = self._line(point, output, deadline, slope=False) is not None
            return self._line(point, output, deadline, slope=True) if continuous else None
        partial = found[0].partials[output][column]
        return None if partial.reason else partial.value

    def _second(self, point: Array, pair: tuple[int, int], deadline: float) -> mpmath.mpf | None:
        left = deadline - time.monotonic()
        i, j = sorted(pair)
        found = second_references(self._function, [point.tolist()], [i] if i == j else [i, j], budget_s=left)
        value = None if not found or found[0].partials[i, j].reason else found[0].partials[i, j].value
        return value or None  # second differences call 0 what their rounding hides

    def _line(self, point: Array, output: int, deadline: float, *, slope: bool) -> mpmath.mpf | None:
        """The limit of the value or the slope along the one variable that an output depends on."""
        evaluator = Evaluator(self._function, deadline=deadline)
        uses = evaluator.output_uses[output]
        if uses & (uses - 1) or not uses or Decider(self._function).decides:  # steps may crowd together at a point
            return None
        if not self._inside(evaluator, point, output, uses.bit_length() - 1):
            return None
        found = [self._sides(evaluator, point, output, level, slope=slope) for level in _LEVELS]
        sides = [side for pair in found for side in pair]
        if not all(evaluator.context.isfinite(side) for side in sides):
            return None
        size = max(abs(side) for side in sides)
        if max(sides) - min(sides) <= size * evaluator.context.mpf(10) ** -_AGREE:
            return (found[1][0] + found[1][1]) / 2
        first, second = (max(abs(side) for side in pair) for pair in found)
        return evaluator.context.zero if second <= first * evaluator.context.mpf(10) ** -_SHRINK else None

    def _sides(
        self, evaluator: Evaluator, point: Array, output: int, level: tuple[int, int], *, slope: bool
    ) -> tuple[mpmath.mpf, mpmath.mpf]:
        """The value or the slope just before and just behind the point."""
        digits, order = level
        context = evaluator.context
        context.dps = digits
        exact = [context.convert(float(x)) for x in point]
        column = evaluator.output_uses[output].bit_length() - 1
        x = exact[column]
        h = (abs(x) or 1) * context.mpf(10) ** -order

        def there(n: int) -> mpmath.mpf:
            moved = [*exact[:column], x + n * h, *exact[column + 1 :]]
            return evaluator.outputs(evaluator.values(moved))[output]

        if not slope:
            return there(-1), there(1)
        return (there(-1) - there(-2)) / h, (there(2) - there(1)) / h
