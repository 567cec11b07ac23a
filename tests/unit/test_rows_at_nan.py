"""Slopes along orders: where an operand is nan, so is the slope, whatever the sign of that nan."""

from __future__ import annotations

import math

import pytest

import symad

ROWS = ("besselj", "bessely", "besseli", "besselk", "lowergamma", "uppergamma", "polylog")


@pytest.mark.parametrize("row", ROWS)
def test_an_order_that_is_nan_has_no_slope(row: str) -> None:
    tape = symad.compile(f"_{row}_order(x, y)")
    for other in (0.0, 1.0, -3.0, 5e-324, 800.0, 1e300, math.inf, -math.inf):
        for point in ((math.nan, other), (-math.nan, other), (other, math.nan)):
            assert math.isnan(float(tape.value(point))), point
