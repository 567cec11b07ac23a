"""|v - t| <= B: on every number of the corpus, at the worst points of every row, on chosen random formulas; and these
checks fail where the bound is made smaller.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import accuracy
import corpus
import mpmath
import numpy as np
import pytest
from corpus import Formula
from numpy.typing import NDArray

import symad
from symad import _core
from symad.ops import row

DATA = Path(__file__).resolve().parents[1] / "data" / "rows"
DIGITS = 80  # more than the references and the exact doubles between which they are compared
REFERENCE = mpmath.mpf("1e-48")  # relative: the corpus has 50 digits
SHORT = mpmath.mpf("1e-21")  # the other files have 22
SHRUNK = 16.0  # CALL_ULPS from 4 to 0.25
BEYOND = sum(bit for name, bit in _core.STATUS_BITS if name in ("tie", "domain", "nan_condition"))

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Judged:
    """A number with its reference, its bound, and whether a word excuses it."""

    name: str
    found: float
    wanted: mpmath.mpf
    bound: float
    excused: bool
    tolerance: mpmath.mpf = REFERENCE

    @property
    def ratio(self) -> float:
        """The error as a share of the bound; 0/0 is 0."""
        error = abs(mpmath.mpf(self.found) - self.wanted) - self.tolerance * abs(self.wanted)
        if self.excused or error <= 0:
            return 0.0
        return float(error / mpmath.mpf(self.bound)) if self.bound > 0 else float("inf")


def judged(
    name: str, tape: symad.Tape, points: Array, wanted: list[list[str]], of: str, tolerance: mpmath.mpf
) -> list[Judged]:
    """Every entry at every point; one that is nan, or whose bound is infinite, promises nothing."""
    check, found = tape.check(points, of=of), []
    for index, texts in enumerate(wanted):
        for k, text in enumerate(texts):
            number, bound = float(check.numbers[index, k]), float(check.bound[index, k])
            excused = bool(np.isnan(number) or np.isinf(bound) or check.words[index, k] & BEYOND)
            found.append(Judged(f"{name} #{index}.{k}", number, mpmath.mpf(text), bound, excused, tolerance))
    return found


def of_formula(formula: Formula) -> list[Judged]:
    """The values and slopes of one formula of the corpus."""
    try:
        tape = symad.compile(formula.text, variables=list(formula.variables))
    except symad.ParseError:  # test_corpus_gradients.py knows which these are
        return []
    wanted = [[value, *gradient] for value, gradient in zip(formula.values, formula.gradients, strict=True)]
    points = np.array(formula.points).reshape(len(wanted), -1)
    return judged(formula.ident, tape, points, wanted, "value_and_gradient", REFERENCE)


@pytest.mark.parametrize("set_name", corpus.set_names())
def test_corpus(set_name: str) -> None:
    """Every value and slope."""
    with mpmath.workdps(DIGITS):
        broken = [
            (n.name, n.found, n.bound, n.ratio) for f in corpus.formulas(set_name) for n in of_formula(f) if n.ratio > 1
        ]
    assert not broken, broken[:10]


def records(name: str) -> Iterator[dict[str, Any]]:
    """The lines of a file."""
    with (DATA / f"{name}.jsonl").open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def worst_points(record: dict[str, Any]) -> list[Judged]:
    """The values of a row where the kernel is furthest off."""
    name, found = str(record["row"]), list[Judged]()
    for point, number in zip(record["points"], record["numbers"], strict=True):
        tape = symad.compile(name) if "(" in name else accuracy.tape_of(row(name), tuple(point))
        x = np.array(point[: len(tape.variables)])[None, :]
        found += judged(name, tape, x, [[number]], "value", SHORT)
    return found


TIGHT = list(records("tight"))
LONG = mpmath.mpf("1e-31")  # relative: these have 34 digits, of 106 bits


def judged_tight(record: dict[str, Any]) -> Judged:
    """One number of a random formula whose error fills its bound, or did when it was chosen."""
    tape, point = symad.compile(record["formula"], variables=list("xyz"[: record["n"]])), np.array(record["point"])
    gradient_length = 1 + record["n"]
    of = "value_and_gradient" if record["entry"] < gradient_length else "hessian"
    check = tape.check(point, of=of)
    k = record["entry"]
    if of == "hessian":
        i, j = (index[k - gradient_length] for index in np.triu_indices(record["n"]))
        k = int(i * record["n"] + j)
    numbers, bounds, words = (np.asarray(part).reshape(-1) for part in (check.numbers, check.bound, check.words))
    number, bound = float(numbers[k]), float(bounds[k])
    excused = bool(np.isnan(number) or np.isinf(bound) or words[k] & BEYOND)
    return Judged(record["formula"], number, mpmath.mpf(record["expected"]), bound, excused, LONG)


def test_tight() -> None:
    """Random formulas, a few for every head and word, value, slopes and second slopes."""
    with mpmath.workdps(DIGITS):
        numbers = [(judged_tight(record), record) for record in TIGHT]
    broken = [(record, n.found, n.bound, n.ratio) for n, record in numbers if n.ratio > 1]
    assert not broken, broken[:10]


WORST = {str(record["row"]): record for record in records("worst")}
KINDS = {
    "calls": [name for name in WORST if "(" not in name and row(name).cost == "call"],
    "powers": [name for name in WORST if "(" not in name and row(name).cost == "power"],
    "arithmetic": ["ADD", "SUB", "MUL", "DIV"],
    "lists": [name for name in WORST if "(" in name],
}


@pytest.mark.parametrize("name", WORST)
def test_worst_points(name: str) -> None:
    """The bound of one operation on exact operands."""
    with mpmath.workdps(DIGITS):
        numbers = worst_points(WORST[name])
        assert all(n.ratio <= 1 for n in numbers), [(n.found, n.bound, n.ratio) for n in numbers]


@pytest.mark.parametrize("kind", KINDS)
def test_a_smaller_bound_is_noticed(kind: str) -> None:
    """With a sixteenth of the bound the samples of every row that rounds fail."""
    with mpmath.workdps(DIGITS):
        ratios = {name: max((n.ratio for n in worst_points(WORST[name])), default=0.0) for name in KINDS[kind]}
    assert {name for name, ratio in ratios.items() if ratio * SHRUNK <= 1} <= EXACT | ROOMY


EXACT = {
    "ABS", "CEILING", "FLOOR", "FMOD", "FMOD_QUOTIENT", "HEAVISIDE", "MOD_QUOTIENT", "NEG", "REMAINDER",
    "REMAINDER_QUOTIENT", "ROUND", "ROUNDED", "SIGN", "TRUNC", "ZERO",
}  # fmt: skip
ROOMY = {"BETA_DA", "LAMBERTW_SLOPE", "LAMBERTW_BRANCH_SLOPE"}  # whose bound has room for a bad place elsewhere
