"""Plans as NumPy ufuncs: which arguments each kind of call takes. Knows shapes, no formula and no C."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from symad._core import at_points
from symad._core import ufunc as _core_ufunc
from symad.errors import ShapeError

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import ArrayLike, NDArray

    from symad._core.tapes import Plan

    Array = NDArray[np.float64]

_FLOAT = np.dtype(np.float64)
_OWN = (None, np.ndarray.__array_ufunc__)


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


def at_points_of(plan: Plan, ufunc: Any, n_columns: int, shapes: Sequence[tuple[int, ...]]) -> Any:
    """A gufunc of points alone, by a short way, and results of these shapes behind leading axes."""
    return at_points.function(plan, ufunc, n_columns, shapes)


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


def unplanned(_x: object, _out: object = None) -> Any:
    """The short way of a program that is not made yet: it takes nothing."""
    return NotImplemented


def points(arguments: Sequence[Any], n: int, n_seeds: int) -> tuple[Array, ...] | None:
    """Points, and directions if there are any, as a ufunc takes them without fail; None where they need a closer look.

    Their leading axes are the same, or a direction has none.
    """
    x = at_points.points(arguments[0], n)
    if x is None or len(arguments) != 1 + (n_seeds > 0):
        return None
    if n_seeds == 0:
        return (x,)
    v = at_points.points(arguments[1], n_seeds)
    if v is None or (v.ndim > 1 and v.shape[:-1] != x.shape[:-1]):
        return None
    return x, v


def elementwise(ufunc: Any, arguments: Sequence[Any]) -> Any:
    """The ufunc of real numbers and arrays that broadcast; NotImplemented for all else."""
    for argument in arguments:
        if type(argument) is not float:
            break
    else:
        return ufunc(*arguments)
    if any(getattr(type(argument), "__array_ufunc__", None) not in _OWN for argument in arguments):
        return _by_library(ufunc, arguments)
    arrays = [np.asarray(argument) for argument in arguments]
    if not all(np.can_cast(array.dtype, _FLOAT) for array in arrays):
        return NotImplemented
    try:
        np.broadcast_shapes(*(array.shape for array in arrays))
    except ValueError:
        return NotImplemented
    return ufunc(*arguments)


def _by_library(ufunc: Any, arguments: Sequence[Any]) -> Any:
    """Arrays of another library, which takes the call over; NotImplemented where it refuses, as polars does lists.

    Each refuses in its own words, by one of these two errors: the caller reads the arrays as NumPy's instead.
    """
    try:
        return ufunc(*arguments)
    except (TypeError, ValueError):
        return NotImplemented
