"""SymPy to Expression and back. The oracle is SymPy's own arithmetic and the text that a reader would expect."""

from __future__ import annotations

import math
import re
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy
from sympy import E, Rational, exp, log, pi, sin, sqrt
from tolerances import FEW_OPERATIONS, MORE_OPERATIONS

import symad
from symad.errors import BudgetError, ExpressionError, LimitError, UnsupportedError
from symad.symbolic.bridge import MAX_DEPTH, from_sympy, read, real_symbols, to_sympy

x, y, z = sympy.symbols("x y z", real=True)


def text(expr: object) -> str:
    """The formula without the list of its variables."""
    return str(from_sympy(expr)).rpartition(": ")[2]


READ = [
    (x - y, "x - y"),
    (-x - y, "-x - y"),
    (y - 3 * x / 7, "y - 3*x/7"),
    (2 * x / 3, "2*x/3"),
    (x / y**2, "x/y**2"),
    (sin(x) ** 2 / (7 * y**3), "sin(x)**2/(7*y**3)"),
    (1 / x, "1/x"),
    (x**-2, "1/x**2"),
    (sqrt(x), "sqrt(x)"),
    (1 / sqrt(x), "1/sqrt(x)"),
    (x / sqrt(y), "x/sqrt(y)"),
    (x**-y, "x**-y"),
    (exp(-x), "exp(-x)"),
    (sympy.Pow(E, x, evaluate=False), "exp(x)"),
    (x / pi, "x/pi"),
    (E * x, "E*x"),
    (x ** Rational(1, 3), "x**(1/3)"),
    (0.1 * x, "0.1*x"),
    (Rational(0.1) * x, "0.1*x"),
    (Rational(1, 8) * x, "x/8"),
    (x ** Rational(2.3), "x**2.3"),
    (Rational(1, 2**60) * x, "8.673617379884035e-19*x"),
    (-(sympy.Integer(10) ** 40) * x, "-(" + "1" + "0" * 40 + "*x)"),
    (sympy.Piecewise((x, x < 0), (y, y > 1)), "Piecewise((x, x < 0), (y, y > 1))"),
    (sympy.Piecewise((x, sympy.And(x < 0, y > 1)), (y, True)), "Piecewise((x, x < 0 and y > 1), (y, True))"),
    (sympy.Piecewise((x, sympy.Ne(x, 0)), (1, True)), "Piecewise((x, x != 0), (1, True))"),
    (sympy.Max(x, y, 2), "Max(2, x, y)"),
    (sympy.Min(x, y), "Min(x, y)"),
    (sympy.Abs(x) + sympy.sign(y), "sign(y) + Abs(x)"),
    (sympy.tanh(x) * sympy.atan(x) * sympy.tan(x), None),
]


@pytest.mark.parametrize(("expr", "expected"), READ, ids=str)
def test_from_sympy_writes_what_a_reader_expects(expr: sympy.Expr, expected: str | None) -> None:
    if expected is not None:
        assert sorted(text(expr)) == sorted(expected)  # SymPy chooses the order of terms
    point = {x: Rational(13, 8), y: Rational(5, 4)}
    e = from_sympy(expr)
    values = [float(point[sympy.Symbol(name, real=True)]) for name in e.variables]
    assert float(e.compile().value(values)) == pytest.approx(float(expr.subs(point)), rel=FEW_OPERATIONS)
    assert sympy.simplify(e.to_sympy() - expr) == 0 or expr.atoms(sympy.Float)


def test_variables_are_natural_sorted_and_can_be_given() -> None:
    x2, x10 = sympy.symbols("x2 x10", real=True)
    assert from_sympy(x10 + x2).variables == ("x2", "x10")
    assert from_sympy(x10 + x2, variables=["x10", "unused", x2]).variables == ("x10", "unused", "x2")
    with pytest.raises(ExpressionError, match="does not list x2"):
        from_sympy(x10 + x2, variables=[x10])
    with pytest.raises(ExpressionError, match="twice"):
        from_sympy(x10, variables=[x10, "x10"])


