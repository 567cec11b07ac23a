"""Each example runs and prints what the file beside it holds; ``python tests/unit/test_examples.py`` writes those anew.

What follows the line "measured here:" differs from run to run and is not compared. The numbers that lectures quote are
checked once more, against values from paper or from 50 digits.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from functools import cache
from pathlib import Path

import mpmath
import pytest

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("[0-9]*.py"))
PICTURES = ROOT / "examples" / "pictures"
MEASURED = "measured here:"
NO_CORRECT_DIGIT = 2.0**52  # ULP
AS_PRINTED = 1e-9  # of slopes: the table has as many decimals
SECONDS = 300  # many times what an example takes on a busy machine


def run(path: Path, pictures: Path) -> str:
    """What an example prints; any warning is an error. One that draws puts its pictures into a folder."""
    draws = "from charts import" in path.read_text(encoding="utf-8")
    command = [sys.executable, "-W", "error", str(path), *([str(pictures)] if draws else [])]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=SECONDS)
    assert done.returncode == 0, done.stderr
    return done.stdout


@cache
def output(path: Path) -> str:
    """The same; the pictures are those that are named, and have the shape of those in the checkout."""
    with tempfile.TemporaryDirectory() as folder:
        printed = run(path, Path(folder))
        drawn = {one.name: shape(one) for one in Path(folder).glob("*.svg")}
    assert sorted(drawn) == sorted(re.findall(r"\w+\.svg", printed))
    for name, made in drawn.items():
        assert made == shape(PICTURES / name), name
    return printed


def shape(picture: Path) -> list[str]:
    """Curves and words of a picture; the numbers of a training run differ in last bits, and then in more."""
    found = [one.tag if one.tag.endswith("polyline") else one.text or "" for one in ET.parse(picture).iter()]
    return [word for word in found if re.search("[a-z]{3}", word)]


def example(number: int) -> str:
    return output(next(path for path in EXAMPLES if path.name.startswith(f"{number:02d}_")))


def lasting(text: str) -> str:
    """The part that is the same each time."""
    return text.partition(MEASURED)[0]


def numbers(line: str) -> list[float]:
    return [float(word) for word in re.findall(r"-?\d+\.?\d*(?:e[+-]?\d+)?", line)]


def test_examples_are_numbered_and_shown() -> None:
    """The gallery of the documentation takes every script that is named so; its title is the docstring's first part."""
    assert len({path.name[:3] for path in EXAMPLES}) == len(EXAMPLES)
    for path in EXAMPLES:
        title = (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").partition("\n\n")[0]
        assert title.endswith("."), path.name


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_output_is_what_the_file_beside_it_holds(path: Path) -> None:
    assert lasting(output(path)) == path.with_suffix(".txt").read_text(encoding="utf-8")


def test_polynomial_sine() -> None:
    with mpmath.workdps(30):
        slope = mpmath.nstr(4 * (8 + mpmath.sin(4) + 4 * mpmath.cos(4)), 14)
    assert example(1).count(slope) == 5
    assert "every exact method agrees to full precision" in " ".join(example(1).split())


def test_logistic_map() -> None:
    """Reverse mode keeps the map's few operations and its digits; the expanded form has none left at n = 6."""
    tables = example(2).split("\n\n")
    operations = [line.split() for line in tables[0].splitlines()[2:]]
    errors = [re.sub(r"< | right", "", line).split() for line in tables[1].splitlines()[2:]]
    assert [row[0] for row in operations] == [str(n) for n in range(1, 11)]
    assert [row[1] for row in operations] == [str(3 * n) for n in range(10)]
    sixth = dict(zip(("n", "forward", "reverse", "raw", "factored", "expanded"), errors[5], strict=True))
    assert sixth["expanded"] == "none"
    assert max(float(sixth[name]) for name in ("forward", "reverse", "raw")) < 100.0
    assert 1e6 < float(sixth["factored"]) < NO_CORRECT_DIGIT
    assert 1e6 < float(errors[4][5]) < NO_CORRECT_DIGIT


def test_network_on_arrays() -> None:
    """Backpropagation by hand, which shares no line with the trace, gives the same digits."""
    lines = example(20).splitlines()
    assert "within 1e-15 of those by hand: True" in example(20)
    assert [line.split()[0] for line in lines[1:4]] == ["0", "1", "2"]
    assert all(numbers(line)[-2] == numbers(line)[-1] for line in lines[1:4])


@pytest.mark.parametrize("number", [*range(21, 26), *range(30, 39)])
def test_claims_of_the_examples_on_arrays(number: int) -> None:
    """What an example says of itself holds, by whatever it computes it."""
    claims = [line for line in example(number).splitlines() if line.endswith((": True", ": False"))]
    assert claims or number in (22, 24)
    assert all(line.endswith(": True") for line in claims)


def test_network_by_hand() -> None:
    """The partials of the table, by quotients at 40 digits."""
    rows = {line.split()[0]: numbers(line)[-3:] for line in example(3).splitlines()[1:20]}
    names = ("x", "y", "b0", "w0", "b1", "w1", "b2", "w2", "b3", "w3")
    point = [mpmath.mpf(str(rows[name][0])) for name in names]

    def loss(*p: mpmath.mpf) -> mpmath.mpf:
        x, y, b0, w0, b1, w1, b2, w2, b3, w3 = p
        inner = mpmath.exp(b1 + w1 * mpmath.sin(b0 + w0 * x))
        return (b3 + w3 * mpmath.cos(b2 + w2 * inner) - y) ** 2

    with mpmath.workdps(40):
        for k, name in enumerate(names):
            order = tuple(int(i == k) for i in range(len(names)))
            assert rows[name][1] == pytest.approx(float(mpmath.diff(loss, point, order)), abs=AS_PRINTED)


def test_sigmoid_network_agrees_in_every_way() -> None:
    assert example(4).count("True") == 3


def test_relu_network_has_a_dead_unit() -> None:
    live, dead, kink, guarded = (example(5).splitlines()[k] for k in (1, 6, 11, 13))
    assert "h = 0.5" in live
    assert "dw1 0  dx1 0  dw2 0  dx2 0  db 0  dv 0" in dead
    assert kink == "  status: tie at h"
    assert guarded.endswith("slope 0")


def test_four_ways_pass_the_gradient_check() -> None:
    rows = [line for line in example(6).splitlines() if line.startswith(("numerically", "forward", "reverse"))]
    assert [row.split()[-1] for row in rows] == ["1e-5", "1e-14", "1e-14"]
    last = lasting(example(6)).split("\n\n")[2].splitlines()[-1]
    assert last.split() == ["100000", "200000", "100000", "1", "299999", "400000"]


def test_sigmoid_slope_is_at_most_a_quarter() -> None:
    assert "largest at s = 1/2: 0.25 at 0" in example(8)
    depths = [numbers(line) for line in example(8).split("depth")[1].splitlines()[1:7]]
    assert [row[0] for row in depths] == [1, 2, 5, 10, 20, 50]
    assert all(row[1] <= 0.25 ** row[0] * 1.001 for row in depths)


def test_product_is_quadratic_by_symbols_and_linear_in_reverse() -> None:
    assert re.search(r"  symbolic +quadratic", example(9))
    assert re.search(r"  reverse program +linear: 3\*n - 6", example(9))


def test_helmholtz_reverse_mode_costs_a_few_functions() -> None:
    """By operations, whatever n is; times are measured, and left to the reader."""
    table = [line.split() for line in lasting(example(10)).splitlines()[3:7]]
    assert [row[0] for row in table] == ["1", "2", "3", "5"]
    assert all(int(row[5]) < 3 * int(row[1]) for row in table)


if __name__ == "__main__":
    for one in EXAMPLES:
        one.with_suffix(".txt").write_text(lasting(run(one, PICTURES)), encoding="utf-8")
