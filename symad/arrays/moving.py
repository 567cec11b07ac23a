"""NumPy's functions that only move entries: they run on the numbers of nodes. Knows which arguments are data."""

from __future__ import annotations

from inspect import Parameter, signature
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from symad.arrays import operands, refusals
from symad.arrays.operands import Traced
from symad.arrays.tracing import Array, wrap

if TYPE_CHECKING:
    from collections.abc import Callable

    from symad.arrays.recording import Trace


def _present(*names: str) -> list[Any]:
    """Those that this NumPy has."""
    return [getattr(np, name) for name in names if hasattr(np, name)]


# The places of the arguments that are entries to move; the others are shapes, axes and indices.
FIRST: frozenset[Any] = frozenset(
    _present(
        "reshape", "transpose", "permute_dims", "matrix_transpose", "ravel", "moveaxis", "swapaxes", "rollaxis",
        "squeeze",
        "expand_dims", "broadcast_to", "repeat", "tile", "roll", "flip", "flipud", "fliplr", "rot90", "take", "diag",
        "diagonal", "diagflat", "tril", "triu", "split", "array_split", "hsplit", "vsplit", "dsplit", "unstack",
        "delete", "resize", "take_along_axis", "copy",
    )
)  # fmt: skip
FIRST |= {sliding_window_view}
ALL = frozenset(_present("atleast_1d", "atleast_2d", "atleast_3d", "broadcast_arrays", "meshgrid"))
SEQUENCES = frozenset(
    _present("concatenate", "concat", "stack", "vstack", "hstack", "dstack", "column_stack", "row_stack", "block")
)
PLACES = {np.append: (0, 1), np.insert: (0, 2), np.compress: (1,), np.extract: (1,)}
FUNCTIONS = FIRST | ALL | SEQUENCES | frozenset(PLACES)
_OF_NUMPY = {name: getattr(np, name) for name in np.__all__ if callable(getattr(np, name, None))}
NAMES = frozenset(name for name, one in _OF_NUMPY.items() if one in FUNCTIONS)
PADS = frozenset({"constant", "edge", "wrap", "reflect", "symmetric", "empty"})


