"""A Comparison as text, JSON and Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symad.report import numbers
from symad.report.document import exact, finite, finite_map
from symad.report.grid import DEFAULT_WIDTH, Column, code, markdown, packed, wrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from symad.measure import Counts
    from symad.results import Comparison, MethodResult

_SHOWN = 3  # coordinates of a point that a table cell has room for
_LONG = 400  # characters of a formula repeated in a report


def to_text(comparison: Comparison, width: int = DEFAULT_WIDTH) -> str:
    """The formula, the verdict, the tables, and what the tables have no room for."""
    first, *groups = _columns(comparison)
    lines = [*wrapped(_formula(comparison), width, "  "), *wrapped(_where(comparison), width, "  "), ""]
    lines += packed(first[0], groups, width)
    notes = [*_notes(comparison), *(f"note: {warning}" for warning in comparison.warnings)]
    lines += [""] if notes else []
    for note in notes:
        lines += wrapped(note, width, "  ")
    return "\n".join([*lines, "", *wrapped(comparison.verdict, width, "  ")]) + "\n"


def to_markdown(comparison: Comparison) -> str:
    """One wide table."""
    groups = _columns(comparison)
    lines = [f"{code(_formula(comparison))}, {_where(comparison)}", ""]
    lines += markdown([column for group in groups for column in group])
    notes = [*_notes(comparison), *comparison.warnings]
    lines += ["", *(f"- {note}" for note in notes)] if notes else []
    return "\n".join([*lines, "", f"**{comparison.verdict}**"]) + "\n"


def to_dict(comparison: Comparison) -> dict[str, object]:
    """An entry among the results of a JSON answer."""
    points = comparison.points
    at = comparison.at
    return {
        "formula": comparison.formula,
        "variables": list(comparison.variables),
        "verdict": comparison.verdict,
        "agree": comparison.agree,
        "points": {
            "source": points.source,
            "n_points": len(points.array),
            "n_judged": comparison.n_judged,
            "domain": {name: list(ends) for name, ends in points.domain.items()} if points.domain else None,
            "seed": points.seed,
            **(finite_map("at", at) if at is not None else {}),
        },
        "function": _method(comparison.function),
        "methods": [_method(method) for method in comparison.methods],
        "warnings": list(comparison.warnings),
    }


def verdict(comparison: Comparison) -> str:
    """One line: who agrees, the worst error of an exact method, what the derivatives cost."""
    return "; ".join([*_words(comparison), *_worst(comparison), *_costs(comparison)])


def _words(comparison: Comparison) -> Iterable[str]:
    n_methods = len(comparison.methods)
    groups: dict[str, list[str]] = {}
    for row in comparison.methods:
        groups.setdefault(row.verdict, []).append(row.name)
    agreeing = groups.pop("agrees", [])
    if agreeing:
        yield f"all {n_methods} methods agree" if not groups else f"{len(agreeing)} of {n_methods} methods agree"
    for word, names in groups.items():
        yield f"all {n_methods} methods: {word}" if len(names) == n_methods else f"{', '.join(names)}: {word}"


def _worst(comparison: Comparison) -> Iterable[str]:
    row = comparison.worst
    if row is not None and row.max_ulp is not None and row.worst_point is not None:
        where = f"d/d{row.worst_variable} at {_point(row.worst_point)}"
        yield f"worst {numbers.error(row.max_ulp)} ULP ({row.name}, {where})" if row.max_ulp else "worst 0 ULP"


def _costs(comparison: Comparison) -> Iterable[str]:
    rows = {row.name: row for row in comparison.methods}  # perhaps only those that were asked for
    sweep, raw, own = rows.get("reverse sweep"), rows.get("symbolic"), comparison.function.counts
    if sweep is not None and sweep.ratio is not None:
        yield f"the reverse sweep costs {numbers.ratio(sweep.ratio)} functions"
    if raw is not None and raw.counts is not None and own is not None:
        written = numbers.plural(raw.counts.n_written_out, "operation")
        yield f"symbolic writes out {written} for {numbers.big(own.n_written_out)}"


def _formula(comparison: Comparison) -> str:
    text = "; ".join(part.strip() for part in comparison.formula.splitlines() if part.strip())
    return text if len(text) <= _LONG else f"{text[:_LONG]}... ({len(text):,} characters)"


def _where(comparison: Comparison) -> str:
    """The points in words."""
    points, n_points = comparison.points, len(comparison.points.array)
    if comparison.at is not None:
        return f"at {_point(comparison.at, 4 * _SHOWN, numbers.shortest)}"
    if points.domain is None:
        where = f"at {numbers.plural(n_points, 'given point')}"
    else:
        ends = {tuple(pair) for pair in points.domain.values()}
        boxes = list(points.domain.items())[: 4 * _SHOWN]
        each = ", ".join(f"{name} = {_interval(pair)}" for name, pair in boxes)
        box = f"{_interval(ends.pop())} for every variable" if len(ends) == 1 and len(boxes) > 1 else each
        where = f"at {numbers.plural(n_points, 'point')} drawn from {box} (seed {points.seed})"
    return where if comparison.n_judged == n_points else f"{where}, {comparison.n_judged} of them judged"


def _interval(ends: tuple[float, ...]) -> str:
    return ":".join(numbers.shortest(end) for end in ends)


def _point(point: Mapping[str, float], shown: int = _SHOWN, digits: Callable[[float], str] = numbers.brief) -> str:
    pairs = [f"{name} = {digits(value)}" for name, value in point.items()]
    return ", ".join(pairs[:shown]) + (", ..." if len(pairs) > shown else "")


def _columns(comparison: Comparison) -> list[list[Column]]:
    """The name of each row, and groups of columns that stand together."""
    rows = [comparison.function, *comparison.methods]

    def column(heading: str, cell: Callable[[MethodResult], str], *, right: bool = True) -> Column:
        return Column(heading, [cell(row) for row in rows], right)

    return [
        [column("method", lambda row: row.name, right=False)],
        [
            column("written out", lambda row: _big(row.counts, "n_written_out")),
            column("swell", lambda row: numbers.ratio(row.swell)),
            column("distinct", lambda row: _big(row.counts, "n_distinct")),
            column("swell", lambda row: numbers.ratio(row.shared_swell)),
            column("distinct by kind", _kinds, right=False),
        ],
        [
            column("build", lambda row: numbers.time(row.build_time_ns)),
            column("time", lambda row: numbers.time(row.time_ns)),
            column("+-", lambda row: numbers.time(row.spread_ns)),
            column("ratio", lambda row: numbers.ratio(row.ratio)),
        ],
        [
            column("max ULP", lambda row: numbers.error(row.max_ulp)),
            column("median", lambda row: numbers.error(row.median_ulp)),
            column("max rel.", lambda row: _relative(row.max_relative)),
            column("median", lambda row: _relative(row.median_relative)),
        ],
        [column("verdict", lambda row: row.verdict, right=False)],
    ]


def _big(counts: Counts | None, which: str) -> str:
    return "-" if counts is None else numbers.big(getattr(counts, which))


def _kinds(row: MethodResult) -> str:
    if row.counts is None:
        return "-"
    return " ".join(f"{numbers.big(n)} {kind}" for kind, n in row.counts.by_kind.items() if n) or "none"


def _relative(value: float | None) -> str:
    return "-" if value is None else "0" if value == 0 else f"{value:.1e}"


def _notes(comparison: Comparison) -> Iterable[str]:
    """What the tables have no room for: passes, why a row is not plain, where its worst error lies, what it met."""
    rows = [comparison.function, *comparison.methods]
    yield from (f"{row.name}: {row.passes}" for row in rows if row.passes)
    reasons: dict[str, list[str]] = {}
    for row in rows:
        reasons.setdefault(row.reason, []).append(row.name)
    yield from (f"{', '.join(names)}: {reason}" for reason, names in reasons.items() if reason)
    yield from _worst_places(rows)
    yield from _met(rows)


def _worst_places(rows: Sequence[MethodResult]) -> Iterable[str]:
    """Rows with their worst error at the same place share a line, unless all errors are 0."""
    places: dict[str, list[str]] = {}
    for row in rows:
        if row.worst_point and row.max_ulp:
            what = f"d/d{row.worst_variable} at " if row.worst_variable else ""
            places.setdefault(what + _point(row.worst_point), []).append(row.name)
    if len({place.partition(" at ")[2] or place for place in places}) > 1:
        yield from (f"worst of {', '.join(names)}: {place}" for place, names in places.items())


def _met(rows: Sequence[MethodResult]) -> Iterable[str]:
    met: dict[tuple[str, ...], list[str]] = {}
    for row in rows:
        if row.status:
            met.setdefault(row.status, []).append(row.name)
    return (f"status {', '.join(bits)}: met by {', '.join(names)}" for bits, names in met.items())


def _method(row: MethodResult) -> dict[str, object]:
    return {
        "name": row.name,
        "verdict": row.verdict,
        "reason": row.reason or None,
        "passes": row.passes or None,
        "counts": _counts(row.counts) if row.counts is not None else None,
        **finite("swell", row.swell),
        **finite("shared_swell", row.shared_swell),
        "build_time_ns": row.build_time_ns,
        "time_ns": row.time_ns,
        "spread_ns": row.spread_ns,
        "n_repeats": row.n_repeats,
        "ratio_to_function": row.ratio,
        **finite("max_ulp", row.max_ulp, _NOT_FINITE if row.max_ulp is not None else ""),
        **finite("median_ulp", row.median_ulp, _NOT_FINITE if row.median_ulp is not None else ""),
        **finite("max_relative_error", row.max_relative, _NOT_FINITE if row.max_relative is not None else ""),
        **finite("median_relative_error", row.median_relative, _NOT_FINITE if row.median_relative is not None else ""),
        "n_entries_judged": row.n_entries,
        **({"worst_point": None} if row.worst_point is None else finite_map("worst_point", row.worst_point)),
        "worst_variable": row.worst_variable,
        "status": list(row.status) if row.status is not None else None,
    }


_NOT_FINITE = "the method gives no finite number where the reference is finite"


def _counts(counts: Counts) -> dict[str, object]:
    written: dict[str, object] = {}
    for kind, n in counts.written_by_kind.items():
        written |= exact(kind, n)
    return {
        "n_typed": counts.n_typed,
        **exact("n_written_out", counts.n_written_out),
        "n_distinct": counts.n_distinct,
        "distinct_by_kind": dict(counts.by_kind),
        "written_out_by_kind": written,
        "depth": counts.depth,
        "n_bytes": counts.n_bytes,
    }
