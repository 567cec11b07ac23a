"""References for every row at the ends of its range: tests/data/rows/ends.jsonl.

`python tests/campaign/row_ends.py` writes it; with names of rows it makes their lines anew.

A line is a row: points at 0, -0, the least subnormals and normals, the largest doubles, at the doubles on both sides of
each end of its range, and their values and slopes to 22 digits. In place of a number stand "infinite" and "kink" (no
slope), "no value" (outside the domain, or on a pole), "jump" (two values) and "unknown" (nothing is asked).
"""

from __future__ import annotations

import json
import math
import multiprocessing
import random
import signal
import sys
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import mpmath
from campaign import ends, references, special_binary, table
from campaign.jets import Jet, NoValueError, OutOfReachError, UndecidedError, constant, variable
from flint import arb, ctx

OUT = Path(__file__).resolve().parents[1] / "data" / "rows" / "ends.jsonl"
LEAST, NORMAL, LARGEST = 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308
BELOW = math.nextafter(NORMAL, 0.0)
TINY = (0.0, LEAST, 3 * LEAST, 1e-310, BELOW, NORMAL, 1e-300, 1e-160)
BASE = tuple(
    sign * x for x in (*TINY, 2.0**-54, 2.0**-27, 0.5, 1.0, 2.0, 1e160, 1e300, LARGEST) for sign in (1.0, -1.0)
)
FIXED = (0.5, 1.0, 3.0)
WHOLE = ("POLYGAMMA", "LEGENDRE", "CHEBYSHEV", "HERMITE", "LAGUERRE")
ORDERS = (0.0, 1.0, 2.0, 5.0)
EXPONENTS = (-7.0, -3.0, -2.0, -1.0, 2.0, 3.0, 5.0, 12.0)
MOST = 40  # points of a row
SECONDS_A_POINT, SECONDS_A_ROW = 0.5, 60.0
NAMES = ("", "", "infinite", "kink", "no value", "unknown", "jump")
Point = tuple[float, ...]


def whole_place(name: str) -> tuple[int, tuple[float, ...]] | None:
    """Which operand is a constant of the row, and of what numbers."""
    if name.startswith("POWN"):
        return 1, EXPONENTS
    if name.startswith("LAMBERTW_BRANCH"):
        return 1, (0.0, -1.0)
    return (0, ORDERS) if name.startswith(WHOLE) else None


def operands(row: table.TableRow, point: Point, order: int = 1) -> list[Jet]:
    """Jets of the operands."""
    place, n = whole_place(row.name), row.arity
    fixed = place[0] if place else -1
    return [constant(arb(x), n, order) if k == fixed else variable(arb(x), k, n, order) for k, x in enumerate(point)]


def ends_along(row: table.TableRow, which: int, other: float) -> list[Point]:
    """The ends of a row along one operand, the other being fixed."""
    f = table.function(row)

    def along(x: Jet) -> Jet:
        rest = constant(arb(other), 1, 1)
        return f(x) if row.arity == 1 else f(x, rest) if which == 0 else f(rest, x)

    slow = row.arity == 2 or any(
        part in row.name for part in ("ZETA", "ELLIPTIC", "GAMMA", "ERFINV", "ERFCINV", "HARMONIC", "FACTORIAL")
    )
    found = ends.ends(
        along, 3 if slow and "POW" not in row.name and "ATAN2" not in row.name and "HYPOT" not in row.name else 308
    )
    return [(x,) if row.arity == 1 else (x, other) if which == 0 else (other, x) for x in found]


