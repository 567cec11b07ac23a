"""A Study as text, JSON, Markdown and CSV: tables by size, laws of growth, crossovers."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from symad.formula import numbers
from symad.report.document import exact, finite
from symad.report.grid import DEFAULT_WIDTH, Column, code, markdown, packed, wrapped
from symad.studies import study as studies

if TYPE_CHECKING:
    from collections.abc import Iterator

    from symad.comparison.result import MethodResult
    from symad.studies.laws import Law
    from symad.studies.study import Study

_CSV = (
    "n", "method", "verdict", "written_out", "distinct", "memory_bytes", "build_time_ns", "time_ns", "spread_ns",
    "ratio_to_function", "max_ulp", "reason",
)  # fmt: skip
_TITLES = {studies.TIME: "time of one gradient", studies.MEMORY: "memory of what is evaluated"}
_TITLES |= {studies.BUILD: "time to build it", studies.ERROR: "largest error in ULP"}


def to_text(study: Study, width: int = DEFAULT_WIDTH) -> str:
    """The family, a table for each quantity, the laws, and what overtakes what."""
    lines = [*wrapped(family(study), width, "  "), *wrapped(where(study), width, "  ")]
    for quantity in studies.QUANTITIES:
        sizes, columns = _table(study, quantity)
        lines += ["", f"{_TITLES.get(quantity, quantity)}:", "", *packed(sizes, [[one] for one in columns], width)]
    methods, laws = law_columns(study)
    lines += ["", "growth with n, and the residual of the law:", "", *packed(methods, [[one] for one in laws], width)]
    for sentences in ([*_crossings(study)], [*_notes(study)]):
        lines += [""] if sentences else []
        for sentence in sentences:
            lines += wrapped(sentence, width, "  ")
    return "\n".join([*lines, "", *wrapped(verdict(study), width, "  ")]) + "\n"


def to_markdown(study: Study) -> str:
    """The same as Markdown tables."""
    lines = [f"{code(family(study))}", "", where(study)]
    for quantity in studies.QUANTITIES:
        sizes, columns = _table(study, quantity)
        lines += ["", f"**{_TITLES.get(quantity, quantity)}**", "", *markdown([sizes, *columns])]
    methods, laws = law_columns(study)
    lines += ["", "**growth with n, and the residual of the law**", "", *markdown([methods, *laws])]
    notes = remarks(study)
    lines += ["", *(f"- {note}" for note in notes)] if notes else []
    return "\n".join([*lines, "", f"**{verdict(study)}**"]) + "\n"


def to_csv(study: Study) -> str:
    """One line a size and method; empty where there is no number."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(_CSV)
    for n, method, row in _rows(study):
        counted = [studies.number(row, quantity) for quantity in (studies.WRITTEN, studies.DISTINCT, studies.MEMORY)]
        timed = [row.build_time_ns, row.time_ns, row.spread_ns, row.ratio]
        table.writerow([n, method, row.verdict, *counted, *timed, row.max_ulp, row.reason])
    return out.getvalue()


def to_dict(study: Study) -> dict[str, object]:
    """An entry among the results of a JSON answer."""
    pairs = [(name, quantity) for name in study.methods for quantity in studies.GROWING]
    laws = [(name, quantity, study.law(name, quantity)) for name, quantity in pairs if study.curve(name, quantity)]
    return {
        "family": study.family,
        "sizes": list(study.sizes),
        "complete": study.complete,
        "verdict": verdict(study),
        "rows": [_row(n, method, row) for n, method, row in _rows(study)],
        "laws": [{"method": name, "quantity": quantity, **_law(law)} for name, quantity, law in laws],
        "crossovers": [
            {"quantity": one.quantity, "winner": one.winner, "loser": one.loser, "n": one.n} for one in study.crossovers
        ],
    }


def verdict(study: Study) -> str:
    """One line: which method is fastest at which sizes."""
    runs: list[tuple[str, list[int]]] = []
    for n in study.sizes:
        rows = {name: study.row(name, n) for name in study.methods[1:]}
        exact_rows = {name: row for name, row in rows.items() if row is not None and row.exact}
        times = {name: row.time_ns for name, row in exact_rows.items() if row.time_ns is not None}
        if times:
            best = min(times, key=lambda name: times[name])
            if runs and times.get(runs[-1][0], float("inf")) < 1.1 * times[best]:
                best = runs[-1][0]  # a tenth is no lead
            if not runs or runs[-1][0] != best:
                runs.append((best, []))
            runs[-1][1].append(n)
    said = ", ".join(f"{name} at n = {_span(sizes)}" for name, sizes in runs)
    return f"fastest exact gradient: {said}" if said else "no exact gradient was timed"


def _span(sizes: list[int]) -> str:
    return str(sizes[0]) if len(sizes) == 1 else f"{sizes[0]} to {sizes[-1]}"


def _rows(study: Study) -> Iterator[tuple[int, str, MethodResult]]:
    for n in study.sizes:
        for method in study.methods:
            row = study.row(method, n)
            if row is not None:
                yield n, method, row


