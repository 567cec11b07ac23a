"""What does one call cost beside its kernel? Processor time, best of 40, and beside an empty call of cffi.

Bars: a bound call its kernel + 0.12 us, `value_and_gradient` of one point its kernel + 0.25 us, of four points its
kernel + 0.3 us, also into arrays of the caller; a sparse Hessian little more than a dense one. The kernel is what a
bound call takes beyond that empty call, so that its own price is the empty one's. `native` is a bound call of
compiled code; CasADi, if it is installed, is called as compiled C through its buffers:

    python tests/benchmarks/calls.py
"""

from __future__ import annotations

import time
import timeit
from functools import partial
from typing import TYPE_CHECKING

import casadi_calls
import numpy as np

import symad
from symad._symad import ffi, lib

if TYPE_CHECKING:
    from collections.abc import Callable

N = 20_000
FORMULAS = {
    "(x**2 + sin(x**2))*x**2": 1,
    "x*sin(y) + x**2": 2,
    " + ".join(f"100*(x{i + 1} - x{i}**2)**2 + (1 - x{i})**2" for i in range(19)): 20,
}


def nanoseconds(call: Callable[[], object]) -> float:
    """Of one call."""
    return min(timeit.repeat(call, number=N, repeat=40, timer=time.process_time)) / N * 1e9


def main() -> None:
    """One line a formula."""
    empty = nanoseconds(partial(lib.symad_plan_stats, *nothing()))
    print(f"NumPy {np.__version__}; an empty call of cffi: {empty:.0f} ns. In ns:")
    print("variables  kernel   bound value_and_gradient  with out  gradient   ufunc  native  casadi")
    for text, n in FORMULAS.items():
        tape, point = symad.compile(text), np.linspace(0.5, 1.0, n)
        out = np.empty(()), np.empty(n)
        bound = nanoseconds(tape.bind(point, out=out))
        tape.value_and_gradient(point), tape.gradient(point)
        row = [
            nanoseconds(partial(tape.value_and_gradient, point)),
            nanoseconds(partial(tape.value_and_gradient, point, out=out)),
            nanoseconds(partial(tape.gradient, point)),
            nanoseconds(partial(tape.ufunc, *point.tolist())),
        ]
        row.append(nanoseconds(symad.compile(text, native=True).bind(point, out=out)))
        if casadi_calls.INSTALLED:
            row.append(nanoseconds(casadi_calls.bound(text, point, lambda ca, f, x: [f, ca.gradient(f, x)])))
        kernel = bound - empty
        print(
            f"{n:9} {kernel:7.0f} {bound:7.0f} {row[0]:18.0f} {row[1]:9.0f} {row[2]:9.0f}"
            + "".join(f" {each:7.0f}" for each in row[3:])
        )
        print(f"{'- kernel':>9} {'':7} {bound - kernel:7.0f} {row[0] - kernel:18.0f} {row[1] - kernel:9.0f}")
        print(f"{'':9} {of_batches(tape, n, empty)}; Hessian {of_hessians(tape, point)}")


def of_batches(tape: symad.Tape, n: int, empty: float) -> str:
    """What four points cost beyond their kernel, into new arrays and into the caller's."""
    points = np.random.default_rng(1).uniform(0.5, 1.0, (4, n))
    out = np.empty(4), np.empty((4, n))
    kernel = nanoseconds(tape.bind(points, out=out)) - empty
    new = nanoseconds(partial(tape.value_and_gradient, points)) - kernel
    given = nanoseconds(partial(tape.value_and_gradient, points, out=out)) - kernel
    return f"four points {kernel:.0f}: + {new:.0f}, with out + {given:.0f}"


def of_hessians(tape: symad.Tape, point: object) -> str:
    """One point, dense and sparse."""
    dense, sparse = partial(tape.hessian, point), partial(tape.hessian, point, sparse=True)
    dense(), sparse()
    return f"dense {nanoseconds(dense):.0f}, sparse {nanoseconds(sparse):.0f}"


def nothing() -> tuple[object, object]:
    """Arguments of a function of the core that does next to nothing."""
    from symad._core import tapes

    plan = tapes.Plan(symad.parse("x").handle, 1, 1)
    size = ffi.new("symad_plan_size *")
    _kept.append(plan)
    return plan.pointer, size


_kept: list[object] = []

if __name__ == "__main__":
    main()
