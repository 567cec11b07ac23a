"""A Comparison as the body of a report: answer, formulas, methods with bars, bits, steps, graph, every number."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from symad.answers.facts import digits
from symad.formula import numbers
from symad.report import derivatives, html_parts, mathml, remarks, sentences
from symad.report.advice import advice
from symad.report.graph_html import graph
from symad.report.html_parts import Markup, bar, folded, items, paragraph, part, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from symad.answers.facts import Answer
    from symad.comparison.result import Comparison, MethodResult, StepCurve

BITS = 53  # of a double
_SET = 6  # derivatives that are set as formulas, and characters of all of them
_SET_LENGTH = 6_000
_CHARTS = 4  # variables against which bits are drawn, the first ones
_POINTS = 34  # rows of their table
_HIDDEN = ("function", "methods", "answer", "judged", "verdict", "warnings", "formula")  # of the entry: shown elsewhere


def body(comparison: Comparison, entry: Mapping[str, Any], room: int) -> tuple[str, str]:
    """The answer in words, and what it stands on."""
    answer = comparison.answer
    rest = "".join(
        [
            _formulas(comparison, answer),
            part("Methods", _methods(comparison), *_notes(comparison)),
            part("Bits right at each point", _bits(comparison)),
            part("Error of differences by step", _steps(comparison)),
            part("Graph", graph(comparison.formula, comparison.at, room)),
            part("Every number", _every(comparison, entry)),
        ]
    )
    return _said(comparison, answer), rest


def _said(comparison: Comparison, answer: Answer) -> str:
    kind = {True: "right", False: "wrong", None: "doubtful"}[comparison.agree]
    verdict = "; ".join(one for one in sentences.verdict(comparison, answer) if one)
    worst = sentences.worst(comparison, answer)
    return "".join(
        [
            paragraph(verdict, f"verdict {kind}"),
            paragraph(f"Advice: {said}" if (said := advice(comparison, answer)) else "", "advice"),
            paragraph(f"Worst: {worst}" if worst else ""),
        ]
    )


def _formulas(comparison: Comparison, answer: Answer) -> str:
    """The formula and its derivatives, set where they are short enough, else as text."""
    name = answer.names[0] if answer.names else "f"
    shown = mathml.equations(comparison.formula, name)
    pieces = [f'<p class="set">{shown}</p>\n'] if shown else []
    pieces.append(paragraph(sentences.head(comparison, answer)))
    return "".join(pieces) + part("Derivatives", *_slopes(answer))


def _slopes(answer: Answer) -> Iterator[str]:
    room = _SET_LENGTH
    n_set = 0
    for k, one in enumerate(answer.slopes):
        value = "" if one.value is None else numbers.shortest(one.value)
        made = mathml.slope(one.name, one.formula, value) if one.formula and k < _SET else ""
        room -= len(made)
        if made and room >= 0:
            n_set += 1
            yield f'<p class="set">{made}</p>\n'
    written = derivatives.written(answer, values=True)
    if written:
        text = f"<pre>{html_parts.markup(chr(10).join(written))}</pre>\n"
        yield folded("as text", text) if n_set == len(written) else text


def _methods(comparison: Comparison) -> str:
    """A row a method, operations and times with bars."""
    rows = [comparison.function, *comparison.methods]
    most_operations = max((row.counts.n_distinct for row in rows if row.counts is not None), default=0)
    timed = [row.time_ns for row in rows if row.time_ns is not None and row.engine == "C"]
    head = ("method", "operations", "written out", "time", "× function", "digits, worst", "typical", "verdict")
    lines = [
        (
            sentences.name(row),
            "" if row.counts is None else bar(
                row.counts.n_distinct / max(most_operations, 1), numbers.big(row.counts.n_distinct)
            ),
            "" if row.counts is None else numbers.big(row.counts.n_written_out),
            _time(row, max(timed, default=0.0)),
            "1" if row.key == "function" else "" if row.ratio is None else numbers.ratio(row.ratio),
            _digits(row, row.max_relative),
            _digits(row, row.median_relative),
            "" if row.key == "function" else _word(row.verdict),
        )
        for row in rows
    ]  # fmt: skip
    return table(head, lines, "methods", words=(7,))


def _time(row: MethodResult, longest: float) -> object:
    """A time, with a bar where the common engine took it."""
    if row.time_ns is None or row.engine != "C":
        return "" if row.time_ns is None else numbers.time(row.time_ns)
    return bar(row.time_ns / (longest or 1.0), numbers.time(row.time_ns))


def _word(verdict: str) -> Markup:
    kind = {"agrees": "right", "differs": "wrong"}.get(verdict, "doubtful")
    return Markup(f'<span class="{kind}">{html_parts.markup(verdict)}</span>')


def _digits(row: MethodResult, relative: float | None) -> str:
    return "" if relative is None or row.key == "function" else sentences.whole(digits(relative))


def _notes(comparison: Comparison) -> Iterator[str]:
    yield items([*comparison.warnings, *filter(None, [remarks.tolerances(comparison)])], "muted")
    yield folded("more about the methods", items(remarks.notes(comparison, curves=False)))


# ---- bits ---------------------------------------------------------------------------------------------


def _bits(comparison: Comparison) -> str:
    """The bits that are right at each judged point: of the worst exact method, and of each quotient."""
    exact = [row for row in comparison.methods if row.exact and row.errors]
    others = [row for row in comparison.methods if not row.exact and row.errors]
    if comparison.n_judged < 2 or not [*exact, *others]:
        return ""
    series = [("exact methods", exact)] if exact else []
    series += [(row.key, [row]) for row in others]
    points = comparison.points.array[: comparison.n_judged]
    names = comparison.variables[:_CHARTS]
    n = len(names)
    found = [(*map(float, point[:n]), *(_worst(rows, k) for _, rows in series)) for k, point in enumerate(points)]
    kept, of_each = _thinned(sorted(found), n)
    lines = [(*map(numbers.brief, row[:n]), *map(_whole, row[n:])) for row in kept]
    chart = {
        "title": "bits right, at worst", "x": list(range(n)), "s": list(range(n, n + len(series))),
        "y": "bits right", "log": _log(comparison), "range": [0, BITS],
    }  # fmt: skip
    head = (*names, *(name for name, _ in series))
    which = f", and of {of_each} neighbours the worst" if of_each > 1 else ""
    said = paragraph(f"Of the worst number at each point{which}; a double has 53 bits.", "muted")
    return said + table(head, lines, "bits right at each point", chart=chart)


def _log(comparison: Comparison) -> str:
    """Whether the points of the first variable were drawn in equal ratios."""
    ends = next(iter((comparison.points.domain or {}).values()), ())
    return "x" if len(ends) > 2 else ""


def _whole(found: float) -> str:
    return "" if math.isnan(found) else f"{found:.0f}"


def _thinned(rows: list[tuple[float, ...]], n: int) -> tuple[list[tuple[float, ...]], int]:
    """At most so many points, each the one of its neighbours that keeps the fewest bits."""
    of_each = -(-len(rows) // _POINTS)
    groups = [rows[k : k + of_each] for k in range(0, len(rows), of_each)]
    return [
        min(group, key=lambda row: [BITS if math.isnan(one) else one for one in row[n:]]) for group in groups
    ], of_each


def _worst(rows: Sequence[MethodResult], k: int) -> float:
    """The fewest bits of several methods at a point; nan where there is not one right number."""
    found = [one.relative for row in rows for one in (row.errors or ())[k] if not math.isnan(one.relative)]
    return _bits_of(max(found)) if found else math.nan


def _bits_of(relative: float) -> float:
    if relative <= 0.0:
        return float(BITS)
    return min(float(BITS), max(0.0, -math.log2(relative))) if math.isfinite(relative) else 0.0


# ---- the step -----------------------------------------------------------------------------------------


def _steps(comparison: Comparison) -> str:
    """Relative error against the step, all digits of both."""
    curves = [(row.name, row.step_curve) for row in comparison.methods if row.step_curve is not None]
    if not curves:
        return ""
    steps = sorted({step for _, curve in curves for step in curve.steps}, reverse=True)
    by_step = [dict(zip(curve.steps, curve.max_relative, strict=True)) for _, curve in curves]
    rows = [(repr(step), *(repr(one[step]) if step in one else "" for one in by_step)) for step in steps]
    chart = {
        "title": "relative error by step", "x": [0], "s": list(range(1, 1 + len(curves))), "y": "relative error",
        "log": "xy", "label": "step",
    }  # fmt: skip
    said = items(f"{name}: {_best(curve)}" for name, curve in curves)
    return said + table(("step", *(name for name, _ in curves)), rows, "error by step", chart=chart)


def _best(curve: StepCurve) -> str:
    return (
        f"least error {curve.best_relative:.1e} at step {curve.best_step:.1e}, {curve.used_step:.1e} was used, "
        f"at {numbers.plural(curve.n_points, 'point')}"
    )


# ---- every number -------------------------------------------------------------------------------------


def _every(comparison: Comparison, entry: Mapping[str, Any]) -> str:
    """All that the JSON answer holds and no table above does."""
    rows = [entry["function"], *entry["methods"]]
    names = [sentences.name(row) for row in (comparison.function, *comparison.methods)]
    kept = [{key: value for key, value in row.items() if key != "errors"} for row in rows]
    for row in kept:
        curve = row["step_curve"]
        row["step_curve"] = curve and {key: value for key, value in curve.items() if key != "errors"}
    return "".join(
        [
            html_parts.across(kept, names, "every number of each method"),
            html_parts.every({k: v for k, v in entry.items() if k not in _HIDDEN}, "what was asked"),
            html_parts.every(_spoken(entry.get("answer", {})), "the answer"),
            html_parts.down(_slope_numbers(entry.get("answer", {})), "derivatives"),
            _operations(entry.get("answer", {})),
            _answers(rows, names, entry),
        ]
    )


def _spoken(answer: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: value for key, value in answer.items() if key not in ("verdict", "advice", "derivatives", "operations")
    }


def _slope_numbers(answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Of each derivative its numbers; its formula stands above."""
    kept = ("name", "value", "value_reason", "from", "to")
    found = [{key: one[key] for key in kept if one.get(key) is not None} for one in answer.get("derivatives", ())]
    return [one for one in found if len(one) > 1]


def _operations(answer: Mapping[str, Any]) -> str:
    found = answer.get("operations", {})
    return html_parts.across(list(found.values()), list(found), "operations by kind") if found else ""


def _answers(rows: Sequence[Mapping[str, Any]], names: Sequence[str], entry: Mapping[str, Any]) -> str:
    """Every answer of every method, where they were asked for."""
    lines: list[tuple[object, ...]] = []
    for k, point in enumerate(entry.get("judged", ())):
        at = ", ".join(f"{key} = {html_parts.written(value)}" for key, value in html_parts.flat(point["at"]))
        right = [html_parts.written(one["value"]) for one in point["right"]]
        lines.append((str(k + 1), at, "right", "", ", ".join(right), ""))
        for name, row in zip(names, rows, strict=True):
            lines += [
                (str(k + 1), "", name, one["verdict"], *(html_parts.written(one[key]) for key in _ANSWERED))
                for one in row.get("errors", [()] * (k + 1))[k]
            ]
    head = ("point", "at", "method", "verdict", "answer", "relative error")
    return table(head, lines, "every answer", words=(1, 2, 3), titled=True) if lines else ""


_ANSWERED = ("answer", "relative_error")
