"""`symad.function`: structures in and out, derivatives in the shapes of arguments, traces kept by shapes."""

from __future__ import annotations

import gc
import weakref
from collections import OrderedDict, defaultdict
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pytest
from tolerances import LONG_SUMS, OF_DIFFERENCES, OF_SECOND_DIFFERENCES, PRODUCTS, SUMS

import symad
from symad.functions import logsumexp, relu

STEP = 1e-6  # of central differences, whose error is about its square and 1e-16 over it
BY_DIFFERENCES = 1e-7
CLOSE = 1e-13  # two ways of rounding a few hundred operations
RNG = np.random.default_rng(15)


class Layer(NamedTuple):
    weights: np.ndarray
    bias: np.ndarray


@dataclass
class Model:
    first: Layer
    last: np.ndarray
    name: str = "model"


def loss(params: Any, x: Any, y: Any) -> Any:
    h = x
    for weights, bias in zip(params["W"], params["b"], strict=True):
        h = relu(weights @ h + bias)
    z = params["V"] @ h + params["c"]
    return logsumexp(z) - y @ z


def parameters() -> dict[str, Any]:
    return {
        "W": [RNG.normal(size=(4, 3)), RNG.normal(size=(4, 4))], "b": [RNG.normal(size=4), RNG.normal(size=4)],
        "V": RNG.normal(size=(2, 4)), "c": RNG.normal(size=2),
    }  # fmt: skip


PARAMS, X, Y = parameters(), RNG.normal(size=3), np.array([1.0, 0.0])


def by_differences(function: Any, array: np.ndarray) -> np.ndarray:
    """Central differences of a function of one array."""
    array = np.array(array, dtype=float)
    slopes = []
    for place in np.ndindex(array.shape):
        ends = []
        for sign in (1, -1):
            moved = array.copy()
            moved[place] += sign * STEP
            ends.append(np.asarray(function(moved), dtype=float))
        slopes.append((ends[0] - ends[1]) / (2 * STEP))
    found = np.stack(slopes, axis=-1)
    return found.reshape(found.shape[:-1] + array.shape)


def test_gradient_has_the_structure_and_shapes_of_the_parameters() -> None:
    function = symad.function(loss)
    value, gradient = function.value_and_gradient(PARAMS, X, Y, wrt="params")
    assert value == pytest.approx(loss(PARAMS, X, Y), rel=CLOSE)
    assert list(gradient) == list(PARAMS)
    for key in ("V", "c"):
        wanted = by_differences(lambda part, key=key: loss({**PARAMS, key: part}, X, Y), PARAMS[key])
        np.testing.assert_allclose(gradient[key], wanted, atol=BY_DIFFERENCES)
    for k in (0, 1):
        wanted = by_differences(
            lambda part, k=k: loss({**PARAMS, "W": [part if i == k else w for i, w in enumerate(PARAMS["W"])]}, X, Y),
            PARAMS["W"][k],
        )
        np.testing.assert_allclose(gradient["W"][k], wanted, atol=BY_DIFFERENCES)


def test_wrt_is_a_name_a_place_or_several() -> None:
    function = symad.function(loss)
    by_x = function.gradient(PARAMS, X, Y, wrt="x")
    np.testing.assert_allclose(by_x, by_differences(lambda x: loss(PARAMS, x, Y), X), atol=BY_DIFFERENCES)
    np.testing.assert_array_equal(function.gradient(PARAMS, X, Y, wrt=1), by_x)
    np.testing.assert_array_equal(function.gradient(PARAMS, X, Y, wrt=-2), by_x)
    pair = function.gradient(PARAMS, X, Y, wrt=("y", "x"))
    assert isinstance(pair, tuple)
    np.testing.assert_array_equal(pair[1], by_x)
    assert isinstance(function.gradient(PARAMS, X, Y), dict)
    for wrong in ("z", 3, 1.5, True):
        with pytest.raises(symad.ShapeError, match=r"no argument .*; the arguments are \(params, x, y\)"):
            function.gradient(PARAMS, X, Y, wrt=wrong)


def test_arguments_outside_wrt_have_no_adjoint() -> None:
    function = symad.function(lambda a, b: np.sum(np.exp(a) * np.sin(b)))
    function.gradient(np.ones(3), np.ones(3), wrt="a")
    ((kept),) = function._kept.values()
    (program,) = kept._programs.values()
    assert program.expression.n_outputs == 4
    assert "cos" not in str(program.expression)


