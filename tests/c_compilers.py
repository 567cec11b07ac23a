"""C compilers of the machine and how exported files are built; knows nothing of symad."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
from pathlib import Path

import pytest

ARITHMETIC = ("-O2", "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math")
STRICT = ("-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion", "-Werror")
LANGUAGES = {
    "gcc": ("gcc", "-std=c99"),
    "clang": ("clang", "-std=c99"),
    "g++": ("g++", "-x", "c++", "-std=c++11"),
    "clang++": ("clang++", "-x", "c++", "-std=c++11"),
}


def compiler(name: str) -> tuple[str, ...]:
    """Command of a compiler with its language; a test is skipped where the machine lacks it."""
    command = LANGUAGES[name]
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    return command


def run(*command: str | Path, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    """A finished command; its output tells what went wrong."""
    found = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, cwd=folder)
    assert found.returncode == 0, f"{command[0]}: {found.returncode}\n{found.stdout[-2000:]}{found.stderr[-2000:]}"
    return found


def check_syntax(text: str, name: str, folder: Path) -> None:
    """Compile without a warning under the strict flags, code left out."""
    path = folder / "checked.c"
    path.write_text(text, encoding="utf-8")
    run(*compiler(name), *ARITHMETIC, *STRICT, "-fsyntax-only", path)


def selftest(text: str, name: str, folder: Path, *flags: str) -> str:
    """Compile a file strictly as its own test and run it; what it prints."""
    path, program = folder / "tested.c", folder / "tested"
    path.write_text(text, encoding="utf-8")
    run(*compiler(name), *ARITHMETIC, *STRICT, *flags, "-DSYMAD_SELFTEST", path, "-o", program, "-lm")
    return run(program).stdout


def library(text: str, name: str, folder: Path, *flags: str) -> ctypes.CDLL:
    """Compile a file strictly and load it into this process."""
    path, made = folder / "loaded.c", folder / f"loaded_{name}.so"
    path.write_text(text, encoding="utf-8")
    run(*compiler(name), *ARITHMETIC, *STRICT, *flags, "-shared", "-fPIC", path, "-o", made, "-lm")
    return ctypes.CDLL(str(made))
