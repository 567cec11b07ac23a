"""Special functions of two operands over jets. Part of the oracle.

Partials by recurrences and differential equations, and by difference quotients at four times the digits where neither
helps: along orders and parameters.
"""

from __future__ import annotations

from collections.abc import Callable

from campaign import binary, special_unary, unary
from campaign.binary import U, number, one
from campaign.jets import (
    KINK,
    UNKNOWN,
    Ball,
    Entry,
    Jet,
    NoValueError,
    OutOfReachError,
    across,
    add,
    along,
    is_constant,
    multiply,
    scale,
    side,
    subtract,
)
from flint import acb, arb, ctx

LARGEST_ORDER = 1000
FAR = 60  # from here lowergamma is a difference
Real2 = Callable[[Ball, Ball], Ball]
DIFFERENCED: list[int] = []  # how often a difference quotient stood for a partial: what used one is confirmed


def reach(x: Ball) -> Ball:
    """How far a step may go: the size of x, its distance from a whole number, at most 1."""
    m = x.mid()
    near = abs(m - (m + arb(1) / 2).floor())
    found = [abs(q) for q in (near, m) if not q.is_zero()]
    return min([*found, arb(1)])


def quotient(f: Callable[[Ball], Ball], x: Ball) -> tuple[Ball, Ball]:
    """First and second derivative by central differences at three times the digits."""
    DIFFERENCED.append(1)
    digits = ctx.prec
    ctx.prec = 4 * digits + 64
    try:
        h = reach(x) * arb(2) ** -(digits + 16)
        ahead, middle, behind = f(x + h), f(x), f(x - h)
        first, second = (ahead - behind) / (2 * h), (ahead - 2 * middle + behind) / (h * h)
    finally:
        ctx.prec = digits
    return +first, +second


def real(z: acb) -> Ball:
    """The real part of a number known to be real."""
    return z.real


def partials(first: Jet, second: Jet, value: Ball, /, **given: Entry) -> Jet:
    """A jet from named partials; what is not named is not known."""
    return across(first, second, (value, *(given.get(name, UNKNOWN) for name in ("a", "b", "aa", "ab", "bb"))))


def beta(a: Jet, b: Jet) -> Jet:
    """Of positive operands."""
    unary.inside(a.v, 0, None)
    unary.inside(b.v, 0, None)
    logs = subtract(add(U["loggamma"](a), U["loggamma"](b)), U["loggamma"](add(a, b)))
    return U["exp"](logs)


def over_gamma(a: Jet) -> Jet:
    """1/gamma(a), entire."""
    return along(a, *unary.series(a.v, lambda s: s.rgamma()))


def binomial(n: Jet, k: Jet) -> Jet:
    """By gamma functions."""
    up = add(n, one(n))
    return multiply(U["gamma"](up), multiply(over_gamma(add(k, one(k))), over_gamma(subtract(up, k))))


def order_of(a: Jet) -> Ball:
    """A whole constant order."""
    if not a.v.is_integer():
        raise NoValueError("domain")
    return a.v


def polygamma(n: Jet, x: Jet) -> Jet:
    """Whole orders."""
    k = order_of(n)
    if k < 0:
        raise NoValueError("domain")
    unary.no_whole(x.v)
    whole = int(k.unique_fmpz())
    return partials(
        n, x, special_unary.psi(whole, x.v), b=special_unary.psi(whole + 1, x.v), bb=special_unary.psi(whole + 2, x.v)
    )


def in_reach(order: Jet) -> None:
    """Refuse orders of which an evaluation may take seconds."""
    if not abs(order.v) < LARGEST_ORDER:
        raise OutOfReachError


def by_order(a: Jet, f: Real2, a0: Ball, b0: Ball) -> Entry:
    """Slope along an order, where something depends on it."""
    return None if is_constant(a) else quotient(lambda order: f(order, b0), a0)[0]


