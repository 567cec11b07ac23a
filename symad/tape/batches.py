"""Runs a program over rows of points: shapes to two-dimensional blocks, and rows to threads. Knows no formula."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from symad.errors import ShapeError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TypeAlias

    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Runner: TypeAlias = Callable[[Sequence[Array], Sequence[Array]], object]

LEAST_ROWS = 64  # a thread gets: fewer cost more to hand over than to run


def rows(array: Array) -> Array:
    """The leading axes made one: (..., k) to (n, k); a view where the strides allow whole numbers of doubles."""
    array = array if array.flags.aligned else array.copy()
    return array.reshape(prod(array.shape[:-1]), array.shape[-1])  # -1 cannot be guessed where k is 0


def result(out: Array | None, shape: tuple[int, ...], what: str) -> Array:
    """The array to write a result into: the caller's if it fits, else a new one.

    Raises
    ------
    ShapeError
        If `out` is no writable float64 array of this shape.
    """
    if out is None:
        return np.empty(shape)
    if is_block(out) and out.flags.writeable and out.shape == shape:
        return out
    came = f"{out.dtype} {out.shape}" if hasattr(out, "dtype") else type(out).__name__
    raise ShapeError(f"out for the {what} must be a writable float64 array of shape {shape}, not {came}")


def is_block(array: object) -> bool:
    """Whether C can read it as it is."""
    return isinstance(array, np.ndarray) and array.dtype == np.float64 and array.dtype.isnative and array.flags.aligned


def run(runner: Runner, inputs: Sequence[Array], outputs: Sequence[Array], threads: int = 1) -> None:
    """Evaluate blocks of rows (n, k), on that many threads at most; the result does not depend on their number."""
    n = len(outputs[0])
    pieces = max(1, min(threads, n // LEAST_ROWS))
    if pieces == 1:
        runner(inputs, outputs)
        return
    borders = [n * k // pieces for k in range(pieces + 1)]
    spans = [slice(*pair) for pair in pairwise(borders)]
    with ThreadPoolExecutor(pieces) as pool:
        list(pool.map(lambda span: runner([a[span] for a in inputs], [a[span] for a in outputs]), spans))


def evaluate(runner: Runner, inputs: Sequence[Array], outputs: Sequence[tuple[Array, int]], threads: int = 1) -> None:
    """As `run`, for arrays with any leading axes, the same in all; each output with its number of columns.

    Outputs may lie over inputs: a point is read before its memory is written.
    """
    n = prod(inputs[0].shape[:-1])
    blocks = [array.reshape(n, columns) for array, columns in outputs]
    given = [rows(array) for array in inputs]
    given = [a.copy() if any(np.may_share_memory(a, block) for block in blocks) else a for a in given]
    run(runner, given, blocks, threads)
    for (array, _), block in zip(outputs, blocks, strict=True):
        if not np.may_share_memory(array, block):  # its strides could not be made rows
            array[...] = block.reshape(array.shape)
