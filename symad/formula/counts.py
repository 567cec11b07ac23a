"""Pure counting: written out, distinct, by cost class, depth. Knows costs, evaluates nothing.

A binary operator, a negation, a comparison, a selection and a call count 1, a constant and a variable 0, a k-ary
Max k - 1, a norm or logsumexp of k numbers 2k. Written-out counts are those of the tree that the graph stands for:
exact integers from one pass, however large.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from symad.formula.ops import ROWS, Row

if TYPE_CHECKING:
    from collections.abc import Mapping

    from symad.formula.expression import Expression

KINDS = ("basic", "divide", "power", "call", "select")


@dataclass(frozen=True)
class Counts:
    """Operations of an Expression.

    Attributes
    ----------
    n_typed : int or None
        Operations of the program as typed, each statement once; None for an expression that was not typed.
    n_written_out : int
        Operations with every shared part written out: the size of the expression tree, exact.
    n_distinct : int
        Operations with every shared part once: the size of the graph.
    by_kind, written_by_kind : mapping of str to int
        The distinct and the written-out ones by cost class.
    depth : int
        Operations on the longest path from a variable or number to an output.
    n_bytes : int
        Memory of the graph.
    """

    n_typed: int | None
    n_written_out: int
    n_distinct: int
    by_kind: Mapping[str, int]
    written_by_kind: Mapping[str, int]
    depth: int
    n_bytes: int

    def __post_init__(self) -> None:
        for name in ("by_kind", "written_by_kind"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    def times(self, n: int) -> Counts:
        """The operations of so many evaluations; depth and memory stay, one follows the other."""
        if n == 1:
            return self
        by_kind, written = ({kind: n * k for kind, k in one.items()} for one in (self.by_kind, self.written_by_kind))
        return replace(
            self,
            n_written_out=n * self.n_written_out,
            n_distinct=n * self.n_distinct,
            by_kind=by_kind,
            written_by_kind=written,
        )

    def __reduce__(self) -> tuple[object, ...]:
        """By plain mappings: a read-only view has no pickle."""
        values = (getattr(self, field.name) for field in fields(self))
        return (Counts, tuple(dict(value) if isinstance(value, MappingProxyType) else value for value in values))


def count(expression: Expression) -> Counts:
    """Count an Expression in one pass down (how often each node is written) and one up (depth)."""
    graph = expression.graph
    written: list[int] = [0] * graph.n_nodes
    for output in expression.outputs:
        written[output] += 1
    distinct_by, written_by = dict.fromkeys(KINDS, 0), dict.fromkeys(KINDS, 0)
    for node in range(graph.n_nodes - 1, graph.n_inputs - 1, -1):
        times, operands = written[node], graph.operands(node)
        written[node] = 0  # let go of large integers
        for operand in operands:
            written[operand] += times
        cost = ROWS[graph.op[node]].cost
        if cost != "free":
            own = _own(ROWS[graph.op[node]], len(operands))
            distinct_by[cost] += own
            written_by[cost] += own * times
    view = expression.handle.view
    return Counts(
        n_typed=int(view.n_typed) if expression.source is not None else None,
        n_written_out=sum(written_by.values()),
        n_distinct=sum(distinct_by.values()),
        by_kind=distinct_by,
        written_by_kind=written_by,
        depth=depth(expression),
        n_bytes=int(view.n_bytes),
    )


def writes_more_than(expression: Expression, most: int) -> bool:
    """Whether more than `most` operations are written out; unlike `count` without integers that grow with the graph."""
    graph = expression.graph
    written, total = [0] * graph.n_nodes, 0
    for output in expression.outputs:
        written[output] += 1
    for node in range(graph.n_nodes - 1, graph.n_inputs - 1, -1):
        times, operands = min(written[node], most + 1), graph.operands(node)
        for operand in operands:
            written[operand] += times
        entry = ROWS[graph.op[node]]
        total += times * _own(entry, len(operands)) if entry.cost != "free" else 0
        if total > most:
            return True
    return False


def _own(entry: Row, n_operands: int) -> int:
    """What one node counts; n-ary calls as the k squares (exponentials), k - 1 sums and root (log) they are."""
    if entry.arity >= 0:
        return 1
    return 2 * n_operands if entry.cost == "call" else n_operands - 1


def depth(expression: Expression) -> int:
    """Operations on the longest path to an output."""
    graph = expression.graph
    longest = [0] * graph.n_nodes
    for node in range(graph.n_inputs, graph.n_nodes):
        operands = graph.operands(node)
        if operands:
            longest[node] = 1 + max(longest[operand] for operand in operands)
    return max(longest[output] for output in expression.outputs)
