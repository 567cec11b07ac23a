"""Objectives over data that Dask holds: parts of whole chunks are summed where they lie, and joined in their order.

Dask is imported where its data come, and not before. A part begins at a multiple of `core.CHUNK` rows, so that sums
have the same bits on one machine and on many, in whatever order parts are done, and by whomever after a worker is lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from symad._core import rows as core
from symad.arrays import tables
from symad.arrays.objective import Objective
from symad.arrays.row import Row
from symad.arrays.tables import Table
from symad.errors import ShapeError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from symad.arrays.row import Pending
    from symad.formula.expression import Expression

    Array = NDArray[np.float64]


def is_spread(data: Any) -> bool:
    """Whether data are a data frame of Dask, or some of them arrays of Dask."""
    values = data.values() if isinstance(data, dict) else [data]
    return any(type(value).__module__.partition(".")[0] == "dask" for value in values)


def stand_ins(data: Any) -> dict[str, Array]:
    """One row of zeros in the shape of each column: what a row's formula is made with."""
    if hasattr(data, "columns"):
        return {str(name): np.zeros(1) for name in data.columns}
    return {name: np.zeros((1, *np.shape(value)[1:])) for name, value in data.items()}


class Shipped:
    """The program of one kind, which is made again in each process where it arrives, once."""

    __slots__ = ("_given", "_rows")

    def __init__(self, row: Expression, kind: int, form: core.Form, penalty: Expression | None) -> None:
        self._given = row, kind, form, penalty
        self._rows: core.Rows | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        return Shipped, self._given

    def rows(self) -> core.Rows:
        """The program."""
        if self._rows is None:
            row, kind, form, penalty = self._given
            whole = form if penalty is None else form._replace(penalty=penalty.handle)
            self._rows = core.Rows(row.handle, kind, whole)
        return self._rows


def summed(shipped: Shipped, uniforms: Array, first: int, n: int, *columns: Any) -> Array:
    """Sums over the rows of one part; a task of Dask."""
    return shipped.rows().sums(uniforms, first, _blocks(columns), n)


def row_by_row(shipped: Shipped, uniforms: Array, n: int, *columns: Any) -> Array:
    """Results of each row of one part; a task of Dask."""
    program = shipped.rows()
    found = np.empty((n, program.size.n_results))
    program.each(uniforms, _blocks(columns), found)
    return found


def _blocks(columns: Sequence[Any]) -> list[Array]:
    return [tables.block(tables.column(values, "a column")) for values in columns]


@dataclass(frozen=True, slots=True)
class Parts:
    """Columns of Dask cut at the same rows.

    Attributes
    ----------
    blocks : dict of str to list
        For each column its parts, as delayed arrays.
    sizes : tuple of int
        Rows of each part; all but the last are whole chunks.
    widths : dict of str to int
        Numbers a row of each column.
    """

    blocks: Mapping[str, Sequence[Any]]
    sizes: tuple[int, ...]
    widths: Mapping[str, int]

    @classmethod
    def read(cls, data: Any, wanted: Sequence[str], weights: Any) -> Parts:
        """These columns, and weights as the column "", cut where theirs are cut, at the chunk before.

        Raises
        ------
        ShapeError
            If a column is missing, holds no real numbers, or the numbers of rows differ.
        """
        columns = _arrays(data, wanted, weights)
        lengths = {name: int(one.shape[0]) for name, one in columns.items()}
        n = next(iter(lengths.values()))
        for name, length in lengths.items():
            if length != n:
                raise ShapeError(f"{next(iter(lengths))} has {n} rows, {name or 'weights'} has {length}")
        whole = max(columns.values(), key=lambda one: len(one.chunks[0])).chunks[0]
        ends = np.cumsum(whole)[:-1] // core.CHUNK * core.CHUNK
        sizes = tuple(int(size) for size in np.diff([0, *sorted({*ends.tolist()} - {0}), n]))
        blocks = {}
        for name, one in columns.items():
            cut = one.rechunk({0: sizes, **dict.fromkeys(range(1, one.ndim), -1)})
            blocks[name] = cut.to_delayed().ravel().tolist()
        return cls(blocks, sizes, {name: int(np.prod(one.shape[1:])) for name, one in columns.items()})


