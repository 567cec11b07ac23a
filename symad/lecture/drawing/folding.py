"""Which steps share a box where there are too many: by the names of the text. Knows graphs and names, no picture."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

_LAST_INDEX = re.compile(r"_?\d+$")
_INDICES = re.compile(r"(_?\d+)(_\d+)*$")  # of a variable: the weights w1_1, w1_2, w2_1 share a box


@dataclass(frozen=True, slots=True)
class Group:
    """Nodes that share a box.

    Attributes
    ----------
    nodes : list of int
        In the order of the graph.
    heads : list of int
        Those of them that the box is named after; the others flow into them.
    hidden : bool
        Whether they are only counted.
    """

    nodes: list[int] = field(default_factory=list)
    heads: list[int] = field(default_factory=list)
    hidden: bool = False


def folded(
    names: Mapping[int, str], bound: Iterable[int], used: Callable[[int], Iterable[int]], *, inputs: int, most: int
) -> list[Group]:
    """At most `most` groups, each behind those that it uses.

    A step without a name of its own belongs to the name that it flows into; names that differ in their last index and
    stand at one level share a box, variables likewise by who uses them. What still is too much is cut in the middle.

    Parameters
    ----------
    names : mapping of node to str
        What is to be drawn, in the order of the graph.
    bound : iterable of int
        Variables, results, and nodes that the text names.
    used : callable
        The nodes of `names` that a node uses.
    inputs : int
        How many of the first nodes are variables.
    most : int
    """
    steps = list(names)
    alone = [Group([node], [node]) for node in steps]
    kept = set(bound)
    if len(steps) <= most:
        return alone
    if all(node < inputs for node in kept - {steps[-1]}):
        return _cut(alone, most)
    groups = _by_name(steps, names, kept, used, inputs)
    if len(groups) <= most:
        return groups
    return _cut(groups if len(groups) < len(steps) / 2 else alone, most)


def _cut(groups: Sequence[Group], most: int) -> list[Group]:
    """The first and the last groups, and one for those between."""
    head = (most - 1) // 2
    tail = most - 1 - head
    middle = sorted(node for group in groups[head : len(groups) - tail] for node in group.nodes)
    return [*groups[:head], Group(middle, middle, hidden=True), *groups[len(groups) - tail :]]


def _by_name(
    steps: Sequence[int],
    names: Mapping[int, str],
    bound: set[int],
    used: Callable[[int], Iterable[int]],
    inputs: int,
) -> list[Group]:
    """Groups by owner, level and name without its last index; the deepest level first."""
    owner, level = _owners(steps, bound, used)
    found: dict[tuple[object, ...], Group] = {}
    place: dict[tuple[object, ...], tuple[int, int]] = {}
    for node in steps:
        own = owner[node]
        stem = (_INDICES if own < inputs else _LAST_INDEX).sub("", names[own])
        key: tuple[object, ...] = (own,) if own not in bound or stem == names[own] else (own < inputs, level[own], stem)
        group = found.setdefault(key, Group())
        group.nodes.append(node)
        if own == node:
            group.heads.append(node)
        place.setdefault(key, (-level[own], node))
    return [found[key] for key in sorted(found, key=lambda key: place[key])]


def _owners(
    steps: Sequence[int], bound: set[int], used: Callable[[int], Iterable[int]]
) -> tuple[dict[int, int], dict[int, int]]:
    """The node that each one belongs to, and how far each owner stands from the results."""
    users: dict[int, list[int]] = {node: [] for node in steps}
    for node in steps:
        for operand in used(node):
            users[operand].append(node)
    owner: dict[int, int] = {}
    level: dict[int, int] = {}
    for node in reversed(steps):
        owners = {owner[user] for user in users[node]}
        own = node if node in bound or len(owners) != 1 else owners.pop()
        owner[node] = own
        above = [level[owner[user]] + 1 for user in users[node] if owner[user] != own]
        level[own] = max([level.get(own, 0), *above])
    return owner, level
