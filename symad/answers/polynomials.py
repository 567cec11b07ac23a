"""Normal forms of terms as sums of monomials with rational coefficients: what cancels exactly has cancelled there."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

from symad.answers.terms import ADD, DIV, MUL, NEG, POWN, SUB

if TYPE_CHECKING:
    from symad.answers.terms import Terms

Monomial: TypeAlias = "tuple[tuple[int, int], ...]"  # terms with their exponents, which may be negative
Polynomial: TypeAlias = "dict[Monomial, Fraction]"

MOST_TERMS = 24  # beyond, a sum stays what it is
MOST_POWER = 6  # of a sum that is multiplied out
LONGEST_BELOW = 1000  # a denominator that is still written as one
LARGEST = 10**15  # a coefficient that is no short number any more


class Polynomials:
    """Normal forms over the terms of one table, each found once.

    Parameters
    ----------
    terms : Terms

    Examples
    --------
    >>> import symad
    >>> from symad.answers.terms import Terms
    >>> terms = Terms(symad.parse("x**2 - (x**2 + 1)"))
    >>> forms = Polynomials(terms)
    >>> str(terms.expression(forms.term(forms.of(terms.root))))
    'x: -1'
    """

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._found: dict[int, Polynomial] = {}

    def of(self, root: int) -> Polynomial:
        """The normal form of a term."""
        for term in self._terms.below(root):
            if term not in self._found:
                self._found[term] = self._made(term)
        return self._found[root]

    def _made(self, term: int) -> Polynomial:
        """From the normal forms of the operands; the term itself is the unknown where there is none."""
        terms, value = self._terms, self._terms.value(term)
        if value is not None:
            return {(): Fraction(value)} if value else {}
        operands = [self._found[operand] for operand in terms.operands(term)]
        made = _arithmetic(terms.row(term), operands, terms, term)
        small = (
            made is not None
            and len(made) <= MOST_TERMS
            and all(1 < LARGEST * abs(one) < LARGEST**2 for one in made.values())
        )
        return made if made is not None and small else {((term, 1),): Fraction(1)}

    def term(self, form: Polynomial) -> int:
        """The sum as a term: the highest degrees first, a positive summand before negative ones where there is one."""
        order = sorted(form, key=lambda one: (form[one] < 0, -sum(power for _, power in one), one))
        if not order:
            return self._terms.number(0)
        found = self._summand(order[0], form[order[0]])
        for one in order[1:]:
            size = self._summand(one, abs(form[one]))
            found = self._terms.op(ADD if form[one] > 0 else SUB, found, size)
        return found

    def _summand(self, monomial: Monomial, coefficient: Fraction) -> int:
        """A product over a product."""
        size = abs(coefficient)
        number, over = (size, 1) if _is_decimal(size) else (Fraction(size.numerator), size.denominator)
        above = self._product([(t, p) for t, p in monomial if p > 0], number)
        below = self._product([(t, -p) for t, p in monomial if p < 0], Fraction(over))
        one = self._terms.number(1)
        found = above if below == one else self._terms.op(DIV, above, below)
        return self._terms.op(NEG, found) if coefficient < 0 else found

    def _product(self, powers: list[tuple[int, int]], number: Fraction) -> int:
        factors = [term if power == 1 else self._power(term, power) for term, power in powers]
        if number != 1 or not factors:
            factors.insert(0, self._terms.number(number))
        found = factors[0]
        for factor in factors[1:]:
            found = self._terms.op(MUL, found, factor)
        return found

    def _power(self, term: int, power: int) -> int:
        return self._terms.op(POWN, term, self._terms.number(power))


def _is_decimal(size: Fraction) -> bool:
    """Whether a coefficient is a double that nobody would write as a quotient, as 1e-7 is."""
    return size.denominator > LONGEST_BELOW and Fraction(float(size)) == size


def _arithmetic(operation: int, operands: list[Polynomial], terms: Terms, term: int) -> Polynomial | None:
    """The normal form of an operation on normal forms; None where it has none."""
    if operation in (ADD, SUB):
        return _sum(operands[0], operands[1], 1 if operation == ADD else -1)
    if operation == NEG:
        return _sum({}, operands[0], -1)
    if operation == MUL:
        return _times(operands[0], operands[1])
    if operation == DIV:
        return _times(operands[0], _inverse(operands[1], terms.operands(term)[1]))
    if operation == POWN:
        return _powered(operands[0], operands[1])
    return None


def _sum(one: Polynomial, other: Polynomial, sign: int) -> Polynomial:
    found = dict(one)
    for monomial, coefficient in other.items():
        total = found.get(monomial, Fraction(0)) + sign * coefficient
        if total:
            found[monomial] = total
        else:
            found.pop(monomial, None)
    return found


def _times(one: Polynomial, other: Polynomial | None) -> Polynomial | None:
    if other is None or len(one) * len(other) > MOST_TERMS**2:
        return None
    found: Polynomial = {}
    for a, p in one.items():
        for b, q in other.items():
            found = _sum(found, {_joined(a, b): p * q}, 1)
    return found


def _joined(one: Monomial, other: Monomial) -> Monomial:
    powers = dict(one)
    for term, power in other:
        powers[term] = powers.get(term, 0) + power
    return tuple(sorted((term, power) for term, power in powers.items() if power))


def _inverse(form: Polynomial, term: int) -> Polynomial | None:
    """Of one monomial by its exponents; a sum is an unknown with the exponent -1."""
    if not form:
        return None
    if len(form) > 1:
        return {((term, -1),): Fraction(1)}
    ((monomial, coefficient),) = form.items()
    return {tuple((one, -power) for one, power in monomial): 1 / coefficient}


def _powered(base: Polynomial, exponent: Polynomial) -> Polynomial | None:
    """An integer power: multiplied out where it is short."""
    power = exponent.get((), Fraction(0))
    if len(exponent) > 1 or (exponent and () not in exponent) or power.denominator != 1 or not base:
        return None
    if len(base) == 1:
        ((monomial, coefficient),) = base.items()
        return {tuple((one, int(n * power)) for one, n in monomial if power): coefficient ** int(power)}
    if not 0 <= power <= MOST_POWER:
        return None
    found: Polynomial | None = {(): Fraction(1)}
    for _ in range(int(power)):
        found = _times(found, base) if found is not None and len(found) <= MOST_TERMS else None
    return found
