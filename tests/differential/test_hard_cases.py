"""The hard cases: graded answers by sweep, by adjoint program and with the flags of `Tape.check`; two orders.

A case passes when value and gradient are among the accepted answers; grade `undefined` asks for nan, grade `flag` for
the right number, nan, or a flag of the check. No case is silently wrong, and none is wrong in any other way.
"""

from __future__ import annotations

import math
import re
from typing import Any

import corpus
import mpmath
import numpy as np
import pytest
from tolerances import BESIDE_ONE
from yardsticks import same_bits

import symad

N_CASES = 119
INTERVAL = re.compile(r"any-subgradient in \[(.*),(.*)\]")
GRADES = ("exact", "convention", "undefined")
REFUSED = {"hc116": "underscore", "hc117": "unknown function: `re`"}  # a clear refusal is accepted there

NAN, INF = math.nan, math.inf
ZERO1, ZERO2 = [[0.0]], [[0.0, 0.0], [0.0, 0.0]]
# Second derivatives where branches or indeterminate products decide, by hand: of the branch taken, and nan for 0*inf.
BY_HAND = {
    "hc006": [[NAN]],
    "hc008": [[NAN]],
    "hc018": [[NAN]],
    "hc029": ZERO1,
    "hc038": ZERO1,  # 2*sign(x), which is 0 at 0
    "hc041": ZERO2,
    "hc043": ZERO2,
    "hc044": [[0.0] * 3] * 3,
    "hc042": ZERO1,
    "hc045": [[NAN]],
    "hc046": ZERO1,
    "hc048": ZERO2,
    "hc049": ZERO1,
    "hc050": ZERO1,
    "hc051": ZERO1,
    "hc052": ZERO1,
    "hc053": [[2.0]],
    "hc054": ZERO1,
    "hc056": [[NAN]],
    "hc060": [[NAN]],
    "hc079": [[NAN]],
    "hc085": [[NAN]],
    "hc103": ZERO1,
    "hc104": [[INF]],
    "hc108": [[0.0, 1.0], [1.0, 0.0]],
    "hc109": [[0.0, 3.0, 0.0], [3.0, 0.0, 0.0], [0.0, 0.0, 0.0]],
    "hc110": [[0.0, 1e308, 1e308], [1e308, 0.0, 0.0], [1e308, 0.0, 0.0]],
}
# Smooth cases whose second derivative is asked of mpmath, by differences of the formula written for it.
BY_DIFFERENCES = {
    "hc020": lambda x: x**1001,
    "hc021": lambda x: x**2,
    "hc028": lambda x: mpmath.mpf(-1) / 5 * mpmath.cos(x) ** 5,
    "hc067": mpmath.sin,
    "hc069": lambda x: mpmath.sqrt(x) * mpmath.sin(80000 * x),
    "hc076": lambda x: mpmath.log(abs(x)),
    "hc080": lambda x: mpmath.log(x**2),
    "hc084": mpmath.tanh,
    "hc118": lambda x: 1 / x,
}
SECOND_ORDER = 1e-11  # the largest allowance of the first-order cases

CASES = {case["id"]: case for case in corpus.hard_cases()}
ROUTES = ("sweep", "adjoint program")


def answer(case: dict[str, Any], route: str) -> tuple[float, list[float], bool]:
    """Value, gradient, and whether the check of the point says that something happened."""
    point = [float(case["point"][name]) for name in case["vars"]]
    tape = symad.compile(case["expr"], variables=case["vars"])
    told = bool(tape.check(point))
    if route == "adjoint program":
        return float(tape.value(point)), tape.gradient(point).tolist(), told
    sweep = tape.sweep(point)
    return sweep.value, sweep.gradient.tolist(), told


def close(found: float, wanted: float, tolerance: float) -> bool:
    """Equal within a relative tolerance; nan is nan and infinities have signs."""
    if math.isnan(found) or math.isnan(wanted):
        return math.isnan(found) and math.isnan(wanted)
    if math.isinf(found) or math.isinf(wanted):
        return found == wanted
    return abs(found - wanted) <= max(tolerance * max(abs(found), abs(wanted)), 5e-324)


def accepted(found: float, answers: list[str], tolerance: float) -> bool:
    """Whether one of the answers is met."""
    for wanted in answers:
        interval = INTERVAL.match(wanted)
        if interval:
            if float(interval[1]) - 1e-12 <= found <= float(interval[2]) + 1e-12:
                return True
        elif wanted != "error" and close(found, float(wanted), tolerance):
            return True
    return False


