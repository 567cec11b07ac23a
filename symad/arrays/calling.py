"""Calls of ufuncs with traced arguments: plain calls, reductions, running results, outer products."""

from __future__ import annotations

from functools import partial
from operator import index
from typing import TYPE_CHECKING, Any

import numpy as np

from symad.arrays import contracting, operands, refusals, ufuncs
from symad.arrays.scalar import Scalar
from symad.arrays.tracing import Array, wrap
from symad.formula.ops import row

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from symad.arrays.recording import Trace

    Nodes = NDArray[np.uint32]
    Axis = int | tuple[int, ...] | None

AND, OR, NOT = (row(name).number for name in ("AND", "OR", "NOT"))


def ufunc(trace: Trace, function: np.ufunc, method: str, inputs: Sequence[object], options: dict[str, Any]) -> object:
    """What a ufunc's method gives; `out` is written into where there is one.

    Raises
    ------
    TraceError
        If the ufunc has no operation, or the method or an option is not traced.
    """
    out = options.pop("out", None)
    if method not in METHODS:
        refusals.refuse(f"np.{function.__name__}.{method} is not traced", "write the loop over numbers")
    if options.pop("where", True) is not True:
        refusals.refuse(f"`where=` of np.{function.__name__} is not traced", "use np.where on the result")
    if not _is_double(options.pop("dtype", None)) or options.pop("casting", "same_kind") not in ("same_kind", "unsafe"):
        refusals.refuse("a traced function computes with float64", "leave dtype= out")
    found = METHODS[method](trace, function, inputs, **options)
    return found if out is None or out[0] is None else written(out, found)


def written(out: object, found: object) -> object:
    """The result in the array that was to take it."""
    targets = out if isinstance(out, tuple) else (out,)
    results = found if isinstance(found, tuple) else (found,)
    for target, result in zip(targets, results, strict=False):
        if not isinstance(target, Array):
            refusals.refuse(refusals.OUT, refusals.OUT_INSTEAD)
        target[...] = result
    return targets[0] if len(targets) == 1 else targets


def _is_double(dtype: Any) -> bool:
    return dtype is None or np.dtype(dtype) in (operands.NUMBER, operands.TRUTH)


def plain(trace: Trace, function: np.ufunc, inputs: Sequence[object]) -> Any:
    """One operation an entry, the arguments broadcast."""
    name = function.__name__
    if (special := SPECIAL.get(name)) is not None:
        return special(trace, *inputs)
    found = ufuncs.rule_of(function)
    if found is None:
        refusals.refuse(f"{name} has no operation here", _nearest(name))
    lifted = [operands.lift(trace, one) for one in inputs]
    if name in LOGIC and all(condition for _, condition in lifted):
        return _of_truths(trace, name, inputs)
    plain = [trace.to_numbers(nodes) if condition else nodes for nodes, condition in lifted]
    if found.pair and len(plain) == 2 and not (plain[0].ndim and plain[1].ndim):
        return wrap(trace, trace.apply(found.pair, plain), found.condition)
    return wrap(trace, found.apply(trace, operands.broadcast(*plain)), found.condition)


def _of_truths(trace: Trace, name: str, inputs: Sequence[object]) -> Any:
    """What NumPy makes of truth values alone: their sum is `or`, their product `and`."""
    logical = LOGIC[name]
    if logical is None:
        refusals.refuse(f"NumPy has no {name} of truth values", "use ^ or ~, or np.where(mask, 1.0, 0.0)")
    return logical(trace, *inputs)


def _nearest(name: str) -> str:
    close = ufuncs.nearest(name)
    return f"nearest: {close}; symad.traceable() lists all" if close else "symad.traceable() lists what has one"


def _joined(op: int, trace: Trace, x: object, y: object) -> Any:
    nodes = operands.broadcast(operands.conditions(trace, x), operands.conditions(trace, y))
    return wrap(trace, trace.apply(op, nodes), condition=True)


def _denied(trace: Trace, x: object) -> Any:
    return wrap(trace, trace.apply(NOT, [operands.conditions(trace, x)]), condition=True)


def _either(trace: Trace, x: object, y: object) -> Any:
    a, b = operands.broadcast(operands.conditions(trace, x), operands.conditions(trace, y))
    one, other = (trace.apply(AND, [p, trace.apply(NOT, [q])]) for p, q in ((a, b), (b, a)))
    return wrap(trace, trace.apply(OR, [one, other]), condition=True)


def _bits(name: str, logical: Callable[..., Any]) -> Callable[..., Any]:
    """A ufunc of bits, which on conditions is logic and on numbers nothing."""

    def found(trace: Trace, *inputs: object) -> Any:
        if not all(operands.lift(trace, one)[1] for one in inputs):
            refusals.refuse(f"{name} has no operation here on numbers", "np.logical_and and its kin take numbers too")
        return logical(trace, *inputs)

    return found


def _parts(trace: Trace, x: object) -> tuple[Any, Any]:
    value = _as_traced(trace, x)
    whole = np.trunc(value)
    return np.where(np.isinf(value), 0.0, value - whole), whole


def _as_traced(trace: Trace, value: object) -> Any:
    return wrap(trace, *operands.lift(trace, value))


def _quotients(trace: Trace, x: object, y: object) -> tuple[Any, Any]:
    return plain(trace, np.floor_divide, (x, y)), plain(trace, np.remainder, (x, y))


