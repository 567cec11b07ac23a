"""Functions of one operand over balls: value, first and second derivative of each. Part of the oracle.

The derivatives come from Taylor series of python-flint where it has them, else from the closed forms written here.
"""

from __future__ import annotations

from collections.abc import Callable

from campaign.jets import INFINITE, JUMP, KINK, Ball, Entry, NoValueError, UndecidedError, side
from flint import arb, arb_series, ctx

Three = tuple[Ball, Entry, Entry]
ctx.cap = 3


def pi() -> Ball:
    """Of the digits asked for."""
    return arb.pi()


def series(x: Ball, take: Callable[[arb_series], arb_series]) -> Three:
    """The three derivatives from a Taylor series."""
    s = take(arb_series([x, 1], 3))
    return s[0], s[1], 2 * s[2]


def inside(x: Ball, low: float | None, high: float | None) -> None:
    """Refuse what lies outside an open interval, or on its ends."""
    if low is not None and side(x - low) <= 0:
        raise NoValueError("domain")
    if high is not None and side(x - high) >= 0:
        raise NoValueError("domain")


def pole_at_0(x: Ball) -> None:
    """Refuse 0."""
    if side(x) == 0:
        raise NoValueError("pole")


def no_whole(x: Ball, most: int = 0) -> None:
    """Refuse whole numbers up to `most`, the poles of gamma and its kin."""
    if x > most:
        return
    if x.is_integer():
        raise NoValueError("pole")
    if x.contains_integer():
        raise UndecidedError


def sqrt(x: Ball) -> Three:
    """An infinite slope at 0."""
    s = side(x)
    if s < 0:
        raise NoValueError("domain")
    if s == 0:
        return arb(0), INFINITE, INFINITE
    r = x.sqrt()
    d = 1 / (2 * r)
    return r, d, -d / (2 * x)


def exp(x: Ball) -> Three:
    e = x.exp()
    return e, e, e


def log(x: Ball) -> Three:
    inside(x, 0, None)
    d = 1 / x
    return x.log(), d, -d * d


def sin(x: Ball) -> Three:
    s, c = x.sin_cos()
    return s, c, -s


def cos(x: Ball) -> Three:
    s, c = x.sin_cos()
    return c, -s, -c


def tan(x: Ball) -> Three:
    s, c = x.sin_cos()
    pole_at_0(c)
    d = 1 / (c * c)
    return s / c, d, 2 * d * s / c


def sec(x: Ball) -> Three:
    s, c = x.sin_cos()
    pole_at_0(c)
    r, t = 1 / c, s / c
    return r, r * t, r * (1 + 2 * t * t)


def csc(x: Ball) -> Three:
    s, c = x.sin_cos()
    pole_at_0(s)
    r, t = 1 / s, c / s
    return r, -r * t, r * (1 + 2 * t * t)


def cot(x: Ball) -> Three:
    s, c = x.sin_cos()
    pole_at_0(s)
    r, t = 1 / (s * s), c / s
    return t, -r, 2 * r * t


def tanh(x: Ball) -> Three:
    t, d = x.tanh(), x.sech() ** 2
    return t, d, -2 * t * d


def coth(x: Ball) -> Three:
    pole_at_0(x)
    t, d = x.coth(), x.csch() ** 2
    return t, -d, 2 * t * d


def sech(x: Ball) -> Three:
    r, t = x.sech(), x.tanh()
    return r, -r * t, r * (t * t - r * r)


def csch(x: Ball) -> Three:
    pole_at_0(x)
    r, t = x.csch(), x.coth()
    return r, -r * t, r * (t * t + r * r)


def sinh(x: Ball) -> Three:
    s, c = x.sinh_cosh()
    return s, c, s


def cosh(x: Ball) -> Three:
    s, c = x.sinh_cosh()
    return c, s, c


def atan(x: Ball) -> Three:
    d = 1 / (1 + x * x)
    return x.atan(), d, -2 * x * d * d


