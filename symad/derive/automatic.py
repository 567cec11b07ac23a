"""Derivative Expressions by the rows: adjoint and tangent programs. Knows no formula of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symad._core import tapes
from symad.formula.expression import Expression, given_symbols, one_output

if TYPE_CHECKING:
    from collections.abc import Sequence


def _derived(expression: Expression, kind: int, what: str) -> Expression:
    return Expression(expression.handle.derive(kind, what), symbols=given_symbols(expression))


def gradient(expression: Expression) -> Expression:
    """The adjoint program: the gradient by one reverse sweep, as another Expression.

    Parameters
    ----------
    expression : Expression
        With one output.

    Returns
    -------
    Expression
        One output per variable, in the order of ``expression.variables``.

    Raises
    ------
    ExpressionError
        If there are several outputs.

    See Also
    --------
    symad.diff : the derivative as a person writes it.
    symad.Tape.gradient : its numbers.

    References
    ----------
    Griewank and Walther, Evaluating Derivatives, 2nd ed., 2008, sections 3.2 and 6.

    Examples
    --------
    >>> symad.gradient(symad.parse("x**2*y")).compile().value([3.0, 2.0])
    array([12.,  9.])
    """
    one_output(expression, "gradient")
    return _derived(expression, tapes.GRADIENT, "gradient")


def select(expression: Expression, outputs: Sequence[int]) -> Expression:
    """Some outputs of an Expression, by number, with the operations that only they need; the variables stay."""
    if list(outputs) == list(range(expression.n_outputs)):
        return expression
    return Expression(expression.handle.select(outputs), symbols=given_symbols(expression))


def value_and_gradient(expression: Expression) -> Expression:
    """The adjoint program behind the value: 1 + n outputs."""
    one_output(expression, "value_and_gradient")
    return _derived(expression, tapes.VALUE_AND_GRADIENT, "value_and_gradient")


def forward_gradient(expression: Expression) -> Expression:
    """The Jacobian by one tangent sweep a variable: n_outputs*n outputs, row by row.

    See Also
    --------
    symad.gradient : by one reverse sweep.

    Examples
    --------
    >>> symad.forward_gradient(symad.parse("x**2*y")).n_outputs
    2
    """
    return _derived(expression, tapes.FORWARD, "forward_gradient")


def jacobian(expression: Expression) -> Expression:
    """The Jacobian by one reverse sweep an output: n_outputs*n outputs, row by row.

    See Also
    --------
    symad.gradient : of one output.

    Examples
    --------
    >>> symad.jacobian(symad.parse("(x*y, x + y)")).n_outputs
    4
    """
    return _derived(expression, tapes.JACOBIAN, "jacobian")


def hessian(expression: Expression) -> Expression:
    """The adjoint program differentiated again: n*n outputs, row by row.

    See Also
    --------
    symad.hvp : the Hessian times a direction.

    Examples
    --------
    >>> symad.hessian(symad.parse("x**2*y")).n_outputs
    4
    """
    return jacobian(gradient(expression))


def jvp(expression: Expression) -> Expression:
    """The tangent program: inputs are the variables and one direction (d_name) for each; one output an output.

    See Also
    --------
    symad.vjp : weights times the Jacobian.

    Examples
    --------
    >>> symad.jvp(symad.parse("x*y")).variables
    ('x', 'y', 'd_x', 'd_y')
    """
    return _derived(expression, tapes.JVP, "jvp")


def vjp(expression: Expression) -> Expression:
    """The weighted adjoint program: inputs are the variables and one weight (w_0, ...) an output; n outputs.

    See Also
    --------
    symad.jvp : the Jacobian times a direction.

    Examples
    --------
    >>> symad.vjp(symad.parse("(x*y, x)")).variables
    ('x', 'y', 'w_0', 'w_1')
    """
    return _derived(expression, tapes.VJP, "vjp")


def hvp(expression: Expression) -> Expression:
    """Hessian times a direction: the tangent program of the adjoint program; n outputs.

    See Also
    --------
    symad.hessian : all of it.

    Examples
    --------
    >>> symad.hvp(symad.parse("x**2*y")).n_outputs
    2
    """
    return jvp(gradient(expression))
