"""What symad says of random formulas against stored references.

`python tests/campaign/judge.py FILE... [--findings OUT]`; the files are those of `references.py`. Prints totals, and by
row and word; writes the findings, the shortest formulas first. Exit status 1 where a number is silently wrong or a
bound is broken.

*Wrong*: the relative error is above 1e-9 and the error above four times the least double. *Silent*: wrong, and not
doubtful. *Broken*: further from the reference than the bound, which is finite, and no word of those that no bound can
express. *False alarm*: doubtful, and right. Entries without a number (kinks, poles, outside a domain) are silent where
a number comes without a word.
"""

from __future__ import annotations

import argparse
import base64
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import symad
from symad._core import tapes

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
WRONG = 1e-9
LEAST = 4 * 5e-324  # an error of so little is none
REFERENCE = 2.0**-90  # relative to the reference: what it may be off itself
MARGIN = 1 + 2.0**-40  # for the rounding of the judgement
FAR = 1100  # powers of two beyond which a reference is 0, or infinite, beside doubles
NUMBER, EXACT, INFINITE, KINK, NO_VALUE, UNSETTLED, JUMP = range(7)
KINDS = ("number", "number", "infinite", "kink", "no_value", "unsettled", "jump")
N_FINDINGS = 400  # of each sort


@dataclass(frozen=True)
class Answer:
    """What symad says at the points of one formula: (n_points, n_entries) each."""

    numbers: Array
    bound: Array
    doubtful: Flags
    words: NDArray[np.uint16]


@dataclass
class Tally:
    """Counts, and the findings by sort."""

    counts: Counter[str] = field(default_factory=Counter)
    by_row: Counter[tuple[str, str]] = field(default_factory=Counter)
    by_word: Counter[tuple[str, str]] = field(default_factory=Counter)
    findings: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


def decode(text: str, kind: str, shape: tuple[int, ...]) -> NDArray[Any]:
    """An array of a record."""
    return np.frombuffer(base64.b64decode(text), dtype=kind).reshape(shape)


def ask(tape: symad.Tape, points: Array, of: str) -> Answer:
    """The check; of a Hessian the entries i <= j."""
    check = tape.check(points, of=of)
    n, take = points.shape[1], slice(None)
    if of == "hessian" and check.numbers.shape[-1] == n * n:
        take = np.ravel_multi_index(np.triu_indices(n), (n, n))
    parts = (check.numbers, check.bound, check.doubtful, check.words)
    return Answer(*(np.asarray(part).reshape(len(points), -1)[:, take] for part in parts))


def ask_before(tape: symad.Tape, points: Array, of: str) -> Answer:
    """The same of a symad whose check knows values and gradients only, relative, per point."""
    n = points.shape[1]
    if of == "hessian":
        numbers = tape.hessian(points)[(slice(None), *np.triu_indices(n))]
        nothing = np.zeros(numbers.shape)
        return Answer(numbers, nothing + np.inf, np.isnan(numbers), nothing.astype(np.uint16))
    check = tape.check(points)
    numbers = np.column_stack([tape.value(points), tape.gradient(points)])
    words = np.repeat(np.asarray(check.status, dtype=np.uint16)[:, None], 1 + n, axis=1)
    with np.errstate(all="ignore"):
        bound = np.where(check.error_bound == 0, 0, check.error_bound * np.abs(numbers))
    return Answer(numbers, bound, (words != 0) | (check.error_bound > WRONG) | ~np.isfinite(numbers), words)


def has_new_check() -> bool:
    """Whether `check` takes `of`."""
    return "of" in symad.Tape.check.__code__.co_varnames


def beyond_bounds() -> int:
    """The bits of ties, domains and comparisons with nan."""
    return sum(bit for name, bit in tapes.STATUS_BITS if name in ("tie", "domain", "nan_condition"))


