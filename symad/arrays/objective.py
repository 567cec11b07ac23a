"""`symad.objective`: a row's formula summed over data, with slopes by its parameters; every number comes from C."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np

from symad._core import rows as core
from symad.arrays import row as rows_of
from symad.arrays import tables
from symad.arrays.row import Pending, Row
from symad.arrays.tables import Table
from symad.errors import ExpressionError, ShapeError
from symad.formula.expression import Expression
from symad.formula.given import expression_of
from symad.tape import batches

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from os import PathLike

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

MOST_DENSE = 2000  # parameters, for a matrix of all pairs: 32 MB
REDUCE = {"sum": 0, "mean": core.MEAN}


class Objective:
    """The sum of a formula over rows of data, as a function of its parameters; made by `symad.objective`.

    Parameters are a vector ``(n_parameters,)`` in the order of `names`, or have their own structure: a dict by name for
    a formula, what a function takes for a function. Derivatives come back in the form that the parameters had. The
    first call of an objective of a function brings the structure; vectors are understood from then on.

    Every call takes ``rows=`` (a slice, or indices; a mask is its indices) for a part of the rows, and ``threads=``.
    Rows are added in an order that depends on their number alone, so that threads and machines give the same bits
    (``csrc/include/symad_rows.h`` says which); the same rows in another order may differ in the last ones.

    Examples
    --------
    >>> import numpy as np, symad
    >>> t = np.array([0.0, 1.0, 2.0])
    >>> fit = symad.objective("a*exp(-b*t) - y", data={"t": t, "y": 2*np.exp(-t)}, residual=True)
    >>> fit.names
    ('a', 'b')
    >>> value, gradient = fit.value_and_gradient([3.0, 0.0])
    >>> float(value), gradient.tolist()
    (6.788..., [5.993..., -23.168...])
    """

    def __init__(self, row: Row | Pending, table: Table, weights: Array | None, flags: int) -> None:
        self._row, self._table, self._weights, self._flags = row, table, weights, flags
        self._kept: dict[bool, list[Array]] = {}

    def __repr__(self) -> str:
        known = f"{len(self._row.names)} parameters" if isinstance(self._row, Row) else "parameters yet to come"
        return f"<Objective of {known} over {self.n_rows} rows>"

    @property
    def n_rows(self) -> int:
        """Number of rows of the data."""
        return self._table.n_rows

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the parameters in the order of a vector."""
        return self._known().names

    @property
    def expression(self) -> Expression:
        """The formula of one row."""
        return self._known().expression

    def flatten(self, params: Any) -> Array:
        """Parameters in their structure as a vector: arguments in their order, C order within each."""
        return self._known(params).flatten(params)

    def unflatten(self, p: Array) -> Any:
        """A vector in the structure of the parameters."""
        row = self._known()
        return row.unflatten(row.vector(p))

    def value(self, p: Any, *, rows: Any = None, threads: int = 1) -> np.float64:
        """The objective."""
        value: np.float64 = self._results(core.VALUE, p, None, rows, threads)[0][0]
        return value

    def gradient(self, p: Any, *, rows: Any = None, threads: int = 1) -> Any:
        """Its gradient."""
        return self.value_and_gradient(p, rows=rows, threads=threads)[1]

    def value_and_gradient(self, p: Any, *, out: Array | None = None, rows: Any = None, threads: int = 1) -> Any:
        """The pair from one evaluation.

        Parameters
        ----------
        p : (n_parameters,) array-like, or parameters in their structure
        out : (n_parameters,) float64 array, optional
            The gradient is written there and returned.
        rows : slice or integer array, optional
        threads : int
        """
        found, give = self._results(core.VALUE_AND_GRADIENT, p, None, rows, threads)
        if out is None:
            return found[0], give(found[1:])
        batches.result(out, (len(found) - 1,), "gradient")[...] = found[1:]
        return found[0], out

    def hvp(self, p: Any, v: Any, *, rows: Any = None, threads: int = 1) -> Any:
        """The Hessian times a direction, which has the form of the parameters; no matrix is made."""
        found, give = self._results(core.HVP, p, v, rows, threads)
        return give(found)

    def gauss_newton_product(self, p: Any, v: Any, *, rows: Any = None, threads: int = 1) -> Any:
        """``J'J v`` for residuals; no matrix is made."""
        self._need_residuals("gauss_newton_product")
        found, give = self._results(core.GAUSS_NEWTON_PRODUCT, p, v, rows, threads)
        return give(found)

    def hessian(self, p: Any, *, rows: Any = None, threads: int = 1) -> Array:
        """The Hessian ``(n_parameters, n_parameters)``, one product a column.

        Raises
        ------
        ExpressionError
            Beyond 2,000 parameters: use `hvp`.
        """
        n = self._dense("hessian", "hvp", p)
        flat, _ = self._known(p).read(p)
        columns = [self._results(core.HVP, flat, unit, rows, threads)[0] for unit in np.eye(n)]
        found = np.array(columns)
        return np.triu(found) + np.triu(found, 1).T

    def gauss_newton(self, p: Any, *, rows: Any = None, threads: int = 1) -> tuple[np.float64, Array, Array]:
        """``(r'r/2, J'r, J'J)`` of residuals r with the Jacobian J, with weights ``r'Wr/2`` and so on.

        Raises
        ------
        ExpressionError
            If the rows give no residuals, there is a penalty, or beyond 2,000 parameters.
        """
        self._need_residuals("gauss_newton")
        n = self._dense("gauss_newton", "gauss_newton_product", p)
        found, _ = self._results(core.GAUSS_NEWTON, p, None, rows, threads)
        square = np.empty((n, n))
        upper = np.triu_indices(n)
        square[upper] = square.T[upper] = found[1 + n :]
        return found[0], found[1 : 1 + n], square

    def residuals(self, p: Any, *, rows: Any = None) -> Array:
        """Residuals ``(n_rows*m,)`` of all rows, times the square root of the weight where there are weights."""
        self._need_residuals("residuals")
        found = self._each(core.EACH, p, rows)
        return (found if (w := self._weight(rows)) is None else found * np.sqrt(w)[:, None]).ravel()

    def jacobian(self, p: Any, *, rows: Any = None) -> Array:
        """Slopes of `residuals` by the parameters, ``(n_rows*m, n_parameters)``."""
        self._need_residuals("jacobian")
        found = self._each(core.EACH_JACOBIAN, p, rows)
        if (w := self._weight(rows)) is not None:
            found *= np.sqrt(w)[:, None]
        return found.reshape(-1, len(self._known(p).names))

    def row_values(self, p: Any, *, rows: Any = None) -> Array:
        """What each row adds to the sum, ``(n_rows,)``: says which row is nan."""
        found = self._each(core.EACH, p, rows)
        if self._flags & core.RESIDUALS:
            found = (found**2).sum(axis=1, keepdims=True) / 2
        return found[:, 0] if (w := self._weight(rows)) is None else found[:, 0] * w

    def row_gradients(self, p: Any, *, rows: Any = None) -> Array:
        """Gradients of `row_values`, ``(n_rows, n_parameters)``."""
        slopes = self._each(core.EACH_JACOBIAN, p, rows)
        n = len(self._known(p).names)
        slopes = slopes.reshape(len(slopes), -1, n)
        if self._flags & core.RESIDUALS:
            slopes = np.einsum("im,imn->in", self._each(core.EACH, p, rows), slopes)[:, None]
        return slopes[:, 0] if (w := self._weight(rows)) is None else slopes[:, 0] * w[:, None]

    def bind(self, p: Array, *, out: tuple[Array, Array], rows: Any = None) -> Callable[[], object]:
        """A call tied to these arrays: reads `p`, writes value and gradient into `out`, checks nothing any more.

        Parameters
        ----------
        p : (n_parameters,) float64 array
        out : pair of float64 arrays
            ``()`` for the value and ``(n_parameters,)`` for the gradient.
        rows : slice or integer array, optional

        Returns
        -------
        callable
            Without arguments; its work memory is its own, so it is not to be shared between threads.
        """
        row = self._known(p)
        if not batches.is_block(p) or p.shape != (len(row.names),):
            raise ShapeError(f"bind needs a float64 array of shape ({len(row.names)},)")
        value = batches.result(out[0], (), "value")
        gradient = batches.result(out[1], p.shape, "gradient")
        blocks, n = self._blocks(row, rows, weights=True)
        program = row.program(core.VALUE_AND_GRADIENT, self._flags, self._columns(row))
        return program.bind(p, blocks, n, value, gradient)

    def sizes(self) -> dict[str, int]:
        """What value and gradient take: instructions a row, and once a call before and after the rows; numbers that
        are handed to rows (uniforms) and added up (sums)."""
        row = self._known()
        size = self._program(row, core.VALUE_AND_GRADIENT).size
        return {"a row": size.n_instructions, "before": size.n_before, "after": size.n_after,
                "uniforms": size.n_uniforms, "sums": size.n_sums}  # fmt: skip

    def to_c(self, path: str | PathLike[str] | None = None, **options: Any) -> str:
        """One C99 file with functions over rows of the same data, and the same bits; also written to `path`.

        `options` are name, and outputs, of {"value", "gradient", "hvp", "gauss_newton", "gauss_newton_product"}.
        """
        from symad.arrays.exporting import c_of_row

        return c_of_row(self._known(), self._flags, path, **options)

    def with_data(self, data: Any, *, weights: Any = None) -> Objective:
        """The same formula over other data: a validation set, the next part of a stream. Nothing is built again."""
        has_weights = self._flags & core.WEIGHTS
        if bool(has_weights) != (weights is not None):
            raise ShapeError(f"the objective {'has weights: pass weights=' if has_weights else 'has no weights'}")
        return Objective(self._row, *_data(self._row, data, weights), self._flags)

    def _known(self, p: Any = None) -> Row:
        if isinstance(self._row, Row):
            return self._row
        if p is None:
            raise ShapeError("the parameters have no shapes yet: flatten(params) or a call with params brings them")
        self._row = self._row.resolved(p)
        return self._row

    def _results(self, kind: int, p: Any, v: Any, rows: Any, threads: int) -> tuple[Array, Callable[[Array], Any]]:
        row = self._known(p)
        flat, give = row.read(p)
        along = None if v is None else row.read(v)[0]
        blocks, n = self._blocks(row, rows, weights=True)
        program = self._program(row, kind)
        if threads == 1 or n <= core.CHUNK:
            return program.run(flat, along, blocks, n), give
        return _shared(program, flat, along, blocks, n, threads), give

    def _program(self, row: Row, kind: int) -> core.Rows:
        n_outputs = row.expression.n_outputs
        if n_outputs != 1 and not self._flags & core.RESIDUALS and kind < core.EACH:
            raise ExpressionError(
                f"the row gives {n_outputs} numbers: an objective sums one, or residual=True their squares"
            )
        return row.program(kind, self._flags, self._columns(row))

    def _each(self, kind: int, p: Any, rows: Any) -> Array:
        row = self._known(p)
        flat, _ = row.read(p)
        blocks, n = self._blocks(row, rows, weights=False)
        program = self._program(row, kind)
        found = np.empty((n, program.size.n_results))
        program.each(program.begin(flat), blocks, found)
        return found

    def _columns(self, row: Row) -> tuple[int, ...]:
        return tuple(block.shape[1] for block in self._blocks(row, None, weights=False)[0])

    def _blocks(self, row: Row, rows: Any, *, weights: bool) -> tuple[list[Array], int]:
        """The data of some rows, and how many these are; what is read of all rows is kept."""
        weights = weights and self._weights is not None
        if weights not in self._kept:
            more = [self._weights[:, None]] if weights and self._weights is not None else []
            self._kept[weights] = self._table.blocks(row.data) + more
        if rows is None:
            return self._kept[weights], self.n_rows
        which = tables.chosen(rows, self.n_rows)
        n = len(range(*which.indices(self.n_rows))) if isinstance(which, slice) else len(which)
        return tables.take(self._kept[weights], which), n

    def _weight(self, rows: Any) -> Array | None:
        if self._weights is None or rows is None:
            return self._weights
        return tables.take([self._weights], tables.chosen(rows, self.n_rows))[0]

    def _need_residuals(self, what: str) -> None:
        if not self._flags & core.RESIDUALS:
            raise ExpressionError(f"{what} is for residuals: make the objective with residual=True")
        has_penalty = self._row.penalty is not None
        if has_penalty and what.startswith("gauss_newton"):
            raise ExpressionError(f"{what} knows no penalty: hvp and hessian do")

    def _dense(self, what: str, instead: str, p: Any) -> int:
        n = len(self._known(p).names)
        if n > MOST_DENSE:
            raise ExpressionError(f"{what} makes a matrix of {n} x {n} numbers: use {instead}, which makes none")
        return n


