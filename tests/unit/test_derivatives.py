"""Derivatives by some of the variables: what is named, in its order, and nothing computed for the rest."""

from __future__ import annotations

import numpy as np
import pytest
from tolerances import FEW_OPERATIONS

import symad

F = "a*exp(-b*x) + sin(c)*x**2"  # a, b, x, c
AT = np.array([2.0, 0.5, 1.5, 0.25])


def value(program: symad.Expression) -> list[float]:
    """The program's outputs at the point."""
    return np.atleast_1d(symad.compile(program).value(AT)).tolist()


def test_by_name_and_in_the_order_of_the_names() -> None:
    full = value(symad.gradient(F))
    assert value(symad.gradient(F, wrt=["x", "a"])) == [full[2], full[0]]
    assert value(symad.gradient(F, wrt="b")) == [full[1]]
    assert symad.gradient(F, wrt=["a", "b", "x", "c"]) == symad.gradient(F)


def test_second_order_is_by_the_same_variables() -> None:
    full = np.reshape(value(symad.hessian(F)), (4, 4))
    found = np.reshape(value(symad.hessian(F, wrt=["x", "b"])), (2, 2))
    assert found.tolist() == full[np.ix_([2, 1], [2, 1])].tolist()


def test_products_have_directions_for_what_is_named_alone() -> None:
    assert symad.jvp(F, wrt=["x", "a"]).variables == ("a", "b", "x", "c", "d_x", "d_a")
    assert symad.hvp(F, wrt="x").variables == ("a", "b", "x", "c", "d_x")
    assert symad.vjp(F, wrt="x").n_outputs == 1
    assert symad.forward_gradient(F, wrt=["x", "a"]).n_outputs == 2


def test_what_is_left_out_costs_nothing() -> None:
    long = "k*(" + " + ".join(f"sin(x{i})*exp(x{i})" for i in range(50)) + ")"
    by_all, by_k = symad.gradient(long), symad.gradient(long, wrt="k")
    inner = symad.parse(long[2:])
    assert by_all.counts.n_distinct > 2 * inner.counts.n_distinct
    assert by_k.counts.n_distinct == inner.counts.n_distinct


@pytest.mark.parametrize("wrt", ["aa", ["a", "z"], [], ["a", "a"]])
def test_other_names_are_refused(wrt: object) -> None:
    with pytest.raises(symad.ExpressionError, match="wrt"):
        symad.gradient(F, wrt=wrt)  # type: ignore[arg-type]


def test_an_unknown_name_says_the_nearest() -> None:
    with pytest.raises(symad.ExpressionError, match=r"alpah is no variable .*did you mean alpha\?"):
        symad.gradient("alpha*x", wrt="alpah")


def test_held_variables_are_last_and_left_out() -> None:
    f = symad.parse("k*x**2 + y", held=["k"])
    assert (f.variables, f.held) == (("x", "y", "k"), ("k",))
    assert str(symad.gradient(f)) == "x, y, k: (k*(2*x), 1)"
    assert symad.gradient(f).held == ("k",)
    assert symad.gradient(f, wrt="k") == symad.gradient(symad.parse("k*x**2 + y", variables=["x", "y", "k"]), wrt="k")
    assert f.output_names == ("",)


def test_held_names_keep_what_the_text_says() -> None:
    f = symad.parse("r = k*x; (r, x)", held=["k"])
    assert (f.variables, f.output_names) == (("x", "k"), ("r", "x"))
    listed = symad.parse("k, x: k*x", held=["k"])
    assert listed.variables == ("x", "k")
    with pytest.raises(symad.ExpressionError, match="held: kk is no variable"):
        symad.parse("k*x", held=["kk"])


def test_a_gradient_of_one_slope_and_of_a_gradient_step() -> None:
    slope = symad.gradient("x**4")[0]
    assert symad.compile(symad.gradient(slope)).value(2.0) == 48.0
    step = symad.parse("x") - 0.125 * slope  # x - x**3/2
    after = symad.gradient(symad.parse("x**2").subs(x=step))
    x = 0.75
    assert symad.compile(after).value(x) == pytest.approx(2 * (x - x**3 / 2) * (1 - 1.5 * x**2), rel=FEW_OPERATIONS)
