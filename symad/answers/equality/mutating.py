"""Small changes that make a wrong derivative right: another exponent, number, function, sign or variable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symad.answers.equality.evaluating import Looker
from symad.answers.equality.joining import begin
from symad.answers.equality.places import sample
from symad.derive.automatic import select
from symad.formula.ops import ROWS, row

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from symad.answers.equality.guessing import Found
    from symad.answers.equality.joining import Joiner
    from symad.formula.expression import Expression

    Change = tuple[int, int, str]  # the node of mine, what stands for it in the graph, and its text

_POINTS = 8
_DIGITS = 40
_SAME = 1e-25
_MOST_NODES = 20_000
_TWINS = {"SIN": "COS", "COS": "SIN", "SINH": "COSH", "COSH": "SINH", "EXP": "LOG", "LOG": "EXP"}
_SWAPPED = {"ADD": "SUB", "SUB": "ADD", "MUL": "DIV", "DIV": "MUL"}


def mutation(f: Expression, mine: Expression, programs: Expression, at: int) -> Found | None:
    """The first small change that makes a derivative right at several points; None where none does."""
    joiner, _, bound = begin(f, mine)
    ours, theirs = joiner.add(mine, bound), joiner.add(programs)
    changes = list(_changes(joiner, mine, ours))
    if len(changes) * mine.n_nodes > _MOST_NODES:
        return None
    outputs = [theirs[programs.outputs[at]]]
    outputs += [_rebuilt(joiner, mine, ours, node, other) for node, other, _ in changes]
    looker = Looker(joiner.finish(outputs))
    left = dict.fromkeys(range(len(changes)), 0)  # those that fit so far, and at how many points
    n_points = 0
    for point in sample(looker.n_inputs, ())[::-1]:
        if any(not one or abs(one) > 12 for one in point):
            continue
        look = looker.look(point, _DIGITS)
        right = look.values[0]
        if look.kinds[0] != "number":
            continue
        n_points += 1
        still = dict[int, int]()
        for k, fits in left.items():
            if look.kinds[k + 1] != "number":
                still[k] = fits
            elif abs(look.values[k + 1] - right) <= _SAME * abs(right):
                still[k] = fits + 1
        left = still
        if not left or n_points == _POINTS:
            break
    sure = [k for k, fits in left.items() if fits > _POINTS // 2]
    if not sure:
        return None
    node, _, text = changes[sure[0]]
    old = mine.span(node) or str(select(mine, [0]))
    return f"{text} for {old}", f"{old} should be {text}"


def _changes(joiner: Joiner, mine: Expression, ours: Sequence[int]) -> Iterator[Change]:
    """Every small change: what takes the place of which node."""
    graph = mine.graph
    one = joiner.one()
    two = joiner.op(row("ADD").number, one, one)
    negated = {graph.operands(node)[0] for node in range(graph.n_nodes) if ROWS[graph.op[node]].name == "NEG"}
    for node in range(graph.n_nodes):
        name, operands = ROWS[graph.op[node]].name, [ours[operand] for operand in graph.operands(node)]
        text = mine.span(node)
        if not text:
            continue
        if name == "NUMBER":
            for operation, word in (("ADD", "+ 1"), ("SUB", "- 1")):
                yield node, joiner.op(row(operation).number, ours[node], one), _stepped(text, word)
            for operation, word in (("MUL", f"2*{text}"), ("DIV", f"{text}/2")):
                yield node, joiner.op(row(operation).number, ours[node], two), word
        elif name in ("POWN", "POW"):
            for operation, word in (("ADD", "+ 1"), ("SUB", "- 1")):
                exponent = joiner.op(row(operation).number, operands[1], one)
                raised = joiner.op(row("POW").number, operands[0], exponent)
                shown = _stepped(mine.span(graph.operands(node)[1]) or "n", word)
                yield node, raised, f"{mine.span(graph.operands(node)[0]) or 'it'}**{shown}"
        elif name in _TWINS:
            twin = row(_TWINS[name])
            yield node, joiner.op(twin.number, *operands), f"{twin.text}{text[text.find('(') :]}"
        elif name in _SWAPPED:
            twin = row(_SWAPPED[name])
            spans = [mine.span(operand) for operand in graph.operands(node)]
            between = f" {twin.text} " if name in ("ADD", "SUB") else twin.text
            yield node, joiner.op(twin.number, *operands), between.join(spans)
        elif name == "INPUT":
            yield node, joiner.op(row("MUL").number, ours[node], ours[node]), f"{text}**2"
            for other, place in joiner.inputs.items():
                if place != ours[node]:
                    yield node, place, other
        elif name == "NEG":
            yield node, operands[0], mine.span(graph.operands(node)[0]) or "without its sign"
        if name not in ("NUMBER", "NEG") and node not in negated:
            yield node, joiner.op(row("NEG").number, ours[node]), f"-{text}" if text.isidentifier() else f"-({text})"


def _stepped(number: str, word: str) -> str:
    """A whole number one further, or the sum."""
    step = 1 if word[0] == "+" else -1
    return str(int(number) + step) if number.isdigit() else f"({number} {word})"


def _rebuilt(joiner: Joiner, mine: Expression, ours: Sequence[int], changed: int, other: int) -> int:
    """The result of mine with another node in the place of one."""
    graph, nodes = mine.graph, list(ours)
    nodes[changed] = other
    dirty = {changed}
    for node in range(changed + 1, graph.n_nodes):
        operands = graph.operands(node)
        if any(operand in dirty for operand in operands):
            dirty.add(node)
            number = _POW if graph.op[node] == _POWN and operands[1] in dirty else graph.op[node]
            nodes[node] = joiner.op(number, *[nodes[operand] for operand in operands])
    return nodes[mine.outputs[0]]


_POW, _POWN = row("POW").number, row("POWN").number
