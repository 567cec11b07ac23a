"""The facts of a comparison's first screen, put together from what the comparison has found."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from symad.answers import losses, spelling
from symad.answers.baseline import operations
from symad.answers.conditions import outside
from symad.answers.facts import Answer, Bend, Outside, Slope
from symad.answers.trying import Trial
from symad.comparison import verdicts
from symad.comparison.findings import Findings

if TYPE_CHECKING:
    from symad.answers.facts import Rewriting
    from symad.comparison.findings import Seen
    from symad.comparison.result import Comparison
    from symad.symbolic import SymbolicWorker


def answer(comparison: Comparison, worker: SymbolicWorker | None = None, *, spell: bool = True) -> Answer:
    """The facts of a comparison, made once.

    Parameters
    ----------
    comparison : Comparison
    worker : SymbolicWorker, optional
        Where SymPy is loaded; by default the comparison's own if that is still there, else one that is started.
    spell : bool
        Whether derivatives are spelled for the eye; else they are as SymPy's differentiation leaves them.
    """
    found = comparison.findings
    if not isinstance(found, Findings):
        return found or Answer()
    if found.answer is None:
        own = found.seen.worker if found.seen.worker.running else None
        found.answer = made(found.seen, worker or own, spell=spell)
    return found.answer


def made(found: Seen, worker: SymbolicWorker | None = None, *, spell: bool) -> Answer:
    """The facts of what was seen."""
    spelt = spelling.spelt(found, worker, spell=spell)
    exact, others = losses.keys(found, exact=True), losses.keys(found, exact=False)
    loss = losses.loss(found, exact, exact)
    return Answer(
        names=spelt.names,
        values=_values(found),
        slopes=tuple(_slope(found, k, one) for one, k in spelt.slopes),
        lines=spelt.lines,
        loss=loss,
        loss_of_differences=losses.loss(found, others, exact),
        bend=_bend(found),
        outside=_outside(found),
        n_outside=sum(any(one.kind == verdicts.UNDEFINED for one in row) for row in found.known.asked),
        rewritings=_rewritings(found) if loss is not None else (),
        operations=operations(found),
    )


def _values(found: Seen) -> tuple[float | None, ...]:
    """The values at the only point, correctly rounded."""
    if found.n_points != 1 or not found.known.values:
        return ()
    return tuple(None if math.isnan(one.exact) else one.exact for one in found.known.values[0])


def _slope(found: Seen, number: int, spelt: Slope) -> Slope:
    """With its value, and at a kink with what is defensible."""
    if found.n_points != 1 or not found.known.asked:
        return spelt
    truth = found.known.asked[0][number]
    value, between = truth.exact, None
    if truth.kind in (verdicts.KINK, verdicts.JUMP):
        value = float(found.usual[0, number])
        between = (min(truth.sides), max(truth.sides)) if len(truth.sides) == 2 else None
    known = None if math.isnan(value) else value + 0.0  # of two zeros the one without a sign
    return Slope(spelt.name, spelt.formula, spelt.raw, spelt.latex, known, between)


def _bend(found: Seen) -> Bend | None:
    """The kinks and jumps at the points, with the first operation that a diagnosis blames."""
    kinds = [{truth.kind for truth in row} & {verdicts.KINK, verdicts.JUMP} for row in found.known.asked]
    met = [kind for kind in kinds if kind]
    if not met:
        return None
    causes = ("convention", "kink")
    blamed = [row.diagnosis for row in found.methods if row.diagnosis and row.diagnosis.cause in causes]
    operation = next((one.operation for one in blamed if one.operation), None) or ""
    return Bend("kink" if any(verdicts.KINK in kind for kind in met) else "jump", operation, len(met))


def _outside(found: Seen) -> Outside | None:
    """Where there is no value at any point, the operation to blame at the first."""
    kinds = {truth.kind for row in found.known.asked for truth in row}
    if kinds != {verdicts.UNDEFINED}:
        return None
    blamed = [row.diagnosis for row in found.methods if row.diagnosis and row.diagnosis.node is not None]
    single = found.target.expression
    if not blamed or single.n_outputs != 1:
        return Outside(blamed[0].operation or "" if blamed else "", "")
    return outside(single, blamed[0].node or 0)


def _rewritings(found: Seen) -> tuple[Rewriting, ...]:
    if found.target.expression.n_outputs != 1 or not found.target.expression.variables:
        return ()
    return Trial(found.target, found.points, found.known.values, found.known.asked).rewritings()
