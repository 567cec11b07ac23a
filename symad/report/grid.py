"""Columns of text: aligned tables that fit a width, and Markdown tables. Knows nothing of what stands in them."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

DEFAULT_WIDTH = 100  # where there is no terminal to ask
_GAP = "  "


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading and its cells; numbers stand right; `formula` cells are code in Markdown."""

    heading: str
    cells: Sequence[str]
    right: bool = True
    formula: bool = False

    @property
    def width(self) -> int:
        """Characters that the widest cell needs."""
        return max(len(self.heading), *map(len, self.cells)) if self.cells else len(self.heading)


def aligned(columns: Sequence[Column]) -> list[str]:
    """Lines of one table with a rule under its headings."""
    widths = [column.width for column in columns]
    lines = [_line([column.heading for column in columns], columns, widths), _GAP.join("-" * width for width in widths)]
    lines += [_line(cells, columns, widths) for cells in zip(*(column.cells for column in columns), strict=True)]
    return lines


def _line(cells: Sequence[str], columns: Sequence[Column], widths: Sequence[int]) -> str:
    pairs = zip(cells, columns, widths, strict=True)
    return _GAP.join(cell.rjust(width) if column.right else cell.ljust(width) for cell, column, width in pairs).rstrip()


def packed(first: Column, groups: Sequence[Sequence[Column]], width: int) -> list[str]:
    """The groups side by side as long as they fit `width`, then in further tables; each begins with `first`."""
    tables: list[list[Column]] = []
    room = width - first.width
    fitting = [[group] if _needs(group) <= room else [[column] for column in group] for group in groups]
    for group in (part for parts in fitting for part in parts):
        if not tables or _needs(tables[-1][1:]) + _needs(group) > room:
            tables.append([first])
        tables[-1] += group
    lines: list[str] = []
    for columns in tables:
        lines += ["", *aligned(columns)] if lines else aligned(columns)
    return lines


def _needs(columns: Sequence[Column]) -> int:
    """Characters of columns that stand behind another."""
    return sum(len(_GAP) + column.width for column in columns)


def wrapped(text: str, width: int, indent: str = "") -> list[str]:
    """A sentence in lines of at most `width`, the later ones indented."""
    return textwrap.wrap(text, max(width, 40), subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def markdown(columns: Sequence[Column]) -> list[str]:
    """Lines of a Markdown table."""
    heads = [column.heading for column in columns]
    rules = ["---:" if column.right else "---" for column in columns]
    shown = [[code(cell) if column.formula and cell else cell for cell in column.cells] for column in columns]
    rows = [heads, rules, *zip(*shown, strict=True)]
    return ["| " + " | ".join(_cell(cell) for cell in row) + " |" for row in rows]


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def code(text: str) -> str:
    """A piece of code in Markdown, whatever backticks it holds."""
    fence = "`" * (1 + max((len(run) for run in "".join(c if c == "`" else " " for c in text).split()), default=0))
    return f"{fence} {text} {fence}" if "`" in text else f"{fence}{text}{fence}"
