"""A Comparison as text, Markdown, LaTeX and CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symad.formula import numbers
from symad.report import derivatives, latex, remarks, sentences
from symad.report.advice import advice
from symad.report.colours import plain
from symad.report.comparison_json import from_dict, to_dict
from symad.report.grid import DEFAULT_WIDTH, Column, code, markdown, packed, wrapped
from symad.report.remarks import verdict
from symad.report.screen import to_brief, to_screen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from symad.answers.facts import Slope
    from symad.comparison.result import Comparison, MethodResult, Speed
    from symad.formula.counts import Counts
    from symad.report.colours import Paint

__all__ = [
    "CSV_HEAD", "csv_rows", "from_dict", "to_brief", "to_dict", "to_latex", "to_markdown", "to_screen", "to_text",
    "verdict",
]  # fmt: skip

# Columns of a CSV answer, one row a method; units and meaning as in JSON. `distinct_...` are counts by kind.
CSV_HEAD = (
    "method", "verdict", "reason", "written_out", "distinct", "distinct_basic", "distinct_divide", "distinct_power",
    "distinct_call", "distinct_select", "depth", "swell", "shared_swell", "n_evaluations", "memory_bytes",
    "build_time_ns", "time_ns", "spread_ns", "n_repeats", "ratio_to_function", "single_time_ns", "single_spread_ns",
    "single_ratio_to_function", "native_time_ns", "native_spread_ns", "native_ratio_to_function", "max_ulp",
    "median_ulp", "max_relative_error", "median_relative_error", "n_entries_judged", "worst_entry", "worst_point",
    "condition", "status", "cause", "tolerance", "values", "derivatives", "advice",
)  # fmt: skip
_IN_LATEX = ("method", "written out", "distinct", "time", "ratio", "max ULP", "max rel.", "verdict")


def to_text(comparison: Comparison, width: int = DEFAULT_WIDTH, paint: Paint = plain) -> str:
    """The formula, the verdict, the tables, and what the tables have no room for."""
    first, *groups = [[one for one in group if {*one.cells} != {"-"}] for group in _columns(comparison)]
    head = [remarks.formula(comparison), remarks.where(comparison)]
    lines = [line for text in head for line in wrapped(text, width, "  ")]
    lines += ["", *packed(first[0], groups, width, paint)]
    notes = [line for note in remarks.notes(comparison) for line in wrapped(note, width, "  ")]
    warnings = [line for warning in comparison.warnings for line in wrapped(f"note: {warning}", width, "  ")]
    foot = [paint(line, "quiet") for line in wrapped(remarks.tolerances(comparison), width, "  ")]
    lines += ["", *notes, *(paint(line, "warning") for line in warnings), *foot] if notes or warnings or foot else []
    meaning = {True: "agrees", False: "differs", None: "warning"}[comparison.agree]
    lines += ["", *(paint(line, meaning) for line in wrapped(comparison.verdict, width, "  "))]
    return "\n".join(lines) + "\n"


def to_markdown(comparison: Comparison) -> str:
    """One wide table."""
    lines = [f"{code(remarks.formula(comparison))}, {remarks.where(comparison)}", "", *_markdown_answer(comparison)]
    lines += markdown([column for group in _columns(comparison) for column in group])
    notes = [*remarks.notes(comparison), *comparison.warnings]
    lines += ["", *(f"- {note}" for note in notes)] if notes else []
    foot = remarks.tolerances(comparison)
    return "\n".join([*lines, "", f"**{comparison.verdict}**", *(["", foot] if foot else [])]) + "\n"


def _markdown_answer(comparison: Comparison) -> list[str]:
    """Verdict, advice and derivatives."""
    answer = comparison.answer
    said = [f"**{'; '.join(sentences.verdict(comparison, answer))}**", advice(comparison, answer)]
    values = sentences.head(comparison, answer) if answer.values else ""
    written = [*([values] if values else []), *derivatives.written(answer, values=True)]
    block = ["```", *written, "```"] if written else []
    return [line for part in [*([one] for one in said if one), block] if part for line in (*part, "")]


def to_latex(comparison: Comparison) -> str:
    """A ``table`` of the columns that fit a page, the verdict in its caption."""
    columns = {column.heading: column for group in _columns(comparison) for column in group}
    where, verdict = latex.escaped(remarks.where(comparison)), latex.escaped(comparison.verdict)
    foot = latex.escaped(remarks.tolerances(comparison))
    caption = f"{latex.typewriter(remarks.formula(comparison))}, {where}: {verdict}." + (f" {foot}." if foot else "")
    shown = [line for one in comparison.answer.slopes for line in _display(one)]
    return "\n".join([*shown, *latex.table([columns[name] for name in _IN_LATEX], caption)]) + "\n"


def _display(one: Slope) -> list[str]:
    """A derivative as a formula of its own."""
    if not one.latex:
        return [rf"\noindent{latex.typewriter(f'{one.name} = {one.formula}')}\par"] if one.formula else []
    value = "" if one.value is None else f" = {latex.number(numbers.shortest(one.value)).strip('$')}"
    return [rf"\[ \mathrm{{{latex.escaped(one.name)}}} = {one.latex}{value} \]"]


def csv_rows(comparison: Comparison) -> Iterator[list[object]]:
    """One row a method, the function itself first, as `CSV_HEAD` names them."""
    for row in (comparison.function, *comparison.methods):
        counts, point = row.counts, row.worst_point or {}
        by_kind = ["" for _ in range(5)] if counts is None else list(counts.by_kind.values())
        yield [
            row.name, row.verdict, row.reason, _count(counts, "n_written_out"), _count(counts, "n_distinct"), *by_kind,
            _count(counts, "depth"), row.swell, row.shared_swell, row.n_evaluations, row.memory_bytes,
            row.build_time_ns, row.time_ns, row.spread_ns, row.n_repeats, row.ratio, *_speed(row.single),
            *_speed(row.native), row.max_ulp, row.median_ulp, row.max_relative, row.median_relative,
            row.n_entries, remarks.entry(row),
            " ".join(f"{name}={numbers.shortest(value)}" for name, value in point.items()), row.condition,
            " ".join(row.status or ()), row.diagnosis.cause if row.diagnosis is not None else "", row.tolerance,
            *(_answered(comparison) if row is comparison.function else ["", "", ""]),
        ]  # fmt: skip


def _answered(comparison: Comparison) -> list[str]:
    """Values and derivatives, which belong to no method, in the row of the function; the advice."""
    answer = comparison.answer
    pairs = [*zip(answer.names, answer.values, strict=False), *((one.name, one.value) for one in answer.slopes)]
    values = "; ".join(f"{name} = {numbers.shortest(value)}" for name, value in pairs if value is not None)
    return [values, "; ".join(derivatives.written(answer)), advice(comparison, answer)]


def _count(counts: Counts | None, which: str) -> object:
    """An exact count, or about how many where Python refuses to write its digits."""
    if counts is None:
        return ""
    count: int = getattr(counts, which)
    return count if count.bit_length() <= numbers.LONGEST else numbers.big(count).lstrip("~")


def _speed(found: Speed | None) -> list[object]:
    return ["", "", ""] if found is None else [found.time_ns, found.spread_ns, found.ratio]


def _columns(comparison: Comparison) -> list[list[Column]]:
    """The name of each row, and groups of columns that stand together."""
    rows = [comparison.function, *comparison.methods]

    def column(heading: str, cell: Callable[[MethodResult], str], *, right: bool = True) -> Column:
        return Column(heading, [cell(row) for row in rows], right)

    def given(heading: str, field: str, cell: Callable[[MethodResult], str]) -> list[Column]:
        """The column, if any row has the number."""
        return [column(heading, cell)] if any(getattr(row, field) is not None for row in rows) else []

    return [
        [column("method", lambda row: row.name, right=False)],
        [  # what people quote
            column("written out", lambda row: _big(row.counts, "n_written_out")),
            column("distinct", lambda row: _big(row.counts, "n_distinct")),
            column("time", lambda row: numbers.time(row.time_ns)),
            column("ratio", lambda row: numbers.ratio(row.ratio)),
            column("max ULP", lambda row: numbers.error(row.max_ulp)),
            Column("verdict", [row.verdict for row in rows], right=False, meanings=[row.verdict for row in rows]),
        ],
        [
            column("swell", lambda row: numbers.ratio(row.swell)),
            column("distinct swell", lambda row: numbers.ratio(row.shared_swell)),
        ],
        [column("distinct by kind", _kinds, right=False)],
        [
            *given("evaluations", "n_evaluations", lambda row: numbers.count(row.n_evaluations)),
            *given("memory", "memory_bytes", lambda row: numbers.size(row.memory_bytes)),
            column("build", lambda row: numbers.time(row.build_time_ns)),
            column("time +-", lambda row: numbers.time(row.spread_ns)),
        ],
        _called(column, rows, "single"),
        _called(column, rows, "native"),
        [
            column("median ULP", lambda row: numbers.error(row.median_ulp)),
            column("max rel.", lambda row: _relative(row.max_relative)),
            column("median rel.", lambda row: _relative(row.median_relative)),
            *given("condition", "condition", lambda row: numbers.error(row.condition)),
        ],
    ]


def _called(
    column: Callable[[str, Callable[[MethodResult], str]], Column], rows: Sequence[MethodResult], way: str
) -> list[Column]:
    """Time, spread and ratio of another way to call, if any row has them."""

    def of(field: str, cell: Callable[[float | None], str]) -> Callable[[MethodResult], str]:
        return lambda row: cell(getattr(getattr(row, way), field, None))

    if all(getattr(row, way) is None for row in rows):
        return []
    cells = {
        "": of("time_ns", numbers.time),
        " +-": of("spread_ns", numbers.time),
        " ratio": of("ratio", numbers.ratio),
    }
    return [column(way + heading, cell) for heading, cell in cells.items()]


def _big(counts: Counts | None, which: str) -> str:
    return "-" if counts is None else numbers.big(getattr(counts, which))


def _kinds(row: MethodResult) -> str:
    if row.counts is None:
        return "-"
    return " ".join(f"{numbers.big(n)} {kind}" for kind, n in row.counts.by_kind.items() if n) or "none"


def _relative(value: float | None) -> str:
    return "-" if value is None else "0" if value == 0 else f"{value:.1e}"
