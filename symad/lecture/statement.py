"""One step of a program at a point: which operations it holds, which branches it takes, and its local slopes.

Reads numbers off a finished sweep; knows nothing of how slopes are spelled.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from symad.derive.excerpt import Instead, condition, excerpt, text
from symad.formula.ops import ROWS, row
from symad.lecture.listing import flow

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from symad.formula.expression import Expression, Graph
    from symad.tape.sweeps import Sweep

_SELECT, _ABS, _MAX, _MIN, _NOT = (row(name).number for name in ("SELECT", "ABS", "MAX", "MIN", "NOT"))
_ORDERED = frozenset(row(name).number for name in ("LT", "LE", "GT", "GE"))
_COMPARED = _ORDERED | {row(name).number for name in ("EQ", "NE")}


@dataclass(frozen=True, slots=True)
class Reason:
    """What decided a branch at this point.

    Attributes
    ----------
    text : str
        A condition that holds; "" at a kink.
    about, named : frozenset of int
        Named nodes under the selection, and those that the condition speaks of.
    tie : bool
        Whether the point is a kink.
    """

    text: str
    about: frozenset[int]
    named: frozenset[int]
    tie: bool


@dataclass(frozen=True, slots=True)
class Local:
    """A local slope as a number; `taken` is false where every way to the operand is switched off."""

    value: float
    taken: bool


class Statement:
    """The operations between a named node and the named nodes that it uses.

    Parameters
    ----------
    sweep : Sweep
    names : mapping of node to str
    active : sequence of bool
        As `active_nodes` says.
    node : int
    """

    def __init__(self, sweep: Sweep, names: Mapping[int, str], active: Sequence[bool], node: int) -> None:
        self._sweep, self._names, self._active, self.node = sweep, names, active, node
        self._graph: Graph = sweep.expression.graph

    @property
    def name(self) -> str:
        """What the step is called."""
        return self._names[self.node]

    @cached_property
    def written(self) -> Expression:
        """The step as a formula of the names that it uses; conditions and constants are written out."""
        return excerpt(self._graph, self.node, self._names, opened=True)

    @cached_property
    def operands(self) -> list[int]:
        """Named nodes that derivatives flow to, in the order in which the step writes them."""
        return [node for node in self._below(self.node) if node in self._names and self._active[node]]

    def _below(self, root: int, *, conditions: bool = False) -> Iterator[int]:
        """What a node uses down to the named ones, from left to right; conditions only if they are asked for."""
        seen, stack = {root}, [root]
        while stack:
            node = stack.pop()
            if node != root:  # which is asked for what it uses, even if it has a name
                yield node
                if node in self._names:
                    continue
            operands = self._graph.operands(node)
            if self._graph.op[node] == _SELECT:
                operands = operands if conditions else operands[1:]
            new = [operand for operand in dict.fromkeys(operands) if operand not in seen]
            seen.update(new)
            stack += reversed(new)

    @cached_property
    def slopes(self) -> dict[int, Local]:
        """The local slope by each operand: the reverse sweep within the step."""
        met = {self.node: Local(1.0, taken=True)}
        inner = {self.node, *(node for node in self._below(self.node) if node not in self._names)}
        for node in sorted(inner, reverse=True):
            own = met.get(node)
            if own is None:
                continue
            for edge in flow(self._sweep, self._active, node):
                earlier = met.get(edge.operand, Local(0.0, taken=False))
                taken = own.taken and edge.taken
                added = own.value * edge.partial if taken else 0.0
                met[edge.operand] = Local(earlier.value + added if taken else earlier.value, earlier.taken or taken)
        return {node: met.get(node, Local(0.0, taken=False)) for node in self.operands}

    @cached_property
    def _decided(self) -> tuple[dict[int, Instead], list[Reason]]:
        """What takes the place of each selection on the way that is taken, and why."""
        chosen: dict[int, Instead] = {}
        reasons: list[Reason] = []
        seen, stack = {self.node}, [self.node]
        while stack:
            node = stack.pop()
            if node in self._names and node != self.node:
                continue
            found = self._choice(node)
            if found is not None:
                instead, why, tie = found
                decides = self._graph.operands(node)[0] if self._graph.op[node] == _SELECT else node
                reasons.append(Reason(why, self._named_below(node), self._named_below(decides), tie))
                if instead is not None:
                    chosen[node] = instead
            operands = (chosen[node].node,) if node in chosen else self._graph.operands(node)
            new = [operand for operand in operands if operand not in seen and not self._is_condition(operand)]
            seen.update(new)
            stack += reversed(new)
        return chosen, reasons

    def _named_below(self, node: int) -> frozenset[int]:
        return frozenset(k for k in self._below(node, conditions=True) if k in self._names)

    @property
    def reasons(self) -> list[Reason]:
        """What decides the branches on the way that is taken."""
        return self._decided[1]

    @cached_property
    def resolved(self) -> Expression | None:
        """The step as it is near the point, without the branches that are not taken; None at a kink."""
        chosen, reasons = self._decided
        if any(reason.tie for reason in reasons):
            return None
        return excerpt(self._graph, self.node, self._names, opened=True, instead=chosen)

    def _is_condition(self, node: int) -> bool:
        return ROWS[self._graph.op[node]].condition

    def _choice(self, node: int) -> tuple[Instead | None, str, bool] | None:
        """What takes the place of a selection, why, and whether it stands at a kink; None for other operations."""
        op = self._graph.op[node]
        if op == _ABS:
            return self._sign(node)
        if op in (_MAX, _MIN):
            return self._leader(node)
        return self._branch(node) if op == _SELECT else None

    def _sign(self, node: int) -> tuple[Instead | None, str, bool] | None:
        (operand,) = self._graph.operands(node)
        if not self._active[operand]:
            return None
        value = self._sweep.values[operand]
        if not value > 0 and not value < 0:
            return None, "", True
        return Instead(operand, negated=bool(value < 0)), f"{self._text(operand)} {'>' if value > 0 else '<'} 0", False

    def _leader(self, node: int) -> tuple[Instead | None, str, bool] | None:
        operands, values = self._graph.operands(node), self._sweep.values
        if not self._active[node]:
            return None
        leaders = [k for k in operands if values[k] == values[node]]
        if len(leaders) != 1:
            return None, "", True
        sign = ">" if self._graph.op[node] == _MAX else "<"
        leader = leaders[0]
        others = [k for k in operands if k != leader]
        if not self._active[leader] and len(others) == 1:  # Max(0, a): a < 0 says it better than 0 > a
            sign = "<" if sign == ">" else ">"
            return Instead(leader), f"{self._text(others[0])} {sign} {self._text(leader)}", False
        return Instead(leader), " and ".join(f"{self._text(leader)} {sign} {self._text(k)}" for k in others), False

    def _branch(self, node: int) -> tuple[Instead | None, str, bool] | None:
        test, then, otherwise = self._graph.operands(node)
        if not self._active[node]:
            return None
        holds = bool(self._sweep.values[test])
        why, tie = self._said(test, holds=holds)
        return (None if tie else Instead(then if holds else otherwise)), why, tie

    def _said(self, node: int, *, holds: bool) -> tuple[str, bool]:
        """A condition as it is at the point, and whether it stands at its very edge."""
        op, operands = self._graph.op[node], self._graph.operands(node)
        written = condition(self._graph, node, self._names)
        if op not in _COMPARED:
            return (written if holds else f"not ({written})"), self._at_edge(operands)
        left, right = (self._sweep.values[k] for k in operands)
        if op in _ORDERED and left == right:
            return "", True
        if holds:
            return written, False
        sign = ("<" if left < right else ">") if op in _ORDERED else "==" if left == right else "!="
        return f"{self._text(operands[0])} {sign} {self._text(operands[1])}", False

    def _at_edge(self, conditions: Sequence[int]) -> bool:
        """Whether any ordering under and, or, not compares equals."""
        stack = list(conditions)
        while stack:
            node = stack.pop()
            operands = self._graph.operands(node)
            if self._graph.op[node] in _ORDERED:
                left, right = (self._sweep.values[k] for k in operands)
                if left == right:
                    return True
            elif self._is_condition(node):
                stack += operands
        return False

    def _text(self, node: int) -> str:
        return self._names.get(node) or text(excerpt(self._graph, node, self._names))
