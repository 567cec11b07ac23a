"""Answers on disk, a line of JSON each, as they come: what a stopped survey has done already. Computes nothing."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from symad.errors import AnswerError
from symad.surveys.summary import Surveyed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from os import PathLike
    from typing import Any

    from symad.sources import Source
    from symad.surveys.work import Request


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
    """

    def __init__(self, path: str | PathLike[str] | None, request: Request | None) -> None:
        self._path = None if path is None else Path(path)
        self._asked = None if request is None else json.loads(json.dumps(request.data()))
        self.found: list[Surveyed] = []
        self.settings: Mapping[str, object] = self._asked or {}
        if self._path is not None and self._path.exists():
            self.found += (one for line in self._whole(self._path) for one in self._read(line))
        elif request is None:
            raise AnswerError(f"{path}: there is no such file")

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
            with self._path.open("a", encoding="utf-8", newline="\n") as file:
                file.write("".join(lines))
        self.found += (one for line in lines for one in self._read(line))

    def _whole(self, path: Path) -> Iterator[str]:
        """The whole lines; what a killed process left of another is cut off."""
        with path.open("rb+" if self._asked is not None else "rb") as file:
            end = 0
            for line in file:
                if not line.endswith(b"\n"):
                    if self._asked is not None:
                        file.truncate(end)
                    return
                end += len(line)
                yield line.decode("utf-8", "replace")

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
