"""Calls of a Tape by name, by some variables, and with variables held or fixed."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest
from tolerances import FEW_OPERATIONS

import symad

TEXT = "k*x**2*sin(y) + y**3"
AT = np.array([[3.0, 2.0, 0.5], [1.0, -1.5, 2.0], [0.25, 4.0, -1.0]])  # k, x, y
TAPE = symad.compile(TEXT)
PAIR = symad.compile("r = k*x; (r, x*sin(k))")
METHODS = ("value", "gradient", "value_and_gradient", "jacobian", "hessian")


@pytest.mark.parametrize("method", METHODS)
def test_by_name_in_by_name_out(method: str) -> None:
    by_place = getattr(TAPE, method)(AT)
    k, x, y = AT.T
    by_name = getattr(TAPE, method)(y=y, x=x, k=k)
    as_mapping = getattr(TAPE, method)({"x": x, "k": k, "y": y, "other": 1.0})
    assert repr(by_name) == repr(as_mapping)
    if method == "value_and_gradient":
        assert by_name[0].tolist() == by_place[0].tolist()
        by_name, by_place = by_name[1], by_place[1]
    if method == "value":
        assert by_name.tolist() == by_place.tolist()
    elif method in ("gradient", "value_and_gradient"):
        assert list(by_name) == ["k", "x", "y"]
        assert np.stack([*by_name.values()], axis=-1).tolist() == by_place.tolist()
    else:
        for row, columns in enumerate(by_name.values()):
            assert np.stack([*columns.values()], axis=-1).tolist() == by_place[:, row].tolist()


def test_names_broadcast_and_one_point_gives_numbers() -> None:
    found = TAPE.gradient(k=3.0, x=[[1.0], [2.0]], y=[0.0, 0.5, 1.0])
    assert found["y"].shape == (2, 3)
    assert isinstance(TAPE.gradient(k=3.0, x=2.0, y=0.5)["x"], float)
    with pytest.raises(symad.ShapeError, match="do not broadcast"):
        TAPE.gradient(k=[1.0, 2.0], x=[1.0, 2.0, 3.0], y=0.0)


def test_names_that_are_missing_or_unknown_are_named() -> None:
    with pytest.raises(symad.ShapeError, match="no entry y for the variable y"):
        TAPE.gradient(k=1.0, x=1.0)
    with pytest.raises(
        symad.ShapeError, match=r"gradient: alpa is no variable of the formula \(alpha\); did you mean alpha"
    ):
        symad.compile("alpha**2").gradient(alpa=1.0)
    with pytest.raises(symad.ShapeError, match="gradient needs points"):
        TAPE.gradient()
    with pytest.raises(symad.ShapeError, match="by place and by name"):
        TAPE.gradient(AT, x=1.0)
    with pytest.raises(symad.ShapeError, match="out is for points in an array"):
        TAPE.gradient(k=1.0, x=1.0, y=1.0, out=np.empty(3))


def test_a_variable_called_like_an_option_goes_by_mapping() -> None:
    tape = symad.compile("wrt**2*out + threads")
    assert tape.gradient({"wrt": 2.0, "out": 3.0, "threads": 1.0}) == {"wrt": 12.0, "out": 4.0, "threads": 1.0}
    assert symad.compile("x**2*self").gradient(x=3.0, self=2.0) == {"x": 12.0, "self": 9.0}


@pytest.mark.parametrize("wrt", [["y", "k"], ("x",), "x", "k"])
def test_by_some_variables_the_bits_are_those_of_all(wrt: Any) -> None:
    columns = [TAPE.variables.index(name) for name in ([wrt] if isinstance(wrt, str) else wrt)]
    at: Any = columns[0] if isinstance(wrt, str) else columns
    rows: Any = columns[0] if isinstance(wrt, str) else np.array(columns)[:, None]
    assert TAPE.gradient(AT, wrt=wrt).tolist() == TAPE.gradient(AT)[:, at].tolist()
    value, gradient = TAPE.value_and_gradient(AT, wrt=wrt)
    assert (value.tolist(), gradient.tolist()) == (TAPE.value(AT).tolist(), TAPE.gradient(AT)[:, at].tolist())
    assert TAPE.hessian(AT, wrt=wrt).tolist() == TAPE.hessian(AT)[:, rows, at].tolist()
    assert PAIR.vjp(AT[:, :2], [1.0, 2.0], wrt="x").tolist() == PAIR.vjp(AT[:, :2], [1.0, 2.0])[:, 1].tolist()
    assert TAPE.gradient(AT[0], wrt=wrt).tolist() == TAPE.gradient(AT[0])[at].tolist()


def test_matrices_and_products_by_some() -> None:
    points = AT[:, :2]
    assert PAIR.jacobian(points, wrt="x").tolist() == PAIR.jacobian(points)[:, :, 1].tolist()
    assert PAIR.jacobian(points, wrt=["x"]).shape == (3, 2, 1)
    assert TAPE.jvp(AT, [2.0], wrt=["x"]).tolist() == TAPE.jvp(AT, [0.0, 2.0, 0.0]).tolist()
    found = TAPE.hvp(AT, [1.0, -1.0], wrt=["x", "y"])
    np.testing.assert_allclose(found, TAPE.hvp(AT, [0.0, 1.0, -1.0])[:, 1:], rtol=FEW_OPERATIONS)
    weighted = PAIR.hessian(points, [1.0, 2.0], wrt=["x", "k"])
    assert weighted.tolist() == PAIR.hessian(points, [1.0, 2.0])[:, ::-1, ::-1].tolist()


def test_sparse_answers_by_some() -> None:
    structure, values = TAPE.hessian(AT, sparse=True, wrt=["y", "x"])
    dense = TAPE.hessian(AT, wrt=["y", "x"])
    assert values.tolist() == dense[:, structure.rows, structure.columns].tolist()
    structure, values = PAIR.jacobian(AT[:, :2], sparse=True, wrt=["x"])
    assert values.tolist() == PAIR.jacobian(AT[:, :2], wrt=["x"])[:, structure.rows, structure.columns].tolist()
    with pytest.raises(symad.ExpressionError, match="coloured products are by all variables"):
        TAPE.hessian(AT, sparse=True, method="coloured", wrt=["y", "x"])


def test_wrt_by_name_leaves_the_axis_out() -> None:
    k, x, y = AT.T
    assert list(TAPE.gradient(k=k, x=x, y=y, wrt=("y", "x"))) == ["y", "x"]
    assert TAPE.gradient(k=k, x=x, y=y, wrt="y").tolist() == TAPE.gradient(AT)[:, 2].tolist()
    assert TAPE.hessian(k=k, x=x, y=y, wrt="y").tolist() == TAPE.hessian(AT)[:, 2, 2].tolist()
    assert TAPE.jvp({"k": 3.0, "x": 2.0, "y": 0.5}, {"x": 1.0}, wrt=["x"]) == TAPE.gradient([3.0, 2.0, 0.5], wrt="x")


@pytest.mark.parametrize("wrt", ["z", ["k", "z"], [], ["k", "k"]])
def test_other_names_of_wrt_are_refused(wrt: Any) -> None:
    with pytest.raises(symad.ShapeError, match="wrt"):
        TAPE.gradient(AT, wrt=wrt)


def test_held_variables_are_last_and_never_differentiated() -> None:
    held = symad.compile(TEXT, held=["k"])
    points = AT[:, [1, 2, 0]]
    assert (held.variables, held.free) == (("x", "y", "k"), ("x", "y"))
    assert held.gradient(points).tolist() == TAPE.gradient(AT)[:, 1:].tolist()
    assert held.gradient(points[0]).tolist() == TAPE.gradient(AT[0])[1:].tolist()
    assert held.hessian(points).tolist() == TAPE.hessian(AT)[:, 1:, 1:].tolist()
    assert held.gradient(points[:, :2], k=points[:, 2]).tolist() == held.gradient(points).tolist()
    assert list(held.gradient(x=1.0, y=2.0, k=3.0)) == ["x", "y"]
    assert held.gradient(points, wrt="k").tolist() == TAPE.gradient(AT)[:, 0].tolist()
    out = np.empty(3), np.empty((3, 2))
    assert held.value_and_gradient(points, out=out)[1].tolist() == TAPE.gradient(AT)[:, 1:].tolist()
    held.bind(points, out=out)()
    assert out[1].tolist() == TAPE.gradient(AT)[:, 1:].tolist()
    assert pickle.loads(pickle.dumps(held)).free == ("x", "y")


def test_a_call_by_name_of_a_fixed_tape_reads_its_arrays_and_leaves_them() -> None:
    fixed = symad.compile("k*exp(-Ea/(R*T))").fix(R=8.314)
    given = {"k": np.array([1.0, 2.0]), "Ea": np.array([1000.0, 2000.0]), "T": np.array([300.0, 400.0])}
    kept = {name: column.copy() for name, column in given.items()}
    for _ in range(2):
        found = fixed(**given)
        assert found.tolist() == fixed.value(np.stack(list(given.values()), axis=-1)).tolist()
        assert all((given[name] == kept[name]).all() for name in given)


def test_fixed_variables_are_filled_in_with_the_bits_of_the_tape() -> None:
    fixed = TAPE.fix(k=3)
    points = np.column_stack([np.full(3, 3.0), AT[:, 1:]])
    assert (fixed.variables, dict(fixed.fixed)) == (("x", "y"), {"k": 3.0})
    assert fixed.value(AT[:, 1:]).tolist() == TAPE.value(points).tolist()
    assert fixed.gradient(AT[:, 1:]).tolist() == TAPE.gradient(points)[:, 1:].tolist()
    assert fixed.hessian(AT[:, 1:]).tolist() == TAPE.hessian(points)[:, 1:, 1:].tolist()
    assert fixed.jvp(AT[0, 1:], [1.0, 0.0]) == TAPE.jvp(points[0], [0.0, 1.0, 0.0])
    assert fixed(x=2.0, y=0.5) == TAPE(k=3.0, x=2.0, y=0.5)
    assert fixed.gradient(x=2.0, y=0.5).keys() == {"x", "y"}
    assert fixed.check(AT[:, 1:]).numbers.shape == (3, 3)
    assert fixed.sweep(AT[0, 1:]).value == TAPE.value(points[0])
    again = pickle.loads(pickle.dumps(fixed))
    assert again.gradient(AT[0, 1:]).tolist() == fixed.gradient(AT[0, 1:]).tolist()
    assert fixed.fix(x=2.0).gradient([0.5]).tolist() == TAPE.gradient([3.0, 2.0, 0.5])[2:].tolist()


def test_what_cannot_be_fixed_or_done_is_said() -> None:
    fixed = TAPE.fix({"k": 3})
    for wrong, said in (({"k": 1.0}, "k is fixed already, at 3.0"), ({"z": 1.0}, "z is no variable")):
        with pytest.raises(symad.ShapeError, match=said):
            fixed.fix(wrong)
    with pytest.raises(symad.ShapeError, match=r"wrt: k is fixed at 3\.0"):
        fixed.gradient(AT[:, 1:], wrt="k")
    with pytest.raises(symad.ShapeError, match=r"points have shape \(..., 2\)"):
        fixed.value(AT)
    with pytest.raises(symad.UnsupportedError, match="fixed variables"):
        _ = fixed.ufunc


@pytest.mark.parametrize("points", [AT[0, 1:], AT[:, 1:]], ids=["one", "many"])
def test_a_bound_call_of_a_fixed_tape_reads_its_array_each_time(points: Any) -> None:
    fixed, x = TAPE.fix(k=3), points.copy()
    value, gradient = np.empty(x.shape[:-1]), np.empty(x.shape)
    call = fixed.bind(x, out=(value, gradient))
    for _ in range(2):
        call()
        assert value.tolist() == fixed.value(x).tolist()
        assert gradient.tolist() == fixed.gradient(x).tolist()
        x += 0.5


def test_checks_look_at_what_was_asked_for() -> None:
    tape = symad.compile("(1 - cos(x))/x**2 + k")
    with pytest.raises(symad.DoubtfulError):
        tape.gradient([1e-8, 1.0], check="raise")
    assert tape.gradient([1e-8, 1.0], wrt="k", check="raise") == 1.0
