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
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from symad._core_native import NativeHandle
from symad.emission.export import c_file, kernels
from symad.emission.functions import functions
from symad.errors import NativeError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from symad._core import Handle
    from symad._core_native import Array
    from symad.expression import Expression

_ARITHMETIC = ("-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math")
_SHARED = ("-std=c99", "-shared", "-fPIC", "-fvisibility=default")
# Long programs get what pays for its compile time: within 6 % of -O3's speed for two thirds of its seconds.
_MANY_STEPS = 1000
_SHORT_WAY = ("-O3",)
_LONG_WAY = ("-O1", "-ftree-vectorize", "-ftree-loop-if-convert", "-finline-functions", "-fpeel-loops")
_SECONDS = 600.0


class NativeCompiler:
    """Compiles programs and keeps the results.

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
        self._handles: dict[Handle, NativeHandle] = {}  # by identity
        self._lock = threading.Lock()

    def run(self, program: Expression, inputs: Sequence[Array], outputs: Sequence[Array]) -> None:
        """Evaluate a program at each row of the inputs' blocks (n_points, columns) into the outputs' blocks; compiled
        when first asked for."""
        points = inputs[0] if len(inputs) == 1 else np.hstack(inputs)
        if len(outputs) == 1:
            self.handle(program).values(points, outputs[0])
            return
        whole = np.empty((program.n_outputs, len(points))).T  # columns side by side: tiles leave in whole vectors
        self.handle(program).values(points, whole)
        start = 0
        for block in outputs:
            block[...] = whole[:, start : start + block.shape[1]]
            start += block.shape[1]

    def handle(self, program: Expression) -> NativeHandle:
        """The loaded library of a program.

        Raises
        ------
        NativeError
            If the compiler refuses its work.
        UnsupportedError
            If an operation has no C form.
        """
        with self._lock:
            if program.handle not in self._handles:
                self._handles[program.handle] = self._made(program)
            return self._handles[program.handle]

    def _made(self, program: Expression) -> NativeHandle:
        made = functions(program, "f", ("value",))
        text = c_file(made, kernels(made, batch=True), comment="", batch=True)
        n_steps = len(made[0].program.steps)
        effort = _SHORT_WAY if n_steps <= _MANY_STEPS else _LONG_WAY
        flags = (*effort, *_machine_flags(), *_ARITHMETIC, *_SHARED)
        path = self._cache / f"{self._key(text, flags)}.so"
        if not path.exists():
            self._compile(text, flags, path)
        return NativeHandle(str(path), made[0].program.n_slots)

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
