"""Gradients by differences in doubles: the method that everybody tries first, and what it loses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from symad.errors import ShapeError
from symad.tape import Tape

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]

_EPSILON = float(np.finfo(np.float64).eps)
_ORDER = {"central": 3, "forward": 2}  # the step that balances truncation and rounding is eps**(1/order)


def differences(
    function: Tape | Callable[[Array], ArrayLike], x: ArrayLike, *, kind: str = "central", step: float | None = None
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

    Returns
    -------
    (..., n_vars) float64, or (..., n_outputs, n_vars)

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
    relative = _EPSILON ** (1 / _ORDER[kind]) if step is None else step
    base = np.asarray(value(points)) if kind == "forward" else None
    columns = [_slope(value, points, k, relative, base) for k in range(points.shape[-1])]
    return np.stack(columns, axis=-1)


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
