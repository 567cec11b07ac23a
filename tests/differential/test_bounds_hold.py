"""|v - t| <= B: on every number of the corpus, at the worst points of every row, on chosen random formulas; and these
checks fail where the bound is made smaller.
"""

from __future__ import annotations

from typing import Any

import bounded
import corpus
import mpmath
import numpy as np
import pytest
import row_errors
from bounded import Judged
from corpus import Formula

import symad
from symad.formula.ops import row

SHRUNK = 16.0  # as far as the bound of every row may be too small and pass the suite


def of_formula(formula: Formula) -> list[Judged]:
    """The values and slopes of one formula of the corpus."""
    try:
        tape = symad.compile(formula.text, variables=list(formula.variables))
    except symad.ParseError:  # test_corpus_gradients.py knows which these are
        return []
    wanted = [[value, *gradient] for value, gradient in zip(formula.values, formula.gradients, strict=True)]
    check = tape.check(np.array(formula.points).reshape(len(wanted), -1), of="value_and_gradient")
    texts = [text for line in wanted for text in line]
    return [bounded.checked(check, k, f"{formula.ident} #{k}", text, bounded.CORPUS) for k, text in enumerate(texts)]


@pytest.mark.parametrize("set_name", corpus.set_names())
def test_corpus(set_name: str) -> None:
    """Every value and slope."""
    with mpmath.workdps(bounded.DIGITS):
        numbers = [number for formula in corpus.formulas(set_name) for number in of_formula(formula)]
        assert numbers
        assert [(n.name, n.found, n.bound, n.ratio) for n in numbers if n.ratio > 1] == []


def test_where_errors_fill_their_bounds() -> None:
    """Random formulas, a few for every head and word: values, slopes and second slopes."""
    with mpmath.workdps(bounded.DIGITS):
        numbers = [bounded.one_number(record) for record in bounded.records("tight")]
        assert [(n.name, n.found, n.bound, n.ratio) for n in numbers if n.ratio > 1] == []


def worst_points(record: dict[str, Any]) -> list[Judged]:
    """The values of a row where the kernel is furthest off."""
    name, found = str(record["row"]), list[Judged]()
    for point, number in zip(record["points"], record["numbers"], strict=True):
        tape = symad.compile(name) if "(" in name else row_errors.tape_of(row(name), tuple(point))
        check = tape.check(np.array(point[: len(tape.variables)]), of="value")
        found.append(bounded.checked(check, 0, name, number, bounded.SHORT))
    return found


WORST = {str(record["row"]): record for record in bounded.records("worst")}
KINDS = {
    "calls": [name for name in WORST if "(" not in name and row(name).cost == "call"],
    "powers": [name for name in WORST if "(" not in name and row(name).cost == "power"],
    "arithmetic": ["ADD", "SUB", "MUL", "DIV"],
    "lists": [name for name in WORST if "(" in name],
}
EXACT = {
    "ABS", "CEILING", "FLOOR", "FMOD", "FMOD_QUOTIENT", "HEAVISIDE", "MOD_QUOTIENT", "NEG", "REMAINDER",
    "REMAINDER_QUOTIENT", "ROUND", "ROUNDED", "SIGN", "TRUNC", "ZERO",
}  # fmt: skip
ROOMY = {
    "BETA_DA",
    "LAMBERTW_SLOPE",
    "LAMBERTW_BRANCH_SLOPE",
    "POLYGAMMA",
}  # whose bound has room for a bad place elsewhere


@pytest.mark.parametrize("name", WORST)
def test_worst_points(name: str) -> None:
    """The bound of one operation on exact operands."""
    with mpmath.workdps(bounded.DIGITS):
        assert [(n.found, n.bound, n.ratio) for n in worst_points(WORST[name]) if n.ratio > 1] == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_smaller_bound_is_noticed(kind: str) -> None:
    """With a sixteenth of the bound the samples of every row that rounds fail."""
    with mpmath.workdps(bounded.DIGITS):
        ratios = {name: max((n.ratio for n in worst_points(WORST[name])), default=0.0) for name in KINDS[kind]}
    assert {name for name, ratio in ratios.items() if ratio * SHRUNK <= 1} <= EXACT | ROOMY