def test_names_that_text_cannot_hold_are_spelled_and_given_back() -> None:
    odd = [sympy.Symbol("x_{1}"), sympy.Symbol("lambda", positive=True), sympy.Symbol("a b"), sympy.Symbol("λ")]
    odd += [
        sympy.Symbol("x"),
        sympy.Symbol("x", positive=True),
        sympy.Dummy("x"),
        sympy.Symbol("x_2"),
        sympy.Symbol("2x"),
    ]
    expr = sympy.Add(*odd)
    e = from_sympy(expr)
    assert set(e.variables) == {"x_1", "lambda_", "a_b", "_", "x", "x_2", "x_3", "x_4", "_2x"}
    assert e.to_sympy() == expr
    assert symad.parse(str(e)) == e


def test_several_outputs() -> None:
    assert from_sympy([x, x * y]).n_outputs == 2
    assert from_sympy(sympy.Matrix([[x, y], [1, 2]])).n_outputs == 4
    assert symad.parse("(x, x*y)").to_sympy(real=True) == sympy.Tuple(x, x * y)


@pytest.mark.parametrize(
    ("expr", "named"),
    [
        (sympy.I * x, "imaginary unit I"),
        (sympy.oo, "oo"),
        (sympy.zoo * x, "zoo"),
        (sympy.mathieus(1, 1, x), "mathieus"),
        (sympy.marcumq(1, x, 2), "marcumq"),
        (sympy.DiracDelta(x), "DiracDelta"),
        (sympy.re(sympy.Symbol("c")), "re"),
        (sympy.Function("f")(x), "f"),
        (sympy.Derivative(sympy.Function("f")(x), x), "Derivative"),
        (sympy.EulerGamma, "EulerGamma"),
        (sympy.Float("1e500") * x, "range of doubles"),
    ],
    ids=str,
)
def test_what_has_no_row_is_refused_by_name(expr: sympy.Expr, named: str) -> None:
    with pytest.raises(UnsupportedError, match=named):
        from_sympy(expr)


def test_wrong_kinds_are_refused() -> None:
    with pytest.raises(TypeError, match="parse"):
        from_sympy("x")
    with pytest.raises(TypeError, match="object"):
        from_sympy(object())
    with pytest.raises(ExpressionError, match="no expression"):
        from_sympy([])
    with pytest.raises(LimitError):
        from_sympy(sympy.Integer(7) ** 6000 * x)
    with pytest.raises(ValueError, match="decimals"):
        to_sympy(symad.parse("x"), decimals="decimal")


def test_sharing_is_kept_both_ways() -> None:
    e = symad.parse("; ".join(["a = x"] + ["a = sin(a)*cos(a)"] * 60) + "; a")
    back = from_sympy(to_sympy(e))
    assert back.counts.n_distinct == e.counts.n_distinct == 180
    assert back.counts.n_written_out > 2**60


def test_literals_are_exact() -> None:
    big = 3**200 + 1
    assert symad.parse(f"{big}*x").to_sympy(real=True) == big * x
    assert symad.parse("1/3*x").to_sympy(real=True) == x / 3
    assert symad.parse("0.1*x").to_sympy(real=True) == Rational(*(0.1).as_integer_ratio()) * x
    floating = to_sympy(symad.parse("0.1*x"), decimals="float", real=True)
    assert floating.atoms(sympy.Float) == {sympy.Float(0.1, precision=53)}
    assert symad.parse("pi*E*x").to_sympy(real=True) == pi * E * x


@pytest.mark.parametrize(
    "value", [Fraction(1, 3), Fraction(1, 2**1074), Fraction(3**300, 2**600), Fraction(2**1100, 3**690)]
)
def test_rationals_become_the_nearest_double(value: Fraction) -> None:
    e = from_sympy(Rational(value.numerator, value.denominator) * x)
    computed = float(e.compile().value([1.0]))
    assert abs(Fraction(computed) - value) <= Fraction(3, 2) * Fraction(math.ulp(float(value)))


@pytest.mark.parametrize(
    "formula",
    [
        "x - (y - (z - 1))",
        "x/(y/(z*2))",
        "-(x*y)/-z",
        "Max(x, y, 2) + Min(x, z)*Abs(x)**y",
        "Piecewise((1, x < 0 and not y > 1), (2, x == 3 or z >= 2), (x, True))",
        "Piecewise((Piecewise((x, y > 5), (z, True)), x < 2))",
        "_sech2(x) + _sqrt_slope(y) + _atan_slope(z) + _log_slope(y)",
        "_pow_da(x, y) + _pow_db(y, z) + _pown_slope(x, 3)",
        "_share(Max(x, y, z), x, y, z)",
    ],
)
def test_values_survive_the_way_through_sympy(formula: str) -> None:
    e = symad.parse(formula, variables=["x", "y", "z"])
    points = [[1.25, 2.5, 0.75], [3.0, 0.5, 2.0], [1.5, 1.5, 1.5]]
    for point in points:
        expected = float(e.compile().value(point))
        exact = e.to_sympy(real=True).subs({x: Rational(point[0]), y: Rational(point[1]), z: Rational(point[2])})
        assert float(exact) == pytest.approx(expected, rel=MORE_OPERATIONS, nan_ok=True)


