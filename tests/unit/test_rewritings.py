"""Rewritings: each rule is an identity and is found in a formula; what is offered keeps digits, nothing else is."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

import symad
from symad import numeric
from symad.answers.facts import LEAST_GAIN, Rewriting
from symad.answers.polynomials import Polynomials
from symad.answers.rewritings import RULES, Rewriter
from symad.answers.terms import Terms
from symad.answers.trying import Trial
from symad.comparison import judging
from symad.comparison.target import VALUE, target
from symad.inputs.points import choose

SAME = 40  # digits to which both sides of a rule are one number
LETTERS = {"a": "0.7*y", "b": "0.3*y", "u": "0.4*x*y", "v": "0.3*x"}
POINTS = ((0.75, 1.25), (1.5, 0.5), (1.125, 2.0))
SMALL_ARGUMENTS = "sqrt(u**2 - 1)"  # is a number only beyond 1

# The table of the page, and siblings: formula, domain, what is offered, digits before and after at the least.
TRIED = [
    ("(1 - cos(x))/x**2", (1e-6, 1, "log"), "sinc(x/2)**2/2", 1, 15),
    ("(1 - cos(3*x))/x**2", (1e-6, 1, "log"), "9*sinc(3*x/2)**2/2", 1, 15),
    ("sqrt(x + 1) - sqrt(x)", (1e6, 1e15, "log"), "1/(sqrt(x + 1) + sqrt(x))", 1, 15),
    ("1/(x + 1) - 1/x", (1e3, 1e10, "log"), "-1/((x + 1)*x)", 8, 15),
    ("log(x + sqrt(x**2 + 1))", (-1e6, -1), "asinh(x)", 5, 15),
    ("atan(x + 1) - atan(x)", (1e3, 1e10, "log"), "atan(1/(1 + (x + 1)*x))", 8, 15),
    ("exp(x) - 2 + exp(-x)", (1e-9, 1e-3, "log"), "4*sinh(x/2)**2", 8, 15),
    ("exp(-3*x) + exp(3*x) - 2", (1e-9, 1e-3, "log"), None, 8, 15),
    ("log(x + 1) - log(x)", (1e3, 1e12, "log"), "log1p(1/x)", 6, 15),
    ("x - sqrt(x**2 + 1)", (1e3, 1e8, "log"), None, 2, 15),
    ("x/(x + 1) - (x - 1)/x", (1e3, 1e10, "log"), None, 8, 15),
]


def trial(text: str, domain: object, of: str = "gradient") -> tuple[Rewriting, ...]:
    expression = symad.parse(text)
    asked = target(expression, of)
    points = choose(expression.variables, domain={"x": domain}, n_points=40).array  # type: ignore[dict-item]
    known = judging.known(asked, points, digits=50, budget_s=20.0)
    return Trial(asked, points, known.values, known.asked).rewritings()


def value(formula: symad.Expression, x: float, y: float) -> mpmath.mpf:
    return numeric.reference(formula, (x, y)).values[0]


def placed(text: str) -> symad.Expression:
    """A rule over formulas of x and y for its letters."""
    bound = "; ".join(f"{name} = {formula}" for name, formula in LETTERS.items() if name in _letters(text))
    return symad.parse(f"x, y: {bound}; {text}" if bound else f"x, y: {text}")


def _letters(text: str) -> set[str]:
    return set(symad.parse(f"a, b, u, v: {text}").variables) & {
        name for name in LETTERS if any(word == name for word in _words(text))
    }


def _words(text: str) -> list[str]:
    return "".join(c if c.isalnum() or c == "_" else " " for c in text).split()


@pytest.mark.parametrize(("written", "instead"), RULES, ids=[rule[0] for rule in RULES])
def test_a_rule_is_an_identity(written: str, instead: str) -> None:
    one, other = placed(written), placed(instead)
    points = [(4.0, 2.5)] if SMALL_ARGUMENTS in written else POINTS
    for x, y in points:
        pair = [value(formula, x, y) for formula in (one, other)]
        assert mpmath.almosteq(*pair, rel_eps=mpmath.mpf(10) ** -SAME)


@pytest.mark.parametrize(("written", "instead"), RULES, ids=[rule[0] for rule in RULES])
def test_a_rule_is_found_in_a_formula(written: str, instead: str) -> None:
    formula = placed(written)
    found = [one.expression for one in Rewriter(formula).all()]
    x, y = (4.0, 2.5) if SMALL_ARGUMENTS in written else POINTS[0]
    right = value(formula, x, y)
    assert found
    for one in found:
        there = value(one, x, y)
        assert mpmath.almosteq(there, right, rel_eps=mpmath.mpf(10) ** -SAME), str(one)
    del instead


@pytest.mark.parametrize(("text", "domain", "expected", "before", "after"), TRIED, ids=[one[0] for one in TRIED])
def test_what_keeps_digits_is_offered(text: str, domain: object, expected: str | None, before: int, after: int) -> None:
    best = trial(text, domain)[0]
    assert best.offered
    assert best.replaces == ""
    assert best.before < before
    assert best.after > after
    assert expected in (None, best.text)


def test_the_cure_of_the_value_does_not_cure_the_slope() -> None:
    tried = {one.text: one for one in trial("(1 - cos(x))/x**2", (1e-6, 1, "log"))}
    assert not tried["2*sin(x/2)**2"].offered or tried["2*sin(x/2)**2"].after < 5


@pytest.mark.parametrize(("text", "instead"), [("exp(x) - 1", "expm1(x)"), ("log(1 + x)", "log1p(x)")])
def test_what_the_value_gains_alone_is_offered_for_the_value_alone(text: str, instead: str) -> None:
    small = (1e-12, 1e-6, "log")
    assert not any(one.offered for one in trial(text, small))
    best = trial(text, small, VALUE)[0]
    assert (best.text, best.offered) == (instead, True)


def test_a_part_is_named_where_it_is_not_all() -> None:
    best = trial("2 + x*(sqrt(x + 1) - sqrt(x))", (1e8, 1e12, "log"))[0]
    assert best.offered
    assert best.after >= best.before + LEAST_GAIN
    assert best.replaces in ("sqrt(x + 1) - sqrt(x)", "x*(sqrt(x + 1) - sqrt(x))")


def test_another_branch_is_not_offered() -> None:
    """atan(u) - atan(v) is atan of the quotient only where 1 + u*v is positive."""
    tried = trial("atan(x) - atan(-2 - x)", (1.0, 5.0))
    assert all("atan" not in one.text or one.text.count("atan") == 2 for one in tried)


def test_a_formula_with_nothing_to_rewrite() -> None:
    assert trial("x - sin(x)", (1e-6, 1e-3)) == ()


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("x + 1 - x", "1"),
        ("(x + y)**2 - x**2 - 2*x*y", "y**2"),
        ("x**2/x", "x"),
        ("(x/3 + x/6)*2", "x"),
        ("sin(x) - 2*sin(x)", "-sin(x)"),
        ("x*(y + 1) - x*y - x", "0"),
    ],
)
def test_normal_forms(text: str, normal: str) -> None:
    terms = Terms(symad.parse(f"x, y: {text}"))
    forms = Polynomials(terms)
    found = terms.expression(forms.term(forms.of(terms.root)))
    assert found == symad.parse(f"x, y: {normal}")


def test_terms_are_the_formula_again() -> None:
    for text in (
        "x*y + 123456789012345678901234567890",
        "Piecewise((x, x > 0), (y, True))",
        "Max(x, y, 0.1) - norm(x, y)",
    ):
        expression = symad.parse(f"x, y: {text}")
        terms = Terms(expression)
        again = terms.expression(terms.root)
        at = np.array([1.5, -2.5])
        assert again.compile().value(at) == expression.compile().value(at)
