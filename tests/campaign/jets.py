"""Jets to second order over balls: value, slopes and second slopes of one formula at one point, each with its error.

Part of the oracle: shares no code with symad and knows no formula of its table. A ball (python-flint's `arb`) encloses
the exact number; a step, sign or side of a domain that the ball does not decide raises `UndecidedError`, and the caller
takes more digits. An entry that has no number is one of the singular marks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flint import arb

Ball = arb


class UndecidedError(Exception):
    """The ball holds numbers on both sides: more digits are needed."""


class OutOfReachError(Exception):
    """It would take too long."""


class NoValueError(Exception):
    """The function has no real value there: outside a domain, on a pole, no branch taken, a jump of unknown side."""


class Singular:
    """An entry without a number."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name


KINK, INFINITE, UNKNOWN = Singular("kink"), Singular("infinite"), Singular("unknown")
JUMP = Singular("jump")  # the slope of a step where it jumps: 0 by convention
Entry = arb | Singular | None  # None: does not depend on the variable at all


def times(a: Entry, b: Entry) -> Entry:
    """Product of two entries."""
    if a is None or b is None:
        return None
    if a.__class__ is Singular:
        return a
    if b.__class__ is Singular:
        return b
    return a * b


def plus(a: Entry, b: Entry) -> Entry:
    """Sum of two entries."""
    if a is None:
        return b
    if b is None:
        return a
    if a.__class__ is Singular:
        return a
    if b.__class__ is Singular:
        return b
    return a + b


class Jet:
    """A value, its slopes, and its second slopes (pairs i <= j in order; empty where only slopes are asked)."""

    __slots__ = ("g", "h", "v")

    def __init__(self, v: Ball, g: Sequence[Entry], h: Sequence[Entry]) -> None:
        self.v, self.g, self.h = v, g, h


def constant(v: Ball, n: int, order: int) -> Jet:
    """A number."""
    return Jet(v, [None] * n, [None] * (n * (n + 1) // 2 if order > 1 else 0))


def variable(v: Ball, k: int, n: int, order: int) -> Jet:
    """The variable of place k."""
    jet = constant(v, n, order)
    jet.g = [arb(1) if i == k else None for i in range(n)]
    return jet


def is_constant(a: Jet) -> bool:
    """Whether no variable is in it."""
    return all(entry is None for entry in a.g)


def along(a: Jet, f0: Ball, f1: Entry, f2: Entry) -> Jet:
    """f(a) from the three derivatives of f at a."""
    g = [times(f1, x) for x in a.g]
    h: list[Entry] = []
    if a.h:
        n, k = len(a.g), 0
        for i in range(n):
            for j in range(i, n):
                h.append(plus(times(f1, a.h[k]), times(f2, times(a.g[i], a.g[j]))))
                k += 1
    return Jet(f0, g, h)


def across(a: Jet, b: Jet, f: Sequence[Entry]) -> Jet:
    """f(a, b) from value, fa, fb, faa, fab, fbb."""
    f0, fa, fb, faa, fab, fbb = f
    g = [plus(times(fa, x), times(fb, y)) for x, y in zip(a.g, b.g, strict=True)]
    h: list[Entry] = []
    if a.h:
        n, k = len(a.g), 0
        for i in range(n):
            for j in range(i, n):
                first = plus(times(fa, a.h[k]), times(fb, b.h[k]))
                pure = plus(times(faa, times(a.g[i], a.g[j])), times(fbb, times(b.g[i], b.g[j])))
                mixed = times(fab, plus(times(a.g[i], b.g[j]), times(a.g[j], b.g[i])))
                h.append(plus(first, plus(pure, mixed)))
                k += 1
    return Jet(f0, g, h)


def add(a: Jet, b: Jet) -> Jet:
    """a + b."""
    return Jet(a.v + b.v, list(map(plus, a.g, b.g)), list(map(plus, a.h, b.h)))


def scale(a: Jet, c: Ball) -> Jet:
    """A number times a jet."""
    return Jet(a.v * c, [times(c, x) for x in a.g], [times(c, x) for x in a.h])


def subtract(a: Jet, b: Jet) -> Jet:
    """a - b."""
    return add(a, scale(b, arb(-1)))


def multiply(a: Jet, b: Jet) -> Jet:
    """a*b."""
    return across(a, b, (a.v * b.v, b.v, a.v, None, arb(1), None))


def side(x: Ball) -> int:
    """The sign of a ball, or `UndecidedError`."""
    if x > 0:
        return 1
    if x < 0:
        return -1
    if x.is_zero():
        return 0
    raise UndecidedError


def inverse(a: Jet) -> Jet:
    """1/a."""
    if side(a.v) == 0:
        raise NoValueError("pole")
    r = 1 / a.v
    s = r * r
    return along(a, r, -s, 2 * s * r)


def divide(a: Jet, b: Jet) -> Jet:
    """a/b."""
    return multiply(a, inverse(b))


Unary = Callable[[Ball], tuple[Ball, Entry, Entry]]


def lift(f: Unary) -> Callable[[Jet], Jet]:
    """A function of a ball that gives its three derivatives, as a function of jets."""
    return lambda a: along(a, *f(a.v))


def kinked(value: Ball, operands: Sequence[Jet]) -> Jet:
    """A value without slopes by whatever the operands depend on."""
    n, second = len(operands[0].g), bool(operands[0].h)
    moves = [any(o.g[i] is not None for o in operands) for i in range(n)]
    pairs = [(i, j) for i in range(n) for j in range(i, n)] if second else []
    h = [KINK if moves[i] and moves[j] else None for i, j in pairs]
    return Jet(value, [KINK if moving else None for moving in moves], h)


def same_jets(a: Jet, b: Jet) -> bool:
    """Whether two jets are the same in value and to second order, exactly."""
    for x, y in zip([a.v, *a.g, *a.h], [b.v, *b.g, *b.h], strict=True):
        if x is not y and not (isinstance(x, arb) and isinstance(y, arb) and (x - y).is_zero()):
            return False
    return True
