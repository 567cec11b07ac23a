"""Where the words of a command go: answers to standard output or a file, all else to standard error."""

from __future__ import annotations

import os
import shutil
import sys
import traceback
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, TextIO

from symad.commands.statuses import USAGE
from symad.report import grid
from symad.report.paint import coloured, plain
from symad.sources import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from symad.report.paint import Paint
    from symad.sources import Source


_WIPE = "\r\x1b[K"  # to the start of the line, and wipe it out


def check_folder(path: str | None) -> None:
    """Refuse an answer file without a folder before anything is computed."""
    if path is not None and not Path(path).absolute().parent.is_dir():
        raise SourceError(f"-o {path}: there is no such folder")


@contextmanager
def place(path: str | None) -> Iterator[Callable[[str], None]]:
    """Where an answer goes, as a function that writes a piece of it at once; the file is made with the first piece."""
    if path is None or path == "-":
        yield _to_standard_output
        return
    with ExitStack() as stack:
        opened: list[TextIO] = []

        def write(piece: str) -> None:
            try:
                if not opened:
                    opened.append(stack.enter_context(Path(path).open("w", encoding="utf-8")))
                opened[0].write(piece)
                opened[0].flush()
            except OSError as error:
                raise SourceError(f"-o {path}: {(error.strerror or str(error)).lower()}") from error

        yield write


def _to_standard_output(piece: str) -> None:
    sys.stdout.write(piece)
    sys.stdout.flush()


def write(answer: str, path: str | None) -> None:
    """A whole answer to its place."""
    with place(path) as piece:
        piece(answer)


def look(path: str | None) -> tuple[int, Paint]:
    """Width and colours of an answer: those of the terminal, if it goes there."""
    width = shutil.get_terminal_size((grid.DEFAULT_WIDTH, 24)).columns
    if path not in (None, "-"):
        return grid.DEFAULT_WIDTH, plain
    return width, coloured if _wants_colour(sys.stdout) else plain


def _wants_colour(stream: TextIO) -> bool:
    """As NO_COLOR (no-color.org) and FORCE_COLOR say; else on a terminal that is not a dumb one."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR") not in (None, "", "0"):
        return True
    return _wipes(stream)


def _wipes(stream: TextIO) -> bool:
    """Whether a line of the stream can be wiped out and coloured: a terminal that is not a dumb one."""
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def watched(sources: Sequence[Source], *, long: bool) -> Iterator[Source]:
    """The formulas one by one, with a line of progress on a terminal where they may take long."""
    show = (long or len(sources) > 1) and _wipes(sys.stderr)
    start = monotonic()
    for k, source in enumerate(sources):
        if show:
            sys.stderr.write(f"{_WIPE}{_progress(k, len(sources), source, monotonic() - start)}")
            sys.stderr.flush()
        try:
            yield source
        finally:
            if show:
                sys.stderr.write(_WIPE)
                sys.stderr.flush()


def _progress(done: int, total: int, source: Source, elapsed_s: float) -> str:
    """How far a run is, in one line that fits the terminal: a longer one could not be wiped out."""
    left = elapsed_s / done * (total - done) if done else 0.0
    about = f" (about {left:.0f} s left)" if left >= 1 else ""
    name = " ".join((source.name or source.text).split())
    text = f"{done + 1}/{total}{about} {name}"
    return text[: max(shutil.get_terminal_size((80, 24)).columns - 1, 20)]


def refuse(message: str, *, debug: bool) -> int:
    """Say what is wrong with what was typed; the exit status for it."""
    if debug and sys.exc_info()[0] is not None:
        traceback.print_exc()
    say(message)
    return USAGE


def say(message: str) -> None:
    """A line on standard error, in the place of the line of progress."""
    print(f"{_WIPE if _wipes(sys.stderr) else ''}symad: {message}", file=sys.stderr)
