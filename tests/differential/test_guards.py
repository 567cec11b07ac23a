"""Branches are selected: random programs of nested selections, Max and Min on special lanes, infinities where dead.

The reference takes one lane at a time, decides each branch, and walks back over what was taken and nothing else: no
guard, no mask, no zero stands for a branch that was not taken. For the second order it writes the lane's own formula
without branches, whose Hessian needs no guard at all.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from yardsticks import same_bits

import symad
from symad._core import tapes
from symad.formula.expression import build
from symad.formula.ops import row

N_PROGRAMS = 120
N_LANES = 60
N_INPUTS = 3
N_NODES = 22
RELATIVE = 1e-12  # of the magnitudes added up: a lane may add in another order than the graph
LANES = np.array([0.0, -0.0, 1.0, -1.0, 2.0, -2.5, 0.5, 3.0, math.inf, -math.inf, math.nan, 1e-320, 1e200, -1e200])


@dataclass(frozen=True)
class Node:
    """One operation of a random program: a row's name and the operands; `number` for constants."""

    name: str
    operands: tuple[int, ...] = ()
    number: float = 0.0


Program = list[Node]
LOGARITHM = symad.compile(symad.parse("log(x)"))
COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "LT": lambda a, b: a < b,
    "LE": lambda a, b: a <= b,
    "GT": lambda a, b: a > b,
    "GE": lambda a, b: a >= b,
    "EQ": lambda a, b: a == b,
}


def divide(a: float, b: float) -> float:
    """IEEE division, which Python refuses at 0."""
    if b != 0.0 or math.isnan(a):
        return a / b if b != 0.0 else math.nan
    return math.nan if a == 0.0 else math.copysign(math.inf, a) * math.copysign(1.0, b)


def root(a: float) -> float:
    return math.nan if a < 0.0 or math.isnan(a) else math.sqrt(a)


def root_slope(a: float) -> float:
    return divide(0.5, abs(root(a)))


def logarithm(a: float) -> float:
    """The row's own last digit, which no other library need share; its accuracy is judged elsewhere."""
    return float(LOGARITHM.value([a]))


def logarithm_slope(a: float) -> float:
    return math.nan if a < 0.0 else divide(1.0, abs(a))


VALUES: dict[str, Callable[..., float]] = {
    "ADD": lambda a, b: a + b,
    "SUB": lambda a, b: a - b,
    "MUL": lambda a, b: a * b,
    "DIV": divide,
    "NEG": lambda a: -a,
    "SQRT": root,
    "LOG": logarithm,
    "ABS": abs,
}
SLOPES: dict[str, tuple[Callable[..., float], ...]] = {
    "ADD": (lambda a, b: 1.0, lambda a, b: 1.0),
    "SUB": (lambda a, b: 1.0, lambda a, b: -1.0),
    "MUL": (lambda a, b: b, lambda a, b: a),
    "DIV": (lambda a, b: divide(1.0, b), lambda a, b: -divide(divide(a, b), b)),
    "NEG": (lambda a: -1.0,),
    "SQRT": (root_slope,),
    "LOG": (logarithm_slope,),
    "ABS": (lambda a: a if math.isnan(a) else 0.0 if a == 0.0 else math.copysign(1.0, a),),
}


def random_program(random: np.random.Generator, *, open_ended: bool) -> Program:
    """Inputs, then operations among which half choose a branch; the last node is the output."""
    nodes = [Node("INPUT") for _ in range(N_INPUTS)]
    nodes += [Node("NUMBER", number=float(x)) for x in (0.0, 1.0, 2.0)]
    numeric, conditions = list(range(len(nodes))), list[int]()

    def recent() -> int:
        return int(numeric[-1 - int(random.integers(min(len(numeric), 8)))])

    def append(node: Node, places: list[int]) -> None:  # equal operations are one node, as in every graph
        if node not in nodes[N_INPUTS:]:
            nodes.append(node)
        places.append(N_INPUTS + nodes[N_INPUTS:].index(node))

    if open_ended:
        nodes.append(Node("NAN_VALUE"))
    nothing = len(nodes) - 1
    for _ in range(N_NODES):
        kind = random.integers(10)
        if kind < 4:
            name = str(random.choice(list(VALUES)))
            append(Node(name, tuple(recent() for _ in range(row(name).arity))), numeric)
        elif kind < 7 and conditions:
            otherwise = nothing if open_ended and random.random() < 0.2 else recent()
            append(Node("SELECT", (int(random.choice(conditions)), recent(), otherwise)), numeric)
        elif kind < 8:
            append(
                Node(str(random.choice(["MAX", "MIN"])), tuple(recent() for _ in range(random.integers(2, 4)))), numeric
            )
        else:
            append(Node(str(random.choice(list(COMPARISONS))), (recent(), recent())), conditions)
            if random.random() < 0.4:
                pair = tuple(int(c) for c in random.choice(conditions, size=2))
                append(Node(str(random.choice(["AND", "OR"])), pair), conditions)
            if random.random() < 0.3:
                append(Node("NOT", (int(random.choice(conditions)),)), conditions)
    append(Node("ADD", (numeric[-1], recent())), numeric)
    return nodes[: numeric[-1] + 1]


