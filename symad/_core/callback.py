"""The boundary to C for callbacks: a plan as a C function of the shape that numerical libraries call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from symad._symad import ffi, lib

if TYPE_CHECKING:
    from symad._core.tapes import Plan


class Callback:
    """A plan with its work memory: the last argument of the two C functions; for one call at a time.

    Parameters
    ----------
    plan : Plan
        Inputs and outputs in one block each.
    n_inputs : int
    """

    __slots__ = ("_cell", "_owned")

    def __init__(self, plan: Plan, n_inputs: int) -> None:
        plan.compile(1)
        work = plan.work(1)
        self._cell = ffi.new("symad_callback *", {"plan": plan.pointer, "n_inputs": n_inputs, "work": work})
        self._owned = plan, work

    @property
    def address(self) -> Any:
        """``void *`` for C; keeps plan and memory alive as long as it lives itself."""
        owned = self._cell, self._owned
        return ffi.gc(ffi.cast("void *", self._cell), lambda _: owned)

    @property
    def number(self) -> int:
        """The same address as a number, which keeps nothing alive."""
        return int(ffi.cast("uintptr_t", self._cell))


def value_function() -> Any:
    """``double (int, double *, void *)``."""
    return ffi.addressof(lib, "symad_callback_value")


def outputs_function() -> Any:
    """``int (double *, intptr_t, double *, void *)``."""
    return ffi.addressof(lib, "symad_callback_outputs")


def outputs_address() -> int:
    """The same function as a number."""
    return int(ffi.cast("uintptr_t", outputs_function()))
