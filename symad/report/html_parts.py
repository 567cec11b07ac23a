"""Pieces of a report in HTML: tables, bars, lists, and every number of an answer. All text is escaped, never markup.

End tags that HTML does not ask for are left out: a report is mostly cells.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from symad.report.grid import Column


class Markup(str):
    """A piece that is HTML already; any other text is escaped."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Wide:
    """A cell of several columns."""

    text: str
    n: int


def markup(part: object) -> Markup:
    """A piece as HTML.

    >>> from symad.report.html_parts import Markup, markup
    >>> markup("a < b"), markup(Markup("<b>bold</b>"))
    ('a &lt; b', '<b>bold</b>')
    """
    return part if isinstance(part, Markup) else Markup(escape(str(part)))


def paragraph(text: object, kind: str = "") -> str:
    """A paragraph of a class; nothing for no text."""
    name = f' class="{kind}"' if kind else ""
    return f"<p{name}>{markup(text)}</p>\n" if text else ""


def items(texts: Iterable[object], kind: str = "") -> str:
    """A list; nothing for none."""
    found = "".join(f"<li>{markup(one)}" for one in texts)
    name = f' class="{kind}"' if kind else ""
    return f"<ul{name}>{found}</ul>\n" if found else ""


def part(title: str, *pieces: str) -> str:
    """A part of a section under its own heading; nothing where it is empty."""
    inside = "".join(pieces)
    return f"<h3>{markup(title)}</h3>\n{inside}" if inside else ""


def table(
    head: Sequence[object],
    rows: Iterable[Sequence[object]],
    label: str,
    *,
    words: Iterable[int] = (),
    chart: Mapping[str, object] | None = None,
    titled: bool = False,
) -> str:
    """A table that may be scrolled aside; its first column names the rows.

    Parameters
    ----------
    head : sequence
    rows : iterable of sequences
        Cells; a pair of a text and a number is a cell whose number the chart takes.
    label : str
        What a screen reader calls it.
    words : iterable of int
        Columns that hold words, which stand left; numbers stand right.
    chart : mapping, optional
        What the script draws from the table, see ``assets/report.js``.
    titled : bool, optional
        Whether the label stands above the table.
    """
    left = frozenset(words)
    classes = [" class=w" if k in left else "" for k in range(len(head))]
    heads = "".join(f"<th{classes[k]}>{markup(one)}" for k, one in enumerate(head))
    lines = []
    for row in rows:
        cells = "".join(_cell(one, classes[k]) for k, one in enumerate(row) if k)
        lines.append(f"<tr>{_name(row[0])}{cells}\n")
    caption = f"<caption>{escape(label)}" if titled else ""
    drawn = f" data-chart='{_quoted(json.dumps(chart, ensure_ascii=False))}'" if chart else ""
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(label)}">'
        f"<table{drawn}>{caption}<thead><tr>{heads}<tbody>\n{''.join(lines)}</table></div>\n"
    )


def _quoted(text: str) -> str:
    """Text between single quotation marks: JSON is full of double ones."""
    return escape(text, quote=False).replace("'", "&#39;")


def _name(one: object) -> str:
    """The name of a row; a row that goes on has none."""
    return f"<th>{markup(one)}" if one else "<td>"


def _cell(one: object, name: str) -> str:
    if isinstance(one, Wide):
        return f"<td colspan={one.n}>{escape(one.text)}"
    if isinstance(one, tuple):
        shown, value = one
        return f'<td{name} data-v="{value!r}">{markup(shown)}'
    return f"<td{name}>{markup(one)}"


def columns(found: Sequence[Column], label: str) -> str:
    """Columns of text as a table."""
    words = [k for k, one in enumerate(found) if not one.right]
    rows = zip(*(map(_shown, [one] * len(one.cells), one.cells) for one in found), strict=True)
    return table([one.heading for one in found], rows, label, words=words)


def _shown(column: Column, cell: str) -> object:
    return code(cell) if column.formula and cell else cell


def code(text: str) -> Markup:
    """A formula."""
    return Markup(f"<code>{escape(text)}</code>")


def bar(share: float, text: str) -> object:
    """A number beside a bar of its share of the largest."""
    width = max(0.0, min(1.0, share)) * 100
    return Markup(f'{escape(text)}<span class="bar" style="width:{width / 16:.2f}em"></span>')


def folded(title: str, inside: str, *, opened: bool = False) -> str:
    """What is shown when it is asked for."""
    return f"<details{' open' * opened}><summary>{markup(title)}</summary>\n{inside}</details>\n" if inside else ""


# ---- every number -------------------------------------------------------------------------------------


def flat(data: object, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """The numbers and words of a piece of JSON, each with its path; lists of such are one."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from flat(value, f"{prefix}.{key}" if prefix else str(key))
    elif isinstance(data, list) and any(isinstance(one, dict | list) for one in data):
        for k, value in enumerate(data, 1):
            yield from flat(value, f"{prefix} {k}")
    elif isinstance(data, list):
        yield prefix, ", ".join(map(written, data))
    else:
        yield prefix, data


def written(value: object) -> str:
    """A number or word as JSON has it, without quotation marks; nothing for null."""
    return "" if value is None else value if isinstance(value, str) else json.dumps(value)


def every(data: object, label: str) -> str:
    """A table of two columns: what is called how, and what it is."""
    rows = [(path, written(value)) for path, value in flat(data) if value not in (None, "")]
    return table(("name", "value"), rows, label, words=(1,), titled=True) if rows else ""


def across(entries: Sequence[Mapping[str, object]], names: Sequence[str], label: str) -> str:
    """Entries of the same kind side by side: a column each, a row for every number that one of them has."""
    found = [dict(flat(one)) for one in entries]
    paths = dict.fromkeys(path for one in found for path in one)
    rows = [(path, *_joined([written(one.get(path)) for one in found])) for path in paths]
    counted = {path for one in found for path, value in one.items() if _is_number(value)}
    return table(("number", *names), [row for row in rows if row[0] in counted], label, titled=True) if counted else ""


def _joined(cells: Iterable[str]) -> list[object]:
    """A number that several columns share as one wide cell; without the empty cells at the end of a row."""
    found: list[object] = []
    for text, same in groupby(cells):
        n = len(list(same))
        found += [Wide(text, n)] if text and n > 1 else [text] * n
    while found and found[-1] == "":
        found.pop()
    return found


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def down(entries: Sequence[Mapping[str, object]], label: str) -> str:
    """Entries of the same kind below each other, a row each."""
    found = [dict(flat(one)) for one in entries]
    paths = list(dict.fromkeys(path for one in found for path, value in one.items() if value is not None))
    rows = [tuple(written(one.get(path)) for path in paths) for one in found]
    words = [k for k, path in enumerate(paths) if any(isinstance(one.get(path), str) for one in found)]
    return table(paths, rows, label, words=words, titled=True) if rows else ""
