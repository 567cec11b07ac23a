"""Parts of a graph as formulas of their own: one operation in the names of its operands, and its local partials."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from symad._core import tapes
from symad.derive import automatic
from symad.formula.expression import Expression, Graph, build
from symad.formula.ops import ROWS, row
from symad.formula.parsing import parse
from symad.formula.printing import to_text

if TYPE_CHECKING:
    from collections.abc import Mapping

_NUMBER, _NEG, _SELECT = (row(name).number for name in ("NUMBER", "NEG", "SELECT"))
_INNER = "_"  # begins the text of rows that users do not write


@dataclass(frozen=True, slots=True)
class Instead:
    """What takes the place of a node: another one, or its negative."""

    node: int
    negated: bool = False


def text(expression: Expression) -> str:
    """The text of a formula without the list of its variables."""
    return to_text(expression).removeprefix(", ".join(expression.variables) + ": ")


def slopes(written: Expression) -> dict[str, str]:
    """For each operand of one operation the formula of its local partial, in operations that users know."""
    gradient = automatic.gradient(written)
    names = dict(enumerate(gradient.variables))
    return {
        name: text(excerpt(gradient.graph, output, names))
        for name, output in zip(written.variables, gradient.outputs, strict=True)
    }


def excerpt(
    graph: Graph,
    root: int,
    names: Mapping[int, str],
    *,
    opened: bool = False,
    instead: Mapping[int, Instead] | None = None,
) -> Expression:
    """The part of a graph above the named nodes, which become variables; rows of derivatives become their definition.

    `opened` looks into the root although it has a name; `instead` holds nodes of which another one takes the place.
    """
    chosen = instead or {}
    opened = opened and root >= graph.n_inputs
    needed, stack = {root}, [root]
    while stack:
        node = stack.pop()
        if node not in names or (opened and node == root):
            operands = (chosen[node].node,) if node in chosen else graph.operands(node)
            new_ones = set(operands) - needed
            needed |= new_ones
            stack += new_ones
    builder = tapes.Builder()
    leaves = [node for node in sorted(needed) if node in names and not (opened and node == root)]
    new = {node: builder.input(names[node]) for node in leaves}
    for node in sorted(needed - set(new)):
        if node in chosen:
            other = new[chosen[node].node]
            new[node] = builder.op(_NEG, other) if chosen[node].negated else other
        else:
            new[node] = _copy(builder, graph, node, [new[operand] for operand in graph.operands(node)])
    whole = new[root]
    if ROWS[graph.op[root]].condition:  # no output by itself
        whole = builder.op(_SELECT, whole, builder.literal("1"), builder.literal("0"))
    builder.output(whole)
    return build(builder)


def condition(graph: Graph, root: int, names: Mapping[int, str]) -> str:
    """The text of a condition in the names of its operands."""
    before, behind = "Piecewise((1, ", "), (0, True))"
    return text(excerpt(graph, root, names)).removeprefix(before).removesuffix(behind)


def _copy(builder: tapes.Builder, graph: Graph, node: int, operands: list[int]) -> int:
    op = graph.op[node]
    if op == _NUMBER:
        number = graph.number(node)
        return builder.number(number.value) if number.exact is None else builder.literal(str(number.exact))
    definition = ROWS[op].definition
    if not definition or not ROWS[op].text.startswith(_INNER):
        return builder.op(op, *operands)
    inner = parse(definition, variables=("a", "b")[: len(operands)], strict=True).graph
    new = list(operands)
    for k in range(inner.n_inputs, inner.n_nodes):
        new.append(_copy(builder, inner, k, [new[operand] for operand in inner.operands(k)]))
    return new[-1]
