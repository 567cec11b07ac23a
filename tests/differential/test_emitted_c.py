"""Exported C against the evaluator, to the last bit: a sample of the corpus, the hard cases, special points."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import c_compilers
import corpus
import pytest

import symad
from symad.emission.export import c_file, kernels
from symad.emission.functions import Function, functions
from symad.formula.expression import Expression

STEP = 45  # every so many of the corpus
MOST_NODES = 400
SPECIAL = (0.0, -0.0, 1.0, -1.0, 0.5, 2.0, -3.0, math.inf, -math.inf, math.nan, 5e-324, -1e308)


def sample() -> Iterator[tuple[Expression, list[list[float]]]]:
    """Formulas with the points at which they are compared."""
    for formula in corpus.all_formulas()[::STEP]:
        expression = symad.parse(formula.text, variables=list(formula.variables))
        if expression.n_outputs == 1 and expression.n_nodes <= MOST_NODES:
            points = [list(point) for point in formula.points]
            yield expression, points + [[x] * len(formula.variables) for x in SPECIAL]


def hard_cases() -> Iterator[tuple[Expression, list[list[float]]]]:
    for case in corpus.records("hard_cases"):
        try:
            expression = symad.parse(case["expr"], variables=case["vars"])
        except symad.ParseError:
            continue  # two cases are about refusals
        yield expression, [[float(case["point"][name]) for name in case["vars"]]]


def some_hard_cases() -> Iterator[tuple[Expression, list[list[float]]]]:
    """Batches take compilers long."""
    return islice(hard_cases(), 0, None, 5)


def test_the_sample_is_wide() -> None:
    assert len(list(sample())) >= 30
    assert len(list(hard_cases())) >= 117


WIDE = ("-march=native",)  # whatever this machine's vectors are


@pytest.mark.parametrize(
    ("compiler", "cases", "flags"), [("gcc", sample, ()), ("clang", hard_cases, ()), ("gcc", some_hard_cases, WIDE)]
)
def test_exported_c_gives_the_same_bits(compiler: str, cases: object, flags: tuple[str, ...], tmp_path: Path) -> None:
    """For one point at a time; with flags also for many at once, in either order of the numbers."""
    made: list[Function] = []
    points: list[list[list[float]]] = []
    for k, (expression, where) in enumerate(cases()):  # type: ignore[operator]  # one of the generators above
        made += functions(expression, f"case{k}", ("value", "gradient"))
        points.append(where)
    batch = bool(flags)
    text = c_file(made, kernels(made, made if batch else ()), comment="/* test */", batch=batch, points=points)
    assert c_compilers.selftest(text, compiler, tmp_path, *flags) == "the same bits\n"
