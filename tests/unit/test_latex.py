"""Formulas as LaTeX, in the order in which they stand; where SymPy keeps that order, its LaTeX is the same."""

from __future__ import annotations

import pytest
import sympy

import symad
from symad.answers.latex import derivative_latex, name_latex, to_latex
from symad.symbolic.arranging import Arranger
from symad.symbolic.bridge import read, real_symbols, written


@pytest.mark.parametrize(
    ("formula", "latex"),
    [
        ("2*x*(x**2 + sin(x**2))", r"2 x \left(x^{2} + \sin{\left(x^{2} \right)}\right)"),
        ("200*(x4 - x3**2)", r"200 \left(x_{4} - x_{3}^{2}\right)"),
        ("x*2*3", r"x \cdot 2 \cdot 3"),
        ("-x**2/(y + 1)", r"- \frac{x^{2}}{y + 1}"),
        ("a - (b - c)", r"a - \left(b - c\right)"),
        ("a - -b", r"a - \left(- b\right)"),
        ("(x/2)**3", r"\left(\frac{x}{2}\right)^{3}"),
        ("sin(x)**2", r"\sin^{2}{\left(x \right)}"),
        ("exp(-z)", r"e^{- z}"),
        ("exp(z)**2", r"\left(e^{z}\right)^{2}"),
        ("sqrt(x) + cbrt(y) + Abs(z)", r"\sqrt{x} + \sqrt[3]{y} + \left|{z}\right|"),
        ("Max(a, b)", r"\max{\left(a, b \right)}"),
        ("atan2(y, x)", r"\operatorname{atan2}{\left(y, x \right)}"),
        ("x*1e-5 + 2.5e300", r"x \cdot 10^{-5} + 2.5 \cdot 10^{300}"),
        ("pi*alpha/E", r"\frac{\pi \alpha}{e}"),
        (
            "Piecewise((x, x > 0 and y <= 1), (0, True))",
            r"\begin{cases} x & \text{for}\: x > 0 \wedge y \leq 1 \\ 0 & \text{otherwise} \end{cases}",
        ),
        ("Piecewise((x, x > 0))", r"\begin{cases} x & \text{for}\: x > 0 \end{cases}"),
        ("(x, y)", r"\left(x, y\right)"),
        ("e**x", "e^{x}"),  # a variable
    ],
)
def test_formulas(formula: str, latex: str) -> None:
    assert to_latex(formula) == latex


@pytest.mark.parametrize("formula", ["x**2*cos(x) + sin(x)/x", "a*exp(-b*x) + c", "sqrt(x**2 + y**2)*log(x)"])
def test_as_sympy_writes_them(formula: str) -> None:
    expression = symad.parse(formula)
    inputs = real_symbols(expression.variables)
    arranged = Arranger().arranged(written(expression, [symbol for _, symbol in inputs]))
    assert to_latex(read([arranged], inputs=inputs, as_given=True)) == sympy.latex(arranged)


@pytest.mark.parametrize(
    ("name", "latex"),
    [
        ("x", "x"), ("x12", "x_{12}"), ("x1_2", "x_{1,2}"), ("theta_k", r"\theta_{k}"), ("da1", r"\mathit{da}_{1}"),
        ("_x", r"\mathit{\_x}"), ("x_", r"\mathit{x\_}"),
    ],
)  # fmt: skip
def test_names(name: str, latex: str) -> None:
    assert name_latex(name) == latex


def test_names_of_derivatives() -> None:
    assert derivative_latex("df/dx1") == r"\frac{\partial f}{\partial x_{1}}"
    assert derivative_latex("d2f/dx dy") == r"\frac{\partial^{2} f}{\partial x \, \partial y}"


def test_long_and_deep_formulas() -> None:
    deep = symad.parse("l = x; repeat n: l = sin(l)", n=2000)
    assert to_latex(deep).count(r"\sin") == 2000
    with pytest.raises(symad.LimitError, match="too long for LaTeX"):
        to_latex(symad.parse("l = x; repeat n: l = l*l + 1", n=30))