def acot(x: Ball) -> Three:
    """The branch that jumps at 0."""
    if side(x) == 0:
        raise NoValueError("jump")
    d = 1 / (1 + x * x)
    return (1 / x).atan(), -d, 2 * x * d * d


def at_ends(x: Ball, f: Callable[[Ball], Ball]) -> tuple[Ball, Entry] | None:
    """The value at -1 and 1 where the slope is infinite; None between them; no value beyond."""
    for end in (-1, 1):
        s = side(x - end)
        if s == end:
            raise NoValueError("domain")
        if s == 0:
            return f(arb(end)), INFINITE
    return None


def asin(x: Ball) -> Three:
    end = at_ends(x, arb.asin)
    if end:
        return end[0], INFINITE, INFINITE
    q = (1 - x) * (1 + x)
    d = 1 / q.sqrt()
    return x.asin(), d, x * d / q


def acos(x: Ball) -> Three:
    end = at_ends(x, arb.acos)
    if end:
        return end[0], INFINITE, INFINITE
    q = (1 - x) * (1 + x)
    d = 1 / q.sqrt()
    return x.acos(), -d, -x * d / q


def outside_1(x: Ball) -> int:
    """The sign of x where |x| > 1, 0 at -1 and 1."""
    s = side(x)
    if s == 0:
        raise NoValueError("domain")
    beyond = side(s * x - 1)
    if beyond < 0:
        raise NoValueError("domain")
    return s * beyond


def asec(x: Ball) -> Three:
    if outside_1(x) == 0:
        return (1 / x).acos(), INFINITE, INFINITE
    q = (x - 1) * (x + 1)
    d = 1 / (abs(x) * q.sqrt())
    return (1 / x).acos(), d, -d * (1 / x + x / q)


def acsc(x: Ball) -> Three:
    if outside_1(x) == 0:
        return (1 / x).asin(), INFINITE, INFINITE
    _, d, dd = asec(x)
    return (1 / x).asin(), -d, -dd


def asinh(x: Ball) -> Three:
    q = 1 + x * x
    d = 1 / q.sqrt()
    return x.asinh(), d, -x * d / q


def acosh(x: Ball) -> Three:
    s = side(x - 1)
    if s < 0:
        raise NoValueError("domain")
    if s == 0:
        return arb(0), INFINITE, INFINITE
    q = (x - 1) * (x + 1)
    d = 1 / q.sqrt()
    return x.acosh(), d, -x * d / q


def atanh(x: Ball) -> Three:
    inside(x, -1, 1)
    d = 1 / ((1 - x) * (1 + x))
    return x.atanh(), d, 2 * x * d * d


def acoth(x: Ball) -> Three:
    if outside_1(x) == 0:
        raise NoValueError("pole")
    d = 1 / ((1 - x) * (1 + x))
    return (1 / x).atanh(), d, 2 * x * d * d


def asech(x: Ball) -> Three:
    inside(x, 0, None)
    s = side(x - 1)
    if s > 0:
        raise NoValueError("domain")
    if s == 0:
        return arb(0), INFINITE, INFINITE
    q = (1 - x) * (1 + x)
    d = 1 / (x * q.sqrt())
    return (1 / x).acosh(), -d, d * (1 / x - x / q)


def acsch(x: Ball) -> Three:
    pole_at_0(x)
    q = 1 + x * x
    d = 1 / (abs(x) * q.sqrt())
    return (1 / x).asinh(), -d, d * (1 / x + x / q)


def absolute(x: Ball) -> Three:
    s = side(x)
    return abs(x), (arb(s) if s else KINK), (arb(0) if s else KINK)


def sign(x: Ball) -> Three:
    s = side(x)
    return arb(s), (arb(0) if s else JUMP), (arb(0) if s else JUMP)


def heaviside(x: Ball) -> Three:
    s = side(x)
    return (1 + arb(s)) / 2, (arb(0) if s else JUMP), (arb(0) if s else JUMP)


def whole_part(x: Ball) -> tuple[Ball, bool]:
    """floor(x), and whether x is exactly whole."""
    if x.is_integer():
        return x, True
    if x.contains_integer() or not x.is_finite():
        raise UndecidedError
    f = x.floor()
    if not f.is_exact():
        raise UndecidedError
    return f, False


