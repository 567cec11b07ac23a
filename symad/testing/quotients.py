"""Slopes by differences with steps that are chosen here, and what they may be wrong by. Knows no rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_LEVELS = 14
_FIRST = 0.25  # of the size of a coordinate
_SHRINK = 2.0
_ORDERS = 5  # columns of the extrapolation
_KINK = 1e-3  # of the slopes: how far the two sides must stay apart
_ROUNDINGS = 40.0  # of f in a one-sided slope
_SHORTER = 8.0  # times as short is the step that has to show the same kink
_STAYS = 0.3  # of it
_AGREES = 0.01  # how far long steps may be from short ones: beyond, f oscillates between them
_NEAREST = 5e-7  # steps of one-sided slopes, of the size of a coordinate


@dataclass(frozen=True, slots=True)
class Slope:
    """A slope by differences, what it may be wrong by, and the one-sided ones, which differ at a kink."""

    value: float
    error: float
    left: float
    right: float

    @property
    def is_kink(self) -> bool:
        """Whether the slopes from the two sides differ."""
        return self.left != self.right


def slope(f: Callable[[Array], float], point: Array, way: Array, unit: float) -> Slope:
    """The slope of f at a point along a direction, by Romberg's extrapolation of central differences.

    Parameters
    ----------
    f : callable
    point, way : (n,) float64
    unit : float
        Unit of rounding of what f returns.

    References
    ----------
    Ridders 1982, Advances in Engineering Software 4; with rounding in each entry of the table.
    """
    centre = f(point)
    scale = max(float(np.abs(point[way != 0]).max(initial=0.0)), 1e-2)
    scale = scale if scale > 0 else 1.0
    best, best_error, table = float("nan"), float("inf"), list[float]()
    for level in range(_LEVELS):
        h = scale * _FIRST / _SHRINK**level
        up, down = f(point + h * way), f(point - h * way)
        if not (np.isfinite(up) and np.isfinite(down)):
            table = []
            continue
        noise = 4 * unit * max(abs(up), abs(down), abs(centre)) / h
        row = [(up - down) / (2 * h)]
        error = noise + (abs(row[0] - table[0]) if table else float("inf"))
        best, best_error = (row[0], error) if error < best_error else (best, best_error)
        for order in range(min(len(table), _ORDERS)):
            factor = _SHRINK ** (2 * (order + 1))
            row.append((factor * row[order] - table[order]) / (factor - 1))
            error = max(abs(row[-1] - row[-2]), abs(row[-1] - table[order])) + 2 * noise
            if error < best_error:
                best, best_error = row[-1], error
        table = row
    return _with_sides(f, point, way, Slope(best, best_error, best, best), (scale, unit, centre))


def _with_sides(
    f: Callable[[Array], float], point: Array, way: Array, found: Slope, measures: tuple[float, float, float]
) -> Slope:
    """The slope, or those of the two sides where they differ, and go on differing when the step is shortened."""
    scale, unit, centre = measures
    step = scale * max(_NEAREST, unit**0.5)
    left, right = _sides(f, point, way, step, centre)
    if left is None or right is None:
        return found
    if not _differ(left, right, unit, centre, step):
        off = abs((left + right) / 2 - found.value)
        noise = _ROUNDINGS * unit * abs(centre) / step
        trusted = off <= _AGREES * abs(found.value) + noise + found.error
        return found if trusted else Slope(found.value, found.error + off, found.value, found.value)
    nearer = _sides(f, point, way, step / _SHORTER, centre)
    if nearer[0] is None or nearer[1] is None:
        return found
    noise = _SHORTER * _ROUNDINGS * unit * abs(centre) / step
    if abs((right - left) - (nearer[1] - nearer[0])) > _STAYS * abs(right - left) + noise:
        return Slope(float("nan"), float("inf"), float("nan"), float("nan"))  # it oscillates: no step can tell
    return Slope((left + right) / 2, abs(left - right), left, right)


def _sides(
    f: Callable[[Array], float], point: Array, way: Array, h: float, centre: float
) -> tuple[float | None, float | None]:
    """Slopes from either side, by two steps each, so that a bend of second order is taken out."""
    found: list[float | None] = []
    for sign in (-1.0, 1.0):
        near, far = f(point + sign * h * way), f(point + 2 * sign * h * way)
        value = sign * (4 * near - far - 3 * centre) / (2 * h)
        found.append(value if np.isfinite(value) else None)
    return found[0], found[1]


def _differ(left: float, right: float, unit: float, centre: float, step: float) -> bool:
    noise = _ROUNDINGS * unit * abs(centre) / step
    return bool(abs(left - right) > _KINK * max(abs(left), abs(right)) + noise)
