"""Products summed over axes: matrix products, einsum and their kin; sums go from left to right."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from symad.arrays import operands, refusals
from symad.arrays.recording import ADD, MUL
from symad.arrays.tracing import wrap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from symad.arrays.recording import Trace

    Nodes = NDArray[np.uint32]


def _dots(trace: Trace, x: Nodes, y: Nodes) -> Any:
    """Sums over the last axes, which are of one length; the axes before broadcast."""
    try:
        np.broadcast_shapes(x.shape[:-1], y.shape[:-1])
    except ValueError as error:
        refusals.refuse_shapes(error)
    return wrap(trace, trace.dots(x, y))


def _fitting(name: str, x: Nodes, y: Nodes, k: int, m: int) -> None:
    if k != m:
        words = f"{name}: shapes {x.shape} and {y.shape} do not fit: {k} (of the first) != {m} (of the second)"
        refusals.refuse_shapes(ValueError(words))


def _matrix(name: str, nodes: Nodes) -> None:
    if nodes.ndim < 2:
        refusals.refuse_shapes(ValueError(f"{name}: shape {nodes.shape} is no matrix"))


def matmul(trace: Trace, x: object, y: object) -> Any:
    """``x @ y``."""
    a, b = operands.numbers(trace, x), operands.numbers(trace, y)
    if a.ndim == 0 or b.ndim == 0:
        refusals.refuse_shapes(ValueError("matmul: a number has no axis to sum over; use *"))
    flat = b if b.ndim == 1 else np.swapaxes(b, -1, -2)
    _fitting("matmul", a, b, a.shape[-1], flat.shape[-1])
    if a.ndim == 1 or b.ndim == 1:
        return _dots(trace, a, flat)
    return _dots(trace, a[..., :, None, :], flat[..., None, :, :])


def vecdot(trace: Trace, x: object, y: object) -> Any:
    """Products of vectors along the last axes."""
    a, b = operands.numbers(trace, x), operands.numbers(trace, y)
    _fitting("vecdot", a, b, a.shape[-1], b.shape[-1])
    return _dots(trace, a, b)


def matvec(trace: Trace, x: object, y: object) -> Any:
    """Stacks of matrices times stacks of vectors."""
    a, b = operands.numbers(trace, x), operands.numbers(trace, y)
    _matrix("matvec", a)
    _fitting("matvec", a, b, a.shape[-1], b.shape[-1])
    return _dots(trace, a, b[..., None, :])


def vecmat(trace: Trace, x: object, y: object) -> Any:
    """Stacks of vectors times stacks of matrices."""
    a, b = operands.numbers(trace, x), operands.numbers(trace, y)
    _matrix("vecmat", b)
    _fitting("vecmat", a, b, a.shape[-1], b.shape[-2])
    return _dots(trace, a[..., None, :], np.swapaxes(b, -1, -2))


def dot(trace: Trace, a: object, b: object) -> Any:
    """`numpy.dot`: a sum over the last axis of the first and the last but one of the second."""
    x, y = operands.numbers(trace, a), operands.numbers(trace, b)
    if x.ndim == 0 or y.ndim == 0:
        return np.multiply(wrap(trace, x), wrap(trace, y))
    flat = y if y.ndim == 1 else np.swapaxes(y, -1, -2)
    _fitting("dot", x, y, x.shape[-1], flat.shape[-1])
    return _dots(trace, x.reshape(x.shape[:-1] + (1,) * (flat.ndim - 1) + x.shape[-1:]), flat)


def inner(trace: Trace, a: object, b: object) -> Any:
    """`numpy.inner`: sums over the last axes of both."""
    x, y = operands.numbers(trace, a), operands.numbers(trace, b)
    if x.ndim == 0 or y.ndim == 0:
        return np.multiply(wrap(trace, x), wrap(trace, y))
    _fitting("inner", x, y, x.shape[-1], y.shape[-1])
    return _dots(trace, x.reshape(x.shape[:-1] + (1,) * (y.ndim - 1) + x.shape[-1:]), y)


def vdot(trace: Trace, a: object, b: object) -> Any:
    """`numpy.vdot`: both read as vectors."""
    x, y = operands.numbers(trace, a).ravel(), operands.numbers(trace, b).ravel()
    _fitting("vdot", x, y, x.size, y.size)
    return _dots(trace, x, y)


def outer(trace: Trace, a: object, b: object) -> Any:
    """`numpy.outer`: both read as vectors."""
    x, y = operands.numbers(trace, a).ravel(), operands.numbers(trace, b).ravel()
    return wrap(trace, trace.apply(MUL, operands.broadcast(x[:, None], y)))


def tensordot(trace: Trace, a: object, b: object, axes: Any = 2) -> Any:
    """`numpy.tensordot`."""
    x, y = operands.numbers(trace, a), operands.numbers(trace, b)
    if isinstance(axes, int | np.integer):
        axes = (list(range(x.ndim - axes, x.ndim)), list(range(axes)))
    first, second = (
        np.atleast_1d(np.asarray(one, int)) % max(1, n) for one, n in zip(axes, (x.ndim, y.ndim), strict=True)
    )
    if [x.shape[k] for k in first] != [y.shape[k] for k in second]:
        refusals.refuse_shapes(ValueError(f"tensordot: shapes {x.shape} and {y.shape} do not fit over these axes"))
    kept = [k for k in range(x.ndim) if k not in first], [k for k in range(y.ndim) if k not in second]
    length = prod(x.shape[k] for k in first)
    left = x.transpose(*kept[0], *first).reshape(*(x.shape[k] for k in kept[0]), *(1 for _ in kept[1]), length)
    right = y.transpose(*kept[1], *second).reshape(*(y.shape[k] for k in kept[1]), length)
    return _dots(trace, left, right)


def einsum(trace: Trace, subscripts: Any, *arrays: object, optimize: object = False) -> Any:
    """`numpy.einsum` with a text of subscripts: factors from left to right, sums over what is left out."""
    if not isinstance(subscripts, str) or "." in subscripts:
        refusals.refuse("this form of np.einsum is not traced", "write all subscripts as letters: 'ij,jk->ik'")
    inputs, arrow, output = subscripts.replace(" ", "").partition("->")
    terms = inputs.split(",")
    if not arrow:
        output = "".join(sorted(c for c in set(inputs) - {","} if inputs.count(c) == 1))
    nodes = [operands.numbers(trace, one) for one in arrays]
    factors, sizes = _factors(terms, nodes)
    summed = [c for c in dict.fromkeys("".join(terms)) if c not in output]
    order = [*output, *summed]
    parts = [_placed(term, part, order) for term, part in factors]
    shape, n_kept = tuple(sizes[c] for c in order), len(output)
    flat = [np.broadcast_to(part, shape).reshape(*shape[:n_kept], -1) for part in parts]
    product = flat[0]
    for part in flat[1:-1]:
        product = trace.apply(MUL, [product, part])
    if len(flat) > 1 and summed:
        return _dots(trace, product, flat[-1])
    if len(flat) > 1:
        return wrap(trace, trace.apply(MUL, [product, flat[-1]])[..., 0])
    return wrap(trace, trace.fold(ADD, product) if product.shape[-1] else np.zeros(product.shape[:-1], np.uint32))


def _factors(terms: Sequence[str], nodes: Sequence[Nodes]) -> tuple[list[tuple[str, Nodes]], dict[str, int]]:
    """Each factor without repeated subscripts, whose diagonal is taken; and the length of each subscript."""
    found, sizes = [], dict[str, int]()
    if len(terms) != len(nodes):
        refusals.refuse_shapes(ValueError(f"einsum: {len(terms)} terms for {len(nodes)} arrays"))
    for term, part in zip(terms, nodes, strict=True):
        if len(term) != part.ndim:
            refusals.refuse_shapes(ValueError(f"einsum: {term!r} for an array of shape {part.shape}"))
        once = "".join(dict.fromkeys(term))
        part = np.einsum(f"{term}->{once}", part) if once != term else part
        for letter, length in zip(once, part.shape, strict=True):
            if sizes.setdefault(letter, length) not in (length, 1) and length != 1:
                refusals.refuse_shapes(ValueError(f"einsum: {letter!r} is {sizes[letter]} and {length} long"))
            sizes[letter] = max(sizes[letter], length)
        found.append((once, part))
    return found, sizes


def _placed(term: str, nodes: Nodes, order: Sequence[str]) -> Nodes:
    """Axes in this order, of length 1 where the term has none."""
    moved = nodes.transpose([term.index(c) for c in order if c in term])
    shape = iter(moved.shape)
    return moved.reshape([next(shape) if c in term else 1 for c in order])
