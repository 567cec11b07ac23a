"""What a call of a Tape asks for: points by place or by name, options, and the variables to differentiate by.

A name in a call is an option where the method has one of that name, and else a variable. Evaluates nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from symad.errors import ShapeError
from symad.formula.choosing import columns, unknown
from symad.inputs import frames

if TYPE_CHECKING:
    from collections.abc import Sequence

_EVERY = ("out", "threads", "check")
_MATRIX = (*_EVERY, "wrt", "sparse", "method")
# What each method takes beside points; everything else is a variable.
_OPTIONS = {
    "value": _EVERY, "gradient": (*_EVERY, "wrt"), "value_and_gradient": (*_EVERY, "wrt"), "jacobian": _MATRIX,
    "hessian": (*_MATRIX, "lower"), "jvp": (*_EVERY, "wrt"), "vjp": (*_EVERY, "wrt"), "hvp": (*_EVERY, "wrt"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """One call.

    Attributes
    ----------
    arguments : tuple
        Points, and directions or weights if there are any.
    by : tuple of int or None
        Columns of the expression to differentiate by, in the order of the answer; None for all of them.
    names : tuple of str
        Those of the answer's entries.
    single : bool
        One name was given by itself: its axis is left out.
    """

    arguments: tuple[Any, ...]
    by: tuple[int, ...] | None
    names: tuple[str, ...]
    single: bool = False
    out: Any = None
    threads: int = 1
    check: str | None = None
    sparse: bool | str = False
    method: str | None = None
    lower: bool = False

    def options(self) -> dict[str, Any]:
        """Those of the same call for points in an array."""
        return {name: getattr(self, name) for name in ("out", "threads", "sparse", "method", "lower")}


def asked(tape: Any, method: str, arguments: Sequence[Any], given: Mapping[str, Any], out: Any = None) -> Asked:
    """A call of a method with what was given by keyword."""
    options = {name: value for name, value in given.items() if name in _OPTIONS[method]}
    values = {name: value for name, value in given.items() if name not in options}
    points = _points(tape, method, arguments[0], values)
    wrt = options.pop("wrt", None)
    by, names = tape._by, tape.free
    if wrt is not None:
        by = chosen(tape, wrt)
        names = tuple(tape.expression.variables[column] for column in by)
    single = isinstance(wrt, str)
    rest = tuple(argument for argument in arguments[1:] if argument is not None)
    return Asked((points, *rest), by, names, single, **{"out": out, **options})


def chosen(tape: Any, wrt: Any) -> tuple[int, ...]:
    """Columns of the expression that names of a Tape's variables stand for."""
    listed = [wrt] if isinstance(wrt, str) or not hasattr(wrt, "__iter__") else list(wrt)
    names = [str(one) for one in listed]
    for name in names:
        if name in tape.fixed:
            raise ShapeError(f"wrt: {name} is fixed at {tape.fixed[name]!r}")
    columns(tape.variables, names, error=ShapeError)
    return columns(tape.expression.variables, names, error=ShapeError)


def _points(tape: Any, method: str, x: Any, values: Mapping[str, Any]) -> Any:
    """Points by place, or by the names of a call; held variables can be given by name beside the others by place."""
    if not values:
        if x is None:
            missing = ", ".join(tape.variables) or "none"
            raise ShapeError(f"{method} needs points: an array with a column for each of ({missing}), or these by name")
        return x
    for name in values:
        if name not in tape.variables:
            fixed = f"{name} is fixed already" if name in tape.fixed else unknown(name, tape.variables)
            raise ShapeError(f"{method}: {fixed}")
    if x is None:
        return dict(values)
    if isinstance(x, Mapping):
        return {**x, **values}
    held = tape.variables[len(tape.free) :]
    if set(values) != set(held) or frames.is_named(x):
        raise ShapeError(f"points are given by place and by name ({', '.join(values)}): give all of them by name")
    return _beside(x, [values[name] for name in held], len(tape.free))


def _beside(x: Any, held: Sequence[Any], n: int) -> Any:
    """Points with the columns of held variables behind them."""
    points = np.asarray(x)
    points = points[None] if points.ndim == 0 and n == 1 else points
    if points.ndim == 0 or points.shape[-1] != n:
        raise ShapeError(f"points have shape (..., {n}) beside what is held, not {points.shape}")
    parts = [points[..., column] for column in range(n)]
    try:
        return np.stack(np.broadcast_arrays(*parts, *map(np.asarray, held)), axis=-1)
    except ValueError:
        shapes = ", ".join(str(np.shape(part)) for part in held)
        raise ShapeError(f"points {points.shape} and what is held, {shapes}, do not broadcast") from None
