"""Formulas at exact points in rising precision, and what two values say about each other.

Rounding decides nothing: where an operand lies so near to a jump or to the end of a domain that rounding could have
put it there, the point is no evidence. Operands that are exact fractions are known to lie where they lie.
"""

from __future__ import annotations

import math
import operator
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from mpmath import MPContext

from symad.answers.equality.borders import ERRORS, Borders, any_error, borders
from symad.formula.ops import ROWS
from symad.numeric.evaluation import Evaluator, domain

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import mpmath

    from symad.answers.equality.places import Point
    from symad.formula.expression import Expression

DIGITS = (60, 100, 250, 800)
_FINE_DIGITS = 450
_FINE_BITS = 400  # below 1 that a fine look reaches, whatever the numbers on the way
_DIGITS_A_BIT = 0.302
_ZERO_DIGITS = 450  # enough to see that two values are 0: rounding is then below every double
_AGREE_BITS = 133  # 40 digits
_GUARD_BITS = 67  # 20 digits that rounding may have cost on the way
_SEEN_BITS = 66  # of the values must stand above rounding, or agreement says nothing
_TINY = -1077  # 2 to this is below every double: 0
_FAR_BITS = 5000  # of a number on the way: beyond, mpmath needs as many digits, and doubles have none
_HEAVY = 40  # looks of many digits that a comparison may take, beyond those that show that two values are 0
_SMALL = -(1 << 40)  # sizes below count as this, so that they can be added up
_NOTHING = -(1 << 62)  # the size of 0
_MOST_BITS = 4000  # of an exact fraction
_SAME = 1e-3  # how far a difference may move from one precision to the next

AGREE, DIFFER, FIRST_ONLY, SECOND_ONLY, NO_EVIDENCE, RAISE, RAISE_FAR = range(7)


@dataclass(frozen=True, slots=True)
class Look:
    """Outputs at a point in one precision."""

    values: tuple[mpmath.mpf, ...]
    kinds: tuple[str, ...]  # "number", "none", "through" (a number, by way of infinity), "unknown"
    largest: int  # binary exponent of the largest number on the way
    is_near: bool = False  # whether rounding may have put an operand on the other side of a border
    on_border: bool = False  # whether a watched operation has no slope there

    @property
    def are_zero(self) -> bool:
        """Whether the first two outputs are numbers below every double."""
        return all(_plain(_size(value)) < _TINY for value in self.values[:2] if value.context.isfinite(value))


