"""The rows of the table of operations as jets, for the oracle. Reads the table's text: names, spellings, definitions.

A public row is the oracle's own function of that spelling; a row that only derivatives use is its definition. Rows
without a definition have a line in `ALONE`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from campaign import formulas, special_binary, special_unary
from campaign.jets import UNKNOWN, Entry, Jet, NoValueError, along
from flint import arb

TABLE = Path(__file__).resolve().parents[2] / "csrc" / "include" / "symad_ops.def"
ENTRY = re.compile(r'OP([12])\((\w+),\s*\d+,\s*\w+,\s*"([^"]*)",\s*"[^"]*",\s*(.*(?:\n    .*)*)$', re.M)
STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
Function = Callable[..., Jet]


@dataclass(frozen=True)
class TableRow:
    """What the oracle reads of a row."""

    name: str
    arity: int
    text: str
    definition: str

    @property
    def inner(self) -> bool:
        """Whether only derivatives use it."""
        return self.text.startswith("_")


def rows() -> list[TableRow]:
    """The rows of one and two operands."""
    found = []
    for arity, name, text, rest in ENTRY.findall(TABLE.read_text()):
        strings = STRING.findall(rest)
        found.append(TableRow(name, int(arity), text, strings[0] if strings else ""))
    return found


def slope_along_order(text: str) -> Function:
    """The slope of a public row along its order, as a value; its own slopes are not known."""

    def f(order: Jet, x: Jet) -> Jet:
        asked = Jet(order.v, [arb(1)], [])
        slope: Entry = special_binary.FUNCTIONS[text](asked, Jet(x.v, [None], [])).g[0]
        if not isinstance(slope, arb):
            raise NoValueError(str(slope))
        unknown = [UNKNOWN if i is not None or j is not None else None for i, j in zip(order.g, x.g, strict=True)]
        return Jet(slope, unknown, [])

    return f


def zeta_slope(a: Jet) -> Jet:
    """From the third Taylor coefficient on."""
    if (a.v - 1).is_zero():
        raise NoValueError("pole")
    _, first, second = special_unary.zeta(a.v)
    return along(a, first, second, UNKNOWN)


ALONE: dict[str, Function] = {
    "ZETA_SLOPE": zeta_slope, "NEG": lambda a: formulas.apply("-", [a]),
    **{name: slope_along_order(text) for name, text in (
        ("BESSELJ_ORDER", "besselj"), ("BESSELY_ORDER", "bessely"), ("BESSELI_ORDER", "besseli"),
        ("BESSELK_ORDER", "besselk"), ("UPPERGAMMA_ORDER", "uppergamma"), ("LOWERGAMMA_ORDER", "lowergamma"),
        ("ZETA_HURWITZ_ORDER", "zeta"), ("EXPINT_ORDER", "expint"), ("POLYLOG_ORDER", "polylog"),
    )},
}  # fmt: skip


def function(row: TableRow) -> Function:
    """A row as a function of jets."""
    if row.name in ALONE:
        return ALONE[row.name]
    if row.inner:
        found = formulas.read(row.definition, ("a", "b"))
        return lambda *operands: formulas.on(found, operands)
    return lambda *operands: formulas.apply(row.text, list(operands))
