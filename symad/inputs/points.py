"""The points at which a formula is looked at: one given by name, an array, or random draws from a box."""

from __future__ import annotations

import math
import operator
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, TypeVar

import numpy as np

from symad.errors import ExpressionError, ShapeError
from symad.formula.names import hint, listed
from symad.inputs import frames

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]

DEFAULT_DOMAIN = (0.5, 2.0)  # positive and away from 0, where most formulas have a value
DEFAULT_N_POINTS = 100
_INDEXED = re.compile(r"([^\W\d]\w*)\[\s*([0-9]+(?:\s*,\s*[0-9]+)*)\s*\]")
LOG = "log"  # third of an interval that is drawn from in equal ratios

V = TypeVar("V")
Interval: TypeAlias = "tuple[float, float] | tuple[float, float, str]"


@dataclass(frozen=True, slots=True, eq=False)  # arrays have no one truth value to compare by
class Points:
    """Where to look.

    Attributes
    ----------
    array : (n_points, n_vars) float64
    source : {"at", "points", "domain", "default domain"}
    domain : mapping of name to (low, high) or (low, high, "log"), or None
    seed : int or None
        Of the draws.
    """

    array: Array
    source: str
    domain: Mapping[str, Interval] | None
    seed: int | None


def said(variables: Sequence[str], point: ArrayLike) -> str:
    """``x = 2, y = 0.5``, with the digits that read back."""
    numbers = np.asarray(point, np.float64).tolist()
    return ", ".join(f"{name} = {x!r}".removesuffix(".0") for name, x in zip(variables, numbers, strict=True))


def choose(
    variables: Sequence[str],
    *,
    at: Mapping[str, float] | None = None,
    points: ArrayLike | None = None,
    domain: Mapping[str, Interval] | None = None,
    n_points: int = DEFAULT_N_POINTS,
    seed: int = 0,
) -> Points:
    """The points of a call; with nothing given, draws from `DEFAULT_DOMAIN` for every variable."""
    given = [name for name, value in (("at", at), ("points", points), ("domain", domain)) if value is not None]
    if len(given) > 1:
        raise ExpressionError(f"give only one of at, points and domain, not {' and '.join(given)}")
    if at is not None:
        return Points(_one(variables, _plain(at, "at")), "at", None, None)
    if points is not None:
        return Points(_many(variables, points), "points", None, None)
    if domain is None:
        return _drawn(dict.fromkeys(variables, DEFAULT_DOMAIN), "default domain", n_points, seed)
    return _drawn(_box(variables, _plain(domain, "domain")), "domain", n_points, seed)


def plain(name: str) -> str:
    """The name that x[2] or x[1, 2] is short for: x2, x1_2."""
    match = _INDEXED.fullmatch(name) if "[" in name else None
    return match[1] + "_".join(index.strip().lstrip("0") or "0" for index in match[2].split(",")) if match else name


def _plain(given: Mapping[str, V], what: str) -> dict[str, V]:
    """The same under plain names, each given once."""
    found: dict[str, V] = {}
    for name, value in given.items():
        own = plain(str(name))
        if own in found:
            raise ExpressionError(f"{what}: {own} is given twice")
        found[own] = value
    return found


def _check_names(variables: Sequence[str], given: Mapping[str, object], what: str) -> None:
    known_ones = set(variables)
    unknown = [name for name in given if name not in known_ones]
    if unknown:
        wrong, meant = ", ".join(map(str, unknown)), hint(str(unknown[0]), variables)
        raise ExpressionError(f"{what}: {wrong} is no variable of the formula ({listed(variables)}){meant}")
    missing = [name for name in variables if name not in given]
    if missing:
        plural = "s" * (len(missing) > 1)
        raise ExpressionError(f"{what}: nothing is given for the variable{plural} {listed(missing)}")


def _one(variables: Sequence[str], at: Mapping[str, float]) -> Array:
    _check_names(variables, at, "at")
    numbers = []
    for name in variables:
        if np.ndim(at[name]) != 0:
            raise ShapeError(f"at: {name} has shape {np.shape(at[name])}; for several points pass points= or domain=")
        numbers.append(_real(at[name], f"at: {name}"))
    return np.array([numbers])


def _real(value: object, what: str) -> float:
    if not isinstance(value, int | float | np.integer | np.floating):
        raise ShapeError(f"{what} is a real number, not {type(value).__name__}")
    try:
        return float(value)
    except OverflowError:
        raise ShapeError(f"{what} is too large for a double") from None


def _many(variables: Sequence[str], points: ArrayLike) -> Array:
    array = np.asarray(frames.array(points, variables))
    if frames.is_named(points) and array.ndim < 2:
        array = array[None]
    if array.dtype.kind not in "fiub":
        raise ShapeError(f"points must be real numbers, not {array.dtype}")
    if array.ndim != 2 or array.shape[1] != len(variables):
        names = ", ".join(variables)
        raise ShapeError(f"points have shape (n_points, {len(variables)}) for ({names}), not {array.shape}")
    if len(array) == 0:
        raise ShapeError("points are empty: at least one is needed")
    return np.ascontiguousarray(array, dtype=np.float64)


def _box(variables: Sequence[str], domain: Mapping[str, Interval]) -> dict[str, Interval]:
    _check_names(variables, domain, "domain")
    return {name: _interval(name, domain[name]) for name in variables}


def _interval(name: str, given: Interval) -> Interval:
    """Finite ends in order, both positive where they are drawn from in equal ratios."""
    try:
        first, last, *scale = given
    except (TypeError, ValueError):
        raise ShapeError(f"domain: {name} is a pair (low, high), not {given!r}") from None
    if scale not in ([], [LOG]):
        raise ShapeError(f'domain: {name} is (low, high) or (low, high, "log"), not {given!r}')
    low, high = (_real(end, f"domain: {name}") for end in (first, last))
    if not (math.isfinite(low) and math.isfinite(high) and low <= high):
        raise ShapeError(f"domain: {name} needs finite low <= high, not ({low!r}, {high!r})")
    if scale and not low > 0:
        raise ShapeError(f"domain: {name} in equal ratios needs 0 < low, not {low!r}")
    return (low, high, LOG) if scale else (low, high)


def _drawn(box: dict[str, Interval], source: str, n_points: int, seed: int) -> Points:
    try:
        count = operator.index(n_points)
    except TypeError:
        count = 0
    if count < 1:
        raise ShapeError(f"n_points is a positive integer, not {n_points!r}")
    draws = np.random.default_rng(seed).random((count, len(box)))
    low, high = np.array([ends[:2] for ends in box.values()]).reshape(-1, 2).T
    ratio = np.array([len(ends) == 3 for ends in box.values()], dtype=np.bool_)
    at, to = (np.where(ratio, np.log(np.where(ratio, end, 1.0)), end) for end in (low, high))
    # a weighted mean, because high - low may overflow; clipped, because it may round past an end
    means = at * (1.0 - draws) + to * draws
    array = np.clip(np.where(ratio, np.exp(np.where(ratio, means, 0.0)), means), low, high)
    return Points(np.ascontiguousarray(array), source, box, seed)
