"""What a traced function may not do: each raises TraceError with what was met, where, and what to write instead."""

from __future__ import annotations

import copy
import math
import pickle
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.special

import symad

V = np.array([0.3, 0.7, 1.2])
HERE = Path(__file__).name
ALSO = "use np.where, & and | in place of and and or, or np.maximum"
PIECES = "np.sin for math.sin; make h by np.zeros(n, like=v), or np.stack the pieces"
STACK = "np.stack([v, w]) for np.array([v, w]); make h by np.zeros(n, like=v)"
TRUTH = "the truth of a traced value is not known while tracing"
NUMBER = "a traced value has no number yet"
ARRAY = "traced values cannot become an array of numbers"
INDEX = "an index that depends on traced values has no fixed place"
MASK = "use np.where, or the mask times the values"
OUT = "a NumPy array of numbers cannot take traced values"
LIKE = "make it by np.ones(n, like=v) or np.zeros(n, like=v)"


def into_numbers(v: Any) -> Any:
    h = np.ones(3)
    h[0] = v[0]
    return h


def slice_into_numbers(v: Any) -> Any:
    h = np.ones(3)
    h[:2] = v[:2]
    return h


def added_to_numbers(v: Any) -> Any:
    h = np.ones(3)
    h += v
    return h


def argument_changed(v: Any) -> Any:
    v += 1
    return v


def view_of_argument_changed(v: Any) -> Any:
    w = v[1:].reshape(2, 1)
    w[0] = 1
    return w


def repeated_changed(v: Any) -> Any:
    w = np.broadcast_to(2 * v, (2, 3))
    w[0, 0] = 1
    return w


