"""What does a Hessian cost a point, as entries, as a matrix, and by directions; beside the gradient of the same point?

Bars: the entries of Rosenbrock-100 at most 1.5 us a point in batches, the matrix of a Helmholtz energy with 20
variables at most 12 us for one point. Processor time, best of 7; beside them CasADi's compiled C, one point a call:

    python tests/benchmarks/hessians.py
"""

from __future__ import annotations

import time
import timeit
from typing import TYPE_CHECKING

import casadi_calls
import numpy as np

import symad

if TYPE_CHECKING:
    from collections.abc import Callable

MANY = 1000


def rosenbrock(n: int) -> str:
    """A sum over neighbours: three entries a row."""
    return " + ".join(f"100*(x{i + 1} - x{i}**2)**2 + (1 - x{i})**2" for i in range(n - 1))


def helmholtz(n: int) -> str:
    """Energy of a mixed fluid after Griewank and Walther, 2nd ed., section 4.1: every entry is there."""
    random = np.random.default_rng(0)
    matrix, b = random.uniform(0.5, 1.5, (n, n)).tolist(), random.uniform(0.1, 0.3, n).tolist()
    rows = (f"x{i}*({' + '.join(f'{matrix[i][j]!r}*x{j}' for j in range(n))})" for i in range(n))
    linear = " + ".join(f"{b[i] / n!r}*x{i}" for i in range(n))
    logs = " + ".join(f"x{i}*log(x{i}/(1 - v))" for i in range(n))
    return (
        f"v = {linear}; q = {' + '.join(rows)}; {logs} - q/(sqrt(8)*v)*log((1 + (1 + sqrt(2))*v)/(1 + (1 - sqrt(2))*v))"
    )


def microseconds(call: Callable[[], object], number: int) -> float:
    """Of one call."""
    call()
    return min(timeit.repeat(call, number=number, repeat=7, timer=time.process_time)) / number * 1e6


def main() -> None:
    """Rows: what is computed; columns: one call with one point, a point in a batch, both as ratios to the gradient."""
    for name, text, n in (("Rosenbrock-100", rosenbrock(100), 100), ("Helmholtz-20", helmholtz(20), 20)):
        tape = symad.compile(text, variables=[f"x{i}" for i in range(n)])
        points = np.random.default_rng(1).uniform(0.1, 0.9, (MANY, n)) / (1 if n == 100 else n)
        start = time.perf_counter()
        n_entries = len(tape.hessian(points[0], sparse=True)[0].rows)
        print(f"{name}: {n_entries} entries; first call {(time.perf_counter() - start) * 1e3:.1f} ms")
        kinds: dict[str, Callable[[np.ndarray], object]] = {
            "gradient": tape.gradient,
            "entries": lambda x, tape=tape: tape.hessian(x, sparse=True),
            "lower entries": lambda x, tape=tape: tape.hessian(x, sparse=True, lower=True),
            "matrix": tape.hessian,
            "matrix by directions": lambda x, tape=tape, n=n: tape.hvp(x[..., None, :], np.eye(n)),
        }
        base = None
        for kind, call in kinds.items():
            one = microseconds(lambda call=call, points=points: call(points[0]), 300)
            many = microseconds(lambda call=call, points=points: call(points), 2) / MANY
            base = base or (one, many)
            print(f"  {kind:20} {one:8.2f} us ({one / base[0]:5.1f})  {many:8.3f} us a point ({many / base[1]:5.1f})")
        if casadi_calls.INSTALLED:
            one = microseconds(casadi_calls.bound(text, points[0].copy(), lambda ca, f, x: [ca.hessian(f, x)[0]]), 300)
            print(f"  {'CasADi, C, entries':20} {one:8.2f} us ({one / base[0]:5.1f})")


if __name__ == "__main__":
    main()
