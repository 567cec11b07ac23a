"""Doubtful numbers with more digits. Oracles: closed forms, limits known by hand, cases from the field."""

from __future__ import annotations

import math
import time
from fractions import Fraction

import field_check
import mpmath
import numpy as np
import pytest
from tolerances import LAST_PLACES

import symad
from symad.derive import automatic
from symad.formula.expression import Number
from symad.formula.ops import ROWS
from symad.numeric import reference
from symad.numeric.deciding import Decider
from symad.numeric.evaluation import Evaluator, Rules, domain
from symad.numeric.refining import Refined, refine

STRUCTURAL = {"INPUT", "NUMBER", "PARAMETER"}  # rows that the evaluator reads from the graph
RIGHT_REFINED = 160  # of 176 cases from the field; 170 when measured


def look(text: str, *x: float, size: float = 1e-16, **options: object) -> Refined:
    """All outputs of value and gradient, whether doubtful or not, operations being off by `size`."""
    formula = symad.parse(text)
    program = automatic.value_and_gradient(formula)
    graph = program.graph
    bounds = np.array([size if graph.operands(node) else 0.0 for node in range(program.n_nodes)])
    outputs = range(program.n_outputs)
    return refine(program, np.array(x), bounds, outputs, function=formula, kind="value_and_gradient", **options)  # type: ignore[arg-type]


# formula, point, value, gradient: exact numbers rounded by hand or from series
AGREED = [
    ("(1 - cos(x))/x**2", [1e-8], [0.5, -1e-8 / 12]),
    ("(1 - cos(x))/x**2", [1e-200], [0.5, -1e-200 / 12]),
    ("(1 - cos(x))/x**2", [1e-300], [0.5, -1e-300 / 12]),
    ("1 + (1 - cos(x))/x**2", [1e-200], [1.5, -1e-200 / 12]),
    ("sin(x)/x", [1e-8], [1.0, -1e-8 / 3]),
    ("1/(1 + exp(-x))", [-400.0], [1.9151695967140057e-174, 1.9151695967140057e-174]),
    ("x/x", [3.0], [1.0, 0.0]),
    ("sin(x)**2 + cos(x)**2", [0.7], [1.0, 0.0]),
    ("exp(x)*1e-100", [800.0], [2.726374572112567e247, 2.726374572112567e247]),
    ("1/(exp(x) - 1)", [800.0], [0.0, 0.0]),
    ("logit(sigmoid(x))", [-1736.0], [-1736.0, 1.0]),
    ("floor((x + 1e-17)*10)", [0.3], [2.0, 0.0]),  # the double 0.3 is below 3/10
    ("floor(x*3)", [1 / 3], [0.0, 0.0]),
    ("logsumexp(x, y)", [1e50, 1e50], [1e50, 0.5, 0.5]),
    ("logsumexp(x, x)", [1e50], [1e50, 1.0]),
    ("(x + 1e-200) - x", [1.0], [1e-200, 0.0]),
    ("sign((x + 1e-200) - x)", [1.0], [1.0, 0.0]),
    ("Piecewise((1, x + 1e-200 > x), (2, True))", [1.0], [1.0, 0.0]),
    ("expm1(x)/x + 1", [1e-300], [2.0, 0.5]),
    ("cosh(x)*cos(x) - 1", [1e-50], [-1e-200 / 6, -4e-150 / 6]),
    ("1 - tanh(x)", [200.0], [2 * math.exp(-400), -4 * math.exp(-400)]),
    ("1 - erf(x)", [15.0], [7.212994172451207e-100, -2 / math.sqrt(math.pi) * math.exp(-225)]),
    ("x - logaddexp(x, 0)", [300.0], [-math.exp(-300), math.exp(-300)]),
    ("gamma(x + 1)/gamma(x)", [171.5], [171.5, 1.0]),
    ("loggamma(x + 1) - loggamma(x)", [1e15], [34.538776394910684, 1e-15]),
    ("log(cosh(x))", [800.0], [800 - math.log(2), 1.0]),
    ("lowergamma(3, x)", [800.0], [2.0, 0.0]),
    ("x*(1/49)*49 - x", [1.0], [0.0, 0.0]),
    ("10**400*x/10**399", [1.0], [10.0, 10.0]),
]


