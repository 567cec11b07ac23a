"""Derivative Expressions by some of the inputs: the one place that knows how the others are left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from symad import automatic

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from symad.expression import Expression

    Places = NDArray[np.intp]


def _kept(program: Expression, rows: int, columns: Places, n: int) -> Expression:
    """Of rows of n outputs those in some columns."""
    if len(columns) == n:
        return program
    wanted = (np.arange(rows)[:, None] * n + columns).ravel()
    return automatic.select(program, wanted.tolist())


def gradient(expression: Expression, inputs: Places) -> Expression:
    """The partial derivatives of one output by these inputs."""
    return _kept(automatic.gradient(expression), 1, inputs, len(expression.variables))


def value_and_gradient(expression: Expression, inputs: Places) -> Expression:
    """The same behind the value."""
    program = automatic.value_and_gradient(expression)
    if len(inputs) == len(expression.variables):
        return program
    return automatic.select(program, [0, *(inputs + 1).tolist()])


def jacobian(expression: Expression, inputs: Places) -> Expression:
    """The Jacobian by these inputs, row by row; by tangents where there are fewer inputs than outputs."""
    make = automatic.forward_gradient if len(inputs) < expression.n_outputs else automatic.jacobian
    return _kept(make(expression), expression.n_outputs, inputs, len(expression.variables))


def jvp(expression: Expression, inputs: Places) -> tuple[Expression, Places]:
    """The tangent program, and the inputs that its directions are of, in their order."""
    return automatic.jvp(expression), np.arange(len(expression.variables))


def vjp(expression: Expression, inputs: Places) -> Expression:
    """The weighted adjoint program by these inputs."""
    return _kept(automatic.vjp(expression), 1, inputs, len(expression.variables))
