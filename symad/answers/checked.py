"""Whether a derivative that is spelled for the eye is the one that is run: both in high precision, at several points.

Knows numbers only: neither how the spelling came about nor what it looks like.
"""

from __future__ import annotations

import random
import re
import time
from typing import TYPE_CHECKING

from symad.errors import BudgetError, SymadError
from symad.formula.parsing import parse
from symad.numeric.evaluation import Evaluator
from symad.system.clocks import within

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import mpmath

    from symad.formula.expression import Expression

_WORD = re.compile(r"[A-Za-z_]\w*")
DIGITS = 50  # to which both must agree
_PRECISIONS = (75, 150, 400)  # the next one where digits cancel
N_POINTS = 4  # with a value, where both must agree
_MOST = 200  # points that are tried for these
_SECONDS = 0.4  # of processor time, for all spellings of one derivative
# Where points are drawn from in turn; formulas have their values in one of them mostly.
_ROUND = 8  # points: one for each range, and two whose coordinates come from any
_RANGES = ((0.5, 2.0), (0.1, 0.9), (-1.0, 1.0), (1.5, 9.0), (-3.0, -0.5), (0.01, 40.0))


class Checker:
    """The derivative that is run, prepared for comparisons with other spellings of it.

    Parameters
    ----------
    expression : Expression
        The formula, whose nodes give the values of names.
    program : Expression
        Its derivative, as run, by all that `spelled` has.
    places : mapping of str to int
        Node of each name that a spelling may use.
    seconds : float
        Of processor time, for all comparisons.
    """

    def __init__(
        self, expression: Expression, program: Expression, places: Mapping[str, int], *, seconds: float = _SECONDS
    ) -> None:
        self._expression, self._program, self._places = expression, program, places
        self._left = seconds

    def holds(self, lines: Sequence[tuple[str, str]], slopes: Sequence[str]) -> bool:
        """Whether the slopes agree with the program wherever it was looked at, and this was often enough."""
        try:
            spelled = joined(self._places, lines, slopes)
        except SymadError:  # no text of ours: it is not shown
            return False
        start = time.process_time()
        try:
            return within(self._left, "the check", lambda: self._agrees(spelled), clock=time.process_time)
        except BudgetError:
            return False
        finally:
            self._left -= time.process_time() - start

    def _agrees(self, spelled: Expression) -> bool:
        runs = [Evaluator(one) for one in (self._expression, self._program, spelled)]
        names = [self._places[name] for name in spelled.variables]
        n_good = 0
        for k, point in enumerate(_points(len(self._expression.variables)), 1):
            found = self._compared(runs, names, point)
            if found is False:
                return False
            n_good += found is True
            if n_good >= N_POINTS and k >= _ROUND:
                return True
        return False

    def _compared(self, runs: Sequence[Evaluator], names: Sequence[int], point: Sequence[float]) -> bool | None:
        """Whether both agree at a point; None where the formula or the program has no value."""
        for places in _PRECISIONS:
            pairs, scale = _values(runs, names, point, places)
            if pairs is None:
                return None
            if all(_same(right, shown, scale) for right, shown in pairs):
                return True
        return False


def _values(
    runs: Sequence[Evaluator], names: Sequence[int], point: Sequence[float], places: int
) -> tuple[list[tuple[mpmath.mpf, mpmath.mpf]] | None, mpmath.mpf]:
    """Pairs of numbers, if they exist, and what rounding may leave of numbers that cancel."""
    formula, program, spelled = runs
    for run in runs:
        run.context.dps = places
    nodes = formula.values([formula.context.mpf(x) for x in point])
    values = program.values([program.context.mpf(x) for x in point])
    right = program.outputs(values)
    if not all(map(formula.context.isfinite, formula.outputs(nodes))) or not all(map(program.context.isfinite, right)):
        return None, program.context.zero
    shown = spelled.values([nodes[node] for node in names])
    finite = [abs(value) for value in values if not isinstance(value, bool) and program.context.isfinite(value)]
    noise = max(finite, default=program.context.zero) * program.context.mpf(10) ** (20 - places)
    return list(zip(right, spelled.outputs(shown), strict=True)), noise


def _same(right: mpmath.mpf, shown: mpmath.mpf, noise: mpmath.mpf) -> bool:
    context = right.context
    if not context.isfinite(shown):
        return False
    error = abs(right - context.convert(shown))
    return bool(error <= context.mpf(10) ** -DIGITS * abs(right) or ((right == 0 or shown == 0) and error <= noise))


def joined(places: Mapping[str, int], lines: Sequence[tuple[str, str]], slopes: Sequence[str]) -> Expression:
    """The lines (in the order of the steps) and slopes of a derivative as one program of the names that they use."""
    body = "; ".join([*(f"{name} = {text}" for name, text in reversed(lines)), f"({', '.join(slopes)})"])
    words = set(_WORD.findall(body))  # listed, so that a variable called e is not taken for Euler's number
    return parse(body, variables=[name for name in places if name in words], strict=True)


def _points(n: int) -> Iterator[list[float]]:
    draw = random.Random(0)
    for k in range(_MOST):
        mixed = k % _ROUND >= len(_RANGES)
        ranges = [draw.choice(_RANGES) if mixed else _RANGES[k % _ROUND] for _ in range(n)]
        yield [round(draw.uniform(low, high), 3) for low, high in ranges]
