"""A traced array: NumPy moves the numbers of nodes, and writes into views of them; C makes the nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from symad.arrays import operands, refusals
from symad.arrays.operands import Traced
from symad.arrays.scalar import ARITHMETIC, COMPARISONS, UNARY, Scalar, unary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from symad.arrays.recording import Trace

    Nodes = NDArray[np.uint32]


class Array(Traced):
    """An array of numbers, or of conditions, of a trace. What shares memory in NumPy shares it here."""

    __slots__ = ("nodes",)

    def __init__(self, trace: Trace, nodes: Nodes, condition: bool = False) -> None:
        self.home = trace
        self.nodes = nodes
        self.condition = condition

    def nodes_of(self) -> Nodes:
        """The node numbers."""
        return self.nodes

    @property
    def T(self) -> Array:  # noqa: N802  # NumPy's name
        """The axes in reverse, a view."""
        return Array(self.home, self.nodes.T, self.condition)

    @property
    def flat(self) -> Iterator[Scalar]:
        """The entries in C order."""
        return iter([Scalar(self.home, node, self.condition) for node in self.nodes.ravel().tolist()])

    def __len__(self) -> int:
        return len(self.nodes)

    def __iter__(self) -> Iterator[Any]:
        if self.ndim == 1:
            return iter([Scalar(self.home, node, self.condition) for node in self.nodes.tolist()])
        return iter([Array(self.home, part, self.condition) for part in self.nodes])

    def __repr__(self) -> str:
        return f"<traced array of {'conditions' if self.condition else 'numbers'}, shape {self.shape}>"

    def __getitem__(self, key: Any) -> Any:
        found = self.nodes[plain_key(key)]
        if isinstance(found, np.ndarray):
            return Array(self.home, found, self.condition)
        return Scalar(self.home, int(found), self.condition)

    def __setitem__(self, key: Any, value: object) -> None:
        key = plain_key(key)
        wanted = operands.conditions if self.condition else operands.numbers
        nodes = wanted(self.home, value)
        if not self.nodes.flags.writeable:
            name = self.home.owner(self.nodes)
            refusals.refuse(f"{name or 'this view'} {refusals.READ_ONLY}" if name else "this view cannot be written to",
                            f"copy it first: np.copy({name or 'v'})")  # fmt: skip
        try:
            self.nodes[key] = nodes
        except ValueError as error:
            refusals.refuse_shapes(error)


def plain_key(key: Any) -> Any:
    """An index that is none of the trace's."""
    if isinstance(key, Traced) or (isinstance(key, tuple) and any(isinstance(one, Traced) for one in key)):
        refusals.refuse(refusals.INDEX, refusals.INDEX_INSTEAD)
    return key


def wrap(trace: Trace, nodes: Any, condition: bool = False) -> Any:
    """A traced number where there are no axes, else a traced array."""
    if isinstance(nodes, np.ndarray) and nodes.ndim:
        return Array(trace, nodes, condition)
    return Scalar(trace, int(nodes), condition)


def _operators(name: str) -> tuple[Callable[..., Any], Callable[..., Any], Callable[..., Any]]:
    ufunc = getattr(np, name)

    def forward(self: Array, other: object) -> Any:
        return ufunc(self, other)

    def backward(self: Array, other: object) -> Any:
        return ufunc(other, self)

    def inplace(self: Array, other: object) -> Array:
        self[...] = ufunc(self, other)
        return self

    return forward, backward, inplace


for _name, _ufunc in ARITHMETIC.items():
    for _prefix, _method in zip(("", "r", "i"), _operators(_ufunc), strict=True):
        setattr(Array, f"__{_prefix}{_name}__", _method)
for _name, _ufunc in COMPARISONS.items():
    setattr(Array, f"__{_name}__", _operators(_ufunc)[0])
for _name, _ufunc in UNARY.items():
    setattr(Array, f"__{_name}__", unary(_ufunc))
