"""Expression: a handle on an immutable graph in C, decoded only when somebody looks.

Knows the layout of nodes; must not know text, SymPy or derivatives.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from symad._core import files, tapes
from symad.errors import ExpressionError
from symad.formula.operators import Operators
from symad.formula.ops import ROWS
from symad.formula.shown import Shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import sympy

    from symad.formula.counts import Counts
    from symad.tape.tape import Tape

_NODE = struct.Struct("=BBHIII")
_INPUT = next(row.number for row in ROWS.values() if row.name == "INPUT")
_NUMBER = next(row.number for row in ROWS.values() if row.name == "NUMBER")
_ARITY = {number: row.arity for number, row in ROWS.items()}


@dataclass(frozen=True, slots=True)
class Number:
    """A literal: `exact` only where an integer is too long for a double, `value` then being its nearest double."""

    value: float
    exact: int | None


class Graph:
    """The nodes of an Expression as Python lists, operands before users, inputs first."""

    __slots__ = ("_a", "_b", "_c", "_constants", "_list", "flags", "n_inputs", "op", "run")

    def __init__(self, handle: tapes.Handle) -> None:
        nodes = list(_NODE.iter_unpack(handle.nodes()))
        self.op: list[int] = [node[0] for node in nodes]
        self.run = bytes(handle.nodes()[1 :: _NODE.size])  # rows as executed: NUMBER for a constant sub-formula
        self.flags: list[int] = [node[2] for node in nodes]
        self._a, self._b, self._c = ([node[k] for node in nodes] for k in (3, 4, 5))
        self._list = handle.words("list", handle.view.n_list)
        self._constants = handle.constants()
        self.n_inputs: int = handle.view.n_inputs

    @property
    def n_nodes(self) -> int:
        """Number of nodes."""
        return len(self.op)

    def operands(self, node: int) -> tuple[int, ...]:
        """Operand nodes: (condition, then, otherwise) for a selection; (r, a...) for a share."""
        arity = _ARITY[self.op[node]]
        if arity == 2:
            return (self._a[node], self._b[node])
        if arity == 1:
            return (self._a[node],)
        if arity < 0:
            return tuple(self._list[self._a[node] : self._a[node] + self._b[node]])
        return (self._a[node], self._b[node], self._c[node]) if arity == 3 else ()

    def list_place(self, node: int) -> slice | None:
        """Where the operands of an n-ary node stand in the graph's list; None for other nodes."""
        return slice(self._a[node], self._a[node] + self._b[node]) if _ARITY[self.op[node]] < 0 else None

    def is_number(self, node: int) -> bool:
        """Whether a node is a literal."""
        return self.op[node] == _NUMBER

    def constant_index(self, node: int) -> int:
        """Place among the constants of what is executed as a NUMBER."""
        return int(self._c[node])

    def number(self, node: int) -> Number:
        """The literal of a NUMBER node, or the constant that is executed in place of a constant sub-formula."""
        value, digits = self._constants[self._c[node]]
        return Number(value, int(digits) if digits else None)

    def input_index(self, node: int) -> int:
        """Place of an input among the variables."""
        return int(self._a[node])


