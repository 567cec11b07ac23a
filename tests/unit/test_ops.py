"""Look-up of rows; their content is pinned in structure/test_ops_table.py."""

from __future__ import annotations

import dataclasses

import pytest

from symad.formula.ops import ROWS, row


def test_by_name_and_by_number() -> None:
    assert row("ADD").text == "+"
    assert ROWS[row("SIN").number].sympy == "sin"
    with pytest.raises(KeyError):
        row("NO_SUCH_ROW")


def test_rows_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        ROWS[1] = row("ADD")  # type: ignore[index]  # on purpose
    with pytest.raises(dataclasses.FrozenInstanceError):
        row("ADD").cost = "free"  # type: ignore[misc]  # on purpose


def test_conditions_are_marked() -> None:
    assert {r.name for r in ROWS.values() if r.condition} == {
        "TRUE_VALUE", "FALSE_VALUE", "LT", "LE", "GT", "GE", "EQ", "NE", "AND", "OR", "NOT",
    }  # fmt: skip
