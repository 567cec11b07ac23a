"""Sparse Jacobians and Hessians: places by hand, entries against SymPy, the forms that solvers take."""

from __future__ import annotations

import itertools
import sys
import tracemalloc

import mpmath
import numpy as np
import pytest
import sympy
from tolerances import LONG_SUMS, REMAINDERS

import symad
from symad._core import ufunc

MOST_MEGABYTES = 1000  # the square of the variables alone would be 3200
RTOL = 1e-12  # some tens of roundings
BARRIER = 1e-4  # what a barrier keeps from a bound when it stops


def rosenbrock(n: int) -> symad.Expression:
    terms = (f"100*(x{i + 1} - x{i}**2)**2 + (1 - x{i})**2" for i in range(n - 1))
    return symad.parse(f"{', '.join(f'x{i}' for i in range(n))}: {' + '.join(terms)}")


def arrow(n: int) -> symad.Expression:
    """A Hessian full in its first row and column, and on its diagonal."""
    terms = (f"sin(x0*x{i}) + x{i}**3" for i in range(1, n))
    return symad.parse(f"{', '.join(f'x{i}' for i in range(n))}: {' + '.join(terms)}")


def exact_hessian(expression: symad.Expression, point: np.ndarray) -> np.ndarray:
    """By SymPy's rules, to 30 digits."""
    names = sympy.symbols(expression.variables)
    rules = sympy.hessian(sympy.sympify(str(expression).partition(":")[2] or str(expression)), names)
    with mpmath.workdps(30):
        return np.array(sympy.lambdify(names, rules, "mpmath")(*map(mpmath.mpf, point.tolist())).tolist(), dtype=float)