CASES: list[tuple[Callable[[Any], Any], str, str]] = [
    (lambda v: v if v[0] > 0 else -v, TRUTH, ALSO),
    (lambda v: max(v), TRUTH, ALSO),
    (lambda v: v[0] if 0 < v[0] < 1 else v[1], TRUTH, ALSO),
    (lambda v: v[0] > 0 and v[1], TRUTH, ALSO),
    (lambda v: sorted(v), TRUTH, ALSO),
    (lambda v: v[0] in v, TRUTH, ALSO),
    (lambda v: float(v[0]), NUMBER, PIECES),
    (lambda v: int(v[0]), NUMBER, PIECES),
    (lambda v: round(v[0], 2), NUMBER, PIECES),
    (lambda v: math.sin(v[0]), NUMBER, PIECES),
    (lambda v: math.floor(v[0]), NUMBER, PIECES),
    (lambda v: f"{v[0]:.3f}", NUMBER, PIECES),
    (lambda v: range(v[0]), NUMBER, PIECES),
    (lambda v: [1, 2, 3][v[0]], NUMBER, PIECES),
    (lambda v: v.tolist(), NUMBER, PIECES),
    (lambda v: v[0].item(), NUMBER, PIECES),
    (into_numbers, NUMBER, PIECES),
    (slice_into_numbers, ARRAY, STACK),
    (lambda v: np.array([v[0], v[1]]), ARRAY, STACK),
    (lambda v: np.asarray(v), ARRAY, STACK),
    (lambda v: np.sum([v[0], v[1]]), ARRAY, STACK),
    (lambda v: np.full(3, v[0]), ARRAY, STACK),
    (lambda v: scipy.special.logsumexp(v), ARRAY, STACK),
    (lambda v: V[v[0]], ARRAY, STACK),
    (lambda v: v[v > 0], INDEX, MASK),
    (lambda v: v[v], INDEX, MASK),
    (lambda v: v[0, v[0]], INDEX, MASK),
    (lambda v: np.take(v, v), INDEX, MASK),
    (lambda v: np.where(v > 0), "np.where with a condition alone gives places", MASK),
    (added_to_numbers, OUT, LIKE),
    (lambda v: np.add(v, 1, out=np.ones(3)), OUT, LIKE),
    (lambda v: np.copyto(np.ones(3), v), OUT, LIKE),
    (argument_changed, "v is an argument", "copy it first: np.copy(v)"),
    (view_of_argument_changed, "v is an argument", "copy it first: np.copy(v)"),
    (repeated_changed, "this view cannot be written to", "copy it first: np.copy(v)"),
    (
        lambda v: v * 1j,
        "a traced function computes with real numbers, not complex128",
        "use its real and imaginary parts as two arrays",
    ),
    (lambda v: v * np.array([None, 1, 2]), "a traced function computes with real numbers, not object", STACK),
    (lambda v: v + "a", "a traced function computes with real numbers, not <U1", STACK),
    (lambda v: np.sort(v), "np.sort is not traced", "what comes first depends on the values"),
    (lambda v: v.argmax(), "np.argmax is not traced", "it has no slope: compute it outside of the function"),
    (lambda v: np.fft.fft(v), "np.fft.fft is not traced", "multiply by the matrix of its coefficients"),
    (
        lambda v: np.linalg.svd(v[None]),
        "np.linalg.svd is not traced",
        "np.linalg.solve, inv and det of small matrices are traced",
    ),
    (lambda v: np.interp(v, [0, 1], [1, 2]), "np.interp is not traced", "write the pieces by np.where"),
    (lambda v: np.histogram(v), "np.histogram is not traced", "symad.traceable() lists what is"),
    (
        lambda v: np.pad(v, 2, "mean"),
        "np.pad with mode 'mean' computes its entries",
        "modes that are traced: constant, edge, empty, reflect, symmetric, wrap",
    ),
    (lambda v: v & 1, "bitwise_and has no operation here on numbers", "np.logical_and and its kin take numbers too"),
    (
        lambda v: np.logaddexp2(v, 1),
        "logaddexp2 has no operation here",
        "nearest: logaddexp, logsumexp; symad.traceable() lists all",
    ),
    (
        lambda v: scipy.special.wrightomega(v),
        "wrightomega has no operation here",
        "symad.traceable() lists what has one",
    ),
    (
        lambda v: np.frompyfunc(abs, 1, 1)(v),
        "abs (vectorized) has no operation here",
        "symad.traceable() lists what has one",
    ),
    (lambda v: (v > 0) - (v > 1), "NumPy has no subtract of truth values", "use ^ or ~, or np.where(mask, 1.0, 0.0)"),
    (lambda v: np.add(v, 1, where=v > 0), "`where=` of np.add is not traced", "use np.where on the result"),
    (
        lambda v: np.sum(v, where=[True, False, True]),
        "`where=` of np.add over an axis is not traced",
        "np.where(mask, x, 0) before it",
    ),
    (lambda v: np.sum(v, dtype=np.float32), "a traced function computes with float64", "leave dtype= out"),
    (lambda v: np.zeros(3, dtype=int, like=v), "a traced array holds float64, not int64", "leave dtype= out"),
    (lambda v: np.add.reduceat(v, [0, 1]), "np.add.reduceat is not traced", "write the loop over numbers"),
    (lambda v: np.less.accumulate(v), "np.less over an axis is not traced", "write the loop over numbers"),
    (
        lambda v: v.astype(int),
        "a traced value stays float64, astype(int64) is not traced",
        "np.rint or np.trunc rounds",
    ),
    (
        lambda v: v.astype(np.float32),
        "a traced value stays float64, astype(float32) is not traced",
        "np.rint or np.trunc rounds",
    ),
    (
        lambda v: np.linalg.norm(v[None], 2),
        "np.linalg.norm of order 2 is not traced",
        "orders that are: None, 'fro', 1, inf; 2 of vectors",
    ),
    (
        lambda v: np.einsum(v, [0], v, [0]),
        "this form of np.einsum is not traced",
        "write all subscripts as letters: 'ij,jk->ik'",
    ),
    (lambda v: pickle.dumps(v), NUMBER, "return it, or pass it as an argument"),
    (lambda v: 3.0, "the result does not depend on the arguments", "return what is computed from them"),
]


