"""All answers of one command in one format. Knows formats; computes nothing."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from symad.commands.formulas import Answer
from symad.report import csv_text, document, grid
from symad.report.colours import plain
from symad.system.timing import machine

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from symad.commands.formulas import Refusal
    from symad.report.colours import Paint


def render(
    results: Sequence[Answer | Refusal],
    form: str,
    *,
    width: int = grid.DEFAULT_WIDTH,
    paint: Paint = plain,
    complete: bool = True,
    details: bool = False,
) -> str:
    """The text to write; `complete` is false where the command was interrupted before it had answered all.

    With `details` a table holds all columns, else what a screen has room for: for several formulas head and verdict.
    """
    if form == "json":
        return document.dumps(_document(results, complete=complete))
    if form == "jsonl":
        return "".join(line(result) for result in results)
    answers = [result for result in results if isinstance(result, Answer)]
    titled = len(results) > 1
    if form == "csv":
        return _csv(answers)
    if form == "latex":
        return "\n".join(answer.report.to_latex(answer.result) for answer in answers)
    if form == "markdown":
        heads = [f"## {one.title}\n\n" if titled else "" for one in answers]
        return "\n".join(head + one.report.to_markdown(one.result) for head, one in zip(heads, answers, strict=True))
    if not details and all(hasattr(one.report, "to_screen") for one in answers):
        first = answers[0]
        return _screens(answers, width, paint) if titled else first.report.to_screen(first.result, width, paint)
    blocks = [(one.title, one.report.to_text(one.result, width, paint)) for one in answers]
    return _joined(blocks, width, paint) if titled else blocks[0][1]


def _screens(answers: Sequence[Answer], width: int, paint: Paint) -> str:
    """Several formulas: a title and what is most important of each."""
    pieces = []
    for one in answers:
        shown = textwrap.shorten(one.title, max(width, 20), placeholder=" ...")
        pieces.append(f"{paint(shown, 'heading')}\n{one.report.to_brief(one.result, width, paint)}")
    return "\n".join(pieces)


def line(result: Answer | Refusal) -> str:
    """One answer as a line of JSON Lines: a whole document, so that what is written is never half of one."""
    return document.dumps(_document([result], complete=True), indent=None)


def _csv(answers: Sequence[Answer]) -> str:
    """One table of all answers; the formula, or its name, stands before each row."""
    head = answers[0].report.CSV_HEAD
    return csv_text.to_csv(
        ("formula", *head), ([one.title, *row] for one in answers for row in one.report.csv_rows(one.result))
    )


def _joined(blocks: Iterable[tuple[str, str]], width: int, paint: Paint) -> str:
    """Titled blocks; answers of one line each stay together."""
    lines = []
    for title, block in blocks:
        if block.count("\n") == 1:
            lines.append(f"{title}: {block}")
            continue
        shown = textwrap.shorten(title, max(width, 20), placeholder=" ...")
        rule = paint("=" * grid.wide(shown), "rule")
        lines.append(f"{rule}\n{paint(shown, 'heading')}\n{rule}\n{block}\n")
    return "".join(lines)


def _document(results: Sequence[Answer | Refusal], *, complete: bool) -> dict[str, object]:
    """The frame is that of the first answer: all were computed by one run."""
    frame = next((result for result in results if isinstance(result, Answer)), None)
    found = document.document(
        results[0].command if results else "",
        machine() if frame is None else frame.machine,
        {} if frame is None else frame.settings,
        [result.data() for result in results],
        version=None if frame is None else frame.version,
    )
    return found if complete else {**found, "interrupted": True}
