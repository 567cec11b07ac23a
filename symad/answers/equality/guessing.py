"""Guesses at what is missing in a wrong derivative, by values at points. Knows no formula."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from symad.answers.equality.slopes import AFFINE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import mpmath

    Values = tuple[mpmath.mpf, ...]
    Found = tuple[str, str]  # what is missing as a phrase, and as a sentence

_SAME = 1e-30
_MOST_BOTTOM = 1000  # a constant that is named has no larger denominator
_MOST_PAIRS = 90
_SIGNS = ((1, ""), (-1, "-"))


@dataclass
class Search:
    """Everything that may be missing, with its values at the points where the derivative is wrong."""

    mine: Values
    right: Values
    factors: list[tuple[Values, Callable[[], str], str]] = field(default_factory=list)  # values, text, "the slope of"
    uses: list[tuple[Values, Callable[[], str], str]] = field(default_factory=list)  # values, text, "the third use"
    # parts of mine: values, slope by it, how mine depends on it, text
    parts: list[tuple[Values, Values, int, Callable[[], str]]] = field(default_factory=list)
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
                for power, square in ((1, ""), (2, "**2")):
                    raised = values if power == 1 else [one * one for one in values]
                    is_missing = same(turned, raised)
                    if not is_missing and not inverse(turned, raised):
                        continue
                    name = f"{minus}({text()}){square}" if square else f"{minus}{text()}"
                    note = f" ({about})" if about and not square else ""
                    extra = "" if is_missing else " too many"
                    phrase = f"the factor {name}{extra}{where}{note}"
                    return phrase, f"the factor {name} is {'missing' if is_missing else 'too many'}{where}{note}"
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
        for values, slope, kind, text in self.parts:
            wanted = self._wanted(values, slope) if kind == AFFINE else self._wanted_below(values, slope)
            if wanted is not None and usable(wanted):
                parts.append((values, wanted, text))
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


def usable(values: Iterable[mpmath.mpf]) -> bool:
    """Whether all of them are finite numbers."""
    return all(not isinstance(one, bool) and one.context.isfinite(one) for one in values)


def same(a: Sequence[mpmath.mpf], b: Sequence[mpmath.mpf]) -> bool:
    """Whether values agree at all points."""
    return all(abs(p - q) <= _SAME * abs(q) for p, q in zip(a, b, strict=True))


def is_whole(values: Values, right: Values) -> bool:
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
