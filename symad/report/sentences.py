"""The sentences of a comparison's first screen: head, verdict, the worst place. Computes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symad.answers.facts import FULL, digits
from symad.formula import numbers
from symad.report import remarks

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from symad.answers.facts import Answer, Loss
    from symad.comparison.result import Comparison, MethodResult

NAMES = {
    "forward": "forward mode",
    "reverse": "reverse mode",
    "sweep": "textbook sweep",
    "forward-jacobian": "forward Jacobian",
}
WELL_CONDITIONED = 1e3  # of a derivative: another formula can have all but three digits
_COORDINATES = 12  # of a point that a head has room for
_FEW = 3  # methods that a sentence names
_STEP = {"truncation": "is too long", "rounding": "is too short"}


def name(row: MethodResult) -> str:
    """What the first screen calls a method."""
    return NAMES.get(row.key, row.name)


def whole(found: float) -> str:
    """Digits as a whole number, rounded down; all of them from 15.5 on."""
    return "all" if found >= FULL else str(int(found))


def kept(found: float) -> str:
    """The same in a sentence: "all digits", "7 digits", "1 digit"."""
    return f"{whole(found)} digit{'' if whole(found) == '1' else 's'}"


def head(comparison: Comparison, answer: Answer) -> str:
    """The values at the point, or the points in words; nothing where there is no value."""
    at, what = comparison.at, _what(comparison)
    if at is None:
        return f"{_points(comparison)}{what}"
    if answer.outside is not None:
        return ""
    place = _point(at)
    pairs = zip(answer.names, answer.values, strict=False)
    said = ", ".join(f"{one} = {'no number' if value is None else numbers.shortest(value)}" for one, value in pairs)
    return f"{said} at {place}{what}" if said else f"at {place}{what}"


def _what(comparison: Comparison) -> str:
    chosen = comparison.wrt not in ((), comparison.variables)
    wrt = f"; with respect to {', '.join(comparison.wrt)}" if chosen else ""
    return wrt + ("; the values themselves are compared" if comparison.of == "value" else "")


def _point(at: Mapping[str, float]) -> str:
    pairs = [f"{one} = {numbers.shortest(value)}" for one, value in at.items()]
    return ", ".join(pairs[:_COORDINATES]) + (", ..." if len(pairs) > _COORDINATES else "")


def _points(comparison: Comparison) -> str:
    """How many points, and where they come from."""
    points, n_points = comparison.points, len(comparison.points.array)
    count = numbers.plural(n_points, "point")
    if points.domain is None:
        said = f"{count}, as given"
    elif points.source == "domain":
        boxes = [_from_to(one, ends) for one, ends in points.domain.items()]
        said = f"{count}, {', '.join(boxes[:_FEW])}" + (", ..." if len(boxes) > _FEW else "")
    else:
        low, high = next(iter(points.domain.values()))[:2] if points.domain else (0.0, 0.0)
        each = f" for each of {len(points.domain)} variables" if len(points.domain) > 1 else ""
        said = f"{count} drawn from {numbers.shortest(low)}:{numbers.shortest(high)}{each} (seed {points.seed})"
    return said if comparison.n_judged == n_points else f"{said}; time to judge {comparison.n_judged:,} of them"


def _from_to(variable: str, ends: Sequence[object]) -> str:
    low, high = (numbers.shortest(float(str(end))) for end in ends[:2])
    return f"{variable} from {low} to {high}" + (" in equal ratios" if len(ends) > len((low, high)) else "")


def verdict(comparison: Comparison, answer: Answer) -> list[str]:
    """Clauses in the order of their weight: who is right and to how many digits, else what loses them, and where."""
    rows = [row for row in comparison.methods if row.verdict != "does not apply"]
    if answer.outside is not None:
        return [_outside(comparison, rows)]
    exact, others = [row for row in rows if row.exact], [row for row in rows if not row.exact]
    found = [*_wrong(exact), *_lost(comparison, answer, exact), *_conditioned(exact), *_bent(comparison, answer, rows)]
    blamed = bool(found)
    found += _agreeing(exact, blamed=blamed)
    if not blamed:
        found += _of_differences(answer, others)
    found += _gave_up(rows)
    if answer.n_outside:
        found.append(f"there is no value at {answer.n_outside} of {comparison.n_judged} points")
    return found or ["nothing was judged: there was no time for it, or no number at these points"]


def _outside(comparison: Comparison, rows: Sequence[MethodResult]) -> str:
    where = f"at {_point(comparison.at)}" if comparison.at is not None else "at any of these points"
    formula = remarks.formula(comparison)
    what = formula if len(formula) <= remarks.SHORT else "the formula"
    if all(row.verdict in ("outside the domain", "not judged") for row in rows):
        return f"{what} has no value {where}, and every method says so"
    others = [name(row) for row in rows if row.verdict == "differs"]
    return f"{what} has no value {where}, but {_named(others)} answer{'s' * (len(others) == 1)} a number"


def _named(names: Sequence[str]) -> str:
    """One, two or three names; of more how many."""
    if len(names) > _FEW:
        return f"{len(names)} methods"
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)


def _wrong(exact: Sequence[MethodResult]) -> Iterator[str]:
    """Exact methods that differ, with the reason of the first."""
    rows = [row for row in exact if row.verdict == "differs"]
    if rows:
        found = rows[0].diagnosis
        why = f": {_first(found.said)}" if found is not None and found.said and found.cause != "unknown" else ""
        yield f"{_who(rows, exact)} differ{'s' * (len(rows) == 1 or len(rows) == len(exact))}{why}"


def _who(rows: Sequence[MethodResult], all_of: Sequence[MethodResult]) -> str:
    return "every exact method" if len(rows) == len(all_of) else _named([name(row) for row in rows])


def _lost(comparison: Comparison, answer: Answer, exact: Sequence[MethodResult]) -> Iterator[str]:
    """The formula, or a method, that loses digits; whether another formula could have them."""
    rows, loss = [row for row in exact if row.verdict == "loses digits"], answer.loss
    if not rows or loss is None:
        return
    every = all(row.verdict in ("loses digits", "gave up") for row in exact)
    left = min(digits(row.max_relative) for row in rows if row.max_relative is not None)
    several = comparison.n_judged > 1
    where = f"{loss.n_points} of {comparison.n_judged} points" if several else f"{kept(left)} left"
    who = "the formula loses" if every else f"{_who(rows, exact)} lose{'s' * (len(rows) == 1)}"
    cause = f": {loss.operation} {'cancels' if loss.cancels else 'loses them'}" if loss.operation else ""
    yield f"{who} digits{cause} ({where})"
    conditions = [row.condition for row in rows if row.condition is not None]
    if every and conditions and max(conditions) < WELL_CONDITIONED:
        yield f"its {_noun(comparison)} is well conditioned, so another formula can have them"


def _noun(comparison: Comparison) -> str:
    return "value" if comparison.of == "value" else "derivative"


def _conditioned(exact: Sequence[MethodResult]) -> Iterator[str]:
    rows = [row for row in exact if row.verdict == "ill-conditioned"]
    if rows:
        size = max((row.condition for row in rows if row.condition is not None), default=None)
        by = f" {size:.1e} times" if size is not None else ""
        left = min(digits(row.max_relative) for row in rows if row.max_relative is not None)
        yield f"ill-conditioned: a relative change of the point is amplified{by}, which leaves {kept(left)}"


def _bent(comparison: Comparison, answer: Answer, rows: Sequence[MethodResult]) -> Iterator[str]:
    bend = answer.bend
    if bend is None or not any(row.verdict == "differs by convention" or row.exact for row in rows):
        return
    does = "bends" if bend.kind == "kink" else "jumps"
    several = "slopes are" if comparison.of != "value" else "values are"
    what = bend.operation or "the formula"
    if comparison.n_judged == 1:
        yield f"a {bend.kind}: {what} {does} here, so that several {several} defensible"
    else:
        where = f"{bend.n_points} of {comparison.n_judged} points"
        yield f"a {bend.kind}: {what} {does} at {where}, where several {several} defensible"


def _agreeing(exact: Sequence[MethodResult], *, blamed: bool) -> Iterator[str]:
    """Exact methods that agree, and to how many digits; methods with a convention agree elsewhere."""
    able = [row for row in exact if row.verdict not in ("gave up", "not judged", "outside the domain")]
    rows = [row for row in able if row.verdict in ("agrees", "differs by convention")]
    errors = [row.max_relative for row in rows if row.max_relative is not None]
    if not rows:
        return
    if blamed and not errors:
        if any(row.verdict == "differs" for row in exact):
            yield "the other exact methods agree"
        return
    least = min(map(digits, errors), default=FULL)
    to = "to full precision" if least >= FULL else f"{kept(least)} or more"
    verb = "agrees" if len(rows) in (1, len(able)) else "agree"
    joint = " " if least >= FULL else ", "
    elsewhere = "elsewhere " if any(row.verdict == "differs by convention" for row in rows) else ""
    yield f"{elsewhere}{_who(rows, able)} {verb}{joint}{to}"


def _of_differences(answer: Answer, rows: Sequence[MethodResult]) -> Iterator[str]:
    """How many digits difference quotients keep, or why they lose them."""
    lost = [row for row in rows if row.verdict == "loses digits"]
    wrong = [row for row in rows if row.verdict == "differs"]
    if rows and all(row.verdict == "agrees" for row in rows):
        errors = [row.max_relative for row in rows if row.max_relative is not None]
        if errors:
            yield f"{_some(rows, rows)} keep{_s(rows, rows)} {kept(min(map(digits, errors)))}".removesuffix(" digits")
    for found, verb in ((wrong, "differ"), (lost, "lose")):
        if found:
            them = (" them" if len(found) == len(rows) else " digits") if verb == "lose" else ""
            why = _why_lost(answer.loss_of_differences, found[0], answer) if verb == "lose" else _why(found[0])
            yield f"{_some(found, rows)} {verb}{_s(found, rows)}{them}" + (f": {why}" if why else "")


def _some(found: Sequence[MethodResult], rows: Sequence[MethodResult]) -> str:
    return "differences" if len(found) == len(rows) and len(rows) > 1 else _named([name(row) for row in found])


def _s(found: Sequence[MethodResult], rows: Sequence[MethodResult]) -> str:
    """Of a verb: both names are plurals already."""
    del found, rows
    return ""


def _why(row: MethodResult) -> str:
    return _first(row.diagnosis.said) if row.diagnosis is not None else ""


def _first(said: str) -> str:
    """The first clause of a sentence."""
    return said.partition(";")[0]


def _why_lost(loss: Loss | None, row: MethodResult, answer: Answer) -> str:
    """Rounding or truncation, in the words of the step or of the slopes that drown in it."""
    cause = row.diagnosis.cause if row.diagnosis is not None else ""
    if cause not in _STEP:
        return _why(row)
    many = loss is not None and loss.of_entries > 1
    if cause == "rounding" and many and loss is not None:
        size, share = f"{loss.smallest:.0e}".replace("e-0", "e-"), f"{loss.n_entries} of {loss.of_entries}"
        return f"slopes down to {size} lie below the rounding of {answer.names[0]} ({share} slopes)"
    step = row.step_curve.used_step if row.step_curve is not None else None
    left = f" ({kept(digits(row.max_relative))})" if row.max_relative is not None else ""
    return f"the step{'' if step is None else f' of {step:.1e}'} {_STEP[cause]}{left}"


def _gave_up(rows: Sequence[MethodResult]) -> Iterator[str]:
    found = [row for row in rows if row.verdict == "gave up"]
    if found:
        yield f"{_named([name(row) for row in found])} gave up ({_first(found[0].reason)})"


def worst(comparison: Comparison, answer: Answer, n_digits: int = 6) -> str:
    """Where most digits are lost: what came out, what is right."""
    loss = answer.loss
    if loss is None:
        return ""
    rows = {row.key: name(row) for row in comparison.methods}
    who = "every exact method" if loss.alike else rows.get(loss.by[0], "a method")
    pairs = [f"{one} = {value:.{n_digits}g}" for one, value in loss.at.items()]
    at = ", ".join(pairs[:_FEW]) + (", ..." if len(pairs) > _FEW else "")
    which = f"{loss.name} " if len(answer.slopes) > 1 else ""
    return f"{which}at {at} {who} says {loss.said:.{n_digits}g}, right is {loss.right:.{n_digits}g}"
