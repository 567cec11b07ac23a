"""Checks as data: which numbers are doubtful, why, by which program; warnings and errors; what the command says."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest

import symad
from symad._core import tapes
from symad.cli import main
from symad.commands.statuses import AGREE, UNDECIDED, USAGE
from symad.tape import checking

BITS = dict(tapes.STATUS_BITS)


def words(text: str, *point: float, of: str = "value_and_gradient") -> list[str]:
    """The names of each number's bits."""
    check = symad.compile(text).check(point, of=of)
    return ["+".join(name for name, bit in BITS.items() if word & bit) for word in check.words.tolist()]


@pytest.mark.parametrize(
    ("text", "point", "wanted"),
    [
        ("sin(x)/x", (1e-8,), ["", "cancelled"]),
        ("1/(1 + exp(-x))", (-400.0,), ["", "underflow"]),
        ("exp(x) - 1 - x", (1e-7,), ["lost_digits", "lost_digits"]),
        ("floor(x/49*49)", (1.0,), ["undecided", ""]),
        ("Piecewise((x, sqrt(x)**2 >= x), (-x, True))", (3.0,), ["undecided", "undecided"]),
        ("exp(x)*1e-100", (800.0,), ["overflow", "overflow"]),
        ("x - y", (math.inf, math.inf), ["indeterminate", "indeterminate", "indeterminate"]),
        ("log(x)", (-1.0,), ["domain", "domain"]),
        ("sign(x)", (0.0,), ["tie", ""]),
        ("Max(x, y)", (1.0, 1.0), ["", "tie", "tie"]),
        ("Piecewise((x, x > y), (y, True))", (1.0, math.nan), ["nan_condition"] * 3),
        ("x + Piecewise((5, x > 0))", (-2.0,), ["domain", "domain"]),
    ],
)
def test_each_word(text: str, point: tuple[float, ...], wanted: list[str]) -> None:
    found = words(text, *point)
    for one, word in zip(found, wanted, strict=True):
        assert set(word.split("+")) <= set(one.split("+")), found


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("sqrt(0) + x", (2.0,)),
        ("asin(1) + x", (2.0,)),
        ("Abs(0) + x", (2.0,)),
        ("x*y - x*y", (3.0, 5.0)),  # exact products
        ("Piecewise((x, x*x > 2), (x, True))", (1.5,)),  # branches that meet
        ("floor(x)*y", (2.5, 3.0)),
        ("(x - 1)*(x - 1)", (1.0,)),  # a zero that is exact
    ],
)
def test_what_is_exact_or_far_from_a_decision_is_clean(text: str, point: tuple[float, ...]) -> None:
    assert not symad.compile(text).check(point)


def test_an_infinity_that_an_operation_made_is_known_to_be_large() -> None:
    """One that was passed on is not: log(exp(800)) is 800."""
    assert not symad.compile("1 - 2/(exp(2*x) + 1)").check([1000.0], of="value")
    assert symad.compile("1 + 1/log(exp(x))").check([800.0], of="value")
    assert symad.compile("Min(exp(x), cosh(x))").check([800.0], of="value")


def test_the_operation_that_did_it() -> None:
    """Not the first that stands nearby."""
    assert str(symad.compile("sin(x) + exp(-x)").check([-800.0])) == "overflow at exp(-x)"
    found = symad.compile("log(x)*y + z/y").check([2.0, 0.0, 1.0])
    assert found.reason(0) == "domain at z/y"
    assert symad.compile("x*y").check([1.0, 2.0]).reason(1) == "clean"


def test_every_program_by_name_and_any_other() -> None:
    tape, x, v = symad.compile("x**2*exp(y)"), np.array([[1.0, 2.0], [0.5, -1.0]]), np.array([1.0, -1.0])
    for of in ("value", "gradient", "value_and_gradient", "jacobian", "hessian"):
        found = tape.check(x, of=of)
        assert not found
        assert found.numbers.shape == found.bound.shape == found.doubtful.shape == found.words.shape
        assert found.status.shape == (2,)
    np.testing.assert_array_equal(tape.check(x, of="hessian").numbers.reshape(2, 2, 2), tape.hessian(x))
    np.testing.assert_array_equal(tape.check(x, v, of="hvp").numbers, tape.hvp(x, v))
    np.testing.assert_array_equal(tape.check(x, v, of="jvp").numbers[:, 0], tape.jvp(x, v))
    third = symad.gradient(symad.parse("x**3"))
    assert symad.compile("x**3").check([2.0], of=third).numbers.tolist() == [12.0]
    with pytest.raises(symad.ExpressionError, match="no check of 'slope': value, gradient"):
        tape.check(x, of="slope")
    with pytest.raises(symad.ShapeError, match="pass v="):
        tape.check(x, of="hvp")


def test_hessians_are_checked_on_their_own() -> None:
    """Value and slope of tanh at 1e-9 are right, its second derivative over x is not."""
    found = symad.compile("tanh(x)/x").check([1e-9], of="hessian")
    assert found.doubtful.tolist() == [True]


