"""Every formula of the corpus that is taken: values and gradients by sweep, adjoint program and forward program.

Judged against 50 digits, and against each other bit for bit, on the corpus points and on special ones.
"""

from __future__ import annotations

import corpus
import numpy as np
import pytest
from acceptance import WITHOUT_SLOPE, refused, taken
from yardsticks import allowed, gradient_error, relative_error, same_bits, special_points

import symad

SETS = corpus.set_names()
N_SPECIAL = 12  # mixtures of special numbers
# Formulas of which a double evaluation as written cannot keep the digits; each number is flagged by `Tape.check`.
LOST_IN_DOUBLES = {
    "nist-rss-Gauss1",  # at the certified parameters: the gradient of a least-squares sum vanishes
    "nist-rss-Gauss2",
    "herbie-fma-0-fma_test1",  # 2*(1 + t*2e-16)*2e-16 - 4e-16 at t near 1
    "rubi-8.2_Fresnel_integral_functions-180",  # a sum of 60 terms that cancel
    "sympy-simplify-31",  # is 0 for every x, by cancellation of Bessel functions
    "sympy-comb_factorials-3",  # is 0 for every x, by cancellation
}
# What may have no row with so many operands: a name leaves the list when its row comes, and none is added.
WITHOUT_ROW = {"elliptic_pi"}
LEAST_SHARE = 0.99  # of the formulas is taken


def flagged(tape: symad.Tape, point: np.ndarray) -> bool:
    """Whether `check` says that something happened at a point."""
    return bool(tape.check(point).status)


def special(n_variables: int, seed: int) -> np.ndarray:
    """Special points; of one variable no mixtures, which would only repeat the numbers."""
    return special_points(n_variables, N_SPECIAL if n_variables > 1 else 0, seed)


def rows(program: symad.Expression, points: np.ndarray) -> np.ndarray:
    """Outputs at each point as (n_points, n_outputs)."""
    return np.asarray(symad.compile(program).value(points)).reshape(len(points), program.n_outputs)


def test_the_corpus_is_whole() -> None:
    """The denominator of every figure: formulas by set."""
    assert {name: len(corpus.formulas(name)) for name in SETS} == {
        "activations": 36, "exercises": 35, "feynman": 55, "finance": 11, "fpbench": 34, "helmholtz": 36, "herbie": 128,
        "mgh": 17, "nist": 10, "nist_rss": 11, "nlp": 56, "optfun": 116, "programs": 97, "rubi_chapters": 156,
        "rubi_indep": 111, "rubi_special": 61, "science": 88, "special": 23, "sympy_tests": 331, "symreg": 125,
    }  # fmt: skip


def test_what_is_refused_is_refused_by_name() -> None:
    """The message names a function of the formula that has no row; sets of elementary functions are taken whole."""
    refusals = list(refused())
    assert {name for _, name in refusals} <= WITHOUT_ROW
    assert [formula.ident for formula, name in refusals if name not in formula.functions] == []
    assert {formula.set_name for formula, _ in refusals} <= {"rubi_chapters"}
    assert len(list(taken())) >= LEAST_SHARE * sum(len(corpus.formulas(name)) for name in SETS)


@pytest.mark.parametrize("set_name", SETS)
def test_values_against_50_digits(set_name: str) -> None:
    for formula, written in taken(set_name):
        tape = symad.compile(written)
        for found, reference, point in zip(tape.value(formula.points), formula.values, formula.points, strict=True):
            error = relative_error(float(found), reference)
            if error > allowed(formula.value_f64):
                assert formula.ident in WITHOUT_SLOPE, (formula.ident, error)
                assert flagged(tape, np.array(point)), formula.ident


