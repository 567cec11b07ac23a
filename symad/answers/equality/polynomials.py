"""Polynomials of many unknowns with rational coefficients, as mappings. Knows no function and no formula."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

Monomial: TypeAlias = tuple[tuple[int, int], ...]  # (unknown, exponent above 0), unknowns ascending
Polynomial: TypeAlias = dict[Monomial, Fraction]  # no coefficient is 0

MOST_TERMS = 400
_MOST_BITS = 20_000  # of a coefficient: beyond, the arithmetic would take seconds
ONE: Monomial = ()


class TooLargeError(Exception):
    """More terms, or longer numbers, than are worth expanding."""


def constant(value: Fraction | int) -> Polynomial:
    """A number."""
    return {ONE: Fraction(value)} if value else {}


def unknown(number: int) -> Polynomial:
    """One unknown."""
    return {((number, 1),): Fraction(1)}


def constant_of(polynomial: Polynomial) -> Fraction | None:
    """The number that a polynomial is, or None."""
    if not polynomial:
        return Fraction(0)
    return polynomial[ONE] if len(polynomial) == 1 and ONE in polynomial else None


def add(a: Polynomial, b: Polynomial, factor: Fraction | int = 1) -> Polynomial:
    """a + factor*b."""
    total = dict(a)
    for monomial, coefficient in b.items():
        value = total.get(monomial, 0) + factor * coefficient
        if value:
            total[monomial] = value
        else:
            total.pop(monomial, None)
    return checked(total)


def multiply(a: Polynomial, b: Polynomial) -> Polynomial:
    """a*b."""
    if len(a) * len(b) > MOST_TERMS * 20:
        raise TooLargeError
    total: Polynomial = {}
    for left, p in a.items():
        for right, q in b.items():
            monomial = product(left, right)
            value = total.get(monomial, 0) + p * q
            if value:
                total[monomial] = value
            else:
                del total[monomial]
    return checked(total)


def power(a: Polynomial, exponent: int) -> Polynomial:
    """a**exponent, exponent at least 0."""
    total = constant(1)
    for bit in bin(exponent)[2:]:
        total = multiply(total, total)
        if bit == "1":
            total = multiply(total, a)
    return total


def checked(a: Polynomial) -> Polynomial:
    """The same, unless it is too large."""
    if len(a) > MOST_TERMS:
        raise TooLargeError
    for value in a.values():
        if value.numerator.bit_length() + value.denominator.bit_length() > _MOST_BITS:
            raise TooLargeError
    return a


def product(a: Monomial, b: Monomial) -> Monomial:
    """Of two monomials."""
    if not a or not b:
        return a or b
    exponents = dict(a)
    for name, exponent in b:
        exponents[name] = exponents.get(name, 0) + exponent
    return tuple(sorted(exponents.items()))


def quotient(a: Monomial, b: Monomial) -> Monomial | None:
    """Of two monomials, where it is one."""
    exponents = dict(a)
    for name, exponent in b:
        left = exponents.get(name, 0) - exponent
        if left < 0:
            return None
        if left:
            exponents[name] = left
        else:
            del exponents[name]
    return tuple(sorted(exponents.items()))


def common(monomials: Iterable[Monomial]) -> Monomial:
    """The largest monomial that divides all of them."""
    found: dict[int, int] | None = None
    for monomial in monomials:
        exponents = dict(monomial)
        if found is None:
            found = exponents
        else:
            found = {name: min(k, exponents[name]) for name, k in found.items() if name in exponents}
        if not found:
            return ONE
    return tuple(sorted((found or {}).items()))


def divided_by_monomial(a: Polynomial, b: Monomial) -> Polynomial:
    """a/b, b being a common divisor."""
    if not b:
        return a
    shares = ((quotient(monomial, b), coefficient) for monomial, coefficient in a.items())
    return {monomial: coefficient for monomial, coefficient in shares if monomial is not None}


def order(monomial: Monomial) -> tuple[int, tuple[tuple[int, int], ...]]:
    """A key by which products of monomials keep their order: total degree, then exponents of earlier unknowns."""
    return sum(k for _, k in monomial), tuple((-name, k) for name, k in monomial)


def leading(a: Polynomial) -> Monomial:
    """The largest monomial."""
    return max(a, key=order)


def divided(a: Polynomial, b: Polynomial) -> Polynomial | None:
    """a/b where it is a polynomial, else None."""
    if not b:
        return None
    head = leading(b)
    rest, total = dict(a), dict[Monomial, Fraction]()
    while rest:
        top = leading(rest)
        share = quotient(top, head)
        if share is None or len(total) > MOST_TERMS:
            return None
        coefficient = rest[top] / b[head]
        total[share] = coefficient
        rest = add(rest, {product(share, monomial): value for monomial, value in b.items()}, -coefficient)
        if top in rest:  # the order is not one of products here: give up rather than go on for ever
            return None
    return total
