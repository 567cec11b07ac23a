"""Sums, means, largest entries, differences and selections of traced arrays, made of ufuncs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy

from symad.arrays import calling, operands, refusals
from symad.arrays.tracing import wrap
from symad.formula.ops import row

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from symad.arrays.calling import Axis
    from symad.arrays.recording import Trace

np: Any = numpy  # whose types know no traced arrays


def reduction(function: numpy.ufunc) -> Callable[..., Any]:
    """A function of NumPy that is the reduction of a ufunc."""

    def found(
        trace: Trace, a: object, axis: Axis = None, dtype: Any = None, out: Any = None, keepdims: Any = False,
        initial: object = None, where: Any = True,
    ) -> Any:  # fmt: skip
        options = {"axis": axis, "keepdims": keepdims is True, "initial": initial, "dtype": dtype, "out": out}
        if where is not True and where is not np._NoValue:
            refusals.refuse(f"`where=` of np.{function.__name__} over an axis is not traced",
                            f"np.where(mask, x, {function.identity}) before it")  # fmt: skip
        return calling.ufunc(trace, function, "reduce", (a,), options)

    return found


def running(function: numpy.ufunc) -> Callable[..., Any]:
    """`numpy.cumsum` and `numpy.cumprod`."""

    def found(trace: Trace, a: object, axis: int | None = None, dtype: Any = None, out: Any = None) -> Any:
        x = np.ravel(_traced(trace, a)) if axis is None else a
        options = {"axis": axis or 0, "dtype": dtype, "out": out}
        return calling.ufunc(trace, function, "accumulate", (x,), options)

    return found


def _traced(trace: Trace, value: object) -> Any:
    return wrap(trace, operands.numbers(trace, value))


def _length(x: Any, axis: Axis) -> int:
    """How many entries a sum over the axes has."""
    flat, _ = calling.last(x.nodes_of(), axis)
    return int(flat.shape[-1])


def mean(trace: Trace, a: object, axis: Axis = None, dtype: Any = None, out: Any = None, keepdims: Any = False) -> Any:
    """The sum over its length."""
    x = _traced(trace, a)
    found = np.add.reduce(x, axis=axis, keepdims=keepdims is True, dtype=dtype) / float(_length(x, axis))
    return found if out is None else calling.written(out, found)


def var(
    trace: Trace, a: object, axis: Axis = None, dtype: Any = None, out: Any = None, ddof: float = 0,
    keepdims: Any = False, **_: object,
) -> Any:  # fmt: skip
    """The mean of the squares of the deviations, over n - ddof."""
    x = _traced(trace, a)
    n = _length(x, axis)
    deviation = x - np.add.reduce(x, axis=axis, keepdims=True, dtype=dtype) / float(n)
    found = np.add.reduce(deviation * deviation, axis=axis, keepdims=keepdims is True) / float(n - ddof)
    return found if out is None else calling.written(out, found)


def std(trace: Trace, a: object, axis: Axis = None, dtype: Any = None, out: Any = None, **options: Any) -> Any:
    """The root of `var`."""
    found = np.sqrt(var(trace, a, axis, dtype, **options))
    return found if out is None else calling.written(out, found)


def average(trace: Trace, a: object, axis: Axis = None, weights: Any = None, **options: Any) -> Any:
    """The mean, weighted."""
    if weights is None:
        return mean(trace, a, axis, **options)
    if options:
        refusals.refuse(f"{', '.join(options)} of np.average is not traced", "divide two sums")
    x, w = _traced(trace, a), _traced(trace, weights)
    if x.ndim != w.ndim:
        w = w.reshape([-1 if k == axis % x.ndim else 1 for k in range(x.ndim)])
    total = np.add.reduce(np.multiply(x, w), axis=axis)
    return total / np.add.reduce(np.broadcast_to(w, x.shape), axis=axis)


def ptp(trace: Trace, a: object, axis: Axis = None, out: Any = None, keepdims: Any = False) -> Any:
    """Largest less smallest."""
    x, kept = _traced(trace, a), keepdims is True
    found = np.maximum.reduce(x, axis=axis, keepdims=kept) - np.minimum.reduce(x, axis=axis, keepdims=kept)
    return found if out is None else calling.written(out, found)


def count_nonzero(trace: Trace, a: object, axis: Axis = None, *, keepdims: bool = False) -> Any:
    """How many are not 0."""
    x = wrap(trace, operands.conditions(trace, a), condition=True)
    return np.add.reduce(x, axis=axis, keepdims=keepdims)


def diff(trace: Trace, a: object, n: int = 1, axis: int = -1, prepend: Any = None, append: Any = None) -> Any:
    """Differences of neighbours, n times."""
    x = _traced(trace, a)
    ends = [_traced(trace, one) for one in (prepend, append) if one is not None and one is not np._NoValue]
    if ends:
        refusals.refuse("prepend= and append= of np.diff are not traced", "np.concatenate before it")
    for _ in range(n):
        moved = np.moveaxis(x, axis, -1)
        x = np.moveaxis(moved[..., 1:] - moved[..., :-1], -1, axis)
    return x


def trapezoid(trace: Trace, y: object, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Any:
    """The integral by trapezoids."""
    heights = np.moveaxis(_traced(trace, y), axis, -1)
    if x is None:
        widths = dx
    elif np.ndim(x) == 1:
        widths = x[1:] - x[:-1]
    else:
        widths = np.diff(np.moveaxis(x, axis, -1), axis=-1)
    return np.add.reduce(widths * (heights[..., 1:] + heights[..., :-1]) / 2.0, axis=-1)


def where(trace: Trace, condition: object, x: Any = None, y: Any = None) -> Any:
    """One or the other by a condition; a branch that is not taken contributes nothing."""
    if x is None or y is None:
        refusals.refuse("np.where with a condition alone gives places", refusals.INDEX_INSTEAD)
    (a, first), (b, second) = operands.lift(trace, x), operands.lift(trace, y)
    test = operands.conditions(trace, condition)
    if first and second:
        yes = np.logical_and(wrap(trace, test, condition=True), wrap(trace, a, condition=True))
        no = np.logical_and(np.logical_not(wrap(trace, test, condition=True)), wrap(trace, b, condition=True))
        return np.logical_or(yes, no)
    a, b = (trace.to_numbers(nodes) if flag else nodes for nodes, flag in ((a, first), (b, second)))
    return wrap(trace, _chosen(trace, *operands.broadcast(test, a, b)))


def _chosen(trace: Trace, test: Any, a: Any, b: Any) -> Any:
    """A selection, left out where the condition is a constant: a mask of numbers moves entries."""
    known = (test == trace.true) | (test == trace.false)
    if known.all():
        return np.where(test == trace.true, a, b).astype(np.uint32)
    return trace.select(test, a, b)


def select(trace: Trace, condlist: Sequence[Any], choicelist: Sequence[Any], default: Any = 0) -> Any:
    """The choice of the first condition that holds."""
    found = default
    for condition, choice in reversed(list(zip(condlist, choicelist, strict=True))):
        found = where(trace, condition, choice, found)
    return found


def clip(trace: Trace, a: Any, a_min: Any = None, a_max: Any = None, out: Any = None, **options: Any) -> Any:
    """Entries not below and not above two bounds, in NumPy's two ways of naming these."""
    low, high = (None if one is np._NoValue else one for one in (a_min, a_max))
    low, high = options.pop("min", None) if low is None else low, options.pop("max", None) if high is None else high
    if options:
        refusals.refuse(f"{next(iter(options))}= of np.clip is not traced", "np.minimum(np.maximum(x, low), high)")
    found = a if low is None else np.maximum(a, low)
    found = found if high is None else np.minimum(found, high)
    return found if out is None else calling.written(out, found)


