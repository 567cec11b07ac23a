"""Columns of text: aligned tables that fit a width, and Markdown tables. Knows nothing of what stands in them."""

from __future__ import annotations

import textwrap
import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from symad.report.colours import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from symad.report.colours import Paint

DEFAULT_WIDTH = 100  # where there is no terminal to ask
_GAP = "  "
_INDENT = "  "  # of what follows where a cell is broken


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading and its cells.

    Numbers stand right and are never broken, words stand left and may be unless they are `whole`. `formula` cells are
    code in Markdown; `meanings` (of the cells, for colours) may be left out.
    """

    heading: str
    cells: Sequence[str]
    right: bool = True
    formula: bool = False
    meanings: Sequence[str] = ()
    whole: bool = False

    @property
    def width(self) -> int:
        """Characters that the widest cell needs."""
        return max(wide(self.heading), *map(wide, self.cells)) if self.cells else wide(self.heading)


def wide(text: str) -> int:
    """Places that a text takes in a terminal: Chinese, Japanese and Korean characters two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else not unicodedata.combining(c) for c in text)


def aligned(columns: Sequence[Column], width: int | None = None, paint: Paint = plain) -> list[str]:
    """Lines of one table with a rule under its headings; cells of words are broken where `width` asks for it."""
    columns = columns if width is None else _narrowed(columns, width)
    widths = [_lines_width(column) for column in columns]
    heads = [column.heading.split("\n") for column in columns]
    lines = list(_row(heads, columns, widths, ["heading"] * len(columns), paint))
    lines.append(_GAP.join(paint("-" * width, "rule") for width in widths))
    for k in range(len(columns[0].cells)):
        cells = [column.cells[k].split("\n") for column in columns]
        meanings = [column.meanings[k] if column.meanings else "" for column in columns]
        if any(any(cell) for cell in cells):  # a row that only goes on in another table has no line here
            lines += _row(cells, columns, widths, meanings, paint)
    return lines


def _lines_width(column: Column) -> int:
    return max(wide(line) for cell in (column.heading, *column.cells) for line in cell.split("\n"))


def _row(
    cells: Sequence[list[str]], columns: Sequence[Column], widths: Sequence[int], meanings: Sequence[str], paint: Paint
) -> Iterator[str]:
    """The lines of one row: as many as its longest cell has."""
    for k in range(max(map(len, cells))):
        pieces = []
        for cell, column, width, meaning in zip(cells, columns, widths, meanings, strict=True):
            text = cell[k] if k < len(cell) else ""
            space = " " * (width - wide(text))
            pieces.append(paint(space + text if column.right else text + space, meaning))
        yield _GAP.join(pieces).rstrip()


def fit(columns: Sequence[Column], width: int) -> bool:
    """Whether one table has room for the columns once cells of words are broken."""
    return sum(map(_least, columns)) + len(_GAP) * (len(columns) - 1) <= width


def _least(column: Column) -> int:
    """Characters that a column cannot do without: numbers and words stay whole, headings break between words."""
    head = max(wide(word) for word in (column.heading or " ").split(" "))
    if _stays(column):
        return max(head, *map(wide, column.cells)) if column.cells else head
    words = (wide(word) for cell in column.cells for word in cell.split())
    return min(column.width, len(_INDENT) + max(head, *words, 0))


def _stays(column: Column) -> bool:
    return column.right or column.whole


def _narrowed(columns: Sequence[Column], width: int) -> list[Column]:
    """The columns with the widest of what may break broken into lines until the table fits, if it can."""
    limits, least = [column.width for column in columns], list(map(_least, columns))
    while sum(limits) + len(_GAP) * (len(columns) - 1) > width:
        broad = [k for k in range(len(columns)) if limits[k] > least[k]]
        if not broad:
            break
        # headings of numbers first: a word over another costs one line, a broken cell one in each row
        limits[max(broad, key=lambda k: (_stays(columns[k]), limits[k]))] -= 1
    return [_broken(column, limit) for column, limit in zip(columns, limits, strict=True)]


def _broken(column: Column, limit: int) -> Column:
    """The column with what is wider than the limit in several lines."""
    how = textwrap.TextWrapper(limit, break_on_hyphens=False, break_long_words=False)
    heading = how.fill(column.heading)
    how.subsequent_indent = _INDENT
    broken = [cell if wide(cell) <= limit else how.fill(cell) for cell in column.cells]
    return replace(column, heading=heading, cells=column.cells if _stays(column) else broken)


def packed(first: Column, groups: Sequence[Sequence[Column]], width: int, paint: Paint = plain) -> list[str]:
    """Each group in the first table that has room for it within `width`; each table begins with `first`."""
    tables: list[list[Column]] = []
    room = width - first.width
    fitting = [[group] if fit([first, *group], width) else [[column] for column in group] for group in groups]
    for group in (part for parts in fitting for part in parts):
        place = next((table for table in tables if _needs(table[1:]) + _needs(group) <= room), None)
        if place is None:
            place = [first]
            tables.append(place)
        place += group
    lines: list[str] = []
    for columns in tables:
        table = aligned(columns, width, paint)
        lines += ["", *table] if lines else table
    return lines


def _needs(columns: Sequence[Column]) -> int:
    """Characters of columns that stand behind another."""
    return sum(len(_GAP) + column.width for column in columns)


def wrapped(text: str, width: int, indent: str = "") -> list[str]:
    """A sentence in lines of at most `width`, the later ones indented."""
    return textwrap.wrap(text, max(width, 40), subsequent_indent=indent, break_on_hyphens=False)


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
