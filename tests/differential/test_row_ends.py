"""Every row, value and slopes, at 0, -0, the least subnormals and normals, and both sides of the ends of its range.

The references are tests/data/rows/ends.jsonl, made once by `tests/campaign/row_ends.py`, which shares no code with
symad; the value of every row at its tiniest operands is compared with mpmath here.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import mpmath
import numpy as np
import pytest
import row_errors
import samples
from yardsticks import ulp_error

import symad
from symad.formula.ops import Row, row

DATA = Path(__file__).resolve().parents[1] / "data" / "rows" / "ends.jsonl"
NAMES = [json.loads(line)["row"] for line in DATA.read_text(encoding="utf-8").splitlines()]
LEAST_NORMAL, LEAST = 2.2250738585072014e-308, 5e-324
VALUE_LEAST = 2.0  # of the least double, for values below the normal ones: a kernel may round twice there
NEAR_OVERFLOW = mpmath.mpf(2) ** 1020  # a slope beyond may be infinite: its formula passes through larger numbers
SCARCE = mpmath.mpf(2) ** -960  # slopes below may lose what the bound announces: their factors are subnormal
DIGITS = 60
FACTOR = 12  # the largest exponent that the file has: n*a**(n - 1) of a subnormal power
NO_SIGN = {  # rows whose zero has a sign of its own
    "SQRT": "IEEE 754 gives -0 at -0, and there are no reals to its left",
    "SIGN": "0 at both zeros",
    "SQRT_SLOPE": "even at 0",
}
GIVES_UP = {  # rows that answer nan inside their domain column, which says "doubtful" by itself, and where
    "AIRYAI": "no digit of the phase is left", "AIRYBI": "no digit of the phase is left",
    "AIRYAIPRIME": "no digit of the phase is left", "AIRYBIPRIME": "no digit of the phase is left",
    "ELLIPTIC_K": "m below -1e307", "ELLIPTIC_F": "m below -1e307", "ELLIPTIC_E": "m below -1e307",
    "ELLIPTIC_EC": "m below -1e307", "ELLIPTIC_PIC": "m below -1e307", "ELLIPTIC_K_SLOPE": "m below -1e307",
    "ELLIPTIC_EC_SLOPE": "m below -1e307", "ELLIPTIC_F_DM": "m below -1e307", "ELLIPTIC_E_DM": "m below -1e307",
    "ZETA_HURWITZ_ORDER": "q below 1e-300", "ZETA_HURWITZ": "d/da for q below 1e-300",
    "LOWERGAMMA_ORDER": "orders below 1e-150", "LOWERGAMMA": "d/da for orders below 1e-150",
    "POLYLOG": "orders that are not whole", "POLYLOG_ORDER": "orders beyond 100",
    "POLYLOG_SLOPE": "orders that are not whole",
    "BINOMIAL_DK": "next to a pole", "BINOMIAL": "d/db next to a pole",
}  # fmt: skip
Point = tuple[float, ...]
Numbers = tuple[str, ...]


@dataclass(frozen=True)
class Entry:
    """One number of a row at a point."""

    column: str
    found: float
    bound: float
    wanted: str

    @property
    def exact(self) -> mpmath.mpf:
        """The reference."""
        return mpmath.mpf(self.wanted)

    @property
    def is_value(self) -> bool:
        """Whether it is no slope."""
        return self.column == "value"


@cache
def records() -> dict[str, list[tuple[Point, Numbers]]]:
    """Points and references of each row."""
    found = {}
    for line in DATA.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        found[record["row"]] = [(tuple(p), tuple(n)) for p, n in zip(record["points"], record["numbers"], strict=True)]
    return found


def is_number(text: str) -> bool:
    """Whether a reference is one."""
    return text[0] in "-0123456789"


@cache
def tape_at(name: str, exponent: float | None) -> symad.Tape:
    """The row as a tape, its exponent a constant."""
    return row_errors.tape_of(row(name), (1.0, 1.0 if exponent is None else exponent))


def entries(r: Row, point: Point, numbers: Numbers) -> list[Entry]:
    """Value and slopes of the row at a point, where there are references."""
    tape = tape_at(r.name, point[1] if "POWN" in r.name else None)
    x = np.array(point[: len(tape.variables)])
    sweep, check = tape.sweep(x), tape.check(x, of="value_and_gradient")
    found = [sweep.value, *map(float, sweep.gradient)]
    kept = [0, *(1 + which for which in samples.slopes(r))]
    names = ("value", "d/da", "d/db")
    return [Entry(names[k], found[k], float(check.bound[k]), numbers[k]) for k in kept if k < len(found)]


def is_far_off(r: Row, entry: Entry) -> bool:
    """Whether a finite number is beyond its bar; small slopes and those of inner rows may lose what the bound says."""
    exact, error = entry.exact, abs(mpmath.mpf(entry.found) - entry.exact)
    if (not entry.is_value and (abs(exact) < SCARCE or row_errors.is_inner(r))) and error <= entry.bound:
        return False
    if abs(exact) < LEAST_NORMAL and entry.is_value:
        return bool(error > VALUE_LEAST * LEAST)
    if r.name == "POWN_SLOPE" and abs(exact) < FACTOR * LEAST_NORMAL:
        return bool(error > FACTOR * LEAST)
    return ulp_error(entry.found, exact) > row_errors.bar(r, entry.column)


def is_wrong(r: Row, entry: Entry) -> bool:
    """Whether a number, finite or not, is none that a row may give."""
    exact = entry.exact
    if row_errors.is_inner(r) and not entry.is_value and (math.isnan(entry.found) or abs(exact) > NEAR_OVERFLOW):
        return False  # second derivatives: nan and infinite say so themselves
    if abs(exact) > NEAR_OVERFLOW and (math.isinf(entry.found) or abs(entry.found) == np.finfo(float).max):
        return (entry.found > 0) != (exact > 0)
    if not math.isfinite(entry.found):
        gives_up = r.name in GIVES_UP or abs(exact) > NEAR_OVERFLOW
        return not (math.isnan(entry.found) and gives_up)
    return is_far_off(r, entry)


def wanted_sign(r: Row, point: Point, wanted: str) -> float | None:
    """The sign that a zero has, where the reference tells: its own, or at ±0 that of its neighbour on that side."""
    if mpmath.mpf(wanted) != 0:
        return -1.0 if wanted.startswith("-") else 1.0
    if len(point) > 1 or point[0] != 0 or r.name in NO_SIGN:
        return None
    beside = dict(records()[r.name]).get((math.copysign(LEAST, point[0]),), ("unknown",))[0]
    if not is_number(beside) or mpmath.mpf(beside) == 0:
        return None
    return -1.0 if beside.startswith("-") else 1.0


def complaints(r: Row) -> Iterator[str]:
    """What is wrong with a row, inside its domain column; outside, and on poles, no finite number of one operand."""
    inside = samples.condition(r.domain)
    for point, numbers in records()[r.name]:
        for entry in entries(r, point, numbers):
            said = f"{entry.column} at {point}: {entry.found!r}, not {entry.wanted}"
            if not is_number(entry.wanted):
                is_bare = math.isfinite(entry.found) and entry.is_value and r.arity == 1 and not row_errors.is_inner(r)
                if is_bare and entry.wanted == "no value" and r.name not in HAS_LIMIT:
                    yield said
                continue
            if not inside(*point) and not (entry.is_value and entry.found == 0 == entry.exact):
                continue
            if is_wrong(r, entry):
                yield f"{said} ({ulp_error(entry.found, entry.exact):.3g} ULP)"
            elif entry.is_value and entry.found == 0:
                sign = wanted_sign(r, point, entry.wanted)
                if sign is not None and math.copysign(1.0, entry.found) != sign:
                    yield f"{said}, by its sign"


HAS_LIMIT = {"LI": "li(0) is 0"}


@pytest.mark.parametrize("name", NAMES)
def test_row_at_the_ends_of_its_range(name: str) -> None:
    """Bars of csrc/ACCURACY.md; below the normal numbers two least doubles for values; signs of 0."""
    with mpmath.workdps(DIGITS):
        found = list(complaints(row(name)))
    assert not found, "\n".join(found[:10])


def test_every_row_has_its_ends() -> None:
    """A new row is measured too: `python tests/campaign/row_ends.py NAME`."""
    assert {r.name for r in row_errors.numeric_rows()} - {"ROUNDED"} == set(NAMES)  # of a constant: its double


@pytest.mark.parametrize("name", [name for name in NAMES if row_errors.is_wide(row(name)) and row(name).arity == 1])
def test_references_are_mpmath_s(name: str) -> None:
    """The values of rows that mpmath takes at any size, to 20 digits."""
    function = row_errors.reference(row(name))
    with mpmath.workdps(400):
        for point, numbers in records()[name]:
            if is_number(numbers[0]) and 1e-160 <= abs(point[0]) <= 1e3:
                value = row_errors.real(function(mpmath.mpf(point[0])))
                assert abs(value - mpmath.mpf(numbers[0])) <= mpmath.mpf("1e-20") * abs(value), (point, numbers[0])
