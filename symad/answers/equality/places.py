"""Where two formulas are compared: points of exact fractions, the simplest first. Evaluates nothing."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Point: TypeAlias = tuple[Fraction, ...]

SIMPLE = tuple(Fraction(k) for k in (0, 1, -1, 2, 10))
_BESIDE = Fraction(1, 10**6)  # how far beside a constant is looked
_RANGES = ((0, 1), (-1, 1), (1, 2), (2, 10), (-10, 10), (10, 100))
_A_RANGE = 7  # points in each, of one variable
_SIZES = tuple(Fraction(10) ** k for k in (-9, -6, -4, -3, -2, 3, 6, 9))
_MOST_CONSTANTS = 12
_MIXTURES = 12
_SEED = 20_260_101


def coordinates(constants: Iterable[Fraction]) -> tuple[list[Fraction], list[Fraction]]:
    """Simple values and constants with what lies beside and between them; random ones, and some of all sizes."""
    own = list(dict.fromkeys(constants))[:_MOST_CONSTANTS]
    ordered = sorted({*SIMPLE, *own})
    between = [(low + high) / 2 for low, high in pairwise(ordered)]
    beside = [value + step for value in own for step in (_BESIDE, -_BESIDE)]
    near = list(dict.fromkeys([*SIMPLE, *own, *between, *beside]))
    draw = random.Random(_SEED)
    spread = [Fraction(draw.randint(1000 * a, 1000 * b), 1000) for a, b in _RANGES for _ in range(_A_RANGE)]
    sizes = [sign * size for size in _SIZES for sign in (1, -1)]
    return near, [value for value in dict.fromkeys([*spread, *sizes]) if value not in near]


def sample(n_variables: int, constants: Iterable[Fraction]) -> list[Point]:
    """80 to 150 points, the simplest first."""
    near, far = coordinates(constants)
    if n_variables < 2:
        return [(value,) * n_variables for value in ([*near, *far] if n_variables else [Fraction(0)])]
    return list(dict.fromkeys(_mixed(n_variables, near, far)))


def _mixed(n: int, near: Sequence[Fraction], far: Sequence[Fraction]) -> Iterator[Point]:
    """Points of several variables: all alike, simple ones mixed, constants among random ones, all random."""
    draw = random.Random(_SEED)
    for value in SIMPLE:
        yield (value,) * n
    for k in range(_MIXTURES):
        yield tuple(SIMPLE[(k + j * (1 + k // len(SIMPLE))) % len(SIMPLE)] for j in range(n))
    for k, value in enumerate(near):
        others = [draw.choice(far[: len(_RANGES) * _A_RANGE]) for _ in range(n)]
        others[k % n] = value
        yield tuple(others)
    for low, high in _RANGES:
        for _ in range(_A_RANGE):
            yield tuple(Fraction(draw.randint(1000 * low, 1000 * high), 1000) for _ in range(n))
    for size in _SIZES:
        yield tuple(draw.choice((-1, 1)) * size * Fraction(draw.randint(1, 9)) for _ in range(n))
        yield tuple(size if k else draw.choice(near) for k in range(n))
