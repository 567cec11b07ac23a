"""Worst errors of every row, values and slopes, in units in the last place against mpmath.

`python tests/row_errors.py` writes csrc/ACCURACY.md. The reference of a value is the row's SymPy head or definition in
mpmath; that of a slope is a difference quotient of it with hundreds of digits, so that no derivative rule is shared
with what is judged.
"""

from __future__ import annotations

import math
import operator
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import mpmath
import numpy as np
import samples
from yardsticks import ulp_error

import symad
from symad._core import tapes
from symad.formula import ops
from symad.formula.expression import Expression, build
from symad.formula.ops import ROWS, Row

TABLE = Path(__file__).resolve().parents[1] / "csrc" / "ACCURACY.md"
WIDE = (450, 45)  # digits and those of a step: sine of 1e150 needs 150 before the first right one, its quotient 90 more
NARROW = (90, 22)
SPARE_DIGITS = 20  # a quotient keeps at least these, or it says nothing
VALUE_ULP, SLOPE_ULP = 4.0, 16.0  # the bars
SECONDS = 1.5  # for the points of one row of the table

Number = mpmath.mpf
Function = Callable[..., Number]

SPELLED = {  # heads that mpmath calls otherwise than SymPy
    "ceiling": "ceil", "Abs": "fabs", "polygamma": "psi", "Ei": "ei", "Si": "si", "Ci": "ci", "Shi": "shi",
    "Chi": "chi", "elliptic_k": "ellipk", "elliptic_e": "ellipe", "elliptic_f": "ellipf", "elliptic_pi": "ellippi",
    "LambertW": "lambertw", "uppergamma": "gammainc", "chebyshevt": "chebyt", "chebyshevu": "chebyu",
}  # fmt: skip
# Names of mpmath that take numbers of any size in no time and without loss.
ELEMENTARY = {
    "sqrt", "exp", "log", "sin", "cos", "tan", "tanh", "atan", "sign", "sec", "csc", "cot", "asin", "acos", "acot",
    "asec", "acsc", "atan2", "sinh", "cosh", "coth", "sech", "csch", "asinh", "acosh", "atanh", "acoth", "asech",
    "acsch", "floor", "ceil", "fabs", "erf", "erfc",
}  # fmt: skip
HEADLESS: dict[str, Function] = {
    "ADD": operator.add,
    "SUB": operator.sub,
    "MUL": operator.mul,
    "DIV": operator.truediv,
    "NEG": operator.neg,
    "POW": operator.pow,
    "POWN": operator.pow,
    "ABS": abs,
    # as the rows read them, whatever size the quotient has
    "MOD": lambda a, b: a - b * mpmath.floor(a / b),
    "FMOD": lambda a, b: a - b * mpmath.sign(a / b) * mpmath.floor(abs(a / b)),
    "LOWERGAMMA": lambda a, b: mpmath.gammainc(a, 0, b),
    "ZETA_SLOPE": lambda a: mpmath.zeta(a, 1, 1),
    "AIRYAIPRIME": lambda a: mpmath.airyai(a, derivative=1),
    "AIRYBIPRIME": lambda a: mpmath.airybi(a, derivative=1),
    "LAGUERRE": lambda n, x: mpmath.laguerre(n, 0, x),
    "HEAVISIDE": lambda a: (1 + mpmath.sign(a)) / 2,
}


def along_the_order(name: str) -> Function:
    """Slope of a row along its first operand, by mpmath's differences."""
    return lambda n, x: real(mpmath.diff(lambda order: reference(ops.row(name))(order, x), n))


ALONG = "_ORDER"
HEADLESS |= {r.name: along_the_order(r.name.removesuffix(ALONG)) for r in ROWS.values() if r.name.endswith(ALONG)}
SLOW = {"AIRYAIPRIME", "AIRYBIPRIME", "LOWERGAMMA", "ZETA_SLOPE", "LAGUERRE"}


def is_wide(r: Row) -> bool:
    """Whether the reference takes numbers of any size: those of elementary functions, but for series at 0."""
    if (
        "SINC" in r.name or "MOD" in r.name or r.name.endswith(ALONG)
    ):  # a step over a huge quotient passes many of its jumps
        return False
    if (r.name in HEADLESS and r.name not in SLOW) or not (r.definition or r.sympy):
        return True
    if not r.definition:
        return SPELLED.get(r.sympy, r.sympy) in ELEMENTARY
    return all(is_wide(ROWS[op]) for op in definition(r).graph.op)


