"""What is shown is what is run: spellings that differ, or that cannot be decided, are caught."""

from __future__ import annotations

import pytest

import symad
from symad.answers.checked import Checker
from symad.answers.named import Program


def checker(text: str, seconds: float = 5.0) -> Checker:
    expression = symad.parse(text)
    places = Program(expression, expression.variables).places
    return Checker(expression, symad.gradient(expression), places, seconds=seconds)


@pytest.mark.parametrize(
    ("text", "slope", "holds"),
    [
        ("x**2", "2*x", True),
        ("x**2", "2*x + 1e-45*x", False),
        ("x**2", "2*x + 1e-60*x", True),  # beyond 50 digits
        ("h = tanh(x); h", "1 - h**2", True),
        ("h = tanh(x); h", "1 - h*h*h", False),
        ("sqrt(x**2)", "sign(x)", True),
        ("sqrt(x**2)", "1", False),
        ("log(x)", "1/x", True),  # has no value on one side
        ("acosh(x)", "1/(sqrt(x - 1)*sqrt(x + 1))", True),
        ("(x + 1)**2 - x**2 - 2*x - 1", "0", True),  # cancels to nothing
        ("x**2", "2*q", False),  # no name of the program
        ("x**2", "2*(x", False),  # no formula
        ("sqrt(-1 - x**2)", "-x/sqrt(-1 - x**2)", False),  # no value anywhere: not decided
    ],
)
def test_spellings(text: str, slope: str, holds: bool) -> None:
    assert checker(text).holds([], [slope]) == holds


def test_lines_are_in_the_order_of_the_steps() -> None:
    own = checker("a = x**2; b = sin(a); b**2")
    assert own.holds([("da", "db*cos(a)"), ("db", "2*b")], ["2*x*da"])
    assert not own.holds([("da", "db*cos(a)"), ("db", "3*b")], ["2*x*da"])


def test_a_check_that_takes_too_long_decides_nothing() -> None:
    assert not checker("x**2", seconds=0.0).holds([], ["2*x"])


def test_a_variable_called_e_is_no_euler_number() -> None:
    expression = symad.parse("e**x", variables=["e", "x"])
    places = Program(expression, ["x"]).places
    own = Checker(expression, symad.gradient(expression), places)
    assert own.holds([], ["e**x*x/e", "e**x*log(e)"])
