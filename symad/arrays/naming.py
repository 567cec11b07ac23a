"""Names of inputs: ``W_0_1`` for ``W[0, 1]``, a bare name for a number."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from symad.errors import SymadError
from symad.formula.parsing import parse

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


def of_leaves(names: Iterable[str], shapes: Sequence[tuple[int, ...]]) -> list[str | list[str]]:
    """Names of the entries of each array, or the one that `entries` are made of.

    Where two would be the same, the later array's get a trailing underscore.
    """
    bases = [
        plain(name) if shape or _is_free(plain(name)) else plain(name) + "_"
        for name, shape in zip(names, shapes, strict=True)
    ]
    found: list[str | list[str]] = [*bases]
    taken, may_meet = set[str](), _may_meet(bases, shapes)
    for k, (base, shape) in enumerate(zip(bases, shapes, strict=True)):
        if not may_meet[k]:
            continue
        own = entries(base, shape)
        while not taken.isdisjoint(own):
            own = [one + "_" for one in own]
        taken.update(own)
        found[k] = own
    return found


def _may_meet(bases: Sequence[str], shapes: Sequence[tuple[int, ...]]) -> list[bool]:
    """Which arrays may share a name with another: as many indices behind the same word, one index known to two.

    Looking at the bases alone spares the look at every name of a large network.
    """
    keys = []
    for base, shape in zip(bases, shapes, strict=True):
        word = base.rstrip("_0123456789")
        keys.append((word, base[len(word) :].count("_") + len(shape), base))
    groups: dict[tuple[str, int], set[tuple[int, str]]] = {}
    sizes: dict[tuple[str, int], int] = {}
    for (word, n, base), shape in zip(keys, shapes, strict=True):
        groups.setdefault((word, n), set()).add((len(shape), base))
        sizes[word, n] = sizes.get((word, n), 0) + 1
    apart = {key for key, group in groups.items() if len({n for n, _ in group}) == 1 and len(group) == sizes[key]}
    return [(word, n) not in apart for word, n, _ in keys]


def _is_free(name: str) -> bool:
    """Whether formulas have no other meaning for it."""
    try:
        return parse(name, variables=[name], strict=True).variables == (name,)
    except SymadError:
        return False
