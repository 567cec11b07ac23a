"""Judge numbers on cases from the field: ``python tests/field_check.py [FILE] [--refine] [--hessian] [--list N]``.

A case names an expression, variables, a point, the value and the gradient; ``/`` or ``|`` part several answers.
The answers of ``--hessian`` are second differences in 900 and 1100 digits, where they settle.

right   within 1e-9, or the same inf, nan or zero
nan     not right, but nan where a number was due
loud    not right, and flagged by ``Tape.check`` entry by entry
SILENT  not right and not flagged; with ``--refine`` also a certified number that is wrong

Exits with 1 if anything is SILENT, takes over ``--seconds``, or raises what is no SymadError.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import json
import math
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import symad
from symad.numeric import nearest_double
from symad.numeric.evaluation import Evaluator

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import mpmath

CASES = Path(__file__).parent / "data" / "field.jsonl"
RTOL = 1e-9  # nine digits, by which accuracy is judged everywhere
SETTLED = 20.0  # seconds for the second differences of one case
LEVELS = ((900, 60), (1100, 80))  # digits and order of the step: of 1e-300 squares need 600, their differences 240
AGREE = 20  # digits of both precisions, and of all quadrants


@dataclass(frozen=True)
class Number:
    """One number of a case: what came, what are answers, and whether it was flagged."""

    name: str
    got: float
    answers: tuple[float, ...]
    flagged: bool

    @property
    def right(self) -> bool:
        """Whether it is one of the answers."""
        return any(matches(self.got, answer) for answer in self.answers)

    def __str__(self) -> str:
        return f"{self.name} {self.got!r}, right {' or '.join(map(repr, self.answers))}"


def matches(got: float, answer: float) -> bool:
    """Whether a number is an answer to nine digits."""
    if math.isnan(answer) or math.isnan(got):
        return math.isnan(answer) and math.isnan(got)
    if got == answer:
        return True
    return math.isfinite(answer) and math.isfinite(got) and abs(got - answer) <= RTOL * abs(answer)


def answers(text: object) -> tuple[float, ...]:
    """All numbers of an answer."""
    return tuple(float(part) for part in str(text).replace("|", "/").split("/"))


def cases(path: Path = CASES) -> Iterator[dict[str, Any]]:
    """The records of a file."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def first_order(tape: symad.Tape, case: dict[str, Any], point: Sequence[float], *, refine: bool) -> list[Number]:
    """Value and gradient of a case."""
    check = tape.check(point, of="value_and_gradient", refine=refine)
    wanted = [case["value"], *case["gradient"]]
    names = ["value", *case["vars"]]
    columns = zip(names, check.numbers.tolist(), wanted, check.doubtful.tolist(), strict=True)
    return [Number(name, got, answers(want), flagged) for name, got, want, flagged in columns]


class Differences:
    """Second differences of a formula at a point, in two precisions with two steps; no derivative rule is used."""

    def __init__(self, expression: symad.Expression, point: Sequence[float]) -> None:
        self._evaluator = Evaluator(expression, deadline=time.monotonic() + SETTLED)
        self._point = point

    def entry(self, i: int, j: int) -> float | None:
        """An entry of the Hessian where both agree or nothing is left of it, else None."""
        first, second = (self._quotient(i, j, *level) for level in LEVELS)
        context = self._evaluator.context
        if not (context.isfinite(first) and context.isfinite(second)):
            return None
        if abs(first - second) <= context.mpf(10) ** -AGREE * abs(second):
            return nearest_double(second)
        return 0.0 if abs(second) <= abs(first) * context.mpf(10) ** -AGREE else None

    def _quotient(self, i: int, j: int, digits: int, order: int) -> mpmath.mpf:
        """With steps relative to the point, both signs of each: a kink has no limit here."""
        context = self._evaluator.context
        context.dps = digits
        exact = [context.convert(x) for x in self._point]
        steps = [(abs(x) or 1) * context.mpf(10) ** -order for x in exact]

        def there(by_i: int, by_j: int) -> mpmath.mpf:
            moved = list(exact)
            moved[i] += by_i * steps[i]
            moved[j] += by_j * steps[j]
            return self._evaluator.outputs(self._evaluator.values(moved))[0]

        quadrants = [
            by_i * by_j * (there(by_i, by_j) - there(by_i, 0) - there(0, by_j) + there(0, 0))
            for by_i, by_j in ((1, 1), (-1, -1), (1, -1), (-1, 1))[: 2 if i == j else 4]
        ]
        size = max(map(abs, quadrants))
        if not max(quadrants) - min(quadrants) <= size * context.mpf(10) ** -AGREE:
            return context.nan
        return sum(quadrants) / (len(quadrants) * steps[i] * steps[j])


