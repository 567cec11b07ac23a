"""The sweeps at one point as a lecturer writes them: one line a statement, local slopes, contributions, dual numbers.

Reads numbers off finished sweeps and never differentiates on its own; must not know how a listing is printed.
"""

from __future__ import annotations

from dataclasses import replace
from math import isnan
from typing import TYPE_CHECKING

from symad.derive.excerpt import text
from symad.lecture.listing import (
    Contribution,
    Dual,
    ForwardStep,
    Listing,
    Partial,
    Pass,
    ReverseStep,
    Term,
    active_nodes,
    is_step,
    step_names,
)
from symad.lecture.statement import Statement
from symad.lecture.typed import typed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from symad.formula.expression import Expression
    from symad.lecture.statement import Local, Reason
    from symad.tape.sweeps import Sweep

    Speller = Callable[[Sequence[tuple[str, Expression]]], list[dict[str, str]]]

FORMULAS = 500  # listings up to this many steps also show each local slope as a formula
BY_CONVENTION, NOT_TAKEN = "by convention", "not taken"
LONGEST = 60  # operations, written out, of a statement that stays in one line


def shown_names(expression: Expression, *, each: bool) -> dict[int, str]:
    """What gets a line of its own: what the text names, or each operation where it names nothing or that is asked for.

    A statement of more than `LONGEST` operations is shown in pieces.
    """
    names, labels, graph = step_names(expression), expression.labels, expression.graph
    kept = {node for node in names if node < graph.n_inputs or node in labels or node in expression.outputs}
    if each or not any(node >= graph.n_inputs for node in labels):
        return names
    written = [0] * graph.n_nodes  # operations of each node down to what is kept
    for node in range(graph.n_inputs, graph.n_nodes):
        operands = graph.operands(node)
        written[node] = sum(written[k] for k in operands if k not in kept) + is_step(graph, node)
        if written[node] > LONGEST and node in names:
            kept.add(node)
    return {node: name for node, name in names.items() if node in kept}


def listing(
    sweep: Sweep,
    *,
    each: bool = True,
    spell: Speller | None = None,
    tangents: Mapping[str, Sweep] | None = None,
    digits: int = 6,
) -> Listing:
    """The listing of a reverse sweep; its numbers are those of the sweep, bit for bit.

    Parameters
    ----------
    sweep : Sweep
        A reverse sweep of one output.
    each : bool
        Whether every operation has its line; by default so, else the names of the text decide.
    spell : callable, optional
        Spells local slopes: for each name and formula of a step one by each of its variables.
    tangents : mapping of variable to Sweep, optional
        The tangent sweep by each variable, for the passes of forward mode.
    digits : int
        In which numbers are printed; 17 are all.
    """
    names = shown_names(sweep.expression, each=each)
    return replace(_Lesson(sweep, names, spell).listing(tangents or {}), digits=digits)


class _Lesson:
    """One listing in the making."""

    def __init__(self, sweep: Sweep, names: Mapping[int, str], spell: Speller | None) -> None:
        self._sweep, self._names, self._spell = sweep, names, spell
        self._expression = sweep.expression
        self._n_inputs = sweep.expression.graph.n_inputs
        self._output = sweep.expression.outputs[0]
        self._active = active_nodes(sweep.expression)
        nodes = [node for node in names if node >= self._n_inputs]
        self._statements = {node: Statement(sweep, names, self._active, node) for node in nodes}
        self._numbers = {node: k for k, node in enumerate(nodes, 1)}
        self._texts = typed(self._expression, {names[node]: self._statements[node].written for node in nodes})
        self._values = {name: float(sweep.values[node]) for node, name in names.items()}
        self._formulas = self._spelled()

    def listing(self, tangents: Mapping[str, Sweep]) -> Listing:
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
            passes=tuple(self._pass(name, tangent) for name, tangent in tangents.items()),
        )

    def _spelled(self) -> dict[int, dict[str, str]]:
        """The local slopes of each step as formulas, where it has any at this point."""
        smooth = [one for one in self._statements.values() if self._active[one.node]]
        if self._spell is None or len(self._names) > FORMULAS:
            return {}
        resolved = [(one.node, one.name, one.resolved) for one in smooth]
        found = [(node, name, formula) for node, name, formula in resolved if formula is not None and formula.variables]
        spelled = self._spell([(name, formula) for _, name, formula in found])
        return {node: formulas for (node, _, _), formulas in zip(found, spelled, strict=True)}

    def _forward(self, node: int) -> ForwardStep:
        statement = self._statements.get(node)
        live = bool(self._sweep.live[node]) or not self._active[node]
        name, value = self._names[node], self._values[self._names[node]]
        if statement is None:
            return ForwardStep(0, name, "", value, (), live)
        return ForwardStep(
            self._numbers[node], name, self._texts.get(name) or text(statement.written), value,
            tuple(self._partials(statement)), live,
        )  # fmt: skip

    def _partials(self, statement: Statement) -> Iterator[Partial]:
        formulas = self._formulas.get(statement.node, {})
        for node, local in statement.slopes.items():
            name = self._names[node]
            formula = "" if isnan(local.value) else formulas.get(name, "")  # outside a domain it would say otherwise
            yield Partial(name, formula, local.value, local.taken, _said(node, local, statement.reasons))

    def _reverse(self) -> Iterator[ReverseStep]:
        sweep = self._sweep
        met: dict[int, list[Contribution]] = {node: [] for node in self._names}
        steps: dict[int, ReverseStep] = {}
        for node in sorted(self._names, reverse=True):
            if not self._active[node]:
                continue
            adjoint, live = float(sweep.adjoints[node]), bool(sweep.live[node])
            steps[node] = ReverseStep(
                self._numbers.get(node, 0), self._names[node], adjoint, node == self._output, tuple(met[node]), live
            )
            for operand, local in self._statements[node].slopes.items() if node in self._statements else ():
                taken = live and local.taken
                product = adjoint * local.value if taken else 0.0
                met[operand].append(Contribution(self._names[node], adjoint, local.value, product, taken))
        inputs = sorted(node for node in steps if node < self._n_inputs)
        yield from (steps[node] for node in [*(node for node in steps if node >= self._n_inputs), *inputs])

    def _pass(self, variable: str, tangent: Sweep) -> Pass:
        """One sweep of forward mode in the steps of this listing."""
        numbers = {name: float(tangent.slopes[node]) for node, name in self._names.items()}
        steps = []
        for node, name in self._names.items():
            statement = self._statements.get(node)
            slopes = statement.slopes if statement is not None else {}
            terms = [(self._names[k], local) for k, local in slopes.items() if local.taken]
            used = tuple(Term(k, local.value, numbers[k]) for k, local in terms if numbers[k])
            operation = (self._texts.get(name) or text(statement.written)) if statement is not None else ""
            steps.append(Dual(name, operation, self._values[name], numbers[name], used))
        return Pass(variable, tuple(steps))


def _said(node: int, local: Local, reasons: Sequence[Reason]) -> str:
    """What stands behind a slope: the convention at a kink, the conditions of its branch, or that it is not taken."""
    about = [reason for reason in reasons if node in (reason.about if local.taken else reason.named)]
    if any(reason.tie for reason in reasons if node in reason.about):
        return BY_CONVENTION
    if not about:
        return "" if local.taken else NOT_TAKEN
    return f"since {' and '.join(dict.fromkeys(reason.text for reason in about))}"
