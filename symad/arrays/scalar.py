"""A traced number: Python's operators call the builder at once, a tenth of the way through NumPy.

It has neither length nor items: NumPy would otherwise hide what `h[0] = v` into an array of numbers is refused for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from symad.arrays import ufuncs
from symad.arrays.operands import Traced

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from symad.arrays.recording import Trace

_REAL = (float, int, np.floating, np.integer)


class Scalar(Traced):
    """One number, or one condition, of a trace; immutable, as NumPy's numbers are."""

    __slots__ = ("node",)

    def __init__(self, trace: Trace, node: int, condition: bool = False) -> None:
        self.home = trace
        self.node = node
        self.condition = condition

    def nodes_of(self) -> NDArray[np.uint32]:
        """The node number as an array without axes."""
        return np.asarray(self.node, np.uint32)

    @property
    def T(self) -> Scalar:  # noqa: N802  # NumPy's name
        """Itself."""
        return self

    def __repr__(self) -> str:
        return "<traced condition>" if self.condition else "<traced number>"


def _node(trace: Trace, value: object) -> int:
    """The node of a number to be reckoned with; -1 for what is left to NumPy."""
    if type(value) is Scalar:
        return value.node if value.home is trace and not value.condition else -1
    if isinstance(value, _REAL) and not isinstance(value, bool):
        return trace.number(float(value))
    return -1


def _operators(name: str) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """The two methods of a Python operator, by the ufunc of NumPy that it is."""
    ufunc = getattr(np, name)
    found = ufuncs.rule(ufunc.__name__, 2)
    op, condition = (found.pair, found.condition) if found else (0, False)

    def forward(self: Scalar, other: object) -> Any:
        if op and not self.condition and (node := _node(self.home, other)) >= 0:
            return Scalar(self.home, self.home.builder.op(op, self.node, node), condition)
        return (
            NotImplemented
            if hasattr(other, "__array_ufunc__") and not isinstance(other, Scalar)
            else ufunc(self, other)
        )

    def backward(self: Scalar, other: object) -> Any:
        if op and not self.condition and (node := _node(self.home, other)) >= 0:
            return Scalar(self.home, self.home.builder.op(op, node, self.node), condition)
        return ufunc(other, self)

    return forward, backward


def unary(name: str) -> Callable[..., Any]:
    """The method of an operator of one operand."""
    ufunc = getattr(np, name)
    return lambda self: ufunc(self)


ARITHMETIC = {
    "add": "add", "sub": "subtract", "mul": "multiply", "truediv": "divide", "pow": "power", "mod": "remainder",
    "floordiv": "floor_divide", "divmod": "divmod", "matmul": "matmul",
    "and": "bitwise_and", "or": "bitwise_or", "xor": "bitwise_xor",
}  # fmt: skip
COMPARISONS = {
    "lt": "less",
    "le": "less_equal",
    "gt": "greater",
    "ge": "greater_equal",
    "eq": "equal",
    "ne": "not_equal",
}
UNARY = {"neg": "negative", "pos": "positive", "abs": "absolute", "invert": "invert"}

for _name, _ufunc in ARITHMETIC.items():
    _forward, _backward = _operators(_ufunc)
    setattr(Scalar, f"__{_name}__", _forward)
    setattr(Scalar, f"__r{_name}__", _backward)
for _name, _ufunc in COMPARISONS.items():
    setattr(Scalar, f"__{_name}__", _operators(_ufunc)[0])
for _name, _ufunc in UNARY.items():
    setattr(Scalar, f"__{_name}__", unary(_ufunc))
