"""Comparisons that the differential tests use: relative errors against 50 digits, bits, units in the last place.

Judges numbers; must not know where they come from. `structure/test_checks_catch_errors.py` holds them to reject a rule
that is wrong by 0.1 %.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from decimal import Context, Decimal

import mpmath
import numpy as np
from numpy.typing import ArrayLike, NDArray

RELATIVE = 1e-9  # gradient against 50 digits; a formula that loses more in ordinary doubles is allowed 100 times that
ALLOWANCE = 100.0
SMALLEST_SCALE = Decimal("1e-30")
LEAST_POINT = Decimal("1e-3")
LEAST_NORMAL = Decimal("2.3e-308")
EXACT = Context(prec=800)  # the exact value of a double has at most 767 digits


def relative_error(found: float, reference: str, scale: Decimal = Decimal(1)) -> float:
    """|found - reference|/|reference|; a reference of zero or below the normal doubles is judged against `scale`."""
    if not math.isfinite(found):
        return math.inf
    wanted = Decimal(reference)
    difference = abs(EXACT.subtract(Decimal(found), wanted))
    if abs(wanted) < LEAST_NORMAL:
        return float(difference / scale) if scale else float(difference)
    return float(difference / abs(wanted))


def gradient_error(found: Sequence[float], reference: Sequence[str], point: Sequence[float], value: str) -> float:
    """Worst relative error of a gradient; zeros are judged against |f/x|."""
    assert len(found) == len(reference) == len(point)
    worst = 0.0
    for entry, wanted, x in zip(found, reference, point, strict=True):
        scale = max(abs(Decimal(value)) / max(abs(Decimal(x)), LEAST_POINT), SMALLEST_SCALE)
        worst = max(worst, relative_error(float(entry), wanted, scale))
    return worst


def allowed(recorded: float) -> float:
    """The largest relative error for a formula of which plain doubles lose `recorded`."""
    return max(RELATIVE, ALLOWANCE * recorded)


def same_bits(left: ArrayLike, right: ArrayLike) -> bool:
    """Equal bit for bit, -0 apart from 0; any nan equals any nan."""
    a, b = np.asarray(left, dtype=np.float64), np.asarray(right, dtype=np.float64)
    if a.shape != b.shape:
        return False
    both_nan = np.isnan(a) & np.isnan(b)
    equal = np.ascontiguousarray(a).view(np.uint64).reshape(a.shape) == np.ascontiguousarray(b).view(np.uint64).reshape(
        b.shape
    )
    return bool(np.all(both_nan | equal))


def ulp_error(found: float, reference: mpmath.mpf) -> float:
    """Distance in units in the last place of the double nearest to the reference."""
    nearest = float(reference)
    if not math.isfinite(found) or not math.isfinite(nearest):
        return 0.0 if found == nearest or (math.isnan(found) and math.isnan(nearest)) else math.inf
    return float(abs(mpmath.mpf(found) - reference) / mpmath.mpf(math.ulp(nearest)))


SPECIAL = (
    *(0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -3.0, math.inf, -math.inf, math.nan),
    *(5e-324, -5e-324, 1e-310, 1e-200, -1e-200, 1e200, -1e200, 1.7e308, -1.7e308, 1e16, 709.8, -745.2),
)


def special_points(n_variables: int, n_random: int, seed: int) -> NDArray[np.float64]:
    """Points of special numbers: each number in all variables (ties), then random mixtures of them."""
    everywhere = np.tile(np.array(SPECIAL)[:, None], (1, n_variables))
    random = np.random.default_rng(seed).choice(np.array(SPECIAL), size=(n_random, n_variables))
    return np.concatenate([everywhere, random])


def worst(pairs: Iterable[tuple[float, str]]) -> tuple[float, str]:
    """The largest error with its name; (0, "") where there is none."""
    return max(pairs, default=(0.0, ""))