class Expression(Operators, Shown):
    """A formula, a program or a derivative: an immutable graph of operations with named inputs and outputs.

    Made by `symad.parse`, `symad.from_sympy` and the derivatives; never directly.
    """

    __module__ = "symad"  # where users find it, and pickles for ever
    __slots__ = ("_cache", "_handle", "_source")
    _card = "expression"

    def __init__(
        self,
        handle: tapes.Handle,
        source: str | None = None,
        symbols: Mapping[str, sympy.Symbol] | None = None,
        notes: tuple[str, ...] = (),
        held: Sequence[str] = (),
    ) -> None:
        self._handle = handle
        self._source = source
        own = MappingProxyType(dict(symbols or {}))
        self._cache: dict[str, object] = {"symbols": own, "notes": notes, "held": tuple(held)}

    @property
    def handle(self) -> tapes.Handle:
        """The graph in C."""
        return self._handle

    @property
    def source(self) -> str | None:
        """The text this was parsed from, or None; where it was read in its own way, the strict text for it."""
        return self._source

    @property
    def notes(self) -> tuple[str, ...]:
        """How the text was read where it was not strict, a sentence each: ``("read as 2*x",)`` for ``2x``.

        Files and pickles keep the strict text and no notes.
        """
        return self._cache["notes"]  # type: ignore[return-value]  # set on creation

    @property
    def variables(self) -> tuple[str, ...]:
        """Names of the inputs, in the order of every gradient; those that are held are the last."""
        if "variables" not in self._cache:
            self._cache["variables"] = self._handle.input_names()
        return self._cache["variables"]  # type: ignore[return-value]  # set one line above

    @property
    def held(self) -> tuple[str, ...]:
        """Variables that no derivative is taken by unless it is asked for; `symad.parse` and `symad.compile` hold them.

        Pickles keep them, files do not: `symad.load` takes them again.
        """
        return self._cache["held"]  # type: ignore[return-value]  # set on creation

    @property
    def output_names(self) -> tuple[str, ...]:
        """What the text calls each output, "" where it has no name: ("r", "") for ``r = hypot(x, y); (r, x + y)``.

        An output with several names has the last of them; no two have the same. Files keep them, derivatives have none.
        """
        if "output_names" not in self._cache:
            self._cache["output_names"] = self._handle.output_names()
        return self._cache["output_names"]  # type: ignore[return-value]  # set one line above

    @property
    def symbols(self) -> Mapping[str, sympy.Basic]:
        """The SymPy symbols that the last `to_sympy` used, by input name; before, those that it uses by default.

        >>> import sympy, symad
        >>> f = symad.parse("k*x**2")
        >>> sympy.diff(f.to_sympy(real=True), f.symbols["k"])
        x**2
        """
        if "used" not in self._cache:
            from symad.symbolic.bridge import leaves_of

            remember_symbols(self, leaves_of(self))
        return self._cache["used"]  # type: ignore[return-value]  # set above

    @property
    def n_outputs(self) -> int:
        """Number of outputs."""
        return int(self._handle.view.n_outputs)

    @property
    def n_nodes(self) -> int:
        """Number of distinct nodes, inputs and numbers included."""
        return int(self._handle.view.n_nodes)

    @property
    def outputs(self) -> tuple[int, ...]:
        """Nodes of the outputs."""
        return tuple(self._handle.words("outputs", self.n_outputs))

    @property
    def graph(self) -> Graph:
        """The nodes, decoded once."""
        if "graph" not in self._cache:
            self._cache["graph"] = Graph(self._handle)
        return self._cache["graph"]  # type: ignore[return-value]  # set one line above

    @property
    def labels(self) -> dict[int, str]:
        """Node to name: variables, and the first name that the text binds to a node."""
        found: dict[int, str] = {}
        for node, name in self._handle.labels():
            found.setdefault(node, name)
        return found

    def span(self, node: int) -> str:
        """The piece of text that a node came from; "" where there is none."""
        spans = self._handle.spans() if self._source is not None else []
        start, end = spans[node] if spans else (0, 0)
        if self._source is None or not end:
            return ""
        return self._source.encode("utf-8", "surrogatepass")[start:end].decode("utf-8", "replace")

    @property
    def counts(self) -> Counts:
        """Operations written out (exact), distinct, by kind, and depth."""
        from symad.formula.counts import count

        return count(self)

    def to_sympy(
        self,
        *,
        decimals: str = "rational",
        symbols: Mapping[str, sympy.Basic] | None = None,
        real: bool = False,
    ) -> sympy.Basic:
        """SymPy, built by constructors; see `symad.to_sympy`. `symbols` holds what stands for inputs."""
        from symad.symbolic.bridge import to_sympy

        return to_sympy(self, decimals=decimals, symbols=symbols, real=real)

    def to_bytes(self) -> bytes:
        """The bytes that `from_bytes` reads, the same on every machine; the source text is among them.

        `csrc/FORMAT.md` describes them, and `symad_tape_load` reads them in C. The user's own SymPy symbols are kept by
        `pickle` alone.
        """
        return files.save(self._handle)

    @classmethod
    def from_bytes(cls, raw: bytes | bytearray | memoryview, *, name: str = "bytes") -> Expression:
        """An Expression from such bytes, whoever wrote them: each of them is verified first.

        Parameters
        ----------
        raw : bytes-like
        name : str
            What the message of an error calls them.

        Raises
        ------
        TapeFormatError
            With the first bad byte as ``offset``.
        """
        handle = files.load(raw, name)
        return cls(handle, files.source(handle))

    def compile(self) -> Tape:
        """A Tape that evaluates this and its derivatives."""
        from symad.tape.tape import Tape

        return Tape(self)

    def page(self, *, at: Mapping[str, float] | None = None) -> str:
        """This formula and its derivative as one HTML file, computed in the browser without a network.

        Parameters
        ----------
        at : mapping of str to float, optional
            Where the page begins; variables without a value get one there.

        Returns
        -------
        str
            The text of the file.

        Raises
        ------
        SymadError
            If this installation has no core for browsers, or the formula is too large for a page.

        Examples
        --------
        >>> Path("lesson.html").write_text(symad.parse("x*sin(x)").page(at={"x": 2.0}))  # doctest: +SKIP
        """
        from symad.page.writing import page_of

        return page_of(self, at)

    def __str__(self) -> str:
        from symad.formula.printing import to_text

        return to_text(self)

    def __repr__(self) -> str:
        text = self._source if self._source is not None else (str(self) if self.n_nodes < 200 else "")
        shown = text if len(text) <= 60 else text[:57] + "..."
        what = shown or f"{self.n_nodes} nodes"
        outputs = "" if self.n_outputs == 1 else f", {self.n_outputs} outputs"
        return f"<Expression {what!r}, variables {', '.join(self.variables[:8]) or 'none'}{outputs}>"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Expression):
            return NotImplemented
        return self._handle.equal(other._handle)

    def __hash__(self) -> int:
        return self._handle.hash()

    def __reduce__(self) -> tuple[object, ...]:
        """By public names: a pickle outlives the modules that things stand in."""
        symbols = dict(given_symbols(self))
        state = (symbols, self.held) if self.held else symbols or None
        return (partial(Expression.from_bytes, name="pickle"), (self.to_bytes(),), state)

    def __setstate__(
        self, state: Mapping[str, sympy.Symbol] | tuple[Mapping[str, sympy.Symbol], tuple[str, ...]]
    ) -> None:
        symbols, self._cache["held"] = state if isinstance(state, tuple) else (state, ())
        self._cache["symbols"] = MappingProxyType(dict(symbols))


