"""Where operations jump, bend or end, read from the table, and what rounding may do on the way there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from symad.formula.ops import Row

_THRESHOLD = r"(?:\b{0}|fabs\({0}\)) [<>!=]=? (-?[0-9.]+)"


@dataclass(frozen=True, slots=True)
class Borders:
    """Where a row of operands a and b jumps, bends or ends: thresholds of each, and whether at whole numbers."""

    thresholds: tuple[tuple[Fraction, ...], ...]
    lattice: tuple[bool, ...]
    of_quotient: bool
    compares: bool

    def __bool__(self) -> bool:
        return self.compares or self.of_quotient or any(self.lattice) or any(self.thresholds)


def borders(row: Row) -> Borders:
    """The borders of a row, read from its domain in the table."""
    names, text = ("a", "b")[: max(row.arity, 0)], row.domain
    thresholds = tuple(_thresholds(text, name) for name in names)
    lattice = tuple(f"floor({name})" in text for name in names)
    return Borders(thresholds, lattice, "fmod" in text, row.condition and row.arity == 2 and not row.wants)


def _thresholds(text: str, name: str) -> tuple[Fraction, ...]:
    found = {Fraction(number) for number in re.findall(_THRESHOLD.format(name), text)}
    return tuple(sorted(found | {-value for value in found if "fabs" in text}))


def any_error(errors: Sequence[int], sizes: Sequence[int], size: int) -> int:
    """Of most functions: their slope is seldom above 1, their value, or that over their operand."""
    return max(e + max(0, size, size - s, -s) for e, s in zip(errors, sizes, strict=True))


def _product_error(errors: Sequence[int], sizes: Sequence[int], size: int) -> int:
    return max(errors[0] + sizes[1], errors[1] + sizes[0])


def _quotient_error(errors: Sequence[int], sizes: Sequence[int], size: int) -> int:
    return max(errors[0] - sizes[1], errors[1] + size - sizes[1])


def _power_error(errors: Sequence[int], sizes: Sequence[int], size: int) -> int:
    of_base = errors[0] - sizes[0] + size + max(0, sizes[1])
    return max(of_base, errors[1] + size + abs(sizes[0]).bit_length())


ERRORS: dict[str, Callable[[Sequence[int], Sequence[int], int], int]] = {
    **dict.fromkeys(("ADD", "SUB", "NEG", "MAX", "MIN", "ABS", "SELECT"), lambda errors, sizes, size: max(errors)),
    "MUL": _product_error, "DIV": _quotient_error, "POW": _power_error, "POWN": _power_error,
    "EXP": lambda errors, sizes, size: errors[0] + size, "LOG": lambda errors, sizes, size: errors[0] - sizes[0],
    "SQRT": lambda errors, sizes, size: errors[0] - size,
}  # fmt: skip