@pytest.mark.parametrize(("function", "met", "instead"), CASES)
def test_message_says_what_where_and_what_to_write_instead(
    function: Callable[[Any], Any], met: str, instead: str
) -> None:
    with pytest.raises(symad.TraceError) as caught:
        symad.function(function)(V)
    error = caught.value
    assert (error.met, error.instead, error.file) == (met, instead, HERE)
    code = function.__code__
    lines = [line for _, _, line in code.co_lines() if line is not None]
    assert min(lines) <= error.line <= max(lines)
    assert str(error) == f"{met}, at {HERE}:{error.line}; {instead}"


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (lambda v: v + np.ones(4), "arg 0 with shape (3,) and arg 1 with shape (4,)"),
        (
            lambda v: np.ones((2, 2)) @ v,
            "matmul: shapes (2, 2) and (3,) do not fit: 2 (of the first) != 3 (of the second)",
        ),
        (lambda v: v @ 2.0, "a number has no axis to sum over; use *"),
        (lambda v: v.reshape(7), "cannot reshape array of size 3 into shape (7,)"),
        (lambda v: np.concatenate([v, np.ones((2, 2))]), "all the input array"),
        (lambda v: np.stack([v, v[:2]]), "all input arrays must have the same shape"),
        (lambda v: np.max(v[:0]), "zero-size array to reduction operation maximum"),
        (lambda v: np.sum(v, axis=1), "axis 1 does not fit an array of 1 axes"),
        (lambda v: np.linalg.det(v), "np.linalg.det is traced for one square matrix, not for shape (3,)"),
        (lambda v: _assigned(v), "could not broadcast input array from shape (3,) into shape (2,)"),
        (lambda v: np.einsum("ij,j", v, v), "einsum: 'ij' for an array of shape (3,)"),
        (lambda v: np.einsum("i,i", v, v[:2]), "einsum: 'i' is 3 and 2 long"),
    ],
)
def test_shapes_that_do_not_fit_are_refused_in_numpys_words(function: Callable[[Any], Any], words: str) -> None:
    with pytest.raises(symad.ShapeError, match=re.escape(words)) as caught:
        symad.function(function)(V)
    assert f", at {HERE}:" in str(caught.value)


def _assigned(v: Any) -> Any:
    h = np.zeros(2, like=v)
    h[:] = v
    return h


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        (
            V * 1j,
            "real numbers, not complex128; use its real and imaginary parts as two arrays",
        ),
        (
            np.array([None]),
            "real numbers, not object; pass arrays of float64; static= for what is none",
        ),
        ({1, 2}, "an argument of <class 'set'> cannot tell traces apart; pass what can be hashed"),
    ],
)
def test_arguments_that_are_no_arrays_of_numbers(argument: Any, message: str) -> None:
    with pytest.raises(symad.TraceError, match=re.escape(message)):
        symad.function(lambda v: v)(argument)


def test_a_value_of_an_ended_trace_is_refused() -> None:
    kept: list[Any] = []
    symad.function(lambda v: kept.append(v) or v * 2)(V)
    with pytest.raises(symad.TraceError, match="this value was traced by a call that has ended"):
        symad.function(lambda v: v + kept[0])(V)
    with pytest.raises(symad.TraceError, match="this value was traced by a call that has ended"):
        symad.function(lambda v: v[0] + kept[0][0])(V)
    for use in (lambda v: v + 1, lambda v: v[0] + 1, lambda v: np.stack([v[0], v[1]]) * v[0], lambda v: -v[0]):
        with pytest.raises(symad.TraceError, match="this value was traced by a call that has ended"):
            use(kept[0])


def test_static_names_an_argument() -> None:
    with pytest.raises(symad.TraceError, match=re.escape("static= names 'n'; the arguments are (v)")):
        symad.function(lambda v: v, static=("n",))


def test_a_trace_beyond_its_limits_says_what_to_use() -> None:
    def repeated(v: Any) -> Any:
        for _ in range(1000):
            v = v + 0.001 * np.tanh(v)
        return v

    small = symad.Limits(nodes=500)
    with pytest.raises(
        symad.LimitError,
        match=r"more operations than the limit allows; for 10\^6 repeats of the same step use symad.scan",
    ):
        symad.function(repeated, limits=small)(V)


def test_what_prints_and_copies_does() -> None:
    seen: list[str] = []

    def function(v: Any) -> Any:
        seen.extend([repr(v), str(v[0]), f"{v}", repr(v > 0), repr(v[0] > 0)])
        return copy.deepcopy(v) + copy.copy(v[0])

    np.testing.assert_array_equal(symad.function(function)(V), V + V[0])
    shape = "<traced array of numbers, shape (3,)>"
    conditions = "<traced array of conditions, shape (3,)>"
    assert seen == [shape, "<traced number>", shape, conditions, "<traced condition>"]


def test_errors_survive_pickling() -> None:
    error = symad.TraceError("met", instead="this", file="a.py", line=3)
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.met, again.instead, again.file, again.line) == (str(error), "met", "this", "a.py", 3)