def bessel(method: str, up: int, down: int) -> Callable[[Jet, Jet], Jet]:
    """J and Y (up -1, down 1), I (1, 1), K (-1, -1): f' = (down*f_{n-1} + up*f_{n+1})/2."""

    def value(n: Ball, x: Ball) -> Ball:
        if method == "bessel_k":  # arb's own takes minutes for some numbers of hundreds
            u = real(acb(2 * x).hypgeom_u(acb(n + arb(1) / 2), acb(2 * n + 1)))
            return unary.pi().sqrt() * (n * (2 * x).log() - x).exp() * u
        return real(getattr(acb(x), method)(acb(n)))

    def f(n: Jet, x: Jet) -> Jet:
        in_reach(n)
        s = side(x.v)
        entire = method in ("bessel_j", "bessel_i")
        if s <= 0 and not (entire and n.v.is_integer()):
            raise NoValueError("domain")
        v = value(n.v, x.v)
        before, after = value(n.v - 1, x.v), value(n.v + 1, x.v)
        d = (down * before + up * after) / 2
        if s == 0:
            two = [value(n.v + k, x.v) for k in (-2, 0, 2)]
            dd = (two[0] - 2 * two[1] + two[2]) / 4 if method == "bessel_j" else (two[0] + 2 * two[1] + two[2]) / 4
        else:
            kind = 1 if method in ("bessel_i", "bessel_k") else -1
            dd = -d / x.v + (kind + n.v * n.v / (x.v * x.v)) * v
        along_order = by_order(n, value, n.v, x.v) if s > 0 else KINK
        return partials(n, x, v, a=along_order, b=d, bb=dd)

    return f


def expint(s: Jet, x: Jet) -> Jet:
    """E_s(x), x > 0."""
    in_reach(s)
    unary.inside(x.v, 0, None)

    def value(order: Ball, y: Ball) -> Ball:
        return y.expint(order)

    d, dd = -value(s.v - 1, x.v), value(s.v - 2, x.v)
    return partials(s, x, value(s.v, x.v), a=by_order(s, value, s.v, x.v), b=d, bb=dd)


def uppergamma(s: Jet, x: Jet) -> Jet:
    """x > 0."""
    in_reach(s)
    unary.inside(x.v, 0, None)

    def value(order: Ball, y: Ball) -> Ball:
        return y.gamma_upper(order)

    d = -((s.v - 1) * x.v.log() - x.v).exp()
    return partials(
        s, x, value(s.v, x.v), a=by_order(s, value, s.v, x.v), b=d, ab=d * x.v.log(), bb=d * ((s.v - 1) / x.v - 1)
    )


def lowergamma(s: Jet, x: Jet) -> Jet:
    """x > 0; poles of gamma excepted."""
    in_reach(s)
    unary.inside(x.v, 0, None)
    unary.no_whole(s.v)

    def value(order: Ball, y: Ball) -> Ball:
        return order.gamma() - y.gamma_upper(order) if y > FAR else real(acb(y).gamma_lower(acb(order)))

    d = ((s.v - 1) * x.v.log() - x.v).exp()
    return partials(
        s, x, value(s.v, x.v), a=by_order(s, value, s.v, x.v), b=d, ab=d * x.v.log(), bb=d * ((s.v - 1) / x.v - 1)
    )


def zeta2(s: Jet, q: Jet) -> Jet:
    """Hurwitz, q > 0."""
    in_reach(s)
    unary.inside(q.v, 0, None)
    if side(s.v - 1) == 0:
        raise NoValueError("pole")

    def value(order: Ball, y: Ball) -> Ball:
        return real(acb(order).zeta(acb(y)))

    def shifted(k: int, factor: Ball) -> Ball:
        if factor.is_zero():
            raise NoValueError("order 0 times a pole")
        return factor * value(s.v + k, q.v)

    d = arb(-1) if s.v.is_zero() else shifted(1, -s.v)
    dd = arb(0) if s.v.is_zero() else arb(1) if (s.v + 1).is_zero() else shifted(2, s.v * (s.v + 1))
    return partials(s, q, value(s.v, q.v), a=by_order(s, value, s.v, q.v), b=d, bb=dd)


def polylog(s: Jet, z: Jet) -> Jet:
    """z < 1."""
    in_reach(s)
    unary.inside(z.v, None, 1)

    def value(order: Ball, y: Ball) -> Ball:
        return real(acb(y).polylog(acb(order)))

    if z.v.is_zero():
        return partials(s, z, arb(0), a=arb(0), b=arb(1), bb=2 * (-s.v * arb(2).log()).exp(), ab=arb(0), aa=arb(0))
    first, second = value(s.v - 1, z.v), value(s.v - 2, z.v)
    d, dd = first / z.v, (second - first) / z.v**2
    return partials(s, z, value(s.v, z.v), a=by_order(s, value, s.v, z.v), b=d, bb=dd)


