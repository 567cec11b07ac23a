"""The exception family: built-in parents, fields, pickling."""

from __future__ import annotations

import pickle

import pytest

from symad import errors
from symad._core.tapes import Builder, check
from symad.formula.ops import row


def test_a_parse_error_knows_its_place() -> None:
    error = errors.ParseError("message", line=2, column=5, reason="why")
    assert (error.line, error.column, error.reason, str(error)) == (2, 5, "why", "message")
    assert errors.ParseError("message").reason == "message"


@pytest.mark.parametrize("kind", [errors.ParseError, errors.LimitError])
def test_pickling_keeps_kind_and_fields(kind: type[errors.ParseError]) -> None:
    copy = pickle.loads(pickle.dumps(kind("message", line=2, column=5, reason="why")))
    assert type(copy) is kind
    assert (copy.line, copy.column, copy.reason, str(copy)) == (2, 5, "why", "message")


def test_a_limit_is_a_parse_error() -> None:
    assert issubclass(errors.LimitError, errors.ParseError)


def test_statuses_become_exceptions() -> None:
    check(0, "nothing")
    with pytest.raises(errors.OutOfMemoryError, match="step: out of memory"):
        check(1, "step")
    with pytest.raises(errors.LimitError, match="more operations"):
        check(3, "step")
    with pytest.raises(errors.ExpressionError, match="unknown operation"):
        check(4, "step")


def test_the_builder_refuses_by_exceptions() -> None:
    builder = Builder()
    x = builder.input("x")
    with pytest.raises(errors.ExpressionError, match="earlier node"):
        builder.op(row("SIN").number, x + 7)
    with pytest.raises(errors.ExpressionError, match="number of operands"):
        builder.op(row("ADD").number, x)
    with pytest.raises(errors.ExpressionError, match="condition"):
        builder.op(row("NOT").number, x)
    with pytest.raises(errors.ExpressionError, match="number of outputs"):
        builder.finish()
