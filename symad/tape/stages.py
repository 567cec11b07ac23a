"""The stages of a formula as text: nodes, a derivative's nodes with their guards, a plan's instructions.

For those who look where something goes wrong, and for tests. Reads what C holds; types no operation and no step.
"""

from __future__ import annotations

import math
import re
from itertools import islice
from typing import TYPE_CHECKING, Any

from symad._core import plans
from symad.errors import ExpressionError
from symad.formula.ops import ROWS, row
from symad.formula.printing import number_text
from symad.tape.checking import PROGRAMS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from symad._core import tapes
    from symad._core.plans import Instruction
    from symad.formula.expression import Expression

STAGES = ("tape", "gradient", "plan")
_INPUT, _NUMBER, _SELECT = (row(name).number for name in ("INPUT", "NUMBER", "SELECT"))
_NOTES, _RESULTS = 32, 60  # columns of what is said of nodes and of instructions, where the line is not longer
_LONGEST = 60  # letters of a condition that is written out in another one
_TILES = "a slot and R hold a number a point; engines differ in how many points they take at once, not in what follows"
_TOKEN = re.compile(r"\b[ABCDKL]\b")  # what the formula of a step calls its slots and numbers


def describe(
    expression: Expression,
    stage: str,
    of: str | None,
    planned: Callable[[Callable[[Expression], Expression] | None], tuple[Expression, tapes.Plan, Any]],
) -> str:
    """The text of a stage; `planned` gives a program of the formula and its plan."""
    if stage not in STAGES:
        raise ExpressionError(f"there is no stage {stage!r} to show: {', '.join(STAGES)}")
    if of is None:
        several = "gradient" if expression.n_outputs == 1 else "jacobian"
        of = several if stage == "gradient" else "value"
    if of not in PROGRAMS:
        raise ExpressionError(f"there is no program {of!r} to show: {', '.join(PROGRAMS)}")
    program, plan, _ = planned(PROGRAMS[of])
    lines = _plan(program, plan, of, len(expression.variables)) if stage == "plan" else _nodes(program, of)
    return "".join(f"{line}\n" for line in lines)


class _Words:
    """What lines call a node: an input by name, everything else by number, and more where a reader needs it."""

    def __init__(self, program: Expression) -> None:
        self.graph = program.graph
        self.variables = program.variables
        self.labels = program.labels
        self._rounded = plans.roundings(program.handle)
        self._conditions: dict[int, str] = {}
        for node, op in enumerate(self.graph.op):
            if ROWS[op].condition:
                self._conditions[node] = self._condition(node)

    def operand(self, node: int) -> str:
        """An operand: the name of an input, or a number."""
        is_input = self.graph.op[node] == _INPUT
        return self.variables[self.graph.input_index(node)] if is_input else f"%{node}"

    def short(self, node: int) -> str:
        """What a reader would call the node, in a few letters."""
        op = self.graph.op[node]
        if self.graph.run[node] == _NUMBER:
            return self.number(node)
        if ROWS[op].arity == 0 and op != _INPUT:
            return ROWS[op].text.lstrip("_")  # as derivatives spell nan
        return self.labels.get(node) or self.operand(node)

    def number(self, node: int) -> str:
        """The constant that is used for a node."""
        number = self.graph.number(node)
        return number_text(number.value, number.exact)

    def is_constant(self, node: int) -> bool:
        """Whether the node is a literal, was folded to one, or is a constant of the table."""
        return self.graph.run[node] == _NUMBER or (ROWS[self.graph.op[node]].arity == 0 and node >= self.graph.n_inputs)

    def is_rounded(self, node: int) -> bool:
        """Whether the double of a constant is not the number meant."""
        return self.graph.run[node] == _NUMBER and self._rounded[self.graph.constant_index(node)] > 0

    def definition(self, node: int) -> str:
        """The node by its row and operands, or its literal."""
        op, operands = self.graph.op[node], self.graph.operands(node)
        shown = self.number(node) if op == _NUMBER else ", ".join(self.operand(operand) for operand in operands)
        shown = self.operand(node) if op == _INPUT else shown
        return f"%{node} = {ROWS[op].name} {shown}".rstrip()

    def meaning(self, node: int) -> str:
        """A condition or a selection as a reader says it; "" for what its row and operands say."""
        if node in self._conditions:
            return self._conditions[node] if self.graph.operands(node) else ""
        if self.graph.op[node] != _SELECT:
            return ""
        condition, then, otherwise = self.graph.operands(node)
        return f"{self.short(then)} where {self._inner(condition)}, else {self.short(otherwise)}"

    def _condition(self, node: int) -> str:
        """By the texts of operands, which stand earlier; `and` of `and` needs no parentheses on the left."""
        op, operands = self.graph.op[node], self.graph.operands(node)
        parts = []
        for place, operand in enumerate(operands):
            nested = operand in self._conditions
            apart = len(operands) == 1 or place > 0 or self.graph.op[operand] != op
            parts.append(self._inner(operand, wrapped=apart) if nested else self.short(operand))
        text = ROWS[op].text
        return f" {text} ".join(parts) if len(parts) > 1 else " ".join([text, *parts])

    def _inner(self, node: int, *, wrapped: bool = False) -> str:
        """A condition inside another text, by number where it is long."""
        text, operands = self._conditions[node], self.graph.operands(node)
        if len(text) > _LONGEST:
            return f"%{node}"
        is_compound = len(operands) > 1 and operands[0] in self._conditions
        return f"({text})" if wrapped and is_compound else text


