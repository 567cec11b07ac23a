"""Functions with gradients by hand, right ones and spoilt ones with what is wrong with them. Nothing of symad here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

Function = Callable[..., Any]


class Case(NamedTuple):
    """A function, its gradient and a point; `spoilt` are wrong gradients by name of the fault."""

    name: str
    f: Function
    gradient: Function
    x: Any
    spoilt: tuple[tuple[str, Function], ...] = ()


R = np.random.default_rng(7)
A = np.round(R.normal(size=(4, 4)), 2)
D = np.round(R.normal(size=(6, 3)), 2)  # data, rows are observations
T = np.round(R.normal(size=6), 2)
W = np.round(R.normal(size=(3, 3)), 2)
V = np.round(R.normal(size=3), 2)
X4 = np.array([0.7, -1.3, 0.4, 2.1])
X3 = np.array([0.9, -0.6, 1.7])
P3 = np.array([0.6, 1.4, 2.3])


def sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def quotient(f: Function, step: float, kind: str = "forward") -> Function:
    """A gradient by differences with a step of one's own."""

    def gradient(x: Any) -> Any:
        found = np.zeros_like(x)
        for k in range(x.size):
            way = np.zeros_like(x)
            way.flat[k] = step
            low, high = (x - way if kind == "central" else x), x + way
            found.flat[k] = (f(high) - f(low)) / (step * (2 if kind == "central" else 1))
        return found

    return gradient


def rosenbrock(x: Any) -> Any:
    return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def rosenbrock_gradient(x: Any) -> Any:
    g = np.zeros_like(x)
    g[:-1] = -400 * x[:-1] * (x[1:] - x[:-1] ** 2) - 2 * (1 - x[:-1])
    g[1:] += 200 * (x[1:] - x[:-1] ** 2)
    return g


def logistic(w: Any) -> Any:
    z = D @ w
    return np.mean(np.log1p(np.exp(-z * np.sign(T))))


def logistic_gradient(w: Any) -> Any:
    return D.T @ (-np.sign(T) * sigmoid(-(D @ w) * np.sign(T))) / len(T)


def network(x: Any) -> Any:
    return float(V @ np.tanh(x @ X3))


def network_gradient(x: Any) -> Any:
    return np.outer(V * (1 - np.tanh(x @ X3) ** 2), X3)


def huber(x: Any) -> Any:
    return np.sum(np.where(np.abs(x) < 1, x**2 / 2, np.abs(x) - 0.5))


def near_zero(x: Any) -> Any:
    return np.sum(2 * np.sin(x / 2) ** 2)


def by_cancelling(x: Any) -> Any:
    """sin(x) through sqrt(1 - cos(x)**2): digits are lost for small x."""
    return np.sqrt(1 - np.cos(x) ** 2)


SMALL = np.array([1e-6, 3e-6, 2e-5])

