"""The textbook sweeps as data. Knows how to read them out; every number comes from C."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from symad._core import sweeps as sweeps_in_c
from symad._core import tapes
from symad.formula.ops import ROWS
from symad.formula.shown import Shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from symad.formula.expression import Expression

    Array = NDArray[np.float64]

_SHOWN = 60  # characters of a formula that stands for one of its operations


@dataclass(frozen=True, slots=True)
class StatusBit:
    """One thing a sweep met: its name, the first node that caused it, and the text of that node."""

    name: str
    node: int
    text: str


@dataclass(frozen=True, slots=True)
class Status:
    """The status word of a sweep; false when clean."""

    word: int
    bits: tuple[StatusBit, ...]

    def __bool__(self) -> bool:
        return self.word != 0

    def __str__(self) -> str:
        return "; ".join(f"{bit.name} at {bit.text}" for bit in self.bits) or "clean"


@dataclass(frozen=True)
class Sweep(Shown):
    """A textbook sweep at one point, every number of it.

    Attributes
    ----------
    expression : Expression
    point : (n_vars,) float64
    values : (n_nodes,) float64
    slopes : (n_nodes,) float64
        Adjoints of a reverse sweep, tangents of a tangent sweep.
    partials : (n_nodes, 2) float64
        Local partials for the first and second operand. Max and Min: the share of a leader. A selection: 1 and 0, by
        the branch taken.
    list_partials : (n_list,) float64
        Local partials for the operands of n-ary operations, one node after the other; see `partials_of`.
    live : (n_nodes,) bool
        Whether the outputs depend on the node through branches that were taken.
    status : Status
        Of a reverse sweep; clean for a tangent sweep.
    """

    _card = "sweep"

    expression: Expression
    point: Array
    values: Array
    slopes: Array
    partials: Array
    list_partials: Array
    live: NDArray[np.bool_]
    status: Status

    @property
    def adjoints(self) -> Array:
        """The slopes of a reverse sweep: d(output)/d(node)."""
        return self.slopes

    def partials_of(self, node: int) -> tuple[float, ...]:
        """Local partials of a node for its value operands in their order, 0 for an operand of a Max that is beaten."""
        place = self.expression.graph.list_place(node)
        found = self.partials[node] if place is None else self.list_partials[place]
        return tuple(map(float, found))

    def to_dataframe(self) -> Any:
        """A row a node as a DataFrame of pandas, which must be installed: what it is, its value and its slope."""
        from symad.report import csv_text, data_frame

        graph, labels = self.expression.graph, self.expression.labels
        rows = [
            (node, labels.get(node, ""), written(self.expression, node, labels), ROWS[graph.op[node]].name,
             " ".join(map(str, graph.operands(node))), float(self.values[node]), float(self.slopes[node]),
             int(self.live[node]))
            for node in range(graph.n_nodes)
        ]  # fmt: skip
        head = ("node", "name", "text", "operation", "operands", "value", "slope", "live")
        return data_frame.from_csv(csv_text.to_csv(head, rows))

    @property
    def value(self) -> float:
        """The first output."""
        return float(self.values[self.expression.outputs[0]])

    @property
    def gradient(self) -> Array:
        """Adjoints of the variables."""
        return self.slopes[: len(self.expression.variables)]


def trace(expression: Expression, point: Array, seeds: Array, *, tangent: bool) -> Sweep:
    """One sweep at one C-contiguous point."""
    n, handle = expression.n_nodes, expression.handle
    n_list = int(handle.view.n_list)
    arrays = (np.empty(n), np.empty(n), np.empty((n, 2)), np.empty(n_list), np.empty(n, dtype=np.bool_))
    sweeps_in_c.trace(handle, point, seeds, tangent=tangent, arrays=arrays)
    word, first = (0, []) if tangent else sweeps_in_c.status(handle, arrays)
    for array in (point, *arrays):
        array.flags.writeable = False
    return Sweep(expression, point, *arrays, _status(expression, word, first))


def _status(expression: Expression, word: int, first: Sequence[int]) -> Status:
    labels = expression.labels if word else {}
    bits = []
    for place, (name, bit) in enumerate(tapes.STATUS_BITS):
        if word & bit:
            node = first[place]
            bits.append(StatusBit(name, node, written(expression, node, labels)))
    return Status(word, tuple(bits))


def written(expression: Expression, node: int, labels: Mapping[int, str] | None = None) -> str:
    """The text of a node, or of the first operation round it that has one: a shorthand such as relu is many nodes."""
    labels = expression.labels if labels is None else labels
    graph, around = expression.graph, {node}
    for k in range(node, graph.n_nodes):
        if k in around or not around.isdisjoint(graph.operands(k)):
            around.add(k)
            text = expression.span(k) or labels.get(k, "")
            if text:
                return text
    whole = (expression.source or "").strip()
    return whole if whole and len(whole) <= _SHOWN and whole.isprintable() else f"node {node}"
