"""Verdict words and the table that decides them: one number against what is known of it, a row of numbers, all rows.

Evaluates and formats nothing: what costs time to know is asked for only where the table comes to it.
"""

from __future__ import annotations

import math
import sys
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Protocol

    class Evidence(Protocol):
        """What is found out about an answer only where rows 1 to 10 leave it open."""

        def condition(self) -> float:
            """Relative change of the number for a relative change of the point; nan where time was short."""

        def bound(self) -> float:
            """The method's own rounding bound or the sweep's, the larger, absolute."""

        def bends(self) -> bool:
            """Whether a kink, a jump or an end of the domain lies within the step."""

        def quotient(self) -> float:
            """E_r + E_t: what rounding and truncation may cost a difference quotient, absolute."""


AGREES, DIFFERS, CONVENTION, LOSES = "agrees", "differs", "differs by convention", "loses digits"
OUTSIDE, ILL, GAVE_UP, UNJUDGED = "outside the domain", "ill-conditioned", "gave up", "not judged"
NOT_APPLICABLE = "does not apply"

TOLERANCE_EXACT = 1e-9  # relative; rounding alone stays far below it on formulas of some 10^5 operations
TOLERANCE_DIFFERENCES = 1e-5  # a central difference keeps about eps**(2/3) = 4e-11 of f/x and of the third derivative
TOLERANCE_SECOND_DIFFERENCES = 1e-3  # a one-sided second difference keeps about eps**(1/3) = 6e-6 of f/x**2
ROUNDING = sys.float_info.epsilon / 2  # u: the relative error of one rounding, and of a point that is known to 53 bits
CONDITION_SLACK = 100.0  # times u and the condition: what the point's own rounding explains, a few operations included
SMALLEST = 2.3e-308  # below, a number counts as 0 and has no digits of its own
QUOTIENT_SLACK = 4.0  # estimates of rounding and truncation are of first order

SMOOTH, KINK, JUMP, BOUNDARY, BEYOND = "smooth", "kink", "jump", "boundary", "beyond"
UNDEFINED, UNKNOWN = "undefined", "unknown"

# A row is called what the first of these calls any of its entries.
GRAVEST = (DIFFERS, LOSES, ILL, CONVENTION, AGREES, OUTSIDE, UNJUDGED)


def tolerance(order: int, *, exact: bool) -> float:
    """The largest relative error that still agrees, of a method that answers derivatives of this order."""
    if exact:
        return TOLERANCE_EXACT
    return TOLERANCE_DIFFERENCES if order < 2 else TOLERANCE_SECOND_DIFFERENCES


@dataclass(frozen=True, slots=True)
class Truth:
    """What 50 digits say of one number.

    Attributes
    ----------
    kind : {"smooth", "kink", "jump", "boundary", "beyond", "undefined", "unknown"}
        Smooth and boundary have exactly one right answer, a boundary to one side only; beyond is a number that doubles
        round to an infinity.
    said : str
        In words, such as "the reference is 1.25".
    error : callable
        Of an answer: ULP, relative, absolute. Relative to the number itself; where that is 0 or below `SMALLEST`, to
        f/x.
    condition : callable
        From seconds to the relative change of the number for a relative change of the point, nan where they did not
        suffice; asked only where an error is large.
    sides : tuple of float
        One-sided slopes at a kink or a jump, as far as they exist.
    exact : float
        The double nearest to the one right number; nan where there is none.
    scale : float
        f/x there.
    """

    kind: str
    said: str
    error: Callable[[float], tuple[float, float, float]]
    condition: Callable[[float], float]
    sides: tuple[float, ...] = ()
    exact: float = math.nan
    scale: float = math.nan


@dataclass(frozen=True, slots=True)
class Entry:
    """One judged number: where it stands, its errors (nan where there is not one right number), its word.

    `number` is its place among the numbers asked for at a point; `row` is the row of the table that decided, 0 for an
    entry that rows 1 to 10 leave open.
    """

    point: int
    number: int
    answer: float
    truth: Truth
    ulp: float
    relative: float
    word: str
    row: int = 0

    @property
    def place(self) -> tuple[int, int]:
        """Point and number."""
        return (self.point, self.number)


@dataclass(frozen=True, slots=True)
class Question:
    """One answer as the table sees it.

    Attributes
    ----------
    answer : float
    truth : Truth
    relative, absolute : float
        Its errors where there is one right number, else nan.
    usual : float
        What the tape's documented convention answers, for a jump.
    exact : bool
        Whether only rounding separates the method from the derivative.
    tolerance : float
    evidence : Evidence or None
        None asks for rows 1 to 10 only.
    """

    answer: float
    truth: Truth
    relative: float = math.nan
    absolute: float = math.nan
    usual: float = math.nan
    exact: bool = True
    tolerance: float = TOLERANCE_EXACT
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table: its row, the kinds of truth it is for, when it holds, its word."""

    row: int
    kinds: tuple[str, ...]
    holds: Callable[[Question], bool]
    word: str


def _always(asked: Question) -> bool:
    del asked
    return True


def _not_finite(asked: Question) -> bool:
    return not math.isfinite(asked.answer)


def _is_nan(asked: Question) -> bool:
    return math.isnan(asked.answer)


def _between(asked: Question) -> bool:
    """Within both one-sided slopes."""
    sides = asked.truth.sides
    if len(sides) != 2:
        return False
    low, high = min(sides), max(sides)
    slack = asked.tolerance * max(abs(low), abs(high)) if math.isfinite(low) and math.isfinite(high) else 0.0
    return low - slack <= asked.answer <= high + slack


def _one_side(asked: Question) -> bool:
    """One side's slope, or what the convention says."""
    if asked.truth.kind == KINK and len(asked.truth.sides) == 2:
        return False
    own = (*asked.truth.sides, asked.usual)
    near = (abs(asked.answer - side) <= asked.tolerance * max(abs(side), 1.0) for side in own)
    return any(near) or asked.answer in own


