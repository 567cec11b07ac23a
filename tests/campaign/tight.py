"""Numbers of the references whose errors fill their bounds: tests/data/rows/tight.jsonl.

`python tests/campaign/tight.py FILE...` takes a few for every head of a formula, alone and not, and word. A bound made
smaller anywhere breaks there.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import numpy as np
from campaign import judge

import symad

OUT = Path(__file__).resolve().parents[1] / "data" / "rows" / "tight.jsonl"
LONGEST = 60  # characters of a formula
N_KEPT = 3  # of each head and word
LEAST_SHARE = 0.25  # of its bound that an error fills
Kept = dict[tuple[str, str, bool], list[tuple[float, int, dict[str, Any]]]]


def shares(record: dict[str, Any]) -> tuple[judge.Array, judge.Array, judge.Answer, tuple[Any, ...]]:
    """Error over bound of every number of a record, 0 where there is no bound."""
    n, order = record["n"], record["order"]
    points = judge.decode(record["points"], "<f8", (-1, n))
    shape = (len(points), 1 + n + (n * (n + 1) // 2 if order > 1 else 0))
    parts = tuple(judge.decode(record[name], kind, shape) for name, kind in judge.ARRAYS)
    answer = judge.asked(record, points)
    kinds, high, low, exponents = parts
    with np.errstate(all="ignore"):
        near = (kinds <= judge.EXACT) & (abs(exponents) < judge.FAR) & (answer.words & judge.beyond_bounds() == 0)
        error = np.abs(np.ldexp(answer.numbers, -exponents) - high - low)
        share = error / np.ldexp(answer.bound, -exponents)
    return np.where(near & np.isfinite(share), share, 0.0), points, answer, parts


def keep(record: dict[str, Any], kept: Kept) -> None:
    """The best number of a record among the best of its heads and words."""
    share, points, answer, parts = shares(record)
    share = np.where(share <= 1.0, share, 0.0)
    row, entry = (int(k) for k in np.unravel_index(np.argmax(share), share.shape))
    if share[row, entry] < LEAST_SHARE:
        return
    found = judge.reported(record, (row, entry), points, answer, parts)
    word = found["word"].replace(" ", "+")
    found = {
        "formula": record["formula"], "n": record["n"], "point": found["point"], "entry": entry,
        "expected": judge.exact_text(*(part[row, entry].item() for part in parts), digits=34),
        "share": round(float(share[row, entry]), 3), "word": word,
    }  # fmt: skip
    for head in record["heads"]:
        best = kept.setdefault((head, word, len(record["heads"]) == 1), [])
        best.append((-found["share"], record["seed"], found))
        best.sort(key=lambda one: one[:2])
        del best[N_KEPT:]


def main() -> None:
    """The command."""
    kept: Kept = {}
    for record in judge.records([Path(name) for name in sys.argv[1:]], 0, 2**62):
        if len(record["formula"]) <= LONGEST and record["points"]:
            try:
                keep(record, kept)
            except symad.SymadError:
                continue
    chosen = {seed: found for best in kept.values() for _, seed, found in best}
    OUT.write_text("".join(f"{json.dumps(chosen[seed])}\n" for seed in sorted(chosen)))
    print(len(chosen), "of", len(kept), "heads and words")


if __name__ == "__main__":
    main()
