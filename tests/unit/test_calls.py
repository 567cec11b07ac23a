"""Calls through NumPy's ufuncs: the same answers and refusals as the plain way, other libraries' arrays, lifetimes.

The first call of a tape takes the plain way and makes the ufunc, so that a fresh tape and a used one are two ways.
"""

from __future__ import annotations

import gc
import sys
import weakref
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from tolerances import BESIDE_ONE, FEW_OPERATIONS, LAST_PLACES

import symad
from symad._core import at_points
from symad._core import ufunc as _core_ufunc

TEXT = "x*sin(y) + x**2"
POINTS = np.array([[0.5, 1.0], [2.0, -3.0], [1.5, 0.25]])
VALUE = POINTS[:, 0] * np.sin(POINTS[:, 1]) + POINTS[:, 0] ** 2
GRADIENT = np.stack([np.sin(POINTS[:, 1]) + 2 * POINTS[:, 0], POINTS[:, 0] * np.cos(POINTS[:, 1])], axis=-1)


@pytest.fixture(params=["ufunc", "plain"])
def tape(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> symad.Tape:
    """A used tape, with ufuncs and where NumPy's table cannot be found."""
    if request.param == "plain":
        monkeypatch.setattr(_core_ufunc, "_table", lambda: None)
    made = symad.compile(TEXT)
    made.value(POINTS)
    made.gradient(POINTS)
    made.value_and_gradient(POINTS)
    return made


def unaligned(points: np.ndarray) -> np.ndarray:
    """The same numbers with strides that are no whole number of doubles."""
    packed = np.zeros(points.shape, dtype=[("skip", "i4"), ("number", "f8")])
    packed["number"] = points
    return packed["number"]


LAYOUTS = {
    "rows": POINTS,
    "columns": np.asfortranarray(POINTS),
    "backwards": POINTS[::-1].copy()[::-1],
    "every second": np.repeat(np.repeat(POINTS, 2, axis=0), 2, axis=1)[::2, ::2],
    "unaligned": unaligned(POINTS),
    "other byte order": POINTS.astype(">f8"),
    "list": POINTS.tolist(),
    "single precision": POINTS.astype(np.float32),  # holds these numbers exactly
}


@pytest.mark.parametrize("points", LAYOUTS.values(), ids=LAYOUTS)
def test_any_layout(tape: symad.Tape, points: object) -> None:
    value, gradient = tape.value_and_gradient(points)
    np.testing.assert_allclose(value, VALUE, rtol=LAST_PLACES)
    np.testing.assert_allclose(gradient, GRADIENT, rtol=FEW_OPERATIONS)
    np.testing.assert_array_equal(tape.value(points), value)
    np.testing.assert_array_equal(tape.gradient(points), gradient)


def test_one_point_no_point_and_leading_axes(tape: symad.Tape) -> None:
    value, gradient = tape.value_and_gradient(POINTS[1])
    assert isinstance(value, np.float64)
    assert (gradient.shape, gradient.flags.owndata) == ((2,), True)
    assert tape.value(np.array([1, 2])) == tape.value([1.0, 2.0])
    assert tape.gradient(np.empty((0, 2))).shape == (0, 2)
    assert tape.value(np.broadcast_to(POINTS[:, None], (3, 4, 2))).shape == (3, 4)
    np.testing.assert_array_equal(tape.gradient(POINTS[:, None]), tape.gradient(POINTS)[:, None])


@pytest.mark.parametrize("bad", [np.zeros(3), np.zeros((2, 1)), 1.0, [1j, 0.0], np.array(["1", "2"]), [1.0, None]])
def test_refusals_are_those_of_a_first_call(tape: symad.Tape, bad: object) -> None:
    for method in ("value", "gradient", "value_and_gradient"):
        with pytest.raises(symad.ShapeError) as first:
            getattr(symad.compile(TEXT), method)(bad)
        with pytest.raises(symad.ShapeError) as later:
            getattr(tape, method)(bad)
        assert str(later.value) == str(first.value)


class Subclass(np.ndarray):
    """An array that a ufunc treats with ceremony."""


@pytest.mark.parametrize(
    "point",
    [
        POINTS[1],
        POINTS[::-1][1],
        np.repeat(POINTS[1], 3)[::3],
        POINTS[1][::-1].copy()[::-1],
        unaligned(POINTS)[1],
        POINTS[1].astype(">f8"),
        POINTS[1].astype(np.float32),
        POINTS[1].copy().view(Subclass),
        POINTS[1].astype(int) + 0.0,
    ],
)
def test_one_point_by_the_short_way_and_by_the_ufunc(tape: symad.Tape, point: np.ndarray) -> None:
    values, gradients = tape.value_and_gradient(np.stack([point, point]))
    for found in (tape.value_and_gradient(point), (tape.value(point), tape.gradient(point))):
        assert type(found) is tuple
        assert type(found[0]) is np.float64
        assert (found[0], found[1].tolist()) == (values[0], gradients[0].tolist())
        assert found[1].shape == (2,)
        assert found[1].flags.writeable


def test_matrices_at_one_point_and_at_many() -> None:
    tape, one = symad.compile("x, y, z: x*y**2 + sin(z*x)"), symad.compile("x: (x**2, 3*x)")
    points = np.random.default_rng(3).uniform(0.5, 2.0, (4, 3))
    wanted = tape.hessian(points, threads=2)  # the plain way
    for _ in range(2):
        assert tape.hessian(points[1]).tolist() == wanted[1].tolist()
        assert tape.hessian(points[1].tolist()).tolist() == wanted[1].tolist()
        assert tape.hessian(points[:, None]).shape == (4, 1, 3, 3)
        np.testing.assert_array_equal(tape.hessian(points), wanted)
        assert one.jacobian(np.array([2.0])).tolist() == [[4.0], [3.0]]
        assert one.jacobian(2.0).tolist() == [[4.0], [3.0]]
        with pytest.raises(symad.ShapeError, match=r"\(x, y, z\)"):
            tape.hessian(np.zeros(2))
        with pytest.raises(symad.ExpressionError, match="one output"):
            one.hessian(np.array([2.0]))


def test_one_point_of_several_outputs_and_a_long_program() -> None:
    tape, point = symad.compile("x, y: (x*y, x + y, 7)"), np.array([3.0, 5.0])
    assert [tape.value(point).tolist() for _ in range(2)] == [[15.0, 8.0, 7.0]] * 2
    long = symad.compile(f"x: {' + '.join(f'sin({k}*x)*exp(x/{k})' for k in range(1, 800))}")
    pairs = [long.value_and_gradient(np.array([0.01])) for _ in range(2)]
    assert long._planned(symad.gradient)[1].size()[0] > 2000  # the lock is let go of
    assert pairs[0][0] == pairs[1][0]
    np.testing.assert_array_equal(pairs[0][1], pairs[1][1])


def test_a_point_call_frees_what_it_kept_and_what_it_made() -> None:
    def owners() -> int:
        gc.collect()
        return sum(type(found) is at_points._Owner for found in gc.get_objects())

    before, tape = owners(), symad.compile(TEXT)
    tape.value_and_gradient(POINTS[0])
    assert owners() == before + 1
    point, held = POINTS[0].copy(), sys.getrefcount(np.float64)
    pairs = [tape.value_and_gradient(point) for _ in range(1000)]
    made = [weakref.ref(part) for part in (pairs[0][1], pairs[-1][1], point)]
    del pairs, point
    assert [ref() for ref in made] == [None] * 3
    assert abs(sys.getrefcount(np.float64) - held) < 100
    del tape
    assert owners() == before


def test_a_first_call_builds_no_class(monkeypatch: pytest.MonkeyPatch) -> None:
    def build(tape: symad.Tape) -> None:
        for method in METHODS:
            getattr(tape, method)(POINTS)
        _ = tape.ufunc

    build(symad.compile(TEXT))
    fresh = symad.compile(TEXT)

    def refused(*_: object, **__: object) -> object:
        raise AssertionError("a class is built")

    monkeypatch.setattr("builtins.__build_class__", refused)
    build(fresh)


def test_threads_call_the_same_point_call() -> None:
    tape = symad.compile(TEXT)
    points = np.random.default_rng(2).uniform(-2, 2, (64, 2))
    wanted = tape.value_and_gradient(points)
    tape.value_and_gradient(points[0])
    with ThreadPoolExecutor(8) as pool:
        for k, found in enumerate(pool.map(lambda k: tape.value_and_gradient(points[k % 64]), range(2000))):
            assert (found[0], found[1].tolist()) == (wanted[0][k % 64], wanted[1][k % 64].tolist())


def test_one_variable_keeps_its_advice() -> None:
    tape = symad.compile("x**2")
    for _ in range(2):
        assert tape.value(np.array([3.0])) == 9.0
        assert tape.value(3.0) == 9.0
        with pytest.raises(symad.ShapeError, match=r"x\[:, None\]"):
            tape.value(np.array([1.0, 2.0]))


@pytest.mark.parametrize(
    "points", [None, 1.0, {"x": 1.0, "y": 2.0}, POINTS[:, :1], POINTS + 0j, POINTS.astype(object), [["0.5", "1.0"]]]
)
def test_a_short_way_takes_points_or_says_that_it_does_not(tape: symad.Tape, points: object) -> None:
    for short in (tape._value, tape._gradient, tape._pair, symad.compile(TEXT)._gradient):
        assert short(points) is NotImplemented


def test_what_goes_wrong_on_a_short_way_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> object:
        raise TypeError("broken")

    tape = symad.compile(TEXT)
    for name in ("_value", "_gradient", "_pair", "_jacobian", "_hessian", "_ufunc"):
        monkeypatch.setattr(tape, name, broken)
    results = np.empty(3), np.empty((3, 2))
    calls = (tape.value, tape.gradient, tape.value_and_gradient, tape.jacobian, tape.hessian)
    for call in (*calls, lambda points: tape.value_and_gradient(points, out=results), lambda _: tape(x=1.0, y=2.0)):
        with pytest.raises(TypeError, match="broken"):
            call(POINTS)


def test_writing_in_place(tape: symad.Tape) -> None:
    wide = np.zeros((3, 4))
    value, gradient = np.empty(3), wide[:, ::2]
    found = tape.value_and_gradient(POINTS, out=(value, gradient))
    assert found[0] is value
    assert found[1] is gradient
    np.testing.assert_allclose(wide[:, ::2], GRADIENT, rtol=FEW_OPERATIONS)
    assert not wide[:, 1::2].any()
    one = np.empty(()), np.empty(2)
    tape.value_and_gradient(POINTS[0], out=one)
    assert one[0] == value[0]
    for out in ((value, np.empty((3, 2), dtype=np.float32)), (np.empty((1, 3)), gradient), (value, np.empty(2))):
        with pytest.raises(symad.ShapeError, match="must be a writable float64 array"):
            tape.value_and_gradient(POINTS, out=out)
    frozen = np.empty((3, 2))
    frozen.flags.writeable = False
    with pytest.raises(symad.ShapeError, match="writable"):
        tape.value_and_gradient(POINTS, out=(value, frozen))


METHODS = ("value", "gradient", "value_and_gradient", "jacobian", "hessian")


def flat(found: object) -> list[np.ndarray]:
    """A result, or the pair, as arrays."""
    return [np.asarray(one) for one in (found if type(found) is tuple else (found,))]


@pytest.mark.parametrize("points", [POINTS[0], POINTS, POINTS[:, None], np.empty((0, 2)), POINTS[::-1]])
@pytest.mark.parametrize("method", METHODS)
def test_every_method_writes_into_arrays_of_any_layout(method: str, points: np.ndarray) -> None:
    run = getattr(symad.compile(TEXT), method)
    wanted = flat(run(points))
    for layout in (np.empty_like, lambda a: np.empty((*a.shape, 2))[..., 1], lambda a: np.empty(a.T.shape).T):
        for _ in range(2):  # after the plain way the short one
            out = tuple(layout(one) for one in wanted)
            found = run(points, out=out if len(out) == 2 else out[0])
            for given, returned, right in zip(out, flat(found), wanted, strict=True):
                assert returned is given
                np.testing.assert_array_equal(given, right)


def test_results_may_lie_over_the_points(tape: symad.Tape) -> None:
    many = np.random.default_rng(4).uniform(0.5, 2.0, (301, 2))
    wanted = tape.gradient(many)
    for shift in (0, 1):
        room = np.empty((302, 2))
        room[:301] = many
        points, out = room[:301], room[shift : 301 + shift]
        assert tape.gradient(points, out=out) is out
        np.testing.assert_array_equal(out, wanted)


def test_leaving_the_domain_warns_of_nothing() -> None:
    tape = symad.compile("log(x) + 1/y")
    for _ in range(2):
        value, gradient = tape.value_and_gradient(np.array([[-1.0, 1.0], [1.0, 0.0]]))
        assert np.isnan(value[0])
        assert (value[1], gradient[1].tolist()) == (np.inf, [1.0, -np.inf])
        assert np.isinf(tape(x=1.0, y=0.0))


def test_the_ufunc_broadcasts() -> None:
    tape = symad.compile(TEXT)
    x, y = POINTS[:, 0], POINTS[:, 1]
    table = tape.ufunc(x[:, None], y)
    assert (tape.ufunc.nin, tape.ufunc.nout) == (2, 1)
    np.testing.assert_array_equal(np.diag(table), tape.value(POINTS))
    np.testing.assert_array_equal(tape(x=x[:, None], y=y), table)
    out = np.zeros(3)
    assert tape.ufunc(x, y, out=out, where=[True, False, True]) is out
    assert out.tolist() == [table[0, 0], 0.0, table[2, 2]]
    many = np.linspace(-2.0, 2.0, 1301)  # more than one piece
    np.testing.assert_array_equal(tape.ufunc(many, 0.5), tape.value(np.stack([many, np.full(1301, 0.5)], -1)))
    np.testing.assert_allclose(
        tape.ufunc(many, 0.5), many * np.sin(0.5) + many**2, rtol=FEW_OPERATIONS, atol=BESIDE_ONE
    )
    assert TEXT in (tape.ufunc.__doc__ or "")


def test_the_ufunc_of_several_outputs_returns_several_arrays() -> None:
    tape = symad.compile("(x*y, x + y)")
    product, total = tape.ufunc(POINTS[:, 0], POINTS[:, 1])
    np.testing.assert_array_equal(product, POINTS.prod(axis=1))
    np.testing.assert_array_equal(total, POINTS.sum(axis=1))
    np.testing.assert_array_equal(tape(x=POINTS[:, 0], y=POINTS[:, 1]), np.stack([product, total], -1))


def test_calls_by_name_with_more_variables_than_a_ufunc_takes() -> None:
    names = [f"x{i}" for i in range(100)]
    tape = symad.compile(" + ".join(names))
    assert tape(**dict.fromkeys(names, 1.0)) == 100.0
    with pytest.raises(symad.UnsupportedError, match="100 arguments"):
        _ = tape.ufunc


def test_calls_by_name_without_ufuncs(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = symad.compile(TEXT)(x=POINTS[:, :1], y=POINTS[:, 1])
    monkeypatch.setattr(_core_ufunc, "_table", lambda: None)
    np.testing.assert_array_equal(symad.compile(TEXT)(x=POINTS[:, :1], y=POINTS[:, 1]), wanted)


@pytest.mark.parametrize("library", ["pandas", "xarray", "polars", "dask"])
def test_arrays_of_other_libraries(library: str) -> None:
    module = pytest.importorskip(library if library != "dask" else "dask.array", reason=f"{library} is not installed")
    makers = {
        "pandas": lambda a: module.Series(a, index=list("abc")),
        "xarray": lambda a: module.DataArray(a, dims="place"),
        "polars": module.Series if library == "polars" else None,
        "dask": lambda a: module.from_array(a, chunks=2),
    }
    x, y = (makers[library](column.copy()) for column in POINTS.T)
    found = symad.compile(TEXT)(x=x, y=y)
    assert type(found) is type(x)
    np.testing.assert_allclose(np.asarray(found), VALUE, rtol=LAST_PLACES)


def test_a_ufunc_outlives_its_tape_and_frees_what_it_kept() -> None:
    def owners() -> int:
        gc.collect()
        return sum(type(found) is _core_ufunc._Owner for found in gc.get_objects())

    before = owners()
    ufunc = symad.compile(TEXT).ufunc
    assert owners() == before + 1
    np.testing.assert_allclose(ufunc(*POINTS.T), VALUE, rtol=LAST_PLACES)
    del ufunc
    assert owners() == before
    assert not _core_ufunc._immortal, "NumPy's ufuncs are not laid out as expected"


def test_threads_call_the_same_ufunc() -> None:
    tape = symad.compile(TEXT)
    points = np.random.default_rng(1).uniform(-2, 2, (4000, 2))
    wanted = tape.gradient(points)
    with ThreadPoolExecutor(8) as pool:
        for found in pool.map(lambda _: tape.gradient(points), range(64)):
            np.testing.assert_array_equal(found, wanted)


def test_bound_calls(tape: symad.Tape) -> None:
    points, value, gradient = POINTS.copy(), np.empty(3), np.empty((3, 2))
    call = tape.bind(points, out=(value, gradient))
    call()
    np.testing.assert_allclose(value, VALUE, rtol=LAST_PLACES)
    points[:] = POINTS[::-1]
    call()
    np.testing.assert_allclose(gradient, GRADIENT[::-1], rtol=FEW_OPERATIONS)
    with pytest.raises(symad.ShapeError, match="bind needs"):
        tape.bind(unaligned(POINTS), out=(value, gradient))


@pytest.mark.parametrize("points", [POINTS[0], POINTS])
@pytest.mark.parametrize("method", METHODS)
def test_every_method_is_bound(method: str, points: np.ndarray) -> None:
    tape, points = symad.compile(TEXT), points.copy()
    wanted = flat(getattr(tape, method)(points))
    out = tuple(np.empty_like(one) for one in wanted)
    tape.bind(points, out=out if len(out) == 2 else out[0], of=method)()
    for found, right in zip(out, wanted, strict=True):
        np.testing.assert_array_equal(found, right)


@pytest.mark.parametrize("points", [POINTS[0], POINTS])
@pytest.mark.parametrize("options", [{}, {"lower": True}])
def test_sparse_entries_by_every_way(options: dict[str, bool], points: np.ndarray) -> None:
    tape, points = symad.compile("x*sin(y) + x**2 + 3*y"), points.copy()
    (rows, columns), first = tape.hessian(points, sparse=True, **options)
    np.testing.assert_array_equal(first, tape.hessian(points)[..., rows, columns])
    structure, later = tape.hessian(points, sparse=True, **options)
    assert structure is tape.hessian(points, sparse=True, **options)[0]
    np.testing.assert_array_equal(later, first)
    out = np.empty_like(first)
    assert tape.hessian(points, sparse=True, out=out, **options)[1] is out
    np.testing.assert_array_equal(out, first)
    out[...] = 0.0
    tape.bind(points, out=out, of="hessian", sparse=True, **options)()
    np.testing.assert_array_equal(out, first)
    with pytest.raises(symad.ShapeError, match=r"\(x, y\)"):
        tape.hessian(np.zeros(3), sparse=True, **options)


def test_what_cannot_be_bound() -> None:
    tape, out = symad.compile(TEXT), np.empty((3, 2, 2))
    for options, message in (
        ({"of": "jvp"}, "no bound call of 'jvp': value, gradient"),
        ({"of": "hessian", "lower": True}, "pass sparse=True"),
        ({"of": "gradient", "sparse": True}, "those of jacobian and hessian"),
    ):
        with pytest.raises(symad.ExpressionError, match=message):
            tape.bind(POINTS, out=out, **options)
    with pytest.raises(symad.ExpressionError, match="no entries"):
        symad.compile("x + y").bind(POINTS, out=np.empty((3, 0)), of="hessian", sparse=True)
    with pytest.raises(symad.ShapeError, match="pass an array in C order"):
        tape.bind(POINTS, out=out.transpose(0, 2, 1), of="hessian")
    with pytest.raises(symad.ShapeError, match=r"out=\(value, gradient\)"):
        tape.bind(POINTS, out=out)
