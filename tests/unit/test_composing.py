"""Formulas made of formulas: the graph is that of the composed text; variables are matched by name."""

from __future__ import annotations

import pickle
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy

import symad
from symad import Expression, parse

F, G = parse("x*sin(y)"), parse("y + z**2")


def test_variables_are_replaced_all_at_once() -> None:
    assert F.subs(x="y", y="x") == parse("y*sin(x)")
    assert F.subs({"x": "y**2"}, y=3) == parse("y**2*sin(3)")
    assert F.subs(x=G) == parse("(y + z**2)*sin(y)")
    assert F.subs(y=sympy.Symbol("u") ** 2) == parse("x*sin(u**2)")


def test_variables_of_a_part_stand_where_the_replaced_one_stood() -> None:
    assert F.subs(x="u*v").variables == ("u", "v", "y")
    assert F.subs(y="u*x").variables == ("x", "u")
    assert F.subs(x=2).variables == ("y",)


@pytest.mark.parametrize(("text", "parts", "wanted"), [
    ("x**k", {"k": 2}, "x**2"),
    ("x**k", {"k": 0.5}, "x**0.5"),
    ("sqrt(x)", {"x": "y**2"}, "sqrt(y**2)"),
    ("sqrt(x**2 + k)", {"k": 1}, "sqrt(x**2 + 1)"),
    ("sqrt(x*z)", {"z": "x"}, "sqrt(x*x)"),
    ("E**x", {"x": "-y"}, "exp(-y)"),
    ("x - k", {"k": -3}, "x - -3"),
    ("x*k", {"k": Fraction(1, 3)}, "x*(1/3)"),
    ("x*k", {"k": 10**40}, f"x*{10**40}"),
    ("x*k", {"k": np.float32(0.1)}, f"x*{float(np.float32(0.1))!r}"),
    ("x*k", {"k": float("inf")}, "x*1e400"),
    ("Piecewise((x, x > k), (k, True))", {"k": 0}, "Piecewise((x, x > 0), (0, True))"),
    ("Max(x, y, k)", {"y": "x"}, "x, k: Max(x, x, k)"),
])  # fmt: skip
def test_the_graph_is_that_of_the_composed_text(text: str, parts: dict[str, Any], wanted: str) -> None:
    assert parse(text).subs(parts) == parse(wanted)


def test_numbers_are_fixed() -> None:
    f = parse("k*exp(-k*t)").fix(k=3)
    assert (f, f.variables) == (parse("3*exp(-3*t)"), ("t",))
    with pytest.raises(TypeError, match=r"fix takes numbers, and k is str; formulas are for subs"):
        parse("k*t").fix(k="3")  # type: ignore[arg-type]
    with pytest.raises(symad.ExpressionError, match=r"q is no variable of the formula \(k, t\)"):
        parse("k*t").fix(q=3)


@pytest.mark.parametrize(("made", "wanted"), [
    (F + G, "x*sin(y) + (y + z**2)"),
    (F - 2, "x*sin(y) - 2"),
    (2 - F, "2 - x*sin(y)"),
    (F * "z", "x*sin(y)*z"),
    ("z" * F, "z, x, y: z*(x*sin(y))"),
    (2 / F, "2/(x*sin(y))"),
    (F / 0.5, "x*sin(y)/0.5"),
    (F**2, "(x*sin(y))**2"),
    (F**G, "(x*sin(y))**(y + z**2)"),
    (2**F, "2**(x*sin(y))"),
    (-F, "-(x*sin(y))"),
    (+F, "x*sin(y)"),
    (abs(F), "Abs(x*sin(y))"),
    (np.float64(2) * F, "2*(x*sin(y))"),
    (np.int64(2) + F, "2 + x*sin(y)"),
    (sympy.Symbol("u") * F, "u*(x*sin(y))"),
    (F * sympy.Symbol("u"), "x*sin(y)*u"),
])  # fmt: skip
def test_operators(made: Expression, wanted: str) -> None:
    assert made == parse(wanted)


def test_several_outputs_go_with_one_or_with_as_many() -> None:
    pair = parse("(x, y)")
    assert pair * 2 == parse("(x*2, y*2)")
    assert pair + pair == parse("(x + x, y + y)")
    assert pair * F == parse("(x*(x*sin(y)), y*(x*sin(y)))")
    with pytest.raises(symad.ExpressionError, match="2 and 3 outputs do not go together"):
        pair + parse("(x, y, x)")  # what is refused


def test_equality_is_that_of_graphs_and_there_is_no_order() -> None:
    assert parse("x*sin(y)") == F
    assert F != G
    for other in (G, 2, "x"):
        with pytest.raises(TypeError, match="formulas are not ordered"):
            other > F  # noqa: B015  # what is refused
    with pytest.raises(TypeError):
        F - [1]  # type: ignore[operator]


def test_outputs_are_taken_like_items() -> None:
    f = parse("r = x*y; (r, x, y**2)")
    assert (len(f), f[0], f[-1], f["r"]) == (3, parse("x*y"), parse("x, y: y**2"), f[0])
    assert [one.n_outputs for one in f] == [1, 1, 1]
    assert f[1:].n_outputs == 2
    for wrong in (3, -4):
        with pytest.raises(IndexError, match="there is no output"):
            f[wrong]
    with pytest.raises(symad.ExpressionError, match=r"no output is called q \(r, x\)"):
        f["q"]


def test_compose_puts_formulas_into_a_formula() -> None:
    assert symad.compose("sin(u)*v", u=F, v=G) == parse("sin(x*sin(y))*(y + z**2)")
    assert symad.compose("formula*2", {"formula": "x"}) == parse("x*2")
    with pytest.raises(symad.ExpressionError, match="w is no variable"):
        symad.compose("sin(u)", w=F)
    with pytest.raises(symad.ExpressionError, match="what replaces u has 2 outputs"):
        symad.compose("sin(u)", u="(x, y)")


def test_what_was_held_stays_so() -> None:
    f = parse("k*x + y", held=["k"])
    assert (f * F).held == ("k",)
    assert (f * F).variables == ("x", "y", "k")
    assert f.subs(x="z**2").held == ("k",)
    assert f.fix(k=2).held == ()
    assert pickle.loads(pickle.dumps(f)).held == ("k",)


def test_parts_are_shared_and_long_chains_are_no_recursion() -> None:
    f = parse("x")
    for _ in range(5000):
        f = f * f
    assert f.n_nodes == 5001
    assert f.subs(x="y").n_nodes == 5001


def test_own_symbols_of_sympy_are_kept() -> None:
    x = sympy.Symbol("x", positive=True)
    made = symad.from_sympy(x**2) * parse("y")
    assert made.to_sympy() == x**2 * sympy.Symbol("y")
