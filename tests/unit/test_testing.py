"""`assert_gradient`: silent on right gradients of many kinds, and the right word for wrong ones."""

from __future__ import annotations

import doctest
from typing import Any

import numpy as np
import pytest
from hand_gradients import RIGHT, SPOILT, Case, Function

import symad
from symad.testing import GradientError, assert_gradient

N_DIAGNOSED = 45  # of those spoilt at least 40 must be told what is wrong; all of these are


@pytest.mark.parametrize("case", RIGHT, ids=lambda case: case.name)
def test_right_gradients_pass(case: Case) -> None:
    assert_gradient(case.f, case.gradient, case.x)


@pytest.mark.parametrize(("case", "word", "gradient"), SPOILT, ids=lambda one: getattr(one, "name", ""))
def test_wrong_gradients_are_diagnosed(case: Case, word: str, gradient: Function) -> None:
    with pytest.raises(GradientError) as caught:
        assert_gradient(case.f, gradient, case.x)
    assert caught.value.diagnosis == word, str(caught.value)


def test_there_are_as_many_cases_as_promised() -> None:
    assert len(RIGHT) == N_DIAGNOSED
    assert len(SPOILT) >= N_DIAGNOSED


def test_the_message_says_which_component_and_why() -> None:
    x = np.array([[1.0, 2.0], [3.0, 4.0]])
    with pytest.raises(AssertionError) as caught:
        assert_gradient(lambda w: np.sum(w**2), lambda w: w, x)
    assert str(caught.value) == (
        "the gradient is wrong in 4 of 4 components, first in x[0, 0]: yours is 1, right is 2\n"
        "  missing factor 2: yours is half of what is right in every component"
    )


def test_one_argument_of_several_is_checked_alone() -> None:
    def f(w: Any, b: Any) -> Any:
        return np.sum(w) * b

    w = np.array([1.0, 2.0])
    assert_gradient(f, lambda w, b: np.full(2, b), (w, 3.0), wrt=[0])
    assert_gradient(f, lambda w, b: (np.zeros(2), np.sum(w)), (w, 3.0), wrt=[1])
    assert_gradient(f, lambda w, b: np.sum(w), {"w": w, "b": 3.0}, wrt="b")
    with pytest.raises(ValueError, match="wrt: 'c' is none of the arguments"):
        assert_gradient(f, lambda w, b: w, {"w": w, "b": 3.0}, wrt="c")


def test_shapes_random_numbers_and_nan_are_named() -> None:
    x, draw = np.ones((2, 3)), np.random.default_rng(0)
    with pytest.raises(GradientError, match="transposed: it must have the shape"):
        assert_gradient(lambda w: np.sum(w**2), lambda w: 2 * w.T, x)
    with pytest.raises(GradientError, match="shape") as caught:
        assert_gradient(lambda w: np.sum(w**2), lambda w: 2 * w[0], x)
    assert caught.value.diagnosis == "shape"
    with pytest.raises(GradientError, match="two values at one point"):
        assert_gradient(lambda w: np.sum(w) + draw.normal(), lambda w: 0 * w + 1, x)
    with pytest.raises(GradientError, match="no number"):
        assert_gradient(lambda w: np.sum(w**2), lambda w: w * np.nan, x)
    with pytest.raises(ValueError, match="f is nan at x"):
        assert_gradient(lambda w: np.nan, lambda w: w, x)
    with pytest.raises(ValueError, match="returns shape"):
        assert_gradient(lambda w: w, lambda w: w, x)


def test_nothing_that_was_given_is_changed() -> None:
    x = np.array([1.0, 2.0])

    def spoiling(w: Any) -> Any:
        w *= 2
        return w

    assert_gradient(lambda w: np.sum(w**2), spoiling, x)
    assert x.tolist() == [1.0, 2.0]


def test_many_components_are_sampled() -> None:
    x = np.linspace(0.5, 1.5, 5000)
    assert_gradient(lambda w: np.sum(w**3), lambda w: 3 * w**2, x)
    with pytest.raises(GradientError, match="sign"):
        assert_gradient(lambda w: np.sum(w**3), lambda w: -3 * w**2, x)


def test_the_example_runs() -> None:
    import symad.testing.gradients as module

    assert doctest.testmod(module).failed == 0


def test_tapes_are_functions_too() -> None:
    tape = symad.compile("sin(x)*y**2")
    assert_gradient(tape.value, tape.gradient, np.array([0.3, 1.7]))
    assert symad.testing.assert_gradient is assert_gradient
