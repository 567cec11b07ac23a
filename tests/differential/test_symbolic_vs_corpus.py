"""SymPy's derivative, taken in this process and run by the same engine, against 50 digits and against the sweep."""

from __future__ import annotations

import corpus
import numpy as np
import pytest
from acceptance import WITHOUT_SLOPE, taken
from yardsticks import RELATIVE, allowed, gradient_error

import symad
from symad.symbolic import differentiate

# Operations beyond which SymPy takes more than a second for one formula, here as everywhere.
LARGEST = 100
EVERY = 5  # of the formulas of each set, one in so many is differentiated
LARGE_SHARE = 0.12
# SymPy leaves a Derivative or Subs in its answer, or goes through arg, re and im of a logarithm.
UNSUPPORTED = {"herbie-statistics-1-2_ancestry_mixing_zero_discriminant"} | {
    f"sympy-{name}"
    for name in (
        *("integers-1", "integers-2", "integers-4", "limits-23", "limits-25", "limits-26", "limits-28", "limits-34"),
        *("limits-35", "limits-36", "limits-44", "meijerint-31", "nseries-44", "simplify-32", "simplify-33"),
        "simplify-35",
    )
}
# Digits that no form of the formula keeps.
NOT_COMPARED = {"sympy-simplify-31", "sympy-comb_factorials-3"}
LOST_BY_SYMPY = {"rubi-8.2_Fresnel_integral_functions-180": 1e-7}  # a sum of 60 terms that cancel
WITH_CSE = ("activations", "exercises", "feynman", "finance", "nist", "science")


def judged(formula: corpus.Formula, written: symad.Expression, *, cse: bool) -> bool:
    """Whether SymPy's gradient was compared; every gradient that it finds is asserted."""
    try:
        found = differentiate(written, cse=cse).expression
    except symad.UnsupportedError:
        assert formula.ident in UNSUPPORTED | WITHOUT_SLOPE, formula.ident
        return False
    if formula.ident in NOT_COMPARED | WITHOUT_SLOPE:
        return False
    assert formula.sympy_agrees is not False, formula.ident
    gradients = np.asarray(symad.compile(found).value(np.array(formula.points))).reshape(len(formula.points), -1)
    for gradient, wanted, point, value in zip(
        gradients, formula.gradients, formula.points, formula.values, strict=True
    ):
        error = gradient_error(gradient, wanted, point, value)
        tolerance = max(allowed(formula.gradient_f64), LOST_BY_SYMPY.get(formula.ident, 0.0))
        assert error <= tolerance, (formula.ident, error)
    return True


@pytest.mark.slow
def test_gradients_as_sympy_returns_them() -> None:
    """Every fifth formula that is taken, but the named ones and those too large for SymPy."""
    sample = list(taken())[::EVERY]
    small = [(formula, written) for formula, written in sample if written.counts.n_distinct <= LARGEST]
    assert len(small) >= (1.0 - LARGE_SHARE) * len(sample)
    n_compared = sum(judged(formula, written, cse=False) for formula, written in small)
    assert n_compared >= len(small) - len(UNSUPPORTED | NOT_COMPARED | WITHOUT_SLOPE)


@pytest.mark.parametrize("set_name", WITH_CSE)
def test_gradients_with_common_subexpressions_found(set_name: str) -> None:
    for formula, written in taken(set_name):
        if written.counts.n_distinct <= LARGEST:
            assert judged(formula, written, cse=True), formula.ident


def test_sympy_form_and_sweep_agree_where_doubles_are_plain() -> None:
    """Two routes with nothing in common but the evaluator."""
    for formula, written in taken("feynman"):
        derivative = symad.compile(differentiate(written).expression)
        tape = symad.compile(written)
        for point in formula.points:
            found = np.asarray(derivative.value(point)).reshape(-1)
            swept = tape.sweep(point).gradient
            assert np.all(np.abs(found - swept) <= RELATIVE * (np.abs(swept) + np.abs(swept).max())), formula.ident


def test_the_formula_itself_survives_sympy() -> None:
    """to_sympy and back: the same values, if not the same operations."""
    for name in ("feynman", "activations", "fpbench", "programs"):
        for formula, written in taken(name):
            if written.counts.n_distinct > LARGEST:
                continue
            back = symad.from_sympy(written.to_sympy(), variables=list(formula.variables))
            assert back.variables == formula.variables
            values, wanted = symad.compile(back).value(formula.points), symad.compile(written).value(formula.points)
            tolerance = np.maximum(allowed(formula.value_f64) * np.abs(wanted), 1e-300)
            assert np.all(np.abs(values - wanted) <= tolerance) or formula.value_f64 >= 0.01, formula.ident
