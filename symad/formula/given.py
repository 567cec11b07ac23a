"""Any form of a formula that a user has, made an Expression: the one place. Looks for SymPy only where it is loaded."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, SupportsIndex, TypeAlias

from symad.errors import ExpressionError
from symad.formula.composing import combined, hold, is_number, substituted
from symad.formula.expression import Expression
from symad.formula.parsing import parse

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import sympy

    from symad.formula.composing import Part

    Formula: TypeAlias = Expression | str | sympy.Basic | Sequence[sympy.Basic]


def expression_of(
    formula: Formula,
    *,
    variables: Sequence[sympy.Symbol | str] | None = None,
    held: Sequence[str] | None = None,
    n: SupportsIndex | None = None,
) -> Expression:
    """A formula as an Expression.

    Parameters
    ----------
    formula : Expression, str or SymPy object, or a list of the last
    variables : sequence of str or Symbol, optional
        Order of the variables, for text and SymPy.
    held : sequence of str, optional
        Variables that are never differentiated by; they stand behind the others.
    n : int, optional
        The size of a family, for text.

    Raises
    ------
    ExpressionError
        If there is a size and the formula is no text.
    TypeError
        If it is nothing of the kind.
    """
    if isinstance(formula, str):
        names = None if variables is None else [str(name) for name in variables]
        return parse(formula, n=n, variables=names, held=held)
    if n is not None:
        raise ExpressionError("n is the size of a family in text: leave it out here")
    if isinstance(formula, Expression):
        return formula if held is None else hold(formula, held)
    if not is_sympy(formula):
        advice = ": symad.function(fn).gradient, or symad.trace(fn, *examples)" if callable(formula) else ""
        raise TypeError(f"a formula is text, an Expression or SymPy, not {type(formula).__name__}{advice}")
    from symad.symbolic.bridge import from_sympy

    found = from_sympy(formula, variables=variables)
    return found if held is None else hold(found, held)


def to_sympy(
    formula: Formula,
    *,
    decimals: str = "rational",
    symbols: Mapping[str, sympy.Basic] | None = None,
    real: bool = False,
) -> sympy.Basic:
    """A formula as SymPy.

    Parameters
    ----------
    formula : Expression, str or SymPy
    decimals : {"rational", "float"}
        What a double that is no integer becomes: the exact binary Rational, or a Float of 53 bits. Integers, ``pi`` and
        ``E`` are exact either way.
    symbols : mapping of str to SymPy object, optional
        What stands for an input. By default the user's own symbol where the Expression came from SymPy, and else
        ``Symbol(name)``, the one that ``sympy.symbols`` makes too.
    real : bool
        Whether that Symbol is assumed to be real, as derivatives of Abs and sign want it.

    Returns
    -------
    sympy.Expr, or sympy.Tuple for several outputs
        SymPy evaluates while it builds (``x + x`` becomes ``2*x``): this is its form and not the one that was typed. A
        comparison that SymPy refuses, with nan or a complex number, is false; a Max or Min that it refuses is nan.

    Raises
    ------
    UnsupportedError
        If the expression is nested deeper than `symbolic.bridge.MAX_DEPTH`, or than SymPy can build within Python's
        recursion limit.

    See Also
    --------
    from_sympy, Expression.to_sympy

    Examples
    --------
    >>> symad.to_sympy("x + x")
    2*x
    """
    from symad.symbolic.bridge import to_sympy as bridged

    return bridged(expression_of(formula), decimals=decimals, symbols=symbols, real=real)


def is_sympy(formula: Any) -> bool:
    """Whether it is SymPy's: an object of SymPy, or a list, tuple or array that holds one."""
    sympy = sys.modules.get("sympy")
    if sympy is None:
        return False
    pending, kinds = [formula], (sympy.Basic, sympy.MatrixBase)
    while pending:
        item = pending.pop()
        if isinstance(item, kinds):
            return True
        if getattr(getattr(item, "dtype", None), "kind", "") == "O":
            item = item.ravel().tolist()
        if isinstance(item, (list, tuple)):
            pending.extend(item)
    return False


def replaced(
    expression: Expression, parts: Mapping[str, Formula | Part] | None, more: Mapping[str, Formula | Part]
) -> Expression:
    """`Expression.subs`: what replaces the variables in any form."""
    return substituted(expression, {name: _part(part) for name, part in {**(parts or {}), **more}.items()})


def fixed(expression: Expression, values: Mapping[str, float] | None, more: Mapping[str, float]) -> Expression:
    """`Expression.fix`: numbers alone."""
    given = {**(values or {}), **more}
    for name, value in given.items():
        if not is_number(value):
            raise TypeError(f"fix takes numbers, and {name} is {type(value).__name__}; formulas are for subs")
    return substituted(expression, given)


def operated(operation: str, *operands: Formula | Part) -> Expression:
    """An operator between formulas in any form; NotImplemented where one is nothing of the kind."""
    try:
        parts = [_part(operand) for operand in operands]
    except TypeError:
        return NotImplemented  # type: ignore[no-any-return]  # as operators do
    return combined(operation, *parts)


def compose(
    formula: Formula, parts: Mapping[str, Formula | Part] | None = None, /, **more: Formula | Part
) -> Expression:
    """Any function of formulas: a formula whose variables are replaced by others, all at once.

    Parameters
    ----------
    formula : Expression, str or SymPy
    parts : mapping of str to formula or number, optional
        What replaces the variables, for names that are no Python names; else by keyword.

    Raises
    ------
    ExpressionError
        If a name is no variable of the formula, or what replaces it has several outputs.

    See Also
    --------
    Expression.subs, Expression.fix

    Examples
    --------
    >>> f, g = symad.parse("x**2"), symad.parse("x + y")
    >>> print(symad.compose("sin(u)*v", u=f, v=g))
    sin(x**2)*(x + y)
    """
    return replaced(expression_of(formula), parts, more)


def _part(part: Formula | Part) -> Part:
    return part if is_number(part) else expression_of(part)