def free_columns(expression: Expression) -> tuple[int, ...]:
    """Columns of the variables that are not held."""
    return tuple(range(len(expression.variables) - len(expression.held)))


def given_symbols(expression: Expression) -> Mapping[str, sympy.Symbol]:
    """The user's own SymPy symbols by input name, for what is made from it; empty unless SymPy was the source."""
    return expression._cache["symbols"]  # type: ignore[return-value]  # set on creation


def remember_symbols(expression: Expression, used: Mapping[str, sympy.Basic]) -> None:
    """Keep what stood for the inputs in SymPy, for `Expression.symbols`."""
    expression._cache["used"] = MappingProxyType(dict(used))


def remember_heads(expression: Expression, heads: Mapping[int, type[sympy.Basic]]) -> Expression:
    """Keep which functions of SymPy's code generation rows came from, so that they go back as these."""
    expression._cache["heads"] = MappingProxyType(dict(heads))
    return expression


def given_heads(expression: Expression) -> Mapping[int, type[sympy.Basic]]:
    """Those functions, by the number of a row."""
    return expression._cache.get("heads", {})  # type: ignore[return-value]  # set by remember_heads alone


def build(builder: tapes.Builder, *, symbols: Mapping[str, sympy.Symbol] | None = None) -> Expression:
    """The Expression of a finished builder; `symbols` are the user's own by input name."""
    return Expression(builder.finish(), symbols=symbols)


def one_output(expression: Expression, what: str) -> None:
    """Refuse an Expression with several outputs where one is needed."""
    if expression.n_outputs != 1:
        raise ExpressionError(f"{what} needs one output, this expression has {expression.n_outputs}")