def judge(
    answer: Answer, kinds: NDArray[np.uint8], high: Array, low: Array, exponents: NDArray[np.int32]
) -> dict[str, Flags]:
    """The sorts of every entry."""
    with np.errstate(all="ignore"):
        tiny, huge = exponents < -FAR, exponents > FAR
        shift = np.where(tiny | huge, 0, -exponents)
        v, b = np.ldexp(answer.numbers, shift), np.ldexp(answer.bound, shift)
        t = np.where(tiny, 0.0, np.where(huge, np.copysign(np.inf, high), high))
        error = np.abs((v - t) - np.where(tiny | huge, 0.0, low))
        absolute = np.ldexp(error, -shift)
        same_infinity = huge & (v == t)
        error = np.where(same_infinity, np.inf, np.where(np.isnan(v), np.inf, error))
        relative = np.where(error == 0, 0.0, error / np.abs(t))
        slack = np.where((kinds == EXACT) & (low == 0.0), 0.0, REFERENCE * np.abs(t))
    number = (kinds == NUMBER) | (kinds == EXACT)
    wrong = number & ~(relative <= WRONG) & ~(absolute <= LEAST)
    broken = number & np.isfinite(answer.bound) & (answer.words & beyond_bounds() == 0) & ~(error <= b * MARGIN + slack)
    bare = ~answer.doubtful
    no_value = (kinds == NO_VALUE) & (np.arange(kinds.shape[1]) == 0)  # a slope may have one where the value has a pole
    return {
        "number": number,
        "wrong": wrong,
        "silent": wrong & bare,
        "broken": broken & ~np.isnan(answer.numbers),
        "right": number & ~wrong,
        "false_alarm": number & ~wrong & ~bare,
        "infinite": kinds == INFINITE,
        "infinite_silent": (kinds == INFINITE) & bare & np.isfinite(answer.numbers),
        "kink": kinds == KINK,
        "kink_silent": (kinds == KINK) & bare,
        "no_value": no_value,
        "no_value_silent": no_value & bare & np.isfinite(answer.numbers),
        "no_value_infinite": no_value & bare & np.isinf(answer.numbers),
        "unsettled": kinds == UNSETTLED,
        "jump": kinds == JUMP,
    }


KEPT = ("silent", "broken", "infinite_silent", "kink_silent", "no_value_silent", "false_alarm")


def reported(
    record: dict[str, Any], where: tuple[int, int], points: Array, answer: Answer, parts: tuple[Any, ...]
) -> dict[str, Any]:
    """A finding as data."""
    row, entry = where
    kinds, high, low, exponents = (part[row, entry] for part in parts)
    return {
        "seed": record["seed"],
        "formula": record["formula"],
        "point": [float(x) for x in points[row]],
        "entry": entry_name(entry, points.shape[1]),
        "expected": exact_text(int(kinds), float(high), float(low), int(exponents)),
        "got": float(answer.numbers[row, entry]),
        "bound": float(answer.bound[row, entry]),
        "word": word_text(int(answer.words[row, entry])),
    }


def exact_text(kind: int, high: float, low: float, exponent: int, digits: int = 20) -> str:
    """A reference with some digits, or its kind."""
    import mpmath

    if kind > EXACT:
        return KINDS[kind]
    with mpmath.workdps(40):
        return mpmath.nstr(mpmath.ldexp(mpmath.mpf(high) + mpmath.mpf(low), exponent), digits)


def entry_name(entry: int, n: int) -> str:
    """value, d/dx, d2/dxdy."""
    names = "xyz"
    if entry <= n:
        return "value" if entry == 0 else f"d/d{names[entry - 1]}"
    i, j = (int(index[entry - n - 1]) for index in np.triu_indices(n))
    return f"d2/d{names[i]}d{names[j]}"


def word_text(word: int) -> str:
    """The names of the bits."""
    return " ".join(name for name, bit in tapes.STATUS_BITS if word & bit)


def asked(record: dict[str, Any], points: Array) -> Answer:
    """Value, slopes and, where there are references, second slopes, side by side."""
    tape = symad.compile(record["formula"], variables=list("xyz"[: record["n"]]))
    way = ask if has_new_check() else ask_before
    answers = [way(tape, points, "value_and_gradient")]
    if record["order"] > 1:
        answers.append(way(tape, points, "hessian"))
    return Answer(*(np.concatenate(both, axis=1) for both in zip(*(vars(a).values() for a in answers), strict=True)))


