"""Bytes to files so that nothing is lost: written beside the old file, safely on disk, then in its place.

Knows paths and errors of the system, no formats. What is no file of its own (a device, a pipe, a descriptor such as
``/dev/stdout``) is written to directly.
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_LINKS = 40  # that lead to a file, as in the kernel of Linux
_DESCRIPTORS = ("/dev/fd/", "/dev/std", "/proc/")  # names under which a process finds what it has opened already
_NO_SYNC = (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP)  # from systems of files that know no fsync


def replace(path: str | os.PathLike[str], data: bytes) -> None:
    """Let a file hold these bytes: the old file stays as it was until they are all on disk.

    Permissions of the old file are kept, links are followed.

    Raises
    ------
    OSError
        If they cannot be written; a file that was there is then unchanged.
    """
    with named(path), replacing(path) as file:
        put(file, data)


@contextmanager
def replacing(path: str | os.PathLike[str], *, in_place: bool = False) -> Iterator[IO[bytes]]:
    """A file to write to with `put`; it takes the place of the old one when the block ends, and not if it raises.

    With `in_place` a file that does not exist yet is written where it belongs, so that what is done can be seen.
    """
    target = _own_file(path)
    if target is None or (in_place and not target.exists()):
        # Appended: standard output may have been opened so, and what stands there belongs to others.
        with Path(path if target is None else target).open("ab", buffering=0) as file:
            yield file
        return
    if target.exists() and not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
    try:
        descriptor, beside = _beside(target)
    except PermissionError:
        if not target.exists():
            raise
        with target.open("wb", buffering=0) as file:  # a file one may write to, in a folder one may not
            yield file
        return
    try:
        with os.fdopen(descriptor, "wb", buffering=0) as file:
            _as_before(descriptor, target)
            yield file
            sync(descriptor)
        beside.replace(target)
    except BaseException:
        with suppress(OSError):
            beside.unlink()
        raise
    _sync_folder(target.parent)


def put(file: IO[bytes], data: bytes) -> None:
    """All of these bytes into an unbuffered file, or none of them where the file can be cut back."""
    start = file.tell() if file.seekable() else None
    rest = memoryview(data)
    try:
        while rest:
            rest = rest[file.write(rest) :]
    except OSError:
        with suppress(OSError):
            if start is not None:
                file.truncate(start)
        raise


def sync(descriptor: int) -> None:
    """Everything written there is on disk."""
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _NO_SYNC:
            raise


@contextmanager
def named(path: str | os.PathLike[str]) -> Iterator[None]:
    """Errors of the system speak of the path that the user knows."""
    try:
        yield
    except OSError as error:
        error.filename = os.fspath(path)
        raise


def sentence(error: OSError) -> str:
    """What an error of the system says, with the file it speaks of."""
    text = (error.strerror or str(error) or type(error).__name__).lower()
    return text if error.filename is None else f"{os.fsdecode(error.filename)}: {text}"


def _own_file(path: str | os.PathLike[str]) -> Path | None:
    """The file that links lead to, whether it is there or not; None where it is something else."""
    target = Path(path)
    for _ in range(_MOST_LINKS):
        if str(target.absolute()).startswith(_DESCRIPTORS):
            return None
        if not target.is_symlink():
            break
        target = target.parent / target.readlink()
    try:
        return target if stat.S_ISREG(target.stat().st_mode) else None
    except FileNotFoundError:
        return target


def _beside(target: Path) -> tuple[int, Path]:
    """A new file in the same folder, opened for writing, with the permissions that a new file gets."""
    while True:
        path = target.parent / f".symad-{os.urandom(6).hex()}.tmp"
        with suppress(FileExistsError):
            return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666), path


def _as_before(descriptor: int, target: Path) -> None:
    """Owner and permissions of the old file, if there is one."""
    try:
        old, new = target.stat(), os.fstat(descriptor)
    except FileNotFoundError:
        return
    if (old.st_uid, old.st_gid) != (new.st_uid, new.st_gid):
        with suppress(PermissionError):
            os.fchown(descriptor, old.st_uid, old.st_gid)
    os.fchmod(descriptor, stat.S_IMODE(old.st_mode))


def _sync_folder(folder: Path) -> None:
    """The new name is on disk too; the file is whole in either case, so that a failure is none."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
