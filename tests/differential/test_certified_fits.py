"""Fits of the 27 NIST problems with certified digits: Levenberg and Marquardt's steps on J'r and J'J."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from corpus import records

import symad

LEAST_DIGITS = 9.0  # of 11 certified; the bar of the project is 8, and 9 on six fits of seven
# From these starts all methods of the literature that only go downhill leave for infinity.
EXCUSED = {("BoxBOD", 0), ("MGH10", 0)}
# At the certified parameters, which are rounded themselves.
SUM_DIGITS = 10.0
# Deviations need the smallest eigenvalue of J'J, which has fewest digits in doubles for Bennett5.
DEVIATION_DIGITS = {"Bennett5": 6.0}
LEAST_DEVIATION_DIGITS = 8.0
ROUNDING_ALONE = "Lanczos1"  # a sum of 1.4e-25
STEPS = 4_000  # Bennett5 takes most
SMALL = 1e-13  # of a step beside its parameter: the value is flat to half the digits, the step is not
CLOSE = 1e-4  # of a step: from here on whole steps of Gauss and Newton

Array = np.ndarray


def solved(square: Array, slope: Array, scale: Array, damping: float) -> Array:
    """The step, in units in which parameters are alike: they differ by ten powers of ten."""
    return np.linalg.solve(square / np.outer(scale, scale) + damping * np.eye(len(slope)), slope / scale) / scale


def fitted(fit: symad.Objective, p: Array) -> Array:
    """Down to where the value tells no more (More 1978: a scale never shrinks), then while steps become smaller."""
    damping, scale = 1e-3, np.zeros(len(p))
    half, slope, square = fit.gauss_newton(p)
    for _ in range(STEPS):
        scale = np.maximum(scale, np.sqrt(np.diag(square)))
        step = solved(square, slope, scale, damping)
        tried = fit.gauss_newton(p - step)
        if tried[0] <= half:
            p, (half, slope, square), damping = p - step, tried, max(damping / 10, 1e-16)
        else:
            damping *= 10
        if np.all(np.abs(step) <= SMALL * np.abs(p)):
            break
    size = CLOSE
    while True:
        step = solved(square, slope, np.sqrt(np.diag(square)), 0.0)
        now = float(np.max(np.abs(step / p)))
        if not now < size:
            return p
        p, size = p - step, now
        _, slope, square = fit.gauss_newton(p)


def digits(found: Array, certified: Array) -> float:
    """Correct digits of the number that has fewest, 11 at most."""
    worst = float(np.max(np.abs(found - certified) / np.abs(certified)))
    return min(11.0, -math.log10(worst)) if worst > 0 else 11.0


def objective(record: dict[str, Any]) -> symad.Objective:
    data = {name: np.array(values, dtype=float) for name, values in record["data"].items()}
    row = f"{record['left']} - ({record['model']})"
    return symad.objective(row, data=data, parameters=record["parameters"], residual=True)


def name_of(record: dict[str, Any]) -> str:
    return str(record["id"]).removeprefix("certified-")


PROBLEMS = {name_of(record): record for record in records("certified")}
FITS = [(name, start) for name in PROBLEMS for start in (0, 1) if (name, start) not in EXCUSED]


@pytest.mark.parametrize(("name", "start"), FITS)
def test_certified_digits(name: str, start: int) -> None:
    record = PROBLEMS[name]
    with np.errstate(all="ignore"):
        found = fitted(objective(record), np.array(record["starts"][start], dtype=float))
    reached = digits(found, np.array(record["certified"]))
    print(name, start, f"{reached:.1f}")
    assert reached >= LEAST_DIGITS


@pytest.mark.parametrize("name", [name for name in PROBLEMS if name != ROUNDING_ALONE])
def test_certified_sums_and_deviations(name: str) -> None:
    """At the certified parameters: the sum of squares, and standard deviations from J'J."""
    record = PROBLEMS[name]
    fit, p = objective(record), np.array(record["certified"])
    half, _, square = fit.gauss_newton(p)
    scale = np.sqrt(np.diag(square))
    inverse = np.linalg.inv(square / np.outer(scale, scale))
    deviations = np.sqrt(np.diag(inverse) * 2 * half / (fit.n_rows - len(p))) / scale
    assert digits(np.array([2 * half]), np.array([record["sum_of_squares"]])) >= SUM_DIGITS
    reached = digits(deviations, np.array(record["deviations"]))
    print(name, f"{reached:.1f}")
    assert reached >= DEVIATION_DIGITS.get(name, LEAST_DEVIATION_DIGITS)


def test_all_problems_are_there() -> None:
    assert len(PROBLEMS) == 27
    assert len(FITS) == 52