def second_order(tape: symad.Tape, case: dict[str, Any], point: Sequence[float], *, refine: bool) -> list[Number]:
    """The entries of the Hessian that differences settle."""
    n = len(point)
    if not all(math.isfinite(x) for x in point):
        return []
    check = tape.check(point, of="hessian", refine=refine)
    differences, numbers = Differences(tape.expression, point), []
    with contextlib.suppress(symad.BudgetError):
        for i in range(n):
            for j in range(i, n):
                want, k = differences.entry(i, j), i * n + j
                if want is not None:
                    name = f"{case['vars'][i]},{case['vars'][j]}"
                    numbers.append(Number(name, float(check.numbers[k]), (want,), bool(check.doubtful[k])))
    return numbers


def judge(case: dict[str, Any], *, refine: bool, hessian: bool) -> tuple[str, str]:
    """The verdict on a case, and in what it is not right."""
    try:
        tape = symad.compile(symad.parse(case["expr"], variables=case["vars"]))
    except symad.SymadError as error:
        return "refused", str(error).splitlines()[0]
    point = [float(case["point"][name]) for name in case["vars"]]
    numbers = (second_order if hessian else first_order)(tape, case, point, refine=refine)
    bad = [number for number in numbers if not number.right]
    if not bad:
        return "right", ""
    words = "; ".join(map(str, bad))
    if any(not number.flagged for number in bad):
        return "SILENT", words
    return ("nan" if all(math.isnan(number.got) for number in bad) else "loud"), words


def late(*_: object) -> None:
    """Ends a case that takes too long."""
    raise TimeoutError


def timed(case: dict[str, Any], seconds: float, *, refine: bool, hessian: bool) -> tuple[str, str]:
    """The verdict, "hang" and "error" included."""
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        return judge(case, refine=refine, hessian=hessian)
    except TimeoutError:
        return "hang", f"over {seconds} s"
    except Exception as error:  # whatever it is, the next case is judged too
        return "error", f"{type(error).__name__}: {error}"
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def main() -> int:
    """Judge a file; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="?", type=Path, default=CASES)
    parser.add_argument("--refine", action="store_true")
    parser.add_argument("--hessian", action="store_true")
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--list", type=int, default=40)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    signal.signal(signal.SIGALRM, late)
    tally: collections.Counter[str] = collections.Counter()
    rows = []
    for case in cases(options.file):
        verdict, words = timed(case, options.seconds, refine=options.refine, hessian=options.hessian)
        tally[verdict] += 1
        if verdict != "right":
            rows.append((verdict, case["id"], case["kind"], case["expr"], str(case["point"]), words))
    for row in sorted(rows, key=lambda row: (row[0] != "SILENT", row[0]))[: options.list]:
        print("  ".join(row))
    print(dict(tally))
    if options.json:
        options.json.write_text(json.dumps({"tally": tally, "rows": rows}), encoding="utf-8")
    return int(bool(tally["SILENT"] or tally["hang"] or tally["error"]))


if __name__ == "__main__":
    sys.exit(main())
