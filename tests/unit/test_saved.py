"""Saved answers: every JSON follows the shipped schema, reads back, and renders the same in every format."""

from __future__ import annotations

import csv
import io
import json
import math
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
from answer_schema import SCHEMA, VALIDATOR, validated
from processes import interruptible

import symad
from symad.cli import main
from symad.commands.statuses import AGREE, INTERRUPTED, UNDECIDED, USAGE
from symad.comparison.result import Answered, Comparison, Diagnosis, MethodResult, Speed, StepCurve
from symad.formula.counts import Counts
from symad.inputs import points
from symad.inputs.points import Points
from symad.inputs.sources import Source
from symad.report import comparison_json, latex

FORMATS = ("table", "markdown", "csv", "latex", "html", "json", "jsonl")
LECTURE = "a = x**2; b = sin(a); c = a + b; a*c"
FRAME = {"schema_version": 1, "symad_version": "0", "command": "compare", "machine": {}, "settings": {}}
COMMANDS = {
    "compare": ["compare", "x*sin(y)", "--domain", "x=1:2", "--domain", "y=2:3", "--points", "3"],
    "steps": ["steps", LECTURE, "--at", "x=2"],
    "steps, not finite": ["steps", "1/x + Piecewise((y, y > 0), (log(x), True))", "--at", "x=0,y=inf"],
    "eval": ["eval", "1/x + y", "--at", "x=0,y=nan", "--grad"],
    "eval a tuple": ["eval", "(x, 2*x)", "--at", "x=1/3"],
    "a formula that is none": ["eval", "x +", "--at", "x=0"],
}


def everything() -> Comparison:
    """A comparison made by hand in which every field holds something, the awkward values among them."""
    by_kind = {"basic": 1, "divide": 0, "power": 2, "call": 3, "select": 0}
    counts = Counts(None, 2**70, 6, by_kind, {**by_kind, "call": 2**60}, 5, 96)
    plain = MethodResult(
        "function", "agrees", "function", counts=counts, time_ns=10.0, ratio=1.0, max_ulp=0.5, n_entries=2
    )
    curve = StepCurve((0.1, 1e-5, 1e-12), (1e-2, 3e-11, math.inf), 1e-5, 3e-11, 6e-6, 4)
    cause = Diagnosis("cancellation", "y - y loses all digits", "y - y", 3, {"x": math.inf, "y": 2.0})
    rows = (
        replace(
            plain,
            name="reverse sweep",
            verdict="differs",
            reason="too wrong",
            diagnosis=cause,
            passes="two passes",
            n_evaluations=1,
            swell=math.inf,
            shared_swell=1.5,
            memory_bytes=123_456,
            build_time_ns=1e3,
            build_stages_ns={"import": 5.0, "diff": 1e3},
            spread_ns=0.25,
            n_repeats=7,
            noisy=False,
            single=Speed(120.0, 2.5, 7, False, 1.25),
            native=Speed(1.5, 0.5, 7, True, None),
            max_ulp=math.inf,
            median_ulp=1.5,
            max_relative=math.inf,
            median_relative=0.0,
            worst_point={"x": math.nan, "y": -math.inf},
            worst_entry="df/dy",
            worst_output=0,
            worst_variable="y",
            condition=math.inf,
            status=("domain", "tie"),
            tolerance=1e-9,
            errors=((Answered(math.inf, math.nan, "differs"), Answered(2.0, 0.5, "loses digits")),),
        ),
        MethodResult("symbolic", "gave up", "symbolic", "SymPy ran out of its 1 s in diff"),
        MethodResult(
            "central differences", "ill-conditioned", "central", exact=False, step_curve=curve, engine="NumPy"
        ),
    )
    return Comparison(
        formula="x_1*y",
        variables=("x", "y"),
        points=Points(np.array([[math.nan, 2.0], [1.0, -math.inf]]), "points", None, None),
        n_judged=1,
        function=plain,
        methods=rows,
        agree=False,
        warnings=("a note",),
        machine={"n_processors": 2},
        settings={"tolerance_exact": 1e-9},
        of="jacobian",
        wrt=("y",),
        n_outputs=2,
        entries=("df1/dy", "df2/dy"),
        right=((math.nan, 4.0),),
    )


