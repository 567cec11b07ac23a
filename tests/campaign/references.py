"""References for random formulas, made once and kept: `python tests/campaign/references.py FILE FIRST LAST`.

A line of FILE is one seed: its formula, points, and for every number its kind and value to 100 bits or more. What is
written is enclosed by balls of rising precision; what difference quotients served is confirmed at a second precision.
Seeds already in FILE are passed over; a seed that takes too long is noted as skipped.
"""

from __future__ import annotations

import base64
import json
import math
import multiprocessing
import os
import random
import signal
import sys
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import numpy as np
from campaign import formulas, special_binary
from campaign.jets import INFINITE, JUMP, KINK, Entry, Jet, NoValueError, OutOfReachError, Singular, UndecidedError
from flint import arb, ctx

N_POINTS = 20
PRECISIONS = (192, 448, 1152, 2600, 5200)
SETTLED_BITS = 100  # a number is settled when its ball is this narrow
NOTHING = arb(2) ** -1200  # or when it is smaller than anything that a double could mean
SECONDS_A_POINT, SECONDS_A_FORMULA, SECONDS_AT_MOST = 0.05, 0.15, 3.0  # of processor time
NUMBER, EXACT, INFINITE_KIND, KINK_KIND, NO_VALUE, UNSETTLED, JUMP_KIND = range(7)
MARKS = {KINK: KINK_KIND, INFINITE: INFINITE_KIND, JUMP: JUMP_KIND}
LARGEST_EXPONENT = 2**30

SPECIAL = (
    *(0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -2.0, 3.0, -3.0, 10.0, -7.0, 1.5, -1.5, 2.5, 100.0, 1e300, -1e300, 1e-300),
    *(5e-324, -5e-324, 2.2250738585072014e-308, -2.2250738585072014e-308, 1e-310, 1e16, 1e-16, 1e8, 1e-8, -1e-8, 1e150),
    *(math.pi, -math.pi, math.pi / 2, -math.pi / 2, 2 * math.pi, math.pi / 4, 3 * math.pi, math.e, 0.1, 1 / 3, 1e-160),
    *(
        1 - 2.0**-53,
        1 + 2.0**-52,
        -1 + 2.0**-53,
        2.0**53,
        2.0**-26,
        2.0**27,
        1.7976931348623157e308,
        709.78,
        -745.13,
        36.7,
    ),
    *(-36.7, 19.06, 26.6, -0.36787944117144233, 171.6, -170.5),
)


def log_uniform(draw: random.Random) -> float:
    """Of both signs, from 1e-20 to 1e20."""
    return draw.choice((1, -1)) * 10.0 ** draw.uniform(-20, 20)


def coordinate(draw: random.Random, mode: int, ends: Sequence[float]) -> float:
    """One number of a point: 0 to 3 log-uniform, special, an end or its neighbours, moderate; 4 near its size of 1."""
    if mode == 0:
        return log_uniform(draw)
    if mode == 1:
        return draw.choice(SPECIAL)
    if mode == 2 and ends:
        x = draw.choice(ends)
        for _ in range(draw.choice((0, 0, 1, 1, 2, 3))):
            x = math.nextafter(x, draw.choice((math.inf, -math.inf)))
        return x if draw.random() < 0.85 else x * draw.uniform(0.98, 1.02)
    if mode == 3:
        return draw.uniform(0.5, 2.0)
    return draw.choice((1, -1)) * 10.0 ** draw.uniform(-3, 3)


def points(seed: int, n: int, ends: Sequence[float]) -> list[tuple[float, ...]]:
    """The points of a seed: a third log-uniform, a third special and ends, the rest moderate and mixed."""
    draw = random.Random(f"points {seed}")
    found = []
    for k in range(N_POINTS):
        mode = (0, 0, 1, 2, 2, 3, 3, 4, 0, 5)[k % 10]
        modes = [draw.randrange(5) if mode == 5 else mode for _ in range(n)]
        if mode in (1, 2) and n > 1 and draw.random() < 0.5:
            modes[draw.randrange(n)] = draw.choice((0, 3, 4))
        point = tuple(coordinate(draw, m, ends) for m in modes)
        found.append(point if all(map(math.isfinite, point)) else tuple(1.0 for _ in point))
    return found


def ends_of(heads: set[str], table: dict[str, list[float]]) -> list[float]:
    """The ends of the ranges of a formula's rows."""
    return sorted({x for head in heads for x in table.get(head, ())})


def settled(entry: Entry) -> bool:
    """Whether the entry needs no more digits."""
    if entry is None or isinstance(entry, Singular):
        return True
    if not entry.is_finite():
        return False
    return entry.is_exact() or entry.rel_accuracy_bits() >= SETTLED_BITS or abs(entry).upper() < NOTHING


Packed = tuple[int, float, float, int]


def packed(entry: Entry) -> Packed:
    """Kind, and the number as (high + low)*2**exponent."""
    if entry is None:
        return EXACT, 0.0, 0.0, 0
    if isinstance(entry, Singular):
        return MARKS.get(entry, UNSETTLED), 0.0, 0.0, 0
    if not settled(entry):
        return UNSETTLED, 0.0, 0.0, 0
    kind = EXACT if entry.is_exact() else NUMBER
    if abs(entry).upper() < NOTHING:
        return kind if entry.is_zero() else NUMBER, 0.0, 0.0, 0
    mantissa, exponent = map(int, entry.mid().man_exp())
    m, bits = abs(mantissa), abs(mantissa).bit_length()
    if bits > 160:
        m, exponent, bits = m >> (bits - 160), exponent + bits - 160, 160
        kind = NUMBER
    m <<= 160 - bits
    exponent -= 160 - bits
    high = m >> 107
    rest = m - (high << 107)
    if rest and rest.bit_length() - (rest & -rest).bit_length() >= 53:  # two doubles do not hold it
        kind = NUMBER
    sign = 1.0 if mantissa > 0 else -1.0
    total = max(-LARGEST_EXPONENT, min(LARGEST_EXPONENT, exponent + 160))
    return kind, sign * math.ldexp(high, -53), sign * math.ldexp(rest, -160), total


