"""The boundary to CPython and NumPy for one point: a function that runs a plan where a ufunc's machinery costs more.

What it knows of NumPy (the start of an array, two slots of `_ARRAY_API`) is looked at before it is used; where that is
not as expected, or there is no ufunc, nothing is made.
"""

from __future__ import annotations

import ctypes
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from symad._core import ufunc as _core_ufunc
from symad._symad import ffi, lib

if TYPE_CHECKING:
    from collections.abc import Sequence

    from symad._core.tapes import Plan

    Shapes = Sequence[tuple[int, ...]]

_ARRAY_TYPE, _NEW_SCALAR, _NEW_ARRAY = 2, 60, 93  # slots
_LONG = 2000  # instructions: some microseconds
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

    def __init__(
        self, plan: Plan, longer: tuple[Any, Any], loop: Any, table: Any, shapes: Shapes, n_columns: int
    ) -> None:
        self.kept = plan, longer, loop, _FLOAT
        self.call = ffi.new("symad_point_call *")
        self.call.loop, self.call.n_columns = loop, n_columns
        self.call.n_axes, self.call.shapes = [len(shape) for shape in shapes], [list(shape) for shape in shapes]
        self.call.is_long = plan.size()[0] > _LONG
        objects = {"array_type": np.ndarray, "double_type": _FLOAT, "ufunc": longer[0], "otherwise": longer[1]}
        for field, found in objects.items():
            setattr(self.call, field, ffi.cast("void *", id(found)))
        self.call.new_array, self.call.new_scalar = (ffi.cast("void *", table[k]) for k in (_NEW_ARRAY, _NEW_SCALAR))


def function(plan: Plan, ufunc: Any, n_columns: int, shapes: Shapes) -> Any:
    """The ufunc of a plan, its results in these shapes, with a short way for one point where there can be one.

    Parameters
    ----------
    n_columns : int
        Numbers of a point, the only argument.
    shapes : sequence of tuple of int
        Of each result: none, one or two axes, where the ufunc leaves at most one.

    Returns
    -------
    callable
        Of one argument; it takes arrays and lists of real numbers with that many columns, and answers NotImplemented
        to all else.
    """
    table = _table()
    if len(shapes[0]) == 2:
        ufunc = partial(_shaped, ufunc, shapes[0])
    otherwise = partial(_read, ufunc, n_columns)
    if table is None:
        return otherwise
    loop = _core_ufunc.loop(plan, [True, *(len(shape) > 0 for shape in shapes)], 1)
    owner = _Owner(plan, (ufunc, otherwise), loop, table, shapes, n_columns)
    make = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.c_void_p, ctypes.py_object)
    address = int(ffi.cast("uintptr_t", ffi.addressof(lib, "symad_point_function")))
    return make(address)(int(ffi.cast("uintptr_t", owner.call)), owner)


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


def _read(ufunc: Any, n_columns: int, x: Any) -> Any:
    found = points(x, n_columns)
    return NotImplemented if found is None else ufunc(found)


def _shaped(ufunc: Any, shape: tuple[int, ...], x: Any) -> Any:
    found = ufunc(x)
    return found.reshape((*found.shape[:-1], *shape))


def _table() -> Any:
    """NumPy's table of array functions, or None where it or an array looks unlike NumPy 1 and 2."""
    table = _core_ufunc.table("_ARRAY_API")
    if table is None or np.lib.NumpyVersion(np.__version__) >= "3.0.0.dev0" or table[_ARRAY_TYPE] != id(np.ndarray):
        return None
    array = np.zeros((2, 3))[:, 1]
    seen = _Array.from_address(id(array) + _HEAD)
    known = (seen.data, seen.n_axes, seen.type) == (array.ctypes.data, 1, id(array.dtype))
    return table if known and id(array.dtype) == id(np.dtype(np.float64)) and seen.flags & 0x100 else None