def whole(structure: tuple[np.ndarray, np.ndarray], values: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    made = np.zeros((*values.shape[:-1], *shape))
    made[..., structure[0], structure[1]] = values
    return made


@pytest.mark.parametrize("expression", [rosenbrock(6), arrow(6)], ids=["rosenbrock", "arrow"])
def test_entries_of_hessians(expression: symad.Expression) -> None:
    tape, points = symad.compile(expression), np.random.default_rng(7).uniform(0.5, 1.5, (70, 6))
    wanted = np.stack([exact_hessian(expression, point) for point in points[:3]])
    structure, values = tape.hessian(points, sparse=True)
    assert values.shape == (70, len(structure.rows))
    np.testing.assert_allclose(whole(structure, values, (6, 6))[:3], wanted, rtol=RTOL)
    np.testing.assert_allclose(tape.hessian(points)[:3], wanted, rtol=RTOL)
    lower, below = tape.hessian(points, sparse=True, lower=True)
    np.testing.assert_array_equal(whole(lower, below, (6, 6)), np.tril(whole(structure, values, (6, 6))))
    one = np.stack([tape.hessian(point, sparse=True)[1] for point in points])
    np.testing.assert_array_equal(one, values)
    direction = np.linspace(-1.0, 2.0, 6)
    products = tape.hvp(points, direction)
    np.testing.assert_allclose(products[:3], wanted @ direction, rtol=RTOL)
    np.testing.assert_array_equal(tape.hvp(points[4], direction), products[4])


def test_places_are_those_of_the_formula_and_in_order() -> None:
    tape = symad.compile(rosenbrock(50))
    rows, columns = tape.hessian_structure()
    near = [(i, j) for i, j in itertools.product(range(50), repeat=2) if abs(i - j) <= 1]
    assert list(zip(rows.tolist(), columns.tolist(), strict=True)) == near
    rows, columns = tape.hessian_structure(lower=True)
    assert list(zip(rows.tolist(), columns.tolist(), strict=True)) == [(i, j) for i, j in near if i >= j]
    assert len(symad.compile(arrow(50)).hessian_structure(lower=True).rows) == 99
    with pytest.raises(ValueError, match="read-only"):
        rows[0] = 1


def test_jacobians() -> None:
    tape = symad.compile("x, y, z: (x*y, 3, z**2, sin(x) + 2*z, y)")
    points = np.random.default_rng(8).uniform(-1, 1, (5, 3))
    structure, values = tape.jacobian(points, sparse=True)
    assert [part.tolist() for part in structure] == [[0, 0, 2, 3, 3, 4], [0, 1, 2, 0, 2, 1]]
    assert structure is tape.jacobian_structure()
    x, y, z = points.T
    np.testing.assert_allclose(values, np.stack([y, x, 2 * z, np.cos(x), 2 + 0 * x, 1 + 0 * x], -1), rtol=RTOL)
    np.testing.assert_array_equal(whole(structure, values, (5, 3)), tape.jacobian(points))
    out = np.empty((5, 6))
    assert tape.jacobian(points, sparse=True, out=out, threads=2)[1] is out
    np.testing.assert_array_equal(out, values)


def test_weights_of_several_outputs() -> None:
    """What constraints hand over: the Hessian of a Lagrangian."""
    tape = symad.compile("x, y, z: (x*y, x + 2*y, sin(x) + z**3)")
    point, weights = np.array([0.5, 2.0, -1.5]), np.array([3.0, 7.0, -2.0])
    wanted = np.array([[2 * np.sin(0.5), 3.0, 0.0], [3.0, 0.0, 0.0], [0.0, 0.0, -2.0 * 6 * -1.5]])
    structure, values = tape.hessian(point, weights, sparse=True)
    assert [part.tolist() for part in structure] == [[0, 0, 1, 2], [0, 1, 0, 2]]
    np.testing.assert_allclose(whole(structure, values, (3, 3)), wanted, rtol=RTOL)
    np.testing.assert_allclose(tape.hessian(point, weights), wanted, rtol=RTOL)
    many = tape.hessian(np.stack([point, point]), weights, sparse=True, lower=True)[1]
    assert many.shape == (2, 3)
    assert tape.hessian_structure(lower=True).rows.tolist() == [0, 1, 2]
    with pytest.raises(symad.ShapeError, match="weights have shape"):
        tape.hessian(point, [1.0, 2.0], sparse=True)
    with pytest.raises(symad.ExpressionError, match="one output"):
        tape.hessian(point, sparse=True)
    with pytest.raises(symad.ExpressionError, match="sparse=True"):
        tape.hessian(point, weights, lower=True)
    np.testing.assert_allclose(symad.compile("x**2*y").hessian([3.0, 5.0], [2.0]), [[20.0, 12.0], [12.0, 0.0]])


def test_no_entry_at_all() -> None:
    tape = symad.compile("x + 2*y")
    structure, values = tape.hessian(np.ones((4, 2)), sparse=True)
    assert (len(structure.rows), values.shape) == (0, (4, 0))
    assert symad.compile("x, y: (1, 2)").jacobian([1.0, 2.0], sparse=True)[1].shape == (0,)
    with pytest.raises(symad.ShapeError, match=r"\(x, y\)"):
        tape.hessian([1.0], sparse=True)


@pytest.mark.parametrize("expression", [rosenbrock(6), arrow(6)], ids=["rosenbrock", "arrow"])
def test_hessians_by_colours(expression: symad.Expression) -> None:
    tape, points = symad.compile(expression), np.random.default_rng(17).uniform(0.5, 1.5, (3, 6))
    wanted = np.stack([exact_hessian(expression, point) for point in points])
    for lower in (False, True):
        structure, values = tape.hessian(points, sparse=True, lower=lower, method="coloured")
        assert structure is tape.hessian_structure(lower=lower)
        np.testing.assert_allclose(values, wanted[:, structure.rows, structure.columns], rtol=RTOL)
        one = tape.hessian(points[1], sparse=True, lower=lower, method="coloured")[1]
        np.testing.assert_array_equal(one, values[1])
    kept = np.empty((6, 3)).T[:, :3]
    diagonal = symad.compile("x, y, z: x**3 + y**3 + z**3")
    assert diagonal.hessian(points[:, :3], sparse=True, method="coloured", out=kept)[1] is kept
    np.testing.assert_allclose(kept, 6 * points[:, :3], rtol=RTOL)


def test_jacobians_by_colours() -> None:
    random = np.random.default_rng(18)
    names = sympy.symbols("x:7")
    picked = [random.choice(7, 3, replace=False).tolist() for _ in range(9)]
    rules = [sympy.sin(names[i] * names[j]) + names[k] ** 3 for i, j, k in picked]
    points = random.uniform(0.5, 1.5, (4, 7))
    exact = sympy.lambdify(names, sympy.Matrix(rules).jacobian(names), "mpmath")
    wanted = np.array([exact(*point).tolist() for point in points], dtype=float)
    for chosen in (rules, rules[:2], rules[:1]):  # many outputs: directions; few: weights
        tape = symad.compile(symad.from_sympy(chosen, variables=list(names)))
        structure, values = tape.jacobian(points, sparse=True, method="coloured", threads=2)
        assert values.shape == (4, 3 * len(chosen))
        np.testing.assert_allclose(values, wanted[:, structure.rows, structure.columns], rtol=RTOL)


def test_weighted_hessians_by_colours() -> None:
    tape = symad.compile("x, y, z: (x*y, x + 2*y, sin(x) + z**3)")
    points, weights = np.array([[0.5, 2.0, -1.5], [1.5, 1.0, 0.5]]), np.array([3.0, 7.0, -2.0])
    values = tape.hessian(points, weights, sparse=True, method="coloured")[1]
    x, _, z = points.T
    np.testing.assert_allclose(values, np.stack([2 * np.sin(x), 3 + 0 * x, 3 + 0 * x, -12 * z], -1), rtol=RTOL)


def test_an_infinite_slope_is_kept_from_others_of_its_colour() -> None:
    """sqrt has the slope inf at 0, and 0*inf is nan in a sum over columns."""
    tape = symad.compile("x, y, z: (sqrt(x) + y, sqrt(y)*z, z)")
    points = np.array([[0.0, 4.0, 1.0], [1.0, 4.0, 9.0]])
    found = tape.jacobian(points, sparse=True, method="coloured")[1]
    np.testing.assert_array_equal(found, [[np.inf, 1.0, 0.25, 2.0, 1.0], [0.5, 1.0, 2.25, 2.0, 1.0]])


def test_products_are_taken_where_they_are_shorter() -> None:
    """A long chain from few inputs to many outputs: a reverse sweep an output would be quadratic."""
    links = "; ".join(f"a{k} = sin(a{k - 1}) + x*a{k - 1}" for k in range(1, 400))
    text = f"x, y: a0 = x*y; {links}; ({', '.join(f'a{k}' for k in range(400))})"
    tape, point = symad.compile(text), np.array([0.3, 0.7])
    structure, values = tape.jacobian(point, sparse=True)
    assert set(tape._programs) == {"jvp"}
    np.testing.assert_allclose(values, tape.jacobian(point)[structure.rows, structure.columns], rtol=REMAINDERS)
    narrow = symad.compile(rosenbrock(30))
    narrow.hessian(np.ones(30), sparse=True)
    assert set(narrow._programs) == {"sparse_entries"}


def test_methods_have_names() -> None:
    with pytest.raises(symad.ExpressionError, match="entries, coloured or None, not 'colored'"):
        symad.compile("x*y").hessian([1.0, 2.0], sparse=True, method="colored")


def test_kinks_and_branches_keep_the_guards() -> None:
    """An entry behind a branch that is not taken is 0, not nan, as in the dense one."""
    tape = symad.compile("x, y: Piecewise((log(x)*y, x > 0), (x*y**2, True)) + Max(x, y)**2")
    points = np.array([[-1.0, 2.0], [2.0, -1.0], [1.0, 1.0]])
    structure, values = tape.hessian(points, sparse=True)
    np.testing.assert_array_equal(whole(structure, values, (2, 2)), tape.hessian(points))
    np.testing.assert_allclose(whole(structure, values, (2, 2))[0], [[0.0, 4.0], [4.0, 0.0]], rtol=RTOL)


def test_the_plain_way_gives_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    points = np.random.default_rng(9).uniform(0.5, 1.5, (9, 6))
    wanted = symad.compile(rosenbrock(6)).hessian(points, sparse=True)[1]
    monkeypatch.setattr(ufunc, "_table", lambda: None)
    np.testing.assert_array_equal(symad.compile(rosenbrock(6)).hessian(points, sparse=True)[1], wanted)


def test_large_and_sparse_takes_linear_work() -> None:
    tape = symad.compile(rosenbrock(3000))
    structure, values = tape.hessian(np.ones(3000), sparse=True)
    assert len(structure.rows) == 3 * 3000 - 2
    made = whole(structure, values, (3000, 3000))
    assert (made[0, 0], made[1, 1], made[1, 0], made[-1, -1]) == (802.0, 1002.0, -400.0, 200.0)


def test_matrices_of_scipy() -> None:
    pytest.importorskip("scipy", reason="SciPy is not installed")
    from scipy.optimize import NonlinearConstraint, minimize

    tape = symad.compile(rosenbrock(8))
    start = np.linspace(-1.0, 1.2, 8)
    matrix = tape.hessian(start, sparse="scipy")
    assert matrix.format == "csr"
    np.testing.assert_array_equal(matrix.toarray(), tape.hessian(start))
    with pytest.raises(symad.ShapeError, match="one point"):
        tape.hessian(np.ones((2, 8)), sparse="scipy")
    circle = symad.compile(f"{', '.join(tape.variables)}: ({' + '.join(f'{v}**2' for v in tape.variables)}, x0 - x7)")
    bounds = NonlinearConstraint(
        circle.value, [0.0, -1.0], [4.0, 1.0],
        jac=lambda x: circle.jacobian(x, sparse="scipy"), hess=lambda x, v: circle.hessian(x, v, sparse="scipy"),
    )  # fmt: skip
    found = minimize(
        tape.value, start, method="trust-constr", jac=tape.gradient, constraints=[bounds],
        hess=lambda x: tape.hessian(x, sparse="scipy"), options={"gtol": 1e-8, "xtol": 1e-12},
    )  # fmt: skip
    assert found.status in (1, 2)
    assert found.x @ found.x == pytest.approx(4.0, abs=BARRIER)  # the free minimum lies outside; a barrier keeps off
    normal = np.stack([2 * found.x, np.eye(8)[0] - np.eye(8)[7]], -1)
    slope = tape.gradient(found.x)
    assert np.abs(slope - normal @ np.linalg.lstsq(normal, slope, rcond=None)[0]).max() < 1e-4


def test_without_scipy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "scipy.sparse", None)
    with pytest.raises(symad.InteropError, match=r"symad\[scipy\]"):
        symad.compile("x*y").hessian([1.0, 2.0], sparse="scipy")


