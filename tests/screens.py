"""First screens of formulas of the corpus: how many lines and columns, how long, how many methods gave up.

``python tests/screens.py 200`` prints every screen that is too large and a summary; bounded by the budget of each
formula.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from collections.abc import Iterator

import acceptance
import corpus

from symad.answers.comparing import answer
from symad.comparison.compared import compare
from symad.comparison.result import Comparison
from symad.report.screen import LINES, WIDTH, to_screen
from symad.symbolic import Budget, SymbolicWorker

WIDTHS = (100, 80, 60)  # a pipe, a terminal, a narrow one
SEED = 13


def chosen(n: int) -> list[tuple[corpus.Formula, object]]:
    """So many accepted formulas, the same every time, from all sets in turn."""
    pairs = [pair for pair in acceptance.taken() if pair[1].variables and pair[1].n_outputs == 1]
    return random.Random(SEED).sample(pairs, min(n, len(pairs)))


def faults(found: Comparison) -> Iterator[str]:
    """What is too large about the screen at each width."""
    for width in WIDTHS:
        lines = to_screen(found, width).rstrip("\n").split("\n")
        widest = max(map(len, lines))
        if len(lines) > LINES or widest > min(width, WIDTH):
            yield f"{len(lines)} lines of {widest} columns at width {width}"


def run(n: int, budget_s: float) -> int:
    """Print a line a fault; the number of faults."""
    words: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    times, bad = [], 0
    with SymbolicWorker(Budget(seconds=budget_s)) as worker:
        for k, (formula, expression) in enumerate(chosen(n)):
            where = {"at": dict(zip(formula.variables, formula.points[0], strict=True))} if k % 2 else {}
            start = time.perf_counter()
            found = compare(expression, worker=worker, **where)
            answer(found, worker)
            times.append(time.perf_counter() - start)
            words.update(row.verdict for row in found.methods)
            reasons.update(row.reason for row in found.methods if row.verdict == "gave up")
            for fault in faults(found):
                bad += 1
                print(f"{formula.ident}: {fault}\n{found}\n", flush=True)
    times.sort()
    print(f"{len(times)} formulas, {bad} faults; seconds: median {times[len(times) // 2]:.2f}, largest {times[-1]:.2f}")
    print(", ".join(f"{word} {count}" for word, count in words.most_common()))
    print("\n".join(f"{count} gave up: {reason}" for reason, count in reasons.most_common()))
    return bad


if __name__ == "__main__":
    sys.exit(
        bool(run(int(sys.argv[1]) if len(sys.argv) > 1 else 200, float(sys.argv[2]) if len(sys.argv) > 2 else 1.0))
    )
