"""Sums over rows in exported C against the engine's own, to the last bit: kinds, weights, branches, numbers of rows."""

from __future__ import annotations

import ctypes
from pathlib import Path
from typing import Any

import c_compilers
import numpy as np
import pytest
from numpy.typing import NDArray

import symad
from symad.cli import main
from symad.errors import ExpressionError
from symad.functions import logsumexp

Array = NDArray[np.float64]
RNG = np.random.default_rng(5)
KINDS = ("value", "gradient", "hvp", "gauss_newton", "gauss_newton_product")
SUMS = ("value", "gradient", "hvp")
N_ROWS = (0, 1, 7, 8, 4_096, 4_097, 3 * 4_096 + 5, 33_000)
CASES: dict[str, tuple[str, dict[str, Any], tuple[str, ...]]] = {
    "decay": ("a*exp(-b*t) + c - y", {"residual": True}, KINDS),
    "two residuals": ("(a*t**2 - y, b*sin(c*t) + y*t)", {"residual": True, "reduce": "mean"}, KINDS),
    "branches": (
        "Piecewise((sqrt(a)*t, t > 1.5), (b*t*y, True)) + Max(a*t, c*y)", {"penalty": "a**2/2 + b*c"}, SUMS
    ),
    "parameters alone": ("exp(a)*b + 0*t*y + c", {"reduce": "mean", "penalty": "a*b"}, SUMS),
    "as written": ("log(a + b**2)*t + c*y", {"hoist": False}, SUMS),
    "no data": ("a*b*c", {}, ("value", "gradient")),
}  # fmt: skip


def rows_of(n: int, columns: int) -> Array:
    return RNG.uniform(0.5, 2.5, (n, columns))


def pointer(array: Array) -> ctypes.c_void_p:
    return ctypes.c_void_p(array.ctypes.data)


