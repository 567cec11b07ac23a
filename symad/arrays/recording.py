"""A trace: the graph that operations on arrays of node numbers go to. Knows rows, constants and sums.

Node 0 is the number 0, so that the zeros with which NumPy pads arrays of node numbers mean zero.
"""

from __future__ import annotations

from dataclasses import astuple
from math import copysign
from typing import TYPE_CHECKING, Any

import numpy as np

from symad._core import bulk
from symad._core.tapes import Builder
from symad.arrays import refusals
from symad.formula.ops import row
from symad.formula.parsing import Limits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from symad.formula.expression import Expression

    Nodes = NDArray[np.uint32]

ADD, MUL, SELECT = (row(name).number for name in ("ADD", "MUL", "SELECT"))
NOT, EQUAL = row("NOT").number, row("EQ").number
_COLUMNS = ("a", "b", "c")
_BLOCK = 1 << 20  # operations in one crossing


class _Ended(Builder):
    """In the place of the builder of a trace that is over: whoever kept a value of it is told so."""

    def __init__(self) -> None:
        """Without a graph."""

    @property
    def pointer(self) -> Any:
        """None that could be used."""
        refusals.refuse(refusals.LEFT_TRACE, refusals.LEFT_TRACE_INSTEAD)


class Trace:
    """A graph in the making.

    Attributes
    ----------
    builder : Builder
    arguments : dict
        What owns the nodes of an argument, by its id, to the argument's name: they are read-only.
    """

    __slots__ = ("_kept", "_numbers", "arguments", "builder", "false", "one", "scan", "true")

    def __init__(self, limits: Limits | None = None) -> None:
        self.builder = Builder()
        bulk.limit(self.builder, astuple(limits or Limits()))
        self._numbers: dict[tuple[float, float], int] = {}
        self._kept: list[Nodes] = []
        self.arguments: dict[int, str] = {}
        self.scan: Any = None  # the scan in it, and the nodes that go in
        if self.number(0.0) != 0:
            raise AssertionError("node 0 is the number 0")
        self.one = self.number(1.0)
        self.true, self.false = (self.builder.op(row(name).number) for name in ("TRUE_VALUE", "FALSE_VALUE"))

    def number(self, value: float) -> int:
        """The node of a number."""
        key = (value, copysign(1.0, value))
        if (found := self._numbers.get(key)) is None:
            found = self._numbers[key] = self.builder.number(value)
        return found

    def numbers(self, values: NDArray[np.generic]) -> Nodes:
        """The nodes of an array of numbers; truth values are conditions."""
        if values.dtype.kind == "b":
            return np.where(values, np.uint32(self.true), np.uint32(self.false)).astype(np.uint32)
        if values.dtype.kind not in "fiu":
            refusals.refuse(f"a traced function computes with real numbers, not {values.dtype}", _advice(values))
        plain = np.ascontiguousarray(values, dtype=np.float64)
        if plain.size == 1:
            return np.full(values.shape, self.number(plain.item()), np.uint32)
        return bulk.numbers(self.builder, plain.ravel()).reshape(values.shape)

    def argument(self, name: str, names: str | Sequence[str], shape: tuple[int, ...]) -> Nodes:
        """The nodes of an argument: inputs of these names, in C order, or of this name and their indices."""
        nodes = bulk.array(self.builder, names, shape) if isinstance(names, str) else bulk.inputs(self.builder, names)
        self.arguments[id(nodes)] = name
        self._kept.append(nodes)
        shaped = nodes.reshape(shape)
        shaped.flags.writeable = False
        return shaped

    def places(self, nodes: Nodes) -> NDArray[np.intp]:
        """Which input each node is, -1 for what is computed."""
        inputs = np.concatenate(self._kept)
        found = np.full(1 + max(inputs.max(), nodes.max(initial=0)), -1)
        found[inputs] = np.arange(len(inputs))
        return found[nodes]

    def owner(self, nodes: Nodes) -> str:
        """The name of the argument that nodes are a view of; "" where they are none."""
        base: object = nodes
        while isinstance(base, np.ndarray):
            if id(base) in self.arguments:
                return self.arguments[id(base)]
            base = base.base
        return ""

    def apply(self, op: int, operands: Sequence[Nodes]) -> Nodes:
        """An operation of fixed arity on nodes of one shape; a single node stands for as many."""
        largest = max(operands, key=_n_axes)
        shape = largest.shape
        entries = np.zeros(largest.size, bulk.ENTRY)
        entries["op"] = op
        for column, nodes in zip(_COLUMNS, operands, strict=False):
            entries[column] = nodes.ravel() if nodes.ndim else nodes
        return bulk.operations(self.builder, entries).reshape(shape)

    def select(self, condition: Nodes, yes: Nodes, no: Nodes) -> Nodes:
        """One or the other, by a condition."""
        return self.apply(SELECT, np.broadcast_arrays(condition, yes, no))

    def to_numbers(self, conditions: Nodes) -> Nodes:
        """1 or 0 for conditions; those that are constant become constants."""
        one, zero = np.asarray(self.one, np.uint32), np.asarray(0, np.uint32)
        known = (conditions == self.true) | (conditions == self.false) | (conditions == 0)
        if known.all():
            return np.where(conditions == self.true, one, zero).astype(np.uint32)
        return self.select(conditions, one, zero)

    def to_conditions(self, numbers: Nodes) -> Nodes:
        """Whether numbers are not 0, nan included, as NumPy's truth."""
        equal = self.apply(EQUAL, np.broadcast_arrays(numbers, np.uint32(0)))
        return self.apply(NOT, [equal])

    def lists(self, op: int, nodes: Nodes) -> Nodes:
        """An operation on any number of operands over the last axis."""
        flat = np.ascontiguousarray(nodes.reshape(-1, nodes.shape[-1]))
        return bulk.lists(self.builder, op, flat).reshape(nodes.shape[:-1])

    def fold(self, op: int, nodes: Nodes) -> Nodes:
        """An operation of two from left to right over the last axis, which has an entry at least."""
        return self.running(op, nodes)[..., -1]

    def running(self, op: int, nodes: Nodes) -> Nodes:
        """The same with each step's result."""
        n, k = nodes.size // nodes.shape[-1], nodes.shape[-1]
        flat = nodes.reshape(n, k)
        if k == 1:
            return nodes
        entries = np.zeros((n, k - 1), bulk.ENTRY)
        entries["op"], entries["b"] = op, flat[:, 1:]
        entries["a"][:, 0], entries["a"][:, 1:] = flat[:, 0], _earlier(n, k - 1)[:, :-1]
        steps = bulk.operations(self.builder, entries.ravel()).reshape(n, k - 1)
        return np.concatenate([flat[:, :1], steps], axis=1).reshape(nodes.shape)

    def dots(self, x: Nodes, y: Nodes) -> Nodes:
        """Sums of products over the last axis, from left to right; the shapes broadcast."""
        x, y = np.broadcast_arrays(x, y)
        k, shape = x.shape[-1], x.shape[:-1]
        if k == 0:
            return np.zeros(shape, np.uint32)
        n = x.size // k
        found, step = np.empty(n, np.uint32), max(1, _BLOCK // k)
        flat_x, flat_y = x.reshape(n, k), y.reshape(n, k)
        for start in range(0, n, step):
            rows = slice(start, start + step)
            found[rows] = self._dots(flat_x[rows], flat_y[rows])
        return found.reshape(shape)

    def _dots(self, x: Nodes, y: Nodes) -> Nodes:
        n, k = x.shape
        entries = np.zeros((n, 2 * k - 1), bulk.ENTRY)
        entries["op"][:, :k], entries["op"][:, k:] = MUL, ADD
        entries["a"][:, :k], entries["b"][:, :k] = x, y
        at = _earlier(n, 2 * k - 1)
        if k > 1:
            entries["a"][:, k], entries["b"][:, k:] = at[:, 0], at[:, 1:k]
            entries["a"][:, k + 1 :] = at[:, k:-1]
        return bulk.operations(self.builder, entries.ravel()).reshape(n, 2 * k - 1)[:, -1]

    def embed(self, expression: Expression, inputs: Nodes) -> Nodes:
        """The outputs of another graph for these inputs."""
        return bulk.append(self.builder, expression.handle, np.ascontiguousarray(inputs, np.uint32))

    def finish(self, outputs: Nodes) -> Expression:
        """The Expression of these outputs; the trace is over."""
        from symad.formula.expression import build

        bulk.outputs(self.builder, np.ascontiguousarray(outputs.ravel()))
        expression = build(self.builder)
        self.builder = _Ended()
        self._numbers.clear()
        return expression


def _n_axes(nodes: Nodes) -> int:
    return nodes.ndim


def _earlier(n: int, k: int) -> Nodes:
    """Operands that are entries of the same call, by their places in an array (n, k) of entries."""
    return np.arange(n * k, dtype=np.uint32).reshape(n, k) | np.uint32(bulk.EARLIER)


def _advice(values: NDArray[np.generic]) -> str:
    return refusals.COMPLEX_INSTEAD if values.dtype.kind == "c" else refusals.LIST_INSTEAD
