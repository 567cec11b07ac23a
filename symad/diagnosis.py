"""The gradient check as a doctor: why a method does not simply agree at the entry where it is worst.

Looks at statuses, error bounds and neighbouring points of what was evaluated, and asks the 50-digit reference about
single operations. Judges no entry: the words are there already.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from symad import _core, automatic, verdicts
from symad.ops import ROWS
from symad.results import Diagnosis
from symad.rules import first_wrong, operation
from symad.target import HESSIAN

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from symad.expression import Expression
    from symad.results import StepCurve
    from symad.routes import Route
    from symad.sweeps import Status
    from symad.target import Target
    from symad.verdicts import Entry

    Array = NDArray[np.float64]

KINK, CANCELLATION, STEP_NOISE = "kink", "cancellation", "step noise"
OUTSIDE, CONVENTION, WRONG_RULE, OVERFLOW, UNKNOWN = (
    "outside the domain", "convention", "wrong rule", "overflow", "unknown",
)  # fmt: skip
_BOUND_SLACK = 4.0  # the bound is of first order
_BENT, _CHANGED = 0.1, 1e-3


class Doctor:
    """Explains entries of one comparison.

    Parameters
    ----------
    target : Target
    points : (n_points, n_vars) float64
    """

    def __init__(self, target: Target, points: Array) -> None:
        self._target = target
        self._points = points
        self._adjoint: dict[int, Expression] = {}

    def single(self, output: int) -> Expression:
        """One output; the expression itself, which knows its text, where there is no other."""
        expression = self._target.expression
        return expression if expression.n_outputs == 1 else automatic.select(expression, [output])

    def explains(self, one: Entry) -> bool:
        """Whether the tape's own error bound reaches the error of an entry: rounding alone may have made it."""
        asked = self._target.asked[one.number]
        if asked.output not in self._adjoint:
            program = self.single(asked.output)
            for _ in range(self._target.order):
                program = automatic.jacobian(program)
            self._adjoint[asked.output] = program
        place = 0
        for column in asked.columns:
            place = place * len(self._target.expression.variables) + column
        return _bound_reaches(self._adjoint[asked.output], place, self._points[one.point], one)

    def diagnose(self, route: Route, one: Entry, curve: StepCurve | None) -> Diagnosis:
        """The cause, in a word and a sentence, with the operation where there is one."""
        asked = self._target.asked[one.number]
        single, point = self.single(asked.output), self._points[one.point]
        status = single.compile().check(point).causes[0]
        found = self._cause(route, one, single, point, status, curve)
        named = dict(zip(self._target.expression.variables, map(float, point), strict=True))
        return Diagnosis(found.cause, found.said, found.operation, found.node, named)

    def _cause(
        self, route: Route, one: Entry, single: Expression, point: Array, status: Status, curve: StepCurve | None
    ) -> Diagnosis:
        kind = one.truth.kind
        if kind == verdicts.UNKNOWN:
            return Diagnosis(UNKNOWN, "the reference itself is not settled here")
        if kind == verdicts.UNDEFINED:
            return _blaming(status, ("domain", "indeterminate"), OUTSIDE, "has no value here", "there is no value here")
        if kind in (verdicts.KINK, verdicts.JUMP):
            return _at_a_kink(one, status)
        if not route.exact:
            return self._of_differences(route, one, single, point, status, curve)
        if not math.isfinite(one.answer):
            return _not_finite(route, one, point, status)
        return self._of_exact(route, one, single, point, status)

    def _of_differences(
        self, route: Route, one: Entry, single: Expression, point: Array, status: Status, curve: StepCurve | None
    ) -> Diagnosis:
        for column in set(self._target.asked[one.number].columns):
            h = (route.step or 0.0) * max(1.0, abs(float(point[column])))
            found = _within_the_step(single, point, column, h, one_sided=route.key == "one-sided")
            if found is not None:
                return found
        hopeless = curve is not None and curve.best_relative > verdicts.TOLERANCE_DIFFERENCES
        lost = _blaming(status, ("lost_digits",), CANCELLATION, "loses the digits, whatever the step", "")
        if lost.said and (hopeless or one.word == verdicts.ILL):
            return lost
        said = f"its relative error with the step {route.step:.1e} is {one.relative:.1e}"
        if curve is None:
            return Diagnosis(STEP_NOISE, said)
        why = "rounding" if curve.best_step > curve.used_step else "truncation"
        best = f"the best step, {curve.best_step:.1e}, leaves {curve.best_relative:.1e}"
        return Diagnosis(STEP_NOISE, f"{said}, mostly by {why}; {best}")

    def _of_exact(self, route: Route, one: Entry, single: Expression, point: Array, status: Status) -> Diagnosis:
        program = route.program
        has_bound = program is not None and route.key not in ("sweep", "complex")
        bounded = has_bound and program is not None and _bound_reaches(program, one.number, point, one)
        if bounded or self.explains(one) or one.word == verdicts.ILL:
            own = _blaming(status, ("lost_digits",), CANCELLATION, "loses the digits", "")
            if own.said or program is None or not has_bound:
                return own if own.said else Diagnosis(CANCELLATION, _condition(one))
            node = _first_lost(program, point)
            text = operation(program, node) if node is not None else None
            said = f"{text} in the method's own program loses the digits" if text else _condition(one)
            return Diagnosis(CANCELLATION, said, text, node)
        return self._rule(route, single, point) or Diagnosis(UNKNOWN, "every operation's own rule is right here")

    def _rule(self, route: Route, single: Expression, point: Array) -> Diagnosis | None:
        functions = [single]
        if self._target.of == HESSIAN:
            functions += [automatic.select(automatic.gradient(single), [column]) for column in self._target.columns]
        for function in functions:
            node = first_wrong(function, point, route.derive)
            if node is not None:
                text = operation(function, node)
                return Diagnosis(WRONG_RULE, f"its rule for {text} is not the derivative of that operation", text, node)
        return None


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
    values, _ = _bounds(route.program, point)
    lost = np.flatnonzero(~np.isfinite(values))
    text = operation(route.program, int(lost[0])) if len(lost) else None
    said = f"{text} in the method's own program is no finite number" if text else f"the method {answered}"
    return Diagnosis(OVERFLOW, said, text, int(lost[0]) if len(lost) else None)


