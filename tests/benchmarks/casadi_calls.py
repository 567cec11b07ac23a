"""CasADi's own fastest call of one point: its C, compiled, through its buffers."""

from __future__ import annotations

import importlib.util
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import symad

if TYPE_CHECKING:
    from collections.abc import Callable

INSTALLED = importlib.util.find_spec("casadi") is not None


def bound(text: str, point: np.ndarray, wanted: Callable[[Any, Any, Any], list[Any]]) -> Callable[[], object]:
    """A call without arguments that reads the point and fills its own arrays.

    `wanted` gives what is computed, from the module, the value and the vector of variables.
    """
    import casadi
    from peers import Problem, with_names

    problem = Problem(text, symad.parse(text), point[None, :])
    value, variables = with_names(problem, casadi, lambda _, name: casadi.SX.sym(name))
    arguments = casadi.vertcat(*variables)
    function = casadi.Function("f", [arguments], wanted(casadi, value, arguments))
    generator = casadi.CodeGenerator("f")
    generator.add(function)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "f.c").write_text(generator.dump(), encoding="utf-8")
        made = str(Path(folder, "f.so"))
        flags = ["-O3", "-march=native", "-fPIC", "-shared"]
        subprocess.run(["gcc", *flags, str(Path(folder, "f.c")), "-o", made, "-lm"], check=True)
        loaded = casadi.external("f", made)
    buffer, call = loaded.buffer()
    outputs = [np.zeros(loaded.nnz_out(k)) for k in range(loaded.n_out())]
    buffer.set_arg(0, memoryview(point))
    for k, output in enumerate(outputs):
        buffer.set_res(k, memoryview(output))
    _kept.append((loaded, buffer, point, outputs))
    return call  # type: ignore[no-any-return]


_kept: list[object] = []  # buffers hold addresses alone
