"""An Expression as a program of its named steps. Knows names and pieces of graphs, differentiates nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from symad.derive.excerpt import excerpt
from symad.formula.ops import ROWS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from symad.formula.expression import Expression
    from symad.symbolic import Steps


@dataclass(frozen=True, slots=True)
class Step:
    """One named step: its node, and what it is in terms of variables and other steps."""

    name: str
    node: int
    formula: Expression


class Program:
    """The named steps of an Expression that its outputs need.

    Parameters
    ----------
    expression : Expression
    wrt : sequence of str
        The variables of the derivatives.
    split : bool
        Whether names are used; without them the outputs are formulas of the variables alone.

    Attributes
    ----------
    steps : tuple of Step
        Each behind those that it uses.
    outputs : tuple of Step
        The name is "" where the output has none of its own.
    results : tuple of str
        What the outputs are called: ``f``, or the names that the text gives them.
    """

    def __init__(self, expression: Expression, wrt: Sequence[str], *, split: bool = True) -> None:
        self.expression = expression
        self.wrt = tuple(wrt)
        graph = expression.graph
        self._inputs = dict(enumerate(expression.variables))
        self.names = {**self._inputs, **(step_names(expression) if split else {})}
        outputs = [excerpt(graph, node, self.names, opened=True) for node in expression.outputs]
        own = [self.names.get(node, "") if node >= graph.n_inputs else "" for node in expression.outputs]
        self.outputs = tuple(map(Step, own, expression.outputs, outputs))
        self.steps = tuple(self._needed(outputs))
        self.results = self._results()
        taken = {*self.names.values(), *self.results}
        self.adjoints = tuple(self._adjoints(result, taken) for result in self.results)

    def _needed(self, outputs: Sequence[Expression]) -> list[Step]:
        """The steps that the outputs use, directly or not, in the order of the graph."""
        nodes = {name: node for node, name in self.names.items()}
        wanted = {nodes[name] for formula in outputs for name in formula.variables} - set(self._inputs)
        found: list[Step] = []
        while wanted:
            node = max(wanted)  # what it uses stands before it
            formula = excerpt(self.expression.graph, node, self.names, opened=True)
            found.append(Step(self.names[node], node, formula))
            wanted |= {nodes[name] for name in formula.variables} - set(self._inputs)
            wanted.discard(node)
        return found[::-1]

    def _results(self) -> tuple[str, ...]:
        own = self.expression.output_names
        several = len(self.outputs) > 1
        taken = set(self.expression.variables) | {step.name for step in self.outputs}
        found: list[str] = []
        for k, output in enumerate(self.outputs, 1):
            name = output.name or own[k - 1]
            found.append(name or fresh(f"f{k}" if several else "f", taken))
        return tuple(found)

    def _adjoints(self, result: str, taken: set[str]) -> tuple[str, ...]:
        """Names of the slopes by the steps: ``da``, and of one of several results ``dr_da``."""
        stem = f"d{result}_d" if len(self.results) > 1 else "d"
        found = []
        for step in self.steps:
            found.append(fresh(f"{stem}{step.name}", taken))
            taken.add(found[-1])
        return tuple(found)

    @property
    def active(self) -> set[str]:
        """What depends on a chosen variable: it, and steps that use something active."""
        found = set(self.wrt)
        for step in self.steps:
            if found.intersection(step.formula.variables):
                found.add(step.name)
        return found

    def texts(self, order: int = 1) -> Steps:
        """The program as SymPy's process takes it."""
        from symad.symbolic import Steps

        return Steps(
            inputs=self.expression.variables,
            wrt=self.wrt,
            steps=tuple((step.name, str(step.formula)) for step in self.steps),
            outputs=tuple((step.name, str(step.formula)) for step in self.outputs),
            adjoints=self.adjoints,
            order=order,
        )

    @property
    def places(self) -> dict[str, int]:
        """Node of each name that a derivative may use."""
        return {name: node for node, name in self.names.items()}


def has_names(expression: Expression) -> bool:
    """Whether the text of an Expression gives names to operations."""
    return bool(step_names(expression))


def step_names(expression: Expression) -> dict[int, str]:
    """The operations that the text names; a name that is bound again is numbered, ``l1, l2, ...``."""
    graph = expression.graph
    named = {
        node: name
        for node, name in sorted(expression.labels.items())
        if node >= graph.n_inputs and graph.operands(node) and not ROWS[graph.op[node]].condition
    }
    counted: dict[str, int] = {}
    for name in named.values():
        counted[name] = counted.get(name, 0) + 1
    return _numbered(named, {name for name, n in counted.items() if n > 1}, expression.variables)


def _numbered(named: Mapping[int, str], again: set[str], variables: Iterable[str]) -> dict[int, str]:
    taken = set(variables) | (set(named.values()) - again)
    found: dict[int, str] = {}
    number = dict.fromkeys(again, 0)
    for node, name in named.items():
        new = name
        while name in again and (new == name or new in taken):
            number[name] += 1
            new = f"{name}{number[name]}"
        taken.add(new)
        found[node] = new
    return found


def fresh(name: str, taken: set[str]) -> str:
    """The name itself, or with the first number that makes it new."""
    new, k = name, 1
    while new in taken:
        k += 1
        new = f"{name}_{k}"
    return new
