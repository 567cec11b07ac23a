"""What ARCHITECTURE says is absent: each line names what holds it, and that exists. Two of them are held here."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import symad

ROOT = Path(__file__).resolve().parents[2]
SECTION = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").partition("## Invariants, said as absences")[2]
# One bullet each, with the lines that go on below it; those of the list of switches belong to the first.
ABSENCES = re.findall(r"^- (.*(?:\n  .*)*)", SECTION.split("\n## ")[0], re.MULTILINE)
# Arithmetic whose answer at nan, infinity or -0 is another than the shorter text's.
UNFOLDED = ("x*0", "0*x", "x/x", "x - x", "x + 0", "x**0", "0/x", "(x*2)/2", "-(-x) + x - x")


def holders() -> set[str]:
    """Names of tests, of files of tests in C, and of steps of the C checks."""
    found = {path.name for path in (ROOT / "tests" / "c").glob("*.c")}
    for path in (ROOT / "tests").rglob("test_*.py"):
        found |= set(re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE))
    return found | set(re.findall(r"^(\w+)\(\) \{", (ROOT / ".ci" / "c_checks").read_text("utf-8"), re.MULTILINE))


@pytest.mark.parametrize("absence", ABSENCES, ids=lambda text: text[:40])
def test_an_absence_names_what_holds_it(absence: str) -> None:
    named = re.findall(r"`(test_\w+(?:\.c)?|inspect_objects)`", absence)
    assert named
    assert set(named) <= holders()


def test_there_are_absences() -> None:
    assert len(ABSENCES) >= 8


@pytest.mark.parametrize("text", UNFOLDED)
def test_what_a_user_writes_is_not_folded(text: str) -> None:
    written = symad.parse(text)
    assert symad.parse(str(written)) == written
    assert written.counts.n_written_out == len(re.findall(r"[-+*/]+", text))


def test_no_relaxed_arithmetic() -> None:
    for name in ("setup.py", ".ci/c_checks", "symad/tape/native.py", "symad/page/making.py"):
        flags = (ROOT / name).read_text(encoding="utf-8")
        assert "-ffp-contract=off" in flags, name
        assert not re.search(r"fast-math|-Ofast|-funsafe|associative-math|reciprocal-math", flags), name
