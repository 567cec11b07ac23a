"""The two sweeps at one point as data: steps under their names, local slopes, contributions.

Names steps and says where adjoints flow; must not know how a listing is made or printed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from symad.answers import named
from symad.formula.ops import ROWS, row

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from symad.formula.expression import Expression, Graph
    from symad.tape.sweeps import Sweep

_NUMBER, _SELECT, _SHARE, _NEG = (row(name).number for name in ("NUMBER", "SELECT", "SHARE", "NEG"))
_MAX, _MIN = row("MAX").number, row("MIN").number


@dataclass(frozen=True, slots=True)
class Partial:
    """One local slope.

    Attributes
    ----------
    operand : str
    formula : str
        As a textbook has it, in the names of the steps; "" for none.
    value : float
    taken : bool
        False where a branch has switched the way to the operand off.
    reason : str
        What holds at the point, such as ``since a > 0`` or ``by convention``; "" where the slope holds everywhere.
    """

    operand: str
    formula: str
    value: float
    taken: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ForwardStep:
    """One step of the forward sweep; `number` is 0 for a variable; `live` is false in a branch not taken."""

    number: int
    name: str
    operation: str
    value: float
    partials: tuple[Partial, ...]
    live: bool


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one user of a step adds to its adjoint: the user's adjoint times the local slope."""

    user: str
    adjoint: float
    partial: float
    value: float
    taken: bool


@dataclass(frozen=True, slots=True)
class ReverseStep:
    """One adjoint of the reverse sweep, with its contributions in the order in which they are added."""

    number: int
    name: str
    adjoint: float
    seeded: bool
    contributions: tuple[Contribution, ...]
    live: bool


@dataclass(frozen=True, slots=True)
class Term:
    """What one operand adds to the tangent of a step: the local slope times the operand's tangent."""

    operand: str
    partial: float
    tangent: float


@dataclass(frozen=True, slots=True)
class Dual:
    """One step of forward mode: its value and its slope by the variable of the pass."""

    name: str
    operation: str
    value: float
    tangent: float
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Pass:
    """One sweep of forward mode: the slopes of every step by one variable."""

    variable: str
    steps: tuple[Dual, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """Both sweeps at one point, and those of forward mode that were asked for."""

    formula: str
    result: str
    point: Mapping[str, float]
    value: float
    gradient: Mapping[str, float]
    forward: tuple[ForwardStep, ...]
    reverse: tuple[ReverseStep, ...]
    status: tuple[tuple[str, str], ...]
    passes: tuple[Pass, ...] = ()
    digits: int = 6  # in which it is printed; data keep all


@dataclass(frozen=True, slots=True)
class Edge:
    """Where the adjoint of a node flows, and by which local partial."""

    operand: int
    partial: float
    taken: bool


def active_nodes(expression: Expression) -> list[bool]:
    """For each node, whether a derivative flows through it to a variable."""
    graph = expression.graph
    active = [True] * graph.n_inputs + [False] * (graph.n_nodes - graph.n_inputs)
    for node in range(graph.n_inputs, graph.n_nodes):
        op, operands = graph.op[node], graph.operands(node)
        if not ROWS[op].condition and op != _SHARE:
            active[node] = any(active[operand] for operand in (operands[1:] if op == _SELECT else operands))
    return active


def step_names(expression: Expression) -> dict[int, str]:
    """Variables, bound names, ``f`` for the result, ``v1, v2, ...`` for the rest; constants stay inline.

    A name that is bound again is numbered: ``l1, l2, ...``.
    """
    graph, outputs = expression.graph, expression.outputs
    labels = {**dict(enumerate(expression.variables)), **named.step_names(expression)}
    taken = set(labels.values()) | set(expression.labels.values())
    free = (name for k in range(1, graph.n_nodes + len(taken) + 1) if (name := f"v{k}") not in taken)
    tried: dict[str, int] = {}
    results: dict[int, str] = {}
    for k, output in enumerate(outputs, 1):
        results.setdefault(output, _fresh(f"f{k}" if len(outputs) > 1 else "f", taken, tried))
    names: dict[int, str] = {}
    for node in range(graph.n_nodes):
        if node < graph.n_inputs or node in results or is_step(graph, node):
            names[node] = labels.get(node) or results.get(node) or next(free)
    return names


def is_step(graph: Graph, node: int) -> bool:
    """Whether a node is worth a line: an operation on numbers other than the sign of a constant."""
    operands = graph.operands(node)
    op = graph.op[node]
    signed = op == _NEG and graph.op[operands[0]] == _NUMBER
    return bool(operands) and not ROWS[op].condition and not signed


def has_slope_formulas(graph: Graph, node: int) -> bool:
    """Whether the local partials of a node are formulas of its operands: it is no selection."""
    return graph.op[node] not in (_SELECT, _MAX, _MIN)


def flow(sweep: Sweep, active: Sequence[bool], node: int) -> Iterator[Edge]:
    """Where the adjoint of a node flows, in the order of the reverse sweep."""
    graph, values = sweep.expression.graph, sweep.values
    op, operands, partials = graph.op[node], graph.operands(node), sweep.partials_of(node)
    if not active[node]:
        return
    found: Iterator[tuple[int, float, bool]]
    if op == _SELECT:
        found = ((k, p, bool(p)) for k, p in zip(operands[1:], partials, strict=True))
    elif op in (_MAX, _MIN):
        lead = [not (values[k] < values[node] if op == _MAX else values[k] > values[node]) for k in operands]
        found = zip(operands, partials, lead, strict=True)
    else:
        found = ((k, partial, True) for k, partial in zip(operands, partials, strict=False))
    for operand, partial, taken in found:
        if active[operand]:
            yield Edge(operand, partial, taken)


def _fresh(name: str, taken: set[str], tried: dict[str, int]) -> str:
    """The name itself, or with the first number that makes it new; `tried` remembers how far each name has come."""
    new = name
    while new in taken:
        tried[name] = tried.get(name, 1) + 1
        new = f"{name}_{tried[name]}"
    return new
