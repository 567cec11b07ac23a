"""The gradient check as a doctor: why a method does not simply agree at the entry where it is worst.

Puts into words what the row of the table that decided rests on: statuses, bounds, neighbouring points, and the 50-digit
reference of single operations. Judges no entry: the words are there already.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from symad._core.bounds import node_errors
from symad.comparison import verdicts
from symad.comparison.result import Diagnosis
from symad.comparison.single_rules import first_wrong, operation
from symad.comparison.target import HESSIAN
from symad.derive import automatic

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from symad.comparison.evidence import Witness
    from symad.comparison.methods import Route
    from symad.comparison.result import StepCurve
    from symad.comparison.target import Target
    from symad.comparison.verdicts import Entry
    from symad.formula.expression import Expression
    from symad.system.clocks import Clock
    from symad.tape.sweeps import Status

    Array = NDArray[np.float64]

KINK, CANCELLATION, ROUNDING, TRUNCATION, STEP = "kink", "cancellation", "rounding", "truncation", "step"
OUTSIDE, CONVENTION, CONDITION = "outside the domain", "convention", "condition"
WRONG_RULE, OVERFLOW, UNKNOWN = "wrong rule", "overflow", "unknown"


class Doctor:
    """Explains entries of one comparison.

    Parameters
    ----------
    target : Target
    points : (n_points, n_vars) float64
    witness : Witness
        That the words were found by.
    clock : Clock
        That of the comparison.
    """

    def __init__(self, target: Target, points: Array, witness: Witness, clock: Clock) -> None:
        self._target = target
        self._points = points
        self._witness = witness
        self._clock = clock

    def diagnose(
        self, route: Route, answers: Array, one: Entry, condition: float, curve: StepCurve | None
    ) -> Diagnosis:
        """The cause, in a word and a sentence, with the operation where there is one."""
        asked = self._target.asked[one.number]
        single, point = self._witness.single(asked.output), self._points[one.point]
        status = single.compile().check(point).causes[0]
        found = self._cause(route, answers, one, single, point, status, condition, curve)
        where = dict(zip(self._target.expression.variables, map(float, point), strict=True))
        return Diagnosis(found.cause, found.said, found.operation, found.node, where)

    def _cause(
        self,
        route: Route,
        answers: Array,
        one: Entry,
        single: Expression,
        point: Array,
        status: Status,
        condition: float,
        curve: StepCurve | None,
    ) -> Diagnosis:
        """By the row of the table."""
        if one.row <= 1:
            return Diagnosis(UNKNOWN, "the reference itself is not settled here")
        if one.row <= 3:
            return _blaming(status, ("domain", "indeterminate"), OUTSIDE, "has no value here", "there is no value here")
        if one.row <= 6:
            return _at_a_kink(one, status)
        if not math.isfinite(one.answer) or one.row == 8:
            outside = None if route.exact or one.row == 8 else self._leaves(route, one, single, point)
            return outside or _not_finite(route, one, point, status)
        if one.row == 11:
            return self._conditioned(route, one, condition)
        if route.exact:
            return self._lost(route, one) if one.row == 12 else self._wrong(route, single, point)
        return self._of_differences(route, answers, one, single, curve)

    def _leaves(self, route: Route, one: Entry, single: Expression, point: Array) -> Diagnosis | None:
        """Where a step leaves the domain of the formula."""
        one_sided = route.key == "one-sided"
        for column in dict.fromkeys(self._target.asked[one.number].columns):
            found = _outside(single, point, column, self._witness.step(route, one, column), one_sided=one_sided)
            if found is not None:
                return found
        return None

    def _conditioned(self, route: Route, one: Entry, condition: float) -> Diagnosis:
        said = f"a relative change of the point is amplified {condition:.1e} times: no formula can help"
        origin = self._witness.origin(route, one)
        return Diagnosis(CONDITION, said, *((origin.text, origin.node) if origin is not None else ()))

    def _lost(self, route: Route, one: Entry) -> Diagnosis:
        origin = self._witness.origin(route, one)
        if origin is None:
            return Diagnosis(CANCELLATION, "rounding adds up to the error, no single operation loses the digits")
        return Diagnosis(CANCELLATION, f"{origin} loses the digits", origin.text, origin.node)

    def _of_differences(
        self, route: Route, answers: Array, one: Entry, single: Expression, curve: StepCurve | None
    ) -> Diagnosis:
        """A kink in the step, rounding, truncation, or none of these."""
        bend = self._witness.bend(route, one) if one.row == 13 else None
        if bend is not None:
            text = operation(single, bend[0])
            return Diagnosis(KINK, f"{text} has a kink or a jump within the step of {bend[1]:.1e}", text, bend[0])
        step = f"the step of {route.step:.1e}"
        best = f"; the best step, {curve.best_step:.1e}, leaves {curve.best_relative:.1e}" if curve is not None else ""
        if one.row == 15:
            return Diagnosis(STEP, f"{step} crosses a pole, or many periods{best}")
        rounding, truncation = self._witness.quotient(route, answers, one)
        if rounding > truncation:
            cause, size = ROUNDING, f"{step} is too short: the rounding of f over it is {rounding:.1e}"
        else:
            cause, size = TRUNCATION, f"{step} is too long: halving it says that it costs about {truncation:.1e}"
        return Diagnosis(cause, f"{size}; relative error {one.relative:.1e}{best}")

    def _wrong(self, route: Route, single: Expression, point: Array) -> Diagnosis:
        functions = [single]
        if self._target.of == HESSIAN:
            functions += [automatic.select(automatic.gradient(single), [column]) for column in self._target.columns]
        for function in functions:
            node = first_wrong(function, point, route.derive, self._clock)
            if node is not None:
                text = operation(function, node)
                return Diagnosis(WRONG_RULE, f"its rule for {text} is not the derivative of that operation", text, node)
        return Diagnosis(UNKNOWN, "every operation's own rule is right here, as far as there was time to look")


def _blaming(status: Status, bits: tuple[str, ...], cause: str, does: str, otherwise: str) -> Diagnosis:
    """The first operation that set one of these bits."""
    for name in bits:
        for bit in status.bits:
            if bit.name == name:
                return Diagnosis(cause, f"{bit.text} {does}", bit.text, bit.node)
    return Diagnosis(cause, otherwise)


def _at_a_kink(one: Entry, status: Status) -> Diagnosis:
    kinked = _blaming(status, ("tie", "domain"), KINK, "has a kink or a jump here", "there is a kink or a jump here")
    if one.word != verdicts.CONVENTION:
        return kinked
    sides = " and ".join(f"{side:g}" for side in one.truth.sides)
    between = f"; any slope between {sides} is defensible" if len(one.truth.sides) == 2 else ""
    return Diagnosis(CONVENTION, kinked.said + between, kinked.operation, kinked.node)


def _not_finite(route: Route, one: Entry, point: Array, status: Status) -> Diagnosis:
    """An answer that is no number where the derivative is one."""
    answered = "answers no number although the derivative is one"
    outside = _blaming(status, ("domain",), OUTSIDE, f"has no derivative here: the method {answered}", "")
    if outside.said:
        return outside
    beyond = _blaming(status, ("indeterminate", "overflow", "underflow"), OVERFLOW, "leaves the range of doubles", "")
    if beyond.said or route.program is None:
        return beyond if beyond.said else Diagnosis(OVERFLOW, f"the method {answered}")
    values = node_errors(route.program.handle, np.ascontiguousarray(point)).values
    lost = np.flatnonzero(~np.isfinite(values))
    text = operation(route.program, int(lost[0])) if len(lost) else None
    said = f"{text} in the method's own program is no finite number" if text else f"the method {answered}"
    return Diagnosis(OVERFLOW, said, text, int(lost[0]) if len(lost) else None)


def _outside(single: Expression, point: Array, column: int, h: float, *, one_sided: bool) -> Diagnosis | None:
    """The first live operation that has a value or a partial at the point and none at an end of the step."""
    tape = single.compile()
    middle = tape.sweep(point)
    for share in (1.0,) if one_sided else (-1.0, 1.0):
        moved = point.copy()
        moved[column] += share * h
        end = tape.sweep(moved)
        lost = np.isnan(end.values) & ~np.isnan(middle.values)
        for node in map(int, np.flatnonzero(lost)):
            if end.live[node] or middle.live[node]:
                text = operation(single, node)
                return Diagnosis(OUTSIDE, f"the step of {h:.1e} leaves the domain of {text}", text, node)
    return None
