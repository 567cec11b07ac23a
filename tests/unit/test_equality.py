"""Whether formulas are equal: the page's answers, a sample of labelled pairs, borders, time, statuses."""

from __future__ import annotations

import doctest
import time
from pathlib import Path

import pytest
import sympy
from campaign.equalities import is_right
from campaign.pairs import pairs

import symad
from symad.answers.equality import decision, grading
from symad.answers.equality.decision import EQUAL, NOT_EQUAL, PARTLY, UNDECIDED
from symad.cli import main
from symad.commands.statuses import AGREE, DIFFER, USAGE
from symad.commands.statuses import UNDECIDED as NOTHING_DECIDED

MOCKS = [
    ("1/(1 + exp(-x))", "(1 + tanh(x/2))/2", "equal: 89 points agree to 40 digits", AGREE),
    ("(x + 1)**2", "x**2 + 2*x + 1", "equal: by the rules of arithmetic", AGREE),
    (
        "log(x**2)", "2*log(x)",
        "equal where both have a value; at x = -1 the first is 0, the second has none", AGREE,
    ),
    ("sqrt(x**2)", "x", "not equal: at x = -1 the first is 1, the second -1", DIFFER),
    ("pi*x", "355*x/113", "not equal: at x = 1 the first is 3.14159265, the second 3.14159292", DIFFER),
]  # fmt: skip
SENTENCES = [
    ("sin(x)/cos(x)*cos(x)", "sin(x)", "equal: by the rules of arithmetic, wherever cos(x) != 0"),
    ("1/(1/x)", "x", "equal: by the rules of arithmetic, wherever x != 0"),
    ("(x**2 + 1)*y/(x**2 + 1)", "y", "equal: by the rules of arithmetic"),  # that divisor is never 0
    ("1/(x*y)*sin(x)", "sin(x)/x/y", "equal: by the rules of arithmetic"),  # both sides divide by the same
    ("x*y + z", "x*y + z", "equal: the same operations"),
    ("x/x", "1", "equal where both have a value; at x = 0 the first has none, the second is 1"),
    ("(x**3)**(1/3)", "Abs(x)", "equal where both have a value; at x = -1 the first has none, the second is 1"),
    ("2", "sqrt(4)", "equal: by the rules of arithmetic"),
    ("sin(1)", "cos(1)", "not equal: the first is 0.841470985, the second 0.540302306"),
    ("(x, y)", "(x, 2*y)", "output 2: not equal: at x = 1, y = 1 the first is 1, the second 2"),
]
N_SAMPLE = 80  # of the 2,000 of the campaign
SLOW_MS = 1000.0  # many times what a pair takes on a busy machine


@pytest.mark.parametrize(("first", "second", "sentence", "status"), MOCKS)
def test_answers_of_the_page(
    first: str, second: str, sentence: str, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["equal", first, second]) == status
    assert capsys.readouterr().out == sentence + "\n"


@pytest.mark.parametrize(("first", "second", "sentence"), SENTENCES)
def test_sentences(first: str, second: str, sentence: str) -> None:
    assert str(symad.equal(first, second)) == sentence


