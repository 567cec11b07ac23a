"""Names of inputs: ``W_0_1`` for ``W[0, 1]``, a bare name for a number."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from symad.errors import SymadError
from symad.parsing import parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_OTHER = re.compile(r"[^A-Za-z0-9_]")


def entries(name: str, shape: tuple[int, ...]) -> list[str]:
    """Names of an array's entries in C order."""
    names = [name]
    for length in shape:
        ends = [f"_{k}" for k in range(length)]
        names = [start + end for start in names for end in ends]
    return names


def plain(name: str) -> str:
    """A name with letters, digits and underscores alone."""
    name = _OTHER.sub("_", name)
    return name if name[:1].isalpha() or name[:1] == "_" else f"_{name}"


def of_leaves(names: Iterable[str], shapes: Sequence[tuple[int, ...]]) -> list[list[str]]:
    """Names of the entries of each array; where two would be the same, the later array's get a trailing underscore."""
    taken, found = set[str](), []
    for name, shape in zip(names, shapes, strict=True):
        name = plain(name)
        if not shape and not _is_free(name):
            name += "_"
        made = entries(name, shape)
        while not taken.isdisjoint(made):
            made = [one + "_" for one in made]
        taken.update(made)
        found.append(made)
    return found


def _is_free(name: str) -> bool:
    """Whether formulas have no other meaning for it."""
    try:
        return parse(name, variables=[name], strict=True).variables == (name,)
    except SymadError:
        return False