def test_structures_of_arguments_and_results() -> None:
    model = Model(Layer(RNG.normal(size=(2, 3)), RNG.normal(size=2)), RNG.normal(size=2))

    @symad.function
    def function(m: Model, extra: Any) -> Any:
        h = np.tanh(m.first.weights @ extra["x"] + m.first.bias)
        return {"loss": m.last @ h, "hidden": (h, m.name, None), "n": 3}

    value = function(model, {"x": X, "unused": None})
    assert list(value) == ["loss", "hidden", "n"]
    assert value["hidden"][1:] == ("model", None)
    assert value["n"] == 3.0
    h = np.tanh(model.first.weights @ X + model.first.bias)
    np.testing.assert_allclose(value["hidden"][0], h, rtol=CLOSE)
    assert isinstance(value["loss"], np.float64)

    gradient = symad.function(lambda m: function.__wrapped__(m, {"x": X})["loss"]).gradient(model)
    assert isinstance(gradient, Model)
    assert isinstance(gradient.first, Layer)
    assert gradient.name == "model"
    np.testing.assert_allclose(gradient.last, h, rtol=CLOSE)


@pytest.mark.parametrize(
    "argument",
    [OrderedDict(a=X, b=Y), defaultdict(float, {"a": X, "b": Y}), {"a": X, "b": (Y, [2.0, True, np.float32(3)])}],
)
def test_mappings_keep_their_kind_where_they_can(argument: Any) -> None:
    gradient = symad.function(lambda d: np.sum(d["a"] ** 2)).gradient(argument)
    np.testing.assert_allclose(gradient["a"], 2 * X)
    if type(argument) is not defaultdict:
        assert type(gradient) is type(argument)


def test_jacobian_has_the_shapes_joined() -> None:
    def function(m: Any, v: Any) -> Any:
        return {"y": np.sin(m @ v), "z": (np.sum(v**2), np.outer(v, v))}

    m = RNG.normal(size=(2, 3))
    traced = symad.function(function)
    found = traced.jacobian(m, X, wrt=("m", "v"))
    assert found["y"][0].shape == (2, 2, 3)
    assert found["z"][0][1].shape == (3,)
    assert found["z"][1][0].shape == (3, 3, 2, 3)
    np.testing.assert_allclose(found["y"][0], by_differences(lambda a: function(a, X)["y"], m), atol=BY_DIFFERENCES)
    np.testing.assert_allclose(found["z"][1][1], by_differences(lambda a: np.outer(a, a), X), atol=BY_DIFFERENCES)
    np.testing.assert_array_equal(traced.jacobian(m, X, wrt="v")["y"], found["y"][1])


def test_sparse_jacobian_has_the_entries_of_the_dense_one() -> None:
    function = symad.function(lambda v, w: (np.diff(v) ** 2 * w, np.roll(v, 1)))
    v, w = RNG.normal(size=6), RNG.normal(size=5)
    dense = function.jacobian(v, w, wrt=("v", "w"))
    sparse = function.jacobian(v, w, wrt=("v", "w"), sparse=True)
    assert sparse.shape == (11, 11)
    assert sparse.nnz == 10 + 5 + 6
    np.testing.assert_array_equal(sparse.toarray(), np.block([[dense[0][0], dense[0][1]], [dense[1][0], dense[1][1]]]))
    assert function.jacobian(v, w, wrt="w", sparse=True).shape == (11, 5)
    none = symad.function(lambda v, k: np.floor(k) * np.ones(2) + 0 * v[0]).jacobian(v, 1.0, wrt="k", sparse=True)
    assert none.shape == (2, 1)


