"""What difference quotients at two steps say about a partial derivative. Knows numbers, no functions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import mpmath
    from mpmath import MPContext

_SIDES = 15  # digits to which quotients on one side must agree to have a limit
_NOISE = 30  # digits to which the two sides of a smooth function agree at any step


@dataclass(frozen=True, slots=True)
class Partial:
    """One partial derivative at a point.

    Attributes
    ----------
    value : mpf
        nan where there is none; infinite at a vertical tangent.
    reason : str
        "" for an ordinary derivative; "kink" where the two sides differ, "jump" where the function is not continuous,
        "boundary" where the function exists on one side only and `value` is the slope there, "outside the domain",
        "not finite" where the function or the point is infinite or nan, "not settled" where no precision sufficed.
    left, right : mpf
        One-sided slopes; nan where there is none.
    """

    value: mpmath.mpf
    reason: str
    left: mpmath.mpf
    right: mpmath.mpf


@dataclass(frozen=True, slots=True)
class Quotients:
    """Difference quotients at one step: (f(x) - f(x - h))/h, (f(x + h) - f(x))/h and their mean.

    What is not above `noise` may be nothing but the rounding of the largest number on the way.
    """

    left: mpmath.mpf
    right: mpmath.mpf
    centre: mpmath.mpf
    noise: mpmath.mpf


class Judge:
    """Decides from the quotients at two steps, the second `shrink` decimal orders below the first.

    Parameters
    ----------
    context : MPContext
    digits : int
        To which two central quotients must agree.
    """

    def __init__(self, context: MPContext, digits: int) -> None:
        self._context = context
        self._digits = digits

    def ordinary(self, first: Quotients, second: Quotients, shrink: int) -> Partial | None:
        """The derivative where it is beyond doubt: smooth, settled and not 0."""
        settled = second.centre != 0 and self.agree(first.centre, second.centre, self._digits)
        return self._partial(second.centre, "") if settled and self._smooth(first, second, shrink) else None

    def any(self, first: Quotients, second: Quotients, shrink: int) -> Partial:
        """The derivative, or why there is none."""
        if self._smooth(first, second, shrink):
            if self.agree(first.centre, second.centre, self._digits):
                return self._partial(second.centre, "")
            if self.vanishing(first.centre, second.centre) or abs(second.centre) <= second.noise:
                return self._partial(self._context.zero, "")
        pairs = ((first.left, second.left), (first.right, second.right))
        left, right = (self._limit(*pair, second.noise, shrink) for pair in pairs)
        return self._sides(left, right, second)

    def _sides(self, left: mpmath.mpf | str, right: mpmath.mpf | str, second: Quotients) -> Partial:
        nan = self._context.nan
        words = [side for side in (left, right) if isinstance(side, str)]
        if "jump" in words or "not settled" in words:
            return Partial(nan, "jump" if "jump" in words else "not settled", *self._numbers(left, right))
        if len(words) == 2:
            return Partial(nan, "outside the domain", nan, nan)
        sides = self._numbers(left, right)
        if words:
            return Partial(sides[0] if right in words else sides[1], "boundary", *sides)
        if not self.agree(*sides, _NOISE):
            return Partial(nan, "kink", *sides)
        finite = self._context.isfinite(sides[0])
        return Partial(second.centre if finite else sides[0], "", *sides)

    def _numbers(self, *sides: mpmath.mpf | str) -> tuple[mpmath.mpf, mpmath.mpf]:
        left, right = (self._context.nan if isinstance(side, str) else side for side in sides)
        return left, right

    def _partial(self, value: mpmath.mpf, reason: str) -> Partial:
        return Partial(value, reason, value, value)

    def agree(self, a: mpmath.mpf, b: mpmath.mpf, digits: int) -> bool:
        """Whether two numbers share their first digits, or are equal, infinities included."""
        if not (self._context.isfinite(a) and self._context.isfinite(b)):
            return bool(a == b)
        return bool(abs(a - b) <= self._power_of_ten(-digits) * max(abs(a), abs(b)))

    def vanishing(self, first: mpmath.mpf, second: mpmath.mpf) -> bool:
        """Whether a number shrinks so much from one precision to the next that its limit is 0."""
        return bool(abs(second) <= abs(first) * self._power_of_ten(-20))

    def _smooth(self, first: Quotients, second: Quotients, shrink: int) -> bool:
        """Whether both sides have one slope: their gap is noise, or falls as the step does."""
        if not (self._context.isfinite(first.centre) and self._context.isfinite(second.centre)):
            return False
        before, after = (abs(quotients.right - quotients.left) for quotients in (first, second))
        size = max(abs(second.left), abs(second.right))
        falls = bool(after <= before * self._power_of_ten(-0.3 * shrink))
        return falls or bool(after <= max(size * self._power_of_ten(-_NOISE), second.noise))

    def _limit(self, first: mpmath.mpf, second: mpmath.mpf, noise: mpmath.mpf, shrink: int) -> mpmath.mpf | str:
        """The limit of a one-sided quotient; infinite where it grows like a root does; or a word why there is none."""
        if self._context.isnan(second) or self._context.isnan(first):
            return "outside"
        if self.agree(first, second, _SIDES):
            return second
        if abs(second) <= max(abs(first) * self._power_of_ten(-0.1 * shrink), noise):
            return self._context.zero
        if not self._context.isfinite(second):
            return second
        growth = self._context.log10(abs(second / first)) / shrink if first else self._context.inf
        if growth >= 0.9 or growth < 0.02:
            return "jump" if growth >= 0.9 else "not settled"
        return self._context.inf if second > 0 else -self._context.inf

    def _power_of_ten(self, exponent: float) -> mpmath.mpf:
        return self._context.mpf(10) ** exponent
