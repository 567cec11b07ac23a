"""Numbers of `Tape.check` beside references of 20 to 50 digits: the error as a share of the bound.

Reads the files of tests/data/rows; knows how an entry of a Hessian is found, and no operation.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mpmath
import numpy as np

import symad
from symad._core import tapes

ROWS = Path(__file__).resolve().parent / "data" / "rows"
DIGITS = 80  # more than the references and the exact doubles between which they are compared
CORPUS = mpmath.mpf("1e-48")  # relative: what a reference of 50 digits may be off itself
LONG = mpmath.mpf("1e-31")  # of 34 digits, from 106 bits
SHORT = mpmath.mpf("1e-21")  # of 22
WRONG = mpmath.mpf("1e-9")
NO_ERROR = 4 * mpmath.mpf(5e-324)
BEYOND = sum(bit for name, bit in tapes.STATUS_BITS if name in ("tie", "domain", "nan_condition"))  # no bound says it


@dataclass(frozen=True)
class Judged:
    """A number with its reference, its bound, and whether it is doubtful for what no bound expresses, or at all."""

    name: str
    found: float
    wanted: mpmath.mpf
    bound: float
    excused: bool
    doubtful: bool
    tolerance: mpmath.mpf

    @property
    def error(self) -> mpmath.mpf:
        """|found - wanted|, less what the reference may be off."""
        return max(abs(mpmath.mpf(self.found) - self.wanted) - self.tolerance * abs(self.wanted), mpmath.mpf(0))

    @property
    def ratio(self) -> float:
        """The error as a share of the bound; 0/0 is 0. A nan or an infinite bound promises nothing."""
        if self.excused or self.error == 0:
            return 0.0
        return float(self.error / mpmath.mpf(self.bound)) if self.bound > 0 else float("inf")

    @property
    def is_silent(self) -> bool:
        """Whether it is wrong without a word."""
        if self.doubtful or np.isnan(self.found):
            return not self.doubtful
        return bool(self.error > max(WRONG * abs(self.wanted), NO_ERROR))


def records(name: str) -> Iterator[dict[str, Any]]:
    """The lines of a file of tests/data/rows."""
    with (ROWS / f"{name}.jsonl").open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def checked(check: symad.Check, k: int, name: str, wanted: str, tolerance: mpmath.mpf) -> Judged:
    """Entry k of a check, all points and entries in one row."""
    parts = (check.numbers, check.bound, check.words, check.doubtful)
    number, bound, word, doubtful = (np.asarray(part).reshape(-1)[k] for part in parts)
    excused = bool(np.isnan(number) or np.isinf(bound) or word & BEYOND)
    return Judged(name, float(number), mpmath.mpf(wanted), float(bound), excused, bool(doubtful), tolerance)


def one_number(record: dict[str, Any]) -> Judged:
    """A formula, a point, an entry (the value, slopes, second slopes by i <= j) and the reference."""
    n, k = record["n"], record["entry"]
    tape, of = symad.compile(record["formula"], variables=list("xyz"[:n])), "value_and_gradient"
    if k > n:
        i, j = (index[k - n - 1] for index in np.triu_indices(n))
        of, k = "hessian", int(i * n + j)
    check = tape.check(np.array(record["point"], dtype=float), of=of)
    return checked(check, k, record["formula"], record["expected"], LONG)
