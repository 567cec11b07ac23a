"""``equal`` and ``grade`` as data: every answer follows the shipped schema."""

from __future__ import annotations

from pathlib import Path

import pytest
from answer_schema import validated

from symad.cli import main


@pytest.mark.parametrize(
    ("first", "second", "verdict", "status"),
    [
        ("(x + 1)**2", "x**2 + 2*x + 1", "equal", 0),
        ("sqrt(x**2)", "x", "not equal", 1),
        ("log(x**2)", "2*log(x)", "equal where both have a value", 0),
        ("x/x*y", "y", "equal where both have a value", 0),
        ("(x, y)", "(x, y + 1)", "not equal", 1),
    ],
)
def test_equal(first: str, second: str, verdict: str, status: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["equal", first, second, "--format", "json"]) == status
    (found,) = validated(capsys.readouterr().out)["results"]
    assert (found["formulas"], found["verdict"]) == ([first, second], verdict)
    if verdict == "not equal":
        assert set(found["point"]) <= {"x", "y"}
        assert len(set(found["values"])) == 2


def test_grade(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "grades.json"
    mine = "dx = cos(x**2)*y; dz = 1"
    assert main(["grade", "sin(x**2)*y + z + t", "--mine", mine, "--format", "json", "-o", str(path)]) == 1
    assert capsys.readouterr().err == "symad: not given: dy, dt\n"
    (found,) = validated(path.read_text(encoding="utf-8"))["results"]
    assert (found["is_right"], found["not_given"]) == (False, ["y", "t"])
    wrong, right = found["grades"]
    assert (wrong["variable"], wrong["verdict"], wrong["missing"]) == (
        "x",
        "wrong",
        "the factor 2*x (the slope of x**2)",
    )
    assert (right["verdict"], right["is_right"], right["point"]) == ("right", True, None)
