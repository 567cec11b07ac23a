"""Expression to text: parentheses where they matter and nowhere else; bindings for what is shared or deep."""

from __future__ import annotations

import pytest

import symad
from symad._core import tapes
from symad.formula.expression import build
from symad.formula.ops import row


@pytest.mark.parametrize(
    "text",
    [
        "x + y - z",
        "x - (y - z)",
        "x*y/z",
        "x/(y*z)",
        "-x**2",
        "(-x)**2",
        "x**y**z",
        "(x**y)**z",
        "x**-y",
        "-(x + y)",
        "(x + y)*z",
        "2*x + 0.5*y",
        "1/3*x",
        "1e-300*x",
        "Max(x, y, 1)",
        "Piecewise((x, x < y), (y, y >= 2), (0, True))",
        "Piecewise((x, x < y))",
        "Piecewise((x, x < y and not (y > 1 or y == 2)), (2*x, True))",
        "sin(cos(x) + 1)",
        "(x, x + y)",
        "pi*E*x",
        "123456789012345678901234567890*x",
    ],
)
def test_plain_text_comes_back_as_typed(text: str) -> None:
    assert str(symad.parse(text)) == text


def test_unneeded_parentheses_go() -> None:
    assert str(symad.parse("((x)*(y)) + (sin((x)))")) == "x*y + sin(x)"


def test_aliases_become_the_row_s_spelling() -> None:
    assert str(symad.parse("ln(x) + max(x, abs(y))^2")) == "log(x) + Max(x, Abs(y))**2"


def test_a_header_where_text_alone_would_say_less() -> None:
    assert str(symad.parse("y*x", variables=["x", "y"])) == "x, y: y*x"
    assert str(symad.parse("x", variables=["x", "unused"])) == "x, unused: x"
    assert str(symad.parse("pi*x", variables=["pi", "x"])) == "pi, x: pi*x"


def test_large_shared_parts_get_names() -> None:
    doubling = symad.parse("; ".join(["a = x + y", *["a = a*a"] * 40, "a"]))
    text = str(doubling)
    assert len(text) < 2000
    assert symad.parse(text) == doubling


def test_generated_names_avoid_variables() -> None:
    written = symad.parse("; ".join(["a = t1 + t2", *["a = sin(a)*a"] * 12, "a"]))
    assert symad.parse(str(written)) == written


def test_rows_of_derivatives_have_a_spelling() -> None:
    text = str(symad.gradient(symad.parse("sqrt(x) + log(x) + tanh(x) + atan(x) + x**y + Max(x, y)")))
    for name in ("_sqrt_slope", "_log_slope", "_sech2", "_atan_slope", "_pow_da", "_pow_db", "_share"):
        assert name in text


@pytest.mark.parametrize("value", [0.0, -0.0, float("inf"), float("-inf"), float("nan"), 5e-324, 1e16, 1e17, 0.1, -2.5])
def test_any_double(value: float) -> None:
    builder = tapes.Builder()
    builder.output(builder.op(row("ADD").number, builder.input("x"), builder.number(value)))
    written = build(builder)
    assert symad.parse(str(written)) == written


def test_long_integers_beyond_python_s_limit_of_digits() -> None:
    """Exact folding makes more digits than str() writes by default."""
    text = f"{'7' * 4000}*x"
    assert str(symad.parse(text)) == text
