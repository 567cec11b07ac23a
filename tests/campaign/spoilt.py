"""``python tests/campaign/spoilt.py 100 --seed 1``: derivatives spoilt in one place, put to `symad.grade`.

SymPy derives, and one thing is spoilt as people do: a term or a factor left out, a sign, a coefficient, an exponent,
sin for cos. Counted is how often the verdict is right, and how often what is missing is named (a guess is named only if
it explains the derivative at 24 points in 60 digits).
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterator

import sympy as sp

from symad.answers.equality.grading import WRONG, grade

FORMULAS = (
    "sin(x**2)", "x**3*cos(x)", "exp(-x**2/2)", "log(x**2 + 1)", "sqrt(1 + x**2)", "x*exp(x)*sin(x)", "x/(1 + x**2)",
    "(x**2 + 1)*(x**3 - 2)", "tan(x)", "atan(3*x)", "sin(x)**3", "cos(2*x + y)", "x**2*y**3", "exp(x*y)", "x**y",
    "log(x)/x", "1/(1 + exp(-x))", "tanh(2*x)", "(3*x - 1)**5", "sin(cos(x))", "exp(sin(x)**2)", "x**5 - 3*x**2 + 7*x",
    "sqrt(x)*log(x)", "x*y + y*z + z*x", "(x - y)**2/(x + y)", "asin(x/2)", "x**2*exp(-3*x)", "cosh(x)*sinh(x)",
    "(w*x + b - y)**2", "log(1 + exp(w*x + b))", "exp(-(x - m)**2/(2*s**2))", "sin(x)*cos(y)*exp(z)", "x**3/3 + x*y**2",
    "1/sqrt(x**2 + y**2)", "(1 - x)**2 + 100*(y - x**2)**2", "x*log(x) - x", "2**x", "sin(3*x)/x",
    "cos(x)**2 - sin(x)**2", "tanh(w*x + b)*v",
)  # fmt: skip
SWAPS = ((sp.sin, sp.cos), (sp.cos, sp.sin), (sp.exp, sp.log), (sp.sinh, sp.cosh), (sp.cosh, sp.sinh))


def spoil(slope: sp.Expr, draw: random.Random) -> tuple[str, sp.Expr]:
    """One mistake, and what it is."""
    terms = list(slope.args) if slope.is_Add else [slope]
    k = draw.randrange(len(terms))
    rest, term = sp.Add(*(terms[:k] + terms[k + 1 :])), terms[k]
    factors = list(term.args) if term.is_Mul else [term]
    j = draw.randrange(len(factors))
    others, factor = sp.Mul(*(factors[:j] + factors[j + 1 :])), factors[j]
    choices = [("sign of a term", rest - term), ("coefficient", rest + draw.choice((2, 3, sp.Rational(1, 2))) * term)]
    if len(terms) > 1:
        choices += [("term left out", rest)] * 2
    if len(factors) > 1:
        choices += [("factor left out", rest + others)] * 2
        choices += [("factor twice", rest + term * factor)]
    powers = [one for one in term.atoms(sp.Pow) if one.exp.is_Integer and one.exp > 0]
    if powers:
        one = draw.choice(sorted(powers, key=str))
        choices.append(("exponent", rest + term.subs(one, one.base ** (one.exp + draw.choice((-1, 1))))))
    for old, new in SWAPS:
        if factor.func is old and draw.random() < 0.5:
            choices.append(("function", rest + others * new(*factor.args)))
    return draw.choice(choices)


def spoilt(n: int, seed: int) -> Iterator[tuple[str, str, str, str, str]]:
    """(fault, formula, variable, wrong derivative, right derivative)."""
    draw = random.Random(seed)
    while n:
        text = draw.choice(FORMULAS)
        names = sorted({letter for letter in "bmsvwxyz" if letter in text.replace("sin", "").replace("sqrt", "")})
        names = [name for name in names if sp.Symbol(name) in _parsed(text).free_symbols]
        variable = draw.choice(names)
        slope = sp.diff(_parsed(text), sp.Symbol(variable))
        fault, wrong = spoil(slope, draw)
        if sp.simplify(wrong - slope) == 0:
            continue
        n -= 1
        yield fault, text, variable, str(wrong), str(slope)


def _parsed(text: str) -> sp.Expr:
    return sp.sympify(text, {name: sp.Symbol(name) for name in "bmsvwxyz"})  # of this file's own texts


def main() -> None:
    """Put derivatives to the test and print what is not named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("n", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--all", action="store_true", help="print what is named too")
    options = parser.parse_args()
    n_named = n_wrong = 0
    times = []
    for fault, text, variable, mine, right in spoilt(options.n, options.seed):
        start = time.process_time()
        found = grade(text, {variable: mine})[variable]
        times.append(1000 * (time.process_time() - start))
        n_named += found.missing is not None
        n_wrong += found.verdict != WRONG or not grade(text, {variable: right}).is_right
        if options.all or found.missing is None or found.verdict != WRONG:
            print(f"{fault}: {text}, d{variable} = {mine} (right: {right})\n    {found}", flush=True)
    times.sort()
    median, most = times[len(times) // 2], times[-1]
    print(
        f"wrong verdicts {n_wrong}, named {n_named} of {options.n}; processor ms: median {median:.0f}, max {most:.0f}"
    )


if __name__ == "__main__":
    main()
