"""Any form of a formula: text, Expression, SymPy and lists of it; everything else is refused by what it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import sympy

import symad

X, Y = sympy.symbols("x y")
FORMS: dict[str, Any] = {
    "text": "x**2*y",
    "Expression": symad.parse("x**2*y"),
    "SymPy": X**2 * Y,
}
DOORS: dict[str, Callable[[Any], Any]] = {
    "gradient": symad.gradient, "forward_gradient": symad.forward_gradient, "jacobian": symad.jacobian,
    "hessian": symad.hessian, "jvp": symad.jvp, "vjp": symad.vjp, "hvp": symad.hvp, "compile": symad.compile,
    "draw": symad.draw, "emit_c": symad.emit_c, "to_sympy": symad.to_sympy, "compose": symad.compose,
    "diff": symad.diff,
    "symbolic_gradient": symad.symbolic_gradient,
    "compare": lambda f: symad.compare(f, at={"x": 1.0, "y": 2.0}, methods="reverse", timings=False),
}  # fmt: skip


@pytest.mark.parametrize("door", DOORS.values(), ids=DOORS)
@pytest.mark.parametrize("formula", [3, ["x**2", "y"], [3.0], None, {"x": 1}, np.array([1.0]), b"x", []], ids=repr)
def test_everything_else_is_refused_by_what_it_is(door: Callable[[Any], Any], formula: Any) -> None:
    with pytest.raises(TypeError, match=f"^a formula is text, an Expression or SymPy, not {type(formula).__name__}$"):
        door(formula)


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_every_form_has_the_same_derivatives(form: Any) -> None:
    at = np.array([3.0, 5.0])
    assert symad.compile(symad.gradient(form)).value(at).tolist() == [30.0, 9.0]
    assert symad.compile(symad.hessian(form)).value(at).tolist() == [10.0, 6.0, 6.0, 0.0]
    assert symad.compile(symad.jvp(form)).value([3.0, 5.0, 1.0, 0.0]) == 30.0
    assert symad.to_sympy(form) == X**2 * Y
    assert symad.draw(form).startswith("<svg")
    assert "f_gradient" in symad.emit_c(form) or "gradient" in symad.emit_c(form)


def test_a_derivative_by_symbols_of_the_user() -> None:
    real = sympy.Symbol("x", positive=True)
    f = symad.from_sympy(real**2 * Y)
    assert symad.gradient(f, wrt=real) == symad.gradient(f, wrt="x")
    assert symad.gradient(real**2 * Y, wrt=[Y, real]) == symad.gradient(f, wrt=["y", "x"])


def test_text_is_read_without_loading_sympy() -> None:
    from subprocess import run
    from sys import executable

    code = (
        "import sys, symad; symad.gradient('x**2')\n"
        "try: symad.gradient([1])\nexcept TypeError: print('sympy' in sys.modules)"
    )
    assert run([executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