def _arrays(data: Any, wanted: Sequence[str], weights: Any) -> dict[str, Any]:
    arrays = import_module("dask.array")
    there = list(stand_ins(data))
    frame = hasattr(data, "columns")
    lengths = tuple(data.map_partitions(len).compute()) if frame else ()
    columns: dict[str, Any] = {}
    for name in [*wanted, *([] if weights is None else [""])]:
        if name and name not in there:
            raise ShapeError(f"the data have no column `{name}`{tables.nearest(name, there)}")
        found = data[name] if name else data[weights] if isinstance(weights, str) else weights
        if hasattr(found, "to_dask_array"):
            found = found.to_dask_array(lengths=lengths if frame else True)
        elif type(found).__module__.partition(".")[0] != "dask":
            found = arrays.from_array(tables.column(found, name or "weights"), chunks=-1)
        elif np.isnan(found.shape[0]):
            found = found.compute_chunk_sizes()
        if found.dtype.kind not in "fiub":
            raise ShapeError(f"{name or 'weights'} must hold real numbers, not {found.dtype}")
        columns[name] = found
    return columns


class Spread(Objective):
    """An objective over data of Dask; the scheduler decides who sums which part. `symad.objective` makes it."""

    def __init__(self, row: Row | Pending, parts: Parts, flags: int) -> None:
        super().__init__(row, Table({}, sum(parts.sizes)), None, flags)
        self._parts = parts
        self._shipped: dict[int, Any] = {}
        self._dask = import_module("dask")

    def bind(self, p: Any, *, out: Any, rows: Any = None) -> Callable[[], object]:
        """Not for data of Dask, which no call can be tied to.

        Raises
        ------
        ShapeError
        """
        raise ShapeError("bind ties a call to arrays of this process: data of Dask lie elsewhere")

    def with_data(self, data: Any, *, weights: Any = None) -> Objective:
        """The same formula over other data."""
        if not is_spread(data):
            return super().with_data(data, weights=weights)
        has_weights = self._flags & core.WEIGHTS
        if bool(has_weights) != (weights is not None):
            raise ShapeError(f"the objective {'has weights: pass weights=' if has_weights else 'has no weights'}")
        return over(self._row, data, weights, self._flags)

    def _columns(self, row: Row) -> tuple[int, ...]:
        return tuple(self._parts.widths[name] for name in row.data)

    def _weight(self, rows: Any) -> Array | None:
        if not self._flags & core.WEIGHTS:
            return None
        _all_rows(rows)
        return np.concatenate(self._dask.compute(*self._parts.blocks[""]))

    def _ready(self, row: Row, kind: int) -> Any:
        """The program of one kind, on its way to the workers."""
        if kind not in self._shipped:
            form = core.Form(row.parameters, self._columns(row), self._flags)
            whole = Shipped(row.expression, kind, form, row.penalty)
            self._shipped[kind] = self._dask.persist(self._dask.delayed(whole, traverse=False))[0]
        return self._shipped[kind]

    def _of_parts(self, row: Row, weights: bool) -> list[tuple[Any, ...]]:
        names = [*row.data, *([""] if weights and self._flags & core.WEIGHTS else [])]
        return list(zip(*(self._parts.blocks[name] for name in names), strict=True))

    def _results(self, kind: int, p: Any, v: Any, rows: Any, threads: int) -> tuple[Array, Callable[[Array], Any]]:
        _all_rows(rows)
        row = self._known(p)
        flat, give = row.read(p)
        along = None if v is None else row.read(v)[0]
        program, ready, task = self._program(row, kind), self._ready(row, kind), self._dask.delayed(summed)
        uniforms = self._dask.delayed(program.begin(flat, along))
        first, tasks = 0, []
        for size, columns in zip(self._parts.sizes, self._of_parts(row, True), strict=True):
            tasks.append(task(ready, uniforms, first, size, *columns))
            first += size
        parts = self._dask.compute(*tasks)
        return program.end(flat, along, program.joined(parts, self.n_rows), self.n_rows), give

    def _each(self, kind: int, p: Any, rows: Any) -> Array:
        _all_rows(rows)
        row = self._known(p)
        flat, _ = row.read(p)
        ready, task = self._ready(row, kind), self._dask.delayed(row_by_row)
        uniforms = self._dask.delayed(self._program(row, kind).begin(flat))
        pairs = zip(self._parts.sizes, self._of_parts(row, False), strict=True)
        return np.concatenate(self._dask.compute(*(task(ready, uniforms, size, *columns) for size, columns in pairs)))


def _all_rows(rows: Any) -> None:
    if rows is not None:
        raise ShapeError("`rows` chooses rows of this process: slice the arrays of Dask, and with_data(...)")


def over(row: Row | Pending, data: Any, weights: Any, flags: int) -> Spread:
    """The objective of a row's formula over data of Dask."""
    wanted = row.data if isinstance(row, Row) else list(row.shapes)
    return Spread(row, Parts.read(data, wanted, weights), flags)
