"""Laws of differentiation over random expressions: linearity, product, chain, and the agreement of the routes."""

from __future__ import annotations

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st
from property.strategies import PUBLIC, QUICK, VARIABLES, built, parsed, points, texts
from yardsticks import same_bits

import symad

RELATIVE = 1e-9  # of the terms' sizes: both sides are sums of the same terms in another order


def gradient(text: str, point: tuple[float, ...]) -> np.ndarray:
    """Gradient of a text at a point of the three variables."""
    return symad.compile(text, variables=VARIABLES).gradient(point)


def value(text: str, point: tuple[float, ...]) -> float:
    return float(symad.compile(text, variables=VARIABLES).value(point))


def near(found: np.ndarray, wanted: np.ndarray, *terms: np.ndarray) -> bool:
    """Equal up to rounding of the terms; examples that leave the finite numbers tell nothing."""
    size = sum(np.abs(term) for term in terms) + np.abs(wanted)
    assume(np.isfinite(size).all() and size.max() < 1e100 and np.isfinite(found).all())
    return bool((np.abs(found - wanted) <= RELATIVE * size.max() + 1e-290).all())


@QUICK
@given(f=texts(8), g=texts(8), point=points(), a=st.sampled_from((2.0, -3.0, 0.5)))
def test_linear(f: str, g: str, point: tuple[float, ...], a: float) -> None:
    left, right = a * gradient(f, point), gradient(g, point)
    with np.errstate(all="ignore"):
        total = left + right
    assert near(gradient(f"{a}*({f}) + ({g})", point), total, left, right)


@QUICK
@given(f=texts(8), g=texts(8), point=points())
def test_product(f: str, g: str, point: tuple[float, ...]) -> None:
    with np.errstate(all="ignore"):
        one, other = gradient(f, point) * value(g, point), gradient(g, point) * value(f, point)
        total = one + other
    assert near(gradient(f"({f})*({g})", point), total, one, other)


@QUICK
@given(f=texts(8), point=points(), outer=st.sampled_from(("sin", "exp", "atan", "tanh", "cos")))
def test_chain(f: str, point: tuple[float, ...], outer: str) -> None:
    inner = value(f, point)
    assume(abs(inner) < 50.0)
    slope = symad.compile(f"{outer}(u)").gradient(inner)[0]
    with np.errstate(all="ignore"):
        total = slope * gradient(f, point)
    assert near(gradient(f"{outer}({f})", point), total)


@QUICK
@given(written=parsed(), point=points())
def test_sweep_and_program_agree_bit_for_bit(written: symad.Expression, point: tuple[float, ...]) -> None:
    tape = symad.compile(written)
    value, slopes = tape.value_and_gradient(point)
    sweep = tape.sweep(point)
    assert same_bits(sweep.value, value)
    assert same_bits(sweep.gradient, slopes)
    assert same_bits(tape.gradient(point), slopes)


@QUICK
@given(written=built(), point=points())
def test_the_same_for_graphs_of_any_row(written: symad.Expression, point: tuple[float, ...]) -> None:
    tape = symad.compile(written)
    assert same_bits(tape.sweep(point).gradient, tape.gradient(point))
    direction = np.array([1.0, -2.0, 0.5])
    assert same_bits(tape.tangent(point, direction).slopes[written.outputs[0]], tape.jvp(point, direction))


@QUICK
@given(written=built(PUBLIC, 12), point=points())
def test_the_same_for_gradients_of_gradients(written: symad.Expression, point: tuple[float, ...]) -> None:
    """A gradient is an expression like any other: one of its entries swept is a row of the Hessian."""
    single = symad.parse(f"{', '.join(VARIABLES)}: {first_output(symad.gradient(written))}")
    tape = symad.compile(single)
    assert same_bits(tape.sweep(point).gradient, tape.gradient(point))


def first_output(several: symad.Expression) -> str:
    """The text of the first output alone: its bindings, and the first entry of its tuple."""
    text = str(several).partition(": ")[2] or str(several)
    bindings, separator, entries = text.rpartition("; ")
    depth = 0
    for place, character in enumerate(entries):
        depth += (character == "(") - (character == ")")
        if character == "," and depth == 1:
            return bindings + separator + entries[1:place]
    return bindings + separator + entries


@QUICK
@given(written=built())
def test_counts(written: symad.Expression) -> None:
    counts = written.counts
    assert counts.n_distinct <= counts.n_written_out
    assert sum(counts.by_kind.values()) == counts.n_distinct
    assert sum(counts.written_by_kind.values()) == counts.n_written_out
    assert counts.depth <= counts.n_distinct or counts.n_distinct == 0
    assert all(0 <= counts.by_kind[kind] <= counts.written_by_kind[kind] for kind in counts.by_kind)


@QUICK
@given(f=texts(10), g=texts(10))
def test_counts_of_a_sum_written_out(f: str, g: str) -> None:
    """Written-out operations add; distinct ones at most add."""
    one, other, both = (symad.parse(text, variables=VARIABLES).counts for text in (f, g, f"({f}) + ({g})"))
    assert both.n_written_out == one.n_written_out + other.n_written_out + 1
    assert both.n_distinct <= one.n_distinct + other.n_distinct + 1
    assert both.n_typed == one.n_typed + other.n_typed + 1


@QUICK
@given(written=parsed())
def test_a_reverse_gradient_costs_a_small_multiple(written: symad.Expression) -> None:
    """Whatever the number of variables: at most 5 operations for each, guards and the slopes of powers included."""
    assert symad.gradient(written).counts.n_distinct <= 12 * written.counts.n_distinct + 1
