"""The first screen of `symad compare`: what it says, that it fits, that it is kept, that a baseline is held."""

from __future__ import annotations

import copy
import json
import pickle
from pathlib import Path

import pytest
from answer_schema import validated

import symad
from symad.answers.conditions import outside
from symad.answers.facts import digits
from symad.cli import main
from symad.commands.statuses import AGREE, DIFFER, UNDECIDED, USAGE
from symad.comparison.result import Comparison
from symad.report import comparison_json, derivatives, screen
from symad.report.advice import advice
from symad.report.sentences import verdict, whole
from symad.symbolic import SymbolicWorker

SQUARE = "a = x**2; b = sin(a); c = a + b; a*c"
LOSES = "(1 - cos(x))/x**2"
METHODS = "symbolic,forward,reverse,central,one-sided"
# One formula of each kind of screen, at a point or between two.
KINDS = {
    SQUARE: {"at": {"x": 2.0}},
    LOSES: {"domain": {"x": (1e-6, 1.0, "log")}},
    "Abs(x - y) + Max(0, x)": {"at": {"x": 1.0, "y": 1.0}},
    "log(x - 2)*sqrt(x)": {"at": {"x": 1.0}},
    "x + floor(y)": {"at": {"x": 1.0, "y": 2.0}},
    "exp(x)": {"at": {"x": 800.0}},
    "sin(10000000000*x)": {"at": {"x": 0.7}},
    "+".join(f"sin(x{k})*exp(x{k + 1}*x{k + 2})" for k in range(30)): {},
    "*".join(f"(x + {k}.25*sin(y - {k}))" for k in range(40)): {"at": {"x": 1.0, "y": 2.0}},
}


def compared(formula: str, **more: object) -> Comparison:
    return symad.compare(formula, timings=False, budget=20, **more)  # type: ignore[arg-type]  # keywords of compare


@pytest.mark.parametrize("formula", KINDS, ids=[text[:24] for text in KINDS])
def test_a_screen_fits_at_every_width(formula: str) -> None:
    found = compared(formula, **KINDS[formula])
    for width in (200, 80, 60):
        lines = screen.to_screen(found, width).rstrip("\n").split("\n")
        assert len(lines) <= screen.LINES
        assert max(map(len, lines)) <= min(width, screen.WIDTH)
        brief = screen.to_brief(found, width).rstrip("\n").split("\n")
        assert max(map(len, brief)) <= min(width, screen.WIDTH)


@pytest.mark.parametrize("formula", KINDS, ids=[text[:24] for text in KINDS])
def test_an_answer_reads_back_whole(formula: str) -> None:
    found = compared(formula, **KINDS[formula])
    validated(found.to_json())
    again = Comparison.from_json(found.to_json())
    assert repr(again.answer) == repr(found.answer)
    assert str(again) == str(found)
    assert again.to_json() == found.to_json()


def test_nothing_is_spelled_before_somebody_asks() -> None:
    found = compared("x**2", at={"x": 3.0})
    assert "answer" not in json.dumps(comparison_json.to_dict(found))
    assert found.answer is found.answer
    assert "answer" in found.to_dict()["results"][0]  # type: ignore[index]  # a list of results


@pytest.mark.parametrize("formula", ["log(x - 2)*sqrt(x)", "Abs(x - 1)", SQUARE])
def test_a_copy_says_the_same_without_what_it_was_made_from(formula: str) -> None:
    found = compared(formula, at={"x": 1.0}, methods=METHODS)
    for again in (pickle.loads(pickle.dumps(found)), copy.deepcopy(found)):
        assert verdict(again, again.answer) == verdict(found, found.answer)
        assert advice(again, again.answer) == advice(found, found.answer)


@pytest.mark.parametrize(("found", "said"), [(15.95, "all"), (15.5, "all"), (15.49, "15"), (0.99, "0"), (9.0, "9")])
def test_digits_are_whole_and_rounded_down(found: float, said: str) -> None:
    assert whole(found) == said


