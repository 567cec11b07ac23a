"""Tapes as files: what comes back is what was saved, and nothing else comes in."""

from __future__ import annotations

import pickle
import random
import sys
import threading
from pathlib import Path

import c_compilers
import numpy as np
import pytest
import sympy

import symad
from symad._core.bounds import node_errors

TEXTS = (
    "x",
    "2 + 3",
    "(x**2 + sin(x**2))*x**2  # π",
    "x, y: a = 1/3*3*x; r = sqrt(a**2 + y**2); Max(a, y, 2)*exp(-r) + 123456789012345678901234567890/r",
    "Piecewise((log(x), x > 0 and not y < 1), (10**400/10**399*y, True))",
    "r = x/y; (r, r**2, r, 7)",
)
# Offsets of FORMAT.md.
VERSION, FLAGS, LENGTH, CHECKSUM = 8, 12, 16, 24
FINDS = sorted((Path(__file__).resolve().parents[1] / "data" / "fuzz_tapes").glob("*.symad"))
PROCESS = """
import sys, symad
tape = symad.load(sys.argv[1])
points = eval(sys.argv[2])
print([float(v).hex() for x in points for v in (*tape.jacobian(x).ravel(), *tape.value(x))])
print(tape.output_names)
tape.to_c(sys.argv[3])
"""
MAIN = """
#include <stdio.h>
int main(void) {
  static const double points[][2] = {%s};
  double found[8];
  for (size_t i = 0; i < sizeof points / sizeof points[0]; i++) {
    f_jacobian(points[i], found + 2, NULL);
    f(points[i], found, NULL);
    for (int k = 0; k < 6; k++) printf("%%a ", found[k < 4 ? k + 2 : k - 4]);
  }
  return 0;
}
"""


def points(n: int) -> np.ndarray:
    return np.random.default_rng(5).uniform(0.1, 3.0, (50, n))


@pytest.mark.parametrize("text", TEXTS)
def test_a_loaded_tape_is_the_saved_one(text: str, tmp_path: Path) -> None:
    tape, path = symad.compile(text), tmp_path / "tape.symad"
    tape.save(path)
    loaded = symad.load(str(path))
    assert loaded.expression == tape.expression
    assert loaded.expression.source == text
    assert loaded.variables == tape.variables
    assert loaded.expression.labels == tape.expression.labels
    assert loaded.expression.counts == tape.expression.counts
    assert [loaded.expression.span(k) for k in range(loaded.expression.n_nodes)] == [
        tape.expression.span(k) for k in range(tape.expression.n_nodes)
    ]
    assert loaded.expression.to_bytes() == path.read_bytes()
    x = points(len(tape.variables))
    np.testing.assert_array_equal(loaded.value(x), tape.value(x))
    if tape.variables:
        np.testing.assert_array_equal(loaded.jacobian(x), tape.jacobian(x))
        assert symad.jacobian(loaded.expression) == symad.jacobian(tape.expression)


def test_derivatives_are_saved_too() -> None:
    gradient = symad.gradient(symad.parse(TEXTS[3]))
    loaded = symad.Expression.from_bytes(gradient.to_bytes())
    assert loaded == gradient
    assert (loaded.source, loaded.variables, loaded.n_outputs) == (None, gradient.variables, 2)


def test_equal_texts_give_equal_bytes() -> None:
    assert symad.parse(TEXTS[3]).to_bytes() == symad.parse(TEXTS[3]).to_bytes()


BITS = {  # text of two outputs and two variables: points where every branch is taken
    "names": ("r = hypot(x, y); t = atan2(y, x); (r, t)", [[0.5, 1.5], [-2.0, -0.0], [1e200, 1e-200]]),
    "branches": (
        "a = Piecewise((sqrt(x), x > 0), (x*y, y >= 1), (-y, True)); (a, Max(a, x*y, -1)*abs(y))",
        [[0.25, 3.0], [-2.0, 3.0], [-2.0, 0.0], [-1.0, 1.0]],
    ),
    "special functions": (
        "g = gamma(x)*erf(y); (besselj(2, x) + g, zeta(1 + x) - LambertW(y))",
        [[0.7, 1.3], [4.5, 0.1]],
    ),
    "constants": ("x, y: a = 1/3*3*x; (a**y, y*123456789012345678901234567890 + 0.1)", [[0.5, -2.5], [3.0, 1e-310]]),
}


@pytest.mark.parametrize("kind", BITS)
def test_another_process_and_an_export_from_it_give_the_same_bits(kind: str, tmp_path: Path) -> None:
    text, points = BITS[kind]
    tape, path, exported = symad.compile(text), tmp_path / "tape.symad", tmp_path / "f.c"
    tape.save(path)
    wanted = [float(v) for x in points for v in (*tape.jacobian(x).ravel(), *tape.value(x))]
    found = c_compilers.run(sys.executable, "-c", PROCESS, path, repr(points), exported).stdout.splitlines()
    assert found == [str([v.hex() for v in wanted]), str(tape.output_names)]
    rows = ", ".join("{" + ", ".join(v.hex() for v in point) + "}" for point in points)
    exported.write_text(exported.read_text(encoding="utf-8") + MAIN % rows, encoding="utf-8")
    c_compilers.run(*c_compilers.compiler("gcc"), *c_compilers.ARITHMETIC, exported, "-o", tmp_path / "f", "-lm")
    printed = [float.fromhex(word) for word in c_compilers.run(tmp_path / "f").stdout.split()]
    assert [v.hex() for v in printed] == [v.hex() for v in wanted]


