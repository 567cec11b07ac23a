"""The boundary to the reading layer in C: what was typed as strict text, with its places, notes and advice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from symad._core.tapes import Fault, fault_of, limits_of, name_list
from symad._symad import ffi, lib

if TYPE_CHECKING:
    from collections.abc import Sequence


class Reading:
    """What was typed as strict text, or why it was refused and what to write."""

    __slots__ = ("_pointer", "advice", "fault", "is_partial", "notes", "text")

    def __init__(self, pointer: Any, fault: Fault | None) -> None:
        self._pointer = ffi.gc(pointer, lib.symad_reading_free)
        view = ffi.new("symad_reading_view *")
        lib.symad_reading_get(pointer, view)
        self.fault = fault
        self.is_partial = bool(view.is_partial)
        self.text: bytes = ffi.buffer(view.text, view.n_text)[:]
        self.notes = tuple(_lines(view.notes, view.n_notes))
        self.advice = tuple(_lines(view.advice, view.n_advice))
        if fault is not None:
            self.fault = fault._replace(sentence="".join(_lines(view.reason, view.n_reason)))

    def origin(self, offset: int) -> int:
        """The byte of what was typed that a byte of the strict text came from."""
        return int(lib.symad_reading_origin(self._pointer, offset))


def _lines(pointer: Any, length: int) -> list[str]:
    return str(ffi.buffer(pointer, length)[:].decode("utf-8", "replace")).splitlines()


def read(text: bytes, variables: Sequence[str] | None, limits: tuple[int, ...] | None) -> Reading | Fault:
    """What people type as strict text; a Fault where it is beyond the limits."""
    cell, detail = ffi.new("symad_reading **"), ffi.new("symad_detail *")
    names, count, _kept = name_list(variables)
    status = lib.symad_read(text, len(text), names, count, limits_of(limits), ffi.NULL, cell, detail)
    if status == 0:
        return Reading(cell[0], None)
    fault = fault_of(status, detail, "read")
    return Reading(cell[0], fault) if cell[0] != ffi.NULL else fault
