"""Expression to SymPy: one object for each node, in the order of the graph, so that sharing is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symad.errors import UnsupportedError
from symad.formula.expression import given_heads, given_symbols, remember_symbols
from symad.formula.ops import ROWS, row
from symad.formula.parsing import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import sympy

    from symad.formula.expression import Expression

MAX_DEPTH = 2000
"""Nested operations, a whole sum or product counting once, that `to_sympy` builds: SymPy recurses over them."""

_SUM = frozenset(row(name).number for name in ("ADD", "SUB", "NEG"))
_PRODUCT = frozenset(row(name).number for name in ("MUL", "DIV"))
_INVERTED = {row("SUB").number: 1, row("DIV").number: 1, row("NEG").number: 0}  # place of the inverted operand
_SELECT, _NAN = row("SELECT").number, row("NAN_VALUE").number
_SELECTS = frozenset({_SELECT})
_COMPARE = frozenset(r.number for r in ROWS.values() if r.condition and r.arity and not r.wants)


def to_sympy(
    expression: Expression,
    *,
    decimals: str = "rational",
    symbols: Mapping[str, sympy.Basic] | None = None,
    real: bool = False,
) -> sympy.Basic:
    """An Expression as SymPy; parameters and result are those of `symad.to_sympy`."""
    used = leaves_of(expression, symbols, real=real)
    found = written(expression, [*used.values()], decimals=decimals, heads=given_heads(expression))
    remember_symbols(expression, used)
    return found


def written(
    expression: Expression,
    leaves: Sequence[sympy.Basic],
    *,
    decimals: str = "rational",
    literals: Callable[[float], sympy.Basic] | None = None,
    heads: Mapping[int, type[sympy.Basic]] | None = None,
) -> sympy.Basic:
    """`to_sympy` with what stands for each input, in their order, and for each double that is no integer.

    `heads` are functions of SymPy for rows, by number.
    """
    import sympy

    if decimals not in ("rational", "float"):
        raise ValueError(f"decimals is 'rational' or 'float', not {decimals!r}")
    writer = _Writer(expression, leaves, floats=decimals == "float", literals=literals, heads=heads)
    try:
        outputs = writer.outputs()
    except RecursionError:
        raise UnsupportedError(
            f"SymPy ran out of Python's recursion limit on an expression nested {writer.depth()} deep"
        ) from None
    return outputs[0] if len(outputs) == 1 else sympy.Tuple(*outputs)


def leaves_of(
    expression: Expression, symbols: Mapping[str, sympy.Basic] | None = None, *, real: bool = False
) -> dict[str, sympy.Basic]:
    """What stands for each input, by its name; the parameters are those of `to_sympy`."""
    import sympy

    known = {**given_symbols(expression), **(symbols or {})}
    assumed = {"real": True} if real else {}
    return {name: known[name] if name in known else sympy.Symbol(name, **assumed) for name in expression.variables}


class _Writer:
    """One translation in the making.

    A chain of sums (or of products, or of selections) whose inner results nobody else uses becomes one n-ary object:
    SymPy would flatten it anyway, at quadratic cost if it saw one operand at a time. Until then a chain is a list of
    (object, whether inverted), or of (value, condition) from the last to the first.
    """

    def __init__(
        self,
        expression: Expression,
        leaves: Sequence[sympy.Basic],
        *,
        floats: bool,
        literals: Callable[[float], sympy.Basic] | None = None,
        heads: Mapping[int, type[sympy.Basic]] | None = None,
    ) -> None:
        self._expression = expression
        self._graph = expression.graph
        self._leaves = leaves
        self._floats, self._literals, self._heads = floats, literals, heads or {}
        self._objects: list[sympy.Basic] = [None] * self._graph.n_nodes
        self._chains: dict[int, list[tuple[sympy.Basic, sympy.Basic]]] = {}
        self._definitions: dict[int, Expression] = {}
        self._open = self._inner_links()

    def depth(self) -> int:
        """Nested objects, a chain counting once; an open link is as deep as its deepest operand."""
        graph, deep = self._graph, [0] * self._graph.n_nodes
        for node in range(graph.n_inputs, graph.n_nodes):
            own = 0 if node in self._open else 1
            deep[node] = own + max((deep[operand] for operand in graph.operands(node)), default=0)
        return max(deep[output] for output in self._expression.outputs)

    def _inner_links(self) -> set[int]:
        """Nodes that their only user takes into its own chain."""
        graph, users = self._graph, [0] * self._graph.n_nodes
        for output in self._expression.outputs:
            users[output] += 2  # must stand by itself
        wanted: set[int] = set()
        for node in range(graph.n_nodes - 1, -1, -1):
            kind = _family(graph.op[node])
            for place, operand in enumerate(graph.operands(node)):
                users[operand] += 1
                chained = kind is not None and graph.op[operand] in kind
                if chained and (graph.op[node] != _SELECT or place == 2):
                    wanted.add(operand)
        return {node for node in wanted if users[node] == 1}

    def outputs(self) -> list[sympy.Basic]:
        """The outputs as SymPy objects."""
        if (depth := self.depth()) > MAX_DEPTH:
            raise UnsupportedError(f"SymPy recurses: {depth} nested operations are more than the {MAX_DEPTH} allowed")
        for node in range(self._graph.n_nodes):
            family = _family(self._graph.op[node])
            if family is None:
                self._objects[node] = self._object(node)
                continue
            chain = self._selection(node) if family == {_SELECT} else self._chain(node)
            if node in self._open:
                self._chains[node] = chain
            else:
                self._objects[node] = self._closed(node, chain)
        return [self._objects[output] for output in self._expression.outputs]

    def _operands(self, node: int) -> list[sympy.Basic]:
        return [self._objects[operand] for operand in self._graph.operands(node)]

    def _chain(self, node: int) -> list[tuple[sympy.Basic, sympy.Basic]]:
        """Terms or factors of a link, the shorter of two joined chains appended to the longer."""
        chain: list[tuple[sympy.Basic, sympy.Basic]] = []
        inverted = _INVERTED.get(self._graph.op[node])
        for place, operand in enumerate(self._graph.operands(node)):
            part = self._chains.pop(operand) if operand in self._chains else [(self._objects[operand], False)]
            if place == inverted:
                part = [(item, not flag) for item, flag in part]
            longer, shorter = (chain, part) if len(chain) >= len(part) else (part, chain)
            longer.extend(shorter)
            chain = longer
        return chain

    def _selection(self, node: int) -> list[tuple[sympy.Basic, sympy.Basic]]:
        """Pairs of a selection, the last first."""
        import sympy

        condition, then, otherwise = self._graph.operands(node)
        if otherwise in self._chains:
            pairs = self._chains.pop(otherwise)
        else:
            pairs = [] if self._graph.op[otherwise] == _NAN else [(self._objects[otherwise], sympy.true)]
        pairs.append((self._objects[then], self._objects[condition]))
        return pairs

    def _closed(self, node: int, chain: list[tuple[sympy.Basic, sympy.Basic]]) -> sympy.Basic:
        import sympy

        if self._graph.op[node] == _SELECT:
            return sympy.Piecewise(*reversed(chain))
        if self._graph.op[node] in _SUM:
            return sympy.Add(*(sympy.Mul(-1, term) if inverted else term for term, inverted in chain))
        return sympy.Mul(*(sympy.Pow(factor, -1) if inverted else factor for factor, inverted in chain))

    def _object(self, node: int) -> sympy.Basic:
        import sympy

        entry = ROWS[self._graph.op[node]]
        if entry.name == "INPUT":
            return self._leaves[self._graph.input_index(node)]
        if entry.name == "NUMBER":
            return self._number(node)
        operands = self._operands(node)
        if self._heads and entry.number in self._heads:
            return self._heads[entry.number](*operands)
        if entry.name == "SHARE":
            leader, values = operands[0], operands[1:]
            ties = (sympy.Piecewise((1, sympy.Eq(value, leader)), (0, True)) for value in values)
            return sympy.Pow(sympy.Add(*ties), -1)
        if entry.name == "NORM":
            return sympy.sqrt(sympy.Add(*(sympy.Pow(value, 2) for value in operands)))
        if entry.name == "LOGSUMEXP":
            return sympy.log(sympy.Add(*(sympy.exp(value) for value in operands)))
        if not entry.sympy and entry.definition:
            return self._defined(entry.number, entry.definition, operands)
        if not entry.sympy:
            raise UnsupportedError(f"{entry.name} has no SymPy form")
        head = getattr(sympy, entry.sympy)
        return _called(entry.number, head, operands) if operands else head

    def _number(self, node: int) -> sympy.Basic:
        import sympy

        number = self._graph.number(node)
        if number.exact is not None:
            return sympy.Integer(number.exact)
        if number.value == float("inf"):
            return sympy.oo
        if self._literals is not None and not number.value.is_integer():
            return self._literals(number.value)
        if self._floats and not number.value.is_integer():
            return sympy.Float(number.value, precision=53)
        return sympy.Rational(*number.value.as_integer_ratio())

    def _defined(self, number: int, definition: str, operands: list[sympy.Basic]) -> sympy.Basic:
        """An inner row by its formula of a and b; definitions hold public rows only, so this nests once."""
        if number not in self._definitions:
            self._definitions[number] = parse(definition, variables=["a", "b"][: len(operands)], strict=True)
        return _Writer(self._definitions[number], operands, floats=self._floats).outputs()[0]


def _family(op: int) -> frozenset[int] | None:
    """The operations that chain with this one."""
    return _SUM if op in _SUM else _PRODUCT if op in _PRODUCT else _SELECTS if op == _SELECT else None


def _called(number: int, head: type[sympy.Basic], operands: list[sympy.Basic]) -> sympy.Basic:
    """A head on its operands; what the reals do not order compares false and has no largest."""
    import sympy

    try:
        return head(*operands)
    except TypeError:
        if number not in _COMPARE:
            raise
        return sympy.false
    except ValueError:
        if head not in (sympy.Max, sympy.Min):
            raise
        return sympy.nan
