"""Where the words of a command go: answers to standard output or a file, all else to standard error."""

from __future__ import annotations

import errno
import os
import shutil
import sys
import traceback
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from time import monotonic
from typing import IO, TYPE_CHECKING, TextIO

from symad.commands.statuses import USAGE
from symad.inputs.sources import SourceError
from symad.report import grid
from symad.report.colours import coloured, plain
from symad.system import storing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from symad.inputs.sources import Source
    from symad.report.colours import Paint


_WIPE = "\r\x1b[K"  # to the start of the line, and wipe it out
_STANDARD = (None, "-", "/dev/stdout", "/dev/fd/1")  # opened a second time it would be written over from its start
_PICTURES = frozenset(
    (".png", ".pdf", ".svg", ".jpg", ".jpeg", ".gif", ".eps", ".ps", ".webp", ".bmp", ".tif", ".tiff")
)
# What the system says of a path that was mistyped, or that belongs to others.
_MISTAKEN = (
    errno.EACCES, errno.EISDIR, errno.ELOOP, errno.ENAMETOOLONG, errno.ENOENT, errno.ENOTDIR, errno.EPERM, errno.EROFS,
)  # fmt: skip


def check_folder(path: str | None, option: str = "-o") -> None:
    """Refuse an answer file without a folder before anything is computed."""
    if path is not None and not Path(path).absolute().parent.is_dir():
        raise SourceError(f"{option} {path}: there is no such folder")


def check_form(path: str | None, endings: Sequence[str], what: str = "an answer") -> None:
    """Refuse the name of a picture of another kind than what is written, such as g.png for SVG."""
    suffix = Path(path or "").suffix
    if path is None or suffix.lower() not in _PICTURES or suffix.lower() in endings:
        return
    instead = " or ".join(str(Path(path).with_suffix(ending)) for ending in endings)
    raise SourceError(f"-o {path}: {what} is not written as {suffix[1:].upper()}: write {instead}")


@contextmanager
def place(path: str | None) -> Iterator[Callable[[str], None]]:
    """Where answers go, as a function that writes a piece at once; with the first one the file is made.

    A file that was there stays as it was until the block ends, and for good if it ends by an error.
    """
    if path in _STANDARD:
        yield _to_standard_output
        return
    with ExitStack() as stack:
        opened: list[IO[bytes]] = []

        def write(piece: str) -> None:
            with _named(path):
                if not opened:
                    opened.append(stack.enter_context(storing.replacing(path, in_place=True)))
                storing.put(opened[0], piece.encode())

        yield write
        with _named(path):
            stack.close()


def write(answer: str, path: str | None) -> None:
    """A whole answer to its place."""
    if path is None or path in _STANDARD:
        _to_standard_output(answer)
    else:
        write_bytes(answer.encode(), path)


def write_bytes(answer: bytes, path: str) -> None:
    """A whole answer to its file, which is replaced once all of it is on disk."""
    with _named(path):
        storing.replace(path, answer)


@contextmanager
def _named(path: str) -> Iterator[None]:
    """A path that cannot be written to is the user's mistake; a disk that is full is nobody's."""
    try:
        with storing.named(path):
            yield
    except OSError as error:
        if error.errno not in _MISTAKEN:
            raise
        raise SourceError(f"-o {storing.sentence(error)}") from error


def _to_standard_output(piece: str) -> None:
    with storing.named("standard output"):
        if sys.stdout is None:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        sys.stdout.write(piece)
        sys.stdout.flush()


def finish() -> None:
    """Let standard output take what it still holds."""
    if sys.stdout is not None:
        _to_standard_output("")


def settle(stream: TextIO | None) -> None:
    """Forget what a standard stream did not take: the interpreter would try again at its end, and fail."""
    if stream is None:
        return
    try:
        stream.flush()
    except OSError:
        with suppress(OSError, ValueError):
            descriptor = stream.fileno()
            os.close(descriptor)  # first: there may be no other left to open
            nothing = os.open(os.devnull, os.O_WRONLY)
            if nothing != descriptor:
                os.dup2(nothing, descriptor)
                os.close(nothing)


def look(path: str | None) -> tuple[int, Paint]:
    """Width and colours of an answer: those of the terminal, if it goes there."""
    width = shutil.get_terminal_size((grid.DEFAULT_WIDTH, 24)).columns
    if path not in _STANDARD:
        return grid.DEFAULT_WIDTH, plain
    return width, coloured if _wants_colour(sys.stdout) else plain


def _wants_colour(stream: TextIO | None) -> bool:
    """As NO_COLOR (no-color.org) and FORCE_COLOR say; else on a terminal that is not a dumb one."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR") not in (None, "", "0"):
        return True
    return wipes(stream)


def wipes(stream: TextIO | None) -> bool:
    """Whether a line of the stream can be wiped out and coloured: a terminal that is not a dumb one."""
    return stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb"


def watched(sources: Sequence[Source], *, long: bool) -> Iterator[Source]:
    """The formulas one by one, with a line of progress on a terminal where they may take long."""
    show = (long or len(sources) > 1) and wipes(sys.stderr)
    start = monotonic()
    for k, source in enumerate(sources):
        if show:
            name = " ".join((source.name or source.text).split())
            progress(f"{k + 1}/{len(sources)}{about_left(k, len(sources) - k, monotonic() - start)} {name}")
        try:
            yield source
        finally:
            if show:
                progress("")


def progress(text: str) -> None:
    """How far a run is, in the place of what stood there, on a stream that `wipes`; "" wipes it out.

    In one line that fits the terminal: a longer one could not be wiped out.
    """
    sys.stderr.write(_WIPE + text[: max(shutil.get_terminal_size((80, 24)).columns - 1, 20)])
    sys.stderr.flush()


def about_left(done: int, to_do: int, elapsed_s: float) -> str:
    """Part of a line of progress: the seconds that the rest takes at the same pace; "" where that is less than one."""
    left = elapsed_s / done * to_do if done else 0.0
    return f" (about {left:.0f} s left)" if left >= 1 else ""


def refuse(message: str, *, debug: bool) -> int:
    """Say what is wrong with what was typed; the exit status for it."""
    if debug and sys.exc_info()[0] is not None:
        traceback.print_exc()
    say(message)
    return USAGE


def say(message: str) -> None:
    """A line on standard error, in the place of the line of progress."""
    if sys.stderr is not None:  # closed: there is nobody to tell
        with suppress(OSError):
            print(f"{_WIPE if wipes(sys.stderr) else ''}symad: {message}", file=sys.stderr, flush=True)
