"""What has changed against a saved comparison: operations, verdicts, digits. Times are left out."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from symad.answers.facts import digits
from symad.formula.ops import ROWS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from symad.comparison.findings import Seen
    from symad.comparison.result import Comparison, MethodResult
    from symad.formula.expression import Expression

CHANGED = 0.5  # digits: another mathematics library moves the last ones
LARGEST = 50_000  # nodes of a program whose operations are told apart
_MOST_SAID = 3  # operations that a line names


def operations(found: Seen) -> dict[str, dict[str, int]]:
    """By method, how often each operation stands in one evaluation of its program."""
    programs = {"function": found.target.expression}
    programs |= {key: route.program for key, route in found.routes.items() if route.program is not None}
    return {key: _counted(program) for key, program in programs.items() if program.n_nodes <= LARGEST}


def _counted(program: Expression) -> dict[str, int]:
    names = Counter(ROWS[operation].text or ROWS[operation].name.lower() for operation in _rows(program))
    return dict(sorted(names.items()))


def _rows(program: Expression) -> Iterator[int]:
    return (operation for operation in program.graph.op if ROWS[operation].cost != "free")


def changes(now: Comparison, saved: Comparison) -> list[str]:
    """A line for each method that has other operations, another verdict or other digits; none where all is as it was.

    Parameters
    ----------
    now, saved : Comparison
        Of the same formula at the same points.
    """
    same = now.points.array.shape == saved.points.array.shape and np.array_equal(
        now.points.array, saved.points.array, equal_nan=True
    )
    if not same or now.of != saved.of or now.wrt != saved.wrt:
        return ["the points, or what is asked for, are others than in the baseline"]
    rows = {row.key: row for row in (now.function, *now.methods)}
    ours, theirs = now.answer.operations, saved.answer.operations
    found = []
    for row in (saved.function, *saved.methods):
        if row.key not in rows:
            found.append(f"{row.name}: it was not run now")
        else:
            found += _of_row(rows[row.key], row, ours.get(row.key, {}), theirs.get(row.key, {}))
    return found


def _of_row(
    now: MethodResult, saved: MethodResult, ours: Mapping[str, int], theirs: Mapping[str, int]
) -> Iterator[str]:
    n, before = (row.counts.n_distinct if row.counts is not None else None for row in (now, saved))
    if n != before:
        did = _which(ours, theirs)
        yield f"{now.name}: {_count(n)}, {_count(before)} in the baseline{f' ({did})' if did else ''}"
    if now.verdict != saved.verdict:
        blamed = now.diagnosis or saved.diagnosis
        did = f" ({blamed.operation})" if blamed is not None and blamed.operation else ""
        yield f"{now.name}: {now.verdict}, {saved.verdict} in the baseline{did}"
    if now.max_relative is not None and saved.max_relative is not None:
        right, were = digits(now.max_relative), digits(saved.max_relative)
        if abs(right - were) >= CHANGED:
            at = f" at {now.worst_entry}" if now.worst_entry else ""
            yield f"{now.name}: {right:.1f} digits{at}, {were:.1f} in the baseline"


def _count(n: int | None) -> str:
    return "no operations" if n is None else f"{n:,} operations"


def _which(ours: Mapping[str, int], theirs: Mapping[str, int]) -> str:
    """The operations whose number has changed most."""
    change = {name: ours.get(name, 0) - theirs.get(name, 0) for name in {**ours, **theirs}} if theirs else {}
    order = sorted((name for name in change if change[name]), key=lambda name: (-abs(change[name]), name))
    return ", ".join(f"{name} {theirs.get(name, 0)} -> {ours.get(name, 0)}" for name in order[:_MOST_SAID])
