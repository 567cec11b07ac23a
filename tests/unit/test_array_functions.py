"""`symad.functions`: on numbers the tape's kernels, on traced arrays its rows, with the same bits both ways."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import pytest
from tolerances import BESIDE_ONE, NEXT_TO_NOTHING, SUMS

import symad
from symad import functions

Z = np.array([[-4.0, -1.5, -0.0, 0.0], [0.3, 2.0, 40.0, 800.0]])
ULPS = 8.0  # of a kernel or two
RTOL = ULPS * np.finfo(float).eps
ELEMENTWISE: dict[str, Callable[[Any], Any]] = {
    "relu": lambda x: max(x, 0),
    "leaky_relu": lambda x: x if x > 0 else x * mpmath.mpf(0.01),
    "elu": lambda x: x if x > 0 else mpmath.expm1(x),
    "gelu": lambda x: x * mpmath.ncdf(x),
    "silu": lambda x: x / (1 + mpmath.exp(-x)),
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
    "softplus": lambda x: mpmath.log1p(mpmath.exp(x)),
}
AXES = [None, 0, 1, -1, (0, 1)]


def same_both_ways(function: Callable[[Any], Any], z: Any) -> Any:
    found = function(z)
    traced = symad.function(function)(z)
    assert np.shape(found) == np.shape(traced)
    np.testing.assert_array_equal(found, traced)
    return found


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_elementwise_functions(name: str) -> None:
    found = same_both_ways(getattr(functions, name), Z)
    with mpmath.workdps(60):
        wanted = np.array([float(ELEMENTWISE[name](mpmath.mpf(float(x)))) for x in Z.ravel()]).reshape(Z.shape)
    np.testing.assert_allclose(found, wanted, rtol=RTOL, atol=NEXT_TO_NOTHING)
    assert same_both_ways(getattr(functions, name), 0.5) == getattr(functions, name)(np.array([0.5]))[0]


def test_their_parameters() -> None:
    np.testing.assert_allclose(functions.leaky_relu(Z, 0.2)[0, :2], [-0.8, -0.3])
    np.testing.assert_allclose(functions.elu(Z, 2.0)[0, 1], 2 * np.expm1(-1.5))
    slope = symad.function(lambda a: functions.leaky_relu(-3.0, a)).gradient(0.1)
    assert slope == -3.0


@pytest.mark.parametrize("name", ["relu", "leaky_relu", "elu"])
def test_slope_at_0_is_that_of_the_other_side(name: str) -> None:
    slope = symad.function(getattr(functions, name)).gradient(0.0)
    assert slope == {"relu": 0.0, "leaky_relu": 0.01, "elu": 1.0}[name]


@pytest.mark.parametrize("axis", AXES)
@pytest.mark.parametrize("keepdims", [False, True])
def test_logsumexp_over_axes(axis: Any, keepdims: bool) -> None:
    found = same_both_ways(lambda z: functions.logsumexp(z, axis, keepdims=keepdims), Z)
    top = np.max(Z, axis=axis, keepdims=True)
    wanted = np.log(np.sum(np.exp(Z - top), axis=axis, keepdims=True)) + top
    np.testing.assert_allclose(found, wanted if keepdims else wanted.reshape(np.shape(found)), rtol=RTOL)


@pytest.mark.parametrize("axis", AXES)
def test_softmax_and_its_logarithm(axis: Any) -> None:
    found = same_both_ways(lambda z: functions.softmax(z, axis), Z)
    np.testing.assert_allclose(np.sum(found, axis=axis), 1.0, rtol=SUMS)
    logarithm = same_both_ways(lambda z: functions.log_softmax(z, axis), Z)
    np.testing.assert_allclose(np.exp(logarithm), found, rtol=SUMS, atol=NEXT_TO_NOTHING)


def test_cross_entropy_by_probabilities_and_by_classes() -> None:
    y = np.eye(4)[[2, 0]]
    by_rows = same_both_ways(lambda z: functions.cross_entropy(z, y), Z)
    np.testing.assert_array_equal(by_rows, same_both_ways(lambda z: functions.cross_entropy(z, np.array([2, 0])), Z))
    np.testing.assert_array_equal(by_rows, functions.cross_entropy(Z.T, y.T, axis=0))
    np.testing.assert_array_equal(by_rows, functions.cross_entropy(Z.T, [2, 0], axis=0))
    gradient = symad.function(lambda z, t: np.sum(functions.cross_entropy(z, t))).gradient(Z, y)
    np.testing.assert_allclose(gradient, functions.softmax(Z) - y, atol=BESIDE_ONE)
    assert functions.cross_entropy(Z[0], 3) == -functions.log_softmax(Z[0])[3]


@pytest.mark.parametrize("target", [np.ones(4), np.ones((2, 3)), np.array([0.5, 1.5]), np.array([1, 2, 3])])
def test_targets_that_do_not_fit(target: Any) -> None:
    with pytest.raises(symad.ShapeError, match=r"target has the shape of the logits, \(2, 4\), or says classes"):
        functions.cross_entropy(Z, target)


def test_nothing_to_sum_is_refused() -> None:
    with pytest.raises(symad.ShapeError, match="logsumexp of no numbers"):
        functions.logsumexp([])
    with pytest.raises(symad.ShapeError, match="logsumexp of no numbers"):
        symad.function(lambda v: functions.logsumexp(v[:0]) + v[0])(Z[0])


def test_lists_of_traced_values_are_arrays_to_them() -> None:
    found = symad.function(lambda v: functions.logsumexp([v[0], v[1]]) + functions.relu(v[2]))(
        np.array([0.1, 0.2, 0.3])
    )
    assert found == functions.logsumexp([0.1, 0.2]) + 0.3
