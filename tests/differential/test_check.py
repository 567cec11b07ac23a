"""What `Tape.check` says of the whole corpus: lost digits are flagged, sound numbers are not, and why is told."""

from __future__ import annotations

import math

import numpy as np
import pytest
from acceptance import taken
from yardsticks import gradient_error, relative_error

import symad
from symad._core import tapes

LOST, SOUND = 1e-6, 1e-12  # relative errors above and below which a number must, and must not, be flagged
LEAST_FLAGGED, MOST_FALSE = 0.95, 0.01
WORD = dict(tapes.STATUS_BITS)


def test_lost_digits_of_the_corpus_are_flagged_and_sound_ones_are_not() -> None:
    """Number by number: the value and each slope against 50 digits, flagged by its own bound."""
    n_lost = n_found = n_sound = n_false = 0
    for formula, written in taken():
        tape, points = symad.compile(written), np.array(formula.points)
        check, (values, gradients) = tape.check(points), tape.value_and_gradient(points)
        for k, point in enumerate(formula.points):
            errors = [relative_error(float(values[k]), formula.values[k])]
            errors += [
                gradient_error([g], [w], [x], formula.values[k])
                for g, w, x in zip(gradients[k], formula.gradients[k], point, strict=True)
            ]
            for error, bound in zip(errors, check.error_bound[k], strict=True):
                flagged = bound > 1e-8
                n_lost, n_found = n_lost + (error > LOST), n_found + (error > LOST and flagged)
                n_sound, n_false = n_sound + (error < SOUND), n_false + (error < SOUND and flagged)
    assert n_lost > 30
    assert n_sound > 15_000
    assert n_found >= LEAST_FLAGGED * n_lost, (n_found, n_lost)
    assert n_false <= MOST_FALSE * n_sound, (n_false, n_sound)


def test_the_bound_covers_the_error_of_the_corpus() -> None:
    """To first order, so with a factor of two, wherever plain doubles are meant to work."""
    n = 0
    for formula, written in taken("feynman", "science", "optfun", "herbie", "mgh", "finance"):
        tape = symad.compile(written)
        for k, point in enumerate(formula.points):
            bound, value = float(tape.check(point).error_bound[0]), float(tape.value(point))
            error = relative_error(value, formula.values[k])
            assert error <= 2.0 * bound + 2.0**-52 or math.isinf(bound), (formula.ident, error, bound)
            n += 1
    assert n > 1000


def test_shapes_follow_the_points() -> None:
    tape = symad.compile("x*y + sin(x)")
    check = tape.check(np.ones((2, 3, 2)))
    assert check.status.shape == (2, 3)
    assert check.status.dtype == np.uint32
    assert check.error_bound.shape == (2, 3, 3)
    assert len(check.causes) == 6
    assert not check
    assert tape.check([1.0, 2.0]).status.shape == ()
    assert symad.compile("x").check(3.0).error_bound.tolist() == [0.0, 0.0]


@pytest.mark.parametrize(
    ("text", "point", "name", "operation"),
    [
        ("exp(x) - 1 - x", (1e-9,), "lost_digits", "exp(x) - 1"),
        ("sqrt(x**2 + 1) - x", (1e9,), "cancelled", "sqrt(x**2 + 1) - x"),
        ("log(x)", (-1.0,), "domain", "log(x)"),
        ("Abs(x) + y", (0.0, 1.0), "tie", "Abs(x)"),
        ("norm(x, y)", (0.0, 0.0), "tie", "norm(x, y)"),
        ("Max(x, y)", (1.0, 1.0), "tie", "Max(x, y)"),
        ("exp(x)", (800.0,), "overflow", "exp(x)"),
        ("exp(x)*1e300", (-740.0,), "underflow", "exp(x)"),
        ("floor(x)*y", (2.0, 1.0), "tie", "floor(x)"),
        ("asin(x)", (2.0,), "domain", "asin(x)"),
        ("gamma(x)", (-1.0,), "domain", "gamma(x)"),
    ],
)
def test_each_flag_names_the_operation(text: str, point: tuple[float, ...], name: str, operation: str) -> None:
    """With the words that were typed, in the bit of its name."""
    check = symad.compile(text).check(point)
    bits = {bit.name: bit.text for bit in check.causes[0].bits}
    assert bits[name] == operation
    assert check.status & WORD[name]
    assert check.causes[0].word == check.status


def test_what_is_clean_stays_clean() -> None:
    for text, point in (("x*y", (3.0, 4.0)), ("expm1(x) - x/2", (1e-9,)), ("norm(x, y)", (3.0, 4.0))):
        check = symad.compile(text).check(point)
        assert not check
        assert str(check.causes[0]) == "clean"
        assert (check.error_bound < 1e-14).all()


def test_several_outputs_are_checked_and_wrong_shapes_refused() -> None:
    pair = symad.compile("(x - y, 1/x)")
    assert pair.check([[1.0, 2.0], [0.0, 2.0]]).doubtful.tolist() == [[False, False], [False, True]]
    assert pair.check([1.0, 2.0], of="jacobian").numbers.tolist() == [1.0, -1.0, -1.0, 0.0]
    with pytest.raises(symad.ExpressionError, match="one output"):
        pair.check([1.0, 2.0], of="gradient")
    with pytest.raises(symad.ShapeError):
        symad.compile("x*y").check([1.0, 2.0, 3.0])
