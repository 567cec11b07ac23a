"""The ways to a gradient: how each one is obtained, evaluated at points and timed. Judges nothing.

All derivatives are Expressions run by the one evaluator, except the textbook sweep, which needs no derivative, and the
differences, which call the function's own evaluator.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter_ns
from typing import TYPE_CHECKING

import numpy as np

from symad import _core, automatic, numeric
from symad.errors import BudgetError, LimitError, OutOfMemoryError, UnsupportedError
from symad.ops import row
from symad.timing import Job

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from symad.expression import Expression
    from symad.symbolic import SymbolicWorker

    Array = NDArray[np.float64]

SYMBOLIC, SYMBOLIC_CSE, FORWARD = "symbolic", "symbolic + CSE", "forward"
REVERSE, SWEEP, DIFFERENCES = "reverse program", "reverse sweep", "central differences"
STATUS_NODES = 20_000_000  # nodes swept for the status at most: with long tapes the first points speak for all
BUILD_NS = 5_000_000  # spent on building a program again
FORWARD_NODES = 50_000_000  # variables times nodes, before sharing
PROGRAM_NODES = 2_000_000  # of a program that is still counted
_PASSES = "one forward and one reverse pass over the function's own operations"
BLOCK = 1000  # points in a timed call; not a power of two, whose strides collide in the caches
BLOCK_NODES = 1_000_000  # nodes evaluated in a timed call at most, so that long programs are called with fewer points


@dataclass(frozen=True, slots=True)
class Route:
    """One way to the gradient.

    Attributes
    ----------
    name : str
    program : Expression or None
        What is evaluated and counted; None where the method gave up.
    build_time_ns : float or None
        Time to obtain the program; None where there is nothing to obtain.
    passes : str
        What one gradient takes, where it is not one evaluation of `program`.
    reason : str
        Why the method gave up.
    exact : bool
        Whether only rounding separates it from the derivative.
    follows_tape : bool
        Whether it meets what a sweep over the function meets.
    """

    name: str
    program: Expression | None
    build_time_ns: float | None = None
    passes: str = ""
    reason: str = ""
    exact: bool = True
    follows_tape: bool = False


def build(expression: Expression, worker: SymbolicWorker) -> list[Route]:
    """Every route; SymPy is asked first, so that its process rests while the others are timed."""
    n = len(expression.variables)
    return [
        *_symbolic(expression, worker),
        _forward(expression),
        _timed(REVERSE, automatic.gradient, expression),
        Route(SWEEP, expression, passes=_PASSES, follows_tape=True),
        Route(DIFFERENCES, expression, passes=f"{2 * n} evaluations of the function", exact=False),
    ]


def _symbolic(expression: Expression, worker: SymbolicWorker) -> list[Route]:
    """As SymPy returns it, and after its CSE; what stops the first also stops the second."""
    found: list[Route] = []
    for name, cse in ((SYMBOLIC, False), (SYMBOLIC_CSE, True)):
        try:
            answer = worker.differentiate(expression, cse=cse)
        except (BudgetError, LimitError, OutOfMemoryError, UnsupportedError) as error:
            names = (SYMBOLIC, SYMBOLIC_CSE)[len(found) :]
            return [*found, *(Route(later, None, reason=str(error)) for later in names)]
        seconds = sum(time for stage, time in answer.seconds.items() if stage != "import")
        found.append(Route(name, answer.expression, 1e9 * seconds))
    return found


def _forward(expression: Expression) -> Route:
    """One tangent sweep a variable, unless so many sweeps are too long to be written down."""
    n_sweeps = len(expression.variables)
    reason = f"{n_sweeps} sweeps over {expression.n_nodes} nodes are too long to be written down"
    if n_sweeps * expression.n_nodes > FORWARD_NODES:
        return Route(FORWARD, None, reason=reason)
    route = _timed(FORWARD, automatic.forward_gradient, expression)
    long = route.program is not None and route.program.n_nodes > PROGRAM_NODES
    return Route(FORWARD, None, reason=reason) if long else route


def _timed(name: str, derive: Callable[[Expression], Expression], expression: Expression) -> Route:
    """A program with its build time; a short one is built again, because the first time also warms caches."""
    times: list[int] = []
    while len(times) < 3 and sum(times) < BUILD_NS:
        start = perf_counter_ns()
        program = derive(expression)
        times.append(perf_counter_ns() - start)
    return Route(name, program, float(min(times)), follows_tape=True)


def value(expression: Expression, points: Array) -> Array:
    """The function itself, (n_points,)."""
    out = np.empty((len(points), 1))
    _core.values(expression.handle, points, out)
    return out[:, 0]


def evaluate(route: Route, expression: Expression, points: Array) -> Array:
    """The gradients of a route, (n_points, n_vars)."""
    out = np.empty(points.shape)
    if route.name == SWEEP:
        handle = expression.handle
        _core.time_sweeps(handle, points, np.empty(len(points)), out, _core.work(handle, sweep=True))
    elif route.name == DIFFERENCES:
        with np.errstate(all="ignore"):  # inf - inf is an answer here: no number
            return numeric.differences(expression.compile(), points)
    elif route.program is not None:
        _core.values(route.program.handle, points, out)
    return out


def lowered(expression: Expression) -> str:
    """What the function's own row has to say where a written root is not computed as it was written."""
    written = expression.source or ""
    if "norm" in written or row("NORM").number not in expression.graph.op:
        return ""
    return "roots of squares and of sums of squares are computed as lengths (norm), with slope 0 at the origin"


def status(expression: Expression, points: Array) -> tuple[str, ...]:
    """Names of the status bits that the check of the textbook sweep meets at any of the points."""
    tape = expression.compile()
    looked_at = points[: max(1, STATUS_NODES // expression.n_nodes)]
    met = {bit.name for cause in tape.check(looked_at).causes for bit in cause.bits}
    return tuple(name for name, _ in _core.STATUS_BITS if name in met)


def jobs(expression: Expression, routes: Sequence[Route], points: Array) -> list[Job]:
    """What to time: the function itself, then each route that has a program."""
    programs = [route for route in routes if route.program is not None]
    largest = max(route.program.n_nodes for route in programs if route.program is not None)
    n_rows = max(1, min(BLOCK, BLOCK_NODES // largest))
    block = np.resize(points, (n_rows, points.shape[1]))
    return [_evaluation(expression, block), *(_job(route, expression, block) for route in programs)]


def _job(route: Route, expression: Expression, block: Array) -> Job:
    if route.name == SWEEP:
        value, gradient = np.empty(len(block)), np.empty(block.shape)
        memory, handle = _core.work(expression.handle, sweep=True), expression.handle
        return Job(lambda: _core.time_sweeps(handle, block, value, gradient, memory), len(block))
    if route.name == DIFFERENCES:
        return Job(_evaluation(expression, block).call, len(block) / (2 * block.shape[1]))
    return _evaluation(route.program or expression, block)


def _evaluation(program: Expression, block: Array) -> Job:
    out, memory, handle = np.empty((len(block), program.n_outputs)), _core.work(program.handle), program.handle
    return Job(lambda: _core.time_values(handle, block, out, memory), len(block))
