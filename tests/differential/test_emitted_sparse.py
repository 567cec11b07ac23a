"""Sparse Jacobians and Hessians in exported C against the tape's own entries, to the last bit."""

from __future__ import annotations

import ctypes
from pathlib import Path

import c_compilers
import numpy as np
import pytest
from numpy.typing import NDArray

import symad

Array = NDArray[np.float64]
# A band with a corner, and a variable that is linear.
CHAIN = "f = sum(i = 1..n, 100*(x[i+1] - x[i]**2)**2 + exp(-x[i]*x[i+1])); f + sin(x[1]*x[n+1])*t"
SPECIAL = np.array([0.0, -0.0, 1.0, -3.0, np.inf, np.nan, 5e-324, 1e200])


def equations(m: int) -> str:
    """m equations, each of a few neighbours; some entries are numbers, some rows reach far."""
    forms = (
        "x{0}*exp(-x{1}/x{2}) + 3*x{3}", "sin(x{0})*x{1} - x{2}**2/(1 + x{3})", "x{0} - x{1} + 2*x{2} - x{3}",
        "Piecewise((x{0}*x{1}, x{0} > x{1}), (sqrt(x{2}), True)) + norm(x{3}, x{0}, x{2})",
    )  # fmt: skip
    rows = [forms[i % 4].format(*((i * (k + 1) + k * k) % (m + 20) for k in range(4))) for i in range(m)]
    return f"({', '.join(rows)})"


def table(library: ctypes.CDLL, name: str, size: int) -> NDArray[np.intc]:
    return np.array((ctypes.c_int * size).in_dll(library, name))


def call(library: ctypes.CDLL, name: str, arrays: list[Array], n_results: int) -> Array:
    results, work = np.full(n_results, 7.0), np.empty(10_000)
    library[name](*(np.ascontiguousarray(a).ctypes.data_as(ctypes.c_void_p) for a in arrays),
                  results.ctypes.data_as(ctypes.c_void_p), work.ctypes.data_as(ctypes.c_void_p))  # fmt: skip
    return results


def compare(formula: symad.Expression, library: ctypes.CDLL, points: Array, weights: Array | None = None) -> None:
    """Tables and entries of f_jacobian or f_hessian."""
    tape = formula.compile()
    for name in ("jacobian", "hessian"):
        if name == "hessian":
            structure = tape.hessian_structure(lower=True)
        elif tape.n_outputs > 1:
            structure = tape.jacobian_structure()
        else:
            continue
        order = np.lexsort(structure)  # column by column
        starts = table(library, f"f_{name}_starts", len(tape.variables) + 1)
        np.testing.assert_array_equal(table(library, f"f_{name}_rows", len(order)), structure.rows[order])
        np.testing.assert_array_equal(np.repeat(np.arange(len(starts) - 1), np.diff(starts)), structure.columns[order])
        for point in points:
            given = [point]
            if name == "jacobian":
                _, wanted = tape.jacobian(point, sparse=True, method="entries")
            elif weights is None:
                _, wanted = tape.hessian(point, sparse=True, lower=True, method="entries")
            else:
                _, wanted = tape.hessian(point, weights, sparse=True, lower=True, method="entries")
                given.append(weights)
            found = call(library, f"f_{name}", given, len(order))
            np.testing.assert_array_equal(found.view(np.int64), canonical(wanted[order], found))


def canonical(wanted: Array, found: Array) -> NDArray[np.int64]:
    """Bits, one nan as good as another."""
    return np.where(np.isnan(wanted) & np.isnan(found), found, wanted).view(np.int64)


def places(n: int) -> Array:
    rng = np.random.default_rng(3)
    return np.vstack([rng.uniform(0.5, 2, (3, n)), rng.choice(SPECIAL, (3, n))])


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_hessian_of_a_band(compiler: str, tmp_path: Path) -> None:
    formula = symad.parse(CHAIN, n=40)
    text = symad.emit_c(formula, sparse=True)
    compare(formula, c_compilers.library(text, compiler, tmp_path), places(len(formula.variables)))


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_jacobian_and_weighted_hessian_of_equations(compiler: str, tmp_path: Path) -> None:
    formula = symad.parse(equations(300))
    text = symad.emit_c(formula, outputs=["value", "jacobian", "hessian"], sparse=True)
    assert text.count("static void f_jacobian_part") > 1
    assert "f_jacobian_fixed_jacobian" in text
    weights = np.random.default_rng(4).normal(size=300)
    compare(formula, c_compilers.library(text, compiler, tmp_path, "-O1"), places(len(formula.variables)), weights)
