"""Special functions of one operand over balls: value, first and second derivative of each. Part of the oracle."""

from __future__ import annotations

from collections.abc import Callable

from campaign.jets import INFINITE, Ball, NoValueError, side
from campaign.unary import ELEMENTARY, Three, inside, no_whole, pi, pole_at_0, series, sinc
from flint import acb, arb, arb_series


def erfcinv(x: Ball) -> Three:
    inside(x, 0, 2)
    v = x.erfcinv()
    d = -pi().sqrt() / 2 * (v * v).exp()
    return v, d, 2 * v * d * d


def erfinv(x: Ball) -> Three:
    inside(x, -1, 1)
    v = x.erfinv()
    d = pi().sqrt() / 2 * (v * v).exp()
    return v, d, 2 * v * d * d


def erfi(x: Ball) -> Three:
    d = 2 / pi().sqrt() * (x * x).exp()
    return x.erfi(), d, 2 * x * d


def erfc(x: Ball) -> Three:
    d = 2 / pi().sqrt() * (-x * x).exp()
    return x.erfc(), -d, 2 * x * d


def erf(x: Ball) -> Three:
    d = 2 / pi().sqrt() * (-x * x).exp()
    return x.erf(), d, -2 * x * d


def gamma(x: Ball) -> Three:
    no_whole(x)
    return series(x, arb_series.gamma)


def factorial(x: Ball) -> Three:
    return gamma(x + 1)


def psi(order: int, x: Ball) -> Ball:
    """Polygamma of whole order by the zeta function of Hurwitz, or the logarithmic derivative of gamma."""
    if order == 0:
        return x.digamma()
    sign_ = -1 if order % 2 == 0 else 1
    return sign_ * arb(order).gamma() * order * acb(order + 1).zeta(acb(x)).real


def loggamma(x: Ball) -> Three:
    no_whole(x)
    return abs(x.gamma()).log() if side(x) < 0 else x.lgamma(), psi(0, x), psi(1, x)


def digamma(x: Ball) -> Three:
    no_whole(x)
    return psi(0, x), psi(1, x), psi(2, x)


def harmonic(x: Ball) -> Three:
    no_whole(x, -1)
    v, d, dd = digamma(x + 1)
    return v + arb.const_euler(), d, dd


def ei(x: Ball) -> Three:
    pole_at_0(x)
    d = x.exp() / x
    return x.ei(), d, d * (x - 1) / x


def e1(x: Ball) -> Three:
    inside(x, 0, None)
    d = -(-x).exp() / x
    return x.expint(1), d, -d * (x + 1) / x


def li(x: Ball) -> Three:
    inside(x, 0, None)
    if side(x - 1) == 0:
        raise NoValueError("pole")
    c = x.log()
    return x.li(), 1 / c, -1 / (x * c * c)


def si(x: Ball) -> Three:
    v, d, _ = sinc(x)
    return x.si(), v, d


def ci(x: Ball) -> Three:
    inside(x, 0, None)
    s, c = x.sin_cos()
    return x.ci(), c / x, -(s + c / x) / x


def shi(x: Ball) -> Three:
    if x.is_zero():
        return arb(0), arb(1), arb(0)
    s, c = x.sinh_cosh()
    return x.shi(), s / x, (x * c - s) / x**2


def chi(x: Ball) -> Three:
    inside(x, 0, None)
    s, c = x.sinh_cosh()
    return x.chi(), c / x, (s - c / x) / x


def fresnels(x: Ball) -> Three:
    s, c = (pi() * x * x / 2).sin_cos()
    return x.fresnel_s(), s, pi() * x * c


def fresnelc(x: Ball) -> Three:
    s, c = (pi() * x * x / 2).sin_cos()
    return x.fresnel_c(), c, -pi() * x * s


def airyai(x: Ball) -> Three:
    v, d = x.airy()[:2]
    return v, d, x * v


def airybi(x: Ball) -> Three:
    v, d = x.airy()[2:]
    return v, d, x * v


def airyaiprime(x: Ball) -> Three:
    v, d = x.airy()[:2]
    return d, x * v, v + x * d


def airybiprime(x: Ball) -> Three:
    v, d = x.airy()[2:]
    return d, x * v, v + x * d


def elliptic_k(m: Ball) -> Three:
    inside(m, None, 1)
    if m.is_zero():
        return pi() / 2, pi() / 8, 9 * pi() / 64
    k, e = acb(m).elliptic_k().real, acb(m).elliptic_e().real
    d = (e - (1 - m) * k) / (2 * m * (1 - m))
    return k, d, (k / 4 - (1 - 2 * m) * d) / (m * (1 - m))


def elliptic_e(m: Ball) -> Three:
    if side(m - 1) == 0:
        return arb(1), INFINITE, INFINITE
    inside(m, None, 1)
    if m.is_zero():
        return pi() / 2, -pi() / 8, -3 * pi() / 64
    k, e = acb(m).elliptic_k().real, acb(m).elliptic_e().real
    d = (e - k) / (2 * m)
    return e, d, -(e / 4 + (1 - m) * d) / (m * (1 - m))


def lambertw(x: Ball, branch: int = 0) -> Three:
    """1/e is no double, so that a ball always decides in the end."""
    edge = side(x + (-arb(1)).exp())
    if edge <= 0 or (branch == -1 and side(x) >= 0):
        raise NoValueError("domain")
    w = x.lambertw(branch)
    d = 1 / (x + w.exp())
    return w, d, -d * d * (1 + w.exp() * d)


def zeta(x: Ball) -> Three:
    if side(x - 1) == 0:
        raise NoValueError("pole")
    return series(x, lambda s: s.zeta())


FUNCTIONS: dict[str, Callable[[Ball], Three]] = {
    **ELEMENTARY,
    "erf": erf, "erfc": erfc, "erfinv": erfinv, "erfcinv": erfcinv, "gamma": gamma, "loggamma": loggamma,
    "digamma": digamma, "factorial": factorial, "Ei": ei, "E1": e1, "li": li, "Si": si, "Ci": ci, "Shi": shi,
    "Chi": chi, "fresnels": fresnels, "fresnelc": fresnelc, "erfi": erfi, "airyai": airyai, "airybi": airybi,
    "airyaiprime": airyaiprime, "airybiprime": airybiprime, "elliptic_k": elliptic_k, "elliptic_e": elliptic_e,
    "LambertW": lambertw, "zeta": zeta, "harmonic": harmonic,
}  # fmt: skip
