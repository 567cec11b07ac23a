"""Formulas made of formulas: variables replaced, operations on whole Expressions. Knows graphs, no text and no SymPy.

What is made shares what its parts share, and is the graph that the composed text would have.
"""

from __future__ import annotations

import numbers
from typing import TYPE_CHECKING, TypeAlias, TypeGuard

from symad._core import composing as _composing
from symad._core import tapes
from symad.errors import ExpressionError, LimitError
from symad.formula.choosing import columns, unknown
from symad.formula.expression import Expression, given_symbols
from symad.formula.ops import row

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import sympy

    Part: TypeAlias = Expression | float

_LONGEST = 13_000  # bits of an integer: the core's longest literal has 4,000 digits


def substituted(expression: Expression, parts: Mapping[str, Part]) -> Expression:
    """The formula with variables replaced, all at once.

    The variables of a part stand where the one that it replaces stood, each where it is met first; what was held stays
    so, and last.
    """
    for name, part in parts.items():
        if name not in expression.variables:
            raise ExpressionError(unknown(name, expression.variables))
        if isinstance(part, Expression) and part.n_outputs != 1:
            raise ExpressionError(f"what replaces {name} has {part.n_outputs} outputs: take one of them, such as f[0]")
    names = [n for name in expression.variables for n in (_names(parts[name]) if name in parts else (name,))]
    held = [name for name in expression.held if name not in parts]
    making = _Making(names, held, [expression, *parts.values()])
    nodes = [making.outputs(parts[n])[0] if n in parts else making.inputs[n] for n in expression.variables]
    return making.finish(_composing.append(making.builder, expression.handle, nodes))


def hold(expression: Expression, held: Iterable[str]) -> Expression:
    """The same formula, some of whose variables are never differentiated by; they become the last ones."""
    names = expression.variables
    chosen = {names[column] for column in columns(names, held, option="held")}
    last = [name for name in names if name in chosen]
    if names == (*(name for name in names if name not in chosen), *last):
        return Expression(expression.handle, expression.source, given_symbols(expression), expression.notes, last)
    making = _Making(names, last, [expression])
    return making.finish(making.outputs(expression))


def combined(operation: str, *operands: Part) -> Expression:
    """One operation, by the name of its row, on whole formulas: variables are matched by name.

    Of several outputs each is an operand; one output, or a number, goes with each of them.
    """
    names = [name for operand in operands for name in _names(operand)]
    held = [name for operand in operands if isinstance(operand, Expression) for name in operand.held]
    making = _Making(names, held, operands)
    columns_of = [making.outputs(operand) for operand in operands]
    n = max(map(len, columns_of))
    if any(len(nodes) not in (1, n) for nodes in columns_of):
        raise ExpressionError(f"formulas of {' and '.join(str(len(c)) for c in columns_of)} outputs do not go together")
    rows = zip(*(nodes if len(nodes) == n else nodes * n for nodes in columns_of), strict=True)
    return making.finish([making.builder.op(row(operation).number, *nodes) for nodes in rows])


def _names(part: Part) -> tuple[str, ...]:
    return part.variables if isinstance(part, Expression) else ()


class _Making:
    """A graph in the making: its inputs by name, held ones last, and the user's own symbols of its parts."""

    def __init__(self, names: Iterable[str], held: Sequence[str], parts: Iterable[Part]) -> None:
        self.builder = tapes.Builder()
        self._symbols: dict[str, sympy.Symbol] = {}
        for part in parts:
            if isinstance(part, Expression):
                self._symbols = {**given_symbols(part), **self._symbols}
        self._held = tuple(dict.fromkeys(held))
        ordered = dict.fromkeys([*(name for name in names if name not in self._held), *self._held])
        self.inputs = {name: self.builder.input(name) for name in ordered}

    def outputs(self, part: Part) -> list[int]:
        """The nodes of a part."""
        if not isinstance(part, Expression):
            return [_number(self.builder, part)]
        inputs = [self.inputs[name] for name in part.variables]
        return _composing.append(self.builder, part.handle, inputs)

    def finish(self, outputs: Iterable[int]) -> Expression:
        """The Expression with these outputs."""
        for node in outputs:
            self.builder.output(node)
        symbols = {name: symbol for name, symbol in self._symbols.items() if name in self.inputs}
        return Expression(self.builder.finish(), symbols=symbols, held=self._held)


def is_number(value: object) -> TypeGuard[float]:
    """Whether it is a real number of Python or NumPy."""
    return isinstance(value, numbers.Real)


def _number(builder: tapes.Builder, value: object) -> int:
    """Integers and fractions exact, everything else as its double."""
    if isinstance(value, numbers.Rational):
        above, below = int(value.numerator), int(value.denominator)
        if max(abs(above), below).bit_length() > _LONGEST:
            raise LimitError("an integer has more digits than the limit allows")
        node = builder.literal(str(abs(above)))
        node = node if below == 1 else builder.op(row("DIV").number, node, builder.literal(str(below)))
        return builder.op(row("NEG").number, node) if above < 0 else node
    return builder.number(float(value))  # type: ignore[arg-type]  # a number, as the caller has seen
