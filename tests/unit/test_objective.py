"""Objectives over rows: forms of parameters and data, choices of rows, derivatives, and what is refused."""

from __future__ import annotations

import math

import numpy as np
import pytest
from tolerances import BESIDE_TEN, HALF_THE_DIGITS, LONG_SUMS, PRODUCTS, REMAINDERS

import symad
from symad._core import rows as _core_rows
from symad._core import tapes as _core
from symad.errors import ExpressionError, ShapeError

N = 9_000  # rows: three chunks, the last of them short
RNG = np.random.default_rng(7)
T = RNG.uniform(0, 3, N)
Y = 2 * np.exp(-1.3 * T) + 0.5 + 0.1 * RNG.normal(size=N)
P = np.array([1.9, 1.2, 0.4])
V = np.array([0.3, -0.2, 0.7])
MODEL = "a*exp(-b*t) + c - y"
SLOPES = np.column_stack([np.exp(-P[1] * T), -P[0] * T * np.exp(-P[1] * T), np.ones(N)])
RESIDUALS = P[0] * np.exp(-P[1] * T) + P[2] - Y
CLOSE = 1e-12  # sums of 9,000 terms of one size in another order


@pytest.fixture
def fit() -> symad.Objective:
    return symad.objective(MODEL, data={"t": T, "y": Y}, residual=True)


def test_half_the_sum_of_squares_and_its_gradient(fit: symad.Objective) -> None:
    value, gradient = fit.value_and_gradient(P)
    assert fit.names == ("a", "b", "c")
    assert value == pytest.approx(RESIDUALS @ RESIDUALS / 2, rel=CLOSE)
    assert gradient == pytest.approx(SLOPES.T @ RESIDUALS, rel=LONG_SUMS)
    assert value == fit.value(P)
    np.testing.assert_array_equal(gradient, fit.gradient(P))


def test_gauss_newton_is_made_of_residuals_and_jacobian(fit: symad.Objective) -> None:
    half, gradient, square = fit.gauss_newton(P)
    np.testing.assert_allclose(fit.jacobian(P), SLOPES, rtol=CLOSE)
    np.testing.assert_allclose(fit.residuals(P), RESIDUALS, rtol=0, atol=CLOSE)
    assert half == fit.value(P)
    np.testing.assert_allclose(gradient, SLOPES.T @ RESIDUALS, rtol=LONG_SUMS)
    np.testing.assert_allclose(square, SLOPES.T @ SLOPES, rtol=CLOSE)
    np.testing.assert_array_equal(square, square.T)
    np.testing.assert_allclose(fit.gauss_newton_product(P, V), square @ V, rtol=CLOSE)


def test_products_with_the_hessian_are_differences_of_gradients(fit: symad.Objective) -> None:
    step = 1e-5
    wanted = (fit.gradient(P + step * V) - fit.gradient(P - step * V)) / (2 * step)
    found = fit.hvp(P, V)
    np.testing.assert_allclose(found, wanted, rtol=HALF_THE_DIGITS)  # differences hold half the digits
    np.testing.assert_allclose(fit.hessian(P) @ V, found, rtol=PRODUCTS)


def test_parameters_by_name_come_back_by_name(fit: symad.Objective) -> None:
    named = {"c": 0.4, "a": 1.9, "b": 1.2}
    value, gradient = fit.value_and_gradient(named)
    assert value == fit.value(P)
    assert list(gradient) == ["a", "b", "c"]
    np.testing.assert_array_equal(list(gradient.values()), fit.gradient(P))
    np.testing.assert_array_equal(fit.flatten(named), P)
    assert fit.unflatten(P) == {"a": 1.9, "b": 1.2, "c": 0.4}


def test_rows_are_a_slice_indices_or_a_mask(fit: symad.Objective) -> None:
    mask = T > 1.5
    indices = np.flatnonzero(mask)
    one = fit.value_and_gradient(P, rows=indices)
    two = fit.value_and_gradient(P, rows=mask)
    assert one[0] == two[0] == pytest.approx((RESIDUALS[mask] ** 2).sum() / 2, rel=CLOSE)
    np.testing.assert_array_equal(one[1], two[1])
    assert fit.value(P, rows=slice(3, 50, 2)) == fit.value(P, rows=np.arange(3, 50, 2))
    assert fit.value(P, rows=[-1]) == fit.value(P, rows=slice(N - 1, None))
    assert fit.value(P, rows=[]) == 0.0


