"""A formula inside JAX: values and derivatives come from the tape by callbacks, under jit, vmap and grad."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from symad.interop.extras import opened

if TYPE_CHECKING:
    from collections.abc import Callable

    from symad.formula.given import Formula
    from symad.tape.tape import Tape


def jax_function(formula: Formula | Tape) -> Callable[[Any], Any]:
    """A function of JAX arrays ``(..., n_vars)`` to ``(...)`` that can be jitted, mapped and differentiated twice.

    Parameters
    ----------
    formula : Tape, Expression, str or SymPy expression
        With one output.

    Returns
    -------
    callable
        With the type of its argument: enable ``jax_enable_x64`` for all digits. Reverse mode only (``custom_vjp``).

    Raises
    ------
    ExpressionError
        If there are several outputs.
    InteropError
        If JAX is not installed.
    """
    jax, tape = opened("jax", formula, "a JAX function")

    def called(function: Callable[..., Any], shape: tuple[int, ...], *arrays: Any) -> Any:
        kind = arrays[0].dtype

        def host(*values: Any) -> Any:
            found = function(*(np.asarray(value, dtype=np.float64) for value in values))
            return np.asarray(found, dtype=kind)

        result = jax.ShapeDtypeStruct(shape, kind)
        return jax.pure_callback(host, result, *arrays, vmap_method="broadcast_all")

    @jax.custom_vjp  # type: ignore[untyped-decorator]  # JAX is not there when types are checked
    def gradient(x: Any) -> Any:
        return called(tape.gradient, x.shape, x)

    @jax.custom_vjp  # type: ignore[untyped-decorator]
    def value(x: Any) -> Any:
        return called(tape.value, x.shape[:-1], x)

    gradient.defvjp(lambda x: (gradient(x), x), lambda x, v: (called(tape.hvp, x.shape, x, v),))
    value.defvjp(lambda x: (value(x), x), lambda x, weight: (weight[..., None] * gradient(x),))
    return value  # type: ignore[no-any-return]
