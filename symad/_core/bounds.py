"""The boundary to C for error bounds: numbers, how far each may be from the exact one, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from symad._core import tapes
from symad._symad import ffi, lib

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


class Errors(NamedTuple):
    """Numbers, how far each may be from the exact one, and why: `symad_errors` in the header."""

    values: Array
    bounds: Array
    words: NDArray[np.uint16]
    causes: NDArray[np.uint16]
    origins: NDArray[np.uint32]

    @classmethod
    def empty(cls, shape: tuple[int, ...]) -> Errors:
        """Room for so many."""
        return cls(*(np.empty(shape, dtype) for dtype in ("f8", "f8", "u2", "u2", "u4")))

    def copy(self) -> Errors:
        """The same in memory of its own."""
        values, bounds, words, causes, origins = self
        return Errors(values.copy(), bounds.copy(), words.copy(), causes.copy(), origins.copy())

    def cell(self) -> Any:
        """The same for C."""
        types = ("double *", "double *", "uint16_t *", "uint16_t *", "uint32_t *")
        pointers = (ffi.from_buffer(kind, array) for kind, array in zip(types, self, strict=True))
        return ffi.new("symad_errors *", tuple(pointers))


def node_errors(handle: tapes.Handle, point: Array) -> Errors:
    """The error of every node at one C-contiguous point."""
    found = Errors.empty((handle.view.n_nodes,))
    tapes.check(lib.symad_tape_errors(handle.pointer, ffi.from_buffer("double *", point), found.cell()), "errors")
    return found


def output_errors(handle: tapes.Handle, points: Array) -> Errors:
    """The errors of the outputs at each row of C-contiguous points: (n_points, n_outputs)."""
    found = Errors.empty((len(points), handle.view.n_outputs))
    memory = ffi.new("char[]", lib.symad_tape_work_size(handle.pointer, lib.SYMAD_WORK_CHECK) + 1)
    x, n = ffi.from_buffer("double *", points), points.shape[1]
    status = lib.symad_tape_check(handle.pointer, len(points), x, n, 1, found.cell(), memory)
    tapes.check(status, "check")
    return found
