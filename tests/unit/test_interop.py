"""Formulas in other libraries: each example runs where its libraries are installed and prints what the file beside it
holds; ``python tests/unit/test_interop.py`` writes those anew. Then what the bridges refuse, and what they keep alive.
"""

from __future__ import annotations

import ast
import gc
import math
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from tolerances import MORE_OPERATIONS

import symad
from symad import interop

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = sorted((ROOT / "examples" / "interop").glob("*.py"))
SECONDS = 300  # PyTorch and numba take their time to load on a busy machine


def output(path: Path) -> str:
    """What an example prints. Warnings are for the libraries to fix."""
    done = subprocess.run([sys.executable, str(path)], check=False, capture_output=True, text=True, timeout=SECONDS)
    assert done.returncode == 0, done.stderr
    return done.stdout


def libraries(path: Path) -> set[str]:
    """Top-level packages that an example imports."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module]
    return {name.split(".")[0] for name in names}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example_prints_what_the_file_beside_it_holds(path: Path) -> None:
    missing = sorted(name for name in libraries(path) if find_spec(name) is None)
    if missing:
        pytest.skip(f"{', '.join(missing)} not installed")
    assert output(path) == path.with_suffix(".txt").read_text(encoding="utf-8")


def test_a_callback_keeps_its_plan_and_memory_alive() -> None:
    integrate = pytest.importorskip("scipy.integrate", reason="SciPy is not installed")
    bells = [interop.low_level_callable(f"{k}*x**2*y") for k in range(1, 20)]
    gc.collect()
    for k, bell in enumerate(bells, 1):
        value, _ = integrate.nquad(bell, [(0.0, 3.0), (0.0, 2.0)])
        assert value == pytest.approx(18.0 * k, rel=MORE_OPERATIONS)


def test_a_callback_with_another_number_of_arguments_is_nan() -> None:
    integrate = pytest.importorskip("scipy.integrate", reason="SciPy is not installed")
    value, _ = integrate.quad(interop.low_level_callable("x*y"), 0.0, 1.0, args=(2.0,))
    assert value == pytest.approx(1.0)
    with pytest.warns(integrate.IntegrationWarning):
        value, _ = integrate.quad(interop.low_level_callable("x*y"), 0.0, 1.0)
    assert math.isnan(value)


def test_what_no_callback_can_be() -> None:
    pytest.importorskip("scipy", reason="SciPy is not installed")
    with pytest.raises(symad.ExpressionError, match="'integrand' or 'filter', not 'map'"):
        interop.low_level_callable("x", kind="map")
    with pytest.raises(symad.ExpressionError):
        interop.low_level_callable("(x, x**2)")


@pytest.mark.parametrize(
    ("bridge", "name", "extra"),
    [
        (interop.low_level_callable, "scipy", "scipy"),
        (interop.numba_function, "numba", "numba"),
        (interop.jax_function, "jax", "jax"),
        (interop.torch_function, "torch", "torch"),
    ],
)
def test_a_missing_library_is_named_with_its_extra(
    bridge: object, name: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(symad.InteropError, match=rf"{name} is not installed: pip install \"symad\[{extra}\]\""):
        bridge("x**2")  # type: ignore[operator]  # one of the four above


if __name__ == "__main__":
    for one in EXAMPLES:
        if all(find_spec(name) is not None for name in libraries(one)):
            one.with_suffix(".txt").write_text(output(one), encoding="utf-8")
