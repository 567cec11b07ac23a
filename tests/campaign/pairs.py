"""Pairs of formulas whose equality is known by construction: identities, spoilt identities, different domains.

Every pair comes from an identity of real functions that holds for all numbers (or all positive ones) put in, inside a
function that takes no value twice; a spoilt one differs by a term or a factor that nowhere vanishes for good. Nothing
of symad is used here.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import NamedTuple

EQUAL, UNEQUAL, DOMAIN = "equal", "unequal", "domain"


class Pair(NamedTuple):
    label: str
    first: str
    second: str


# U, V: any real; P, Q: any positive.
IDENTITIES = (
    ("sin(U)**2 + cos(U)**2", "1"),
    ("sin(2*(U))", "2*sin(U)*cos(U)"),
    ("cos(2*(U))", "1 - 2*sin(U)**2"),
    ("cos(2*(U))", "cos(U)**2 - sin(U)**2"),
    ("sin(3*(U))", "3*sin(U) - 4*sin(U)**3"),
    ("sin((U) + (V))", "sin(U)*cos(V) + cos(U)*sin(V)"),
    ("cos((U) - (V))", "cos(U)*cos(V) + sin(U)*sin(V)"),
    ("sin(U) - sin(V)", "2*cos(((U) + (V))/2)*sin(((U) - (V))/2)"),
    ("sin(U)*sin(V)", "(cos((U) - (V)) - cos((U) + (V)))/2"),
    ("cosh(U)**2 - sinh(U)**2", "1"),
    ("sinh(2*(U))", "2*sinh(U)*cosh(U)"),
    ("cosh((U) + (V))", "cosh(U)*cosh(V) + sinh(U)*sinh(V)"),
    ("exp((U) + (V))", "exp(U)*exp(V)"),
    ("exp(-(U))", "1/exp(U)"),
    ("tanh(U)", "1 - 2/(exp(2*(U)) + 1)"),
    ("1/(1 + exp(-(U)))", "(1 + tanh((U)/2))/2"),
    ("sigmoid(U)", "1 - sigmoid(-(U))"),
    ("softplus(U)", "(U) + softplus(-(U))"),
    ("log(1 + exp(U))", "softplus(U)"),
    ("log((P)*(Q))", "log(P) + log(Q)"),
    ("log((P)/(Q))", "log(P) - log(Q)"),
    ("log((P)**3)", "3*log(P)"),
    ("sqrt((P)*(Q))", "sqrt(P)*sqrt(Q)"),
    ("sqrt((U)**2)", "Abs(U)"),
    ("(P)**(3/2)", "(P)*sqrt(P)"),
    ("(P)**(U)", "exp((U)*log(P))"),
    ("(P)**((U) + (V))", "(P)**(U)*(P)**(V)"),
    ("2**(U)", "exp((U)*log(2))"),
    ("Max(U, V)", "((U) + (V) + Abs((U) - (V)))/2"),
    ("Min(U, V)", "((U) + (V) - Abs((U) - (V)))/2"),
    ("Max(U, V) + Min(U, V)", "(U) + (V)"),
    ("Abs((U)*(V))", "Abs(U)*Abs(V)"),
    ("relu(U)", "((U) + Abs(U))/2"),
    ("sign(U)*Abs(U)", "U"),
    ("atan(P) + atan(1/(P))", "pi/2"),
    ("atan2(U, P)", "atan((U)/(P))"),
    ("asinh(U)", "log((U) + sqrt((U)**2 + 1))"),
    ("asin(tanh(U)) + acos(tanh(U))", "pi/2"),
    ("sqrt(1 + sinh(U)**2)", "cosh(U)"),
    ("((U) + (V))**2", "(U)**2 + 2*(U)*(V) + (V)**2"),
    ("((U) - (V))*((U) + (V))", "(U)**2 - (V)**2"),
    ("((U) + 1)**3", "(U)**3 + 3*(U)**2 + 3*(U) + 1"),
    ("((U) + (V))**4 - ((U) - (V))**4", "8*(U)**3*(V) + 8*(U)*(V)**3"),
    ("1/(P) + 1/(Q)", "((P) + (Q))/((P)*(Q))"),
    ("1/(P) - 1/((P) + 1)", "1/((P)*((P) + 1))"),
    ("sqrt((P) + 1) - sqrt(P)", "1/(sqrt((P) + 1) + sqrt(P))"),
    ("floor((U) + 1)", "floor(U) + 1"),
    ("ceiling(U)", "-floor(-(U))"),
    ("Mod(U, 1)", "(U) - floor(U)"),
    ("erf(U) + erfc(U)", "1"),
    ("erf(-(U))", "-erf(U)"),
    ("expm1(U)", "exp(U) - 1"),
    ("log1p(P)", "log(1 + (P))"),
    ("hypot(U, V)", "sqrt((U)**2 + (V)**2)"),
    ("logaddexp(U, V)", "log(exp(U) + exp(V))"),
    ("cbrt(U)**3", "U"),
    ("Piecewise((U, (U) > (V)), (V, True))", "Max(U, V)"),
    ("Piecewise((-(U), (U) < 0), (U, True))", "Abs(U)"),
    ("exp(U) - 2 + exp(-(U))", "4*sinh((U)/2)**2"),
    ("0.1*(U) + 0.2*(U)", "0.3*(U)"),
    ("(U)/3 + (U)/6", "(U)/2"),
)
IN_FULL = ("x", "x", "y", "2*x - 1", "x + y", "x - 3*y", "0.5*x + 2", "5 - y", "x/3")  # take every real value
IN_ANY = (
    *IN_FULL,
    "x*y",
    "x**2",
    "sin(x)",
    "x**3 - x",
    "x*sin(y)",
    "Abs(x) - 1",
    "atan(x)*y",
    "z + x*y",
    "1/(1 + x**2)",
)
POSITIVE = (
    "x**2 + 1",
    "exp(x)",
    "2 + sin(x)",
    "x**2 + y**2 + 1/2",
    "1 + Abs(y)",
    "cosh(x)",
    "3",
    "exp(x - y)",
    "x**4 + 2",
)
# E stands once: strictly monotone, so that what differs inside differs outside.
OUTSIDE = (
    "E",
    "E",
    "3*(E) - 1",
    "atan(E)",
    "(E) + x",
    "(E)/7 + y**2",
    "sinh((E)/50)",
    "((E) + 1)**3",
    "2 - (E)",
    "-(E)*pi",
)

# Never equal for numbers that take every real value.
MISTAKES = (
    ("sqrt((U)**2)", "U"),
    ("((U) + (V))**2", "(U)**2 + (V)**2"),
    ("exp((U)*(V))", "exp(U)*exp(V)"),
    ("sin((U) + (V))", "sin(U) + sin(V)"),
    ("1/((U)**2 + (V)**2 + 1)", "1/((U)**2 + 1) + 1/(V)**2"),
    ("atan(U) + atan(1/(U))", "pi/2"),
    ("floor((U) + (V))", "floor(U) + floor(V)"),
    ("Abs((U) + (V))", "Abs(U) + Abs(V)"),
    ("round(U)", "floor((U) + 1/2)"),
    ("Mod(U, 2)", "fmod(U, 2)"),
    ("asin(sin(U))", "U"),
    ("log(1 + (U)**2)", "log((U)**2)"),
    ("sin(2*(U))", "2*sin(U)"),
    ("cos(U)**2", "cos((U)**2)"),
    ("exp(-(U)**2)", "exp((-(U))**2)"),
    ("(U)**2*(V)", "(U)*(V)**2"),
    ("Max(U, V)", "Max(U, V, 0)"),
    ("sigmoid(U)", "tanh(U)"),
    ("(U)**3", "Abs(U)**3"),
    ("trunc(U)", "floor(U)"),
    ("sign(U)", "tanh(1000*(U))"),
    ("tanh(U)", "(U)/(1 + Abs(U))"),
    ("(U) - (U)**3/6 + (U)**5/120", "sin(U)"),
    ("22/7*(U)", "pi*(U)"),
    ("erf(U)", "tanh(1.128379167*(U))"),
)
DOMAINS = (
    ("log((U)**2)", "2*log(U)"),
    ("sqrt(U)**2", "U"),
    ("(U)*(V)/(V)", "U"),
    ("exp(log(U))", "U"),
    ("((U)**3)**(1/3)", "Abs(U)"),
    ("sqrt(U)*sqrt(V)", "sqrt((U)*(V))"),
    ("log(U) + log(V)", "log((U)*(V))"),
    ("((U)**2 - 1)/((U) - 1)", "(U) + 1"),
    ("1/(1/(U))", "U"),
    ("sin(U)/cos(U)*cos(U)", "sin(U)"),
    ("sin(asin(U))", "U"),
    ("cosh(acosh(U))", "U"),
    ("tanh(atanh(U))", "U"),
    ("sqrt(1 - (U)**2)**2", "1 - (U)**2"),
    ("(U)*(sqrt(V) - sqrt(V))", "0"),
    ("(U)**(1/2)*(U)**(1/2)", "U"),
    ("acos(U) + asin(U)", "pi/2"),
    ("(sqrt(U) + 1)*(sqrt(U) - 1)", "(U) - 1"),
)


def _put(draw: random.Random, pool: tuple[str, ...]) -> dict[str, str]:
    return {"U": draw.choice(pool), "V": draw.choice(pool), "P": draw.choice(POSITIVE), "Q": draw.choice(POSITIVE)}


def _fill(text: str, given: dict[str, str]) -> str:
    """The pattern with formulas in the place of its capital letters; E is the number e nowhere here."""
    pieces: list[str] = []
    for k, letter in enumerate(text):
        alone = not (text[k - 1 : k].isalnum() or text[k + 1 : k + 2].isalnum())
        pieces.append(given[letter] if letter in given and alone else letter)
    return "".join(pieces)


def _spoilt(second: str, draw: random.Random) -> str:
    """Another function than `second`: a relative or absolute change, a window, another variable's part."""
    tiny = draw.choice(("1e-6", "1e-8", "1e-10", "1e-12"))
    a = draw.choice((-2.5, -1.25, 0.75, 1.5, 2.2, 3.75, 12.5, -40.5))
    kind = draw.randrange(9)
    if kind == 0:
        return f"({second})*(1 + {tiny}) + {tiny}*(1 + x**2)*(2 + cos(1*y))*cosh(({second})/9)"
    if kind == 1:
        return f"({second}) + {tiny}"
    if kind == 2:
        return f"({second}) - {tiny}*x**2"
    if kind == 3:
        return f"({second}) + {tiny}*(2 + sin(x))"
    if kind == 4:
        return f"Piecewise(({second}, x < {a} or x > {a + 0.001}), (({second}) + 1, True))"
    if kind == 5:
        return f"({second}) + Heaviside(x**3 - 7*x - {a})"
    if kind == 6:
        return f"({second}) + Max(0, x - {abs(a) * 4})"
    if kind == 7:
        return f"Piecewise((({second}) + 1e-3, x**3 - 7*x > {a} and x**3 - 7*x < {a} + 0.01), ({second}, True))"
    return f"({second}) + {tiny}*Abs(x - {a})"


