"""Gradients by differences in doubles: the method that everybody tries first, and what it loses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from symad.errors import ShapeError
from symad.tape.tape import Tape

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]

_EPSILON = float(np.finfo(np.float64).eps)
_ORDER = {"central": 3, "forward": 2}  # the step that balances truncation and rounding is eps**(1/order) of a slope


def differences(
    function: Tape | Callable[[Array], ArrayLike],
    x: ArrayLike,
    *,
    kind: str = "central",
    step: float | None = None,
    columns: Sequence[int] | None = None,
) -> Array:
    """Gradient by central or forward differences.

    Parameters
    ----------
    function : Tape or callable
        From points ``(..., n_vars)`` to values ``(...,)``, or ``(..., n_outputs)``.
    x : (..., n_vars) array-like
    kind : {"central", "forward"}
    step : float, optional
        Relative to max(1, abs(x)), by default eps**(1/3) and eps**(1/2). It is rounded so that x + h and x differ by
        exactly the h that is divided by.
    columns : sequence of int, optional
        Of the variables, by default all.

    Returns
    -------
    (..., n_columns) float64, or (..., n_outputs, n_columns)

    Raises
    ------
    ShapeError
        If `x` has no axis of variables.

    References
    ----------
    Nocedal and Wright, Numerical Optimization, 2nd ed., 2006, section 8.1.
    """
    if kind not in _ORDER:
        raise ValueError(f"kind is 'central' or 'forward', not {kind!r}")
    value = function.value if isinstance(function, Tape) else function
    points = np.asarray(x, dtype=np.float64)
    if points.ndim == 0:
        raise ShapeError("points have shape (..., n_vars)")
    relative = usual_step(kind) if step is None else step
    base = np.asarray(value(points)) if kind == "forward" else None
    chosen = range(points.shape[-1]) if columns is None else columns
    return np.stack([_slope(value, points, k, relative, base) for k in chosen], axis=-1)


def usual_step(kind: str, order: int = 1) -> float:
    """The relative step that balances truncation and rounding of an estimate of the first or second derivative."""
    return float(_EPSILON ** (1 / (_ORDER[kind] + order - 1)))


def second_differences(
    function: Callable[[Array], Array], points: Array, *, kind: str, columns: Sequence[int], step: float | None = None
) -> Array:
    """Hessian of one output by differences of its values; mixed ones by the four corners of a square.

    Parameters
    ----------
    function : callable
        From points ``(n_points, n_vars)`` to values ``(n_points,)``.
    points : (n_points, n_vars) float64
    kind : {"central", "forward"}
    columns : sequence of int
        Of the variables.
    step : float, optional
        Relative to max(1, abs(x)), by default eps**(1/4) and eps**(1/3).

    Returns
    -------
    (n_points, n_columns, n_columns) float64
    """
    h = (usual_step(kind, 2) if step is None else step) * np.maximum(1.0, np.abs(points))
    h = (points + h) - points  # what is added is exactly what is divided by
    behind = -1.0 if kind == "central" else 0.0

    def moved(i: int, j: int, by_i: float, by_j: float) -> Array:
        there = points.copy()
        there[:, i] += by_i * h[:, i]
        there[:, j] += by_j * h[:, j]
        return function(there)

    n = len(columns)
    found = np.empty((len(points), n, n))
    for a, i in enumerate(columns):
        for b, j in enumerate(columns[: a + 1]):
            corners = moved(i, j, 1.0, 1.0) - moved(i, j, 1.0, behind) - moved(i, j, behind, 1.0)
            area = (1.0 - behind) ** 2 * h[:, i] * h[:, j]
            found[:, a, b] = found[:, b, a] = (corners + moved(i, j, behind, behind)) / area
    return found


def _slope(
    value: Callable[[Array], ArrayLike], points: Array, column: int, relative: float, base: Array | None
) -> Array:
    """The quotient along one variable; `base`, the values at the points, makes it one-sided."""
    x = points[..., column]
    h = relative * np.maximum(1.0, np.abs(x))
    ahead, behind = points.copy(), points.copy()
    ahead[..., column] = x + h
    if base is None:
        behind[..., column] = x - h
    width = ahead[..., column] - behind[..., column]
    rise = np.asarray(value(ahead)) - (np.asarray(value(behind)) if base is None else base)
    return np.asarray(rise / width.reshape(width.shape + (1,) * (rise.ndim - width.ndim)))