def step(value: Ball, jumps: bool) -> Three:
    """A constant piece."""
    slope: Entry = JUMP if jumps else arb(0)
    return value, slope, slope


def floor(x: Ball) -> Three:
    return step(*whole_part(x))


def ceiling(x: Ball) -> Three:
    f, whole = whole_part(-x)
    return step(-f, whole)


def trunc(x: Ball) -> Three:
    if x.is_zero():
        return step(x, False)
    f, whole = whole_part(abs(x))
    return step(side(x) * f, whole)


def nearest(x: Ball) -> Three:
    """Halves to the even neighbour."""
    f, tie = whole_part(x + arb(1) / 2)
    odd = not (f / 2).is_integer()
    return step(f - 1 if tie and odd else f, tie)


def frac(x: Ball) -> Three:
    f, whole = whole_part(x)
    return x - f, (JUMP if whole else arb(1)), (JUMP if whole else arb(0))


def cbrt(x: Ball) -> Three:
    s = side(x)
    if s == 0:
        return arb(0), INFINITE, INFINITE
    m = s * x
    r = s * m.root(3)
    d = 1 / (3 * r * r)
    return r, d, -2 * d / (3 * x)


def exp2(x: Ball) -> Three:
    c = arb(2).log()
    e = (x * c).exp()
    return e, e * c, e * c * c


def expm1(x: Ball) -> Three:
    e = x.exp()
    return x.expm1(), e, e


def log1p(x: Ball) -> Three:
    inside(x, -1, None)
    d = 1 / (1 + x)
    return x.log1p(), d, -d * d


def log_of(base: int) -> Callable[[Ball], Three]:
    """A logarithm to a base."""

    def f(x: Ball) -> Three:
        v, d, dd = log(x)
        c = arb(base).log()
        return v / c, d / c, dd / c

    return f


def sinc(x: Ball) -> Three:
    if x.is_zero():
        return arb(1), arb(0), arb(-1) / 3
    s, c = x.sin_cos()
    return s / x, (x * c - s) / x**2, ((2 - x * x) * s - 2 * x * c) / x**3


def sigmoid(x: Ball) -> Three:
    r, q = 1 / (1 + (-x).exp()), 1 / (1 + x.exp())
    return r, r * q, r * q * (q - r)


def softplus(x: Ball) -> Three:
    r, d, _ = sigmoid(x)
    return x.exp().log1p(), r, d


def softsign(x: Ball) -> Three:
    s, d = side(x), 1 / (1 + abs(x)) ** 2
    return x / (1 + abs(x)), d, (KINK if s == 0 else -2 * s * d / (1 + abs(x)))


def logit(x: Ball) -> Three:
    inside(x, 0, 1)
    d = 1 / (x * (1 - x))
    return (x / (1 - x)).log(), d, d * d * (2 * x - 1)


ELEMENTARY: dict[str, Callable[[Ball], Three]] = {
    "sqrt": sqrt, "exp": exp, "log": log, "sin": sin, "cos": cos, "tan": tan, "tanh": tanh, "atan": atan,
    "Abs": absolute, "sign": sign, "cbrt": cbrt, "exp2": exp2, "expm1": expm1, "log1p": log1p, "log2": log_of(2),
    "log10": log_of(10), "sec": sec, "csc": csc, "cot": cot, "asin": asin, "acos": acos, "acot": acot, "asec": asec,
    "acsc": acsc, "sinh": sinh, "cosh": cosh, "coth": coth, "sech": sech, "csch": csch, "asinh": asinh,
    "acosh": acosh, "atanh": atanh, "acoth": acoth, "asech": asech, "acsch": acsch, "sinc": sinc, "floor": floor,
    "ceiling": ceiling, "round": nearest, "frac": frac, "Heaviside": heaviside, "sigmoid": sigmoid,
    "softplus": softplus, "logit": logit, "trunc": trunc, "softsign": softsign,
}  # fmt: skip
