"""Worst errors of every row, values and slopes, in units in the last place against mpmath: `python tests/accuracy.py`.

The reference of a value is the row's SymPy head or definition in mpmath; that of a slope is a difference quotient of it
with hundreds of digits, so that no derivative rule is shared with what is judged.
"""

from __future__ import annotations

import math
import operator
import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import mpmath
import numpy as np
from checking import ulp_error

import symad
from symad import _core
from symad.expression import Expression, build
from symad.ops import ROWS, Row

DIGITS = 450  # sine of 1e150 needs 150 digits before the first right one, its difference quotient twice 45 more
STEP_DIGITS = 45
LARGEST_EXPONENT = 150

Number = mpmath.mpf
Function = Callable[..., Number]

DOMAINS: dict[str, Callable[[float, float], bool]] = {
    "real": lambda a, b: True,
    "a > 0": lambda a, b: a > 0,
    "a != 0": lambda a, b: a != 0,
    "b != 0": lambda a, b: b != 0,
    "(a > 0 || b == floor(b))": lambda a, b: a > 0 or (b == math.floor(b) and a != 0),
    "(a != 0 || b >= 0)": lambda a, b: a != 0 or b >= 0,
}
HEADLESS: dict[str, Function] = {
    "ADD": operator.add,
    "SUB": operator.sub,
    "MUL": operator.mul,
    "DIV": operator.truediv,
    "NEG": operator.neg,
    "POW": operator.pow,
    "POWN": operator.pow,
    "ABS": abs,
}


@dataclass(frozen=True)
class Worst:
    """The largest error of one column of a row, and where."""

    ulp: float = 0.0
    point: tuple[float, ...] = ()
    found: float = 0.0

    def or_worse(self, ulp: float, point: tuple[float, ...], found: float) -> Worst:
        """The worse of the two."""
        return Worst(ulp, point, found) if ulp > self.ulp else self


def numeric_rows() -> list[Row]:
    """Rows of numbers with a fixed number of operands."""
    return [r for r in ROWS.values() if r.arity in (1, 2) and not r.condition]


def reference(r: Row) -> Function:
    """The row in mpmath: by its head, its operator, or its definition in other rows."""
    if r.name in HEADLESS:
        return HEADLESS[r.name]
    if not r.definition:
        return getattr(mpmath, r.sympy)
    formula = symad.parse(r.definition, variables=["a", "b"])
    return lambda *operands: mpmath_value(formula, (*operands, mpmath.mpf(1)))


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
    """The first output, node by node in mpmath."""
    values: list[Number] = []
    for node in range(expression.n_nodes):
        operands = [values[operand] for operand in expression.graph.operands(node)]
        values.append(node_value(expression, node, operands, point))
    return values[expression.outputs[0]]


def magnitudes(generator: random.Random, n: int) -> Iterator[float]:
    """Numbers of every size and sign, many of them moderate."""
    for k in range(n):
        size = generator.choice((1.0, 3.0, 30.0, LARGEST_EXPONENT))
        x = 10.0 ** generator.uniform(-size, size) if k % 3 else generator.uniform(-20.0, 20.0)
        yield x if k % 2 else -x


def samples(r: Row, n: int, seed: int) -> Iterator[tuple[float, ...]]:
    """Points of the row's domain."""
    generator = random.Random(f"{seed} {r.name}")
    inside = DOMAINS[r.domain]
    for k, a in enumerate(magnitudes(generator, n)):
        if r.arity == 1:
            b = 0.0
        elif "POWN" in r.name:
            b = float(generator.choice((-64, -9, -8, -7, -5, -3, -2, -1, 2, 3, 4, 5, 6, 7, 8, 9, 20, 101)))
        elif "POW" in r.name:
            b = generator.choice(
                (generator.uniform(-5, 5), generator.uniform(-300, 300), float(generator.randint(-12, 12)))
            )
        else:
            b = next(magnitudes(generator, k % 3 + 1))
        a = abs(a) if not inside(a, b) else a
        if inside(a, b):
            yield (a,) if r.arity == 1 else (a, b)


def slope_of(function: Function, point: tuple[float, ...], which: int) -> Number:
    """Difference quotient of the reference along one operand; nan where that leaves the real numbers."""
    x = [mpmath.mpf(v) for v in point]
    step = min(abs(x[which]), mpmath.mpf(1)) * mpmath.mpf(10) ** -STEP_DIGITS or mpmath.mpf(10) ** -400
    ahead, behind = list(x), list(x)
    ahead[which] += step
    behind[which] -= step
    quotient = (function(*ahead) - function(*behind)) / (2 * step)
    return mpmath.nan if isinstance(quotient, mpmath.mpc) else quotient


def tape_of(r: Row, point: tuple[float, ...]) -> symad.Tape:
    """One operation; an integer exponent is a constant, everything else an input."""
    builder = _core.Builder()
    operands = [builder.input("a")]
    if r.arity == 2:
        operands.append(builder.number(point[1]) if "POWN" in r.name else builder.input("b"))
    builder.output(builder.op(r.number, *operands))
    return symad.compile(build(builder))


def measure(r: Row, n: int, seed: int = 1) -> list[Worst]:
    """Worst errors of value, d/da and d/db over n samples."""
    function = reference(r)
    found = [Worst()] * (1 + r.arity)
    fixed = tape_of(r, (1.0, 2.0))
    with mpmath.workdps(DIGITS):
        for point in samples(r, n, seed):
            tape = tape_of(r, point) if "POWN" in r.name else fixed
            sweep = tape.sweep(np.array(point[: len(tape.variables)]))
            wanted = [function(*map(mpmath.mpf, point))]
            wanted += [slope_of(function, point, which) for which in range(len(tape.variables))]
            for k, (number, exact) in enumerate(zip((sweep.value, *sweep.gradient), wanted, strict=True)):
                if 0 < abs(exact) < sys.float_info.min:
                    continue  # subnormal results have lost digits before anything is computed
                found[k] = found[k].or_worse(ulp_error(float(number), exact), point, float(number))
    return found


def main(n: int) -> None:
    """Print the table."""
    print(f"{n} samples a row; worst error in ULP and where")
    for r in numeric_rows():
        for name, worst in zip(("value", "d/da", "d/db"), measure(r, n), strict=False):
            if not (name == "d/db" and "POWN" in r.name):
                print(f"{r.name:<12} {name:<6} {worst.ulp:10.3g}  at {', '.join(map(repr, worst.point))}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300)
