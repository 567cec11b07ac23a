"""Each example runs, and says what its text promises."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = sorted((Path(__file__).resolve().parents[2] / "examples").glob("[0-9]*.py"))
NO_CORRECT_DIGIT = 2.0**52  # ULP


def output(path: Path) -> str:
    """What an example prints; any warning is an error."""
    command = [sys.executable, "-W", "error", str(path)]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout


def test_there_are_examples() -> None:
    assert [path.name[:3] for path in EXAMPLES] == [f"{k:02d}_" for k in range(1, len(EXAMPLES) + 1)]
    assert EXAMPLES


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_output_is_the_same_each_time(path: Path) -> None:
    """But for times, which end in a unit."""
    first, second = (re.sub(r"[\d.]+ (ns|us|ms|s)\b|\d+\.\d+", "", output(path)).split() for _ in range(2))
    assert [word for word in first if not word.isdigit()] == [word for word in second if not word.isdigit()]


def test_polynomial_sine() -> None:
    text = output(EXAMPLES[0])
    for number in (
        "-0.7568024953079282",
        "3.2431975046920716",
        "12.972790018768286",
        "4.6286230212376",
        "18.514492084950497",
    ):
        assert number in text
    assert "methods agree" in text


def test_logistic_map() -> None:
    """Reverse mode keeps the map's few operations and its digits; the expanded form has none left at n = 6."""
    tables = output(EXAMPLES[1]).split("\n\n")
    operations, errors = ([line.split() for line in table.splitlines()[2:]] for table in tables)
    assert [row[0] for row in operations] == [str(n) for n in range(1, 11)]
    assert [row[1] for row in operations] == [str(3 * n) for n in range(10)]
    sixth = dict(zip(("n", "forward", "reverse", "raw", "factored", "expanded"), errors[5], strict=True))
    assert float(sixth["expanded"]) > NO_CORRECT_DIGIT
    assert max(float(sixth[name]) for name in ("forward", "reverse", "raw")) < 100.0
    assert 1e6 < float(sixth["factored"]) < NO_CORRECT_DIGIT
    assert float(errors[4][5]) < NO_CORRECT_DIGIT
