"""The judges themselves. Oracles: closed forms, exact fractions, mpmath's own differentiation."""

from __future__ import annotations

import math
import time
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from mpmath import mpf
from tolerances import FEW_OPERATIONS, MORE_OPERATIONS

import symad
from symad import numeric
from symad.errors import BudgetError, ShapeError
from symad.numeric import condition, differences, nearest_double, reference, references, relative_error, ulp_error

DIGITS = 49  # of 50, for the last rounding
CONDITION = 1e-5  # of a difference of neighbours 1e-6 apart: which of them is divided by decides no more


def close(found: mpf, expected: mpf) -> bool:
    with mpmath.workdps(60):
        return bool(abs(found - expected) <= abs(expected) * mpf(10) ** -DIGITS)


def slope(formula: str, point: list[float], variable: int = 0) -> mpf:
    return reference(symad.parse(formula), point).gradient[variable]


CLOSED = [
    ("(x**2 + sin(x**2))*x**2", 2.0, lambda x: 4 * x**3 + 2 * x * mpmath.sin(x**2) + 2 * x**3 * mpmath.cos(x**2)),
    ("exp(x)/x", 0.3, lambda x: mpmath.exp(x) * (x - 1) / x**2),
    ("tanh(x)", 20.0, lambda x: mpmath.sech(x) ** 2),
    ("atan(x)*log(x)", 7.5, lambda x: mpmath.log(x) / (1 + x**2) + mpmath.atan(x) / x),
    ("sqrt(x)*tan(x)", 1.25, lambda x: mpmath.tan(x) / (2 * mpmath.sqrt(x)) + mpmath.sqrt(x) * mpmath.sec(x) ** 2),
    ("x**x", 1.5, lambda x: x**x * (mpmath.log(x) + 1)),
    ("1/3*x**3", 0.1, lambda x: x**2),
    ("0.1*x", 3.0, lambda x: mpf(0.1)),
    ("(1 - cos(x))/x**2", 1e-8, lambda x: (x * mpmath.sin(x) - 2 * (1 - mpmath.cos(x))) / x**3),
    ("x + 1e300 - 1e300", 1.0, lambda x: mpf(1)),
    ("Abs(x)**3", -2.0, lambda x: -3 * x**2),
    ("Max(x, 2*x, 3)", 5.0, lambda x: mpf(2)),
    ("exp(x)", 1000.0, mpmath.exp),
    ("sin(x)", 1e22, mpmath.cos),
    ("_sech2(x)", 1.0, lambda x: -2 * mpmath.tanh(x) * mpmath.sech(x) ** 2),
    ("x**-3", -2.0, lambda x: -3 * x**-4),
]


@pytest.mark.parametrize(("formula", "x", "expected"), CLOSED, ids=[case[0] for case in CLOSED])
def test_slopes_have_fifty_digits(formula: str, x: float, expected: object) -> None:
    with mpmath.workdps(120):
        assert close(slope(formula, [x]), expected(mpf(x)))  # type: ignore[operator]


def test_nothing_global_changes() -> None:
    before = mpmath.mp.dps
    reference(symad.parse("sin(x)"), [1.0])
    assert mpmath.mp.dps == before


def test_values_take_literals_as_they_are_written() -> None:
    exact = reference(symad.parse("10*(0.1*x - x/10)"), [3.0])
    with mpmath.workdps(60):
        assert close(exact.value, 3 * (10 * mpf(0.1) - 1))
    assert reference(symad.parse("x*123456789012345678901234567890"), [1.0]).value == 123456789012345678901234567890


