"""What the campaign of random formulas found stays found: no number is silently wrong, no bound is broken."""

from __future__ import annotations

from typing import Any

import bounded
import mpmath
import pytest


@pytest.mark.parametrize(
    "record",
    [pytest.param(record, id=f"{record['formula']}-{record['entry']}") for record in bounded.records("finds")],
)
def test_find(record: dict[str, Any]) -> None:
    """`python tests/campaign/finds.py` says what each is."""
    with mpmath.workdps(bounded.DIGITS):
        number = bounded.one_number(record)
        assert not number.is_silent, (number, number.error)
        assert number.ratio <= 1, (number, number.error)
