"""Each route built for what is asked."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter_ns
from typing import TYPE_CHECKING

import numpy as np

from symad.comparison.methods import by_sympy, by_values
from symad.comparison.methods.evaluating import evaluation, memory, sweeps, swept, value
from symad.comparison.methods.method import DEFAULT, METHODS, Route
from symad.comparison.target import GRADIENT, HESSIAN, JACOBIAN, VALUE, Target
from symad.derive import automatic
from symad.errors import ExpressionError
from symad.formula.names import hint

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from symad.formula.expression import Expression
    from symad.symbolic import SymbolicWorker
    from symad.system.clocks import Clock

    Array = NDArray[np.float64]

BUILD_NS = 5_000_000  # spent on building a program again
FORWARD_NODES = 50_000_000  # variables times nodes, before sharing
PROGRAM_NODES = 2_000_000  # of a program that is still counted


def chosen(methods: Sequence[str] | str | None) -> tuple[str, ...]:
    """Keys of the methods asked for, each once, in the order of `METHODS`.

    Parameters
    ----------
    methods : sequence of str, or one text with commas, optional
        Keys or names; "default" and "all" stand for many.
    """
    if methods is None:
        return DEFAULT
    given = methods.split(",") if isinstance(methods, str) and methods not in METHODS.values() else methods
    keys = {name: key for key, name in METHODS.items()}
    found: set[str] = set()
    for one in [given] if isinstance(given, str) else given:
        word = str(one).strip()
        if word in ("default", "all"):
            found |= set(DEFAULT if word == "default" else METHODS)
        elif word in METHODS or word in keys:
            found.add(keys.get(word, word))
        else:
            known = [*METHODS, "default", "all"]
            raise ExpressionError(f"methods: {word!r} is none of {', '.join(known)}{hint(word, known)}")
    if not found:
        raise ExpressionError("methods: at least one is needed")
    return tuple(key for key in METHODS if key in found)


def build(target: Target, methods: Sequence[str], worker: SymbolicWorker, clock: Clock, seconds: float) -> list[Route]:
    """The routes with these keys; SymPy is asked first, so that its process rests while the others are timed.

    It has so many seconds; the clock stands still while it loads.
    """
    if target.of == VALUE:
        methods = [key for key in methods if key in (*by_sympy.FORMS, "sweep") and key != "forward-jacobian"]
        if not methods:
            raise ExpressionError("methods: of a value only symbolic, cse, simplified, factored and sweep speak")
    symbolic = by_sympy.routes(target, methods, worker, clock, seconds)
    makers: dict[str, Callable[[Target], Route]] = {
        "forward": _forward,
        "reverse": _reverse,
        "sweep": _sweep,
        "central": by_values.differences("central"),
        "one-sided": by_values.differences("forward"),
        "complex": by_values.complex_step,
    }
    return [symbolic[key] if key in symbolic else makers[key](target) for key in methods]


def program_route(key: str, program: Expression, **more: object) -> Route:
    """A route that is one evaluation of a program."""
    return Route(
        key,
        program,
        evaluate=lambda points: value(program, points),
        job=lambda block: evaluation(program, block),
        memory_bytes=memory(program),
        **more,  # type: ignore[arg-type]  # the other fields of Route
    )


def _reverse(target: Target) -> Route:
    program, time_ns = _timed(lambda: _adjoint(target))
    return program_route("reverse", program, build_time_ns=time_ns, follows_tape=True, derive=automatic.gradient)


def _adjoint(target: Target) -> Expression:
    """The adjoint program of what is asked; for a Hessian it is differentiated again."""
    columns, n = target.columns, len(target.expression.variables)
    if target.of == GRADIENT:
        return automatic.select(automatic.gradient(target.expression), columns)
    if target.of == HESSIAN:
        slopes = automatic.select(automatic.gradient(target.expression), columns)
        return automatic.select(automatic.jacobian(slopes), _wanted(len(columns), n, columns))
    return automatic.select(automatic.jacobian(target.expression), _wanted(target.expression.n_outputs, n, columns))


def _wanted(n_rows: int, n: int, columns: Sequence[int]) -> list[int]:
    """Outputs of a Jacobian over all variables, row by row, that belong to the chosen columns."""
    return [row * n + column for row in range(n_rows) for column in columns]


def adjoint(target: Target) -> Callable[[Array], Array]:
    """What reverse mode answers, from points (n_points, n_vars); nothing is timed."""
    program = _adjoint(target)
    return lambda points: value(program, points)


def _forward(target: Target) -> Route:
    """One tangent sweep a variable, unless so many sweeps are too long to be written down."""
    expression, columns = target.expression, target.columns
    n_sweeps = len(columns)
    reason = f"{n_sweeps} sweeps over {expression.n_nodes} nodes are too long to be written down"
    if len(expression.variables) * expression.n_nodes > FORWARD_NODES:
        return Route("forward", None, reason=reason)
    program, time_ns = _timed(lambda: _tangents(target))
    if program.n_nodes > PROGRAM_NODES:
        return Route("forward", None, reason=reason)
    passes = f"{n_sweeps} tangent sweeps over the adjoint program, in one" if target.of == HESSIAN else ""
    derive = automatic.forward_gradient
    return program_route("forward", program, build_time_ns=time_ns, passes=passes, follows_tape=True, derive=derive)


def _tangents(target: Target) -> Expression:
    expression, columns, n = target.expression, target.columns, len(target.expression.variables)
    if target.of == HESSIAN:
        expression = automatic.select(automatic.gradient(expression), columns)
    return automatic.select(automatic.forward_gradient(expression), _wanted(expression.n_outputs, n, columns))


def _timed(derive: Callable[[], Expression]) -> tuple[Expression, float]:
    """A program with its build time; a short one is built again, because the first time also warms caches."""
    times: list[int] = []
    while len(times) < 3 and sum(times) < BUILD_NS:
        start = perf_counter_ns()
        program = derive()
        times.append(perf_counter_ns() - start)
    return program, float(min(times))


@dataclass(frozen=True, slots=True)
class _Swept:
    """The functions that the textbook sweep runs over, each with one output."""

    swept: Expression
    singles: tuple[Expression, ...]

    @staticmethod
    def of(target: Target) -> _Swept:
        """The function itself; its outputs one by one; for a Hessian the partial derivatives."""
        function = target.expression
        if target.of == HESSIAN:
            function = automatic.select(automatic.gradient(function), target.columns)
        if function.n_outputs == 1:
            return _Swept(function, (function,))
        return _Swept(function, tuple(automatic.select(function, [k]) for k in range(function.n_outputs)))


def _sweep(target: Target) -> Route:
    over = _Swept.of(target)
    n = len(over.singles)
    passes = {
        VALUE: "the forward half of each sweep",
        GRADIENT: "one forward and one reverse pass over the function's own operations",
        JACOBIAN: f"{n} forward and reverse passes over the function's own operations, one an output",
        HESSIAN: f"{n} forward and reverse passes over the adjoint program, one a variable",
    }[target.of]
    return Route(
        "sweep",
        over.swept,
        evaluate=lambda points: _answers(target, over, points),
        job=lambda block: sweeps(over.singles, block),
        passes=f"{passes}; ratio over the forward half alone",
        n_evaluations=n,
        memory_bytes=memory(over.swept, sweep=True),
        follows_tape=True,
    )


def _answers(target: Target, over: _Swept, points: Array) -> Array:
    found = [swept(single, points) for single in over.singles]
    if target.of == VALUE:
        return np.stack([values for values, _ in found], axis=1)
    return np.concatenate([gradients[:, list(target.columns)] for _, gradients in found], axis=1)


def usual(target: Target, points: Array) -> Array:
    """What the tape's documented conventions answer, whichever methods were asked for."""
    return _answers(target, _Swept.of(target), points)