def _shared(program: core.Rows, p: Array, v: Array | None, blocks: Sequence[Array], n: int, threads: int) -> Array:
    """The results with the chunks shared by threads."""
    chunks = -(-n // core.CHUNK)
    pieces = min(threads, chunks)
    borders = [chunks * k // pieces * core.CHUNK for k in range(pieces)] + [n]
    uniforms = program.begin(p, v)

    def part(k: int) -> Array:
        span = slice(borders[k], borders[k + 1])
        return program.sums(uniforms, span.start, [one[span] for one in blocks], span.stop - span.start)

    with ThreadPoolExecutor(pieces) as pool:
        parts = list(pool.map(part, range(pieces)))
    return program.end(p, v, program.joined(parts, n), n)


def _data(row: Row | Pending, data: Any, weights: Any) -> tuple[Table, Array | None]:
    table = Table.read(data, row.data if isinstance(row, Row) else list(row.shapes))
    if weights is None:
        return table, None
    found = tables.column(data[weights] if isinstance(weights, str) else weights, "weights")
    if found.shape != (table.n_rows,):
        raise ShapeError(f"weights have shape {found.shape}, there are {table.n_rows} rows")
    return table, found


def objective(
    row: Any,
    *,
    data: Any,
    parameters: str | Sequence[str] | None = None,
    reduce: str = "sum",
    weights: Any = None,
    penalty: Any = None,
    residual: bool = False,
    hoist: bool = True,
) -> Objective:
    """The sum (or mean) of a formula over rows of data, as a function of its parameters.

    Parameters
    ----------
    row : str, Expression, SymPy expression, Python function or Function
        What one row adds. Variables, or arguments, named in `data` are one row of these arrays, without their first
        axis; the others are parameters.
    data : mapping of arrays, data frame or structured array
        Arrays with the same first axis. They are kept as they lie; what the row does not read is ignored. Arrays and
        data frames of Dask are summed by its workers, where they lie, with the same bits (`symad[dask]`).
    parameters : str or sequence of str, optional
        Names of the parameters in their order: ``"a b c"``. Without, all that are no columns.
    reduce : {"sum", "mean"}
        A mean is divided by the number of rows, or by the sum of the weights.
    weights : (n_rows,) array-like or name of a column, optional
        A factor of each row.
    penalty : formula or function of parameters, optional
        Added once: inside `row` it would be added for every row.
    residual : bool
        Whether the row gives residuals, one or several: the objective is half the sum of their squares.
    hoist : bool
        Whether what parameters alone decide is computed once, and derivatives are carried back to them once. Else each
        row does all of it, with slopes that may differ in the last bits.

    Returns
    -------
    Objective

    Raises
    ------
    ShapeError
        If names or numbers of rows do not fit.

    See Also
    --------
    symad.function : functions over arrays, without rows.
    symad.compile : one formula, at one point or at many.

    Examples
    --------
    >>> import symad
    >>> mean = symad.objective("(m - x)**2", data={"x": [1.0, 2.0, 6.0]}, reduce="mean")
    >>> float(mean.value([3.0])), mean.gradient({"m": 3.0})
    (4.666666666666667, {'m': np.float64(0.0)})
    """
    if reduce not in REDUCE:
        raise ShapeError(f"reduce is one of {', '.join(map(repr, REDUCE))}, not {reduce!r}")
    names = parameters.replace(",", " ").split() if isinstance(parameters, str) else parameters
    flags = REDUCE[reduce] | core.RESIDUALS * residual | core.WEIGHTS * (weights is not None)
    flags |= 0 if hoist else core.AS_WRITTEN
    from symad.arrays import spread  # which needs this module

    columns = spread.stand_ins(data) if spread.is_spread(data) else data
    if callable(row) and not isinstance(row, Expression):
        found: Row | Pending = rows_of.of_function(row, columns, names, penalty)
    else:
        found = rows_of.of_formula(expression_of(row), columns, names, penalty)
    if names is None:
        rows_of.advise(found, tables.names_of(columns))
    if columns is not data:
        return spread.over(found, data, weights, flags)
    return Objective(found, *_data(found, data, weights), flags)
