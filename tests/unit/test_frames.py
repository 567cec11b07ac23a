"""Points by name: mappings, frames, datasets and labelled rows are taken by name, never by position."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import symad

X, Y = np.array([4.0, 5.0, 6.0]), np.array([1.0, 2.0, 3.0])
POINTS = np.stack([X, Y], axis=-1)
TAPE = symad.compile("x**2*y + y**3")
PAIR = symad.compile("r = x*y; (r, x + y)")


class Column:
    """What a column of a frame has."""

    def __init__(self, values: Any, index: Any, name: str) -> None:
        self.values, self.index, self.name = np.asarray(values), index, name
        self.shape, self.dtype = self.values.shape, self.values.dtype

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return self.values if dtype is None else self.values.astype(dtype)


class Frame:
    """What a frame of pandas has: columns by name, an index, and an array by position, which must not be used."""

    def __init__(self, columns: dict[str, Any], index: Any) -> None:
        self._data, self.index, self.columns = columns, list(index), list(columns)
        self.shape = (len(self.index), len(columns))

    def __getitem__(self, name: str) -> Column:
        return Column(self._data[name], self.index, name)

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return np.stack(list(self._data.values()), axis=-1).astype(dtype or float)


def frame(**columns: Any) -> Frame:
    return Frame(columns, ["a", "b", "c"])


MIXED = {"y": Y, "b": X + Y, "x": X}  # not in the order of the variables, and more than these
FORMS = {"mapping": MIXED, "frame": frame(**MIXED)}


def by_name(answer: Any, names: tuple[str, ...] = ("x", "y")) -> Any:
    """An answer by name as an array, its names compared."""
    columns = list(answer) if isinstance(answer, dict) else answer.columns
    assert tuple(columns) == names
    assert isinstance(answer, dict) or answer.index == ["a", "b", "c"]
    return np.stack([np.asarray(answer[name]) for name in names], axis=-1)


@pytest.mark.parametrize("given", FORMS.values(), ids=FORMS)
def test_columns_are_taken_by_name(given: Any) -> None:
    assert np.array_equal(np.asarray(TAPE.value(given)), TAPE.value(POINTS))
    assert np.array_equal(np.asarray(TAPE(given)), TAPE.value(POINTS))
    assert np.array_equal(by_name(TAPE.gradient(given)), TAPE.gradient(POINTS))
    value, gradient = TAPE.value_and_gradient(given)
    assert np.array_equal(np.asarray(value), TAPE.value(POINTS))
    assert np.array_equal(by_name(gradient), TAPE.gradient(POINTS))
    found = TAPE.hessian(given)
    assert np.array_equal(np.stack([by_name(found[name]) for name in "xy"], axis=1), TAPE.hessian(POINTS))
    assert np.array_equal(by_name(TAPE.jacobian(given)["f"]), TAPE.jacobian(POINTS)[:, 0])
    assert np.array_equal(TAPE.check(given).error_bound, TAPE.check(POINTS).error_bound)


@pytest.mark.parametrize("given", FORMS.values(), ids=FORMS)
def test_directions_and_weights_come_by_name_too(given: Any) -> None:
    direction = {"y": 2.0, "x": 1.0}
    for method in ("jvp", "hvp"):
        plain = getattr(TAPE, method)(POINTS, [1.0, 2.0])
        assert np.array_equal(getattr(TAPE, method)(POINTS, direction), plain)
        named = getattr(TAPE, method)(given, direction)
        assert np.array_equal(np.asarray(named) if method == "jvp" else by_name(named), plain)
    assert np.array_equal(by_name(TAPE.hvp(given, given)), TAPE.hvp(POINTS, POINTS))
    weights = {"f2": 3.0, "r": 1.0}
    assert np.array_equal(by_name(PAIR.vjp(given, weights)), PAIR.vjp(POINTS, [1.0, 3.0]))
    found = PAIR.hessian(given, weights)["y"]
    assert np.array_equal(by_name(found), PAIR.hessian(POINTS, [1.0, 3.0])[:, 1])


@pytest.mark.parametrize("given", FORMS.values(), ids=FORMS)
def test_several_outputs_are_columns(given: Any) -> None:
    assert np.array_equal(by_name(PAIR.value(given), ("r", "f2")), PAIR.value(POINTS))
    assert np.array_equal(by_name(PAIR.jvp(given, [1.0, 0.0]), ("r", "f2")), PAIR.jvp(POINTS, [1.0, 0.0]))
    found = PAIR.jacobian(given)
    assert np.array_equal(np.stack([by_name(found[name]) for name in ("r", "f2")], axis=1), PAIR.jacobian(POINTS))


def test_names_of_outputs_do_not_meet() -> None:
    assert list(symad.compile("f1 = x*y; (2*x, f1, x + y)").value({"x": 1.0, "y": 2.0})) == ["f1_", "f1", "f3"]


def test_mappings_broadcast_and_keep_single_points_single() -> None:
    found = TAPE.gradient({"x": X, "y": 2.0})
    assert found["x"].shape == (3,)
    assert TAPE.value({"y": 1.0, "x": 2.0}) == 5.0
    assert np.ndim(TAPE.value({"y": 1.0, "x": 2.0})) == 0
    assert TAPE.sweep({"y": 1.0, "x": 2.0}).gradient.tolist() == TAPE.sweep([2.0, 1.0]).gradient.tolist()
    with pytest.raises(symad.ShapeError, match="do not broadcast"):
        TAPE.value({"x": [1.0, 2.0], "y": [1.0, 2.0, 3.0]})


def test_sparse_answers_stay_arrays() -> None:
    structure, entries = TAPE.hessian(FORMS["frame"], sparse=True)
    assert np.array_equal(entries, TAPE.hessian(POINTS, sparse=True)[1])
    assert len(structure.rows) == entries.shape[-1]


def test_a_comparison_takes_them_by_name() -> None:
    found = symad.compare("x**2*y", points=FORMS["frame"], budget=1.0)
    assert np.array_equal(found.points.array, POINTS)


def test_what_is_missing_or_no_number_is_named() -> None:
    with pytest.raises(symad.ShapeError, match=r"no column y for the variable y \(columns: a, x\)"):
        TAPE.gradient(frame(a=X, x=X))
    with pytest.raises(symad.ShapeError, match=r"no entry x for the variable x \(entries: none\)"):
        TAPE.gradient({})
    with pytest.raises(symad.ShapeError, match="column y holds <U1, not real numbers"):
        TAPE.gradient(frame(x=X, y=["p", "q", "r"]))
    with pytest.raises(symad.ShapeError, match="entry x holds complex128"):
        TAPE.gradient({"x": 1j, "y": 1.0})
    with pytest.raises(symad.ShapeError, match="out is for points in an array"):
        TAPE.gradient(FORMS["frame"], out=np.empty((3, 2)))
    with pytest.raises(symad.ShapeError, match="has others"):
        TAPE.jvp(FORMS["frame"], np.ones((4, 1, 2)))


# ---- the libraries themselves, where they are installed ------------------------------------------------


def test_frames_of_pandas() -> None:
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    given = pandas.DataFrame(MIXED | {"text": ["p", "q", "r"]}, index=["a", "b", "c"])
    found = TAPE.gradient(given)
    assert isinstance(found, pandas.DataFrame)
    assert found.index.equals(given.index)
    assert np.array_equal(found[["x", "y"]].to_numpy(), TAPE.gradient(POINTS))
    assert np.array_equal(TAPE.value(given).to_numpy(), TAPE.value(POINTS))
    assert TAPE.value(given).index.equals(given.index)
    rows = given[["y", "x"]].apply(TAPE.gradient, axis=1)  # each row has its labels
    assert np.array_equal(rows[["x", "y"]].to_numpy(), TAPE.gradient(POINTS))
    holes = TAPE.gradient(given.assign(x=pandas.array([1, None, 2], dtype="Int64")))
    assert np.array_equal(np.isnan(holes["x"]), [False, True, False])
    with pytest.raises(symad.ShapeError, match="column x stands in the frame 2 times"):
        TAPE.gradient(pandas.concat([given, given], axis=1))
    with pytest.raises(symad.ShapeError, match="column x holds object"):
        TAPE.gradient(given.assign(x=["1", "2", "3"]))


def test_frames_of_polars() -> None:
    polars = pytest.importorskip("polars", reason="polars is not installed")
    found = TAPE.gradient(polars.DataFrame(MIXED))
    assert isinstance(found, polars.DataFrame)
    assert np.array_equal(found.select("x", "y").to_numpy(), TAPE.gradient(POINTS))
    assert np.array_equal(TAPE.value(polars.DataFrame(MIXED)).to_numpy(), TAPE.value(POINTS))


def test_datasets_of_xarray() -> None:
    xarray = pytest.importorskip("xarray", reason="xarray is not installed")
    given = xarray.Dataset({"y": ("t", Y), "x": ("s", X[:2])}, coords={"t": [10, 20, 30]})
    found = TAPE.gradient(given)
    wanted = TAPE.gradient(np.stack(np.meshgrid(X[:2], Y, indexing="ij"), axis=-1))
    assert np.array_equal(found["y"].transpose("s", "t").to_numpy(), wanted[..., 1])
    assert found["x"].t.equals(given.t)
    assert TAPE.value(given).dims == found["x"].dims
