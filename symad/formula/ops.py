"""The rows of the table of operations, read from the compiled core. Types no operation itself."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from symad._core import tapes

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Row:
    """One operation.

    Attributes
    ----------
    number : int
        Fixed for ever.
    arity : int
        -1 for any number of operands.
    cost : {"free", "basic", "divide", "call", "select"}
        Class of the counts.
    condition : bool
        Whether the result is a condition.
    name, text : str
        Name in C and spelling in formulas; spellings with an underscore are for derivatives.
    sympy : str
        SymPy head; "" where `definition`, a formula of a and b, says what the row is.
    domain : str
        Where the row is smooth, as a condition of a and b, or "real".
    definition : str
        Formula of a and b in other rows, for rows that only derivatives use.
    value : str
        C expression of a and b that computes the row; "" for structural rows.
    wants : int
        Bit k is set where operand k is a condition.
    exact : bool
        Whether the result is the exact value of the doubles a and b, so that nothing is rounded.
    """

    number: int
    arity: int
    cost: str
    condition: bool
    name: str
    text: str
    sympy: str
    domain: str
    definition: str
    value: str
    wants: int
    exact: bool


ROWS: Mapping[int, Row] = MappingProxyType({entry[0]: Row(*entry) for entry in tapes.rows()})
_BY_NAME: Mapping[str, Row] = MappingProxyType({row.name: row for row in ROWS.values()})


def row(name: str) -> Row:
    """The row with this C name, such as ``row("ADD")``."""
    return _BY_NAME[name]
