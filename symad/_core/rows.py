"""The boundary to C for objectives: a row's formula over parameters and data, summed over rows in the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from symad._core import code, tapes
from symad._symad import ffi, lib

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

CHUNK = 4096  # rows; parts of a sum begin at multiples of it
VALUE: int = lib.SYMAD_ROWS_VALUE
VALUE_AND_GRADIENT: int = lib.SYMAD_ROWS_VALUE_AND_GRADIENT
HVP: int = lib.SYMAD_ROWS_HVP
GAUSS_NEWTON: int = lib.SYMAD_ROWS_GAUSS_NEWTON
GAUSS_NEWTON_PRODUCT: int = lib.SYMAD_ROWS_GAUSS_NEWTON_PRODUCT
EACH: int = lib.SYMAD_ROWS_EACH
EACH_JACOBIAN: int = lib.SYMAD_ROWS_EACH_JACOBIAN
RESIDUALS: int = lib.SYMAD_ROWS_RESIDUALS
MEAN: int = lib.SYMAD_ROWS_MEAN
WEIGHTS: int = lib.SYMAD_ROWS_WEIGHTS
AS_WRITTEN: int = lib.SYMAD_ROWS_AS_WRITTEN


class Form(NamedTuple):
    """What is asked of a row's tape: `symad_objective_form` in the header."""

    parameters: tuple[int, ...]
    columns: tuple[int, ...]
    flags: int = 0
    penalty: tapes.Handle | None = None
    engine: int = -1


class Size(NamedTuple):
    """`symad_objective_size` in the header."""

    n_results: int
    n_uniforms: int
    n_sums: int
    n_instructions: int
    n_slots: int
    n_before: int
    n_after: int


def _pointer(array: Array | None) -> Any:
    return ffi.NULL if array is None else ffi.cast("double *", array.ctypes.data)


def _columns(blocks: Sequence[Array]) -> Any:
    """Blocks (n, k) for C, as they lie."""
    found = ffi.new("symad_columns[]", max(1, len(blocks)))
    for place, block in zip(found, blocks, strict=False):
        place.data = _pointer(block)
        place.row, place.column = (stride // 8 for stride in block.strides)
    return found


def _form(kind: int, form: Form) -> tuple[Any, Any]:
    """A form for C, and what must be kept as long as it is used."""
    given = ffi.new("symad_objective_form *")
    parameters, columns = ffi.new("uint32_t[]", form.parameters), ffi.new("uint32_t[]", form.columns or (0,))
    given.parameters, given.n_parameters = parameters, len(form.parameters)
    given.columns, given.n_blocks = columns, len(form.columns)
    given.penalty = ffi.NULL if form.penalty is None else form.penalty.pointer
    given.kind, given.flags, given.engine = kind, form.flags | code.flags_of_rows(), form.engine
    return given, (parameters, columns)


def programs(row: tapes.Handle, kind: int, form: Form) -> tuple[tapes.Handle | None, ...]:
    """What is computed before the rows, for each row, and after them; None where there is nothing to do."""
    cells = [ffi.new("symad_tape **") for _ in range(3)]
    given, _kept = _form(kind, form)
    tapes.check(lib.symad_objective_tapes(row.pointer, given, ffi.NULL, *cells), "objective")
    return tuple(tapes.Handle(cell[0]) if cell[0] != ffi.NULL else None for cell in cells)


class Rows:
    """An objective in C, of one kind; immutable, any number of threads may use it."""

    __slots__ = ("pointer", "size")

    def __init__(self, row: tapes.Handle, kind: int, form: Form) -> None:
        cell = ffi.new("symad_objective **")
        given, _kept = _form(kind, form)
        tapes.check(lib.symad_objective_new(row.pointer, given, ffi.NULL, cell), "objective")
        self.pointer = ffi.gc(cell[0], lib.symad_objective_free)
        size = ffi.new("symad_objective_size *")
        lib.symad_objective_stats(self.pointer, size)
        self.size = Size(*(int(getattr(size, name)) for name in Size._fields))

    def work_bytes(self, n_rows: int) -> int:
        """Size of the memory of one call."""
        return int(lib.symad_objective_work_size(self.pointer, n_rows))

    def work(self, n_rows: int) -> Array:
        """Memory for one call at a time."""
        return np.empty(self.work_bytes(n_rows) // 8 + 1)

    def run(self, p: Array, direction: Array | None, data: Sequence[Array], n_rows: int) -> Array:
        """All results at the parameters, by one thread."""
        results, work = np.empty(self.size.n_results), self.work(n_rows)
        status = lib.symad_objective_run(
            self.pointer, _pointer(p), _pointer(direction), n_rows, _columns(data), _pointer(results), _pointer(work)
        )
        tapes.check(status, "objective")
        return results

    def bind(self, p: Array, data: Sequence[Array], n_rows: int, value: Array, gradient: Array) -> Callable[[], None]:
        """A call that reads these parameters and writes value and gradient, with its memory at hand."""
        results, work, columns = np.empty(self.size.n_results), self.work(n_rows), _columns(data)
        run, pointer = lib.symad_objective_run, self.pointer
        given, to, memory, none = _pointer(p), _pointer(results), _pointer(work), ffi.NULL
        slopes, kept = results[1:], (p, list(data), work)  # what the pointers point to

        def call(_kept: object = kept) -> None:
            run(pointer, given, none, n_rows, columns, to, memory)
            value[()] = results[0]
            gradient[...] = slopes

        return call

    def begin(self, p: Array, direction: Array | None = None) -> Array:
        """What rows read of the parameters."""
        uniforms, work = np.empty(self.size.n_uniforms), self.work(1)
        status = lib.symad_objective_begin(
            self.pointer, _pointer(p), _pointer(direction), _pointer(uniforms), _pointer(work)
        )
        tapes.check(status, "objective")
        return uniforms

    def sums(self, uniforms: Array, first_row: int, data: Sequence[Array], n_rows: int) -> Array:
        """Sums over rows of which the first is number `first_row`, a multiple of `CHUNK`; plain numbers."""
        found = np.empty(int(lib.symad_objective_sums_size(self.pointer, n_rows)))
        work = self.work(n_rows)
        status = lib.symad_objective_sum(
            self.pointer, _pointer(uniforms), first_row, n_rows, _columns(data), _pointer(found), _pointer(work)
        )
        tapes.check(status, "objective")
        return found

    def joined(self, parts: Sequence[Array], n_rows: int) -> Array:
        """The sums of parts that follow each other."""
        found = np.empty(int(lib.symad_objective_sums_size(self.pointer, n_rows)))
        found[: len(parts[0])] = parts[0]
        for part in parts[1:]:
            tapes.check(lib.symad_objective_join(self.pointer, _pointer(found), _pointer(part)), "objective")
        return found

    def end(self, p: Array, direction: Array | None, sums: Array, n_rows: int) -> Array:
        """The results from the sums over all rows."""
        results, work = np.empty(self.size.n_results), self.work(1)
        status = lib.symad_objective_end(
            self.pointer, _pointer(p), _pointer(direction), n_rows, _pointer(sums), _pointer(results), _pointer(work)
        )
        tapes.check(status, "objective")
        return results

    def each(self, uniforms: Array, data: Sequence[Array], out: Array) -> None:
        """Results of each row into `out` (n_rows, n_results)."""
        work, columns = self.work(len(out)), _columns([out])
        status = lib.symad_objective_each(
            self.pointer, _pointer(uniforms), len(out), _columns(data), columns, _pointer(work)
        )
        tapes.check(status, "objective")
