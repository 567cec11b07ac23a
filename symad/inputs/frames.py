"""Points and answers by name: mappings, data frames, datasets, labelled rows.

Imports no library of frames: it asks an object what it has. Knows no formula; columns are taken by name, never by
position, and what a formula does not read is ignored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from symad.errors import ShapeError
from symad.formula.names import listed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]

_PLAIN = frozenset({np.ndarray, list, tuple, float, int, np.float64})
# The axes of each method's answer, and of its second argument.
_GIVES = {
    "value": ("outputs",), "gradient": ("variables",), "value_and_gradient": ("variables",),
    "jacobian": ("outputs", "variables"), "hessian": ("variables", "variables"), "jvp": ("outputs",),
    "vjp": ("variables",), "hvp": ("variables",),
}  # fmt: skip
_TAKES = {"jvp": "variables", "hvp": "variables", "vjp": "outputs", "hessian": "outputs"}


def is_named(x: object) -> bool:
    """Whether an argument brings names of its own."""
    return type(x) not in _PLAIN and (isinstance(x, Mapping) or _is_frame(x) or _is_row(x))


def array(x: Any, names: Sequence[str], what: str = "variable") -> ArrayLike:
    """An argument by name as an array ``(..., len(names))``; any other as it is."""
    return _named(x, names, what).array if is_named(x) else x


def call(tape: Any, method: str, asked: Any, again: Callable[..., Any]) -> Any:
    """A call with arguments by name, its answer by the names of its variables and outputs.

    Parameters
    ----------
    tape : Tape
    method : str
    asked : Asked
        What has no names is an array as ever. Sparse answers stay arrays; `out` is for arrays alone.
    again : callable
        The same call for arrays.
    """
    names = {"variables": asked.names, "outputs": output_names(tape.output_names)}
    more = [array(x, names[_TAKES[method]], _TAKES[method][:-1]) for x in asked.arguments[1:]]
    if not is_named(asked.arguments[0]):
        return again(replace(asked, arguments=(asked.arguments[0], *more)))
    if asked.out is not None:
        raise ShapeError("out is for points in an array: an answer by name is a new object")
    points = _named(asked.arguments[0], tape.variables, "variable")
    found = again(replace(asked, arguments=(points.array, *more)))
    if asked.sparse:
        return found
    axes = [names[axis] for axis in _GIVES[method] if not (asked.single and axis == "variables")]
    if method == "value_and_gradient":
        return _labelled(points, found[0], [names["outputs"]]), _labelled(points, found[1], axes, asked.names)
    return _labelled(points, found, axes, asked.names)


def output_names(names: Sequence[str]) -> tuple[str, ...]:
    """What answers call each output: the name in the text, else f; f1, f2, ... where there are several."""
    taken, found = set(names), []
    for k, name in enumerate(names, 1):
        own = name or (f"f{k}" if len(names) > 1 else "f")
        while not name and own in taken:
            own += "_"
        taken.add(own)
        found.append(own)
    return tuple(found)


def _labelled(points: _Named, found: Array, axes: Sequence[Sequence[str]], names: Sequence[str] = ()) -> Any:
    """An answer with the names of its last axes; an axis of one output may be left out by the method."""
    lead = points.array.ndim - 1
    found = np.asarray(found)
    few, most = max(lead, lead + len(axes) - 1), lead + len(axes)
    if found.shape[:lead] != points.array.shape[:-1] or found.ndim not in (few, most):
        raise ShapeError(f"points by name have the axes {points.array.shape[:-1]}, what goes with them has others")
    if found.ndim == lead:
        return points.single(axes[0][0] if axes else names[0], found[()])
    if len(axes) == 2:
        return {name: points.several(axes[1], found[..., k, :]) for k, name in enumerate(axes[0])}
    return points.several(axes[0], found)


def _is_frame(x: Any) -> bool:
    return hasattr(x, "columns") and hasattr(x, "__getitem__") and len(getattr(x, "shape", ())) == 2


def _is_row(x: Any) -> bool:
    """A labelled vector such as a row of a pandas frame: one whose labels are all text."""
    labels = getattr(x, "index", None)
    if callable(labels) or not hasattr(x, "to_numpy") or len(getattr(x, "shape", ())) != 1 or len(x) == 0:
        return False
    return labels is not None and all(isinstance(label, str) for label in labels)


def _named(x: Any, names: Sequence[str], what: str) -> _Named:
    if hasattr(x, "data_vars"):
        return _Dataset(x, names, what)
    if isinstance(x, Mapping):
        return _Mapping(x, names, what)
    return _Frame(x, names, what) if _is_frame(x) else _Row(x, names, what)


def _refuse_missing(known: Iterable[object], names: Sequence[str], what: str, word: str) -> None:
    there = list(known)
    for name in names:
        if name not in there:
            raise ShapeError(f"no {word} {name} for the {what} {name} ({word.replace('y', 'ie')}s: {listed(there)})")


def _numbers(column: Any, name: str, word: str) -> Array:
    found = np.asarray(column)
    kind = getattr(getattr(column, "dtype", None), "kind", "")
    if found.dtype == object and kind and kind in "fiub":  # of pandas, with missing numbers
        found = column.to_numpy(dtype=np.float64, na_value=np.nan)
    if found.dtype.kind not in "fiub":
        raise ShapeError(f"the {word} {name} holds {found.dtype}, not real numbers")
    return found.astype(np.float64, copy=False)


class _Named:
    """Points with names: ``array`` (..., n), and answers of the same kind."""

    array: Array

    def several(self, names: Sequence[str], found: Array) -> Any:
        """An answer with a name for each entry of its last axis."""
        return {name: found[..., k][()] for k, name in enumerate(names)}  # one point gives numbers

    def single(self, name: str, found: Array) -> Any:
        """An answer of one number a point."""
        return found


class _Mapping(_Named):
    """Arrays by name, broadcast against each other."""

    def __init__(self, given: Mapping[str, ArrayLike], names: Sequence[str], what: str) -> None:
        _refuse_missing(given, names, what, "entry")
        columns = [_numbers(given[name], name, "entry") for name in names]
        try:
            self.array = np.stack(np.broadcast_arrays(*columns), axis=-1) if columns else np.empty(0)
        except ValueError:
            shapes = ", ".join(f"{name} {column.shape}" for name, column in zip(names, columns, strict=True))
            raise ShapeError(f"these shapes do not broadcast: {shapes}") from None


class _Frame(_Named):
    """A frame of pandas, polars, Arrow and their kin: a row a point."""

    def __init__(self, frame: Any, names: Sequence[str], what: str) -> None:
        self._frame = frame
        columns = list(getattr(frame, "column_names", frame.columns))
        _refuse_missing(columns, names, what, "column")
        self.array = np.empty((frame.shape[0], len(names)))
        for k, name in enumerate(names):
            if columns.count(name) > 1:
                raise ShapeError(f"the column {name} stands in the frame {columns.count(name)} times")
            column = _numbers(frame[name], name, "column")
            if column.ndim != 1:
                raise ShapeError(f"the column {name} is no single column: its shape is {column.shape}")
            self.array[:, k] = column

    def several(self, names: Sequence[str], found: Array) -> Any:
        columns = super().several(names, found)
        make: Callable[..., Any] = type(self._frame)
        if hasattr(self._frame, "index"):
            return make(columns, index=self._frame.index)
        return getattr(make, "from_pydict", make)(columns)  # Arrow's tables are made by a method of theirs

    def single(self, name: str, found: Array) -> Any:
        return self.several((name,), found[..., None])[name]


class _Row(_Named):
    """A labelled row: one point."""

    def __init__(self, row: Any, names: Sequence[str], what: str) -> None:
        self._row = row
        labels = list(row.index)
        _refuse_missing(labels, names, what, "entry")
        for name in names:
            if labels.count(name) > 1:
                raise ShapeError(f"the entry {name} stands in the row {labels.count(name)} times")
        self.array = np.array([_numbers(row[name], name, "entry") for name in names])

    def several(self, names: Sequence[str], found: Array) -> Any:
        return type(self._row)(list(found), index=list(names))

    def single(self, name: str, found: Array) -> Any:
        return found[()]


class _Dataset(_Named):
    """A Dataset of xarray: variables over named dimensions, broadcast by these."""

    def __init__(self, dataset: Any, names: Sequence[str], what: str) -> None:
        self._dataset = dataset
        _refuse_missing(dataset.variables, names, what, "variable")
        columns = [dataset[name] for name in names]
        for name, column in zip(names, columns, strict=True):
            _numbers(column, name, "variable")
        like: Any = columns[0] * 1.0 if columns else None
        for column in columns[1:]:
            like = like + column
        self._like = like
        broadcast = [column.broadcast_like(like).transpose(*like.dims) for column in columns]
        self.array = np.stack([np.asarray(column, np.float64) for column in broadcast], -1) if columns else np.empty(0)

    def several(self, names: Sequence[str], found: Array) -> Any:
        if self._like is None:
            return super().several(names, found)
        return type(self._dataset)({name: self._like.copy(data=found[..., k]) for k, name in enumerate(names)})

    def single(self, name: str, found: Array) -> Any:
        return found if self._like is None else self._like.copy(data=found).rename(name)
