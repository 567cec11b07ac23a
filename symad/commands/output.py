"""Where the words of a command go: answers to standard output or a file, all else to standard error."""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from symad.commands.statuses import USAGE
from symad.sources import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from symad.sources import Source


def check_folder(path: str | None) -> None:
    """Refuse an answer file without a folder before anything is computed."""
    if path is not None and not Path(path).absolute().parent.is_dir():
        raise SourceError(f"-o {path}: there is no such folder")


def write(answer: str, path: str | None) -> None:
    """An answer to its place."""
    if path is None or path == "-":
        sys.stdout.write(answer)
        sys.stdout.flush()
        return
    try:
        Path(path).write_text(answer, encoding="utf-8")
    except OSError as error:
        raise SourceError(f"-o {path}: {(error.strerror or str(error)).lower()}") from error


def watched(sources: Sequence[Source], *, long: bool) -> Iterable[Source]:
    """The formulas one by one, with a line of progress on a terminal where they may take long."""
    show = (long or len(sources) > 1) and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
    for k, source in enumerate(sources, 1):
        if show:
            sys.stderr.write(f"\r\x1b[K{k}/{len(sources)} {source.name or source.text.strip()[:40]}")
            sys.stderr.flush()
        yield source
        if show:
            sys.stderr.write("\r\x1b[K")


def refuse(message: str, *, debug: bool) -> int:
    """Say what is wrong with what was typed; the exit status for it."""
    if debug and sys.exc_info()[0] is not None:
        traceback.print_exc()
    say(message)
    return USAGE


def say(message: str) -> None:
    """A line on standard error."""
    print(f"symad: {message}", file=sys.stderr)
