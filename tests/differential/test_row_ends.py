"""Every row, value and slopes, at 0, -0, the least subnormals, the least normals, and both sides of the ends of its range.

The references are tests/data/row_ends.jsonl, made once by `tests/campaign/row_ends.py` without symad; some of them are
compared with mpmath here.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import accuracy
import mpmath
import numpy as np
import pytest
from checking import ulp_error

import symad
from symad.ops import Row, row

DATA = Path(__file__).resolve().parents[1] / "data" / "row_ends.jsonl"
NAMES = [json.loads(line)["row"] for line in DATA.read_text(encoding="utf-8").splitlines()]
LEAST_NORMAL, LEAST = 2.2250738585072014e-308, 5e-324
VALUE_LEAST, SLOPE_LEAST = 2.0, 4.0  # of the least double, for results below the normal ones: products round twice
DIGITS = 60
NO_SIGN = {"SQRT"}  # IEEE 754 gives -0 at -0; there are no reals to its left
Point = tuple[float, ...]
Numbers = tuple[str, ...]


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


def computed(r: Row, point: Point) -> tuple[list[float], list[float]]:
    """Value and slopes of the row at a point, and their bounds."""
    tape = tape_at(r.name, point[1] if "POWN" in r.name else None)
    x = np.array(point[: len(tape.variables)])
    sweep, check = tape.sweep(x), tape.check(x)
    return [sweep.value, *map(float, sweep.gradient)], list(map(float, check.error_bound.reshape(-1)))


@cache
def tape_at(name: str, exponent: float | None) -> symad.Tape:
    """The row as a tape, its exponent a constant."""
    return accuracy.tape_of(row(name), (1.0, 1.0 if exponent is None else exponent))


def off(found: float, wanted: str, least: float) -> float:
    """The error in units in the last place; below the normal numbers in shares of `least` such units, over the bar."""
    with mpmath.workdps(DIGITS):
        exact = mpmath.mpf(wanted)
        if abs(exact) >= LEAST_NORMAL:
            return ulp_error(found, exact)
        error = float(abs(mpmath.mpf(found) - exact) / mpmath.mpf(LEAST)) if math.isfinite(found) else math.inf
        return 0.0 if error <= least else math.inf


def sign_at_0(r: Row, point: Point, numbers: Numbers) -> float | None:
    """The sign that a zero has, where the reference tells: its own, or at ±0 that of its neighbours on that side."""
    wanted = numbers[0]
    if mpmath.mpf(wanted) != 0:
        return -1.0 if wanted.startswith("-") else 1.0
    if len(point) > 1 or point[0] != 0 or r.name in NO_SIGN:
        return None
    beside = dict(records()[r.name]).get((math.copysign(LEAST, point[0]),))
    if beside is None or not is_number(beside[0]) or mpmath.mpf(beside[0]) == 0:
        return None
    return -1.0 if beside[0].startswith("-") else 1.0


def complaints(r: Row) -> Iterator[str]:
    """What is wrong with a row."""
    columns = ["value", "d/da", "d/db"][: 1 + r.arity]
    for point, numbers in records()[r.name]:
        found, bounds = computed(r, point)
        for k, (column, wanted) in enumerate(zip(columns, numbers, strict=True)):
            if k >= len(found):
                continue
            said = f"{column} at {point}: {found[k]!r}, not {wanted}"
            if is_number(wanted):
                least = VALUE_LEAST if k == 0 else SLOPE_LEAST
                announced = accuracy.is_inner(r) and k > 0 and not bounds[k] <= 1e-8
                ulp = 0.0 if announced or has_no_slope(r, k) else off(found[k], wanted, least)
                if ulp > accuracy.bar(r, column):
                    yield f"{said} ({ulp:.3g} ULP)"
                elif k == 0 and found[k] == 0:
                    sign = sign_at_0(r, point, numbers)
                    if sign is not None and math.copysign(1.0, found[k]) != sign:
                        yield f"{said}, by its sign"
            elif not accuracy.is_inner(r) and math.isfinite(found[k]) and wanted in ("infinite", "no value"):
                yield said


def has_no_slope(r: Row, column: int) -> bool:
    """Whether the operand is a constant by construction."""
    import samples

    return column > 0 and column - 1 not in samples.slopes(r)


@pytest.mark.parametrize("name", NAMES)
def test_row_at_the_ends_of_its_range(name: str) -> None:
    """Bars of csrc/ACCURACY.md; below the normal numbers two least doubles for values, four for slopes; signs of 0."""
    found = list(complaints(row(name)))
    assert not found, "\n".join(found[:10])
