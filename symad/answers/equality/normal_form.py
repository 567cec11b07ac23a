"""One normal form of formulas under the rules of arithmetic: a quotient of polynomials. Evaluates nothing.

Functions of equal normal forms are one unknown, and so are roots, whose powers are reduced: sqrt(x)**2 is x. What holds
in this form holds wherever both formulas have a value.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from symad.answers.equality import polynomials as poly
from symad.answers.equality.joining import typed
from symad.answers.equality.polynomials import Polynomial, TooLargeError
from symad.formula.ops import ROWS
from symad.formula.parsing import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from symad.formula.expression import Expression

_MOST_POWER = 64
_MOST_ROOT = 64
_MOST_OPERATIONS = 3000
_UNDEFINED = frozenset(("NAN_VALUE",))


@dataclass(frozen=True, slots=True)
class Form:
    """above/below; the leading coefficient below is 1, and no monomial divides both."""

    above: Polynomial
    below: Polynomial

    @property
    def constant(self) -> Fraction | None:
        """The number that this is, or None."""
        return poly.constant_of(self.above) if poly.constant_of(self.below) is not None else None


@dataclass(frozen=True, slots=True)
class Unknown:
    """What an unknown stands for: an input by its name, or a row of forms; `root` is the power that `base` is."""

    name: str
    row: int = 0
    operands: tuple[Form, ...] = ()
    root: int = 0
    base: Form | None = None


@dataclass
class Forms:
    """Normal forms of nodes, with one list of unknowns for all of them."""

    unknowns: list[Unknown] = field(default_factory=list)
    divisors: dict[int, Form] = field(default_factory=dict)  # by node: what it divides by
    _inputs: dict[str, int] = field(default_factory=dict)
    _by_row: dict[tuple[int, int], list[int]] = field(default_factory=dict)
    _definitions: dict[int, Expression] = field(default_factory=dict)

    def input(self, name: str) -> Form:
        """The form of a variable."""
        if name not in self._inputs:
            self._inputs[name] = len(self.unknowns)
            self.unknowns.append(Unknown(name))
        return Form(poly.unknown(self._inputs[name]), poly.constant(1))

    def of(
        self, expression: Expression, nodes: Sequence[int], inputs: Mapping[str, Form] | None = None
    ) -> dict[int, Form]:
        """The forms of nodes, operands among them, in their order.

        Raises
        ------
        TooLargeError
            If there are too many terms, or something has no form.
        """
        if len(nodes) > _MOST_OPERATIONS:
            raise TooLargeError
        graph, names, forms = expression.graph, expression.variables, dict[int, Form]()
        for node in nodes:
            entry = ROWS[graph.op[node]]
            if entry.name == "INPUT":
                name = names[graph.input_index(node)]
                forms[node] = inputs[name] if inputs is not None else self.input(name)
            elif entry.name == "NUMBER":
                forms[node] = self._literal(expression, node)
            else:
                operands = [forms[operand] for operand in graph.operands(node)]
                if inputs is None and (divisor := self._divisor(entry.name, operands)) is not None:
                    self.divisors[node] = divisor
                forms[node] = self._operation(graph.op[node], operands)
        return forms

    def equal(self, a: Form, b: Form) -> bool:
        """Whether two forms are the same by the rules."""
        if a.below == b.below:
            return not self.reduced(poly.add(a.above, b.above, -1))[0]
        crossed = poly.add(poly.multiply(a.above, b.below), poly.multiply(b.above, a.below), -1)
        return not self.reduced(crossed)[0]

    def reduced(self, a: Polynomial) -> tuple[Polynomial, Polynomial]:
        """A polynomial with its roots' powers reduced, as a quotient; later unknowns may stand on earlier ones."""
        below = poly.constant(1)
        used = {name for monomial in a for name, exponent in monomial if self.unknowns[name].root}
        while used:
            name = max(used)
            used.remove(name)
            root, base = self.unknowns[name].root, self.unknowns[name].base
            most = max((exponent for monomial in a for n, exponent in monomial if n == name), default=0) // root
            if base is None or not most:
                continue
            total: Polynomial = {}
            for monomial, coefficient in a.items():
                times, rest = divmod(dict(monomial).get(name, 0), root)
                other = tuple(item for item in monomial if item[0] != name) + (((name, rest),) if rest else ())
                term = {tuple(sorted(other)): coefficient}
                share = poly.multiply(poly.power(base.above, times), poly.power(base.below, most - times))
                total = poly.add(total, poly.multiply(term, share))
            a, below = total, poly.multiply(below, poly.power(base.below, most))
            used |= {n for monomial in a for n, _ in monomial if self.unknowns[n].root and n < name}
        return a, below

    def form(self, above: Polynomial, below: Polynomial) -> Form:
        """above/below, cancelled as far as monomials and whole quotients go."""
        above, more_below = self.reduced(above)
        below, more_above = self.reduced(below)
        above, below = poly.multiply(above, more_above), poly.multiply(below, more_below)
        if not below:
            raise TooLargeError
        shared = poly.common([*above, *below]) if above else poly.ONE
        above, below = poly.divided_by_monomial(above, shared), poly.divided_by_monomial(below, shared)
        if len(below) > 1 and above and (whole := poly.divided(above, below)) is not None:
            above, below = whole, poly.constant(1)
        factor = 1 / below[poly.leading(below)]
        if factor != 1:
            above = {monomial: value * factor for monomial, value in above.items()}
            below = {monomial: value * factor for monomial, value in below.items()}
        return Form(above, below if above else poly.constant(1))

    def add(self, a: Form, b: Form, factor: int = 1) -> Form:
        """a + factor*b."""
        if a.below == b.below:
            return self.form(poly.add(a.above, b.above, factor), a.below)
        above = poly.add(poly.multiply(a.above, b.below), poly.multiply(b.above, a.below), factor)
        return self.form(above, poly.multiply(a.below, b.below))

    def multiply(self, a: Form, b: Form) -> Form:
        """a*b."""
        return self.form(poly.multiply(a.above, b.above), poly.multiply(a.below, b.below))

    def divide(self, a: Form, b: Form) -> Form:
        """a/b."""
        return self.form(poly.multiply(a.above, b.below), poly.multiply(a.below, b.above))

    def power(self, a: Form, exponent: int) -> Form:
        """a**exponent."""
        if abs(exponent) > _MOST_POWER:
            raise TooLargeError
        above, below = (a.above, a.below) if exponent >= 0 else (a.below, a.above)
        return self.form(poly.power(above, abs(exponent)), poly.power(below, abs(exponent)))

    def function(self, row: int, operands: Sequence[Form], root: int = 0, base: Form | None = None) -> Form:
        """One unknown for a row of these operands."""
        known = self._by_row.setdefault((row, root), [])
        for number in known:
            others = self.unknowns[number].operands
            if len(others) == len(operands) and all(map(self.equal, others, operands)):
                return Form(poly.unknown(number), poly.constant(1))
        known.append(len(self.unknowns))
        self.unknowns.append(Unknown("", row, tuple(operands), root, base))
        return Form(poly.unknown(known[-1]), poly.constant(1))

    def _literal(self, expression: Expression, node: int) -> Form:
        try:
            value = typed(expression.graph.number(node))
        except (OverflowError, ValueError):
            raise TooLargeError from None
        return Form(poly.constant(value), poly.constant(1))

    def _divisor(self, name: str, operands: Sequence[Form]) -> Form | None:
        """What an operation divides by, unless it is a number."""
        if name == "DIV":
            divisor = operands[1]
        elif name in ("POW", "POWN") and (exponent := operands[1].constant) is not None and exponent < 0:
            divisor = operands[0]
        else:
            return None
        return divisor if divisor.constant is None else None

    def _operation(self, row: int, operands: Sequence[Form]) -> Form:
        entry = ROWS[row]
        written: dict[str, Callable[..., Form]] = {
            "ADD": lambda a, b: self.add(a, b), "SUB": lambda a, b: self.add(a, b, -1),
            "MUL": self.multiply, "DIV": self.divide, "POW": self._power, "POWN": self._power,
            "NEG": lambda a: self.multiply(a, Form(poly.constant(-1), poly.constant(1))),
            "SQRT": lambda a: self._root(a, 2, 1), "ABS": self._absolute, "NORM": self._norm,
            "CBRT": lambda a: self.function(row, [a], 3, a),
        }  # fmt: skip
        if entry.name in written:
            return written[entry.name](*operands)
        if entry.name in _UNDEFINED:
            raise TooLargeError
        if entry.definition:
            if row not in self._definitions:
                self._definitions[row] = parse(entry.definition, variables=["a", "b"][: entry.arity], strict=True)
            inner = self._definitions[row]
            inputs = dict(zip(inner.variables, operands, strict=True))
            return self.of(inner, range(inner.n_nodes), inputs)[inner.outputs[0]]
        return self.function(row, operands)

    def _power(self, a: Form, b: Form) -> Form:
        exponent = b.constant
        if exponent is None:
            return self.function(_POW, [a, b])
        if exponent.denominator == 1:
            return self.power(a, exponent.numerator)
        return self._root(a, exponent.denominator, exponent.numerator)

    def _root(self, a: Form, root: int, exponent: int) -> Form:
        """a**(exponent/root)."""
        if root > _MOST_ROOT or abs(exponent) > _MOST_POWER:
            return self.function(_POW, [a, Form(poly.constant(Fraction(exponent, root)), poly.constant(1))])
        value = a.constant
        if value is not None and (found := _exact_root(value, root)) is not None:
            return self.power(Form(poly.constant(found), poly.constant(1)), exponent)
        return self.power(self.function(_POW, [a], root, a), exponent)

    def _absolute(self, a: Form) -> Form:
        if (value := a.constant) is not None:
            return Form(poly.constant(abs(value)), poly.constant(1))
        if a.above[poly.leading(a.above)] < 0:
            a = Form({monomial: -value for monomial, value in a.above.items()}, a.below)
        return self.function(_ABS, [a], 2, self.multiply(a, a))

    def _norm(self, *operands: Form) -> Form:
        total = Form(poly.constant(0), poly.constant(1))
        for operand in operands:
            total = self.add(total, self.multiply(operand, operand))
        return self._root(total, 2, 1)


def _exact_root(value: Fraction, root: int) -> Fraction | None:
    """The root of a number where it is rational."""
    if value < 0:
        return None
    parts = [_whole_root(part, root) for part in (value.numerator, value.denominator)]
    return Fraction(parts[0], parts[1]) if parts[0] is not None and parts[1] is not None else None


def _whole_root(value: int, root: int) -> int | None:
    if value < 2:
        return value
    low, high = 1, 1 << (value.bit_length() // root + 1)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if middle**root <= value else (low, middle - 1)
    return low if low**root == value else None


_POW, _ABS = (number for name in ("POW", "ABS") for number, entry in ROWS.items() if entry.name == name)
