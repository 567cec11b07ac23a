"""Functions that SymPy keeps for code generation (``expm1``, ``log1p``, ``maximum``), found by names of rows."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from symad.formula.ops import ROWS

if TYPE_CHECKING:
    import sympy

    from symad.formula.ops import Row

_ROOMS = ("cfunctions", "numpy_nodes", "scipy_nodes")
_SPELLED = {"maximum": "Max", "minimum": "Min"}  # NumPy's names of rows
_SHOWN = 60  # characters of an object that a message repeats


@cache
def codegen_heads() -> dict[type[sympy.Basic], Row]:
    """The row of each such function that there is one for."""
    rows = {row.text.lower(): row for row in ROWS.values() if row.text and not row.condition}
    found: dict[type[sympy.Basic], Row] = {}
    for room in _ROOMS:
        try:
            module = import_module(f"sympy.codegen.{room}")
        except ImportError:  # of an older SymPy
            continue
        for name, head in vars(module).items():
            row = rows.get(_SPELLED.get(name, name).lower())
            own = isinstance(head, type) and head.__module__ == module.__name__
            if own and row is not None and row.arity != 0:
                found[head] = row
    return found


def fused() -> type[sympy.Basic]:
    """SymPy's fused multiply-add."""
    from sympy.codegen.cfunctions import fma

    return fma  # type: ignore[no-any-return]  # SymPy has no types


def shortened(item: sympy.Basic) -> str:
    """An object as text, the end of a long one left out."""
    try:
        text = str(item)
    except RecursionError:
        text = item.func.__name__
    return text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..."
