"""Linear algebra of fixed size: norms, and elimination without pivoting, written out as operations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy

from symad.arrays import calling, operands, refusals
from symad.arrays.tracing import wrap
from symad.formula.ops import row

if TYPE_CHECKING:
    from symad.arrays.calling import Axis
    from symad.arrays.recording import Trace

np: Any = numpy  # whose types know no traced arrays
NORM = row("NORM").number


def _traced(trace: Trace, value: object) -> Any:
    return wrap(trace, operands.numbers(trace, value))


def _length(trace: Trace, x: Any, axis: Axis, keepdims: bool) -> Any:
    """The root of the sum of squares, as one operation without overflow on the way."""
    flat, axes = calling.last(x.nodes_of(), axis)
    found = trace.lists(NORM, flat) if flat.shape[-1] else np.zeros(flat.shape[:-1], np.uint32)
    return wrap(trace, np.expand_dims(found, axes) if keepdims else found)


def norm(trace: Trace, x: object, ord: Any = None, axis: Axis = None, keepdims: bool = False) -> Any:  # noqa: A002  # NumPy's name
    """`numpy.linalg.norm` of vectors (2, 1, inf, -inf, p) and of matrices (Frobenius, 1, inf)."""
    v = _traced(trace, x)
    axes = axis if isinstance(axis, tuple) else tuple(range(v.ndim)) if axis is None else (axis,)
    if ord is None or (len(axes) == 2 and ord == "fro") or (len(axes) == 1 and ord == 2):
        return _length(trace, v, axes, keepdims)
    if len(axes) == 1:
        return _vector_norm(v, ord, axes, keepdims)
    if len(axes) != 2 or ord not in (1, -1, np.inf, -np.inf):
        refusals.refuse(
            f"np.linalg.norm of order {ord!r} is not traced", "orders that are: None, 'fro', 1, inf; 2 of vectors"
        )
    rows, columns = (k % v.ndim for k in axes)
    first, second = (rows, columns) if abs(ord) == 1 else (columns, rows)
    sums = np.add.reduce(np.absolute(v), axis=first, keepdims=True)
    found = (np.maximum if ord > 0 else np.minimum).reduce(sums, axis=second, keepdims=True)
    return found if keepdims else np.reshape(found, [n for k, n in enumerate(v.shape) if k not in (rows, columns)])[()]


def vector_norm(trace: Trace, x: Any, *, axis: Axis = None, keepdims: bool = False, ord: Any = 2) -> Any:  # noqa: A002  # NumPy's name
    """`numpy.linalg.vector_norm`."""
    if axis is not None:
        return norm(trace, x, ord, axis, keepdims)
    found = norm(trace, np.ravel(x), ord)
    return np.reshape(found, (1,) * np.ndim(x)) if keepdims else found


def matrix_norm(trace: Trace, x: Any, *, keepdims: bool = False, ord: Any = "fro") -> Any:  # noqa: A002  # NumPy's name
    """`numpy.linalg.matrix_norm`."""
    return norm(trace, x, ord, (-2, -1), keepdims)


def _vector_norm(v: Any, order: Any, axis: Axis, keepdims: bool) -> Any:
    if not isinstance(order, int | float) or order == 0:
        refusals.refuse(f"np.linalg.norm of order {order!r} is not traced", "it has no slope, or is no norm of vectors")
    size, options = np.absolute(v), {"axis": axis, "keepdims": keepdims}
    if abs(order) == np.inf:
        return (np.maximum if order > 0 else np.minimum).reduce(size, **options)
    if order == 1:
        return np.add.reduce(size, **options)
    return np.add.reduce(size**order, **options) ** (1.0 / order)


def _square(trace: Trace, a: object, name: str) -> Any:
    x = np.copy(_traced(trace, a))
    if x.ndim != 2 or x.shape[0] != x.shape[1]:
        refusals.refuse_shapes(ValueError(f"np.linalg.{name} is traced for one square matrix, not for shape {x.shape}"))
    return x


def _eliminate(a: Any, b: Any) -> None:
    """Makes a upper triangular in place, without pivoting, and does the same to the rows of b."""
    for k in range(len(a) - 1):
        factors = a[k + 1 :, k] / a[k, k]
        a[k + 1 :, k + 1 :] -= factors[:, None] * a[k, k + 1 :]
        if b is not None:
            b[k + 1 :] -= factors[:, None] * b[k]


def solve(trace: Trace, a: object, b: object) -> Any:
    """`numpy.linalg.solve` by elimination without pivoting: for matrices whose leading minors are far from 0."""
    x, right = _square(trace, a, "solve"), np.copy(_traced(trace, b))
    if right.ndim not in (1, 2) or len(right) != len(x):
        refusals.refuse_shapes(ValueError(f"np.linalg.solve: shapes {x.shape} and {right.shape} do not fit"))
    columns = right[:, None] if right.ndim == 1 else right
    _eliminate(x, columns)
    for k in range(len(x) - 1, -1, -1):
        if k + 1 < len(x):
            columns[k] = columns[k] - x[k, k + 1 :] @ columns[k + 1 :]
        columns[k] = columns[k] / x[k, k]
    return right


def inv(trace: Trace, a: object) -> Any:
    """`numpy.linalg.inv`, as `solve`."""
    x = _square(trace, a, "inv")
    return solve(trace, x, np.eye(len(x)))


def det(trace: Trace, a: object) -> Any:
    """`numpy.linalg.det`: the product of the pivots of `solve`."""
    x = _square(trace, a, "det")
    _eliminate(x, None)
    return np.multiply.reduce(np.diagonal(x))


def slogdet(trace: Trace, a: object) -> tuple[Any, Any]:
    """`numpy.linalg.slogdet`: the signs and the logarithms of the pivots of `solve`."""
    x = _square(trace, a, "slogdet")
    _eliminate(x, None)
    pivots = np.diagonal(x)
    return np.multiply.reduce(np.sign(pivots)), np.add.reduce(np.log(np.absolute(pivots)))


def cholesky(trace: Trace, a: object) -> Any:
    """`numpy.linalg.cholesky`: the lower triangle, which alone is read."""
    x = _square(trace, a, "cholesky")
    found = np.zeros_like(x)
    for k in range(len(x)):
        column = x[k:, k] - found[k:, :k] @ found[k, :k] if k else x[:, 0]
        found[k, k] = np.sqrt(column[0])
        found[k + 1 :, k] = column[1:] / found[k, k]
    return found


def matrix_power(trace: Trace, a: object, n: int) -> Any:
    """`numpy.linalg.matrix_power` by squaring."""
    x = _square(trace, a, "matrix_power")
    if n < 0:
        x, n = inv(trace, x), -n
    found, square = None, x
    while n > 0:
        if n & 1:
            found = square if found is None else found @ square
        n >>= 1
        square = square @ square if n else square
    return _traced(trace, np.eye(len(x))) if found is None else found


def multi_dot(trace: Trace, arrays: Any, **_: object) -> Any:
    """`numpy.linalg.multi_dot`, from left to right."""
    found = _traced(trace, arrays[0])
    for array in arrays[1:]:
        found = found @ array
    return found


def trace_of(trace: Trace, a: object, offset: int = 0, axis1: int = 0, axis2: int = 1, **options: Any) -> Any:
    """`numpy.trace`."""
    return np.add.reduce(np.diagonal(_traced(trace, a), offset, axis1, axis2), axis=-1, **options)
