"""One test per row and column: values and slopes against mpmath, partial formulas against SymPy."""

from __future__ import annotations

import time

import mpmath
import pytest
import row_errors
import samples
import sympy
from tolerances import LAST_PLACES
from yardsticks import same_bits, special_points

import symad
from symad._core import tapes
from symad.formula.expression import Expression, build
from symad.formula.ops import ROWS, Row, row

SECONDS = 0.5  # for the points of one row
N_SAMPLES = 40  # and the special points; `python tests/row_errors.py` takes hundreds

NUMERIC = row_errors.numeric_rows()
NAMES = [r.name for r in NUMERIC]
N_PARTIALS = 60  # to choose from
DIGITS = row_errors.NARROW[0]
STEPS = {
    "SIGN", "FLOOR", "CEILING", "ROUND", "FRAC", "MOD", "FMOD", "HEAVISIDE", "TRUNC", "MOD_QUOTIENT", "FMOD_QUOTIENT",
    "ZERO", "Piecewise", "erfinv", "CI_SLOPE", "ZETA_SLOPE",
}  # fmt: skip


@pytest.mark.parametrize("r", NUMERIC, ids=NAMES)
def test_value_and_slopes_against_mpmath(r: Row) -> None:
    """4 ULP and 16, but for named exceptions; inner rows may lose in their slopes what the check announces."""
    for column, worst in zip(
        row_errors.named_columns(r), row_errors.measure(r, N_SAMPLES, seconds=SECONDS), strict=True
    ):
        ulp = worst.silent if row_errors.is_inner(r) and column != "value" else worst.ulp
        assert ulp <= row_errors.bar(r, column), (column, worst)


def operation(name: str, *operands: str | float) -> Expression:
    """One row as an Expression; numbers are constants."""
    builder, ids = tapes.Builder(), list[int]()
    inputs: dict[str, int] = {}
    for operand in operands:
        if isinstance(operand, str) and operand not in inputs:
            inputs[operand] = builder.input(operand)
        ids.append(inputs[operand] if isinstance(operand, str) else builder.number(operand))
    builder.output(builder.op(row(name).number, *ids))
    return build(builder)


HEADLESS = {
    "ADD": lambda a, b: a + b,
    "SUB": lambda a, b: a - b,
    "MUL": lambda a, b: a * b,
    "DIV": lambda a, b: a / b,
    "NEG": lambda a: -a,
    "POW": lambda a, b: a**b,
    "POWN": lambda a, b: a**b,
    "NORM": lambda *operands: sympy.sqrt(sum(a**2 for a in operands)),
}


def head(r: Row, *operands: sympy.Expr) -> sympy.Expr:
    """A row applied to SymPy operands, without the bridge that is to be tested elsewhere."""
    if r.arity == 0 and r.sympy:
        return getattr(sympy, r.sympy)
    if r.name in HEADLESS:
        return HEADLESS[r.name](*operands)
    if r.definition:
        return outputs(symad.parse(r.definition, variables=["a", "b"][: r.arity]), operands)[0]
    return getattr(sympy, r.sympy)(*operands)


def outputs(expression: Expression, operands: tuple[sympy.Expr, ...]) -> list[sympy.Expr]:
    """Outputs of an expression of rows without branches, in SymPy."""
    graph, found = expression.graph, list[sympy.Expr]()
    for node in range(graph.n_nodes):
        r = ROWS[graph.op[node]]
        if r.name == "INPUT":
            found.append(operands[graph.input_index(node)])
        elif r.name == "NUMBER":
            found.append(sympy.Rational(graph.number(node).value))
        else:
            found.append(head(r, *(found[operand] for operand in graph.operands(node))))
    return [found[output] for output in expression.outputs]


def same(left: sympy.Expr, right: sympy.Expr) -> bool:
    """Equal after rewriting, or equal to 30 digits at a few points where SymPy does not find the way."""
    difference = sympy.simplify((left - right).rewrite(sympy.exp))
    if difference == 0:
        return True
    symbols = sorted(difference.free_symbols, key=str)
    places = [{s: sympy.Rational(3 + 2 * i + 5 * k, 7) for k, s in enumerate(symbols)} for i in range(4)]
    return all(abs(difference.evalf(30, subs=place)) < 1e-25 for place in places)


# Rows whose derivative SymPy knows in terms of rows without branches.
ELEMENTARY = [r for r in NUMERIC if row_errors.is_wide(r) and not STEPS & {r.name, *r.definition.split("(")}]


@pytest.mark.parametrize("r", ELEMENTARY, ids=lambda r: r.name)
def test_partials_are_sympys(r: Row) -> None:
    """Of the value's derivative, column by column, for rows that only derivatives use as well."""
    if "POWN" in r.name:
        variables, symbols = ("a",), (sympy.Symbol("a", positive=True),)
        written, function = operation(r.name, "a", 5.0), head(r, symbols[0], sympy.Integer(5))
    else:
        variables = ("a", "b")[: r.arity]
        symbols = tuple(sympy.Symbol(name, positive=True) for name in variables)
        written, function = operation(r.name, *variables), head(r, *symbols)
    partials = outputs(symad.gradient(written), symbols)
    for symbol, partial in zip(symbols, partials, strict=True):
        assert same(partial, sympy.diff(function, symbol)), (r.name, symbol, partial)


