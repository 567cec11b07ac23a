"""`assert_gradient`: a gradient of anybody's code against differences of anybody's function."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from symad.testing.calling import Caller
from symad.testing.causes import Evidence, cause
from symad.testing.quotients import slope

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from symad.testing.calling import Slot
    from symad.testing.quotients import Slope

    Array = NDArray[np.float64]

_RTOL = 1e-6
_ERRORS = 10.0  # times what the differences say they may be wrong by
_ROUNDINGS = 1000.0  # of the kind of number that the gradient is computed in
_MOST = 200  # components that are checked one by one
_SAMPLE = 60  # of more
_NAMED = 6
_SEED = 20_260_103


class GradientError(AssertionError):
    """A gradient that is not the function's.

    Attributes
    ----------
    diagnosis : str
        Such as "sign", "missing factor 2", "transposed", "wrong component", "scaled by N", "kink", "cancellation",
        "step", "shape", or "unknown".
    components : tuple of str
        Those that are wrong: ``x[0, 2]``.
    """

    def __init__(self, message: str, *, diagnosis: str, components: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.diagnosis = diagnosis
        self.components = components


@dataclass(frozen=True, slots=True)
class _Component:
    """One number of a gradient."""

    place: int
    name: str
    yours: float
    right: Slope


def assert_gradient(
    f: Callable[..., Any],
    gradient: Callable[..., Any],
    x: object,
    *,
    wrt: Sequence[Any] | str | int | None = None,
    rtol: float | None = None,
    atol: float = 0.0,
) -> None:
    """Raise an AssertionError that says what is wrong, unless `gradient` is the gradient of `f` at `x`.

    Steps are chosen here, and how far the differences can be trusted is part of the comparison.

    Parameters
    ----------
    f : callable
        Of an array, or of several arguments; returns one number. NumPy, torch, C behind ctypes, lists: anything that
        takes what `x` is.
    gradient : callable
        Of the same arguments; returns what belongs to `wrt`: an array, or several in a tuple or a mapping.
    x : array, tuple of arrays or mapping of str to array
        The point: one argument, several by position, or several by keyword. Nothing in it is changed.
    wrt : sequence of int or str, optional
        Which arguments the gradient belongs to: positions or names; by default all.
    rtol, atol : float, optional
        How far a component may be off; by default 1e-6 of itself, or what single precision allows.

    Raises
    ------
    GradientError
        An AssertionError: which component is wrong, by how much, and the likely cause.
    ValueError
        If f returns more than one number, or is not finite at `x`.

    Examples
    --------
    >>> import numpy as np
    >>> from symad.testing import assert_gradient
    >>> assert_gradient(lambda x: np.sum(x**2), lambda x: 2*x, np.array([1.0, 2.0]))
    >>> try:
    ...     assert_gradient(lambda x: np.sum(x**2), lambda x: x, np.array([1.0, 2.0]))
    ... except AssertionError as error:
    ...     print(error.diagnosis)
    missing factor 2
    """
    caller = Caller(f, gradient, x, wrt)
    point, unit = caller.point, caller.precision()
    centre = caller.value(point)
    if not np.isfinite(centre):
        raise ValueError(f"f is {centre} at x: there is no gradient to check")
    if caller.value(point) != centre:
        raise GradientError(
            "f gives two values at one point: it draws random numbers, or keeps something from call to call",
            diagnosis="random",
        )
    yours = _flat(caller, point)
    rtol = max(_RTOL, _ROUNDINGS * unit if unit > 2.0**-50 else 0.0) if rtol is None else rtol
    small = _ROUNDINGS * unit * float(np.abs(yours[np.isfinite(yours)]).max(initial=0.0))
    checked = [_component(caller, k, yours, unit) for k in _chosen(len(point))]
    wrong = [one for one in checked if not _fits(one, rtol, atol + small)]
    if wrong:
        raise _error(caller, yours, checked, wrong, unit)


def _flat(caller: Caller, point: Array) -> Array:
    """The gradient as one row; its shapes are checked."""
    parts = caller.gradient(point)
    for slot, part in zip(caller.slots, parts, strict=True):
        if part.shape != slot.shape and part.size == slot.size and part.shape == slot.shape[::-1]:
            raise GradientError(
                f"the gradient by {slot.name} has shape {part.shape}, {slot.name} has {slot.shape}\n"
                "  transposed: it must have the shape of what it belongs to",
                diagnosis="transposed",
            )
        squeezed = tuple(k for k in part.shape if k != 1), tuple(k for k in slot.shape if k != 1)
        if squeezed[0] != squeezed[1]:
            raise GradientError(
                f"the gradient by {slot.name} has shape {part.shape}, {slot.name} has {slot.shape}", diagnosis="shape"
            )
    return np.concatenate([part.reshape(-1) for part in parts]) if parts else np.empty(0)


def _chosen(n: int) -> list[int]:
    """The components that are checked: all, or of very many some, drawn at random."""
    if n <= _MOST:
        return list(range(n))
    return sorted(int(k) for k in np.random.default_rng(_SEED).choice(n, size=_SAMPLE, replace=False))


def _component(caller: Caller, place: int, yours: Array, unit: float) -> _Component:
    way = np.zeros(len(caller.point))
    way[place] = 1.0
    return _Component(
        place, name_of(caller.slots, place), float(yours[place]), slope(caller.value, caller.point, way, unit)
    )


def name_of(slots: Sequence[Slot], place: int) -> str:
    """``x[0, 2]``: the argument and the index of a component."""
    slot = next(one for one in reversed(slots) if one.start <= place)
    index = np.unravel_index(place - slot.start, slot.shape) if slot.shape else ()
    return slot.name + (f"[{', '.join(str(int(k)) for k in index)}]" if slot.shape else "")


def _fits(one: _Component, rtol: float, atol: float) -> bool:
    """Whether a component is as right as differences can tell."""
    right = one.right
    if not np.isfinite(right.value):
        return True  # differences cannot tell
    if not np.isfinite(one.yours):
        return False
    slack = rtol * max(abs(one.yours), abs(right.left), abs(right.right)) + atol
    if right.is_kink:
        low, high = sorted((right.left, right.right))
        return low - slack - rtol <= one.yours <= high + slack + rtol
    return abs(one.yours - right.value) <= slack + _ERRORS * right.error


def _error(
    caller: Caller, yours: Array, checked: list[_Component], wrong: list[_Component], unit: float
) -> GradientError:
    """What is to be said."""
    evidence = Evidence(
        caller,
        unit,
        np.array([one.place for one in checked]),
        np.array([one.yours for one in checked]),
        np.array([one.right.value for one in checked]),
        np.array([one in wrong for one in checked]),
        tuple(one.right for one in checked),
    )
    word, why = cause(evidence)
    first = max(wrong, key=lambda one: (not np.isfinite(one.yours), abs(one.yours - one.right.value), -one.place))
    first = wrong[0] if np.isfinite(first.yours) else first
    names = tuple(one.name for one in wrong)
    right = f"{first.right.value:.9g}"
    if first.right.is_kink:
        right = (
            f"between {min(first.right.left, first.right.right):.9g} and {max(first.right.left, first.right.right):.9g}"
        )
    where = f"first in {first.name}" if len(checked) > 1 else f"in {first.name}"
    message = (
        f"the gradient is wrong in {len(wrong)} of {len(checked)} components, {where}: "
        f"yours is {first.yours:.9g}, right is {right}\n  {word}: {why}"
    )
    if 1 < len(wrong) < len(checked):
        message += f"\n  wrong: {', '.join(names[:_NAMED])}{', ...' if len(names) > _NAMED else ''}"
    return GradientError(message, diagnosis=word, components=names)
