"""Plans as NumPy ufuncs: which arguments each kind of call takes. Knows shapes, no formula and no C."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from symad._core import one_point
from symad._core import ufunc as _core_ufunc
from symad.errors import ShapeError

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import ArrayLike, NDArray

    from symad._core.tapes import Plan

    Array = NDArray[np.float64]

# What a ufunc may be handed as it is: other kinds of arrays would take the call over.
PLAIN = frozenset({np.ndarray, list, tuple})
_FLOAT = np.dtype(np.float64)


def gufunc(name: str, plan: Plan, inputs: Sequence[int], results: Sequence[int | None]) -> Any:
    """The generalised ufunc for a plan; None where there can be none.

    Parameters
    ----------
    inputs : sequence of int
        Columns of points and of directions; 0 directions are no argument.
    results : sequence of int or None
        Columns of each result; None is a number without an axis.
    """
    if inputs[0] == 0 or 0 in results:
        return None
    given = ",".join(f"({n})" for n in inputs if n)
    found = ",".join("()" if n is None else f"({n})" for n in results)
    return _core_ufunc.gufunc(plan, f"{given}->{found}", name, f"{name} at points")


def for_one_point(plan: Plan, ufunc: Any, n_columns: int, shapes: Sequence[tuple[int, ...]]) -> Any:
    """A gufunc of points alone with a short way for a single one, and results of these shapes behind leading axes."""
    return one_point.function(plan, ufunc, n_columns, shapes)


def ufunc(text: str, plan: Plan, variables: Sequence[str], n_outputs: int) -> Any:
    """The ufunc with an argument a variable; None where there can be none."""
    if not variables:
        return None
    doc = f"{text}\n\nArguments: {', '.join(variables)}."
    return _core_ufunc.ufunc(plan, len(variables), n_outputs, "value", doc)


def check_names(values: Collection[str], variables: Sequence[str]) -> None:
    """Refuse a call by name that leaves out a variable or names another one."""
    wrong = [name for name in variables if name not in values] or [name for name in values if name not in variables]
    if wrong:
        state = "is missing" if wrong[0] in variables else "is no variable here"
        raise ShapeError(f"{wrong[0]} {state}; the variables are ({', '.join(variables)})")


def stacked(arguments: Sequence[ArrayLike], variables: Sequence[str]) -> Array:
    """One array a variable as points, by broadcasting."""
    arrays = [np.asarray(argument) for argument in arguments]
    try:
        return np.stack(np.broadcast_arrays(*arrays), axis=-1) if arrays else np.empty(0)
    except ValueError:
        shapes = ", ".join(f"{name} {array.shape}" for name, array in zip(variables, arrays, strict=True))
        raise ShapeError(f"these shapes do not broadcast: {shapes}") from None


def fits(x: Array, out: Any, n: int) -> bool:
    """Whether `out` is a value and a gradient of n doubles, which a ufunc neither converts nor broadcasts points to."""
    try:
        value, gradient = out
        doubles = value.dtype is _FLOAT and gradient.dtype is _FLOAT
        return doubles and bool(gradient.shape == (*x.shape[:-1], n)) and bool(value.ndim == x.ndim - 1)
    except (AttributeError, TypeError, ValueError):
        return False
