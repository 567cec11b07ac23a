"""Expression to text that parses back to the same graph. Iterative; knows the grammar's precedence, nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symad.formula.counts import writes_more_than
from symad.formula.ops import ROWS, row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from symad.formula.expression import Expression

# Binding strength of what a row prints; larger binds tighter. Calls and names are atoms.
_OR, _AND, _NOT, _COMPARE, _SUM, _PRODUCT, _SIGN, _POWER, _ATOM = range(9)
_STRENGTH = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT, "**": _POWER, "and": _AND, "or": _OR, "not": _NOT}
_STRENGTH |= dict.fromkeys(("<", "<=", ">", ">=", "==", "!="), _COMPARE)
_SPACED = {"+", "-", "and", "or", "<", "<=", ">", ">=", "==", "!="}
_INPUT, _NUMBER, _SELECT, _NEG, _NORM = (row(name).number for name in ("INPUT", "NUMBER", "SELECT", "NEG", "NORM"))
_NAN, _TRUE = row("NAN_VALUE").number, row("TRUE_VALUE").number
_INLINE = 200  # operations written out: up to here sharing is left to the reader
_DEEP = 400  # levels of parentheses before a name is given, far below the parser's limit


def to_text(expression: Expression) -> str:
    """A text that parses back to the same Expression; large shared parts become ``t1 = ...; `` bindings."""
    return "".join(_Printer(expression).pieces())


def to_pieces(expression: Expression, *, sharing: bool = True) -> tuple[list[tuple[str, str]], list[str]]:
    """The bindings of `to_text` as (name, text), and the outputs; without `sharing` as people write them.

    Then only parts that lie deep are bound, and a length of several numbers is a root of squares, as which it parses.
    """
    printer = _Printer(expression, sharing=sharing)
    bindings = [(name, "".join(printer.write(node))) for node, name in printer.names.items()]
    return bindings, ["".join(printer.write(output, named=True)) for output in expression.outputs]


class _Printer:
    """One text in the making: which nodes have names, and how each piece is written."""

    def __init__(self, expression: Expression, *, sharing: bool = True) -> None:
        self._graph = expression.graph
        self._outputs = expression.outputs
        self._variables = expression.variables
        self._as_roots = not sharing
        self.names = self._choose(is_long=sharing and writes_more_than(expression, _INLINE))

    def _choose(self, *, is_long: bool) -> dict[int, str]:
        """Names for shared parts of a large graph, and for parts that lie too deep."""
        graph = self._graph
        uses, depth = [0] * graph.n_nodes, [0] * graph.n_nodes
        for node in range(graph.n_nodes):
            for operand in graph.operands(node):
                uses[operand] += 1
        taken, names, k = set(self._variables), dict[int, str](), 0
        for node in range(graph.n_inputs, graph.n_nodes):
            operands = graph.operands(node)
            if not operands:
                continue
            depth[node] = 1 + max(depth[operand] for operand in operands)
            if (uses[node] > 1 and is_long) or depth[node] >= _DEEP:
                k += 1
                while f"t{k}" in taken:
                    k += 1
                names[node], depth[node] = f"t{k}", 0
        return names

    def pieces(self) -> Iterator[str]:
        body = list(self._body())
        header = ", ".join(self._variables)
        if self._needs_header(header, "".join(body)):
            yield f"{header}: "
        yield from body

    def _body(self) -> Iterator[str]:
        for node, name in self.names.items():
            yield f"{name} = "
            yield from self.write(node)
            yield "; "
        several = len(self._outputs) > 1
        yield "(" if several else ""
        for k, output in enumerate(self._outputs):
            yield ", " if k else ""
            yield from self.write(output, named=True)
        yield ")" if several else ""

    def _needs_header(self, header: str, body: str) -> bool:
        """Whether the text alone would name other variables, or in another order."""
        from symad.errors import ParseError
        from symad.formula.parsing import parse

        try:
            return parse(body, strict=True).variables != self._variables
        except ParseError:
            return bool(header)

    def write(self, root: int, *, named: bool = False) -> Iterator[str]:
        """The text of one node; an explicit stack holds what is still to be written."""
        stack: list[str | tuple[int, int]] = [(root, _OR)]
        first = not named
        while stack:
            top = stack.pop()
            if isinstance(top, str):
                yield top
                continue
            node, wanted = top
            if node in self.names and not (first and node == root):
                yield self.names[node]
                continue
            first = False
            leaf = self._leaf(node)
            if leaf is not None:
                yield leaf
                continue
            strength, parts = self._parts(node)
            stack.extend(reversed(["(", *parts, ")"] if strength < wanted else parts))

    def _leaf(self, node: int) -> str | None:
        op = self._graph.op[node]
        if op == _INPUT:
            return self._variables[self._graph.input_index(node)]
        if op == _NUMBER:
            return number_text(self._graph.number(node).value, self._graph.number(node).exact)
        return ROWS[op].text if ROWS[op].arity == 0 else None

    def _parts(self, node: int) -> tuple[int, list[str | tuple[int, int]]]:
        """How tightly a node's text binds, and its pieces."""
        op, operands = self._graph.op[node], self._graph.operands(node)
        text = ROWS[op].text
        if op == _NEG:
            return _SIGN, ["-", (operands[0], _SIGN)]
        if op == _SELECT and self._graph.op[operands[0]] != _TRUE:
            return _ATOM, self._piecewise(node)
        if op == _NORM and self._as_roots:
            squares: list[str | tuple[int, int]] = []
            for operand in operands:
                squares += [" + ", (operand, _ATOM), "**2"]
            return _ATOM, ["sqrt(", *squares[1:], ")"]
        if text not in _STRENGTH and text.isidentifier():
            return _ATOM, [f"{text}(", *_separated(operands), ")"]
        strength = _STRENGTH[text]
        if len(operands) == 1:
            return strength, [f"{text} ", (operands[0], strength)]
        sign = f" {text} " if text in _SPACED else text
        left, right = (strength + 1, _SIGN) if strength == _POWER else (strength, strength + 1)
        if strength == _COMPARE:
            left = right = _SUM
        return strength, [(operands[0], left), sign, (operands[1], right)]

    def _piecewise(self, node: int) -> list[str | tuple[int, int]]:
        """A chain of selections as pairs; no last pair where nothing is left but nan."""
        parts: list[str | tuple[int, int]] = ["Piecewise("]
        while True:
            condition, then, otherwise = self._graph.operands(node)
            parts += ["(", (then, _OR), ", ", (condition, _OR), ")"]
            node = otherwise
            chained = self._graph.op[node] == _SELECT and node not in self.names
            if not chained or self._graph.op[self._graph.operands(node)[0]] == _TRUE:
                break
            parts.append(", ")
        if self._graph.op[node] != _NAN:
            parts += [", (", (node, _OR), ", True)"]
        return [*parts, ")"]


def _separated(operands: tuple[int, ...]) -> list[str | tuple[int, int]]:
    parts: list[str | tuple[int, int]] = []
    for operand in operands:
        parts += [", ", (operand, _OR)]
    return parts[1:]


def number_text(value: float, exact: int | None) -> str:
    """A literal as formulas have it; `exact` is the integer that is too long for a double."""
    if exact is not None:
        return _digits(exact)
    if value == float("inf"):
        return "1e400"  # beyond every double, so read as infinity
    return str(int(value)) if value.is_integer() and value < 1e16 else repr(value)


def _digits(exact: int) -> str:
    """Decimal digits of any length: str() refuses long ones by default."""
    pieces: list[str] = []
    chunk = 10**4000
    while exact >= chunk:
        exact, rest = divmod(exact, chunk)
        pieces.append(f"{rest:04000d}")
    return str(exact) + "".join(reversed(pieces))
