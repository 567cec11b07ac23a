"""Data of an objective: arrays by name with one row a point, from mappings, data frames and structured arrays.

Imports no library of frames. Views stay views: nothing is copied that C can read as it lies.
"""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from symad.errors import ShapeError
from symad.formula.names import hint, listed
from symad.tape import batches

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Table:
    """Arrays over the same rows.

    Attributes
    ----------
    columns : dict of str to array
        ``(n_rows, ...)``; what follows the first axis is the shape of one row.
    n_rows : int
    """

    columns: Mapping[str, Array]
    n_rows: int

    @classmethod
    def read(cls, data: Any, wanted: Iterable[str]) -> Table:
        """These columns of a mapping, a data frame or a structured array; others are left where they are.

        Raises
        ------
        ShapeError
            If a column is missing, holds no real numbers, or the numbers of rows differ.
        """
        there = names_of(data)
        columns: dict[str, Array] = {}
        for name in wanted:
            if name not in there:
                raise ShapeError(f"the data have no column `{name}`{nearest(name, there)}")
            columns[name] = column(data[name], name)
        lengths = {name: len(values) for name, values in columns.items()}
        for name, length in lengths.items():
            first, n = next(iter(lengths.items()))
            if length != n:
                raise ShapeError(f"{first} has {n} rows, {name} has {length}")
        return cls(columns, next(iter(lengths.values()), _rows_of(data)))

    def blocks(self, names: Sequence[str]) -> list[Array]:
        """Columns as blocks (n_rows, k) in this order."""
        return [block(self.columns[name]) for name in names]


def names_of(data: Any) -> list[str]:
    """Names of the columns.

    Raises
    ------
    ShapeError
        If there are none.
    """
    if isinstance(data, np.ndarray) and data.dtype.names:
        return list(data.dtype.names)
    if hasattr(data, "keys"):
        return [str(name) for name in data.keys()]  # noqa: SIM118  # a frame iterates over something else, maybe
    if hasattr(data, "columns"):
        return [str(name) for name in data.columns]
    came = f"an array of shape {data.shape}" if hasattr(data, "shape") else type(data).__name__
    raise ShapeError(f'data are arrays by name, as {{"x": x, "y": y}} or a data frame; this is {came}')


def _rows_of(data: Any) -> int:
    """How many rows there are where no column is read."""
    if isinstance(data, np.ndarray) or hasattr(data, "columns"):
        return len(data)
    return len(next(iter(data.values()))) if len(data) else 0


def nearest(name: str, there: Iterable[str]) -> str:
    """Part of a message: the name that was meant, or the names that there are."""
    known = list(there)
    return hint(name, known, "`") or f"; there are: {listed(known)}"


def column(values: Any, name: str) -> Array:
    """One column as float64, a view where it is that already.

    Raises
    ------
    ShapeError
        If it holds no real numbers or has no rows.
    """
    array = values.to_numpy() if hasattr(values, "to_numpy") else np.asarray(values)
    if array.dtype.kind not in "fiub":
        raise ShapeError(f"{name} must hold real numbers, not {array.dtype}")
    if array.ndim == 0:
        raise ShapeError(f"{name} is one number: an array with a row a point is needed; a parameter is no data")
    array = array.astype(np.float64, copy=False)
    whole = batches.is_block(array) and not any(stride % array.itemsize for stride in array.strides)
    return array if whole else np.ascontiguousarray(array, dtype=np.float64)


def block(array: Array) -> Array:
    """(n, ...) as (n, k), a view where the strides allow it."""
    return array.reshape(len(array), int(np.prod(array.shape[1:], dtype=np.int64)))


def chosen(rows: Any, n: int) -> slice | NDArray[np.intp]:
    """Which rows: a slice, or indices that are checked. A mask is its indices.

    Raises
    ------
    ShapeError
        If an index is none of a row.
    """
    if isinstance(rows, slice):
        return rows
    found = np.asarray(rows)
    if found.dtype == np.bool_:
        if found.shape != (n,):
            raise ShapeError(f"`rows` is a mask of shape {found.shape}, there are {n} rows")
        return np.flatnonzero(found)
    if found.ndim != 1 or (found.dtype.kind not in "iu" and found.size):
        raise ShapeError(f"`rows` is a slice or a list of indices, not {found.dtype} of shape {found.shape}")
    found = found.astype(np.intp, copy=False)
    if found.size and not -n <= found.min() <= found.max() < n:
        odd = operator.index(found.max() if found.max() >= n else found.min())
        raise ShapeError(f"`rows` goes to {odd}, there are {n} rows")
    return found


def take(blocks: Sequence[Array], rows: slice | NDArray[np.intp]) -> list[Array]:
    """The chosen rows of blocks: views for a slice, copies for indices."""
    if isinstance(rows, slice):
        return [one[rows] for one in blocks]
    return [one.take(rows, axis=0) for one in blocks]
