"""Why a gradient is wrong: causes, each tried on the numbers, the surest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from symad.testing.calling import Caller
    from symad.testing.quotients import Slope

    Array = NDArray[np.float64]
    Cause = tuple[str, str]

_NEAR = 1e-5  # relative: two numbers are one
_SMALL = 1e-9  # of the largest component: counts as 0
_STEPS = tuple(
    sorted({m * 10.0**-k for k in range(1, 16) for m in (1.0, 2.0, 5.0)} | {2.0**-26, 2.0**-52, 6.055454452393343e-06})
)
_MOVES = 9  # of the point along itself, to see whether a gradient jumps
_DISTANCES = (1e-14, 1e-12, 1e-10, 1e-8, 1e-6, 1e-5, 1e-4)
_JUMP = 0.1  # of the error
_MOST_SYMMETRY = 40  # components of which the second derivatives are asked
_BEYOND = (1e-9, 1e-7, 1e-5, 1e-4, 1e-3)  # how far a kink may be away
_WHOLE = 1e-4
_TINY = 1e-3  # no factor is smaller
_CLOSE = 0.01  # a ratio nearer to 1 is an error, no factor


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was measured.

    Attributes
    ----------
    caller : Caller
    unit : float
        Unit of rounding.
    places : (n,) int
        The components that were checked, in the flat point.
    yours, right : (n,) float64
    wrong : (n,) bool
    slopes : tuple of Slope
    """

    caller: Caller
    unit: float
    places: NDArray[np.int64]
    yours: Array
    right: Array
    wrong: NDArray[np.bool_]
    slopes: tuple[Slope, ...]

    @property
    def is_all(self) -> bool:
        """Whether every component was checked."""
        return len(self.places) == len(self.caller.point)


def cause(evidence: Evidence) -> Cause:
    """The likely cause in a word, and in a sentence."""
    for guess in (
        _no_number,
        _kink,
        _transposed,
        _scaled,
        _component,
        _beyond,
        _step,
        _jumps,
        _term,
        _factor,
        _asymmetric,
    ):
        found = guess(evidence)
        if found is not None:
            return found
    return "unknown", "no single cause explains it"


def near(a: Array, b: Array, rtol: float = _NEAR) -> bool:
    """Whether two rows of numbers are one, beside the largest of them."""
    size = max(float(np.abs(a).max(initial=0.0)), float(np.abs(b).max(initial=0.0)))
    return bool(np.all(np.abs(a - b) <= rtol * np.maximum(np.abs(b), _SMALL * size)))


def _no_number(e: Evidence) -> Cause | None:
    if np.isfinite(e.yours).all():
        return None
    return "no number", "it is nan or infinite where f has a slope: 0/0, or an overflow on the way"


def _kink(e: Evidence) -> Cause | None:
    """A wrong component at a bend of f."""
    for slope, wrong in zip(e.slopes, e.wrong, strict=True):
        if wrong and slope.is_kink:
            low, high = sorted((slope.left, slope.right))
            return "kink", f"f has a kink at x: any slope from {low:.6g} to {high:.6g} would do, yours is outside"
    return None


def _ratio(e: Evidence, mask: NDArray[np.bool_]) -> float | None:
    """The one number that yours is times what is right, where there is one."""
    right, yours = e.right[mask], e.yours[mask]
    large = np.abs(right) > _SMALL * np.abs(e.right).max(initial=0.0)
    if not large.any() or np.abs(yours[~large]).max(initial=0.0) > _NEAR * np.abs(e.right).max():
        return None
    ratios = yours[large] / right[large]
    return float(np.median(ratios)) if near(ratios, np.full(len(ratios), np.median(ratios)), _WHOLE) else None


def _scaled(e: Evidence) -> Cause | None:
    """The same factor everywhere, or in all components that are wrong."""
    every = _ratio(e, np.ones(len(e.yours), dtype=bool))
    ratio, where = (every, "in every component") if every is not None else (_ratio(e, e.wrong), "in those")
    if ratio is None or abs(ratio) < 1e-12 or abs(ratio - 1) < _CLOSE:
        return None
    if every is None and e.wrong.sum() == 1 and not _is_plain(ratio):
        return None
    if abs(ratio + 1) < _WHOLE:
        return "sign", f"yours has the opposite sign {where}"
    if abs(ratio - 0.5) < _WHOLE:
        return "missing factor 2", f"yours is half of what is right {where}"
    if abs(ratio - 2) < 2 * _WHOLE:
        return "factor 2 too many", f"yours is twice what is right {where}"
    size = abs(ratio) if abs(ratio) > 1 else 1 / abs(ratio)
    times = f"{ratio:.6g} times" if abs(ratio) > 1 else f"1/{1 / ratio:.6g} of"
    if abs(size - round(size)) < _WHOLE * size and size > 2.5:
        sides = {len(e.caller.point), *(k for slot in e.caller.slots for k in (slot.size, *slot.shape))}
        hint = f"; {round(size)} is a size of x" if round(size) in sides else ""
        return "scaled by N", f"yours is {times} what is right {where}{hint}: a sum for a mean, or the reverse"
    return "scaled", f"yours is {times} what is right {where}"


