"""Laws of growth: which of a few a series of numbers follows, and where one series overtakes another.

Knows numbers only. A law is fitted to the logarithms of the values, or by relative least squares where it is a sum, so
that small sizes weigh as much as large ones; its residual is the root mean square of log(value/law).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Curve = Callable[[Array], Array]

FEWEST = 4  # sizes from which a law is looked for
WORST = 0.3  # residual of a law that still describes anything
FAR = 2.0  # laws that fit alike must agree within this factor at twice the largest size
ALIKE = 2.0  # difference in score up to which two laws fit alike
LARGEST = 600.0  # logarithm of numbers that are still computed with
GROWN = 8.0  # factor by which an exponential grows over the sizes at least; slower ones pass for anything
_BASES = np.exp(np.linspace(math.log(1.02), math.log(64.0), 400))  # tried for a*b**n + c
_EXPONENTS = np.linspace(0.2, 6.0, 117)  # tried for a*n**k + c


@dataclass(frozen=True, slots=True)
class Law:
    """How a series grows.

    Attributes
    ----------
    name : {"constant", "linear", "quadratic", "cubic", "power", "exponential", "undecided"}
    formula : str
        In n, with rounded coefficients; "" where undecided.
    residual : float or None
        Root mean square of log(value/law): 0.05 is about 5 %. None where no law was tried.
    exponent : float or None
        k of a power n**k, b of an exponential b**n.
    reason : str
        Why nothing was decided.
    """

    name: str
    formula: str = ""
    residual: float | None = None
    exponent: float | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Fit:
    law: Law
    n_free: int
    squares: float  # of log(value/law), summed
    far: float  # log of the law at twice the largest size


def fit(sizes: Sequence[int], values: Sequence[float], *, noise: float) -> Law:
    """The law of a series, or why there is none.

    Parameters
    ----------
    sizes : sequence of int
    values : sequence of float
        Positive; zeros are left out, unless all are.
    noise : float
        Relative deviation that means nothing: of measured times some percent, of counts next to nothing.

    Returns
    -------
    Law
        The one with the least Bayesian information criterion. Undecided where a law that fits alike would say
        something else about twice the largest size, or where the best one fits badly.

    References
    ----------
    Schwarz, Estimating the dimension of a model, Annals of Statistics 6, 1978.
    """
    if values and not any(values):
        return Law("constant", "0", 0.0)
    pairs = [(n, value) for n, value in zip(sizes, values, strict=True) if value > 0]
    if len(pairs) < FEWEST:
        return Law("undecided", reason=f"{len(pairs)} sizes are too few")
    n = np.array([float(size) for size, _ in pairs])
    logs = np.array([math.log(value) for _, value in pairs])
    fits = sorted(_fits(n, logs), key=lambda one: _score(one, len(n), noise))
    best = fits[0]
    rivals = [one for one in fits[1:] if _score(one, len(n), noise) - _score(best, len(n), noise) < ALIKE]
    for rival in rivals:
        if abs(rival.far - best.far) > math.log(FAR):
            return Law("undecided", reason=f"{best.law.name} and {rival.law.name} fit alike")
    if best.law.residual is not None and best.law.residual > WORST:
        return Law("undecided", reason=f"no law fits; {best.law.name}, the best, is off by {best.law.residual:.0%}")
    simplest = min((best, *(one for one in rivals if one.n_free < best.n_free)), key=lambda one: one.n_free)
    return simplest.law


def _score(one: _Fit, n_points: int, noise: float) -> float:
    """Smaller is better; more free numbers must pay for themselves."""
    return n_points * math.log(one.squares / n_points + noise**2) + one.n_free * math.log(n_points)


def _fits(n: Array, logs: Array) -> Iterator[_Fit]:
    """Every law that can be fitted at all."""
    yield from _sum("constant", n, logs, [_power(0)])
    yield from _sum("linear", n, logs, [_power(0), _power(1)])
    yield from _sum("quadratic", n, logs, [_power(0), _power(1), _power(2)])
    yield from _sum("cubic", n, logs, [_power(0), _power(1), _power(2), _power(3)])
    span = n[-1] - n[0]
    least = math.log(GROWN) / span
    bases = [base for base in _BASES if least < math.log(base) < LARGEST / (2 * n[-1])]
    yield from _with_constant("exponential", n, logs, _exponential, bases)
    if n[0] > 0:
        yield from _straight("power", np.log(n), logs, math.log(2 * n[-1]), 0.0)
        yield from _with_constant("power", n, logs, _power, _EXPONENTS)
    yield from _straight("exponential", n, logs, 2 * n[-1], least)


def _straight(name: str, x: Array, logs: Array, far: float, least: float) -> Iterator[_Fit]:
    """a*n**k or a*b**n: a straight line through the logarithms, steeper than `least`."""
    (start, slope), *_ = np.linalg.lstsq(np.column_stack([np.ones_like(x), x]), logs, rcond=None)
    if slope <= least or abs(start) > LARGEST:
        return
    left = logs - start - slope * x
    power = name == "power"
    exponent = float(slope) if power else math.exp(min(slope, LARGEST))
    factor = f"{_number(math.exp(start))}*".removeprefix("1*")
    shown = factor + (f"n**{exponent:.2f}" if power else f"{exponent:.3g}**n")
    yield _Fit(Law(name, shown, _residual(left), exponent), 2, _squares(left), start + slope * far)


def _with_constant(
    name: str, n: Array, logs: Array, term: Callable[[float], Curve], exponents: Iterable[float]
) -> Iterator[_Fit]:
    """a*b**n + c or a*n**k + c, by trying exponents: what recurrences and fixed costs give."""
    tried = list(exponents)
    if not tried or logs.max() - logs.min() > LARGEST:
        return
    best = tried[_best(np.array([term(exponent)(n) for exponent in tried]), np.exp(logs.max() - logs))]
    candidates = [best, float(round(best))] if round(best) > 1 else [best]
    found = [one for exponent in candidates for one in _sum(name, n, logs, [_power(0), term(exponent)], exponent)]
    if found:
        yield min(found, key=lambda one: one.squares)


def _best(terms: Array, weights: Array) -> int:
    """The row of `terms` that, with a constant, has the least relative squares; by the normal equations of each."""
    with np.errstate(all="ignore"):  # what overflows is not the best
        terms = terms / terms.max(axis=1, keepdims=True)
        ones, weighted = weights, terms * weights
        s11, s12, s22 = ones @ ones, weighted @ ones, (weighted**2).sum(axis=1)
        b1, b2 = ones.sum(), weighted.sum(axis=1)
        determinant = s11 * s22 - s12**2
        constant, factor = (s22 * b1 - s12 * b2) / determinant, (s11 * b2 - s12 * b1) / determinant
        found = constant[:, None] * ones + factor[:, None] * weighted
        positive = np.all(found > 0, axis=1) & (factor > 0)
        squares = np.where(positive, (np.log(np.where(found > 0, found, 1.0)) ** 2).sum(axis=1), np.inf)
    return int(np.argmin(squares))


def _exponential(base: float) -> Curve:
    return lambda m: np.power(base, m)


def _power(exponent: float) -> Curve:
    return lambda m: np.power(m, exponent)


def _sum(name: str, n: Array, logs: Array, terms: Sequence[Curve], exponent: float | None = None) -> Iterator[_Fit]:
    """A law that is a sum of terms, by relative least squares; none where it is not positive and growing."""
    scale = logs.max()
    if len(terms) >= len(n) or scale > LARGEST or scale - logs.min() > LARGEST:  # goes through any points; too large
        return
    weights = np.exp(scale - logs)
    columns = np.column_stack([term(n) for term in terms])
    coefficients, *_ = np.linalg.lstsq(columns * weights[:, None], np.ones_like(n), rcond=None)
    found, (far,) = columns @ coefficients, np.column_stack([term(2 * n[-1:]) for term in terms]) @ coefficients
    if min(found) <= 0 or coefficients[-1] <= 0 or np.any(np.diff([*found, far]) < 0):
        return
    left = logs - scale - np.log(found)
    shown = _sum_text(name, coefficients * np.exp(scale), exponent)
    law = Law(name, shown, _residual(left), None if exponent is None else float(exponent))
    n_free = len(terms) + (exponent is not None)
    yield _Fit(law, n_free, _squares(left), math.log(far) + scale)


def _sum_text(name: str, coefficients: Array, exponent: float | None) -> str:
    factors = ["", "*n", "*n**2", "*n**3"]
    if exponent is not None:
        factors = ["", f"*n**{exponent:.3g}" if name == "power" else f"*{exponent:.3g}**n"]
    largest = max(abs(coefficients))
    pairs = [pair for pair in zip(coefficients, factors, strict=False) if abs(pair[0]) > 1e-6 * largest]
    text = " + ".join(_number(value) + factor for value, factor in reversed(pairs))
    return text.replace("+ -", "- ").replace(" 1*", " ").removeprefix("1*")


def _number(value: float) -> str:
    """Three digits, or a whole number where it is one."""
    nearest = round(value)
    return str(nearest) if nearest and abs(value - nearest) < 1e-6 * abs(value) < 1 else f"{value:.3g}"


def _squares(left: Array) -> float:
    return float(left @ left)


def _residual(left: Array) -> float:
    return math.sqrt(_squares(left) / len(left))


def overtakes(first: Sequence[float], second: Sequence[float], *, slack: float) -> int | None:
    """Index from which `first` stays below `second` after it was above; None where that does not happen.

    Values within a factor 1 + `slack` of each other count as equal.
    """
    pairs = zip(first, second, strict=True)
    signs = [0 if max(pair) <= (1 + slack) * min(pair) else 1 if pair[0] > pair[1] else -1 for pair in pairs]
    above = [k for k, sign in enumerate(signs) if sign > 0]
    if not above or signs[-1] >= 0:
        return None
    return next(k for k in range(above[-1] + 1, len(signs)) if signs[k] < 0)
