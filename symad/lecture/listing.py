"""The two sweeps at one point as a lecturer writes them: names for all steps, local partials, contributions.

Reads numbers off a finished sweep and never differentiates on its own; must not know how a listing is printed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from symad.formula.ops import ROWS, row
from symad.lecture.excerpt import excerpt, slopes, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from symad.formula.expression import Expression, Graph
    from symad.tape.sweeps import Sweep

_INPUT, _NUMBER, _SELECT, _SHARE, _NEG = (row(name).number for name in ("INPUT", "NUMBER", "SELECT", "SHARE", "NEG"))
_MAX, _MIN = row("MAX").number, row("MIN").number
_FORMULAS = 500  # listings up to this many steps also show each local partial as a formula


@dataclass(frozen=True, slots=True)
class Partial:
    """One local partial; `taken` is false on an edge that a branch has switched off."""

    operand: str
    formula: str
    value: float
    taken: bool


@dataclass(frozen=True, slots=True)
class ForwardStep:
    """One operation of the forward sweep; `number` is 0 for a variable; `live` is false in a branch not taken."""

    number: int
    name: str
    operation: str
    value: float
    partials: tuple[Partial, ...]
    live: bool


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one use of a step adds to its adjoint: the user's adjoint times the local partial."""

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
class Listing:
    """Both sweeps at one point."""

    formula: str
    result: str
    point: Mapping[str, float]
    value: float
    gradient: Mapping[str, float]
    forward: tuple[ForwardStep, ...]
    reverse: tuple[ReverseStep, ...]
    status: tuple[tuple[str, str], ...]


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
    """Variables, bound names, ``f`` for the result, ``v1, v2, ...`` for the rest; constants stay inline."""
    graph, labels, outputs = expression.graph, expression.labels, expression.outputs
    taken = set(labels.values())
    free = (name for k in range(1, graph.n_nodes + len(taken) + 1) if (name := f"v{k}") not in taken)
    tried: dict[str, int] = {}
    results: dict[int, str] = {}
    for k, output in enumerate(outputs, 1):
        results.setdefault(output, _fresh(f"f{k}" if len(outputs) > 1 else "f", taken, tried))
    names: dict[int, str] = {}
    used = set[str]()
    for node in range(graph.n_nodes):
        if node < graph.n_inputs or node in results or _is_step(graph, node):
            name = labels.get(node) or results.get(node) or next(free)
            names[node] = _fresh(name, taken, tried) if name in used else name  # a name may have been bound again
            used.add(names[node])
            taken.add(names[node])
    return names


def _is_step(graph: Graph, node: int) -> bool:
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


def listing(sweep: Sweep) -> Listing:
    """The listing of a reverse sweep; its numbers are those of the sweep, bit for bit."""
    return _Lecture(sweep).listing()


class _Lecture:
    """One listing in the making: which nodes are steps, and what they are called."""

    def __init__(self, sweep: Sweep) -> None:
        self._sweep = sweep
        self._expression = sweep.expression
        self._graph = sweep.expression.graph
        self._output = sweep.expression.outputs[0]
        self._active = active_nodes(sweep.expression)
        self._names = step_names(sweep.expression)
        self._numbers = {node: k for k, node in enumerate((n for n in self._names if n >= self._graph.n_inputs), 1)}

    def listing(self) -> Listing:
        sweep, variables = self._sweep, self._expression.variables
        return Listing(
            formula=self._expression.source or str(self._expression),
            result=self._names[self._output],
            point=dict(zip(variables, map(float, sweep.point), strict=True)),
            value=sweep.value,
            gradient=dict(zip(variables, map(float, sweep.gradient), strict=True)),
            forward=tuple(self._forward(node) for node in self._names),
            reverse=tuple(self._reverse()),
            status=tuple((bit.name, bit.text) for bit in sweep.status.bits),
        )

    def _forward(self, node: int) -> ForwardStep:
        sweep = self._sweep
        is_input = self._graph.op[node] == _INPUT
        written = None if is_input else self._written(node)
        formulas = (
            slopes(written)
            if written and self._short and self._active[node] and has_slope_formulas(self._graph, node)
            else {}
        )
        named = [(self._names[edge.operand], edge) for edge in flow(sweep, self._active, node)]
        partials = tuple(Partial(name, formulas.get(name, ""), edge.partial, edge.taken) for name, edge in named)
        return ForwardStep(
            number=self._numbers.get(node, 0),
            name=self._names[node],
            operation=text(written) if written else "",
            value=float(sweep.values[node]),
            partials=_merged(partials) if formulas else partials,
            live=bool(sweep.live[node]) or not self._active[node],
        )

    @property
    def _short(self) -> bool:
        return len(self._names) <= _FORMULAS

    def _written(self, node: int) -> Expression:
        """The node as a formula of the names of its operands; conditions and constants are written out."""
        return excerpt(self._graph, node, self._names, opened=True)

    def _reverse(self) -> Iterator[ReverseStep]:
        sweep = self._sweep
        met: dict[int, list[Contribution]] = {node: [] for node in self._names}
        for node in sorted(self._names, reverse=True):
            if not self._active[node]:
                continue
            adjoint, live = float(sweep.adjoints[node]), bool(sweep.live[node])
            yield ReverseStep(
                self._numbers.get(node, 0), self._names[node], adjoint, node == self._output, tuple(met[node]), live
            )
            for edge in flow(sweep, self._active, node):
                taken = live and edge.taken
                product = float(sweep.adjoints[node] * edge.partial) if taken else 0.0
                met[edge.operand].append(Contribution(self._names[node], adjoint, edge.partial, product, taken))


def _fresh(name: str, taken: set[str], tried: dict[str, int]) -> str:
    """The name itself, or with the first number that makes it new; `tried` remembers how far each name has come."""
    new = name
    while new in taken:
        tried[name] = tried.get(name, 1) + 1
        new = f"{name}_{tried[name]}"
    return new


def _merged(partials: tuple[Partial, ...]) -> tuple[Partial, ...]:
    """One partial an operand: the formula of ``a*a`` already is the sum over both uses of `a`."""
    found: dict[str, Partial] = {}
    for partial in partials:
        earlier = found.get(partial.operand)
        value = partial.value if earlier is None else earlier.value + partial.value
        found[partial.operand] = Partial(partial.operand, partial.formula, value, partial.taken)
    return tuple(found.values())
