"""The first screen of a comparison: at most 25 lines of at most 80 columns. Computes nothing."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from symad.answers.facts import digits
from symad.formula import numbers
from symad.report import derivatives, remarks
from symad.report.advice import advice
from symad.report.colours import plain
from symad.report.grid import Column, aligned, wide
from symad.report.sentences import head, name, verdict, whole, worst

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from symad.answers.facts import Answer
    from symad.comparison.result import Comparison, MethodResult
    from symad.report.colours import Paint

WIDTH, LINES = 80, 25
SHOWN = ("symbolic", "cse", "forward", "reverse", "central", "one-sided", "simplified", "factored")
_DROPPED = ("time", "typical", "x function", "operations")  # where the table is too wide, in this order
_DECIDE = ("differs", "loses digits", "ill-conditioned")
_LEAST_WIDTH = 60  # columns; narrower terminals wrap by themselves
_SENTENCE = 2  # lines of a verdict or an advice at 80 columns
_STAYS = "\u00a0"
_SHORT_FORMULA = 10  # operations that `symad steps` shows on a screen


def to_screen(comparison: Comparison, width: int = WIDTH, paint: Paint = plain) -> str:
    """Head, verdict, advice, derivative, worst place, table, foot."""
    width = max(min(width, WIDTH), _LEAST_WIDTH)
    answer = comparison.answer
    above = [*_head(comparison, answer, width), *_said(comparison, answer, width, paint)]
    below = _worst(comparison, answer, width)
    rows = [] if answer.outside is not None else ["", *_table(comparison, width, paint)]
    foot = ["", *_foot(comparison, answer, width, paint)]
    room = LINES - len(above) - len(below) - len(rows) - len(foot) - 1
    slopes = derivatives.lines(answer, width, max(room, 1))
    middle = [*slopes, *below]
    return "\n".join([*above, *([""] if middle else []), *middle, *rows, *foot]) + "\n"


def to_brief(comparison: Comparison, width: int = WIDTH, paint: Paint = plain) -> str:
    """Head and verdict: what a file of formulas has room for."""
    width = max(min(width, WIDTH), _LEAST_WIDTH)
    answer = comparison.answer
    lines = [*_sentence("", [head(comparison, answer)], width), *_verdict(comparison, answer, width, paint)]
    return "\n".join(lines) + "\n"


def _head(comparison: Comparison, answer: Answer, width: int) -> list[str]:
    found = _sentence("", [head(comparison, answer)], width)
    return [*found, ""] if found else []


def _said(comparison: Comparison, answer: Answer, width: int, paint: Paint) -> list[str]:
    return [*_verdict(comparison, answer, width, paint), *_sentence("advice:  ", [advice(comparison, answer)], width)]


def _verdict(comparison: Comparison, answer: Answer, width: int, paint: Paint) -> list[str]:
    meaning = {True: "agrees", False: "differs", None: "warning"}[comparison.agree]
    return [paint(line, meaning) for line in _sentence("verdict: ", verdict(comparison, answer), width)]


def _sentence(label: str, clauses: Sequence[str], width: int) -> list[str]:
    """As many clauses as two lines hold (three of a narrow screen); what the first one is too long for is cut."""
    most = _SENTENCE if width >= WIDTH else _SENTENCE + 1
    given = [one for one in clauses if one]
    if not given:
        return []
    for n in range(len(given), 0, -1):
        lines = _wrapped(label, "; ".join(given[:n]), width)
        if len(lines) <= most:
            return lines
    lines = lines[:most]
    return [*lines[:-1], f"{lines[-1][: width - 4].rstrip()} ..."]


def _wrapped(label: str, text: str, width: int) -> list[str]:
    kept = text.replace(" = ", f"{_STAYS}={_STAYS}")  # no line ends within an equation
    how = textwrap.TextWrapper(width, initial_indent=label, subsequent_indent=" " * len(label), break_on_hyphens=False)
    return [line.replace(_STAYS, " ") for line in how.wrap(kept)]


def _worst(comparison: Comparison, answer: Answer, width: int) -> list[str]:
    """One line: with fewer digits of its numbers where six are too many."""
    for n_digits in (6, 4, 3, 2):
        said = worst(comparison, answer, n_digits)
        if not said:
            return []
        line = f"worst:  {said}"
        if wide(line) <= width:
            return [line]
    return _wrapped("worst:  ", said, width)[:_SENTENCE]


def shown(comparison: Comparison) -> list[MethodResult]:
    """The rows of the table: six methods; others where they were asked for alone or do not agree as all do."""
    usual = [row for row in comparison.methods if row.key in SHOWN]
    if not usual or not {"reverse", "symbolic"} & {row.key for row in usual}:
        return list(comparison.methods)
    return [row for row in comparison.methods if row in usual or _stands_out(row, usual)]


def _stands_out(row: MethodResult, usual: Sequence[MethodResult]) -> bool:
    """Whether a hidden row decides the exit status alone."""
    return row.verdict in _DECIDE and all(other.verdict != row.verdict for other in usual)


def _table(comparison: Comparison, width: int, paint: Paint) -> list[str]:
    columns = columns_of(comparison)
    for heading in _DROPPED:
        if sum(column.width + 2 for column in columns) - 2 <= width:
            break
        columns = [column for column in columns if column.heading != heading]
    return aligned(columns, width, paint)


def columns_of(comparison: Comparison) -> list[Column]:
    """The columns that have anything in them."""
    methods = shown(comparison)
    rows = [comparison.function, *methods]

    def column(heading: str, cell: Callable[[MethodResult], str]) -> Column:
        return Column(heading, [cell(row) for row in rows])

    words = ["", *(row.verdict for row in methods)]
    several = any(row.n_entries > 1 for row in methods)
    right = (
        [column("worst", lambda row: _digits(row, row.max_relative)), column("typical", _typical)]
        if several
        else [column("digits", lambda row: _digits(row, row.max_relative))]
    )
    found = [
        Column("method", [name(row) for row in rows], right=False, whole=True),
        column("operations", lambda row: "" if row.counts is None else numbers.big(row.counts.n_distinct)),
        column("x function", _ratio),
        column("time", lambda row: "" if row.time_ns is None else numbers.time(row.time_ns)),
        *right,
        Column("verdict", words, right=False, meanings=words),
    ]
    return [one for one in found if any(one.cells)]


def _ratio(row: MethodResult) -> str:
    if row.key == "function":
        return "1" if row.time_ns is not None else ""
    return "" if row.ratio is None else numbers.ratio(row.ratio)


def _digits(row: MethodResult, relative: float | None) -> str:
    return "" if relative is None or row.key == "function" else whole(digits(relative))


def _typical(row: MethodResult) -> str:
    return _digits(row, row.median_relative)


def _foot(comparison: Comparison, answer: Answer, width: int, paint: Paint) -> list[str]:
    """The tolerance behind the word, and where there is more."""
    if answer.outside is not None:
        needs = f", or a point with {answer.outside.needs}" if answer.outside.needs else ""
        first, more = "nothing to judge here: no table.", f"Costs: --details{needs}"
    else:
        first = f"{remarks.tolerances(comparison)}."
        if not any(row.n_entries for row in comparison.methods):
            why = (
                "there is not one right number" if answer.bend else "the right numbers are none, or beyond the doubles"
            )
            first = f"no digits: {why}."
        more = f"More: --details{', symad steps' if _steps(comparison) else ''}"
    line = f"{first}   {more}"
    lines = [line] if wide(line) <= width else textwrap.wrap(f"{first} {more}", width)
    return [paint(one, "quiet") for one in lines]


def _steps(comparison: Comparison) -> bool:
    """Whether `symad steps` would show the sweep on a screen."""
    counts = comparison.function.counts
    short = counts is not None and counts.n_distinct <= _SHORT_FORMULA
    smooth = comparison.at is not None and comparison.agree is True and comparison.of == "gradient"
    return short and smooth and all(row.verdict != "differs by convention" for row in comparison.methods)
