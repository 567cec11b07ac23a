"""Hessian programs on the corpus, against second differences of the formula in mpmath: no derivative rule is shared."""

from __future__ import annotations

import corpus
import mpmath
import numpy as np
import pytest
import row_errors
from acceptance import WITHOUT_SLOPE, taken
from yardsticks import ALLOWANCE

import symad

DIGITS = 130
STEP = mpmath.mpf(10) ** -30  # relative: what is cut off is 60 digits down, what is rounded 70
RELATIVE = 1e-8  # one digit more than a gradient is allowed to lose
LARGEST = 4  # variables; the number of differences grows with their square
# Second derivatives that the formula as written loses in doubles by cancellation of its first ones.
LOST_IN_DOUBLES = {"sympy-comb_factorials-3", "sympy-simplify-31"}  # are 0 for every x
SETS = [name for name in corpus.set_names() if name not in {"nist_rss", "helmholtz"}]


def second_differences(written: symad.Expression, point: tuple[float, ...]) -> np.ndarray:
    """Symmetric second difference quotients at one point."""
    x = [mpmath.mpf(v) for v in point]
    steps = [max(abs(v), mpmath.mpf("1e-3")) * STEP for v in x]
    n = len(x)

    def at(i: int, k: int, left: int, right: int) -> mpmath.mpf:
        place = list(x)
        place[i] += left * steps[i]
        place[k] += right * steps[k]
        return row_errors.mpmath_value(written, tuple(place))

    found = np.zeros((n, n))
    for i in range(n):
        for k in range(i + 1):
            corners = at(i, k, 1, 1) - at(i, k, 1, -1) - at(i, k, -1, 1) + at(i, k, -1, -1)
            found[i, k] = found[k, i] = float(corners / (4 * steps[i] * steps[k]))
    return found


def is_lost(formula: corpus.Formula) -> bool:
    """Whether plain doubles keep no digit of the gradient already."""
    return formula.gradient_f64 * ALLOWANCE > 1.0 or formula.ident in LOST_IN_DOUBLES


@pytest.mark.parametrize("set_name", SETS)
def test_hessian_against_second_differences(set_name: str) -> None:
    """Entries that vanish are judged against |f|/(x*y)."""
    for formula, written in taken(set_name):
        point = formula.points[0]
        if (
            len(formula.variables) > LARGEST
            or is_lost(formula)
            or formula.ident in WITHOUT_SLOPE
            or not np.isfinite(symad.compile(written).value(point))
        ):
            continue
        with mpmath.workdps(DIGITS):
            wanted = second_differences(written, point)
        found = symad.compile(written).hessian(point)
        sizes = np.maximum(np.abs(point), 1e-3)
        scale = np.maximum(np.abs(wanted), abs(float(formula.values[0])) / np.outer(sizes, sizes) * 1e-3)
        tolerance = max(RELATIVE, ALLOWANCE * ALLOWANCE * formula.gradient_f64)
        assert (np.abs(found - wanted) <= tolerance * scale).all(), (formula.ident, found, wanted)


@pytest.mark.parametrize("set_name", ["nlp", "mgh", "helmholtz", "programs"])
def test_hessian_is_symmetric(set_name: str) -> None:
    """Which no differentiation rule knows: entries (i, k) and (k, i) come from different sums."""
    for formula in corpus.formulas(set_name):
        if len(formula.variables) > 20:
            continue
        tape = symad.compile(formula.text, variables=formula.variables)
        for hessian in tape.hessian(np.array(formula.points)):
            assert np.abs(hessian - hessian.T).max() <= 1e-9 * np.abs(hessian).max(), formula.ident


@pytest.mark.parametrize("set_name", ["feynman", "science", "activations"])
def test_hvp_is_the_hessian_times_a_direction(set_name: str) -> None:
    for formula in corpus.formulas(set_name):
        tape = symad.compile(formula.text, variables=formula.variables)
        points = np.array(formula.points)
        direction = np.linspace(0.5, 2.0, len(formula.variables))
        hessians = tape.hessian(points)
        scale = np.abs(hessians).sum(axis=(1, 2))[:, None] + 1e-300
        assert (np.abs(tape.hvp(points, direction) - hessians @ direction) <= 1e-10 * scale).all(), formula.ident
