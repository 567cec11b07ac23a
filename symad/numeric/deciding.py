"""An Expression in any precision with its decisions taken by a bound: what rounding may have parted counts as equal.

Knows bounds as numbers, not how they came about. A node whose bound is 0 is exact and never counts as anything else.
Every other number is blurred in its last digits: what a sum has swallowed, ``1 + 1e-200``, does not look exact then.
"""

from __future__ import annotations

import math
import random
import time
from typing import TYPE_CHECKING, TypeVar

from symad.errors import BudgetError
from symad.formula.ops import ROWS, Row
from symad.numeric.evaluation import Evaluator, Rules, domain
from symad.numeric.slack import EXACT, ROUNDED, TIE, UNBOUNDED, UNKNOWN, VANISHED, Run, magnitude

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import mpmath

    from symad.formula.expression import Expression, Graph
    from symad.numeric.evaluation import Step

    # from a run, a node and its operands to the node's value and what it was caught in
    Decision = Callable[["Run", int, tuple[int, ...]], tuple[mpmath.mpf, int]]

_T = TypeVar("_T")

_JUMPS_AT_INTEGERS = "a != floor(a)"
_BLUR = 8  # bits at the end of the working precision that are blurred; bounds leave room for more
_FLOORS = "floor("  # in definitions of steps
_MOVED = 20  # bits below an operand by which it is moved
_CONES = 16  # kept
_FACES = 16  # different blurs
_ADDITIVE = frozenset(("ADD", "SUB"))
_SIMPLE = (0.0, 0.5, 1.0)  # where functions have exact values