CASES = (
    Case("sum of squares", lambda x: np.sum(x**2), lambda x: 2 * x, X4, (
        ("missing factor 2", lambda x: x), ("sign", lambda x: -2 * x), ("scaled by N", lambda x: 2 * x / len(x)),
        ("step", quotient(lambda x: np.sum(x**2), 1e-2)),
    )),
    Case("mean of squares", lambda x: np.mean(x**2), lambda x: 2 * x / x.size, X4, (("scaled by N", lambda x: 2 * x),)),
    Case("quadratic form", lambda x: x @ A @ x, lambda x: (A + A.T) @ x, X4, (
        ("transposed", lambda x: 2 * A @ x), ("transposed", lambda x: 2 * A.T @ x),
        ("missing factor 2", lambda x: (A + A.T) @ x / 2), ("sign", lambda x: -(A + A.T) @ x),
    )),
    Case("bilinear", lambda x: V @ x @ X3, lambda x: np.outer(V, X3), W, (
        ("transposed", lambda x: np.outer(X3, V)), ("sign", lambda x: -np.outer(V, X3)),
    )),
    Case("trace of W**2", lambda x: np.trace(x @ x), lambda x: 2 * x.T, W, (
        ("transposed", lambda x: 2 * x), ("missing factor 2", lambda x: x.T),
    )),
    Case("W plus transposed", lambda x: np.sum(x * x.T) + np.sum(x**3), lambda x: 2 * x.T + 3 * x**2, W, (
        ("transposed", lambda x: 2 * x + 3 * x**2),
    )),
    Case("least squares", lambda w: np.sum((D @ w - T) ** 2), lambda w: 2 * D.T @ (D @ w - T), X3, (
        ("missing factor 2", lambda w: D.T @ (D @ w - T)), ("sign", lambda w: 2 * D.T @ (T - D @ w)),
        ("scaled by N", lambda w: 2 * D.T @ (D @ w - T) / len(T)),
        ("wrong component", lambda w: (2 * D.T @ (D @ w - T))[::-1].copy()),
    )),
    Case("mean squared error", lambda w: np.mean((D @ w - T) ** 2), lambda w: 2 * D.T @ (D @ w - T) / len(T), X3, (
        ("scaled by N", lambda w: 2 * D.T @ (D @ w - T)),
        ("step", quotient(lambda w: np.mean((D @ w - T) ** 2), 1e-13)),
    )),
    Case("rosenbrock", rosenbrock, rosenbrock_gradient, X4, (
        ("wrong component", lambda x: np.roll(rosenbrock_gradient(x), 1)),
        ("step", quotient(rosenbrock, 1e-3)), ("step", quotient(rosenbrock, 1e-2, "central")),
        ("missing factor 2", lambda x: rosenbrock_gradient(x) / 2),
    )),
    Case("logistic loss", logistic, logistic_gradient, X3, (
        ("sign", lambda w: -logistic_gradient(w)), ("scaled by N", lambda w: logistic_gradient(w) * len(T)),
        ("step", quotient(logistic, 1e-14)),
    )),
    Case("one layer", network, network_gradient, W, (
        ("transposed", lambda x: network_gradient(x).T.copy()), ("sign", lambda x: -network_gradient(x)),
        ("wrong component", lambda x: network_gradient(x)[[1, 0, 2]]),
    )),
    Case("logsumexp", lambda x: np.log(np.sum(np.exp(x))), lambda x: np.exp(x) / np.sum(np.exp(x)), X4, (
        ("wrong component", lambda x: np.sort(np.exp(x) / np.sum(np.exp(x)))),
        ("step", quotient(lambda x: np.log(np.sum(np.exp(x))), 0.05)),
    )),
    Case("norm", lambda x: np.sqrt(np.sum(x**2)), lambda x: x / np.sqrt(np.sum(x**2)), X4, (
        ("missing factor 2", lambda x: x / np.sqrt(np.sum(x**2)) / 2),
    )),
    Case("absolute values", lambda x: np.sum(np.abs(x)), np.sign, np.array([0.0, 1.5, -2.0]), (
        ("kink", lambda x: np.sign(x) + 2 * (x == 0)),
    )),
    Case("relu", lambda x: np.sum(np.maximum(x, 0)), lambda x: (x > 0) * 1.0, np.array([0.0, 1.5, -2.0]), (
        ("kink", lambda x: (x > 0) - 1.0 * (x == 0)),
    )),
    Case("relu beside its kink", lambda x: np.sum(np.maximum(x, 0)), lambda x: (x > 0) * 1.0, np.array([1e-5, 1.0]), (
        ("kink", lambda x: (x > 1e-3) * 1.0),
    )),
    Case("largest", np.max, lambda x: (x == x.max()) / np.sum(x == x.max()), np.array([1.0, 2.0, 2.0]), (
        ("kink", lambda x: 2.0 * (x == x.max())),
    )),
    Case("hinge", lambda x: np.sum(np.maximum(0, 1 - x)), lambda x: -1.0 * (x < 1), np.array([1.0, 0.3, 2.0]), (
        ("kink", lambda x: -1.0 * (x < 1) + (x == 1)),
    )),
    Case("sine of small", near_zero, np.sin, SMALL, (("cancellation", by_cancelling),)),
    Case("hyperbolic cosine of small", lambda x: np.sum(2 * np.sinh(x / 2) ** 2), np.sinh, SMALL * 1e-7, (
        ("cancellation", lambda x: (np.exp(x) - np.exp(-x)) / 2),
    )),
    Case("tail", lambda x: np.sum(-np.log1p(np.exp(-x))), lambda x: 1 / (1 + np.exp(x)), np.array([25.0, 30.0]), (
        ("cancellation", lambda x: 1 - 1 / (1 + np.exp(-x))),
    )),
    Case("roots of large", lambda x: np.sum((x + 1) ** 1.5 - x**1.5) * 2 / 3 * 1e-4,
         lambda x: 1e-4 / (np.sqrt(x + 1) + np.sqrt(x)), np.array([4e3, 9e3]), ()),
    Case("difference of large", lambda x: np.sum(np.log(x)), lambda x: 1 / x, np.array([3e5, 7e5]), (
        ("cancellation", lambda x: (np.sqrt(x * x + 2) - x)),
        ("cancellation", lambda x: ((x + 1e-9) ** 2 - x**2 - 1e-18) / (2e-9 * x * x)),
    )),
    Case("product", np.prod, lambda x: np.prod(x) / x, X4, (
        ("sign", lambda x: -np.prod(x) / x), ("wrong component", lambda x: (np.prod(x) / x)[[1, 0, 2, 3]]),
    )),
    Case("huber", huber, lambda x: np.clip(x, -1, 1), X4, (("scaled by N", lambda x: np.clip(x, -1, 1) / 4),)),
    Case("entropy", lambda x: -np.sum(x * np.log(x)), lambda x: -np.log(x) - 1, P3, (
        ("sign", lambda x: np.log(x) + 1),
    )),
    Case("sine", lambda x: np.sum(np.sin(x)), np.cos, X4, (("step", quotient(lambda x: np.sum(np.sin(x)), 0.1)),)),
    Case("gaussian", lambda x: np.exp(-np.sum(x**2) / 2), lambda x: -x * np.exp(-np.sum(x**2) / 2), X3, (
        ("sign", lambda x: x * np.exp(-np.sum(x**2) / 2)),
        ("missing factor 2", lambda x: -x * np.exp(-np.sum(x**2) / 2) / 2),
    )),
    Case("two arguments", lambda w, b: np.sum((w * 2.0 + b) ** 2),
         lambda w, b: (4 * (2 * w + b), np.sum(2 * (2 * w + b))), (X3, 0.4), (
        ("sign", lambda w, b: (4 * (2 * w + b), -np.sum(2 * (2 * w + b)))),
    )),
    Case("by keyword", lambda w, b: np.sum(np.tanh(w + b)),
         lambda w, b: {"w": 1 - np.tanh(w + b) ** 2, "b": np.sum(1 - np.tanh(w + b) ** 2)}, {"w": X3, "b": 0.2}, (
        ("scaled by N", lambda w, b: {"w": 1 - np.tanh(w + b) ** 2, "b": np.mean(1 - np.tanh(w + b) ** 2)}),
    )),
    Case("cosine", lambda x: np.sum(np.cos(3 * x)), lambda x: -3 * np.sin(3 * x), X4),
    Case("polynomial", lambda x: np.sum(x**5 - 3 * x**2), lambda x: 5 * x**4 - 6 * x, X4),
    Case("far away", lambda x: np.sum(x**2), lambda x: 2 * x, np.array([1e8, -3e7])),
    Case("very near 0", lambda x: np.sum(np.sin(x) * x), lambda x: np.sin(x) + x * np.cos(x), np.array([1e-7, -2e-9])),
    Case("constant", lambda x: 3.0 + 0 * np.sum(x), np.zeros_like, X3),
    Case("logarithm", lambda x: np.sum(np.log(x)), lambda x: 1 / x, P3),
    Case("logarithm near 0", lambda x: np.sum(np.log(x)), lambda x: 1 / x, np.array([1e-3, 2e-3])),
    Case("steep", lambda x: np.sum(np.tanh(200 * x)), lambda x: 200 / np.cosh(200 * x) ** 2, np.array([0.001, -0.002])),
    Case("fast oscillation", lambda x: np.sum(np.sin(50 * x)), lambda x: 50 * np.cos(50 * x), X3),
    Case("single precision", lambda x: np.sum(x**2), lambda x: 2 * x, X4.astype(np.float32)),
    Case("matrix in single precision", lambda x: np.sum(np.tanh(x)), lambda x: 1 - np.tanh(x) ** 2,
         W.astype(np.float32)),
    Case("a number", lambda x: x**3, lambda x: 3 * x**2, 1.3),
    Case("a list", lambda x: x[0] * x[1], lambda x: [x[1], x[0]], [1.5, -2.0]),
    Case("quartic of large offset", lambda x: 1e6 + np.sum(x**4), lambda x: 4 * x**3, X3),
    Case("edge of a domain", lambda x: np.sum(np.sqrt(x)), lambda x: 0.5 / np.sqrt(x), np.array([1e-4, 2.0])),
    Case("atan2", lambda x: np.arctan2(x[0], x[1]), lambda x: np.array([x[1], -x[0]]) / (x[0] ** 2 + x[1] ** 2),
         np.array([0.3, -0.8])),
    Case("determinant", np.linalg.det, lambda x: np.linalg.det(x) * np.linalg.inv(x).T, W, (
        ("transposed", lambda x: np.linalg.det(x) * np.linalg.inv(x)),
    )),
)  # fmt: skip
RIGHT = CASES[:45]
SPOILT = tuple((case, word, wrong) for case in CASES for word, wrong in case.spoilt)