def _within(asked: Question) -> bool:
    return asked.relative <= asked.tolerance


def _explained(asked: Question) -> bool:
    """The point itself is not known well enough."""
    found = asked.evidence
    return found is not None and asked.relative <= CONDITION_SLACK * ROUNDING * found.condition()


def _rounded(asked: Question) -> bool:
    found = asked.evidence
    return asked.exact and found is not None and _reaches(found.bound(), asked)


def _bends(asked: Question) -> bool:
    return not asked.exact and asked.evidence is not None and asked.evidence.bends()


def _stepped(asked: Question) -> bool:
    found = asked.evidence
    return not asked.exact and found is not None and _reaches(QUOTIENT_SLACK * found.quotient(), asked)


def _reaches(bound: float, asked: Question) -> bool:
    """Whether a bound, infinite or nan where nothing is left, reaches the error of a finite number."""
    return math.isfinite(asked.truth.exact) and not asked.absolute > bound


def _difference(asked: Question) -> bool:
    return not asked.exact


_ONE = (SMOOTH, BOUNDARY)

# The first line that holds decides. Lines of rows 11 on need evidence.
TABLE = (
    Rule(1, (UNKNOWN,), _always, UNJUDGED),
    Rule(2, (UNDEFINED,), _not_finite, OUTSIDE),
    Rule(3, (UNDEFINED,), _always, DIFFERS),
    Rule(4, (KINK,), _between, CONVENTION),
    Rule(5, (KINK, JUMP), _one_side, CONVENTION),
    Rule(6, (KINK, JUMP), _is_nan, OUTSIDE),
    Rule(6, (KINK, JUMP), _always, DIFFERS),
    Rule(7, (BEYOND,), _within, AGREES),
    Rule(8, (BEYOND,), _always, DIFFERS),
    Rule(9, _ONE, _within, AGREES),
    Rule(10, (BOUNDARY,), _not_finite, OUTSIDE),  # the formula has a value to one side only
    Rule(10, (SMOOTH,), _not_finite, DIFFERS),
    Rule(11, _ONE, _explained, ILL),
    Rule(12, _ONE, _rounded, LOSES),
    Rule(13, _ONE, _bends, DIFFERS),
    Rule(14, _ONE, _stepped, LOSES),
    Rule(15, _ONE, _difference, DIFFERS),
    Rule(16, _ONE, _always, DIFFERS),
)
LAST_WITHOUT_EVIDENCE = 10


def decide(asked: Question) -> tuple[int, str]:
    """The row of the table that holds and its word; row 0 where only evidence can tell."""
    last = LAST_WITHOUT_EVIDENCE if asked.evidence is None else TABLE[-1].row
    for rule in TABLE:
        if rule.row <= last and asked.truth.kind in rule.kinds and rule.holds(asked):
            return rule.row, rule.word
    return 0, UNJUDGED


def entry(
    point: int, number: int, answer: float, truth: Truth, *, usual: float, exact: bool, tolerance: float
) -> Entry:
    """One number judged by rows 1 to 10, or left open; `usual` is what the tape's convention answers at a jump."""
    asked = question(answer, truth, usual=usual, exact=exact, tolerance=tolerance)
    ulp, relative = (truth.error(answer)[0], asked.relative) if truth.kind == SMOOTH else (math.nan, asked.relative)
    return Entry(point, number, answer, truth, ulp, relative, *reversed(decide(asked)))  # type: ignore[arg-type]  # word, row


def question(
    answer: float,
    truth: Truth,
    *,
    exact: bool,
    tolerance: float,
    usual: float = math.nan,
    evidence: Evidence | None = None,
) -> Question:
    """An answer with its errors."""
    one = truth.kind in (SMOOTH, BOUNDARY, BEYOND)
    _, relative, absolute = truth.error(answer) if one else (math.nan, math.nan, math.nan)
    return Question(answer, truth, relative, absolute, usual, exact, tolerance, evidence)


def row_word(words: Sequence[str]) -> str:
    """The word for a whole row."""
    return min(words, key=GRAVEST.index, default=UNJUDGED)


def tally(words: Sequence[str]) -> str:
    """How many entries got another word than the row."""
    counts = Counter(words)
    others = [name for name in GRAVEST if counts[name] and name != row_word(words)]
    return ", ".join(f"{counts[name]} of {len(words)} {name}" for name in others)


def agreement(rows: Sequence[tuple[str, bool]]) -> bool | None:
    """Whether methods agree, from the word of each and whether it is exact.

    False if one differs; None if an exact one loses digits or is ill-conditioned, or nothing was judged. Differences
    that lose digits change nothing: they are expected to.
    """
    words = [word for word, _ in rows]
    if DIFFERS in words:
        return False
    lost = any(exact and word in (LOSES, ILL) for word, exact in rows)
    judged = {AGREES, CONVENTION, LOSES, ILL} & set(words)
    return None if lost or not judged else True
