"""Value and gradient of a batch, beside whatever peers are installed: ns a point and the ratio to symad's interpreter.

Usage: python tests/benchmarks/engine.py [-n POINTS] [--own] [--csv FILE] [name ...]

Everything in one process, one thread, columns of points contiguous; the processor time of the quickest of several
repeats, with the spread of the repeats. Times of different runs are not to be compared. `value` is the function alone
by symad's interpreter, `native` is symad as C, compiled; gradients that differ from symad's are shown as WRONG.
"""

from __future__ import annotations

import argparse
import csv
import statistics
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from time import process_time_ns

import numpy as np
import peers
from functions import FUNCTIONS

import symad
from symad._core import tapes
from symad.derive import automatic

REPEAT_NS = 20_000_000
N_REPEATS = 7
TOLERANCE = 1e-8  # of a gradient, relative to its largest entry: only mistakes are that large


def measure(call: Callable[[], object]) -> tuple[float, float]:
    """Quickest time of a call in ns, and the spread of the repeats over it."""
    call()
    start = process_time_ns()
    call()
    loops = max(1, REPEAT_NS // max(process_time_ns() - start, 1))
    times = []
    for _ in range(N_REPEATS):
        start = process_time_ns()
        for _ in range(loops):
            call()
        times.append((process_time_ns() - start) / loops)
    return min(times), (statistics.median(times) - min(times)) / min(times)


def own(problem: peers.Problem) -> Iterator[peers.Timed]:
    """The interpreter, the value alone, and native code."""
    expression, x = problem.expression, problem.x
    value, gradient = np.empty((len(x), 1)), np.empty(x.shape[::-1]).T
    plan = tapes.Plan(automatic.value_and_gradient(expression).handle, x.shape[1], 1)
    yield peers.Timed("symad", plan.bind([x], [value, gradient]), lambda _: gradient.T)
    value_alone = tapes.Plan(expression.handle, x.shape[1], 1).bind([x], [value])
    yield peers.Timed("value", value_alone, lambda _: gradient.T)
    native = symad.compile(expression, native=True)
    if native.native:
        yield peers.Timed("native", native.bind(x, out=(value[:, 0], gradient)), lambda _: gradient.T)


def rows(name: str, n_points: int, *, alone: bool) -> Iterator[tuple[str, float, float]]:
    """(method, ns a point, spread) for one function."""
    expression = symad.parse(FUNCTIONS[name])
    x = np.asfortranarray(np.random.default_rng(0).uniform(0.1, 0.9, (n_points, len(expression.variables))))
    problem, reference = peers.Problem(FUNCTIONS[name], expression, x), None
    for maker in (own,) if alone else (own, peers.timed):
        for timed in maker(problem):
            gradient = np.array(timed.gradient(timed.call()), dtype=float)
            reference = gradient if reference is None else reference
            wrong = np.max(np.abs(gradient - reference)) > TOLERANCE * np.max(np.abs(reference))
            time, spread = measure(timed.call)
            yield timed.name + " WRONG" * bool(wrong), time / n_points, spread


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
        found = list(rows(name, options.n, alone=options.own))
        base = found[0][1]
        cells = [f"{method} {time:.4g} ({time / base:.2f}) {100 * spread:.0f}%" for method, time, spread in found]
        print(f"{name:16s} " + "  ".join(cells), flush=True)
        if options.csv:
            with options.csv.open("a", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows([name, options.n, *row] for row in found)


if __name__ == "__main__":
    main()
