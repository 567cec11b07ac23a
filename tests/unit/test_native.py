"""Compiled tapes: the interpreter's bits, the cache, what happens without a compiler."""

from __future__ import annotations

import errno
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from c_compilers import compiler
from numpy.typing import NDArray

import symad
from symad import _symad
from symad._core import tapes
from symad.cli import main
from symad.derive import automatic
from symad.emission.program import Program
from symad.system.cache import LibraryCache, default_folder
from symad.tape.native import NativeCompiler

FORMULA = "s = sin(x)*cos(x); Piecewise((s*exp(y), x > y), (Max(x, y**2)/(1 + tanh(s)), True))"
WAVES = sorted((Path(__file__).resolve().parents[1] / "data" / "fuzz_tapes").glob("*cosine*.symad"))
POINTS = np.vstack([np.random.default_rng(1).uniform(-3, 3, (203, 2)), [[0, -0.0], [1, 1], [np.inf, 1], [1e7, np.nan]]])


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A user's home of its own, so that no test meets another's cache."""
    compiler("gcc")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
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
        out, plan = np.empty_like(wanted), tapes.Plan(program.handle, 2, 3)
        NativeCompiler(cache=tmp_path / "cache").attach(plan, program, 2, 3)
        plan.run([POINTS], [out])
        answers.append(out)

    code = "import symad; from symad.tape.native import NativeCompiler\n"
    code += "from symad._core import tapes; from symad.derive import automatic\n"
    code += f"e = automatic.value_and_gradient(symad.parse({FORMULA!r}))\n"
    code += f"NativeCompiler(cache={str(tmp_path / 'cache')!r}).attach(tapes.Plan(e.handle, 2, 3), e, 2, 3)\n"
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


def compiled_elsewhere(cache: Path, limit: str = "") -> subprocess.CompletedProcess[str]:
    """A formula compiled by another process: one that ends by a signal does not end the tests."""
    code = "import warnings, symad\nwarnings.simplefilter('error')\n" + limit
    code += "tape = symad.compile('x*y + 1', native=True)\nprint(tape.native, tape.value([2.0, 3.0]))"
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache)}
    return subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def one_byte(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)


def linked(path: Path) -> None:
    other = path.parent.parent / "other.so"
    path.rename(other)
    path.symlink_to(other)


@pytest.mark.parametrize("damage", [cut, emptied, one_byte, linked, lambda path: path.chmod(0o777)])
@pytest.mark.skipif(sys.platform != "linux", reason="libraries, limits and /proc of Linux")
def test_a_damaged_library_is_made_again(damage: Callable[[Path], None], tmp_path: Path) -> None:
    compiler("gcc")
    cache = tmp_path / "symad"
    assert compiled_elsewhere(tmp_path).stdout == "True 7.0\n"
    (library,) = cache.iterdir()
    whole = library.read_bytes()
    damage(library)
    for _ in range(2):
        done = compiled_elsewhere(tmp_path)
        assert (done.returncode, done.stdout, done.stderr) == (0, "True 7.0\n", "")
        (library,) = cache.iterdir()
        assert (library.read_bytes(), library.is_symlink(), library.stat().st_mode & 0o777) == (whole, False, 0o700)


FULL = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))\n"


@pytest.mark.skipif(sys.platform != "linux", reason="libraries, limits and /proc of Linux")
def test_a_full_cache_leaves_the_interpreter(tmp_path: Path) -> None:
    compiler("gcc")
    done = compiled_elsewhere(tmp_path, FULL + "warnings.simplefilter('always')\n")
    assert (done.returncode, done.stdout) == (0, "False 7.0\n")
    assert done.stderr.count("Warning") == 1
    assert "cannot be used: file too large; the tape is interpreted" in done.stderr
    assert list((tmp_path / "symad").iterdir()) == []


def refused(cache: Path, because: str, command: str = "gcc", seconds: float | None = None) -> None:
    with pytest.raises(symad.NativeError, match=because):
        native(cache, command, seconds)


def native(cache: Path, command: str = "gcc", seconds: float | None = None) -> None:
    program = symad.parse("x*y + 1")
    NativeCompiler(command, cache, seconds=seconds).attach(tapes.Plan(program.handle, 2, 1), program, 2, 1)


@pytest.mark.skipif(sys.platform != "linux", reason="libraries, limits and /proc of Linux")
def test_a_cache_that_cannot_be_used_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compiler("gcc")
    (tmp_path / "file").touch()
    refused(tmp_path / "file", "cannot be used: file exists")
    refused(tmp_path / "file" / "below", "cannot be used: not a directory")
    refused(Path("/proc/symad"), "cannot be used: no such file")
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    refused(tmp_path / "open" / "cache", r"open, which holds the cache .* can be written to by others")
    if os.geteuid() == 0:
        (tmp_path / "foreign").mkdir(mode=0o700)
        os.chown(tmp_path / "foreign", 12345, 12345)
        refused(tmp_path / "foreign", "belongs to another user")

    def read_only(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr("tempfile.mkdtemp", read_only)
    refused(tmp_path / "cache", "cannot be used: read-only file system")


@pytest.mark.parametrize(
    ("script", "because"),
    [
        ("true", r"what the C compiler made is no library \(0 bytes\)"),
        ('for o; do [ "$p" = -o ] && echo garbage > "$o"; p=$o; done', "is no library \\(8 bytes\\)"),
        ('for o; do [ "$p" = -o ] && head -c 9000 "$LIBRARY" > "$o"; p=$o; done', "is no library \\(9,000 bytes\\)"),
        ('for o; do [ "$p" = -o ] && cp "$LIBRARY" "$o"; p=$o; done', "cannot be loaded"),
        ("exit 3", "did not compile the formula: exit status 3"),
        ("printf '\\377' >&2; exit 3", "did not compile the formula: \ufffd"),
        ("sleep 1000 & sleep 1000", "did not compile the formula within 0.3 s"),
    ],
    ids=["nothing", "garbage", "half", "other", "no-words", "no-text", "hangs"],
)
@pytest.mark.skipif(sys.platform != "linux", reason="libraries, limits and /proc of Linux")
def test_a_compiler_that_does_not_do_its_work(
    script: str, because: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIBRARY", _symad.__file__)
    broken = tmp_path / "cc"
    broken.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    broken.chmod(0o755)
    refused(tmp_path / "cache", because, str(broken), 0.3 if "sleep" in script else 60.0)
    assert list((tmp_path / "cache").iterdir()) == []


def test_the_oldest_used_libraries_go_first(tmp_path: Path) -> None:
    cache = LibraryCache(tmp_path, limit=0)
    cache.prepare()
    whole = Path(_symad.__file__).read_bytes()

    def keep(key: str) -> Path:
        (tmp_path / "built").write_bytes(whole)
        return cache.keep(tmp_path / "built", key)

    first = keep("first")
    cache.limit = 2 * len(whole)
    second = keep("second")
    os.utime(first, (1, 1))
    os.utime(second, (2, 2))
    assert cache.find("first") == first  # which is a use
    third = keep("third")
    assert {path for _, _, path in cache.sizes()} == {first, third}
    cache.limit = 1
    assert {path for _, _, path in cache.sizes()} == {first, third}
    last = keep("last")
    assert [path for _, _, path in cache.sizes()] == [last]  # beyond the limit, but in use


def test_the_command_shows_and_empties_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    compiler("gcc")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert main(["cache"]) == 0
    assert capsys.readouterr().out.splitlines()[:2] == [f"folder        {tmp_path}/symad", "libraries     0"]
    native(tmp_path / "symad")
    (tmp_path / "symad" / "building-left").mkdir()
    (tmp_path / "symad" / "building-left" / "f.c").touch()
    (tmp_path / "symad" / "notes.txt").touch()
    assert main(["cache"]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert shown[1] == "libraries     1"
    assert shown[2].endswith("MB of 256 MB, beyond which the oldest used go")
    assert main(["cache", "--clear"]) == 0
    assert capsys.readouterr().out == f"removed 1 of 1 libraries from {tmp_path}/symad\n"
    assert [path.name for path in (tmp_path / "symad").iterdir()] == ["notes.txt"]


def test_the_cache_lies_where_the_system_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert default_folder() == Path("/somewhere/symad")
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", "/home/of")
    assert default_folder().is_relative_to("/home/of")


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
