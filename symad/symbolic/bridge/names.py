"""What a user hands over: the outputs, the symbols in them, the order of these and how text spells them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from symad.errors import ExpressionError, ParseError
from symad.formula.parsing import parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
        if _legal(symbol.name) == symbol.name:
            own.setdefault(symbol.name, symbol)
    for symbol in dict.fromkeys([*own.values(), *ordered]):
        base = name = _legal(symbol.name)
        while name in taken:
            k = numbers.get(base, 2)
            name, numbers[base] = f"{base}_{k}", k + 1
        taken.add(name)
        spelled[symbol] = name
    return [(spelled[symbol], symbol) for symbol in ordered]


def _natural(symbol: sympy.Symbol) -> list[str | tuple[int, str]]:
    """Text and numbers in turn; a number by its length first, since one of thousands of digits is no int."""
    pieces = re.split(r"([0-9]+)", symbol.name)
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
    missing = [symbol.name for symbol in found if symbol not in listed]
    if missing:
        raise ExpressionError(f"variables does not list {', '.join(missing)}")
    return chosen


def _resolved(found: Sequence[sympy.Symbol], variables: Sequence[sympy.Symbol | str]) -> Iterator[sympy.Symbol]:
    import sympy

    by_name: dict[str, list[sympy.Symbol]] = {}
    for symbol in found:
        by_name.setdefault(symbol.name, []).append(symbol)
    for variable in variables:
        if isinstance(variable, sympy.Symbol):
            yield variable
            continue
        if not isinstance(variable, str):
            raise TypeError(f"a variable is a name or a SymPy Symbol, not {type(variable).__name__}")
        same = by_name.get(variable, [])
        if len(same) > 1:
            raise ExpressionError(f"several symbols are called {variable}: list the symbols themselves")
        yield same[0] if same else sympy.Symbol(variable)


def outputs_of(expr: sympy.Basic | Sequence[sympy.Basic] | sympy.MatrixBase) -> list[sympy.Basic]:
    import sympy

    several = isinstance(expr, (list, tuple, sympy.Tuple, sympy.MatrixBase))
    outputs = [sympy.Integer(item) if type(item) is int else item for item in (expr if several else [expr])]
    outputs = [sympy.Float(item) if type(item) is float else item for item in outputs]
    for item in outputs:
        if isinstance(item, str):
            raise TypeError("a text is for symad.parse, not for from_sympy")
        if not isinstance(item, sympy.Basic):
            raise TypeError(f"from_sympy takes SymPy objects, not {type(item).__name__}")
    if not outputs:
        raise ExpressionError("there is no expression here")
    return outputs


def symbols_of(outputs: Sequence[sympy.Basic]) -> list[sympy.Symbol]:
    """The symbols in order of appearance; never ``free_symbols``, which recurses."""
    import sympy

    seen: dict[int, sympy.Basic] = {}
    found: dict[sympy.Symbol, None] = {}
    stack = list(reversed(outputs))
    while stack:
        item = stack.pop()
        if id(item) in seen:
            continue
        seen[id(item)] = item  # keeps it alive, so that its id stays its own
        if isinstance(item, sympy.Symbol):
            found[item] = None
        stack.extend(reversed(item.args))
    return list(found)


def real_symbols(names: Sequence[str]) -> list[tuple[str, sympy.Symbol]]:
    """(name, real Symbol) for each input: what SymPy's methods differentiate by."""
    import sympy

    return [(name, sympy.Symbol(name, real=True)) for name in names]
