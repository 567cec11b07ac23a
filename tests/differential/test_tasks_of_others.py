"""Four tasks from the documentation of autograd, JAX, lmfit and scikit-learn, written as their users would write them.

Each is compared with the tool itself where it is installed. What a task takes here and what was in the way stands in
tests/benchmarks/RESULTS.md.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.optimize import least_squares, minimize
from tolerances import MORE_OPERATIONS

import symad
from symad.functions import logsumexp, sigmoid

SOLVER = 1e-4  # of coefficients: what the other solver stops at, beside the largest
FITTED = 1e-6  # of parameters and deviations of a fit that stops at tolerances of 1e-8


def test_autograd_tutorial_logistic_regression() -> None:
    """The tutorial's data, its loss as it stands there, gradient descent."""
    inputs = np.array([[0.52, 1.12, 0.77], [0.88, -1.08, 0.15], [0.52, 0.06, -1.30], [0.74, -2.49, 1.39]])
    targets = np.array([True, True, False, True])

    def training_loss(weights: Any) -> Any:
        predictions = 0.5 * (np.tanh(inputs @ weights / 2) + 1)
        return -np.sum(np.log(predictions * targets + (1 - predictions) * (1 - targets)))

    gradient = symad.function(training_loss).gradient
    weights = np.zeros(3)
    for _ in range(100):
        weights -= 0.1 * gradient(weights)
    by_hand = np.zeros(3)
    for _ in range(100):
        by_hand -= 0.1 * (inputs.T @ (1 / (1 + np.exp(-inputs @ by_hand)) - targets))
    np.testing.assert_allclose(weights, by_hand, rtol=MORE_OPERATIONS)
    autograd = pytest.importorskip("autograd", reason="autograd is not installed")
    numpy = pytest.importorskip("autograd.numpy")
    other = autograd.grad(
        lambda w: (
            -numpy.sum(
                numpy.log(
                    0.5 * (numpy.tanh(numpy.dot(inputs, w) / 2) + 1) * targets
                    + (1 - 0.5 * (numpy.tanh(numpy.dot(inputs, w) / 2) + 1)) * (1 - targets)
                )
            )
        )
    )
    np.testing.assert_allclose(gradient(weights), other(weights), rtol=MORE_OPERATIONS)


def test_jax_autodiff_cookbook() -> None:
    """Gradients in a dict, Jacobians, Hessian, products with them, one gradient a row."""
    rng = np.random.default_rng(0)
    weights, bias, x = rng.normal(size=3), 0.3, rng.normal(size=(4, 3))
    y = np.array([True, True, False, True])

    def predict(w: Any, b: Any, x: Any) -> Any:
        return sigmoid(x @ w + b)

    @symad.function
    def loss(params: Any) -> Any:
        p = predict(params["W"], params["b"], x)
        return -np.sum(np.log(p * y + (1 - p) * (1 - y)))

    value, gradient = loss.value_and_gradient({"W": weights, "b": bias})
    s = 1 / (1 + np.exp(-(x @ weights + bias)))
    np.testing.assert_allclose(gradient["W"], x.T @ (s - y), rtol=MORE_OPERATIONS)
    assert gradient["b"] == pytest.approx(np.sum(s - y), rel=MORE_OPERATIONS)

    f = symad.function(lambda w: predict(w, bias, x))
    jacobian = (s * (1 - s))[:, None] * x
    np.testing.assert_allclose(f.jacobian(weights), jacobian, rtol=MORE_OPERATIONS)
    along, back = rng.normal(size=3), rng.normal(size=4)
    np.testing.assert_allclose(f.jvp((weights,), (along,)), jacobian @ along, rtol=MORE_OPERATIONS)
    np.testing.assert_allclose(f.vjp((weights,), back)[0], back @ jacobian, rtol=MORE_OPERATIONS)
    product = loss.hvp(({"W": weights, "b": bias},), ({"W": along, "b": 0.0},))
    np.testing.assert_allclose(product["W"], jacobian.T @ (x @ along), rtol=1e-12)
    rows = symad.objective(lambda w, x, y: -np.log(np.where(y, sigmoid(w @ x), 1 - sigmoid(w @ x))),
                           data={"x": x, "y": y})  # fmt: skip
    rows.flatten(weights)
    plain = 1 / (1 + np.exp(-x @ weights))
    np.testing.assert_allclose(rows.row_gradients(weights), (plain - y)[:, None] * x, rtol=1e-12)
    assert float(value) > 0


