"""What tracing costs, and what a call of a traced function costs beside the engine's work.

Prints processor time, so that a busy machine counts less; one thread, best of some repeats. Run it alone:
``.venv/bin/python tests/benchmarks/traces.py``.
"""

from __future__ import annotations

import resource
from collections.abc import Callable
from time import process_time
from typing import Any

import numpy as np

import symad

REPEATS = 5
MB = 1024.0  # of ru_maxrss, which counts kilobytes


def best(call: Callable[[], object], n: int = 1, repeats: int = REPEATS) -> float:
    """Seconds of a call, the least of some repeats of n."""
    times = []
    for _ in range(repeats):
        start = process_time()
        for _ in range(n):
            call()
        times.append((process_time() - start) / n)
    return min(times)


def retraced(function: symad.Function, *args: Any) -> Callable[[], object]:
    def call() -> object:
        function.cache_clear()
        return function.trace(*args)

    return call


def layers(params: Any, x: Any) -> Any:
    for weights, bias in params:
        x = np.tanh(weights @ x + bias)
    return np.sum(x)


def operations() -> None:
    """Costs of an operation, by what it is on."""

    def chain(v: Any) -> Any:
        for _ in range(5000):
            v = v * 1.0001 + 0.5
        return v

    function = symad.function(chain)
    print(f"one number          {best(retraced(function, 1.0)) / 10000 * 1e6:8.2f} us an operation")
    print(f"an array of 3       {best(retraced(function, np.ones(3))) / 10000 * 1e6:8.2f} us an operation")
    product = symad.function(lambda a, b: a @ b)
    for k in (40, 100):
        n = k * k * (2 * k - 1)
        seconds = best(retraced(product, np.ones((k, k)), np.ones((k, k))), repeats=3)
        print(f"{k} x {k} matrices   {seconds / n * 1e9:8.1f} ns a node, {n} nodes")


def networks() -> None:
    """The network of 5 x 64 units on digits, and 50 x 100 written out."""
    rng = np.random.default_rng(0)
    for name, sizes in (("5 x 64", (64, 64, 64, 64, 64, 64, 10)), ("50 x 100", (100,) * 51)):
        shapes = list(zip(sizes[1:], sizes[:-1], strict=True))
        params = [(rng.normal(size=s) / np.sqrt(s[1]), np.zeros(s[0])) for s in shapes]
        x, function = rng.normal(size=sizes[0]), symad.function(layers)
        seconds = best(retraced(function, params, x), repeats=3)
        start = process_time()
        function.gradient(params, x)
        first = process_time() - start
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MB
        again = best(lambda: function.gradient(params, x), 3)  # noqa: B023  # called at once
        print(f"{name:<10} trace {seconds:6.3f} s; gradient program and plan {first:6.3f} s; "
              f"a gradient {again * 1e3:7.3f} ms; process {memory:5.0f} MB")  # fmt: skip


def calls() -> None:
    """Overhead of calls, of a small function and of one with a structure of six arrays."""
    rng = np.random.default_rng(1)
    small, v = symad.function(lambda v: np.sum(v * v)), np.ones(3)
    network = symad.function(layers)
    params = [(rng.normal(size=(8, 4)), np.zeros(8)), (rng.normal(size=(8, 8)), np.zeros(8))]
    timed("3 numbers", small, v)
    timed("network 4-8-8", network, params, np.ones(4))


def timed(name: str, function: symad.Function, *args: Any) -> None:
    """One function called in all ways, and as NumPy runs it."""
    out = np.empty(()), function.gradient(*args)
    ways = (
        lambda: function(*args),
        lambda: function.value_and_gradient(*args),
        function.bind(*args, out=out),
        lambda: function.__wrapped__(*args),  # type: ignore[attr-defined]  # the plain function
    )
    value, pair, bound, plain = (best(way, 1000) * 1e6 for way in ways)
    print(f"{name:<14} value {value:6.1f} us, value and gradient {pair:6.1f}, bound {bound:6.2f}; NumPy {plain:6.1f}")


if __name__ == "__main__":
    operations()
    networks()
    calls()