# formula, point, value, slope, reason
SPECIAL = [
    ("Abs(x)", 0.0, 0, math.nan, "kink"),
    ("Max(x, 2*x)", 0.0, 0, math.nan, "kink"),
    ("sqrt(x**2)", 0.0, 0, math.nan, "kink"),
    ("sign(x)", 0.0, 0, math.nan, "jump"),
    ("Piecewise((5, x == 1), (x, True))", 1.0, 5, math.nan, "jump"),
    ("sqrt(x)", 0.0, 0, math.inf, "boundary"),
    ("x**1.5", 0.0, 0, 0, "boundary"),
    ("log(x)", 0.0, -math.inf, math.inf, "boundary"),
    ("log(x)", -1.0, math.nan, math.nan, "outside the domain"),
    ("x**(2/3)", -1.0, math.nan, math.nan, "outside the domain"),
    ("x*log(x)", 0.0, math.nan, math.nan, "outside the domain"),
    ("Piecewise((x, x > 0))", -1.0, math.nan, math.nan, "outside the domain"),
    ("1/x", 0.0, math.inf, math.nan, "not finite"),
    ("atan(x)", math.inf, math.pi / 2, math.nan, "not finite"),
    ("sign(x)*Abs(x)**(1/3)", 0.0, 0, math.inf, ""),
    ("cos(x)", 0.0, 1, 0, ""),
    ("(x - 1)**3", 1.0, 0, 0, ""),
    ("x*Abs(x)", 0.0, 0, 0, ""),
    ("sin(x)**2 + cos(x)**2", 1.3, 1, 0, ""),
    ("cos(x)**2*sin(2)**2 + cos(x)**2*cos(2)**2 + sin(x)**2", 1.45361328125, 1, 0, ""),
    ("tanh(x)", 1000.0, 1, 0, ""),
    ("1/(1 + exp(exp(exp(x))))", 10.0, 0, 0, ""),
    ("Max(x, exp(x) - 1, (x + 1)**2/2 - 1/2)", 0.0, 0, 1, ""),
    ("Piecewise((log(x), x > 0), (x, True))", -1.0, -1, 1, ""),
    ("Piecewise((x, x < 1), (sqrt(x), True))", 0.0, 0, 1, ""),
    ("Piecewise((sin(x)/x, x != 0), (1, True))", 0.0, 1, 0, ""),
    ("0**x + 1**x", 2.0, 1, 0, ""),
]


@pytest.mark.parametrize(
    ("formula", "x", "value", "expected", "reason"), SPECIAL, ids=[f"{c[0]} at {c[1]}" for c in SPECIAL]
)
def test_where_there_is_no_ordinary_slope(formula: str, x: float, value: float, expected: float, reason: str) -> None:
    found = reference(symad.parse(formula), [x])
    np.testing.assert_equal(nearest_double(found.value), float(value))
    np.testing.assert_equal(nearest_double(found.gradient[0]), float(expected))
    assert found.reasons == (reason,)


def test_both_sides_of_a_kink_are_told() -> None:
    partial = reference(symad.parse("Abs(x) + x"), [0.0]).partials[0][0]
    assert (partial.left, partial.right) == (0, 2)


def test_powers_follow_c_at_the_corners() -> None:
    e = symad.parse("x**y")
    corners = [0.0, 1.0, -1.0, 2.0, -2.0, 0.5, 3.0, -3.0, 1e300, -0.5, math.inf, -math.inf]
    for a in corners:
        for b in corners:
            try:
                expected = math.pow(a, b)
            except OverflowError:
                expected = math.copysign(math.inf, a) if b == 3 else math.inf
            except ValueError:  # a pole of 0, or no real power
                expected = math.inf if a == 0 else math.nan
            assert ulp_error(expected, reference(e, [a, b]).value) <= 1, (a, b)


def test_several_outputs_and_unused_variables() -> None:
    found = reference(symad.parse("(x, x*y)", variables=["x", "y", "z"]), [2.0, 3.0, 4.0])
    assert [[partial.value for partial in row] for row in found.partials] == [[1, 0, 0], [3, 2, 0]]
    assert found.values == (2, 6)


def test_a_gradient_is_judged_as_well() -> None:
    e = symad.parse("x**y + Max(x, y)*tanh(x)")
    exact = reference(e, [1.5, 0.75])
    for value, partial in zip(reference(symad.gradient(e), [1.5, 0.75]).values, exact.gradient, strict=True):
        assert close(value, partial)


def test_points_and_budgets_are_checked() -> None:
    e = symad.parse("x*y")
    with pytest.raises(ShapeError, match="2 coordinates"):
        reference(e, [1.0])
    with pytest.raises(BudgetError):
        reference(e, [1.0, 2.0], budget_s=-1.0)
    many = symad.parse("; ".join(["a = x"] + ["a = sin(a + y)"] * 30) + "; a")
    start = time.process_time()
    found = references(many, [[1.0, k / 7] for k in range(10_000)], budget_s=0.5)  # some sixty of them
    assert 0 < len(found) < 10_000
    assert time.process_time() - start < 3


