"""Random formulas as trees of tuples, their text, and their jets. Part of the oracle: never goes through symad.

A tree is ("x", place), ("number", text, exact value) or (head, operand, ...). Literals follow the documented rule:
integers and quotients of integers are exact, a number with a point or an exponent is the nearest double.
"""

from __future__ import annotations

import ast
import random
from collections.abc import Sequence
from fractions import Fraction
from functools import partial
from typing import Any

from campaign import binary, special_binary, special_unary
from campaign.jets import Jet, NoValueError, UndecidedError, constant, kinked, same_jets, scale, side, variable
from flint import arb

Tree = tuple[Any, ...]
NAMES = ("x", "y", "z")
ARITHMETIC = ("+", "-", "*", "/", "**")
COMPARED = {"<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (0, 1), "==": (0,), "!=": (-1, 1)}
PYTHON: dict[type, str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">",
    ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=",
}  # fmt: skip
WHOLE_ORDER = ("polygamma", "legendre", "chebyshevt", "chebyshevu", "hermite", "laguerre")
ORDERED = ("besselj", "bessely", "besseli", "besselk", "expint", "polylog", "uppergamma", "lowergamma")
# Rows that cost much at any point are drawn less often, and always of variables or numbers.
HEAVY = frozenset(
    {*ORDERED, *WHOLE_ORDER, "zeta", "elliptic_f", "elliptic_pi", "elliptic_e", "elliptic_k", "erfinv", "erfcinv"}
)
LIGHT_1 = tuple(name for name in special_unary.FUNCTIONS if name not in HEAVY)
HEAVY_1 = tuple(name for name in special_unary.FUNCTIONS if name in HEAVY)
LIGHT_2 = tuple(name for name in special_binary.FUNCTIONS if name not in HEAVY and name != "LambertW")
HEAVY_2 = (*(name for name in special_binary.FUNCTIONS if name in HEAVY), "LambertW")


def number(draw: random.Random) -> Tree:
    """A literal."""
    kind = draw.random()
    if kind < 0.45:
        text = str(draw.choice((1, 2, 3, 4, 5, 7, 10, 0, 100)))
        return "number", text, Fraction(text)
    if kind < 0.6:
        p, q = draw.randint(1, 9), draw.randint(2, 9)
        return "number", f"({p}/{q})", Fraction(p, q)
    if kind < 0.7:
        name = draw.choice(("pi", "E"))
        return "number", name, name
    if kind < 0.97:
        text = draw.choice(("0.1", "0.5", "1.5", "2.5", "0.3", "1e-5", "1e5", "1e-10", "3.7", "1e10", "1e-8", "0.999"))
        return "number", text, Fraction(float(text))
    text = draw.choice(
        ("12345678901234567891", "(12345678901234567891/7)", "1e-300", "1e300", "100000000000000000000000")
    )
    return "number", text, Fraction(float(text)) if "e" in text else Fraction(text.strip("()"))


def leaf(draw: random.Random, n: int) -> Tree:
    """A variable, more often than not."""
    return ("x", draw.randrange(n)) if draw.random() < 0.75 else number(draw)


def whole(draw: random.Random, choices: Sequence[str]) -> Tree:
    """A literal order."""
    text = draw.choice(choices)
    return "number", text, Fraction(text.strip("()"))


def condition(draw: random.Random, n: int, depth: int) -> Tree:
    """A comparison, or two joined."""
    kind = draw.random()
    if depth > 0 and kind < 0.15:
        return draw.choice(("and", "or")), condition(draw, n, 0), condition(draw, n, 0)
    if depth > 0 and kind < 0.2:
        return "not", condition(draw, n, 0)
    left = tree(draw, n, 1) if draw.random() < 0.3 else ("x", draw.randrange(n))
    return draw.choice(tuple(COMPARED)), left, number(draw) if draw.random() < 0.6 else leaf(draw, n)


def tree(draw: random.Random, n: int, depth: int) -> Tree:
    """A formula of n variables."""
    if depth <= 0 or draw.random() < 0.05:
        return leaf(draw, n)
    kind = draw.random()
    if kind < 0.36:
        head = draw.choice(ARITHMETIC)
        if head == "**" and draw.random() < 0.6:
            return (
                head,
                tree(draw, n, depth - 1),
                whole(draw, ("2", "3", "-1", "-2", "4", "5", "7", "(1/2)", "(1/3)", "(-3/2)", "10")),
            )
        return head, tree(draw, n, depth - 1), tree(draw, n, depth - 1)
    if kind < 0.39:
        return "-", tree(draw, n, depth - 1)
    if kind < 0.76:
        return draw.choice(LIGHT_1), tree(draw, n, depth - 1)
    if kind < 0.84:
        return draw.choice(LIGHT_2), tree(draw, n, depth - 1), tree(draw, n, depth - 1)
    if kind < 0.90:
        return draw.choice(tuple(binary.LISTS)), *(tree(draw, n, depth - 1) for _ in range(draw.randint(2, 3)))
    if kind < 0.94:
        return "Piecewise", condition(draw, n, 1), tree(draw, n, depth - 1), tree(draw, n, depth - 1)
    if kind < 0.96:
        return draw.choice(HEAVY_1), leaf(draw, n) if depth > 1 else ("x", draw.randrange(n))
    return heavy(draw, n)


def heavy(draw: random.Random, n: int) -> Tree:
    """A special function of two operands; orders are mostly literals."""
    head, x = draw.choice(HEAVY_2), ("x", draw.randrange(n))
    if head == "LambertW":
        return head, x, whole(draw, ("0", "(-1)"))
    if head in WHOLE_ORDER:
        return head, whole(draw, ("0", "1", "2", "3", "5", "8") if head != "polygamma" else ("0", "1", "2", "3")), x
    if head in ORDERED and draw.random() < 0.8:
        return head, whole(draw, ("0", "1", "2", "3", "(1/2)", "(3/2)", "5", "(1/3)")), x
    return head, leaf(draw, n), x


def formula(seed: int) -> tuple[Tree, int, bool]:
    """The formula of a seed, how many variables it may have, and whether its Hessian is asked for."""
    draw = random.Random(f"formula {seed}")
    n = draw.choice((1, 1, 2, 2, 3))
    found = tree(draw, n, draw.choice((1, 2, 2, 3, 3, 4)))
    for _ in range(20):
        if not used(found):
            found = tree(draw, n, draw.choice((1, 2, 2, 3)))
    places = {place: k for k, place in enumerate(sorted(used(found)))} or {0: 0}
    return renamed(found, places), len(places), draw.random() < 0.35


def renamed(node: Tree, places: dict[int, int]) -> Tree:
    """The tree with its variables counted from 0, none left out."""
    if node[0] == "x":
        return "x", places[node[1]]
    return node if node[0] == "number" else (node[0], *(renamed(operand, places) for operand in node[1:]))


def used(node: Tree) -> set[int]:
    """Places of the variables in a tree."""
    if node[0] == "x":
        return {node[1]}
    if node[0] == "number":
        return set()
    return set().union(*map(used, node[1:]))


def heads(node: Tree) -> set[str]:
    """Heads of a tree, with their number of operands where one spelling serves two rows."""
    if node[0] in ("x", "number"):
        return set()
    return {node[0]}.union(*map(heads, node[1:]))


def text(node: Tree) -> str:
    """As symad reads it."""
    head = node[0]
    if head == "x":
        return NAMES[node[1]]
    if head == "number":
        return str(node[1])
    operands = [text(operand) for operand in node[1:]]
    if head == "Piecewise":
        return f"Piecewise(({operands[1]}, {operands[0]}), ({operands[2]}, True))"
    if head == "not" or (head == "-" and len(operands) == 1):
        return f"({head} {operands[0]})"
    if head in ARITHMETIC or head in COMPARED or head in ("and", "or"):
        return f"({operands[0]} {head} {operands[1]})"
    return f"{head}({', '.join(operands)})"


def read(text: str, names: Sequence[str] = NAMES) -> Tree:
    """The tree of a text, with Python's own parser."""
    return read_node(ast.parse(text, mode="eval").body, names)


def read_node(node: ast.expr, names: Sequence[str]) -> Tree:
    """One node of Python's."""
    below = partial(read_node, names=names)
    match node:
        case ast.Name(id="pi" | "E" as name):
            return "number", name, name
        case ast.Name(id=name):
            return "x", names.index(name)
        case ast.Constant(value=value):
            return "number", str(value), Fraction(value)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return "-", below(operand)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return "not", below(operand)
        case ast.BoolOp(op=op, values=[left, right]):
            return "and" if isinstance(op, ast.And) else "or", below(left), below(right)
        case ast.BinOp(left=left, op=op, right=right):
            return PYTHON[type(op)], below(left), below(right)
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return PYTHON[type(op)], below(left), below(right)
        case ast.Call(func=ast.Name(id="Piecewise"), args=[ast.Tuple(elts=[then, test]), ast.Tuple(elts=[other, _])]):
            return "Piecewise", below(test), below(then), below(other)
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return name, *map(below, arguments)
    raise ValueError(ast.dump(node))


def exact(value: Fraction | str) -> arb:
    """A literal as a ball."""
    if isinstance(value, str):
        return arb.pi() if value == "pi" else arb.const_e()
    return arb(value.numerator) / arb(value.denominator)


def holds(node: Tree, n: int, point: Sequence[float]) -> bool:
    """A condition."""
    head = node[0]
    if head == "and":
        return holds(node[1], n, point) and holds(node[2], n, point)
    if head == "or":
        return holds(node[1], n, point) or holds(node[2], n, point)
    if head == "not":
        return not holds(node[1], n, point)
    difference = jet(node[1], n, point, 1).v - jet(node[2], n, point, 1).v
    return side(difference) in COMPARED[head]


def boundary(node: Tree, n: int, point: Sequence[float]) -> bool:
    """Whether a comparison of the condition meets equality of two that do not move together."""
    if node[0] in ("and", "or", "not"):
        return any(boundary(operand, n, point) for operand in node[1:])
    left, right = (jet(operand, n, point, 2) for operand in node[1:])
    return (left.v - right.v).is_zero() and not same_jets(left, right)


def jet(node: Tree, n: int, point: Sequence[float], order: int) -> Jet:
    """The jet of a tree at a point."""
    head = node[0]
    if head == "x":
        return variable(arb(point[node[1]]), node[1], n, order)
    if head == "number":
        return constant(exact(node[2]), n, order)
    if head == "Piecewise":
        taken, other = (2, 3) if holds(node[1], n, point) else (3, 2)
        found = jet(node[taken], n, point, order)
        return on_boundary(node, found, n, point, other) if boundary(node[1], n, point) else found
    operands = [jet(operand, n, point, order) for operand in node[1:]]
    return apply(head, operands)


def on_boundary(node: Tree, found: Jet, n: int, point: Sequence[float], other: int) -> Jet:
    """The branch taken, without slopes unless the other branch is the very same there."""
    order = 2 if found.h else 1
    try:
        beyond = jet(node[other], n, point, order)
    except (NoValueError, UndecidedError):
        beyond = constant(found.v, n, order)
    if same_jets(found, beyond):
        return found
    sides = [jet(operand, n, point, order) for operand in comparands(node[1])]
    return kinked(found.v, [found, beyond, *sides])


def comparands(node: Tree) -> list[Tree]:
    """What a condition compares."""
    if node[0] in ("and", "or", "not"):
        return [found for operand in node[1:] for found in comparands(operand)]
    return list(node[1:])


def on(node: Tree, variables: Sequence[Jet]) -> Jet:
    """A tree of jets instead of variables; a condition is decided on its values, without a kink."""
    head = node[0]
    if head == "x":
        return variables[node[1]]
    if head == "number":
        return binary.number(variables[0], exact(node[2]))
    if head == "Piecewise":
        test = node[1]
        sign = side(on(test[1], variables).v - on(test[2], variables).v)
        return on(node[2 if sign in COMPARED[test[0]] else 3], variables)
    return apply(head, [on(operand, variables) for operand in node[1:]])


def apply(head: str, operands: list[Jet]) -> Jet:
    """One operation."""
    if head == "-" and len(operands) == 1:
        return scale(operands[0], arb(-1))
    if head in ARITHMETIC:
        return binary.OPERATORS[head](*operands)
    if head in binary.LISTS:
        return binary.LISTS[head](*operands)
    if len(operands) == 1:
        return binary.U[head](operands[0])
    return special_binary.FUNCTIONS[head](*operands)


__all__ = ["NoValueError", "formula", "heads", "jet", "text", "used"]