@dataclass(frozen=True)
class Worst:
    """The largest error of one column of a row, where, and the largest of those that `Tape.check` does not bound."""

    ulp: float = 0.0
    point: tuple[float, ...] = ()
    found: float = 0.0
    silent: float = 0.0
    silent_point: tuple[float, ...] = ()

    def or_worse(self, ulp: float, point: tuple[float, ...], found: float, *, bounded: bool) -> Worst:
        """The worse of the two."""
        worse = replace(self, ulp=ulp, point=point, found=found) if ulp > self.ulp else self
        return replace(worse, silent=ulp, silent_point=point) if ulp > self.silent and not bounded else worse


def numeric_rows() -> list[Row]:
    """Rows of numbers with a fixed number of operands."""
    return [r for r in ROWS.values() if r.arity in (1, 2) and not r.condition]


def reference(r: Row) -> Function:
    """The row in mpmath: by its head, its operator, or its definition in other rows."""
    if r.name in HEADLESS:
        return HEADLESS[r.name]
    if not r.definition:
        return getattr(mpmath, SPELLED.get(r.sympy, r.sympy))
    formula = definition(r)
    return lambda *operands: mpmath_value(formula, (*operands, mpmath.mpf(1)))


@cache
def definition(r: Row) -> Expression:
    """The definition column as an expression of a and b."""
    return symad.parse(r.definition, variables=["a", "b"])


CHOICES: dict[str, Function] = {
    "SELECT": lambda condition, then, otherwise: then if condition else otherwise,
    "MAX": max,
    "MIN": min,
    "LT": operator.lt,
    "LE": operator.le,
    "GT": operator.gt,
    "GE": operator.ge,
    "EQ": operator.eq,
    "NE": operator.ne,
    "AND": lambda a, b: a and b,
    "OR": lambda a, b: a or b,
    "NOT": operator.not_,
    "PI": lambda: +mpmath.pi,
    "E": lambda: +mpmath.e,
    "TRUE_VALUE": lambda: True,
    "FALSE_VALUE": lambda: False,
    "NAN_VALUE": lambda: mpmath.nan,
    "LN2": lambda: mpmath.log(2),
    "LN10": lambda: mpmath.log(10),
    "NORM": lambda *operands: mpmath.sqrt(sum(a * a for a in operands)),
    "LOGSUMEXP": lambda *operands: mpmath.log(sum(map(mpmath.exp, operands))),
    "SHARE": lambda leader, *operands: mpmath.mpf(1) / operands.count(leader),
}


def node_value(expression: Expression, node: int, operands: list[Number], point: tuple[Number, ...]) -> Number:
    """One node in mpmath; a branch that was not taken may be complex or nan, infinite parts are nan."""
    r, graph = ROWS[expression.graph.op[node]], expression.graph
    if r.name == "INPUT":
        return point[graph.input_index(node)]
    if r.name == "NUMBER":
        number = graph.number(node)
        return mpmath.mpf(number.value if number.exact is None else number.exact)
    if r.name in CHOICES:
        return CHOICES[r.name](*operands)
    try:
        return reference(r)(*operands)
    except (ValueError, ZeroDivisionError):
        return mpmath.nan


def mpmath_value(expression: Expression, point: tuple[Number, ...]) -> Number:
    """The first output in mpmath."""
    return mpmath_values(expression, point)[expression.outputs[0]]


def mpmath_values(expression: Expression, point: tuple[Number, ...]) -> list[Number]:
    """Every node, one by one in mpmath."""
    values: list[Number] = []
    for node in range(expression.n_nodes):
        operands = [values[operand] for operand in expression.graph.operands(node)]
        values.append(node_value(expression, node, operands, point))
    return values


def reach(x: Number) -> Number:
    """How far a step may be measured by: the size of a number, and its distance from a whole one, a pole perhaps."""
    distances = (abs(x), abs(x - mpmath.nint(x)), mpmath.mpf(1))
    return min((d for d in distances if d), default=mpmath.mpf(1))