@pytest.mark.parametrize(("text", "point", "expected"), AGREED, ids=[f"{case[0]} at {case[1]}" for case in AGREED])
@pytest.mark.parametrize("size", [1e-16, math.inf])
def test_what_rounding_hides_comes_to_light(text: str, point: list[float], expected: list[float], size: float) -> None:
    found = look(text, *point, size=size, seconds=20.0)
    for number, bound, certificate, exact in zip(
        found.numbers, found.bounds, found.certificates, expected, strict=True
    ):
        if certificate:
            assert abs(number - exact) <= 4 * bound + 4e-16 * abs(exact), (number, exact)
    if size < math.inf:
        assert found.certificates == ("agreed",) * len(expected), found


# formula, point, value and gradient where the formula has none, or has no slope
LIMITS = [
    ("expm1(x)/x", [0.0], [1.0, 0.5]),
    ("sin(x)/x", [0.0], [1.0, 0.0]),
    ("(1 - cos(x))/x**2", [0.0], [0.5, 0.0]),
    ("0.28*(v + 23)/(exp((v + 23)/5) - 1)", [-23.0], [1.4, -0.14]),
    ("sqrt(x**4)", [0.0], [0.0, 0.0]),
]


@pytest.mark.parametrize(("text", "point", "expected"), LIMITS, ids=[case[0] for case in LIMITS])
def test_removable_points_have_limits(text: str, point: list[float], expected: list[float]) -> None:
    check = symad.compile(text).check(point, refine=True)
    np.testing.assert_allclose(check.numbers, expected, rtol=LAST_PLACES)
    assert "limit" in check.certificates
    assert not check.doubtful.any()


OPEN = [
    ("1/(sin(x)**2 + cos(x)**2 - 1)", [0.7]),
    ("atan(1/(sin(x)**2 + cos(x)**2 - 1))", [0.7]),
    ("tan(pi*x)", [0.5]),
    ("x*y/(x**2 + y**2)", [0.0, 0.0]),  # another value along every line
    ("x*log(x)", [0.0]),  # no number at all to the left
    ("Abs(x)/x", [0.0]),
    ("exp(x)", [800.0]),  # beyond the doubles
    ("x", [math.inf]),
]


@pytest.mark.parametrize(("text", "point"), OPEN, ids=[case[0] for case in OPEN])
def test_what_has_no_number_stays_doubtful(text: str, point: list[float]) -> None:
    found = look(text, *point, size=math.inf, seconds=5.0)
    assert all(reason in {"not finite", "tie", "digits", "seconds"} for reason in found.reasons)
    assert found.reasons[0] == "not finite"
    assert not any(found.certificates)


# formula, point, what holds at the jump
TIES = [
    ("floor(x/49*49)", [1.0], 1.0),
    ("floor(log(x)/log(10))", [1000.0], 3.0),
    ("Piecewise((x, sqrt(x)**2 >= x), (-x, True))", [3.0], 3.0),
    ("Mod(x/49*49, 1)", [1.0], 0.0),
    ("round(x/49*49 + 1/2)", [1.0], 2.0),  # to even
    ("Heaviside(sin(x)**2 + cos(x)**2 - 1)", [0.7], 0.5),
    ("sign(sqrt(x)*sqrt(x) - x)", [3.0], 0.0),
]


@pytest.mark.parametrize(("text", "point", "value"), TIES, ids=[case[0] for case in TIES])
def test_a_tie_stays_a_tie(text: str, point: list[float], value: float) -> None:
    found = look(text, *point)
    assert (found.numbers[0], found.reasons[0]) == (value, "tie")


@pytest.mark.parametrize(
    ("text", "x", "expected"),
    [
        ("Max(x/49*49, 1/2)", 1.0, 1.0),  # the other operand is far off
        ("Piecewise((x, sqrt(x)**2 >= x), (x, True))", 3.0, 3.0),  # both branches agree
        ("sinc(sqrt(x)*sqrt(x) - x)", 3.0, 1.0),  # no jump at 0
        ("Abs(sqrt(x)*sqrt(x) - x - 1)", 3.0, 1.0),
    ],
)
def test_what_only_looks_like_a_tie_is_none(text: str, x: float, expected: float) -> None:
    found = look(text, x)
    assert (found.numbers[0], found.reasons[0]) == (expected, "")


