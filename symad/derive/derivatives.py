"""Derivatives of formulas in any form, by all variables or by some: what users call. The programs are `automatic`'s."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from symad.derive import automatic
from symad.formula.choosing import columns
from symad.formula.expression import Expression, free_columns, given_symbols
from symad.formula.given import expression_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import sympy

    from symad.formula.given import Formula

    Names: TypeAlias = str | sympy.Symbol | Sequence[str | sympy.Symbol]


def gradient(formula: Formula, *, wrt: Names | None = None) -> Expression:
    """The adjoint program: the gradient by one reverse sweep, as another Expression.

    Parameters
    ----------
    formula : Expression, str or SymPy
        With one output.
    wrt : str or sequence of str, optional
        The variables to differentiate by, in the order of the answer; what is left out costs nothing. By default all
        that are not held.

    Returns
    -------
    Expression
        One output per variable, in the order of ``wrt`` or of ``expression.variables``; ``symad.gradient(f)[0]`` is
        the first one, a formula like any other.

    Raises
    ------
    ExpressionError
        If there are several outputs, or a name is no variable.
    TypeError
        If it is no formula.

    See Also
    --------
    jacobian, hessian, symbolic_gradient, Tape.gradient

    References
    ----------
    Griewank and Walther, Evaluating Derivatives, 2nd ed., 2008, sections 3.2 and 6.

    Examples
    --------
    >>> print(symad.gradient("x**2*y"))
    x, y: (y*(2*x), x**2)
    >>> print(symad.gradient(symad.gradient("x**2*y")[0], wrt="y"))
    x, y: 2*x
    """
    return _made(automatic.gradient, formula, wrt)


def forward_gradient(formula: Formula, *, wrt: Names | None = None) -> Expression:
    """The Jacobian by one tangent sweep a variable: n_outputs*n outputs, row by row; see `jacobian`.

    See Also
    --------
    gradient, jacobian

    Examples
    --------
    >>> symad.forward_gradient("x**2*y").n_outputs
    2
    """
    return _made(automatic.forward_gradient, formula, wrt)


def jacobian(formula: Formula, *, wrt: Names | None = None) -> Expression:
    """The Jacobian by one reverse sweep an output: n_outputs*n outputs, row by row.

    Parameters
    ----------
    formula, wrt
        As `gradient`; with any number of outputs.

    See Also
    --------
    gradient, Tape.jacobian

    Examples
    --------
    >>> print(symad.jacobian("(x*y, x + y)", wrt="y"))
    x, y: (x, 1)
    """
    return _made(automatic.jacobian, formula, wrt)


def hessian(formula: Formula, *, wrt: Names | None = None) -> Expression:
    """The adjoint program differentiated again: n*n outputs, row by row.

    Parameters
    ----------
    formula, wrt
        As `gradient`.

    See Also
    --------
    gradient, Tape.hessian

    Examples
    --------
    >>> print(symad.hessian("x**2*y"))
    x, y: (y*2, 2*x, 2*x, 0)
    """
    return _made(automatic.hessian, formula, wrt)


def jvp(formula: Formula, *, wrt: Names | None = None) -> Expression:
    """The tangent program: inputs are the variables and one direction (d_name) for each; one output an output.

    Parameters
    ----------
    formula, wrt
        As `gradient`, with any number of outputs; there is a direction for what is named alone.

    See Also
    --------
    vjp, hvp, Tape.jvp

    Examples
    --------
    >>> print(symad.jvp("x**2", wrt="x"))
    2*x*d_x
    """
    return _made(automatic.jvp, formula, wrt)


def vjp(formula: Formula, *, wrt: Names | None = None) -> Expression:
    """The weighted adjoint program: inputs are the variables and one weight (w_0, ...) an output; n outputs.

    Parameters
    ----------
    formula, wrt
        As `gradient`, with any number of outputs.

    See Also
    --------
    jvp, Tape.vjp

    Examples
    --------
    >>> symad.vjp("(x*y, x + y)").variables
    ('x', 'y', 'w_0', 'w_1')
    """
    return _made(automatic.vjp, formula, wrt)


def hvp(formula: Formula, *, wrt: Names | None = None) -> Expression:
    """Hessian times a direction: the tangent program of the adjoint program; n outputs.

    Parameters
    ----------
    formula, wrt
        As `gradient`; there is a direction for what is named alone.

    See Also
    --------
    hessian, Tape.hvp

    Examples
    --------
    >>> print(symad.hvp("x**3"))
    3*(2*x*d_x)
    """
    return _made(automatic.hvp, formula, wrt)


def columns_of(expression: Expression, wrt: Names | None) -> tuple[int, ...] | None:
    """The columns to differentiate by, None for all of them; symbols of the user's own are found by what they are."""
    if wrt is None:
        return free_columns(expression) if expression.held else None
    listed = [wrt] if isinstance(wrt, str) or not hasattr(wrt, "__iter__") else list(wrt)
    spelled = {symbol: name for name, symbol in given_symbols(expression).items()}
    return columns(expression.variables, [spelled.get(one, str(one)) for one in listed])


def _made(make: Callable[..., Expression], formula: Formula, wrt: Names | None) -> Expression:
    expression = expression_of(formula)
    return make(expression, columns_of(expression, wrt))
