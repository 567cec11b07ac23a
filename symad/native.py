"""Native speed: a program printed as C, compiled by the system's compiler, loaded and kept in a cache.

Knows compilers, flags and files; the text comes from `symad.emission`, numbers from the loaded library.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from symad._core_native import attach
from symad.emission import native_file
from symad.errors import NativeError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from symad._core import Plan
    from symad.expression import Expression

_ARITHMETIC = ("-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math")
_SHARED = ("-std=c99", "-shared", "-fPIC", "-fvisibility=hidden")
# Lines of vectors are vector code already: joining statements into vectors (SLP) costs most of the compile time and
# nothing is gained. Long programs get what pays for its time: within 3 % of -O3's speed for half of its seconds.
_MANY_STEPS = 250
_SHORT_WAY = ("-O3", "-fno-tree-slp-vectorize")
_LONG_WAY = ("-O1", "-ftree-vectorize", "-fno-tree-slp-vectorize", "-finline-functions")
_SECONDS = 600.0


class NativeCompiler:
    """Compiles programs, keeps the libraries in a cache and hands them to plans.

    Parameters
    ----------
    command : str
        The C compiler, a name or a path.
    cache : path, optional
        Where libraries are kept, by default ``~/.cache/symad`` (``~/Library/Caches/symad`` on macOS). A folder that
        others may write to is not used.

    Raises
    ------
    NativeError
        If there is no such compiler.
    """

    def __init__(self, command: str = "cc", cache: str | os.PathLike[str] | None = None) -> None:
        found = shutil.which(command)
        if found is None:
            raise NativeError(f"there is no C compiler {command!r}")
        self._command = found
        self._cache = _own_folder(Path(cache) if cache is not None else _default_cache())

    def attach(self, plan: Plan, program: Expression, first_inputs: int, first_outputs: int) -> None:
        """Compile the plan's program, or find it in the cache, and let the plan run it.

        Raises
        ------
        NativeError
            If the compiler refuses its work.
        UnsupportedError
            If an operation has no C form.
        """
        text, n_steps = native_file(program, first_inputs, first_outputs)
        effort = _SHORT_WAY if n_steps <= _MANY_STEPS else _LONG_WAY
        flags = (*effort, *_machine_flags(), *_ARITHMETIC, *_SHARED)
        path = self._cache / f"{self._key(text, flags)}.so"
        if not path.exists():
            self._compile(text, flags, path)
        attach(plan, str(path))

    def _key(self, text: str, flags: Sequence[str]) -> str:
        """Equal only for the same source, flags, compiler and processor."""
        compiler = Path(self._command).resolve()
        found = compiler.stat()
        parts = (text, *flags, str(compiler), str(found.st_mtime_ns), str(found.st_size), _processor())
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:40]

    def _compile(self, text: str, flags: Sequence[str], path: Path) -> None:
        """Compile beside the final place and move there in one step: readers never see half a library."""
        with tempfile.TemporaryDirectory(dir=self._cache) as folder:
            source, built = Path(folder) / "f.c", Path(folder) / "f.so"
            source.write_text(text, encoding="utf-8")
            command = [self._command, *flags, str(source), "-o", str(built), "-lm"]
            try:
                done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_SECONDS)
            except (OSError, subprocess.TimeoutExpired) as error:
                raise NativeError(f"{self._command} did not compile the formula: {error}") from error
            if done.returncode != 0:
                raise NativeError(f"{self._command} did not compile the formula: {done.stderr.strip()[:500]}")
            built.replace(path)


def _machine_flags() -> tuple[str, ...]:
    """For this processor alone; vectors as wide as it has."""
    wide = ("-mprefer-vector-width=512",) if platform.machine() in ("x86_64", "AMD64") else ()
    return ("-march=native", *wide)


def _processor() -> str:
    """What tells processors apart for which ``-march=native`` means different things."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return platform.machine() + platform.processor()
    wanted = ("model name", "flags", "Features", "CPU part")
    return "\n".join(dict.fromkeys(line for line in lines if line.startswith(wanted)))


def _default_cache() -> Path:
    return Path.home() / ("Library/Caches" if sys.platform == "darwin" else ".cache") / "symad"


def _own_folder(path: Path) -> Path:
    """The folder if it is ours alone to write to, made when missing: code is loaded from it."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = path.stat()
    except OSError as error:
        raise NativeError(f"the cache {path} cannot be used: {error.strerror or error}") from error
    if found.st_uid != os.getuid() or found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise NativeError(
            f"the cache {path} can be written to by others; code is loaded only from a folder of one's own"
        )
    return path
