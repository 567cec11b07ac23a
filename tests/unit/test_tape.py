"""Tape: shapes, types, strides, sweeps seen whole, status."""

from __future__ import annotations

import pickle
import threading

import numpy as np
import pytest
from tolerances import FEW_OPERATIONS, LAST_PLACES

import symad

PROGRAM = "a = x**2; b = sin(a); c = a + b; a*c"
POINTS = np.array([[0.5, 1.0], [2.0, -3.0], [1.5, 0.25]])


@pytest.fixture(scope="module")
def two() -> symad.Tape:
    """A function of two variables."""
    return symad.compile("x*sin(y) + x**2")


def test_shapes_follow_the_points(two: symad.Tape) -> None:
    assert two.value(POINTS[0]).shape == ()
    assert isinstance(two.value(POINTS[0]), np.float64)
    assert two.value(POINTS).shape == (3,)
    assert two.value(POINTS.reshape(3, 1, 2)).shape == (3, 1)
    assert two.value(np.empty((0, 2))).shape == (0,)
    assert two.gradient(POINTS).shape == (3, 2)
    assert two.hessian(POINTS).shape == (3, 2, 2)
    assert two.jacobian(POINTS).shape == (3, 1, 2)
    value, gradient = two.value_and_gradient(POINTS)
    assert (value.shape, gradient.shape) == ((3,), (3, 2))
    assert two.jvp(POINTS, [1.0, 0.0]).shape == (3,)
    assert two.hvp(POINTS, POINTS).shape == (3, 2)
    assert two.vjp(POINTS, np.ones((3, 1))).shape == (3, 2)


def test_several_outputs_add_an_axis() -> None:
    tape = symad.compile("(x, x + y, x*y)")
    assert tape.value(POINTS).shape == (3, 3)
    assert tape.jacobian(POINTS).shape == (3, 3, 2)
    assert tape.jvp(POINTS, POINTS).shape == (3, 3)
    assert tape.vjp(POINTS, [1.0, 0.0, 2.0]).shape == (3, 2)


def test_numbers(two: symad.Tape) -> None:
    x, y = POINTS.T
    np.testing.assert_allclose(two.value(POINTS), x * np.sin(y) + x**2, rtol=LAST_PLACES)
    np.testing.assert_allclose(
        two.gradient(POINTS), np.stack([np.sin(y) + 2 * x, x * np.cos(y)], -1), rtol=FEW_OPERATIONS
    )
    np.testing.assert_allclose(two.hessian(POINTS)[:, 0, 1], np.cos(y), rtol=LAST_PLACES)
    np.testing.assert_allclose(two.jvp(POINTS, [1.0, 2.0]), two.gradient(POINTS) @ [1.0, 2.0], rtol=FEW_OPERATIONS)
    assert two(POINTS).tolist() == two.value(POINTS).tolist()


def test_any_strides(two: symad.Tape) -> None:
    big = np.zeros((6, 4))
    big[::2, ::2] = POINTS
    wanted = two.gradient(POINTS)
    for points in (np.asfortranarray(POINTS), big[::2, ::2], POINTS[::-1][::-1], POINTS.astype(np.float64, order="F")):
        np.testing.assert_array_equal(two.gradient(points), wanted)


def test_real_types_become_doubles(two: symad.Tape) -> None:
    for dtype in (np.int32, np.int64, np.uint8, np.float32, np.bool_):
        assert two.value(np.ones((2, 2), dtype=dtype)).dtype == np.float64
    assert two.value([1, 2]) == two.value([1.0, 2.0])


@pytest.mark.parametrize("points", [[1j, 0.0], np.array(["1", "2"]), np.array([1.0, None])])
def test_other_types_are_refused_by_name(two: symad.Tape, points: object) -> None:
    with pytest.raises(symad.ShapeError, match="real numbers, not"):
        two.value(points)


@pytest.mark.parametrize("shape", [(), (1,), (3,), (2, 3), (2, 1)])
def test_wrong_shapes_are_refused(two: symad.Tape, shape: tuple[int, ...]) -> None:
    with pytest.raises(symad.ShapeError, match=r"\(x, y\)"):
        two.value(np.zeros(shape))


def test_one_variable() -> None:
    tape = symad.compile("x**2")
    assert tape.value(3.0) == 9.0
    assert tape.gradient(3.0).tolist() == [6.0]
    assert tape.value(np.array([[1.0], [2.0]])).tolist() == [1.0, 4.0]
    with pytest.raises(symad.ShapeError, match=r"x\[:, None\]"):
        tape.value(np.array([1.0, 2.0]))


def test_the_sweep_as_a_lecturer_writes_it() -> None:
    sweep = symad.compile(PROGRAM).sweep(2.0)
    labels = {name: node for node, name in sweep.expression.labels.items()}
    values = {name: sweep.values[node] for name, node in labels.items()}
    adjoints = {name: sweep.adjoints[node] for name, node in labels.items()}
    assert values == pytest.approx(
        {"x": 2.0, "a": 4.0, "b": -0.7568024953079282, "c": 3.2431975046920716}, rel=LAST_PLACES
    )
    assert adjoints == pytest.approx(
        {"c": 4.0, "b": 4.0, "a": 4.628623021237624, "x": 18.514492084950497}, rel=LAST_PLACES
    )
    assert sweep.value == pytest.approx(12.972790018768286, rel=LAST_PLACES)
    assert sweep.gradient == pytest.approx([18.514492084950497], rel=LAST_PLACES)
    assert sweep.partials[labels["b"], 0] == pytest.approx(np.cos(4.0), rel=LAST_PLACES)
    assert sweep.live.all()


