"""The rows of the table of operations as jets, for the oracle. Reads the table's text: names, spellings, definitions.

A public row is the oracle's own function of that spelling; a row that only derivatives use is its definition, read with
Python's own parser. Rows without a definition have a line in `ALONE`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from campaign import binary, formulas, unary
from campaign.jets import Entry, Jet, NoValueError, along
from flint import arb

TABLE = Path(__file__).resolve().parents[2] / "csrc" / "include" / "symad_ops.def"
LINE = re.compile(r'OP([12])\((\w+),\s*\d+,\s*\w+,\s*"([^"]*)",\s*"[^"]*",\s*(.*)$', re.M)
STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
OPERATORS: dict[type, str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**"}
COMPARED: dict[type, str] = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!="}
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
    for arity, name, text, rest in LINE.findall(TABLE.read_text()):
        strings = STRING.findall(rest)
        found.append(TableRow(name, int(arity), text, strings[0] if strings else ""))
    return found


def tree(node: ast.expr) -> formulas.Tree:
    """A definition as a tree of the oracle's formulas."""
    match node:
        case ast.Name(id="pi" | "E" as name):
            return "number", name, name
        case ast.Name(id=name):
            return "x", "ab".index(name)
        case ast.Constant(value=value):
            return "number", str(value), Fraction(value)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return "-", tree(operand)
        case ast.BinOp(left=left, op=op, right=right):
            return OPERATORS[type(op)], tree(left), tree(right)
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return COMPARED[type(op)], tree(left), tree(right)
        case ast.Call(
            func=ast.Name(id="Piecewise"), args=[ast.Tuple(elts=[then, test]), ast.Tuple(elts=[otherwise, _])]
        ):
            return "Piecewise", tree(test), tree(then), tree(otherwise)
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return name, *map(tree, arguments)
    raise ValueError(ast.dump(node))


def slope_along_order(text: str) -> Function:
    """The slope of a public row along its order, as a value; its own slopes are not known."""

    def f(order: Jet, x: Jet) -> Jet:
        asked = Jet(order.v, [arb(1)], [])
        slope: Entry = binary.FUNCTIONS[text](asked, Jet(x.v, [None], [])).g[0]
        if not isinstance(slope, arb):
            raise NoValueError(str(slope))
        unknown = [
            binary.UNKNOWN if i is not None or j is not None else None for i, j in zip(order.g, x.g, strict=True)
        ]
        return Jet(slope, unknown, [])

    return f


def zeta_slope(a: Jet) -> Jet:
    """From the third Taylor coefficient on."""
    if (a.v - 1).is_zero():
        raise NoValueError("pole")
    _, first, second = unary.zeta(a.v)
    assert isinstance(first, arb)
    return along(a, first, second, binary.UNKNOWN)


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
        found = tree(ast.parse(row.definition, mode="eval").body)
        return lambda *operands: formulas.on(found, operands)
    return lambda *operands: formulas.apply(row.text, list(operands))
