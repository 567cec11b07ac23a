"""One test per row and column: values and slopes against mpmath, partial formulas against SymPy."""

from __future__ import annotations

import accuracy
import pytest
import sympy
from checking import same_bits, special_points

import symad
from symad import _core
from symad.expression import Expression, build
from symad.ops import ROWS, Row, row

VALUE_ULP = 4.0  # the first bar of accuracy; `python tests/accuracy.py` measures
SLOPE_ULP = 16.0
N_SAMPLES = 120
# Second-order partials of powers: b - 1 is rounded before it becomes an exponent, and b*a**(b-1) changes sign in b,
# where its slope vanishes by cancellation. Relative to their terms they are right to 1e-12.
SLOPES_OF_POWER_SLOPES = {"POW_DA", "POW_DB"}
POWER_SLOPE_ULP = 1e-12 * 2.0**52

NUMERIC = accuracy.numeric_rows()
NAMES = [r.name for r in NUMERIC]


@pytest.mark.parametrize("r", NUMERIC, ids=NAMES)
def test_value_and_slopes_against_mpmath(r: Row) -> None:
    value, *slopes = accuracy.measure(r, N_SAMPLES)
    bar = POWER_SLOPE_ULP if r.name in SLOPES_OF_POWER_SLOPES else SLOPE_ULP
    assert value.ulp <= VALUE_ULP, value
    for slope in slopes:
        assert slope.ulp <= bar, slope


def operation(name: str, *operands: str | float) -> Expression:
    """One row as an Expression; numbers are constants."""
    builder, ids = _core.Builder(), list[int]()
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
}


def head(r: Row, *operands: sympy.Expr) -> sympy.Expr:
    """A row applied to SymPy operands, without the bridge that is to be tested elsewhere."""
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


@pytest.mark.parametrize("r", NUMERIC, ids=NAMES)
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
def test_sweep_and_programs_agree_on_special_operands(r: Row) -> None:
    """Value, gradient and Hessian of one operation, bit for bit, -0, nan and infinities included."""
    for exponent in (0.0, 1.0, -1.0, 2.0, -2.0, 3.0, 7.0, -9.0, 1001.0) if "POWN" in r.name else (None,):
        operands = ("a",) if r.arity == 1 else ("a", "b") if exponent is None else ("a", exponent)
        written = operation(r.name, *operands)
        gradient = symad.gradient(written)
        tape, second = symad.compile(written), symad.compile(gradient)
        points = special_points(len(written.variables), 200, seed=4)
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
    ("Piecewise((x*y, x > 0), (y, y > 3))", (-1.0, 1.0), float("nan"), (0.0, float("nan"))),
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
    assert sweep.value == pytest.approx(value, rel=1e-15, abs=0.0, nan_ok=True)
    for found in (
        sweep.gradient,
        tape.gradient(point),
        symad.compile(symad.forward_gradient(written)).value([point])[0],
    ):
        assert list(found.reshape(-1)) == pytest.approx(list(gradient), rel=1e-15, abs=0.0, nan_ok=True)