class Looker(Evaluator):
    """An Expression at exact points, in any precision.

    Parameters
    ----------
    expression : Expression
    watched : sequence of int, optional
        Nodes of which a look says whether one of them has no slope.
    """

    def __init__(self, expression: Expression, *, watched: Sequence[int] = ()) -> None:
        super().__init__(expression, context=MPContext())
        graph = expression.graph
        self._operands = [graph.operands(node) for node in range(graph.n_nodes)]
        self._rows = [ROWS[graph.op[node]] for node in range(graph.n_nodes)]
        known = {number: borders(ROWS[number]) for number in set(graph.op)}
        self._borders = [(node, known[graph.op[node]]) for node in range(graph.n_nodes) if known[graph.op[node]]]
        self._numbers = {n: graph.number(n) for n in range(graph.n_nodes) if self._rows[n].name == "NUMBER"}
        self._below = self._below_borders()
        self._fractions = [node for node in self._below if node >= self.n_inputs and self._rows[node].name in _EXACT]
        self._domains: dict[str, Evaluator] = {}
        self.patience = _HEAVY
        self._watched = [node for node in watched if known[graph.op[node]] or self._rows[node].arity < 0]

    def _below_borders(self) -> list[int]:
        """The nodes on which it depends what side of a border something lies on."""
        wanted = {operand for node, _ in self._borders for operand in self._operands[node]}
        for node in range(len(self._rows) - 1, -1, -1):
            if node in wanted:
                wanted.update(self._operands[node])
        return sorted(wanted)

    def look(self, point: Point, digits: int) -> Look:
        """The outputs at a point."""
        self.context.dps = digits
        convert = self.context.mpf
        values: list[mpmath.mpf] = [convert(one.numerator) / one.denominator for one in point]
        sizes = [_size(value) for value in values]
        values += [False] * (len(self._rows) - len(values))
        sizes += [0] * (len(values) - len(sizes))
        exact = self._exact(point) if self._fractions or self._borders else {}
        for node, rule, operands in self._steps:
            known = exact.get(node)
            if known is None:
                values[node] = rule(*[values[operand] for operand in operands])
            else:
                values[node] = convert(known.numerator) / known.denominator
            size = sizes[node] = _size(values[node])
            if size is not None and size > _FAR_BITS:
                return Look((self.context.nan,) * len(self._outputs), ("unknown",) * len(self._outputs), 0)
        largest = max((size for size in sizes if size is not None), default=0)
        kinds = tuple(self._kind(output, values, sizes) for output in self._outputs)
        outputs = tuple(values[output] for output in self._outputs)
        on_border = any(self._bends(node, values) for node in self._watched)
        return Look(outputs, kinds, largest, self._near(values, sizes, exact), on_border)

    def _bends(self, node: int, values: Sequence[mpmath.mpf]) -> bool:
        """Whether an operation has no slope at its operands: a tie, an end of its domain."""
        operands = [values[operand] for operand in self._operands[node]]
        if self._rows[node].condition:
            return bool(operands[0] == operands[1])
        if self._rows[node].arity < 0:
            ties = sum(operand == values[node] for operand in operands)
            return ties > 1 or (not values[node] and self._rows[node].name == "NORM")
        return not self._inside(node, operands)

    def _exact(self, point: Point) -> dict[int, Fraction]:
        exact = dict(enumerate(point))
        for node in self._fractions:
            rule, operands = _EXACT[self._rows[node].name], self._operands[node]
            try:
                if node in self._numbers:
                    exact[node] = Fraction(self._numbers[node].exact or self._numbers[node].value)
                else:
                    found = rule(*[exact[operand] for operand in operands])
                    if found is not None and found.numerator.bit_length() + found.denominator.bit_length() < _MOST_BITS:
                        exact[node] = found
            except (KeyError, ZeroDivisionError, OverflowError, ValueError):
                continue
        return exact

    def _near(self, values: Sequence[mpmath.mpf], sizes: Sequence[int | None], exact: dict[int, Fraction]) -> bool:
        """Whether an operand that is not exactly known lies within rounding of a border."""
        unknown = [(n, border) for n, border in self._borders if any(o not in exact for o in self._operands[n])]
        if not unknown:
            return False
        errors = self._errors([_SMALL if size is None else max(size, _SMALL) for size in sizes], exact)
        return any(self._touches(border, node, values, errors) for node, border in unknown)

    def _errors(self, sizes: Sequence[int], exact: dict[int, Fraction]) -> dict[int, int]:
        """Binary exponents of what rounding may have done to each node below a border."""
        errors: dict[int, int] = {}
        for node in self._below:
            if node in exact or self._rows[node].condition:
                errors[node] = _NOTHING
                continue
            operands, size = self._operands[node], sizes[node]
            own = size - self.context.prec
            if any(errors[operand] != _NOTHING for operand in operands):
                rule = ERRORS.get(self._rows[node].name, any_error)
                own = max(own, rule([errors[o] for o in operands], [sizes[o] for o in operands], size))
            errors[node] = own
        return errors

    def _touches(self, border: Borders, node: int, values: Sequence[mpmath.mpf], errors: dict[int, int]) -> bool:
        """Whether rounding reaches a border of an operation."""
        context, operands = self.context, self._operands[node]
        reach = [context.ldexp(1, max(errors[o], -(1 << 60)) + _GUARD_BITS) for o in operands]
        if border.compares:
            return bool(abs(values[operands[0]] - values[operands[1]]) <= max(reach))
        if border.of_quotient:
            a, b = (values[operand] for operand in operands)
            return bool(b) and bool(abs(a - b * context.nint(a / b)) <= max(reach) * (1 + abs(a / b)))
        for k, operand in enumerate(operands[: len(border.thresholds)]):
            if errors[operand] == _NOTHING:
                continue  # it lies where it lies
            value = values[operand]
            if border.lattice[k] and abs(2 * value - context.nint(2 * value)) <= reach[k]:
                return True
            for t in border.thresholds[k]:
                threshold = context.mpf(t.numerator) / t.denominator
                if abs(value - threshold) <= reach[k] and self._ends(node, k, values, threshold, reach[k]):
                    return True
        return False

    def _ends(self, node: int, k: int, values: Sequence[mpmath.mpf], threshold: mpmath.mpf, reach: mpmath.mpf) -> bool:
        """Whether an operation is not smooth all round a threshold: x**n is at 0 if n is not negative."""
        for place in (threshold - reach, threshold, threshold + reach):
            operands = [place if j == k else values[operand] for j, operand in enumerate(self._operands[node])]
            if not self._inside(node, operands):
                return True
        return False

    def _kind(self, output: int, values: Sequence[mpmath.mpf], sizes: Sequence[int | None]) -> str:
        """What an output is: a number, none, a number by way of infinity, or unknown for reasons of the evaluation."""
        if all(size is not None for size in sizes):
            return "number"
        odd = [node for node in self._live(output, values) if sizes[node] is None]
        if not odd:
            return "number"
        for node in odd:
            operands = self._operands[node]
            begins = all(sizes[operand] is not None for operand in operands)
            if begins and (not operands or self._inside(node, [values[operand] for operand in operands])):
                return "unknown"
        return "none" if sizes[output] is None else "through"

    def _live(self, output: int, values: Sequence[mpmath.mpf]) -> set[int]:
        """The nodes that an output stands on, branches that are not taken left out."""
        live, stack = {output}, [output]
        while stack:
            node = stack.pop()
            operands = self._operands[node]
            if self._rows[node].name == "SELECT":
                operands = (operands[0], operands[1] if values[operands[0]] else operands[2])
            fresh = [operand for operand in operands if operand not in live]
            live.update(fresh)
            stack += fresh
        return live

    def _inside(self, node: int, operands: Sequence[mpmath.mpf]) -> bool:
        """Whether a row's operands lie in its domain, so that it should have had a value."""
        row = self._rows[node]
        if row.domain in ("", "real") or row.arity < 1:
            return True
        if row.name not in self._domains:
            self._domains[row.name] = Evaluator(domain(row), context=self.context)
        inner = self._domains[row.name]
        return bool(inner.outputs(inner.values(operands))[0])


