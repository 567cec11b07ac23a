"""Derivative programs: their outputs, their text, their cost, what they refuse."""

from __future__ import annotations

import numpy as np
import pytest
from tolerances import LAST_PLACES, SUMS

import symad
from symad.derive import automatic

POLYNOMIAL_SINE = "a = x**2; b = sin(a); c = a + b; a*c"


@pytest.mark.parametrize(
    ("text", "gradient"),
    [
        ("x", "1"),
        ("3", "0"),
        ("x*y", "(y, x)"),
        ("x**2", "2*x"),
        ("x**3", "3*x**2"),
        ("x - y", "(1, -1)"),
        ("-x", "-1"),
        ("x/y", "(1/y, -(x/y/y))"),
        ("sin(x)", "cos(x)"),
        ("cos(x)", "-sin(x)"),
        ("exp(x)", "exp(x)"),
        ("x*x", "x + x"),
        ("x**1", "1"),
        ("x**0", "0"),
        ("sign(x)", "_zero(x)"),
    ],
)
def test_text_of_gradients(text: str, gradient: str) -> None:
    """Rewritten by the whitelist and by nothing else."""
    variables = ["x", "y"] if "y" in text else ["x"]
    shown = str(symad.gradient(symad.parse(text, variables=variables)))
    assert shown.rpartition(": ")[2] == gradient


def test_the_polynomial_sine_at_two() -> None:
    written = symad.parse(POLYNOMIAL_SINE)
    assert symad.compile(symad.gradient(written)).value(2.0) == pytest.approx(18.514492084950497, rel=LAST_PLACES)


def test_outputs_of_each_program() -> None:
    one, two = symad.parse("x*y + z"), symad.parse("(x*y, y + z)")
    assert symad.gradient(one).n_outputs == 3
    assert automatic.value_and_gradient(one).n_outputs == 4
    assert symad.jacobian(two).n_outputs == symad.forward_gradient(two).n_outputs == 6
    assert symad.hessian(one).n_outputs == 9
    assert symad.jvp(two).n_outputs == 2
    assert symad.vjp(two).n_outputs == 3
    assert symad.hvp(one).n_outputs == 3


def test_names_of_directions_and_weights_are_new() -> None:
    assert symad.jvp(symad.parse("x*y")).variables == ("x", "y", "d_x", "d_y")
    assert symad.vjp(symad.parse("(x, -x)")).variables == ("x", "w_0", "w_1")
    assert len(set(symad.jvp(symad.parse("x*d_x*d__y")).variables)) == 6
    assert len(set(symad.vjp(symad.parse("w_0*w_1")).variables)) == 3


def test_several_outputs_are_refused_where_one_is_needed() -> None:
    two = symad.parse("(x, -x)")
    for make in (symad.gradient, symad.hessian, symad.hvp, automatic.value_and_gradient):
        with pytest.raises(symad.ExpressionError, match="one output, this expression has 2"):
            make(two)


def test_an_unused_variable_has_slope_zero() -> None:
    written = symad.parse("sin(x)", variables=["x", "unused"])
    assert symad.compile(written).gradient([1.0, 5.0]).tolist() == [np.cos(1.0), 0.0]
    assert symad.compile(symad.forward_gradient(written)).value([1.0, 5.0])[1] == 0.0


def test_reverse_mode_is_linear_in_the_number_of_variables() -> None:
    """A product of n factors: about 3 operations a variable, however many there are, without a division."""
    for n in (10, 100, 1000):
        written = symad.parse("*".join(f"x{k}" for k in range(n)))
        gradient = symad.gradient(written)
        assert gradient.counts.n_distinct <= 3 * n
        assert gradient.counts.by_kind["divide"] == 0


def test_a_zero_factor_does_not_poison_the_others() -> None:
    gradient = symad.compile("x*y*z").gradient([[0.0, 0.0, 3.0], [0.0, 2.0, 3.0]])
    assert gradient.tolist() == [[0.0, 0.0, 0.0], [6.0, 0.0, 0.0]]


def test_no_guard_where_nothing_branches() -> None:
    assert symad.gradient(symad.parse("sqrt(x)*log(y)*x**y")).counts.by_kind["select"] == 0


def test_derivatives_of_derivatives() -> None:
    """The fourth derivative of sin(2x)/x**2 at 1.5, by four gradients on top of each other."""
    written = symad.parse("sin(2*x)/x**2")
    for _ in range(4):
        written = symad.gradient(written)
    assert symad.compile(written).value(1.5) == pytest.approx(FOURTH, rel=SUMS)


FOURTH = 4.7338665581448256443


def test_selected_outputs_keep_their_values_and_lose_the_rest() -> None:
    whole = symad.gradient(symad.parse("x*y + sin(z)*x"))
    some = automatic.select(whole, [2, 0, 2])
    assert some.variables == whole.variables
    assert some.n_outputs == 3
    point = [0.3, 0.7, 1.1]
    assert symad.compile(some).value(point).tolist() == symad.compile(whole).value(point)[[2, 0, 2]].tolist()
    assert automatic.select(whole, [1]).counts.n_distinct == 0  # df/dy = x
    assert automatic.select(whole, range(3)) is whole
    for wrong in ([3], []):
        with pytest.raises(symad.ExpressionError, match="select"):
            automatic.select(whole, wrong)
