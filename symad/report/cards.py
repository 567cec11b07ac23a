"""Cards for notebooks: small pieces of HTML that stand alone. All text is escaped; no script, no sheet, no request."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from symad.answers.facts import digits
from symad.formula import numbers
from symad.report import notebook, remarks, screen, sentences
from symad.report import study as studied
from symad.report.advice import advice

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from symad.answers.derivative import Derivative
    from symad.answers.facts import Slope
    from symad.comparison.result import Comparison, MethodResult
    from symad.formula.expression import Expression
    from symad.studies.study import Study
    from symad.tape.checking import Check
    from symad.tape.sweeps import Sweep
    from symad.tape.tape import Tape

_MANY = 12  # names on a card
_LINES = 24  # of a derivative that is too long for LaTeX

# Colours are the notebook's own, with transparent greys, so that a card fits light and dark.
_CARD = (
    "display:inline-block;max-width:100%;overflow-x:auto;border:1px solid rgba(128,128,128,.4);border-radius:6px;"
    "padding:.6em .9em;font-size:90%;line-height:1.5"
)
_QUIET = "opacity:.7"
_CELL = "padding:.1em .7em;text-align:{};border:0;background:none"
_RULE = "border-bottom:1px solid rgba(128,128,128,.4)"
_INKS = {"agrees": "#2e9e4f", "differs": "#e05252", "differs by convention": "#2a9aa8"}
_OTHER_INK = "#c98a1b"


def expression(found: Expression) -> str:
    """The formula as LaTeX, or as text if it is long; its variables, its operations."""
    counts = found.counts
    operations = numbers.plural(counts.n_distinct, "distinct operation")
    outputs = "" if found.n_outputs == 1 else f", {found.n_outputs} outputs"
    costs = f"{operations}, {numbers.big(counts.n_written_out)} written out, depth {counts.depth:,}{outputs}"
    equations = notebook.formula_latex(found)
    shown = _math(notebook.aligned(equations)) if equations else _code(notebook.formula_text(found))
    return _card("Expression", [shown, _variables(found.variables), costs])


def tape(found: Tape) -> str:
    """What a tape evaluates, and what a point of it looks like."""
    own, n = found.expression, len(found.variables)
    shape = f"points (..., {n}) &rarr; values {'(...,)' if found.n_outputs == 1 else f'(..., {found.n_outputs})'}"
    return _card(
        "Tape", [_code(notebook.formula_text(own)), _variables(found.variables), f"{shape}; {own.n_nodes:,} nodes"]
    )


def comparison(found: Comparison) -> str:
    """Head, verdict, advice, derivative, a line for each of six methods; all other columns are folded."""
    answer = found.answer
    head = ("method", "operations", "x function", "time", "digits", "verdict")
    rows = [found.function, *screen.shown(found)]
    lines = [_row(head, "th", _RULE), *(_row(_cells(row), "td") for row in rows)]
    table = f'<table style="border-collapse:collapse;border:0;font:inherit;color:inherit">{"".join(lines)}</table>'
    verdict = f"<b>{escape('; '.join(sentences.verdict(found, answer)))}</b>"
    where = f'<span style="{_QUIET}">{escape(sentences.head(found, answer))}</span>'
    slopes = [_slope(one) for one in answer.slopes[:_MANY]] + [_code(f"{a} = {b}") for a, b in answer.lines[:_MANY]]
    foot = filter(None, [*found.warnings, remarks.tolerances(found)])
    notes = [f'<span style="{_QUIET}">{escape(line)}</span>' for line in foot]
    parts = [f"{_code(remarks.formula(found))} {where}", verdict, escape(advice(found, answer)), *slopes, table]
    return _card("Comparison", [*filter(None, parts), _folded(found), *notes])


def _slope(one: Slope) -> str:
    """A derivative with its value, as a notebook sets LaTeX."""
    value = "" if one.value is None else f" = {numbers.shortest(one.value)}"
    if not one.latex:
        return _code(f"{one.name} = {one.formula}{value}") if one.formula else ""
    return f"<code>{escape(one.name)}</code> ${escape(f'= {one.latex}{value}')}$"


def _folded(found: Comparison) -> str:
    """What `--details` prints."""
    style = "font-size:85%;background:none;color:inherit;margin:.3em 0"
    return f'<details><summary>details</summary><pre style="{style}">{escape(found.details())}</pre></details>'


def derivative(found: Derivative) -> str:
    """A line of LaTeX a variable, or text where that is too long."""
    equations = notebook.derivative_latex(found)
    lines = [_math(equations)] if equations else [_code(line) for line in str(found).splitlines()[:_LINES]]
    return _card("Derivative", [*lines, *([_quiet(found.note)] if found.note else [])])


def sweep(found: Sweep) -> str:
    """Values and slopes by name, and what the sweep met."""
    rows, more = notebook.sweep_rows(found)
    cells = [(name, numbers.shortest(value), numbers.shortest(slope)) for name, value, slope in rows]
    notes = [_quiet(f"{more:,} more"), _quiet(f"status: {found.status}")][not more :]
    return _card(
        "Sweep", [_code(notebook.formula_text(found.expression)), _table(("name", "value", "slope"), cells), *notes]
    )


def check(found: Check) -> str:
    """Numbers, how far they may be from the right ones, and why some are doubtful."""
    rows, more = notebook.check_rows(found)
    table = _table(("", "number", "relative bound", ""), [("", *row) for row in rows])
    return _card(
        "Check", [f"<b>{escape(notebook.check_line(found))}</b>", table, *([_quiet(f"{more:,} more")] if more else [])]
    )


def study(found: Study) -> str:
    """The verdict, and the laws of growth."""
    head, *lines = studied.law_rows(found)
    return _card(
        "Study", [_code(studied.family(found)), _table(head, lines), f"<b>{escape(studied.verdict(found))}</b>"]
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A plain table; its first and last columns stand left."""
    body = "".join(_row(row, "td", plain=True) for row in rows)
    style = "border-collapse:collapse;border:0;font:inherit;color:inherit"
    return f'<table style="{style}">{_row(head, "th", _RULE)}{body}</table>'