def points(row: table.TableRow) -> list[Point]:
    """All points of a row, at most MOST beside the base."""
    place = whole_place(row.name)
    if row.arity == 1:
        base, further = [(x,) for x in BASE], ends_along(row, 0, 0.0)
    elif place:
        which, choices = place
        base = [(x, c) if which == 1 else (c, x) for c in choices for x in BASE if abs(x) <= 2.0 or c == choices[-1]]
        further = [point for c in choices for point in ends_along(row, 1 - which, c)]
    elif "POLYLOG" in row.name:  # whose ends take minutes to find
        base = [(s, x) for s in (0.5, 1.0, 3.0) for x in BASE if abs(x) <= 2.0]
        further = [
            (s, x) for s in (-2.0, 0.0, 2.0, 2.5) for x in (0.98, -0.98, 1.0 - 2.0**-53, -1.0, 0.5, 1e-300, LEAST)
        ]
    else:
        base = [(x, c) for c in FIXED for x in BASE] + [(c, x) for c in FIXED for x in BASE]
        base += [(x, y) for x in (0.0, -0.0, LEAST, -LEAST, NORMAL) for y in (0.0, -0.0, LEAST, -NORMAL)]
        further = [point for which in (0, 1) for c in FIXED[:2] for point in ends_along(row, which, c)]
    draw = random.Random(row.name)
    draw.shuffle(further)
    draw.shuffle(base)
    base = base[: MOST + MOST // 2] if row.arity > 1 else base
    return sorted(
        {repr(point): point for point in (*base, *further[:MOST])}.values(),
        key=lambda p: [(x, math.copysign(1, x)) for x in p],
    )


def number_text(packed: references.Packed) -> str:
    """22 digits, or the name of what stands in its place."""
    kind, high, low, exponent = packed
    if kind > references.EXACT:
        return NAMES[kind]
    with mpmath.workdps(40):
        return mpmath.nstr(mpmath.ldexp(mpmath.mpf(high) + mpmath.mpf(low), exponent), 22).removesuffix(".0")


def entries(row: table.TableRow, point: Point) -> list[str]:
    """Value and slopes at a point, at rising precision."""
    f, found, before = table.function(row), ["unknown"] * (1 + row.arity), None
    for precision in references.PRECISIONS:
        ctx.prec = precision
        special_binary.DIFFERENCED.clear()
        try:
            jet = f(*operands(row, point))
        except UndecidedError:
            continue
        except NoValueError as reason:
            return ["jump" if "jump" in str(reason) else "no value"] * (1 + row.arity)
        except OutOfReachError:
            return ["unknown"] * (1 + row.arity)
        exact = [jet.v, *jet.g]
        found = [number_text(references.packed(entry)) for entry in exact]
        if all(map(references.settled, exact)) and (not special_binary.DIFFERENCED or found == before):
            return found
        before = found
    return found if not special_binary.DIFFERENCED else ["unknown"] * len(found)


def work(row: table.TableRow, pipe: Connection) -> None:
    """Points one by one, so that what is there counts when time is over."""
    signal.signal(signal.SIGPROF, references.alarm)
    for point in points(row):
        signal.setitimer(signal.ITIMER_PROF, SECONDS_A_POINT)
        try:
            pipe.send((point, entries(row, point)))
        except (references.TooLongError, ValueError, TypeError, NotImplementedError):
            continue
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
    pipe.send(None)


def line(row: table.TableRow) -> str:
    """The record of a row."""
    here, there = multiprocessing.Pipe()
    child = multiprocessing.Process(target=work, args=(row, there), daemon=True)
    child.start()
    found: list[tuple[Point, list[str]]] = []
    while here.poll(SECONDS_A_ROW) and (answer := here.recv()) is not None:
        if not all(entry == "unknown" for entry in answer[1]):
            found.append(answer)
    child.kill()
    return json.dumps(
        {"row": row.name, "points": [p for p, _ in found], "numbers": [e for _, e in found]}, separators=(",", ":")
    )


def main(names: Sequence[str]) -> None:
    """All rows, or those named."""
    lines = {json.loads(text)["row"]: text for text in OUT.read_text().splitlines()} if names else {}
    for row in table.rows():
        if not names or row.name in names:
            lines[row.name] = line(row)
            print(row.name, lines[row.name].count("["), flush=True, file=sys.stderr)
    OUT.write_text("".join(f"{lines[row.name]}\n" for row in table.rows() if row.name in lines))


if __name__ == "__main__":
    main(sys.argv[1:])
