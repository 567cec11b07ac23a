"""Objectives beside JAX, autograd and NumPy by hand: ratios of processor time, the quickest of interleaved repeats.

``OPENBLAS_NUM_THREADS=1 taskset -c 0 .venv/bin/python tests/benchmarks/objectives.py``; JAX and autograd are compared
with where they are installed. Values and gradients are compared before anything is timed. Results stand in RESULTS.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.util import find_spec
from time import process_time
from typing import Any

import numpy as np

import symad
from symad.functions import softplus

REPEATS = 15
SECONDS = 0.02  # that each repeat takes at least
FEATURES = 10
Call = Callable[[], Any]


def times(calls: Mapping[str, Call]) -> dict[str, float]:
    """Seconds of each call, the least of repeats that take turns."""
    counts = {}
    for name, call in calls.items():
        call()
        start = process_time()
        call()
        counts[name] = max(1, int(SECONDS / max(process_time() - start, 1e-6)))
    found = dict.fromkeys(calls, float("inf"))
    for _ in range(REPEATS):
        for name, call in calls.items():
            start = process_time()
            for _ in range(counts[name]):
                call()
            found[name] = min(found[name], (process_time() - start) / counts[name])
    return found


def show(title: str, calls: Mapping[str, Call]) -> None:
    """Times over symad's, which is the first."""
    found = times(calls)
    first, base = next(iter(found.items()))
    rest = "".join(f"{name} {seconds / base:.2f}  " for name, seconds in found.items() if name != first)
    print(f"{title:<52} {first} {base * 1e6:10.1f} us; times over that: {rest}", flush=True)


def agree(calls: Mapping[str, Call]) -> None:
    """All calls give the value and the gradient of the first."""
    wanted = np.hstack([np.ravel(one) for one in next(iter(calls.values()))()])
    for name, call in calls.items():
        found = np.hstack([np.ravel(np.asarray(one)) for one in call()])
        if not np.allclose(found, wanted, rtol=1e-9, atol=1e-9):
            raise AssertionError(f"{name}: {found} {wanted}")


def jitted(loss: Callable[..., Any], *given: Any) -> Call:
    """Value and gradient by JAX; the first of `given` are the parameters."""
    import jax

    run = jax.jit(jax.value_and_grad(loss))
    arrays = [jax.numpy.asarray(one) for one in given]
    return lambda: jax.block_until_ready(run(*arrays))


def bound(objective: Any, p: Any) -> Call:
    """Value and gradient into arrays of ours."""
    value, gradient = np.empty(()), np.empty(len(p))
    call = objective.bind(p, out=(value, gradient))

    def run() -> Any:
        call()
        return value, gradient

    return run


def logistic(n: int) -> None:
    """Logistic regression of n rows: value and gradient, and the product with the Hessian."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(n, FEATURES))
    y = (rng.uniform(size=n) < 0.4).astype(float)
    p, v = rng.normal(size=FEATURES + 1) / 3, rng.normal(size=FEATURES + 1)

    def row(w: Any, x: Any, y: Any) -> Any:
        z = w[:FEATURES] @ x + w[FEATURES]
        return softplus(z) - y * z

    objective = symad.objective(row, data={"x": x, "y": y})
    objective.flatten(p)

    def by_hand() -> Any:
        z = x @ p[:-1] + p[-1]
        r = 1 / (1 + np.exp(-z)) - y
        return np.sum(np.logaddexp(0, z) - y * z), np.append(x.T @ r, r.sum())

    def sharing() -> Any:
        z = x @ p[:-1] + p[-1]
        e = np.exp(-np.abs(z))
        r = np.where(z > 0, 1, e) / (1 + e) - y
        value = np.sum(np.maximum(z, 0) + np.log1p(e) - y * z)
        return value, np.append(x.T @ r, r.sum())

    def product() -> Any:
        s = 1 / (1 + np.exp(-(x @ p[:-1] + p[-1])))
        r = s * (1 - s) * (x @ v[:-1] + v[-1])
        return np.append(x.T @ r, r.sum())

    calls = {"symad": lambda: objective.value_and_gradient(p), "bound": bound(objective, p), "NumPy": by_hand}
    calls["NumPy, one exponential"] = sharing
    products = {"symad": lambda: objective.hvp(p, v), "NumPy": product}
    if find_spec("jax"):
        import jax
        import jax.numpy as jnp

        def loss(w: Any, x: Any, y: Any) -> Any:
            z = x @ w[:-1] + w[-1]
            return jnp.sum(jax.nn.softplus(z) - y * z)

        calls["JAX"] = jitted(loss, p, x, y)
        slope = jax.jit(lambda w, v, x, y: jax.jvp(lambda w: jax.grad(loss)(w, x, y), (w,), (v,))[1])
        given = [jnp.asarray(one) for one in (p, v, x, y)]
        products["JAX"] = lambda: jax.block_until_ready(slope(*given))
    if find_spec("autograd"):
        import autograd
        import autograd.numpy as anp

        def plain(w: Any) -> Any:
            z = anp.dot(x, w[:-1]) + w[-1]
            return anp.sum(anp.logaddexp(0, z) - y * z)

        both = autograd.value_and_grad(plain)
        calls["autograd"] = lambda: both(p)
    agree(calls)
    show(f"logistic regression, {FEATURES} features, {n} rows", calls)
    agree(products)
    show("  its product with the Hessian", products)


def decay(n: int) -> None:
    """A fit of three parameters: value and gradient, and Gauss and Newton's matrix."""
    rng = np.random.default_rng(1)
    t = rng.uniform(0, 4, n)
    y = 2.5 * np.exp(-1.3 * t) + 0.5 + 0.05 * rng.normal(size=n)
    p = np.array([2.0, 1.0, 0.3])
    objective = symad.objective("a*exp(-b*t) + c - y", parameters="a b c", data={"t": t, "y": y}, residual=True)

    def by_hand() -> Any:
        a, b, c = p
        e = np.exp(-b * t)
        r = a * e + c - y
        return r @ r / 2, np.array([r @ e, -a * (r @ (t * e)), r.sum()])

    def by_jacobian() -> Any:
        r, jacobian = objective.residuals(p), objective.jacobian(p)
        return r @ r / 2, jacobian.T @ r, jacobian.T @ jacobian

    calls = {"symad": lambda: objective.value_and_gradient(p), "bound": bound(objective, p), "NumPy": by_hand}
    if find_spec("jax"):
        import jax.numpy as jnp

        calls["JAX"] = jitted(lambda p, t, y: jnp.sum((p[0] * jnp.exp(-p[1] * t) + p[2] - y) ** 2) / 2, p, t, y)
    if find_spec("autograd"):
        import autograd
        import autograd.numpy as anp

        both = autograd.value_and_grad(lambda p: anp.sum((p[0] * anp.exp(-p[1] * t) + p[2] - y) ** 2) / 2)
        calls["autograd"] = lambda: both(p)
    agree(calls)
    show(f"decay fit, 3 parameters, {n} rows", calls)
    matrices = {"symad": lambda: objective.gauss_newton(p), "Jacobian and BLAS": by_jacobian}
    agree(matrices)
    show("  r'r, J'r, J'J", matrices)


def main() -> None:
    if find_spec("jax"):
        import jax

        jax.config.update("jax_enable_x64", True)
    for n in (100_000, 1_000):
        logistic(n)
        decay(n)


if __name__ == "__main__":
    main()
