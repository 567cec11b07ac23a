"""Objectives as C: what `symad.emission` takes, from a row with its data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symad._core import rows as core
from symad.arrays import row as rows_of
from symad.arrays.tables import nearest
from symad.emission.objectives import RowFormula, emit_objective
from symad.errors import ShapeError
from symad.system import storing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike

    from symad.arrays.row import Row
    from symad.formula.expression import Expression


def c_of_row(
    row: Row,
    flags: int,
    path: str | PathLike[str] | None = None,
    *,
    outputs: Sequence[str] | None = None,
    name: str = "f",
) -> str:
    """The C file of an objective with this row, also written to `path`; `symad.Objective.to_c` says more."""
    taken = RowFormula(row.expression, row.parameters, flags, row.penalty)
    text = emit_objective(taken, outputs=outputs, name=name)
    if path is not None:
        storing.replace(path, text.encode())
    return text


def c_of_formula(
    formula: Expression,
    columns: Sequence[str],
    *,
    outputs: Sequence[str] | None = None,
    name: str = "f",
    residual: bool = False,
    mean: bool = False,
    weights: bool = False,
    penalty: str | None = None,
) -> str:
    """The same of a formula whose variables with these names are columns of data.

    Raises
    ------
    ShapeError
        If a column is no variable, or all of them are.
    """
    for column in columns:
        if column not in formula.variables:
            raise ShapeError(f"the formula has no variable `{column}`{nearest(column, formula.variables)}")
    row = rows_of.of_formula(formula, dict.fromkeys(columns), None, penalty)
    flags = core.RESIDUALS * residual | core.MEAN * mean | core.WEIGHTS * weights
    return c_of_row(row, flags, outputs=outputs, name=name)
