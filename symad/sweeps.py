"""The textbook sweeps and the check of a point, as data. Knows how to read them out; every number comes from C."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from symad import _core

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from symad.expression import Expression

    Array = NDArray[np.float64]

LIMIT = 1e-8  # relative bound from which digits count as lost: half of the sixteen
_SHOWN = 60  # characters of a formula that stands for one of its operations
_SMALL = 1e-3  # variables count as at least this large where a slope is 0 and f/x is its scale
_LOST_DIGITS = dict(_core.STATUS_BITS)["lost_digits"]


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
class Sweep:
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

    @property
    def value(self) -> float:
        """The first output."""
        return float(self.values[self.expression.outputs[0]])

    @property
    def gradient(self) -> Array:
        """Adjoints of the variables."""
        return self.slopes[: len(self.expression.variables)]


@dataclass(frozen=True)
class Check:
    """What `symad.Tape.check` found.

    Attributes
    ----------
    status : (...,) uint32
        One word a point, 0 when clean.
    causes : tuple of Status
        For each point, in order, every bit with the first operation that caused it.
    error_bound : (..., 1 + n_vars) float64
        Bound on the relative rounding error of the value and of each slope, to first order; a slope of 0 is measured
        against f/x. inf where nothing is left.
    """

    status: NDArray[np.uint32]
    causes: tuple[Status, ...]
    error_bound: Array

    def __bool__(self) -> bool:
        return bool(self.status.any())


def trace(expression: Expression, point: Array, seeds: Array, *, tangent: bool) -> Sweep:
    """One sweep at one C-contiguous point."""
    n, handle = expression.n_nodes, expression.handle
    n_list = int(handle.view.n_list)
    arrays = (np.empty(n), np.empty(n), np.empty((n, 2)), np.empty(n_list), np.empty(n, dtype=np.bool_))
    _core.trace(handle, point, seeds, tangent=tangent, arrays=arrays)
    word, first = (0, []) if tangent else _core.status(handle, arrays)
    for array in (point, *arrays):
        array.flags.writeable = False
    return Sweep(expression, point, *arrays, _status(expression, word, first))


def _status(expression: Expression, word: int, first: Sequence[int]) -> Status:
    labels = expression.labels if word else {}
    bits = []
    for place, (name, bit) in enumerate(_core.STATUS_BITS):
        if word & bit:
            node = first[place]
            bits.append(StatusBit(name, node, _written(expression, node, labels)))
    return Status(word, tuple(bits))


def _written(expression: Expression, node: int, labels: Mapping[int, str]) -> str:
    """The text of a node, or of the first operation round it that has one: a shorthand such as relu is many nodes."""
    graph, around = expression.graph, {node}
    for k in range(node, graph.n_nodes):
        if k in around or not around.isdisjoint(graph.operands(k)):
            around.add(k)
            text = expression.span(k) or labels.get(k, "")
            if text:
                return text
    whole = (expression.source or "").strip()
    return whole if whole and len(whole) <= _SHOWN and whole.isprintable() else f"node {node}"


def check(expression: Expression, program: Expression, points: Array) -> Check:
    """Check an expression with one output at each point; `program` computes its value and gradient."""
    rows = np.ascontiguousarray(points).reshape(-1, points.shape[-1])
    bounds = np.empty((len(rows), 1 + rows.shape[1]))
    causes = []
    for row, bound in zip(rows, bounds, strict=True):
        status = trace(expression, row.copy(), np.ones(1), tangent=False).status
        bound[:] = _relative_bounds(program, row)
        if bound.max(initial=0.0) > LIMIT:
            status = _with_lost_digits(expression, row, status)
        causes.append(status)
    words = np.array([status.word for status in causes], dtype=np.uint32)
    shape = points.shape[:-1]
    return Check(words.reshape(shape), tuple(causes), bounds.reshape((*shape, bounds.shape[1])))


def _with_lost_digits(expression: Expression, point: Array, status: Status) -> Status:
    """The bit, and the first operation of the formula whose value has lost its digits, if one has."""
    values, errors = np.empty(expression.n_nodes), np.empty(expression.n_nodes)
    _core.bounds(expression.handle, point, values, errors)
    lost = np.flatnonzero(errors > LIMIT * np.abs(values))
    node = int(lost[0]) if len(lost) else -1
    text = expression.span(node) or f"node {node}" if node >= 0 else "the derivative"
    return Status(status.word | _LOST_DIGITS, (*status.bits, StatusBit("lost_digits", node, text)))


def _relative_bounds(program: Expression, point: Array) -> Array:
    """Relative bounds of the value and the gradient, from the program that computes both."""
    values, errors = np.empty(program.n_nodes), np.empty(program.n_nodes)
    _core.bounds(program.handle, point, values, errors)
    outputs = list(program.outputs)
    found, bound = np.abs(values[outputs]), errors[outputs]
    scale = found.copy()
    zero = scale[1:] == 0.0
    with np.errstate(all="ignore"):
        scale[1:][zero] = (found[0] / np.maximum(np.abs(point), _SMALL))[zero]
        relative = np.where(bound == 0.0, 0.0, bound / scale)
    return np.where(np.isfinite(found) & ~np.isnan(relative), relative, np.inf)
