"""Comparisons: what each row says of costs and of digits, on formulas whose answers are known."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import sympy
from c_compilers import compiler

import symad
from symad.comparison import run
from symad.comparison.result import Comparison
from symad.inputs import points
from symad.symbolic import Budget, SymbolicWorker
from symad.system import timing

SYMBOLIC = ["symbolic", "symbolic + CSE", "symbolic, forward Jacobian"]
TAPE = ["forward", "reverse program", "reverse sweep"]
BY_VALUES = ["central differences", "one-sided differences", "complex step"]
NAMES = [*SYMBOLIC, *TAPE, *BY_VALUES]
OF_THE_BUDGET_S = 0.1  # what was spent of a second before the reference begins
HANGING_S = 15.0  # on a busy machine; without an end it takes minutes
Compare = Callable[..., Comparison]


@pytest.fixture(scope="module")
def compare() -> Iterator[Compare]:
    """`symad.compare` with one child process for all tests."""
    with SymbolicWorker() as worker:
        yield lambda formula, **options: symad.compare(formula, worker=worker, **options)


@pytest.fixture(scope="module")
def lecture(compare: Compare) -> Comparison:
    return compare("(x**2 + sin(x**2))*x**2", at={"x": 2.0})


def words(comparison: Comparison) -> dict[str, str]:
    return {method.name: method.verdict for method in comparison.methods}


def test_all_methods_of_a_plain_formula_agree(lecture: Comparison) -> None:
    assert lecture.agree is True
    assert [method.name for method in lecture.methods] == NAMES
    assert set(words(lecture).values()) == {"agrees"}
    assert lecture.verdict.startswith("all 9 methods agree; worst ")


def test_exact_methods_keep_their_digits(lecture: Comparison) -> None:
    for name in (*SYMBOLIC, *TAPE, "complex step"):
        found = lecture.method(name).max_ulp
        assert found is not None
        assert found <= 4
    differences = lecture.method("central differences")
    assert differences.max_ulp is not None
    assert differences.max_ulp > 1000
    assert lecture.worst is not None
    assert lecture.worst.name != "central differences"


def test_rows_count_what_they_evaluate(lecture: Comparison) -> None:
    function = symad.parse("(x**2 + sin(x**2))*x**2")
    assert lecture.function.counts == function.counts
    assert lecture.method("reverse program").counts == symad.gradient(function).counts
    assert lecture.method("reverse sweep").counts == function.counts
    central = lecture.method("central").counts
    assert central is not None
    assert (central.n_distinct, central.n_written_out) == (2 * 4, 2 * 6)  # two evaluations of the function
    symbolic = lecture.method("symbolic")
    assert symbolic.counts is not None
    assert symbolic.swell == symbolic.counts.n_written_out / 6
    assert symbolic.shared_swell == symbolic.counts.n_distinct / 4


def test_times_are_positive_and_ratios_are_theirs(lecture: Comparison) -> None:
    base = lecture.function.time_ns
    assert base is not None
    assert lecture.function.ratio == 1.0
    for method in lecture.methods:
        assert method.time_ns is not None
        assert method.spread_ns is not None
        assert method.n_repeats is not None
        assert method.n_repeats >= timing.MIN_REPEATS
        assert method.time_ns > 0
        assert method.spread_ns >= 0
        if method.key == "sweep":
            assert method.ratio is not None
            assert 1 < method.ratio < method.time_ns / base  # over its own forward half, not over the program
        elif method.engine == "C":
            assert method.ratio == pytest.approx(method.time_ns / base)
        else:
            assert method.name == "complex step"
            assert method.ratio is None  # not the common engine: no ratio


def test_single_calls_are_timed_beside_batches(lecture: Comparison) -> None:
    base = lecture.function.single
    assert base is not None
    assert base.ratio == 1.0
    for method in lecture.methods:
        assert method.single is not None
        assert method.native is None  # nobody asked
        assert method.time_ns is not None
        assert method.single.time_ns > method.time_ns  # a call is dearer than a point of a batch
        assert method.single.n_repeats >= timing.FEWEST_REPEATS
        if method.engine == "C" and method.key != "sweep":
            assert method.single.ratio == pytest.approx(method.single.time_ns / base.time_ns)


def test_native_times_where_there_is_a_compiler(
    compare: Compare, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    compiler("gcc")
    monkeypatch.setenv("HOME", str(tmp_path))  # a cache of its own
    found = compare("x*sin(y)", methods="reverse,sweep,central,complex", native=True, compiler="gcc")
    timed = {row.key: row.native is not None for row in (found.function, *found.methods)}
    assert timed == {"function": True, "reverse": True, "sweep": False, "central": True, "complex": False}
    reverse, own = found.method("reverse").native, found.function.native
    assert reverse is not None
    assert own is not None
    assert reverse.ratio == pytest.approx(reverse.time_ns / own.time_ns)
    assert "native ratio" in found.details()
    assert found.settings["native_compiler"] == "gcc"


def test_native_times_without_a_compiler(compare: Compare) -> None:
    found = compare("x*y", methods="reverse", native=True, compiler="no-such-compiler")
    assert found.method("reverse").native is None
    assert found.method("reverse").single is not None
    assert any("no C compiler 'no-such-compiler'" in warning for warning in found.warnings)


def test_sympy_takes_longer_to_build_than_the_tape(lecture: Comparison) -> None:
    symbolic, reverse = (lecture.method(name).build_time_ns for name in ("symbolic", "reverse program"))
    assert symbolic is not None
    assert reverse is not None
    assert symbolic > reverse
    assert lecture.method("reverse sweep").build_time_ns is None


def test_out_of_the_domain_sympy_answers_and_the_tape_does_not(compare: Compare) -> None:
    found = compare("log(x)", at={"x": -1.0})
    assert words(found) == dict.fromkeys(NAMES, "outside the domain") | dict.fromkeys(SYMBOLIC, "differs")
    assert found.agree is False
    assert found.method("reverse sweep").status == ("domain",)
    assert found.method("symbolic").status is None
    assert "answers -1.0 where the formula has no value" in found.method("symbolic").reason


def test_nothing_is_decided_where_nobody_answers(compare: Compare) -> None:
    found = compare("sqrt(x)*x", at={"x": -1.0})
    assert set(words(found).values()) == {"outside the domain"}
    assert found.agree is None


def test_a_tie_is_a_matter_of_convention(compare: Compare) -> None:
    found = compare("Max(x, y, z)", at={"x": 1.0, "y": 1.0, "z": 1.0})
    expected = dict.fromkeys(NAMES, "differs by convention") | {"complex step": "does not apply"}
    assert words(found) == expected
    assert found.agree is True
    assert "one-sided slopes are 0.0 and 1.0" in found.method("symbolic").reason
    assert found.method("forward").status == ("tie",)


def test_digits_that_the_formula_loses_are_blamed_on_no_method(compare: Compare) -> None:
    found = compare("exp(x) - 1 - x", at={"x": 1e-9})
    assert set(words(found).values()) == {"loses digits"}
    assert found.function.verdict == "loses digits"
    assert found.agree is None


def test_exit_is_undecided_only_where_an_exact_method_loses_digits(compare: Compare) -> None:
    found = compare("x**2", at={"x": 1e-9})
    assert words(found)["one-sided differences"] == "loses digits"
    assert found.agree is True


def test_a_method_that_gives_up_says_why_and_the_others_go_on(compare: Compare) -> None:
    found = compare("sign(x)*x", at={"x": 2.0})
    gave_up = [name for name, word in words(found).items() if word == "gave up"]
    if gave_up:  # SymPy writes a Dirac delta here, which has no row
        assert "DiracDelta" in found.method(gave_up[0]).reason
    assert all(words(found)[name] == "agrees" for name in (*TAPE, *BY_VALUES[:2]))
    assert found.agree is True


def test_a_budget_ends_sympy() -> None:
    text = "x0 = x; " + "; ".join(f"x{k + 1} = 3.7*x{k}*(1 - x{k})" for k in range(40)) + "; x40"
    found = symad.compare(text, at={"x": 0.3}, budget=Budget(seconds=1.0))
    assert words(found)["symbolic"] == words(found)["symbolic + CSE"] == "gave up"
    assert "SymPy ran out of its 0." in found.method("symbolic").reason  # a share of the second
    assert found.method("symbolic").counts is None
    assert found.function.counts is not None
    assert found.function.counts.n_written_out > 10**12
    assert all(words(found)[name] in ("agrees", "loses digits") for name in TAPE)
    json.loads(found.to_json())


def test_true_slopes_beyond_the_doubles_are_met_by_infinities(compare: Compare) -> None:
    found = compare("exp(exp(x))", at={"x": 7.0})
    assert set(words(found).values()) <= {"agrees", "differs"}
    assert all(words(found)[name] == "agrees" for name in (*SYMBOLIC, *TAPE))
    assert found.method("central").diagnosis is not None
    assert found.method("central").diagnosis.cause == "overflow"  # nan, the difference of two infinities
    assert found.method("reverse sweep").status == ("overflow",)


def test_points_come_in_three_ways_and_by_default(compare: Compare) -> None:
    drawn = compare("x*y", domain={"x": (0, 1), "y": (2, 3)}, n_points=7, seed=3)
    assert drawn.points.array.shape == (7, 2)
    again = points.choose(("x", "y"), domain={"y": (2, 3), "x": (0, 1)}, n_points=7, seed=3)
    assert np.array_equal(drawn.points.array, again.array)
    assert drawn.at is None
    default = points.choose(("x", "y"))
    assert default.array.shape == (points.DEFAULT_N_POINTS, 2)
    assert (default.array >= 0.5).all()
    assert (default.array <= 2.0).all()
    given = points.choose(("x", "y"), points=[[1, 2], [3, 4]])
    assert given.array.tolist() == [[1.0, 2.0], [3.0, 4.0]]


def test_sympy_expressions_are_compared_too(compare: Compare) -> None:
    x, y = sympy.symbols("x y")
    found = compare(x * sympy.exp(-y), at={"x": 1.5, "y": 0.5})
    assert found.agree is True
    assert found.variables == ("x", "y")


@pytest.mark.parametrize(
    ("options", "kind", "message"),
    [
        ({"at": {"x": 1}}, symad.ExpressionError, "at: nothing is given for the variable y"),
        ({"at": {"x": 1, "y": 2, "z": 3}}, symad.ExpressionError, "at: z is no variable of the formula (x, y)"),
        ({"at": {"x": 1, "y": [1, 2]}}, symad.ShapeError, "at: y has shape (2,); for several points pass points="),
        ({"at": {"x": 1, "y": "2"}}, symad.ShapeError, "at: y is a real number, not str"),
        ({"at": {"x": 1, "y": 10**400}}, symad.ShapeError, "at: y is too large for a double"),
        ({"points": [1.0, 2.0]}, symad.ShapeError, "points have shape (n_points, 2) for (x, y), not (2,)"),
        ({"points": [[1j, 2.0]]}, symad.ShapeError, "points must be real numbers, not complex128"),
        ({"points": np.empty((0, 2))}, symad.ShapeError, "points are empty"),
        ({"domain": {"x": (0, 1)}}, symad.ExpressionError, "domain: nothing is given for the variable y"),
        ({"domain": {"x": (0, 1), "y": 3}}, symad.ShapeError, "domain: y is a pair (low, high), not 3"),
        ({"domain": {"x": (0, 1), "y": (1, 0)}}, symad.ShapeError, "domain: y needs finite low <= high"),
        ({"n_points": 0}, symad.ShapeError, "n_points is a positive integer, not 0"),
        ({"n_points": 2.5}, symad.ShapeError, "n_points is a positive integer, not 2.5"),
        ({"at": {"x": 1, "y": 1}, "points": [[1, 1]]}, symad.ExpressionError, "give only one of at, points and domain"),
    ],
)
def test_wrong_points_are_named(options: dict[str, object], kind: type[Exception], message: str) -> None:
    with pytest.raises(kind) as raised:
        symad.compare("x*y", **options)
    assert message in str(raised.value)


@pytest.mark.parametrize("formula", ["2 + 3", "(x, y)"])
def test_formulas_without_a_gradient_are_refused(formula: str) -> None:
    with pytest.raises(symad.ExpressionError, match="compare needs"):
        symad.compare(formula)


def test_draws_reach_across_the_whole_range_of_doubles() -> None:
    wide = points.choose(("x",), domain={"x": (-1.7e308, 1.7e308)}, n_points=50)
    assert np.isfinite(wide.array).all()
    assert points.choose(("x",), domain={"x": (3, 3)}, n_points=2).array.tolist() == [[3.0], [3.0]]


def test_a_zero_slope_is_judged_against_f_over_x() -> None:
    with SymbolicWorker() as worker:
        found = symad.compare("x**2 - 2*x + 3", at={"x": 1.0}, worker=worker)
    assert words(found) == dict.fromkeys(NAMES, "agrees")
    differences = found.method("central differences")
    assert differences.max_relative is not None
    assert differences.max_relative < 1e-9


def test_timing_finds_loops_and_spread() -> None:
    for _ in range(5):  # the calls from which loops are chosen may all have fallen into a slow spell
        calls: list[int] = []
        (found,) = timing.measure([timing.Job(lambda done=calls: done.append(sum(range(1000))), 10)])  # type: ignore[misc]
        assert len(calls) >= found.n_repeats * found.n_loops
        assert found.n_repeats >= timing.MIN_REPEATS
        if long_enough := found.time_ns * 10 * found.n_loops >= timing.REPEAT_NS / 10:
            break
    assert long_enough
    assert timing.Timing(10.0, 3.0, 7, 1).noisy
    assert timing.Timing(10.0, 1.0, 7, 1, -3.0).noisy
    assert not timing.Timing(10.0, 1.0, 7, 1, 1.0).noisy


# ---- one clock, points and errors ------------------------------------------------------------------


def test_a_reference_that_hangs_ends_with_half_the_budget() -> None:
    start = time.monotonic()
    found = symad.compare(
        "besselj(x, y)", at={"x": 30000.5, "y": 30000.0}, budget=1.0, methods="reverse,sweep,central", timings=False
    )
    assert time.monotonic() - start < HANGING_S
    assert found.settings["reference_budget_s"] == pytest.approx(0.5, abs=OF_THE_BUDGET_S)
    assert {row.verdict for row in found.methods} == {"not judged"}
    assert found.agree is None


def test_a_slow_start_of_sympy_is_a_note_and_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "SLOW_START_S", 0.0)
    found = symad.compare("x*y", at={"x": 1.0, "y": 2.0}, budget=2.0, timings=False)  # a child of its own
    assert words(found)["symbolic"] == "agrees"
    assert any("to load; that counts against no method" in warning for warning in found.warnings)


def test_domains_in_equal_ratios() -> None:
    drawn = points.choose(("x", "y"), domain={"x": (1e-6, 1, "log"), "y": (2, 3)}, n_points=500, seed=1)
    x, y = drawn.array.T
    assert ((x >= 1e-6) & (x <= 1)).all()
    assert ((y >= 2) & (y <= 3)).all()
    assert 0.4 < np.mean(x < 1e-3) < 0.6  # half of the ratios
    assert points.choose(("x",), domain={"x": (3, 3, "log")}, n_points=2).array.tolist() == [[3.0], [3.0]]


@pytest.mark.parametrize(
    ("ends", "message"),
    [
        ((0, 1, "log"), "domain: x in equal ratios needs 0 < low, not 0.0"),
        ((-1, 1, "log"), "needs 0 < low"),
        ((1, 2, "lin"), 'domain: x is (low, high) or (low, high, "log")'),
        ((2, 1, "log"), "needs finite low <= high"),
    ],
)
def test_wrong_ratios_are_named(ends: tuple[object, ...], message: str) -> None:
    with pytest.raises(symad.ShapeError) as raised:
        points.choose(("x",), domain={"x": ends})  # type: ignore[dict-item]  # wrong on purpose
    assert message in str(raised.value)


def test_errors_of_every_answer_on_request(compare: Compare) -> None:
    found = compare("x**2*y", points=[[1.0, 2.0], [3.0, 0.0]], timings=False, errors=True)
    assert found.right == ((4.0, 1.0), (0.0, 9.0))
    for row in found.methods:
        assert row.errors is not None
        assert [len(point) for point in row.errors] == [2, 2]
        assert max(one.relative for point in row.errors for one in point) == row.max_relative
    data = json.loads(found.to_json())["results"][0]
    assert data["judged"][1]["at"] == {"x": 3.0, "y": 0.0}
    assert data["methods"][0]["errors"][1][1] == {"answer": 9.0, "relative_error": 0.0, "verdict": "agrees"}
    assert "errors" not in json.loads(compare("x", at={"x": 1.0}, timings=False).to_json())["results"][0]["methods"][0]