@pytest.mark.parametrize("r", NUMERIC, ids=NAMES)
def test_partials_are_those_of_the_value(r: Row) -> None:
    """The program of the partials in mpmath, to 24 digits, against difference quotients of the row: no doubles."""
    n_compared, end = 0, time.thread_time() + SECONDS
    with mpmath.workdps(DIGITS):
        for point in samples.points(r, N_PARTIALS, seed=7, wide=False, special=False):
            if n_compared >= (12 if time.thread_time() < end else 3):
                break
            if max(map(abs, point)) > 30.0 or min(map(abs, point)) < 1e-6:
                continue
            if not samples.has_order_slope(r, point):  # mpmath takes seconds
                continue
            written = operation(r.name, "a", *point[1:]) if "POWN" in r.name else operation(r.name, *"ab"[: r.arity])
            gradient, x = symad.gradient(written), tuple(map(mpmath.mpf, point))
            values = row_errors.mpmath_values(gradient, x)
            wanted = row_errors.exact(r, point, row_errors.NARROW[1])[1:]
            for which, slope in zip(samples.slopes(r), wanted, strict=True):
                found = values[gradient.outputs[which]]
                if mpmath.isfinite(slope) and mpmath.isfinite(found):
                    assert abs(found - slope) <= mpmath.mpf("1e-24") * max(abs(slope), 1), (which, point, found, slope)
                    n_compared += 1
    assert n_compared >= 3 or not samples.slopes(r)


@pytest.mark.parametrize("r", NUMERIC, ids=NAMES)
def test_sweep_and_programs_agree_on_special_operands(r: Row) -> None:
    """Value, gradient and Hessian of one operation, bit for bit, -0, nan and infinities included."""
    for exponent in (0.0, 1.0, -1.0, 2.0, -2.0, 3.0, 7.0, -9.0, 1001.0) if "POWN" in r.name else (None,):
        operands = ("a",) if r.arity == 1 else ("a", "b") if exponent is None else ("a", exponent)
        written = operation(r.name, *operands)
        gradient = symad.gradient(written)
        tape, second = symad.compile(written), symad.compile(gradient)
        points = special_points(len(written.variables), 40 if samples.is_slow(r) else 200, seed=4)
        gradients, hessians = tape.gradient(points), tape.hessian(points)
        for point, slopes, hessian in zip(points, gradients, hessians, strict=True):
            sweep = tape.sweep(point)
            assert same_bits(sweep.value, tape.value(point))
            assert same_bits(sweep.gradient, slopes), (r.name, point)
            if len(point) == 1:
                assert same_bits(second.sweep(point).gradient, hessian[0]), (r.name, point)


CONVENTIONS = [
    # formula, point, value, gradient: the table of conventions, row by row
    ("Abs(x)", (0.0,), 0.0, (0.0,)),
    ("Abs(x)", (-0.0,), 0.0, (0.0,)),
    ("sqrt(x)", (0.0,), 0.0, (float("inf"),)),
    ("sqrt(x)", (-0.0,), -0.0, (float("inf"),)),
    ("x**0.5", (0.0,), 0.0, (float("inf"),)),
    ("x**y", (0.0, 0.0), 1.0, (0.0, float("-inf"))),
    ("x**y", (0.0, 1.0), 0.0, (1.0, 0.0)),
    ("x**y", (-2.0, 3.0), -8.0, (12.0, float("nan"))),
    ("x**y", (-2.0, -2.0), 0.25, (0.25, float("nan"))),
    ("x**y", (-2.0, 0.5), float("nan"), (float("nan"), float("nan"))),
    ("Max(x, y)", (1.0, 1.0), 1.0, (0.5, 0.5)),
    ("Max(x, y, 1)", (1.0, 1.0), 1.0, (1 / 3, 1 / 3)),
    ("Max(x, y)", (1.0, float("nan")), float("nan"), (float("nan"), float("nan"))),
    ("Min(x, y)", (float("nan"), 1.0), float("nan"), (float("nan"), float("nan"))),
    ("log(x)", (-1.0,), float("nan"), (float("nan"),)),
    ("log(x)", (0.0,), float("-inf"), (float("inf"),)),
    ("sqrt(x)", (-1.0,), float("nan"), (float("nan"),)),
    ("Piecewise((x, x > 0))", (-1.0,), float("nan"), (float("nan"),)),
    ("Piecewise((x*y, x > 0), (y, y > 3))", (-1.0, 1.0), float("nan"), (float("nan"), float("nan"))),
    ("Piecewise((x, x > 0), (2*x, True))", (float("nan"),), float("nan"), (2.0,)),
    ("sign(x)", (0.0,), 0.0, (0.0,)),
    ("sign(x)", (float("nan"),), float("nan"), (float("nan"),)),
    ("0*log(x)", (0.0,), float("nan"), (float("nan"),)),
    ("x/x", (0.0,), float("nan"), (float("nan"),)),
    ("x*1e308*10", (0.1,), 1e308, (float("inf"),)),
]


@pytest.mark.parametrize(("formula", "point", "value", "gradient"), CONVENTIONS)
def test_conventions(formula: str, point: tuple[float, ...], value: float, gradient: tuple[float, ...]) -> None:
    """On every tape route."""
    written = symad.parse(formula)
    tape = symad.compile(written)
    sweep = tape.sweep(point)
    assert same_bits(sweep.value, tape.value(point))
    assert sweep.value == pytest.approx(value, rel=LAST_PLACES, abs=0.0, nan_ok=True)
    for found in (
        sweep.gradient,
        tape.gradient(point),
        symad.compile(symad.forward_gradient(written)).value([point])[0],
    ):
        assert list(found.reshape(-1)) == pytest.approx(list(gradient), rel=LAST_PLACES, abs=0.0, nan_ok=True)