def _is_plain(ratio: float) -> bool:
    size = abs(ratio) if abs(ratio) >= 1 else 1 / abs(ratio)
    return bool(abs(size - round(size)) < 1e-6 * size and size <= 4)


def _transposed(e: Evidence) -> Cause | None:
    """A matrix that stands transposed as a whole, or in one of its terms."""
    if not e.is_all:
        return None
    for slot in e.caller.slots:
        if len(slot.shape) != 2 or min(slot.shape) < 2:
            continue
        part = slice(slot.start, slot.start + slot.size)
        yours, right = e.yours[part], e.right[part].reshape(slot.shape)
        if near(yours, right.T.reshape(-1)):
            return "transposed", f"yours is the transpose of the gradient by {slot.name}"
        if slot.shape[0] != slot.shape[1]:
            continue
        error = yours.reshape(slot.shape) - right
        if np.abs(error).max() > _SMALL and near(error.reshape(-1), -error.T.reshape(-1), 1e-4):
            return "transposed", f"a term of the gradient by {slot.name} is transposed: the error is antisymmetric"
    return None


def _component(e: Evidence) -> Cause | None:
    """Values of other components."""
    places = np.flatnonzero(e.wrong)
    if len(places) < 1 or len(e.right) < 2 or not e.is_all:
        return None
    owners = []
    for k in places:
        scale = max(abs(float(e.yours[k])), _SMALL * float(np.abs(e.right).max()))
        same = np.flatnonzero(np.abs(e.right - e.yours[k]) <= _NEAR * scale)
        if not len(same) or abs(float(e.yours[k])) <= _SMALL * float(np.abs(e.right).max()):
            return None
        owners.append(int(same[0]))
    from symad.testing.gradients import name_of

    names = [name_of(e.caller.slots, int(e.places[k])) for k in (places[0], owners[0])]
    return "wrong component", f"{names[0]} has what belongs to {names[1]}"


def _step(e: Evidence) -> Cause | None:
    """Yours is itself a quotient of differences."""
    places = np.flatnonzero(e.wrong)[:3]
    value, point = e.caller.value, e.caller.point
    centre, fits = value(point), 1e-3 if len(places) > 1 else 1e-5
    for step in _STEPS:
        for scale in ("", "*x", "*max(1, x)"):
            hits: dict[str, int] = {}
            for k in places:
                place = int(e.places[k])
                size = abs(float(point[place]))
                h = step * {"": 1.0, "*x": size, "*max(1, x)": max(1.0, size)}[scale]
                if not h:
                    continue
                way = np.zeros(len(point))
                way[place] = h
                up, down = value(point + way), value(point - way)
                quotients = {
                    "forward": (up - centre) / h, "backward": (centre - down) / h, "central": (up - down) / (2 * h),
                }  # fmt: skip
                for name, quotient in quotients.items():
                    hits[name] = hits.get(name, 0) + (
                        quotient != 0 and abs(quotient - e.yours[k]) <= fits * abs(e.yours[k] - e.right[k])
                    )
            for name, count in hits.items():
                if count == len(places):
                    return "step", f"yours is a {name} difference with a step of {step:.3g}{scale}, which is too " + (
                        "long" if step > 1e-6 else "short"
                    )
    return None


def _jumps(e: Evidence) -> Cause | None:
    """Yours lies on no curve when the point moves a little: digits have cancelled in it."""
    point, wrong = e.caller.point, np.flatnonzero(e.wrong)
    error = np.abs(e.yours - e.right)[wrong]
    steps = np.arange(_MOVES, dtype=np.float64)
    for move in _DISTANCES:
        rows = [e.caller.gradient(point * (1 + k * move)) for k in steps]
        yours = np.array([np.concatenate([one.reshape(-1) for one in row])[e.places][wrong] for row in rows])
        if not np.isfinite(yours).all():
            continue
        off = yours - np.array([np.polyval(np.polyfit(steps, one, 2), steps) for one in yours.T]).T
        spread = np.abs(off).max(axis=0)
        k = int(np.argmax(spread / error))
        if spread[k] > _JUMP * error[k]:
            return "cancellation", (
                f"yours jumps by {spread[k]:.1e} when x moves by {move:.0e} of itself: digits cancel on the way"
            )
    return None