class Decider(Evaluator):
    """An Evaluator whose decisions follow bounds. Parameters are those of Evaluator."""

    def __init__(
        self, expression: Expression, *, deadline: float | None = None, context: mpmath.MPContext | None = None
    ) -> None:
        super().__init__(expression, deadline=deadline, context=context)
        self._rules = _Decisions(self.context, expression.graph)
        graph = expression.graph
        self._rows = [ROWS[number] for number in graph.op]
        self._decisions = {node: found for node in range(graph.n_nodes) if (found := self._rules.of(node))}
        self._literals = {
            node for node, row in enumerate(self._rows) if row.name == "NUMBER" and graph.number(node).exact is None
        }
        self._domains: dict[str, Evaluator] = {}
        self._blurred: dict[int, list[mpmath.mpf]] = {}
        self._cones: dict[tuple[int, ...], list[Step]] = {}

    @property
    def decides(self) -> bool:
        """Whether any node decides something, or a row within its definition does."""
        return any(self._rules.decides(node) for node in self._decisions)

    def first(self, items: Sequence[_T]) -> _T:
        """What belongs to the first output among something of each node."""
        return items[self._outputs[0]]

    def alone(self, point: Sequence[mpmath.mpf], output: int) -> list[mpmath.mpf]:
        """One output without bounds."""
        values: list[mpmath.mpf] = [*point, *[False] * (self._n_nodes - len(point))]
        return [self._run(self.cone((output,)), values)[self._outputs[output]]]

    def cone(self, outputs: tuple[int, ...]) -> list[Step]:
        """The operations that some outputs need; kept, as points in a row ask the same."""
        if outputs not in self._cones:
            needed = bytearray(self._n_nodes)
            for output in outputs:
                needed[self._outputs[output]] = 1
            steps = []
            for step in reversed(self._steps):
                if needed[step[0]]:
                    steps.append(step)
                    for operand in step[2]:
                        needed[operand] = 1
            if len(self._cones) >= _CONES:
                self._cones.clear()
            self._cones[outputs] = steps[::-1]
        return self._cones[outputs]

    def sizes(self, point: Sequence[mpmath.mpf], slacks: Sequence[float], bits: float) -> list[float]:
        """Sizes of the nodes where each input may be off by 2**slack: what moves when the inputs do."""
        if all(slack == EXACT for slack in slacks):
            return [EXACT] * self._n_nodes
        one = self.context.one
        shifts = [self.context.ldexp(one, int(slack)) if math.isfinite(slack) else 0 for slack in slacks]
        base = self.values(point)
        moved = [self.values([x + sign * shift for x, shift in zip(point, shifts, strict=True)]) for sign in (1, -1)]
        found = [slack + bits for slack in slacks]
        for node in range(len(point), self._n_nodes):
            value = base[node]
            if isinstance(value, bool):
                found.append(EXACT)
                continue
            off = max(magnitude(there[node] - value) for there in moved)
            found.append(EXACT if off == -math.inf else max(off + bits, magnitude(value)))
        return found

    def decided(
        self,
        point: Sequence[mpmath.mpf],
        steps: Sequence[Step],
        sizes: Sequence[float],
        bits: float,
        *,
        inside: bool | None = None,
        before: Run | None = None,
    ) -> Run:
        """Values of the steps' nodes in the context's precision.

        Parameters
        ----------
        point : sequence of mpf
        steps : list of Step
        sizes : (n_nodes,) floats
            As in Run.
        bits : float
            Below the context's, so that errors of the bound itself have room.
        inside : bool, optional
            Within a definition, where sizes know of the operands' errors alone: whether anything is rounded there.
        before : Run, optional
            The last one in lower precision.
        """
        blank = self._n_nodes - len(point)
        run = Run(
            [*point, *[False] * blank], list(sizes), bits, [0] * self._n_nodes, self._blurs(), inside, before=before
        )
        run.top = max((size for size in map(magnitude, point) if size < math.inf), default=-math.inf)
        for node, rule, operands in steps:
            if self.deadline is not None and time.monotonic() > self.deadline:
                raise BudgetError("refining ran out of its seconds")
            decision = self._decisions.get(node)
            if decision is None:
                value, caught = rule(*[run.values[operand] for operand in operands]), run.caught_in(operands)
            else:
                value, caught = decision(run, node, operands)
            run.values[node] = value
            run.caught[node] = caught if isinstance(value, bool) else caught | self._settle(run, node, operands)
        return run

    def hidden(self, run: Run, steps: Sequence[Step]) -> float:
        """Magnitude of the least that rounded functions make of a change of an operand, as 1 - tanh(x) has it.

        -inf where nothing is seen of the change: what is behind the digits may be as small as it likes.
        """
        least, one = math.inf, self.context.one
        for node, _, operands in steps:
            if self._rows[node].cost not in ("call", "power") or run.sizes[node] == EXACT or self._rules.jumps(node):
                continue
            value, items = run.values[node], [run.values[operand] for operand in operands]
            for k, item in enumerate(items):
                if item and value and self.context.isfinite(item) and self.context.isfinite(value):
                    moved = item + self.context.ldexp(one, int(magnitude(item)) - _MOVED)
                    change = magnitude(self._rules.plain(node)(*items[:k], moved, *items[k + 1 :]) - value)
                    if change <= magnitude(value) - run.bits:
                        return -math.inf
                    least = min(least, change)
        return least

    def _blurs(self) -> list[mpmath.mpf]:
        """Factors that differ from 1 by some of the last bits, others in each precision, the same in every run."""
        precision = self.context.prec
        if precision not in self._blurred:
            chance = random.Random(precision)
            ends = [chance.randrange(1 << _BLUR - 1, 1 << _BLUR) * chance.choice((1, -1)) for _ in range(_FACES)]
            self._blurred[precision] = [self.context.one + self.context.ldexp(end, -precision) for end in ends]
        return self._blurred[precision]

    def _settle(self, run: Run, node: int, operands: tuple[int, ...]) -> int:
        """Count a number within its bound of 0 as 0; the bits that its own row adds."""
        caught, size = 0, magnitude(run.values[node])
        if size == math.inf:
            return UNBOUNDED
        if node in self._literals and run.sizes[node] != EXACT:
            caught = ROUNDED
        if size != -math.inf:
            run.top = max(run.top, size)
        if run.sizes[node] == UNKNOWN:
            run.sizes[node] = self._estimate(run, node, operands)
            if self._within(run, node, size) and self._rows[node].name not in _ADDITIVE:
                return caught | UNBOUNDED  # a pole in reach
        if self._within(run, node, size):
            run.values[node] = self.context.zero
            run.vanished.add(node)
            caught |= VANISHED
        elif self._rounds(run, node, operands):
            run.values[node] *= run.blurs[node % _FACES]
        if run.vanished and not run.vanished.isdisjoint(operands):
            caught |= self._at_an_end(node, [run.values[operand] for operand in operands])
        return caught

    def _within(self, run: Run, node: int, size: float) -> bool:
        within = run.inside is None and -math.inf < size <= run.sizes[node] - run.bits
        return within and run.passes(node, run.values[node])

    def _estimate(self, run: Run, node: int, operands: tuple[int, ...]) -> float:
        """A size where the doubles give none: what moves when each operand does by what it may be off."""
        rule, value = self._rules.plain(node), run.values[node]
        items = [run.values[operand] for operand in operands]
        size = magnitude(value)
        for k, operand in enumerate(operands):
            slack = EXACT if isinstance(items[k], bool) else run.slack(operand)
            if slack == EXACT:
                continue
            if not math.isfinite(slack):
                return run.top
            there = items[k] + self.context.ldexp(self.context.one, int(slack))
            size = max(size, magnitude(rule(*items[:k], there, *items[k + 1 :]) - value) + run.bits)
        return min(size, run.top) if size == UNKNOWN else size

    def _rounds(self, run: Run, node: int, operands: tuple[int, ...]) -> bool:
        """Whether the number of a node may be rounded: by its bound, within definitions by the look of it."""
        row = self._rows[node]
        if row.cost in ("free", "select"):
            return False
        if run.inside is None:
            return run.sizes[node] != EXACT
        if not run.inside:
            return False
        value, items = run.values[node], [run.values[operand] for operand in operands]
        if row.cost == "divide":
            return bool(value * items[1] != items[0])
        if row.cost == "power" and self.context.isint(items[1]) and items[1] >= 0:
            return bool(items[0]._mpf_[3] * items[1] > self.context.prec)
        if row.cost == "basic":
            return row.name in _ADDITIVE and 0 not in items and value in (items[0], items[1], -items[1])
        simple = abs(value) in _SIMPLE and all(abs(item) in _SIMPLE for item in items)
        return not simple and node not in self._decisions

    def _at_an_end(self, node: int, operands: Sequence[mpmath.mpf]) -> int:
        """TIE where a number that vanished stands at an end of a row's domain: the row may jump there."""
        row = self._rows[node]
        if row.domain in ("", "real") or row.cost == "basic" or len(operands) != row.arity:
            return 0
        if row.domain not in self._domains:
            self._domains[row.domain] = Evaluator(domain(row), context=self.context)
        inside = self._domains[row.domain]
        return 0 if inside.outputs(inside.values(operands[: inside.n_inputs]))[0] else TIE


