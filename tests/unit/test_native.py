"""Compiled tapes: the interpreter's bits, the cache, what happens without a compiler."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from compiling import compiler
from numpy.typing import NDArray

import symad
from symad import _core, automatic
from symad.emission.program import Program
from symad.native import NativeCompiler

FORMULA = "s = sin(x)*cos(x); Piecewise((s*exp(y), x > y), (Max(x, y**2)/(1 + tanh(s)), True))"
WAVES = sorted((Path(__file__).resolve().parents[1] / "data" / "fuzz_tapes").glob("*cosine*.symad"))
POINTS = np.vstack([np.random.default_rng(1).uniform(-3, 3, (203, 2)), [[0, -0.0], [1, 1], [np.inf, 1], [1e7, np.nan]]])


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A user's home of its own, so that no test meets another's cache."""
    compiler("gcc")
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def same(found: NDArray[np.float64], wanted: NDArray[np.float64]) -> bool:
    """Bit for bit, one nan being like another."""
    found, wanted = np.ascontiguousarray(found), np.ascontiguousarray(wanted)
    return bool(np.all((found.view(np.int64) == wanted.view(np.int64)) | (np.isnan(found) & np.isnan(wanted))))


def libraries(home: Path) -> list[Path]:
    return sorted((home / ".cache" / "symad").glob("*"))


@pytest.mark.parametrize("path", WAVES, ids=lambda path: path.stem)
def test_a_loaded_wave_may_occur_twice(path: Path, home: Path) -> None:
    """No text says it; code that pairs a sine with a cosine must not take two equal ones for a pair."""
    loaded = symad.Expression.from_bytes(path.read_bytes())
    native = symad.compile(loaded, native=True)
    assert native.native
    assert same(native.value(POINTS[:, :1]), symad.compile(loaded).value(POINTS[:, :1]))


@pytest.mark.skipif(sys.platform != "linux", reason="the cache of other systems lies elsewhere")
def test_every_form_has_the_bits_of_the_interpreter(home: Path) -> None:
    plain, native = symad.compile(FORMULA), symad.compile(FORMULA, native=True)
    assert native.native
    assert not plain.native
    assert same(native.value(POINTS), plain.value(POINTS))
    for points in (
        POINTS,
        POINTS[:3],
        np.asfortranarray(POINTS),
        POINTS[::-2],
        POINTS[5],
        np.hstack([POINTS] * 2)[:, ::3],
    ):
        for found, wanted in zip(native.value_and_gradient(points), plain.value_and_gradient(points), strict=True):
            assert same(np.asarray(found), np.asarray(wanted))
    assert same(native.hvp(POINTS, [1.0, 2.0]), plain.hvp(POINTS, [1.0, 2.0]))
    assert len(libraries(home)) == 3  # a library for each program that was used
    assert native.value(np.empty((0, 2))).shape == (0,)


@pytest.mark.skipif(sys.platform != "linux", reason="the cache of other systems lies elsewhere")
def test_the_cache_is_used_again_and_holds_nothing_else(home: Path) -> None:
    symad.compile("x*y + 1", native=True)
    (first,) = libraries(home)
    written = first.stat().st_mtime_ns
    symad.compile("x*y + 1", native=True)
    symad.compile("x*y + 2", native=True)
    assert len(libraries(home)) == 2
    assert first.stat().st_mtime_ns == written
    assert (home / ".cache" / "symad").stat().st_mode & 0o077 == 0


def test_many_writers_of_one_library(tmp_path: Path) -> None:
    """Threads of one process and another process compile the same program into the same empty cache."""
    compiler("gcc")
    program = automatic.value_and_gradient(symad.parse(FORMULA))
    wanted = symad.compile(program).value(POINTS)
    answers: list[NDArray[np.float64]] = []

    def work() -> None:
        out, plan = np.empty_like(wanted), _core.Plan(program.handle, 2, 3)
        NativeCompiler(cache=tmp_path / "cache").attach(plan, program, 2, 3)
        plan.run([POINTS], [out])
        answers.append(out)

    code = "import symad; from symad.native import NativeCompiler; from symad import _core, automatic\n"
    code += f"e = automatic.value_and_gradient(symad.parse({FORMULA!r}))\n"
    code += f"NativeCompiler(cache={str(tmp_path / 'cache')!r}).attach(_core.Plan(e.handle, 2, 3), e, 2, 3)\n"
    other = subprocess.Popen([sys.executable, "-c", code])
    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert other.wait() == 0
    assert len(answers) == 3
    assert all(same(answer, wanted) for answer in answers)
    assert [path.suffix for path in (tmp_path / "cache").iterdir()] == [".so"]


def test_without_a_compiler_the_tape_is_interpreted_and_says_so() -> None:
    with pytest.warns(RuntimeWarning, match="no C compiler 'no-such-cc'; the tape is interpreted"):
        tape = symad.compile("x*y", native=True, compiler="no-such-cc")
    assert not tape.native
    assert tape.value([2.0, 3.0]) == 6.0


def test_a_compiler_that_fails_is_reported(tmp_path: Path, home: Path) -> None:
    broken = tmp_path / "broken-cc"
    broken.write_text("#!/bin/sh\necho 'cannot do that' >&2\nexit 1\n", encoding="utf-8")
    broken.chmod(0o755)
    with pytest.warns(RuntimeWarning, match="did not compile the formula: cannot do that"):
        assert not symad.compile("x", native=True, compiler=str(broken)).native


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="no owners of files")
def test_code_is_loaded_from_a_folder_of_ones_own_only(tmp_path: Path) -> None:
    compiler("gcc")
    tmp_path.chmod(0o777)
    with pytest.raises(symad.NativeError, match="can be written to by others"):
        NativeCompiler("gcc", cache=tmp_path)


def test_a_long_program_is_compiled_in_parts(home: Path) -> None:
    text = "a0 = x; " + "; ".join(f"a{i + 1} = sin(a{i})*y + a{i - i % 7}" for i in range(130)) + "; a130*a65"
    plain, native = symad.compile(text), symad.compile(text, native=True)
    assert len(Program(symad.gradient(plain.expression)).parts) > 1
    assert same(native.gradient(POINTS[:50]), plain.gradient(POINTS[:50]))
    assert same(native.gradient(POINTS[7]), plain.gradient(POINTS[7]))


def test_a_pickled_tape_is_native_again(home: Path) -> None:
    tape = pickle.loads(pickle.dumps(symad.compile("x*y", native=True)))
    assert tape.native
    assert tape.value([2.0, 3.0]) == 6.0
