"""The one advice of a comparison's first screen: the first line of a table that holds. Computes nothing."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from symad.answers.facts import LEAST_GAIN, digits
from symad.formula import numbers
from symad.report.sentences import kept, whole

if TYPE_CHECKING:
    from symad.answers.facts import Answer, Loss, Slope
    from symad.comparison.result import Comparison, MethodResult

EXPLODES = 10  # times the operations of reverse mode, written out: nobody writes that down
AS_SHORT = 1.5  # times the operations of reverse mode: the formula is as good as a program
MANY = 3  # variables from which reverse mode is the way
UNDECIDED = ("not judged", "gave up", "does not apply")
LONGEST = 100  # characters of a rewriting that an advice repeats


def advice(comparison: Comparison, answer: Answer) -> str:
    """What to do, in a sentence; nothing where neither formula nor reverse mode were asked for."""
    rows = {row.key: row for row in comparison.methods}
    reverse, symbolic = rows.get("reverse"), rows.get("symbolic")
    if answer.outside is not None:
        return _outside(answer)
    if answer.bend is not None and comparison.n_judged == 1:
        return _at_a_bend(answer)
    if all(row.verdict in UNDECIDED for row in comparison.methods):
        return "give other points, or more time: --budget 60"
    judged = reverse or next((row for row in comparison.methods if row.exact), None)
    if answer.loss is not None and (judged is None or judged.verdict == "loses digits"):
        return _of_a_loss(comparison, answer, answer.loss)
    if judged is not None and judged.verdict == "ill-conditioned":
        return f"{_names(comparison)} not known well enough: no formula can help"
    if comparison.of == "value" or reverse is None or reverse.counts is None:
        return ""
    return _which(comparison, reverse, symbolic)


def _names(comparison: Comparison) -> str:
    names = comparison.wrt or comparison.variables
    return f"{names[0]} itself is" if len(names) == 1 else "the point itself is"


def _outside(answer: Answer) -> str:
    found = answer.outside
    if found is None or not found.operation:
        return "look at another point: there is no value here"
    return f"{found.operation} needs {found.needs}" if found.needs else f"{found.operation} has no value here"


def _at_a_bend(answer: Answer) -> str:
    """Which slopes are defensible, which ones symad takes."""
    bent = [one for one in answer.slopes if one.between is not None]
    if not bent:
        return "symad takes the side that its conventions name; ask on either side of the jump"
    middle = all(one.value is not None and 2 * one.value == sum(one.between or ()) for one in bent)
    shown = bent[:MANY]
    takes = _and([numbers.shortest(one.value) for one in shown if one.value is not None])
    more = ", ..." if len(bent) > len(shown) else ""
    any_of = " and ".join(_any(one) for one in shown)
    return (
        f"symad takes {'the middle, ' if middle else ''}{takes}{more}; {any_of}{more} would do; "
        "one-sided differences answer one side of it"
    )


def _any(one: Slope) -> str:
    low, high = one.between or (math.nan, math.nan)
    return f"any {one.name} from {numbers.brief(low)} to {numbers.brief(high)}"


def _and(parts: list[str]) -> str:
    return f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else "".join(parts)


def _of_a_loss(comparison: Comparison, answer: Answer, loss: Loss) -> str:
    """A rewriting that was tried and holds, or where to keep away from."""
    best = next((one for one in answer.rewritings if one.offered and len(one.text + one.replaces) <= LONGEST), None)
    if best is None:
        return f"no rewriting known here: ask for fewer digits{_away(loss)}"
    instead = f"for {best.replaces}" if best.replaces else "instead"
    by = "" if comparison.of == "value" else ", by reverse mode"
    if comparison.n_judged == 1:
        return f"write {best.text} {instead} (tried at this point: {kept(best.after)}{by})"
    return f"write {best.text} {instead} (tried at these points: {kept(best.after)} at worst{by})"


def _away(loss: Loss) -> str:
    if loss.place is not None:
        name, low, high = loss.place
        if math.isinf(low):
            return f", or keep away from {name} < {high:.1g}"
        above = f"{name} > {low:.1g}" if math.isinf(high) else f"{name} from {low:.2g} to {high:.2g}"
        return f", or keep away from {above}"
    if loss.n_points == loss.of_entries == 1 and len(loss.at) == 1:
        ((name, x),) = loss.at.items()
        return f", or keep away from {name} = {numbers.brief(x)}"
    return ""


def _which(comparison: Comparison, reverse: MethodResult, symbolic: MethodResult | None) -> str:
    """Reverse mode or the formula."""
    own = 0 if reverse.counts is None else reverse.counts.n_distinct
    here = f"use reverse mode: {numbers.plural(own, 'operation')}"
    if symbolic is not None and symbolic.verdict == "gave up":
        return f"{here}, where the formula was given up"
    if symbolic is not None and symbolic.verdict == "differs" != reverse.verdict:
        return f"{here}; the formula differs at these points"
    counts = symbolic.counts if symbolic is not None else None
    if counts is not None and counts.n_written_out > EXPLODES * max(own, 1):
        written = numbers.big(counts.n_written_out)
        if counts.n_distinct == counts.n_written_out:
            return f"{here}, where the formula has {written}"
        return f"{here}; symbolic runs {numbers.big(counts.n_distinct)}, and has {written} written out"
    if symbolic is not None and None not in (symbolic.max_relative, reverse.max_relative):
        ours, theirs = digits(reverse.max_relative or 0.0), digits(symbolic.max_relative or 0.0)
        if ours >= theirs + LEAST_GAIN:
            return f"use reverse mode: {kept(ours)} where the formula keeps {whole(theirs)}"
    if len(comparison.wrt or comparison.variables) >= MANY:
        return _all_slopes(comparison, reverse)
    if counts is not None and counts.n_distinct <= AS_SHORT * max(own, 1):
        return "write the derivative down: it is as fast as any program and as exact"
    return f"{here}, where the formula has {numbers.big(counts.n_distinct)}" if counts is not None else here


def _all_slopes(comparison: Comparison, reverse: MethodResult) -> str:
    n = len(comparison.entries)
    what = {"hessian": "second derivatives", "jacobian": "entries"}.get(comparison.of, "slopes")
    own = comparison.function.counts
    if reverse.ratio is not None:
        cost = f"for {reverse.ratio:.1f} functions"
    elif own is not None and own.n_distinct and reverse.counts is not None:
        cost = f"for {reverse.counts.n_distinct / own.n_distinct:.1f} times the operations"
    else:
        cost = "at once"
    takes = sorted({row.n_evaluations for row in comparison.methods if not row.exact and row.n_evaluations})
    others = f"; differences take {'-'.join(f'{one:,}' for one in takes)}" if takes else ""
    return f"use reverse mode: all {n:,} {what} {cost}{others}"
