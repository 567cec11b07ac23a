"""The boundary to compiled exports: shared libraries loaded by name. With `_core` the only module that names ffi.

Such a library holds what `symad.emission` prints for one program: f, f_batch and f_batch_work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from cffi import FFI

from symad.errors import ExpressionError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_DECLARATIONS = """
void f(const double *in, double *value, double *work);
void f_batch(size_t n_points, const double *in, ptrdiff_t in_row, ptrdiff_t in_column,
             double *value, ptrdiff_t value_row, ptrdiff_t value_column, double *work);
size_t f_batch_work(void);
"""
_ALIGNMENT = 64  # bytes, of work memory: vectors that cross cache lines cost twice
_SMALL = 8  # points up to which the function for one point is called


class NativeHandle:
    """A loaded library; any number of threads may call it.

    Parameters
    ----------
    path : str
    n_work : int
        Doubles of work memory that f needs.
    """

    __slots__ = ("_batch_work", "_ffi", "_lib", "_n_work")

    def __init__(self, path: str, n_work: int) -> None:
        self._ffi: Any = FFI()
        self._ffi.cdef(_DECLARATIONS)
        try:
            lib: Any = self._ffi.dlopen(path)
        except OSError as error:
            raise ExpressionError(f"the compiled formula cannot be loaded: {error}") from error
        self._lib = lib
        self._n_work = n_work
        self._batch_work = int(lib.f_batch_work())

    def values(self, points: Array, out: Array) -> None:
        """Outputs at each row of `points` (n_points, n_inputs) into `out` (n_points, n_outputs); any strides."""
        if len(points) <= _SMALL and points.flags.c_contiguous and out.flags.c_contiguous:
            self._one_by_one(points, out)
            return
        strides = [stride // 8 for stride in (*points.strides, *out.strides)]
        memory = np.empty(self._batch_work + _ALIGNMENT // 8)
        start = int(self._ffi.cast("uintptr_t", self._pointer(memory)))
        work = self._ffi.cast("double *", start + -start % _ALIGNMENT)
        x, y = self._pointer(points), self._pointer(out)
        self._lib.f_batch(len(points), x, *strides[:2], y, *strides[2:], work)

    def _pointer(self, array: Array) -> Any:
        """Address of the first number; the array must outlive it. The usual orders are worth a short way."""
        if array.flags.c_contiguous:
            return self._ffi.from_buffer("double[]", array)
        if array.flags.f_contiguous:
            return self._ffi.from_buffer("double[]", array.T)
        return self._ffi.cast("double *", array.ctypes.data)

    def _one_by_one(self, points: Array, out: Array) -> None:
        n, m = points.shape[1], out.shape[1]
        x, y = self._pointer(points), self._pointer(out)
        work = self._ffi.new("double[]", self._n_work) if self._n_work else self._ffi.NULL
        if len(points) == 1:
            self._lib.f(x, y, work)
            return
        for k in range(len(points)):
            self._lib.f(x + k * n, y + k * m, work)