def test_products_and_hessians_agree() -> None:
    def function(v: Any, k: Any) -> Any:
        return k * np.sum(np.exp(v) * v[::-1]) / (1 + v @ v)

    traced = symad.function(function)
    v, direction = RNG.normal(size=3), RNG.normal(size=3)
    hessian = traced.hessian(v, 2.0)
    assert hessian.shape == (3, 3)
    np.testing.assert_allclose(hessian, hessian.T, rtol=LONG_SUMS)
    np.testing.assert_allclose(hessian, by_differences(lambda a: traced.gradient(a, 2.0), v), atol=OF_DIFFERENCES)
    np.testing.assert_allclose(traced.hvp((v, 2.0), (direction, None)), hessian @ direction, rtol=PRODUCTS)
    mixed = traced.hvp((v, 2.0), (None, 1.0))
    np.testing.assert_allclose(mixed, traced.gradient(v, 1.0), rtol=CLOSE)
    both = traced.hvp((v, 2.0), (direction, 0.5), wrt=("v", "k"))
    np.testing.assert_allclose(both[0], hessian @ direction + 0.5 * mixed, rtol=PRODUCTS)
    assert traced.hessian(v, 2.0, wrt="k") == 0.0

    forward = traced.jvp((v, 2.0), (direction, None))
    np.testing.assert_allclose(forward, traced.gradient(v, 2.0) @ direction, rtol=SUMS)
    weights = traced.vjp((v, 2.0), 3.0)
    np.testing.assert_allclose(weights[0], 3 * traced.gradient(v, 2.0), rtol=CLOSE)
    np.testing.assert_allclose(weights[1], 3 * function(v, 1.0), rtol=CLOSE)


def test_products_of_structures() -> None:
    def function(p: Any, s: str, x: Any) -> Any:
        return (p["a"] * x, np.sum(p["b"] @ x)) if s == "yes" else x

    p = {"a": RNG.normal(size=3), "b": RNG.normal(size=(2, 3))}
    tangent = {"a": np.ones(3), "b": np.ones((2, 3))}
    traced = symad.function(function)
    found = traced.jvp((p, "yes", X), (tangent, None, None))
    np.testing.assert_allclose(found[0], X)
    np.testing.assert_allclose(found[1], 2 * np.sum(X))
    back = traced.vjp((p, "yes", X), (np.ones(3), 1.0))
    assert back[1] is None
    np.testing.assert_allclose(back[0]["a"], X)
    np.testing.assert_allclose(back[2], p["a"] + p["b"].sum(axis=0))
    only = traced.vjp((p, "yes", X), (np.ones(3), 1.0), wrt="x")
    np.testing.assert_array_equal(only, back[2])


def test_what_does_not_fit_is_refused() -> None:
    traced = symad.function(lambda a, b: a @ b)
    with pytest.raises(symad.ShapeError, match="1 tangents for 2 arguments: None stands for a missing one"):
        traced.jvp((X, X), (X,))
    with pytest.raises(symad.ShapeError, match="at least one argument moves"):
        traced.jvp((X, X), (None, None))
    with pytest.raises(symad.ShapeError, match=r"a has the structure of arrays of shapes \(3,\); this one has \(2,\)"):
        traced.jvp((X, X), (X[:2], None))
    with pytest.raises(
        symad.ExpressionError, match=r"gradient needs one number as the result, not arrays of shapes \(3,\): use jac"
    ):
        symad.function(lambda a: 2 * a).gradient(X)
    with pytest.raises(symad.ShapeError, match="hessian is by one argument that is an array"):
        traced.hessian(X, X, wrt=("a", "b"))
    with pytest.raises(symad.ShapeError, match="argument s has no numbers"):
        symad.function(lambda a, s: np.sum(a)).gradient(X, "text", wrt="s")
    with pytest.raises(TypeError, match="missing a required argument: 'b'"):
        traced(X)


def test_traces_are_kept_by_shapes_and_by_what_is_handed_on() -> None:
    calls: list[tuple[Any, ...]] = []

    @symad.function
    def function(v: Any, how: Any = None) -> Any:
        calls.append((np.shape(v), how))
        return np.sum(v) if how is None else how(v)

    for array in (np.ones(3), [1.0, 2.0, 3.0], np.arange(3), np.ones(3, dtype=np.float32), np.ones(6)[::2]):
        if isinstance(array, np.ndarray):
            function(array)
    assert calls == [((3,), None)]
    function(np.ones((3, 1)))
    function(np.ones(3), np.prod)
    function(np.ones(3), how=np.prod)
    assert len(calls) == 3
    function.cache_clear()
    function(np.ones(3))
    assert len(calls) == 4


def test_static_arguments_tell_traces_apart() -> None:
    @symad.function(static=("n",))
    def power(x: Any, n: int) -> Any:
        found = x
        for _ in range(n - 1):
            found = found * x
        return found

    assert [float(power(2.0, n)) for n in (1, 2, 5)] == [2.0, 4.0, 32.0]
    assert float(power.gradient(2.0, n=5)) == 80.0
    assert str(power.trace(2.0, 3)) == "x*x*x"
    with pytest.raises(TypeError, match="'float' object cannot be interpreted as an integer"):
        power(2.0, 1.0)


