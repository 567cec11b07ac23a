"""SymPy objects as people write them: terms and factors in the order of SymPy's printer, signs where they read best.

Nothing is computed: an arranged object is the same sum or product, built without evaluation.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    import sympy


_SHORT = 2**10  # denominators of doubles that are fractions, such as 1/2; a larger one is a decimal that somebody typed


class Arranger:
    """Arranges objects of one program.

    Parameters
    ----------
    late : collection of Symbol
        What stands behind the other symbols of a product that is a whole right-hand side: ``x*da``.
    """

    def __init__(self, late: Collection[sympy.Symbol] = ()) -> None:
        import sympy

        self._sympy = sympy
        self._decimals: dict[sympy.Symbol, float] = {}
        self._known: set[sympy.Add] = set()
        self._turned: set[sympy.Add] = set()
        self._late = late
        self._done: dict[sympy.Basic, sympy.Basic] = {}

    def know(self, sums: Iterable[sympy.Add]) -> None:
        """Sums that the program is made of: their signs stay, ``1 - h`` does not become ``h - 1``."""
        new = set(sums) - self._known
        if new:
            self._known |= new
            self._turned = (self._turned | {self._negative(item) for item in new}) - self._known
            self._done.clear()

    def decimal(self, value: float) -> sympy.Basic:
        """What stands for a double: its exact fraction if this is short, else a symbol, so that nothing is folded."""
        exact = self._sympy.Rational(*value.as_integer_ratio())
        if exact.q <= _SHORT:
            return exact
        symbol = self._sympy.Symbol(repr(value), positive=True)
        self._decimals[symbol] = value
        return symbol

    def bindings(self, item: sympy.Basic) -> list[tuple[sympy.Symbol, sympy.Basic]]:
        """The symbols of decimals in an object, and their numbers."""
        found = (self._decimals.keys() & item.free_symbols) if self._decimals else ()
        return [(symbol, self._sympy.Rational(*self._decimals[symbol].as_integer_ratio())) for symbol in found]

    def arranged(self, root: sympy.Basic) -> sympy.Basic:
        """The same object, arranged; an explicit stack goes down to its leaves."""
        stack = [root]
        while stack:
            item = stack[-1]
            missing = [] if item in self._done else [arg for arg in self._parts(item) if arg not in self._done]
            stack.extend(missing)
            if not missing:
                stack.pop()
                if item not in self._done:
                    self._done[item] = self._built(item)
        return self._behind(self._done[root]) if root.is_Mul and self._late else self._done[root]

    def _parts(self, item: sympy.Basic) -> Sequence[sympy.Basic]:
        """Conditions stay as they are."""
        return () if item.is_Boolean or item.is_Relational else item.args

    def _built(self, item: sympy.Basic) -> sympy.Basic:
        if not self._parts(item):
            return item
        if item.is_Add:
            return self._sum([self._done[term] for term in _ordered(item)])
        if item.is_Mul:
            return self._product(item)
        args = [self._done[arg] for arg in item.args]
        if all(new is old for new, old in zip(args, item.args, strict=True)):
            return item
        pair = self._sympy.functions.elementary.piecewise.ExprCondPair
        return item.func(*args) if isinstance(item, pair) else item.func(*args, evaluate=False)

    def _sum(self, terms: list[sympy.Basic]) -> sympy.Basic:
        """Of two terms the one without a minus stands first."""
        if len(terms) == 2 and _is_negative(terms[0]) and not _is_negative(terms[1]):
            terms.reverse()
        return self._sympy.Add(*terms, evaluate=False)

    def _negative(self, item: sympy.Basic) -> sympy.Basic:
        """The negative of a sum as SymPy holds it."""
        return self._sympy.Add(*(-term for term in item.args))

    def _turned_round(self, item: sympy.Basic) -> sympy.Basic:
        """The negative of an arranged sum, term by term."""
        return self._sum([self._opposite(term) for term in item.args])

    def _opposite(self, term: sympy.Basic) -> sympy.Basic:
        if term.is_Number:
            return -term
        coefficient, factors = _split(term)
        return self._joined(-coefficient, factors)

    def _joined(self, coefficient: sympy.Number, factors: Sequence[sympy.Basic]) -> sympy.Basic:
        parts = [*([] if coefficient == 1 and factors else [coefficient]), *factors]
        return parts[0] if len(parts) == 1 else self._sympy.Mul(*parts, evaluate=False)

    def _product(self, item: sympy.Basic) -> sympy.Basic:
        """Sums of the program keep their signs; a minus that is left goes into a sum that has one inside."""
        coefficient, originals = _split(item)
        originals = _ordered_factors(item, originals)
        factors = [self._done[factor] for factor in originals]
        for k, factor in enumerate(originals):
            base = _odd_base(factor)
            if base is not None and (base in self._turned or all(map(_is_negative, self._done[base].args))):
                factors[k], coefficient = self._swapped(factors[k]), -coefficient
        if coefficient < 0:
            place = self._place_of_minus(originals, factors)
            if place is not None:
                factors[place], coefficient = self._swapped(factors[place]), -coefficient
        return self._joined(*self._folded(coefficient, factors))

    def _folded(self, coefficient: sympy.Number, factors: list[sympy.Basic]) -> tuple[sympy.Number, list[sympy.Basic]]:
        """A whole coefficient and a decimal as one decimal, where a double holds their product exactly."""
        value = self._decimals.get(factors[0]) if factors else None
        if value is None or not coefficient.is_Integer or abs(coefficient) == 1:
            return coefficient, factors
        product = abs(int(coefficient)) * value
        if Fraction(product) != abs(int(coefficient)) * Fraction(value):
            return coefficient, factors
        return self._sympy.Integer(1 if coefficient > 0 else -1), [self.decimal(product), *factors[1:]]

    def _swapped(self, factor: sympy.Basic) -> sympy.Basic:
        if factor.is_Add:
            return self._turned_round(factor)
        return self._sympy.Pow(self._turned_round(factor.base), factor.exp, evaluate=False)

    def _place_of_minus(self, originals: Sequence[sympy.Basic], factors: Sequence[sympy.Basic]) -> int | None:
        """The sum that takes a minus: one that the program does not have, if there is one."""
        mixed = [k for k, factor in enumerate(factors) if (base := _odd_base(factor)) and _has_minus(base)]
        plain = [k for k in mixed if _odd_base(originals[k]) not in self._turned and not self._is_known(originals[k])]
        return next(iter(plain or mixed), None)

    def _is_known(self, factor: sympy.Basic) -> bool:
        return _odd_base(factor) in self._known

    def _behind(self, product: sympy.Basic) -> sympy.Basic:
        """The product with its late symbols behind the others."""
        if not product.is_Mul:
            return product
        coefficient, factors = _split(product)
        names = [factor for factor in factors if factor.is_Symbol]
        moved = sorted(names, key=lambda factor: factor in self._late)
        waiting = iter(moved)
        return self._joined(coefficient, [next(waiting) if factor.is_Symbol else factor for factor in factors])


def _ordered(item: sympy.Basic) -> list[sympy.Basic]:
    terms: list[sympy.Basic] = item.as_ordered_terms()
    return terms if len(terms) == len(item.args) else list(item.args)


def _ordered_factors(item: sympy.Basic, factors: Sequence[sympy.Basic]) -> list[sympy.Basic]:
    """The factors in SymPy's order; short sums before long ones, and those with a number behind others."""
    ordered = [factor for factor in item.as_ordered_factors() if factor in factors]
    if len(ordered) != len(factors):
        ordered = list(factors)
    sums = (factor for factor in ordered if factor.is_Add)
    sorted_sums = iter(sorted(sums, key=lambda one: (len(one.args), one.count_ops(), any(map(_is_number, one.args)))))
    return [next(sorted_sums) if factor.is_Add else factor for factor in ordered]


def _split(item: sympy.Basic) -> tuple[sympy.Number, list[sympy.Basic]]:
    """The number in front of a product, and its other factors."""
    import sympy

    if not item.is_Mul:
        return sympy.Integer(1), [item]
    first = item.args[0]
    return (first, list(item.args[1:])) if first.is_Number else (sympy.Integer(1), list(item.args))


def _is_number(term: sympy.Basic) -> bool:
    return bool(term.is_Number)


def _is_negative(term: sympy.Basic) -> bool:
    return bool(_split(term)[0] < 0 if term.is_Mul else term.is_Number and term < 0)


def _odd_base(factor: sympy.Basic) -> sympy.Basic | None:
    """The sum whose sign may be turned: a factor, or what is raised to an odd power."""
    if factor.is_Add:
        return factor
    odd = factor.is_Pow and factor.base.is_Add and factor.exp.is_Integer and factor.exp % 2
    return factor.base if odd else None


def _has_minus(base: sympy.Basic) -> bool:
    return any(map(_is_negative, base.args))