def test_check_replaces_what_was_computed() -> None:
    tape = symad.compile("(1 - cos(x))/x**2")
    points = np.array([[1e-8], [0.5], [0.0]])
    before, after = tape.check(points), tape.check(points, refine=True)
    assert before.doubtful.tolist() == [[True, True], [False, False], [True, True]]
    assert after.certificates.tolist() == [["agreed", "agreed"], ["", ""], ["limit", "limit"]]
    assert not after
    np.testing.assert_allclose(after.numbers[0], [0.5, -1e-8 / 12], rtol=LAST_PLACES)
    np.testing.assert_array_equal(after.numbers[1], before.numbers[1])
    assert (after.error_bound[0] <= 2.0**-52).all()
    assert str(after) == "clean"
    tie = symad.compile("floor(x/49*49)").check([1.0], refine=True)
    assert (tie.numbers[0], tie.certificates[0], tie.doubtful[0]) == (1.0, "agreed", True)
    assert str(tie) == "tie at floor(x/49*49)"
    exact = symad.compile("floor(x)").check([1.0], refine=True)
    assert (exact.certificates[0], exact.doubtful[0]) == ("", True)


@pytest.mark.parametrize("of", ["hessian", "gradient", "jacobian", "value", "hvp"])
def test_every_program_can_be_refined(of: str) -> None:
    direction = [1.0] if of == "hvp" else None
    check = symad.compile("sin(x)/x").check([1e-8], direction, of=of, refine=True)
    assert check.numbers == pytest.approx({"value": 1.0, "gradient": -1e-8 / 3, "jacobian": -1e-8 / 3}.get(of, -1 / 3))
    assert not check


def test_a_second_difference_that_vanishes_is_no_zero() -> None:
    """Along the order there is no rule, and differences in 200 digits see nothing of 1.05e-9."""
    check = symad.compile("lowergamma(a, z)/gamma(a)").check([1000.0, 1000.0], of="hessian", refine=True)
    assert check.doubtful[0]


def test_cases_from_the_field_are_right_or_flagged() -> None:
    """Nothing certified is wrong; how many are right is held near what was measured, time limits differ."""
    verdicts = [field_check.judge(case, refine=True, hessian=False) for case in field_check.cases()]
    assert not [words for verdict, words in verdicts if verdict in ("SILENT", "refused")]
    assert sum(verdict == "right" for verdict, _ in verdicts) >= RIGHT_REFINED


def test_seconds_are_kept() -> None:
    start = time.monotonic()
    found = look("besselj(x, y)*(sin(y)**2 + cos(y)**2 - 1)", 3.5, 2000.0, size=math.inf, seconds=0.05)
    assert time.monotonic() - start < 2.0
    assert set(found.reasons) <= {"", "seconds"}


def test_a_program_of_constants_known_as_doubles_is_not_certified() -> None:
    program = symad.parse("0.1*x - 0.1*x")
    bounds = np.full(program.n_nodes, 1e-17)
    assert refine(program, np.array([3.0]), bounds, [0]).reasons == ("rounded constant",)


@pytest.mark.parametrize("row", [row for row in ROWS.values() if row.name not in STRUCTURAL], ids=lambda row: row.name)
def test_every_row_has_a_rule_in_any_precision(row: symad.formula.ops.Row) -> None:
    assert callable(Rules(mpmath.MPContext()).of(row))


@pytest.mark.parametrize(
    "row", [row for row in ROWS.values() if row.domain not in ("", "real")], ids=lambda row: row.name
)
def test_every_domain_can_be_evaluated(row: symad.formula.ops.Row) -> None:
    evaluator = Evaluator(domain(row))
    inside = evaluator.outputs(evaluator.values([evaluator.context.mpf(0.75)] * evaluator.n_inputs))[0]
    assert inside in (0, 1)


def test_numbers_are_exact_in_every_precision() -> None:
    context = mpmath.MPContext()
    third = Rules(context).literal(Number(1 / 3, Fraction(1, 3)))  # type: ignore[arg-type]
    for digits in (20, 80):
        context.dps = digits
        assert third() == context.mpf(1) / 3
    assert reference(symad.parse("logsumexp(x, x) - x"), [1e50]).value == pytest.approx(math.log(2))


def test_a_sum_that_swallows_is_blurred() -> None:
    """1 + 1e-200 is not 1, whatever the precision."""
    expression = symad.parse("x + 1e-200")
    decider = Decider(expression)
    decider.context.dps = 50
    sizes = [-math.inf if not expression.graph.operands(node) else 0.0 for node in range(expression.n_nodes)]
    run = decider.decided([decider.context.one], decider.cone((0,)), sizes, 120.0)
    assert decider.outputs(run.values)[0] != 1
