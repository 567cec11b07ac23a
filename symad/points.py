"""The points at which a formula is looked at: one given by name, an array, or random draws from a box."""

from __future__ import annotations

import difflib
import math
import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from symad import frames
from symad.errors import ExpressionError, ShapeError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]

DEFAULT_DOMAIN = (0.5, 2.0)  # positive and away from 0, where most formulas have a value
DEFAULT_N_POINTS = 100


@dataclass(frozen=True, slots=True, eq=False)  # arrays have no one truth value to compare by
class Points:
    """Where to look.

    Attributes
    ----------
    array : (n_points, n_vars) float64
    source : {"at", "points", "domain", "default domain"}
    domain : mapping of name to (low, high), or None
    seed : int or None
        Of the draws.
    """

    array: Array
    source: str
    domain: Mapping[str, tuple[float, float]] | None
    seed: int | None


def choose(
    variables: Sequence[str],
    *,
    at: Mapping[str, float] | None = None,
    points: ArrayLike | None = None,
    domain: Mapping[str, tuple[float, float]] | None = None,
    n_points: int = DEFAULT_N_POINTS,
    seed: int = 0,
) -> Points:
    """The points of a call; with nothing given, draws from `DEFAULT_DOMAIN` for every variable."""
    given = [name for name, value in (("at", at), ("points", points), ("domain", domain)) if value is not None]
    if len(given) > 1:
        raise ExpressionError(f"give only one of at, points and domain, not {' and '.join(given)}")
    if at is not None:
        return Points(_one(variables, at), "at", None, None)
    if points is not None:
        return Points(_many(variables, points), "points", None, None)
    if domain is None:
        return _drawn(dict.fromkeys(variables, DEFAULT_DOMAIN), "default domain", n_points, seed)
    return _drawn(_box(variables, domain), "domain", n_points, seed)


def _check_names(variables: Sequence[str], given: Mapping[str, object], what: str) -> None:
    known_ones = set(variables)
    unknown = [name for name in given if name not in known_ones]
    if unknown:
        known = ", ".join(variables[:8]) + (", ..." if len(variables) > 8 else "") or "none"
        close = difflib.get_close_matches(str(unknown[0]), variables, n=1)
        hint = f"; did you mean {close[0]}?" if close else ""
        raise ExpressionError(f"{what}: {', '.join(map(str, unknown))} is no variable of the formula ({known}){hint}")
    missing = [name for name in variables if name not in given]
    if missing:
        names = ", ".join(missing[:8]) + (", ..." if len(missing) > 8 else "")
        raise ExpressionError(f"{what}: nothing is given for the variable{'s' * (len(missing) > 1)} {names}")


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


def _box(variables: Sequence[str], domain: Mapping[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
    _check_names(variables, domain, "domain")
    box = {}
    for name in variables:
        try:
            low, high = domain[name]
        except (TypeError, ValueError):
            raise ShapeError(f"domain: {name} is a pair (low, high), not {domain[name]!r}") from None
        low, high = (_real(end, f"domain: {name}") for end in (low, high))
        if not (math.isfinite(low) and math.isfinite(high) and low <= high):
            raise ShapeError(f"domain: {name} needs finite low <= high, not ({low!r}, {high!r})")
        box[name] = (low, high)
    return box


def _drawn(box: dict[str, tuple[float, float]], source: str, n_points: int, seed: int) -> Points:
    try:
        count = operator.index(n_points)
    except TypeError:
        count = 0
    if count < 1:
        raise ShapeError(f"n_points is a positive integer, not {n_points!r}")
    draws = np.random.default_rng(seed).random((count, len(box)))
    low, high = np.array([*box.values()]).reshape(-1, 2).T
    # a weighted mean, because high - low may overflow; clipped, because it may round past an end
    array = np.clip(low * (1.0 - draws) + high * draws, low, high)
    return Points(np.ascontiguousarray(array), source, box, seed)
