"""Counts of the growth families: operations as typed and written out, every size of every family."""

from __future__ import annotations

import corpus
import numpy as np
import pytest
from yardsticks import allowed, gradient_error, relative_error, same_bits

import symad

N_SIZES = 243
# log(1 + 5e-9) keeps eight digits of its small argument in any double arithmetic: half an ulp of 1 over 5e-9.
LOST_IN_DOUBLES = {"growth-nested_log[8]": 2.0**-53 / 5e-9 * 2}


def test_every_size_is_there() -> None:
    assert len(corpus.sizes()) == N_SIZES


def test_typed_and_written_out_operations() -> None:
    """The corpus counted both from the text, with nothing of ours."""
    for size in corpus.sizes():
        counts = symad.parse(size.formula.text, variables=size.formula.variables).counts
        assert counts.n_typed == size.program_ops, size.formula.ident
        assert counts.n_written_out == size.tree_ops, size.formula.ident


def test_counts_are_consistent() -> None:
    """Distinct operations are at most the typed ones; kinds add up; depth is at most the distinct ones."""
    for size in corpus.sizes():
        counts = symad.parse(size.formula.text, variables=size.formula.variables).counts
        assert counts.n_distinct <= counts.n_typed
        assert sum(counts.by_kind.values()) == counts.n_distinct
        assert sum(counts.written_by_kind.values()) == counts.n_written_out
        assert counts.depth <= counts.n_distinct


@pytest.mark.parametrize("route", ["sweep", "adjoint program"])
def test_gradients_against_50_digits(route: str) -> None:
    for size in corpus.sizes():
        formula = size.formula
        tape = symad.compile(formula.text, variables=formula.variables)
        for k, point in enumerate(formula.points):
            gradient = tape.sweep(point).gradient if route == "sweep" else tape.gradient(point)
            error = gradient_error(gradient, formula.gradients[k], point, formula.values[k])
            assert error <= allowed(0.0), (formula.ident, error)
            lost = LOST_IN_DOUBLES.get(formula.ident, 0.0)
            assert relative_error(float(tape.value(point)), formula.values[k]) <= max(allowed(0.0), lost), formula.ident


def test_sweep_and_program_agree_bit_for_bit() -> None:
    for size in corpus.sizes():
        tape = symad.compile(size.formula.text, variables=size.formula.variables)
        gradients = tape.gradient(np.array(size.formula.points))
        for point, gradient in zip(size.formula.points, gradients, strict=True):
            assert same_bits(tape.sweep(point).gradient, gradient), size.formula.ident


def test_a_tree_of_two_to_the_forty_is_counted() -> None:
    """By one pass over the shared graph: writing it out would take terabytes."""
    doubling = "; ".join([*("a = x + x" if k == 0 else "a = a + a" for k in range(40)), "a"])
    counts = symad.parse(doubling).counts
    assert (counts.n_written_out, counts.n_distinct, counts.n_typed) == (2**40 - 1, 40, 40)
