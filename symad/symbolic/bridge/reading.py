"""SymPy to Expression: an explicit stack over the tree, each SymPy object read once, so that sharing is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symad._core import tapes
from symad.errors import BudgetError, UnsupportedError
from symad.formula.expression import build, remember_heads
from symad.formula.ops import ROWS, Row, row
from symad.symbolic.bridge.heads import codegen_heads, fused, shortened
from symad.symbolic.bridge.literals import Literals
from symad.symbolic.bridge.names import bindings_of, can_be_variable, inputs, outputs_of, symbols_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import sympy

    from symad.formula.expression import Expression


def from_sympy(
    expr: sympy.Basic | Sequence[sympy.Basic] | sympy.MatrixBase,
    *,
    variables: Sequence[sympy.Symbol | str] | None = None,
) -> Expression:
    """An Expression from SymPy.

    Parameters
    ----------
    expr : Expr, list, tuple or Matrix
        Several become several outputs, a Matrix row by row; lists may be nested, and arrays of objects do too. The pair
        that ``sympy.cse`` returns is read as what it stands for.
    variables : sequence of Symbol or str, optional
        The inputs in their order; may hold unused ones, must hold all that occur. By default the symbols that occur,
        natural-sorted by name (``x2`` before ``x10``). What has no value of its own can be listed too: ``q(t)`` (called
        q_t), ``q(t).diff(t)`` (dq_dt), ``v[0]`` (v0), ``A[0, 1]`` (A0_1).

    Returns
    -------
    Expression
        Sums keep SymPy's order of terms, but start with one that is not negative; negative terms are subtracted;
        negative powers of a product make one division; a power 1/2 is a square root. Fractions are quotients of
        integers, unless a double holds them exactly and their denominator is above 1024. Floats become the nearest
        double.
        Names that text cannot hold get the spelling of `bridge.names.inputs`; ``to_sympy`` gives back the
        symbols themselves.

    Raises
    ------
    UnsupportedError
        If something in it has no operation here: named in the message.
    ExpressionError
        If there is nothing in it, or `variables` does not fit.
    TypeError
        If it is no SymPy object; a text is for `symad.parse`.

    See Also
    --------
    symad.to_sympy : the way back.

    Examples
    --------
    >>> import sympy
    >>> x = sympy.Symbol("x")
    >>> print(symad.from_sympy(sympy.sin(x)**2))
    sin(x)**2
    """
    bindings, rest = bindings_of(expr)
    outputs, bound = outputs_of(rest), {symbol for symbol, _ in bindings}
    listed = {one for one in variables or () if hasattr(one, "args") and not getattr(one, "is_Symbol", False)}
    found = [one for one in symbols_of([*(value for _, value in bindings), *outputs], listed) if one not in bound]
    return read(outputs, inputs=inputs(found, variables), bindings=bindings, named=True)


def read(
    outputs: Sequence[sympy.Basic],
    *,
    inputs: Sequence[tuple[str, sympy.Symbol]],
    bindings: Iterable[tuple[sympy.Symbol, sympy.Basic]] = (),
    max_nodes: int | None = None,
    as_given: bool = False,
    named: bool = False,
) -> Expression:
    """The Expression of some SymPy objects over known inputs.

    Parameters
    ----------
    outputs : sequence of SymPy objects
    inputs : sequence of (name, Symbol)
    bindings : iterable of (Symbol, SymPy object), optional
        What further symbols stand for, each in terms of the earlier ones: the replacements of ``sympy.cse``.
    max_nodes : int, optional
        A larger graph raises BudgetError.
    as_given : bool
        Whether sums begin with their first term, negative or not.
    named : bool
        Whether a refusal shows the object, and not only its kind.
    """
    reader = _Reader(inputs, max_nodes, as_given=as_given, named=named)
    for symbol, value in bindings:
        reader.bind(symbol, value)
    for output in outputs:
        reader.output(output)
    return remember_heads(build(reader.builder, symbols=dict(inputs)), reader.met)


class _Reader:
    """A graph in the making. A memo entry is (node, whether negated), so that ``-2*x`` in a sum is subtracted."""

    def __init__(
        self,
        inputs: Sequence[tuple[str, sympy.Symbol]],
        max_nodes: int | None,
        *,
        as_given: bool = False,
        named: bool = False,
    ) -> None:
        import sympy

        self.builder = tapes.Builder()
        self._literals = Literals(self.builder)
        self._max_nodes = max_nodes
        self._as_given, self._named = as_given, named
        self._symbols = {symbol: self.builder.input(name) for name, symbol in inputs}
        self._memo: dict[int, tuple[int, bool]] = {}
        self._alive: list[sympy.Basic] = []  # ids of dead objects would be used again
        heads = {entry: getattr(sympy, entry.sympy) for entry in ROWS.values() if entry.sympy}
        self._constants = [(head, entry) for entry, head in heads.items() if entry.arity == 0]
        self._heads = {
            (head, entry.arity): entry for entry, head in heads.items() if entry.arity and isinstance(head, type)
        }
        self._codegen = codegen_heads()
        self._heads |= {(head, entry.arity): entry for head, entry in self._codegen.items()}
        self.met: dict[int, type[sympy.Basic]] = {}  # heads of sympy.codegen that occur, by row
        self._others = any(not symbol.is_Symbol for symbol in self._symbols)
        self._lowered: dict[type[sympy.Basic], Callable[[sympy.Basic], tuple[int, bool]]] = {
            sympy.Add: self._positive(self._sum),
            sympy.Mul: self._product,
            sympy.Pow: self._positive(self._pow),
            sympy.Piecewise: self._positive(self._piecewise),
            sympy.And: self._positive(lambda item: self._folded("AND", [self._value(arg) for arg in item.args])),
            sympy.Or: self._positive(lambda item: self._folded("OR", [self._value(arg) for arg in item.args])),
            sympy.ITE: self._positive(self._if_then_else),
        }
        self._lowered[sympy.Heaviside] = self._positive(self._step)
        self._lowered[fused()] = self._positive(self._fused)

    def _positive(self, lower: Callable[[sympy.Basic], int]) -> Callable[[sympy.Basic], tuple[int, bool]]:
        return lambda item: (lower(item), False)

    def bind(self, symbol: sympy.Symbol, value: sympy.Basic) -> None:
        """Let a symbol stand for a value."""
        self._symbols[symbol] = self._read(value)

    def output(self, root: sympy.Basic) -> None:
        """The next output."""
        self.builder.output(self._read(root))

    def _read(self, root: sympy.Basic) -> int:
        stack = [root]
        while stack:
            item = stack[-1]
            missing = [] if id(item) in self._memo else [c for c in self._children(item) if id(c) not in self._memo]
            stack.extend(missing)
            if missing:
                continue
            stack.pop()
            if id(item) not in self._memo:
                self._memo[id(item)] = self._node(item)
                self._alive.append(item)
        return self._value(root)

    def _children(self, item: sympy.Basic) -> Sequence[sympy.Basic]:
        """What must be read before: numbers within products and powers are read where they stand."""
        if self._others and item in self._symbols:
            return ()
        if item.is_Mul:
            return [f.base if _is_reciprocal(f) else f for f in item.args if not f.is_Number]
        if item.is_Pow:
            return [arg for arg in item.args if not arg.is_Number]
        if item.is_Piecewise:
            return [part for pair in item.args for part in pair.args]
        known = type(item) in self._lowered or self._head(item) is not None
        return item.args if known else ()  # what is not known is refused by its own name

    def _node(self, item: sympy.Basic) -> tuple[int, bool]:
        import sympy

        if (self._others or isinstance(item, sympy.Symbol)) and item in self._symbols:
            return self._symbols[item], False
        for constant, entry in self._constants:
            if item is constant:
                return self._op(entry.number), False
        if isinstance(item, (sympy.Rational, sympy.Float)):
            return self._literals.number(abs(item)), bool(item < 0)
        if type(item) in self._lowered:
            return self._lowered[type(item)](item)
        head = self._head(item)
        if head is None:
            raise UnsupportedError(_refusal(item, named=self._named))
        if type(item) in self._codegen and not head.sympy:
            self.met[head.number] = type(item)
        return self._op(head.number, *(self._value(arg) for arg in item.args)), False

    def _head(self, item: sympy.Basic) -> Row | None:
        """The row of an object, by its head and its number of arguments."""
        return self._heads.get((type(item), len(item.args))) or self._heads.get((type(item), -1))

    def _op(self, number: int, *operands: int) -> int:
        node = self.builder.op(number, *operands)
        if self._max_nodes is not None and node >= self._max_nodes:
            raise BudgetError(f"more than {self._max_nodes} operations")
        return node

    def _folded(self, name: str, nodes: Sequence[int]) -> int:
        """A binary row over several operands, from the left."""
        result = nodes[0]
        for node in nodes[1:]:
            result = self._op(row(name).number, result, node)
        return result

    def _value(self, item: sympy.Basic) -> int:
        """The node of something read before, or of a number."""
        node, negated = self._memo[id(item)] if id(item) in self._memo else self._node(item)
        if negated and self._as_given and item.is_Mul:
            return self._negated(item)
        return self._op(row("NEG").number, node) if negated else node

    def _negated(self, item: sympy.Basic) -> int:
        """A product with its minus at the first factor, as people write it."""
        coefficient, factors = item.args[0], item.args[1:]
        above, below = self._literals.coefficient(abs(coefficient))
        if not above and not _is_reciprocal(factors[0]):
            above, factors = [self._value(factors[0])], factors[1:]
        above = above or [self._literals.integer(1)]
        return self._quotient([self._op(row("NEG").number, above[0]), *above[1:]], below, factors)

    def _sum(self, item: sympy.Basic) -> int:
        terms = [self._memo[id(arg)] for arg in item.args]
        first = 0 if self._as_given else next((k for k, (_, negated) in enumerate(terms) if not negated), 0)
        terms.pop(first)
        total = self._value(item.args[first])
        for node, negated in terms:
            total = self._op(row("SUB" if negated else "ADD").number, total, node)
        return total

    def _product(self, item: sympy.Basic) -> tuple[int, bool]:
        """One division of products, the coefficient's parts in front of each, and the coefficient's sign."""
        coefficient, factors = item.args[0], item.args[1:]
        if not coefficient.is_Rational and not coefficient.is_Float:
            return self._quotient([], [], item.args), False
        above, below = self._literals.coefficient(abs(coefficient))
        return self._quotient(above, below, factors), bool(coefficient < 0)

    def _quotient(self, above: list[int], below: list[int], factors: Sequence[sympy.Basic]) -> int:
        for factor in factors:
            if _is_reciprocal(factor):
                below.append(self._power(self._value(factor.base), -factor.exp))
            else:
                above.append(self._value(factor))
        numerator = self._folded("MUL", above or [self._literals.integer(1)])
        return self._op(row("DIV").number, numerator, self._folded("MUL", below)) if below else numerator

    def _pow(self, item: sympy.Basic) -> int:
        import sympy

        if _is_reciprocal(item):
            return self._quotient([], [], [item])
        if item.base is sympy.E:
            return self._op(row("EXP").number, self._value(item.exp))
        base = self._value(item.base)
        return self._power(base, item.exp) if item.exp.is_Rational else self._pow_of(base, self._value(item.exp))

    def _power(self, base: int, exponent: sympy.Rational) -> int:
        if exponent.q == 2 and exponent.p == 1:
            return self._op(row("SQRT").number, base)
        return base if exponent == 1 else self._pow_of(base, self._literals.number(exponent))

    def _pow_of(self, base: int, exponent: int) -> int:
        return self._op(row("POW").number, base, exponent)

    def _piecewise(self, item: sympy.Basic) -> int:
        """Selections from the last pair to the first; nan where no condition holds."""
        import sympy

        node = self._op(row("NAN_VALUE").number)
        for value, condition in reversed([pair.args for pair in item.args]):
            if condition is sympy.true:
                node = self._value(value)
            else:
                node = self._op(row("SELECT").number, self._value(condition), self._value(value), node)
        return node

    def _if_then_else(self, item: sympy.Basic) -> int:
        condition, then, otherwise = (self._value(arg) for arg in item.args)
        denied = self._op(row("NOT").number, condition)
        both = self._folded("AND", [condition, then]), self._folded("AND", [denied, otherwise])
        return self._folded("OR", both)

    def _fused(self, item: sympy.Basic) -> int:
        """fma(a, b, c): rounded twice here, as a*b + c is."""
        a, b, c = (self._value(arg) for arg in item.args)
        return self._op(row("ADD").number, self._op(row("MUL").number, a, b), c)

    def _step(self, item: sympy.Basic) -> int:
        """Heaviside: the row, or with another value at the jump a selection, nan of nan."""
        import sympy

        argument, middle = (self._value(arg) for arg in item.args)
        if item.args[1] == sympy.S.Half:
            return self._op(row("HEAVISIDE").number, argument)
        zero, one, select = self._literals.integer(0), self._literals.integer(1), row("SELECT").number
        node = self._op(select, self._op(row("EQ").number, argument, zero), middle, self._op(row("NAN_VALUE").number))
        node = self._op(select, self._op(row("GT").number, argument, zero), one, node)
        return self._op(select, self._op(row("LT").number, argument, zero), zero, node)


def _is_reciprocal(factor: sympy.Basic) -> bool:
    return bool(factor.is_Pow and factor.exp.is_Rational and factor.exp < 0)


def _refusal(item: sympy.Basic, *, named: bool) -> str:
    """Why an object is refused; `named`: with the object itself, for who has typed it."""
    import sympy

    if item is sympy.I:
        return "the imaginary unit I has no place in real formulas"
    if item in (sympy.oo, -sympy.oo, sympy.zoo):
        return f"{item} is no number that a formula can hold"
    if not named:
        return f"SymPy's {item.func.__name__} has no operation here"
    shown = shortened(item)
    if can_be_variable(item):
        return f"{shown} has no value of its own: list it, variables=[{shown}, ...]"
    if isinstance(item, (sympy.Sum, sympy.Product, sympy.Derivative, sympy.Integral, sympy.Limit)):
        return f"{shown} is not evaluated: pass what its .doit() returns"
    if isinstance(item, sympy.MatrixExpr):
        return f"{shown} is a matrix: pass its entries, such as .as_explicit()"
    return f"SymPy's {item.func.__name__} has no operation here: {shown}"
