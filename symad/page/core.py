"""Finds the core for browsers: in the package, in the cache, or made now by zig from the sources that are installed."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shlex
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from symad.errors import NativeError, SymadError
from symad.page import making
from symad.system.cache import LibraryCache, default_folder
from symad.system.storing import replace

if TYPE_CHECKING:
    from collections.abc import Callable

_HOME = Path(__file__).parent
_ADVICE = 'this installation has no core for browsers: pip install "symad[page]", or take a wheel'


class CoreError(SymadError, RuntimeError):
    """There is no core for browsers, and none can be made."""


def core(say: Callable[[str], None] | None = None) -> bytes:
    """The core as WebAssembly.

    Parameters
    ----------
    say : callable, optional
        Told when it has to be made, which takes half a minute.

    Raises
    ------
    CoreError
        If it is not in the package and cannot be made here.
    """
    built = _HOME / "symad.wasm"
    if built.is_file():
        return built.read_bytes()
    sources, command = _sources(), _zig()
    if sources is None or command is None:
        raise CoreError(_ADVICE)
    try:
        return _kept(sources, command, say or (lambda words: None))
    except making.MakingError as error:
        raise CoreError(f"the core for browsers could not be made: {error}") from error
    except (NativeError, OSError) as error:
        raise CoreError(f"the core for browsers could not be kept: {error}") from error


def _kept(sources: Path, command: list[str], say: Callable[[str], None]) -> bytes:
    """From the cache if sources, flags and compiler are the same; the file says by its name what it must hold."""
    cache = LibraryCache(default_folder())
    cache.prepare()
    key = making.digest(sources, command)[:40]
    for path in cache.folder.glob(f"page-{key}-*.wasm"):
        data = path.read_bytes()
        if path.stem.rpartition("-")[2] == _digest(data):
            return data
        cache.drop(path)
    say("making the core for browsers, once: about half a minute")
    data = making.make(sources, command)
    replace(cache.folder / f"page-{key}-{_digest(data)}.wasm", data)
    return data


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:40]


def _sources() -> Path | None:
    """The C sources that were laid beside the pages, or those of the checkout."""
    for folder in (_HOME / "csrc", _HOME.parents[1] / "csrc"):
        if (folder / "include" / "symad.h").is_file():
            return folder
    return None


def _zig() -> list[str] | None:
    """The command that runs zig: SYMAD_ZIG, the package ziglang, or zig on PATH."""
    wanted = os.environ.get("SYMAD_ZIG", "")
    if wanted not in ("", "require"):
        return shlex.split(wanted)
    if importlib.util.find_spec("ziglang"):
        return [sys.executable, "-m", "ziglang"]
    found = shutil.which("zig")
    return [found] if found else None