def test_a_gradient_can_be_read_by_sympy() -> None:
    e = symad.parse("x**y*log(x) + tanh(x*y)")
    found = symad.gradient(e).to_sympy(real=True)
    point = {x: Rational(3, 2), y: Rational(5, 4)}
    for derivative, symbol in zip(found, (x, y), strict=True):
        assert float(derivative.subs(point)) == pytest.approx(
            float(sympy.diff(e.to_sympy(real=True), symbol).subs(point)), rel=MORE_OPERATIONS
        )


def test_comparisons_that_sympy_refuses_are_false() -> None:
    assert symad.parse("Piecewise((1, sqrt(-1) < x), (2, True))").to_sympy() == 2


def test_heaviside_is_a_selection() -> None:
    tape = from_sympy(sympy.diff(sympy.Max(x, y), x)).compile()
    assert [float(tape.value([a, 1.0])) for a in (0.0, 1.0, 2.0)] == [0.0, 0.5, 1.0]
    assert math.isnan(float(tape.value([math.nan, 1.0])))


def test_long_sums_and_products_are_built_at_once() -> None:
    for operator in ("+", "*"):
        e = symad.parse(
            f" {operator} ".join(f"(x - {k})" if operator == "*" else f"{k}*sin(x)**{k}" for k in range(1, 1000))
        )
        assert len(to_sympy(e).args) == 999
        assert from_sympy(to_sympy(e)).n_outputs == 1


def test_deep_nests_are_refused_not_crashed() -> None:
    for depth in (900, MAX_DEPTH + 1, 10_000):
        with pytest.raises(UnsupportedError, match="nested"):
            to_sympy(symad.parse("sin(" * depth + "x" + ")" * depth))


def test_bindings_are_shared_and_nodes_limited() -> None:
    t = sympy.Dummy("t")
    e = read([t + sin(t), t * t], inputs=real_symbols(["x"]), bindings=[(t, log(x) * x)])
    assert e.counts.n_distinct == 5
    with pytest.raises(BudgetError, match="3"):
        read([t + sin(t)], inputs=real_symbols(["x"]), bindings=[(t, log(x) * x)], max_nodes=3)


def test_symbols_are_those_that_users_make() -> None:
    k = sympy.Symbol("k")
    e = symad.parse("k*x**2 + Abs(k)")
    assert e.symbols == {"k": k, "x": sympy.Symbol("x")}
    assert sympy.diff(symad.parse("k*x**2").to_sympy(), k) == sympy.Symbol("x") ** 2
    assert e.to_sympy().free_symbols == {*e.symbols.values()} == {k, sympy.Symbol("x")}
    assert symad.gradient(e).to_sympy().free_symbols == {k, sympy.Symbol("x")}


def test_real_symbols_on_request() -> None:
    e = symad.parse("Abs(k)")
    real = e.to_sympy(real=True)
    assert real == sympy.Abs(sympy.Symbol("k", real=True))
    assert e.symbols == {"k": sympy.Symbol("k", real=True)}
    assert sympy.diff(real, e.symbols["k"]) == sympy.sign(sympy.Symbol("k", real=True))
    assert symad.gradient(e).symbols == {"k": sympy.Symbol("k")}  # it has not been asked for others
    symad.symbolic_gradient(e)
    assert e.symbols == {"k": sympy.Symbol("k", real=True)}
    assert to_sympy(e) == sympy.Abs(sympy.Symbol("k"))
    assert e.symbols == {"k": sympy.Symbol("k")}
    other = sympy.Symbol("other")
    assert e.to_sympy(symbols={"k": other}) == sympy.Abs(other)
    assert e.symbols == {"k": other}


def test_symbols_of_sympy_stay_what_they_were() -> None:
    own = sympy.Symbol("k", positive=True)
    e = symad.from_sympy(own**2)
    for real in (False, True):
        assert e.to_sympy(real=real) == own**2
        assert e.symbols == {"k": own}
        assert symad.gradient(e).to_sympy(real=real) == 2 * own