def test_lmfit_getting_started_decaying_sine() -> None:
    """A decaying sine with an uncertainty a point, one parameter held, one bounded; deviations from J'J."""
    rng = np.random.default_rng(0)
    x = np.linspace(0, 15, 301)
    uncertainty = 0.1 + 0.1 * rng.uniform(size=x.size)
    data = 5 * np.sin(2 * x - 0.1) * np.exp(-x * x * 0.025) + uncertainty * rng.normal(size=x.size)
    fit = symad.objective(
        "(amp*sin(x*freq + phase)*exp(-x*x*decay) - y)/u",
        parameters="amp decay freq phase", data={"x": x, "y": data, "u": uncertainty}, residual=True,
    )  # fmt: skip
    low, high = [-np.inf, 0.0, -np.inf, -np.inf], np.inf
    start = [10.0, 0.007, 2.2, 0.2]
    found = least_squares(fit.residuals, start, jac=fit.jacobian, bounds=(low, high), x_scale="jac")
    half, _, square = fit.gauss_newton(found.x)
    deviations = np.sqrt(np.diag(np.linalg.inv(square)) * 2 * half / (x.size - 4))
    np.testing.assert_allclose(found.x, [5, 0.025, 2, -0.1], atol=5 * deviations.max())

    held = symad.objective(fit.expression.fix(freq=2.0), data={"x": x, "y": data, "u": uncertainty}, residual=True)
    assert held.names == ("amp", "phase", "decay")

    lmfit = pytest.importorskip("lmfit", reason="lmfit is not installed")
    params = lmfit.create_params(amp=10, decay={"value": 0.007, "min": 0}, freq=2.2, phase=0.2)
    other = lmfit.minimize(
        lambda p, x, y, u: (p["amp"] * np.sin(x * p["freq"] + p["phase"]) * np.exp(-x * x * p["decay"]) - y) / u,
        params, args=(x, data, uncertainty),
    )  # fmt: skip
    for k, name in enumerate(fit.names):
        assert other.params[name].value == pytest.approx(found.x[k], rel=100 * FITTED)
        assert other.params[name].stderr == pytest.approx(deviations[k], rel=1e-3)


def test_scikit_learn_softmax_regression_with_a_penalty() -> None:
    """Three classes by softmax with a penalty of |W|^2/2, by trust-ncg; the coefficients of LogisticRegression."""
    rng = np.random.default_rng(0)
    centres = np.array([[0.0, 0.0, 1.0, 2.0], [2.0, 0.0, -1.0, 0.0], [0.0, 2.0, 0.5, -2.0]])
    labels = rng.integers(0, 3, 300)
    x, y = centres[labels] + 1.5 * rng.normal(size=(300, 4)), np.eye(3)[labels]

    def loss(w: Any, b: Any, x: Any, y: Any) -> Any:
        z = w @ x + b
        return logsumexp(z) - y @ z

    fit = symad.objective(loss, data={"x": x, "y": y}, penalty=lambda w: np.sum(w**2) / 2)
    p = fit.flatten({"w": np.zeros((3, 4)), "b": np.zeros(3)})
    found = minimize(fit.value_and_gradient, p, jac=True, hessp=fit.hvp, method="trust-ncg", options={"gtol": 1e-8})
    params = fit.unflatten(found.x)
    z = x @ params["w"].T + params["b"]
    s = np.exp(z - z.max(axis=1, keepdims=True))
    s /= s.sum(axis=1, keepdims=True)
    assert np.max(np.abs((s - y).T @ x + params["w"])) < 1e-5
    linear = pytest.importorskip("sklearn.linear_model", reason="scikit-learn is not installed")
    other = linear.LogisticRegression(C=1.0, tol=1e-8, max_iter=1000).fit(x, labels)
    np.testing.assert_allclose(params["w"], other.coef_, atol=SOLVER * np.abs(other.coef_).max())
    assert np.array_equal(other.predict(x), z.argmax(axis=1))