def _whole_power(a: Fraction, b: Fraction) -> Fraction | None:
    if b.denominator != 1 or abs(b.numerator) > 64:
        return None
    return a**b.numerator


_EXACT: dict[str, Callable[..., Fraction | None]] = {
    "NUMBER": lambda: None, "ADD": operator.add, "SUB": operator.sub, "MUL": operator.mul, "DIV": operator.truediv,
    "NEG": operator.neg, "POWN": _whole_power, "ABS": abs, "FLOOR": lambda a: Fraction(math.floor(a)),
    "CEILING": lambda a: Fraction(math.ceil(a)), "MAX": lambda *items: max(items), "MIN": lambda *items: min(items),
}  # fmt: skip


def _size(value: object) -> int | None:
    """Binary exponent of a number; None of what is none. Conditions have size 0."""
    if isinstance(value, bool):
        return 0
    _, mantissa, exponent, bits = value._mpf_  # type: ignore[attr-defined]
    if mantissa:
        return int(exponent + bits)
    return _NOTHING if not exponent else None


def judge(look: Look, digits: int, bits: int, first: int = 0, second: int = 1) -> int:
    """What a look says of two outputs."""
    kinds = look.kinds[first], look.kinds[second]
    if "unknown" in kinds or kinds == ("none", "none"):
        return NO_EVIDENCE
    if look.is_near:
        return RAISE
    if "none" in kinds:
        return FIRST_ONLY if kinds[1] == "none" else SECOND_ONLY
    a, b = look.values[first], look.values[second]
    found = _compare(a, b, look.largest, digits, bits)
    if found == DIFFER and "through" in kinds:
        return NO_EVIDENCE if kinds[0] == kinds[1] else FIRST_ONLY if kinds[1] == "through" else SECOND_ONLY
    return found