def test_layouts_and_types_of_data_give_the_same_bits(fit: symad.Objective) -> None:
    both = np.column_stack([T, Y])
    table = np.zeros(N, dtype=[("y", "f8"), ("name", "i4"), ("t", "f8")])
    table["t"], table["y"] = T, Y
    wanted = fit.value_and_gradient(P)
    for data in (
        {"t": both[:, 0], "y": both[:, 1]},
        {"t": T[::-1].copy()[::-1], "y": np.asfortranarray(both)[:, 1]},
        table,
        {"t": T.tolist(), "y": Y, "text": np.array(["x"] * N)},
    ):
        found = symad.objective(MODEL, data=data, residual=True).value_and_gradient(P)
        assert found[0] == wanted[0]
        np.testing.assert_array_equal(found[1], wanted[1])
    whole = symad.objective("a*k", data={"k": np.arange(5, dtype=np.int32)})
    assert whole.value([2.0]) == 20.0


@pytest.mark.parametrize("kind", ["value", "gradient", "hvp", "gauss_newton_product", "gauss_newton"])
def test_threads_change_no_bit(fit: symad.Objective, kind: str) -> None:
    more = (V,) if kind in ("hvp", "gauss_newton_product") else ()
    one, *others = (getattr(fit, kind)(P, *more, threads=threads) for threads in (1, 2, 3, 8))
    for other in others:
        np.testing.assert_array_equal(np.hstack([np.ravel(x) for x in np.atleast_1d(one)] if kind != "gauss_newton"
                                                else [np.ravel(x) for x in one]),
                                      np.hstack([np.ravel(x) for x in np.atleast_1d(other)] if kind != "gauss_newton"
                                                else [np.ravel(x) for x in other]))  # fmt: skip


def test_engines_change_no_bit() -> None:
    row = symad.parse("Max(a*x, b)*sin(x)**b + logsumexp(a, x) + Piecewise((x*a, x > b), (exp(a*b), True))",
                      variables=["a", "b", "x"]).handle  # fmt: skip
    p, v, found = np.array([0.7, 1.3]), np.array([1.0, -2.0]), {}
    for engine in range(len(_core.engines())):
        for kind in (_core_rows.VALUE_AND_GRADIENT, _core_rows.HVP):
            rows = _core_rows.Rows(row, kind, _core_rows.Form((0, 1), (1,), 0, None, engine))
            made = rows.run(p, v, [T[:, None]], N)
            assert np.isfinite(made).all()
            np.testing.assert_array_equal(made, found.setdefault(kind, made))


def test_mean_and_weights() -> None:
    w = RNG.uniform(0.5, 2, N)
    mean = symad.objective(MODEL + " + 0", data={"t": T, "y": Y}, residual=True, reduce="mean")
    assert mean.value(P) == pytest.approx((RESIDUALS**2).mean() / 2, rel=CLOSE)
    weighted = symad.objective(MODEL, data={"t": T, "y": Y, "w": w}, residual=True, weights="w", reduce="mean")
    value, gradient = weighted.value_and_gradient(P)
    assert value == pytest.approx((w * RESIDUALS**2).sum() / w.sum() / 2, rel=CLOSE)
    assert gradient == pytest.approx(SLOPES.T @ (w * RESIDUALS) / w.sum(), rel=LONG_SUMS)
    summed = symad.objective(MODEL, data={"t": T, "y": Y}, residual=True, weights=w)
    half, slope, square = summed.gauss_newton(P)
    np.testing.assert_allclose(square, SLOPES.T @ (w[:, None] * SLOPES), rtol=CLOSE)
    r, jacobian = summed.residuals(P), summed.jacobian(P)
    assert half == pytest.approx(r @ r / 2, rel=CLOSE)
    np.testing.assert_allclose(slope, jacobian.T @ r, rtol=LONG_SUMS)
    assert summed.row_values(P).sum() == pytest.approx(half, rel=CLOSE)
    np.testing.assert_allclose(summed.row_gradients(P).sum(axis=0), slope, rtol=LONG_SUMS)
    plain = symad.objective("a*x", data={"x": T}, weights=w, reduce="mean")
    assert plain.value([2.0]) == pytest.approx(2 * (T * w).sum() / w.sum(), rel=CLOSE)
    assert plain.gradient([2.0])[0] == pytest.approx((T * w).sum() / w.sum(), rel=CLOSE)


def test_a_penalty_is_added_once() -> None:
    fit = symad.objective(MODEL, data={"t": T, "y": Y}, residual=True)
    for penalty in ("a**2 + b*c", lambda a, b, c: a**2 + b * c):
        both = symad.objective(MODEL, data={"t": T, "y": Y}, residual=True, penalty=penalty)
        assert both.value(P) == fit.value(P) + (P[0] ** 2 + P[1] * P[2])
        np.testing.assert_allclose(both.gradient(P) - fit.gradient(P), [2 * P[0], P[2], P[1]], rtol=REMAINDERS)
        np.testing.assert_allclose(both.hvp(P, V) - fit.hvp(P, V), [2 * V[0], V[2], V[1]], rtol=REMAINDERS)
        with pytest.raises(ExpressionError, match="knows no penalty"):
            both.gauss_newton(P)


