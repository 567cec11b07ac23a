"""Answers as data frames: the columns that pandas is given, by a stand-in for it."""

from __future__ import annotations

import math
import sys
from types import SimpleNamespace
from typing import Any

import pytest

import symad
from symad.report import data_frame


def test_columns_are_numbers_or_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", SimpleNamespace(DataFrame=dict))
    found: Any = data_frame.from_csv('a,b,c,d\n1,x,,2.5\n2,"y, z",,\n')
    assert (found["a"], found["b"], found["c"]) == ([1.0, 2.0], ["x", "y, z"], [None, None])
    assert found["d"][0] == 2.5
    assert math.isnan(found["d"][1])
    table: Any = symad.compare("x**2", at={"x": 2.0}, methods="reverse", timings=False).to_dataframe()
    assert table["method"][0] == "function"
    assert table["distinct"] == [1.0, 1.0]


def test_without_pandas_the_advice_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(symad.InteropError, match="needs pandas"):
        data_frame.from_csv("a\n1\n")
