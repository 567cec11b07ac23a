"""Compiled libraries on disk, found again only if they are whole, unchanged and one's own. Knows files, no compiler.

The name of a library holds the digest of its bytes: code that was cut off or changed is never loaded.
"""

from __future__ import annotations

import hashlib
import os
import stat
import struct
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from symad.errors import NativeError
from symad.system.storing import sync

if TYPE_CHECKING:
    from collections.abc import Iterator

LIMIT = 256_000_000  # bytes of libraries that are kept: some ten thousand; those not used for longest go first
_DIGITS = 40  # of digests in names
_BUILDING = "building-"
_ABANDONED_S = 86_400.0  # age of what a killed compiler left behind
_OTHERS = stat.S_IWGRP | stat.S_IWOTH
_ELF = {1: ("HHIIIIIHHHHHH", "IIIIIIII", 1, 4), 2: ("HHIQQQIHHHHHH", "IIQQQQQQ", 2, 5)}  # by class: 32 and 64 bits


def default_folder() -> Path:
    """``symad`` in the user's folder of caches: that of XDG_CACHE_HOME, else the system's own.

    Raises
    ------
    NativeError
        If the user has no home.
    """
    chosen = os.environ.get("XDG_CACHE_HOME", "")
    if Path(chosen).is_absolute():  # the convention says to ignore others
        return Path(chosen) / "symad"
    try:
        return Path.home() / ("Library/Caches" if sys.platform == "darwin" else ".cache") / "symad"
    except RuntimeError as error:
        raise NativeError(f"there is no folder for compiled code: {error}; XDG_CACHE_HOME can name one") from error


class LibraryCache:
    """The libraries of one folder.

    Parameters
    ----------
    folder : Path
        Need not exist before `prepare`.
    limit : int
        Bytes that are kept.
    """

    def __init__(self, folder: Path, limit: int = LIMIT) -> None:
        self.folder = folder
        self.limit = limit

    def prepare(self) -> None:
        """Make the folder where it is missing, and refuse one that others can write to: code is loaded from it.

        Raises
        ------
        NativeError
            If it cannot be made, or it or a folder above it is another user's or can be written to by others.
        """
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            place = self.folder.resolve()
            for one in (place, *place.parents):
                _refuse_foreign(one, self.folder)
        except OSError as error:
            raise self.unusable(error) from error

    def find(self, key: str) -> Path | None:
        """The library kept under a key, unless it was damaged, which removes it; it counts as used now."""
        for path in self.folder.glob(f"{key}-*.so"):
            if _is_sound(path):
                with suppress(OSError):
                    os.utime(path, ns=(time.time_ns(), path.stat().st_mtime_ns))
                return path
            self.drop(path)
        return None

    def building(self) -> tempfile.TemporaryDirectory[str]:
        """A folder to build in, on the same disk."""
        return tempfile.TemporaryDirectory(dir=self.folder, prefix=_BUILDING, ignore_cleanup_errors=True)

    def keep(self, built: Path, key: str) -> Path:
        """Move a new library in, in one step and safely on disk: readers never see half of one.

        Raises
        ------
        NativeError
            If it is no whole library.
        """
        data = built.read_bytes() if built.is_file() else b""
        if not _is_whole(data):
            raise NativeError(f"what the C compiler made is no library ({len(data):,} bytes)")
        built.chmod(0o700)
        descriptor = os.open(built, os.O_RDONLY)
        try:
            sync(descriptor)
        finally:
            os.close(descriptor)
        kept = built.replace(self.folder / f"{key}-{_digest(data)}.so")
        self._trim(kept)
        return kept

    def drop(self, path: Path) -> None:
        """Remove a library; whoever has it loaded keeps it."""
        with suppress(OSError):
            path.unlink()

    def sizes(self) -> list[tuple[float, int, Path]]:
        """When each library was last used, its bytes and its path, oldest first."""
        return sorted((found.st_atime, found.st_size, path) for path, found in self._files("*.so"))

    def clear(self) -> int:
        """Remove everything that was kept or left behind; how many libraries."""
        libraries = self.sizes()
        for _, _, path in libraries:
            self.drop(path)
        self._sweep(0.0)
        return len(libraries) - len(self.sizes())

    def unusable(self, error: OSError) -> NativeError:
        """The error that says so."""
        return NativeError(f"the cache {self.folder} cannot be used: {(error.strerror or str(error)).lower()}")

    def _trim(self, newest: Path) -> None:
        """Back below the limit."""
        self._sweep(_ABANDONED_S)
        libraries = self.sizes()
        size = sum(n_bytes for _, n_bytes, _ in libraries)
        for _, n_bytes, path in libraries:
            if size <= self.limit:
                return
            if path != newest:
                self.drop(path)
                size -= n_bytes

    def _sweep(self, age_s: float) -> None:
        """Remove what killed compilers left behind so long ago."""
        for folder, found in self._files(f"{_BUILDING}*"):
            if time.time() - found.st_mtime >= age_s:
                with suppress(OSError):
                    for path in folder.iterdir():
                        path.unlink()
                    folder.rmdir()

    def _files(self, pattern: str) -> Iterator[tuple[Path, os.stat_result]]:
        with suppress(OSError):
            for path in self.folder.glob(pattern):
                with suppress(OSError):
                    yield path, path.lstat()


def _refuse_foreign(one: Path, folder: Path) -> None:
    """As ssh treats its keys: each folder on the way is one's own or root's, and no other may write to it."""
    found = one.stat()
    shared = found.st_mode & _OTHERS and (one == folder.resolve() or not found.st_mode & stat.S_ISVTX)
    if shared or found.st_uid not in (os.geteuid(), 0):
        which = f"the cache {folder}" if one == folder.resolve() else f"{one}, which holds the cache {folder},"
        whose = "can be written to by others" if shared else "belongs to another user"
        raise NativeError(
            f"{which} {whose}; code is loaded only from a folder of one's own (chmod go-w, or XDG_CACHE_HOME=FOLDER)"
        )


def _is_sound(path: Path) -> bool:
    """Whether a file is the library that its name speaks of, and one's own."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        return False
    with os.fdopen(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        own = stat.S_ISREG(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & _OTHERS
        return own and path.stem.rpartition("-")[2] == _digest(file.read())


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:_DIGITS]


def _is_whole(data: bytes) -> bool:
    """Whether all bytes are there that a library's own head speaks of: to load one cut off ends the process."""
    if sys.platform == "darwin":
        return bool(data)  # the loader there checks by itself
    form = _ELF.get(data[4]) if data[:4] == b"\x7fELF" and len(data) > 5 else None
    if form is None:
        return False
    order = ">" if data[5] == 2 else "<"
    head, part, offset, size = f"{order}16x{form[0]}", order + form[1], form[2], form[3]
    try:
        fields = struct.unpack_from(head, data)
        parts = [struct.unpack_from(part, data, fields[4] + k * fields[8]) for k in range(fields[9])]
    except struct.error:
        return False
    return fields[5] + fields[10] * fields[11] <= len(data) and all(
        one[offset] + one[size] <= len(data) for one in parts
    )
