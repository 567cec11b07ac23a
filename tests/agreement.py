"""Whether "agrees" means what it says: every answer that is said to agree, against the corpus's own 50 digits.

``nice -n 19 python tests/agreement.py [SET ...] [--share I/N] [--sympy]`` looks at all formulas of these sets, or of
all sets; ``test_verdicts.py`` looks at a sample. The references are those of the corpus, not those that gave the word.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

import corpus
from acceptance import taken
from yardsticks import gradient_error

import symad
from symad.symbolic import Budget, SymbolicWorker

OWN = "forward,reverse,sweep,central,one-sided,complex"
REPRESENTED = 1e-12  # by how much references, strings of 50 digits, may themselves be off, and 0 over f/x
BUDGET = Budget(seconds=4.0)


def relative(answer: float, formula: corpus.Formula, point: int, column: int) -> float | None:
    """The error of a slope by the corpus, of 0 relative to f/x; None where the corpus has no one number."""
    exact, value = formula.gradients[point][column], formula.values[point]
    if not Decimal(exact).is_finite() or not Decimal(value).is_finite() or math.isinf(float(exact)):
        return None
    return gradient_error([answer], [exact], [formula.points[point][column]], value)


def looked_at(
    formula: corpus.Formula, expression: symad.Expression, worker: SymbolicWorker, methods: str | None = OWN
) -> tuple[Counter[str], list[str]]:
    """How often each word was met, and what is said to agree although it does not."""
    words: Counter[str] = Counter()
    wrong = []
    found = symad.compare(
        expression, points=[list(one) for one in formula.points], worker=worker, methods=methods, timings=False,
        errors=True,
    )  # fmt: skip
    for row in found.methods:
        for point, answers in enumerate(row.errors or ()):
            for column, one in enumerate(answers):
                words[one.verdict] += 1
                error = relative(one.answer, formula, point, column) if one.verdict == "agrees" else None
                if error is not None and not error <= (row.tolerance or 0.0) + REPRESENTED:
                    where = (
                        f"{formula.set_name}/{formula.ident} at {formula.points[point]}, {expression.variables[column]}"
                    )
                    wrong.append(f"{where}: {row.key} agrees with an error of {error:.1e}")
    return words, wrong


def formulas(names: list[str], share: tuple[int, int] = (0, 1)) -> Iterator[tuple[corpus.Formula, symad.Expression]]:
    """Every n-th formula with a variable, from the i-th on."""
    first, n = share
    some = [pair for pair in taken(*names) if pair[1].variables and pair[1].n_outputs == 1 and pair[0].points]
    yield from some[first::n]


def main() -> int:
    """Words and wrong ones over many formulas."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="*")
    parser.add_argument("--share", default="0/1", help="I/N: every N-th formula, from the I-th on")
    parser.add_argument("--sympy", action="store_true", help="SymPy's forms too")
    options = parser.parse_args()
    first, n = map(int, options.share.split("/"))
    words: Counter[str] = Counter()
    n_formulas = n_wrong = 0
    with SymbolicWorker(BUDGET) as worker:
        for formula, expression in formulas(options.sets, (first, n)):
            found, wrong = looked_at(formula, expression, worker, None if options.sympy else OWN)
            words += found
            n_formulas, n_wrong = n_formulas + 1, n_wrong + len(wrong)
            for line in wrong:
                print(line, flush=True)
    print(f"{n_formulas} formulas, {words.total()} answers, {n_wrong} said to agree wrongly: {dict(words)}")
    return 1 if n_wrong else 0


if __name__ == "__main__":
    sys.exit(main())