def _bounds(program: Expression, point: Array) -> tuple[Array, Array]:
    values, errors = np.empty(program.n_nodes), np.empty(program.n_nodes)
    _core.bounds(program.handle, np.ascontiguousarray(point), values, errors)
    return values, errors


def _bound_reaches(program: Expression, output: int, point: Array, one: Entry) -> bool:
    """Whether the running error bound of a program's output is as large as the error that was found there."""
    if not math.isfinite(one.truth.exact):
        return False
    _, errors = _bounds(program, point)
    bound = float(errors[program.outputs[output]])
    return not bound < math.inf or abs(one.answer - one.truth.exact) <= _BOUND_SLACK * bound


def _first_lost(program: Expression, point: Array) -> int | None:
    values, errors = _bounds(program, point)
    lost = np.flatnonzero(errors > verdicts.TOLERANCE_EXACT * np.abs(values))
    return int(lost[0]) if len(lost) else None


def _condition(one: Entry) -> str:
    amplified = one.truth.condition()
    return f"a relative change of the point is amplified {amplified:.1e} times" if amplified > 1 else "digits are lost"


def _within_the_step(single: Expression, point: Array, column: int, h: float, *, one_sided: bool) -> Diagnosis | None:
    """A kink, a jump or an end of the domain between the places where a quotient looks."""
    places = []
    for share in (0.0, 0.5, 1.0) if one_sided else (-1.0, 0.0, 1.0):
        moved = point.copy()
        moved[column] += share * h
        places.append(single.compile().sweep(moved))
    low, middle, high = places
    for node in range(single.graph.n_inputs, single.n_nodes):
        if not (low.live[node] or high.live[node]):
            continue
        numbers = [np.array([place.values[node], *place.partials_of(node)]) for place in (low, middle, high)]
        text = operation(single, node)
        if np.isnan(numbers[1][0]) < max(np.isnan(numbers[0][0]), np.isnan(numbers[2][0])):
            return Diagnosis(OUTSIDE, f"the step of {h:.1e} leaves the domain of {text}", text, node)
        if _may_bend(single, node) and _bends(*numbers):
            return Diagnosis(KINK, f"{text} has a kink or a jump within the step of {h:.1e}", text, node)
    return None


def _may_bend(expression: Expression, node: int) -> bool:
    entry = ROWS[expression.graph.op[node]]
    return entry.condition or entry.cost == "select" or entry.arity < 0 or entry.domain not in ("real", "")


def _bends(low: Array, middle: Array, high: Array) -> bool:
    """Whether a value or a partial changes much, and not in proportion, across the step."""
    with np.errstate(all="ignore"):
        change = np.abs(high - low)
        largest = np.maximum(np.maximum(np.abs(low), np.abs(high)), np.abs(middle))
        off = np.abs(middle - (low + high) / 2)
        return bool(np.any((change > _CHANGED * largest) & (off > _BENT * change)))