def test_condition_of_value_and_slope() -> None:
    assert condition(symad.parse("x - y"), [1.0, 1.0 + 2**-20]) == pytest.approx(2**20, rel=CONDITION)
    assert condition(symad.parse("x**3"), [2.0]) == pytest.approx(3.0)
    assert condition(symad.parse("x**3*y"), [2.0, 5.0], 0) == pytest.approx(2.0)
    assert condition(symad.parse("x**3*y"), [2.0, 5.0], 1) == pytest.approx(3.0)
    assert condition(symad.parse("sin(x)"), [1e6]) == pytest.approx(abs(1e6 / math.tan(1e6)))
    assert condition(symad.parse("2*x"), [3.0], 0) == 0.0


@pytest.mark.parametrize("ulps", [0, 1, 3, 1000])
@pytest.mark.parametrize("x", [1.5, -0.1, 1e300, 2.5e-308, 5e-324, math.nextafter(2.0, 0.0)])
def test_ulp_error_counts_doubles(x: float, ulps: int) -> None:
    with mpmath.workdps(60):
        assert ulp_error(x - math.copysign(ulps * math.ulp(x), x), mpf(x)) == ulps
        third = mpf(x) + mpf(math.ulp(x)) / 3
        assert ulp_error(x, third) == pytest.approx(1 / 3)
        assert nearest_double(third) == x


def test_errors_beyond_numbers() -> None:
    inf, nan = math.inf, math.nan
    with mpmath.workdps(60):
        huge, tiny, biggest = mpf(10) ** 400, mpf(10) ** -400, mpf(1.7976931348623157e308)
        assert [ulp_error(c, huge) for c in (inf, -inf, 1.0, nan)] == [0, inf, inf, inf]
        assert [ulp_error(c, mpf(nan)) for c in (nan, 0.0, inf)] == [0, inf, inf]
        assert [ulp_error(c, tiny) for c in (0.0, 5e-324)] == [0, 1]
        assert nearest_double(biggest * (1 + mpf(2) ** -60)) == 1.7976931348623157e308
        assert nearest_double(biggest * (1 + mpf(2) ** -53)) == inf
        assert [relative_error(c, mpf(0)) for c in (0.0, 1.0)] == [0, inf]
        assert relative_error(0.0, tiny) == 1
        assert relative_error(1.001, mpf(1)) == float(Fraction(1.001) - 1)


def test_differences_agree_with_the_slope_to_their_order() -> None:
    tape = symad.compile("sin(x)*exp(y)")
    points = np.random.default_rng(1).uniform(-2, 2, (5, 4, 2))
    exact = np.stack(
        [np.cos(points[..., 0]) * np.exp(points[..., 1]), np.sin(points[..., 0]) * np.exp(points[..., 1])], -1
    )
    for kind, bound in (("central", 1e-9), ("forward", 1e-6)):
        found = differences(tape, points, kind=kind)
        assert found.shape == points.shape
        assert 0 < np.abs(found - exact).max() < bound


def test_differences_of_several_outputs_and_of_functions() -> None:
    assert differences(symad.compile("(x*y, x + y)"), [1.0, 2.0]) == pytest.approx(np.array([[2.0, 1.0], [1.0, 1.0]]))
    assert differences(lambda x: x[..., 0] ** 2, [[3.0, 1.0]]) == pytest.approx(np.array([[6.0, 0.0]]))
    assert differences(lambda x: 2.0 * x[..., 0], [3.0], step=0.1) == pytest.approx(np.array([2.0]), rel=FEW_OPERATIONS)
    with pytest.raises(ShapeError):
        differences(lambda x: x, 1.0)
    with pytest.raises(ValueError, match="kind"):
        differences(lambda x: x, [1.0], kind="complex")


@pytest.mark.parametrize(
    ("text", "point", "expected"),
    [
        ("x**3", (2.0,), {(0, 0): 12.0}),
        ("x*y**2", (3.0, 5.0), {(0, 0): 0.0, (0, 1): 10.0, (1, 1): 6.0}),
        ("x**4", (0.0,), {(0, 0): 0.0}),
        ("exp(x) - 1 - x", (1e-9,), {(0, 0): 1.000000001}),
        ("1e30*x*x", (1e-20,), {(0, 0): 2e30}),
        ("x + y", (1.0, 2.0), {(0, 0): 0.0, (0, 1): 0.0, (1, 1): 0.0}),
    ],
)
def test_second_references(text: str, point: tuple[float, ...], expected: dict[tuple[int, int], float]) -> None:
    (found,) = numeric.second_references(symad.parse(text), [point], range(len(point)))
    assert {pair: numeric.nearest_double(one.value) for pair, one in found.partials.items()} == expected
    assert {one.reason for one in found.partials.values()} == {""}


