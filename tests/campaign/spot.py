"""Stored references against mpmath: `python tests/campaign/spot.py FILE SHARE` takes one seed in SHARE.

A second evaluator of the same trees, in mpmath, values only; slopes and second slopes are difference quotients of it.
Prints how many numbers were compared, and every one that differs by more than 1e-20.
"""

from __future__ import annotations

import signal
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import mpmath
import numpy as np
from campaign import formulas, judge
from mpmath import mpf

TOLERANCE = mpf("1e-20")
SECONDS = 2.0
DIGITS = 700  # slopes of 1e-300 beside values of 1 are to be seen
SHARES = (5, 6)  # of the digits that a step has
MODERATE = 1100
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: a < b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b, "!=": lambda a, b: a != b,
}  # fmt: skip


def third(x: mpf) -> mpf:
    return mpmath.sign(x) * abs(x) ** (mpf(1) / 3)


def trunc(x: mpf) -> mpf:
    return mpmath.sign(x) * mpmath.floor(abs(x))


def hurwitz(s: mpf, *rest: mpf) -> mpf:
    return mpmath.zeta(s, *rest)


M = mpmath
TABLE: dict[str, Callable[..., Any]] = {
    **{name: getattr(M, name) for name in (
        "sqrt", "exp", "log", "sin", "cos", "tan", "tanh", "atan", "sign", "sec", "csc", "cot", "asin", "acos", "acot",
        "asec", "acsc", "sinh", "cosh", "coth", "sech", "csch", "asinh", "acosh", "atanh", "acoth", "asech", "acsch",
        "sinc", "floor", "erf", "erfc", "erfinv", "gamma", "digamma", "factorial", "li", "fresnels", "fresnelc",
        "erfi", "airyai", "airybi", "zeta", "harmonic", "atan2", "beta", "binomial", "besselj", "bessely", "besseli",
        "besselk", "expint", "polylog", "legendre", "hermite", "expm1", "log1p", "log10",
    )},
    "Abs": abs, "cbrt": third, "exp2": lambda x: mpf(2) ** x, "log2": lambda x: M.log(x) / M.log(2),
    "ceiling": M.ceil, "round": M.nint, "frac": lambda x: x - M.floor(x), "Heaviside": lambda x: (1 + M.sign(x)) / 2,
    "sigmoid": lambda x: 1 / (1 + M.exp(-x)), "softsign": lambda x: x / (1 + abs(x)),
    "softplus": lambda x: M.log(1 + M.exp(x)),
    "logit": lambda x: M.log(x / (1 - x)), "trunc": trunc, "erfcinv": lambda x: M.erfinv(1 - x),
    "loggamma": lambda x: M.log(abs(M.gamma(x))), "Ei": M.ei, "E1": M.e1, "Si": M.si, "Ci": M.ci, "Shi": M.shi,
    "Chi": M.chi, "airyaiprime": lambda x: M.airyai(x, derivative=1),
    "airybiprime": lambda x: M.airybi(x, derivative=1), "elliptic_k": M.ellipk, "elliptic_e": M.ellipe,
    "LambertW": M.lambertw, "hypot": M.hypot,
    "logaddexp": lambda a, b: M.log(M.exp(a) + M.exp(b)), "Mod": lambda a, b: a - b * M.floor(a / b),
    "fmod": lambda a, b: a - b * trunc(a / b), "remainder": lambda a, b: a - b * M.nint(a / b),
    "polygamma": M.psi, "elliptic_f": M.ellipf, "elliptic_pi": M.ellippi, "uppergamma": M.gammainc,
    "lowergamma": lambda s, x: M.gammainc(s, 0, x), "chebyshevt": M.chebyt, "chebyshevu": M.chebyu,
    "laguerre": lambda n, x: M.laguerre(n, 0, x), "Max": max, "Min": min,
    "norm": lambda *a: M.sqrt(sum(x * x for x in a)), "logsumexp": lambda *a: M.log(sum(map(M.exp, a))),
    "+": lambda a, b: a + b, "*": lambda a, b: a * b, "/": lambda a, b: a / b,
    "-": lambda a, b=None: -a if b is None else a - b, "**": lambda a, b: mpf(1) if b == 0 else a**b,
}  # fmt: skip