def round_trip(expr: Any, **options: Any) -> tuple[tuple[str, ...], Any]:
    """The variables of an Expression, and what comes back."""
    f = symad.from_sympy(expr, **options)
    return f.variables, f.to_sympy()


def test_functions_of_code_generation_stay_what_they_are() -> None:
    from sympy.codegen.cfunctions import Cbrt, Sqrt, exp2, expm1, fma, hypot, log1p, log2, log10
    from sympy.codegen.numpy_nodes import logaddexp, maximum, minimum

    x, y, z = sympy.symbols("x y z")
    for head in (expm1, log1p, exp2, log2, log10, Cbrt):
        assert round_trip(head(x)) == (("x",), head(x))
    for head in (hypot, logaddexp):
        assert round_trip(head(x, y)) == (("x", "y"), head(x, y))
    assert round_trip(maximum(x, y) + minimum(x, y))[1] == sympy.Max(x, y) + sympy.Min(x, y)
    assert round_trip(Sqrt(x) + fma(x, y, z))[1] == sympy.sqrt(x) + x * y + z
    assert symad.from_sympy(expm1(x)) == symad.parse("expm1(x)")
    assert symad.to_sympy("expm1(x)") == sympy.exp(x) - 1  # text has SymPy's own functions


def test_what_has_no_value_of_its_own_is_a_variable_where_it_is_listed() -> None:
    t, m = sympy.symbols("t m")
    q = sympy.Function("q")(t)
    energy = m * q.diff(t) ** 2 / 2 - m * q
    assert round_trip(energy, variables=[q, q.diff(t), m]) == (("q_t", "dq_dt", "m"), energy)
    f = symad.from_sympy(energy, variables=[q, q.diff(t), m])
    assert symad.gradient(f, wrt=q.diff(t)).to_sympy() == m * q.diff(t)
    assert round_trip(t * q.diff(t, 2), variables=[q.diff(t, 2), t])[0] == ("d2q_dt2", "t")
    v, a = sympy.IndexedBase("v"), sympy.MatrixSymbol("A", 2, 2)
    assert round_trip(v[0] * v[1] ** 2, variables=[v[0], v[1]]) == (("v0", "v1"), v[0] * v[1] ** 2)
    assert round_trip(a[0, 1] * a[1, 0], variables=[a[0, 1], a[1, 0]]) == (("A0_1", "A1_0"), a[0, 1] * a[1, 0])


@pytest.mark.parametrize(("text", "said"), [
    ("f(x)*2", r"f(x) has no value of its own: list it, variables=[f(x), ...]"),
    ("Integral(exp(-x**2), x)", "Integral(exp(-x**2), x) is not evaluated: pass what its .doit() returns"),
    ("Sum(x**n, (n, 1, 3))", "Sum(x**n, (n, 1, 3)) is not evaluated"),
    ("Product(x**n, (n, 1, 3))", "Product(x**n, (n, 1, 3)) is not evaluated"),
    ("Derivative(sin(x), x)", "Derivative(sin(x), x) is not evaluated"),
    ("Ynm(1, 1, x, n)", "SymPy's Ynm has no operation here: Ynm(1, 1, x, n)"),
])  # fmt: skip
def test_refusals_name_the_object(text: str, said: str) -> None:
    expr = sympy.sympify(text, locals={"f": sympy.Function("f")})
    with pytest.raises(symad.UnsupportedError, match=re.escape(said)):
        symad.from_sympy(expr + sympy.Symbol("z"))


def test_what_cse_returns_is_what_it_stands_for() -> None:
    x, y = sympy.symbols("x y")
    exprs = [sympy.sin(x * y) + sympy.cos(x * y), x * y]
    f = symad.from_sympy(sympy.cse(exprs))
    assert f == symad.from_sympy(exprs) or f.to_sympy() == sympy.Tuple(*exprs)
    assert f.variables == ("x", "y")
    assert symad.from_sympy(sympy.cse([x])) == symad.parse("x")


def test_nested_lists_and_arrays_are_read_row_by_row() -> None:
    x, y = sympy.symbols("x y")
    rows = [[x, y], [x * y, 1]]
    for given in (rows, tuple(map(tuple, rows)), np.array(rows, dtype=object), sympy.Array(rows), sympy.Matrix(rows)):
        assert symad.from_sympy(given) == symad.parse("(x, y, x*y, 1)")
