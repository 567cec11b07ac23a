"""Columns of text as a LaTeX table that needs no package. Knows nothing of what stands in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from symad.report.grid import Column

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\^{}",
    "~": r"\~{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
}
_POWER = re.compile(r"(~?)(-?\d+(?:\.\d+)?)e([+-]?)0*(\d+)")


def escaped(text: str) -> str:
    """Plain text for LaTeX."""
    return "".join(_SPECIAL.get(c, c) for c in text.replace("\n", " "))


def typewriter(text: str) -> str:
    """A piece of code; `--` stays two characters."""
    return rf"\texttt{{{escaped(text).replace('--', '-{}-')}}}"


def number(text: str) -> str:
    """A number as text: 2.8e+06 with a power of ten, a minus as long as it should be, a dash for none."""
    if text == "-":
        return "--"
    match = _POWER.fullmatch(text)
    if match:
        about, mantissa, sign, exponent = match.groups()
        about, minus = r"\sim " if about else "", "-" if sign == "-" else ""
        return rf"${about}{mantissa}\times 10^{{{minus}{exponent}}}$"
    if re.fullmatch(r"-?[\d.]+", text):
        return f"${text}$"
    return escaped(text)


def tabular(columns: Sequence[Column]) -> list[str]:
    """Lines of one ``tabular`` with rules of LaTeX itself."""
    rows = zip(*(_cells(column) for column in columns), strict=True)
    return [
        rf"\begin{{tabular}}{{{''.join('r' if column.right else 'l' for column in columns)}}}",
        r"\hline",
        " & ".join(escaped(column.heading) for column in columns) + r" \\",
        r"\hline",
        *(" & ".join(row) + r" \\" for row in rows),
        r"\hline",
        r"\end{tabular}",
    ]


def _cells(column: Column) -> list[str]:
    if column.formula:
        return [typewriter(cell) if cell else "" for cell in column.cells]
    return [number(cell) if column.right else escaped(cell) for cell in column.cells]


def table(columns: Sequence[Column], caption: str) -> list[str]:
    """Lines of one floating ``table``; the caption is LaTeX already."""
    size = r"\footnotesize\setlength{\tabcolsep}{4pt}"  # eight columns then fit the text of an article
    return [r"\begin{table}", r"\centering", rf"\caption{{{caption}}}", size, *tabular(columns), r"\end{table}"]
