"""Where to look: thousands of points in doubles, and the borders of conditions between them. Decides nothing."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from symad.answers.equality.borders import borders
from symad.answers.equality.joining import Joiner, with_outputs
from symad.formula.ops import ROWS, row
from symad.numeric.evaluation import domain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from symad.answers.equality.places import Point
    from symad.formula.expression import Expression
    from symad.tape.tape import Tape

    Array = NDArray[np.float64]

_SUSPECT = 1e-9  # of the larger value: what rounding of doubles seldom costs
_MOST_SUSPECTS = 12
_MOST_STATES = 60
_MOST_ROOTS = 16
_RANDOM = 4000  # points of several variables
_LINES = 3  # through the points of several variables, along each of them
_ACROSS = 8  # lines through 0 in other directions
_WAYS = (1.0, 1.0, -1.0, 0.5, 2.0, 3.0, 0.25)
_HALVINGS = 64
_BESIDE = 1e-6
_ULPS = 1e-14
_NARROW = 1e-3  # borders nearer to each other, beside their distance from 0, are those of two formulas
_MOST_NARROW = 6
_GAPS = -1  # what they are kept under, beside numbers of states
_SEED = 20_260_102
_LIMIT = 1e12


class Edges(NamedTuple):
    """Points beside the first change of each state, those of them where something is chosen, and others."""

    first: list[Point]
    choices: frozenset[Point]
    others: list[Point]


def axis(constants: Sequence[Fraction]) -> Array:
    """Coordinates of one variable, ascending: dense near 0, of all sizes, and round every constant."""
    sizes = np.array([m * 10.0**k for k in range(-9, 10) for m in (1.0, 2.0, 5.0)])
    near = [float(c) + d for c in constants if abs(c) < _LIMIT for d in (-1e-3, -1e-6, 0.0, 1e-6, 1e-3)]
    dense = np.round(np.arange(-400, 401) * 0.05, 2)
    return np.unique(np.concatenate([sizes, -sizes, dense, np.array(near)]))


def grid(n: int, constants: Sequence[Fraction]) -> Array:
    """Points: all of an axis for one variable, for several random ones, each coordinate of the axis or near 1."""
    line = axis(constants)
    if n == 1:
        return line[:, None]
    draw = np.random.default_rng(_SEED)
    points = draw.choice(line, size=(_RANDOM, n))
    part = _RANDOM // 4
    points[:part] = np.round(draw.uniform(-3.0, 3.0, size=(part, n)), 2)
    points[part : 2 * part] = np.round(np.exp(draw.uniform(-2.0, 3.0, size=(part, n))), 3)
    scale = np.exp(draw.uniform(-2.0, 9.0, size=(part, 1)))  # all coordinates of one size
    points[2 * part : 3 * part] = np.round(scale * draw.uniform(-1.0, 1.0, size=(part, n)), 2)
    return points


def suspects(tape: Tape, points: Array) -> list[Point]:
    """Points at which the first two outputs differ in doubles, those that differ most and the simplest first."""
    with np.errstate(all="ignore"):
        values = tape.value(points)
        a, b = values[:, 0], values[:, 1]
        size = np.maximum(np.abs(a), np.abs(b))
        apart = np.abs(a - b) / np.where(size > 0, size, 1.0)
    one_only = np.isfinite(a) != np.isfinite(b)
    apart = np.where(np.isfinite(a) & np.isfinite(b), apart, np.where(one_only, _SUSPECT * 2, 0.0))
    found = np.flatnonzero(apart > _SUSPECT)
    words = {int(k): sum(len(repr(float(v))) for v in points[k]) for k in found}
    plain = sorted(words, key=lambda k: (apart[k] < 1e-3, words[k], abs(points[k]).max()))[:_MOST_SUSPECTS]
    most = sorted(words, key=lambda k: -apart[k])[: _MOST_SUSPECTS // 3]
    return [as_point(points[k]) for k in dict.fromkeys([*plain, *most])]


def as_point(coordinates: Array) -> Point:
    """Doubles as the fractions that their shortest decimals are."""
    return tuple(Fraction(repr(float(value))) for value in coordinates)


def boundary(joint: Expression, constants: Sequence[Fraction], most: int) -> Edges:
    """Points beside the first change of each condition, Abs, floor or domain along lines; beside and between all."""
    states, choices = states_of(joint)
    n = len(joint.variables)
    if states is None or not n:
        return Edges([], frozenset(), [])
    tape, line = states.compile(), axis(constants)
    first: dict[int, list[Array]] = {}
    found: list[Array] = []
    for base, way in _lines(n):
        for values, of in _along(tape, line, base, way):
            points = [base + value * way for value in values]
            if of is not None and points:
                first.setdefault(of, points)
            found += points
    head = sorted(first, key=lambda of: of not in choices)
    beside = [(as_point(point), of in choices) for of in head for point in first[of]][:most]
    thinned = found[:: max(1, -(-len(found) // most))]
    chosen = frozenset(point for point, is_choice in beside if is_choice)
    return Edges([point for point, _ in beside], chosen, [as_point(point) for point in thinned])


def _lines(n: int) -> Iterator[tuple[Array, Array]]:
    """Lines through the points of n variables: along each of them, and some across, as a point and a direction."""
    if n == 1:
        yield np.zeros(1), np.ones(1)
        return
    draw = random.Random(_SEED)
    for k in range(n):
        for base in range(_LINES):
            start = np.array([1.0 if base == 0 else round(draw.uniform(-3.0, 3.0), 2) for _ in range(n)])
            start[k] = 0.0
            yield start, np.eye(n)[k]
    for _ in range(_ACROSS):
        yield np.zeros(n), np.array([draw.choice(_WAYS) for _ in range(n)])


def _along(tape: Tape, line: Array, base: Array, way: Array) -> list[tuple[Array, int | None]]:
    """Where a state changes between neighbours on a line: beside it, and of which state; half-way to the next."""
    with np.errstate(all="ignore"):
        states = tape.value(base + line[:, None] * way).reshape(len(line), -1)
        changes = [(i, j) for j in range(states.shape[1]) for i in _changes(states[:, j])]
        if not changes:
            return []
        left = np.array([line[i] for i, _ in changes])
        right = np.array([line[i + 1] for i, _ in changes])
        column = np.array([j for _, j in changes])
        wanted = np.array([states[i, j] for i, j in changes])
        for _ in range(_HALVINGS):
            middle = (left + right) / 2
            now = tape.value(base + middle[:, None] * way).reshape(len(changes), -1)[np.arange(len(changes)), column]
            same = now == wanted
            left, right = np.where(same, middle, left), np.where(same, right, middle)
    roots = np.unique(np.concatenate([left, right]))
    step = _BESIDE * np.maximum(np.abs(left), 1e-9)
    beside = [
        (np.array([low - d, high + d]), int(j)) for low, high, d, j in zip(left, right, step, column, strict=True)
    ]
    gaps, between = np.diff(roots), (roots[1:] + roots[:-1]) / 2
    is_gap = gaps > _ULPS * np.abs(roots[1:])
    narrow = between[is_gap & (gaps < _NARROW * np.abs(roots[1:]))]
    return [*beside, (narrow[:_MOST_NARROW], _GAPS), (between[is_gap], None)]


def _changes(state: Array) -> list[int]:
    """Places after which a state changes, at most so many, evenly chosen."""
    known = np.isfinite(state)
    places = np.flatnonzero((state[1:] != state[:-1]) & known[1:] & known[:-1])
    if len(places) > _MOST_ROOTS:
        places = places[np.linspace(0, len(places) - 1, _MOST_ROOTS).astype(int)]
    return [int(place) for place in places]


def states_of(joint: Expression) -> tuple[Expression | None, set[int]]:
    """For each border of the graph an output that changes there: a sign, a whole number, whether it is inside.

    Also which of them choose between branches or operands.
    """
    graph = joint.graph
    known = {number: borders(ROWS[number]) for number in set(graph.op)}
    nodes = [node for node in range(graph.n_nodes) if known[graph.op[node]] or _chooses(graph.op[node])]
    if not nodes or len(nodes) > _MOST_STATES:
        return None, set()
    choices: set[int] = set()

    def outputs(joiner: Joiner, place: list[int]) -> list[int]:
        found: list[int] = []
        for node in nodes:
            operands = [place[operand] for operand in graph.operands(node)]
            more = _states(joiner, graph.op[node], operands)
            if known[graph.op[node]].compares or _chooses(graph.op[node]):
                choices.update(range(len(found), len(found) + len(more)))
            found += more
        return found

    return with_outputs(joint, outputs), choices


def _states(joiner: Joiner, number: int, operands: list[int]) -> list[int]:
    border = borders(ROWS[number])
    if border.compares or ROWS[number].arity < 0:
        pairs = [(operands[0], other) for other in operands[1:]]
        return [joiner.op(_SIGN, joiner.op(_SUB, a, b)) for a, b in pairs]
    found = []
    if border.of_quotient:
        found.append(joiner.op(_FLOOR, joiner.op(_DIV, *operands)))
    if any(border.lattice):
        whole = [operand for operand, on in zip(operands, border.lattice, strict=True) if on]
        found += [joiner.op(_FLOOR, joiner.op(_ADD, operand, operand)) for operand in whole]
    if any(border.thresholds):
        inner = domain(ROWS[number])
        nodes = joiner.add(inner, dict(zip(inner.variables, operands, strict=True)))
        found.append(nodes[inner.outputs[0]])
        found += [joiner.op(_SIGN, operand) for operand in operands]
    return found


def _chooses(number: int) -> bool:
    """Whether a row takes the largest or smallest of a list."""
    return ROWS[number].arity < 0 and ROWS[number].cost == "select" and bool(ROWS[number].sympy)


_SIGN, _SUB, _FLOOR, _DIV, _ADD = (row(name).number for name in ("SIGN", "SUB", "FLOOR", "DIV", "ADD"))
