"""Programs and sweeps run at points, and as jobs to be timed; both through `_core` alone."""

from __future__ import annotations

import time
import warnings
from typing import TYPE_CHECKING

import numpy as np

from symad._core import sweeps as sweeps_in_c
from symad._core import tapes
from symad.comparison.methods.method import SWEEP
from symad.formula.ops import row
from symad.system.timing import Job
from symad.tape.compiling import compile  # noqa: A004  # the name that users type

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from symad.comparison.methods.method import Route
    from symad.formula.expression import Expression

    Array = NDArray[np.float64]

STATUS_NODES = 20_000_000  # nodes swept for the status at most: with long tapes the first points speak for all
BLOCK = 1000  # points in a timed call; not a power of two, whose strides collide in the caches
NATIVE_NODES = 20_000  # of a program that is compiled: some ten seconds of the compiler
BLOCK_S = 0.01  # for a timed call at most, where single operations are slow
BLOCK_NODES = 1_000_000  # nodes evaluated in a timed call at most, so that long programs are called with fewer points


def value(expression: Expression, points: Array) -> Array:
    """All outputs, (n_points, n_outputs)."""
    out = np.empty((len(points), expression.n_outputs))
    tapes.values(expression.handle, points, out)
    return out


def swept(single: Expression, points: Array) -> tuple[Array, Array]:
    """Values (n_points,) and gradients (n_points, n_vars) of one output by the textbook sweep."""
    values, gradients = np.empty(len(points)), np.empty(points.shape)
    if points.shape[1] == 0:
        return value(single, points)[:, 0], gradients
    points = np.ascontiguousarray(points)
    sweeps_in_c.time_sweeps(single.handle, points, values, gradients, tapes.work(single.handle, sweep=True))
    return values, gradients


def evaluation(program: Expression, block: Array, n_evaluations: int = 1) -> Job:
    """The timed evaluation of a program that one derivative takes so many of."""
    out = np.empty((len(block), program.n_outputs))
    return Job(_plan(program).bind([block], [out]), len(block) / n_evaluations)


def engine(program: Expression) -> str:
    """What runs it when it is timed: as everywhere, machine code where it runs often."""
    plan = _plan(program)
    plan.compile(BLOCK)
    return plan.engine


def _plan(program: Expression) -> tapes.Plan:
    return tapes.Plan(program.handle, len(program.variables), program.n_outputs)


def sweeps(singles: Sequence[Expression], block: Array) -> Job:
    """The timed sweeps over each output."""
    values, gradients = np.empty(len(block)), np.empty(block.shape)
    works = [(single.handle, tapes.work(single.handle, sweep=True)) for single in singles]

    def call() -> None:
        for handle, memory in works:
            sweeps_in_c.time_sweeps(handle, block, values, gradients, memory)

    return Job(call, len(block))


def memory(program: Expression, *, sweep: bool = False) -> int:
    """Bytes that one evaluation holds: what is run, the graph or the plan, and its work memory."""
    if sweep:
        return int(program.handle.view.n_bytes) + tapes.work_bytes(program.handle, sweep=True)
    plan = _plan(program)
    return plan.size()[2] + plan.work_bytes(1)


def lowered(expression: Expression) -> str:
    """What the function's own row has to say where a written root is not computed as it was written."""
    written = expression.source or ""
    if "norm" in written or row("NORM").number not in expression.graph.op:
        return ""
    return "roots of squares and of sums of squares are computed as lengths (norm), with slope 0 at the origin"


def status(singles: Sequence[Expression], points: Array) -> tuple[str, ...]:
    """Names of the status bits that the check of the textbook sweep meets in any output at any of the points."""
    met: set[str] = set()
    for single in singles:
        looked_at = points[: max(1, STATUS_NODES // (single.n_nodes * len(singles)))]
        met |= {bit.name for cause in single.compile().check(looked_at).causes for bit in cause.bits}
    return tuple(name for name, _ in tapes.STATUS_BITS if name in met)


def block_of(expression: Expression, routes: Sequence[Route], points: Array) -> Array:
    """The points of one timed call: as many as all programs evaluate in bearable time, the given ones in turn."""
    programs = [expression, *(route.program for route in routes if route.job is not None and route.program is not None)]
    fit = BLOCK_NODES // max(program.n_nodes for program in programs)
    slowest = max(_point_s(program, points[:1]) for program in programs)
    n_rows = max(1, min(BLOCK, fit, int(BLOCK_S / max(slowest, BLOCK_S / BLOCK))))
    return np.ascontiguousarray(np.resize(points, (n_rows, points.shape[1])))


def _point_s(program: Expression, point: Array) -> float:
    """Seconds of one evaluation at one point, a call included; a special function may take as long as 10^5 sums."""
    start = time.perf_counter()
    value(program, point)
    return time.perf_counter() - start


def jobs(expression: Expression, routes: Sequence[Route], block: Array) -> list[Job | None]:
    """What to time at the points of `block`: the function, each route, and for each what its ratio is taken over.

    None for a route that cannot be run, and where the ratio is taken over the function as a program.
    """
    made = [None if route.job is None else route.job(block) for route in routes]
    over = [recorded(expression, block) if route.key == SWEEP else None for route in routes]
    return [evaluation(expression, block), *made, *over]


def recorded(expression: Expression, block: Array) -> Job:
    """The function by the interpreter that keeps every value, as the forward half of a textbook sweep does."""
    out = np.empty((len(block), expression.n_outputs))
    return Job(tapes.values_call(expression.handle, block, out), len(block))


def native_jobs(expression: Expression, routes: Sequence[Route], block: Array, compiler: str) -> list[Job | None]:
    """The same compiled; None also for sweeps, for what NumPy runs, and for programs too long to compile."""
    made = [_native(expression, block, 1, compiler)]
    for route in routes:
        program = None if route.engine != "C" or route.job is None or route.key == SWEEP else route.program
        made.append(None if program is None else _native(program, block, route.n_evaluations, compiler))
    return made


def _native(program: Expression, block: Array, n_evaluations: int, compiler: str) -> Job | None:
    if program.n_nodes > NATIVE_NODES:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # the report says that there is no compiled form
        tape = compile(program, native=True, compiler=compiler)
    if not tape.native:
        return None
    out = np.empty((len(block), program.n_outputs))
    return Job(tape._planned(None)[1].bind([block], [out]), len(block) / n_evaluations)
