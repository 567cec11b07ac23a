"""Derivative Expressions by the rows: adjoint and tangent programs. Knows no formula of its own.

`by` holds the columns of the variables that are differentiated by, in the order of the answer; None stands for all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from symad._core import tapes
from symad.errors import ExpressionError
from symad.formula.expression import Expression, given_symbols, one_output

if TYPE_CHECKING:
    from collections.abc import Sequence


def _derived(expression: Expression, kind: int, what: str, by: Sequence[int] | None) -> Expression:
    handle = expression.handle.derive(kind, what, by=by)
    return Expression(handle, symbols=given_symbols(expression), held=expression.held)


def gradient(expression: Expression, by: Sequence[int] | None = None) -> Expression:
    """The adjoint program: the gradient by one reverse sweep; one output per variable."""
    one_output(expression, "gradient")
    return _derived(expression, tapes.GRADIENT, "gradient", by)


def select(expression: Expression, outputs: Sequence[int]) -> Expression:
    """Some outputs of an Expression, by number, with the operations that only they need; the variables stay."""
    if list(outputs) == list(range(expression.n_outputs)):
        return expression
    return Expression(expression.handle.select(outputs), symbols=given_symbols(expression), held=expression.held)


def picked(expression: Expression, output: int | slice | str) -> Expression:
    """`select` as indices of Python have it, or by the name that the text gives an output."""
    n = expression.n_outputs
    if isinstance(output, slice):
        chosen = list(range(n))[output]
        if not chosen:
            raise ExpressionError(f"this slice takes none of the {n} outputs")
        return select(expression, chosen)
    if isinstance(output, str):
        if output not in expression.output_names:
            known = ", ".join(filter(None, expression.output_names)) or "none has a name"
            raise ExpressionError(f"no output is called {output} ({known})")
        return select(expression, [expression.output_names.index(output)])
    if not -n <= output < n:
        raise IndexError(f"there is no output {output}: the expression has {n}")
    return select(expression, [output % n])


def value_and_gradient(expression: Expression, by: Sequence[int] | None = None) -> Expression:
    """The adjoint program behind the value: 1 + n outputs."""
    one_output(expression, "value_and_gradient")
    return _derived(expression, tapes.VALUE_AND_GRADIENT, "value_and_gradient", by)


def forward_gradient(expression: Expression, by: Sequence[int] | None = None) -> Expression:
    """The Jacobian by one tangent sweep a variable: n_outputs*n outputs, row by row."""
    return _derived(expression, tapes.FORWARD, "forward_gradient", by)


def jacobian(expression: Expression, by: Sequence[int] | None = None) -> Expression:
    """The Jacobian by one reverse sweep an output: n_outputs*n outputs, row by row."""
    return _derived(expression, tapes.JACOBIAN, "jacobian", by)


def hessian(expression: Expression, by: Sequence[int] | None = None) -> Expression:
    """The adjoint program differentiated again: n*n outputs, row by row."""
    return jacobian(gradient(expression, by), by)


def jvp(expression: Expression, by: Sequence[int] | None = None) -> Expression:
    """The tangent program: inputs are the variables and one direction (d_name) for each; one output an output."""
    return _derived(expression, tapes.JVP, "jvp", by)


def vjp(expression: Expression, by: Sequence[int] | None = None) -> Expression:
    """The weighted adjoint program: inputs are the variables and one weight (w_0, ...) an output; n outputs."""
    return _derived(expression, tapes.VJP, "vjp", by)


def hvp(expression: Expression, by: Sequence[int] | None = None) -> Expression:
    """Hessian times a direction: the tangent program of the adjoint program; n outputs."""
    return jvp(gradient(expression, by), by)
