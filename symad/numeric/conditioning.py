"""How sensitive a value or a slope is to its inputs: what no method can be blamed for."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from symad.numeric.evaluation import Evaluator
from symad.numeric.reference import checked

if TYPE_CHECKING:
    from collections.abc import Sequence

    import mpmath

    from symad.expression import Expression

_PLACES, _STEP = 160, -30  # differences of differences at a step of 1e-30 keep 100 digits, less what the step truncates
_NOISE = 1e-30


def condition(
    expression: Expression, point: Sequence[float], variable: int | None = None, *, budget_s: float | None = None
) -> float:
    """How much a relative change of the inputs is amplified in the value, or in one slope, of the first output.

    Parameters
    ----------
    expression : Expression
    point : (n_vars,) floats
    variable : int, optional
        Of the slope; None for the value.
    budget_s : float, optional
        Seconds.

    Returns
    -------
    float
        The largest abs(x_j*g_j/g) over the variables, where g is the value or the slope and g_j its partial derivative:
        with a relative error u in the inputs, u times this is unavoidable in the result. inf where g is 0 but depends
        on an input that is not, nan where it has no derivative.
    """
    deadline = None if budget_s is None else time.monotonic() + budget_s
    evaluator = Evaluator(expression, deadline=deadline)
    return _Condition(evaluator, checked(evaluator, point)).of(variable)


class _Condition:
    """Central differences of values or of slopes."""

    def __init__(self, evaluator: Evaluator, point: tuple[float, ...]) -> None:
        self._evaluator = evaluator
        self._context = evaluator.context
        self._context.dps = _PLACES
        self._point = [self._context.convert(x) for x in point]
        self._base = evaluator.values(self._point)

    def of(self, variable: int | None) -> float:
        """The largest amplification."""
        size = self._function(variable, {})
        worst = 0.0
        for j, x in enumerate(self._point):
            if x == 0 or not self._evaluator.output_uses[0] >> j & 1:
                continue
            h = abs(x) * self._context.mpf(10) ** _STEP
            change = self._function(variable, {j: x + h}) - self._function(variable, {j: x - h})
            slope = abs(x * change / (2 * h))
            ratio = slope / abs(size) if size else self._context.inf * slope
            if self._context.isnan(ratio):
                return 0.0 if not slope else float("nan")
            worst = max(worst, float(ratio))
        return worst if worst > _NOISE else 0.0

    def _function(self, variable: int | None, changes: dict[int, mpmath.mpf]) -> mpmath.mpf:
        if variable is None:
            return self._output(changes)
        x = changes.get(variable, self._point[variable])
        h = (abs(x) or 1) * self._context.mpf(10) ** _STEP
        ahead, behind = ({**changes, variable: moved} for moved in (x + h, x - h))
        return (self._output(ahead) - self._output(behind)) / (2 * h)

    def _output(self, changes: dict[int, mpmath.mpf]) -> mpmath.mpf:
        bits = sum(1 << place for place in changes)
        return self._evaluator.changed(self._base, self._evaluator.touching(bits), changes)[0]
