"""Whether two formulas are equal: by the same graph, by the rules of arithmetic, or by points in rising precision."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from symad.answers.equality import screening
from symad.answers.equality.divisors import only_one_side
from symad.answers.equality.evaluating import AGREE, DIFFER, DIGITS, FIRST_ONLY, NO_EVIDENCE, Looker, fine, settled
from symad.answers.equality.joining import joined
from symad.answers.equality.normal_form import Forms
from symad.answers.equality.places import sample
from symad.answers.equality.polynomials import TooLargeError
from symad.answers.equality.writing import fraction_text, number_text, two_numbers
from symad.errors import BudgetError, ExpressionError, UnsupportedError
from symad.formula.expression import Expression
from symad.formula.ops import ROWS
from symad.system.clocks import within

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import sympy

    from symad.answers.equality.evaluating import Look
    from symad.answers.equality.places import Point

EQUAL, PARTLY, NOT_EQUAL, UNDECIDED = "equal", "equal where both have a value", "not equal", "undecided"
SECONDS = 2.0  # of processor time
_WALL = 3.0  # times as many on the wall, where others use the machine too
_ENOUGH = 8  # points that agree
_ENOUGH_ZEROS = 24  # points at which both are 0, which takes 450 digits each
_COSTS = {"basic": 1, "divide": 2, "power": 6, "call": 8, "select": 1, "free": 0}
_A_POWER = 30  # of any exponent
_SPECIAL = 200  # what a special function costs beside an addition
_BUDGET = 5_000  # of costs: points times operations
_MOST_EDGES = 48  # points at borders, of hundreds for a periodic function
_FINE = 24  # of them are looked at in 250 digits, for what is very little beside the values
_FEWEST = 24  # points, whatever they cost


@dataclass(frozen=True, slots=True)
class Equality:
    """Whether two formulas are equal; `str` of it is the sentence that ``symad equal`` prints.

    Attributes
    ----------
    verdict : {"equal", "equal where both have a value", "not equal", "undecided"}
    reason : str
        Why, in words.
    n_points : int
        Points at which both sides agree to 40 digits.
    point : mapping of str to Fraction or None
        Where they differ, or where only one has a value; the simplest point that was found.
    values : tuple of str or None
        What the two sides are there.
    wherever : tuple of str
        Divisors of one side alone, in an answer by the rules of arithmetic: it holds wherever they are not 0.
    output : int
        Which of several outputs this is about, from 1; 0 where there is one.
    """

    verdict: str
    reason: str
    n_points: int = 0
    point: Mapping[str, Fraction] | None = None
    values: tuple[str, str] | None = None
    wherever: tuple[str, ...] = ()
    output: int = 0

    @property
    def is_equal(self) -> bool | None:
        """Whether they are equal, at least where both have a value; None where that is undecided."""
        return {UNDECIDED: None, NOT_EQUAL: False}.get(self.verdict, True)

    def __bool__(self) -> bool:
        return self.is_equal is True

    def __str__(self) -> str:
        which = f"output {self.output}: " if self.output else ""
        between = "; " if self.verdict == PARTLY else ": "
        return f"{which}{self.verdict}{between}{self.reason}" if self.reason else which + self.verdict


def equal(
    a: str | Expression | sympy.Basic, b: str | Expression | sympy.Basic, *, seconds: float = SECONDS
) -> Equality:
    """Say whether two formulas are equal as real functions, and where not.

    Parameters
    ----------
    a, b : str, Expression or SymPy
        No text is executed. Variables that only one of them has are allowed.
    seconds : float, optional
        Of processor time; after so many it is *undecided*.

    Returns
    -------
    Equality
        True where the formulas are equal, at least wherever both have a value.

    Raises
    ------
    ParseError
        If a text is no formula.
    ExpressionError
        If they have different numbers of outputs.

    See Also
    --------
    symad.grade : whether a derivative is right.

    Examples
    --------
    >>> print(symad.equal("(x + 1)**2", "x**2 + 2*x + 1"))
    equal: by the rules of arithmetic
    >>> print(symad.equal("sqrt(x**2)", "x"))
    not equal: at x = -1 the first is 1, the second -1
    >>> symad.equal("log(x**2)", "2*log(x)").verdict
    'equal where both have a value'
    """
    first, second = formula(a), formula(b)
    if first.n_outputs != second.n_outputs:
        raise ExpressionError(
            f"the first has {first.n_outputs} outputs, the second {second.n_outputs}: nothing to compare"
        )
    ranks = (NOT_EQUAL, UNDECIDED, PARTLY, EQUAL)
    end = time.thread_time() + seconds
    gravest: Equality | None = None
    for k in range(first.n_outputs):
        found = _decided(first, second, k, end)
        if gravest is None or ranks.index(found.verdict) < ranks.index(gravest.verdict):
            gravest = found
    if gravest is None:
        raise ExpressionError("a formula without outputs cannot be compared")
    return gravest


def formula(given: object) -> Expression:
    """What stands for a formula, as an Expression."""
    from symad.formula.parsing import parse

    if isinstance(given, Expression):
        return given
    if isinstance(given, str):
        return parse(given)
    if type(given).__module__.partition(".")[0] == "sympy":
        from symad.symbolic.bridge import from_sympy

        return from_sympy(given)
    raise TypeError(f"a formula is text, an Expression or SymPy, not {type(given).__name__}")


def _decided(first: Expression, second: Expression, output: int, end: float) -> Equality:
    from symad.derive.automatic import select

    several = output + 1 if first.n_outputs > 1 else 0
    joint = joined(select(first, [output]), select(second, [output]))
    decision = Decision(joint, output=several, end=end)
    try:
        return within(_WALL * max(0.0, end - time.thread_time()), "the comparison", decision.equality)
    except BudgetError:
        return decision.undecided(f"the time was not enough ({decision.n_agreed} points agree)")
    except UnsupportedError as error:
        return decision.undecided(str(error))


@dataclass
class Decision:
    """The decision about the first two outputs of a joint graph, as it grows.

    Attributes
    ----------
    joint : Expression
    output : int
        How the answer names what it is about; 0 for not at all.
    words : tuple of str
        What the two sides are called.
    skip : callable, optional
        Of a look and what it says: whether a point is no evidence for reasons of the caller's.
    looker : Looker, optional
        Of the joint graph, if the caller has one.
    end : float, optional
        When to give up, on the clock of the thread's own processor time.
    """

    joint: Expression
    output: int = 0
    end: float = float("inf")
    words: tuple[str, str] = ("the first", "the second")
    skip: Callable[[Look, int], bool] | None = None
    looker: Looker | None = None
    n_agreed: int = 0
    n_zeros: int = 0
    forms: Forms = field(default_factory=Forms)
    partly: tuple[Point, int, Look] | None = None
    edges: screening.Edges | None = None

    def equality(self) -> Equality:
        """The answer."""
        a, b = self.joint.outputs[:2]
        by_rules, constants = self._by_rules()
        if a == b:
            return Equality(EQUAL, "the same operations", output=self.output)
        looker = self.looker or Looker(self.joint)
        for point in self._points(constants, short=by_rules):
            if time.thread_time() > self.end:
                raise BudgetError("the comparison took its time")
            found, look = settled(looker, point)
            if found == NO_EVIDENCE or (self.skip is not None and found != AGREE and self.skip(look, found)):
                continue
            if found == AGREE:
                self.n_agreed += 1
                self.n_zeros += look.are_zero and looker.context.dps > DIGITS[1]
            elif found == DIFFER and not by_rules:
                return self._different(point, look)
            elif found != DIFFER and self.partly is None:
                self.partly = point, found, look
        found_finely = None if by_rules else self._finely(looker)
        return self._agreed(by_rules=by_rules) if found_finely is None else found_finely

    def _finely(self, looker: Looker) -> Equality | None:
        """What is seen beside borders in hundreds of digits, or why nothing is."""
        blind: list[Point] = []
        for point in self.edges.first[:_FINE] if self.edges else ():
            found, look = fine(looker, point)
            if found == DIFFER and (self.skip is None or not self.skip(look, found)):
                return self._different(point, look)
            is_blind = "unknown" in look.kinds[:2] and self.edges is not None and point in self.edges.choices
            blind = [*blind, point] if is_blind else []
            if len(blind) > 1 and self.skip is None:
                return self.undecided(f"what lies beyond {self._where(point)} has too many digits to be seen")
        return None

    def undecided(self, why: str) -> Equality:
        """The answer where there is none."""
        return Equality(UNDECIDED, why, self.n_agreed, output=self.output)

    def _by_rules(self) -> tuple[bool, list[Fraction]]:
        """Whether the normal forms are one, and the constants of both formulas."""
        constants: list[Fraction] = []
        try:
            found = self.forms.of(self.joint, range(self.joint.n_nodes))
            first, second = (found[output] for output in self.joint.outputs[:2])
            constants = [form.constant for form in found.values() if form.constant is not None]
            return self.forms.equal(first, second), constants
        except TooLargeError:
            return False, constants or self._literals()

    def _literals(self) -> list[Fraction]:
        graph = self.joint.graph
        values = [graph.number(node).value for node in range(graph.n_nodes) if graph.is_number(node)]
        return [Fraction(repr(v)) * sign for v in values if abs(v) < float("inf") for sign in (1, -1)]

    def _points(self, constants: list[Fraction], *, short: bool) -> Iterator[Point]:
        """Points of the plan, then those at which doubles differ or something changes between points."""
        n = len(self.joint.variables)
        planned = sample(n, constants)
        most = max(_FEWEST, _BUDGET // max(1, self._cost()))
        if len(planned) > most:
            head = planned[: most // 2]
            planned = head + planned[most // 2 :: max(1, (len(planned) - len(head)) // (most - len(head)))]
        for k, point in enumerate(planned):
            if self.n_zeros < _ENOUGH_ZEROS or k < _ENOUGH_ZEROS:
                yield point
        if n and not short:
            tape = self.joint.compile()
            yield from screening.suspects(tape, screening.grid(n, constants))
            self.edges = screening.boundary(self.joint, constants, min(_MOST_EDGES, most))
            yield from dict.fromkeys([*self.edges.first, *self.edges.others])

    def _cost(self) -> int:
        graph, total = self.joint.graph, 0
        for node in range(graph.n_nodes):
            entry = ROWS[graph.op[node]]
            special = entry.cost == "call" and entry.number >= _FIRST_SPECIAL
            total += _SPECIAL if special else _A_POWER if entry.name == "POW" else _COSTS[entry.cost]
        return total

    def _different(self, point: Point, look: Look) -> Equality:
        values = two_numbers(look.values[0], look.values[1])
        where = self._where(point)
        reason = f"at {where} {self.words[0]} is {values[0]}, {self.words[1]} {values[1]}"
        if values[0] == values[1]:
            more = number_text(look.values[1] - look.values[0])
            reason = f"at {where} both are {values[0]}, and {self.words[1]} less {self.words[0]} is {more}"
        if not point:
            reason = f"{self.words[0]} is {values[0]}, {self.words[1]} {values[1]}"
        return Equality(NOT_EQUAL, reason, self.n_agreed, self._at(point), values, output=self.output)

    def _agreed(self, *, by_rules: bool) -> Equality:
        if not by_rules and self.n_agreed < (_ENOUGH if self.joint.variables else 1):
            if not self.n_agreed:
                return self.undecided("no point was found at which both have a value that can be compared")
            points = "1 point agrees" if self.n_agreed == 1 else f"{self.n_agreed} points agree"
            return self.undecided(f"only {points}, {_ENOUGH} are needed")
        if self.partly is not None:
            return self._partly(*self.partly)
        if by_rules:
            wherever = only_one_side(self.joint, self.forms)
            more = "".join(f", wherever {divisor} != 0" for divisor in wherever[:1])
            more += "".join(f" and {divisor} != 0" for divisor in wherever[1:])
            return Equality(
                EQUAL, f"by the rules of arithmetic{more}", self.n_agreed, wherever=wherever, output=self.output
            )
        points = f"{self.n_agreed} points agree" if self.joint.variables else "both agree"
        return Equality(EQUAL, f"{points} to 40 digits", self.n_agreed, output=self.output)

    def _partly(self, point: Point, found: int, look: Look) -> Equality:
        texts = tuple(number_text(value) for value in look.values[:2])
        has = 0 if found == FIRST_ONLY else 1
        lacks = self.words[1 - has]
        values = (texts[0], "none") if has == 0 else ("none", texts[1])
        if has == 0:
            reason = f"at {self._where(point)} {self.words[0]} is {texts[0]}, {lacks} has none"
        else:
            reason = f"at {self._where(point)} {lacks} has none, {self.words[1]} is {texts[1]}"
        return Equality(PARTLY, reason, self.n_agreed, self._at(point), values, output=self.output)

    def _where(self, point: Point) -> str:
        return ", ".join(f"{name} = {fraction_text(value)}" for name, value in sorted(self._at(point).items()))

    def _at(self, point: Point) -> dict[str, Fraction]:
        return dict(zip(self.joint.variables, point, strict=True))


_FIRST_SPECIAL = next(number for number, entry in ROWS.items() if entry.name == "ERF")