def test_higher_orders_by_repetition() -> None:
    written = symad.parse("x, y: sin(x*y) + x**3*exp(y)")
    third = symad.jacobian(symad.jacobian(symad.gradient(written)))
    names, point = sympy.symbols("x y"), np.array([0.7, -0.4])
    rule = sympy.sin(names[0] * names[1]) + names[0] ** 3 * sympy.exp(names[1])
    wanted = [
        float(sympy.diff(rule, *order).subs(dict(zip(names, point.tolist(), strict=True))).evalf(30))
        for order in itertools.product(names, repeat=3)
    ]
    np.testing.assert_allclose(symad.compile(third).value(point), wanted, rtol=RTOL)
    tape = symad.compile(symad.gradient(written))
    structure, values = tape.hessian(point, [1.0, 0.0], sparse=True)  # of the slope along x
    np.testing.assert_allclose(whole(structure, values, (2, 2)).ravel(), wanted[:4], rtol=RTOL)
    fourth = symad.compile(symad.hessian(written)).hvp
    with pytest.raises(symad.ExpressionError, match="one output"):
        fourth(point, point)


def test_seventh_derivative_of_one_variable() -> None:
    expression = symad.parse("tanh(x)*x**2")
    for _ in range(7):
        expression = symad.gradient(expression)
    x = sympy.Symbol("x")
    wanted = float(sympy.diff(sympy.tanh(x) * x**2, x, 7).subs(x, sympy.Rational(3, 10)).evalf(40))
    assert symad.compile(expression).value(0.3) == pytest.approx(wanted, rel=LONG_SUMS)


@pytest.mark.parametrize("method", [None, "coloured"])
@pytest.mark.parametrize("transposed", [False, True], ids=["row", "column"])
def test_one_full_row_or_column_needs_no_square_of_seeds(method: str | None, transposed: bool) -> None:
    n = 20_000
    names = [f"x{i}" for i in range(n)]
    if transposed:
        outputs = ", ".join(f"{name}**2 + sin(x0)" for name in names)
    else:
        outputs = f"{' + '.join(f'sin({name})' for name in names)}, {', '.join(f'{name}**2' for name in names)}"
    tape = symad.compile(symad.parse(f"{', '.join(names)}: {outputs}"))
    tracemalloc.start()
    _, values = tape.jacobian(np.full(n, 0.5), sparse=True, method=method)
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    assert len(values) == (2 * n - 1 if transposed else 2 * n)
    assert peak < MOST_MEGABYTES
