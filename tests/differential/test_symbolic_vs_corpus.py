"""SymPy's derivative, taken in this process and run by the same engine, against 50 digits and against the sweep."""

from __future__ import annotations

import corpus
import numpy as np
import pytest
from checking import RELATIVE, allowed, gradient_error

import symad
from symad.symbolic import differentiate

# Operations beyond which SymPy takes more than a few seconds for one formula, here as everywhere.
LARGEST = 300
N_TOO_LARGE = 18
N_FORMULAS = 1160
# Abs(log(x)/x**3): SymPy's derivative for real x runs through arg, re and im of the logarithm.
UNSUPPORTED = {"sympy-limits-44"}
WITH_CSE = ("activations", "exercises", "feynman", "finance", "nist", "science")


def judged(set_name: str, *, cse: bool) -> tuple[int, int]:
    """(compared, too large) over a set; every gradient that SymPy finds is asserted."""
    n_compared = n_large = 0
    for formula in corpus.formulas(set_name):
        written = symad.parse(formula.text, variables=formula.variables)
        if written.counts.n_distinct > LARGEST:
            n_large += 1
            continue
        if formula.ident in UNSUPPORTED:
            with pytest.raises(symad.UnsupportedError):
                differentiate(written, cse=cse)
            continue
        assert formula.sympy_agrees is not False, formula.ident
        derivative = symad.compile(differentiate(written, cse=cse).expression)
        found = np.asarray(derivative.value(np.array(formula.points))).reshape(len(formula.points), -1)
        for gradient, wanted, point, value in zip(
            found, formula.gradients, formula.points, formula.values, strict=True
        ):
            error = gradient_error(gradient, wanted, point, value)
            assert error <= allowed(formula.gradient_f64), (formula.ident, error)
        n_compared += 1
    return n_compared, n_large


@pytest.mark.slow
def test_gradients_as_sympy_returns_them() -> None:
    """Every covered formula but the named ones, and those too large for SymPy."""
    counts = np.array([judged(name, cse=False) for name in corpus.set_names()]).sum(axis=0)
    assert counts.tolist() == [N_FORMULAS - N_TOO_LARGE - len(UNSUPPORTED), N_TOO_LARGE]


@pytest.mark.parametrize("set_name", WITH_CSE)
def test_gradients_with_common_subexpressions_found(set_name: str) -> None:
    n_compared, _ = judged(set_name, cse=True)
    assert n_compared == len(corpus.formulas(set_name))


def test_sympy_form_and_sweep_agree_where_doubles_are_plain() -> None:
    """Two routes with nothing in common but the evaluator."""
    for formula in corpus.formulas("feynman"):
        written = symad.parse(formula.text, variables=formula.variables)
        derivative = symad.compile(differentiate(written).expression)
        tape = symad.compile(written)
        for point in formula.points:
            found = np.asarray(derivative.value(point)).reshape(-1)
            swept = tape.sweep(point).gradient
            assert np.all(np.abs(found - swept) <= RELATIVE * (np.abs(swept) + np.abs(swept).max())), formula.ident


def test_the_formula_itself_survives_sympy() -> None:
    """to_sympy and back: the same values, if not the same operations."""
    for name in ("feynman", "activations", "fpbench", "programs"):
        for formula in corpus.formulas(name):
            written = symad.parse(formula.text, variables=formula.variables)
            if written.counts.n_distinct > LARGEST:
                continue
            back = symad.from_sympy(written.to_sympy(), variables=list(formula.variables))
            assert back.variables == formula.variables
            values, wanted = symad.compile(back).value(formula.points), symad.compile(written).value(formula.points)
            tolerance = np.maximum(allowed(formula.value_f64) * np.abs(wanted), 1e-300)
            assert np.all(np.abs(values - wanted) <= tolerance) or formula.value_f64 >= 0.01, formula.ident