def judge_record(record: dict[str, Any], tally: Tally) -> None:
    """One formula."""
    n, order = record["n"], record["order"]
    count = 1 + n + (n * (n + 1) // 2 if order > 1 else 0)
    points = decode(record["points"], "<f8", (-1, n))
    if not len(points):
        return
    shape = (len(points), count)
    parts = tuple(decode(record[name], kind, shape) for name, kind in ARRAYS)
    whole = asked(record, points)
    found = judge(whole, *parts)
    for part, columns in (("gradient", slice(0, 1 + n)), ("hessian", slice(1 + n, None))):
        tally.counts.update({f"{part} {name}": int(flags[:, columns].sum()) for name, flags in found.items()})
    for name in KEPT:
        for where in np.argwhere(found[name])[:3]:
            tally.findings.setdefault(name, []).append(
                reported(record, (int(where[0]), int(where[1])), points, whole, parts)
            )
    tally_details(record, found, whole, tally)


ARRAYS = (("kinds", "u1"), ("high", "<f8"), ("low", "<f8"), ("exponents", "<i4"))


def tally_details(record: dict[str, Any], found: dict[str, Flags], answer: Answer, tally: Tally) -> None:
    """By row and by word."""
    for name in ("number", "silent", "broken"):
        total = int(found[name].sum())
        if total:
            tally.by_row.update({(name, head): total for head in record["heads"]})
    for name in ("wrong", "false_alarm"):
        for word in answer.words[found[name] & answer.doubtful]:
            tally.by_word[name, word_text(int(word)) or "bound"] += 1


def records(paths: Iterable[Path], first: int, last: int) -> Iterator[dict[str, Any]]:
    """The records of the files."""
    for path in paths:
        with path.open() as lines:
            for line in lines:
                record = json.loads(line) if line.endswith("\n") else {"skipped": "cut"}
                if "skipped" not in record and first <= record["seed"] < last:
                    yield record


def report(tally: Tally, out: Path | None) -> None:
    """Totals to the screen, findings to a file."""
    for name, count in sorted(tally.counts.items()):
        print(f"{count:9d} {name}")
    for sort in ("silent", "broken"):
        rows = [(tally.by_row[sort, head], head) for name, head in tally.by_row if name == sort]
        print(sort, "by row:", ", ".join(f"{head} {count}" for count, head in sorted(rows, reverse=True)[:40]))
    for (name, word), count in sorted(tally.by_word.items(), key=lambda item: (item[0][0], -item[1])):
        print(f"{count:9d} {name}: {word}")
    if out:
        with out.open("w") as lines:
            for name, found in tally.findings.items():
                found.sort(key=lambda finding: len(finding["formula"]))
                for finding in found[:N_FINDINGS]:
                    lines.write(json.dumps({"sort": name, **finding}) + "\n")


def main() -> int:
    """The command."""
    options = argparse.ArgumentParser()
    options.add_argument("files", nargs="+", type=Path)
    options.add_argument("--findings", type=Path)
    options.add_argument("--first", type=int, default=0)
    options.add_argument("--last", type=int, default=2**62)
    options.add_argument("--without", default="", help="heads of formulas to leave out, separated by commas")
    given = options.parse_args()
    tally, without = Tally(), set(given.without.split(","))
    for record in records(given.files, given.first, given.last):
        if not without.isdisjoint(record["heads"]):
            continue
        tally.counts["formulas"] += 1
        try:
            judge_record(record, tally)
        except symad.SymadError as error:
            tally.counts[f"refused: {type(error).__name__}"] += 1
            tally.findings.setdefault("refused", []).append({"formula": record["formula"], "error": str(error)[:300]})
    report(tally, given.findings)
    return int(any(tally.counts[f"{part} {sort}"] for part in ("gradient", "hessian") for sort in ("silent", "broken")))


if __name__ == "__main__":
    sys.exit(main())
