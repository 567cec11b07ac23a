"""Variables of a Tape that have become numbers: which may, and what such a Tape cannot do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from symad.errors import ShapeError, UnsupportedError
from symad.formula.choosing import unknown
from symad.formula.composing import is_number

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


def fixed(tape: Any, values: Mapping[str, float]) -> dict[str, float]:
    """What is fixed of a Tape, and these values."""
    for name, value in values.items():
        if name in tape.fixed:
            raise ShapeError(f"fix: {name} is fixed already, at {tape.fixed[name]!r}")
        if name not in tape.variables:
            raise ShapeError(f"fix: {unknown(name, tape.variables)}")
        if not is_number(value):
            raise TypeError(f"fix takes numbers, and {name} is {type(value).__name__}")
    return {**tape.fixed, **{name: float(value) for name, value in values.items()}}


def bound(tape: Any, x: Array, bind: Callable[[Array], Callable[[], object]]) -> Callable[[], object]:
    """A bound call on an array with what is fixed beside `x`, which is read before each."""
    whole = tape._points(x)
    columns = [k for k, name in enumerate(tape.expression.variables) if name not in tape.fixed]
    run = bind(whole)

    def call() -> None:
        whole[..., columns] = x
        run()

    return call


def refuse(tape: Any, what: str, advice: str) -> None:
    """Say what a Tape with fixed variables has no way to do."""
    if tape.fixed:
        raise UnsupportedError(f"{what} is not for a Tape with fixed variables ({', '.join(tape.fixed)}): {advice}")
