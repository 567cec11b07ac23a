"""Places for boxes and arrows: a layered layout without crossings where that is easy. Knows sizes, not what they hold.

The steps of Sugiyama, Tagawa and Toda (1981): layers by the longest path, one joint for each layer that an arrow
crosses, orders by barycentres. The places within a layer are the weighted least-squares ones that keep boxes apart,
found exactly by pooling neighbours that would overlap. Labels of arrows are joints with a size, in layers of their
own between those of the boxes: nothing can lie on anything else.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_APART = 18.0  # between neighbours in a layer
_LEAST_GAP, _MOST_GAP = 16.0, 44.0  # between layers
_WORK = 100_000  # items times rounds: about a second
_ROUNDS = 24
_STRAIGHT = {0: 1.0, 1: 2.0, 2: 8.0}  # pull of a connection by how many of its ends are joints
_SAME = 4.0  # less aside is straight enough: joints keep _APART from boxes
_PORTS = 24.0  # between arrows that end at one box


@dataclass(slots=True)
class Item:
    """A box, a joint or a label: its size, its layer, the place of its centre."""

    width: float
    height: float
    layer: int
    joint: bool = False
    light: bool = False  # a box used once that uses nothing, and its arrow: it follows and does not pull
    x: float = 0.0
    y: float = 0.0


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything stands: boxes, the points that each arrow passes, the centres of the labels, the whole size."""

    boxes: list[Item]
    paths: list[list[tuple[float, float]]]
    labels: list[Item | None]
    width: float
    height: float


def layout(
    sizes: Sequence[tuple[float, float]],
    arrows: Sequence[tuple[int, int]],
    labels: Sequence[tuple[float, float]],
) -> Layout:
    """Places for boxes of these sizes, from the top down, and for arrows with labels of these sizes (0, 0 for none)."""
    layers = _layers(len(sizes), arrows)
    items = [Item(*size, 2 * layer) for size, layer in zip(sizes, layers, strict=True)]
    for box in _once_used_roots(len(sizes), arrows):
        items[box].light = True
    chains = [_chain(items, arrow, label) for arrow, label in zip(arrows, labels, strict=True)]
    above: list[list[int]] = [[] for _ in items]
    below: list[list[int]] = [[] for _ in items]
    for chain in chains:
        for upper, lower in pairwise(chain):
            below[upper].append(lower)
            above[lower].append(upper)
    rows = _ordered(items, above, below)
    _across(items, rows, above, below)
    spans = [(chain[k], chain[k + 1]) for chain in chains for k in range(len(chain) - 1)]
    tops = _down(items, rows, spans)
    return _finished(items, len(sizes), chains, labels, tops)


def _layers(n_boxes: int, arrows: Sequence[tuple[int, int]]) -> list[int]:
    """Layers by the longest path to what stands last, so that each box is just above its first user."""
    heights = [0] * n_boxes
    for source, target in sorted(arrows, key=lambda arrow: -arrow[1]):
        heights[source] = max(heights[source], heights[target] + 1)
    top = max(heights, default=0)
    return [top - height for height in heights]


def _once_used_roots(n_boxes: int, arrows: Sequence[tuple[int, int]]) -> set[int]:
    uses = Counter(source for source, _ in arrows)
    return {box for box in range(n_boxes) if uses[box] == 1} - {target for _, target in arrows}


def _chain(items: list[Item], arrow: tuple[int, int], label: tuple[float, float]) -> list[int]:
    """An arrow as items, one in each layer; the last joint before the target is the label."""
    source, target = arrow
    chain = [source]
    for layer in range(items[source].layer + 1, items[target].layer):
        width, height = label if layer == items[target].layer - 1 else (0.0, 0.0)
        chain.append(len(items))
        items.append(Item(width, height, layer, joint=True, light=items[source].light))
    return [*chain, target]


