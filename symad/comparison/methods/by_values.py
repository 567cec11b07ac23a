"""Derivatives from values alone: differences by the function's own evaluator, and the complex step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from symad import numeric
from symad.comparison.methods.evaluating import evaluation, memory, value
from symad.comparison.methods.method import Route
from symad.comparison.target import HESSIAN, Target
from symad.derive import automatic
from symad.errors import UnsupportedError
from symad.system.timing import Job

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_KEYS = {"central": "central", "forward": "one-sided"}
_COMPLEX = 16  # bytes of a number
MAX_NODES = 300_000_000  # evaluated for the answers of differences; as many points are answered as fit
MAX_COMPLEX = 20_000_000  # complex numbers computed for one answer
CHUNK = 2_000_000  # of them at a time


def differences(kind: str) -> Callable[[Target], Route]:
    """Central or one-sided differences, as a maker of the route."""
    return lambda target: _differences(target, kind)


def _differences(target: Target, kind: str) -> Route:
    expression, n = target.expression, len(target.columns)
    central = kind == "central"
    if target.of == HESSIAN:
        # the corners of a square for each pair; on the diagonal two of them are the point itself, or one place
        n_evaluations = 2 * n * (n - 1) + 2 * n + 1 if central else n * (n - 1) // 2 + 2 * n + 1
    else:
        n_evaluations = 2 * n if central else n + 1
    n_points = MAX_NODES // (n_evaluations * expression.n_nodes)
    return Route(
        _KEYS[kind],
        expression,
        evaluate=(lambda points: _quotients(target, points[:n_points], kind, None)) if n_points else None,
        job=lambda block: evaluation(expression, block, n_evaluations),
        passes=f"{_evaluations(n_evaluations)} of the function",
        n_evaluations=n_evaluations,
        memory_bytes=memory(expression),
        reason="" if n_points else "so many evaluations are too long to be run for their digits",
        exact=False,
        at_step=lambda points, step: _quotients(target, points, kind, step),
        step=numeric.usual_step(kind, target.order),
    )


def _evaluations(n: int) -> str:
    return f"{n} evaluation{'s' * (n != 1)}"


def _quotients(target: Target, points: Array, kind: str, step: float | None) -> Array:
    expression, columns = target.expression, target.columns
    with np.errstate(all="ignore"):  # inf - inf is an answer here: no number
        if target.of == HESSIAN:
            found = numeric.second_differences(
                lambda x: value(expression, x)[:, 0], points, kind=kind, columns=columns, step=step
            )
        else:
            found = numeric.differences(lambda x: value(expression, x), points, kind=kind, columns=columns, step=step)
    return found.reshape(len(points), len(target.asked))


def complex_step(target: Target) -> Route:
    """One complex evaluation a variable, of the function or, for a Hessian, of the adjoint program."""
    n = len(target.columns)
    try:
        numeric.ComplexValues(target.expression)  # names the user's operation, not one of the derivative
        stepped = target.expression
        if target.of == HESSIAN:
            stepped = automatic.select(automatic.gradient(stepped), target.columns)
        values = numeric.ComplexValues(stepped)
    except UnsupportedError as error:
        return Route("complex", None, reason=str(error), applies=False)
    size = n * stepped.n_nodes
    if size > MAX_COMPLEX:
        reason = f"{n} steps through {stepped.n_nodes} nodes are too long for NumPy"
        return Route("complex", None, reason=reason)
    what = "the adjoint program" if target.of == HESSIAN else "the function"
    return Route(
        "complex",
        stepped,
        evaluate=lambda points: _stepped(target, values, points[: max(1, MAX_COMPLEX // size)]),
        job=lambda block: _job(target, values, block[: max(1, CHUNK // size)]),
        passes=f"{_evaluations(n)} of {what} in complex arithmetic by NumPy",
        n_evaluations=n,
        memory_bytes=int(stepped.handle.view.n_bytes) + _COMPLEX * stepped.n_nodes,
        engine="NumPy",
    )


def _job(target: Target, values: numeric.ComplexValues, block: Array) -> Job:
    return Job(lambda: _use(numeric.complex_step(values, block, target.columns)), len(block))


def _use(answer: Array) -> None:
    del answer


def _stepped(target: Target, values: numeric.ComplexValues, points: Array) -> Array:
    """The answers, nan where the function itself has no value: its logarithms there are complex."""
    per_call = max(1, CHUNK // (len(target.columns) * values.expression.n_nodes))
    pieces = [
        numeric.complex_step(values, points[k : k + per_call], target.columns) for k in range(0, len(points), per_call)
    ]
    found = np.concatenate(pieces)
    real = value(values.expression, points)[:, :, None]
    return np.where(np.isnan(real), np.nan, found).reshape(len(points), len(target.asked))