def _term(e: Evidence) -> Cause | None:
    """A missing term: in components that are 0, in proportion to x, or the same everywhere."""
    missing, x = e.right - e.yours, e.caller.point[e.places]
    wrong = e.wrong
    if np.all(e.yours[wrong] == 0):
        return "missing term", "yours is 0 there: nothing was added up for it"
    if wrong.sum() < 2:
        return None
    for what, values in (
        ("x", x),
        ("1", np.ones(len(x))),
        ("sign(x)", np.sign(x)),
        ("x**3", x**3),
        ("exp(x)", np.exp(np.minimum(x, 700))),
    ):
        if not np.all(values[wrong]):
            continue
        share = missing[wrong] / values[wrong]
        if near(share, np.full(len(share), np.median(share)), _WHOLE):
            factor = float(np.median(share))
            return "missing term", f"the term {factor:.6g}*{what} is missing"
    return None


def _factor(e: Evidence) -> Cause | None:
    """A factor that depends on x: an inner slope that was forgotten."""
    x, wrong = e.caller.point[e.places], e.wrong & (e.yours != 0)
    if not wrong.any() or wrong.sum() < min(2, len(x)):
        return None
    share = e.right[wrong] / e.yours[wrong]
    with np.errstate(all="ignore"):
        known = {
            "x": x, "x**2": x**2, "cos(x)": np.cos(x), "sin(x)": np.sin(x), "exp(x)": np.exp(x),
            "1 - tanh(x)**2": 1 - np.tanh(x) ** 2, "1 + x**2": 1 + x**2, "sqrt(x)": np.sqrt(np.abs(x)),
        }  # fmt: skip
        for what, values in known.items():
            for power, word in ((1, "missing"), (-1, "too many")):
                ratio = share / values[wrong] ** power
                if np.abs(share - 1).max() < _CLOSE:
                    continue  # an error, no factor
                if np.isfinite(ratio).all() and near(ratio, np.full(len(ratio), np.median(ratio)), _WHOLE):
                    constant = float(np.median(ratio))
                    if _TINY < abs(constant) < 1 / _TINY and (len(ratio) > 1 or _is_plain(constant)):
                        extra = "" if abs(constant - 1) < _WHOLE else f"{constant:.6g}*"
                        return "missing factor", f"the factor {extra}{what} is {word}"
    return None


def _beyond(e: Evidence) -> Cause | None:
    """The slope on the other side of a kink that lies beside the point."""
    from symad.testing.quotients import slope

    k = int(np.flatnonzero(e.wrong)[0])
    place, point = int(e.places[k]), e.caller.point
    way = np.zeros(len(point))
    way[place] = 1.0
    for far in _BEYOND:
        for sign in (1.0, -1.0):
            moved = point + sign * far * max(1.0, abs(float(point[place]))) * way
            there = slope(e.caller.value, moved, way, e.unit)
            fits = abs(there.value - e.yours[k]) <= 1e-6 * abs(e.yours[k]) + 1e-9 * abs(e.right[k]) + there.error
            if fits and abs(there.value - e.right[k]) > _CLOSE * abs(e.right[k]):
                return "kink", f"yours is the slope beyond a kink of f that is {far:.0e} away"
    return None


def _asymmetric(e: Evidence) -> Cause | None:
    """The slopes of a gradient are symmetric, those of yours are not."""
    n = len(e.caller.point)
    if not e.is_all or not 2 <= n <= _MOST_SYMMETRY:
        return None
    rows = []
    for k in range(n):
        h = 1e-5 * max(1.0, abs(float(e.caller.point[k])))
        way = np.zeros(n)
        way[k] = h
        up, down = (
            np.concatenate([one.reshape(-1) for one in e.caller.gradient(e.caller.point + sign * way)])
            for sign in (1.0, -1.0)
        )
        rows.append((up - down) / (2 * h))
    slopes = np.array(rows)
    if np.abs(slopes - slopes.T).max() > 1e-4 * np.abs(slopes).max():
        return "transposed", (
            "no function has this gradient (its own slopes are not symmetric): a matrix stands transposed in it, "
            "or a transposed term is missing"
        )
    return None
