"""What the campaign of random formulas found stays found: no number is silently wrong, no bound is broken."""

from __future__ import annotations

from typing import Any

import bounded
import mpmath
import pytest

INSIDE = "the rule for wide operands looks at slopes, and sees no step or peak inside the interval"
LISTS = "logsumexp: own rounding beside 0, and weights that are 0 only here"
POLE = "a pole lies inside the interval"
CONSTANT = "the row's constant in the table is too small there"
OPEN = {  # formula: why; a line goes when its case passes
    "-softsign(Shi(x))": "the slope of softsign does not decay in the table",
    "factorial(cos(csch(expm1(x))))": POLE,
    "logaddexp(6/3 + x*x, (x + 7)*sin(100000000000000000000000))": INSIDE,
    "logsumexp(7*x, atanh(y))": LISTS,
    "logsumexp(x, y)": LISTS,
    "logsumexp(sigmoid(x), sign(y + x), tan(pi)/erfc(x))": LISTS,
    "sin(logsumexp(erfc(log2(7/6)), y*remainder(x, pi), atanh(loggamma(3))))": LISTS,
    "norm(x, x, x)": "a length below the normal numbers is taken for exact",
    "Max(x, x, x)*x": "a share of 1/3 is taken for exact",
    "erf(remainder(x**7, x/x))": INSIDE,
    "sech(remainder(x + x, logsumexp(x, x)))": INSIDE,
    "asinh(z - (Mod(x, z) + (y - x)))": INSIDE,
    "asec((5*x) - (x/x))": INSIDE,
    "(x - 4)**7": CONSTANT,
    "fmod(polygamma(2, x), x + 6/8)": CONSTANT,
    "binomial(x, 0.3)": CONSTANT,
    "log1p(beta(y, x))": CONSTANT,
}


def case(record: dict[str, Any]) -> Any:
    """A record as a parameter; one that is open has to fail."""
    name, why = f"{record['formula']}-{record['entry']}", OPEN.get(record["formula"])
    return pytest.param(record, id=name, marks=[pytest.mark.xfail(reason=why, strict=True)] if why else [])


@pytest.mark.parametrize("record", [case(record) for record in bounded.records("finds")])
def test_find(record: dict[str, Any]) -> None:
    """`python tests/campaign/finds.py` says what each is."""
    with mpmath.workdps(bounded.DIGITS):
        number = bounded.one_number(record)
        assert not number.is_silent, (number, number.error)
        assert number.ratio <= 1, (number, number.error)