@pytest.mark.parametrize("set_name", SETS)
@pytest.mark.parametrize("route", ["sweep", "adjoint program", "forward program"])
def test_gradients_against_50_digits(set_name: str, route: str) -> None:
    """Right, or flagged, and that in the named formulas only."""
    for formula, written in taken(set_name):
        tape, points = symad.compile(written), np.array(formula.points)
        if route == "sweep":
            gradients = np.array([tape.sweep(point).gradient for point in points])
        else:
            gradients = rows((symad.gradient if route[0] == "a" else symad.forward_gradient)(written), points)
        for found, reference, point, value in zip(gradients, formula.gradients, points, formula.values, strict=True):
            error = gradient_error(found, reference, point, value)
            if error > allowed(formula.gradient_f64):
                assert formula.ident in LOST_IN_DOUBLES | WITHOUT_SLOPE, (formula.ident, error)
                assert flagged(tape, point), (formula.ident, error)


@pytest.mark.parametrize("set_name", SETS)
def test_sweep_and_adjoint_program_agree_bit_for_bit(set_name: str) -> None:
    """Values too, and on 0, -0, ties, infinities, nan, subnormal and huge numbers as well."""
    for formula, written in taken(set_name):
        tape, n = symad.compile(written), len(formula.variables)
        points = np.concatenate([np.array(formula.points), special(n, seed=1)])
        values, both = tape.value(points), rows(symad.derive.automatic.value_and_gradient(written), points)
        for point, value, pair in zip(points, values, both, strict=True):
            sweep = tape.sweep(point)
            assert same_bits(sweep.value, value), (formula.ident, point)
            assert same_bits(np.concatenate([[sweep.value], sweep.gradient]), pair), (formula.ident, point)


@pytest.mark.parametrize("set_name", SETS)
def test_tangent_sweep_and_tangent_program_agree_bit_for_bit(set_name: str) -> None:
    """On any direction, nan and infinite entries included."""
    random = np.random.default_rng(2)
    for formula, written in taken(set_name):
        n = len(formula.variables)
        tape = symad.compile(written)
        points = np.concatenate([np.array(formula.points), special(n, seed=3)])
        directions = random.choice([0.0, -0.0, 1.0, -1.5, np.inf, np.nan, 1e-300], size=points.shape)
        found = rows(symad.jvp(written), np.concatenate([points, directions], axis=1))[:, 0]
        for point, direction, slope in zip(points, directions, found, strict=True):
            assert same_bits(tape.tangent(point, direction).slopes[written.outputs[0]], slope), (formula.ident, point)


@pytest.mark.parametrize("set_name", SETS)
def test_forward_program_is_the_tangent_sweep_along_each_axis(set_name: str) -> None:
    """Bit for bit where every partial is finite: elsewhere the sweep adds 0*inf where the program has nothing."""
    for formula, written in taken(set_name):
        tape, axes = symad.compile(written), np.eye(len(formula.variables))
        for point, slopes in zip(
            formula.points, rows(symad.forward_gradient(written), np.array(formula.points)), strict=True
        ):
            for axis, slope in zip(axes, slopes, strict=True):
                sweep = tape.tangent(point, axis)
                if formula.ident in WITHOUT_SLOPE:
                    continue
                assert np.isfinite(sweep.partials).all(), formula.ident
                assert same_bits(sweep.slopes[written.outputs[0]] + 0.0, slope + 0.0), formula.ident


def test_weighted_programs_agree_with_the_gradient() -> None:
    """vjp with weight 1, and hvp against the Hessian times the direction."""
    for formula, written in taken("mgh", "finance"):
        points = np.array(formula.points)
        tape = symad.compile(written)
        assert same_bits(tape.vjp(points, np.ones((len(points), 1))), tape.gradient(points)), formula.ident
        direction = np.linspace(-1.0, 2.0, len(formula.variables))
        product = np.einsum("pij,j->pi", tape.hessian(points), direction)
        scale = np.abs(tape.hessian(points)).sum(axis=(1, 2))[:, None] * 2.0
        assert np.all(np.abs(tape.hvp(points, direction) - product) <= 1e-11 * scale), formula.ident