def entries_of(found: Jet) -> list[Entry]:
    """Value, slopes, second slopes."""
    return [found.v, *found.g, *found.h]


def reference(node: formulas.Tree, n: int, point: Sequence[float], order: int) -> list[Packed]:
    """Every number at a point; at rising precision until all are settled."""
    count = 1 + n + (n * (n + 1) // 2 if order > 1 else 0)
    before: list[Packed] | None = None
    best = [(UNSETTLED, 0.0, 0.0, 0)] * count
    for precision in PRECISIONS:
        ctx.prec = precision
        special_binary.DIFFERENCED.clear()
        try:
            entries = entries_of(formulas.jet(node, n, point, order))
        except UndecidedError:
            continue
        except NoValueError:
            return [(NO_VALUE, 0.0, 0.0, 0)] * count
        except OutOfReachError:
            return [(UNSETTLED, 0.0, 0.0, 0)] * count
        best = [packed(entry) for entry in entries]
        if not all(map(settled, entries)):
            continue
        if not special_binary.DIFFERENCED:
            return best
        if before is not None:
            return [new if agree(new, old) else (UNSETTLED, 0.0, 0.0, 0) for new, old in zip(best, before, strict=True)]
        before = best
    return best if not special_binary.DIFFERENCED else [(UNSETTLED, 0.0, 0.0, 0)] * count


def agree(new: Packed, old: Packed) -> bool:
    """To 90 bits."""
    same = new[0] == old[0] and new[3] == old[3]
    return same and abs((new[1] - old[1]) + (new[2] - old[2])) <= 2.0**-90


class TooLongError(Exception):
    """The alarm."""


def alarm(*_: object) -> None:
    raise TooLongError


def encoded(values: Any, kind: str) -> str:
    """An array as text."""
    return base64.b64encode(np.asarray(values, dtype=kind).tobytes()).decode()


def record(seed: int, table: dict[str, list[float]]) -> dict[str, Any]:
    """The line of a seed."""
    node, n, hessian = formulas.formula(seed)
    order, places = (2 if hessian else 1), []
    rows: list[list[Packed]] = []
    signal.signal(signal.SIGPROF, alarm)
    spent = 0
    for point in points(seed, n, ends_of(formulas.heads(node), table)):
        signal.setitimer(signal.ITIMER_PROF, SECONDS_A_POINT)
        try:
            rows.append(reference(node, n, point, order))
            places.append(point)
        except TooLongError:
            spent += 1
            if spent * SECONDS_A_POINT >= SECONDS_A_FORMULA:
                break
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
    flat = [entry for row in rows for entry in row]
    kinds, high, low, exponents = zip(*flat, strict=True) if flat else ((), (), (), ())
    return {
        "seed": seed, "formula": formulas.text(node), "heads": sorted(formulas.heads(node)), "n": n, "order": order,
        "points": encoded(places, "<f8"), "kinds": encoded(kinds, "u1"), "high": encoded(high, "<f8"),
        "low": encoded(low, "<f8"), "exponents": encoded(exponents, "<i4"),
    }  # fmt: skip


def work(pipe: Connection, table: dict[str, list[float]]) -> None:
    """A child: a seed in, its line out."""
    while (seed := pipe.recv()) is not None:
        pipe.send(answer(seed, table))


def answer(seed: int, table: dict[str, list[float]]) -> str:
    """The line of a seed, or why there is none."""
    try:
        return json.dumps(record(seed, table))
    except (ArithmeticError, ValueError, TypeError, RecursionError, NotImplementedError) as error:
        return json.dumps({"seed": seed, "skipped": f"{type(error).__name__}: {error}"})


def spent_by(child: multiprocessing.Process) -> float:
    """Seconds of processor time of a child."""
    fields = Path(f"/proc/{child.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def answers(child: multiprocessing.Process, pipe: Connection) -> bool:
    """Whether there is an answer before the child has used its time; the clock says nothing on a busy machine."""
    begin = spent_by(child)
    while not pipe.poll(0.5):
        if spent_by(child) - begin > SECONDS_AT_MOST:
            return False
    return True


def run(path: Path, first: int, last: int, table: dict[str, list[float]]) -> None:
    """Every seed of a range that the file lacks, in a child that is replaced when it hangs."""
    done = {json.loads(line)["seed"] for line in path.open()} if path.exists() else set()
    child, pipe = start(table)
    with path.open("a") as out:
        for seed in range(first, last):
            if seed in done:
                continue
            pipe.send(seed)
            try:
                text = pipe.recv() if answers(child, pipe) else json.dumps({"seed": seed, "skipped": "time"})
            except EOFError:
                text = json.dumps({"seed": seed, "skipped": "the child died"})
            out.write(text + "\n")
            if '"skipped": "t' in text:
                child.kill()
                child.join()
                child, pipe = start(table)
            out.flush()
    pipe.send(None)


def start(table: dict[str, list[float]]) -> tuple[multiprocessing.Process, Connection]:
    """A child and the pipe to it."""
    here, there = multiprocessing.Pipe()
    child = multiprocessing.Process(target=work, args=(there, table), daemon=True)
    child.start()
    return child, here


if __name__ == "__main__":
    ENDS = Path(sys.argv[1]).with_name("ends.json")
    run(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), json.loads(ENDS.read_text()) if ENDS.exists() else {})
