"""Derivatives as they are spelled for the eye, on the whole corpus: do they hold, in which form, in what time?

    .venv/bin/python tests/benchmarks/spelled.py [set ...]

Each formula that is printed is evaluated by mpmath at the corpus's own points, with names as the program has them, and
compared with the program that is run. Time is processor time of this process: SymPy works in another.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import corpus

import symad
from symad.answers.checked import joined
from symad.answers.derivative import derivative
from symad.answers.named import Program
from symad.answers.search import run_program
from symad.comparison.target import JACOBIAN, target
from symad.numeric.evaluation import Evaluator
from symad.symbolic import Budget, SymbolicWorker

SECONDS = 6.0  # for SymPy, each formula
DIGITS = 50
PLACES = (90, 300, 900)  # of the evaluations; the next where digits cancel
OWN_S = 0.5  # what must hold


@dataclass
class Tally:
    """What came of the formulas."""

    forms: Counter[str] = field(default_factory=Counter)
    own_s: list[tuple[float, str]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    notes: Counter[str] = field(default_factory=Counter)
    n_numbers: int = 0


def judged(formula: corpus.Formula, expression: symad.Expression, found: symad.Derivative) -> tuple[int, bool]:
    """How many numbers were compared, and whether all of them agree to 50 digits."""
    asked = target(expression, JACOBIAN)
    program = run_program(asked)
    names = Program(expression, asked.wrt, split=found.form == "named").places
    lines = found.lines if found.form == "named" else ()
    spelled = joined(names, lines, [slope.formula for slope in found.slopes])
    runs = [Evaluator(one) for one in (expression, program, spelled)]
    n = 0
    for point in formula.points[:3]:
        for places in PLACES:
            for run in runs:
                run.context.dps = places
            nodes = runs[0].values([runs[0].context.mpf(x) for x in point])
            right = runs[1].outputs(runs[1].values([runs[1].context.mpf(x) for x in point]))
            shown = runs[2].outputs(runs[2].values([nodes[names[name]] for name in spelled.variables]))
            pairs = [(a, a.context.convert(b)) for a, b in zip(right, shown, strict=True)]
            if all(same(a, b, places) for a, b in pairs):
                n += sum(bool(a.context.isfinite(a)) for a, _ in pairs)
                break
        else:
            return n, False
    return n, True


def same(right: object, shown: object, places: int) -> bool:
    """Whether two numbers agree to 50 digits; where the program has no value nothing is asked."""
    context = right.context  # type: ignore[attr-defined]  # an mpf
    if not context.isfinite(right):
        return True
    if not context.isfinite(shown):
        return False
    tiny = context.mpf(10) ** (30 - places)  # what is left of numbers that cancel
    return bool(abs(right - shown) <= max(context.mpf(10) ** -DIGITS * abs(right), tiny if places > PLACES[0] else 0))  # type: ignore[operator]


def run(sets: list[str]) -> Tally:
    """Every formula of the sets."""
    tally = Tally()
    with SymbolicWorker(Budget(seconds=SECONDS)) as worker:
        for name in sets:
            for formula in corpus.formulas(name):
                try:
                    expression = symad.parse(formula.text, variables=formula.variables)
                except symad.SymadError as error:
                    tally.refused.append(f"{formula.ident}: {str(error).splitlines()[0]}")
                    continue
                worker.load()
                start = time.process_time()
                try:
                    found = derivative(expression, seconds=SECONDS, worker=worker)
                except symad.SymadError as error:
                    tally.refused.append(f"{formula.ident}: {error}")
                    continue
                tally.own_s.append((time.process_time() - start, formula.ident))
                tally.forms[found.form] += 1
                tally.notes[found.note.partition(", ")[0]] += bool(found.note)
                if found.form == "program":
                    print("program:", formula.ident, found.note, flush=True)
                    continue
                n, holds = judged(formula, expression, found)
                tally.n_numbers += n
                if not holds:
                    tally.wrong.append(formula.ident)
                    print("WRONG:", formula.ident, flush=True)
    return tally


def main() -> None:
    """Print the figures."""
    tally = run(sys.argv[1:] or corpus.set_names())
    print(
        f"forms: {dict(tally.forms)}; numbers compared: {tally.n_numbers}; wrong: {len(tally.wrong)} {tally.wrong[:10]}"
    )
    for note, n in tally.notes.most_common():
        print(f"  {n:4} {note}" if n else "", end="\n" if n else "")
    print(f"refused: {len(tally.refused)}", *tally.refused[:5], sep="\n  ")
    own = sorted(tally.own_s, reverse=True)
    late = [one for one in own if one[0] > OWN_S]
    print(f"own processor time: median {own[len(own) // 2][0]:.3f} s, above {OWN_S} s: {len(late)}; longest {own[:5]}")


if __name__ == "__main__":
    main()
