"""Studies: what they hold, their budget, an interrupt, and every form of the answer."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from answer_schema import validated

import symad
from symad.cli import main
from symad.commands.statuses import AGREE, INTERRUPTED, USAGE
from symad.studies import study as studies
from symad.symbolic import Budget

LOGISTIC = "l = x; repeat n: l = 4*l*(1 - l)"


@pytest.fixture(scope="module")
def logistic() -> symad.Study:
    return symad.study(LOGISTIC, range(1, 7), at={"x": 0.3})


def test_counts_are_those_of_the_programs(logistic: symad.Study) -> None:
    expected = {n: symad.gradient(symad.parse(symad.expand(LOGISTIC, n))).counts for n in logistic.sizes}
    assert logistic.curve("reverse program", studies.DISTINCT) == {n: one.n_distinct for n, one in expected.items()}
    assert logistic.curve("reverse program", studies.WRITTEN) == {n: one.n_written_out for n, one in expected.items()}


def test_laws_and_crossovers_of_the_logistic_map(logistic: symad.Study) -> None:
    assert logistic.law("function", studies.DISTINCT).formula == "3*n"
    assert logistic.law("function", studies.WRITTEN).formula == "3*2**n - 3"
    assert logistic.law("reverse program", studies.DISTINCT).name == "linear"
    assert logistic.law("symbolic", studies.WRITTEN).name == "exponential"
    crossover = studies.Crossover(studies.DISTINCT, "reverse program", "symbolic + CSE", 3)
    assert crossover in logistic.crossovers


def test_the_answer_in_every_form(logistic: symad.Study) -> None:
    text, document = str(logistic), validated(logistic.to_json())
    assert "n = 1, 2, 3, 4, 5, 6; each at one given point" in text
    assert "exponential: 3*2**n - 3 (0)" in text
    (result,) = document["results"]
    assert result["sizes"] == [1, 2, 3, 4, 5, 6]
    assert result["complete"] is True
    assert {"quantity": "distinct operations", "winner": "reverse program", "loser": "symbolic", "n": 2} in result[
        "crossovers"
    ]
    rows = list(csv.DictReader(io.StringIO(logistic.to_csv())))
    assert len(rows) == len(result["rows"]) == len(logistic.sizes) * len(logistic.methods)
    assert [int(row["distinct"]) for row in rows if row["method"] == "function"] == [3, 6, 9, 12, 15, 18]
    assert "| n | function |" in logistic.to_markdown()


def test_a_family_may_be_a_function() -> None:
    found = symad.study(lambda n: f"x**{n}*sin(x)", [2, 3], domain={"x": (1, 2)})
    assert found.sizes == (2, 3)
    assert set(found.curve("reverse sweep", studies.TIME)) == {2, 3}


def test_a_name_without_its_index_stands_for_all() -> None:
    found = symad.study("prod(i = 1..n, x[i]) + x[1]*y", [2, 3], domain={"x": (1, 2), "x2": (5, 6)})
    for one in found.comparisons:
        array = dict(zip(one.variables, one.points.array.T, strict=True))
        assert 1 <= array["x1"].min() <= array["x1"].max() <= 2
        assert 5 <= array["x2"].min() <= array["x2"].max() <= 6
        assert array["y"].min() >= 0.5
    with pytest.raises(symad.ExpressionError, match="z is no variable of this family"):
        symad.study("prod(i = 1..n, x[i])", [2], domain={"z": (1, 2)})
    with pytest.raises(symad.ExpressionError, match="nothing is given for x1, x2"):
        symad.study("prod(i = 1..n, x[i] + y)", [2], at={"y": 1})


def test_what_exceeds_its_budget_is_left_out_of_larger_sizes() -> None:
    found = symad.study(LOGISTIC, [1, 6, 7], at={"x": 0.3}, budget=Budget(nodes=60))
    assert list(found.curve("symbolic", studies.DISTINCT)) == [1]
    reasons = [row.reason for n in (6, 7) if (row := found.row("symbolic", n)) is not None]
    assert "left out" not in reasons[0]
    assert reasons[1].startswith("left out, because at n = 6")
    assert list(found.curve("reverse sweep", studies.TIME)) == [1, 6, 7]
    assert f"gave up at n = 6: {reasons[0]}" in " ".join(str(found).split())


def interrupted_at(n: int) -> studies.Callable[[int, int], None]:
    def progress(size: int, done: int) -> None:
        del done
        if size == n:
            raise KeyboardInterrupt

    return progress


def test_an_interrupt_keeps_what_is_done() -> None:
    found = symad.study(LOGISTIC, range(1, 9), at={"x": 0.3}, progress=interrupted_at(3))
    assert (found.sizes, found.complete) == ((1, 2), False)
    assert "interrupted before larger sizes" in str(found)
    with pytest.raises(KeyboardInterrupt):
        symad.study(LOGISTIC, [1], at={"x": 0.3}, progress=interrupted_at(1))


def test_the_command_after_an_interrupt(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    real = studies.study

    def impatient(*args: object, **options: object) -> symad.Study:
        return real(*args, **{**options, "progress": interrupted_at(2)})  # type: ignore[arg-type]  # handed on

    monkeypatch.setattr(studies, "study", impatient)
    assert main(["study", LOGISTIC, "--n", "1:3", "--at", "x=0.3", "--format", "csv"]) == INTERRUPTED
    out, err = capsys.readouterr()
    assert {line.split(",")[0] for line in out.splitlines()[1:]} == {"1"}
    assert err == "symad: interrupted; this is what was done up to n = 1\n"


def test_expand_writes_programs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["study", "prod(i = 1..n, x[i])", "--n", "1,3", "--expand"]) == AGREE
    assert capsys.readouterr().out == "(x1)\n(x1*x2*x3)\n"


def test_pictures(tmp_path: Path) -> None:
    """In a process of its own: what matplotlib warns of is not ours to fail for."""
    code = (
        f"import symad; study = symad.study({LOGISTIC!r}, [1, 2], at={{'x': 0.3}}, methods='forward,reverse');"
        f"study.plot({str(tmp_path / 'a.svg')!r}); study.plot({str(tmp_path / 'b.svg')!r});"
        f"study.plot({str(tmp_path / 'a.png')!r}, quantities=['distinct operations'])"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, timeout=300)
    first, second = ((tmp_path / name).read_bytes() for name in ("a.svg", "b.svg"))
    assert first == second
    assert ElementTree.fromstring(first).tag.endswith("svg")
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")


def test_a_missing_matplotlib_is_named(logistic: symad.Study, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(symad.UnsupportedError, match=r'pip install "symad\[plot\]"'):
        logistic.plot(str(tmp_path / "a.svg"))
    with pytest.raises(symad.ExpressionError, match=r"\.svg or \.png"):
        logistic.plot(str(tmp_path / "a.pdf"))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["l = x; repeat n l = 2*l", "--n", "2"], "a `:` is missing here"),
        (["--n", "2"], "give a family"),
        ([LOGISTIC, "--n", "2", "--format", "png"], "add -o FILE.png"),
        ([LOGISTIC, "--n", "2", "--domain", "y=0:1"], "y is no variable of this family (x)"),
        (["-f", "no such file", "--n", "2"], "no such file or directory"),
        ([LOGISTIC, "--n", "2", "-o", "nowhere/at/all"], "there is no such folder"),
        (["x + n", "--n", "0", "--at", "y=1"], "nothing is given for x"),
    ],
)
def test_mistakes_of_the_command(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["study", *arguments]) == USAGE
    assert words in capsys.readouterr().err


@pytest.mark.parametrize("sizes", ["", "a", "3:1", "1:9:0", "-1", "1:2:3:4", "1:99999999", "1.5"])
def test_sizes_that_are_refused(sizes: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as leaving:
        main(["study", LOGISTIC, f"--n={sizes}"])
    assert leaving.value.code == USAGE
    assert "argument --n: " in capsys.readouterr().err
