"""Derivatives by some variables against those by all, bit for bit; replaced variables against the replaced text."""

from __future__ import annotations

import re
from collections.abc import Callable

import corpus
import numpy as np
import pytest
from acceptance import taken
from yardsticks import special_points

import symad

SETS = corpus.set_names()
ROUNDING = 1e-13  # some units in the last place of a few operations
MANY = 8  # points of special numbers a formula


def rows(program: symad.Expression, points: np.ndarray) -> np.ndarray:
    """Outputs at each point as (n_points, n_outputs)."""
    return np.asarray(symad.compile(program).value(points)).reshape(len(points), program.n_outputs)


def same(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether the bits are the same; a nan is a nan."""
    equal = one.view(np.uint64) == other.view(np.uint64)
    return bool((equal | (np.isnan(one) & np.isnan(other))).all())


@pytest.mark.parametrize("set_name", SETS)
def test_by_some_variables_gives_the_bits_of_all(set_name: str) -> None:
    for formula, f in taken(set_name):
        n = len(f.variables)
        chosen = list(range(n))[::-2] or list(range(n))
        names = [f.variables[column] for column in chosen]
        points = np.concatenate([np.array(formula.points), special_points(n, MANY, 7)[:200]])
        makes: list[Callable[..., symad.Expression]] = [symad.gradient, symad.forward_gradient]
        for make in makes:
            part, whole = rows(make(f, wrt=names), points), rows(make(f), points)
            assert same(np.ascontiguousarray(whole[:, chosen]), part), (formula.ident, make)


@pytest.mark.parametrize("set_name", SETS)
def test_a_replaced_variable_is_the_replaced_text(set_name: str) -> None:
    """Formulas of one statement: each variable by a power, a product with another, and a number."""
    for formula, f in taken(set_name):
        if re.search(r"[;=:]", formula.text):
            continue
        name = f.variables[0]
        for part in ("qq**2", "-(qq*rr)", "3", "0.125"):
            text = re.sub(rf"(?<![\w.]){name}\b", f"({part})", formula.text)
            found = f.subs({name: part})
            wanted = symad.parse(text, variables=found.variables)
            if "norm(" in str(found):  # a length stays one where all its parts have become numbers
                point = np.full(len(found.variables), 0.7)
                values = symad.compile(found).value(point), symad.compile(wanted).value(point)
                np.testing.assert_allclose(*values, rtol=ROUNDING, err_msg=formula.ident)
            else:
                assert found == wanted, (formula.ident, part)