def as_expression(program: Program) -> symad.Expression:
    """The program through the builder."""
    builder, ids = tapes.Builder(), list[int]()
    for k, node in enumerate(program):
        if node.name == "INPUT":
            ids.append(builder.input(f"x{k}"))
        elif node.name == "NUMBER":
            ids.append(builder.number(node.number))
        else:
            ids.append(builder.op(row(node.name).number, *(ids[operand] for operand in node.operands)))
    builder.output(ids[-1])
    return build(builder)


def value_of(node: Node, operands: list[float]) -> float:
    """Value of one operation; conditions as 1 and 0."""
    name = node.name
    if name in VALUES:
        return VALUES[name](*operands)
    if name in COMPARISONS:
        return float(COMPARISONS[name](*operands))
    if name in {"MAX", "MIN"}:
        return math.nan if any(map(math.isnan, operands)) else (max if name == "MAX" else min)(operands)
    if name == "SELECT":
        return operands[1] if operands[0] else operands[2]
    return {"AND": all(operands), "OR": any(operands), "NOT": not operands[0]}[name] * 1.0


def lane_values(program: Program, point: np.ndarray) -> list[float]:
    """Forward over one lane."""
    values: list[float] = []
    for k, node in enumerate(program):
        if node.name in {"INPUT", "NUMBER", "NAN_VALUE"}:
            values.append(
                {"INPUT": float(point[k]) if k < N_INPUTS else 0.0, "NUMBER": node.number}.get(node.name, math.nan)
            )
        else:
            values.append(value_of(node, [values[operand] for operand in node.operands]))
    return values


def depends(program: Program, inputs: tuple[int, ...] = tuple(range(N_INPUTS))) -> list[bool]:
    """Whether a node varies with these inputs by values (not by conditions): only there are there slopes."""
    found: list[bool] = []
    for k, node in enumerate(program):
        operands = node.operands[1:] if node.name == "SELECT" else node.operands
        number = node.name in VALUES or node.name in {"MAX", "MIN", "SELECT"}
        found.append(k in inputs or (number and any(found[operand] for operand in operands)))
    return found


def passes(program: Program, node: Node, values: list[float], r: float) -> list[tuple[int, float]]:
    """(operand, local slope) along the edges that were taken on this lane."""
    if node.name == "SELECT":
        condition, then, otherwise = node.operands
        if values[condition]:
            return [(then, 1.0)]
        if program[otherwise].name == "NAN_VALUE":  # no branch is left: the slope is nan
            return [(then, math.nan)]
        return [(otherwise, 1.0)]
    if node.name in {"MAX", "MIN"}:
        leaders = [operand for operand in node.operands if math.isnan(r) or values[operand] == r]
        share = math.nan if math.isnan(r) else 1.0 / len(leaders)
        return [(operand, share) for operand in leaders]
    slopes = SLOPES[node.name]
    arguments = [values[operand] for operand in node.operands]
    return [(operand, slope(*arguments)) for operand, slope in zip(node.operands, slopes, strict=True)]


def lane_gradient(program: Program, values: list[float], varies: list[bool]) -> tuple[np.ndarray, np.ndarray]:
    """Backward over what was taken; the second array holds the same sums of magnitudes, which bound the rounding."""
    adjoints, sizes = {len(program) - 1: 1.0}, {len(program) - 1: 1.0}
    for k in range(len(program) - 1, N_INPUTS - 1, -1):
        if k in adjoints and varies[k]:
            for operand, slope in passes(program, program[k], values, values[k]):
                if varies[operand]:
                    adjoints[operand] = adjoints.get(operand, -0.0) + adjoints[k] * slope
                    sizes[operand] = sizes.get(operand, 0.0) + sizes[k] * abs(slope)
    return tuple(np.array([found.get(k, 0.0) for k in range(N_INPUTS)]) for found in (adjoints, sizes))


def lane_tangent(program: Program, values: list[float], axis: int) -> tuple[float, float]:
    """Forward over what was taken, along one axis; magnitudes as in `lane_gradient`."""
    varies = depends(program, (axis,))
    tangents, sizes = [0.0] * len(program), [0.0] * len(program)
    tangents[axis] = sizes[axis] = 1.0
    for k in range(N_INPUTS, len(program)):
        if varies[k]:
            edges = [edge for edge in passes(program, program[k], values, values[k]) if varies[edge[0]]]
            terms = [tangents[operand] * slope for operand, slope in edges]
            tangents[k] = sum(terms[1:], terms[0]) if terms else 0.0
            sizes[k] = sum(sizes[operand] * abs(slope) for operand, slope in edges)
    return tangents[-1], sizes[-1]


