"""Each file in stages/ holds a formula and, stage by stage, the text expected of it.

    $ x*y
    --- tape
    ...
    --- plan of value_and_gradient
    ...

No text depends on the processor or on a mathematics library.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import symad

CASES = sorted((Path(__file__).parent / "stages").glob("*.txt"))
HEAD = re.compile(r"^--- (?P<stage>\w+)(?: of (?P<of>\w+))?\n", re.M)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path: Path, update_golden: bool) -> None:
    wanted = path.read_text(encoding="utf-8")
    formula = wanted.partition("\n")[0].removeprefix("$ ")
    tape = symad.compile(formula)
    parts = (found[0] + tape.describe(found["stage"], of=found["of"]) for found in HEAD.finditer(wanted))
    came = f"$ {formula}\n" + "".join(parts)
    if update_golden:
        path.write_text(came, encoding="utf-8")
    assert wanted == came


def test_every_stage_has_cases() -> None:
    stages = [found["stage"] for path in CASES for found in HEAD.finditer(path.read_text(encoding="utf-8"))]
    assert {stage: stages.count(stage) >= 10 for stage in stages} == dict.fromkeys(("tape", "gradient", "plan"), True)
