"""What a user hands over: the outputs, the symbols in them, the order of these and how text spells them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from symad.errors import ExpressionError, ParseError
from symad.formula.parsing import parse

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    import sympy


def inputs(
    found: Sequence[sympy.Symbol], variables: Sequence[sympy.Symbol | str] | None
) -> list[tuple[str, sympy.Symbol]]:
    """(spelling, symbol) of each input in its order; a name without symbol gets one without assumptions.

    Spelling: each run of characters that names cannot hold becomes one underscore, none at either end; a reserved word
    or a leading digit gets one more underscore behind or before it; equal names are numbered, ``x``, ``x_2``.
    """
    ordered = sorted(found, key=_natural) if variables is None else _chosen(found, variables)
    spelled: dict[sympy.Symbol, str] = {}
    taken: set[str] = set()
    numbers: dict[str, int] = {}  # the next to try behind a spelling: those before are taken for ever
    own: dict[str, sympy.Symbol] = {}  # names that text can hold stay with the first symbol that bears them
    for symbol in ordered:
        if _legal(name_of(symbol)) == name_of(symbol):
            own.setdefault(name_of(symbol), symbol)
    for symbol in dict.fromkeys([*own.values(), *ordered]):
        base = name = _legal(name_of(symbol))
        while name in taken:
            k = numbers.get(base, 2)
            name, numbers[base] = f"{base}_{k}", k + 1
        taken.add(name)
        spelled[symbol] = name
    return [(spelled[symbol], symbol) for symbol in ordered]


def name_of(variable: sympy.Basic) -> str:
    """What text calls a variable: v[0] is v0, A[0, 1] A0_1, q(t) q_t, its derivative dq_dt, a second one d2q_dt2."""
    import sympy

    if isinstance(variable, sympy.Symbol):
        return str(variable.name)
    if isinstance(variable, sympy.Indexed):
        return str(variable.base) + "_".join(map(str, variable.indices))
    if isinstance(variable, sympy.matrices.expressions.matexpr.MatrixElement):
        return f"{variable.parent}{variable.i}_{variable.j}"
    if isinstance(variable, sympy.Derivative):
        total = sum(int(count) for _, count in variable.variable_count)
        below = "".join(f"d{by}{count if count > 1 else ''}" for by, count in variable.variable_count)
        return f"d{total if total > 1 else ''}{variable.expr.func}_{below}"
    return str(variable)


def can_be_variable(item: sympy.Basic) -> bool:
    """Whether an object without a value of its own may be listed as a variable."""
    import sympy
    from sympy.core.function import AppliedUndef

    if isinstance(item, sympy.Derivative):
        whole = all(getattr(count, "is_Integer", False) for _, count in item.variable_count)
        return whole and isinstance(item.expr, AppliedUndef)
    element = sympy.matrices.expressions.matexpr.MatrixElement
    return isinstance(item, (sympy.Symbol, AppliedUndef, sympy.Indexed, element))


def _natural(symbol: sympy.Symbol) -> list[str | tuple[int, str]]:
    """Text and numbers in turn; a number by its length first, since one of thousands of digits is no int."""
    pieces = re.split(r"([0-9]+)", name_of(symbol))
    digits = (piece.lstrip("0") for piece in pieces[1::2])
    keys: list[str | tuple[int, str]] = list(pieces)
    keys[1::2] = [(len(piece), piece) for piece in digits]
    return keys


def _underscored(run: re.Match[str]) -> str:
    """A run of characters between letters and digits: as it is if it is underscores, else one."""
    return run.group() if not run.group().strip("_") else "_"


def _legal(name: str) -> str:
    spelled = name
    if not re.fullmatch(r"[A-Za-z0-9_]+", name):
        spelled = re.sub(r"[^A-Za-z0-9]+", _underscored, name).strip("_") or "_"
    if spelled[0].isdecimal():
        spelled = f"_{spelled}"
    try:
        parse("0", variables=[spelled], strict=True)
    except ParseError:
        spelled += "_"
    return spelled


def _chosen(found: Sequence[sympy.Symbol], variables: Sequence[sympy.Symbol | str]) -> list[sympy.Symbol]:
    if isinstance(variables, str):
        raise TypeError(f"variables is a sequence of names or symbols, not the str {variables!r}")
    chosen = list(dict.fromkeys(_resolved(found, variables)))
    if len(chosen) < len(variables):
        raise ExpressionError("the same variable is named twice")
    listed = set(chosen)
    missing = [name_of(symbol) for symbol in found if symbol not in listed]
    if missing:
        raise ExpressionError(f"variables does not list {', '.join(missing)}")
    return chosen


def _resolved(found: Sequence[sympy.Symbol], variables: Sequence[sympy.Symbol | str]) -> Iterator[sympy.Symbol]:
    import sympy

    by_name: dict[str, list[sympy.Symbol]] = {}
    for symbol in found:
        by_name.setdefault(name_of(symbol), []).append(symbol)
    for variable in variables:
        if isinstance(variable, sympy.Basic) and can_be_variable(variable):
            yield variable
            continue
        if not isinstance(variable, str):
            raise TypeError(f"a variable is a name, a Symbol, or such as q(t) and v[0], not {type(variable).__name__}")
        same = by_name.get(variable, [])
        if len(same) > 1:
            raise ExpressionError(f"several symbols are called {variable}: list the symbols themselves")
        yield same[0] if same else sympy.Symbol(variable)


def outputs_of(expr: sympy.Basic | Sequence[sympy.Basic] | sympy.MatrixBase) -> list[sympy.Basic]:
    """The expressions in lists, tuples, matrices and arrays, however nested, row by row."""
    import sympy

    outputs, pending = list[sympy.Basic](), list[Any]([expr])
    while pending:
        item = pending.pop()
        if getattr(getattr(item, "dtype", None), "kind", "") == "O" or isinstance(item, sympy.NDimArray):
            item = item.tolist()
        if isinstance(item, (list, tuple, sympy.Tuple, sympy.MatrixBase)):
            pending.extend(reversed(list(item)))
            continue
        item = sympy.Integer(item) if type(item) is int else sympy.Float(item) if type(item) is float else item
        if isinstance(item, str):
            raise TypeError("a text is for symad.parse, not for from_sympy")
        if not isinstance(item, sympy.Basic):
            raise TypeError(f"from_sympy takes SymPy objects, not {type(item).__name__}")
        outputs.append(item)
    if not outputs:
        raise ExpressionError("there is no expression here")
    return outputs


def bindings_of(expr: object) -> tuple[list[tuple[sympy.Symbol, sympy.Basic]], object]:
    """What ``sympy.cse`` returns, the pair of replacements and expressions, taken apart; anything else has none."""
    import sympy

    if not (isinstance(expr, tuple) and len(expr) == 2 and all(isinstance(part, list) for part in expr)):
        return [], expr
    pairs, outputs = expr
    if all(isinstance(one, tuple) and len(one) == 2 and isinstance(one[0], sympy.Symbol) for one in pairs):
        return list(pairs), outputs
    return [], expr


def symbols_of(outputs: Sequence[sympy.Basic], listed: Collection[sympy.Basic] = ()) -> list[sympy.Symbol]:
    """The symbols, and what is listed as a variable, in order of appearance; never ``free_symbols``, which recurses."""
    import sympy

    seen: dict[int, sympy.Basic] = {}
    found: dict[sympy.Symbol, None] = {}
    stack = list(reversed(outputs))
    while stack:
        item = stack.pop()
        if id(item) in seen:
            continue
        seen[id(item)] = item  # keeps it alive, so that its id stays its own
        if isinstance(item, sympy.Symbol) or (listed and item in listed):
            found[item] = None
            continue
        stack.extend(reversed(item.args))
    return list(found)


def real_symbols(names: Sequence[str]) -> list[tuple[str, sympy.Symbol]]:
    """(name, real Symbol) for each input: what SymPy's methods differentiate by."""
    import sympy

    return [(name, sympy.Symbol(name, real=True)) for name in names]
