"""The boundary to C for many nodes at a time: a builder's inputs, numbers, operations and outputs as arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from symad._core.tapes import Builder, Handle, check, limits_of
from symad._symad import ffi, lib

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Nodes = NDArray[np.uint32]

ENTRY = np.dtype([("op", np.uint32), ("a", np.uint32), ("b", np.uint32), ("c", np.uint32)])  # symad_entry
NODE = np.dtype([("op", np.uint8), ("run", np.uint8), ("flags", np.uint16), ("operands", np.uint32, 3)])  # symad_node
EARLIER: int = lib.SYMAD_EARLIER


def limit(builder: Builder, limits: tuple[int, ...]) -> None:
    """How much the builder may hold, by the fields of `symad.Limits`."""
    lib.symad_builder_limit(builder.pointer, limits_of(limits))


def inputs(builder: Builder, names: Sequence[str]) -> Nodes:
    """The next inputs, by their names."""
    text = "".join(names).encode("ascii")
    ends = np.cumsum(np.fromiter(map(len, names), np.uint32, len(names)), dtype=np.uint32)
    nodes = np.empty(len(names), np.uint32)
    status = lib.symad_builder_inputs(builder.pointer, text, _words(ends), len(names), _words(nodes))
    check(status, "inputs")
    return nodes


def array(builder: Builder, name: str, shape: tuple[int, ...]) -> Nodes:
    """The next inputs, those of an array in C order, by its name and their indices."""
    lengths, text = np.array(shape, np.uint32), name.encode("ascii")
    nodes = np.empty(int(np.prod(shape, dtype=np.int64)), np.uint32)
    status = lib.symad_builder_array(builder.pointer, text, len(text), _words(lengths), len(shape), _words(nodes))
    check(status, "inputs")
    return nodes


def numbers(builder: Builder, values: NDArray[np.float64]) -> Nodes:
    """Doubles, of a one-dimensional array in C order."""
    nodes = np.empty(len(values), np.uint32)
    data = ffi.from_buffer("double *", values)
    check(lib.symad_builder_numbers(builder.pointer, data, len(values), _words(nodes)), "numbers")
    return nodes


def operations(builder: Builder, entries: NDArray[np.void]) -> Nodes:
    """Operations of fixed arity; an operand is a node, or EARLIER and the place of an entry before."""
    nodes, done = np.empty(len(entries), np.uint32), ffi.new("size_t *")
    data = ffi.from_buffer("symad_entry *", entries)
    check(lib.symad_builder_ops(builder.pointer, data, len(entries), _words(nodes), done), "trace")
    return nodes


def lists(builder: Builder, op: int, operands: Nodes) -> Nodes:
    """Operations of one row, one a row of `operands` (n, k), which is in C order."""
    n, k = operands.shape
    nodes = np.empty(n, np.uint32)
    check(lib.symad_builder_lists(builder.pointer, op, _words(operands), n, k, _words(nodes)), "trace")
    return nodes


def append(builder: Builder, handle: Handle, inputs: Nodes) -> Nodes:
    """The operations of a tape over these nodes; the nodes of its outputs."""
    found = np.empty(handle.view.n_outputs, np.uint32)
    check(lib.symad_builder_append(builder.pointer, handle.pointer, _words(inputs), _words(found)), "composition")
    return found


def outputs(builder: Builder, nodes: Nodes) -> None:
    """The next outputs, of a one-dimensional array in C order."""
    check(lib.symad_builder_outputs(builder.pointer, _words(nodes), len(nodes)), "outputs")


def reserve(builder: Builder, n_nodes: int) -> None:
    """Room for so many operations more."""
    check(lib.symad_builder_reserve(builder.pointer, n_nodes), "room for operations")


def inputs_read(handle: Handle) -> NDArray[np.intp]:
    """Places of the inputs that operations or outputs read, ascending; some more where a node holds other numbers."""
    view = handle.view
    nodes = np.frombuffer(handle.nodes(), NODE)[view.n_inputs :]
    lists, outputs = (np.asarray(handle.words(name, n), np.uint32)
                      for name, n in (("list", view.n_list), ("outputs", view.n_outputs)))  # fmt: skip
    found = np.concatenate([nodes["operands"].ravel(), lists, outputs])
    return np.unique(found[found < view.n_inputs]).astype(np.intp)


def _words(array: Nodes) -> object:
    return ffi.from_buffer("uint32_t *", array)