def test_what_no_row_takes_passes_nothing_back() -> None:
    x = -np.linspace(1, 2, 100)
    guarded = symad.objective("Piecewise((sqrt(a)*x, x > 0), (x*b, True))", data={"x": x})
    assert guarded.value_and_gradient([0.0, 2.0])[1].tolist() == [0.0, pytest.approx(x.sum())]
    assert guarded.hvp([0.0, 2.0], [1.0, 1.0]).tolist() == [0.0, 0.0]
    x[50] = 1.0
    assert guarded.with_data({"x": x}).gradient([0.0, 2.0])[0] == np.inf
    never = symad.objective("Piecewise((x*a, sqrt(b) < x), (0, True))", data={"x": x})
    assert never.gradient([1.0, 0.0]).tolist() == [1.0, 0.0]


def test_what_rows_do_not_read_counts_once_a_row() -> None:
    still = symad.objective("a**2 + sin(b) + 0*x", data={"x": T})
    value, gradient = still.value_and_gradient([2.0, 1.0])
    assert value == pytest.approx(N * (4 + np.sin(1)), rel=CLOSE)
    assert gradient == pytest.approx([N * 4, N * np.cos(1)], rel=CLOSE)
    alone = symad.objective("a**2", data={"x": T})
    assert alone.value_and_gradient([3.0])[0] == N * 9
    assert alone.hvp([3.0], [1.0]).tolist() == [N * 2]
    assert symad.objective("a**2", data={"x": []}).value([3.0]) == 0


LANE = 512 * 2.0**-53  # of the magnitudes: additions one after the other in a lane of a chunk, at worst


def test_one_order_of_operations_or_the_other() -> None:
    for formula in (MODEL, "exp(a)*t + log(1 + b**2)*y - sin(c)"):
        one, other = (symad.objective(formula, data={"t": T, "y": Y}, hoist=hoist) for hoist in (True, False))
        rows = one.row_gradients(P)
        magnitude = np.abs(rows).sum(axis=0)
        exact = [math.fsum(column) for column in rows.T]
        assert one.value(P) == other.value(P)
        assert np.all(np.abs(one.gradient(P) - exact) <= 1e-14 * magnitude)  # the bar of the project
        assert np.all(np.abs(other.gradient(P) - exact) <= LANE * magnitude)


def test_functions_of_arrays_have_parameters_in_their_structure() -> None:
    def loss(params: dict[str, np.ndarray], x: np.ndarray, y: np.ndarray) -> np.ndarray:
        h = np.tanh(params["W"] @ x + params["b"])
        return np.sum((params["V"] @ h - y) ** 2)

    x, y = RNG.normal(size=(500, 4)), RNG.normal(size=(500, 2))
    params = {"W": RNG.normal(size=(3, 4)), "b": RNG.normal(size=3), "V": RNG.normal(size=(2, 3))}
    fit = symad.objective(loss, data={"x": x, "y": y}, reduce="mean", penalty=lambda params: np.sum(params["V"] ** 2))
    value, gradient = fit.value_and_gradient(params)
    h = np.tanh(x @ params["W"].T + params["b"])
    r = h @ params["V"].T - y
    back = (2 * r @ params["V"]) * (1 - h**2)
    assert value == pytest.approx((r**2).sum() / 500 + (params["V"] ** 2).sum(), rel=CLOSE)
    np.testing.assert_allclose(gradient["V"], 2 * r.T @ h / 500 + 2 * params["V"], rtol=LONG_SUMS)
    np.testing.assert_allclose(gradient["W"], back.T @ x / 500, rtol=REMAINDERS, atol=BESIDE_TEN)
    flat = fit.flatten(params)
    assert flat.shape == (21,)
    assert fit.names[:5] == ("params_W_0_0", "params_W_0_1", "params_W_0_2", "params_W_0_3", "params_W_1_0")
    np.testing.assert_array_equal(fit.gradient(flat), fit.flatten(gradient))
    np.testing.assert_array_equal(fit.unflatten(flat)["V"], params["V"])


def test_several_arguments_are_parameters() -> None:
    fit = symad.objective(lambda w, b, x: (w @ x + b) ** 2, data={"x": RNG.normal(size=(20, 2))})
    assert fit.value({"w": np.ones(2), "b": 1.0}) == fit.value((np.ones(2), 1.0)) == fit.value([1.0, 1.0, 1.0])
    assert set(fit.gradient({"b": 1.0, "w": np.ones(2)})) == {"w", "b"}