def call(library: ctypes.CDLL, name: str, given: list[Array], blocks: list[Array], sizes: list[int]) -> list[Array]:
    """What a function of the file fills."""
    n = len(blocks[0])
    size = getattr(library, f"{name}_work")
    size.restype = ctypes.c_size_t
    results, work = [np.full(k, 7.0) for k in sizes], np.empty(size(ctypes.c_size_t(n)))
    rows = [part for block in blocks for part in (pointer(block), *(ctypes.c_ssize_t(s // 8) for s in block.strides))]
    library[name](*map(pointer, given), ctypes.c_size_t(n), *rows, *map(pointer, results), pointer(work))
    return results


def same(found: Array, wanted: Array) -> None:
    """Bits, so that a zero has its sign."""
    np.testing.assert_array_equal(found.view(np.int64), wanted.view(np.int64))


def compare(fit: symad.Objective, library: ctypes.CDLL, kinds: tuple[str, ...], data: list[Array]) -> None:
    k = len(fit.names)
    p, v = RNG.uniform(0.5, 1.5, k), RNG.normal(size=k)
    value, gradient = call(library, "f", [p], data, [1, k])
    wanted = fit.value_and_gradient(p)
    same(np.concatenate([value, gradient]), np.concatenate([[wanted[0]], wanted[1]]))
    if "hvp" in kinds:
        same(call(library, "f_hvp", [p, v], data, [k])[0], fit.hvp(p, v))
    if "gauss_newton" in kinds:
        half, slopes, square = call(library, "f_gauss_newton", [p], data, [1, k, k * (k + 1) // 2])
        found = fit.gauss_newton(p)
        same(np.concatenate([half, slopes]), np.concatenate([[found[0]], found[1]]))
        same(square, found[2][np.triu_indices(k)])
        product = call(library, "f_gauss_newton_product", [p, v], data, [k])[0]
        same(product, fit.gauss_newton_product(p, v))


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
@pytest.mark.parametrize("case", CASES)
def test_the_same_bits_for_any_number_of_rows_in_any_layout(case: str, compiler: str, tmp_path: Path) -> None:
    formula, options, kinds = CASES[case]
    library = None
    for n in N_ROWS:
        table = rows_of(n, 2)
        fit = symad.objective(formula, data={"t": table[:, 0], "y": table[:, 1]}, parameters="a b c", **options)
        if library is None:
            library = c_compilers.library(fit.to_c(outputs=kinds), compiler, tmp_path)
        names = [name for name in fit.expression.variables if name in ("t", "y")]
        block = table[:, [("t", "y").index(name) for name in names]]
        compare(fit, library, kinds, [block])
        compare(fit, library, kinds, [np.asfortranarray(block)])


@pytest.mark.parametrize("flags", [(), ("-march=native",)])
def test_weights_are_one_array_more(flags: tuple[str, ...], tmp_path: Path) -> None:
    table, weights = rows_of(9_001, 2), RNG.uniform(0, 1, 9_001)
    data = {"t": table[:, 0], "y": table[:, 1]}
    fit = symad.objective("a*exp(-b*t) - y", data=data, weights=weights, residual=True, reduce="mean")
    library = c_compilers.library(fit.to_c(outputs=KINDS), "gcc", tmp_path, *flags)
    compare(fit, library, KINDS, [table, weights[:, None]])


@pytest.mark.parametrize("name", c_compilers.LANGUAGES)
def test_the_selftest_in_every_language(name: str, tmp_path: Path) -> None:
    text = symad.objective("sin(a*t)*cos(a*t) + b*tanh(t) - y", data={"t": [1.0], "y": [2.0]}, residual=True).to_c(
        outputs=KINDS, name="wave"
    )
    assert "wave_work(n_rows)" in " ".join(text.split("*/")[0].split("\n * "))
    assert c_compilers.selftest(text, name, tmp_path) == "the same bits\n"


def test_a_function_of_arrays(tmp_path: Path) -> None:
    def loss(w: Any, x: Any, y: Any) -> Any:
        z = w @ x
        return logsumexp(z) - y @ z

    x, y = rows_of(5_000, 4), np.eye(3)[RNG.integers(3, size=5_000)]
    fit = symad.objective(loss, data={"x": x, "y": y})
    w = RNG.normal(size=(3, 4))
    value, slopes = fit.value_and_gradient(w)
    library = c_compilers.library(fit.to_c(), "gcc", tmp_path)
    found = call(library, "f", [w.ravel()], [np.hstack([x, y])], [1, 12])
    same(found[0], np.array([value]))
    same(found[1], slopes.ravel())


def test_the_command_writes_the_same_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fit = symad.objective("a*exp(-b*t) - y", data={"t": [1.0], "y": [1.0]}, residual=True, penalty="a**2")
    path = tmp_path / "fit.c"
    text = fit.to_c(path, name="fit", outputs=["value", "gradient", "hvp"])
    assert path.read_text(encoding="utf-8") == text
    command = ["emit", "a*exp(-b*t) - y", "--objective", "t, y", "--residual", "--penalty", "a**2", "--name", "fit"]
    assert main([*command, "--of", "value,gradient,hvp"]) == 0
    assert capsys.readouterr().out == text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--objective", "t", "--batch"], "--batch is not for sums over rows"),
        (["--residual"], "--residual is for sums over rows: name their columns with --objective"),
        (["--objective", "tt"], "the formula has no variable `tt`; did you mean `t`?"),
        (["--objective", "a,t"], "all variables (a, t) are columns of the data: there is no parameter"),
        (["--objective", "t", "--of", "jacobian"], "outputs of an objective are among value, gradient, hvp"),
        (["--objective", "t", "--of", "gauss_newton"], "gauss_newton is for residuals without a penalty"),
        (["--objective", "t", "--stage", "tape"], "--objective is for a C file"),
    ],
)
def test_what_does_not_go_together_is_said(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["emit", "a*t", *arguments]) == 2
    assert message in capsys.readouterr().err


def test_several_numbers_that_are_no_residuals() -> None:
    fit = symad.objective("(a*t, t)", data={"t": [1.0]})
    with pytest.raises(ExpressionError, match="an objective sums one"):
        fit.to_c()
