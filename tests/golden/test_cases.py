"""Each file in cases/ holds a command, perhaps its standard input, and the answer expected of it.

    $ symad steps "x*y" --at x=2 --at y=3
    < a line of standard input
    --- exit 0
    --- stdout
    ...
    --- stderr
    ...

Answers hold no times and no digits that depend on a mathematics library.
"""

from __future__ import annotations

import io
import shlex
import sys
from pathlib import Path

import pytest

from symad.cli import main

CASES = sorted((Path(__file__).parent / "cases").glob("*.txt"))
WIDTH = 100


def answer(command: str, given: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> str:
    """What a command writes, in the form of a case file."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given.encode())))
    monkeypatch.setenv("COLUMNS", str(WIDTH))
    program, *arguments = shlex.split(command)
    assert program == "symad"
    try:
        status: object = main(arguments)
    except SystemExit as leaving:
        status = leaving.code
    out, err = capsys.readouterr()
    return f"--- exit {status}\n" + (f"--- stdout\n{out}" if out else "") + (f"--- stderr\n{err}" if err else "")


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(
    path: Path, update_golden: bool, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    asked = [line for line in lines if line.startswith(("$ ", "< "))][: 1 + sum(line[:2] == "< " for line in lines)]
    command, given = asked[0][2:], "".join(line[2:] for line in asked[1:])
    came = answer(command, given, capsys, monkeypatch)
    if update_golden:
        path.write_text("".join(asked) + came, encoding="utf-8")
    assert "".join(lines[len(asked) :]) == came


def test_there_are_cases() -> None:
    assert len(CASES) >= 10