def test_labelled_pairs() -> None:
    for label, first, second in pairs(N_SAMPLE, seed=5):
        start = time.process_time()
        found = symad.equal(first, second)
        assert found.verdict != UNDECIDED, (first, second)
        assert is_right(label, found), (label, first, second, str(found))
        assert 1000 * (time.process_time() - start) < SLOW_MS, (first, second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Piecewise((x, x**3 - 7*x < 1), (x + 1, True))", "Piecewise((x, x**3 - 7*x < 1.0001), (x + 1, True))"),
        ("x", "x + Max(0, x**3 - 7*x - 1)*Heaviside(2.7150 - x)*Heaviside(x - 2)"),
        ("floor(x**2/3)", "floor(x**2/3 + 1e-7)"),
        ("Abs(x**5 - 3*x + 1)", "Abs(x**5 - 3*x + 1) + Piecewise((1e-9, Abs(x**5 - 3*x + 1) < 1e-5), (0, True))"),
        ("Piecewise((x, x < 0.1), (0, True))", "Piecewise((x, x <= 0.1), (0, True))"),
        ("(1 - erf(x**3 - x))**3", "(1 - erf(x**3 - x) + Max(0, x - 6))**3"),
        ("x*y", "x*y + Piecewise((1, x*y + y**3 > 5 and x*y + y**3 < 5.01), (0, True))"),
    ],
)
def test_borders_between_points_are_found(first: str, second: str) -> None:
    assert symad.equal(first, second).verdict == NOT_EQUAL


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("floor(10*x)/10", "floor(x*10)*0.1"),
        ("floor(3*(x/3))", "floor(x)"),
        ("sqrt(sin(x)**2 + cos(x)**2 - 1 + x**2)", "Abs(x)"),
        ("exp(700*x)/exp(699*x)", "exp(x)"),
        ("cosh(30*x)**2 - sinh(30*x)**2", "1"),
        ("0.1 + 0.2 + x", "0.3 + x"),
    ],
)
def test_rounding_makes_no_difference(first: str, second: str) -> None:
    assert symad.equal(first, second).verdict == EQUAL


def test_tiny_differences_are_seen() -> None:
    assert symad.equal("x**2.0000001", "x**2").verdict == NOT_EQUAL
    found = symad.equal("x", "x + 1e-30*x")
    assert found.verdict == NOT_EQUAL
    assert found.values is not None
    assert found.values[0] != found.values[1]


def test_nothing_to_compare_is_undecided(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["equal", "log(-1 - x**2)", "sqrt(-2 - x**2)"]) == NOTHING_DECIDED
    assert capsys.readouterr().out.startswith("undecided: no point was found")


def test_time_is_bounded() -> None:
    start = time.monotonic()
    found = symad.equal("besselj(x, exp(y))*zeta(x)", "besselj(x, exp(y))*zeta(x) + 0*gamma(y)", seconds=0.01)
    assert time.monotonic() - start < 5.0
    assert found.verdict in (UNDECIDED, EQUAL, PARTLY)


def test_expressions_sympy_and_texts_are_taken() -> None:
    x = sympy.Symbol("x")
    assert symad.equal(symad.parse("x*x"), x**2)
    assert not symad.equal("x", "y")
    with pytest.raises(TypeError, match="a formula is text, an Expression or SymPy, not list"):
        symad.equal(["x"], "x")  # type: ignore[arg-type]
    with pytest.raises(symad.ExpressionError, match="1 outputs"):
        symad.equal("x", "(x, y)")


def test_statuses_and_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["equal", "log(x**2)", "2*log(x)", "--strict"]) == DIFFER
    assert main(["equal", "-x", "0 - x"]) == AGREE
    file = tmp_path / "two.txt"
    file.write_text("# typed twice\nx*(x + 1)\nx**2 + x\n", encoding="utf-8")
    assert main(["equal", "-f", str(file)]) == AGREE
    assert main(["equal", "sum(i = 1..n, x[i])", "x1 + x2 + x3", "--n", "3"]) == AGREE
    capsys.readouterr()
    assert main(["equal", "x"]) == USAGE
    assert "equal compares two formulas" in capsys.readouterr().err
    assert main(["equal", "x", "1/2x"]) == USAGE
    assert "two readings" in capsys.readouterr().err
    assert main(["equal", "x", "x", "-f", str(file)]) == USAGE


def test_text_is_never_executed() -> None:
    with pytest.raises(symad.ParseError):
        symad.equal("__import__('os').getcwd()", "x")


def test_the_examples_run() -> None:
    assert [doctest.testmod(one, extraglobs={"symad": symad}).failed for one in (decision, grading)] == [0, 0]