def verdict(case: dict[str, Any], route: str) -> str:
    """The worst of value and gradient: right, nan, told (a flag of the check) or silent."""
    value, gradient, told = answer(case, route)
    also = case.get("also_accept", {"value": [], "grad": {}})
    tolerance = case["tol_rel"]
    pairs = [(value, [case["expected_value"], *also["value"]], max(tolerance, 1e-14))]
    for name, entry in zip(case["vars"], gradient, strict=True):
        answers = [case["expected_grad"][name], *also["grad"].get(name, [])]
        answers += [case["preferred_grad"][name]] if name in case.get("preferred_grad", {}) else []
        pairs.append((entry, answers, tolerance))
    wrong = [found for found, answers, tolerance in pairs if not accepted(found, answers, tolerance)]
    if not wrong:
        return "right"
    return "nan" if all(map(math.isnan, wrong)) else "told" if told else "silent"


def test_the_cases_are_whole() -> None:
    assert len(CASES) == N_CASES


@pytest.mark.parametrize("route", ROUTES)
def test_no_wrong_answer_of_the_first_three_grades(route: str) -> None:
    """All right; neither a nan nor a flag excuses a wrong number here."""
    graded = {ident: case for ident, case in CASES.items() if case["grade"] in GRADES and ident not in REFUSED}
    assert {ident: v for ident, case in graded.items() if (v := verdict(case, route)) != "right"} == {}


@pytest.mark.parametrize("route", ROUTES)
def test_no_digit_is_lost_without_a_word(route: str) -> None:
    """Cases that doubles lose as written are right, nan, or flagged."""
    assert [i for i, case in CASES.items() if i not in REFUSED and verdict(case, route) == "silent"] == []


@pytest.mark.parametrize(("ident", "says"), REFUSED.items())
def test_a_clear_refusal(ident: str, says: str) -> None:
    assert "error" in CASES[ident]["also_accept"]["value"]
    with pytest.raises(symad.ParseError, match=says):
        symad.compile(CASES[ident]["expr"], variables=CASES[ident]["vars"])


def test_the_flag_names_the_operation() -> None:
    """Whose value has lost its digits, in the words that were typed."""
    for ident in ("hc070", "hc071", "hc088"):
        tape = symad.compile(CASES[ident]["expr"], variables=CASES[ident]["vars"])
        check = tape.check([float(CASES[ident]["point"][name]) for name in CASES[ident]["vars"]])
        bits = {bit.name: bit for bit in check.causes[0].bits}
        text = (bits.get("lost_digits") or bits["cancelled"]).text
        assert text.removeprefix("the derivative of ") in CASES[ident]["expr"], (ident, text)


def test_tied_operands_share_a_slope_of_one() -> None:
    for ident in ("hc041", "hc043", "hc044"):
        for route in ROUTES:
            assert sum(answer(CASES[ident], route)[1]) == pytest.approx(1.0, abs=BESIDE_ONE)


@pytest.mark.parametrize("ident", sorted(BY_HAND))
def test_second_order_by_hand(ident: str) -> None:
    """The Hessian program, and the sweep of each entry of the gradient program."""
    case = CASES[ident]
    point = [float(case["point"][name]) for name in case["vars"]]
    written = symad.parse(case["expr"], variables=case["vars"])
    hessian = symad.compile(written).hessian(point)
    assert same_bits(hessian + 0.0, np.array(BY_HAND[ident]) + 0.0)
    assert same_bits(swept_hessian(written, point) + 0.0, hessian + 0.0)


def swept_hessian(written: symad.Expression, point: list[float]) -> np.ndarray:
    """Rows by the textbook sweep of one entry of the gradient at a time, the entry chosen by weights."""
    gradient = symad.compile(symad.gradient(written))
    return np.array(
        [gradient.tangent(point, axis).slopes[list(gradient.expression.outputs)] for axis in np.eye(len(point))]
    ).T


@pytest.mark.parametrize("ident", sorted(BY_DIFFERENCES))
def test_second_order_by_differences(ident: str) -> None:
    case = CASES[ident]
    with mpmath.workdps(80):
        x = mpmath.mpf(float(case["point"]["x"]))
        wanted = float(mpmath.diff(BY_DIFFERENCES[ident], x, 2))
    found = symad.compile(case["expr"]).hessian(float(case["point"]["x"]))[0, 0]
    assert close(found, wanted, SECOND_ORDER)
