"""Rewritings tried at the points of a comparison: only what keeps digits there is worth a word."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from symad.answers.facts import FULL, LEAST_GAIN, Rewriting, digits
from symad.answers.rewritings import Rewriter, bare
from symad.comparison import methods, verdicts
from symad.comparison.target import VALUE, target
from symad.errors import SymadError
from symad.system.clocks import Clock

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from symad.comparison.target import Target
    from symad.comparison.verdicts import Truth
    from symad.formula.expression import Expression

    Array = NDArray[np.float64]

SECONDS = 0.3  # for all rewritings of one formula
TRIED_AGAIN = 2  # of the best, which are rewritten once more
SAME_VALUE = 1e-3  # relative: another branch of a function is off by more
MOST_POINTS = 200  # looked at, evenly among those judged
_ONE_NUMBER = (verdicts.SMOOTH, verdicts.BOUNDARY)


class Trial:
    """One formula, the right numbers at its points, and what its rewritings make of them.

    Parameters
    ----------
    asked : Target
        Of a formula with one output.
    points : (n_points, n_vars) float64
    values, truths : sequence of sequence of Truth
        What 50 digits say of the values and of the numbers asked for, one list a point.
    """

    def __init__(
        self, asked: Target, points: Array, values: Sequence[Sequence[Truth]], truths: Sequence[Sequence[Truth]]
    ) -> None:
        chosen = np.unique(np.linspace(0, len(points) - 1, min(MOST_POINTS, len(points))).astype(int))
        self._asked = asked
        self._points = np.ascontiguousarray(points[chosen])
        self._values = [values[k] for k in chosen]
        self._truths = [truths[k] for k in chosen]

    def rewritings(self) -> tuple[Rewriting, ...]:
        """What was tried, the best first; a rewriting of the best one only where it is better still."""
        clock = Clock(SECONDS)
        before = self._kept(self._asked.expression)
        if before is None:
            return ()
        found = self._tried(self._asked.expression, before, clock)
        again = [
            Rewriting("", bare(str(whole)), before, one.after, one.offered)
            for first, outer in found[:TRIED_AGAIN]
            for one, whole in self._tried(outer, before, clock)
            if one.after >= first.after + LEAST_GAIN
        ]
        return tuple(sorted([*again, *(one for one, _ in found)], key=_rank))

    def _tried(self, formula: Expression, before: float, clock: Clock) -> list[tuple[Rewriting, Expression]]:
        found = []
        for one in Rewriter(formula).all():
            if not clock.left():
                break
            after = self._kept(one.expression, values=True)
            if after is not None:
                offered = after >= before + LEAST_GAIN
                found.append((Rewriting(one.replaces, one.text, before, after, offered), one.expression))
        return sorted(found, key=lambda pair: _rank(pair[0]))

    def _kept(self, formula: Expression, *, values: bool = False) -> float | None:
        """Right digits at worst of what reverse mode answers; None where it cannot, or where the values are others."""
        try:
            asked = target(formula, self._asked.of, self._asked.wrt if self._asked.order else None)
            own = methods.value(formula, self._points)
            answers = own if asked.of == VALUE else methods.adjoint(asked)(self._points)
        except SymadError:
            return None
        if values and not self._same(own):
            return None
        pairs = zip(self._truths, answers, strict=True)
        return min((one for truths, row in pairs for one in _digits(truths, row)), default=None)

    def _same(self, own: Array) -> bool:
        """Whether the values are those of the formula, as far as anything is known of them."""
        pairs = [
            (truth, float(answer))
            for truths, row in zip(self._values, own, strict=True)
            for truth, answer in zip(truths, row, strict=True)
            if truth.kind in _ONE_NUMBER
        ]
        return all(truth.error(answer)[1] <= SAME_VALUE for truth, answer in pairs)


def _digits(truths: Iterable[Truth], row: Array) -> Iterable[float]:
    for truth, answer in zip(truths, row, strict=True):
        if truth.kind in _ONE_NUMBER:
            yield digits(truth.error(float(answer))[1])


def _rank(one: Rewriting) -> tuple[float, int, int, str]:
    """More whole digits first; then the shorter text, with fewer divisions."""
    return (-min(int(one.after), int(FULL)), len(one.text) + len(one.replaces), one.text.count("/"), one.text)
