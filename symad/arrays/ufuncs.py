"""Rules of ufuncs: which operations a ufunc of NumPy or SciPy is, read from formulas that the parser turns into rows.

A ufunc whose name is a spelling of a row (``sin``, ``arctan2``, ``expit``) needs no line here; names that are spelled
otherwise in formulas, or whose meaning is another one there, are formulas of a, b and c in the table below.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from symad._core import tapes
from symad.errors import ParseError
from symad.formula import names as spelled
from symad.formula.ops import ROWS, row
from symad.formula.parsing import parse

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from symad.arrays.recording import Trace

    Nodes = NDArray[np.uint32]

_INPUTS = ("a", "b", "c")
_LN2 = "0.6931471805599453"
# NumPy's nan is not equal to itself, and maximum keeps it where fmax does not; floor_divide is NumPy's own, whose
# quotient is whole where a/b rounds to the next number (1//0.1 is 9).
FORMULAS = {
    # NumPy
    "add": "a + b", "subtract": "a - b", "multiply": "a*b", "divide": "a/b", "true_divide": "a/b",
    "negative": "-a", "positive": "a", "power": "a**b", "float_power": "a**b", "square": "a**2", "reciprocal": "1/a",
    "absolute": "Abs(a)", "conjugate": "a", "maximum": "Max(a, b)", "minimum": "Min(a, b)",
    "fmax": "Piecewise((b, not (a == a)), (a, not (b == b)), (Max(a, b), True))",
    "fmin": "Piecewise((b, not (a == a)), (a, not (b == b)), (Min(a, b), True))",
    "less": "a < b", "less_equal": "a <= b", "greater": "a > b", "greater_equal": "a >= b", "equal": "a == b",
    "not_equal": "not (a == b)", "isnan": "not (a == a)", "isfinite": "a - a == 0",
    "isinf": "a == a and not (a - a == 0)",
    "remainder": "Mod(a, b)", "heaviside": "Piecewise((0, a < 0), (b, a == 0), (1, a > 0))",
    "floor_divide": "Piecewise((a/b, b == 0), (round((a - fmod(a, b))/b) - 1, fmod(a, b) < 0 and b > 0 "
    "or fmod(a, b) > 0 and b < 0), (round((a - fmod(a, b))/b), True))",
    "radians": "a*(pi/180)", "deg2rad": "a*(pi/180)", "degrees": "a*(180/pi)", "rad2deg": "a*(180/pi)",
    # SciPy
    "exp10": "10**a", "exp1": "E1(a)", "expi": "Ei(a)", "expn": "expint(a, b)", "gammaln": "loggamma(a)",
    "binom": "binomial(a, b)", "zetac": "zeta(a) - 1", "_zeta": "zeta(a, b)", "ndtr": "erfc(-a/sqrt(2))/2",
    "log_expit": "-softplus(-a)", "xlogy": "Piecewise((0, a == 0 and b == b), (a*log(b), True))",
    "xlog1py": "Piecewise((0, a == 0 and b == b), (a*log1p(b), True))",
    "entr": "Piecewise((-a*log(a), a > 0), (0, a == 0), (log(0), a < 0))",
    "rel_entr": "Piecewise((a*log(a/b), a > 0 and b > 0), (0, a == 0 and b >= 0), (-log(0), a == a and b == b))",
    "j0": "besselj(0, a)", "j1": "besselj(1, a)", "y0": "bessely(0, a)", "y1": "bessely(1, a)",
    "i0": "besseli(0, a)", "i1": "besseli(1, a)", "k0": "besselk(0, a)", "k1": "besselk(1, a)",
    "jv": "besselj(a, b)", "jn": "besselj(a, b)", "yv": "bessely(a, b)", "yn": "bessely(a, b)",
    "iv": "besseli(a, b)", "kv": "besselk(a, b)", "kn": "besselk(a, b)",
    "ellipk": "elliptic_k(a)", "ellipe": "elliptic_e(a)", "ellipkm1": "elliptic_k(1 - a)",
    "ellipkinc": "elliptic_f(a, b)", "ellipeinc": "elliptic_e(a, b)",
    "eval_legendre": "legendre(a, b)", "eval_chebyt": "chebyshevt(a, b)", "eval_chebyu": "chebyshevu(a, b)",
    "eval_hermite": "hermite(a, b)", "eval_laguerre": "laguerre(a, b)",
}  # fmt: skip
# Spelled as a row, with another meaning or with results that are not its own.
OTHERS = frozenset({"lambertw", "copysign"})  # copysign looks at the sign of 0
# Of a vector in place of two numbers: one operation on all of them.
REDUCED = {"maximum": "MAX", "minimum": "MIN", "logaddexp": "LOGSUMEXP"}


@dataclass(frozen=True, slots=True)
class Rule:
    """A ufunc as operations.

    Attributes
    ----------
    n_inputs : int
    steps : tuple
        (row, operands) each; operand k is input k, or step k - n_inputs; a float is a number.
    result : int
        What comes out, by the same count.
    condition : bool
        Whether that is a condition.
    pair : int
        The row of a rule that is one operation, else 0.
    """

    n_inputs: int
    steps: tuple[tuple[int, tuple[int | float, ...]], ...]
    result: int
    condition: bool
    pair: int

    def apply(self, trace: Trace, inputs: list[Nodes]) -> Nodes:
        """The nodes of the result for inputs of one shape, which are numbers."""
        found, shape = list(inputs), inputs[0].shape
        for op, operands in self.steps:
            parts = [found[k] if isinstance(k, int) else np.full(shape, trace.number(k), np.uint32) for k in operands]
            if ROWS[op].arity < 0:
                found.append(trace.lists(op, np.stack(parts, axis=-1)))
            else:
                found.append(trace.apply(op, parts) if parts else np.full(shape, trace.builder.op(op), np.uint32))
        return found[self.result].copy() if self.result < self.n_inputs else found[self.result]


def rule_of_text(text: str, n_inputs: int) -> Rule:
    """The rule that a formula of a, b and c is."""
    condition = False
    try:
        graph = parse(text, variables=_INPUTS[:n_inputs], strict=True)
    except ParseError as error:
        if "condition" not in error.reason:
            raise
        condition = True
        graph = parse(f"Piecewise((1, {text}), (0, True))", variables=_INPUTS[:n_inputs], strict=True)
    nodes, places, steps = graph.graph, list[int | float](range(n_inputs)), []
    for node in range(n_inputs, nodes.n_nodes):
        if nodes.is_number(node):
            places.append(nodes.number(node).value)
            continue
        steps.append((nodes.op[node], tuple(places[k] for k in nodes.operands(node))))
        places.append(n_inputs + len(steps) - 1)
    result = graph.outputs[0]
    result = nodes.operands(result)[0] if condition else result
    steps = steps[:-1] if condition else steps
    only = len(steps) == 1 and steps[0][1] == tuple(range(n_inputs)) and ROWS[steps[0][0]].arity == n_inputs
    place = places[result]
    if not isinstance(place, int):
        raise AssertionError(f"{text} is a number")
    return Rule(n_inputs, tuple(steps), place, condition, steps[0][0] if only else 0)


@cache
def rule(name: str, n_inputs: int) -> Rule | None:
    """The rule of a ufunc's name, None where it has none."""
    spelled = name.isidentifier() and name in _spellings() and name not in OTHERS
    text = FORMULAS.get(name) or (f"{name}({', '.join(_INPUTS[:n_inputs])})" if spelled else "")
    try:
        return rule_of_text(text, n_inputs) if text else None
    except ParseError:
        return None


