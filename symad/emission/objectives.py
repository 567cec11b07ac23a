"""An objective over rows as one C99 file: the public step. Puts the pieces together; computes nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from symad._core import rows as core
from symad.emission.export import commented, head, kernels, notes, title, vectors
from symad.emission.functions import Function, Vector, scalar_function
from symad.emission.lanes import lane_parts
from symad.emission.naming import function_name
from symad.emission.program import Program
from symad.emission.statements import PLACES
from symad.emission.sums import CHUNK, ORDER, VECTORS, Summed, function_over_rows, prototype, work_function
from symad.emission.sums_test import selftest
from symad.errors import ExpressionError
from symad.formula.expression import Expression

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from symad._core import tapes
    from symad.emission.library import Closure

_KINDS = {  # with what each fills: names and sizes by the number of parameters
    "value": (core.VALUE, ("value",)),
    "value_and_gradient": (core.VALUE_AND_GRADIENT, ("value", "gradient")),
    "hvp": (core.HVP, ("hvp",)),
    "gauss_newton": (core.GAUSS_NEWTON, ("value", "gradient", "square")),
    "gauss_newton_product": (core.GAUSS_NEWTON_PRODUCT, ("product",)),
}
KINDS = ("value", "gradient", "hvp", "gauss_newton", "gauss_newton_product")
_DIRECTED = ("hvp", "gauss_newton_product")
_NOTE = (
    "Row i of column j of the data is data[i * data_row + j * data_column], strides in doubles: a table row by row has "
    "data_column 1, one column by column data_row 1, which is the quickest. work holds f_work(n_rows) doubles. Rows "
    f"are added in an order that their number alone decides: lane l of 8 adds rows l, l + 8, ... of each {CHUNK}, its "
    "sum is ((0+4) + (2+6)) + ((1+5) + (3+7)) of the lanes, and these are joined in pairs of equal size. -march=native "
    "lets the compiler use wide vectors; the bits stay the same."
)


@dataclass(frozen=True)
class RowFormula:
    """What is summed: the formula of a row, which of its variables are parameters, and what is asked of the sum.

    Attributes
    ----------
    expression : Expression
    parameters : tuple of int
        Which of its variables are parameters, in their order; the others are columns of data.
    flags : int
        `symad_objective_form.flags` of the header.
    penalty : Expression or None
        Over the parameters.
    """

    expression: Expression
    parameters: tuple[int, ...]
    flags: int
    penalty: Expression | None

    @property
    def n_columns(self) -> int:
        """Columns of data, without the weight."""
        return len(self.expression.variables) - len(self.parameters)

    def number(self, kind: str) -> int:
        """What C calls a kind."""
        return _KINDS[kind][0]

    def form(self, kind: str) -> core.Form:
        """What C is asked for."""
        newton = kind.startswith("gauss_newton")
        penalty = None if newton or self.penalty is None else self.penalty.handle
        return core.Form(self.parameters, (self.n_columns,), self.flags, penalty)


def emit_objective(row: RowFormula, *, outputs: Sequence[str] | None = None, name: str = "f") -> str:
    """A sum over rows and its derivatives as the text of one C99 file; `symad.Objective.to_c` says more.

    Raises
    ------
    ExpressionError
        If `outputs` or `name` cannot be used.
    UnsupportedError
        If an operation has no C form.
    """
    kinds = _grouped(("value", "gradient") if outputs is None else tuple(outputs))
    base = function_name(name)
    made = [_summed(row, base if kind.startswith("value") else f"{base}_{kind}", kind) for kind in kinds]
    scalars = [function for one in made for function in one.scalars()]
    rows = [one.rows for one in made if one.rows is not None]
    closure = kernels(scalars, rows)
    lines = [*_comment(row, made, [*scalars, *rows], closure), *_declarations(made), ""]
    lines += _definitions(made, scalars, rows, closure)
    lines += selftest(row, kinds, made)
    return "\n".join([*lines, ""])


def _grouped(kinds: tuple[str, ...]) -> list[str]:
    """Value and gradient together are one function."""
    unknown = [kind for kind in kinds if kind not in KINDS]
    if unknown or not kinds or len(set(kinds)) < len(kinds):
        what = f"not {unknown[0]!r}" if unknown else "each at most once, and at least one"
        raise ExpressionError(f"outputs of an objective are among {', '.join(KINDS)}, {what}")
    first = ["value_and_gradient"] if "gradient" in kinds else ["value"] if "value" in kinds else []
    return first + [kind for kind in kinds if kind not in ("value", "gradient")]


def _results(kind: str, n: int) -> tuple[Vector, ...]:
    known = {"value": 1, "square": n * (n + 1) // 2}
    return tuple(Vector(name, known.get(name, n)) for name in _KINDS[kind][1])


def _summed(row: RowFormula, name: str, kind: str) -> Summed:
    if row.expression.n_outputs != 1 and not row.flags & core.RESIDUALS:
        raise ExpressionError(
            f"the row gives {row.expression.n_outputs} numbers: an objective sums one, or the squares of residuals"
        )
    if kind.startswith("gauss_newton") and (row.penalty is not None or not row.flags & core.RESIDUALS):
        raise ExpressionError(f"{kind} is for residuals without a penalty")
    before, rows, after = core.programs(row.expression.handle, row.number(kind), row.form(kind))
    n = len(row.parameters)
    given = (Vector("p", n), *((Vector("direction", n),) if kind in _DIRECTED else ()))
    weight = bool(row.flags & core.WEIGHTS)
    data = (Vector("data", row.n_columns), *((Vector("weight", 1),) if weight else ()))
    n_read = 0 if rows is None else int(rows.view.n_inputs) - row.n_columns - weight
    n_sums = 0 if rows is None else int(rows.view.n_outputs)
    sums = (Vector("sums", n_sums),) if n_sums else ()
    read = Vector("uniforms", n_read)
    assert after is not None  # something is always put out
    return Summed(
        name,
        None if before is None else _function(f"{name}_before", before, given, (read,)),
        None if rows is None else _function(f"{name}_rows", rows, (read, *data), sums),
        _function(f"{name}_after", after, (*given, *sums, Vector("n_rows", 1)), _results(kind, n)),
        data,
    )


def _function(name: str, handle: tapes.Handle, inputs: tuple[Vector, ...], outputs: tuple[Vector, ...]) -> Function:
    return Function(name, Program(Expression(handle)), inputs, outputs)


def _comment(row: RowFormula, made: Sequence[Summed], functions: Sequence[Function], closure: Closure) -> Iterator[str]:
    expression = row.expression
    names = [expression.variables[k] for k in row.parameters]
    columns = [name for name in expression.variables if name not in names]
    yield from title(expression)
    half = "half the sum of its squares" if row.flags & core.RESIDUALS else "its sum"
    mean = " divided by the number of rows" if row.flags & core.MEAN else ""
    if mean and row.flags & core.WEIGHTS:
        mean = " divided by the sum of the weights"
    yield from commented(f"over rows: {half}{mean}{', and a penalty once' if row.penalty is not None else ''}")
    yield from commented(f"p: {', '.join(names)}", most=8)
    yield from commented(f"data: {', '.join(columns) or 'none'}; {len(columns)} columns", most=8)
    for one in made:
        filled = ", ".join(f"{vector.name}[{vector.size}]" for vector in (*one.given[1:], *one.after.outputs))
        steps = ", ".join(f"{len(part.program.steps)} {word}" for part, word in _said(one))
        yield from commented(f"{one.name}: {filled}; {steps}")
    if any(vector.name == "square" for one in made for vector in one.after.outputs):
        yield from commented("square: the upper triangle of J'J, row by row")
    yield " *"
    yield from commented(notes(functions, closure, made[0].name))
    yield from (" *", *commented(_NOTE.replace("f_work", f"{made[0].name}_work")), " */")


def _said(one: Summed) -> Iterator[tuple[Function, str]]:
    words = ("operations before the rows", "for each row", "after them")
    yield from ((part, word) for part, word in zip((one.before, one.rows, one.after), words, strict=True) if part)


def _declarations(made: Sequence[Summed]) -> Iterator[str]:
    yield from ("", "#include <stddef.h>", "", "#ifdef __cplusplus", 'extern "C" {', "#endif")
    for one in made:
        yield f"size_t {one.name}_work(size_t n_rows);"
        yield f"{prototype(one)};"
    yield from ("#ifdef __cplusplus", "}", "#endif")


def _definitions(
    made: Sequence[Summed], scalars: Sequence[Function], rows: Sequence[Function], closure: Closure
) -> Iterator[str]:
    guard = f"{made[0].name.upper()}_DECLARATIONS_ONLY"
    taken = closure.names | {PLACES} | {name for one in made for name in one.names()}
    yield from (f"#ifndef {guard}", "")
    yield from head([*scalars, *rows], closure, {"stddef.h"})
    for one in scalars:
        yield from scalar_function(one, taken, "static ")
        yield ""
    if rows:
        lane_functions, text = vectors(rows, closure, VECTORS)
        yield from (text, ORDER)
        taken |= frozenset(re.findall(r"\w+", text + ORDER))
        for one in rows:
            yield from lane_parts(one, lane_functions, taken)
    for summed in made:
        yield from work_function(summed)
        yield from function_over_rows(summed)
        yield ""
    yield f"#endif /* {guard} */"
