"""The boundary to C for formulas made of formulas: one tape's operations within the builder of another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symad._core.tapes import Builder, Handle, check
from symad._symad import ffi, lib

if TYPE_CHECKING:
    from collections.abc import Sequence


def append(builder: Builder, handle: Handle, inputs: Sequence[int]) -> list[int]:
    """The operations of a tape over these nodes of the builder; the nodes of its outputs."""
    found = ffi.new("uint32_t[]", handle.view.n_outputs)
    check(lib.symad_builder_append(builder.pointer, handle.pointer, list(inputs), found), "composition")
    return list(found)
