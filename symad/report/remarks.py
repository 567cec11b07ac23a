"""What is said of a Comparison in sentences: the verdict, the points, and what a table has no room for."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from symad.formula import numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from symad.comparison.result import Comparison, MethodResult, StepCurve

_SHOWN = 3  # coordinates of a point that a table cell has room for
SHORT = 60  # characters of a formula that a sentence repeats
_LONG = 400  # characters of a formula repeated in a report
_NAMED = 4  # methods that the verdict names; of more it says how many
_ON_A_CURVE = 6  # steps of a curve that a line has room for


def verdict(comparison: Comparison) -> str:
    """One line: who agrees, the worst error of an exact method, what the derivatives cost."""
    return "; ".join([*_words(comparison), *_worst(comparison), *_costs(comparison)])


def _words(comparison: Comparison) -> Iterable[str]:
    able = [row for row in comparison.methods if row.verdict != "does not apply"]
    n_methods = len(able)
    groups: dict[str, list[str]] = {}
    for row in able:
        groups.setdefault(row.verdict, []).append(row.name)
    agreeing = groups.pop("agrees", [])
    if agreeing:
        yield f"all {n_methods} methods agree" if not groups else f"{len(agreeing)} of {n_methods} methods agree"
    for word, names in groups.items():
        if len(names) == n_methods:
            yield f"all {n_methods} methods: {word}"
        else:
            yield f"{listed(names) if len(names) <= _NAMED else f'{len(names)} of {n_methods} methods'}: {word}"


def listed(names: Sequence[str]) -> str:
    """Names of rows, apart even where one holds a comma."""
    return (" / " if any("," in name for name in names) else ", ").join(names)


def _worst(comparison: Comparison) -> Iterable[str]:
    row = comparison.worst
    if row is not None and row.max_ulp is not None and row.worst_point is not None:
        place = " at ".join(part for part in (entry(row), _point(row.worst_point)) if part)
        yield f"worst {numbers.error(row.max_ulp)} ULP ({row.name}, {place})" if row.max_ulp else "worst 0 ULP"


def _costs(comparison: Comparison) -> Iterable[str]:
    rows = {row.name: row for row in comparison.methods}  # perhaps only those that were asked for
    reverse, raw, own = rows.get("reverse program"), rows.get("symbolic"), comparison.function.counts
    if reverse is not None and reverse.ratio is not None:
        yield f"the reverse program costs {numbers.ratio(reverse.ratio)} functions"
    if raw is not None and raw.counts is not None and own is not None:
        written = numbers.plural(raw.counts.n_written_out, "operation")
        yield f"symbolic writes out {written} for {numbers.big(own.n_written_out)}"


def entry(row: MethodResult) -> str:
    """What was asked for where the error of a row is largest; "" for the only value of a function."""
    return row.worst_entry or (f"d/d{row.worst_variable}" if row.worst_variable else "")


def formula(comparison: Comparison) -> str:
    """The formula in one line, a very long one cut."""
    text = "; ".join(part.strip() for part in comparison.formula.splitlines() if part.strip())
    return text if len(text) <= _LONG else f"{text[:_LONG]}... ({len(text):,} characters)"


def where(comparison: Comparison) -> str:
    """What was compared and where."""
    what = comparison.of if comparison.of != "gradient" else ""
    chosen = comparison.wrt not in ((), comparison.variables)
    wrt = f"with respect to {', '.join(comparison.wrt)}" if chosen else ""
    return " ".join(part for part in (what, wrt, _at(comparison)) if part)


def _at(comparison: Comparison) -> str:
    """The points in words."""
    points, n_points = comparison.points, len(comparison.points.array)
    if comparison.at is not None:
        return f"at {_point(comparison.at, 4 * _SHOWN, numbers.shortest)}"
    if points.domain is None:
        found = f"at {numbers.plural(n_points, 'given point')}"
    else:
        ends = set(points.domain.values())
        boxes = list(points.domain.items())[: 4 * _SHOWN]
        each = ", ".join(f"{name} = {_interval(pair)}" for name, pair in boxes)
        each += ", ..." if len(boxes) < len(points.domain) else ""
        box = f"{_interval(ends.pop())} for every variable" if len(ends) == 1 and len(boxes) > 1 else each
        found = f"at {numbers.plural(n_points, 'point')} drawn from {box} (seed {points.seed})"
    return found if comparison.n_judged == n_points else f"{found}, {comparison.n_judged} of them judged"


def _interval(ends: Sequence[float | str]) -> str:
    shown = ":".join(numbers.shortest(float(end)) for end in ends[:2])
    return f"{shown} in equal ratios" if len(ends) > 2 else shown


def tolerances(comparison: Comparison) -> str:
    """What stands behind the word "agrees": digits of exact methods, and of differences where there are any."""
    rows = [row for row in comparison.methods if row.tolerance is not None]
    exact, others = ({row.tolerance for row in rows if row.exact is kind} for kind in (True, False))
    said = [f"{_digits(one)} digits or more" for one in exact] + [f"of differences {_digits(one)}" for one in others]
    return f"agrees: {', '.join(said)}" if said else ""


def _digits(tolerance: float | None) -> int:
    return round(-math.log10(tolerance or 1.0))


def _point(point: Mapping[str, float], shown: int = _SHOWN, digits: Callable[[float], str] = numbers.brief) -> str:
    pairs = [f"{name} = {digits(value)}" for name, value in point.items()]
    return ", ".join(pairs[:shown]) + (", ..." if len(pairs) > shown else "")


def notes(comparison: Comparison, *, curves: bool = True) -> Iterable[str]:
    """What the tables have no room for: passes, why a row is not plain, where its worst error lies, what it met."""
    rows = [comparison.function, *comparison.methods]
    yield from _shared(rows, lambda row: row.passes)
    yield from _shared(rows, _why)
    yield from (f"{row.name}: {_curve(row.step_curve)}" for row in rows if curves and row.step_curve)
    yield from _worst_places(rows)
    yield from _met(rows)
    if comparison.function.time_ns is not None and (engine := comparison.settings.get("engine")):
        yield f"times: by {engine}"


def _shared(rows: Sequence[MethodResult], tell: Callable[[MethodResult], str]) -> Iterable[str]:
    """What is said of several rows, once."""
    said: dict[str, list[str]] = {}
    for row in rows:
        said.setdefault(tell(row), []).append(row.name)
    return (f"{listed(names)}: {text}" for text, names in said.items() if text)


def _why(row: MethodResult) -> str:
    """The reason of the verdict, and what the diagnosis adds to it."""
    if row.diagnosis is None:
        return row.reason
    found = f"{row.diagnosis.cause}: {row.diagnosis.said}"
    return row.reason if found in row.reason else "; ".join(part for part in (row.reason, found) if part)


def _curve(curve: StepCurve) -> str:
    """The best step, the one used, and some more of the curve."""
    shown = range(0, len(curve.steps), max(1, -(-len(curve.steps) // _ON_A_CURVE)))
    pairs = ", ".join(f"{curve.max_relative[k]:.0e} at {curve.steps[k]:.0e}" for k in shown)
    best = f"{curve.best_relative:.1e} at step {curve.best_step:.1e}"
    return f"smallest error {best} (used: {curve.used_step:.1e}); error by step: {pairs}"


def _worst_places(rows: Sequence[MethodResult]) -> Iterable[str]:
    """Rows with their worst error at the same place share a line, unless all errors are 0."""
    places: dict[str, list[str]] = {}
    for row in rows:
        if row.worst_point and row.max_ulp:
            what = f"{entry(row)} at " if entry(row) else ""
            places.setdefault(what + _point(row.worst_point), []).append(row.name)
    if len({place.partition(" at ")[2] or place for place in places}) > 1:
        yield from (f"worst of {listed(names)}: {place}" for place, names in places.items())


def _met(rows: Sequence[MethodResult]) -> Iterable[str]:
    met: dict[tuple[str, ...], list[str]] = {}
    for row in rows:
        if row.status:
            met.setdefault(row.status, []).append(row.name)
    return (f"status {', '.join(bits)}: met by {listed(names)}" for bits, names in met.items())
