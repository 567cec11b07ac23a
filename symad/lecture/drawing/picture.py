"""What is to be drawn: boxes and arrows with their numbers, a large graph collapsed. Knows no format and no place."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from symad.answers import named
from symad.derive.excerpt import excerpt, slopes, text
from symad.errors import ExpressionError
from symad.formula.numbers import brief
from symad.inputs import points
from symad.lecture.drawing.folding import Group, folded
from symad.lecture.listing import active_nodes, flow, has_slope_formulas, step_names
from symad.tape.sweeps import trace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from symad.formula.expression import Expression
    from symad.tape.sweeps import Sweep

MAX_NODES = 60  # more do not fit a page
FEWEST, MOST = 4, 400
ALL = 5_000  # boxes of a picture that is not folded: some seconds
VARIABLE, STEP, RESULT, REST = "variable", "step", "result", "rest"
FLOWS, NOT_TAKEN, NO_SLOPE = "flows", "not taken", "no slope"


@dataclass(frozen=True, slots=True)
class Box:
    """One node: a variable, a step, a result, or the rest that is not drawn; without a point it has no numbers."""

    name: str
    operation: str
    kind: str
    value: float | None = None
    adjoint: float | None = None
    live: bool = True
    n_heads: int = 1  # names that share the box: its numbers are the norms of theirs


@dataclass(frozen=True, slots=True)
class Arrow:
    """One use of a box by another: the local partial as a formula ("" for none) and a number."""

    source: int
    target: int
    kind: str = FLOWS
    formula: str = ""
    partial: float | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """Boxes in an order in which each stands after those it uses, and arrows between their places."""

    formula: str
    at: Mapping[str, float] | None
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    notes: tuple[str, ...]

    @property
    def result(self) -> str:
        """Name of the result; "" for several."""
        names = [box.name for box in self.boxes if box.kind == RESULT]
        return names[0] if len(names) == 1 else ""


def picture(expression: Expression, *, at: Mapping[str, float] | None, max_nodes: int | None = MAX_NODES) -> Picture:
    """The picture of an expression, at a point if one is given; `max_nodes` None draws every node."""
    try:
        most = len(expression.graph.op) if max_nodes is None else operator.index(max_nodes)
    except TypeError:
        most = 0
    if max_nodes is not None and not FEWEST <= most <= MOST:
        raise ExpressionError(f"max_nodes is a whole number from {FEWEST} to {MOST}, not {max_nodes!r}")
    sweep = None
    if at is not None:
        point = points.choose(expression.variables, at=at).array[0].copy()
        sweep = trace(expression, point, np.ones(expression.n_outputs), tangent=False)
    return _Sketch(expression, sweep, most).picture()


class _Sketch:
    """One picture in the making: which steps share a box and where it stands among the boxes."""

    def __init__(self, expression: Expression, sweep: Sweep | None, most: int) -> None:
        self._expression = expression
        self._graph = expression.graph
        self._sweep = sweep
        self._active = active_nodes(expression)
        self._names = step_names(expression)
        bound = {*range(self._graph.n_inputs), *named.step_names(expression), *expression.outputs}
        self._groups = folded(self._names, bound, self._used, inputs=self._graph.n_inputs, most=most)
        self._place = {node: k for k, group in enumerate(self._groups) for node in group.nodes}
        if max(len(self._groups), 1) > ALL:
            raise ExpressionError(f"this graph has {len(self._groups):,} boxes, and a picture holds at most {ALL:,}")

    def picture(self) -> Picture:
        variables, sweep = self._expression.variables, self._sweep
        at = None if sweep is None else dict(zip(variables, map(float, sweep.point), strict=True))
        arrows: list[Arrow] = []
        boxes = [self._box(group, arrows) for group in self._groups]
        return Picture(
            formula=self._expression.source or str(self._expression),
            at=at,
            boxes=tuple(boxes),
            arrows=tuple(arrows),
            notes=tuple(self._notes()),
        )

    def _notes(self) -> Iterator[str]:
        hidden = next((k for k, group in enumerate(self._groups) if group.hidden), None)
        n_boxes = len(self._groups) - (hidden is not None)
        n_drawn, n_nodes = sum(len(group.nodes) for group in self._groups if not group.hidden), len(self._names)
        if hidden is None and n_drawn > n_boxes:
            yield f"{n_nodes:,} nodes in {n_boxes:,} boxes: names that differ in their last index share one"
        if hidden is not None:
            first, last = f"the first {hidden}", f"the last {n_boxes - hidden}"
            where = f": {first}, {last}" if n_drawn == n_boxes else f", in {first} and {last} boxes"
            yield f"{n_drawn:,} of {n_nodes:,} nodes are drawn{where}"
        if self._sweep is not None and self._sweep.status:
            yield f"status: {self._sweep.status}"
        if self._sweep is not None and self._expression.n_outputs > 1:
            yield "several outputs: no adjoints"

    def _box(self, group: Group, arrows: list[Arrow]) -> Box:
        """The box of a group; the arrows to it come in the order of its operands."""
        if group.hidden:
            return self._rest_box(group, arrows)
        if len(group.nodes) > 1:
            arrows += self._joined_arrows(group)
            return self._shared_box(group)
        (node,) = group.nodes
        written = None
        if node >= self._graph.n_inputs:
            written = excerpt(self._graph, node, self._names, opened=True)
            arrows += self._arrows(node, written)
        return Box(
            name=self._names[node],
            operation=text(written) if written is not None else "",
            kind=self._kind([node]),
            value=None if self._sweep is None else float(self._sweep.values[node]),
            adjoint=self._adjoint([node]),
            live=self._sweep is None or bool(self._sweep.live[node]),
        )

    def _kind(self, heads: Sequence[int]) -> str:
        if any(node in self._expression.outputs for node in heads):
            return RESULT
        return VARIABLE if heads[0] < self._graph.n_inputs else STEP

    def _adjoint(self, heads: Sequence[int]) -> float | None:
        """The adjoint of a box, the norm of several; None where there is none."""
        if self._sweep is None or self._expression.n_outputs > 1 or not any(self._active[node] for node in heads):
            return None
        found = self._sweep.adjoints[list(heads)]
        return float(found[0]) if len(heads) == 1 else float(np.linalg.norm(found))

    def _shared_box(self, group: Group) -> Box:
        """One box for names that differ in their last index, or for a name with the steps that flow into it."""
        first, last = self._names[group.heads[0]], self._names[group.heads[-1]]
        inside = f"{len(group.nodes):,} steps"
        if len(group.heads) == 1:
            said = f"{first} = ... ({inside})"
        elif len(group.heads) == len(group.nodes):
            said = f"{first} … {last} ({len(group.heads):,})"
        else:
            said = f"{first} … {last} ({len(group.heads):,}, {inside})"
        sweep, heads = self._sweep, group.heads
        value = None if sweep is None else float(sweep.values[heads[0]])
        if sweep is not None and len(heads) > 1:
            value = float(np.linalg.norm(sweep.values[heads]))
        live = sweep is None or bool(sweep.live[heads].any())
        return Box(said, "", self._kind(heads), value, self._adjoint(heads), live, n_heads=len(heads))

    def _joined_arrows(self, group: Group) -> Iterator[Arrow]:
        """One arrow from each other box that a shared one uses, and how many uses it stands for."""
        target = self._place[group.nodes[0]]
        met: dict[int, list[int]] = {}
        for node in group.nodes:
            for operand in sorted(self._used(node)) if node >= self._graph.n_inputs else ():
                source = self._place[operand]
                if source != target:
                    met.setdefault(source, []).append(int(self._active[node] and self._active[operand]))
        for source, flows in met.items():
            kind = FLOWS if any(flows) and not self._groups[source].hidden else NO_SLOPE
            yield Arrow(source, target, kind, f"{len(flows)} arrows" if kind == FLOWS and len(flows) > 1 else "")

    def _rest_box(self, group: Group, arrows: list[Arrow]) -> Box:
        """One box for all that is not drawn; arrows to it come from what it uses."""
        place = self._place[group.nodes[0]]
        used = {self._place[k] for node in group.nodes for k in self._used(node)} - {place}
        arrows += [Arrow(k, place, NO_SLOPE) for k in sorted(used)]
        n_variables = sum(node < self._graph.n_inputs for node in group.nodes)
        n_steps = len(group.nodes) - n_variables
        parts = [f"{n:,} {what}{'s' * (n != 1)}" for n, what in ((n_variables, "variable"), (n_steps, "step")) if n]
        return Box("...", f"{' and '.join(parts)} not drawn", REST)

    def _used(self, node: int) -> set[int]:
        """The named nodes that a node uses, through conditions and constants."""
        found: set[int] = set()
        seen: set[int] = set()
        stack = list(self._graph.operands(node))
        while stack:
            operand = stack.pop()
            if operand in self._names:
                found.add(operand)
            elif operand not in seen:
                seen.add(operand)
                stack += self._graph.operands(operand)
        return found

    def _arrows(self, node: int, written: Expression) -> Iterator[Arrow]:
        """One arrow from each box that the node uses, parallel ones merged as their sum."""
        target, merged = self._place[node], self._partials(node)
        flows = self._active[node] and has_slope_formulas(self._graph, node)
        formulas = slopes(written) if flows else {}
        shared: dict[int, int] = {}
        for operand in sorted(self._used(node)):
            place, formula = self._place[operand], formulas.get(self._names[operand], "")
            if len(self._groups[place].nodes) > 1:
                shared[place] = shared.get(place, 0) + 1
                continue
            if operand in merged:
                partial, taken = merged[operand]
                yield Arrow(place, target, FLOWS if taken else NOT_TAKEN, formula, partial)
            else:
                kind = FLOWS if self._sweep is None and self._active[operand] and formula else NO_SLOPE
                yield Arrow(place, target, kind, formula if kind == FLOWS else "")
        for place, n_uses in shared.items():
            kind = NO_SLOPE if self._groups[place].hidden or not self._active[node] else FLOWS
            yield Arrow(place, target, kind, f"{n_uses} arrows" if kind == FLOWS and n_uses > 1 else "")

    def _partials(self, node: int) -> dict[int, tuple[float, bool]]:
        """For each operand the sum of its partials, and whether a taken branch leads there."""
        found: dict[int, tuple[float, bool]] = {}
        if self._sweep is None:
            return found
        live = bool(self._sweep.live[node])
        for edge in flow(self._sweep, self._active, node):
            earlier, taken = found.get(edge.operand, (0.0, False))
            partial = earlier + edge.partial if edge.operand in found else edge.partial
            found[edge.operand] = (partial, taken or (live and edge.taken))
        return found


def label(arrow: Arrow, most: int | None = None) -> str:
    """What stands at an arrow: formula and number, or what there is of them; the number where both are too long."""
    if arrow.kind == NOT_TAKEN:
        return NOT_TAKEN
    number = "" if arrow.partial is None else brief(arrow.partial)
    both = " = ".join(part for part in dict.fromkeys((arrow.formula, number)) if part)
    return both if most is None or len(both) <= most else number or shortened(both, most)


def value_word(box: Box) -> str:
    """What the first number of a box is."""
    return "value" if box.n_heads == 1 else "norm of values"


def adjoint_word(box: Box) -> str:
    """What the second number of a box is."""
    return "adjoint" if box.n_heads == 1 else "norm of adjoints"


def shortened(text: str, most: int) -> str:
    """A text of at most `most` characters."""
    return text if len(text) <= most else f"{text[: most - 3]}..."


def heading(picture: Picture) -> list[str]:
    """Lines over a picture: the formula, the point, what else there is to say."""
    formula = "; ".join(part.strip() for part in picture.formula.splitlines() if part.strip())
    at = ", ".join(f"{name} = {brief(value)}" for name, value in (picture.at or {}).items())
    return [formula, *([f"at {at}"] if at else []), *picture.notes]
