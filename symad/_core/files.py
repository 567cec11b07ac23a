"""The boundary to C for bytes: a tape as a file, and a file as a tape that has been verified."""

from __future__ import annotations

from symad._core.tapes import Handle, check, name_of, text_of
from symad._symad import ffi, lib
from symad.errors import TapeFormatError


def save(handle: Handle) -> bytes:
    """The tape as `csrc/FORMAT.md` says; equal tapes give equal bytes."""
    size = lib.symad_tape_save_size(handle.pointer)
    raw = bytearray(size)
    check(lib.symad_tape_save(handle.pointer, ffi.from_buffer(raw), size), "save")
    return bytes(raw)


def load(raw: bytes | bytearray | memoryview, name: str) -> Handle:
    """A verified tape, or a `TapeFormatError`; `name` says what the bytes are."""
    cell, detail = ffi.new("symad_tape **"), ffi.new("symad_detail *")
    data = ffi.from_buffer(raw)
    status = lib.symad_tape_load(data, len(data), ffi.NULL, cell, detail)
    if status == 0:
        return Handle(cell[0])
    kind = name_of(status, name)
    rule = text_of(detail.message)
    number = f" (operation {detail.node})" if detail.node else ""
    if kind == "ERR_FORMAT_VERSION" and detail.node:
        rule += ", the file being of a newer version"
    raise TapeFormatError(f"{name}: {rule}{number}, at byte {detail.offset} of {len(data)}", offset=int(detail.offset))


def source(handle: Handle) -> str | None:
    """The text that the tape keeps, or None."""
    view = handle.view
    raw = ffi.buffer(view.source, view.n_source)[:] if view.n_source else b""
    try:
        return str(raw.decode("utf-8", "surrogatepass")) if raw else None
    except UnicodeDecodeError:
        return str(raw.decode("utf-8", "replace"))
