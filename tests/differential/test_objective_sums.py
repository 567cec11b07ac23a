"""Objectives against the contract of their sums written out, against 50 digits, and row by row on the hard cases."""

from __future__ import annotations

import math
from typing import Any

import mpmath
import numpy as np
import pytest
from corpus import hard_cases

import symad

CHUNK, LANES = 4096, 8
RNG = np.random.default_rng(11)
ROUNDINGS = 8 * 2.0**-53  # of the magnitudes: a value that is read by rows and pulled back is rounded a few times more


def in_order(rows: np.ndarray) -> float:
    """The sum as `csrc/include/symad_rows.h` says it."""
    blocks: list[tuple[int, float]] = []
    for first in range(0, len(rows), CHUNK):
        lanes = [0.0] * LANES
        for i, row in enumerate(rows[first : first + CHUNK].tolist()):
            lanes[i % LANES] += row
        a, b, c, d, e, f, g, h = lanes
        size, total = 1, ((a + e) + (c + g)) + ((b + f) + (d + h))
        while blocks and blocks[-1][0] == size:
            size, total = 2 * size, blocks.pop()[1] + total
        blocks.append((size, total))
    total = blocks.pop()[1] if blocks else 0.0
    while blocks:
        total = blocks.pop()[1] + total
    return total


@pytest.mark.parametrize("n", [0, 1, 7, 8, 9, 63, 65, 4095, 4096, 4097, 7 * 4096 + 1, 50_000])
def test_the_order_of_a_sum_is_that_of_the_contract(n: int) -> None:
    x = RNG.normal(size=n) * 10.0 ** RNG.integers(-8, 8, n)
    tape = symad.compile("a*sin(x) + x*exp(-a)", variables=["a", "x"])
    rows = tape.value(np.column_stack([np.full(n, 0.75), x]))
    objective = symad.objective("a*sin(x) + x*exp(-a)", data={"x": x})
    assert objective.value([0.75]) == in_order(rows)
    np.testing.assert_array_equal(objective.row_values([0.75]), rows)
    for threads in (2, 4):
        assert objective.value([0.75], threads=threads) == in_order(rows)


def test_sums_hold_the_digits_of_their_rows() -> None:
    x = RNG.normal(size=20_000)
    objective = symad.objective("exp(a*x) + log(1 + b**2*x**2)", data={"x": x})
    p = np.array([0.7, 1.3])
    value, gradient = objective.value_and_gradient(p)
    with mpmath.workdps(50):
        a, b = map(mpmath.mpf, p.tolist())
        exact = [mpmath.mpf(0)] * 3
        for one in map(mpmath.mpf, x.tolist()):
            inner = 1 + b**2 * one**2
            terms = mpmath.exp(a * one) + mpmath.log(inner), one * mpmath.exp(a * one), 2 * b * one**2 / inner
            exact = [total + term for total, term in zip(exact, terms, strict=True)]
    rows = np.column_stack([objective.row_values(p), objective.row_gradients(p)])
    magnitudes = np.abs(rows).sum(axis=0)
    for found, wanted, magnitude in zip([value, *gradient], exact, magnitudes, strict=True):
        assert abs(found - float(wanted)) <= 1e-14 * magnitude  # the bar of the project


REFUSED = {"hc116", "hc117"}  # texts that are no formula
CASES = [case for case in hard_cases() if case["id"] not in REFUSED]


def largest(numbers: np.ndarray) -> float:
    return float(np.abs(numbers[np.isfinite(numbers)]).max(initial=0.0))


def same(found: float, wanted: float, magnitude: float) -> bool:
    if not math.isfinite(wanted):
        return found == wanted or (math.isnan(found) and math.isnan(wanted))
    return abs(found - wanted) <= ROUNDINGS * max(magnitude, abs(wanted))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_hard_cases_lifted_to_rows(case: dict[str, Any]) -> None:
    """With any variable as the data, or all as parameters of a factor of the row: what the tape says of the row."""
    formula, names = str(case["expr"]), list(case["vars"])
    tape = symad.compile(formula, variables=names)
    points = np.array([[float(case["point"][name]) for name in names]])
    for k, name in enumerate(names):
        rest = [other for other in names if other != name]
        if not rest:
            continue
        objective = symad.objective(symad.parse(formula, variables=names), data={name: points[:, k]}, parameters=rest)
        for i, point in enumerate(points):
            found = objective.value_and_gradient(np.delete(point, k), rows=slice(i, i + 1))
            value, slopes = tape.value_and_gradient(point)
            assert same(found[0], value, 0.0)
            wanted = np.delete(slopes, k)
            assert all(same(one, other, largest(wanted)) for one, other in zip(found[1], wanted, strict=True)), point
    lifted = symad.objective(symad.parse(f"({formula})*row_", variables=[*names, "row_"]), data={"row_": [1.0]})
    for point in points:
        value, slopes = tape.value_and_gradient(point)
        found = lifted.value_and_gradient(point)
        assert same(found[0], value, 0.0)
        assert all(same(one, other, largest(slopes)) for one, other in zip(found[1], slopes, strict=True)), point
