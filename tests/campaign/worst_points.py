"""Points at which a row's value is furthest off: `python tests/campaign/worst_points.py` writes
tests/data/rows/worst.jsonl.

Of each row some thousand points, of which those stay where symad's error is largest beside the size of the result. The
references are the oracle's; symad chooses the points only.
"""

from __future__ import annotations

import json
import signal
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import numpy as np
import row_errors
import samples
from campaign import binary, references, row_ends, table
from campaign.jets import Ball, Jet, NoValueError, OutOfReachError, UndecidedError
from flint import arb, ctx

import symad
from symad.formula.ops import row as symad_row

OUT = Path(__file__).resolve().parents[1] / "data" / "rows" / "worst.jsonl"
N_POINTS, N_KEPT, N_LISTS = 800, 4, 400
SECONDS_A_ROW, SECONDS_A_POINT = 2.0, 0.1
BITS = 200
LISTS = ("norm(x, y)", "norm(x, y, z)", "logsumexp(x, y)", "logsumexp(x, y, z)")
Found = tuple[float, tuple[float, ...], str]


def settled_value(jet: Jet) -> Ball | None:
    """The value, where it is known well and is a normal number."""
    v = jet.v
    good = v.is_finite() and (v.is_exact() or v.rel_accuracy_bits() > 110) and arb(2) ** -1000 < abs(v) < arb(2) ** 1000
    return v if good else None


def error_in_roundoffs(found: float, exact: Ball) -> float:
    """|found - exact| in units of 2**-53 |exact|."""
    return float((abs(arb(found) - exact) / abs(exact) * arb(2) ** 53).mid()) if np.isfinite(found) else 0.0


def worst_of(row: table.TableRow) -> list[Found]:
    """The worst points of a row."""
    r, f, found = symad_row(row.name), table.function(row), list[Found]()
    end, fixed = time.process_time() + SECONDS_A_ROW, row_errors.tape_of(r, (1.0, 2.0))
    for point in samples.points(r, N_POINTS, seed=11, wide=False):
        if time.process_time() > end:
            break
        tape = row_errors.tape_of(r, point) if "POWN" in r.name else fixed
        signal.setitimer(signal.ITIMER_PROF, SECONDS_A_POINT)
        try:
            exact = settled_value(f(*row_ends.operands(row, point)))
        except (NoValueError, OutOfReachError, UndecidedError, references.TooLongError, ValueError, TypeError):
            continue
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
        if exact is not None:
            error = error_in_roundoffs(tape.value(point[: len(tape.variables)]), exact)
            found.append((error, point, row_ends.number_text(references.packed(exact))))
    return sorted(found, reverse=True)[:N_KEPT]


def worst_of_list(text: str) -> list[Found]:
    """The worst points of a list."""
    head, n = text.split("(")[0], text.count(",") + 1
    tape, draw, found = symad.compile(text), np.random.default_rng(3), list[Found]()
    for point in np.concatenate([draw.uniform(-3, 3, (N_LISTS, n)), draw.normal(0, 40, (N_LISTS, n))]):
        jets = [row_ends.variable(arb(float(x)), k, n, 1) for k, x in enumerate(point)]
        exact = settled_value(binary.LISTS[head](*jets))
        if exact is not None:
            error = error_in_roundoffs(tape.value(point), exact)
            found.append((error, tuple(map(float, point)), row_ends.number_text(references.packed(exact))))
    return sorted(found, reverse=True)[:N_KEPT]


def line(name: str, found: list[Found]) -> str:
    """A record."""
    errors, points, numbers = zip(*found, strict=True) if found else ((), (), ())
    record = {"row": name, "points": points, "numbers": numbers, "roundoffs": [round(e, 2) for e in errors]}
    return json.dumps(record, separators=(",", ":"))


if __name__ == "__main__":
    signal.signal(signal.SIGPROF, references.alarm)
    ctx.prec = BITS
    lines = [line(row.name, worst_of(row)) for row in table.rows()]
    lines += [line(text, worst_of_list(text)) for text in LISTS]
    OUT.write_text("\n".join(lines) + "\n")