def test_methods_are_functions_of_their_object() -> None:
    class Potential:
        def __init__(self, k: float) -> None:
            self.k = k

        @symad.function
        def energy(self, x: Any) -> Any:
            return self.k * x**2 / 2

    soft, hard = Potential(1.0), Potential(9.0)
    assert (float(soft.energy(2.0)), float(hard.energy(2.0))) == (2.0, 18.0)
    assert float(hard.energy.gradient(2.0)) == 18.0
    assert hard.energy is hard.energy
    assert isinstance(Potential.energy, symad.Function)
    hard.k = 1.0
    assert float(hard.energy(2.0)) == 18.0
    hard.energy.cache_clear()
    assert float(hard.energy(2.0)) == 2.0
    gone = weakref.ref(soft)
    del soft
    gc.collect()
    assert gone() is None


def test_names_of_inputs() -> None:
    function = symad.function(lambda params, x: np.sum(params["W"][0]) * x)
    names = function.names({"W": [np.ones((2, 2))], "layer 1": 0.0}, 3.0)
    assert names[0]["W"][0].tolist() == [["params_W_0_0_0", "params_W_0_0_1"], ["params_W_0_1_0", "params_W_0_1_1"]]
    assert (names[0]["layer 1"], names[1]) == ("params_layer_1", "x")
    assert function.trace({"W": [np.ones((2, 2))], "layer 1": 0.0}, 3.0).variables[-2:] == ("params_layer_1", "x")


def test_names_that_would_be_one_get_an_underscore() -> None:
    expression = symad.trace(lambda w, w_0: np.sum(w) + np.sum(w_0), np.ones((1, 2)), np.ones(2))
    assert expression.variables == ("w_0_0", "w_0_1", "w_0_0_", "w_0_1_")
    assert symad.trace(lambda d: d["and"] * d["x y"], {"and": 1.0, "x y": 1.0}).variables == ("d_and", "d_x_y")
    assert symad.trace(lambda a: a[0] + a[1], [1.0, np.ones(1)]).variables == ("a_0", "a_1_0")


def test_a_trace_is_an_expression_like_any_other() -> None:
    expression = symad.trace(lambda w, x: np.sum(np.tanh(w @ x)), np.ones((2, 2)), np.ones(2))
    assert isinstance(expression, symad.Expression)
    assert symad.parse(str(expression)) == expression
    comparison = symad.compare(expression, at=dict.fromkeys(expression.variables, 0.25))
    assert {one.verdict for one in comparison.methods} == {"agrees"}
    again = symad.Expression.from_bytes(expression.to_bytes())
    assert again == expression
    assert "tanh" in symad.emit_c(expression)


def test_map_evaluates_batches() -> None:
    def function(w: Any, x: Any, k: Any) -> Any:
        return np.sum(w * x), x * k

    traced = symad.function(function)
    w, batch, ks = RNG.normal(size=3), RNG.normal(size=(7, 3)), RNG.normal(size=7)
    found = traced.map(w, batch, ks, axes=(None, 0, 0))
    np.testing.assert_allclose(found[0], batch @ w, rtol=SUMS)
    np.testing.assert_allclose(found[1], batch * ks[:, None], rtol=CLOSE)
    np.testing.assert_array_equal(traced.map(w, batch.T, ks, axes=(None, 1, 0))[0], found[0])
    np.testing.assert_array_equal(symad.function(lambda x: x**2).map(batch[:, 0]), batch[:, 0] ** 2)
    with pytest.raises(symad.ShapeError, match="the batch is as long in every argument, not 6, 7"):
        traced.map(w, batch, ks[:6], axes=(None, 0, 0))
    with pytest.raises(symad.ShapeError, match="axes has 2 entries for 3 arguments"):
        traced.map(w, batch, ks, axes=(None, 0))


