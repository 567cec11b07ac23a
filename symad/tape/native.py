"""Native speed: a program printed as C, compiled by the system's compiler, loaded and kept in a cache.

Knows compilers and flags; the text comes from `symad.emission`, files lie in a `system.cache`, numbers come from the
loaded library.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import signal
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from symad._core.native import attach
from symad.emission import native_file
from symad.errors import NativeError
from symad.system.cache import LibraryCache, default_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from symad._core.tapes import Plan
    from symad.formula.expression import Expression

_ARITHMETIC = ("-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math")
_SHARED = ("-std=c99", "-shared", "-fPIC", "-fvisibility=hidden")
# Lines of vectors are vector code already: joining statements into vectors (SLP) costs most of the compile time and
# nothing is gained. Long programs get what pays for its time: within 3 % of -O3's speed for half of its seconds.
_MANY_STEPS = 250
_SHORT_WAY = ("-O3", "-fno-tree-slp-vectorize")
_LONG_WAY = ("-O1", "-ftree-vectorize", "-fno-tree-slp-vectorize", "-finline-functions")
# A compiler gets a minute, and ten times what it usually takes for a step: more means that it hangs.
_SECONDS, _SECONDS_A_STEP = 60.0, 0.02


class NativeCompiler:
    """Compiles programs, keeps the libraries in a cache and hands them to plans.

    Parameters
    ----------
    command : str
        The C compiler, a name or a path.
    cache : path, optional
        Where libraries are kept, by default ``symad`` in XDG_CACHE_HOME, ``~/.cache`` or, on macOS,
        ``~/Library/Caches``. A folder that others may write to is not used.
    seconds : float, optional
        How long the compiler may work on one program; by default as long as its length allows for.

    Raises
    ------
    NativeError
        If there is no such compiler, or the cache cannot be used.
    """

    def __init__(
        self, command: str = "cc", cache: str | os.PathLike[str] | None = None, *, seconds: float | None = None
    ) -> None:
        found = shutil.which(command)
        if found is None:
            raise NativeError(f"there is no C compiler {command!r}")
        self._command = found
        self._cache = LibraryCache(Path(cache) if cache is not None else default_folder())
        self._cache.prepare()
        self._seconds = seconds

    def attach(self, plan: Plan, program: Expression, first_inputs: int, first_outputs: int) -> None:
        """Compile the plan's program, or find it in the cache, and let the plan run it.

        Raises
        ------
        NativeError
            If the compiler refuses its work or hangs, makes what is no such library, or has no room in the cache.
        UnsupportedError
            If an operation has no C form.
        """
        text, n_steps = native_file(program, first_inputs, first_outputs)
        effort = _SHORT_WAY if n_steps <= _MANY_STEPS else _LONG_WAY
        flags = (*effort, *_machine_flags(), *_ARITHMETIC, *_SHARED)
        seconds = self._seconds or _SECONDS + _SECONDS_A_STEP * n_steps
        try:
            key = self._key(text, flags)
            kept = self._cache.find(key)
            if kept is None or not self._loads(plan, kept):
                made = self._compiled(text, flags, key, seconds)
                self._attached(plan, made)
        except OSError as error:
            raise self._cache.unusable(error) from error

    def _loads(self, plan: Plan, kept: Path) -> bool:
        """Attach a library of the cache, which may come from another system that shares the folder."""
        with suppress(NativeError):
            self._attached(plan, kept)
            return True
        return False

    def _attached(self, plan: Plan, library: Path) -> None:
        """Attach it; what cannot be loaded is not kept."""
        try:
            attach(plan, str(library))
        except NativeError:
            self._cache.drop(library)
            raise

    def _key(self, text: str, flags: Sequence[str]) -> str:
        """Equal only for the same source, flags, compiler and processor."""
        compiler = Path(self._command).resolve()
        found = compiler.stat()
        parts = (text, *flags, str(compiler), str(found.st_mtime_ns), str(found.st_size), _processor())
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:40]

    def _compiled(self, text: str, flags: Sequence[str], key: str, seconds: float) -> Path:
        """Compile, and keep what comes of it."""
        with self._cache.building() as folder:
            source, built = Path(folder) / "f.c", Path(folder) / "f.so"
            source.write_text(text, encoding="utf-8")
            self._run([self._command, *flags, str(source), "-o", str(built), "-lm"], seconds)
            return self._cache.keep(built, key)

    def _run(self, command: Sequence[str], seconds: float) -> None:
        """Let the compiler work, in a group of its own: one that hangs ends with all that it has started."""
        nothing, words = subprocess.DEVNULL, subprocess.PIPE
        failed = f"{self._command} did not compile the formula"
        try:
            process = subprocess.Popen(
                command, stdin=nothing, stdout=nothing, stderr=words, errors="replace", start_new_session=True
            )
        except OSError as error:
            raise NativeError(f"{failed}: {(error.strerror or str(error)).lower()}") from error
        with process:
            try:
                said = process.communicate(timeout=seconds)[1]
            except BaseException as error:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                if isinstance(error, subprocess.TimeoutExpired):
                    raise NativeError(f"{failed} within {seconds:g} s") from error
                raise
        if process.returncode != 0:
            raise NativeError(f"{failed}: {said.strip()[:500] or f'exit status {process.returncode}'}")


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
