"""Sparse Jacobians and Hessians of an export: the program of their entries in compressed columns, and the tables."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from symad.derive import sparsity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from symad.formula.expression import Expression

_WIDTH = 110


@dataclass(frozen=True, slots=True)
class Pattern:
    """Places of the entries of a matrix: those of column j are numbers starts[j] to starts[j + 1], rows ascending.

    Attributes
    ----------
    shape : (int, int)
    starts, rows : tuple of int
    symmetric : bool
        Whether these are the entries on and below the diagonal of a symmetric matrix.
    """

    shape: tuple[int, int]
    starts: tuple[int, ...]
    rows: tuple[int, ...]
    symmetric: bool

    def described(self, name: str) -> str:
        """What the head of the file says of the matrix of the function of that name."""
        of = "lower triangle of a symmetric matrix" if self.symmetric else "matrix"
        return (
            f"{of} {self.shape[0]} x {self.shape[1]} with {len(self.rows)} entries in compressed columns: column j has "
            f"numbers {name}_starts[j] to {name}_starts[j + 1] - 1, which lie in the rows {name}_rows"
        )


def compressed(expression: Expression, kind: str, by: Sequence[int] | None) -> tuple[Expression, Pattern]:
    """The program of a "jacobian" or "hessian" with an output for each entry, and where these are.

    A Hessian is its lower triangle; of several outputs it is of their weighted sum, with the weights as inputs. Where
    there is no entry the program has the right inputs, and other outputs.
    """
    name = "sparse_jacobian" if kind == "jacobian" else sparsity.name_of(lower=True, weighted=expression.n_outputs > 1)
    entries = sparsity.entries(expression, name, by)
    rows, columns = entries.structure
    order = np.lexsort((rows, columns))
    starts = np.searchsorted(columns[order], np.arange(entries.shape[1] + 1))
    pattern = Pattern(entries.shape, tuple(starts.tolist()), tuple(rows[order].tolist()), kind == "hessian")
    return entries._replace(which=entries.which[order]).program() if len(rows) else entries.source, pattern


def table_names(name: str) -> tuple[str, str]:
    """Names of the two tables beside a function."""
    return f"{name}_starts", f"{name}_rows"


def declarations(name: str, pattern: Pattern) -> Iterator[str]:
    """The sizes as macros, and the tables."""
    starts, rows = table_names(name)
    yield f"#define {name.upper()}_ROWS {pattern.shape[0]}"
    yield f"#define {name.upper()}_COLUMNS {pattern.shape[1]}"
    yield f"#define {name.upper()}_ENTRIES {len(pattern.rows)}"
    yield f"extern const int {starts}[{len(pattern.starts)}];"
    yield f"extern const int {rows}[{max(len(pattern.rows), 1)}];"


def definitions(name: str, pattern: Pattern) -> Iterator[str]:
    """The numbers in the tables."""
    for table, numbers in zip(table_names(name), (pattern.starts, pattern.rows or (0,)), strict=True):
        yield from listed(f"const int {table}", [str(number) for number in numbers])
    yield ""


def listed(head: str, items: Sequence[str]) -> Iterator[str]:
    """A table with a length, on lines of bounded width."""
    lines = textwrap.wrap(", ".join(items), _WIDTH, break_long_words=False)
    yield f"{head}[{len(items)}] = {{"
    yield from (f"    {line}" for line in lines)
    yield "};"
