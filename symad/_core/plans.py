"""The boundary to C for what a plan holds: its instructions, and how it computes each node."""

from __future__ import annotations

from typing import NamedTuple

from symad._core import tapes
from symad._symad import ffi, lib


def _named(prefix: str) -> dict[int, str]:
    """The constants of the header with this prefix: number to the rest of the name."""
    return {getattr(lib, name): name.removeprefix(prefix).lower() for name in dir(lib) if name.startswith(prefix)}


KINDS = _named("SYMAD_INSTRUCTION_")
MODES = _named("SYMAD_MODE_")
ACTIVE: int = lib.SYMAD_NODE_ACTIVE
OPEN: int = lib.SYMAD_NODE_OPEN


class Instruction(NamedTuple):
    """One instruction: `symad_instruction` in the header, where the fields are described; None for a column unread."""

    kind: str
    row: int
    name: str
    value: str
    stored: tuple[int, ...]
    slots: tuple[int, ...]
    numbers: tuple[float, ...]
    moved: tuple[int | None, ...]
    block: int
    column: int


def instructions(plan: tapes.Plan) -> list[Instruction]:
    """All instructions of a plan in their order."""
    cell, found = ffi.new("symad_instruction *"), list[Instruction]()
    while lib.symad_plan_instruction_at(plan.pointer, len(found), cell):
        moved = ffi.unpack(cell.list, cell.n_list) if cell.n_list else []
        found.append(
            Instruction(
                KINDS[cell.kind], cell.row, tapes.text_of(cell.name), tapes.text_of(cell.value),
                tuple(cell.stored[0 : cell.n_stored]), tuple(cell.slots[0 : cell.n_slots]),
                tuple(cell.numbers[0 : cell.n_numbers]),
                tuple(None if slot == lib.SYMAD_NO_SLOT else slot for slot in moved), cell.block, cell.column,
            )
        )  # fmt: skip
    return found


def modes(handle: tapes.Handle) -> tuple[list[str], list[int]]:
    """(mode of each node, the nodes that are computed in their order)."""
    n = max(1, handle.view.n_nodes)
    kinds, nodes, count = ffi.new("uint8_t[]", n), ffi.new("uint32_t[]", n), ffi.new("size_t *")
    tapes.check(lib.symad_tape_modes(handle.pointer, kinds, nodes, count), "modes")
    order = ffi.unpack(nodes, count[0]) if count[0] else []
    return [MODES[kind] for kind in kinds[0 : handle.view.n_nodes]], order


def roundings(handle: tapes.Handle) -> list[float]:
    """For each constant, at least how far its double is from the number meant."""
    n = handle.view.n_constants
    return list(ffi.unpack(handle.view.errors, n)) if n and handle.view.errors != ffi.NULL else [0.0] * n