def _line(text: str, notes: Sequence[str], column: int = _NOTES) -> str:
    said = ", ".join(note for note in notes if note)
    return f"{text:<{column - 1}} ; {said}" if said else text


def _nodes(program: Expression, of: str) -> Iterator[str]:
    """A line for each node, and the outputs."""
    graph, words = program.graph, _Words(program)
    yield f"{of}: nodes {graph.n_nodes}, inputs {graph.n_inputs}, outputs {program.n_outputs}"
    for node in range(graph.n_nodes):
        folded = graph.run[node] == _NUMBER and graph.op[node] != _NUMBER
        name = words.labels.get(node) if node >= graph.n_inputs else None
        yield _line(
            words.definition(node),
            (
                f"folded to {words.number(node)}" if folded else "",
                "rounded" if words.is_rounded(node) else "",
                words.meaning(node),
                "active" if graph.flags[node] & plans.ACTIVE else "",
                "open" if graph.flags[node] & plans.OPEN else "",
                f"named {name}" if name else "",
            ),
        )
    named = zip(program.outputs, program.output_names, strict=True)
    yield "outputs: " + ", ".join(f"{name} = %{node}" if name else f"%{node}" for node, name in named)


def _plan(program: Expression, plan: tapes.Plan, of: str, first_inputs: int) -> Iterator[str]:
    """Nodes in the order in which they are computed, with their modes, and the instructions."""
    words = _Words(program)
    modes, order = plans.modes(program.handle)
    n_instructions, n_slots, _ = plan.size()
    yield f"{of}: instructions {n_instructions}, slots {n_slots}, nodes {program.n_nodes}, computed {len(order)}"
    yield _TILES
    yield "nodes in their order:"
    yield from (_line(f"  {words.definition(node)}", (modes[node], words.meaning(node))) for node in order)
    held = {operand for node in order for operand in program.graph.operands(node) if modes[operand] == "none"}
    constants = sorted(node for node in held if words.is_constant(node))
    if constants:
        yield "constants without a slot: " + ", ".join(f"%{node} = {words.short(node)}" for node in constants)
    yield "instructions:"
    stored = (node for node in order if modes[node] in ("stored", "paired"))
    for k, one in enumerate(plans.instructions(plan)):
        results = list(islice(stored, len(one.stored)))
        if len(results) > 1:  # slots are named in the order of the rows
            by_row = {ROWS[program.graph.op[node]].name: node for node in results}
            results = [by_row[name] for name in one.name.split("+")]
        moved = first_inputs * one.block + one.column
        names = words.variables[moved : moved + len(one.moved)] if one.kind == "inputs" else ()
        text = f"  {k:>3}  {one.name:<16}  {_instruction(one, names)}"
        yield _line(text, [f"%{node}" for node in results], _RESULTS)


def _literal(value: float) -> str:
    return f"({value!r})" if math.copysign(1.0, value) < 0 else repr(value)


def _instruction(one: Instruction, names: Sequence[str]) -> str:
    """What an instruction does, in slots s0, s1, ... and the accumulator R; `names` are those of inputs moved."""
    stored = [f"s{slot}" for slot in one.stored]
    if one.kind == "step":
        tokens = dict(zip("ABCD", (f"s{slot}" for slot in one.slots), strict=False))
        tokens |= dict(zip("KL", (_literal(k) for k in one.numbers), strict=False))
        return " = ".join([*stored, "R", _TOKEN.sub(lambda found: tokens[found[0]], one.value)])
    if one.kind == "inputs":
        moved = (f"s{slot} = {name}" for slot, name in zip(one.moved, names, strict=True) if slot is not None)
        return f"block {one.block}: " + ", ".join(moved)
    if one.kind == "outputs":
        return f"block {one.block}: " + ", ".join(f"[{k}] = s{slot}" for k, slot in enumerate(one.moved, one.column))
    return f"{', '.join(stored)} = {one.name}({', '.join(f's{slot}' for slot in (*one.slots, *one.moved))})"
