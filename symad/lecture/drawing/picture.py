"""What is to be drawn: boxes and arrows with their numbers, a large graph collapsed. Knows no format and no place."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from symad.errors import ExpressionError
from symad.formula.numbers import brief
from symad.inputs import points
from symad.lecture.excerpt import excerpt, slopes, text
from symad.lecture.listing import active_nodes, flow, has_slope_formulas, step_names
from symad.tape.sweeps import trace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from symad.formula.expression import Expression
    from symad.tape.sweeps import Sweep

MAX_NODES = 60  # more do not fit a page
FEWEST, MOST = 4, 400
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


def picture(expression: Expression, *, at: Mapping[str, float] | None, max_nodes: int = MAX_NODES) -> Picture:
    """The picture of an expression, at a point if one is given."""
    try:
        most = operator.index(max_nodes)
    except TypeError:
        most = 0
    if not FEWEST <= most <= MOST:
        raise ExpressionError(f"max_nodes is a whole number from {FEWEST} to {MOST}, not {max_nodes!r}")
    sweep = None
    if at is not None:
        point = points.choose(expression.variables, at=at).array[0].copy()
        sweep = trace(expression, point, np.ones(expression.n_outputs), tangent=False)
    return _Sketch(expression, sweep, most).picture()


class _Sketch:
    """One picture in the making: which steps are drawn and where they stand among the boxes."""

    def __init__(self, expression: Expression, sweep: Sweep | None, most: int) -> None:
        self._expression = expression
        self._graph = expression.graph
        self._sweep = sweep
        self._active = active_nodes(expression)
        self._names = step_names(expression)
        steps = list(self._names)
        head = len(steps) if len(steps) <= most else (most - 1) // 2
        tail = 0 if len(steps) <= most else most - 1 - head
        self._first, self._last = steps[:head], steps[len(steps) - tail :]
        self._rest = steps[head : len(steps) - tail]
        drawn = [*self._first, *([-1] if self._rest else []), *self._last]
        self._place = {node: k for k, node in enumerate(drawn)}
        self._drawn = drawn

    def picture(self) -> Picture:
        variables, sweep = self._expression.variables, self._sweep
        at = None if sweep is None else dict(zip(variables, map(float, sweep.point), strict=True))
        arrows: list[Arrow] = []
        boxes = [self._box(node, arrows) for node in self._drawn]
        return Picture(
            formula=self._expression.source or str(self._expression),
            at=at,
            boxes=tuple(boxes),
            arrows=tuple(arrows),
            notes=tuple(self._notes()),
        )

    def _notes(self) -> Iterator[str]:
        if self._rest:
            first, last = len(self._first), len(self._last)
            yield f"{first + last:,} of {len(self._names):,} nodes are drawn: the first {first}, the last {last}"
        if self._sweep is not None and self._sweep.status:
            yield f"status: {self._sweep.status}"
        if self._sweep is not None and self._expression.n_outputs > 1:
            yield "several outputs: no adjoints"

    def _box(self, node: int, arrows: list[Arrow]) -> Box:
        """The box of a node; its arrows come in the order of its operands."""
        if node < 0:
            return self._rest_box(arrows)
        sweep = self._sweep
        written = None
        if node >= self._graph.n_inputs:
            written = excerpt(self._graph, node, self._names, opened=True)
            arrows += self._arrows(node, written)
        single = sweep is not None and self._expression.n_outputs == 1
        is_result = node in self._expression.outputs
        return Box(
            name=self._names[node],
            operation=text(written) if written is not None else "",
            kind=RESULT if is_result else VARIABLE if written is None else STEP,
            value=None if sweep is None else float(sweep.values[node]),
            adjoint=float(sweep.adjoints[node]) if single and sweep is not None and self._active[node] else None,
            live=sweep is None or bool(sweep.live[node]),
        )

    def _rest_box(self, arrows: list[Arrow]) -> Box:
        """One box for all that is not drawn; arrows to it come from what it uses."""
        place, inside = self._place[-1], set(self._rest)
        used = {self._place[k] for node in self._rest for k in self._used(node) if k not in inside}
        arrows += [Arrow(k, place, NO_SLOPE) for k in sorted(used)]
        n_variables = sum(node < self._graph.n_inputs for node in self._rest)
        n_steps = len(self._rest) - n_variables
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
        hidden = False
        for operand in sorted(self._used(node)):
            if operand not in self._place:
                hidden = True
                continue
            place, formula = self._place[operand], formulas.get(self._names[operand], "")
            if operand in merged:
                partial, taken = merged[operand]
                yield Arrow(place, target, FLOWS if taken else NOT_TAKEN, formula, partial)
            else:
                kind = FLOWS if self._sweep is None and self._active[operand] and formula else NO_SLOPE
                yield Arrow(place, target, kind, formula if kind == FLOWS else "")
        if hidden:
            yield Arrow(self._place[-1], target, NO_SLOPE)

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


def shortened(text: str, most: int) -> str:
    """A text of at most `most` characters."""
    return text if len(text) <= most else f"{text[: most - 3]}..."


def heading(picture: Picture) -> list[str]:
    """Lines over a picture: the formula, the point, what else there is to say."""
    formula = "; ".join(part.strip() for part in picture.formula.splitlines() if part.strip())
    at = ", ".join(f"{name} = {brief(value)}" for name, value in (picture.at or {}).items())
    return [formula, *([f"at {at}"] if at else []), *picture.notes]
