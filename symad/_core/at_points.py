"""The boundary to CPython and NumPy for points: a function that runs a plan without a ufunc's machinery.

What it knows of NumPy (the start of an array, two slots of `_ARRAY_API`) is looked at before it is used; where that is
not as expected, or there is no ufunc, nothing is made.
"""

from __future__ import annotations

import ctypes
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from symad._core import ufunc as _core_ufunc
from symad._symad import ffi, lib

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from symad._core.tapes import Plan

    Array = NDArray[np.float64]
    Shapes = Sequence[tuple[int, ...]]

_ARRAY_TYPE, _NEW_SCALAR, _NEW_ARRAY = 2, 60, 93  # slots
_LONG, _LONG_BATCH = 2000, 20_000  # instructions of one point, and of all points: some microseconds
_HEAD = object.__basicsize__
_FLOAT = np.dtype(np.float64)
_LISTS = frozenset({list, tuple})


class _Array(ctypes.Structure):
    """An array behind its object head, as in NumPy's ``ndarraytypes.h``."""

    _fields_ = (
        ("data", ctypes.c_void_p), ("n_axes", ctypes.c_int), ("shape", ctypes.c_void_p), ("strides", ctypes.c_void_p),
        ("base", ctypes.c_void_p), ("type", ctypes.c_void_p), ("flags", ctypes.c_int),
    )  # fmt: skip


class _Owner:
    """What the function points to for as long as it lives."""

    def __init__(self, plan: Plan, otherwise: Any, table: Any, shapes: Shapes, n_columns: int) -> None:
        self.kept = plan, otherwise
        call = self.call = ffi.new("symad_point_call *")
        call.runner, call.n_columns, call.n_outputs = plan.runner, n_columns, len(shapes)
        call.n_axes, call.shapes = [len(shape) for shape in shapes], shapes
        n_instructions = plan.size()[0]
        call.n_long = 1 if n_instructions > _LONG else max(2, _LONG_BATCH // (n_instructions + 1))
        call.array_type, call.double_type = _address(np.ndarray), _address(_FLOAT)
        call.otherwise = _address(otherwise)
        call.new_array, call.new_scalar = table


def function(plan: Plan, ufunc: Any, n_columns: int, shapes: Shapes) -> Any:
    """The ufunc of a plan, its results in these shapes, with a short way where there can be one.

    Parameters
    ----------
    n_columns : int
        Numbers of a point.
    shapes : sequence of tuple of int
        Of each result: none, one or two axes, where the ufunc leaves at most one.

    Returns
    -------
    callable
        Of points, and of arrays for the results or None; it takes arrays and lists of real numbers with that many
        columns, and answers NotImplemented to all else.
    """
    otherwise = partial(_read, ufunc, n_columns, shapes)
    table = _table()
    if table is None:
        return otherwise
    owner = _Owner(plan, otherwise, table, shapes, n_columns)
    return _maker()(int(ffi.cast("uintptr_t", owner.call)), owner)


@cache
def _maker() -> Any:
    """`symad_point_function` of the glue."""
    address = int(ffi.cast("uintptr_t", ffi.addressof(lib, "symad_point_function")))
    return ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.c_void_p, ctypes.py_object)(address)


def _address(found: object) -> Any:
    return ffi.cast("void *", id(found))


def points(x: Any, n_columns: int) -> Any:
    """An array that a ufunc of points takes without fail, or None: of NumPy's own type, or out of a list or a tuple."""
    if type(x) is not np.ndarray:
        if type(x) not in _LISTS:
            return None
        x = np.array(x)
    if x.ndim == 0 or x.shape[-1] != n_columns or (x.dtype is not _FLOAT and not _is_safe(x.dtype)):
        return None
    return x


def _is_safe(kind: np.dtype[Any]) -> bool:
    """Whether a ufunc of doubles takes numbers of this kind by itself."""
    return kind.kind in "fiub" and kind.itemsize <= _FLOAT.itemsize


def _read(ufunc: Any, n_columns: int, shapes: Shapes, x: Any, out: Any = None) -> Any:
    found = points(x, n_columns)
    if found is None:
        return NotImplemented
    if out is not None:
        return ufunc(found, out=out) if _fits(found, out, shapes) else NotImplemented
    if len(shapes[0]) == 2:
        entries = ufunc(found)
        return entries.reshape((*entries.shape[:-1], *shapes[0]))
    return ufunc(found)


def _fits(x: Array, out: Any, shapes: Shapes) -> bool:
    """Whether a ufunc writes its results into the caller's array, or the pair of them, without fail."""
    results = (out,) if len(shapes) == 1 else out
    if type(results) is not tuple or len(results) != len(shapes) or len(shapes[0]) == 2:
        return False
    return all(
        type(one) is np.ndarray and one.dtype is _FLOAT and one.shape == (*x.shape[:-1], *shape) and one.flags.writeable
        for one, shape in zip(results, shapes, strict=True)
    )


@cache
def _table() -> Any:
    """NumPy's makers of arrays and of numbers, or None where its table or an array looks unlike NumPy 1 and 2."""
    table = _core_ufunc.table("_ARRAY_API")
    if table is None or np.lib.NumpyVersion(np.__version__) >= "3.0.0.dev0" or table[_ARRAY_TYPE] != id(np.ndarray):
        return None
    array = np.zeros((2, 3))[:, 1]
    seen = _Array.from_address(id(array) + _HEAD)
    known = (seen.data, seen.n_axes, seen.type) == (array.ctypes.data, 1, id(array.dtype))
    if not known or id(array.dtype) != id(np.dtype(np.float64)) or not seen.flags & 0x100:
        return None
    return ffi.cast("void *", table[_NEW_ARRAY]), ffi.cast("void *", table[_NEW_SCALAR])
