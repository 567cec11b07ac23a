"""Points from the command line: tables of them, intervals in equal ratios."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from answer_schema import validated

from symad.cli import main

QUICK = ["--methods", "forward,reverse", "--format", "json", "--budget", "5"]


def table(folder: Path, text: str) -> str:
    path = folder / "points.csv"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_points_from_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = table(tmp_path, "y, note, x\n2,first,1\n\n4,second,3.5e0\n")
    assert main(["compare", "x*y**2", "--at", path, "--errors", *QUICK]) == 0
    came = capsys.readouterr()
    found = validated(came.out)["results"][0]
    assert [one["at"] for one in found["points"]["given"]] == [{"x": 1.0, "y": 2.0}, {"x": 3.5, "y": 4.0}]
    assert found["judged"][1]["right"][0]["value"] == 16.0
    assert found["methods"][0]["errors"][0][0]["verdict"] == "agrees"
    assert f"note: note of {path} is no variable and is left out" in came.err


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x,z\n1,2\n", "no column y for the variable y (columns: x, z)"),
        ("x,y\n1,two\n", "row 2, y: 'two' is no number"),
        ("x,y\n1\n", "row 2: 1 cells under 2 columns"),
        ("x,y\n", "a header with the names of the variables and at least one row are needed"),
        ("x,y,x\n1,2,3\n", "the column x is there twice"),
    ],
)
def test_tables_that_are_none(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, message: str) -> None:
    assert main(["compare", "x*y", "--at", table(tmp_path, text), *QUICK]) == 2
    assert message in capsys.readouterr().err


def test_a_table_stands_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = table(tmp_path, "x\n1\n")
    assert main(["compare", "x", "--at", path, "--at", "x=1", *QUICK]) == 2
    assert main(["compare", "x", "--at", path, "--points", "3", *QUICK]) == 2
    assert main(["compare", "x", "--at", "missing.csv", *QUICK]) == 2
    assert "missing.csv: no such file" in capsys.readouterr().err


def test_intervals_in_equal_ratios(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "log(x)", "--domain", "x=1e-6:1:log", "--points", "3", *QUICK]) == 0
    found = json.loads(capsys.readouterr().out)["results"][0]
    assert found["points"]["domain"] == {"x": [1e-6, 1.0, "log"]}
    assert main(["compare", "log(x)", "--domain", "x=0:1:log", *QUICK]) == 2
    assert "needs 0 < low" in capsys.readouterr().err
    assert main(["compare", "log(x)", "--domain", "x=0:1:lin", *QUICK]) == 2
    assert "LOW:HIGH:log" in capsys.readouterr().err
