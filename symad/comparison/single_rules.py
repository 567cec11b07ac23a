"""Single operations against 50 digits: the first whose local partial is not its derivative."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from symad import numeric
from symad._core import tapes
from symad.comparison import verdicts
from symad.errors import BudgetError, SymadError
from symad.formula.expression import Expression, build
from symad.formula.ops import ROWS
from symad.system.clocks import Clock

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from symad.tape.sweeps import Sweep

    Array = NDArray[np.float64]
    Derive = Callable[[Expression], Expression]

SECONDS = 2.0  # for one search
_EXCUSED = 2e-13  # times the condition: a kernel errs by some ulp of an argument that is rounded itself
_ZERO = 1e-300  # a partial that is exactly 0 may come out as a number that vanished


def operation(expression: Expression, node: int) -> str:
    """The text of an operation or of the first one round it that has one, its name, or its row and place.

    A shorthand such as relu is many nodes, and only the last of them has its text.
    """
    graph, labels, around = expression.graph, expression.labels, {node}
    for k in range(node, graph.n_nodes):
        if k in around or not around.isdisjoint(graph.operands(k)):
            around.add(k)
            text = expression.span(k) or labels.get(k)
            if text:
                return text
    row = ROWS[graph.op[node]]
    return f"{row.text or row.name.lower()} (node {node})"


def first_wrong(expression: Expression, point: Array, derive: Derive | None, clock: Clock | None = None) -> int | None:
    """The first live node whose partial, by `derive`, disagrees with the reference of its operation alone.

    Parameters
    ----------
    expression : Expression
        With one output.
    point : (n_vars,) float64
    derive : callable or None
        From an Expression of one operation to its gradient; None asks the textbook sweep for its local partials.
    clock : Clock, optional
        Ends the search before its own seconds do.
    """
    own = Clock((clock or Clock()).left(SECONDS))
    sweep = expression.compile().sweep(point)
    graph = expression.graph
    seen: set[tuple[object, ...]] = set()
    for node in range(graph.n_inputs, graph.n_nodes):
        entry = ROWS[graph.op[node]]
        operands = graph.operands(node)
        if not operands or entry.condition or not sweep.live[node] or entry.name in ("SELECT", "SHARE"):
            continue
        key = (entry.number, *(float(sweep.values[operand]) for operand in operands))
        if key in seen:
            continue
        seen.add(key)
        if not own.left():
            return None
        if _is_wrong(expression, node, sweep, derive, own):
            return node
    return None


def _is_wrong(expression: Expression, node: int, sweep: Sweep, derive: Derive | None, clock: Clock) -> bool:
    """Whether any partial of one operation misses its reference by more than rounding."""
    alone, places = _alone(expression, node)
    if not places:
        return False
    graph = expression.graph
    at = np.array([[sweep.values[graph.operands(node)[place]] for place in places]])
    if not np.isfinite(at).all():
        return False
    (known,) = numeric.references(alone, at, budget_s=clock.left()) or (None,)
    if known is None:
        return False
    if derive is None:
        answers = [sweep.partials_of(node)[place] for place in places]
    else:
        try:
            program = derive(alone)
        except SymadError:
            return False  # nothing can be said of a rule that this method does not have
        out = np.empty((1, program.n_outputs))
        tapes.values(program.handle, at, out)
        answers = [float(answer) for answer in out[0]]
    try:
        return any(_misses(alone, known, k, answer, clock) for k, answer in enumerate(answers))
    except BudgetError:
        return False


def _alone(expression: Expression, node: int) -> tuple[Expression, list[int]]:
    """One operation as an Expression of its own; numbers stay numbers, other operands become variables."""
    graph, builder = expression.graph, tapes.Builder()
    operands = graph.operands(node)
    is_number = [ROWS[graph.op[operand]].name == "NUMBER" for operand in operands]
    places = [place for place, number in enumerate(is_number) if not number]
    new = {place: builder.input(f"v{place}") for place in places}
    for place, operand in enumerate(operands):
        if is_number[place]:
            number = graph.number(operand)
            digits = number.exact
            new[place] = builder.number(number.value) if digits is None else builder.literal(str(digits))
    builder.output(builder.op(graph.op[node], *(new[place] for place in range(len(operands)))))
    return build(builder), places


def _misses(alone: Expression, known: numeric.Reference, column: int, answer: float, clock: Clock) -> bool:
    partial = known.partials[0][column]
    exact = numeric.nearest_double(partial.value)
    if partial.reason or not math.isfinite(exact):
        return False
    error = numeric.relative_error(answer, partial.value)
    if error <= verdicts.TOLERANCE_EXACT or (exact == 0.0 and abs(answer) <= _ZERO):
        return False
    amplified = numeric.condition(alone, known.point, column, budget_s=clock.left())
    return not error <= _EXCUSED * amplified
