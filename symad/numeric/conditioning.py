"""How sensitive a value or a slope is to its inputs: what no method can be blamed for."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

from symad.numeric.evaluation import Evaluator
from symad.numeric.reference import checked
from symad.system.clocks import within

if TYPE_CHECKING:
    from collections.abc import Sequence

    import mpmath

    from symad.formula.expression import Expression

_PLACES, _STEP = (
    160,
    -30,
)  # differences of differences at a step of 1e-30 keep 100 digits, less what the step truncates,
# and those of third order still 70
_NOISE = 1e-30
_SPARE = 20  # digits that a difference may lose beyond those of its largest number


def condition(
    expression: Expression,
    point: Sequence[float],
    variable: int | Sequence[int] | None = None,
    *,
    output: int = 0,
    budget_s: float | None = None,
) -> float:
    """How much a relative change of the inputs is amplified in a value, or in one slope, of an output.

    Parameters
    ----------
    expression : Expression
    point : (n_vars,) floats
    variable : int or sequence of int, optional
        Of the slope, or of its higher derivative; None for the value.
    output : int
    budget_s : float, optional
        Seconds, after which a BudgetError is raised.

    Returns
    -------
    float
        The largest abs(x_j*g_j/g) over the variables, where g is the value or the slope and g_j its partial derivative:
        with a relative error u in the inputs, u times this is unavoidable in the result. inf where g is 0 but depends
        on an input that is not, nan where it has no derivative.
    """
    variables = () if variable is None else (variable,) if isinstance(variable, int) else tuple(variable)
    seconds = math.inf if budget_s is None else budget_s

    def look() -> float:
        evaluator = Evaluator(expression, deadline=time.monotonic() + seconds)
        return _Condition(evaluator, checked(evaluator, point), output).of(variables)

    return within(seconds, "the condition", look)


class _Condition:
    """Central differences of values or of slopes."""

    def __init__(self, evaluator: Evaluator, point: tuple[float, ...], output: int) -> None:
        self._evaluator = evaluator
        self._output_number = output
        self._context = evaluator.context
        self._context.dps = _PLACES
        self._point = [self._context.convert(x) for x in point]
        self._base = evaluator.values(self._point)

    def of(self, variables: tuple[int, ...]) -> float:
        """The largest amplification."""
        size = self._function(variables, {})
        noise = self._noise(variables)
        size = size if abs(size) > noise else self._context.zero
        worst = 0.0
        for j, x in enumerate(self._point):
            if x == 0 or not self._evaluator.output_uses[self._output_number] >> j & 1:
                continue
            h = abs(x) * self._context.mpf(10) ** _STEP
            change = self._function(variables, {j: x + h}) - self._function(variables, {j: x - h})
            slope = abs(x * change / (2 * h))
            slope = slope if slope > noise * abs(x) / h else self._context.zero
            ratio = slope / abs(size) if size else self._context.inf * slope
            if self._context.isnan(ratio):
                return 0.0 if not slope else float("nan")
            worst = max(worst, float(ratio))
        return worst if worst > _NOISE else 0.0

    def _noise(self, variables: tuple[int, ...]) -> mpmath.mpf:
        """What rounding of the largest number on the way leaves in a difference of this order."""
        context = self._context
        noise = context.mpf(10) ** (_SPARE - _PLACES) * max(
            (abs(value) for value in self._base if context.isfinite(value)), default=context.zero
        )
        for variable in variables:
            noise /= (abs(self._point[variable]) or 1) * context.mpf(10) ** _STEP
        return noise

    def _function(self, variables: tuple[int, ...], changes: dict[int, mpmath.mpf]) -> mpmath.mpf:
        if not variables:
            return self._output(changes)
        variable, *rest = variables
        x = changes.get(variable, self._point[variable])
        h = (abs(x) or 1) * self._context.mpf(10) ** _STEP
        ahead, behind = (self._function(tuple(rest), {**changes, variable: moved}) for moved in (x + h, x - h))
        return (ahead - behind) / (2 * h)

    def _output(self, changes: dict[int, mpmath.mpf]) -> mpmath.mpf:
        bits = sum(1 << place for place in changes)
        return self._evaluator.changed(self._base, self._evaluator.touching(bits), changes)[self._output_number]