def slope_of(function: Function, point: tuple[float, ...], which: int, step_digits: int = WIDE[1]) -> Number:
    """Difference quotient of the reference along one operand; nan where that leaves the real numbers."""
    x = [mpmath.mpf(v) for v in point]
    step = reach(x[which]) * mpmath.mpf(10) ** -step_digits
    ahead, behind = list(x), list(x)
    ahead[which] += step
    behind[which] -= step
    ends = [real(function(*ahead)), real(function(*behind))]
    noise = abs(ends[0]) * mpmath.mpf(10) ** (SPARE_DIGITS - mpmath.mp.dps) / step
    quotient = (ends[0] - ends[1]) / (2 * step)
    return mpmath.nan if 0 < abs(quotient) < noise else quotient


def real(number: Number) -> Number:
    """A number that is real up to rounding, else nan."""
    if isinstance(number, mpmath.mpc):
        return number.real if abs(number.imag) <= abs(number) * mpmath.mpf(10) ** (-mpmath.mp.dps // 2) else mpmath.nan
    return mpmath.mpf(number)


def tape_of(r: Row, point: tuple[float, ...]) -> symad.Tape:
    """One operation; an integer exponent is a constant, everything else an input."""
    builder = tapes.Builder()
    operands = [builder.input("a")]
    if r.arity == 2:
        operands.append(builder.number(point[1]) if "POWN" in r.name else builder.input("b"))
    builder.output(builder.op(r.number, *operands))
    return symad.compile(build(builder))


def exact(r: Row, point: tuple[float, ...], step_digits: int) -> list[Number]:
    """Value and slopes of the reference; nan where it gives no real number."""
    function = reference(r)
    try:
        value = function(*map(mpmath.mpf, point))
        if abs(value) > sys.float_info.max:  # nothing is left of it, and quotients of differences lose their digits
            return [real(value)] + [mpmath.nan] * len(samples.slopes(r))
        slopes = [slope_of(function, point, which, step_digits) for which in samples.slopes(r)]
    except (ValueError, ZeroDivisionError, OverflowError, mpmath.libmp.NoConvergence):
        return [mpmath.nan] * (1 + len(samples.slopes(r)))
    return [real(number) for number in (value, *slopes)]


def announced(number: float, wanted: Number, bound: float, scale: float) -> bool:
    """Whether the running error bound, relative to the number or for a 0 to `scale`, covers an error to first order.

    A bound beyond 1e-8 sets the bit of lost digits, which says enough.
    """
    error = abs(mpmath.mpf(number) - wanted)
    return bool(bound > 1e-8 or error <= 2.0 * bound * (abs(mpmath.mpf(number)) or scale))


def unresolved(number: float, wanted: Number, *, wide: bool) -> bool:
    """Subnormal results have lost digits before anything is computed; a slope of 0 is 0 up to the quotient's step."""
    is_subnormal = 0 < abs(wanted) < sys.float_info.min
    is_zero = not wide and abs(wanted) < mpmath.mpf(10) ** -25 and abs(number) < 1e-20
    return bool(mpmath.isnan(wanted) or is_subnormal or is_zero)


def measure(r: Row, n: int, seed: int = 1, *, seconds: float = math.inf) -> list[Worst]:
    """Worst errors of the value and of the slopes in `samples.slopes`, over the special points and n samples.

    Some references of mpmath take seconds at some points: after `seconds` of this thread no further point is begun.
    """
    end = time.thread_time() + seconds
    found = [Worst()] * (1 + len(samples.slopes(r)))
    fixed = tape_of(r, (1.0, 2.0))
    digits, step_digits = WIDE if is_wide(r) else NARROW
    with mpmath.workdps(digits):
        for point in samples.points(r, n, seed, wide=is_wide(r)):
            if time.thread_time() > end:
                break
            tape = tape_of(r, point) if "POWN" in r.name else fixed
            sweep = tape.sweep(np.array(point[: len(tape.variables)]))
            numbers = [sweep.value, *(sweep.gradient[which] for which in samples.slopes(r))]
            bounds = tape.check(sweep.point).error_bound[[0, *(1 + which for which in samples.slopes(r))]]
            scales = [0.0, *(abs(sweep.value) / max(abs(point[which]), 1e-3) for which in samples.slopes(r))]
            for k, (number, wanted, bound) in enumerate(
                zip(numbers, exact(r, point, step_digits), bounds, strict=True)
            ):
                is_zero = number == 0.0 and abs(wanted) < scales[k] * 10.0 ** (
                    -1.5 * step_digits
                )  # what a step cuts off
                if is_zero or unresolved(float(number), wanted, wide=is_wide(r)):
                    continue
                ulp = ulp_error(float(number), wanted)
                found[k] = found[k].or_worse(
                    ulp, point, float(number), bounded=announced(number, wanted, bound, scales[k])
                )
    return found


# (row, column): (bar in ULP, reason). Inner rows may also lose what `Tape.check` announces.
EXCEPTIONS: dict[tuple[str, str], tuple[float, str]] = {
    ("LOGADDEXP", "d/da"): (512, "sigmoid of a - b, which is rounded: |a - b| ULP, at most 745"),
    ("LOGADDEXP", "d/db"): (512, "sigmoid of b - a, which is rounded: |a - b| ULP, at most 745"),
    ("POLYLOG", "d/da"): (math.inf, "nan beyond |x| = 0.98 and order 100: no series at hand"),
    ("POLYLOG_ORDER", "value"): (math.inf, "nan beyond |x| = 0.98 and order 100: no series at hand"),
    ("ZETA_HURWITZ", "d/db"): (math.inf, "nan at order 0, where the slope is 0 times a pole"),
    ("BINOMIAL", "d/da"): (64, "next to the poles of gamma, a < -1"),
    ("ELLIPTIC_F_DM", "d/da"): (
        4096,
        "second derivative next to m sin^2 = 1, where the quotient's step is wide beside the distance",
    ),
    ("ELLIPTIC_E_DM", "d/db"): (math.inf, "second derivative: the composed formula cancels like 1/m near m = 0"),
    ("ELLIPTIC_K_SLOPE", "d/da"): (math.inf, "second derivative: the composed formula cancels like 1/m near m = 0"),
    ("ELLIPTIC_EC_SLOPE", "d/da"): (math.inf, "second derivative: the composed formula cancels like 1/m near m = 0"),
    ("POLYLOG_SLOPE", "d/db"): (math.inf, "second derivative: the composed formula cancels like 1/x near 0"),
    ("SINC_SLOPE", "d/da"): (256, "changes sign at 2.0816: right to 1 ULP of 1"),
    ("SINC_SLOPE2", "value"): (256, "changes sign at 2.0816: right to 1 ULP of 1"),
}


def bar(r: Row, column: str) -> float:
    """The largest error allowed, in ULP."""
    return EXCEPTIONS.get((r.name, column), (VALUE_ULP if column == "value" else SLOPE_ULP, ""))[0]


def is_inner(r: Row) -> bool:
    """Whether only derivatives use the row: its slopes are second derivatives."""
    return r.text.startswith("_")


def named_columns(r: Row) -> list[str]:
    """ "value" and the slopes, in the order of `measure`."""
    return ["value", *(f"d/d{'ab'[which]}" for which in samples.slopes(r))]


def line(r: Row, column: str, worst: Worst) -> str:
    """One line of the table."""
    reason = EXCEPTIONS.get((r.name, column), (0, ""))[1]
    if not reason and worst.ulp > bar(r, column):
        reason = "cancels, within the bound of `Tape.check`" if worst.silent <= bar(r, column) else "above the bar"
    point = ", ".join(f"{x:.6g}" for x in worst.point)
    return f"| {r.text} | {r.name} | {column} | {worst.ulp:.2g} | {point} | {reason} |"


HEAD = """# Accuracy of the rows

Largest error found of values and slopes in units in the last place, against mpmath with 90 to 450 digits; slopes
against difference quotients of the value. Written by `python tests/row_errors.py {n}`: {n} random points a row and {m}
special ones. Bars: {value:g} ULP for values, {slope:g} for slopes; what exceeds them has its reason.
A slope here is that of `Tape.sweep`.
"""


def table(n: int) -> str:
    """The whole document."""
    parts = [HEAD.format(n=n, m=2 * len(samples.SPECIAL), value=VALUE_ULP, slope=SLOPE_ULP)]
    for title, inner in (("Operations", False), ("Rows that only derivatives use", True)):
        parts.append(
            f"\n## {title}\n\n| text | row | column | ULP | at | reason |\n| --- | --- | --- | --- | --- | --- |\n"
        )
        for r in numeric_rows():
            if is_inner(r) == inner:
                parts += [
                    f"{line(r, *pair)}\n" for pair in zip(named_columns(r), measure(r, n, seconds=SECONDS), strict=True)
                ]
    return "".join(parts)


if __name__ == "__main__":
    TABLE.write_text(table(int(sys.argv[1]) if len(sys.argv) > 1 else 300), encoding="utf-8")