def _rounds(items: Sequence[Item]) -> int:
    return max(3, min(_ROUNDS, _WORK // max(len(items), 1)))


def _ordered(items: Sequence[Item], above: Sequence[list[int]], below: Sequence[list[int]]) -> list[list[int]]:
    """The items of each layer in the order of the fewest crossings met."""
    rows: list[list[int]] = [[] for _ in range(1 + max((item.layer for item in items), default=-1))]
    for k, item in enumerate(items):
        rows[item.layer].append(k)
    best, fewest = [list(row) for row in rows], _crossings(rows, below)
    for turn in range(_rounds(items)):
        down = turn % 2 == 0
        place = {k: float(i) for row in rows for i, k in enumerate(row)}
        for row in rows if down else reversed(rows):
            _by_barycentre(row, above if down else below, place)
        crossings = _crossings(rows, below)
        if crossings < fewest:
            best, fewest = [list(row) for row in rows], crossings
        if fewest == 0:
            break
    return best


def _by_barycentre(row: list[int], near: Sequence[list[int]], place: dict[int, float]) -> None:
    keys = {k: sum(place[other] for other in near[k]) / len(near[k]) if near[k] else place[k] for k in row}
    row.sort(key=keys.__getitem__)
    place.update((k, float(i)) for i, k in enumerate(row))


def _crossings(rows: Sequence[list[int]], below: Sequence[list[int]]) -> int:
    """Pairs of connections that cross, between all neighbouring layers."""
    crossings = 0
    for upper, lower in pairwise(rows):
        place = {k: i for i, k in enumerate(lower)}
        met: list[int] = []
        for k in upper:
            ends = sorted(place[other] for other in below[k])
            crossings += sum(len(met) - bisect_left(met, end + 1) for end in ends)
            for end in ends:
                insort(met, end)
    return crossings


def _across(
    items: Sequence[Item], rows: Sequence[list[int]], above: Sequence[list[int]], below: Sequence[list[int]]
) -> None:
    """Horizontal places: each layer in turn moves to where its neighbours pull it."""
    for row in rows:
        _apart(items, row, [0.0] * len(row), [1.0] * len(row))
    rounds = _rounds(items)
    for turn in range(rounds):
        both = turn >= rounds - 2
        for row in rows if turn % 2 == 0 else reversed(rows):
            wanted, weights = [], []
            for k in row:
                near = [*above[k], *below[k]] if both or turn > rounds // 2 else (above if turn % 2 == 0 else below)[k]
                pulls = [(_pull(items[k], items[other]), items[other].x) for other in near]
                total = sum(pull for pull, _ in pulls)
                wanted.append(sum(pull * x for pull, x in pulls) / total if total else items[k].x)
                weights.append(total or 0.1)
            _apart(items, row, wanted, weights)


def _pull(item: Item, other: Item) -> float:
    """How strongly `item` wants to stand where `other` stands."""
    return _STRAIGHT[item.joint + other.joint] * (0.02 if other.light and not item.light else 1.0)


def _apart(items: Sequence[Item], row: Sequence[int], wanted: Sequence[float], weights: Sequence[float]) -> None:
    """The places nearest to the wanted ones, in weighted squares, at which no two neighbours overlap.

    With the necessary distances taken off this is isotonic regression, solved by pooling adjacent violators.
    """
    offsets = [0.0]
    for left, right in pairwise(row):
        offsets.append(offsets[-1] + (items[left].width + items[right].width) / 2 + _APART)
    pools: list[tuple[float, float, int]] = []  # mean, weight, number of items
    for x, weight, offset in zip(wanted, weights, offsets, strict=False):
        mean, total, size = x - offset, weight, 1
        while pools and pools[-1][0] > mean:
            earlier, heavy, n = pools.pop()
            mean = (earlier * heavy + mean * total) / (heavy + total)
            total, size = total + heavy, size + n
        pools.append((mean, total, size))
    means = [mean for mean, _, size in pools for _ in range(size)]
    for k, mean, offset in zip(row, means, offsets, strict=False):
        items[k].x = mean + offset


def _down(
    items: Sequence[Item], rows: Sequence[list[int]], spans: Iterable[tuple[int, int]]
) -> list[tuple[float, float]]:
    """Vertical places; top and bottom of each layer. Layers stand further apart where an arrow goes far aside."""
    aside = [0.0] * len(rows)
    for upper, lower in spans:
        layer = items[upper].layer
        aside[layer] = max(aside[layer], abs(items[upper].x - items[lower].x))
    tops, y = [], 0.0
    for row, far in zip(rows, aside, strict=True):
        height = max((items[k].height for k in row), default=0.0)
        for k in row:
            items[k].y = y + height / 2
        tops.append((y, y + height))
        y += height + min(_MOST_GAP, max(_LEAST_GAP, 0.12 * far))
    return tops


def _finished(
    items: list[Item],
    n_boxes: int,
    chains: Sequence[list[int]],
    labels: Sequence[tuple[float, float]],
    tops: Sequence[tuple[float, float]],
) -> Layout:
    left = min((item.x - item.width / 2 for item in items), default=0.0)
    for item in items:
        item.x -= left
    leaving = _ports(items, [(chain[0], chain[1]) for chain in chains])
    coming = _ports(items, [(chain[-1], chain[-2]) for chain in chains])
    paths = []
    for chain, start, end in zip(chains, leaving, coming, strict=True):
        source, target = items[chain[0]], items[chain[-1]]
        path = [(start, source.y + source.height / 2)]
        for k in chain[1:-1]:
            top, bottom = tops[items[k].layer]
            beside_boxes = items[k].layer % 2 == 0
            path += [(items[k].x, top), (items[k].x, bottom)] if beside_boxes else [(items[k].x, items[k].y)]
        paths.append(_plain([*path, (end, target.y - target.height / 2)]))
    return Layout(
        boxes=items[:n_boxes],
        paths=paths,
        labels=[items[chain[-2]] if label[0] else None for chain, label in zip(chains, labels, strict=True)],
        width=max((item.x + item.width / 2 for item in items), default=0.0),
        height=tops[-1][1] if tops else 0.0,
    )


def _plain(path: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """The path without the points that it passes straight down, or nearly so."""
    kept = [path[0]]
    for point, after in pairwise(path[1:]):
        if max(abs(point[0] - kept[-1][0]), abs(after[0] - kept[-1][0])) > _SAME:
            kept.append(point)
    return [*kept, path[-1]]


def _ports(items: Sequence[Item], ends: Sequence[tuple[int, int]]) -> list[float]:
    """Where each arrow meets its box: side by side, in the order of where they go."""
    at: dict[int, list[int]] = {}
    for arrow, (box, _) in enumerate(ends):
        at.setdefault(box, []).append(arrow)
    found = [0.0] * len(ends)
    for box, arrows in at.items():
        arrows.sort(key=lambda arrow: items[ends[arrow][1]].x)
        step = min(_PORTS, 0.8 * items[box].width / max(len(arrows) - 1, 1))
        for i, arrow in enumerate(arrows):
            found[arrow] = items[box].x + (i - (len(arrows) - 1) / 2) * step
    return found
