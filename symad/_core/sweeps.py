"""The boundary to C for textbook sweeps: to be timed, or seen whole with their status."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from symad._core.tapes import Handle, check
from symad._symad import ffi, lib

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Trace = tuple[Array, Array, Array, Array, NDArray[np.bool_]]


def _pointer(array: Array) -> Any:
    return ffi.from_buffer("double *", array)


def time_sweeps(handle: Handle, points: Array, value: Array, gradient: Array, memory: Any) -> None:
    """One textbook sweep a row on C-contiguous arrays, with the caller's memory."""
    x, v, g = _pointer(points), _pointer(value), _pointer(gradient)
    n = points.shape[1]
    status = lib.symad_tape_values_and_gradients(handle.pointer, len(points), x, n, 1, v, g, n, 1, memory)
    check(status, "sweep")


def _cells(arrays: Trace) -> Any:
    cell = ffi.new("symad_trace *")
    cell.values, cell.slopes, cell.partials, cell.list_partials = (_pointer(array) for array in arrays[:4])
    cell.live = ffi.from_buffer("uint8_t *", arrays[4])
    return cell


def trace(handle: Handle, point: Array, seeds: Array, *, tangent: bool, arrays: Trace) -> None:
    """A sweep seen whole into (values, slopes, partials, live)."""
    run = lib.symad_tape_tangent if tangent else lib.symad_tape_sweep
    check(run(handle.pointer, _pointer(point), _pointer(seeds), _cells(arrays)), "sweep")


def status(handle: Handle, arrays: Trace) -> tuple[int, list[int]]:
    """The status word of a finished reverse sweep and the first node for each of its bits."""
    report = ffi.new("symad_report *")
    check(lib.symad_tape_status(handle.pointer, _cells(arrays), report), "status")
    return int(report.word), list(report.first)
