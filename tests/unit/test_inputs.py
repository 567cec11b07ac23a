"""What every command reads: formulas that are typed, files of lines and of programs, tables of points, sizes."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

import symad
from symad.cli import main
from symad.errors import ExpressionError

NET = "a = x**2\nb = sin(a)\nc = a + b\na*c\n"
REFUSED = """\
symad: net.txt: line 2 uses a, which line 1 binds: add --program (one program of
  4 lines) or --lines (4 formulas)
"""


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def answered(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> tuple[str, str]:
    """Standard output and standard error of a command that leaves with this status."""
    try:
        left: object = main(arguments)
    except SystemExit as leaving:
        left = leaving.code
    assert left == status
    return capsys.readouterr()


def test_a_file_that_could_be_either_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    Path("net.txt").write_text(NET)
    for command in ("compare", "eval", "steps"):
        assert answered(capsys, command, "-f", "net.txt", "--at", "x=2", status=2) == ("", REFUSED)


def test_a_file_is_read_as_it_is_said_to_be(capsys: pytest.CaptureFixture[str]) -> None:
    Path("net.txt").write_text(NET)
    assert answered(capsys, "eval", "-f", "net.txt", "--program", "--at", "x=2")[0].startswith("12.97279001876828")
    points = ("--at", "x=2,a=3,b=5,c=7")
    assert answered(capsys, "eval", "-f", "net.txt", "--lines", *points)[0].splitlines()[2:] == [
        "c = a + b: 8",
        "a*c: 21",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "x**2\ny**2\n",
        "a = x**2; a*2\na*x\n",  # the first line is no statement of a program
        "a = x\na = y; a**2\n",  # each line binds its own
        "p: a = x\nq: a*2\n",  # each name begins a program
        "f(u) = u*u\nx*y\n",
        "x == 1 ? x : 2\nx\n",
    ],
)
def test_a_file_of_formulas_needs_no_option(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("many.txt").write_text(text)
    points = ("--at", "x=2,y=3,a=4,u=5")
    assert answered(capsys, "eval", "-f", "many.txt", *points)[0].count("\n") == 2


@pytest.mark.parametrize("text", ["f(u) = u*u\nf(x) + 1\n", "h[1] = x\nh1*2\n", "a = x;\na*2\n", "a = x\nb = y\na*b\n"])
def test_every_way_to_bind_counts(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("many.txt").write_text(text)
    assert "add --program" in answered(capsys, "eval", "-f", "many.txt", "--at", "x=2,y=3", status=2)[1]
    at = "x=2,y=3" if "y" in text else "x=2"
    answered(capsys, "eval", "-f", "many.txt", "--program", "--at", at)


def test_names_begin_programs(capsys: pytest.CaptureFixture[str]) -> None:
    Path("two.txt").write_text("# two of them\nsquare:\n  a = x**2  # once\n  a*2\n\nsine: b = sin(x)\nb*0\n")
    out, _ = answered(capsys, "eval", "-f", "two.txt", "--program", "--at", "x=3")
    assert out == "square: 18\nsine: 0\n"
    error = answered(capsys, "eval", "-f", "two.txt", "--at", "x=3", status=2)[1]
    assert error == "symad: two.txt: line 2, `square:`, begins a program: add --program\n"


def test_loops_begin_no_program(capsys: pytest.CaptureFixture[str]) -> None:
    Path("loop.txt").write_text("l = x\nrepeat n: l = 2*l\n")
    assert answered(capsys, "eval", "-f", "loop.txt", "--program", "--n", "3", "--at", "x=1")[0] == "8\n"


def test_a_fault_in_a_program_is_found_in_its_file(capsys: pytest.CaptureFixture[str]) -> None:
    Path("two.txt").write_text("p:\nx\n\nq:\n\n a = x\n a +* 2\n")
    error = answered(capsys, "eval", "-f", "two.txt", "--program", "--at", "x=3", status=2)[1]
    assert error.startswith("symad: two.txt, line 7, column 5 (q): ")


def test_a_formula_that_is_a_file_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    Path("net.txt").write_text("x")
    Path("x").write_text("y")
    assert answered(capsys, "net.txt", status=2)[1] == "symad: net.txt is a file: -f net.txt\n"
    error = answered(capsys, "eval", "x", "--at", "x=1", status=2)[1]
    assert error == "symad: x is a file: -f x; the formula is written (x)\n"
    assert answered(capsys, "eval", "(x)", "--at", "x=1")[0] == "1\n"


def test_options_of_files_need_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert answered(capsys, "eval", "x", "--program", status=2)[1] == "symad: --program is for files: add -f FILE\n"
    assert "not both" in answered(capsys, "eval", "-f", "a", "--program", "--lines", status=2)[1]


def test_a_formula_alone_is_compared(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("--methods", "reverse", "--at", "x=2", "--format", "json")
    for arguments in (("x**2", *asked), ("compare", "x**2", *asked), ("-x**2 + 0", *asked)):
        assert json.loads(answered(capsys, *arguments)[0])["command"] == "compare"


@pytest.mark.parametrize(
    ("word", "command"),
    [("comapre", "compare"), ("step", "steps"), ("evla", "eval"), ("grph", "graph")],
)
def test_a_mistyped_command_is_no_formula(word: str, command: str, capsys: pytest.CaptureFixture[str]) -> None:
    error = answered(capsys, word, status=2)[1]
    assert f"unknown command {word}; did you mean {command}?" in error
    assert f"symad compare {word}" in error


def test_a_word_before_a_formula_is_meant_as_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert "unknown command frobnicate; there are compare, " in answered(capsys, "frobnicate", "x**2", status=2)[1]


def test_a_table_of_points(capsys: pytest.CaptureFixture[str]) -> None:
    Path("p.csv").write_text("y,k,x[1]\n1,7,2\n\n4,8,5\n")
    out, error = answered(capsys, "eval", "x1 - y", "--at", "p.csv")
    assert out == "x1 - y at x1 = 2, y = 1: 1\nx1 - y at x1 = 5, y = 4: 1\n"
    assert error == "symad: note: k of p.csv is no variable and is left out\n"
    error = answered(capsys, "steps", "x1*z", "--at", "p.csv", status=2)[1]
    assert error == "symad: p.csv: no column z for the variable z (columns: y, k, x1)\n"
    assert "graph takes one point; p.csv holds 2" in answered(capsys, "graph", "x1*y", "--at", "p.csv", status=2)[1]


def test_points_from_standard_input(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"x\n2\n3\n")))
    out = answered(capsys, "eval", "y = x**2", "--at", "-", "--grad", "--format", "csv")[0]
    assert out.splitlines()[1:] == [
        "y = x**2 at x = 2,y,4",
        "y = x**2 at x = 2,dy/dx,4",
        "y = x**2 at x = 3,y,9",
        "y = x**2 at x = 3,dy/dx,6",
    ]
    assert "not both" in answered(capsys, "eval", "-", "--at", "-", status=2)[1]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("graph", "x", "-o", "g.png"), "-o g.png: a graph is not written as PNG: write g.svg"),
        (("graph", "x", "-o", "g.pdf"), "-o g.pdf: a graph is not written as PDF: write g.svg"),
        (("graph", "x", "-o", "g.svg", "--format", "dot"), "-o g.svg: --format dot is no SVG: write g.dot"),
        (("study", "x**n", "--n", "1", "-o", "g.pdf"), "-o g.pdf: a study is not written as PDF: write g.svg or g.png"),
        (("steps", "x", "--at", "x=1", "-o", "g.png"), "-o g.png: a table is not written as PNG: write g.txt"),
    ],
)
def test_no_picture_under_a_wrong_name(
    arguments: tuple[str, ...], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert answered(capsys, *arguments, status=2)[1] == f"symad: {words}\n"
    assert not list(Path().iterdir())


def test_a_picture_is_what_its_name_says() -> None:
    for name, begins in (("g.svg", "<svg"), ("g.dot", "digraph"), ("g.mmd", "flowchart")):
        assert main(["graph", "x*y", "-o", name]) == 0
        assert Path(name).read_text().startswith(begins)


def test_a_size_is_given_or_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    family = "sum(i = 1..n, x[i]**2)"
    for command in ("compare", "eval", "steps", "graph", "emit"):
        assert "n is not given: add --n 4" in answered(capsys, command, family, status=2)[1]
    assert answered(capsys, "eval", family, "--n", "2", "--at", "x[1]=1,x2=3")[0] == "10\n"


def test_sizes_in_python() -> None:
    family = "sum(i = 1..n, x[i]**2)"
    assert symad.compile(family, n=3).variables == ("x1", "x2", "x3")
    asked: dict[str, Any] = {"methods": "reverse", "n_points": 1, "timings": False, "n": 2}
    assert symad.compare(family, **asked).variables == ("x1", "x2")
    with pytest.raises(ExpressionError, match="n is the size of a family in text"):
        symad.compile(symad.parse("x"), n=3)
    with pytest.raises(ExpressionError, match="n is the size of a family in text"):
        symad.compare(symad.parse("x"), **asked)


def test_a_survey_has_a_size(capsys: pytest.CaptureFixture[str]) -> None:
    Path("many.txt").write_text("a: sum(i = 1..n, x[i]**2)\nb: x**2\n")
    asked = ("--methods", "reverse", "--points", "1", "--no-timings", "--workers", "1", "--format", "json")
    out = answered(capsys, "survey", "many.txt", "--n", "2", *asked)[0]
    assert '"error"' not in out


def test_an_index_is_part_of_the_name() -> None:
    found = symad.compare("x1*x[2]", at={"x[1]": 2.0, "x2": 3.0}, methods="reverse", timings=False)
    assert found.points.array.tolist() == [[2.0, 3.0]]
    with pytest.raises(ExpressionError, match="at: x1 is given twice"):
        symad.compare("x1", at={"x[1]": 2.0, "x1": 3.0}, methods="reverse", timings=False)


def test_surveys_read_programs(capsys: pytest.CaptureFixture[str]) -> None:
    Path("net.txt").write_text(NET)
    asked = ("--methods", "reverse", "--points", "1", "--no-timings", "--workers", "1", "--format", "json")
    assert answered(capsys, "survey", "net.txt", *asked, status=2) == ("", REFUSED)
    out = answered(capsys, "survey", "net.txt", "--program", *asked)[0]
    assert json.loads(out)["results"][0]["n_asked"] == 1


def test_a_study_takes_a_table_of_one_point(capsys: pytest.CaptureFixture[str]) -> None:
    Path("p.csv").write_text("x\n0.3\n")
    asked = ("--n", "1", "--methods", "reverse", "--format", "json")
    answered(capsys, "study", "l = x; repeat n: l = 4*l*(1 - l)", "--at", "p.csv", *asked)
    Path("p.csv").write_text("x\n0.3\n0.4\n")
    error = answered(capsys, "study", "l = x; repeat n: l = 4*l*(1 - l)", "--at", "p.csv", *asked, status=2)[1]
    assert error == "symad: study takes one point; p.csv holds 2\n"


def test_families_are_read_as_other_formulas_are(capsys: pytest.CaptureFixture[str]) -> None:
    out, error = answered(capsys, "eval", "sum(i = 1..n, 2x[i] + |x[i]|)", "--n", "2", "--at", "x1=1,x2=-2")
    assert (out, error) == ("1\n", "symad: 2x[i] read as 2*x[i]\n")
    assert symad.parse("sum(i = 1..n, 2x[i])", n=2) == symad.parse("2*x1 + 2*x2")
    error = answered(capsys, "eval", "sum(i = 1..n, log(2, x[i]))", "--n", "2", status=2)[1]
    assert "the base stands second here" in error


@pytest.mark.parametrize("name", ["nosuch.txt", "folder/nosuch.csv", "./nosuch.x", "a.JSON"])
@pytest.mark.parametrize("command", ["compare", "diff", "steps", "emit"])
def test_a_mistyped_name_of_a_file_is_no_formula(command: str, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, name]) == 2
    assert capsys.readouterr().err == f"symad: {name}: there is no such file, and it is no formula\n"


@pytest.mark.parametrize("text", ["x/2.5", "x/2.e3", "sub/formulas", "np.pi/np.e*x"])
def test_formulas_that_look_like_paths_are_formulas(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["emit", text, "--stage", "tape"]) == 0
    assert capsys.readouterr().out.startswith("value: nodes")


def test_two_files_are_not_compared_as_formulas(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "f.txt"
    path.write_text("x\n", encoding="utf-8")
    assert main(["equal", str(path), "x"]) == 2
    assert "is a file: put both formulas, one a line, into one file" in capsys.readouterr().err
    assert main(["grade", "nosuch.txt", "--mine", "dx = 1"]) == 2
    assert "nosuch.txt: there is no such file" in capsys.readouterr().err
