"""What explains an error: rounding bounds of programs, rounding and truncation of a quotient, kinks within a step.

Only asked where the table of verdicts leaves an answer open; names no word.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from symad._core.bounds import node_errors
from symad.comparison.single_rules import operation
from symad.derive import automatic
from symad.formula.ops import ROWS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from symad.comparison.methods import Route
    from symad.comparison.target import Target
    from symad.comparison.verdicts import Entry
    from symad.formula.expression import Expression

    Array = NDArray[np.float64]

UNIT = 2.0**-53  # half a unit in the last place, relative
LOST = 1e-9  # relative bound from which an operation has lost digits: beyond it nothing agrees
HALVINGS = 16  # of a step: a smooth change falls with it, a kink's or a jump's does not
_PERSISTS, _CHANGED = 0.1, 1e-3
_STEPPED = {"central": (4 / 3, (-1.0, 1.0)), "one-sided": (2.0, (0.0, 1.0))}  # E_t over a change; ends of the step


def own_bound(program: Expression, point: Array) -> tuple[Array, int | None]:
    """How far each output of a program may be from the exact one at a point; the first node that lost its digits."""
    found = node_errors(program.handle, np.ascontiguousarray(point))
    with np.errstate(invalid="ignore"):
        lost = np.flatnonzero(found.bounds > LOST * np.abs(found.values))
    return found.bounds[list(program.outputs)], int(lost[0]) if len(lost) else None


def _rounding_at(single: Expression, point: Array) -> float:
    """The rounding of a value: its bound, and no less than half a unit, which a lucky result does not show."""
    found, output = node_errors(single.handle, np.ascontiguousarray(point)), single.outputs[0]
    return float(max(found.bounds[output], UNIT * abs(found.values[output])))


@dataclass(frozen=True, slots=True)
class Found:
    """The evidence on one answer; each piece is looked for when it is asked for."""

    condition: Callable[[], float]
    bound: Callable[[], float]
    bends: Callable[[], bool]
    quotient: Callable[[], float]


@dataclass(frozen=True, slots=True)
class Origin:
    """The operation that lost the digits: its text, its node, and whether that is one of the formula."""

    text: str
    node: int
    in_formula: bool

    def __str__(self) -> str:
        return self.text if self.in_formula else f"{self.text} in the method's own program"


class Witness:
    """Evidence on answers of one comparison.

    Parameters
    ----------
    target : Target
    points : (n_points, n_vars) float64
    routes : sequence of Route
        All of them: the complex step has no bound of its own and takes that of the symbolic program.
    """

    def __init__(self, target: Target, points: Array, routes: Sequence[Route] = ()) -> None:
        self._target = target
        self._points = points
        self._symbolic = next((route.program for route in routes if route.key == "symbolic"), None)
        self._adjoint: dict[int, Expression] = {}
        self._singles: dict[int, Expression] = {}
        self._bounds: dict[tuple[int, int], Array] = {}
        self._halved: dict[str, Array] = {}

    def single(self, output: int) -> Expression:
        """One output; the expression itself, which knows its text, where there is no other."""
        expression = self._target.expression
        if expression.n_outputs == 1:
            return expression
        if output not in self._singles:
            self._singles[output] = automatic.select(expression, [output])
        return self._singles[output]

    def of_value(self, one: Entry, condition: Callable[[], float]) -> Found:
        """On a value of the function: its own program is all there is."""
        expression = self._target.expression
        return Found(condition, lambda: self._bound(expression, one.point, one.number), _never, _nothing)

    def of(self, route: Route, answers: Array, one: Entry, condition: Callable[[], float]) -> Found:
        """On an answer of a method; `answers` are all of it, (n_points, n_asked)."""
        return Found(
            condition,
            lambda: self.bound(route, one),
            lambda: self.bend(route, one) is not None,
            lambda: sum(self.quotient(route, answers, one)),
        )

    def bound(self, route: Route, one: Entry) -> float:
        """The bound of the method's own program, or of the tape's derivative, the larger."""
        found = self._of_tape(one)
        program = self._symbolic if route.key == "complex" else None if route.key == "sweep" else route.program
        return found if program is None else _larger(found, self._bound(program, one.point, one.number))

    def _of_tape(self, one: Entry) -> float:
        """The bound of the tape's own derivative: the adjoint program is the sweep written out."""
        asked = self._target.asked[one.number]
        if asked.output not in self._adjoint:
            program = self.single(asked.output)
            for _ in range(self._target.order):
                program = automatic.jacobian(program)
            self._adjoint[asked.output] = program
        place = 0
        for column in asked.columns:
            place = place * len(self._target.expression.variables) + column
        return self._bound(self._adjoint[asked.output], one.point, place)

    def _bound(self, program: Expression, point: int, output: int) -> float:
        key = (id(program), point)  # programs live as long as the comparison is in the making
        if key not in self._bounds:
            self._bounds[key] = own_bound(program, self._points[point])[0]
        return float(self._bounds[key][output])

    def quotient(self, route: Route, answers: Array, one: Entry) -> tuple[float, float]:
        """E_r and E_t of a difference quotient: from the bounds of f where it looks, from the step halved."""
        if route.at_step is None or route.step is None:
            return 0.0, 0.0
        if route.key not in self._halved:
            self._halved[route.key] = route.at_step(self._points[: len(answers)], route.step / 2)
        factor, _ = _STEPPED[route.key]
        change, rounding = abs(float(self._halved[route.key][one.place]) - one.answer), self._rounding(route, one)
        return rounding, factor * max(0.0, change - 3 * rounding)  # half the step has twice the rounding

    def _rounding(self, route: Route, one: Entry) -> float:
        """The bounds of f at the places of a quotient over what is divided by."""
        asked, point = self._target.asked[one.number], self._points[one.point]
        single = self.single(asked.output)
        ends = _STEPPED[route.key][1]
        places, over = [point], 1.0
        for column in asked.columns:
            h = self.step(route, one, column)
            places = [_moved(place, column, end * h) for place in places for end in ends]
            over *= h * (ends[1] - ends[0])
        return sum(_rounding_at(single, place) for place in places) / over

    def step(self, route: Route, one: Entry, column: int) -> float:
        """The absolute step of a quotient."""
        return (route.step or 0.0) * max(1.0, abs(float(self._points[one.point][column])))

    def bend(self, route: Route, one: Entry) -> tuple[int, float] | None:
        """The first operation with a kink, a jump or an end of its domain within the step, and the step."""
        asked = self._target.asked[one.number]
        single = self.single(asked.output)
        nodes = [node for node in range(single.graph.n_inputs, single.n_nodes) if _may_bend(single, node)]
        if nodes and route.key in _STEPPED:
            for column in dict.fromkeys(asked.columns):
                h = self.step(route, one, column)
                point, ends = self._points[one.point], _STEPPED[route.key][1]
                found = _first_bend(single, nodes, point, column, (ends[0] * h, ends[1] * h))
                if found is not None:
                    return found, h
        return None

    def origin(self, route: Route, one: Entry) -> Origin | None:
        """The first operation that lost the digits: of the formula, else of the method's program."""
        single, point = self.single(self._target.asked[one.number].output), self._points[one.point]
        for program in (single, route.program):
            node = None if program is None else own_bound(program, point)[1]
            if program is not None and node is not None:
                return Origin(operation(program, node), node, in_formula=program is single)
        return None


