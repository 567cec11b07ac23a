"""Do time and memory stay linear up to ten million operations? Recording, gradient program, plan, batches, one point.

    python tests/benchmarks/growth.py [operations ...]
    python tests/benchmarks/growth.py exponents [word ...]

Bars at 10^7 operations of a recorded formula: its tape 400 MB; with gradient program, plan and work memory, at the
peak of building them, 2.5 GB; an operation of the gradient and a point 1.5 ns in batches and 15 ns for one point.
Memory is what the process holds more than before, its text apart; times are of the processor, the quickest of three.

With `exponents`: processor time against size over three decades, of every step in tests/growths.py whose name holds one
of the words. k in time = size**k over the upper two decades is to be at most 1.1; a step stops beyond a minute.
Where sizes leave the caches, or others use these, k is up to 0.2 more: instructions then tell (valgrind, cachegrind).
"""

from __future__ import annotations

import gc
import math
import sys
from pathlib import Path
from time import process_time

import numpy as np

import symad
from symad._core import tapes
from symad.derive import automatic

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from growing import seconds  # what the tests use stands beside them
from growths import GROWTHS, Growth

N_INPUTS, N_POINTS = 300, 192
LIMITS = symad.Limits(text=2**31, tokens=2**30, nodes=2**25)
DECADES, FIRST, LONGEST = 3, 10, 60.0  # sizes from a tenth of the test's; seconds


def chain(n: int) -> str:
    """Each value from the one before, an older one and two inputs; one operation in 16 is a call."""
    lines = []
    for k in range(n // 16):
        x, y, z = (f"x{(k * step + step) % N_INPUTS}" for step in (1, 7, 31))
        call = ("sin(a)", "exp(-a*a)")[k % 2]
        lines.append(
            f"b = a*{x} + {y}*0.25 - {z}*a; c = {call}; d = b*{x} + c*{y} - 0.5*a; a = 0.3*d + 0.2*c - b*{z}*0.1"
        )
    return "a = x0; " + ";\n".join(lines) + "; a"


def wide(n: int) -> str:
    """A sum of terms that have nothing but inputs in common, in groups of a thousand."""
    lines, group = [], 1000
    for k in range(n // 8):
        x, y, z = (f"x{(k * step + k // N_INPUTS + step) % N_INPUTS}" for step in (1, 7, 31))
        start = f"s{k // group} = " if k % group == 0 else " + "
        call = f"sin({x} + {k}.5)" if k % 2 else f"exp({x}*{z})"
        lines.append(f"{start}({call} - {k % 97}.25*{y})*({y} + {z}){';' * (k % group == group - 1)}")
    lines.append("" if (n // 8) % group == 0 else ";")
    return "".join(lines) + "t = 0; " + "; ".join(f"t = t + s{k}" for k in range(-(-(n // 8) // group))) + "; t"


def resident(kind: str = "VmRSS") -> float:
    """MB of this process: now, or VmHWM at most since `forget_peak`."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(kind)) / 1e3


def forget_peak() -> None:
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def quickest(call: object) -> float:
    """Seconds of a call."""
    times = []
    for _ in range(3):
        start = process_time()
        call()  # type: ignore[operator]
        times.append(process_time() - start)
    return min(times)


def show(name: str, text: str) -> None:
    """One block of lines."""
    forget_peak()
    before, start = resident(), process_time()
    formula = symad.parse(text, variables=[f"x{i}" for i in range(N_INPUTS)], limits=LIMITS)
    parsed, n = process_time() - start, formula.n_nodes - N_INPUTS
    peak, tape = resident("VmHWM") - before, formula.handle.view.n_bytes / 1e6
    print(f"{name}: {n / 1e6:.2f} million nodes; {parsed * 1e9 / n:.0f} ns each to parse, peak {peak:.0f} MB")
    forget_peak()
    start = process_time()
    program = automatic.value_and_gradient(formula)
    built, kept = process_time() - start, resident() - before
    start = process_time()
    plan = tapes.Plan(program.handle, N_INPUTS, 1)
    planned, nodes = process_time() - start, program.n_nodes
    instructions, slots, size = plan.size()
    print(f"  tape {tape:.0f} MB, {tape * 1e6 / n:.0f} bytes a node; with the gradient {kept:.0f} MB")
    per_node = f"gradient {built * 1e9 / n:.0f} ns a node, plan {planned * 1e9 / nodes:.0f} ns"
    print(f"  {per_node} a node of its {nodes / 1e6:.2f} million")
    print(f"  plan {size / 1e6:.0f} MB, {instructions / 1e6:.2f} million instructions, {slots} slots")
    x = np.asfortranarray(np.random.default_rng(0).uniform(0.1, 0.9, (N_POINTS, N_INPUTS)))
    for n_points in (N_POINTS, 1):
        out = np.empty((n_points, 1)), np.empty((N_INPUTS, n_points)).T
        call = plan.bind([x[:n_points]], out)
        call()
        each = quickest(call) * 1e9 / n_points
        work = plan.work_bytes(n_points) / 1e6
        print(f"  {n_points} points: {each / nodes:.2f} ns an operation and point, work {work:.0f} MB")
        del call
    print(f"  peak {resident('VmHWM') - before:.0f} MB", flush=True)


def show_exponents(growth: Growth) -> None:
    """One line: times from size to size, the exponent over all, and that over the upper two decades."""
    sizes = [max(1, growth.size // FIRST) * 10**k for k in range(DECADES + 1)]
    times: list[float] = []
    for n in sizes:
        work = growth.make(n)
        times.append(min(seconds(work) for _ in range(3 if not times or times[-1] < 1.0 else 1)))
        if times[-1] > LONGEST:
            break
    shown = ", ".join(f"{n} {time:.2g} s" for n, time in zip(sizes, times, strict=False))
    slopes = [math.log10(times[-1] / times[-1 - k]) / k for k in range(1, len(times))]
    upper, whole = slopes[min(1, len(slopes) - 1)], slopes[-1]
    print(f"{growth.name}: {upper:.2f} in the upper two decades, {whole:.2f} over all ({shown})", flush=True)


def main() -> None:
    """One block a shape and size, or one line a step."""
    if sys.argv[1:2] == ["exponents"]:
        for growth in GROWTHS:
            if not sys.argv[2:] or any(word in growth.name for word in sys.argv[2:]):
                show_exponents(growth)
        return
    for n in [int(float(argument)) for argument in sys.argv[1:]] or [10**6, 10**7]:
        for shape in (chain, wide):
            show(f"{shape.__name__} {n:.0e}", shape(n))


if __name__ == "__main__":
    main()
