"""SymPy's numbers as nodes: integers and their quotients exact, decimals as doubles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symad.errors import LimitError, UnsupportedError
from symad.formula.ops import row

if TYPE_CHECKING:
    import sympy

    from symad._core import tapes

_EXACT = 2**53  # integers up to here are doubles
_TYPED = 2**10  # a larger power of two below a fraction comes from a decimal, not from somebody's 1/8
_FINITE = 2**1000  # numerator and denominator below it divide without overflow
_BITS = 13_000  # of the longest integer: the core's longest literal has 4,000 digits


class Literals:
    """Writes numbers that are not negative into a builder."""

    def __init__(self, builder: tapes.Builder) -> None:
        self._builder = builder

    def number(self, magnitude: sympy.Number) -> int:
        """A Rational or a Float."""
        if magnitude.is_Float:
            return self._double(float(magnitude), magnitude)
        p, q = int(magnitude.p), int(magnitude.q)
        if q == 1:
            return self.integer(p)
        value = p / q if p < q * _FINITE else float("inf")
        held = value < float("inf") and value.as_integer_ratio() == (p, q)
        if (held and q > _TYPED) or max(p, q) > _FINITE:
            return self._double(value, magnitude)
        return self._builder.op(row("DIV").number, self.integer(p), self.integer(q))

    def integer(self, value: int) -> int:
        """An integer of any size below the limit of the core."""
        if int(value).bit_length() > _BITS:
            raise LimitError("an integer has more digits than the limit allows")
        return self._builder.literal(str(int(value)))

    def _double(self, value: float, origin: sympy.Number) -> int:
        if value == float("inf"):
            raise UnsupportedError(f"the number {origin} is beyond the range of doubles")
        return self._builder.number(value)

    def coefficient(self, magnitude: sympy.Number) -> tuple[list[int], list[int]]:
        """What a coefficient puts above and below the line of its product: its parts, where these are short."""
        if magnitude == 1:
            return [], []
        if magnitude.is_Float or max(magnitude.p, magnitude.q) > _EXACT or _is_decimal(magnitude):
            return [self.number(magnitude)], []
        above, below = ([self.integer(part)] if part > 1 else [] for part in (magnitude.p, magnitude.q))
        return above, below


def _is_decimal(magnitude: sympy.Rational) -> bool:
    """Whether a fraction is a double that somebody wrote with a point."""
    return bool(magnitude.q > _TYPED and magnitude.q & (magnitude.q - 1) == 0)
