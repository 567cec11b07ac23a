"""A gradient in NumPy with a transposed term, found by `symad.testing.assert_gradient`; `pytest` runs the tests below.

The energy of a small Hopfield network, E(x) = -x'Wx/2 + sum of log(cosh(x)). Its gradient needs W and its transpose:
whoever takes W for symmetric has -Wx, which is wrong as soon as it is not.
"""

from __future__ import annotations

import numpy as np

from symad.testing import assert_gradient

W = np.array([[0.0, 1.5, -0.5], [0.25, 0.0, 2.0], [1.0, -1.0, 0.5]])
X = np.array([0.5, -1.0, 2.0])


def energy(x):
    return -x @ W @ x / 2 + np.sum(np.log(np.cosh(x)))


def right_gradient(x):
    return -(W + W.T) @ x / 2 + np.tanh(x)


def gradient_with_a_transposed_term(x):
    return -W @ x + np.tanh(x)


def gradient_with_a_wrong_sign(x):
    return (W + W.T) @ x / 2 - np.tanh(x)


def test_right_gradient():
    assert_gradient(energy, right_gradient, X)


def report(gradient):
    try:
        assert_gradient(energy, gradient, X)
    except AssertionError as error:
        print(f"{gradient.__name__}:\n{error}")


if __name__ == "__main__":
    test_right_gradient()
    print("right_gradient: nothing is wrong")
    report(gradient_with_a_transposed_term)
    report(gradient_with_a_wrong_sign)