def agree(found: np.ndarray, wanted: np.ndarray, sizes: np.ndarray) -> bool:
    """The same nans and infinities, finite entries close."""
    finite = np.isfinite(wanted)
    if not np.array_equal(finite, np.isfinite(found)) or not np.array_equal(
        found[~finite], wanted[~finite], equal_nan=True
    ):
        return False
    too_far = np.abs(found[finite] - wanted[finite]) > RELATIVE * np.abs(sizes[finite])  # false where a size is nan
    return not too_far.any()


def cases(n_programs: int, *, open_ended: bool) -> list[tuple[Program, symad.Expression, np.ndarray]]:
    random = np.random.default_rng(20 + open_ended)
    programs = [random_program(random, open_ended=open_ended) for _ in range(n_programs)]
    return [(p, as_expression(p), random.choice(LANES, size=(N_LANES, N_INPUTS))) for p in programs]


@pytest.mark.parametrize("open_ended", [False, True])
def test_first_order(open_ended: bool) -> None:
    """Sweep, adjoint and forward program against the lane's own walks; sweep and program bit for bit."""
    n_dead = 0
    for program, written, points in cases(N_PROGRAMS, open_ended=open_ended):
        tape, varies = symad.compile(written), depends(program)
        blanks = tuple(k for k, node in enumerate(program) if node.name == "NAN_VALUE")
        is_open = depends(program, blanks)[-1]
        gradients, forward = tape.gradient(points), symad.compile(symad.forward_gradient(written)).value(points)
        for point, gradient, tangents in zip(points, gradients, forward, strict=True):
            values = lane_values(program, point)
            wanted, sizes = lane_gradient(program, values, varies)
            if is_open and math.isnan(values[-1]):  # a constant nan has no slope of its own: every slope is nan
                wanted[:] = math.nan
            sweep = tape.sweep(point)
            assert same_bits(sweep.value + 0.0, values[-1] + 0.0)
            assert agree(gradient, wanted, sizes), (str(written), point, gradient, wanted)
            assert same_bits(sweep.gradient, gradient), (str(written), point)
            n_dead += not sweep.live.all()
            along, sizes = np.array([lane_tangent(program, values, axis) for axis in range(N_INPUTS)]).T
            if is_open and math.isnan(values[-1]):
                along = wanted
            assert agree(tangents, along, sizes), (str(written), point, tangents, along)
    assert n_dead > N_PROGRAMS * N_LANES // 2  # the test is about branches that were not taken


def without_branches(program: Program, values: list[float]) -> Program | None:
    """The lane's own formula: each choice replaced by what was chosen.

    None where a Max has a tie or a nan, and where two operations become one: sharing adds before it multiplies.
    """
    place: dict[int, int] = {}
    straight: Program = []
    for k, node in enumerate(program):
        chosen = k
        if node.name == "SELECT":
            chosen = node.operands[1] if values[node.operands[0]] else node.operands[2]
        elif node.name in {"MAX", "MIN"}:
            leaders = {operand for operand in node.operands if values[operand] == values[k]}
            if len(leaders) != 1 or node.operands.count(next(iter(leaders))) != 1:
                return None
            chosen = leaders.pop()
        if chosen != k:
            place[k] = place[chosen]
        elif node.name in VALUES or not node.operands:
            straight.append(Node(node.name, tuple(place[operand] for operand in node.operands), node.number))
            if k >= N_INPUTS and straight[-1] in straight[N_INPUTS:-1]:
                return None
            place[k] = len(straight) - 1
    return [*straight, Node("ADD", (place[len(program) - 1], place[N_INPUTS]))]  # + 0: the last node is the output


def test_second_order() -> None:
    """The Hessian of the whole program is that of the lane's formula, whatever lives in the other branches."""
    n_compared = n_special = 0
    for program, written, points in cases(N_PROGRAMS, open_ended=False):
        hessians = symad.compile(written).hessian(points[: N_LANES // 4])
        for point, hessian in zip(points, hessians, strict=False):
            straight = without_branches(program, lane_values(program, point))
            if straight is None:
                continue
            wanted = symad.compile(as_expression(straight)).hessian(point)
            sizes = np.maximum(np.abs(wanted), 1.0)
            assert agree(hessian, wanted, sizes), (str(written), point, hessian, wanted)
            n_compared += 1
            n_special += not np.isfinite(lane_values(program, point)).all()
    assert n_compared > 300
    assert n_special > 100
