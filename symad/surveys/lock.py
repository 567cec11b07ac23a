"""One writer at a time for a file of answers. Knows the system's locks; the file itself is not touched."""

from __future__ import annotations

import errno
import os
import socket
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from symad.errors import SurveyError
from symad.system.storing import named

if TYPE_CHECKING:
    from types import ModuleType

fcntl: ModuleType | None
try:
    import fcntl
except ImportError:  # then the lock is that the file beside it exists
    fcntl = None

_HELD = (errno.EAGAIN, errno.EACCES, errno.EWOULDBLOCK)


class Lock:
    """Held from its making to `release`; the system releases it where the process ends before.

    It is a file beside the one that it guards, with ``.lock`` behind its name, which says who holds it.

    Parameters
    ----------
    path : Path
        What is guarded, links followed: two names of one file are one.

    Raises
    ------
    SurveyError
        If another holds it.
    OSError
        If the file beside cannot be made.
    """

    def __init__(self, path: Path) -> None:
        self._path = Path(f"{path.resolve()}.lock")
        self._guarded = path
        with named(self._path):
            self._descriptor = self._taken()
            os.ftruncate(self._descriptor, 0)
            os.write(self._descriptor, f"process {os.getpid()} on {socket.gethostname()}".encode())

    def release(self) -> None:
        """Let others have it."""
        if self._descriptor >= 0:
            with suppress(OSError):
                self._path.unlink()  # still held: whoever opened it meanwhile finds it gone and opens a new one
            os.close(self._descriptor)
            self._descriptor = -1

    def _taken(self) -> int:
        exclusive = 0 if fcntl else os.O_EXCL
        while True:
            try:
                descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | exclusive, 0o644)
            except FileExistsError:
                raise self._refusal(f"; if it no longer runs, remove {self._path}") from None
            if fcntl is None:
                return descriptor
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if os.path.samestat(os.fstat(descriptor), self._path.stat()):
                    return descriptor
                os.close(descriptor)
            except FileNotFoundError:
                os.close(descriptor)
            except OSError as error:
                os.close(descriptor)
                if error.errno not in _HELD:
                    raise
                raise self._refusal("") from None

    def _refusal(self, advice: str) -> SurveyError:
        try:
            holder = self._path.read_text(encoding="utf-8", errors="replace") or "another process"
        except OSError:
            holder = "another process"
        return SurveyError(f"{self._guarded}: {holder} writes its survey to this file: wait for it{advice}")
