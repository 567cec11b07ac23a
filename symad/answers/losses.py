"""Where answers have lost digits: how many of them, the worst place, and the region that holds them all."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from symad.answers.facts import Loss
from symad.answers.terms import ADD, SUB
from symad.comparison import verdicts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from symad.comparison.findings import Seen
    from symad.comparison.verdicts import Entry

ALIKE = 1e-6  # relative: answers that a line of six digits cannot tell apart


def keys(found: Seen, *, exact: bool) -> tuple[str, ...]:
    """Keys of the exact methods, or of the difference quotients."""
    return tuple(row.key for row in found.methods if row.exact is exact)


def loss(found: Seen, methods: Sequence[str], exact: Sequence[str]) -> Loss | None:
    """What these methods have lost; None where they have lost nothing."""
    rows = {key: found.rows[key] for key in methods if key in found.rows}
    lost = {key: [one for one in row if one.word == verdicts.LOSES] for key, row in rows.items()}
    places = {one.place for row in lost.values() for one in row}
    if not places:
        return None
    key, worst = max(((key, one) for key, row in lost.items() for one in row), key=lambda pair: _size(pair[1]))
    points = {point for point, _ in places}
    variables = found.target.expression.variables
    sizes = [abs(one.truth.exact) for row in lost.values() for one in row]
    by = (key, *(other for other, row in lost.items() if row and other != key))
    operation, cancels = _origin(found, by)
    return Loss(
        n_points=len(points),
        n_entries=len(places),
        of_entries=max(len(row) for row in rows.values()),
        smallest=min(sizes),
        name=found.target.name(worst.number),
        at=dict(zip(variables, map(float, found.points[worst.point]), strict=True)),
        said=worst.answer,
        right=worst.truth.exact,
        by=by,
        operation=operation,
        cancels=cancels,
        alike=_alike(found, worst, exact),
        place=_place(found, points),
    )


def _size(one: Entry) -> float:
    return -1.0 if math.isnan(one.relative) else one.relative


def _alike(found: Seen, worst: Entry, exact: Sequence[str]) -> bool:
    """Whether all exact methods say at a place what one says; the complex step is arithmetic of another kind."""
    keys = [key for key in exact if key in found.rows and key != "complex"]
    said = [one.answer for key in keys for one in found.rows[key] if one.place == worst.place]
    return all(abs(one - worst.answer) <= ALIKE * abs(worst.answer) for one in said)


def _place(found: Seen, points: set[int]) -> tuple[str, float, float] | None:
    """The interval of the one variable that holds the points that lost digits; None where that is everywhere."""
    names = found.target.expression.variables
    if len(names) != 1 or len(found.points) == 1:
        return None
    xs = [float(x) for x in found.points[:, 0]]
    lost = [xs[k] for k in points]
    low, high = min(lost), max(lost)
    return None if low == min(xs) and high == max(xs) else _interval(names[0], low, high, xs)


def _interval(name: str, low: float, high: float, xs: Sequence[float]) -> tuple[str, float, float]:
    """Open where no point lies beyond."""
    return name, low if low > min(xs) else -math.inf, high if high < max(xs) else math.inf


def _origin(found: Seen, by: Sequence[str]) -> tuple[str, bool]:
    """The operation of the formula that a diagnosis of one of these methods blames, and whether that is a sum."""
    graph = found.target.expression.graph
    diagnoses = {row.key: row.diagnosis for row in found.methods}
    for key in by:
        blamed = diagnoses[key]
        if blamed is not None and blamed.operation and blamed.in_formula:
            node = blamed.node if found.target.expression.n_outputs == 1 else None
            return blamed.operation, node is not None and graph.op[node] in (ADD, SUB)
    return "", False
