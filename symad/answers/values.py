"""Numbers of a derivative at a point: the doubles nearest to the right ones, from the 50-digit reference."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from symad.numeric import nearest_double, references, second_references

if TYPE_CHECKING:
    from collections.abc import Sequence

    from symad.comparison.target import Target
    from symad.formula.expression import Expression
    from symad.numeric import Partial

NOT_SETTLED = "not settled"


@dataclass(frozen=True, slots=True)
class Number:
    """One slope at a point.

    Attributes
    ----------
    value : float
        Correctly rounded; at a kink or a jump the one that symad takes.
    reason : str
        "" for an ordinary slope, else as `symad.numeric.Partial` has it.
    low, high : float
        The one-sided slopes in order; nan where there are none.
    """

    value: float
    reason: str = ""
    low: float = math.nan
    high: float = math.nan

    @property
    def is_doubtful(self) -> bool:
        """Whether the reference had no time or no precision for it."""
        return self.reason == NOT_SETTLED


def numbers(target: Target, program: Expression, point: Sequence[float], *, seconds: float) -> list[Number]:
    """The numbers that a target asks for; `program` is the derivative that is run."""
    run = program.compile().value(list(point)).reshape(-1).tolist()
    found = _partials(target, point, seconds)
    return [_number(partial, value) for partial, value in zip(found, run, strict=True)]


def _partials(target: Target, point: Sequence[float], seconds: float) -> list[Partial | None]:
    if target.order == 2:
        second = second_references(target.expression, [point], target.columns, budget_s=seconds)
        return [second[0].partials[min(c), max(c)] if second else None for c in (one.columns for one in target.asked)]
    first = references(target.expression, [point], budget_s=seconds, columns=target.columns)
    return [first[0].partials[one.output][one.columns[0]] if first else None for one in target.asked]


def _number(partial: Partial | None, run: float) -> Number:
    if partial is None or partial.reason == NOT_SETTLED:
        return Number(run, NOT_SETTLED)
    low, high = sorted(map(nearest_double, (partial.left, partial.right)))
    by_convention = partial.reason in ("kink", "jump")
    return Number(run if by_convention else nearest_double(partial.value), partial.reason, low, high)