@pytest.mark.parametrize(
    ("relative", "right"), [(0.0, 15.95), (1e-9, 9.0), (1.0, 0.0), (7.0, 0.0), (float("nan"), 0.0)]
)
def test_digits_of_an_error(relative: float, right: float) -> None:
    assert digits(relative) == pytest.approx(right)


@pytest.mark.parametrize(
    ("formula", "node", "needs"),
    [
        ("log(x - 2)", 3, "x > 2"),
        ("log(3 - 2*x)", 5, "x < 1.5"),
        ("1/(x + 1)", 3, "x != -1"),
        ("log(x*y)", 3, "x*y > 0"),
        ("asin(2*x)", 3, "Abs(2*x) < 1"),
        ("x**y", 2, "x > 0 or y == floor(y)"),
    ],
)
def test_the_condition_that_is_broken(formula: str, node: int, needs: str) -> None:
    expression = symad.parse(formula)
    assert outside(expression, expression.outputs[0]).needs == needs
    del node


ADVICE = [
    ("log(x - 2)", {"at": {"x": 1.0}}, "log(x - 2) needs x > 2"),
    ("Abs(x)", {"at": {"x": 0.0}}, "symad takes the middle, 0; any df/dx from -1 to 1 would do"),
    (LOSES, {"at": {"x": 1e-6}}, "write sinc(x/2)**2/2 instead (tried at this point: all digits, by reverse mode)"),
    (
        "x - sin(x)",
        {"domain": {"x": (1e-6, 1.0, "log")}},
        "no rewriting known here: ask for fewer digits, or keep away",
    ),
    ("sin(10000000000*x)", {"at": {"x": 0.7}}, "x itself is not known well enough: no formula can help"),
    ("3*x", {"at": {"x": float("inf")}}, "give other points, or more time"),
    ("log(x)", {"domain": {"x": (-1.0, 1.0)}}, "use reverse mode: 1 operation; the formula differs at these points"),
    ("x*y*z", {"at": {"x": 1.0, "y": 2.0, "z": 3.0}}, "use reverse mode: all 3 slopes for"),
    ("x**2", {"at": {"x": 1.0}}, "write the derivative down: it is as fast as any program and as exact"),
    ("acos(x)", {"at": {"x": 1 - 1e-9}}, "use reverse mode: all digits where the formula keeps 9"),
]


@pytest.mark.parametrize(("formula", "where", "said"), ADVICE, ids=[one[0] for one in ADVICE])
def test_the_first_advice_that_holds(formula: str, where: dict[str, object], said: str) -> None:
    found = compared(formula, **where)
    assert advice(found, found.answer).startswith(said)


def test_a_derivative_that_explodes_is_left_to_reverse_mode() -> None:
    found = compared("l = x; repeat n: l = 4*l*(1 - l)", n=12, at={"x": 0.3}, methods=METHODS)
    said = advice(found, found.answer)
    assert said == "use reverse mode: 93 operations; symbolic runs 609, and has 456,704 written out"
    assert verdict(found, found.answer)[0] == "every exact method agrees, 13 digits or more"


def test_a_kink_shows_what_is_defensible() -> None:
    answer = compared("Abs(x - y) + Max(0, x)", at={"x": 1.0, "y": 1.0}).answer
    assert [(one.value, one.between) for one in answer.slopes] == [(1.0, (0.0, 2.0)), (0.0, (-1.0, 1.0))]


@pytest.mark.parametrize(
    ("text", "limit", "shown"),
    [
        ("x*y", 10, "x*y"),
        ("x*y + sin(x*y)*cos(x)", 14, "x*y + ..."),
        ("aaaaaaaaaa*bbbbbbbbbb", 18, "aaaaaaaaaa* ..."),
        ("verylongname", 8, "..."),
    ],
)
def test_formulas_are_cut_behind_an_operator(text: str, limit: int, shown: str) -> None:
    assert derivatives.cut(text, limit, " ...") == shown
    assert len(shown) <= limit


