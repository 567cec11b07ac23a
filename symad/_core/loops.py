"""The boundary to C for loops: a step repeated many times, with its adjoint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from symad._core import tapes
from symad._symad import ffi, lib

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

KEEP_SQRT: int = lib.SYMAD_KEEP_SQRT
KEEP_ALL: int = lib.SYMAD_KEEP_ALL


def _pointer(array: Array | None) -> Any:
    return ffi.NULL if array is None or array.size == 0 else ffi.cast("double *", array.ctypes.data)


class Loop:
    """`n_steps` repeats of a step in C; immutable, any number of threads may use it."""

    __slots__ = ("n_args", "n_state", "n_steps", "n_x", "n_y", "pointer", "run")

    def __init__(self, step: tapes.Handle, n_state: int, n_x: int, n_steps: int) -> None:
        cell, size = ffi.new("symad_loop **"), ffi.new("symad_loop_size *")
        tapes.check(lib.symad_loop_new(step.pointer, n_state, n_x, n_steps, ffi.NULL, cell), "scan")
        self.pointer = ffi.gc(cell[0], lib.symad_loop_free)
        lib.symad_loop_stats(self.pointer, size)
        self.n_steps, self.run = int(size.n_steps), int(size.run)
        self.n_state, self.n_x, self.n_args, self.n_y = (
            int(getattr(size, name)) for name in ("n_state", "n_x", "n_args", "n_y")
        )

    def work_bytes(self, keep: int) -> int:
        """Size of the memory of one call."""
        return int(lib.symad_loop_work_size(self.pointer, keep))

    def value(self, state: Array, xs: Array, args: Array) -> tuple[Array, Array]:
        """(last state, what steps give)."""
        end, ys = np.empty(self.n_state), np.empty((self.n_steps, self.n_y))
        work = np.empty(self.work_bytes(KEEP_ALL) // 8 + 1)
        status = lib.symad_loop_value(
            self.pointer, _pointer(state), _pointer(xs), _pointer(args), _pointer(end), _pointer(ys), _pointer(work)
        )
        tapes.check(status, "scan")
        return end, ys

    def value_and_adjoint(
        self, keep: int, state: Array, xs: Array, args: Array, end_weights: Array, y_weights: Array
    ) -> tuple[tuple[Array, Array], tuple[Array, Array, Array]]:
        """The same, with the slopes of state, xs and args."""
        end, ys = np.empty(self.n_state), np.empty((self.n_steps, self.n_y))
        slopes = np.empty(self.n_state), np.empty((self.n_steps, self.n_x)), np.empty(self.n_args)
        work, adjoint = np.empty(self.work_bytes(keep) // 8 + 1), ffi.new("symad_loop_adjoint *")
        adjoint.end_weights, adjoint.y_weights = _pointer(end_weights), _pointer(y_weights)
        adjoint.state_slopes, adjoint.x_slopes, adjoint.arg_slopes = map(_pointer, slopes)
        status = lib.symad_loop_value_and_adjoint(
            self.pointer, keep, _pointer(state), _pointer(xs), _pointer(args), _pointer(end), _pointer(ys), adjoint,
            _pointer(work),
        )  # fmt: skip
        tapes.check(status, "scan")
        return (end, ys), slopes
