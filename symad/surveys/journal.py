"""Answers on disk, a line of JSON each, as they come: what a stopped survey has done already. Computes nothing."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from symad.errors import AnswerError
from symad.surveys.lock import Lock
from symad.surveys.summary import Surveyed
from symad.system import storing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from os import PathLike
    from typing import Any

    from symad.inputs.sources import Source
    from symad.surveys.work import Request


_BEGIN = b'{"schema_version"'  # of every line: what does not begin so was written by others


class Journal:
    """The answers of a survey, kept in a file if there is one.

    Parameters
    ----------
    path : path-like or None
        JSON Lines; made if it does not exist, else continued.
    request : Request or None
        What the lines must have been asked for; None takes those of any survey.

    Raises
    ------
    AnswerError
        If the file is of another survey, or no file of answers.
    SurveyError
        If another process writes its survey to the file.
    """

    def __init__(self, path: str | PathLike[str] | None, request: Request | None) -> None:
        self._path = None if path is None else Path(path)
        self._asked = None if request is None else json.loads(json.dumps(request.data()))
        self.found: list[Surveyed] = []
        self.settings: Mapping[str, object] = self._asked or {}
        self._lock = None
        if self._path is None or (self._path.exists() and not self._path.is_file()):
            return  # devices and pipes take lines, and hold none
        if self._asked is not None:
            self._lock = Lock(self._path)
        try:
            self._continue(self._path)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let others write to the file."""
        if self._lock is not None:
            self._lock.release()

    def missing(self, sources: Sequence[Source]) -> list[Source]:
        """The formulas that have no answer yet; a formula that stands twice needs two."""
        done = Counter((one.name, one.formula) for one in self.found)
        left = []
        for source in sources:
            if done[source.name, source.text]:
                done[source.name, source.text] -= 1
            else:
                left.append(source)
        return left

    def answers(self, sources: Sequence[Source]) -> Iterator[Surveyed]:
        """The answers to these formulas, in their order."""
        known: dict[tuple[str, str], list[Surveyed]] = {}
        for one in reversed(self.found):
            known.setdefault((one.name, one.formula), []).append(one)
        yield from (found.pop() for one in sources if (found := known.get((one.name, one.text))))

    def add(self, lines: Sequence[str]) -> None:
        """Keep these answers, on disk before anything else happens."""
        if self._path is not None:
            with storing.named(self._path), self._path.open("ab", buffering=0) as file:
                storing.put(file, "".join(lines).encode())
                storing.sync(file.fileno())
        self.found += (one for line in lines for one in self._read(line))

    def _continue(self, path: Path) -> None:
        """Read what is there; what a killed process left of a line is cut off, in a file of answers alone."""
        if not path.exists():
            if self._asked is None:
                raise AnswerError(f"{path}: there is no such file")
            return
        torn, end = b"", 0
        with path.open("rb") as file:
            for line in file:
                if not line.endswith(b"\n"):
                    torn = line
                    break
                end += len(line)
                self.found += self._read(line.decode("utf-8", "replace"))
        if torn and not end and not _BEGIN.startswith(torn[: len(_BEGIN)]):
            raise AnswerError(f"{path}: expected the answers of a survey, this is no line of one")
        if torn and self._asked is not None:
            with storing.named(path):
                os.truncate(path, end)

    def _read(self, line: str) -> Iterator[Surveyed]:
        from symad.report import saved

        for entry in saved.entries(line):
            self._check(entry.settings.get("survey"))
            yield Surveyed.of(entry.name, entry.formula, entry.error, entry.result)

    def _check(self, asked: Any) -> None:
        if not isinstance(asked, dict):
            raise AnswerError(f"{self._path}: expected the answers of a survey, these are of another command")
        self.settings = self.settings or asked
        if self._asked is not None and asked != self._asked:
            odd = next(key for key in {**self._asked, **asked} if asked.get(key) != self._asked.get(key))
            raise AnswerError(
                f"{self._path}: this survey was asked with {odd} {asked.get(odd)!r}, not {self._asked.get(odd)!r}: "
                "ask the same or write to another file"
            )