@pytest.mark.parametrize(
    ("text", "point", "reason", "sides"),
    [
        ("x*Abs(x)", (0.0,), "kink", (-2.0, 2.0)),
        ("Abs(x)", (0.0,), "kink", (0.0, 0.0)),
        ("log(x)", (-1.0,), "outside the domain", (math.nan, math.nan)),
        ("sqrt(x)", (0.0,), "boundary", (-math.inf, -math.inf)),
    ],
)
def test_second_references_where_there_is_none(
    text: str, point: tuple[float, ...], reason: str, sides: tuple[float, float]
) -> None:
    (found,) = numeric.second_references(symad.parse(text), [point], [0])
    one = found.partials[0, 0]
    assert one.reason == reason
    assert np.array_equal([float(one.left), float(one.right)], sides, equal_nan=True)


COMPLEX = [
    "x*sin(y)", "x**2.5/y", "hypot(x, y)*norm(x, y, x)",
    "atan2(x, y) + atan2(-x, -y)", "asec(x + 1) + coth(y)", "cbrt(x)*y",
    "sigmoid(x) + softplus(-y) + logaddexp(x, y) + logit(x/9)", "x**-3 + (y - 9)**3", "sec(x)*sinc(y)*csch(x)",
    "log10(x)*exp2(y) + expm1(x) + log1p(y) + log2(x)", "acosh(1 + x)/asinh(y) + atanh(x/9)", "pi*x + E*y + acot(x)",
    "logsumexp(x, y, 2*x)", "tan(x)*tanh(y)*acos(x/9)",
]  # fmt: skip


@pytest.mark.parametrize("text", COMPLEX)
def test_the_complex_step_is_exact_to_rounding(text: str) -> None:
    expression, points = symad.parse(text), np.array([[0.7, 1.3], [1.9, 0.4], [0.2, 3.0]])
    found = numeric.complex_step(numeric.ComplexValues(expression), points, range(2))
    for k, one in enumerate(numeric.references(expression, points)):
        exact = [numeric.nearest_double(partial.value) for partial in one.partials[0]]
        assert found[k, 0] == pytest.approx(exact, rel=MORE_OPERATIONS)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x + Abs(x)", "Abs is not analytic"),
        ("Max(x, y)", "Max is not analytic"),
        ("floor(x)", "floor is not analytic"),
        ("Piecewise((x, x < y), (y, True))", "a condition chooses between branches"),
        ("erf(x)", "erf has no complex values in NumPy"),
        ("gamma(x)", "gamma has no complex values in NumPy"),
    ],
)
def test_what_has_no_complex_step_is_named(text: str, message: str) -> None:
    with pytest.raises(symad.UnsupportedError, match=message):
        numeric.ComplexValues(symad.parse(text))


def test_second_differences_by_hand() -> None:
    points = np.array([[1.0, 2.0]])
    for kind, tolerance in (("central", 1e-6), ("forward", 1e-3)):
        found = numeric.second_differences(lambda x: x[:, 0] ** 2 * x[:, 1] ** 3, points, kind=kind, columns=[0, 1])
        assert found[0] == pytest.approx(np.array([[16.0, 24.0], [24.0, 12.0]]), rel=tolerance)


def test_the_condition_of_a_second_derivative() -> None:
    assert numeric.condition(symad.parse("x**5"), (2.0,), (0, 0)) == pytest.approx(3.0)
    assert numeric.condition(symad.parse("x*y"), (2.0, 3.0), (0, 1)) == 0.0
    assert numeric.condition(symad.parse("(x, x**3)"), (2.0,), 0, output=1) == pytest.approx(2.0)


def test_functions_that_mpmath_does_not_take_at_nan_have_no_value_there() -> None:
    assert mpmath.isnan(reference(symad.parse("fresnelc(x/x)"), [0.0]).value)