def saved(tmp_path: Path, formula: str) -> str:
    path = tmp_path / "run.json"
    arguments = ["--at", "x=2", "--methods", "reverse,central", "--format", "json", "-o", str(path)]
    assert main(["compare", formula, *arguments]) == AGREE
    return str(path)


def test_a_baseline_that_holds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = saved(tmp_path, "x**2*sin(x)")
    assert main(["compare", "x**2*sin(x)", "--at", "x=2", "--methods", "reverse,central", "--baseline", path]) == AGREE
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("formula", "at", "said"),
    [
        (
            "x**2*sin(x) + exp(x)",
            "x=2",
            "function: 5 operations, 3 operations in the baseline (+ 0 -> 1, exp 0 -> 1)",
        ),
        ("x**2*sin(x)", "x=3", "the points, or what is asked for, are others than in the baseline"),
    ],
)
def test_a_baseline_that_does_not(
    formula: str, at: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = saved(tmp_path, "x**2*sin(x)")
    arguments = ["--at", at, "--methods", "reverse,central", "--baseline", path]
    assert main(["compare", formula, *arguments]) == DIFFER
    assert said in capsys.readouterr().err


def test_digits_and_verdicts_are_held_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = Path(saved(tmp_path, "x**2*sin(x)"))
    data = json.loads(path.read_text(encoding="utf-8"))
    (reverse, *_) = data["results"][0]["methods"]
    reverse |= {"verdict": "loses digits", "max_relative_error": 1e-4}
    path.write_text(json.dumps(data), encoding="utf-8")
    arguments = ["compare", "x**2*sin(x)", "--at", "x=2", "--methods", "reverse,central", "--baseline", str(path)]
    assert main(arguments) == DIFFER
    said = capsys.readouterr().err
    assert "reverse program: agrees, loses digits in the baseline" in said
    assert "4.0 in the baseline" in said


@pytest.mark.parametrize("text", ["no json", '{"command": "eval"}'])
def test_a_baseline_that_is_none(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "run.json"
    path.write_text(text, encoding="utf-8")
    assert main(["compare", "x**2", "--baseline", str(path)]) == USAGE
    assert f"--baseline {path}: " in capsys.readouterr().err


@pytest.mark.parametrize(
    ("formula", "at", "status"),
    [("x**2", "x=2", AGREE), ("log(x - 2)", "x=1", UNDECIDED), (LOSES, "x=1e-6", UNDECIDED), ("Abs(x)", "x=0", AGREE)],
)
def test_statuses(formula: str, at: str, status: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", formula, "--at", at, "--methods", "reverse,one-sided"]) == status
    assert capsys.readouterr().err == ""


def test_details_are_what_stood_there(capsys: pytest.CaptureFixture[str]) -> None:
    main(["compare", "x**2*sin(x)", "--at", "x=2", "--details"])
    shown = capsys.readouterr().out
    assert "written out" in shown
    assert "reverse program" in shown


@pytest.mark.parametrize("form", ["markdown", "csv", "latex", "html", "json"])
def test_every_format_has_values_and_formulas(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    main(["compare", SQUARE, "--at", "x=2", "--format", form])
    shown = capsys.readouterr().out
    assert "18.514492084950497" in shown
    assert ("\\cos" if form == "latex" else "2*x*(a*cos(a) + a + c)") in shown


def test_a_card_has_them_too() -> None:
    card = compared(SQUARE, at={"x": 2.0})._repr_html_()
    assert "18.514492084950497" in card
    assert "to full precision" in card
    assert "<details>" in card


def test_a_worker_that_is_there_is_asked_and_left_running() -> None:
    with SymbolicWorker() as worker:
        found = symad.compare("x**2*sin(x)", at={"x": 1.0}, timings=False, worker=worker)
        assert found.answer.slopes[0].formula == "x*(x*cos(x) + 2*sin(x))"
        assert worker.running
    assert not worker.running