class _Decisions:
    """How the rows that decide something do it within bounds; rules of one graph."""

    def __init__(self, context: mpmath.MPContext, graph: Graph) -> None:
        self._context = context
        self._graph = graph
        self._rules = Rules(context)
        self._inner: dict[str, Decision | None] = {}
        self._plain: set[str] = set()  # rows whose definition decides nothing
        self._written: dict[str, Decision] = {
            "SELECT": self._select, "MAX": self._extreme(max), "MIN": self._extreme(min), "SHARE": self._share,
            "AND": self._junction(all), "OR": self._junction(any), "SIGN": self._sign,
        }  # fmt: skip

    def plain(self, node: int) -> Callable[..., mpmath.mpf]:
        """The rule of a node without bounds."""
        return self._rules.of(ROWS[self._graph.op[node]])

    def decides(self, node: int) -> bool:
        """Whether the decision of a node is one, and no plain definition."""
        return ROWS[self._graph.op[node]].name not in self._plain

    def jumps(self, node: int) -> bool:
        """Whether a node is a step, alike between its jumps."""
        row = ROWS[self._graph.op[node]]
        return row.domain == _JUMPS_AT_INTEGERS or row.name == "SIGN" or _FLOORS in row.definition

    def of(self, node: int) -> Decision | None:
        """The decision of a node, or None where there is none."""
        row = ROWS[self._graph.op[node]]
        if row.name in self._written:
            return self._written[row.name]
        if row.condition and row.arity == 2:
            return self._comparison(row, self._leaders(node))
        if row.name not in self._inner:
            self._inner[row.name] = self._made(row)
        return self._inner[row.name]

    def _made(self, row: Row) -> Decision | None:
        if row.domain == _JUMPS_AT_INTEGERS:
            return self._step(self._rules.of(row))
        if not row.definition:
            return None
        inner = Decider(self._rules.definition(row), context=self._context)
        if not inner.decides:
            self._plain.add(row.name)
        return self._defined(row, inner, self._rules.of(row))

    def _leaders(self, node: int) -> tuple[int, ...]:
        """Operands of a Max or Min that a comparison holds against one of them: it asks for the others."""
        a, b = self._graph.operands(node)
        for one, other in ((a, b), (b, a)):
            if ROWS[self._graph.op[other]].name in ("MAX", "MIN") and one in self._graph.operands(other):
                return tuple(operand for operand in self._graph.operands(other) if operand != one)
        return ()

    def _comparison(self, row: Row, leaders: tuple[int, ...]) -> Decision:
        rule, zero = self._rules.of(row), self._context.zero

        def decide(run: Run, node: int, operands: tuple[int, ...]) -> tuple[mpmath.mpf, int]:
            a, b = operands
            caught = run.caught_in(operands)
            if not run.near(a, b):
                return rule(run.values[a], run.values[b]), caught
            others = any(run.near(a, leader) for leader in leaders)
            return rule(zero, zero), caught | (run.tie(operands) if others or not leaders else 0)

        return decide

    def _junction(self, rule: Callable[[Sequence[bool]], bool]) -> Decision:
        """A sure operand decides an `and` or an `or` alone."""

        def decide(run: Run, node: int, operands: tuple[int, ...]) -> tuple[mpmath.mpf, int]:
            result = rule([run.values[operand] for operand in operands])
            alone = result is (rule is any)
            sure = any(run.values[operand] is result and not run.caught[operand] for operand in operands)
            return result, 0 if alone and sure else run.caught_in(operands)

        return decide

    def _select(self, run: Run, node: int, operands: tuple[int, ...]) -> tuple[mpmath.mpf, int]:
        condition, then, otherwise = operands
        taken, other = (then, otherwise) if run.values[condition] else (otherwise, then)
        caught = run.caught[taken]
        if run.caught[condition] and (run.caught[other] or not self._meet(run, taken, other)):
            caught |= run.caught[condition]
        return run.values[taken], caught

    def _meet(self, run: Run, i: int, j: int) -> bool:
        a, b = run.values[i], run.values[j]
        return a is b if isinstance(a, bool) or isinstance(b, bool) else run.near(i, j)

    def _extreme(self, choose: Callable[..., mpmath.mpf]) -> Decision:
        def decide(run: Run, node: int, operands: tuple[int, ...]) -> tuple[mpmath.mpf, int]:
            items = [run.values[operand] for operand in operands]
            if any(self._context.isnan(item) for item in items):
                return self._context.nan, run.caught_in(operands)
            value = choose(items)
            leader = operands[items.index(value)]
            return value, run.caught_in([operand for operand in operands if run.near(operand, leader)])

        return decide

    def _share(self, run: Run, node: int, operands: tuple[int, ...]) -> tuple[mpmath.mpf, int]:
        leader, *items = operands
        ties = sum(run.near(leader, item) for item in items)
        caught = run.caught_in(operands) | (run.tie(operands) if ties > 1 else 0)
        if self._context.isnan(run.values[leader]) or not ties:
            return self._context.nan, caught
        return self._context.one / ties, caught

    def _sign(self, run: Run, node: int, operands: tuple[int, ...]) -> tuple[mpmath.mpf, int]:
        a = run.values[operands[0]]
        sign = self._context.one if a > 0 else -self._context.one if a < 0 else a
        return sign, run.caught_in(operands) | (run.tie(operands) if a == 0 else 0)

    def _step(self, rule: Callable[..., mpmath.mpf]) -> Decision:
        """A row that jumps at the integers."""

        def decide(run: Run, node: int, operands: tuple[int, ...]) -> tuple[mpmath.mpf, int]:
            a, caught = run.values[operands[0]], run.caught_in(operands)
            if not self._context.isfinite(a):
                return rule(a), caught
            nearest = self._context.nint(a)
            if a == nearest or magnitude(a - nearest) <= run.slack(operands[0]):
                return rule(nearest), caught | run.tie(operands)
            return rule(a), caught

        return decide

    def _defined(self, row: Row, inner: Decider, plain: Callable[..., mpmath.mpf]) -> Decision:
        """A row with a definition: the bounds inside come from moving its operands by theirs."""
        steps, kept = inner.cone((0,)), VANISHED if row.domain == "real" else ~UNBOUNDED
        plainly = not inner.decides

        def decide(run: Run, node: int, operands: tuple[int, ...]) -> tuple[mpmath.mpf, int]:
            point, caught = [run.values[operand] for operand in operands], run.caught_in(operands)
            exact = run.sizes[node] == EXACT
            if exact and plainly:
                return plain(*point), caught
            slacks = [run.slack(operand) for operand in operands]
            found = inner.decided(point, steps, inner.sizes(point, slacks, run.bits), run.bits, inside=not exact)
            return inner.first(found.values), caught | inner.first(found.caught) & kept

        return decide
