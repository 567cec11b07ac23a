"""What a traced array and a traced number have in common: what they refuse, and how they become nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from symad.arrays import refusals

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from symad.arrays.recording import Trace

    Nodes = NDArray[np.uint32]

NUMBER = np.dtype(np.float64)
TRUTH = np.dtype(np.bool_)


class Traced:
    """A value that is not known while its function is traced."""

    __slots__ = ("condition", "home")
    __array_priority__ = 1000.0
    __hash__ = None  # type: ignore[assignment]  # as arrays: equality is traced

    home: Trace
    condition: bool

    def nodes_of(self) -> Nodes:
        """The node numbers, an array of the value's shape."""
        raise NotImplementedError

    @property
    def shape(self) -> tuple[int, ...]:
        """As NumPy's."""
        return self.nodes_of().shape

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return self.nodes_of().ndim

    @property
    def size(self) -> int:
        """Number of entries."""
        return self.nodes_of().size

    @property
    def dtype(self) -> np.dtype[Any]:
        """Doubles, or truth values for conditions."""
        return TRUTH if self.condition else NUMBER

    def __bool__(self) -> bool:
        refusals.refuse(refusals.TRUTH, refusals.TRUTH_INSTEAD)

    def __contains__(self, item: object) -> bool:
        refusals.refuse(refusals.TRUTH, refusals.TRUTH_INSTEAD)

    def _no_number(self, *_: object) -> NoReturn:
        refusals.refuse(refusals.NUMBER, refusals.NUMBER_INSTEAD)

    __float__ = __int__ = __complex__ = __index__ = __round__ = __trunc__ = __floor__ = __ceil__ = _no_number
    item = tolist = _no_number

    def __format__(self, spec: str) -> str:
        return self._no_number() if spec else repr(self)

    def __array__(self, *_: object, **__: object) -> NDArray[Any]:
        refusals.refuse(refusals.LIST, refusals.LIST_INSTEAD)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: object, **options: Any) -> object:
        from symad.arrays import calling

        return calling.ufunc(self.home, ufunc, method, inputs, options)

    def __array_function__(
        self, function: Any, types: object, args: tuple[Any, ...], options: dict[str, Any]
    ) -> object:
        from symad.arrays import catalogue

        return catalogue.call(self.home, function, args, options)

    def reshape(self, *shape: Any, **options: Any) -> Any:
        """As NumPy's: a view where there can be one."""
        return np.reshape(self, shape[0] if len(shape) == 1 else shape, **options)

    def transpose(self, *axes: Any) -> Any:
        """As NumPy's: a view."""
        return np.transpose(self, axes[0] if len(axes) == 1 else axes or None)

    def flatten(self, order: str = "C") -> Any:
        """As NumPy's: a copy in one axis."""
        return np.copy(self.reshape(-1, order=order))

    def astype(self, dtype: Any, **_: object) -> Any:
        """A copy as float64 or as conditions; other types are refused."""
        wanted = np.dtype(dtype)
        if wanted not in (NUMBER, TRUTH):
            refusals.refuse(
                f"a traced value stays float64, astype({wanted}) is not traced", "np.rint or np.trunc rounds"
            )
        return np.not_equal(self, 0) if wanted == TRUTH and not self.condition else _as(self, wanted == TRUTH)

    def fill(self, value: object) -> None:
        """As NumPy's."""
        self[...] = value  # type: ignore[index]  # of arrays

    def conj(self) -> Any:
        """Itself, as numbers are real."""
        return self

    @property
    def real(self) -> Any:
        """Itself."""
        return self

    @property
    def imag(self) -> Any:
        """Zeros."""
        return np.zeros_like(self)

    def __copy__(self) -> Any:
        return np.copy(self)

    def __deepcopy__(self, _: object) -> Any:
        return np.copy(self)

    def __reduce__(self) -> NoReturn:
        refusals.refuse(refusals.NUMBER, refusals.LEFT_TRACE_INSTEAD)


def _as(value: Traced, condition: bool) -> Any:
    return np.copy(value) if condition or not value.condition else np.where(value, 1.0, 0.0)


def _method(function: Any) -> Any:
    def found(self: Traced, *args: Any, **options: Any) -> Any:
        return function(self, *args, **options)

    found.__name__, found.__doc__ = function.__name__, f"As `numpy.{function.__name__}`."
    return found


# Methods of NumPy's arrays that are its functions of the same name.
METHODS = (
    "all", "any", "argmax", "argmin", "argsort", "clip", "cumprod", "cumsum", "diagonal", "dot", "max", "mean", "min",
    "nonzero", "argpartition", "prod", "ptp", "ravel", "repeat", "round", "searchsorted", "squeeze", "std", "sum",
    "swapaxes", "take", "trace", "var", "copy",
)  # fmt: skip
for _name in METHODS:
    setattr(Traced, _name, _method(getattr(np, _name)))


def holds_traced(value: object) -> bool:
    """Whether a value is traced, or a list or tuple with something traced in it."""
    if isinstance(value, list | tuple):
        return any(map(holds_traced, value))
    return isinstance(value, Traced)


def lift(trace: Trace, value: object) -> tuple[Nodes, bool]:
    """(nodes, whether they are conditions) of what is traced, of numbers, and of lists of both."""
    if isinstance(value, Traced):
        if value.home is not trace:
            refusals.refuse(refusals.LEFT_TRACE, refusals.LEFT_TRACE_INSTEAD)
        nodes = value.nodes_of()
        if value.condition and nodes.size and nodes.min() == 0:  # NumPy's padding
            nodes = np.where(nodes == 0, np.uint32(trace.false), nodes)
        return nodes, value.condition
    if type(value) is float or type(value) is int:
        return np.asarray(trace.number(float(value)), np.uint32), False
    if isinstance(value, list | tuple) and holds_traced(value):
        parts = [lift(trace, one) for one in value]
        condition = all(flag for _, flag in parts)
        return stacked([part if condition or not flag else trace.to_numbers(part) for part, flag in parts]), condition
    array = np.asarray(value)
    return trace.numbers(array), array.dtype.kind == "b"


def stacked(nodes: list[Nodes]) -> Nodes:
    """Nodes of one shape, one behind the other."""
    try:
        return np.stack(nodes)
    except ValueError as error:
        refusals.refuse_shapes(error)


def numbers(trace: Trace, value: object) -> Nodes:
    """The nodes of numbers; a condition is 1 or 0."""
    if isinstance(value, bool | np.bool_):
        return np.asarray(trace.one if value else 0, np.uint32)
    nodes, condition = lift(trace, value)
    return trace.to_numbers(nodes) if condition else nodes


def conditions(trace: Trace, value: object) -> Nodes:
    """The nodes of conditions; a number is one where it is not 0."""
    nodes, condition = lift(trace, value)
    return nodes if condition else trace.to_conditions(nodes)


def broadcast(*nodes: Nodes) -> list[Nodes]:
    """The same of one shape, or NumPy's words with the line."""
    if all(one.shape == nodes[0].shape for one in nodes):
        return list(nodes)
    try:
        return list(np.broadcast_arrays(*nodes))
    except ValueError as error:
        refusals.refuse_shapes(error)
