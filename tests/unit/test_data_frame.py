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


@pytest.fixture
def pandas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", SimpleNamespace(DataFrame=dict))


@pytest.mark.usefixtures("pandas")
def test_a_sweep_has_a_row_a_node() -> None:
    table: Any = symad.compile("a = x*y; sin(a) + log(x - 1)").sweep([1.0, 2.0]).to_dataframe()
    assert table["node"] == list(range(len(table["node"])))
    assert table["name"][:3] == ["x", "y", "a"]
    assert (table["text"][2], table["operation"][2], table["operands"][2]) == ("x*y", "MUL", "0 1")
    assert (table["value"][2], table["value"][-1]) == (2.0, -math.inf)
    assert table["slope"][-1] == 1.0


@pytest.mark.usefixtures("pandas")
def test_a_survey_has_a_row_a_formula_and_method() -> None:
    found = symad.survey({"f": "x**2", "bad": "x +"}, timings=False)
    table: Any = found.to_dataframe()
    n = len(found.methods)
    assert table["name"] == ["f"] * n + ["bad"]
    assert table["method"] == [*found.methods, None]
    assert table["verdict"][0] == "agrees"
    assert table["distinct operations"][-1] is None or math.isnan(table["distinct operations"][-1])
    assert table["error"][0] is None
    assert "line 1" in table["error"][-1]
