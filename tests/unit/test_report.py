"""Reports: numbers as text, tables that fit, JSON without NaN, Markdown that stays a table."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from tolerances import SUMS

import symad
from symad.comparison.result import Comparison, MethodResult
from symad.formula import numbers
from symad.inputs.points import Points
from symad.lecture.lesson import listing
from symad.report import comparison as text
from symad.report import document, grid, steps, values


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (4.0, "4"),
        (-0.0, "-0"),
        (0.1, "0.1"),
        (-0.7568024953079282, "-0.7568024953079282"),
        (1e300, "1e+300"),
        (1e16, "1e+16"),
        (123456789.0, "123456789"),
        (5e-324, "5e-324"),
        (math.inf, "inf"),
        (math.nan, "nan"),
    ],
)
def test_shortest_digits_read_back(value: float, expected: str) -> None:
    assert numbers.shortest(value) == expected
    assert math.isnan(value) or float(expected) == value


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, "0"),
        (41, "41"),
        (12345, "12,345"),
        (9_999_999, "9,999,999"),
        (10**7, "~1.00e7"),
        (1099511627776, "~1.10e12"),
        pytest.param(2**100_000, "~9.99e30102", id="30103 digits"),
        (9_999_999_999_999, "~1.00e13"),
    ],
)
def test_counts_of_any_size(count: int, expected: str) -> None:
    assert numbers.big(count) == expected


@pytest.mark.parametrize(
    ("ns", "expected"),
    [
        (None, "-"),
        (0.5, "0.50 ns"),
        (17.35, "17.4 ns"),
        (999.96, "1.00 us"),
        (28_300_000.0, "28.3 ms"),
        (1.26e9, "1.26 s"),
    ],
)
def test_times_have_three_digits(ns: float | None, expected: str) -> None:
    assert numbers.time(ns) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "-"),
        (0.0, "0"),
        (3.14, "3.1"),
        (4771.2, "4771"),
        (2.8e6, "2.8e+06"),
        (math.inf, "inf"),
        (0.01, "1.0e-02"),
    ],
)
def test_errors_have_two_digits(value: float | None, expected: str) -> None:
    assert numbers.error(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [(None, "-"), (2.3, "2.30"), (48.5, "48.5"), (1398103.0, "1,398,103"), (math.inf, "> 1e308")]
)
def test_ratios(value: float | None, expected: str) -> None:
    assert numbers.ratio(value) == expected


def made(**changes: object) -> Comparison:
    """A comparison made by hand, with everything that is hard to print."""
    counts = replace(symad.parse("x*y").counts, n_written_out=2**60_000, written_by_kind={"basic": 2**60_000})
    function = MethodResult("function", "agrees", counts=counts, time_ns=10.0, spread_ns=1.0, n_repeats=7, ratio=1.0)
    rows = (
        MethodResult("symbolic", "gave up", "SymPy ran out of its 1 s in diff"),
        MethodResult("symbolic + CSE", "gave up", "SymPy ran out of its 1 s in diff"),
        replace(
            function,
            name="reverse sweep",
            verdict="differs",
            reason="a | b",
            swell=math.inf,
            max_ulp=math.inf,
            median_ulp=1.5,
            status=("domain", "tie"),
            worst_point={"x": math.nan, "y": 2.0},
            worst_variable="y",
        ),
    )
    plain: dict[str, object] = {
        "formula": "x*y",
        "variables": ("x", "y"),
        "points": Points(np.array([[math.nan, 2.0]]), "at", None, None),
        "n_judged": 1,
        "function": function,
        "methods": rows,
        "agree": False,
        "warnings": ("a note",),
        "machine": {"n_processors": 2},
        "settings": {"tolerance_exact": 1e-9},
    }
    return Comparison(**{**plain, **changes})  # type: ignore[arg-type]  # made by hand


def test_json_never_holds_what_is_no_json() -> None:
    data = json.loads(made().to_json(), parse_constant=lambda token: pytest.fail(f"{token} in JSON"))
    (result,) = data["results"]
    function, *_, sweep = [result["function"], *result["methods"]]
    assert function["counts"]["n_written_out"] is None
    assert function["counts"]["n_written_out_reason"].startswith("about ")
    assert sweep["max_ulp"] is None
    assert "no finite number" in sweep["max_ulp_reason"]
    assert sweep["worst_point"] == {"x": None, "y": 2.0}
    assert sweep["worst_point_reasons"] == {"x": "nan"}
    assert sweep["swell"] is None
    assert result["points"]["at_reasons"] == {"x": "nan"}
    assert data["settings"] == {"tolerance_exact": 1e-9}


def test_big_counts_are_exact_integers_in_json() -> None:
    doubled = "; ".join(["a0 = x", *(f"a{k + 1} = a{k}*a{k}" for k in range(40)), "a40"])
    counts = symad.parse(doubled).counts
    found = document.exact("n_written_out", counts.n_written_out)
    assert json.loads(document.dumps(found)) == {"n_written_out": 2**40 - 1}


def test_text_names_rows_and_reasons_once() -> None:
    shown = made().details()
    assert "symbolic, symbolic + CSE: SymPy ran out of its 1 s in diff" in shown
    assert shown.count("ran out") == 1
    assert "status domain, tie: met by reverse sweep" in shown
    assert "note: a note" in shown
    assert "symbolic, symbolic + CSE: gave up; reverse sweep: differs" in shown


@pytest.mark.parametrize("width", [60, 80, 100, 160])
def test_tables_fit_the_width(width: int) -> None:
    lines = text.to_text(made(), width).splitlines()
    assert max(map(len, lines)) <= width


def test_a_wide_terminal_gets_one_table() -> None:
    assert text.to_text(made(), 300).count("method  ") == 1
    assert text.to_text(made(), 60).count("method  ") > 1


def test_markdown_keeps_its_columns() -> None:
    table = [line for line in made().to_markdown().splitlines() if line.startswith("|")]
    assert len(table) == 2 + 4
    assert len({line.replace("\\|", "").count("|") for line in table}) == 1


def test_code_in_markdown_survives_backticks() -> None:
    assert grid.code("a*b") == "`a*b`"
    assert grid.code("a`b") == "`` a`b ``"


def test_long_formulas_are_cut_in_text_and_whole_in_json() -> None:
    formula = " + ".join(["x*y"] * 500)
    comparison = made(formula=formula)
    assert "(2,997 characters)" in comparison.details()
    assert json.loads(comparison.to_json())["results"][0]["formula"] == formula


def test_values_without_slopes_are_bare() -> None:
    found = values.Values("x", {"x": 2.0}, (2.0, -0.5), None)
    assert values.to_text(found, 80) == "2\n-0.5\n"
    assert values.to_dict(found)["outputs"] == [{"value": 2.0}, {"value": -0.5}]


# ---- the listing -----------------------------------------------------------------------------------

FORMULAS = [
    ("a = x**2; b = sin(a); c = a + b; a*c", [2.0]),
    ("Piecewise((log(x), x > 1), (x**2 + y, True)) + Max(x, y, x*y)", [0.5, 1.0]),
    ("Max(x, y, z)*Min(x, z) + Abs(x - y)", [1.0, 1.0, 2.0]),
    ("x**y + sqrt(x)*tanh(y)/atan(x) - exp(-x)*x*x", [1.5, 0.5]),
    ("x", [3.0]),
    ("x, y: 2*x", [3.0, 4.0]),
]


@pytest.mark.parametrize(("formula", "point"), FORMULAS)
def test_contributions_add_up_to_the_adjoint_bit_for_bit(formula: str, point: list[float]) -> None:
    for step in listing(symad.compile(formula).sweep(point)).reverse:
        total = 1.0 if step.seeded else -0.0
        for one in step.contributions:
            total += one.value
        assert total == step.adjoint


@pytest.mark.parametrize(("formula", "point"), FORMULAS)
def test_operations_in_names_are_formulas_of_earlier_names(formula: str, point: list[float]) -> None:
    found = listing(symad.compile(formula).sweep(point))
    known: dict[str, float] = {}
    for step in found.forward:
        if step.operation:
            expression = symad.parse(step.operation)
            assert set(expression.variables) <= set(known)
            value = expression.compile().value([known[name] for name in expression.variables])
            assert float(value) == step.value
        assert step.name not in known
        known[step.name] = step.value


@pytest.mark.parametrize(("formula", "point"), FORMULAS)
def test_formulas_of_local_partials_have_their_values(formula: str, point: list[float]) -> None:
    found = listing(symad.compile(formula).sweep(point))
    known = {step.name: step.value for step in found.forward}
    for step in found.forward:
        for partial in step.partials:
            if partial.formula and step.live:
                expression = symad.parse(partial.formula)
                at = [known[name] for name in expression.variables]
                value = float(expression.compile().value(at))
                assert value == pytest.approx(partial.value, rel=SUMS)


def test_long_listings_work() -> None:
    formula = " + ".join(f"sin(x*{k})" for k in range(1, 3000))
    found = listing(symad.compile(formula).sweep([0.5]))
    assert len(found.forward) == 1 + 2999 + 2999 + 2998  # x, products, sines, sums
    assert len(steps.to_text(found, 100).splitlines()) > 8997


def test_listing_is_json() -> None:
    found = listing(symad.compile("1/x + Abs(x)").sweep([0.0]))
    data = json.loads(document.dumps(steps.to_dict(found)))
    assert data["gradient"] == {"x": None}
    assert data["status"][0]["bit"] in {"tie", "domain"}