def test_a_sweep_cannot_be_changed() -> None:
    sweep = symad.compile(PROGRAM).sweep(2.0)
    with pytest.raises(ValueError, match="read-only"):
        sweep.values[0] = 1.0


def test_dead_branches_are_not_live() -> None:
    sweep = symad.compile("Piecewise((log(x), x > 0), (2*x, True))").sweep(-1.0)
    assert not sweep.live.all()
    assert sweep.gradient.tolist() == [2.0]
    assert not sweep.status


@pytest.mark.parametrize(
    ("text", "point", "name", "where"),
    [
        ("1 + log(x - 3)", 2.0, "domain", "log(x - 3)"),
        ("Max(x, 2)", 2.0, "tie", "Max(x, 2)"),
        ("exp(x)*2", 1000.0, "overflow", "exp(x)"),
        ("exp(-x) + 1", 1000.0, "underflow", "exp(-x)"),
        ("x - x", np.inf, "indeterminate", "x - x"),
        ("Piecewise((x, x < 1), (2*x, True))", np.nan, "nan_condition", "x < 1"),
    ],
)
def test_status_names_the_cause(text: str, point: float, name: str, where: str) -> None:
    status = symad.compile(text).sweep(point).status
    assert status
    assert [(bit.name, bit.text) for bit in status.bits if bit.name == name] == [(name, where)]
    assert f"{name} at {where}" in str(status)
    assert str(symad.compile("x").sweep(1.0).status) == "clean"


def test_tangents() -> None:
    tape = symad.compile("(x*y, x + y)")
    tangent = tape.tangent([2.0, 3.0], [1.0, -1.0])
    assert [tangent.slopes[node] for node in tape.expression.outputs] == [1.0, 0.0]
    assert not tangent.status


def test_a_sweep_takes_one_point(two: symad.Tape) -> None:
    with pytest.raises(symad.ShapeError, match="one point"):
        two.sweep(POINTS)
    with pytest.raises(symad.ShapeError):
        two.tangent([1.0, 2.0], [1.0])
    with pytest.raises(symad.ExpressionError, match="one output"):
        symad.compile("(x, -x)").sweep(1.0)


def test_directions_and_weights_have_shapes_too(two: symad.Tape) -> None:
    with pytest.raises(symad.ShapeError, match="directions or weights"):
        two.jvp(POINTS, [1.0])
    with pytest.raises(symad.ShapeError, match="directions or weights"):
        two.vjp(POINTS, [1.0, 2.0])


def test_tapes_are_values(two: symad.Tape) -> None:
    copy = pickle.loads(pickle.dumps(two))
    np.testing.assert_array_equal(copy.gradient(POINTS), two.gradient(POINTS))
    assert repr(two).startswith("<Tape of <Expression 'x*sin(y) + x**2'")
    assert (two.variables, two.n_outputs) == (("x", "y"), 1)


def test_compile_takes_text_and_expressions() -> None:
    written = symad.parse("y*x")
    assert symad.compile("y*x").expression == symad.compile(written).expression == written.compile().expression
    assert symad.compile("y*x", variables=["x", "y"]).variables == ("x", "y")


def test_threads_share_a_tape() -> None:
    tape = symad.compile(PROGRAM)
    points = np.linspace(0.1, 3.0, 2000)[:, None]
    wanted, found = tape.gradient(points), dict[int, np.ndarray]()
    fresh = symad.compile(PROGRAM)
    threads = [threading.Thread(target=lambda k=k: found.setdefault(k, fresh.gradient(points))) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(np.array_equal(found[k], wanted) for k in range(4))


def test_a_long_and_a_deep_formula() -> None:
    """10^5 terms and a nest 10^4 deep, gradients included."""
    terms = symad.compile("+".join(["x*y"] * 50_000))
    assert terms.value([2.0, 3.0]) == 300_000.0
    assert terms.gradient([2.0, 3.0]).tolist() == [150_000.0, 100_000.0]
    nest = symad.compile("sin(" * 9_999 + "x" + ")" * 9_999)
    assert np.isfinite(nest.gradient(0.5)).all()


def test_check_and_gradient_do_not_disturb_each_other() -> None:
    """Both use the program of value and gradient."""
    tape = symad.compile("x*y + sin(x)")
    points = np.array([[0.3, 0.7], [1.0, -2.0], [0.5, 0.25]])
    before = tape.value_and_gradient(points)
    tape = symad.compile("x*y + sin(x)")
    assert not tape.check(points).status.any()
    after = tape.value_and_gradient(points)
    assert np.array_equal(before[0], after[0])
    assert np.array_equal(before[1], after[1])
    assert np.allclose(after[1][:, 1], points[:, 0])


def test_a_bound_call_reads_and_writes_its_arrays() -> None:
    tape = symad.compile("x**2*y")
    x, value, gradient = np.array([3.0, 2.0]), np.empty(()), np.empty(2)
    call = tape.bind(x, out=(value, gradient))
    call()
    assert (value[()], *gradient) == (18.0, 12.0, 9.0)
    x[:] = 1.0, 5.0
    call()
    assert (value[()], *gradient) == (5.0, 10.0, 1.0)
    with pytest.raises(symad.ShapeError, match="gradient"):
        tape.bind(x, out=(value, np.empty(3)))
    with pytest.raises(symad.ShapeError, match="float64"):
        tape.bind(x.astype(np.float32), out=(value, gradient))


def test_out_must_fit() -> None:
    tape = symad.compile("x*y")
    for wrong in (np.empty(3, dtype=np.float32), np.empty(4), [0.0]):
        with pytest.raises(symad.ShapeError, match="out"):
            tape.value(np.ones((3, 2)), out=wrong)
