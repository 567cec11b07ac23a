"""An Expression made ready for printing: constants computed, dead steps dropped, steps dealt out to functions.

Knows nothing of C beyond where values must live, and that compilers want short functions.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from symad._core import bounds
from symad.formula.ops import ROWS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from symad.formula.expression import Expression
    from symad.formula.ops import Row

STEPS_A_PART = 500  # compilers need superlinear time for longer functions; measured at 100 to 1000
_FEW_FIXED = 16  # outputs that are numbers and are stored one by one; more come from tables, which compile at once


@dataclass(frozen=True, slots=True)
class Step:
    """One operation: the node it computes, its row and operands."""

    node: int
    row: Row
    operands: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Move:
    """A value between its array and the function: an "input", a "load" or a "store" of work memory, an "output";
    `place` is the number of the input, slot or output."""

    kind: str
    node: int
    place: int


@dataclass(frozen=True, slots=True)
class Part:
    """The steps of one function of bounded length.

    Attributes
    ----------
    steps : tuple of Step
    inputs : tuple of int
        Nodes of the inputs that are read.
    loads, stores : tuple of (node, slot)
        Values that come from earlier parts, and values that later parts need.
    outputs : tuple of (output, node)
        Which outputs this part stores.
    """

    steps: tuple[Step, ...]
    inputs: tuple[int, ...]
    loads: tuple[tuple[int, int], ...]
    stores: tuple[tuple[int, int], ...]
    outputs: tuple[tuple[int, int], ...]

    def in_order(self) -> Iterator[Step | Move]:
        """Everything that the function does: a value is read before its first use and leaves once it is there."""
        read = {node: Move("input", node, node) for node in self.inputs}
        read |= {node: Move("load", node, slot) for node, slot in self.loads}
        leave: dict[int, list[Move]] = {}
        for kind, node, place in (
            *(("store", node, slot) for node, slot in self.stores),
            *(("output", node, output) for output, node in self.outputs),
        ):
            leave.setdefault(node, []).append(Move(kind, node, place))
        for step in self.steps:
            yield from (read.pop(node) for node in dict.fromkeys(step.operands) if node in read)
            yield step
            yield from leave.pop(step.node, ())
        for node, moves in leave.items():  # inputs and constants
            yield from (read.pop(one) for one in (node,) if one in read)
            yield from moves


class Program:
    """What is left of an Expression to compute for each point; of an `empty` one nothing. `given` are inputs, by their
    number, that have become numbers."""

    def __init__(
        self,
        expression: Expression,
        *,
        steps_a_part: int = STEPS_A_PART,
        empty: bool = False,
        given: Mapping[int, float] | None = None,
    ) -> None:
        self.expression = expression
        self.outputs = () if empty else expression.outputs
        graph = expression.graph
        self.n_inputs = graph.n_inputs
        self.given = dict(given or {})
        self.read = [node for node in range(graph.n_inputs) if node not in self.given]  # in the order of the arrays
        varying = [node < graph.n_inputs and node not in self.given for node in range(graph.n_nodes)]
        for node in range(graph.n_inputs, graph.n_nodes):
            varying[node] = any(varying[operand] for operand in graph.operands(node))
        self.constants = self._computed([node for node, moves in enumerate(varying) if not moves])
        fixed = {k: self.constants[node] for k, node in enumerate(self.outputs) if node in self.constants}
        self.fixed = fixed if len(fixed) > _FEW_FIXED else {}  # outputs that no part stores, and their numbers
        self.steps = () if empty else self._scheduled(varying)
        self.n_slots = 0
        self.parts = self._dealt(steps_a_part)

    def _computed(self, nodes: list[int]) -> dict[int, float]:
        """Values of the nodes that no input reaches, as the evaluator computes them: no compiler may fold them anew."""
        point = np.ones(max(self.n_inputs, 1))
        point[list(self.given)] = list(self.given.values())
        values = bounds.node_errors(self.expression.handle, point).values
        return {node: float(values[node]) for node in nodes}

    def _scheduled(self, varying: list[bool]) -> tuple[Step, ...]:
        graph = self.expression.graph
        nodes = (node for node in self.expression.handle.schedule() if varying[node])
        return tuple(Step(node, ROWS[graph.op[node]], graph.operands(node)) for node in nodes)

    def _grouped(self, size: int) -> list[tuple[tuple[Step, ...], list[tuple[int, int]]]]:
        """Steps and outputs (output, node) in groups of about `size` statements; outputs without a step come first."""
        ready: dict[int, list[tuple[int, int]]] = {}
        for output, node in enumerate(self.outputs):
            if output not in self.fixed:
                ready.setdefault(node, []).append((output, node))
        own = [ready.pop(step.node, []) for step in self.steps]
        idle = [one for moves in ready.values() for one in moves]
        groups: list[tuple[list[Step], list[tuple[int, int]]]] = [
            ([], idle[i : i + size]) for i in range(0, max(len(idle), 1), size)
        ]
        weight = len(groups[-1][1])
        for step, moves in zip(self.steps, own, strict=True):
            more = 1 + len(moves) + max(len(step.operands) - 2, 0)
            if weight + more > size and weight > 0:
                groups.append(([], []))
                weight = 0
            weight += more
            groups[-1][0].append(step)
            groups[-1][1].extend(moves)
        return [(tuple(steps), moves) for steps, moves in groups]

    def _dealt(self, size: int) -> tuple[Part, ...]:
        """The groups with what they read and leave; values that cross a border get slots, which are used again."""
        groups = self._grouped(size)
        home = {step.node: k for k, (steps, _) in enumerate(groups) for step in steps}
        last = dict(home)
        for k, (steps, _) in enumerate(groups):
            for step in steps:
                last.update((operand, k) for operand in step.operands if operand in home)
        slots: dict[int, int] = {}
        free: list[int] = []
        parts = []
        for k, (steps, outputs) in enumerate(groups):
            used = dict.fromkeys(operand for step in steps for operand in step.operands)
            loads = tuple((node, slots[node]) for node in used if home.get(node, k) < k)
            stores = []
            for node in (step.node for step in steps if last[step.node] > k):
                slots[node] = heapq.heappop(free) if free else self.n_slots
                self.n_slots = max(self.n_slots, slots[node] + 1)
                stores.append((node, slots[node]))
            for node, slot in loads:
                if last[node] == k:
                    heapq.heappush(free, slot)
            inputs = {node for node in (*used, *(node for _, node in outputs)) if node < self.n_inputs} - {*self.given}
            parts.append(Part(steps, tuple(sorted(inputs)), loads, tuple(stores), tuple(outputs)))
        return tuple(parts)
