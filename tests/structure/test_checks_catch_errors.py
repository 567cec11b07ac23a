"""The checkers reject a rule wrong by 0.1 %: a test that cannot fail proves nothing."""

from __future__ import annotations

import math

import corpus
import mpmath
import numpy as np
import pytest
import row_errors
from yardsticks import allowed, gradient_error, relative_error, same_bits, ulp_error

import symad
from symad._core import tapes
from symad.formula.expression import Expression, build
from symad.formula.ops import ROWS, row

WRONG = 1.001
FORMULAS = [formula for name in ("feynman", "activations", "nist") for formula in corpus.formulas(name)]


def judged(formula: corpus.Formula, gradient: np.ndarray) -> bool:
    """What the differential tests ask of a gradient at the first point."""
    error = gradient_error(gradient, formula.gradients[0], formula.points[0], formula.values[0])
    return error <= allowed(formula.gradient_f64)


def test_one_wrong_entry_is_caught() -> None:
    for formula in FORMULAS:
        gradient = symad.compile(formula.text, variables=formula.variables).gradient(formula.points[0])
        assert judged(formula, gradient), formula.ident
        for k in np.flatnonzero(gradient):
            wrong = gradient.copy()
            wrong[k] *= WRONG
            assert not judged(formula, wrong), formula.ident


def test_an_entry_that_should_vanish_is_caught() -> None:
    formula = corpus.formulas("feynman")[0]
    gradient = symad.compile(f"{formula.text} + 0*unused", variables=[*formula.variables, "unused"])
    point = (*formula.points[0], 2.0)
    found = gradient.gradient(point)
    wanted = (*formula.gradients[0], "0")
    assert gradient_error(found, wanted, point, formula.values[0]) <= allowed(0.0)
    found[-1] = 1e-3 * float(formula.values[0])
    assert gradient_error(found, wanted, point, formula.values[0]) > allowed(0.0)


def test_nan_and_infinity_are_caught() -> None:
    formula = FORMULAS[0]
    for wrong in (math.nan, math.inf, -math.inf):
        assert not judged(formula, np.full(len(formula.variables), wrong))
        assert relative_error(wrong, "1.0") == math.inf
        assert ulp_error(wrong, mpmath.mpf(1)) == math.inf


def with_wrong_factor(program: Expression, name: str) -> Expression:
    """The same program with the result of one row made wrong by 0.1 %, wherever it occurs."""
    builder, graph, ids = tapes.Builder(), program.graph, list[int]()
    for node in range(graph.n_nodes):
        r = ROWS[graph.op[node]]
        if r.name == "INPUT":
            ids.append(builder.input(program.variables[graph.input_index(node)]))
        elif r.name == "NUMBER":
            ids.append(builder.number(graph.number(node).value))
        else:
            ids.append(builder.op(r.number, *(ids[operand] for operand in graph.operands(node))))
        if r.name == name:
            ids[-1] = builder.op(row("MUL").number, ids[-1], builder.number(WRONG))
    for output in program.outputs:
        builder.output(ids[output])
    return build(builder)


# A row that the derivative of the formula uses.
RULES = {
    "COS": "sin(x)*y",
    "SECH2": "tanh(x*y)",
    "LOG_SLOPE": "log(x) + y",
    "SQRT_SLOPE": "sqrt(x + y)",
    "POW_DA": "x**y",
}


@pytest.mark.parametrize(("name", "text"), RULES.items())
def test_a_derivative_program_with_a_wrong_rule_is_caught(name: str, text: str) -> None:
    """By the bits against the sweep, and by 50 digits."""
    written, point = symad.parse(text), (1.25, 0.75)
    right = symad.gradient(written)
    wrong = with_wrong_factor(right, name)
    assert wrong != right
    sweep = symad.compile(written).sweep(point)
    gradients = [symad.compile(program).value(point) for program in (right, wrong)]
    assert same_bits(gradients[0], sweep.gradient)
    assert not same_bits(gradients[1], sweep.gradient)
    with mpmath.workdps(100):
        exact = [row_errors.slope_of(lambda *p: row_errors.mpmath_value(written, p), point, k) for k in range(2)]
        wanted = [mpmath.nstr(entry, 40) for entry in exact]
    value = repr(sweep.value)
    assert gradient_error(gradients[0], wanted, point, value) <= allowed(0.0)
    assert gradient_error(gradients[1], wanted, point, value) > allowed(0.0)


def test_bits_see_what_tolerances_do_not() -> None:
    assert same_bits([0.0, math.nan, 1.0], [0.0, -math.nan, 1.0])
    assert not same_bits(0.0, -0.0)
    assert not same_bits(1.0, math.nextafter(1.0, 2.0))
    assert not same_bits(math.nan, 1.0)
    assert not same_bits([1.0, 2.0], [1.0])


def test_units_in_the_last_place() -> None:
    with mpmath.workdps(50):
        assert ulp_error(1.0, mpmath.mpf(1)) == 0.0
        assert ulp_error(math.nextafter(1.0, 2.0), mpmath.mpf(1)) == 1.0
        assert ulp_error(1.0 * WRONG, mpmath.mpf(1)) > 1e12
        assert ulp_error(math.inf, mpmath.mpf("1e400")) == 0.0


def test_a_wrong_row_is_caught_by_the_measure_of_accuracy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reference of sine made wrong by 0.1 %: value and slope are far beyond their bars."""
    monkeypatch.setitem(row_errors.HEADLESS, "SIN", lambda a: mpmath.sin(a) * mpmath.mpf(WRONG))
    assert all(worst.ulp > 1e9 for worst in row_errors.measure(row("SIN"), 5))
