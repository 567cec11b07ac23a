"""Ends of the ranges of the rows: `python tests/campaign/ends.py FILE` writes for each head the doubles next to which
its value or slope enters or leaves a domain, the normal numbers, the subnormals, 0, or a rounded 1. Part of the oracle.
"""

from __future__ import annotations

import json
import math
import multiprocessing
import struct
import sys
from collections.abc import Callable
from multiprocessing.queues import SimpleQueue
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from campaign import binary, formulas, special_binary
from campaign.jets import Jet, NoValueError, OutOfReachError, Singular, UndecidedError, constant, variable
from flint import arb, ctx

DIGITS_OF_SCAN = 12  # points a decade, near 1; a quarter of that far out
SECONDS = 60.0
MOST_CHANGES = 6  # between two places of the scan
LIMITS = tuple(arb(2) ** exponent for exponent in (1024, -1022, -1075))
Class = tuple[object, ...]


def size(entry: object) -> object:
    """Where a number lies among the doubles, and whether it rounds to 1 or -1."""
    if isinstance(entry, Singular) or entry is None:
        return str(entry)
    assert isinstance(entry, arb)
    if not entry.is_finite():
        return "unsettled"
    m = abs(entry)
    place = sum(bool(m < limit) for limit in LIMITS)
    return place, (float(entry.mid()) if abs(m - 1) < arb(2) ** -54 else 0)


def class_of(f: Callable[[Jet], Jet], x: float) -> Class:
    """The sizes of value and slope."""
    for precision in (160, 1200, 3600):
        ctx.prec = precision
        try:
            found = f(variable(arb(x), 0, 1, 1))
        except UndecidedError:
            continue
        except NoValueError:
            return ("no value",)
        except OutOfReachError:
            break
        return size(found.v), size(found.g[0])
    return ("undecided",)


def key(x: float) -> int:
    """The place of a double in their order."""
    bits = struct.unpack("<q", struct.pack("<d", x))[0]
    return bits if bits >= 0 else -(bits & 0x7FFFFFFFFFFFFFFF)


def double(place: int) -> float:
    """The double at a place."""
    return math.copysign(struct.unpack("<d", struct.pack("<q", abs(place)))[0], place)


def scan(widest: int) -> list[float]:
    """Where to look."""
    far = [10.0 ** (k / 4) for k in range(-4 * min(widest, 307), 4 * widest)] if widest > 30 else []
    near = [10.0 ** (k / DIGITS_OF_SCAN) for k in range(-24, int(DIGITS_OF_SCAN * min(widest, 4)))]
    positive = sorted({*far, *near, 5e-324, 1.0})
    return [-x for x in reversed(positive)] + [0.0, *positive]


def ends(f: Callable[[Jet], Jet], widest: int) -> list[float]:
    """Both doubles at each change of class; steps and periods give no more than their first dozen of each sign."""
    places, found = scan(widest), set[float]()
    classes = [class_of(f, x) for x in places]
    changes = [k for k in range(len(places) - 1) if classes[k] != classes[k + 1]]
    changes.sort(key=lambda k: abs(places[k]))
    for k in changes[:24] + changes[24:][-8:]:
        low, last = key(places[k]), key(places[k + 1])
        for _ in range(MOST_CHANGES):
            left, high = class_of(f, double(low)), last
            if class_of(f, double(last)) == left:
                break
            while high - low > 1:
                middle = (low + high) // 2
                if class_of(f, double(middle)) == left:
                    low = middle
                else:
                    high = middle
            found |= {double(low), double(high)}
            low = high
    return sorted(found)


def function(head: str) -> list[tuple[Callable[[Jet], Jet], int]]:
    """A head as functions of one variable, with the decade up to which it is scanned."""
    wide = (
        308
        if head not in formulas.HEAVY and head not in ("gamma", "factorial", "harmonic", "digamma", "loggamma")
        else 3
    )
    if head in binary.LISTS or head in ("Max", "Min"):
        return []
    found = [(binary.U[head], wide)] if head in binary.U else []
    orders = (
        (0, 1, 2, 5)
        if head in (*formulas.ORDERED, *formulas.WHOLE_ORDER)
        else (1, 3)
        if head in special_binary.FUNCTIONS
        else ()
    )
    for order in orders:
        fixed = lambda x, order=order: special_binary.FUNCTIONS[head](constant(arb(order), 1, 1), x)  # noqa: E731
        found.append((fixed, 3))
    if head in special_binary.FUNCTIONS and orders != (0, 1, 2, 5):
        found.append((lambda x: special_binary.FUNCTIONS[head](x, constant(arb(1) / 2, 1, 1)), 3))
    return found


def work(head: str, answers: SimpleQueue[tuple[str, list[float]]]) -> None:
    """The ends of one head."""
    found = set[float]()
    for f, widest in function(head):
        found |= set(ends(f, widest))
    answers.put((head, sorted(found)))


if __name__ == "__main__":
    table: dict[str, list[float]] = {"**": [1024.0, -1074.0, 0.5, 2.0, 1e154, 1e-154, 1e-162, 1e103, -1e103, 1e-108]}
    for head in (*binary.U, *(name for name in special_binary.FUNCTIONS if name not in binary.U)):
        answers: SimpleQueue[tuple[str, list[float]]] = multiprocessing.SimpleQueue()
        child = multiprocessing.Process(target=work, args=(head, answers), daemon=True)
        child.start()
        child.join(SECONDS)
        if child.is_alive() and answers.empty():
            print(head, "gave up", flush=True)
            child.kill()
            continue
        if not answers.empty():
            table[head] = answers.get()[1]
        Path(sys.argv[1]).write_text(json.dumps(table))
