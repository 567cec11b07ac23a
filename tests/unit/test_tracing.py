"""What traced arrays mean: the graph that is recorded, views and writes, single numbers, conditions, constants."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from tolerances import BESIDE_ONE, FEW_OPERATIONS, LAST_PLACES

import symad

V = np.array([0.3, 0.7, 1.2])
M = np.arange(6.0).reshape(2, 3) / 7


def text(function: Callable[..., Any], *arrays: Any) -> str:
    return str(symad.trace(function, *arrays)).rpartition(": ")[2]  # a header lists variables in another order


@pytest.mark.parametrize(
    ("function", "wanted"),
    [
        (lambda v: v[0] + v[1] * 2, "v_0 + v_1*2"),
        (lambda v: 2 * v[0] - v[1] / 3, "2*v_0 - v_1/3"),
        (lambda v: v @ v, "v_0*v_0 + v_1*v_1 + v_2*v_2"),
        (lambda v: np.sum(v), "v_0 + v_1 + v_2"),
        (lambda v: sum(v), "0 + v_0 + v_1 + v_2"),
        (lambda v: np.mean(v), "(v_0 + v_1 + v_2)/3"),
        (lambda v: v[0] ** 2, "v_0**2"),
        (lambda v: np.square(v[0]), "v_0**2"),
        (lambda v: v[0] ** -0.5, "v_0**-0.5"),
        (lambda v: np.max(v), "Max(v_0, v_1, v_2)"),
        (lambda v: np.maximum(v[0], 0), "Max(v_0, 0)"),
        (lambda v: np.linalg.norm(v), "norm(v_0, v_1, v_2)"),
        (lambda v: np.logaddexp.reduce(v), "logsumexp(v_0, v_1, v_2)"),
        (lambda v: np.where(v[0] > 0, v[1], 3), "Piecewise((v_1, v_0 > 0), (3, True))"),
        (lambda v: (v[0] > 0) * v[1], "Piecewise((1, v_0 > 0), (0, True))*v_1"),
        (lambda v: v[0] - v[0], "v_0 - v_0"),
        (lambda v: v[0] * np.float32(0.1), "v_0*0.10000000149011612"),
        (lambda v: v[0] * -2, "v_0*-2"),
        (lambda v: np.arctan2(v[0], v[1]) + abs(v[2]), "atan2(v_0, v_1) + Abs(v_2)"),
        (lambda v: v[0] % 2 + divmod(v[1], 2)[1], "Mod(v_0, 2) + Mod(v_1, 2)"),
    ],
)
def test_a_trace_is_what_was_typed(function: Callable[[Any], Any], wanted: str) -> None:
    assert text(function, V) == wanted


def test_nothing_is_folded_and_equal_terms_are_one_node() -> None:
    expression = symad.trace(lambda v: np.exp(v[0]) + np.exp(v[0]) + 0 * v[1] + v[2] / 1, V)
    assert expression.n_nodes - 3 - 2 == 6  # exp, its sum, 0*v_1, +, v_2/1, +
    assert str(expression).endswith("exp(v_0) + exp(v_0) + 0*v_1 + v_2/1")


def test_writes_and_views_mean_what_they_mean_in_numpy() -> None:
    def function(v: Any) -> Any:
        h = np.zeros_like(v)
        for i in range(3):
            h[i] = (i + 1) * v[i]
        h[1:] += 1
        tail = h[::-1][:2]
        tail *= v[:2]
        row = h.reshape(3, 1)
        row[2, 0] -= 5
        h[[0, 2]] = h[[2, 0]]
        h[h.shape[0] - 1 :] = v[0]
        kept = h.copy()
        h -= kept
        kept[...] = kept / (h + 2)
        np.add.at(kept, [0, 0, 1], v)
        return kept, h, tail, row.T

    for found, wanted in zip(symad.function(function)(V), function(V.copy()), strict=True):
        np.testing.assert_allclose(found, wanted, rtol=LAST_PLACES)


def test_in_place_operators_write_conditions_and_numbers() -> None:
    def function(v: Any) -> Any:
        mask = v > 0.5
        mask &= v < 1
        mask[0] = v[0] < 1
        mask |= np.array([False, False, True])
        h = np.copy(v)
        h **= 2
        h /= 3
        h[1] = mask[1]
        h @= np.eye(3)
        return h, mask

    found, wanted = symad.function(function)(V), function(V)
    np.testing.assert_allclose(found[0], wanted[0], rtol=LAST_PLACES)
    np.testing.assert_array_equal(found[1], wanted[1].astype(float))


def test_indices_and_iteration() -> None:
    def function(m: Any) -> Any:
        return (
            m[1, 2],
            m[:, None, 1:],
            m[..., 0],
            m[[1, 0], [2, 1]],
            m[np.array([True, False])],
            m[-1],
            m.T[0],
            [row[0] for row in m],
            [2 * x for x in m.flat],
            len(m),
            m.shape,
            m.ndim,
            m.size,
        )

    found, wanted = symad.function(function)(M), function(M)
    for one, other in zip(found[:7], wanted[:7], strict=True):
        np.testing.assert_array_equal(one, other)
    np.testing.assert_array_equal(found[7], [row[0] for row in M])
    np.testing.assert_array_equal(found[8], 2 * M.ravel())
    assert [int(one) for one in (found[9], found[11], found[12])] == [2, 2, 6]
    with pytest.raises(IndexError, match="index 5 is out of bounds"):
        symad.function(lambda m: m[5])(M)


def test_numbers_without_axes_reckon_with_arrays_numbers_and_each_other() -> None:
    def function(v: Any) -> Any:
        a, b = v[0], v[1]
        return (
            a + b,
            1 - a,
            a - np.ones(3),
            np.ones(3) * a,
            a**b,
            2**a,
            a // 0.25,
            -a,
            +a,
            abs(-b),
            np.float64(3) * a,
            a * np.int64(2),
            a < b,
            a < 1,
            (a == b) | (a != b),
            ~(a < b),
            a.reshape(1, 1),
            a.sum(),
            a.T,
            np.sin(a) * v,
            a / v,
            v / a,
            True + a,
            a.real + a.imag,
        )

    for one, other in zip(symad.function(function)(V), function(V), strict=True):
        assert np.shape(one) == np.shape(other)
        np.testing.assert_allclose(one, np.asarray(other, dtype=float), rtol=LAST_PLACES)


def test_methods_of_arrays_are_numpys() -> None:
    def function(m: Any) -> Any:
        return (
            m.sum(axis=0),
            m.mean(),
            m.var(axis=1),
            m.std(),
            m.max(),
            m.min(axis=0),
            m.prod(),
            m.cumsum(),
            m.reshape(3, 2),
            m.reshape((6,)),
            m.ravel(),
            m.flatten(),
            m.transpose(),
            m.transpose(1, 0),
            m.swapaxes(0, 1),
            m.dot(m.T),
            m.clip(0.2, 0.6),
            m.round(1),
            m.copy(),
            m.repeat(2),
            m.take([0, 1]),
            m.diagonal(),
            m.trace(),
            m.squeeze(),
            m.astype(float),
            m.conj(),
            (m > 0.3).any(),
            (m > 0.3).all(axis=0),
            (m > 0.3).astype(float),
            m.astype(bool),
            m.cumprod(axis=0),
        )

    for one, other in zip(symad.function(function)(M), function(M), strict=True):
        np.testing.assert_allclose(one, np.asarray(other, dtype=float), rtol=FEW_OPERATIONS, atol=BESIDE_ONE / 10)


def test_conditions_join_as_numpys_truth_values_do() -> None:
    def function(v: Any) -> Any:
        a, b = v > 0.5, v < 1
        return (
            a & b,
            a | b,
            a ^ b,
            ~a,
            a + b,
            a * b,
            a * 2,
            a == b,
            np.sum(a),
            np.where(a, b, ~b),
            np.tril(np.stack([a, b, a])),
            a + v,
        )

    for one, other in zip(symad.function(function)(V), function(V), strict=True):
        np.testing.assert_array_equal(one, np.asarray(other, dtype=float))


def test_a_branch_not_taken_contributes_nothing() -> None:
    function = symad.function(lambda v: np.sum(np.where(v > 0, np.sqrt(v), 0.0)))
    value, gradient = function.value_and_gradient(np.array([-1.0, 4.0]))
    assert value == 2.0
    np.testing.assert_array_equal(gradient, [0.0, 0.25])


def test_slopes_at_kinks() -> None:
    zero = np.array(0.0)
    assert symad.function(lambda z: np.maximum(z, 0)).gradient(zero) == 0.5
    assert symad.function(lambda z: np.where(z > 0, z, 0)).gradient(zero) == 0.0
    assert symad.function(lambda v: np.linalg.norm(v)).gradient(np.zeros(2)).tolist() == [0.0, 0.0]


def test_loops_and_branches_on_plain_numbers_run_as_usual() -> None:
    def newton(a: Any, error: float) -> Any:
        x, size = a, 1.0
        while size > error:
            x, size = (x + a / x) / 2, size / 4
        return x if error < 1 else a

    function = symad.function(newton, static=("error",))
    assert abs(function(2.0, 1e-6) - np.sqrt(2.0)) < 1e-12
    assert abs(function.gradient(2.0, 1e-6) - 0.5 / np.sqrt(2.0)) < 1e-12


def test_what_is_no_argument_is_a_constant() -> None:
    weights = np.array([[2.0, 0.0, -1.0]])
    expression = symad.trace(lambda v: weights @ v, V)
    assert expression.variables == ("v_0", "v_1", "v_2")
    assert str(expression).endswith("2*v_0 + 0*v_1 + -1*v_2")


def test_order_of_sums_is_that_of_c_order() -> None:
    assert text(lambda m: np.sum(m), M) == "m_0_0 + m_0_1 + m_0_2 + m_1_0 + m_1_1 + m_1_2"
    assert text(lambda m: np.sum(m, axis=0)[0], M) == "m_0_0 + m_1_0"
    assert text(lambda m: np.sum(m.T), M) == "m_0_0 + m_1_0 + m_0_1 + m_1_1 + m_0_2 + m_1_2"


def test_padding_of_numpy_means_zero() -> None:
    found = symad.function(lambda m: (np.tril(m), np.pad(m, 1), np.diag(m[0])))(M)
    np.testing.assert_array_equal(found[0], np.tril(M))
    np.testing.assert_array_equal(found[1], np.pad(M, 1))
    np.testing.assert_array_equal(found[2], np.diag(M[0]))


def test_empty_arrays_pass_through() -> None:
    found = symad.function(lambda v: (v[:0], np.sum(v[:0]) + v[0], v[:0] @ v[:0] + v[1], np.prod(v[:0]) * v[2]))(V)
    assert found[0].shape == (0,)
    assert [float(one) for one in found[1:]] == V.tolist()
