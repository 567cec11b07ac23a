"""How far a double is from an exact number. All arithmetic is on integers and fractions, so nothing rounds."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import mpmath

_TOP = 1100  # binary exponents beyond it are beyond every double, below its negative they are 0


def _special(exact: mpmath.mpf) -> float | None:
    """A value of no mantissa as float: 0, inf, nan; else None."""
    _, mantissa, exponent, bits = exact._mpf_
    if mantissa:
        if exponent + bits > _TOP:
            return math.copysign(math.inf, -1.0 if exact < 0 else 1.0)
        return 0.0 if exponent + bits < -_TOP else None
    return 0.0 if exponent == 0 else math.nan if exact != exact else math.inf if exact > 0 else -math.inf


def _fraction(exact: mpmath.mpf) -> Fraction:
    sign, mantissa, exponent, _ = exact._mpf_
    scaled = Fraction(int(mantissa)) * Fraction(2) ** exponent
    return Fraction(-scaled if sign else scaled)


def nearest_double(exact: mpmath.mpf) -> float:
    """The double nearest to an exact number, infinite beyond the largest; ties to even, subnormals included."""
    special = _special(exact)
    if special is not None:
        return special
    fraction = _fraction(exact)
    try:
        return fraction.numerator / fraction.denominator  # integer division rounds once, whatever the size
    except OverflowError:
        return math.inf if fraction > 0 else -math.inf


def ulp_error(computed: float, exact: mpmath.mpf) -> float:
    """Distance in units in the last place of the double nearest to `exact`.

    Parameters
    ----------
    computed : float
    exact : mpf

    Returns
    -------
    float
        0 where both are nan or the same infinity, an exact number beyond the doubles counting as infinite; inf where
        only one is finite or one is nan. The unit of 0 is the smallest subnormal.
    """
    nearest = nearest_double(exact)
    if math.isnan(nearest) or math.isnan(computed) or math.isinf(nearest) or math.isinf(computed):
        both = nearest == computed or (math.isnan(nearest) and math.isnan(computed))
        return 0.0 if both else math.inf
    return _quotient(abs(Fraction(computed) - _rational(exact)), Fraction(math.ulp(nearest)))


def relative_error(computed: float, exact: mpmath.mpf) -> float:
    """Distance divided by the magnitude of `exact`; 0 and inf as in `ulp_error`, inf where only `exact` is 0."""
    if not math.isfinite(nearest_double(exact)) or not math.isfinite(computed):
        return ulp_error(computed, exact)
    true = _rational(exact, tiny=True)
    if true == 0:
        return 0.0 if computed == 0 else math.inf
    return _quotient(abs(Fraction(computed) - true), abs(true))


def _rational(exact: mpmath.mpf, *, tiny: bool = False) -> Fraction:
    """The number itself; far below the subnormals it is 0, or with `tiny` some number just as far below."""
    if _special(exact) is None:
        return _fraction(exact)
    return Fraction(-1 if exact < 0 else 1, 2**_TOP) if tiny and exact != 0 else Fraction(0)


def _quotient(above: Fraction, below: Fraction) -> float:
    quotient = above / below
    try:
        return quotient.numerator / quotient.denominator
    except OverflowError:
        return math.inf