def test_tolerances_enter_the_verdict_alone() -> None:
    strict = symad.compile("exp(x)/3").check([1.0], rtol=0.0)
    assert strict.doubtful.all()
    assert set(strict.words.tolist()) == {BITS["lost_digits"]}
    assert not strict.at(rtol=1e-12)
    tiny = symad.compile("exp(x)*1e-14*1000").check([-700.0], of="value")
    assert tiny.doubtful.tolist() == [True]
    assert not tiny.at(atol=2.3e-308)
    assert tiny.at(atol=2.3e-308).bound.tolist() == tiny.bound.tolist()


def test_relative_bounds() -> None:
    found = symad.compile("(x - y, x/y, log(z))").check([[3.0, 3.0, -1.0], [1.0, 3.0, 1.0]])
    assert found.error_bound[0].tolist()[0] == 0.0
    assert found.error_bound[0, 2] == math.inf
    assert 0.0 < found.error_bound[1, 1] < 2.0**-52


def test_slopes_are_doubtful_where_the_function_has_no_value() -> None:
    """d/dy of log(x) + y is 1, and log(-1) is nothing."""
    found = symad.compile("log(x) + y").check([-1.0, 1.0], of="gradient")
    assert found.doubtful.tolist() == [True, True]
    assert found.reason(1) == "domain at log(x)"


def test_a_constant_that_no_double_holds_stays_itself_in_derivatives() -> None:
    """3*(6/29)**2 is rounded twice on the way, and the bound knows; files keep it."""
    gradient = symad.gradient(symad.parse("t/(3*(6/29)**2) + (1/3)*(1/7)*t**2"))
    for one in (gradient, symad.Expression.from_bytes(gradient.to_bytes())):
        found = symad.compile(one).check([2.0])
        exact = 1 / (3 * (6 / 29) ** 2) + 4 / 21
        assert found.bound[0] >= 2.0**-54 * exact
    product = symad.gradient(symad.parse("x**(1/3)*(1/7)"))
    assert symad.parse(str(product), variables=["x"]) == product


def test_nan_stays_nan() -> None:
    """A constant nan has no adjoint, its derivatives are nan all the same, of every order."""
    open_ended = symad.compile("x*y + Piecewise((5, x > 0))")
    assert np.isnan(open_ended.gradient([-2.0, 1.0])).all()
    assert np.isnan(open_ended.hessian([-2.0, 1.0])).all()
    assert open_ended.gradient([2.0, 3.0]).tolist() == [3.0, 2.0]
    assert np.isnan(open_ended.sweep([-2.0, 1.0]).gradient).all()
    order = symad.parse("besselj(p, 6)")
    for _ in range(3):
        order = symad.gradient(order)
    assert np.isnan(symad.compile(order).value([1.5]))


def test_warn_and_raise() -> None:
    tape = symad.compile("(1 - cos(x))/x**2")
    with pytest.warns(symad.DoubtfulWarning, match="cancelled at 1 - cos"):
        tape.gradient([1e-8], check="warn")
    for call in (tape.value, tape.gradient, tape.value_and_gradient, tape.jacobian, tape.hessian):
        with pytest.raises(symad.DoubtfulError, match=r"doubtful|cancelled"):
            call([[1.0], [1e-8]], check="raise")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert tape.gradient([1.0], check="raise") == tape.gradient([1.0])
    with pytest.raises(symad.ExpressionError, match='"warn", "raise"'):
        tape.value([1.0], check="ask")
    with pytest.raises(symad.DoubtfulError):
        symad.compile("log(x)*y").hvp([-1.0, 1.0], [1.0, 0.0], check="raise")


def test_eval_says_what_is_doubtful(capsys: pytest.CaptureFixture[str]) -> None:
    given = ["eval", "(1 - cos(x))/x**2", "--at", "x=1e-8", "--grad"]
    assert main(given) == UNDECIDED
    said = capsys.readouterr()
    assert "df/dx = 99999999.99999999 is doubtful: cancelled at 1 - cos(x)" in said.err
    assert main([*given, "--no-check"]) == AGREE
    assert capsys.readouterr().err == ""
    assert main([*given, "--refine"]) == AGREE
    said = capsys.readouterr()
    assert said.out.split() == ["f", "0.5", "df/dx", "-8.333333333333334e-10"]
    assert "two precisions agree" in said.err
    assert main(["eval", "exp(x) - 1", "--at", "x=1e-5", "--rtol", "1e-13"]) == UNDECIDED
    with pytest.raises(SystemExit) as leaving:
        main(["eval", "x", "--at", "x=1", "--rtol", "2"])
    assert leaving.value.code == USAGE


def test_compare_says_how_much_is_doubtful(capsys: pytest.CaptureFixture[str]) -> None:
    given = ["compare", "sin(x)/x", "--at", "x=1e-8", "--methods", "reverse", "--format", "csv"]
    main(given)
    assert (
        "1 of 2 numbers are doubtful: at x = 1e-08, cancelled at the derivative of sin(x)/x" in capsys.readouterr().err
    )
    main([*given, "--no-check"])
    assert capsys.readouterr().err == ""


def test_names_of_programs_are_those_of_the_tape() -> None:
    assert {name for name in checking.PROGRAMS if not name.startswith("weighted")} <= set(dir(symad.Tape))
