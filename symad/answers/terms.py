"""A formula as a table of terms that can be matched, rewritten and built again. Equal terms have one number."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

from symad._core import tapes
from symad.formula.expression import build
from symad.formula.ops import row

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from symad.formula.expression import Expression

INPUT, NUMBER = row("INPUT").number, row("NUMBER").number
ADD, SUB, NEG = row("ADD").number, row("SUB").number, row("NEG").number
MUL, DIV, POWN = row("MUL").number, row("DIV").number, row("POWN").number


class Terms:
    """Terms of one formula and of all its rewritings.

    A term is a tuple: ``(INPUT, column)``, ``(NUMBER, value)`` with an exact Fraction, or a row and its operands.

    Parameters
    ----------
    expression : Expression
        Whose nodes are the first terms.

    Examples
    --------
    >>> import symad
    >>> terms = Terms(symad.parse("2*x"))
    >>> str(terms.expression(terms.op(ADD, terms.root, terms.root)))
    '2*x + 2*x'
    """

    def __init__(self, expression: Expression) -> None:
        self._of = expression
        self._known: dict[tuple[object, ...], int] = {}
        self.rows: list[tuple[object, ...]] = []
        self.nodes = self.copied(expression, [self.put((INPUT, k)) for k in range(len(expression.variables))])
        self.root = self.nodes[expression.outputs[0]]

    def put(self, term: tuple[object, ...]) -> int:
        """The number of a term."""
        if term not in self._known:
            self._known[term] = len(self.rows)
            self.rows.append(term)
        return self._known[term]

    def op(self, operation: int, *operands: int) -> int:
        """The number of an operation on terms."""
        return self.put((operation, *operands))

    def number(self, value: Fraction | int) -> int:
        """The number of a rational: a literal where doubles or integers have it, else a quotient; signs stand apart."""
        found = Fraction(value)
        if found < 0:
            return self.op(NEG, self.number(-found))
        if found.denominator == 1 or Fraction(float(found)) == found:
            return self.put((NUMBER, found))
        return self.op(DIV, self.number(found.numerator), self.number(found.denominator))

    def operands(self, term: int) -> tuple[int, ...]:
        """The operands of a term; none of a variable or a number."""
        first, *rest = self.rows[term]
        return () if first in (INPUT, NUMBER) else tuple(rest)  # type: ignore[arg-type]  # operands are term numbers

    def row(self, term: int) -> int:
        """The row of the operation."""
        return self.rows[term][0]  # type: ignore[return-value]  # the first of a term

    def value(self, term: int) -> Fraction | None:
        """The value of a number; None of anything else."""
        return self.rows[term][1] if self.row(term) == NUMBER else None  # type: ignore[return-value]  # see put

    def copied(self, expression: Expression, inputs: Sequence[int]) -> list[int]:
        """The terms of each node of an expression, over given terms for its inputs."""
        graph = expression.graph
        found: list[int] = []
        for node in range(graph.n_nodes):
            if graph.op[node] == INPUT:
                found.append(inputs[graph.input_index(node)])
            elif graph.is_number(node):
                number = graph.number(node)
                exact = number.exact
                finite = exact is not None or math.isfinite(number.value)
                value = (Fraction(number.value if exact is None else exact)) if finite else None
                found.append(self.put((NUMBER, number.value)) if value is None else self.number(value))
            else:
                found.append(self.op(graph.op[node], *(found[operand] for operand in graph.operands(node))))
        return found

    def replaced(self, root: int, changes: Mapping[int, int]) -> int:
        """The root with some terms replaced by others."""
        found: dict[int, int] = {}
        for term in self.below(root):
            if term in changes:
                found[term] = changes[term]
            elif self.operands(term):
                found[term] = self.op(self.row(term), *(found[operand] for operand in self.operands(term)))
            else:
                found[term] = term
        return found[root]

    def below(self, root: int) -> list[int]:
        """The terms that a root is made of, operands first."""
        seen: set[int] = set()
        order: list[int] = []
        pending = [(root, False)]
        while pending:
            term, done = pending.pop()
            if done:
                order.append(term)
            elif term not in seen:
                seen.add(term)
                pending.append((term, True))
                pending += [(operand, False) for operand in self.operands(term)]
        return order

    def expression(self, root: int) -> Expression:
        """The formula with this root, with all variables of the first one."""
        builder = tapes.Builder()
        inputs = [builder.input(name) for name in self._of.variables]
        found: dict[int, int] = {}
        for term in self.below(root):
            first, *rest = self.rows[term]
            if first == INPUT:
                found[term] = inputs[rest[0]]  # type: ignore[call-overload]  # a column
            elif first == NUMBER:
                found[term] = _number(builder, rest[0])
            else:
                found[term] = builder.op(self.row(term), *(found[operand] for operand in self.operands(term)))
        builder.output(found[root])
        return build(builder)


def _number(builder: tapes.Builder, value: object) -> int:
    if isinstance(value, Fraction) and value.denominator == 1 and Fraction(float(value)) != value:
        return builder.literal(str(value.numerator))
    return builder.number(float(value))  # type: ignore[arg-type]  # a number