def move(trace: Trace, function: Callable[..., Any], given: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """What a function that moves entries gives."""
    args, options = _by_place(function, given, options)
    data = _data(function, len(args))
    lifted = {k: _lifted(trace, args[k], function in SEQUENCES) for k in data}
    conditions = all(flag for _, flags in lifted.values() for flag in flags)
    low = [_lowered(trace, lifted[k][0], conditions) if k in lifted else _plain(one) for k, one in enumerate(args)]
    options = {name: _plain(one) for name, one in options.items() if one is not None or name == "axis"}
    if options.get("dtype") is not None:
        refusals.refuse("a traced function computes with float64", "leave dtype= out")
    target = options.pop("out", None)
    try:
        found = function(*low, **options)
    except ValueError as error:
        refusals.refuse_shapes(error)
    made = type(found)(wrapped(trace, one, conditions) for one in found) if isinstance(found, list | tuple) else None
    result = wrapped(trace, found, conditions) if made is None else made
    if target is not None:
        target[...] = result
    return result if target is None else target


def _by_place(
    function: Callable[..., Any], args: tuple[Any, ...], options: dict[str, Any]
) -> tuple[list[Any], dict[str, Any]]:
    """Arguments that were named, by their places where these are known."""
    try:
        parameters = [
            one for one in signature(function).parameters.values() if one.kind is Parameter.POSITIONAL_OR_KEYWORD
        ]
    except ValueError:  # of C
        return list(args), options
    found, rest = list(args), dict(options)
    for parameter in parameters[len(args) :]:
        if parameter.name not in rest:
            break
        found.append(rest.pop(parameter.name))
    return found, rest


def _data(function: Callable[..., Any], n: int) -> range | tuple[int, ...]:
    if function in ALL:
        return range(n)
    return tuple(k for k in PLACES.get(function, (0,)) if k < n)


def _lifted(trace: Trace, value: Any, sequence: bool) -> tuple[Any, list[bool]]:
    """Nodes in the lists that a value has, and whether each of them are conditions."""
    if sequence and isinstance(value, list | tuple):
        parts = [_lifted(trace, one, isinstance(one, list | tuple)) for one in value]
        return [part for part, _ in parts], [flag for _, flags in parts for flag in flags]
    nodes, condition = operands.lift(trace, value)
    return (nodes, condition), [condition]


def _lowered(trace: Trace, lifted: Any, conditions: bool) -> Any:
    if isinstance(lifted, list):
        return [_lowered(trace, one, conditions) for one in lifted]
    nodes, condition = lifted
    return trace.to_numbers(nodes) if condition and not conditions else nodes


def _plain(value: Any) -> Any:
    """What is no data must be known: indices, axes, shapes."""
    if operands.holds_traced(value):
        refusals.refuse(refusals.INDEX, refusals.INDEX_INSTEAD)
    return value


def wrapped(trace: Trace, nodes: Any, condition: bool) -> Any:
    """Nodes that NumPy moved; an array without axes stays one where NumPy gave one."""
    if isinstance(nodes, np.ndarray):
        return Array(trace, nodes, condition)
    return wrap(trace, nodes, condition)


def pad(trace: Trace, array: object, pad_width: Any, mode: str = "constant", **options: Any) -> Any:
    """`numpy.pad` where it repeats entries or writes constants."""
    nodes, condition = operands.lift(trace, array)
    if mode not in PADS:
        refusals.refuse(
            f"np.pad with mode {mode!r} computes its entries", f"modes that are traced: {', '.join(sorted(PADS))}"
        )
    if mode == "empty":
        mode = "constant"
    if "constant_values" in options:
        options["constant_values"] = operands.numbers(trace, options["constant_values"])
    padded: Any = np.pad  # whose types list the options of each mode
    return Array(trace, padded(nodes, pad_width, mode, **options), condition)


def full(trace: Trace, shape: Any, fill_value: object, dtype: Any = None, order: str = "C") -> Any:
    """`numpy.full` with ``like=`` something traced."""
    condition = dtype is not None and np.dtype(dtype) == operands.TRUTH
    _check_type(dtype)
    nodes = (operands.conditions if condition else operands.numbers)(trace, fill_value)
    made = np.empty(shape, np.uint32, "F" if order == "F" else "C")
    made[...] = nodes
    return Array(trace, made, condition)


def _check_type(dtype: Any) -> None:
    if dtype is not None and np.dtype(dtype) not in (operands.NUMBER, operands.TRUTH):
        refusals.refuse(f"a traced array holds float64, not {np.dtype(dtype)}", "leave dtype= out")


def full_like(trace: Trace, a: Any, fill_value: object, dtype: Any = None, shape: Any = None, **_: object) -> Any:
    """`numpy.full_like`."""
    if dtype is None:
        dtype = a.dtype if isinstance(a, Traced) else None
    return full(trace, np.shape(a) if shape is None else shape, fill_value, dtype)


def numbers_like(trace: Trace, function: Callable[..., Any], args: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """What NumPy makes of numbers alone (``np.eye(3, like=v)``), as a traced array."""
    dtype = options.pop("dtype", None)
    _check_type(dtype)
    if any(map(operands.holds_traced, args)):
        return array_like(trace, *args, **options)
    made = np.asarray(function(*args, **options), dtype or np.float64)
    return Array(trace, np.array(trace.numbers(made)), made.dtype.kind == "b")


def array_like(trace: Trace, value: Any, **_: object) -> Any:
    """``np.array([v, w], like=v)``: a new array of what is in the list."""
    nodes, condition = operands.lift(trace, value)
    return Array(trace, np.array(nodes), condition)


def copyto(trace: Trace, dst: Any, src: Any, casting: str = "same_kind", where: Any = True) -> None:
    """`numpy.copyto` into a traced array."""
    if not isinstance(dst, Array):
        refusals.refuse(refusals.OUT, refusals.OUT_INSTEAD)
    dst[...] = src if where is True else np.where(where, src, dst)


def fill_diagonal(trace: Trace, a: Any, val: Any, wrap: bool = False) -> None:  # NumPy's
    """`numpy.fill_diagonal` of a traced array."""
    if not isinstance(a, Array):
        refusals.refuse(refusals.OUT, refusals.OUT_INSTEAD)
    if a.ndim != 2 or wrap:
        refusals.refuse("np.fill_diagonal is traced for matrices without wrap", "write the entries by a loop")
    n = min(a.shape)
    a[np.arange(n), np.arange(n)] = val
