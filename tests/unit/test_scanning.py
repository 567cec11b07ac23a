"""Scans: against loops written out, for every way to keep states the same bits; inside functions; refusals."""

from __future__ import annotations

import numpy as np
import pytest
from tolerances import BESIDE_ONE, FEW_OPERATIONS, MORE_OPERATIONS, PRODUCTS

import symad
from symad._core import loops as _core_loops
from symad.errors import ShapeError, TraceError, UnsupportedError

KEEPS = ("sqrt", "all", 1, 2, 3, 7, 10**6)


def step(h: np.ndarray, x: np.ndarray, w: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    h = np.tanh(w @ h + x)
    return h, h[0] * h[1]


RNG = np.random.default_rng(3)
N = 23
W, H, X = RNG.normal(size=(2, 2)), RNG.normal(size=2), RNG.normal(size=(N, 2))


def written_out(h: np.ndarray, xs: np.ndarray, w: np.ndarray) -> np.ndarray:
    total = 0.0
    for x in xs:
        h, y = step(h, x, w)
        total = total + y
    return total * h[0]


def scanned(keep: object) -> symad.Function:
    @symad.function
    def loss(h: np.ndarray, xs: np.ndarray, w: np.ndarray) -> np.ndarray:
        end, ys = symad.scan(step, h, w, xs=xs, keep=keep)
        return np.sum(ys) * end[0]

    return loss


def test_on_numbers_it_runs_at_once() -> None:
    end, ys = symad.scan(step, H, W, xs=X)
    h, wanted = H, []
    for x in X:
        h, y = step(h, x, W)
        wanted.append(y)
    np.testing.assert_allclose(end, h, rtol=FEW_OPERATIONS)
    np.testing.assert_allclose(ys, wanted, rtol=FEW_OPERATIONS)


@pytest.mark.parametrize("wrt", ["h", "xs", "w"])
def test_values_and_gradients_are_those_of_the_loop_written_out(wrt: str) -> None:
    value, gradient = scanned("sqrt").value_and_gradient(H, X, W, wrt=wrt)
    wanted, slopes = symad.function(written_out).value_and_gradient(H, X, W, wrt=wrt)
    assert value == pytest.approx(wanted, rel=FEW_OPERATIONS)
    np.testing.assert_allclose(gradient, slopes, rtol=PRODUCTS, atol=BESIDE_ONE)


def test_no_way_to_keep_states_changes_a_bit() -> None:
    made = [scanned(keep).value_and_gradient(H, X, W, wrt=("h", "xs", "w")) for keep in KEEPS]
    for value, gradient in made[1:]:
        assert value == made[0][0]
        for one, other in zip(gradient, made[0][1], strict=True):
            np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("n", [1, 2, 5, 37, 1000, 1024])
def test_numbers_of_steps_and_keeps(n: int) -> None:
    """Runs of steps, what is left, and segments of any length: the value is the tape's, step by step."""
    row = symad.parse("(h + w*sin(x*h), h*x)", variables=["h", "x", "w"])
    loop = _core_loops.Loop(row.handle, 1, 1, n)
    xs, h, w, tape = np.linspace(0, 3, n)[:, None], np.array([0.3]), np.array([0.7]), row.compile()
    state, ys = h[0], []
    for x in xs[:, 0]:
        state, y = tape.value([state, x, w[0]])
        ys.append(y)
    weights = np.ones(1), np.linspace(-1, 1, n)
    made = [loop.value_and_adjoint(_core_loops.KEEP_ALL, h, xs, w, *weights)]
    made += [loop.value_and_adjoint(keep, h, xs, w, *weights) for keep in (0, 1, 2, 3, 10, n, 10**9)]
    for (end, collected), slopes in made:
        assert end[0] == state
        np.testing.assert_array_equal(collected[:, 0], ys)
        for one, other in zip(slopes, made[0][1], strict=True):
            np.testing.assert_array_equal(one, other)
    end, collected = loop.value(h, xs, w)
    assert end[0] == state
    np.testing.assert_array_equal(collected[:, 0], ys)


def test_memory_is_of_the_square_root_of_the_steps() -> None:
    row = symad.parse("h + w*sin(h)", variables=["h", "w"])
    few, many = (_core_loops.Loop(row.handle, 1, 0, n).work_bytes(_core_loops.KEEP_SQRT) for n in (10**4, 10**6))
    assert many < 20 * few  # a hundred times the steps, and programs of ten times as many


def test_statements_before_and_after_and_results_of_any_shape() -> None:
    @symad.function
    def path(w: np.ndarray, scale: float) -> np.ndarray:
        start = {"a": np.exp(w), "b": scale * w[0]}
        end, ys = symad.scan(
            lambda s, x, k: ({"a": s["a"] * k, "b": s["b"] + s["a"][0]}, s["a"]), start, scale, length=3
        )
        return np.stack([end["b"] * scale, np.sum(ys)])

    w = np.array([0.1, 0.2])
    a = np.exp(w)
    wanted = [0.5 * (0.5 * w[0] + a[0] * 1.75), (a * 1.75).sum()]
    np.testing.assert_allclose(path(w, 0.5), wanted, rtol=FEW_OPERATIONS)
    slopes = [[0.25 + 0.875 * a[0], 0], [1.75 * a[0], 1.75 * a[1]]]
    np.testing.assert_allclose(path.jacobian(w, 0.5, wrt="w"), slopes, rtol=MORE_OPERATIONS)
    by_w, by_scale = path.vjp((w, 0.5), np.array([1.0, 0.0]))
    np.testing.assert_allclose(by_w, [0.25 + 0.875 * a[0], 0], rtol=MORE_OPERATIONS)
    assert by_scale == pytest.approx(w[0] + a[0] * (3 * 0.25 + 2 * 0.5 + 1), rel=MORE_OPERATIONS)


DIRECTION = RNG.normal(size=2), RNG.normal(size=(N, 2)), RNG.normal(size=(2, 2))


def around(h: np.ndarray, xs: np.ndarray, w: np.ndarray) -> np.ndarray:
    """A loop written out, with statements around it that change state, xs and args."""
    return written_out(np.sin(h) * w[0], xs * h[0], 2 * w) * h[1]


@symad.function
def around_scan(h: np.ndarray, xs: np.ndarray, w: np.ndarray) -> np.ndarray:
    end, ys = symad.scan(step, np.sin(h) * w[0], 2 * w, xs=xs * h[0])
    return np.sum(ys) * end[0] * h[1]


@pytest.mark.parametrize("direction", [DIRECTION, (DIRECTION[0], None, None), (None, DIRECTION[1], DIRECTION[2])])
@pytest.mark.parametrize(("loop", "plain"), [(scanned("sqrt"), written_out), (scanned(3), written_out),
                                             (around_scan, around)])  # fmt: skip
def test_products_with_jacobian_and_hessian_are_those_of_the_loop_written_out(
    loop: symad.Function, plain: object, direction: tuple[object, ...]
) -> None:
    other = symad.function(plain)
    np.testing.assert_allclose(loop.jvp((H, X, W), direction), other.jvp((H, X, W), direction), rtol=PRODUCTS)
    for wrt in ("h", "xs", "w"):
        found, wanted = (one.hvp((H, X, W), direction, wrt=wrt) for one in (loop, other))
        np.testing.assert_allclose(found, wanted, rtol=PRODUCTS, atol=PRODUCTS * np.abs(wanted).max())
        found, wanted = (one.hessian(H, X, W, wrt=wrt) for one in (loop, other))
        np.testing.assert_allclose(found, wanted, rtol=PRODUCTS, atol=PRODUCTS * np.abs(wanted).max())


def test_second_derivatives_of_a_power() -> None:
    """No xs, nothing collected: w^5 by five steps."""
    power = symad.function(lambda w: symad.scan(lambda h, x, w: (w * h, None), 1.0, w, length=5)[0])
    assert power.hessian(2.0) == pytest.approx(20 * 2.0**3)
    assert power.jvp((2.0,), (0.5,)) == pytest.approx(0.5 * 5 * 2.0**4)
    with pytest.raises(TraceError, match="inside another traced function"):
        symad.function(lambda v: power.hessian(v))(2.0)


def test_second_derivatives_keep_their_bits_for_every_keep() -> None:
    made = [scanned(keep).hvp((H, X, W), DIRECTION, wrt=("h", "w")) for keep in KEEPS]
    for found in made[1:]:
        for one, other in zip(found, made[0], strict=True):
            np.testing.assert_array_equal(one, other)


def test_what_is_refused() -> None:
    with pytest.raises(ShapeError, match="xs, with a row a step, or length="):
        symad.scan(step, H, W)
    with pytest.raises(ShapeError, match=r"state goes in as \(2,\), comes out as \(1,\)"):
        symad.scan(lambda h, x: (h[:1], None), H, length=2)
    with pytest.raises(TraceError, match="returns no pair"):
        symad.scan(lambda h, x: h, H, length=2)
    with pytest.raises(TraceError, match=r"the step takes \(h\), and is called with 2 arguments; write step\(state, x"):
        symad.scan(lambda h: (h, None), H, length=2)
    with pytest.raises(ShapeError, match="one number of steps"):
        symad.scan(step, H, W, xs=X, length=3)
    with pytest.raises(ShapeError, match="a step at least"):
        symad.scan(lambda h, x: (h, None), H, length=0)
    still = lambda s, x: (s, None)  # noqa: E731  # short
    twice = symad.function(lambda h: symad.scan(still, symad.scan(still, h, length=2)[0], length=2)[0])
    with pytest.raises(TraceError, match="a second scan"):
        twice(1.0)
    loss = scanned("sqrt")
    with pytest.raises(UnsupportedError, match="no single formula"):
        loss.trace(H, X, W)
