"""Gradients of traced functions against the complex step through NumPy's functions, which shares nothing with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import symad

STEP = 1e-100  # of the complex step: no difference is taken, so that its error is rounding alone
RTOL = 1e-12  # rounding of some hundred operations, both ways
RNG = np.random.default_rng(1501)

CASES: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]] = {
    "network": (lambda w, b, x: np.sum(np.tanh(w @ np.tanh(w @ x + b) + b) ** 2), ((3, 3), (3,), (3,))),
    "softmax": (lambda x, y: y @ np.log(np.exp(x) / np.sum(np.exp(x))), ((5,), (5,))),
    "solve": (lambda a, b: np.sum(np.linalg.solve(a + 4 * np.eye(4), b) ** 3), ((4, 4), (4,))),
    "inverse": (lambda a: np.trace(np.linalg.inv(a + 4 * np.eye(4)) @ a), ((4, 4),)),
    "determinant": (lambda a: np.log(np.linalg.det(a + 4 * np.eye(4))), ((4, 4),)),
    "matrix power": (lambda a, v: v @ np.linalg.matrix_power(a, 5) @ v, ((3, 3), (3,))),
    "einsum": (lambda a, b, v: np.einsum("bij,jk,k,b->i", a, b, v, v)[1], ((3, 2, 4), (4, 3), (3,))),
    "tensordot": (lambda a, b: np.sum(np.tensordot(a, b, ((1, 2), (0, 1))) ** 2), ((2, 3, 4), (3, 4, 2))),
    "running": (lambda v: np.cumprod(1 + v)[-1] + np.sum(np.cumsum(v) ** 2), ((6,),)),
    "spread": (lambda v: np.mean((v - np.mean(v)) ** 2) / np.mean(v) + np.sqrt(np.sum(np.exp(v))), ((6,),)),
    "outer": (lambda v, w: np.sum(np.sin(np.multiply.outer(v, w)) * np.outer(w, v).T), ((3,), (4,))),
    "convolution": (lambda v, w: np.sum(np.convolve(v, w) ** 2), ((6,), (3,))),
    "moved": (lambda m: np.sum(np.roll(m, 1, 0) * np.flip(m.T) * np.pad(m, 1)[:-2, 1:-1] * np.tril(m)), ((3, 3),)),
    "written": (lambda v: _written(v), ((4,),)),
    "polynomial": (lambda p, x: np.polyval(p, x) * np.sinc(0.25) + x**3 - x**-2, ((4,), ())),
    "powers": (lambda v: np.sum(v**2.5 + 2.0**v + np.sqrt(v) + np.reciprocal(v) + np.square(v)), ((3,),)),
    "functions": (lambda v: np.sum(np.sinh(v) + np.arctan(v) * np.log1p(v) + np.expm1(v) / np.cosh(v)), ((3,),)),
    "cross": (lambda a, b: np.cross(a, b) @ np.cross(b, np.sin(a)), ((3,), (3,))),
    "kron": (lambda a, b: np.sum(np.sin(np.kron(a, b))), ((2, 2), (2, 3))),
    "quadrature": (lambda y, x: np.sum((x[1:] - x[:-1]) * np.sqrt(y[1:] * y[:-1])), ((5,), (5,))),
    "average": (lambda v, w: np.average(np.exp(v), weights=w), ((4,), (4,))),
}  # fmt: skip


def _written(v: Any) -> Any:
    h = np.zeros((4, 4), like=v) if isinstance(v, np.ndarray) is False else np.zeros((4, 4), v.dtype)
    for i in range(4):
        h[i, i:] = v[: 4 - i] * v[i]
    h[::2] += h[1::2]
    h[1] *= h[2]
    return np.sum(h**3)


def complex_step(function: Callable[..., Any], arrays: list[Any], which: int) -> Any:
    """The gradient by one array, entry by entry."""
    found = np.empty(np.shape(arrays[which]))
    for place in np.ndindex(found.shape):
        moved = np.array(arrays[which], dtype=complex)
        moved[place] += 1j * STEP
        given = [moved if k == which else np.array(array, dtype=complex) for k, array in enumerate(arrays)]
        found[place] = np.imag(function(*(one if one.ndim else one[()] for one in given))) / STEP
    return found


@pytest.mark.parametrize("name", CASES)
def test_gradients_are_those_of_the_complex_step(name: str) -> None:
    function, shapes = CASES[name]
    arrays = [RNG.uniform(0.3, 0.9, shape) if shape else 0.7 for shape in shapes]
    traced = symad.function(function)
    for which in range(len(arrays)):
        wanted = complex_step(function, arrays, which)
        found = traced.gradient(*arrays, wrt=which)
        assert np.shape(found) == wanted.shape
        np.testing.assert_allclose(found, wanted, rtol=RTOL, atol=RTOL * np.max(np.abs(wanted)))
    together = traced.gradient(*arrays, wrt=tuple(range(len(arrays))))
    for which, found in enumerate(together):
        alone = traced.gradient(*arrays, wrt=which)
        np.testing.assert_allclose(found, alone, rtol=RTOL, atol=RTOL * np.max(np.abs(alone)))


@pytest.mark.parametrize("name", CASES)
def test_products_are_those_of_gradients(name: str) -> None:
    function, shapes = CASES[name]
    arrays = [RNG.uniform(0.3, 0.9, shape) if shape else 0.7 for shape in shapes]
    tangents = [RNG.normal(size=shape) for shape in shapes]
    traced = symad.function(function)
    gradient = traced.gradient(*arrays, wrt=tuple(range(len(arrays))))
    wanted = sum(np.sum(one * other) for one, other in zip(gradient, tangents, strict=True))
    size = sum(np.sum(np.abs(one * other)) for one, other in zip(gradient, tangents, strict=True))
    assert abs(traced.jvp(tuple(arrays), tuple(tangents)) - wanted) <= RTOL * size


def test_every_route_of_a_comparison_agrees_on_a_traced_network() -> None:
    """SymPy's derivative, the tape's sweep and the 50-digit reference of the graph that a function leaves."""
    expression = symad.trace(lambda w, x: np.sum(np.tanh(w @ np.sin(w @ x))), np.ones((2, 2)), np.ones(2))
    comparison = symad.compare(
        expression, at={name: 0.1 * k for k, name in enumerate(expression.variables, 1)}, timings=False
    )
    assert {one.verdict for one in comparison.methods} == {"agrees"}
