"""Minimax polynomials of the elementary kernels: `python tests/coefficients.py` prints their tables.

Each is the Remez polynomial, found with 60 digits, of a function whose exact leading terms were taken away, weighted so
that the error is that of the whole kernel; then its coefficients are rounded to doubles. The bound printed is measured
after rounding.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import mpmath
from mpmath import mpf

Function = Callable[[mpf], mpf]


@dataclass(frozen=True)
class Wanted:
    """`rest` on [low, high] by a polynomial of `n` coefficients; its error counts times `weight`."""

    rest: Function
    weight: Function
    low: mpf
    high: mpf
    n: int


def weight(wanted: Wanted, x: mpf) -> mpf:
    """The weight, kept from 0 where a kernel's leading terms are exact."""
    return wanted.weight(x) + mpf("0.00002")


def alternating(wanted: Wanted, places: list[mpf]) -> list[mpf]:
    """Coefficients whose weighted error alternates with one size over the n + 1 places."""
    n = wanted.n
    matrix, right = mpmath.matrix(n + 1, n + 1), mpmath.matrix(n + 1, 1)
    for row, x in enumerate(places):
        for k in range(n):
            matrix[row, k] = x**k
        matrix[row, n] = (-1) ** row / weight(wanted, x)
        right[row] = wanted.rest(x)
    return list(mpmath.lu_solve(matrix, right))[:n]


def error(wanted: Wanted, coefficients: list[mpf], x: mpf) -> mpf:
    """Weighted error at x."""
    return weight(wanted, x) * (mpmath.polyval(coefficients[::-1], x) - wanted.rest(x))


def grid(wanted: Wanted, n: int) -> list[mpf]:
    """Chebyshev points of the interval, from low to high."""
    middle, half = (wanted.low + wanted.high) / 2, (wanted.high - wanted.low) / 2
    return [middle - half * mpmath.cos(mpmath.pi * k / (n - 1)) for k in range(n)]


def extrema(wanted: Wanted, coefficients: list[mpf], points: list[mpf]) -> list[mpf]:
    """The largest error of each run of one sign."""
    runs: list[tuple[mpf, mpf]] = []
    for x in points:
        e = error(wanted, coefficients, x)
        if runs and (e < 0) == (runs[-1][0] < 0):
            runs[-1] = max(runs[-1], (e, x), key=lambda pair: abs(pair[0]))
        else:
            runs.append((e, x))
    return [x for _, x in runs]


def remez(wanted: Wanted) -> list[mpf]:
    """The minimax polynomial, after a few exchanges."""
    places, points = grid(wanted, wanted.n + 1), grid(wanted, 40 * wanted.n)
    coefficients = alternating(wanted, places)
    for _ in range(4):
        found = extrema(wanted, coefficients, points)
        if len(found) != len(places):
            break
        coefficients = alternating(wanted, found)
    return coefficients


def taken_away(function: Function, leading: Function, power: Function) -> Function:
    """(function - leading)/power; 200 bits more than usual, for the difference cancels."""

    def rest(x: mpf) -> mpf:
        with mpmath.extraprec(600):
            x = x if x else mpf(10) ** -60
            return (function(x) - leading(x)) / power(x)

    return rest


def root(z: mpf) -> mpf:
    """The argument of an odd or even function of which only the square is at hand."""
    return mpmath.sqrt(z)


MIDDLE = mpf("3.75")  # of the arguments of erfc, by their ratio
LEADING = mpf(1.2375126308378275)  # a double near the constant coefficient, which is wanted to more digits


def scaled_erfc(x: mpf) -> mpf:
    """(1 + 2x) e^(x^2) erfc(x): between 1 and 1.24 for all x >= 0."""
    return (1 + 2 * x) * mpmath.exp(x**2) * mpmath.erfc(x)


def turned(x: mpf) -> mpf:
    """What the polynomial for erfc is in."""
    return (x - MIDDLE) / (x + MIDDLE)


def tables() -> dict[str, Wanted]:
    """What the kernels use, by the name of the table there."""
    half_ln2 = mpf("0.34665")
    return {
        "EXP": Wanted(
            taken_away(mpmath.exp, lambda r: 1 + r, lambda r: r**2),
            lambda r: abs(r), -half_ln2, half_ln2, 11,
        ),
        "LOG": Wanted(
            taken_away(lambda z: 2 * mpmath.atanh(root(z)) / root(z), lambda z: mpf(2), lambda z: z),
            lambda z: z, mpf(0), mpf("0.02944"), 7,
        ),
        "POWER": Wanted(
            taken_away(lambda z: 2 * mpmath.atanh(root(z)) / root(z), lambda z: 2 + 2 * z / 3, lambda z: z**2),
            lambda z: z**2 / 2, mpf(0), mpf("0.02944"), 8,
        ),
        "SIN": Wanted(
            taken_away(lambda z: mpmath.sin(root(z)) / root(z), lambda z: mpf(1), lambda z: z),
            lambda z: z, mpf(0), mpf("0.6170"), 6,
        ),
        "COS": Wanted(
            taken_away(lambda z: mpmath.cos(root(z)), lambda z: 1 - z / 2, lambda z: z**2),
            lambda z: z**2, mpf(0), mpf("0.6170"), 6,
        ),
        "ATAN": Wanted(
            taken_away(lambda z: mpmath.atan(root(z)) / root(z), lambda z: mpf(1), lambda z: z),
            lambda z: z, mpf(0), mpf("0.17158"), 11,
        ),
        "ASIN": Wanted(
            taken_away(lambda z: mpmath.asin(root(z)) / root(z), lambda z: mpf(1), lambda z: z),
            lambda z: z, mpf(0), mpf("0.25"), 13,
        ),
        "CBRT": Wanted(mpmath.cbrt, lambda f: 1 / mpmath.cbrt(f), mpf(1), mpf(2), 5),
        "ERF": Wanted(
            taken_away(lambda z: mpmath.erf(root(z)) / root(z), lambda z: mpf(1), lambda z: mpf(1)),
            lambda z: mpf(1), mpf(0), mpf(1), 13,
        ),
        "ERFC": Wanted(
            lambda u: scaled_erfc(MIDDLE * (1 + u) / (1 - u)) - LEADING,
            lambda u: mpf(1), turned(mpf("0.46")), turned(mpf(28)), 24,
        ),
    }  # fmt: skip


def main() -> None:
    """Print every table, lowest power first, with its bound."""
    mpmath.mp.dps = 60
    for name, wanted in tables().items():
        coefficients = [mpf(float(c)) for c in remez(wanted)]
        bound = max(abs(error(wanted, coefficients, x)) for x in grid(wanted, 2001))
        print(f"{name}: error below 2^{mpmath.nstr(mpmath.log(bound, 2), 4)}")
        for c in coefficients:
            print(f"    {float(c)!r},")


if __name__ == "__main__":
    main()
