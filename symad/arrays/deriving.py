"""Derivative Expressions by some of the inputs, for which alone anything is computed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from symad.derive import automatic, sparsity

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from symad.formula.expression import Expression

    Places = NDArray[np.intp]


def made(kind: str, expression: Expression, by: Places, along: Places) -> Expression:
    """A derivative by the inputs `by`; a product with directions of the inputs `along`.

    The Jacobian is taken by tangents where there are fewer inputs than outputs.
    """
    columns = by.tolist()
    if kind == "jvp":
        return automatic.jvp(expression, along.tolist())
    if kind == "hvp":
        return automatic.jvp(automatic.gradient(expression, columns), along.tolist())
    if kind == "hessian":
        return sparsity.mirrored_hessian(expression, columns)
    if kind == "jacobian" and len(columns) < expression.n_outputs:
        return automatic.forward_gradient(expression, columns)
    derive = {"value_and_gradient": automatic.value_and_gradient, "jacobian": automatic.jacobian, "vjp": automatic.vjp}
    return derive[kind](expression, columns)
