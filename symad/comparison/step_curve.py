"""The error of a difference quotient against its step, as data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from symad.comparison import verdicts
from symad.comparison.result import StepCurve
from symad.comparison.verdicts import SMALLEST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from symad.comparison.methods import Route
    from symad.comparison.verdicts import Truth

    Array = NDArray[np.float64]

STEPS = tuple(10.0 ** (-k / 2) for k in range(32))  # 1 to 3e-16, two a decade
MAX_NODES = 20_000_000  # evaluated for one curve; as many points are measured as fit


def curve(route: Route, truths: Sequence[Sequence[Truth]], points: Array) -> StepCurve | None:
    """The curve over the entries with one right number; None where there are none, or one point is too long."""
    if route.at_step is None or route.step is None or route.program is None:
        return None
    n_points = min(len(truths), MAX_NODES // (len(STEPS) * route.n_evaluations * route.program.n_nodes))
    if n_points < 1:
        return None
    exact, scale = _known(truths[:n_points])
    smooth = np.isfinite(exact)
    if not smooth.any():
        return None
    errors = [_worst(route.at_step(points[:n_points], step)[smooth], exact[smooth], scale[smooth]) for step in STEPS]
    best = int(np.argmin(errors))
    return StepCurve(STEPS, tuple(errors), STEPS[best], errors[best], route.step, n_points)


def _known(truths: Sequence[Sequence[Truth]]) -> tuple[Array, Array]:
    """The exact numbers, nan where there is not one, and what their errors are relative to."""
    smooth = [[one.exact if one.kind == verdicts.SMOOTH else np.nan for one in row] for row in truths]
    exact = np.array(smooth).reshape(len(truths), -1)
    own = np.array([[one.scale for one in row] for row in truths]).reshape(exact.shape)
    return exact, np.where(np.abs(exact) < SMALLEST, np.where(own > 0.0, own, 1.0), np.abs(exact))


def _worst(found: Array, exact: Array, scale: Array) -> float:
    with np.errstate(all="ignore"):
        errors = np.abs(found - exact) / scale
    return float(np.max(np.where(np.isfinite(found), errors, np.inf)))