def _quiet(text: str) -> str:
    return f'<span style="{_QUIET}">{escape(text)}</span>'


def _math(latex: str) -> str:
    """LaTeX that the notebook typesets."""
    return f'<span style="font-size:115%">{escape(latex)}</span>'


def _card(title: str, parts: Iterable[str]) -> str:
    """A frame with a title; the parts are HTML already."""
    lines = "".join(f"<div>{part}</div>" for part in parts)
    return f'<div style="{_CARD}"><div style="{_QUIET};font-size:85%">symad {title}</div>{lines}</div>'


def _code(text: str) -> str:
    return f'<code style="background:none;color:inherit">{escape(text)}</code>'


def _variables(names: Sequence[str]) -> str:
    shown = ", ".join(escape(name) for name in names[:_MANY]) or "none"
    more = f", ... ({len(names):,})" if len(names) > _MANY else ""
    return f"variables: {shown}{more}"


def _cells(row: MethodResult) -> tuple[str, ...]:
    counts, function = row.counts, row.key == "function"
    right = "" if row.max_relative is None or function else sentences.whole(digits(row.max_relative))
    return (
        sentences.name(row),
        "" if counts is None else numbers.big(counts.n_distinct),
        "1" if function else "" if row.ratio is None else numbers.ratio(row.ratio),
        "" if row.time_ns is None else numbers.time(row.time_ns),
        right,
        "" if function else row.verdict,
    )


def _row(cells: Sequence[str], tag: str, more: str = "", *, plain: bool = False) -> str:
    """Names and verdicts stand left, numbers right; the verdict has its colour, unless the row is plain."""
    last = len(cells) - 1
    pieces = []
    for k, cell in enumerate(cells):
        style = _CELL.format("left" if k in (0, last) else "right") + (f";{more}" if more else "")
        ink = f";color:{_INKS.get(cell, _OTHER_INK)}" if k == last and tag == "td" and not plain else ""
        pieces.append(f'<{tag} style="{style}{ink}">{escape(cell)}</{tag}>')
    return f'<tr style="background:none">{"".join(pieces)}</tr>'
