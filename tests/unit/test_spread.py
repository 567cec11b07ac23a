"""Objectives over arrays and data frames of Dask: the bits of one process, whatever the parts; what is refused."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest

import symad
from symad.errors import ShapeError

da = pytest.importorskip("dask.array", reason="Dask is not installed: pip install symad[dask]")

N = 20_003
RNG = np.random.default_rng(0)
X, Y, W = RNG.normal(size=(N, 3)), RNG.normal(size=N), RNG.uniform(size=N)
PARAMS = {"a": np.array([0.2, -0.1, 0.3]), "b": 0.1}


def row(a: Any, b: Any, x: Any, y: Any) -> Any:
    return np.tanh(x @ a + b) - y


def both(rows: int, **options: Any) -> tuple[symad.Objective, symad.Objective]:
    """The same objective over arrays, and over parts of about so many rows."""
    spread = {"x": da.from_array(X, chunks=(rows, 2)), "y": da.from_array(Y, chunks=3 * rows)}
    here = symad.objective(row, data={"x": X, "y": Y}, residual=True, **options)
    return here, symad.objective(row, data=spread, residual=True, **options)


@pytest.mark.parametrize("options", [{}, {"reduce": "mean"}, {"weights": W}, {"weights": W, "reduce": "mean"}])
@pytest.mark.parametrize("rows", [500, 4096, 7000, 10**6])
def test_dask_gives_the_bits_of_one_process(rows: int, options: dict[str, Any]) -> None:
    here, there = both(rows, **options)
    value, gradient = here.value_and_gradient(PARAMS)
    other, slopes = there.value_and_gradient(PARAMS)
    assert value == other
    for name in PARAMS:
        np.testing.assert_array_equal(gradient[name], slopes[name])
    p = here.flatten(PARAMS)
    for one, two in zip(here.gauss_newton(p), there.gauss_newton(p), strict=True):
        np.testing.assert_array_equal(one, two)
    np.testing.assert_array_equal(here.hvp(p, p), there.hvp(p, p))
    np.testing.assert_array_equal(here.hessian(p), there.hessian(p))
    for name in ("residuals", "jacobian", "row_values", "row_gradients"):
        np.testing.assert_array_equal(getattr(here, name)(p), getattr(there, name)(p))
    assert there.n_rows == N


@pytest.mark.parametrize("n", [0, 1, 4096, 4097])
def test_dask_with_few_rows(n: int) -> None:
    text = {"row": "(m - x)**2", "parameters": "m"}
    here = symad.objective(data={"x": Y[:n]}, **text)
    there = symad.objective(data={"x": da.from_array(Y[:n], chunks=1000)}, **text)
    np.testing.assert_array_equal(np.hstack(here.value_and_gradient([0.3])), np.hstack(there.value_and_gradient([0.3])))


def test_a_data_frame_of_dask_by_name_and_other_data_later() -> None:
    frames = pytest.importorskip("dask.dataframe", reason="dask.dataframe is not installed")
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    plain = pandas.DataFrame({"t": W, "y": Y, "weight": W, "word": "x"})
    options: dict[str, Any] = {"parameters": "a b", "weights": "weight", "penalty": "a**2"}
    here = symad.objective("(a*exp(-b*t) - y)**2", data=plain, **options)
    there = symad.objective("(a*exp(-b*t) - y)**2", data=frames.from_pandas(plain, npartitions=7), **options)
    assert there.value([1.0, 2.0]) == here.value([1.0, 2.0])
    assert there.with_data({"t": da.from_array(W[:50]), "y": Y[:50]}, weights=W[:50]).value([1.0, 2.0]) == here.value(
        [1.0, 2.0], rows=slice(50)
    )


def test_a_program_is_made_again_where_it_arrives() -> None:
    _, there = both(5000)
    there.flatten(PARAMS)
    program = there._ready(there._known(), 1).compute()
    again = pickle.loads(pickle.dumps(program))
    assert again.rows().size == program.rows().size


def test_what_dask_objectives_refuse() -> None:
    _, there = both(5000)
    p = there.flatten(PARAMS)
    with pytest.raises(ShapeError, match=r"slice the arrays of Dask, and with_data"):
        there.value(p, rows=slice(10))
    with pytest.raises(ShapeError, match="data of Dask lie elsewhere"):
        there.bind(p, out=(np.empty(()), np.empty(4)))
    with pytest.raises(ShapeError, match="x has 20003 rows, y has 10"):
        symad.objective(row, data={"x": da.from_array(X), "y": Y[:10]})
    with pytest.raises(ShapeError, match="must hold real numbers, not complex128"):
        symad.objective("m - x", data={"x": da.from_array(Y + 1j)})
    with pytest.raises(ShapeError, match="has no weights"):
        there.with_data({"x": da.from_array(X), "y": Y}, weights=W)
