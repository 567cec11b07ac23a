"""A formula inside loops that numba compiles: the C function is called by its address, without Python."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any

from symad._core import callback as _core_callback
from symad._core import tapes
from symad.derive import automatic
from symad.interop.extras import opened

if TYPE_CHECKING:
    from symad.formula.given import Formula
    from symad.tape.tape import Tape


def numba_function(formula: Formula | Tape) -> Any:
    """A function ``f(x, out)`` for code under ``@numba.njit``: value and gradient at one point.

    Parameters
    ----------
    formula : Tape, Expression, str or SymPy expression
        With one output.

    Returns
    -------
    callable
        Takes a C-contiguous float64 array `x` of shape ``(n_vars,)`` and writes the value and then the gradient into
        `out`, ``(1 + n_vars,)``; returns the value. One work memory serves all calls: not for ``parallel=True``, where
        each thread needs a function of its own. The address is compiled in, so it cannot be cached on disk.

    Raises
    ------
    ExpressionError
        If there are several outputs.
    InteropError
        If numba is not installed.
    """
    numba, tape = opened("numba", formula, "a numba function")
    n = len(tape.variables)
    program = automatic.value_and_gradient(tape.expression)
    callback = _core_callback.Callback(tapes.Plan(program.handle, n, 1 + n), n)
    word = ctypes.c_ssize_t
    form = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, word, ctypes.c_void_p, word)
    call, memory = form(_core_callback.outputs_address()), callback.number

    def value_and_gradient(x: Any, out: Any) -> Any:
        if x.size != n or out.size != n + 1:
            raise ValueError("x needs as many numbers as there are variables, and out one more")
        call(x.ctypes, n, out.ctypes, memory)
        return out[0]

    found = numba.njit(value_and_gradient)
    found.symad_callback = callback  # the memory that its code points to lives as long as it does
    return found
