"""Structures of arguments and results: dict, list, tuple, namedtuple and dataclass of arrays, flat and back.

Walks as deep as people nest their parameters.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from symad.arrays.operands import Traced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_ARRAYS = (Traced, np.ndarray, float, int, np.generic)


class Leaf(NamedTuple):
    """The place of an array in a structure."""


class Given(NamedTuple):
    """What is no array and is handed on as it is; part of the key under which a trace is kept."""

    value: Any
    kind: type  # 1, 1.0 and True are equal, and not the same


class Node(NamedTuple):
    """A container: how it is made, the names of what is in it, and these. A tuple, since it is hashed at every call."""

    kind: type
    names: tuple[Any, ...]
    parts: tuple[Any, ...]


LEAF = Leaf()


def is_array(value: object) -> bool:
    """Whether a value is an array or a number, traced or not; text is none, nor is None."""
    if type(value) is np.ndarray:
        return True
    if isinstance(value, _ARRAYS):
        return not isinstance(value, (np.str_, np.bytes_))
    return hasattr(value, "__array__") and not isinstance(value, type)


def _parts(value: Any) -> tuple[type, tuple[Any, ...], list[Any]] | None:
    """Kind, names and entries of a container; None for what is none."""
    if isinstance(value, dict):
        return type(value), tuple(value), list(value.values())
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value), tuple(value._fields), list(value)
    if isinstance(value, list | tuple):
        return type(value), tuple(range(len(value))), list(value)
    if is_dataclass(value) and not isinstance(value, type):
        names = tuple(field.name for field in fields(value))
        return type(value), names, [getattr(value, name) for name in names]
    return None


def flatten(value: Any, leaves: list[Any]) -> Any:
    """The structure of a value; its arrays are appended to `leaves`, depth first."""
    if is_array(value):
        leaves.append(value)
        return LEAF
    found = _parts(value)
    if found is None:
        return given(value)
    kind, keys, parts = found
    return Node(kind, keys, tuple(flatten(part, leaves) for part in parts))


def names(structure: Any, name: str) -> Iterator[str]:
    """What each array of a structure is called where the structure has a name: ``params_W_0`` in ``params``."""
    if isinstance(structure, Leaf):
        yield name
    elif isinstance(structure, Node):
        for key, part in zip(structure.names, structure.parts, strict=True):
            yield from names(part, f"{name}_{key}")


def unflatten(structure: Any, leaves: Iterator[Any]) -> Any:
    """The value of a structure with these arrays in the places of its own."""
    if isinstance(structure, Leaf):
        return next(leaves)
    if isinstance(structure, Given):
        return structure.value
    return _made(structure, [unflatten(part, leaves) for part in structure.parts])


def _made(node: Node, parts: list[Any]) -> Any:
    if issubclass(node.kind, dict):
        entries = dict(zip(node.names, parts, strict=True))
        return entries if node.kind is dict else _of_kind(node.kind, entries)
    if hasattr(node.kind, "_fields"):
        return node.kind(*parts)
    if issubclass(node.kind, list | tuple):
        return node.kind(parts)
    made: Any = object.__new__(node.kind)
    for name, part in zip(node.names, parts, strict=True):
        object.__setattr__(made, name, part)
    return made


def _of_kind(kind: type, made: dict[Any, Any]) -> Any:
    try:
        return kind(made)
    except TypeError:  # a kind with arguments of its own, such as a defaultdict
        return made


def map_leaves(function: Callable[[Any], Any], value: Any) -> Any:
    """The same structure with a function of each array."""
    leaves: list[Any] = []
    structure = flatten(value, leaves)
    return unflatten(structure, iter([function(leaf) for leaf in leaves]))


def given(value: Any) -> Given:
    """The place of what is handed on."""
    return Given(value, type(value))


def handed_on(structure: Any) -> Iterator[Any]:
    """What a structure hands on."""
    if isinstance(structure, Given):
        yield structure.value
    elif isinstance(structure, Node):
        for part in structure.parts:
            yield from handed_on(part)