def _larger(a: float, b: float) -> float:
    """The larger bound; nan, which bounds nothing, is the largest."""
    return a if not b >= a and not np.isnan(b) else b


def _never() -> bool:
    return False


def _nothing() -> float:
    return 0.0


def _moved(point: Array, column: int, by: float) -> Array:
    there = point.copy()
    there[column] += by
    return there


def _may_bend(expression: Expression, node: int) -> bool:
    """Conditions, selections, Max, Abs, floor, Mod and others that are smooth but for single places."""
    entry = ROWS[expression.graph.op[node]]
    pointwise = "!=" in entry.domain and entry.cost in ("basic", "call")
    return entry.condition or entry.cost == "select" or entry.arity < 0 or pointwise


def _first_bend(
    single: Expression, nodes: Sequence[int], point: Array, column: int, ends: tuple[float, float]
) -> int | None:
    """The first node whose value or partial changes within the ends as no smooth function does.

    The interval is halved towards the larger change: that of a smooth function falls with it.
    """
    tape = single.compile()

    def looked(by: float) -> tuple[dict[int, tuple[float, ...]], dict[int, bool]]:
        sweep = tape.sweep(_moved(point, column, by))
        seen = {node: (float(sweep.values[node]), *sweep.partials_of(node)) for node in nodes}
        return seen, {node: bool(sweep.live[node]) for node in nodes}

    (low, live), (high, also) = looked(ends[0]), looked(ends[1])

    def persists(node: int, part: int) -> bool:
        """Whether the change of a value or a partial does not fall with the interval."""
        (a, b), at_a, at_b = ends, low[node][part], high[node][part]
        before = abs(at_b - at_a)
        for _ in range(HALVINGS):
            middle = (a + b) / 2
            at = looked(middle)[0][node][part]
            if _changes(at_a, at) >= _changes(at, at_b):
                b, at_b = middle, at
            else:
                a, at_a = middle, at
        return not abs(at_b - at_a) <= _PERSISTS * before

    for node in nodes:
        if live[node] or also[node]:
            for part in range(len(low[node])):
                size = max(abs(low[node][part]), abs(high[node][part]))
                if not _changes(low[node][part], high[node][part]) <= _CHANGED * size and persists(node, part):
                    return node
    return None


def _changes(a: float, b: float) -> float:
    """How far two numbers are apart; infinitely where only one is a number, not at all where none is."""
    if np.isnan(a) or np.isnan(b):
        return 0.0 if np.isnan(a) and np.isnan(b) else float(np.inf)
    return 0.0 if a == b else abs(b - a)
