"""One evaluation in any precision with what is known of its errors: sizes of nodes, and what their values rest on."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import mpmath

# A jump was hit; infinite or nan; a constant of which only the double is known; a number or the distance of two
# numbers counted as 0 though it may be smaller than this precision shows.
TIE, UNBOUNDED, ROUNDED, VANISHED = 1, 2, 4, 8
_FARTHEST = 1 << 62  # exponents beyond are all the same
_STABLE = 20  # bits that a number shares with itself in another precision; rounding shares none
EXACT, UNKNOWN = -math.inf, math.inf  # sizes of nodes without error, and with any


def magnitude(value: mpmath.mpf) -> float:
    """The binary exponent above a number; -inf for 0, inf for infinities and nan."""
    _, mantissa, exponent, bits = value._mpf_
    if mantissa:
        return float(max(-_FARTHEST, min(exponent + bits, _FARTHEST)))
    return -math.inf if exponent == 0 else math.inf


@dataclass(slots=True)
class Run:
    """One evaluation.

        Attributes
        ----------
        values : list
            Of each node; a number that its bound does not tell from 0 is 0.
        sizes : list of float
            For each node the binary exponent of what its rounding errors are relative to, -inf for exact nodes.
        bits : float
            Of the precision: errors are below ``2**(size - bits)``.
        caught : list of int
            Bits of _T = TypeVar("_T")

    TIE, UNBOUNDED and ROUNDED that the value of a node rests on.
        vanished : set of int
            Nodes that became 0.
        top : float
            Largest magnitude so far.
    """

    values: list[mpmath.mpf]
    sizes: list[float]
    bits: float
    caught: list[int]
    blurs: Sequence[mpmath.mpf]
    inside: bool | None
    vanished: set[int] = field(default_factory=set)
    top: float = -math.inf
    before: Run | None = None
    small: dict[int | tuple[int, int], mpmath.mpf] = field(default_factory=dict)

    def slack(self, node: int) -> float:
        """Binary exponent of what a node may be off."""
        size = self.sizes[node]
        return size if size == EXACT else max(size, magnitude(self.values[node])) - self.bits

    def near(self, i: int, j: int) -> bool:
        """Whether two nodes count as equal."""
        a, b = self.values[i], self.values[j]
        if a == b:
            return True
        return magnitude(a - b) <= max(self.slack(i), self.slack(j)) and self.passes((i, j), a - b)

    def passes(self, key: int | tuple[int, int], number: mpmath.mpf) -> bool:
        """Whether a number within its bound of 0 counts as 0: not if it was the same in another precision."""
        self.small[key] = number
        last = None if self.before is None else self.before.small.get(key)
        return last is None or magnitude(number - last) > magnitude(number) - _STABLE

    def tie(self, nodes: Sequence[int]) -> int:
        """The bits of a tie of some nodes; a tie of exact numbers holds in any precision."""
        return TIE if all(self.sizes[node] == EXACT for node in nodes) else TIE | VANISHED

    def caught_in(self, nodes: Sequence[int]) -> int:
        """The bits of some nodes."""
        bits = 0
        for node in nodes:
            bits |= self.caught[node]
        return bits

    def span(self, nodes: Sequence[int], hidden: float) -> float:
        """Binary orders between the largest and the smallest of these numbers and a hidden one."""
        sizes = [magnitude(value) for node in nodes if not isinstance(value := self.values[node], bool)]
        finite = [size for size in sizes if math.isfinite(size)]
        return max(finite) - min(*finite, hidden) if finite else 0.0