def sinc(trace: Trace, x: object) -> Any:
    """``sin(pi*x)/(pi*x)``, 1 at 0."""
    nodes = operands.numbers(trace, np.multiply(_traced(trace, x), np.pi))
    return wrap(trace, trace.apply(row("SINC").number, [nodes]))


def round_(trace: Trace, a: object, decimals: int = 0, out: Any = None) -> Any:
    """To so many decimals, halves to even."""
    x, scale = _traced(trace, a), 10.0 ** abs(decimals)
    scaled = x * scale if decimals > 0 else x / scale if decimals < 0 else x
    whole = np.rint(scaled)
    found = whole / scale if decimals > 0 else whole * scale if decimals < 0 else whole
    return found if out is None else calling.written(out, found)


def nan_reduction(function: numpy.ufunc) -> Callable[..., Any]:
    """`numpy.nansum` and `numpy.nanprod`: what is nan counts as nothing."""

    def found(trace: Trace, a: object, axis: Axis = None, keepdims: Any = False) -> Any:
        x = _traced(trace, a)
        some = np.where(np.isnan(x), float(function.identity), x)
        return function.reduce(some, axis=axis, keepdims=keepdims is True)

    return found


def correlate(trace: Trace, a: object, v: object, mode: str = "valid") -> Any:
    """`numpy.correlate` of two vectors."""
    x, y = (np.atleast_1d(_traced(trace, one)) for one in (a, v))
    if len(y) > len(x):
        return correlate(trace, y, x, mode)[::-1]
    return convolve(trace, x, y[::-1], mode)