def _compare(a: mpmath.mpf, b: mpmath.mpf, largest: int, digits: int, bits: int) -> int:
    size, apart = max(_plain(_size(a)), _plain(_size(b))), _plain(_size(a - b))
    noise = largest - bits + _GUARD_BITS
    if size == _NOTHING:
        return AGREE
    if size < _TINY:
        return AGREE if noise < _TINY and size <= noise else NO_EVIDENCE
    if apart <= size - _AGREE_BITS:
        return AGREE if largest - bits + 7 <= size - _SEEN_BITS else RAISE
    if apart > noise:
        return DIFFER
    return RAISE_FAR if size <= noise else RAISE


def _plain(size: int | None) -> int:
    return _NOTHING if size is None else size


def fine(looker: Looker, point: Point) -> tuple[int, Look]:
    """Whether the first two outputs differ by more than rounding, however little that is beside them."""
    digits = _FINE_DIGITS
    look = looker.look(point, digits)
    wanted = int((look.largest + _FINE_BITS) * _DIGITS_A_BIT)
    if wanted > digits and "unknown" not in look.kinds[:2]:  # numbers so large that little beside them was not seen
        digits = wanted
        look = looker.look(point, digits)
    if look.is_near or look.kinds[:2] != ("number", "number") or not _apart(look, looker):
        return NO_EVIDENCE, look
    again = looker.look(point, 2 * digits)
    return (DIFFER if _apart(again, looker) and _stands(look, again, DIFFER, 0, 1) else NO_EVIDENCE), again


def _apart(look: Look, looker: Looker) -> bool:
    a, b = look.values[:2]
    size = _plain(_size(a - b))
    noise: int = look.largest - looker.context.prec + _GUARD_BITS
    return size > max(noise, _TINY)


def settled(looker: Looker, point: Point, first: int = 0, second: int = 1) -> tuple[int, Look]:
    """What a point says of two outputs, in the precision that it takes; a difference is seen in two precisions."""
    k, before, digits = 0, None, DIGITS[0]
    while True:
        look = looker.look(point, digits)
        found = judge(look, digits, looker.context.prec, first, second)
        if found in (AGREE, NO_EVIDENCE):
            return found, look
        if found in (DIFFER, FIRST_ONLY, SECOND_ONLY):
            if before is not None and before[0] == found and _stands(before[1], look, found, first, second):
                return found, look
            before = found, look
        else:
            before = None
        if found == RAISE_FAR and digits < _ZERO_DIGITS:
            digits = _ZERO_DIGITS
            continue
        if digits >= DIGITS[1]:
            looker.patience -= 1
            if looker.patience < 0 or (look.is_near and found == RAISE):
                return NO_EVIDENCE, look
        k = next((place for place, more in enumerate(DIGITS) if more > digits), len(DIGITS))
        if k == len(DIGITS):
            return NO_EVIDENCE, look
        digits = DIGITS[k]


def _stands(before: Look, now: Look, found: int, first: int, second: int) -> bool:
    """Whether a difference is the same as in the precision before."""
    if found != DIFFER:
        return True
    was, is_now = (one.values[first] - one.values[second] for one in (before, now))
    return bool(abs(was - is_now) <= _SAME * abs(is_now))
