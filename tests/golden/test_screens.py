"""First screens of `symad compare`, one file each in screens/: a command and what it prints on 80 columns.

    $ symad compare "x**2" --at x=2
    --- exit 0
    ...

Times and their ratios are of a machine and stand as ``~``; no other number is left out.
"""

from __future__ import annotations

import re
import shlex
import sys
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from symad.cli import main
from symad.report.screen import LINES, WIDTH

CASES = sorted((Path(__file__).parent / "screens").glob("*.txt"))
RULE = re.compile(r"-+(?:  -+)+")
COST = re.compile(r"for [\d.]+ functions")
SECONDS = "60"  # of budget: nothing gives up because the machine is busy


def masked(screen: str) -> str:
    """The screen without what another machine would print otherwise: no times, ``~`` for ratios to the function."""
    lines = [COST.sub("for ~ functions", line) for line in screen.splitlines()]
    for k, line in enumerate(lines):
        if RULE.fullmatch(line):
            spans = {
                lines[k - 1][found.start() : found.end()].strip(): found.span() for found in re.finditer("-+", line)
            }
            table = range(k - 1, next(j for j in range(k, len(lines)) if not lines[j]))
            _mask([(spans["x function"], "~")] if "x function" in spans else [], lines, table)
            _mask([(spans["time"], "")] if "time" in spans else [], lines, table)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _mask(columns: list[tuple[tuple[int, int], str]], lines: list[str], table: range) -> None:
    """Cells of a column replaced, or the column left out."""
    for (start, end), by in columns:
        for k in table:
            head, tail = lines[k][:start], lines[k][end:]
            cell = lines[k][start:end]
            if not by:
                lines[k] = head[:-2] + tail if len(lines[k]) >= start else lines[k]
            elif re.search(r"\d", cell):
                lines[k] = head + by.rjust(end - start) + tail


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_screen(
    path: Path, update_golden: bool, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    asked = [line for line in lines if line.startswith(("$ ", "< "))]
    monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO("".join(line[2:] for line in asked[1:]).encode())))
    monkeypatch.setenv("COLUMNS", "80")
    program, *arguments = shlex.split(asked[0][2:])
    assert program == "symad"
    status = main([*arguments, "--budget", SECONDS])
    out, err = capsys.readouterr()
    assert err == ""
    shown = out.rstrip("\n").split("\n")
    assert len(shown) <= LINES
    assert max(map(len, shown)) <= WIDTH
    came = f"--- exit {status}\n{masked(out)}"
    if update_golden:
        path.write_text("".join(asked) + came, encoding="utf-8")
    assert "".join(lines[len(asked) :]) == came


def test_there_are_screens() -> None:
    assert len(CASES) >= 10