def test_a_bound_call_reads_and_writes_its_arrays(fit: symad.Objective) -> None:
    p, value, gradient = P.copy(), np.zeros(()), np.zeros(3)
    call = fit.bind(p, out=(value, gradient))
    for scale in (1.0, 1.1):
        p[:] = P * scale
        call()
        wanted = fit.value_and_gradient(p)
        assert value == wanted[0]
        np.testing.assert_array_equal(gradient, wanted[1])
    with pytest.raises(ShapeError, match=r"float64 array of shape \(3,\)"):
        fit.bind(P[:2], out=(value, gradient))


def test_work_memory_does_not_grow_with_the_rows() -> None:
    rows = _core_rows.Rows(
        symad.parse(MODEL).handle,
        _core_rows.VALUE_AND_GRADIENT,
        _core_rows.Form((0, 1, 2), (1, 1), _core_rows.RESIDUALS),
    )
    each_doubling = 16 * (rows.size.n_sums + 2)  # as the header says, and a head of two numbers
    assert rows.work_bytes(1 << 30) - rows.work_bytes(1 << 20) == 10 * each_doubling


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"data": {"t": T, "y": Y[:-1]}}, f"t has {N} rows, y has {N - 1}"),
        ({"data": T}, "arrays by name"),
        ({"data": {"t": T, "y": Y}, "parameters": "a b"}, "no column `c`"),
        ({"data": {"t": T, "y": Y}, "parameters": "a b c aa"}, "did you mean `a`"),
        ({"data": {"t": T, "y": Y}, "parameters": "a b c t"}, "a parameter and a column"),
        ({"data": {"t": T, "y": Y}, "reduce": "max"}, "reduce is one of"),
        ({"data": {"t": T, "y": Y * 1j}}, "real numbers, not complex128"),
        ({"data": {"t": 1.0, "y": Y}}, "t is one number"),
        ({"data": {"t": T, "y": Y}, "weights": Y[1:]}, "weights have shape"),
        ({"data": dict.fromkeys("abcty", T)}, "there is no parameter"),
    ],
)
def test_what_does_not_fit_is_refused_with_advice(options: dict[str, object], message: str) -> None:
    with pytest.raises(ShapeError, match=message):
        symad.objective(MODEL, **options)  # type: ignore[arg-type]


def test_what_does_not_fit_a_call_is_refused(fit: symad.Objective) -> None:
    with pytest.raises(ShapeError, match=f"`rows` goes to {N}, there are {N} rows"):
        fit.value(P, rows=[0, N])
    with pytest.raises(ShapeError, match="a mask of shape"):
        fit.value(P, rows=[True, False])
    with pytest.raises(ShapeError, match=r"shape \(3,\) for \(a, b, c\), not \(2,\)"):
        fit.value(P[:2])
    with pytest.raises(ShapeError, match="no value for the parameter `c`"):
        fit.value({"a": 1.0, "b": 2.0})
    plain = symad.objective(MODEL, data={"t": T, "y": Y})
    with pytest.raises(ExpressionError, match="residual=True"):
        plain.gauss_newton(P)
    with pytest.raises(ExpressionError, match="the row gives 2 numbers"):
        symad.objective("(a*t, y)", data={"t": T, "y": Y}).value([1.0])
    with pytest.raises(ShapeError, match="no shapes yet"):
        symad.objective(lambda w, t: w * t, data={"t": T}).names  # noqa: B018  # what raises


def test_a_misspelt_column_is_warned_of() -> None:
    message = (
        r"`temprature` is taken as a parameter.*did you mean `temperature`\? Else write parameters=\"k temprature\""
    )
    with pytest.warns(UserWarning, match=message):
        symad.objective("k*temprature - y", data={"temperature": T, "y": Y})
    with pytest.warns(UserWarning, match="did you mean `Height`"):
        symad.objective(lambda k, t, height: k * t - height, data={"t": T, "Height": Y})
    symad.objective("k*temprature - y", data={"temperature": T, "y": Y}, parameters="k temprature")
    symad.objective("k*t - y", data={"t": T, "y": Y, "word": T})


def test_parameters_that_rows_read_as_they_are_need_no_counts() -> None:
    """One sum a slope and one for the value, though every weight is read in some rows alone."""
    fit = symad.objective(lambda w, b, x: np.where(w @ x + b > 0, w @ x + b, 0.0), data={"x": np.column_stack([T, Y])})
    params = {"w": np.array([1.0, -1.0]), "b": 0.1}
    z = np.column_stack([T, Y]) @ params["w"] + params["b"]
    np.testing.assert_allclose(fit.gradient(params)["w"], np.column_stack([T, Y])[z > 0].sum(axis=0), rtol=LONG_SUMS)
    assert fit.sizes()["sums"] == 1 + 3
    dead = {"w": np.zeros(2), "b": -1.0}
    assert fit.gradient(dead)["b"] == 0.0
