"""Doubtful numbers computed again with more digits, and what certifies the answer. Knows which they are, not why.

The same program is evaluated in growing precision until two of them agree. Its decisions follow the bounds of the
doubles, which shrink with the precision. Where every precision gives nan, limits decide, see `removing`.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from symad._core.bounds import node_errors
from symad.errors import BudgetError
from symad.numeric.accuracy import nearest_double
from symad.numeric.deciding import Decider
from symad.numeric.evaluation import Evaluator
from symad.numeric.removing import KINDS, Limits
from symad.numeric.slack import ROUNDED, TIE, UNBOUNDED, VANISHED, Run
from symad.system.clocks import within
from symad.tape.checking import Amendment

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import mpmath
    from numpy.typing import NDArray

    from symad.formula.expression import Expression
    from symad.numeric.evaluation import Step

    Array = NDArray[np.float64]

AGREED, LIMIT = "agreed", "limit"
SECONDS, SECONDS_A_NODE = 0.5, 5e-4  # for a point; digits and limits each have as many

_FIRST = 40  # decimal digits to begin with; twice as many each time
_MOST = 8_000  # decimal digits: room for numbers of which the largest is 1e1990 times the smallest
_LEAP = 4  # times as many digits, at most, from one try to the next
_GROWTH = 2.5  # power of the digits that the time of an evaluation grows with, special functions included
_GUARD = 10  # digits computed beyond those that the bound is taken for: a bound may be small by luck
_AGREE = 18  # digits that two precisions share: a double has 16
_ORDERS = 4  # what counts as 0 can be as small as the fourth power of numbers on the way: cosh(x)*cos(x) - 1
_BITS = math.log2(10.0)
_UNDERFLOW = 2.0**-900  # bounds below it are of numbers that left the doubles, or sums of such: nothing to go by
_DOUBLE = 53  # bits of a double: a bound is that of rounding by 2**-53


@dataclass(frozen=True)
class Refined:
    """What more digits say about some outputs of a program at one point.

    Attributes
    ----------
    numbers : (n_doubtful,) float64
        Correctly rounded where there is a certificate, else nan. Beside a tie, what holds at the jump itself.
    bounds : (n_doubtful,) float64
        How far they may be from the exact ones: half a unit, 0 for an exact 0; inf without a certificate.
    certificates : tuple of str
        "agreed" where two precisions agree or a number vanishes with them; "limit" where the point is removable; else
        "".
    reasons : tuple of str
        Why a number stays doubtful, or "": "tie" where a jump is hit exactly; "not finite" for infinities, poles, what
        is not real or beyond the doubles; "rounded constant" where a number of the program is known to a double only;
        "digits" and "seconds" where these ran out.
    """

    numbers: Array
    bounds: Array
    certificates: tuple[str, ...]
    reasons: tuple[str, ...]


def refine(
    program: Expression,
    point: Array,
    bounds: Array,
    doubtful: Sequence[int],
    *,
    function: Expression | None = None,
    kind: str = "",
    seconds: float | None = None,
) -> Refined:
    """Outputs of a program at one point, with as many digits as it takes; for many points make a `Refiner`.

    Parameters
    ----------
    program : Expression
    point : (n_inputs,) float64
    bounds : (n_nodes,) float64
        Absolute bound of each node as computed in doubles, 0 for exact ones.
    doubtful : sequence of int
        Numbers of the outputs; exact ties are not among them, they stay ties.
    function, kind, seconds
        As for `Refiner`.

    Returns
    -------
    Refined
    """
    return Refiner(program, function=function, kind=kind, seconds=seconds).refine(point, bounds, doubtful)


def second_look(program: Expression, function: Expression, kind: str) -> Callable[[Array, list[int]], list[Amendment]]:
    """What `Check.amended` asks for: a point and its doubtful entries to numbers with certificates."""
    refiner = Refiner(program, function=function, kind=kind)

    def look(point: Array, entries: list[int]) -> list[Amendment]:
        point = np.ascontiguousarray(point)
        found = refiner.refine(point, node_errors(program.handle, point).bounds, entries)
        ties = [reason == "tie" for reason in found.reasons]
        numbers, bounds = found.numbers.tolist(), found.bounds.tolist()
        return [Amendment(*one) for one in zip(numbers, bounds, found.certificates, ties, strict=True)]

    return look


class Refiner:
    """A program prepared for refining.

    Parameters
    ----------
    program : Expression
    function : Expression, optional
        What the program is derived from; limits are looked for in its values.
    kind : str
        Which derivatives of the function the program's outputs are, "value", "gradient", "value_and_gradient",
        "jacobian" or "hessian"; others know no limits.
    seconds : float, optional
        For a point, once for more digits and once for limits; by default half a second, more for large programs.
    """

    def __init__(
        self, program: Expression, *, function: Expression | None = None, kind: str = "", seconds: float | None = None
    ) -> None:
        self._decider = Decider(program)
        self._own = kind == "value_and_gradient"  # such programs have the value as their first output
        derived = function is not None and function is not program and not self._own
        self._function = Evaluator(function) if derived and function is not None else None
        self._limits = Limits(function, kind) if function is not None and kind in KINDS else None
        self._seconds = SECONDS + SECONDS_A_NODE * program.n_nodes if seconds is None else seconds

    def refine(self, point: Array, bounds: Array, doubtful: Sequence[int]) -> Refined:
        """As the function `refine`."""
        outputs = tuple(doubtful)
        if not np.isfinite(point).all():
            return _refined([_Entry("not finite") for _ in outputs])
        self._decider.deadline = time.monotonic() + self._seconds
        search = _Search(self._decider, point, bounds, outputs)
        try:  # what looks at the clock does so between numbers, of which one may take mpmath minutes
            within(2 * self._seconds, "more digits", partial(self._search, search, point))
        except BudgetError:
            search.give_up("seconds")
        entries = [search.entries[output] for output in outputs]
        open_ones = [output for output, entry in zip(outputs, entries, strict=True) if entry.undefined]
        if open_ones and self._limits is not None:
            found = self._limits_of(self._limits, point, open_ones)
            for output, entry in zip(outputs, entries, strict=True):
                if found.get(output) is not None:
                    entry.settle(found[output], LIMIT)
        return _refined(entries)

    def _search(self, search: _Search, point: Array) -> None:
        if self._has_value(point):
            search.run()
        else:
            search.leave()

    def _limits_of(self, limits: Limits, point: Array, outputs: Sequence[int]) -> dict[int, mpmath.mpf]:
        deadline = time.monotonic() + self._seconds
        try:
            return within(2 * self._seconds, "a limit", partial(limits.at, point, outputs, deadline))
        except BudgetError:
            return {}

    def _has_value(self, point: Array) -> bool:
        """Whether the function is finite: where it is not, rules for its slopes may still give numbers."""
        evaluator = self._decider if self._own else self._function
        if evaluator is None:
            return True
        context = evaluator.context
        context.dps = _FIRST + _GUARD
        inputs = [context.convert(float(x)) for x in point[: evaluator.n_inputs]]
        values = self._decider.alone(inputs, 0) if self._own else evaluator.outputs(evaluator.values(inputs))
        return all(context.isfinite(value) for value in values)


@dataclass(slots=True)
class _Entry:
    """One output in the making; `undefined` if every precision gives nan."""

    reason: str = "digits"
    certificate: str = ""
    number: float = math.nan
    bound: float = math.inf
    undefined: bool = False

    def settle(self, value: mpmath.mpf, certificate: str) -> None:
        """Round to a double; what is beyond the doubles stays doubtful."""
        number = nearest_double(value)
        self.undefined = False
        if not math.isfinite(number):
            self.reason = "not finite"
            return
        self.reason, self.certificate, self.number = "", certificate, number
        self.bound = max(abs(number) * 2.0**-_DOUBLE, math.ulp(0.0)) if value else 0.0


def _refined(entries: Sequence[_Entry]) -> Refined:
    numbers, bounds = (
        np.array(items, dtype=np.float64) for items in ([e.number for e in entries], [e.bound for e in entries])
    )
    return Refined(numbers, bounds, tuple(e.certificate for e in entries), tuple(e.reason for e in entries))


class _Search:
    """One point through growing precisions."""

    def __init__(self, decider: Decider, point: Array, bounds: Array, outputs: tuple[int, ...]) -> None:
        self._decider = decider
        self._context = decider.context
        self._point = [self._context.convert(float(x)) for x in point]
        self._sizes = sizes(bounds)
        self.entries = {output: _Entry() for output in outputs}
        self._open = list(outputs)
        self._previous: list[mpmath.mpf] = []
        self._last: Run | None = None

    def run(self) -> None:
        """Settle what can be settled."""
        digits = _FIRST
        while self._open and digits <= _MOST:
            steps = self._decider.cone(tuple(self._open))
            self._context.dps = digits + _GUARD
            before = time.monotonic()
            run = self._decider.decided(self._point, steps, self._sizes, digits * _BITS, before=self._last)
            self._last = run
            elapsed = time.monotonic() - before
            needed = self._needed(run, steps)
            self._judge(run, enough=digits >= needed)
            following = int(needed) if digits < needed <= _LEAP * digits else 2 * digits
            if self._open and self._late(elapsed * (following / digits) ** _GROWTH):
                raise BudgetError("more digits take more seconds than are left")
            digits = following

    def _late(self, seconds: float) -> bool:
        deadline = self._decider.deadline
        return deadline is not None and time.monotonic() + seconds > deadline

    def _needed(self, run: Run, steps: Sequence[Step]) -> float:
        """The digits that make sure of a 0, inf where too little is seen; few where no output rests on one."""
        if not any(self._decider.outputs(run.caught)[output] & VANISHED for output in self._open):
            return 0.0
        nodes = [*range(len(self._point)), *(step[0] for step in steps)]
        orders = _ORDERS * run.span(nodes, self._decider.hidden(run, steps)) / _BITS
        return _FIRST + math.ceil(orders) if math.isfinite(orders) else math.inf

    def leave(self) -> None:
        """Leave everything to limits."""
        for entry in self.entries.values():
            entry.reason, entry.undefined = "not finite", True
        self._open = []

    def give_up(self, reason: str) -> None:
        """Leave what is open as it is."""
        for output in self._open:
            self.entries[output].reason = reason

    def _judge(self, run: Run, *, enough: bool) -> None:
        values, caught = self._decider.outputs(run.values), self._decider.outputs(run.caught)
        before, self._previous = self._previous, values
        if before:
            self._open = [
                output
                for output in self._open
                if (caught[output] & VANISHED and not enough)
                or not self._settled(output, before[output], values[output], caught[output])
            ]

    def _settled(self, output: int, before: mpmath.mpf, value: mpmath.mpf, caught: int) -> bool:
        """Whether more digits will not change the answer; the entry holds it then."""
        entry = self.entries[output]
        if caught & TIE:
            if self._agree(before, value):
                entry.settle(value, AGREED)
            entry.reason = "tie"
        elif caught & ROUNDED:
            entry.reason = "rounded constant"
        elif caught & UNBOUNDED:
            exact = not caught & VANISHED  # a 0/0 of numbers that are 0 to some precision is no removable point
            entry.reason, entry.undefined = "not finite", exact and self._both_nan(before, value)
        elif self._agree(before, value):
            entry.settle(value, AGREED)
        else:
            return False
        return True

    def _both_nan(self, before: mpmath.mpf, value: mpmath.mpf) -> bool:
        return bool(self._context.isnan(before) and self._context.isnan(value))

    def _agree(self, before: mpmath.mpf, value: mpmath.mpf) -> bool:
        if not (self._context.isfinite(before) and self._context.isfinite(value)):
            return False
        size = max(abs(before), abs(value))
        return bool(abs(before - value) <= size * self._context.mpf(10) ** -_AGREE)


def sizes(bounds: Array) -> list[float]:
    """Binary exponents of the numbers whose rounding the bounds are: -inf for 0, inf where nothing is known."""
    _, exponents = np.frexp(bounds)
    found = exponents.astype(np.float64) + _DOUBLE
    found[bounds == 0.0] = -math.inf
    found[~np.isfinite(bounds) | ((bounds > 0.0) & (bounds < _UNDERFLOW))] = math.inf
    answer: list[float] = found.tolist()
    return answer