@cache
def _spellings() -> frozenset[str]:
    return frozenset(tapes.spellings())


@cache
def rule_of(ufunc: np.ufunc) -> Rule | None:
    """The rule of a ufunc of NumPy or SciPy with one result; None where it has none."""
    if ufunc.nout != 1 or ufunc.nin > len(_INPUTS) or not _is_known(ufunc):
        return None
    return rule(ufunc.__name__, ufunc.nin)


def _is_known(ufunc: np.ufunc) -> bool:
    """Whether it is the one that this name means: others make ufuncs too."""
    special = sys.modules.get("scipy.special")
    homes = [np, special, sys.modules.get("scipy.special._ufuncs")]
    return any(getattr(home, ufunc.__name__, None) is ufunc for home in homes if home is not None)


def reduced(name: str) -> int:
    """The row with any number of operands that a reduction is; 0 where it goes from left to right."""
    return row(REDUCED[name]).number if name in REDUCED else 0


def names(module: object) -> list[str]:
    """Names of a module's ufuncs that have a rule."""
    found = (name for name in dir(module) if isinstance(getattr(module, name, None), np.ufunc))
    return sorted(name for name in found if rule_of(getattr(module, name)) is not None)


def nearest(name: str) -> str:
    """Names with a rule that are spelled like this one, or "" where none is."""
    known = sorted({*FORMULAS, *_spellings(), *(n for n in dir(np) if isinstance(getattr(np, n), np.ufunc))} - {name})
    return ", ".join(spelled.nearest(name, [one for one in known if rule(one, 1) or rule(one, 2)], 2))
