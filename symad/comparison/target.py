"""What a comparison asks of each method: values, a gradient, a Jacobian or a Hessian. Evaluates nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from symad.errors import ExpressionError
from symad.formula.choosing import columns
from symad.formula.expression import free_columns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from symad.formula.expression import Expression

VALUE, GRADIENT, JACOBIAN, HESSIAN = "value", "gradient", "jacobian", "hessian"
KINDS = (GRADIENT, VALUE, JACOBIAN, HESSIAN)


@dataclass(frozen=True, slots=True)
class Asked:
    """One number asked for: an output, and the variables (by column) of its derivative, none for its value."""

    output: int
    columns: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Target:
    """The numbers that every method answers at a point.

    Attributes
    ----------
    expression : Expression
    of : {"gradient", "value", "jacobian", "hessian"}
    columns : tuple of int
        Columns of the chosen variables.
    asked : tuple of Asked
        Row by row: outputs and then variables, for a Hessian variables and then variables.
    """

    expression: Expression
    of: str
    columns: tuple[int, ...]
    asked: tuple[Asked, ...]

    @property
    def wrt(self) -> tuple[str, ...]:
        """The chosen variables."""
        return tuple(self.expression.variables[column] for column in self.columns)

    @property
    def order(self) -> int:
        """Of the derivatives: 0, 1 or 2."""
        return 0 if self.of == VALUE else 2 if self.of == HESSIAN else 1

    def name(self, entry: int) -> str:
        """A number asked for, such as "df/dx", "df2/dx", "d2f/dx dy", "f"."""
        one, names = self.asked[entry], self.expression.variables
        f = f"f{one.output + 1}" if self.expression.n_outputs > 1 else "f"
        order = "" if len(one.columns) < 2 else str(len(one.columns))
        below = " ".join(f"d{names[column]}" for column in one.columns)
        return f"d{order}{f}/{below}" if below else f

    def variable(self, entry: int) -> str | None:
        """The last variable of a derivative."""
        columns = self.asked[entry].columns
        return self.expression.variables[columns[-1]] if columns else None


def target(expression: Expression, of: str = GRADIENT, wrt: Sequence[str] | str | None = None) -> Target:
    """What is asked for; raises ExpressionError where the expression has no such thing.

    Parameters
    ----------
    expression : Expression
    of : {"gradient", "value", "jacobian", "hessian"}
    wrt : sequence of str, or one name, optional
        The variables of the derivatives, by default all.
    """
    if of not in KINDS:
        raise ExpressionError(f"of is one of {', '.join(KINDS)}, not {of!r}")
    if of in (GRADIENT, HESSIAN) and expression.n_outputs != 1:
        advice = "; of=jacobian takes several" if of == GRADIENT else ""
        raise ExpressionError(f"compare needs one output, this expression has {expression.n_outputs}{advice}")
    if of != VALUE and not expression.variables:
        raise ExpressionError("compare needs a formula with a variable: there is nothing to differentiate")
    chosen = _columns(expression, wrt)
    outputs = range(expression.n_outputs)
    if of == VALUE:
        asked = [Asked(i, ()) for i in outputs]
    elif of == HESSIAN:
        asked = [Asked(0, (i, j)) for i in chosen for j in chosen]
    else:
        asked = [Asked(i, (j,)) for i in outputs for j in chosen]
    return Target(expression, of, chosen, tuple(asked))


def _columns(expression: Expression, wrt: Sequence[str] | str | None) -> tuple[int, ...]:
    if wrt is not None:
        return columns(expression.variables, wrt)
    return free_columns(expression)