def elliptic_of_angle(name: str) -> Callable[[Jet, Jet], Jet]:
    """F and E of an angle: along the angle in closed form, along the parameter by differences."""

    def value(angle: Ball, m: Ball) -> Ball:
        return real(getattr(acb, name)(acb(angle), acb(m)))

    def f(angle: Jet, m: Jet) -> Jet:
        s, c = angle.v.sin_cos()
        q = 1 - m.v * s * s
        if not (m.v < 1) and (side(q) <= 0 or side(abs(angle.v) - unary.pi() / 2) >= 0):
            raise NoValueError("domain")
        root, power_ = q.sqrt(), -1 if name == "elliptic_f" else 1
        d = 1 / root if power_ < 0 else root
        dd = -power_ * m.v * s * c / (root * q if power_ < 0 else root)
        mixed = -power_ * s * s / 2 / (root * q if power_ < 0 else root)
        dm: Entry = None
        dmm: Entry = None
        if not is_constant(m):
            dm, dmm = quotient(lambda parameter: value(angle.v, parameter), m.v)
        return partials(angle, m, value(angle.v, m.v), a=d, aa=dd, ab=mixed, b=dm, bb=dmm)

    return f


def elliptic_pi(n: Jet, m: Jet) -> Jet:
    """The complete one."""
    unary.inside(n.v, None, 1)
    unary.inside(m.v, None, 1)

    def value(a: Ball, b: Ball) -> Ball:
        return real(acb.elliptic_pi(acb(a), acb(b)))

    dn = None if is_constant(n) else quotient(lambda a: value(a, m.v), n.v)[0]
    dm = None if is_constant(m) else quotient(lambda b: value(n.v, b), m.v)[0]
    return partials(n, m, value(n.v, m.v), a=dn, b=dm)


def polynomial(name: str) -> Callable[[Jet, Jet], Jet]:
    """An orthogonal polynomial of whole constant order, by its recurrence over jets."""

    def f(n: Jet, x: Jet) -> Jet:
        k = order_of(n)
        if k < 0 or k > 60 or not is_constant(n):
            raise NoValueError("order")
        degree = int(k.unique_fmpz())
        two_x = scale(x, arb(2))
        starts = {
            "chebyshevt": x,
            "legendre": x,
            "chebyshevu": two_x,
            "hermite": two_x,
            "laguerre": subtract(one(x), x),
        }
        before, now = one(x), starts[name]
        if degree == 0:
            return before
        for j in range(1, degree):
            if name == "legendre":
                after = scale(subtract(scale(multiply(x, now), arb(2 * j + 1)), scale(before, arb(j))), 1 / arb(j + 1))
            elif name == "laguerre":
                first = multiply(subtract(number(x, arb(2 * j + 1)), x), now)
                after = scale(subtract(first, scale(before, arb(j))), 1 / arb(j + 1))
            elif name == "hermite":
                after = subtract(multiply(two_x, now), scale(before, arb(2 * j)))
            else:
                after = subtract(multiply(two_x, now), before)
            before, now = now, after
        return now

    return f


def lambertw_branch(x: Jet, k: Jet) -> Jet:
    """Branches 0 and -1."""
    if not (k.v.is_zero() or (k.v + 1).is_zero()) or not is_constant(k):
        raise NoValueError("branch")
    return along(x, *special_unary.lambertw(x.v, int(k.v.unique_fmpz())))


FUNCTIONS: dict[str, Callable[..., Jet]] = {
    **binary.FUNCTIONS, "polygamma": polygamma, "beta": beta,
    "binomial": binomial, "besselj": bessel("bessel_j", -1, 1), "bessely": bessel("bessel_y", -1, 1),
    "besseli": bessel("bessel_i", 1, 1), "besselk": bessel("bessel_k", -1, -1), "expint": expint,
    "elliptic_f": elliptic_of_angle("elliptic_f"), "elliptic_e": elliptic_of_angle("elliptic_e_inc"),
    "elliptic_pi": elliptic_pi, "polylog": polylog, "uppergamma": uppergamma, "lowergamma": lowergamma,
    "zeta": zeta2, "legendre": polynomial("legendre"), "chebyshevt": polynomial("chebyshevt"),
    "chebyshevu": polynomial("chebyshevu"), "hermite": polynomial("hermite"), "laguerre": polynomial("laguerre"),
    "LambertW": lambertw_branch,
}  # fmt: skip