def same(one: Comparison, other: Comparison) -> bool:
    """Equal field by field: nan is itself, points by their bits."""
    array = one.points.array.tobytes() == other.points.array.tobytes() and one.points.seed == other.points.seed
    rest = (repr(replace(found, points=None, machine={}, settings={})) for found in (one, other))  # type: ignore[arg-type]  # points are compared above
    return array and len(set(rest)) == 1


@pytest.mark.parametrize("made", [everything, lambda: symad.compare("x*y", points=[[1.0, 2.0], [3.0, 4.0]], budget=5)])
def test_a_comparison_reads_back_whole(made: Any) -> None:
    found = made()
    validated(found.to_json())
    for again in (Comparison.from_json(found.to_json()), Comparison.from_dict(found.to_dict())):
        assert same(found, again)
        assert (str(again), again.to_json(), again.to_markdown()) == (str(found), found.to_json(), found.to_markdown())
        assert (again.to_csv(), again.to_latex()) == (found.to_csv(), found.to_latex())


def test_draws_are_the_same_points_again() -> None:
    found = replace(everything(), points=points.choose(("x", "y"), domain={"x": (0, 1), "y": (2, 5)}, seed=3))
    assert same(found, Comparison.from_json(found.to_json()))


def test_counts_too_long_to_write_keep_three_digits() -> None:
    counts = replace(everything().function.counts, n_written_out=2**60_000)
    found = replace(everything(), function=replace(everything().function, counts=counts))
    again = Comparison.from_json(found.to_json()).function.counts
    assert again is not None
    assert abs(again.n_written_out / 2**60_000 - 1) < 0.01