def law_rows(study: Study) -> list[list[str]]:
    """The laws of growth: a heading, then a row a method."""
    methods, laws = law_columns(study)
    columns = [methods, *laws]
    return [[one.heading for one in columns], *(list(row) for row in zip(*(one.cells for one in columns), strict=True))]


def family(study: Study) -> str:
    """The family on one line, a long one cut."""
    text = "; ".join(part.strip() for part in study.family.splitlines() if part.strip())
    return text if len(text) <= 400 else f"{text[:400]}..."


def remarks(study: Study) -> list[str]:
    """What overtakes what, then why numbers are missing."""
    return [*_crossings(study), *_notes(study)]


def where(study: Study) -> str:
    """The sizes, and at which points each was measured."""
    sizes = ", ".join(map(str, study.sizes))
    shortened = f"n = {sizes if len(study.sizes) <= 20 else _span(list(study.sizes))}"
    points = study.comparisons[0].points
    where = "at one given point" if points.source == "at" else f"at {numbers.plural(len(points.array), 'point')}"
    drawn = "" if points.seed is None else f" (seed {points.seed})"
    return f"{shortened}; each {where}{drawn}" + ("" if study.complete else "; interrupted before larger sizes")


def _table(study: Study, quantity: str) -> tuple[Column, list[Column]]:
    """Sizes, and a column for each method that has the quantity at all."""
    columns = []
    for method in study.methods:
        curve = study.curve(method, quantity)
        if curve:
            cells = [cell(curve[n], quantity) if n in curve else "-" for n in study.sizes]
            columns.append(Column(method, cells))
    return Column("n", [str(n) for n in study.sizes]), columns


def cell(value: float, quantity: str) -> str:
    """A number with as many digits as an eye wants, and its unit."""
    if quantity in studies.MEASURED:
        return numbers.time(value)
    return numbers.error(value) if quantity == studies.ERROR else numbers.big(int(value))


def law_columns(study: Study) -> tuple[Column, list[Column]]:
    """The methods, and the law of each growing quantity."""
    methods = study.methods
    columns = []
    for quantity in studies.GROWING:
        cells = [_law_text(study.law(name, quantity)) if study.curve(name, quantity) else "-" for name in methods]
        columns.append(Column(quantity, cells, right=False))
    return Column("method", list(methods), right=False), columns


def _law_text(law: Law) -> str:
    if law.residual is None:
        return law.name
    shown = f"{law.residual:.0%}" if law.residual >= 0.005 else "0"
    return f"{law.name}: {law.formula} ({shown})"


def _crossings(study: Study) -> Iterator[str]:
    """What overtakes what, a sentence for each quantity and winner."""
    groups: dict[tuple[str, str], dict[int, list[str]]] = {}
    for one in study.crossovers:
        groups.setdefault((one.quantity, one.winner), {}).setdefault(one.n, []).append(one.loser)
    for (quantity, winner), losers in groups.items():
        said = [f"{', '.join(names)} from n = {n} on" for n, names in sorted(losers.items())]
        yield f"{quantity}: {winner} overtakes {', '.join(said)}"


def _notes(study: Study) -> Iterator[str]:
    """Why methods have no numbers, laws no decision; how noisy the machine was."""
    said: dict[str, list[str]] = {}
    for n, method, row in _rows(study):
        if row.verdict == "gave up" and not row.reason.startswith("left out"):
            said.setdefault(f"at n = {n}: {row.reason}", []).append(method)
    yield from (f"{', '.join(methods)} gave up {reason}" for reason, methods in said.items())
    for method in study.methods:
        rows = [study.row(method, n) for n in study.sizes]
        words = {row.verdict: n for n, row in zip(study.sizes, rows, strict=True) if row is not None and row.counts}
        bad = [f"{word} (n = {n})" for word, n in words.items() if word != "agrees"]
        if bad and method != "function":
            yield f"{method}: {', '.join(bad)}"
    noisy = [n for n, one in zip(study.sizes, study.comparisons, strict=True) if one.warnings]
    if noisy:
        yield f"note: {study.comparisons[study.sizes.index(noisy[0])].warnings[0]} (n = {', '.join(map(str, noisy))})"


def _law(law: Law) -> dict[str, object]:
    return {
        "law": law.name,
        "formula": law.formula or None,
        **finite("residual", law.residual),
        **finite("exponent", law.exponent),
        "reason": law.reason or None,
    }


def _row(n: int, method: str, row: MethodResult) -> dict[str, object]:
    written, distinct, memory = (
        studies.number(row, quantity) for quantity in (studies.WRITTEN, studies.DISTINCT, studies.MEMORY)
    )
    return {
        "n": n,
        "method": method,
        "verdict": row.verdict,
        "reason": row.reason or None,
        **exact("n_written_out", None if written is None else int(written)),
        "n_distinct": distinct,
        "memory_bytes": memory,
        "build_time_ns": row.build_time_ns,
        "time_ns": row.time_ns,
        "spread_ns": row.spread_ns,
        "ratio_to_function": row.ratio,
        **finite("max_ulp", row.max_ulp),
    }
