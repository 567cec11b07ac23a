"""``symad compare --baseline``: each answer against the one of a saved run; differences go to standard error."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from symad.commands.statuses import DIFFER, gravest

if TYPE_CHECKING:
    from symad.commands.formulas import Answer
    from symad.comparison.result import Comparison


class Baseline:
    """A saved run, by the names and texts of its formulas; without a file nothing is compared."""

    def __init__(self) -> None:
        self._path = ""
        self._saved: list[tuple[str, str, Comparison]] = []

    def read(self, path: str | None) -> None:
        """Read what ``symad compare --format json`` or jsonl wrote.

        Raises
        ------
        SourceError
            If the file cannot be read as that.
        """
        if path is None:
            return
        from symad.errors import AnswerError
        from symad.inputs.sources import SourceError, text_of
        from symad.report import saved

        try:
            found = saved.entries(text_of(path))
        except AnswerError as error:
            raise SourceError(f"--baseline {path}: {error}") from error
        others = {entry.command for entry in found} - {"compare"}
        if others:
            raise SourceError(f"--baseline {path}: expected an answer of symad compare, this is of {', '.join(others)}")
        self._path = path
        self._saved = [(entry.name, _text(entry.result.formula), entry.result) for entry in found if not entry.error]

    def compared(self, answer: Answer, *, alone: bool) -> Answer:
        """The answer, with the status of one that differs where it does; what stands alone in both needs no name."""
        if not self._path:
            return answer
        from symad.answers.baseline import changes
        from symad.commands.output import say

        saved = self._of(answer, alone=alone)
        found = changes(answer.result, saved) if saved is not None else [f"it is not in {self._path}"]
        for line in found:
            say(f"{answer.title}: {line}")
        return replace(answer, status=gravest((answer.status, DIFFER))) if found else answer

    def _of(self, answer: Answer, *, alone: bool) -> Comparison | None:
        """The saved answer with its name, else with its text."""
        if alone and len(self._saved) == 1:
            return self._saved[0][-1]
        name, text = answer.source.name, _text(answer.result.formula)
        by_name = (result for given, _, result in self._saved if name and given == name)
        by_text = (result for given, saved, result in self._saved if not name and not given and saved == text)
        return next(by_name, None) or next(by_text, None)


def _text(formula: str) -> str:
    return " ".join(formula.split())
