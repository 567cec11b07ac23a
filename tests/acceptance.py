"""Which formulas of the corpus symad takes, and by which name it refuses the others.

The one place where corpus and parser meet, so that every test has the same denominator.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import corpus

import symad

# Slopes along an order, and values that need an order below those of the row: nan, flagged, until a row knows them.
WITHOUT_SLOPE = {f"rubi-8.6_Gamma_functions-{k}" for k in (94, 96, 197)} | {
    *("rubi-8.7_Zeta_function-8", "rubi-8.7_Zeta_function-10", "sympy-meijerint-31"),
    *("sympy-simplify-32", "sympy-simplify-33", "sympy-simplify-35"),
}
NAMED = re.compile(r"(?:unknown function|wrong number of arguments for this function): `(\w+)`")


@cache
def _read(formula: corpus.Formula) -> symad.Expression | symad.ParseError:
    try:
        return symad.parse(formula.text, variables=formula.variables)
    except symad.ParseError as error:
        return error


def expression(formula: corpus.Formula) -> symad.Expression | None:
    """The formula with the corpus's order of variables, or None where it is refused."""
    found = _read(formula)
    return None if isinstance(found, symad.ParseError) else found


def taken(*set_names: str) -> Iterator[tuple[corpus.Formula, symad.Expression]]:
    """The accepted formulas of these sets, each with its Expression."""
    for name in set_names or corpus.set_names():
        for formula in corpus.formulas(name):
            found = _read(formula)
            if isinstance(found, symad.Expression):
                yield formula, found


def refused(*set_names: str) -> Iterator[tuple[corpus.Formula, str]]:
    """The other formulas, each with the function that the message names, or the whole message where it names none."""
    for name in set_names or corpus.set_names():
        for formula in corpus.formulas(name):
            found = _read(formula)
            if isinstance(found, symad.ParseError):
                named = NAMED.search(str(found))
                yield formula, named[1] if named else str(found)