@pytest.mark.parametrize("name", COMMANDS)
def test_answers_follow_the_schema_and_render_the_same_from_a_file(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    saved = tmp_path / "run.json"
    assert main([*COMMANDS[name], "--format", "json", "-o", str(saved)]) in (AGREE, USAGE, UNDECIDED)
    text = saved.read_text(encoding="utf-8")
    data = validated(text)
    capsys.readouterr()
    lines = tmp_path / "run.jsonl"
    for source in (saved, lines):
        for form in FORMATS:
            assert main(["report", str(source if source.exists() else saved), "--format", form]) == AGREE
            out = capsys.readouterr().out
            if form == "json":
                assert out == text
            elif form == "jsonl":
                assert validated(out)["results"] == data["results"]
                lines.write_text(out, encoding="utf-8")
            else:
                assert bool(out) == ("outputs" in text or "methods" in text or "forward" in text)


def test_the_schema_is_strict() -> None:
    data = json.loads(everything().to_json())
    for spoil in (
        lambda d: d.pop("settings"),
        lambda d: d.update(more=1),
        lambda d: d["results"][0]["methods"][0].update(max_ulp="many"),
        lambda d: d["results"][0]["methods"][0].pop("time_ns"),
        lambda d: d["results"][0]["methods"][0].update(time_us=1.0),
        lambda d: d["results"][0]["methods"][0].update(verdict="fine"),
        lambda d: d["results"][0]["function"]["counts"].update(n_written_out=None),
    ):
        wrong = json.loads(json.dumps(data))
        spoil(wrong)
        assert not VALIDATOR.is_valid(wrong)
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_the_schema_knows_every_verdict_and_field() -> None:
    words = set(SCHEMA["$defs"]["method"]["properties"]["verdict"]["enum"])
    assert {
        getattr(symad.comparison.verdicts, name)
        for name in ("AGREES", "DIFFERS", "LOSES", "CONVENTION", "OUTSIDE", "ILL", "GAVE_UP")
    } <= words
    written = comparison_json.to_dict(everything())["methods"][0]  # type: ignore[index]  # a list
    assert len([key for key in written if not key.endswith(("_reason", "_reasons"))]) == len(MethodResult.__slots__)


def test_schema_is_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == AGREE
    assert json.loads(capsys.readouterr().out) == SCHEMA


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nonsense", "this is no JSON"),
        ("[" * 100_000, "this is no JSON"),
        ("{}", "this is no answer of symad"),
        ('{"schema_version": 2, "results": []}', "expected schema version 1"),
        ('{"schema_version": 1, "results": [], "command": "emit"}', "expected an answer of compare"),
        ('{"schema_version": 1, "results": [1], "command": "eval"}', "this answer is damaged"),
        (json.dumps({**FRAME, "results": [{"formula": "x"}]}), "this answer is damaged: KeyError"),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_refused(text: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "run.json"
    file.write_text(text, encoding="utf-8")
    assert main(["report", str(file)]) == USAGE
    assert said in capsys.readouterr().err
    with pytest.raises(symad.AnswerError):
        Comparison.from_json(text)


# ---- CSV and LaTeX ------------------------------------------------------------------------------------


def test_csv_keeps_every_digit() -> None:
    rows = list(csv.DictReader(io.StringIO(everything().to_csv())))
    assert [row["method"] for row in rows] == ["function", "reverse sweep", "symbolic", "central differences"]
    assert int(rows[0]["written_out"]) == 2**70
    assert float(rows[1]["max_ulp"]) == math.inf
    assert (rows[1]["cause"], rows[1]["worst_point"], rows[2]["time_ns"]) == ("cancellation", "x=nan y=-inf", "")


def test_csv_of_several_formulas_is_one_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "formulas.txt"
    file.write_text("one: x*y\nx - y\n", encoding="utf-8")
    assert main(["steps", "-f", str(file), "--at", "x=2,y=1/3", "--format", "csv"]) in (AGREE, USAGE)
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert {len(row) for row in rows} == {11}
    result = next(row for row in rows if row["formula"] == "one" and row["name"] == "f")
    assert float(result["value"]) == 2 * (1 / 3)


def test_latex_escapes_what_tex_would_read() -> None:
    assert latex.escaped("x_1 & 50% {a} \\ ~ ^ # $") == (r"x\_1 \& 50\% \{a\} \textbackslash{} \~{} \^{} \# \$")
    assert [latex.number(text) for text in ("2.8e+06", "~1.10e12", "-3.5", "1e-16", "-", "12.3 us")] == [
        r"$2.8\times 10^{6}$", r"$\sim 1.10\times 10^{12}$", "$-3.5$", r"$1\times 10^{-16}$", "--", "12.3 us",
    ]  # fmt: skip
    table = everything().to_latex()
    assert table.count(r"\\") == 5
    assert r"\texttt{x\_1*y}" in table
    assert table.count("{") == table.count("}")


# ---- cards --------------------------------------------------------------------------------------------


def test_cards_are_small_escaped_html_without_scripts() -> None:
    hostile = "Piecewise((x, x < 1), (2*x, True)) # <script>alert(1)</script>"
    expression = symad.parse(hostile.partition("#")[0])
    found = replace(everything(), formula=hostile, warnings=("<b>&</b>",))
    for card in (expression._repr_html_(), expression.compile()._repr_html_(), found._repr_html_()):
        assert "x &lt; 1" in card
        assert not [part for part in ("<script", "<style", "<link", "http", "<b>&") if part in card]
        assert card.count("<div") == card.count("</div>")
        assert len(card) < 9000  # all columns of a comparison are folded in it
    assert len(symad.gradient(symad.parse("+".join(f"sin({k}*x)" for k in range(2000))))._repr_html_()) < 2000


def shown() -> dict[str, object]:
    """One of each kind that a notebook shows."""
    expression = symad.parse("a = x**2; b = sin(a); a*b")
    tape = expression.compile()
    derivative = symad.diff(expression, at={"x": 2.0})
    check = tape.check(np.linspace(0.0, 2.0, 40)[:, None])
    return {
        "Expression": expression,
        "Tape": tape,
        "Sweep": tape.sweep([2.0]),
        "Check": check,
        "Derivative": derivative,
    }


def test_every_answer_has_a_card_and_the_same_in_markdown() -> None:
    for name, found in {**shown(), "Comparison": everything()}.items():
        card, text = found._repr_html_(), found._repr_markdown_()  # type: ignore[attr-defined]
        assert f"symad {name}" in card
        assert card.count("<div") == card.count("</div>")
        assert len(card) < 8000
        assert "<" not in text.replace("<=", "")
        assert len(text) < 3000


def test_short_formulas_are_latex_and_long_ones_text() -> None:
    assert r"b &amp;= \sin{\left(a \right)}" in symad.parse("a = x**2; b = sin(a); a*b")._repr_html_()
    assert symad.parse("x**2/2")._repr_markdown_().startswith(r"$\displaystyle \frac{x^{2}}{2}$")
    long = symad.parse(" + ".join(f"x{k}*cos(x{k})" for k in range(40)))
    assert "$" not in long._repr_html_()
    assert long._repr_markdown_().startswith("`x0*cos(x0) + ")


def test_a_derivative_is_a_line_a_variable() -> None:
    found = symad.diff("x*sin(y)")
    assert found._repr_latex_() == (
        "$$\\begin{aligned}\n"
        r"\frac{\partial f}{\partial x} &= \sin{\left(y \right)} \\"
        "\n"
        r"\frac{\partial f}{\partial y} &= x \cos{\left(y \right)}"
        "\n\\end{aligned}$$"
    )


# ---- interruption -------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["jsonl", "json", "csv", "table"])
def test_an_interrupted_run_keeps_what_is_done(
    form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file, answer = tmp_path / "formulas.txt", tmp_path / "answer"
    file.write_text("one: x\ntwo: 2*x\nthree: 3*x\n", encoding="utf-8")
    parsed = symad.commands.formulas.parsed

    def interrupted(source: Source, n: int | None, *, alone: bool) -> symad.Expression:
        if source.text.startswith("3"):
            raise KeyboardInterrupt
        return parsed(source, n, alone=alone)

    monkeypatch.setattr("symad.commands.formulas.parsed", interrupted)
    assert main(["eval", "-f", str(file), "--at", "x=2", "--format", form, "-o", str(answer)]) == INTERRUPTED
    assert capsys.readouterr().err == "symad: interrupted: 2 of 3 formulas are answered\n"
    text = answer.read_text(encoding="utf-8")
    if form == "jsonl":
        assert [validated(line)["results"][0]["name"] for line in text.splitlines()] == ["one", "two"]
    elif form == "json":
        assert validated(text)["interrupted"] is True
        assert len(json.loads(text)["results"]) == 2
    else:
        assert "two" in text
        assert "three" not in text


def children(process: int) -> list[str]:
    return Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks for child processes in /proc")
def test_an_interrupted_comparison_writes_lines_at_once_and_leaves_no_child(tmp_path: Path) -> None:
    file, answer = tmp_path / "formulas.txt", tmp_path / "answer.jsonl"
    steps = [f"a{k} = sin(a{k - 1}*x) + a{k - 1}**x" for k in range(1, 30)]
    file.write_text(f"one: x*y\ntwo: a0 = x; {'; '.join(steps)}; a29\n", encoding="utf-8")
    command = [sys.executable, "-m", "symad", "compare", "-f", str(file), "--format", "jsonl", "-o", str(answer)]
    with interruptible([*command, "--budget", "60"], stderr=subprocess.PIPE, text=True) as process:
        for _ in range(1200):  # a minute, should the machine be busy
            if answer.exists() and answer.read_text(encoding="utf-8"):
                break
            time.sleep(0.05)
        born = children(process.pid)
        os.kill(process.pid, signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == INTERRUPTED
    assert "interrupted: 1 of 2 formulas are answered" in err
    assert [validated(line)["results"][0]["name"] for line in answer.read_text(encoding="utf-8").splitlines()] == [
        "one"
    ]
    assert not [child for child in born if Path(f"/proc/{child}").exists()]


# ---- terminals ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [
        ({}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ({"NO_COLOR": ""}, False),
    ],
)
def test_colours_are_for_terminals(
    environment: dict[str, str],
    coloured: bool,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    file = tmp_path / "run.json"
    file.write_text(everything().to_json(), encoding="utf-8")
    assert main(["report", str(file)]) == AGREE
    out = capsys.readouterr().out
    assert ("\x1b[1;31mdiffers\x1b[0m" in out) == coloured
    assert ("\x1b" in out) == coloured


@pytest.mark.parametrize("width", [60, 80, 120, 200])
@pytest.mark.parametrize("name", ["compare", "steps"])
def test_tables_fit_the_terminal(
    name: str, width: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "run.json"
    file.write_text(everything().to_json(), encoding="utf-8")
    monkeypatch.setenv("COLUMNS", str(width))
    assert main(["report", str(file)] if name == "compare" else COMMANDS["steps"]) == AGREE
    assert max(map(len, capsys.readouterr().out.splitlines())) <= width
