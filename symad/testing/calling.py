"""Anybody's function and gradient, called with arrays: what they take is put in place, what they return is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Slot:
    """One argument: its name in messages, the key it is given by, its shape, and where it lies in the flat point."""

    name: str
    key: Any  # None for the only argument, else an index or a name
    shape: tuple[int, ...]
    start: int
    like: Any

    @property
    def size(self) -> int:
        """How many numbers it holds."""
        return int(np.prod(self.shape, dtype=int))


class Caller:
    """A function and its gradient of one flat point.

    Parameters
    ----------
    f, gradient : callable
    x : array, tuple of arrays or mapping of str to array
        One argument, several by position, several by keyword.
    wrt : sequence, optional
        Which arguments are checked: positions or names.
    """

    def __init__(
        self, f: Callable[..., Any], gradient: Callable[..., Any], x: object, wrt: Sequence[Any] | str | int | None
    ) -> None:
        self._f, self._gradient = f, gradient
        self._given = x
        self._keys: list[Any] = (
            list(x) if isinstance(x, Mapping) else list(range(len(x))) if isinstance(x, tuple) else [None]
        )
        asked = self._keys if wrt is None else [wrt] if isinstance(wrt, str | int) else list(wrt)
        for key in asked:
            if key not in self._keys:
                raise ValueError(f"wrt: {key!r} is none of the arguments ({', '.join(map(str, self._keys))})")
        self.slots: list[Slot] = []
        parts: list[Array] = []
        start = 0
        for key in asked:
            like = self._argument(key)
            part = to_numpy(like)
            name = "x" if key is None else key if isinstance(key, str) else f"x{key}"
            self.slots.append(Slot(name, key, part.shape, start, like))
            parts.append(part.reshape(-1))
            start += part.size
        self.point: Array = np.concatenate(parts) if parts else np.empty(0)
        self.n_calls = 0

    def _argument(self, key: Any) -> Any:
        return self._given if key is None else self._given[key]  # type: ignore[index]  # several: a tuple or a mapping

    def arguments(self, point: Array) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """What is passed for a flat point: fresh arrays of the kind that was given."""
        values = {key: copy_of(self._argument(key)) for key in self._keys}
        for slot in self.slots:
            part = point[slot.start : slot.start + slot.size].reshape(slot.shape)
            values[slot.key] = alike(part, slot.like)
        if isinstance(self._given, Mapping):
            return (), values
        return tuple(values[key] for key in self._keys), {}

    def value(self, point: Array) -> float:
        """The function; nan where it raises an arithmetic error."""
        positional, named = self.arguments(point)
        self.n_calls += 1
        with np.errstate(all="ignore"):
            try:
                found = self._f(*positional, **named)
            except ArithmeticError:
                return float("nan")
        array = to_numpy(found)
        if array.size != 1:
            raise ValueError(f"f returns shape {array.shape}; a gradient belongs to one number")
        return float(array.reshape(-1)[0])

    def gradient(self, point: Array) -> list[Array]:
        """The gradient as it comes, an array for each slot."""
        positional, named = self.arguments(point)
        with np.errstate(all="ignore"):
            found = self._gradient(*positional, **named)
        return [to_numpy(one) for one in self._parts(found)]

    def _parts(self, found: Any) -> list[Any]:
        if len(self.slots) == 1 and not (isinstance(found, tuple) and len(found) == len(self._keys) > 1):
            return [found[self.slots[0].key] if isinstance(found, Mapping) else found]
        if isinstance(found, Mapping):
            return [found[slot.key] for slot in self.slots]
        every = list(found)
        if len(every) == len(self.slots):
            return every
        if len(every) == len(self._keys):
            return [every[self._keys.index(slot.key)] for slot in self.slots]
        raise ValueError(f"the gradient returns {len(every)} arrays for {len(self.slots)} arguments")

    def precision(self) -> float:
        """The unit of rounding of the kind of number that f is given and returns."""
        positional, named = self.arguments(self.point)
        kinds = [_kind(one) for one in (*positional, *named.values())]
        return max([2.0**-52, *(float(np.finfo(kind).eps) for kind in kinds if kind is not None)])


def _kind(value: Any) -> np.dtype[Any] | None:
    """The floating type of an array of any library, or None."""
    name = str(getattr(value, "dtype", "")).rpartition(".")[2]
    return np.dtype(name) if name in ("float16", "float32") else None


def to_numpy(value: Any) -> Array:
    """Numbers of any library as float64: what has `detach` is detached, what has `numpy` is asked for it."""
    for step in ("detach", "cpu", "numpy"):
        method = getattr(value, step, None)
        if callable(method) and not isinstance(value, np.ndarray):
            value = method()
    return np.asarray(value, dtype=np.float64)


def alike(part: Array, like: Any) -> Any:
    """A part of a point as the kind of thing that was given: an array, a tensor, a list, a number."""
    if isinstance(like, np.ndarray):
        return part.astype(like.dtype if like.dtype.kind == "f" else np.float64)
    if callable(getattr(like, "new_tensor", None)):
        return like.detach().new_tensor(part.tolist() if part.ndim else float(part))
    if isinstance(like, list):
        return part.tolist()
    if part.ndim == 0:
        return float(part)
    return part.copy()


def copy_of(value: Any) -> Any:
    """A copy, so that nobody's own arrays change."""
    if isinstance(value, np.ndarray):
        return value.copy()
    return value.clone() if callable(getattr(value, "clone", None)) else value
