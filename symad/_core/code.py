"""When a plan becomes machine code: once its work has earned what making it costs.

Emission takes 56 to 150 ns a step and planning about as much; code gains half of the interpreter's time, so that by
then the interpreter has spent what emission costs: the worst case is twice the best. The environment has a switch,
`SYMAD_CODE`: 0 for never, 1 for at once, `map` for at once with a line in the map of symbols that `perf` reads.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from symad._symad import ffi, lib

NEVER, AT_ONCE, MAPPED = "0", "1", "map"
_POINTS, _POINTS_BY_STEPS = 1_300, 90_000
_MANY_COLUMNS, _STEPS_A_COLUMN = 512, 4  # beyond, memory is the work
_BATCHES, _ONE_POINT = 1, 2  # versions of a runner


def version(n_points: int) -> int:
    """The version of a plan that has code for calls of so many points."""
    return _ONE_POINT if n_points == 1 else _BATCHES


def wanted(n_steps: int) -> int:
    """Points that earn code: in batches, and 20 for a call of one; in one call four times as many."""
    return _POINTS + _POINTS_BY_STEPS // max(1, n_steps)


def pays(n_steps: int, n_columns: int) -> bool:
    """Whether code can gain anything."""
    return n_columns <= _MANY_COLUMNS or n_steps >= _STEPS_A_COLUMN * n_columns


def flags_of_rows() -> int:
    """The rows of an objective are run again and again: they have code from the start."""
    return 0 if os.environ.get("SYMAD_CODE", "") == NEVER else lib.SYMAD_ROWS_CODE


def settle(runner: Any, n_steps: int, n_columns: int) -> None:
    """What a new plan may become, and when."""
    switch = os.environ.get("SYMAD_CODE", "")
    runner.wanted = wanted(n_steps)
    runner.most = _ONE_POINT if switch != NEVER and (pays(n_steps, n_columns) or switch in (AT_ONCE, MAPPED)) else 0
    if switch in (AT_ONCE, MAPPED):
        lib.symad_runner_compile(runner, _ONE_POINT)
    if switch == MAPPED:
        _tell_perf(runner, int(lib.symad_tape_hash(runner.tape)))


def _tell_perf(runner: Any, number: int) -> None:
    """A line of the file in which `perf` looks for names of addresses: start, length, name."""
    size = ffi.new("size_t *")
    start = int(ffi.cast("uintptr_t", lib.symad_plan_code(runner.versions[runner.now].plan, size)))
    if start:
        with Path(f"/tmp/perf-{os.getpid()}.map").open("a", encoding="ascii") as lines:
            lines.write(f"{start:x} {size[0]:x} symad_{number:016x}\n")