def polyval(trace: Trace, p: Any, x: Any) -> Any:
    """A polynomial by Horner's rule, the highest power first."""
    found = np.zeros_like(_traced(trace, x))
    for k in range(len(p)):
        found = found * x + p[k]
    return found


def cross(trace: Trace, a: Any, b: Any, axis: int = -1, **options: Any) -> Any:
    """The product of vectors of three numbers."""
    x, y = (np.moveaxis(_traced(trace, one), axis, -1) for one in (a, b))
    if x.shape[-1] != 3 or y.shape[-1] != 3 or options:
        refusals.refuse("np.cross is traced for vectors of three numbers", "write its formula")
    parts = [x[..., i] * y[..., j] - x[..., j] * y[..., i] for i, j in ((1, 2), (2, 0), (0, 1))]
    return np.stack(parts, axis=axis)


def kron(trace: Trace, a: object, b: object) -> Any:
    """The product of Kronecker, for arrays of as many axes."""
    x, y = _traced(trace, a), _traced(trace, b)
    n = max(x.ndim, y.ndim)
    x, y = (one.reshape((1,) * (n - one.ndim) + one.shape) for one in (x, y))
    left = x.reshape([length for size in x.shape for length in (size, 1)])
    right = y.reshape([length for size in y.shape for length in (1, size)])
    return np.multiply(left, right).reshape([p * q for p, q in zip(x.shape, y.shape, strict=True)])


def convolve(trace: Trace, a: object, v: object, mode: str = "full") -> Any:
    """`numpy.convolve` of two vectors, sums in the order of the first."""
    x, y = (np.atleast_1d(_traced(trace, one)) for one in (a, v))
    if x.ndim > 1 or y.ndim > 1:
        refusals.refuse_shapes(ValueError("object too deep for desired array: np.convolve takes vectors"))
    if len(y) > len(x):
        x, y = y, x
    n, m = len(x), len(y)
    ranges = ((max(0, k - m + 1), min(n, k + 1)) for k in range(n + m - 1))
    sums = [x[low:high] @ y[k - high + 1 : k - low + 1][::-1] for k, (low, high) in enumerate(ranges)]
    start, stop = {"full": (0, n + m - 1), "same": ((m - 1) // 2, (m - 1) // 2 + n), "valid": (m - 1, n)}[mode]
    return np.stack(sums[start:stop])
