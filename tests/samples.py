"""Points at which a row is judged: of every size, at the ends of its domain, and at numbers that are special to it.

Reads the domain column, which is a C condition of a and b, with a translator of its own; asks which operands are
orders, and knows no function.
"""

from __future__ import annotations

import ast
import math
import operator
import random
from collections.abc import Callable, Iterator
from functools import cache

from symad._core import tapes
from symad.derive import automatic
from symad.formula.expression import Expression, build
from symad.formula.ops import ROWS, Row
from symad.tape import compiling

LARGEST_EXPONENT = 150  # of rows whose reference takes any number
CALLS: dict[str, Callable[..., float]] = {
    "sin": math.sin,
    "fabs": abs,
    "floor": math.floor,
    "fmod": math.fmod,
    "remainder": math.remainder,
}
ARITHMETIC: dict[type, Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
EXPONENTS = (-64, -9, -8, -7, -5, -3, -2, -1, 2, 3, 4, 5, 6, 7, 8, 9, 20, 101)
ORDERS = (0.0, 1.0, 2.0, 3.0, 5.0, 8.0, 0.5, 1.3, -1.0)
SPECIAL = (
    *(0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 6.0, 10.0, 20.5, 0.1, 0.25, 0.75, 1 / 3, math.pi, math.pi / 2, math.pi / 4),
    *(1.0 - 2.0**-53, 1.0 + 2.0**-52, 1.0 - 1e-9, 1.0 + 1e-9, 1.0 - 1e-3, 1.0 + 1e-3, 2.0**-26, 2.0**-60, 2.0**27),
)


def walk(node: ast.expr, names: dict[str, float]) -> float:
    """A condition or number; `and` and `or` look no further than C does."""
    match node:
        case ast.Constant(value=int() | float() as value):
            return value
        case ast.Name(id=name):
            return names[name]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -walk(operand, names)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return not walk(operand, names)
        case ast.BoolOp(op=ast.And(), values=values):
            return all(walk(value, names) for value in values)
        case ast.BoolOp(op=ast.Or(), values=values):
            return any(walk(value, names) for value in values)
        case ast.BinOp(left=left, op=op, right=right):
            return ARITHMETIC[type(op)](walk(left, names), walk(right, names))
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return ARITHMETIC[type(op)](walk(left, names), walk(right, names))
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return CALLS[name](*(walk(argument, names) for argument in arguments))
    raise ValueError(ast.dump(node))


@cache
def condition(domain: str) -> Callable[[float, float], bool]:
    """The domain column as a function of a and b."""
    text = domain.replace("&&", " and ").replace("||", " or ").replace("!=", "<>").replace("!", " not ")
    tree = ast.parse(text.replace("<>", "!=").replace("real", "1"), mode="eval").body
    return lambda a, b=0.0: bool(walk(tree, {"a": a, "b": b}))


def operation(r: Row) -> Expression:
    """The row on inputs."""
    builder = tapes.Builder()
    builder.output(builder.op(r.number, *(builder.input(name) for name in "ab"[: r.arity])))
    return build(builder)


@cache
def slopes(r: Row) -> tuple[int, ...]:
    """Operands that have a slope: an order has none, here or anywhere; nor has the exponent of an integer power."""
    if "POWN" in r.name:
        return (0,)
    gradient = automatic.gradient(operation(r))
    return tuple(k for k, node in enumerate(gradient.outputs) if ROWS[gradient.graph.op[node]].name != "NAN_VALUE")


@cache
def along_an_order(r: Row) -> str:
    """The domain of the row's slope along its first operand, where that is one of those made for orders; else ""."""
    if r.arity != 2 or "POWN" in r.name:
        return ""
    gradient = automatic.gradient(operation(r))
    partial = ROWS[gradient.graph.op[gradient.outputs[0]]]
    return partial.domain if partial.name.endswith("_ORDER") else ""


def has_order_slope(r: Row, point: tuple[float, ...]) -> bool:
    """Whether the slope along an order, if there is one, has a value at the point."""
    return not along_an_order(r) or condition(along_an_order(r))(*point)


def is_slow(r: Row) -> bool:
    """Whether one call may take milliseconds: where orders are large."""
    return r.name.endswith("_ORDER") or bool(along_an_order(r))


@cache
def orders(r: Row, which: int) -> tuple[float, ...]:
    """Orders for which the row has a value."""
    found = []
    for order in ORDERS:
        places = [(order, x) if which == 0 else (x, order) for x in (2.5, 0.3, -0.3)]
        inside = [place for place in places if condition(r.domain)(*place)]
        if any(math.isfinite(compiling.compile(operation(r)).value(place)) for place in inside):
            found.append(order)
    return tuple(found)


def magnitudes(generator: random.Random, n: int, widest: float) -> Iterator[float]:
    """Numbers of every size and sign, many of them moderate."""
    for k in range(n):
        size = min(generator.choice((1.0, 3.0, 30.0, LARGEST_EXPONENT)), widest)
        x = 10.0 ** generator.uniform(-size, size) if k % 3 else generator.uniform(-20.0, 20.0)
        yield x if k % 2 else -x


def moderate(generator: random.Random, n: int) -> Iterator[float]:
    """Numbers at which special functions are asked: small ones of every size, others up to a few hundred."""
    for k in range(n):
        x = generator.choice((10.0 ** generator.uniform(-12, 0), generator.uniform(0, 30), generator.uniform(0, 3)))
        x = 10.0 ** generator.uniform(0, 2.5) if k % 8 == 7 else x
        yield x if k % 3 else -x


def second(r: Row, generator: random.Random, *, wide: bool) -> float:
    """An operand b."""
    if "POWN" in r.name:
        return float(generator.choice(EXPONENTS))
    if "POW" in r.name:
        choices = (generator.uniform(-5, 5), generator.uniform(-300, 300), float(generator.randint(-12, 12)))
        return generator.choice(choices)
    return next(magnitudes(generator, generator.choice((2, 3)), LARGEST_EXPONENT) if wide else moderate(generator, 1))


def moved_inside(r: Row, a: float, b: float) -> tuple[float, float] | None:
    """The point, or one made of it that lies in the domain."""
    inside, base = condition(r.domain), (a, abs(a))
    candidates = [*base, float(round(a)), 1.0 / (1.0 + abs(a)), *(1.0 / x for x in base if x), 1.0 + abs(a)]
    seconds = (b, abs(b)) if r.arity == 2 else (0.0,)
    return next(((x, y) for y in seconds for x in candidates if inside(x, y)), None)


def points(r: Row, n: int, seed: int, *, wide: bool, special: bool = True) -> Iterator[tuple[float, ...]]:
    """n random points of the domain and, before them, what the special numbers give; `wide` is for any size."""
    generator = random.Random(f"{seed} {r.name}")
    drawn = magnitudes(generator, n, LARGEST_EXPONENT) if wide else moderate(generator, n)
    first = (*SPECIAL, *(-s for s in SPECIAL)) if special else ()
    for x in (*first, *drawn):
        a, b = x, second(r, generator, wide=wide)
        if slopes(r) == (1,):
            a, b = generator.choice(orders(r, 0)), x
        elif along_an_order(r):
            a, b = generator.choice((*orders(r, 0), generator.uniform(-4.0, 12.0))), x
        elif r.arity == 2 and slopes(r) == (0,) and "POWN" not in r.name:
            b = generator.choice(orders(r, 1))
        found = moved_inside(r, a, b)
        if found is not None:
            yield found[: r.arity]
