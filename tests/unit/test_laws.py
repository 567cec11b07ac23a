"""Laws of growth and crossovers, on series whose law is known."""

from __future__ import annotations

import random

import pytest

from symad.studies import laws

SIZES = list(range(1, 13))
COUNTS, TIMES = 0.002, 0.05
EXACT = 1e-9  # residual of a law that holds: far below one count in the largest series
OF_THE_EXPONENT = 0.01  # what is said of an exponent has two decimals
KNOWN = {
    "constant": lambda n: 7,
    "linear": lambda n: 3 * n - 3,
    "quadratic": lambda n: (n * n + 5 * n) // 2 + 1,
    "cubic": lambda n: 4 * n**3 + n,
    "exponential": lambda n: 3 * (2**n - 1),
}


@pytest.mark.parametrize("sizes", [SIZES, SIZES[:6], [1, 2, 5, 10, 20, 40]], ids=len)
@pytest.mark.parametrize("name", KNOWN)
def test_exact_laws_are_found(name: str, sizes: list[int]) -> None:
    law = laws.fit(sizes, [KNOWN[name](n) for n in sizes], noise=COUNTS)
    assert law.name == name
    assert law.residual == pytest.approx(0.0, abs=EXACT)


def test_formulas_are_the_series_own() -> None:
    formulas = {name: laws.fit(SIZES, [make(n) for n in SIZES], noise=COUNTS).formula for name, make in KNOWN.items()}
    assert formulas == {
        "constant": "7",
        "linear": "3*n - 3",
        "quadratic": "0.5*n**2 + 2.5*n + 1",
        "cubic": "4*n**3 + n",
        "exponential": "3*2**n - 3",
    }


@pytest.mark.parametrize("seed", range(5))
def test_noise_of_a_clock_does_not_hide_a_law(seed: int) -> None:
    draws = random.Random(seed)
    for name, make in (("linear", lambda n: 20 + 5 * n), ("constant", lambda n: 20), ("exponential", lambda n: 2**n)):
        values = [make(n) * draws.gauss(1, 0.04) for n in SIZES]
        assert laws.fit(SIZES, values, noise=TIMES).name == name


def test_a_power_has_its_exponent() -> None:
    law = laws.fit(SIZES, [5 * n**1.5 for n in SIZES], noise=COUNTS)
    assert law.name == "power"
    assert law.exponent == pytest.approx(1.5, abs=OF_THE_EXPONENT)


def test_numbers_beyond_the_doubles() -> None:
    law = laws.fit(SIZES, [3 ** (100 * n) for n in SIZES], noise=COUNTS)
    assert law.name == "exponential"
    assert law.exponent == pytest.approx(3.0**100)


def test_what_cannot_be_decided_is_not() -> None:
    assert laws.fit([1, 2, 3], [1, 2, 3], noise=COUNTS).name == "undecided"
    erratic = laws.fit(SIZES, [1, 100, 1, 1, 100, 100, 1, 100, 1, 100, 1, 100], noise=COUNTS)
    assert erratic.name == "undecided"
    assert erratic.reason
    few = laws.fit([1, 2, 3, 4], [1.0, 2.2, 4.1, 7.4], noise=0.2)
    assert few.name == "undecided"
    assert "fit alike" in few.reason


def test_zeros_are_a_constant_or_are_left_out() -> None:
    assert laws.fit(SIZES, [0] * 12, noise=COUNTS) == laws.Law("constant", "0", 0.0)
    assert laws.fit(SIZES, [3 * n - 3 for n in SIZES], noise=COUNTS).formula == "3*n - 3"


def test_overtaking() -> None:
    assert laws.overtakes([5, 5, 5, 5], [1, 4, 6, 9], slack=0.0) == 2
    assert laws.overtakes([1, 4, 6, 9], [5, 5, 5, 5], slack=0.0) is None
    assert laws.overtakes([5, 5, 5, 5], [6, 7, 8, 9], slack=0.0) is None  # ahead from the start
    assert laws.overtakes([5, 5, 5, 5], [1, 6, 1, 6], slack=0.0) == 3  # only what lasts
    assert laws.overtakes([5, 5, 5, 5], [4.8, 5.2, 5.2, 5.2], slack=0.1) is None  # noise
