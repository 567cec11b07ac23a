"""Verdict words: one number against what is known of it, a row of numbers, all rows. Evaluates and formats nothing."""

from __future__ import annotations

import math
import sys
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

AGREES, DIFFERS, CONVENTION = "agrees", "differs", "differs by convention"
OUTSIDE, ILL, GAVE_UP, UNJUDGED = "outside the domain", "ill-conditioned", "gave up", "not judged"
NOT_APPLICABLE = "does not apply"

TOLERANCE_EXACT = 1e-9  # relative; rounding alone stays far below it on formulas of some 10^5 operations
TOLERANCE_DIFFERENCES = 1e-5  # a central difference keeps about eps**(2/3) = 4e-11 of f/x and of the third derivative
TOLERANCE_SECOND_DIFFERENCES = 1e-3  # a one-sided second difference keeps about eps**(1/3) = 6e-6 of f/x**2
CONDITION_SLACK = 1e3  # a route as stable as can be errs by a small multiple of eps times the condition
EPSILON = sys.float_info.epsilon

SMOOTH, KINK, JUMP, BOUNDARY, BEYOND = "smooth", "kink", "jump", "boundary", "beyond"
UNDEFINED, UNKNOWN = "undefined", "unknown"

# A row is called what the first of these calls any of its entries.
_GRAVEST = (DIFFERS, ILL, CONVENTION, AGREES, OUTSIDE, UNJUDGED)


@dataclass(frozen=True, slots=True)
class Truth:
    """What 50 digits say of one number.

    Attributes
    ----------
    kind : {"smooth", "kink", "jump", "boundary", "beyond", "undefined", "unknown"}
        Only a smooth one has exactly one right answer, and errors; a boundary has a slope to one side; beyond is a
        number that doubles round to an infinity.
    said : str
        In words, such as "the reference is 1.25".
    error : callable
        Of an answer: ULP, relative, and relative to the number and f/x together, since differences know f to its own
        rounding only. Where the number is 0 all of them are relative to f/x.
    condition : callable
        Relative change of the number for a relative change of the point; asked only where an error is large.
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
    condition: Callable[[], float]
    sides: tuple[float, ...] = ()
    exact: float = math.nan
    scale: float = math.nan


@dataclass(frozen=True, slots=True)
class Entry:
    """One judged number: where it stands, its errors (nan where there is not one right number), its word.

    `number` is its place among the numbers asked for at a point; `error` is what its word was decided by.
    """

    point: int
    number: int
    answer: float
    truth: Truth
    ulp: float
    relative: float
    word: str
    error: float = math.nan

    @property
    def place(self) -> tuple[int, int]:
        """Point and number."""
        return (self.point, self.number)


def entry(
    point: int, number: int, answer: float, truth: Truth, *, usual: float, exact: bool, tolerance: float | None = None
) -> Entry:
    """One number judged; `usual` is what the tape's documented convention answers at a jump."""
    if tolerance is None:
        tolerance = TOLERANCE_EXACT if exact else TOLERANCE_DIFFERENCES
    if truth.kind in (SMOOTH, BOUNDARY, BEYOND):
        ulp, relative, scaled = truth.error(answer)
        error = relative if exact else scaled
        if truth.kind != SMOOTH:
            word = AGREES if error <= tolerance else DIFFERS if math.isfinite(answer) else OUTSIDE
            return Entry(point, number, answer, truth, math.nan, math.nan, word, error)
        return Entry(point, number, answer, truth, ulp, relative, _smooth_word(error, truth, tolerance), error)
    word = _odd_word(answer, truth, tolerance, usual)
    return Entry(point, number, answer, truth, math.nan, math.nan, word)


def _smooth_word(error: float, truth: Truth, tolerance: float) -> str:
    if error <= tolerance:
        return AGREES
    explained = math.isfinite(error) and error <= CONDITION_SLACK * EPSILON * truth.condition()
    return ILL if explained else DIFFERS


def _odd_word(answer: float, truth: Truth, tolerance: float, usual: float) -> str:
    """The word where there is not one right number."""
    if truth.kind == UNKNOWN:
        return UNJUDGED
    if truth.kind == UNDEFINED:
        return DIFFERS if math.isfinite(answer) else OUTSIDE
    if math.isnan(answer):
        return OUTSIDE
    if truth.kind == KINK and len(truth.sides) == 2:
        low, high = min(truth.sides), max(truth.sides)
        slack = tolerance * max(abs(low), abs(high)) if math.isfinite(low) and math.isfinite(high) else 0.0
        return CONVENTION if low - slack <= answer <= high + slack else DIFFERS
    near = (abs(answer - side) <= tolerance * max(abs(side), 1.0) for side in (*truth.sides, usual))
    return CONVENTION if any(near) else DIFFERS


def row_word(words: Sequence[str]) -> str:
    """The word for a whole row."""
    return min(words, key=_GRAVEST.index, default=UNJUDGED)


def lost_by_all(rows: Sequence[Sequence[Entry]]) -> set[tuple[int, int]]:
    """Places with one right number that every row misses: the formula loses the digits, whoever differentiates it."""
    missed = [{one.place for one in row if one.truth.kind == SMOOTH and one.word in (DIFFERS, ILL)} for row in rows]
    return set.intersection(*missed) if missed else set()


def tally(words: Sequence[str]) -> str:
    """How many entries got another word than the row."""
    counts = Counter(words)
    others = [name for name in _GRAVEST if counts[name] and name != row_word(words)]
    return ", ".join(f"{counts[name]} of {len(words)} {name}" for name in others)


def agreement(words: Sequence[str]) -> bool | None:
    """Whether methods agree: False if one differs, None if none could be judged or one is ill-conditioned."""
    if DIFFERS in words:
        return False
    return True if {AGREES, CONVENTION} & set(words) and ILL not in words else None
