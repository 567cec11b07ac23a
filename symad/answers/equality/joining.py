"""Several formulas as one graph, so that what they share is computed once. Decides nothing, evaluates nothing.

Decimals mean what is typed: ``0.1`` is a tenth, not the double beside it, and stands as a quotient of integers.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from symad._core import tapes
from symad.formula.expression import Expression
from symad.formula.ops import ROWS, row

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from symad.formula.expression import Number

_INPUT, _NUMBER, _DIV, _NEG, _SELECT = (row(name).number for name in ("INPUT", "NUMBER", "DIV", "NEG", "SELECT"))


def typed(number: Number) -> Fraction:
    """The number that a literal means; an infinite one has none and raises OverflowError."""
    if number.exact is not None:
        return Fraction(number.exact)
    return Fraction(number.value) if number.value.is_integer() else Fraction(repr(number.value))


class Joiner:
    """A growing graph that takes whole Expressions.

    Parameters
    ----------
    variables : sequence of str
        The inputs of the graph, all of them.
    """

    def __init__(self, variables: Sequence[str]) -> None:
        self._builder = tapes.Builder()
        self.inputs = {name: self._builder.input(name) for name in variables}

    def add(self, expression: Expression, replaced: Mapping[str, int] | None = None) -> list[int]:
        """The nodes of an Expression in this graph, by their old number; `replaced` says what stands for inputs."""
        graph, names = expression.graph, expression.variables
        known, nodes = {**self.inputs, **(replaced or {})}, list[int]()
        for node in range(graph.n_nodes):
            if graph.op[node] == _INPUT:
                nodes.append(known[names[graph.input_index(node)]])
            elif graph.op[node] == _NUMBER:
                nodes.append(self.number(graph.number(node)))
            else:
                nodes.append(self.op(graph.op[node], *[nodes[operand] for operand in graph.operands(node)]))
        return nodes

    def op(self, number: int, *operands: int) -> int:
        """One operation."""
        return self._builder.op(number, *operands)

    def number(self, number: Number) -> int:
        """A literal as it was typed."""
        if number.exact is not None:
            return self._builder.literal(str(number.exact))
        value = abs(number.value)
        if value == float("inf") or Fraction(value) == typed(type(number)(value, None)):
            node = self._builder.number(value)
        else:
            node = self.fraction(Fraction(repr(value)))
        return self._builder.op(_NEG, node) if number.value < 0 else node

    def fraction(self, value: Fraction) -> int:
        """A positive quotient of integers."""
        above, below = (self._builder.literal(str(part)) for part in (value.numerator, value.denominator))
        return self._builder.op(_DIV, above, below)

    def one(self) -> int:
        """The number 1."""
        return self._builder.number(1.0)

    def truth(self, condition: int) -> int:
        """1 where a condition holds, else 0."""
        return self._builder.op(_SELECT, condition, self._builder.number(1.0), self._builder.number(0.0))

    def finish(self, outputs: Sequence[int]) -> Expression:
        """The graph as an Expression; the joiner is empty afterwards."""
        for output in outputs:
            self._builder.output(output)
        return Expression(self._builder.finish())


def variables_of(*expressions: Expression) -> tuple[str, ...]:
    """All variables, in the order of their first use."""
    return tuple(dict.fromkeys(name for one in expressions for name in one.variables))


def joined(*expressions: Expression) -> Expression:
    """All outputs of some Expressions, as one Expression of all variables."""
    joiner = Joiner(variables_of(*expressions))
    outputs: list[int] = []
    for one in expressions:
        nodes = joiner.add(one)
        outputs += [nodes[output] for output in one.outputs]
    return joiner.finish(outputs)


def begin(f: Expression, mine: Expression) -> tuple[Joiner, list[int], dict[str, int]]:
    """A graph with f in it, its nodes there, and the nodes that the names of its program stand for."""
    bound = {name: node for node, name in f.labels.items() if name not in f.variables}
    others = tuple(name for name in mine.variables if name not in bound)
    joiner = Joiner(tuple(dict.fromkeys((*f.variables, *others))))
    nodes = joiner.add(f)
    return joiner, nodes, {name: nodes[node] for name, node in bound.items()}


def with_outputs(expression: Expression, outputs_of: Callable[[Joiner, list[int]], Sequence[int]]) -> Expression:
    """The same graph with other outputs, which may be made of its nodes."""
    joiner = Joiner(expression.variables)
    return joiner.finish(outputs_of(joiner, joiner.add(expression)))


def cone(expression: Expression, output: int) -> list[int]:
    """The nodes that a node stands on, itself included, operands first."""
    graph = expression.graph
    needed = [False] * graph.n_nodes
    needed[output] = True
    for node in range(output, -1, -1):
        if needed[node]:
            for operand in graph.operands(node):
                needed[operand] = True
    return [node for node, wanted in enumerate(needed) if wanted]


def is_condition(expression: Expression, node: int) -> bool:
    """Whether a node is a condition."""
    return ROWS[expression.graph.op[node]].condition
