"""What is missing in a wrong derivative: guesses, each tried at points in 60 digits. Knows no wrong answer by heart."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from symad.answers.evaluating import Looker
from symad.answers.joining import begin
from symad.answers.naming import Names
from symad.answers.places import sample
from symad.answers.slopes import Slopes
from symad.automatic import gradient, select
from symad.ops import ROWS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import mpmath

    from symad.expression import Expression

    Values = tuple[mpmath.mpf, ...]
    Found = tuple[str, str]  # what is missing as a phrase, and as a sentence

_POINTS = 24
_FEWEST = 6
_DIGITS = 60
_SAME = 1e-30
_ROUGHLY = 1e-9  # in doubles, before the digits are compared
_LARGEST = 400  # operations of formula and derivative together, for which guesses are made
_MOST_BOTTOM = 24  # a constant that is named has no larger denominator
_MOST_PAIRS = 90
_SIGNS = ((1, ""), (-1, "-"))


@dataclass
class Search:
    """Everything that may be missing, with its values at the points where the derivative is wrong."""

    mine: Values
    right: Values
    names: Names
    factors: list[tuple[Values, Callable[[], str], str]] = field(default_factory=list)  # values, text, "the slope of"
    uses: list[tuple[Values, Callable[[], str], str]] = field(default_factory=list)  # values, text, "the third use"
    parts: list[tuple[Values, Values, Callable[[], str]]] = field(default_factory=list)  # part of mine, slope by it
    others: list[tuple[Values, str]] = field(default_factory=list)  # what else it may be as a whole

    def found(self) -> Found | None:
        """The first guess that explains everything."""
        for guess in (self._whole, self._other, self._a_use, self._a_use_with_factor, self._a_part, self._a_pair):
            if (answer := guess()) is not None:
                return answer
        return None

    def _whole(self) -> Found | None:
        """A constant, or the slope of an operation."""
        if same(self.mine, [-one for one in self.right]):
            return "the sign", "the sign is wrong"
        ratio = ratios(self.right, self.mine)
        return self._constant(ratio, "") or self._factor(ratio, "", signs=True)

    def _constant(self, ratio: Values | None, where: str) -> Found | None:
        value = constant(ratio)
        if value is None or value == 1:
            return None
        if value == -1:
            return f"the sign{where}", f"the sign is wrong{where}"
        if abs(value) >= 1:
            return f"the factor {value}{where}", f"the factor {value} is missing{where}"
        extra = 1 / value
        return f"the factor {extra} too many{where}", f"the factor {extra} is too many{where}"

    def _factor(self, ratio: Values | None, where: str, *, signs: bool) -> Found | None:
        """A slope or another part that is missing (ratio is right over mine) or too many."""
        if ratio is None:
            return None
        for sign in (1, -1) if signs else (1,):
            turned = [sign * one for one in ratio]
            minus = "" if sign == 1 else "-"
            for values, text, about in self.factors:
                if same(turned, values):
                    name, note = f"{minus}{text()}", f" ({about})" if about else ""
                    return f"the factor {name}{where}{note}", f"the factor {name} is missing{where}{note}"
                if inverse(turned, values):
                    name, note = f"{minus}{text()}", f" ({about})" if about else ""
                    return f"the factor {name} too many{where}{note}", f"the factor {name} is too many{where}{note}"
        return None

    def _other(self) -> Found | None:
        for values, what in self.others:
            if same(self.mine, values):
                return what, f"this is {what}"
        return None

    def _a_use(self) -> Found | None:
        """The term of one use of the variable: missing, of the wrong sign, or with a wrong constant."""
        if len(self.uses) < 2:
            return None
        apart = [m - r for m, r in zip(self.mine, self.right, strict=True)]
        for values, text, use in self.uses:
            share = constant(ratios(apart, values))
            if share is None:
                continue
            if share == -1:
                return f"the term {text()}", f"the term {text()} is missing: it comes from {use}"
            if share == -2:
                where = f" in the term from {use}"
                return f"the sign{where}", f"the sign is wrong{where}"
            if share == 1:
                return f"the term {text()} twice", f"the term {text()} is there twice: it comes from {use}"
            return self._constant(tuple(1 / (1 + share) for _ in values), f" in the term from {use}")
        return None

    def _a_use_with_factor(self) -> Found | None:
        if len(self.uses) < 2:
            return None
        for values, _, use in self.uses:
            now = [m - r + t for m, r, t in zip(self.mine, self.right, values, strict=True)]
            if found := self._factor(ratios(values, now), f" in the term from {use}", signs=True):
                return found
        return None

    def _a_part(self) -> Found | None:
        """A part of mine that something must stand in place of; what it must be is known where it stands linearly."""
        parts = []
        for values, slope, text in self.parts:
            guesses = (self._wanted(values, slope), self._wanted_below(values, slope))
            parts += [(values, wanted, text) for wanted in guesses if wanted is not None and _usable(wanted)]
        for guess in (self._too_many, self._scaled, self._with_factor, self._beside, self._in_place):
            for values, wanted, text in parts:
                if (found := guess(values, wanted, text)) is not None:
                    return found
        return None

    def _wanted(self, values: Values, slopes: Values) -> Values | None:
        """What a part must be for all to be right, if mine is linear in it."""
        if not all(slopes):
            return None
        every = zip(values, slopes, self.mine, self.right, strict=True)
        return tuple(u + (r - m) / s for u, s, m, r in every)

    def _wanted_below(self, values: Values, slopes: Values) -> Values | None:
        """The same if 1/mine is linear in it."""
        if not (all(slopes) and all(self.mine) and all(self.right)):
            return None
        every = zip(values, slopes, self.mine, self.right, strict=True)
        return tuple(u - (1 / r - 1 / m) * m * m / s for u, s, m, r in every)

    def _too_many(self, values: Values, wanted: Values, text: Callable[[], str]) -> Found | None:
        if all(abs(w) <= _SAME * abs(u) for w, u in zip(wanted, values, strict=True)):
            return f"the term {text()} too many", f"the term {text()} is too many"
        return None

    def _scaled(self, values: Values, wanted: Values, text: Callable[[], str]) -> Found | None:
        return self._constant(ratios(wanted, values), f" at {text()}")

    def _with_factor(self, values: Values, wanted: Values, text: Callable[[], str]) -> Found | None:
        return self._factor(ratios(wanted, values), f" at {text()}", signs=True)

    def _beside(self, values: Values, wanted: Values, text: Callable[[], str]) -> Found | None:
        """A term, or a number, that must be added to a part."""
        more = tuple(w - u for w, u in zip(wanted, values, strict=True))
        step = constant(more)
        if step:
            return f"the number {step}", f"{text()} should be {abs(step)} {'more' if step > 0 else 'less'}"
        for other, name, _ in self.factors:
            for sign, minus in _SIGNS:
                if same(more, [sign * one for one in other]):
                    return f"the term {minus}{name()}", f"the term {minus}{name()} is missing beside {text()}"
        return None

    def _in_place(self, _: Values, wanted: Values, text: Callable[[], str]) -> Found | None:
        return self._stands(wanted, text)

    def _stands(self, wanted: Sequence[mpmath.mpf], text: Callable[[], str], but: int = -1) -> Found | None:
        """Something known in the place of a part."""
        for k, (other, name, about) in enumerate(self.factors):
            for sign, minus in _SIGNS:
                if k != but and same(wanted, [sign * one for one in other]):
                    note = f" ({about})" if about else ""
                    return f"{minus}{name()} for {text()}", f"{text()} stands where {minus}{name()} is right{note}"
        return None

    def _a_pair(self) -> Found | None:
        """One part in the place of another: right/mine is their quotient."""
        ratio = ratios(self.right, self.mine)
        if ratio is None or len(self.factors) > _MOST_PAIRS:
            return None
        for k, (values, text, _) in enumerate(self.factors):
            wanted = [q * v for q, v in zip(ratio, values, strict=True)]
            if (found := self._stands(wanted, text, but=k)) is not None:
                return found
        return None


def explanation(f: Expression, variable: str, mine: Expression) -> Found | None:
    """What is missing, as a phrase and as a sentence; None where no single guess explains it."""
    if f.n_nodes + mine.n_nodes > _LARGEST:
        return None
    joiner, nodes, bound = begin(f, mine)
    ours = joiner.add(mine, bound)
    programs = gradient(f)
    theirs = joiner.add(programs)
    at, slopes = f.variables.index(variable), Slopes(joiner, f, nodes)
    own = Slopes(joiner, mine, ours)
    target, result = f.outputs[0], mine.outputs[0]
    wanted: list[int] = [ours[result], theirs[programs.outputs[at]], nodes[target]]
    plan: list[tuple[str, int, object]] = []
    for kind, node, about in _candidates(f, mine, nodes, ours, slopes, own, at):
        plan.append((kind, len(wanted), about))
        wanted.append(node)
    for k, name in enumerate(f.variables):
        if name != variable:
            plan.append(("other", len(wanted), f"the slope by {name}"))
            wanted.append(theirs[programs.outputs[k]])
    second = select(gradient(select(programs, [at])), [at])
    plan.append(("other", len(wanted), "the second derivative"))
    wanted.append(joiner.add(second)[second.outputs[0]])
    plan.append(("other", 2, "the formula itself"))
    joint = joiner.finish(wanted)
    table = _values(joint)
    if table is None:
        return None
    return _search(Names(f, mine, joint, variable), table, plan).found()


def _candidates(
    f: Expression, mine: Expression, nodes: Sequence[int], ours: Sequence[int], slopes: Slopes, own: Slopes, at: int
) -> Iterator[tuple[str, int, object]]:
    """What may be missing: (kind, node, what it is about)."""
    variable = next(n for n in range(f.n_nodes) if f.graph.op[n] == _INPUT and f.graph.input_index(n) == at)
    paths = slopes.paths(f.outputs[0], variable)
    for k, path in enumerate(paths):
        yield "use", slopes.along(path), (k, path, paths)
    for node in range(f.n_nodes):
        for slot in range(len(f.graph.operands(node))):
            if (slope := slopes.of(node, slot)) is not None:
                yield "slope", slope, node
    for node, total in slopes.totals(variable).items():
        yield "slope", total, node
    for node in range(f.n_nodes):
        if not ROWS[f.graph.op[node]].condition and not f.graph.is_number(node):
            yield "node", nodes[node], node
    for node in range(mine.n_nodes):
        if not ROWS[mine.graph.op[node]].condition and node != mine.outputs[0]:
            yield "node", ours[node], None
    adjoints = own.adjoints(mine.outputs[0])
    for node in sorted(adjoints, reverse=True):
        if not ROWS[mine.graph.op[node]].condition:
            yield "part", ours[node], node
            yield "by part", adjoints[node], node


def _values(joint: Expression) -> list[Values] | None:
    """Every output at the points where yours and the right one are numbers and differ somewhere."""
    looker, rows = Looker(joint), list[tuple["mpmath.mpf", ...]]()
    n = len(joint.variables)
    plan = sample(n, ())
    for point in [*plan[17:], *plan[:17]] if n > 1 else [*plan[5:], *plan[:5]]:
        if max((abs(one) for one in point), default=0) > 12 or any(not one for one in point):
            continue
        look = looker.look(point, _DIGITS)
        if set(look.kinds[:2]) == {"number"} and look.kinds[2] == "number" and not look.is_near:
            rows.append(look.values)
            if len(rows) == _POINTS:
                break
    return list(zip(*rows, strict=True)) if len(rows) >= _FEWEST else None


def _search(names: Names, table: list[Values], plan: Sequence[tuple[str, int, object]]) -> Search:
    search, seen = Search(table[0], table[1], names), set[object]()
    part: tuple[Values, int] | None = None
    for kind, place, about in plan:
        values = table[place]
        if kind in ("slope", "node") and _usable(values) and constant(values) is None and not _is(values, search.right):
            key = (kind == "node", *[str(one)[:20] for one in values[:3]])
            if key[1:] not in seen:
                seen.add(key[1:])
                note = f"the slope of {names.of_formula(about)}" if kind == "slope" else ""  # type: ignore[arg-type]  # a node
                search.factors.append((values, names.writer(place), note))
        elif kind == "use" and _usable(values):
            search.uses.append((values, names.writer(place), names.use(*about)))  # type: ignore[misc]  # as yielded
        elif kind == "part":
            part = values, place
        elif kind == "by part" and part is not None and _usable(part[0]) and _usable(values):
            search.parts.append((part[0], values, names.of_mine(about)))  # type: ignore[arg-type]  # a node
        elif kind == "other" and _usable(values):
            search.others.append((values, str(about)))
    return search


def _usable(values: Iterable[mpmath.mpf]) -> bool:
    return all(not isinstance(one, bool) and one.context.isfinite(one) for one in values)


def same(a: Sequence[mpmath.mpf], b: Sequence[mpmath.mpf]) -> bool:
    """Whether values agree at all points."""
    return all(abs(p - q) <= _SAME * abs(q) for p, q in zip(a, b, strict=True))


def _is(values: Values, right: Values) -> bool:
    """Whether a guess is nothing but the whole right answer, which would explain nothing."""
    return same(values, right) or same([-one for one in values], right)


def inverse(a: Sequence[mpmath.mpf], b: Sequence[mpmath.mpf]) -> bool:
    """Whether one is 1 over the other at all points."""
    return all(abs(p * q - 1) <= _SAME for p, q in zip(a, b, strict=True))


def ratios(a: Sequence[mpmath.mpf], b: Sequence[mpmath.mpf]) -> Values | None:
    """a/b where it is defined everywhere that a is not 0; None where b is 0 alone."""
    found = [p / q for p, q in zip(a, b, strict=True) if q and p]
    if any(bool(p) != bool(q) for p, q in zip(a, b, strict=True)) or len(found) != len(a):
        return None
    return tuple(found)


def constant(values: Values | None) -> Fraction | None:
    """The rational number that all values are, if its denominator is small."""
    if not values or not all(abs(one - values[0]) <= _SAME * abs(one) for one in values):
        return None
    value = Fraction(float(values[0])).limit_denominator(_MOST_BOTTOM)
    near = abs(values[0] * value.denominator - value.numerator) <= _SAME * max(1, abs(value.numerator))
    return value if near else None


_INPUT = next(number for number, entry in ROWS.items() if entry.name == "INPUT")
