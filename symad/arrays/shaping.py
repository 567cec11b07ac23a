"""What users pass beside the arguments, held against the shapes of a trace: tangents, weights, out, batches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from symad.arrays import structures
from symad.errors import ShapeError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from symad.arrays.reading import Reader
    from symad.arrays.recorded import Argument, Recorded

    Shape = tuple[int, ...]


def unhashable(value: object) -> bool:
    try:
        hash(value)
    except TypeError:
        return True
    return False


def fitting(value: Any, structure: Any, shapes: Sequence[tuple[int, ...]], what: str) -> list[Any]:
    """The arrays of a value that is to have a structure and shapes."""
    leaves: list[Any] = []
    came = structures.flatten(value, leaves)
    if came != structure or tuple(map(np.shape, leaves)) != tuple(shapes):
        wanted, got = ", ".join(map(str, shapes)), ", ".join(str(np.shape(leaf)) for leaf in leaves)
        raise ShapeError(f"{what} has the structure of arrays of shapes {wanted}; this one has {got or 'none'}")
    return leaves


def pairs(out: Any, made: Any) -> list[tuple[Any, Any]]:
    """Arrays to write, each with what goes there."""
    targets, sources = list[Any](), list[Any]()
    if structures.flatten(out, targets) != structures.flatten(made, sources):
        raise ShapeError("out has another structure than the gradient")
    for target, source in zip(targets, sources, strict=True):
        if not isinstance(target, np.ndarray) or target.shape != np.shape(source) or target.dtype != np.float64:
            raise ShapeError(f"out needs float64 arrays of the gradient's shapes, here {np.shape(source)}")
    return list(zip(targets, sources, strict=True))


def written(out: Any, made: Any) -> Any:
    for target, source in pairs(out, made):
        target[...] = source
    return out


def rows(found: Recorded, rows: Any, shape: tuple[int, ...], by: Sequence[Argument], single: bool) -> Any:
    """Rows of a Jacobian in the structures of the arguments."""
    parts, start = [], 0
    for argument in by:
        layout, leaves = found.layout(argument), []
        for inner, a, b in zip(layout.shapes, layout.starts, layout.starts[1:], strict=False):
            leaves.append(rows[:, start + a : start + b].reshape(shape + inner)[()])
        parts.append(structures.unflatten(argument.structure, iter(leaves)))
        start += layout.size
    return parts[0] if single else tuple(parts)


def batched(reader: Reader, items: Any, axes: list[Any]) -> tuple[Any, list[Any], int]:
    """(arguments of one point, for each array its columns, points)."""
    one, columns, sizes = [], [], set[int]()
    for (name, value), axis in zip(items, axes, strict=True):
        if name in reader.static:
            one.append((name, value))
            continue
        leaves: list[Any] = []
        structure = structures.flatten(value, leaves)
        arrays = [np.asarray(leaf)[None] if axis is None else np.moveaxis(np.asarray(leaf), axis, 0) for leaf in leaves]
        sizes.update(len(array) for array in arrays if axis is not None)
        columns += arrays
        one.append((name, structures.unflatten(structure, iter([array[0] for array in arrays]))))
    if len(sizes) != 1:
        raise ShapeError(
            f"the batch is as long in every argument, not {', '.join(map(str, sorted(sizes))) or 'nowhere'}"
        )
    return one, columns, sizes.pop()
