"""Nothing takes more than its share of a longer formula: exponents of processor time against size.

Honest input, and input that somebody made to be slow. tests/benchmarks/growth.py shows the same over three decades;
tests/c/test_growth.c has parser, derivatives and plans in C alone.
"""

from __future__ import annotations

import pytest
import sympy
from growing import exponent
from growths import GROWTHS, Growth

import symad

MOST_EXPONENT = 1.5  # 1 is linear, 2 what must not be; caches and a busy machine take their share between two sizes
RATIO = 8


@pytest.mark.parametrize("growth", GROWTHS, ids=lambda growth: growth.name)
def test_time_is_linear_in_size(growth: Growth) -> None:
    found = exponent(growth.make, growth.size, RATIO * growth.size, enough=MOST_EXPONENT)
    assert found <= MOST_EXPONENT, f"time grows with size**{found:.2f}"


def test_symbols_of_one_name_are_numbered_as_ever() -> None:
    dummies = [sympy.Dummy("x") for _ in range(4)]
    expression = symad.from_sympy(sum(dummies, sympy.Symbol("x_3")), variables=[*dummies, sympy.Symbol("x_3")])
    assert expression.variables == ("x", "x_2", "x_4", "x_5", "x_3")


def test_symbols_sort_by_numbers_of_any_length() -> None:
    long = "x" + "9" * 5000
    names = ["x10", "x2", long, "x010a", "\u0663", "y\u00b2"]
    expression = symad.from_sympy(sum(sympy.Symbol(name) for name in names))
    assert expression.variables[:2] == ("x2", "x10")
    assert len(expression.variables) == len(names)
