"""Value and gradient of a batch beside whatever is installed: where others win first, and what it takes to get there.

Usage, from the root of the checkout: python -m tests.benchmarks [--quick] [-n POINTS] [--csv FILE] [--svg FILE]

One process, one thread, columns of points contiguous, every method with buffers that it fills again. `symad` is what
people get, machine code where this system makes some; `interpreter` the same without, `native` symad's C by the
system's compiler. A number is a method's time over that of `symad`: above 1, symad is ahead. The time to build goes
from the text to the first answer. --quick leaves out functions and peers that would take minutes, and ends after two.
"""

from __future__ import annotations

import argparse
import csv
import math
import os
import statistics
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import astuple
from pathlib import Path

os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")
sys.path.insert(0, str(Path(__file__).parent))

import engine  # the modules beside this one, which are scripts too
import peers
from functions import FUNCTIONS

import symad
from symad._core import tapes

SECONDS = 100.0  # of --quick: then no further function is begun
QUICK_NODES, QUICK_ARGUMENTS = 400, 40
QUICK_REPEAT_NS = 5_000_000
SLOW = {"c_code", "sympy", "symjit", "torch"}  # left out of --quick: seconds a function
OWN = ("symad", "interpreter", "value")
SYMADS = (*OWN, "native")


Found = dict[str, list[engine.Measured]]


def quick_peers(problem: peers.Problem) -> Iterable[peers.Timed]:
    """Those that are ready within seconds."""
    slow = SLOW if problem.x.shape[1] <= QUICK_ARGUMENTS else {*SLOW, "jax"}
    return peers.timed(problem, [peer for peer in peers.PEERS if peer.__name__ not in slow])


def run(names: Sequence[str], options: argparse.Namespace) -> Found:
    """Every method on every function, while there is time."""
    found: Found = {}
    makers = (engine.own, quick_peers if options.quick else peers.timed)
    repeat_ns, start = QUICK_REPEAT_NS if options.quick else engine.REPEAT_NS, time.monotonic()
    for name in names:
        if options.quick and time.monotonic() - start > SECONDS:
            break
        if options.quick and symad.parse(FUNCTIONS[name]).n_nodes > QUICK_NODES:
            continue
        found[name] = list(engine.measured(makers, name, options.n, repeat_ns))
        print(f"  {name}: {len(found[name])} methods, {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)
        if options.csv:
            with options.csv.open("a", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows([name, options.n, *astuple(one)] for one in found[name])
    return found


def ratios(found: Found) -> dict[str, dict[str, float]]:
    """By method and function, the time over symad's."""
    by_method: dict[str, dict[str, float]] = {}
    for name, rows in found.items():
        for one in rows:
            by_method.setdefault(one.method, {})[name] = one.time / rows[0].time
    return by_method


def losses(by_method: dict[str, dict[str, float]]) -> Iterable[str]:
    """Where others are quicker."""
    for method, values in by_method.items():
        ahead = sorted((ratio, name) for name, ratio in values.items() if ratio < 1)
        if method not in OWN and ahead:
            yield f"- {method}: " + ", ".join(f"{name} {ratio:.2f}" for ratio, name in ahead)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def of_functions(found: Found, by_method: dict[str, dict[str, float]]) -> str:
    """ns a point of symad, and the ratios of all others."""
    methods = [method for method in by_method if method != "symad"]
    rows = []
    for name, measured in found.items():
        cells = [f"{by_method[m][name]:.2f}" if name in by_method[m] else "-" for m in methods]
        rows.append([name, f"{measured[0].time:.4g}", *cells])
    return table(["function", "symad, ns", *methods], rows)


def summary(found: Found, by_method: dict[str, dict[str, float]]) -> dict[str, tuple[float, int, list[float]]]:
    """Of each method: the geometric mean of its time over symad's, on how many it is behind, the times to build."""
    builds: dict[str, list[float]] = {}
    for measured in found.values():
        for one in measured:
            builds.setdefault(one.method, []).append(one.build)
    means = {m: math.exp(statistics.fmean(map(math.log, values.values()))) for m, values in by_method.items()}
    behind = {m: sum(ratio > 1 for ratio in values.values()) for m, values in by_method.items()}
    return {m: (means[m], behind[m], builds[m]) for m in sorted(means, key=means.__getitem__) if m != "value"}


def of_building(found: Found, by_method: dict[str, dict[str, float]]) -> str:
    """Each method by its time and by what it takes to build."""
    rows = []
    for method, (mean, behind, builds) in summary(found, by_method).items():
        ahead = "-" if method == "symad" else f"{behind} of {len(builds)}"
        times = [f"{1e3 * of(builds):.3g}" for of in (statistics.median, max)]
        rows.append([method, f"{mean:.2f}", ahead, *times])
    head = ["method", "time over symad's, geometric mean", "symad ahead on", "median build, ms", "longest, ms"]
    return table(head, rows)


def chart(found: Found, by_method: dict[str, dict[str, float]]) -> str:
    """The same as SVG, decades both: time to build to the right, time of an evaluation upwards; down left is good."""
    left, decade, bottom = 70, 120, 300
    lines = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 350" font-family="sans-serif" font-size="12">']
    lines.append('<rect width="720" height="350" fill="#ffffff"/>')
    for k, label in enumerate(("0.1 ms", "1 ms", "10 ms", "0.1 s", "1 s", "10 s")):
        x = left + k * decade
        lines.append(
            f'<path d="M{x} 20V{bottom}" stroke="#dddddd"/><text x="{x}" y="318" text-anchor="middle">{label}</text>'
        )
    for k, label in enumerate(("1", "10", "100")):
        y = bottom - 20 - k * decade
        lines.append(
            f'<path d="M{left} {y}H690" stroke="#dddddd"/><text x="60" y="{y + 4}" text-anchor="end">{label}</text>'
        )
    lines.append('<text x="380" y="340" text-anchor="middle">from the text to the first answer, median</text>')
    lines.append("<text transform='translate(18 160) rotate(-90)' text-anchor='middle'>time over symad's</text>")
    for method, (mean, _, builds) in summary(found, by_method).items():
        x = left + decade * (4 + math.log10(statistics.median(builds)))
        y = bottom - 20 - decade * math.log10(mean)
        colour = "#b03000" if method in SYMADS else "#305080"
        lines.append(f'<circle cx="{x:.0f}" cy="{y:.0f}" r="4" fill="{colour}"/>')
        lines.append(f'<text x="{x + 7:.0f}" y="{y + 4:.0f}" fill="{colour}">{method}</text>')
    return "\n".join([*lines, "</svg>", ""])


def main() -> None:
    """Measure, then print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="two minutes")
    parser.add_argument("-n", type=int, default=1000, help="points")
    parser.add_argument("--csv", type=Path, help="a line a number, added to this file")
    parser.add_argument("--svg", type=Path, help="the chart of time against build time")
    options = parser.parse_args()
    sys.setrecursionlimit(100_000)
    found = run(list(FUNCTIONS), options)
    by_method = ratios(found)
    if options.svg:
        options.svg.write_text(chart(found, by_method), encoding="utf-8")
    print(f"{tapes.engines()[-1]}, {options.n} points, {len(found)} functions\n")
    print("Where others win (their time over symad's):\n")
    print("\n".join(losses(by_method)) or "- nowhere")
    print(f"\n{of_building(found, by_method)}\n\n{of_functions(found, by_method)}")


if __name__ == "__main__":
    main()
