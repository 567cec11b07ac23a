"""Sparse Jacobians and Hessians: where their entries are, and a program that computes these and nothing else.

Knows places; the pattern and the programs come from C. An entry is left out where no path of operations leads from its
variable to its output, whatever the point.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from symad._core import tapes
from symad.derive import automatic
from symad.errors import InteropError
from symad.formula.expression import Expression, given_symbols

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Places = NDArray[np.intp]


HESSIANS = ("sparse_entries", "sparse_triangle")  # what `entries` calls those of one output


class Structure(NamedTuple):
    """Places of the entries, row by row, columns ascending; a pair of read-only integer arrays."""

    rows: Places
    columns: Places


class Entries(NamedTuple):
    """Places in a matrix of that shape: the entries `which` of the Jacobian of `source`, in its own order.

    `symmetric` tells a Hessian from a Jacobian, `weighted` one of several outputs by weights; `chosen` is whether its
    columns are those of some variables alone.
    """

    structure: Structure
    shape: tuple[int, int]
    source: Expression
    which: Places
    symmetric: bool = False
    weighted: bool = False
    chosen: bool = False

    def program(self, most_nodes: int | None = None) -> Expression:
        """The program with an output for each entry, of which there are some.

        Raises
        ------
        LimitError
            If more nodes than that have to be written.
        """
        handle = self.source.handle.derive(tapes.SPARSE_JACOBIAN, "jacobian", most_nodes)
        return automatic.select(Expression(handle, symbols=given_symbols(self.source)), self.which.tolist())


def name_of(lower: bool, weighted: bool) -> str:
    """What `entries` calls a Hessian."""
    return f"{'weighted' if weighted else 'sparse'}_{'triangle' if lower else 'entries'}"


def entries(expression: Expression, name: str, by: Sequence[int] | None = None) -> Entries:
    """Those of "sparse_jacobian", or of a Hessian: "sparse" or "weighted", "_entries" or "_triangle"."""
    if name == "sparse_jacobian":
        return jacobian(expression, by)
    kind, _, part = name.partition("_")
    return hessian(expression, lower=part == "triangle", weighted=kind == "weighted", by=by)


def jacobian(expression: Expression, by: Sequence[int] | None = None) -> Entries:
    """Entries of the Jacobian, one reverse sweep an output over what it reaches.

    References
    ----------
    Griewank and Walther, Evaluating Derivatives, 2nd ed., 2008, chapter 7.
    """
    rows, columns, which = _of_columns(expression, by)
    order = np.lexsort((columns, rows))
    shape = expression.n_outputs, len(expression.variables) if by is None else len(by)
    return Entries(_structure(rows[order], columns[order]), shape, expression, which[order], chosen=by is not None)


def hessian(expression: Expression, *, lower: bool, weighted: bool, by: Sequence[int] | None = None) -> Entries:
    """Entries of the Hessian, or of its lower triangle: one of each pair is computed.

    `weighted` is for any number of outputs: the inputs are then the variables and one weight an output, as in
    `automatic.vjp`, and the matrix is the weighted sum of the outputs' Hessians.
    """
    n = len(expression.variables) if by is None else len(by)
    slopes = automatic.vjp(expression, by) if weighted else automatic.gradient(expression, by)
    rows, columns, inside = _of_columns(slopes, range(len(expression.variables)) if by is None else by)
    below = np.argsort(columns > rows, kind="stable")  # the lower one of a pair comes first and is kept
    keys = np.maximum(rows, columns) * n + np.minimum(rows, columns)
    keys, first = np.unique(keys[below], return_index=True)
    which = inside[below[first]]
    rows, columns = keys // max(n, 1), keys % max(n, 1)
    if not lower:
        mirrored = np.flatnonzero(rows != columns)
        which = np.concatenate([which, which[mirrored]])
        rows, columns = np.concatenate([rows, columns[mirrored]]), np.concatenate([columns, rows[mirrored]])
        order = np.lexsort((columns, rows))
        rows, columns, which = rows[order], columns[order], which[order]
    made = _structure(rows, columns)
    return Entries(made, (n, n), slopes, which, symmetric=True, weighted=weighted, chosen=by is not None)


def mirrored_hessian(expression: Expression, by: Sequence[int] | None = None) -> Expression:
    """The dense Hessian, n*n outputs row by row; those above the diagonal are those below it."""
    return _mirrored(automatic.gradient(expression, by), by)


def weighted_hessian(expression: Expression, by: Sequence[int] | None = None) -> Expression:
    """The same of the weighted sum of the outputs; inputs are the variables and one weight an output."""
    return _mirrored(automatic.vjp(expression, by), by)


def _mirrored(slopes: Expression, by: Sequence[int] | None) -> Expression:
    n = slopes.n_outputs
    if n == 0:
        return slopes
    rows, columns = np.divmod(np.arange(n * n), n)
    width = len(slopes.variables) if by is None else n
    which = np.maximum(rows, columns) * width + np.minimum(rows, columns)
    return automatic.select(automatic.jacobian(slopes, by), which.tolist())


def to_scipy(entries: Entries, values: Array) -> Any:
    """The matrix at one point as `scipy.sparse.csr_array`.

    Raises
    ------
    InteropError
        If SciPy is not installed.
    """
    try:
        sparse = import_module("scipy.sparse")
    except ImportError as error:
        raise InteropError('matrices of SciPy need it installed: pip install "symad[scipy]"') from error
    rows, columns = entries.structure
    starts = np.searchsorted(rows, np.arange(entries.shape[0] + 1))
    return sparse.csr_array((values, columns.copy(), starts), shape=entries.shape)


def _of_columns(expression: Expression, by: Sequence[int] | None) -> tuple[Places, Places, Places]:
    """Rows, columns counted within `by`, and numbers of the entries of the Jacobian that lie in these columns."""
    rows, columns = _pattern(expression)
    if by is None:
        return rows, columns, np.arange(len(rows))
    place = np.full(len(expression.variables), -1, dtype=np.intp)
    place[list(by)] = np.arange(len(by))
    inside = np.flatnonzero(place[columns] >= 0)
    return rows[inside], place[columns[inside]], inside


def _pattern(expression: Expression) -> Structure:
    starts, columns = expression.handle.pattern()
    rows = np.repeat(np.arange(expression.n_outputs, dtype=np.intp), np.diff(starts))
    return _structure(rows, np.array(columns, dtype=np.intp))


def _structure(rows: Places, columns: Places) -> Structure:
    rows.flags.writeable = columns.flags.writeable = False
    return Structure(rows, columns)
