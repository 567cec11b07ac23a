"""Patterns of rewriting rules found in a formula: in any order of sums and products, up to a sign, up to arithmetic."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

from symad.answers.polynomials import Polynomials
from symad.answers.terms import ADD, DIV, INPUT, MUL, NEG, SUB
from symad.formula.ops import ROWS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from symad.answers.terms import Terms
    from symad.formula.expression import Expression

    Bound = dict[int, int]  # column of a letter of the pattern: the term that it stands for
    Part = tuple[int, int]  # sign, or exponent of +-1, and the term or the node of a pattern

MOST_LISTED = 3  # operands of a list, likewise
MOST_PARTS = 8  # of a sum or product that is searched in every order
_SUMS, _PRODUCTS = (ADD, SUB, NEG), (MUL, DIV)


class Matcher:
    """Finds where patterns match the terms of one table.

    Parameters
    ----------
    terms : Terms
    forms : Polynomials

    Examples
    --------
    >>> import symad
    >>> from symad.answers.terms import Terms
    >>> terms = Terms(symad.parse("3 + exp(2*x) - 1"))
    >>> matcher = Matcher(terms, Polynomials(terms))
    >>> [(found.sign, found.rest) != (0, ()) for found in matcher.whole(symad.parse("exp(u) - 1"), terms.root)]
    [True]
    """

    def __init__(self, terms: Terms, forms: Polynomials) -> None:
        self.terms = terms
        self.forms = forms

    def whole(self, pattern: Expression, term: int) -> Iterator[Found]:
        """Matches of the root of a pattern: of a sum or product also with some of its parts left over."""
        looked = _Looked(self, pattern)
        node = pattern.outputs[0]
        kind = _kind(pattern.graph.op[node])
        if kind is None:
            yield from (Found(bound, 1, (), ()) for bound in looked.match(node, term, {}))
            return
        if _kind(self.terms.row(term)) != kind:
            return
        wanted, have = looked.parts(node, kind), self.parts(term, kind)
        if len(have) > MOST_PARTS or len(wanted) > len(have):
            return
        for sign in (1, -1) if kind == _SUMS else (1,):
            turned = [(sign * one, part) for one, part in have]
            for bound, used in looked.some(wanted, turned, kind, {}, ()):
                rest = tuple(part for k, part in enumerate(have) if k not in used)
                yield Found(bound, sign, rest, kind)

    def parts(self, term: int, kind: tuple[int, ...]) -> list[Part]:
        """Summands with their signs, or factors with their exponents of +-1."""
        found: list[Part] = []
        pending = [(1, term)]
        while pending:
            sign, one = pending.pop()
            operation = self.terms.row(one)
            if operation not in kind:
                found.append((sign, one))
                continue
            first, *others = self.terms.operands(one)
            if operation == NEG:
                pending.append((-sign, first))
            else:
                turn = -sign if operation in (SUB, DIV) else sign
                pending += [(turn, others[0]), (sign, first)]
        return found

    def joined(self, parts: Sequence[Part], kind: tuple[int, ...]) -> int:
        """The sum or product of parts."""
        up, down = (ADD, SUB) if kind == _SUMS else (MUL, DIV)
        order = sorted(parts, key=lambda part: part[0] < 0)
        sign, found = order[0]
        if sign < 0:
            found = self.terms.op(NEG, found) if kind == _SUMS else self.terms.op(DIV, self.terms.number(1), found)
        for sign, term in order[1:]:
            found = self.terms.op(up if sign > 0 else down, found, term)
        return found


class Found:
    """One match: what the letters stand for, the sign, the parts left over and whether they are summands or factors."""

    __slots__ = ("bound", "kind", "rest", "sign")

    def __init__(self, bound: Bound, sign: int, rest: tuple[Part, ...], kind: tuple[int, ...]) -> None:
        self.bound, self.sign, self.rest, self.kind = bound, sign, rest, kind


class _Looked:
    """One pattern looked for."""

    def __init__(self, matcher: Matcher, pattern: Expression) -> None:
        self._matcher = matcher
        self._graph = pattern.graph
        self._pattern = pattern
        self._letters = self._letters_below()

    def _letters_below(self) -> list[frozenset[int]]:
        """The letters that each node of the pattern is made of."""
        found: list[frozenset[int]] = []
        for node in range(self._graph.n_nodes):
            if self._graph.op[node] == INPUT:
                found.append(frozenset({self._graph.input_index(node)}))
            else:
                found.append(frozenset().union(*(found[operand] for operand in self._graph.operands(node))))
        return found

    def parts(self, node: int, kind: tuple[int, ...]) -> list[Part]:
        """Summands or factors of the pattern, letters alone last: they take what is left."""
        found: list[Part] = []
        pending = [(1, node)]
        while pending:
            sign, one = pending.pop()
            operation = self._graph.op[one]
            if operation not in kind:
                found.append((sign, one))
                continue
            first, *others = self._graph.operands(one)
            turn = -sign if operation in (SUB, DIV, NEG) else sign
            pending += [(turn, others[0]), (sign, first)] if others else [(turn, first)]
        return sorted(found, key=lambda part: self._graph.op[part[1]] == INPUT)

    def match(self, node: int, term: int, bound: Bound) -> Iterator[Bound]:
        """What the letters may stand for so that the node is the term."""
        graph, terms = self._graph, self._matcher.terms
        known = self._letters[node] <= bound.keys()
        if known and self._same(node, term, bound):
            yield bound
            return
        if known and not graph.operands(node):
            return
        operation = graph.op[node]
        if operation == INPUT:
            yield {**bound, graph.input_index(node): term}
            return
        kind = _kind(operation)
        if operation == NEG and terms.row(term) != NEG:
            (letter,) = graph.operands(node)
            if graph.op[letter] == INPUT:
                yield from self.match(letter, self._negated(term), bound)
        elif kind is not None:
            yield from self._all_parts(node, term, kind, bound)
        elif terms.row(term) == operation:
            for operands in self._orders(operation, terms.operands(term)):
                yield from self._each(graph.operands(node), operands, bound)

    @staticmethod
    def _orders(operation: int, operands: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        """The operands of a short list in every order: Max, norm and their like have none."""
        if ROWS[operation].arity < 0 and len(operands) <= MOST_LISTED:
            return iter(permutations(operands))
        return iter((operands,))

    def _same(self, node: int, term: int, bound: Bound) -> bool:
        """Whether a node whose letters are known is the term, as arithmetic has it."""
        inputs = [bound.get(k, 0) for k in range(len(self._pattern.variables))]
        made = self._matcher.terms.copied(self._pattern, inputs)[node]
        forms = self._matcher.forms
        return made == term or forms.of(made) == forms.of(term)

    def _negated(self, term: int) -> int:
        forms = self._matcher.forms
        return forms.term({monomial: -factor for monomial, factor in forms.of(term).items()})

    def _each(self, nodes: Sequence[int], operands: Sequence[int], bound: Bound) -> Iterator[Bound]:
        if len(nodes) != len(operands):
            return
        if not nodes:
            yield bound
            return
        for found in self.match(nodes[0], operands[0], bound):
            yield from self._each(nodes[1:], operands[1:], found)

    def _all_parts(self, node: int, term: int, kind: tuple[int, ...], bound: Bound) -> Iterator[Bound]:
        """A sum or product inside a pattern: all parts of the term are used."""
        wanted, have = self.parts(node, kind), self._matcher.parts(term, kind)
        if not len(wanted) <= len(have) <= MOST_PARTS:
            return
        for found, used in self.some(wanted, have, kind, bound, ()):
            if len(used) == len(have):
                yield found

    def some(
        self, wanted: Sequence[Part], have: Sequence[Part], kind: tuple[int, ...], bound: Bound, used: tuple[int, ...]
    ) -> Iterator[tuple[Bound, tuple[int, ...]]]:
        """Each wanted part matched by one of those there are; the last one also by all that are left together."""
        if not wanted:
            yield bound, used
            return
        (sign, node), *others = wanted
        left = [k for k in range(len(have)) if k not in used]
        for k in left:
            if have[k][0] == sign:
                for found in self.match(node, have[k][1], bound):
                    yield from self.some(others, have, kind, found, (*used, k))
        if not others and len(left) > 1 and (self._graph.op[node] == INPUT or self._letters[node] <= bound.keys()):
            rest = self._matcher.joined([(sign * have[k][0], have[k][1]) for k in left], kind)
            for found in self.match(node, rest, bound):
                yield found, (*used, *left)


def _kind(operation: int) -> tuple[int, ...] | None:
    """Sums and products, whose parts may stand in any order."""
    return _SUMS if operation in (ADD, SUB) else _PRODUCTS if operation in _PRODUCTS else None
