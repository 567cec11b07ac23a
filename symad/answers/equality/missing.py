"""What is missing in a wrong derivative: guesses, each tried at points in 60 digits. Knows no wrong answer by heart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symad.answers.equality.evaluating import Looker
from symad.answers.equality.guessing import Search, constant, is_whole, usable
from symad.answers.equality.joining import begin
from symad.answers.equality.mutating import mutation
from symad.answers.equality.naming import Names
from symad.answers.equality.places import sample
from symad.answers.equality.slopes import AFFINE, RECIPROCAL, Slopes, dependence
from symad.derive.automatic import gradient, select
from symad.formula.ops import ROWS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import mpmath

    from symad.answers.equality.guessing import Found, Values
    from symad.answers.equality.joining import Joiner
    from symad.formula.expression import Expression

_POINTS = 24
_FEWEST = 6
_DIGITS = 60
_LARGEST = 400  # operations of formula and derivative together, for which guesses are made


def explanation(f: Expression, variable: str, mine: Expression) -> Found | None:
    """What is missing, as a phrase and as a sentence; None where no single guess explains it."""
    if f.n_nodes + mine.n_nodes > _LARGEST:
        return None
    joiner, nodes, bound = begin(f, mine)
    ours = joiner.add(mine, bound)
    programs = gradient(f)
    theirs = joiner.add(programs)
    at, slopes = f.variables.index(variable), Slopes(joiner, f, nodes)
    own = Slopes(joiner, mine, ours, numbers=True)
    target, result = f.outputs[0], mine.outputs[0]
    wanted: list[int] = [ours[result], theirs[programs.outputs[at]], nodes[target]]
    plan: list[tuple[str, int, object]] = []
    for kind, node, about in _candidates(joiner, f, mine, nodes, ours, slopes, own, at):
        plan.append((kind, len(wanted), about))
        wanted.append(node)
    for node in dict.fromkeys(theirs):
        plan.append(("node", len(wanted), None))
        wanted.append(node)
    for k, name in enumerate(f.variables):
        if name != variable:
            plan.append(("other", len(wanted), f"the slope by {name}"))
            wanted.append(theirs[programs.outputs[k]])
    second = select(gradient(select(programs, [at])), [at])
    plan.append(("other", len(wanted), "the second derivative"))
    wanted.append(joiner.add(second)[second.outputs[0]])
    plan.append(("other", 2, "the formula itself"))
    joint = joiner.finish(wanted)
    table = _values(joint)
    if table is None:
        return None
    return _search(Names(f, mine, joint, variable), table, plan).found() or mutation(f, mine, programs, at)


def _candidates(
    joiner: Joiner,
    f: Expression,
    mine: Expression,
    nodes: Sequence[int],
    ours: Sequence[int],
    slopes: Slopes,
    own: Slopes,
    at: int,
) -> Iterator[tuple[str, int, object]]:
    """What may be missing: (kind, node, what it is about)."""
    variable = next(n for n in range(f.n_nodes) if f.graph.op[n] == _INPUT and f.graph.input_index(n) == at)
    paths = slopes.paths(f.outputs[0], variable)
    for k, path in enumerate(paths):
        yield "use", slopes.along(path), (k, path, paths)
    for node in range(f.n_nodes):
        for slot in range(len(f.graph.operands(node))):
            if (slope := slopes.of(node, slot)) is not None:
                yield "slope", slope, node
    for node, total in slopes.totals(variable).items():
        yield "slope", total, node
    for node in range(f.n_nodes):
        if not ROWS[f.graph.op[node]].condition and not f.graph.is_number(node):
            yield "node", nodes[node], node
    for node in range(mine.n_nodes):
        if not ROWS[mine.graph.op[node]].condition and node != mine.outputs[0]:
            yield "node", ours[node], None
    adjoints = own.adjoints(mine.outputs[0])
    for node in sorted(adjoints, reverse=True):
        kind = dependence(mine, node)
        if kind in (AFFINE, RECIPROCAL) and not ROWS[mine.graph.op[node]].condition:
            yield "part", ours[node], node
            yield "by part", adjoints[node], (node, kind)
    yield from _forgotten_rules(f, slopes, joiner, variable)


def _forgotten_rules(f: Expression, slopes: Slopes, joiner: Joiner, variable: int) -> Iterator[tuple[str, int, object]]:
    """A product or a quotient of slopes, where the rule of products or quotients was forgotten."""
    result = f.outputs[0]
    name, operands = ROWS[f.graph.op[result]].name, f.graph.operands(result)
    total = slopes.totals(variable)
    if name in _RULES and all(operand in total for operand in operands):
        yield "other", joiner.op(f.graph.op[result], *[total[operand] for operand in operands]), _RULES[name]


def _values(joint: Expression) -> list[Values] | None:
    """Every output at the points where yours and the right one are numbers and differ somewhere."""
    looker, rows = Looker(joint), list[tuple["mpmath.mpf", ...]]()
    n = len(joint.variables)
    plan = sample(n, ())
    for point in [*plan[17:], *plan[:17]] if n > 1 else [*plan[5:], *plan[:5]]:
        if max((abs(one) for one in point), default=0) > 12 or any(not one for one in point):
            continue
        look = looker.look(point, _DIGITS)
        if set(look.kinds[:2]) == {"number"} and look.kinds[2] == "number" and not look.is_near:
            rows.append(look.values)
            if len(rows) == _POINTS:
                break
    return list(zip(*rows, strict=True)) if len(rows) >= _FEWEST else None


def _search(names: Names, table: list[Values], plan: Sequence[tuple[str, int, object]]) -> Search:
    search, seen = Search(table[0], table[1]), set[object]()
    part: tuple[Values, int] | None = None
    for kind, place, about in plan:
        values = table[place]
        if (
            kind in ("slope", "node")
            and usable(values)
            and constant(values) is None
            and not is_whole(values, search.right)
        ):
            key = (kind == "node", *[str(one)[:20] for one in values[:3]])
            if key[1:] not in seen:
                seen.add(key[1:])
                note = f"the slope of {names.of_formula(about)}" if kind == "slope" else ""  # type: ignore[arg-type]  # a node
                search.factors.append((values, names.writer(place), note))
        elif kind == "use" and usable(values):
            search.uses.append((values, names.writer(place), names.use(*about)))  # type: ignore[misc]  # as yielded
        elif kind == "part":
            part = values, place
        elif kind == "by part" and part is not None and usable(part[0]) and usable(values):
            search.parts.append((part[0], values, about[1], names.of_mine(about[0])))  # type: ignore[index]  # a pair
        elif kind == "other" and usable(values) and any(values):  # a 0 is nobody's second derivative
            search.others.append((values, str(about)))
    return search


_RULES = {
    "MUL": "the product of the slopes: the slope of u*v is du*v + u*dv",
    "DIV": "the quotient of the slopes: the slope of u/v is (du*v - u*dv)/v**2",
}
_INPUT = next(number for number, entry in ROWS.items() if entry.name == "INPUT")
