"""parse(str(e)) == e: formulas, gradients, Hessians, graphs of any row; and what else must survive text."""

from __future__ import annotations

import pickle

import corpus
import pytest
from acceptance import taken
from hypothesis import given
from property.strategies import QUICK, built, parsed

import symad


def survives(written: symad.Expression) -> bool:
    """Whether the text of an Expression is that Expression."""
    return symad.parse(str(written)) == written and symad.parse(str(written)).variables == written.variables


@QUICK
@given(written=parsed())
def test_formulas(written: symad.Expression) -> None:
    assert survives(written)


@QUICK
@given(written=parsed(10))
def test_derivatives(written: symad.Expression) -> None:
    for derived in (symad.gradient(written), symad.forward_gradient(written), symad.jvp(written), symad.vjp(written)):
        assert survives(derived)


@QUICK
@given(written=parsed(6))
def test_hessians(written: symad.Expression) -> None:
    assert survives(symad.hessian(written))


@QUICK
@given(written=built())
def test_graphs_of_any_row(written: symad.Expression) -> None:
    assert survives(written)
    assert survives(symad.gradient(written))


@QUICK
@given(written=built())
def test_equality_and_hash(written: symad.Expression) -> None:
    copy = pickle.loads(pickle.dumps(written))
    assert copy == written
    assert hash(copy) == hash(written)
    assert copy.counts.n_written_out == written.counts.n_written_out


@pytest.mark.parametrize("set_name", corpus.set_names())
def test_the_corpus(set_name: str) -> None:
    for formula, written in taken(set_name):
        assert survives(written), formula.ident
        if written.n_nodes < 1500:
            assert survives(symad.gradient(written)), formula.ident


def test_a_deep_nest_and_a_long_sum() -> None:
    assert survives(symad.parse("sin(" * 9_000 + "x" + ")" * 9_000))
    assert survives(symad.parse("+".join(["x*y"] * 20_000)))
    assert survives(symad.gradient(symad.parse("sin(" * 3_000 + "x" + ")" * 3_000)))