def test_a_pickle_holds_the_same_bytes_and_the_symbols_of_the_user() -> None:
    a, b = sympy.Symbol("a", positive=True), sympy.Symbol("x_{1}", real=True)
    written = symad.from_sympy(a * sympy.sin(b) + sympy.Rational(1, 3))
    raw = pickle.dumps(symad.compile(written))
    assert written.to_bytes() in raw
    copy = pickle.loads(raw)
    assert copy.expression == written
    assert copy.expression.to_sympy().free_symbols == {a, b}


def test_a_pickle_of_bad_bytes_is_refused() -> None:
    raw = pickle.dumps(symad.parse("x*y"))
    place = raw.index(b"\x89SYM") + 130
    with pytest.raises(symad.TapeFormatError, match="pickle: the checksum is wrong"):
        pickle.loads(raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :])


@pytest.mark.parametrize(
    ("change", "message", "offset"),
    [
        (lambda b: b"", "do not begin as a tape does, at byte 0 of 0", 0),
        (lambda b: b"x*sin(y)", "do not begin as a tape does", 0),
        (lambda b: b.replace(b"\r\n", b"\n"), "do not begin as a tape does", 4),
        (lambda b: b[:60], "the header is cut off, at byte 60 of 60", 60),
        (lambda b: b[:-1], "shorter or longer than it says", LENGTH),
        (lambda b: b + b"\0", "shorter or longer than it says", LENGTH),
        (lambda b: b[:VERSION] + b"\7" + b[VERSION + 1 :], "written by a newer version", VERSION),
        (lambda b: b[:FLAGS] + b"\1" + b[FLAGS + 1 :], "a reserved bit is set", FLAGS),
        (lambda b: b[:-1] + b"?", "the checksum is wrong: the file is damaged", CHECKSUM),
    ],
)
def test_refusals_say_what_and_where(change: object, message: str, offset: int, tmp_path: Path) -> None:
    path = tmp_path / "other.symad"
    path.write_bytes(change(symad.parse("x*sin(y)").to_bytes()))  # type: ignore[operator]
    with pytest.raises(symad.TapeFormatError, match=message) as caught:
        symad.load(path)
    assert caught.value.offset == offset
    assert str(path) in str(caught.value)
    assert pickle.loads(pickle.dumps(caught.value)).offset == offset


def test_bytes_of_any_kind() -> None:
    raw = symad.parse("x*y").to_bytes()
    for kind in (bytes, bytearray, memoryview):
        assert symad.Expression.from_bytes(kind(raw)) == symad.parse("x*y")
    with pytest.raises(TypeError):
        symad.Expression.from_bytes("text")  # type: ignore[arg-type]


def test_every_flip_is_refused_or_harmless() -> None:
    raw = symad.parse(TEXTS[4]).to_bytes()
    chosen = random.Random(3)
    for place in range(len(raw)):
        changed = bytearray(raw)
        changed[place] ^= 1 << chosen.randrange(8)
        if place in (VERSION + 2, VERSION + 3):  # a newer minor version is read
            continue
        with pytest.raises(symad.TapeFormatError):
            symad.Expression.from_bytes(changed)


@pytest.mark.parametrize("path", FINDS, ids=lambda path: path.stem)
def test_a_find_of_the_fuzzer_does_no_harm(path: Path) -> None:
    try:
        loaded = symad.Expression.from_bytes(path.read_bytes())
    except symad.TapeFormatError:
        return
    assert symad.Expression.from_bytes(loaded.to_bytes()) == loaded
    x = points(len(loaded.variables))
    found = symad.compile(loaded).value(x).reshape(len(x), -1)
    for point, outputs in zip(x, found, strict=True):  # what the plan computes is what the evaluator does
        values = node_errors(loaded.handle, point).values
        np.testing.assert_array_equal(outputs, values[list(loaded.outputs)])
    assert str(loaded)


def test_a_deep_tape() -> None:
    written = symad.parse("+".join(["x*y"] + ["sin(x)"] * 3) + "*(x+1)" * 100_000)
    assert symad.Expression.from_bytes(written.to_bytes()) == written


def test_python_threads_get_the_bits_of_one() -> None:
    tape = symad.Expression.from_bytes(symad.parse(TEXTS[3]).to_bytes()).compile()
    x = points(2)
    wanted, different = (tape.value(x), tape.jacobian(x)), []
    start = threading.Barrier(8)

    def run() -> None:
        start.wait()
        for k in range(40):
            value, slopes = tape.value(x[k:]), tape.jacobian(x[k:])
            if not (np.array_equal(value, wanted[0][k:]) and np.array_equal(slopes, wanted[1][k:])):
                different.append(k)

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert different == []


def test_what_is_held_is_said_again(tmp_path: Path) -> None:
    path = tmp_path / "f.tape"
    symad.compile("a*t**2 + y", held=["t", "y"]).save(path)
    assert symad.load(path).free == ("a", "t", "y")
    tape = symad.load(path, held=["t", "y"])
    assert (tape.free, tape.variables) == (("a",), ("a", "t", "y"))
    with pytest.raises(symad.ExpressionError, match="held: z is no variable"):
        symad.load(path, held=["z"])