def holds(node: formulas.Tree, point: Sequence[mpf]) -> bool:
    """A condition."""
    if node[0] == "not":
        return not holds(node[1], point)
    if node[0] in ("and", "or"):
        both = [holds(operand, point) for operand in node[1:]]
        return all(both) if node[0] == "and" else any(both)
    return COMPARE[node[0]](value(node[1], point), value(node[2], point))


def value(node: formulas.Tree, point: Sequence[mpf]) -> Any:
    """A tree in mpmath; complex numbers are refused."""
    head = node[0]
    if head == "x":
        return point[node[1]]
    if head == "number":
        exact = node[2]
        if isinstance(exact, str):
            return +M.pi if exact == "pi" else +M.e
        return mpf(exact.numerator) / exact.denominator
    if head == "Piecewise":
        return value(node[2 if holds(node[1], point) else 3], point)
    found = TABLE[head](*(value(operand, point) for operand in node[1:]))
    if isinstance(found, mpmath.mpc):
        if found.imag != 0:
            raise ValueError("complex")
        return found.real
    return found


def entries(node: formulas.Tree, n: int, point: Sequence[float], order: int, share: int) -> list[Any]:
    """Value, slopes and second slopes by central differences."""
    x = [mpf(v) for v in point]
    h = [mpf(10) ** (-mpmath.mp.dps // share) * min(abs(v) or mpf(1), mpf(1)) for v in x]

    def at(*shifts: int) -> Any:
        return value(node, [v + k * s for v, k, s in zip(x, shifts, h, strict=True)])

    unit = [[int(i == j) for j in range(n)] for i in range(n)]
    found = [at(*[0] * n)]
    found += [(at(*unit[i]) - at(*[-u for u in unit[i]])) / (2 * h[i]) for i in range(n)]
    for i in range(n if order > 1 else 0):
        for j in range(i, n):
            pairs = [(a, b) for a in (1, -1) for b in (1, -1)]
            corners = [a * b * at(*[a * p + b * q for p, q in zip(unit[i], unit[j], strict=True)]) for a, b in pairs]
            found.append(sum(corners) / (4 * h[i] * h[j]))
    return found


def compare(record: dict[str, Any], tally: Counter[str]) -> None:
    """One seed."""
    node, n, order = formulas.read(record["formula"]), record["n"], record["order"]
    points = judge.decode(record["points"], "<f8", (-1, n))
    shape = (len(points), 1 + n + (n * (n + 1) // 2 if order > 1 else 0))
    kinds, high, low, exponents = (judge.decode(record[name], kind, shape) for name, kind in judge.ARRAYS)
    for row, point in enumerate(points):
        if (
            (kinds[row] > judge.EXACT).any()
            or (abs(exponents[row]) > MODERATE).any()
            or np.any((point != 0) & ((abs(point) < 1e-30) | (abs(point) > 1e30)))
        ):
            continue
        signal.setitimer(signal.ITIMER_REAL, SECONDS)
        try:
            found, again = (entries(node, n, [float(v) for v in point], order, share) for share in SHARES)
        except Exception as error:  # mpmath has no answer: counted, by sort
            tally[f"mpmath: {type(error).__name__}"] += 1
            continue
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        for k, (number, other) in enumerate(zip(found, again, strict=True)):
            if abs(number - other) > TOLERANCE * abs(number):
                tally["mpmath: no two steps agree"] += 1
                continue
            wanted = mpmath.ldexp(mpf(high[row, k]) + mpf(low[row, k]), int(exponents[row, k]))
            off = abs(number - wanted) / (abs(wanted) or 1)
            tally["compared"] += 1
            if not off < TOLERANCE:
                tally["different"] += 1
                name = judge.entry_name(k, n)
                print(
                    record["formula"], [float(v) for v in point], name, mpmath.nstr(number, 20), mpmath.nstr(wanted, 20)
                )


def alarm(*_: object) -> None:
    raise TimeoutError


if __name__ == "__main__":
    signal.signal(signal.SIGALRM, alarm)
    mpmath.mp.dps = DIGITS
    counts: Counter[str] = Counter()
    for one in judge.records([Path(sys.argv[1])], 0, 2**62):
        if one["seed"] % int(sys.argv[2]) == 0:
            compare(one, counts)
    print(dict(counts))
