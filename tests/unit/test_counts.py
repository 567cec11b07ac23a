"""Counts, by hand."""

from __future__ import annotations

import pickle

import pytest

import symad
from symad.formula.counts import writes_more_than


def counts(text: str) -> symad.measure.Counts:
    return symad.parse(text).counts


@pytest.mark.parametrize(
    ("text", "written_out", "distinct", "depth"),
    [
        ("x", 0, 0, 0),
        ("3", 0, 0, 0),
        ("-x", 1, 1, 1),
        ("x + y*z", 2, 2, 2),
        ("x*x + x*x", 3, 2, 2),
        ("sin(x)**2 + cos(x)**2", 5, 5, 3),
        ("Max(x, y, z)", 2, 2, 1),
        ("Piecewise((x, x > 0), (-x, True))", 3, 3, 2),
        ("Piecewise((x, x > 0 and y > 0), (-x, y < 1), (0, True))", 7, 7, 3),
        ("a = x + 1; a*a*a", 5, 3, 3),
        ("pi*E*x", 2, 2, 2),
    ],
)
def test_operations(text: str, written_out: int, distinct: int, depth: int) -> None:
    found = counts(text)
    assert (found.n_written_out, found.n_distinct, found.depth) == (written_out, distinct, depth)


def test_typed_operations_count_each_statement_once() -> None:
    assert counts("a = x + 1; a*a*a").n_typed == 3
    assert counts("sin(x)*sin(x)").n_typed == 3
    assert symad.gradient(symad.parse("x*x")).counts.n_typed is None


def test_kinds() -> None:
    found = counts("x/y + x**2 + exp(x) - Max(x, y) + (x/y)*2")
    assert dict(found.by_kind) == {"basic": 5, "divide": 1, "power": 1, "call": 1, "select": 1}
    assert dict(found.written_by_kind) == {"basic": 5, "divide": 2, "power": 1, "call": 1, "select": 1}


def test_a_part_that_no_output_needs_is_not_counted() -> None:
    assert counts("a = sin(x); b = x + 1; b").n_distinct == 1


def test_the_logistic_map_as_written() -> None:
    """21 operations for 7 steps of l = 4*l*(1 - l)."""
    text = "; ".join(["l1 = x", *(f"l{k + 1} = 4*l{k}*(1 - l{k})" for k in range(1, 8)), "l8"])
    assert counts(text).n_distinct == 21


def test_memory_of_a_tape() -> None:
    """At most 40 bytes an operation, every second one with a literal of its own."""
    found = counts("+".join(f"x{k % 10}*y{k % 7}**{k}" for k in range(2, 5000)))
    assert found.n_bytes <= 40 * found.n_distinct


@pytest.mark.parametrize("text", ["norm(x, y, z)", "logsumexp(x, y)", "Max(x, y, z)", "norm(x)"])
def test_what_was_typed_once_counts_as_much_typed_as_written_out(text: str) -> None:
    counts = symad.parse(text).counts
    assert counts.n_typed == counts.n_written_out == counts.n_distinct


def test_counts_can_be_pickled_and_not_changed() -> None:
    counts = symad.parse("x*y + x*y").counts
    assert pickle.loads(pickle.dumps(counts)) == counts
    with pytest.raises(TypeError):
        counts.by_kind["basic"] = 0  # type: ignore[index]  # the point of the test


@pytest.mark.parametrize("text", ["x", "x*y + 1", "a = x*y; a = a*a; a = a*a; (a, a + y)", "Max(x, y, 2)*norm(x, y)"])
def test_more_operations_than_a_bound_are_those_counted(text: str) -> None:
    expression = symad.parse(text)
    n = expression.counts.n_written_out
    bounds = (0, max(n - 1, 0), n, n + 1)
    assert [writes_more_than(expression, most) for most in bounds] == [n > most for most in bounds]