_and, _or = partial(_joined, AND), partial(_joined, OR)
LOGIC: dict[str, Callable[..., Any] | None] = {
    "add": _or, "maximum": _or, "fmax": _or, "multiply": _and, "minimum": _and, "fmin": _and,
    "subtract": None, "negative": None,
}  # fmt: skip
SPECIAL: dict[str, Callable[..., Any]] = {
    "logical_and": _and, "logical_or": _or, "logical_not": _denied, "logical_xor": _either,
    "bitwise_and": _bits("bitwise_and", _and), "bitwise_or": _bits("bitwise_or", _or),
    "bitwise_xor": _bits("bitwise_xor", _either), "invert": _bits("invert", _denied),
    "matmul": contracting.matmul, "vecdot": contracting.vecdot, "matvec": contracting.matvec,
    "vecmat": contracting.vecmat, "divmod": _quotients, "modf": _parts,
}  # fmt: skip


def last(nodes: Nodes, axis: Axis) -> tuple[Nodes, tuple[int, ...]]:
    """The reduced axes as one behind the others, in C order; and which they are."""
    wanted = range(nodes.ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    axes = tuple(index(k) % nodes.ndim if -nodes.ndim <= index(k) < nodes.ndim else -1 for k in wanted)
    if -1 in axes or len(set(axes)) < len(axes):
        refusals.refuse_shapes(ValueError(f"axis {axis} does not fit an array of {nodes.ndim} axes"))
    kept = [k for k in range(nodes.ndim) if k not in axes]
    length = int(np.prod([nodes.shape[k] for k in axes], dtype=np.int64))
    return nodes.transpose(*kept, *axes).reshape(*(nodes.shape[k] for k in kept), length), axes


def reduce(
    trace: Trace, function: np.ufunc, inputs: Sequence[object], *, axis: Axis = 0, keepdims: bool = False,
    initial: object = None,
) -> Any:  # fmt: skip
    """Operations from left to right in C order of the axes; of maximum and minimum one on all entries."""
    logical = function.__name__ in ("logical_and", "logical_or")
    nodes = (operands.conditions if logical else operands.numbers)(trace, inputs[0])
    flat, axes = last(nodes, axis)
    if initial is not None and initial is not np._NoValue:
        first = np.broadcast_to(operands.numbers(trace, initial), (*flat.shape[:-1], 1))
        flat = np.concatenate([first, flat], axis=-1)
    if flat.shape[-1] == 0:
        if function.identity is None:
            refusals.refuse_shapes(ValueError(f"zero-size array to reduction operation {function.__name__}"))
        flat = np.broadcast_to(operands.lift(trace, function.identity)[0], (*flat.shape[:-1], 1))
    op = ufuncs.reduced(function.__name__)
    found = trace.lists(op, flat) if op else trace.fold(_pair(function), flat)
    return wrap(trace, np.expand_dims(found, axes) if keepdims else found, logical)


def _has_pair(function: np.ufunc) -> bool:
    found = ufuncs.rule_of(function)
    return found is not None and found.pair > 0


def _pair(function: np.ufunc) -> int:
    """The row of a ufunc of two that is one operation."""
    name = function.__name__
    if name in ("logical_and", "logical_or"):
        return AND if name == "logical_and" else OR
    found = ufuncs.rule_of(function)
    if found is None or not found.pair or found.n_inputs != 2 or found.condition:
        refusals.refuse(f"np.{name} over an axis is not traced", "write the loop over numbers")
    return found.pair


def accumulate(trace: Trace, function: np.ufunc, inputs: Sequence[object], *, axis: int = 0) -> Any:
    """The running results along an axis."""
    nodes = np.moveaxis(operands.numbers(trace, inputs[0]), axis, -1)
    op = ufuncs.reduced(function.__name__)
    if op and nodes.size and not _has_pair(function):
        parts = [nodes[..., 0]]
        for k in range(1, nodes.shape[-1]):
            parts.append(trace.lists(op, np.stack([parts[-1], nodes[..., k]], axis=-1)))
        found = np.stack(parts, axis=-1)
    else:
        found = trace.running(_pair(function), nodes) if nodes.size else nodes
    return wrap(trace, np.moveaxis(found, -1, axis).copy())


def outer(trace: Trace, function: np.ufunc, inputs: Sequence[object]) -> Any:
    """Each entry of the first with each of the second."""
    x, y = (operands.numbers(trace, one) for one in inputs)
    return plain(trace, function, (wrap(trace, x.reshape(x.shape + (1,) * y.ndim)), wrap(trace, y)))


def at(trace: Trace, function: np.ufunc, inputs: Sequence[object]) -> None:
    """Entries changed one after the other, repeated places again and again."""
    target, key, *rest = inputs
    key_of: Any = key
    if not isinstance(target, Array):
        refusals.refuse(refusals.OUT, refusals.OUT_INSTEAD)
    places = np.arange(target.size).reshape(target.shape)[key_of]
    given = [np.broadcast_to(operands.numbers(trace, one), places.shape).ravel() for one in rest]
    for k, place in enumerate(places.ravel()):
        at_place = np.unravel_index(place, target.shape)
        more = [Scalar(trace, int(nodes[k])) for nodes in given]
        target[at_place] = plain(trace, function, (target[at_place], *more))


def names() -> list[str]:
    """NumPy's names of the ufuncs that are no row, where this NumPy has them."""
    return [name for name in dir(np) if getattr(getattr(np, name, None), "__name__", "") in SPECIAL and _is_ufunc(name)]


def _is_ufunc(name: str) -> bool:
    return isinstance(getattr(np, name), np.ufunc)


METHODS: dict[str, Callable[..., Any]] = {
    "__call__": plain, "reduce": reduce, "accumulate": accumulate, "outer": outer, "at": at,
}  # fmt: skip
