"""Operators, elementary functions of two operands and lists over jets, composed of jets. Part of the oracle."""

from __future__ import annotations

from collections.abc import Callable

from campaign import special_unary, unary
from campaign.jets import (
    JUMP,
    Ball,
    Jet,
    NoValueError,
    UndecidedError,
    across,
    add,
    along,
    constant,
    divide,
    is_constant,
    kinked,
    lift,
    multiply,
    same_jets,
    side,
    subtract,
)
from flint import arb

U = {name: lift(f) for name, f in special_unary.FUNCTIONS.items()}


def one(a: Jet) -> Jet:
    """The number 1 beside a jet."""
    return constant(arb(1), len(a.g), 2 if a.h else 1)


def number(a: Jet, value: Ball) -> Jet:
    """A number beside a jet."""
    return constant(value, len(a.g), 2 if a.h else 1)


def power(a: Jet, b: Jet) -> Jet:
    """a**b: integer exponents at any base, else through the logarithm; 1 where the exponent is exactly 0."""
    if b.v.is_integer():
        if is_constant(b):
            return whole_power(a, b.v)
        s = side(a.v)
        if s <= 0:
            return add(whole_power(a, b.v), touching(b, a))
    elif b.v.contains_integer() and side(a.v) <= 0:
        raise UndecidedError
    s = side(a.v)
    if s < 0 or (s == 0 and side(b.v) < 0):
        raise NoValueError("domain")
    if s == 0:
        return kinked(arb(0), [a, b])
    return U["exp"](multiply(b, U["log"](a)))


def touching(b: Jet, a: Jet) -> Jet:
    """0, without slopes by what b depends on, alone or together with what a depends on."""
    alone, both = kinked(arb(0), [b]), kinked(arb(0), [a, b])
    pairs = [(i, j) for i in range(len(b.g)) for j in range(i, len(b.g))] if b.h else []
    h = [both.h[k] if alone.g[i] is not None or alone.g[j] is not None else None for k, (i, j) in enumerate(pairs)]
    return Jet(arb(0), alone.g, h)


def whole_power(a: Jet, n: Ball) -> Jet:
    """a to an exact integer."""
    s = side(a.v)
    if s == 0:
        if n < 0:
            raise NoValueError("pole")
        values = [arb(1) if n == k else arb(0) for k in range(3)]
        return along(a, values[0], values[1], 2 * values[2])
    sign = -1 if s < 0 and not (n / 2).is_integer() else 1
    magnitude = abs(a.v)

    def raised(k: Ball) -> Ball:
        return (k * magnitude.log()).exp() if abs(k) > 4096 else magnitude ** int(k.unique_fmpz())

    first, second = n * raised(n - 1), n * (n - 1) * raised(n - 2)
    return along(a, sign * raised(n), sign * s * first, sign * second)


def atan2(a: Jet, b: Jet) -> Jet:
    """The angle of (b, a)."""
    sa, sb = side(a.v), side(b.v)
    if sa == 0 and sb <= 0:
        raise NoValueError("jump")
    q = a.v * a.v + b.v * b.v
    fa, fb = b.v / q, -a.v / q
    faa, fab = -2 * fa * (a.v / q), (a.v - b.v) * (a.v + b.v) / q / q
    return across(a, b, (arb.atan2(a.v, b.v), fa, fb, faa, fab, -faa))


def norm(*operands: Jet) -> Jet:
    """Square root of the sum of squares; slopes have no number at the origin."""
    total = multiply(operands[0], operands[0])
    for operand in operands[1:]:
        total = add(total, multiply(operand, operand))
    if total.v.is_zero():
        return kinked(arb(0), operands)
    return U["sqrt"](total)


def logsumexp(*operands: Jet) -> Jet:
    """log of the sum of exponentials, the middle of the operands taken out first."""
    base = number(operands[0], max(o.v.mid() for o in operands))
    total = U["exp"](subtract(operands[0], base))
    for operand in operands[1:]:
        total = add(total, U["exp"](subtract(operand, base)))
    return add(base, U["log"](total))


def extreme(which: int) -> Callable[..., Jet]:
    """Max or Min: the leader; two that are exactly equal make a kink, unless they are one and the same jet."""

    def f(*operands: Jet) -> Jet:
        leaders = [operands[0]]
        for operand in operands[1:]:
            s = which * side(operand.v - leaders[0].v)
            if s > 0:
                leaders = [operand]
            elif s == 0 and not any(same_jets(operand, leader) for leader in leaders):
                leaders.append(operand)
        return leaders[0] if len(leaders) == 1 else kinked(leaders[0].v, leaders)

    return f


def remainder_of(part: Callable[[Ball], unary.Three]) -> Callable[[Jet, Jet], Jet]:
    """a - b*part(a/b)."""

    def f(a: Jet, b: Jet) -> Jet:
        if side(b.v) == 0:
            raise NoValueError("pole")
        q = a.v / b.v
        if not q.is_exact():  # a quotient that is whole is exact only if its operands are
            exact_whole = whole_quotient(a.v, b.v)
            q = q if exact_whole is None else exact_whole
        n, slope, _ = part(q)
        return across(
            a, b, (a.v - b.v * n, JUMP if slope is JUMP else arb(1), JUMP if slope is JUMP else -n, None, None, None)
        )

    return f


def whole_quotient(a: Ball, b: Ball) -> Ball | None:
    """a/b if both are exact and it is a multiple of 1/2."""
    if not (a.is_exact() and b.is_exact()):
        return None
    twice = 2 * a / b
    if not twice.contains_integer():
        return None
    candidate = (twice.mid() + arb(1) / 2).floor()
    return candidate / 2 if (candidate * b - 2 * a).is_zero() else None


def logaddexp(a: Jet, b: Jet) -> Jet:
    """Of two."""
    return logsumexp(a, b)


FUNCTIONS: dict[str, Callable[..., Jet]] = {
    "atan2": atan2, "hypot": norm, "logaddexp": logaddexp, "Mod": remainder_of(unary.floor),
    "fmod": remainder_of(unary.trunc), "remainder": remainder_of(unary.nearest),
}  # fmt: skip
LISTS: dict[str, Callable[..., Jet]] = {"Max": extreme(1), "Min": extreme(-1), "norm": norm, "logsumexp": logsumexp}
OPERATORS: dict[str, Callable[[Jet, Jet], Jet]] = {
    "+": add, "-": subtract, "*": multiply, "/": divide, "**": power,
}  # fmt: skip
