"""Grades of derivatives: the page's answers, what is missing in spoilt ones, names, statuses."""

from __future__ import annotations

from pathlib import Path

import pytest
from campaign.spoilt import spoilt

import symad
from symad.answers.equality.grading import RIGHT, RIGHT_PARTLY, WRONG
from symad.cli import main
from symad.commands.statuses import AGREE, DIFFER, USAGE

MOCKS = [
    (
        "sin(x**2)", "dx = cos(x**2)",
        "dx: wrong at x = 0: yours is 1, right is 0\n    the factor 2*x is missing (the slope of x**2)\n",
    ),
    (
        "a = x**2; b = sin(a); c = a + b; a*c", "dx = 2*x*(a + c)",
        """dx: wrong at x = 1: yours is 5.68294197, right is 6.76354658
    the term 2*x**3*cos(x**2) is missing: it comes from the third use of x, in b
""",
    ),
    (
        "(1 - y)**2 + y*x", "dx = y; dy = 2*(1 - y) + x",
        """dx: right
dy: wrong at x = 0, y = 0: yours is 2, right is -2
    the sign is wrong in the term from the first use of y
""",
    ),
]  # fmt: skip
EXPLAINED = [
    ("x**3", "x**2", "the factor 3 is missing"),
    ("sqrt(x)", "1/sqrt(x)", "the factor 2 is too many"),
    ("sin(x)/x", "(sin(x) - x*cos(x))/x**2", "the sign is wrong"),
    ("x**5", "5*x**5", "the factor x is too many"),
    ("atan(x)", "1/(1 - x**2)", "the sign is wrong at x**2"),
    ("x**3", "3*x**2 + 1", "the term 1 is too many"),
    ("x**2*y", "x**2", "this is the slope by y"),
    ("x**3*cos(x)", "-3*x**2*sin(x)", "this is the product of the slopes: the slope of u*v is du*v + u*dv"),
    ("asin(x/2)", "1/(2*sqrt(1 - x/4))", "x should be x**2"),
    ("softplus(x)", "sigmoid(-x)", "-x should be x"),
    ("x*log(y)*z", "0", "no single missing factor or term explains it"),  # not: this is the second derivative
    ("sin(x)**5 + x", "x**2*exp(x) - sqrt(x)", "no single missing factor or term explains it"),
]
RIGHT_ONES = [
    ("Abs(x)", "sign(x)"), ("Max(0, x)", "Heaviside(x)"), ("Max(0, x)", "Piecewise((1, x > 0), (0, True))"),
    ("log(x)", "1/x"), ("sqrt(x)", "1/(2*sqrt(x))"), ("1/(1 + exp(-x))", "exp(-x)/(1 + exp(-x))**2"),
    ("tan(x)", "1/cos(x)**2"), ("Abs(x)", "x/Abs(x)"), ("0.1*x**2", "x/5"), ("x**2.5", "2.5*x**1.5"),
    ("floor(x) + x", "1"), ("sum(i = 1..3, x*i)", "6"),
]  # fmt: skip
N_SAMPLE, N_NAMED = 30, 27  # nine in ten


def test_what_was_not_given_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["grade", "x**2*y", "--mine", "dx = 2*x*y"]) == AGREE
    assert capsys.readouterr() == ("dx: right\n", "symad: not given: dy\n")


@pytest.mark.parametrize(("formula", "mine", "answer"), MOCKS)
def test_answers_of_the_page(formula: str, mine: str, answer: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["grade", formula, "--mine", mine]) == DIFFER
    assert capsys.readouterr().out == answer


@pytest.mark.parametrize(("formula", "mine", "sentence"), EXPLAINED)
def test_what_is_missing(formula: str, mine: str, sentence: str) -> None:
    grade = symad.grade(formula, {"x": mine})["x"]
    assert grade.verdict == WRONG
    assert grade.explanation == sentence
    assert (grade.missing is None) == sentence.startswith("no single")


@pytest.mark.parametrize(("formula", "mine"), RIGHT_ONES)
def test_right_ones(formula: str, mine: str) -> None:
    assert symad.grade(formula, {"x": mine})["x"].verdict == RIGHT


def test_a_derivative_without_a_value_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    grade = symad.grade("x**3", {"x": "3*x**4/x**2"})["x"]
    assert grade.verdict == RIGHT_PARTLY
    assert str(grade) == "dx: right where it has a value; at x = 0: yours has none, right is 0"
    assert main(["grade", "x**3", "--mine", "3*x**4/x**2"]) == AGREE
    assert main(["grade", "x**3", "--mine", "3*x**4/x**2", "--strict"]) == DIFFER
    capsys.readouterr()


def test_spoilt_derivatives() -> None:
    """A sample of the campaign's: all are wrong, and nine in ten say why."""
    grades = [symad.grade(text, {name: mine})[name] for _, text, name, mine, _ in spoilt(N_SAMPLE, seed=11)]
    assert [grade.verdict for grade in grades] == [WRONG] * N_SAMPLE
    assert sum(grade.missing is not None for grade in grades) >= N_NAMED


def test_the_phrase_of_python() -> None:
    found = symad.grade("sin(x**2)", {"x": "cos(x**2)"})
    assert found["x"].missing == "the factor 2*x (the slope of x**2)"
    assert found["x"].values == ("1", "0")
    assert found.is_right is False
    assert list(found) == ["x"]


def test_ways_of_writing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "mine.txt"
    file.write_text("# by hand\nt = x*y\ndx = 2*t\ndf/dy = x**2\n", encoding="utf-8")
    assert main(["grade", "x**2*y", "-f", str(file)]) == AGREE
    assert capsys.readouterr().out == "dx: right\ndy: right\n"
    assert main(["grade", "x**2", "--mine", "2*x"]) == AGREE
    assert main(["grade", "x*y", "--mine", "2*x"]) == USAGE
    assert "which derivative is '2*x'? Write dx = ...; dy = ..." in capsys.readouterr().err
    assert main(["grade", "x*y", "--mine", "dz = 2*x"]) == USAGE
    assert "dz: z is no variable of the formula (variables: x, y)" in capsys.readouterr().err
    assert main(["grade", "x*y", "--mine", "dx = y; dx = y"]) == USAGE
    assert main(["grade", "x*y"]) == USAGE
    assert main(["grade", "--mine", "dx = 1"]) == USAGE
    assert main(["grade", "(x, y)", "--mine", "dx = 1"]) == USAGE
    with pytest.raises(symad.ExpressionError, match="'z' is no variable"):
        symad.grade("x", {"z": "1"})
