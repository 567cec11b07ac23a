"""What becomes of the whole corpus, by set: `python tests/corpus_results.py` writes tests/data/RESULTS.md.

Every number is counted here and now; the tests assert the same things one by one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import corpus
import numpy as np
from acceptance import refused, taken
from differential.test_hard_cases import CASES, GRADES, REFUSED, verdict
from yardsticks import allowed, gradient_error, relative_error

import symad

TABLE = corpus.DATA / "RESULTS.md"


@dataclass
class Tally:
    """What happened to the formulas of one set."""

    accepted: int = 0
    wrong_value: int = 0
    wrong_gradient: int = 0
    flagged: int = 0
    silent: int = 0
    worst: float = 0.0
    names: Counter[str] = field(default_factory=Counter)

    def add(self, formula: corpus.Formula, written: symad.Expression) -> None:
        """Judge one formula at all of its points, the gradient by sweep, adjoint and forward program."""
        tape, points = symad.compile(written), np.array(formula.points)
        values, check = tape.value(points), tape.check(points)
        forward = np.asarray(symad.compile(symad.forward_gradient(written)).value(points)).reshape(len(points), -1)
        routes = [np.array([tape.sweep(point).gradient for point in points]), tape.gradient(points), forward]
        value_wrong, gradient_wrong, silent = [], [], False
        for k, point in enumerate(formula.points):
            value_wrong.append(relative_error(float(values[k]), formula.values[k]) > allowed(formula.value_f64))
            errors = [gradient_error(r[k], formula.gradients[k], point, formula.values[k]) for r in routes]
            gradient_wrong.append(max(errors) > allowed(formula.gradient_f64))
            if not gradient_wrong[-1]:
                self.worst = max(self.worst, *errors)
            silent |= (value_wrong[-1] or gradient_wrong[-1]) and not check.status[k]
        self.accepted += 1
        self.wrong_value += any(value_wrong)
        self.wrong_gradient += any(gradient_wrong)
        self.flagged += bool(check)
        self.silent += silent


def sets() -> Iterator[tuple[str, int, Tally]]:
    """Name, number of formulas and tally of each set."""
    for name in corpus.set_names():
        tally = Tally(names=Counter(reason for _, reason in refused(name)))
        for formula, written in taken(name):
            tally.add(formula, written)
        yield name, len(corpus.formulas(name)), tally


def formulas_table() -> Iterator[str]:
    """One line a set, then the sums."""
    heads = ("set", "formulas", "accepted", "value wrong", "gradient wrong", "wrong and not flagged", "flagged")
    yield f"| {' | '.join(heads)} | worst gradient error of the right ones | refused |"
    yield f"{'| --- ' * (len(heads) + 2)}|"
    total = [0] * 6
    names: Counter[str] = Counter()
    for name, n, t in sets():
        row = [n, t.accepted, t.wrong_value, t.wrong_gradient, t.silent, t.flagged]
        total = [a + b for a, b in zip(total, row, strict=True)]
        names += t.names
        yield f"| {name} | {' | '.join(map(str, row))} | {t.worst:.1e} | {listed(t.names)} |"
    yield f"| all | {' | '.join(map(str, total))} | | {listed(names)} |"
    yield ""
    yield f"Accepted: {100 * total[1] / total[0]:.1f} %."


def listed(names: Counter[str]) -> str:
    """Names with their counts."""
    return ", ".join(f"{name} {count}" for name, count in names.most_common())


def hard_table() -> Iterator[str]:
    """Verdicts of the hard cases by grade, from the sweep."""
    yield "| grade | cases | right | nan | flagged | silent | refused |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for grade in (*GRADES, "flag"):
        verdicts = Counter(
            "refused" if ident in REFUSED else verdict(case, "sweep")
            for ident, case in CASES.items()
            if case["grade"] == grade
        )
        counts = [verdicts[word] for word in ("right", "nan", "told", "silent", "refused")]
        yield f"| {grade} | {sum(counts)} | {' | '.join(map(str, counts))} |"


def met(case: dict[str, object]) -> str:
    """refused, accepted, or what is wrong with a hostile input."""
    try:
        tape = symad.compile(str(case["text"]), variables=case["vars"])
    except symad.ParseError:
        return "refused" if case["expect"] != "accept" else "wrongly refused"
    point = case.get("point")
    x = [float(point[name]) if isinstance(point, dict) else 1.25 for name in case["vars"]]  # type: ignore[attr-defined]
    value = np.atleast_1d(tape.value(x))
    if case["expect"] == "reject":
        return "accepted as nan or infinite" if not np.isfinite(value).all() else "wrongly accepted"
    if "value" in case and relative_error(float(value[0]), str(case["value"])) > 1e-9:
        return "another meaning"
    return "accepted"


def hostile_table() -> Iterator[str]:
    """Hostile inputs by category."""
    outcomes = (
        "accepted",
        "refused",
        "accepted as nan or infinite",
        "wrongly accepted",
        "wrongly refused",
        "another meaning",
    )
    yield f"| category | inputs | {' | '.join(outcomes)} |"
    yield f"{'| --- ' * (len(outcomes) + 2)}|"
    cases = corpus.hostile_inputs()
    for category in sorted({case["category"] for case in cases}):
        counts = Counter(met(case) for case in cases if case["category"] == category)
        yield f"| {category} | {sum(counts.values())} | {' | '.join(str(counts[word]) for word in outcomes)} |"


def growth_line() -> str:
    """The growth families in a sentence."""
    worst = 0.0
    for size in corpus.sizes():
        f = size.formula
        gradients = symad.compile(f.text, variables=f.variables).gradient(np.array(f.points))
        rows = zip(gradients, f.gradients, f.points, f.values, strict=True)
        worst = max(worst, *(gradient_error(*row) for row in rows))
    return f"{len(corpus.sizes())} sizes of growth families, all accepted; worst gradient error {worst:.1e}."


def main() -> None:
    """Write the file."""
    parts = [
        "# Results on the corpus",
        "",
        "Written by `python tests/corpus_results.py`. A value or gradient is wrong where it differs from 50 digits by",
        "more than max(1e-9, 100 times what plain doubles lose on the formula as recorded), on any route; flagged",
        "formulas are those of which `Tape.check` flags a point, right or wrong.",
        "",
        *formulas_table(),
        "",
        growth_line(),
        "",
        "## Hard cases",
        "",
        *hard_table(),
        "",
        "## Hostile inputs",
        "",
        *hostile_table(),
    ]
    TABLE.write_text("\n".join(parts) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
