"""Saved answers: JSON or JSON Lines back into what was computed. Trusts nothing in the file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from symad.errors import AnswerError
from symad.report.document import SCHEMA_VERSION
from symad.report.kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from symad.comparison.result import Comparison


@dataclass(frozen=True, slots=True)
class Entry:
    """One formula of a saved answer: what was computed, or `error`, why nothing was."""

    command: str
    name: str
    formula: str
    result: Any
    error: str
    machine: Mapping[str, object]
    settings: Mapping[str, object]
    version: str


def parsed(text: str) -> Any:
    """The data of a JSON text.

    Raises
    ------
    AnswerError
        If the text is no JSON.
    """
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise AnswerError(f"this is no JSON: {error}") from None


def entries(text: str) -> list[Entry]:
    """The formulas of a saved answer, in JSON or JSON Lines.

    Raises
    ------
    AnswerError
        If the text is not what ``symad ... --format json`` or ``jsonl`` writes.
    """
    first = text.lstrip().partition("\n")[0].rstrip()
    lines = [line for line in text.splitlines() if line.strip()] if first.endswith("}") else [text]
    return [entry for number, line in enumerate(lines, 1) for entry in _line(line, number if len(lines) > 1 else 0)]


def _line(line: str, number: int) -> list[Entry]:
    try:
        return list(_entries(parsed(line)))
    except AnswerError as error:
        raise AnswerError(f"line {number}: {error}" if number else str(error)) from None


def comparison(data: Any) -> Comparison:
    """The only Comparison of an answer.

    Raises
    ------
    AnswerError
        If it holds none, or several.
    """
    found = [entry.result for entry in _entries(data) if entry.command == "compare" and not entry.error]
    if len(found) != 1:
        raise AnswerError(f"expected an answer with one comparison, this one has {len(found)}")
    return found[0]  # type: ignore[no-any-return]  # read by the module of `compare`


def _entries(data: Any) -> Iterator[Entry]:
    if not isinstance(data, dict) or "schema_version" not in data or "results" not in data:
        raise AnswerError("this is no answer of symad: write one with --format json or jsonl")
    if data["schema_version"] != SCHEMA_VERSION:
        raise AnswerError(f"expected schema version {SCHEMA_VERSION}, this answer has {data['schema_version']!r}")
    command = str(data.get("command"))
    if command not in KINDS:
        raise AnswerError(f"expected an answer of {', '.join(KINDS)}, this is one of {command!r}")
    try:
        frame = {"machine": data["machine"], "settings": data["settings"], "version": data["symad_version"]}
        for one in data["results"]:
            error = one.get("error", "")
            result = None if error else KINDS[command].from_dict(one, data["machine"], data["settings"])
            yield Entry(command, one.get("name") or "", one["formula"], result, error, **frame)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError) as error:
        raise AnswerError(f"this answer is damaged: {type(error).__name__}: {error}") from None
