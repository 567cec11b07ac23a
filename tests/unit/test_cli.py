"""The command line as a user meets it: answers, messages, exit statuses, and what is not imported."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import symad
from symad.cli import main
from symad.commands import COMMANDS, output
from symad.commands.statuses import AGREE, CLOSED, INTERRUPTED, UNDECIDED, USAGE

LECTURE = "a = x**2; b = sin(a); c = a + b; a*c"
NUMBERS = {"c": 4.0, "b": 4.0, "a": 4.628623021237624, "x": 18.514492084950497}
RTOL = 1e-15  # sin and cos differ between mathematics libraries in the last digit


def answered(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = AGREE) -> str:
    assert main(arguments) == status
    return capsys.readouterr().out


def test_version_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as leaving:
        main(["--version"])
    assert leaving.value.code in (0, None)
    assert capsys.readouterr().out == f"symad {symad.__version__}\n"


@pytest.mark.parametrize("command", [(), ("compare",), ("steps",), ("eval",)])
def test_help_tells_the_exit_statuses(command: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([*command, "--help"])
    out = capsys.readouterr().out
    assert all(f"\n  {status:<3}  " in out for status in (0, 1, 2, 3, 130, 141))


@pytest.mark.parametrize("command", [(), *[(name,) for name in COMMANDS]])
def test_help_fits_eighty_columns(
    command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    with pytest.raises(SystemExit):
        main([*command, "--help"])
    assert [line for line in capsys.readouterr().out.splitlines() if len(line) > 80] == []


def test_module_runs_as_a_program() -> None:
    command = [sys.executable, "-m", "symad", "eval", "x*sin(y)", "--at", "x=1", "--at", "y=2", "--grad"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    words = [line.split() for line in done.stdout.splitlines()]
    assert [name for name, _ in words] == ["f", "df/dx", "df/dy"]
    assert [float(number) for _, number in words] == pytest.approx(
        [0.9092974268256817, 0.9092974268256817, -0.4161468365471424]
    )


def test_steps_shows_the_lecture(capsys: pytest.CaptureFixture[str]) -> None:
    data = json.loads(answered(capsys, "steps", LECTURE, "--at", "x=2", "--format", "json"))
    (result,) = data["results"]
    values = {step["name"]: step["value"] for step in result["forward"]}
    expected = {"x": 2.0, "a": 4.0, "b": -0.7568024953079282, "c": 3.2431975046920716, "f": 12.972790018768286}
    assert values == pytest.approx(expected, rel=RTOL)
    adjoints = {step["name"]: step["adjoint"] for step in result["reverse"]}
    assert adjoints == pytest.approx(NUMBERS | {"f": 1.0}, rel=RTOL)
    (a,) = [step for step in result["reverse"] if step["name"] == "a"]
    assert [use["user"] for use in a["contributions"]] == ["f", "c", "b"]
    assert sum(use["value"] for use in a["contributions"]) == a["adjoint"]


def test_steps_table_holds_the_digits(capsys: pytest.CaptureFixture[str]) -> None:
    out = answered(capsys, "steps", LECTURE, "--at", "x=2")
    for line in ("da/dx = 2*x = 4", "db/da = cos(a) = -0.653644", "from c: 4*1\n"):
        assert line in out
    assert "status" not in out
    assert "cos(a) = -0.6536436208" in answered(capsys, "steps", LECTURE, "--at", "x=2", "--digits", "17")


@pytest.mark.parametrize(
    ("text", "number"),
    [("2", 2.0), ("-2.5e-3", -2.5e-3), ("inf", float("inf")), ("1/3", 1 / 3), ("-0.0", -0.0), ("1e400", float("inf"))],
)
def test_numbers_are_read_as_in_formulas(text: str, number: float, capsys: pytest.CaptureFixture[str]) -> None:
    out = answered(capsys, "eval", "x", "--at", f"x={text}")
    assert str(float(out)) == str(number)


def test_nan_is_a_point_and_null_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    out = answered(capsys, "eval", "x*1", "--at", "x=nan", "--grad", "--format", "json", status=UNDECIDED)
    (result,) = json.loads(out, parse_constant=lambda token: pytest.fail(f"{token} in JSON"))["results"]
    assert result["point"] == {"x": None}
    assert result["point_reasons"] == {"x": "nan"}
    assert result["outputs"][0] == {"name": "f", "value": None, "value_reason": "nan", "gradient": {"x": 1.0}}


def test_json_says_what_made_it(capsys: pytest.CaptureFixture[str]) -> None:
    data = json.loads(answered(capsys, "eval", "2*x", "--at", "x=1", "--format", "json"))
    assert data["schema_version"] == 1
    assert data["symad_version"] == symad.__version__
    assert set(data) == {"schema_version", "symad_version", "command", "machine", "settings", "results"}


def test_jsonl_has_one_line_a_formula(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "formulas.txt"
    file.write_text("# two\nsquare: x**2\nbad: x +\n\nx*3\n", encoding="utf-8")
    out = answered(capsys, "eval", "-f", str(file), "--at", "x=2", "--format", "jsonl", status=USAGE)
    results = [json.loads(line)["results"][0] for line in out.splitlines()]
    assert [result["name"] for result in results] == ["square", "bad", None]
    assert "ends too early" in results[1]["error"]
    assert results[2]["outputs"] == [{"name": "f", "value": 6.0}]


def test_names_that_one_formula_lacks_are_fine_in_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "formulas.txt"
    file.write_text("x + 1\ny + 1\n", encoding="utf-8")
    assert answered(capsys, "eval", "-f", str(file), "--at", "x=2,y=3") == "x + 1: 3\ny + 1: 4\n"


def test_output_goes_to_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "answer.txt"
    assert answered(capsys, "eval", "x", "--at", "x=2", "-o", str(file)) == ""
    assert file.read_text(encoding="utf-8") == "2\n"


def test_text_that_is_no_utf8_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "formulas.txt"
    file.write_bytes(b"x + \xff\n")
    assert main(["eval", "-f", str(file), "--at", "x=2"]) == USAGE
    assert "no UTF-8 text (byte 4)" in capsys.readouterr().err


@pytest.mark.parametrize("formula", ["-x", "-x**2", "-(x + 1)", "-2*x", "-x - 1", "-sin(x)"])
def test_formulas_may_begin_with_a_dash(formula: str, capsys: pytest.CaptureFixture[str]) -> None:
    expected = float(symad.compile(formula).value(0.5))
    assert float(answered(capsys, "eval", formula, "--at", "x=.5")) == expected


def test_debug_shows_where(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["eval", "x +", "--at", "x=1", "--debug"]) == USAGE
    assert "Traceback" in capsys.readouterr().err
    assert main(["eval", "x +", "--at", "x=1"]) == USAGE
    assert "Traceback" not in capsys.readouterr().err


def test_interruption_has_its_status(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupt(options: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("symad.commands.evaluate.run", interrupt)
    assert main(["eval", "x", "--at", "x=1"]) == INTERRUPTED
    assert "Traceback" not in capsys.readouterr().err


def test_our_own_mistakes_are_called_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def fail(options: object) -> int:
        raise TypeError("made up")

    monkeypatch.setattr("symad.commands.evaluate.run", fail)
    assert main(["eval", "x", "--at", "x=1"]) == UNDECIDED
    assert capsys.readouterr().err == "symad: internal error, TypeError: made up (--debug shows where)\n"


def test_a_reader_who_leaves_early_sees_no_traceback() -> None:
    formula = " + ".join(f"x**{k}" for k in range(1, 3000))
    command = [sys.executable, "-m", "symad", "steps", formula, "--at", "x=1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"x*2\n")))
    assert answered(capsys, "eval", "-", "--at", "x=4") == "8\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ("frobnicate", "x"),
        ("eval", "x", "--at", "x=1", "--format", "xml"),
        ("eval", "x", "--no-such-option"),
        ("compare", "x", "--points", "0"),
    ],
)
def test_wrong_usage_leaves_with_2(arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as leaving:
        main(arguments)
    assert leaving.value.code == USAGE
    assert "--help" in capsys.readouterr().err


# ---- full disks, closed pipes, too few descriptors ------------------------------------------------------


def limited(what: str, limit: int) -> str:
    """The program in a shell, with a limit of the system that is set once it has started."""
    code = f"import resource, sys; from symad.cli import main; resource.setrlimit(resource.{what}, ({limit}, 4096)); "
    return f"{sys.executable} -c '{code}sys.exit(main(sys.argv[1:]))'"


def in_shell(line: str, folder: Path, *, unbuffered: str = "") -> tuple[int, str]:
    """Status and words of a line of shell, in which `symad` is this one."""
    text = f'symad() {{ "{sys.executable}" -m symad "$@"; }}; exec 2>&1; {line}'
    environment = {**os.environ, "PYTHONUNBUFFERED": unbuffered, "PYTHONPATH": str(Path(symad.__file__).parents[1])}
    command = ["bash", "-c", text]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


FULL = "no space left on device"


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize(
    "asked", ["--version", "--help", "eval --help", "config", "cache", "schema", "eval x --at x=2"]
)
@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full and /proc are of Linux")
def test_a_full_standard_output_is_one_sentence(asked: str, unbuffered: str, tmp_path: Path) -> None:
    found = in_shell(f"symad {asked} > /dev/full", tmp_path, unbuffered=unbuffered)
    assert found == (UNDECIDED, f"symad: standard output: {FULL}\n")


@pytest.mark.parametrize(
    ("line", "status", "words"),
    [
        ("symad eval x --at x=2 -o /dev/full", UNDECIDED, f"symad: /dev/full: {FULL}\n"),
        ("symad eval x --at x=2 --format jsonl -o /dev/full", UNDECIDED, f"symad: /dev/full: {FULL}\n"),
        ("symad emit x -o /dev/full", UNDECIDED, f"symad: /dev/full: {FULL}\n"),
        ("symad eval x --at x=2 >&-", UNDECIDED, "symad: standard output: bad file descriptor\n"),
        ("symad eval 'x +' --at x=2 2>&-", USAGE, ""),
        ("symad eval 'x +' --at x=2 2> /dev/full", USAGE, ""),
        ("symad compare x --at x=2 --no-such > /dev/full 2>&1", USAGE, ""),
        ("symad eval x --at x=2 -o /dev/stdout", AGREE, "2\n"),
        ("echo 1 > log; symad eval x --at x=2 -o /dev/stdout >> log; echo 3 >> log; cat log", AGREE, "1\n2\n3\n"),
        ("symad eval x --at x=2 -o .", USAGE, "symad: -o .: is a directory\n"),
        ("symad eval x --at x=2 -o log/x", USAGE, "symad: -o log/x: there is no such folder\n"),
    ],
)
@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full and /proc are of Linux")
def test_what_the_system_refuses_is_one_sentence(line: str, status: int, words: str, tmp_path: Path) -> None:
    assert in_shell(line, tmp_path) == (status, words)


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("asked", ["--help", "schema", "eval x --at x=2"])
def test_a_closed_pipe_ends_it_as_it_ends_others(asked: str, unbuffered: str, tmp_path: Path) -> None:
    line = f"(sleep 0.3; symad {asked}; echo $? > status) | true; while [ ! -s status ]; do sleep 0.1; done; cat status"
    assert in_shell(line, tmp_path, unbuffered=unbuffered) == (0, f"{CLOSED}\n")


@pytest.mark.parametrize("n_descriptors", [3, 4, 5, 6])
def test_too_few_descriptors_are_one_sentence(n_descriptors: int, tmp_path: Path) -> None:
    status, words = in_shell(f"{limited('RLIMIT_NOFILE', n_descriptors)} compare x --at x=2", tmp_path)
    assert status == UNDECIDED
    assert re.fullmatch(r"symad: (\S+: )?too many open files\n", words), words


@pytest.mark.parametrize(
    "asked", ["compare x --at x=2", "eval x --at x=2 --format jsonl", "emit x", "schema", "graph x"]
)
def test_a_full_disk_leaves_the_old_answer(asked: str, tmp_path: Path) -> None:
    (tmp_path / "answer").write_text("old")
    found = in_shell(f"{limited('RLIMIT_FSIZE', 1)} {asked} -o answer", tmp_path)
    assert found == (UNDECIDED, "symad: answer: file too large\n")
    assert (tmp_path / "answer").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["answer"]
    status, words = in_shell(f"symad {asked} -o answer", tmp_path)
    assert (status, words) == (AGREE, "")
    assert len((tmp_path / "answer").read_text()) > 3


def test_json_lines_can_be_followed_in_a_new_file(tmp_path: Path) -> None:
    file, seen = tmp_path / "new", []
    with output.place(str(file)) as write:
        for line in ("1\n", "2\n"):
            write(line)
            seen.append(file.read_text())
    assert seen == ["1\n", "1\n2\n"]
    with output.place(str(file)) as write:
        write("3\n")
        assert file.read_text() == "1\n2\n"
    assert file.read_text() == "3\n"