def pairs(n: int, seed: int) -> Iterator[Pair]:
    """n labelled pairs: four in ten equal, five unequal, one of different domains."""
    draw = random.Random(seed)
    for k in range(n):
        kind = k % 10
        if kind < 7:
            pattern, pool = draw.choice(IDENTITIES), IN_ANY
        elif kind < 9:
            pattern, pool = draw.choice(MISTAKES), IN_FULL
        else:
            pattern, pool = draw.choice(DOMAINS), IN_FULL
        given = _put(draw, pool)
        if 7 <= kind < 9:
            given["U"], given["V"] = draw.choice(("x", "2*x - 1", "x/3", "x + 2")), draw.choice(("y", "y - 1", "3*y"))
        if kind == 9:
            given["U"], given["V"] = draw.choice(("x", "2*x", "x - 3", "x/2")), draw.choice(("y", "y + 1", "3*y"))
        first, second = (_fill(one, given) for one in pattern)
        if draw.random() < 0.5:
            first, second = second, first
        label = EQUAL if kind < 4 else DOMAIN if kind == 9 else UNEQUAL
        if 4 <= kind < 7:
            second = _spoilt(second, draw)
        outside = "E" if kind == 9 else draw.choice(OUTSIDE)
        yield Pair(label, outside.replace("E", first), outside.replace("E", second))
