"""Formulas inside other people's programs: C callbacks for SciPy, functions for numba, JAX and PyTorch.

Each function loads its library when it is called and names the extra that brings it. What needs no help is not here: a
Tape is a function of arrays that pickles, so SciPy's optimisers, pandas, xarray, polars and Dask take it as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from symad._core import callback as _core_callback
from symad._core import tapes
from symad.errors import ExpressionError
from symad.interop.extras import opened
from symad.interop.jax_bridge import jax_function
from symad.interop.numba_bridge import numba_function
from symad.interop.torch_bridge import torch_function

if TYPE_CHECKING:
    from symad.formula.given import Formula
    from symad.tape.tape import Tape

__all__ = ["jax_function", "low_level_callable", "numba_function", "torch_function"]

INTEGRAND, FILTER = "integrand", "filter"


def low_level_callable(formula: Formula | Tape, *, kind: str = INTEGRAND) -> Any:
    """A ``scipy.LowLevelCallable`` of a formula, called by SciPy's C code without Python in between.

    Parameters
    ----------
    formula : Tape, Expression, str or SymPy expression
        With one output.
    kind : {"integrand", "filter"}
        integrand: ``double (int, double *, void *)``, for `scipy.integrate.quad` and ``nquad``; the variables are the
        arguments in their order. filter: ``int (double *, intptr_t, double *, void *)``, for
        `scipy.ndimage.generic_filter`; the variables are the neighbours in the order of the footprint.

    Returns
    -------
    scipy.LowLevelCallable
        It owns its work memory: for one thread at a time. Called with another number of arguments an integrand is nan
        and a filter fails.

    Raises
    ------
    ExpressionError
        If there are several outputs, or no such kind.
    InteropError
        If SciPy is not installed.
    """
    if kind not in (INTEGRAND, FILTER):
        raise ExpressionError(f"kind is {INTEGRAND!r} or {FILTER!r}, not {kind!r}")
    scipy, tape = opened("scipy", formula, "a low-level callable")
    n = len(tape.variables)
    callback = _core_callback.Callback(tapes.Plan(tape.expression.handle, n, 1), n)
    function = _core_callback.value_function if kind == INTEGRAND else _core_callback.outputs_function
    return scipy.LowLevelCallable(function(), callback.address)
