"""All answers of one command in one format. Knows formats; computes nothing."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from symad.commands.formulas import Answer
from symad.report import document, grid
from symad.timing import machine

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Sequence

    from symad.commands.formulas import Refusal


def render(results: Sequence[Answer | Refusal], options: argparse.Namespace) -> str:
    """The text to write."""
    if options.format == "json":
        return document.dumps(_document(results, options))
    if options.format == "jsonl":
        return "".join(document.dumps(_document([result], options), indent=None) for result in results)
    answers = [result for result in results if isinstance(result, Answer)]
    titled = len(results) > 1
    if options.format == "markdown":
        heads = [f"## {one.title}\n\n" if titled else "" for one in answers]
        return "\n".join(head + one.report.to_markdown(one.result) for head, one in zip(heads, answers, strict=True))
    width = shutil.get_terminal_size((grid.DEFAULT_WIDTH, 24)).columns
    blocks = [(one.title, one.report.to_text(one.result, width)) for one in answers]
    return _joined(blocks) if titled else blocks[0][1]


def _joined(blocks: Iterable[tuple[str, str]]) -> str:
    """Titled blocks; answers of one line each stay together."""
    lines = []
    for title, block in blocks:
        short = block.count("\n") == 1
        lines.append(f"{title}: {block}" if short else f"{'=' * len(title)}\n{title}\n{'=' * len(title)}\n{block}\n")
    return "".join(lines)


def _document(results: Sequence[Answer | Refusal], options: argparse.Namespace) -> dict[str, object]:
    answers = [result for result in results if isinstance(result, Answer)]
    data = [result.data() for result in results]
    if not answers:
        return document.document(options.command, machine(), {}, data)
    return document.document(options.command, answers[0].machine, answers[0].settings, data)