def test_bound_calls_read_and_write_in_place() -> None:
    function = symad.function(loss)
    params = parameters()
    out = np.empty(()), function.gradient(params, X, Y)
    call = function.bind(params, X, Y, out=out, wrt="params")
    for _ in range(3):
        params["V"] -= 0.1 * out[1]["V"]
        params["W"][1] *= 0.9
        call()
        value, gradient = function.value_and_gradient(params, X, Y)
        assert out[0] == value
        np.testing.assert_array_equal(out[1]["W"][1], gradient["W"][1])
        np.testing.assert_array_equal(out[1]["V"], gradient["V"])
    with pytest.raises(symad.ShapeError, match="out has another structure than the gradient"):
        function.bind(params, X, Y, out=(np.empty(()), X), wrt="params")
    with pytest.raises(symad.ShapeError, match=r"out needs float64 arrays of the gradient's shapes, here \(3,\)"):
        function.bind(params, X, Y, out=(np.empty(()), np.empty(2)), wrt="x")


def test_value_and_gradient_write_into_out() -> None:
    function = symad.function(loss)
    out = np.empty(3)
    assert function.value_and_gradient(PARAMS, X, Y, wrt="x", out=out)[1] is out
    np.testing.assert_array_equal(out, function.gradient(PARAMS, X, Y, wrt="x"))


def test_functions_call_functions() -> None:
    inner = symad.function(lambda a, b: np.sum(a * b))
    outer = symad.function(lambda v: inner(v, v) + inner(2 * v, np.ones(3)))
    np.testing.assert_allclose(outer.gradient(X), 2 * X + 2)


def test_derivatives_within_a_function() -> None:
    """The gradient of a gradient step, of a Jacobian, of a product: graphs within the graph."""
    energy = symad.function(lambda v, k: k * np.sum(v**4) + np.prod(v))

    def step(v: Any, k: Any) -> Any:
        value, slope = energy.value_and_gradient(v, k)
        moved = v - 0.1 * slope
        return energy(moved, k) + value

    found = symad.function(step).gradient(X, 0.3)

    def plain(v: Any) -> Any:
        value, slope = energy.value_and_gradient(v, 0.3)
        return energy(v - 0.1 * slope, 0.3) + value

    np.testing.assert_allclose(found, by_differences(plain, X), atol=OF_DIFFERENCES)
    by_jacobian = symad.function(lambda v: np.sum(energy.hessian(v, 0.3) @ v))
    by_product = symad.function(lambda v: np.sum(energy.hvp((v, 0.3), (v, None))))
    np.testing.assert_allclose(by_jacobian(X), by_product(X), rtol=SUMS)
    np.testing.assert_allclose(by_jacobian.gradient(X), by_product.gradient(X), rtol=LONG_SUMS)
    products = symad.function(lambda v: energy.jvp((v, 0.3), (v, None)) + np.sum(energy.vjp((v, 0.3), 2.0)[0]))
    np.testing.assert_allclose(products.gradient(X), by_differences(products, X), atol=OF_SECOND_DIFFERENCES)


def test_ufuncs_builtins_and_any_number_of_arguments() -> None:
    assert float(symad.function(np.sin).gradient(0.0)) == 1.0
    assert symad.function(np.arctan2).trace(1.0, 2.0).variables == ("x1", "x2")
    assert float(symad.function(abs).gradient(-2.0)) == -1.0
    several = symad.function(lambda *parts, **more: sum(np.sum(part) for part in parts) * more["k"])
    assert several.trace(np.ones(2), 3.0, k=2.0).variables == ("parts_0_0", "parts_0_1", "parts_1", "more_k")
    assert several(np.ones(2), 3.0, k=2.0) == 10.0
    with_default = symad.function(lambda x, n=3: x**n)
    assert str(with_default.trace(2.0)) == "x**3"


def test_numbers_arrays_without_axes_and_other_types_of_numbers() -> None:
    function = symad.function(lambda a, b: a * b + np.sum(b))
    wanted = 2.0 * 3.0 + 3.0
    for a, b in (
        (2, 3),
        (2.0, np.array(3.0)),
        (np.float32(2), np.int64(3)),
        (np.array(2), 3.0),
        (2.0, np.array(3, dtype=">f8")),
    ):
        value = function(a, b)
        assert value == wanted
        assert isinstance(value, np.float64)
    np.testing.assert_array_equal(function(np.array([True, False]), 2.0), [4.0, 2.0])


def test_plain_functions_are_refused_by_the_functions_of_formulas() -> None:
    for call in (symad.gradient, symad.compile, symad.compare):
        with pytest.raises(TypeError, match=r"symad\.function\(fn\)\.gradient, or symad\.trace\(fn, \*examples\)"):
            call(lambda x: x**2)


def test_errors_of_the_function_itself_pass_through() -> None:
    def function(v: Any) -> Any:
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        symad.function(function)(X)
