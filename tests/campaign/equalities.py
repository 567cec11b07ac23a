"""``python tests/campaign/equalities.py 2000 --seed 1``: labelled pairs put to `symad.equal`, and what is wrong.

A verdict is right if an equal pair is called equal, an unequal one not equal, and one of different domains either
*equal where both have a value* or equal with the divisors named. Undecided is never wrong, and counted.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from campaign import pairs

from symad.answers.equality.decision import EQUAL, NOT_EQUAL, PARTLY, UNDECIDED, Equality, equal


def is_right(label: str, found: Equality) -> bool:
    """Whether a verdict fits a label."""
    if label == pairs.EQUAL:
        return found.verdict == EQUAL
    if label == pairs.UNEQUAL:
        return found.verdict == NOT_EQUAL
    return found.verdict == PARTLY or (found.verdict == EQUAL and bool(found.wherever))


def main() -> None:
    """Put pairs to the test and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("n", type=int)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    outcomes: Counter[tuple[str, str]] = Counter()
    times, n_wrong = list[float](), 0
    equal("x", "y")  # loading is nobody's time
    for label, first, second in pairs.pairs(options.n, options.seed):
        start = time.process_time()
        found = equal(first, second)
        times.append(1000 * (time.process_time() - start))
        outcomes[label, found.verdict] += 1
        if found.verdict == UNDECIDED or not is_right(label, found) or times[-1] > 100:
            n_wrong += found.verdict != UNDECIDED and not is_right(label, found)
            print(f"{label}: {found} [{times[-1]:.0f} ms]\n    {first}\n    {second}", flush=True)
    times.sort()
    for (label, verdict), count in sorted(outcomes.items()):
        print(f"{label:8} {verdict:30} {count}")
    p50, p90, p99 = (times[min(len(times) - 1, int(q * len(times)))] for q in (0.5, 0.9, 0.99))
    print(
        f"wrong {n_wrong} of {options.n}; processor ms: "
        f"p50 {p50:.1f}, p90 {p90:.1f}, p99 {p99:.1f}, max {times[-1]:.1f}"
    )


if __name__ == "__main__":
    main()
