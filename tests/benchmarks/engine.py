"""Value and gradient of a batch, beside whatever peers are installed: ns a point and the ratio to symad's interpreter.

Usage: python tests/benchmarks/engine.py [-n POINTS] [--own] [--csv FILE] [name ...]

Everything in one process, one thread, columns of points contiguous; the processor time of the quickest of several
repeats, with the spread of the repeats. Times of different runs are not to be compared. `symad` is what people get,
machine code where this system makes some, `interpreter` the same without, `value` the function alone, `native` symad as
C, compiled by the system's compiler; gradients that differ from symad's are shown as WRONG.
"""

from __future__ import annotations

import argparse
import csv
import os
import shutil
import statistics
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time_ns

import numpy as np
import peers
from functions import FUNCTIONS

import symad
from symad._core import tapes
from symad.derive import automatic
from symad.tape.native import NativeCompiler

Maker = Callable[[peers.Problem], Iterator[peers.Timed]]

REPEAT_NS = 20_000_000
N_REPEATS = 7
LONGEST_NATIVE = 20_000  # nodes: some ten seconds of the compiler
TOLERANCE = 1e-8  # of a gradient, relative to its largest entry: only mistakes are that large


def measure(call: Callable[[], object], repeat_ns: int = REPEAT_NS) -> tuple[float, float]:
    """Quickest time of a call in ns, and the spread of the repeats over it."""
    call()
    start = process_time_ns()
    call()
    loops = max(1, repeat_ns // max(process_time_ns() - start, 1))
    times = []
    for _ in range(N_REPEATS):
        start = process_time_ns()
        for _ in range(loops):
            call()
        times.append((process_time_ns() - start) / loops)
    return min(times), (statistics.median(times) - min(times)) / min(times)


@contextmanager
def machine_code(switch: str) -> Iterator[None]:
    """Plans that are made meanwhile follow this switch."""
    before = os.environ.get("SYMAD_CODE", "")
    os.environ["SYMAD_CODE"] = switch
    yield
    os.environ["SYMAD_CODE"] = before


def own(problem: peers.Problem) -> Iterator[peers.Timed]:
    """As people get it, the interpreter, the value alone, and native code; each from the text on."""
    expression, x = problem.expression, problem.x
    value, gradient = np.empty((len(x), 1)), np.empty(x.shape[::-1]).T
    for name, switch in (("symad", ""), ("interpreter", "0")):
        with machine_code(switch):
            plan = tapes.Plan(automatic.value_and_gradient(symad.parse(problem.text)).handle, x.shape[1], 1)
            yield peers.Timed(name, plan.bind([x], [value, gradient]), lambda _: gradient.T)
    value_alone = tapes.Plan(expression.handle, x.shape[1], 1).bind([x], [value])
    yield peers.Timed("value", value_alone, lambda _: gradient.T)
    if shutil.which("cc") and expression.n_nodes < LONGEST_NATIVE:
        with TemporaryDirectory() as cache:  # an empty one, so that the compiler has to work
            native = symad.Tape(symad.parse(problem.text), NativeCompiler(cache=cache))
            yield peers.Timed("native", native.bind(x, out=(value[:, 0], gradient)), lambda _: gradient.T)


@dataclass(frozen=True)
class Measured:
    """One method on one function: ns a point, spread of the repeats, seconds from the text to the first answer."""

    method: str
    time: float
    spread: float
    build: float


def measured(makers: Iterable[Maker], name: str, n_points: int, repeat_ns: int = REPEAT_NS) -> Iterator[Measured]:
    """Every method of these makers on one function; the first sets the gradient that others must agree with."""
    expression = symad.parse(FUNCTIONS[name])
    x = np.asfortranarray(np.random.default_rng(0).uniform(0.1, 0.9, (n_points, len(expression.variables))))
    problem, reference = peers.Problem(FUNCTIONS[name], expression, x), None
    for maker in makers:
        made = iter(maker(problem))
        while True:
            start = perf_counter()
            timed = next(made, None)
            if timed is None:
                break
            gradient = np.array(timed.gradient(timed.call()), dtype=float)
            build = perf_counter() - start
            reference = gradient if reference is None else reference
            wrong = np.max(np.abs(gradient - reference)) > TOLERANCE * np.max(np.abs(reference))
            time, spread = measure(timed.call, repeat_ns)
            yield Measured(timed.name + " WRONG" * bool(wrong), time / n_points, spread, build)


def main() -> None:
    """Print one line a function."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", type=int, default=1000, help="points")
    parser.add_argument("--own", action="store_true", help="no peers")
    parser.add_argument("--csv", type=Path, help="a line a number, added to this file")
    parser.add_argument("names", nargs="*", default=list(FUNCTIONS))
    options = parser.parse_args()
    sys.setrecursionlimit(100_000)
    print(f"{tapes.engines()[-1]}, {options.n} points; ns a point (over symad), spread of the repeats in %")
    for name in options.names:
        found = list(measured((own,) if options.own else (own, peers.timed), name, options.n))
        base = found[0].time
        cells = [f"{one.method} {one.time:.4g} ({one.time / base:.2f}) {100 * one.spread:.0f}%" for one in found]
        print(f"{name:16s} " + "  ".join(cells), flush=True)
        if options.csv:
            with options.csv.open("a", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows([name, options.n, *astuple(one)] for one in found)


if __name__ == "__main__":
    main()
