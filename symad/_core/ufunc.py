"""The boundary to NumPy's C table of ufuncs: a plan as a ufunc, made without NumPy's headers.

Slots 1 and 31 of the table in the capsule `_UFUNC_API` are what makes a ufunc and a generalised one since NumPy 1.x.
Where there is no such capsule nothing is made, and callers take their plain way.
"""

from __future__ import annotations

import ctypes
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from symad import errors
from symad._symad import ffi, lib

if TYPE_CHECKING:
    from collections.abc import Sequence

    from symad._core.tapes import Plan

_FROM_FUNC, _FROM_FUNC_AND_SIGNATURE = 1, 31
_DOUBLE = 12  # NPY_DOUBLE
_NO_IDENTITY = -1  # PyUFunc_None
_HEAD = object.__basicsize__  # bytes, of what every Python object starts with


class _Ufunc(ctypes.Structure):
    """The public start of a ufunc behind its object head, as in NumPy's ``ufuncobject.h``."""

    _fields_ = (
        *((name, ctypes.c_int) for name in ("nin", "nout", "nargs", "identity")),
        *((name, ctypes.c_void_p) for name in ("functions", "data")),
        *((name, ctypes.c_int) for name in ("ntypes", "reserved")),
        *((name, ctypes.c_void_p) for name in ("name", "types", "doc", "ptr", "obj")),
    )


@cache
def table(capsule: str) -> Any:
    """One of NumPy's tables of functions, or None."""
    try:
        try:
            umath: Any = import_module("numpy._core._multiarray_umath")
        except ImportError:
            umath = import_module("numpy.core._multiarray_umath")  # before NumPy 2
        found = getattr(umath, capsule)
        pointer = ctypes.pythonapi.PyCapsule_GetPointer
    except (ImportError, AttributeError):
        return None
    pointer.restype, pointer.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    return ctypes.cast(pointer(found, None), ctypes.POINTER(ctypes.c_void_p))


def _table() -> Any:
    return table("_UFUNC_API")


def _loop(plan: Plan, vectors: Sequence[bool], n_inputs: int, *, columns: bool) -> Any:
    """What a loop knows, freed with its last reference; the plan must outlive it."""
    made = ffi.new("symad_loop *")
    made.runner, made.n_inputs, made.n_outputs = plan.runner, n_inputs, len(vectors) - n_inputs
    made.is_vector[0 : min(len(vectors), 4)] = list(vectors)[:4]  # a loop over columns does not look
    cleared = ffi.gc(made, lib.symad_loop_clear)
    if columns and not lib.symad_loop_prepare(made):
        raise errors.OutOfMemoryError("work memory: out of memory")
    return cleared


class _Owner:
    """What a ufunc points to for as long as it lives: the plan, its loop, and every table and name."""

    def __init__(
        self, plan: Plan, vectors: Sequence[bool], n_inputs: int, name: str, doc: str, *, columns: bool
    ) -> None:
        self.plan = plan
        self.n_inputs, self.n_outputs = n_inputs, len(vectors) - n_inputs
        self.loop = _loop(plan, vectors, n_inputs, columns=columns)
        run = ffi.addressof(lib, "symad_loop_columns" if columns else "symad_loop_blocks")
        self.functions = ffi.new("void *[1]", [ffi.cast("void *", run)])
        self.data = ffi.new("void *[1]", [self.loop])
        self.types = ffi.new("char[]", bytes([_DOUBLE] * len(vectors)))
        self.name = ffi.new("char[]", name.encode())
        self.doc = ffi.new("char[]", doc.encode())

    def address(self, field: str) -> int:
        """Where one of them lies."""
        return int(ffi.cast("uintptr_t", getattr(self, field)))


_immortal: list[_Owner] = []  # of ufuncs that could not be given theirs


def _give(ufunc: Any, owner: _Owner) -> None:
    """Let the ufunc keep its owner alive, as `numpy.frompyfunc` keeps its function; where NumPy's layout is not the
    known one, nothing is written and the owner stays for ever."""
    seen = _Ufunc.from_address(id(ufunc) + _HEAD)
    known = all(getattr(seen, field) == owner.address(field) for field in ("functions", "data", "name", "types", "doc"))
    if known and seen.nargs == owner.n_inputs + owner.n_outputs and seen.ptr is None and seen.obj is None:
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(owner))
        seen.obj = id(owner)
    else:
        _immortal.append(owner)


def gufunc(plan: Plan, signature: str, name: str, doc: str) -> Any:
    """A generalised ufunc that runs a plan, such as ``(3)->(),(3)`` over blocks of columns; None without NumPy's table.

    Scalars and vectors only, at most two inputs and two outputs.
    """
    found = _table()
    if found is None:
        return None
    inputs, outputs = (side[1:-1].split("),(") for side in signature.split("->"))
    vectors = [side != "" for side in (*inputs, *outputs)]
    owner = _Owner(plan, vectors, len(inputs), name, doc, columns=False)
    return _made(found, _FROM_FUNC_AND_SIGNATURE, owner, (ctypes.c_char_p,), signature.encode())


def ufunc(plan: Plan, n_inputs: int, n_outputs: int, name: str, doc: str) -> Any:
    """A ufunc with an argument for each column of a plan; None without NumPy's table or with too many arguments."""
    found = _table()
    if found is None:
        return None
    owner = _Owner(plan, [False] * (n_inputs + n_outputs), n_inputs, name, doc, columns=True)
    return _made(found, _FROM_FUNC, owner, ())


@cache
def _maker(address: int, types: tuple[Any, ...]) -> Any:
    """A function of NumPy's table that makes a ufunc; its last arguments have these types."""
    p, i = ctypes.c_void_p, ctypes.c_int
    return ctypes.PYFUNCTYPE(ctypes.py_object, p, p, p, i, i, i, i, p, p, i, *types)(address)


def _made(slots: Any, slot: int, owner: _Owner, types: tuple[Any, ...], *more: object) -> Any:
    make = _maker(slots[slot], types)
    addresses = [owner.address(field) for field in ("functions", "data", "types")]
    texts = [owner.address(field) for field in ("name", "doc")]
    try:
        made = make(*addresses, 1, owner.n_inputs, owner.n_outputs, _NO_IDENTITY, *texts, 0, *more)
    except ValueError:  # more arguments than NumPy takes
        return None
    _give(made, owner)
    return made
