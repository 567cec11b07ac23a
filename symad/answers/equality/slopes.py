"""Slopes of single operations, adjoints and uses of a variable, as nodes of a growing graph. Evaluates nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symad.answers.equality.joining import Joiner
from symad.derive.automatic import gradient
from symad.formula.ops import ROWS, row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from symad.formula.expression import Expression

    Edge = tuple[int, int]  # a node and the number of one of its operands

_MOST_PATHS = 24
_MOST_STEPS = 4000
_NUMBER, _MUL, _ADD = (row(name).number for name in ("NUMBER", "MUL", "ADD"))


class Slopes:
    """Local slopes of an Expression that has been added to a graph.

    Parameters
    ----------
    joiner : Joiner
    expression : Expression
    nodes : sequence of int
        Its nodes in the graph, as `Joiner.add` returned them.
    numbers : bool, optional
        Whether numbers have slopes too; exponents that are whole numbers never have.
    """

    def __init__(self, joiner: Joiner, expression: Expression, nodes: Sequence[int], *, numbers: bool = False) -> None:
        self._numbers = numbers
        self._joiner = joiner
        self._expression = expression
        self._graph = expression.graph
        self._nodes = nodes
        self._made: dict[Edge, int | None] = {}

    def of(self, node: int, slot: int) -> int | None:
        """The slope of an operation by one of its operands; None for conditions and numbers, which have none."""
        if (node, slot) not in self._made:
            self._derive(node)
        return self._made.get((node, slot))

    def _derive(self, node: int) -> None:
        """All slopes of one operation, by the gradient of it alone."""
        graph, operands = self._graph, self._graph.operands(node)
        entry, free = ROWS[graph.op[node]], []
        for slot, operand in enumerate(operands):
            self._made[node, slot] = None
            is_number = (entry.name, slot) == ("POWN", 1) or (graph.is_number(operand) and not self._numbers)
            if not is_number and not ROWS[graph.op[operand]].condition:
                free.append(slot)
        if entry.condition or not free or entry.name == "SELECT":
            if entry.name == "SELECT":
                self._select(node)
            return
        alone = Joiner([f"a{slot}" for slot in free])
        inside = [
            alone.inputs[f"a{slot}"] if slot in free else alone.number(graph.number(operand))
            for slot, operand in enumerate(operands)
        ]
        single = alone.finish([alone.op(entry.number, *inside)])
        derived = gradient(single)
        places = {f"a{slot}": self._nodes[operands[slot]] for slot in free}
        added = self._joiner.add(derived, places)
        for slot, output in zip(free, derived.outputs, strict=True):
            self._made[node, slot] = added[output]

    def _select(self, node: int) -> None:
        """A selection: 1 for the branch that is taken, else 0."""
        condition, _, _ = self._graph.operands(node)
        truth = self._joiner.truth(self._nodes[condition])
        self._made[node, 1] = truth
        self._made[node, 2] = self._joiner.op(row("SUB").number, self._joiner.one(), truth)

    def adjoints(self, output: int) -> dict[int, int]:
        """The slope of an output by each node that it stands on."""
        adjoint = {output: self._joiner.one()}
        for node in range(output, -1, -1):
            if node not in adjoint:
                continue
            for slot, operand in enumerate(self._graph.operands(node)):
                slope = self.of(node, slot)
                if slope is None:
                    continue
                share = self._joiner.op(_MUL, adjoint[node], slope)
                known = adjoint.get(operand)
                adjoint[operand] = share if known is None else self._joiner.op(_ADD, known, share)
        return adjoint

    def totals(self, variable: int) -> dict[int, int]:
        """The slope of each node by an input."""
        total = {variable: self._joiner.one()}
        for node in range(self._graph.n_nodes):
            for slot, operand in enumerate(self._graph.operands(node)):
                slope = self.of(node, slot) if operand in total else None
                if slope is None:
                    continue
                share = self._joiner.op(_MUL, slope, total[operand])
                total[node] = share if node not in total else self._joiner.op(_ADD, total[node], share)
        return total

    def paths(self, output: int, variable: int) -> list[tuple[Edge, ...]]:
        """The uses of an input in the formula written out, from the left; none where there are too many."""
        reaches = [False] * self._graph.n_nodes
        reaches[variable] = True
        for node in range(self._graph.n_nodes):
            for operand in self._graph.operands(node):
                reaches[node] = reaches[node] or reaches[operand]
        found: list[tuple[Edge, ...]] = []
        stack: list[tuple[int, tuple[Edge, ...]]] = [(output, ())]
        for _ in range(_MOST_STEPS):
            if not stack:
                return found
            node, path = stack.pop()
            if node == variable:
                found.append(path)
                if len(found) > _MOST_PATHS:
                    return []
                continue
            operands = list(enumerate(self._graph.operands(node)))
            stack += [
                (operand, (*path, (node, slot)))
                for slot, operand in reversed(operands)
                if reaches[operand] and self.of(node, slot) is not None
            ]
        return []

    def along(self, path: Sequence[Edge]) -> int:
        """The product of the slopes along a path."""
        total: int | None = None
        for node, slot in path:
            slope = self.of(node, slot)
            if slope is not None:
                total = slope if total is None else self._joiner.op(_MUL, total, slope)
        return self._joiner.one() if total is None else total


CONSTANT, AFFINE, RECIPROCAL, OTHER = range(4)


def dependence(expression: Expression, part: int) -> int:
    """How the first output depends on a node: not at all, as a + b*u, as a/(b + c*u), or otherwise."""
    graph = expression.graph
    kinds = [CONSTANT] * graph.n_nodes
    kinds[part] = AFFINE
    for node in range(part + 1, graph.n_nodes):
        operands = [kinds[operand] for operand in graph.operands(node)]
        if any(operands):
            kinds[node] = _KINDS.get((ROWS[graph.op[node]].name, *operands), OTHER)
    return kinds[expression.outputs[0]]


_SUMS: dict[tuple[str | int, ...], int] = {
    (name, a, b): AFFINE for name in ("ADD", "SUB") for a in (0, 1) for b in (0, 1) if a or b
}
_PRODUCTS: dict[tuple[str | int, ...], int] = {
    ("MUL", *pair): kind for kind in (AFFINE, RECIPROCAL) for pair in ((kind, 0), (0, kind))
}
_KINDS: dict[tuple[str | int, ...], int] = {
    **_SUMS, **_PRODUCTS, ("NEG", 1): AFFINE, ("NEG", 2): RECIPROCAL, ("DIV", 1, 0): AFFINE, ("DIV", 2, 0): RECIPROCAL,
    ("DIV", 0, 1): RECIPROCAL, ("DIV", 0, 2): AFFINE,
}  # fmt: skip
