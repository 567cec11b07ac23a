"""Which functions of NumPy are traced, and by what; every other one is refused by name."""

from __future__ import annotations

import sys
from inspect import signature
from typing import TYPE_CHECKING, Any

import numpy as np

from symad.arrays import calling, contracting, moving, operands, refusals, solving, summing, ufuncs
from symad.arrays.tracing import Array, wrap

if TYPE_CHECKING:
    from collections.abc import Callable

    from symad.arrays.recording import Trace


def _shape(_: Trace, a: Any) -> Any:
    return np.shape(a.nodes_of() if isinstance(a, operands.Traced) else a)


def _i0(trace: Trace, x: object) -> Any:
    found = ufuncs.rule("i0", 1)
    return wrap(trace, found.apply(trace, [operands.numbers(trace, x)])) if found else NotImplemented


# A function of NumPy, by its name below `numpy`, and what does it.
_NAMED: dict[str, Callable[..., Any]] = {
    "sum": summing.reduction(np.add), "prod": summing.reduction(np.multiply), "max": summing.reduction(np.maximum),
    "amax": summing.reduction(np.maximum), "min": summing.reduction(np.minimum), "amin": summing.reduction(np.minimum),
    "all": summing.reduction(np.logical_and), "any": summing.reduction(np.logical_or),
    "cumsum": summing.running(np.add), "cumprod": summing.running(np.multiply), "mean": summing.mean,
    "var": summing.var, "std": summing.std, "average": summing.average, "ptp": summing.ptp,
    "count_nonzero": summing.count_nonzero, "diff": summing.diff, "trapezoid": summing.trapezoid,
    "trapz": summing.trapezoid, "where": summing.where, "select": summing.select, "clip": summing.clip,
    "sinc": summing.sinc, "round": summing.round_, "around": summing.round_, "polyval": summing.polyval,
    "cumulative_sum": lambda trace, x, *, axis=None: summing.running(np.add)(trace, x, axis),
    "cumulative_prod": lambda trace, x, *, axis=None: summing.running(np.multiply)(trace, x, axis),
    "nansum": summing.nan_reduction(np.add), "nanprod": summing.nan_reduction(np.multiply),
    "correlate": summing.correlate, "linalg.slogdet": solving.slogdet, "linalg.cholesky": solving.cholesky,
    "linalg.matrix_transpose": lambda trace, x: np.swapaxes(x, -1, -2),
    "tril_indices_from": lambda trace, arr, k=0: np.tril_indices(len(arr), k, arr.shape[1]),
    "triu_indices_from": lambda trace, arr, k=0: np.triu_indices(len(arr), k, arr.shape[1]),
    "diag_indices_from": lambda trace, arr: np.diag_indices(len(arr), arr.ndim),
    "cross": summing.cross, "kron": summing.kron, "convolve": summing.convolve, "i0": _i0,
    "dot": contracting.dot, "inner": contracting.inner, "vdot": contracting.vdot, "outer": contracting.outer,
    "tensordot": contracting.tensordot, "einsum": contracting.einsum, "trace": solving.trace_of,
    "linalg.norm": solving.norm, "linalg.solve": solving.solve, "linalg.inv": solving.inv, "linalg.det": solving.det,
    "linalg.matrix_power": solving.matrix_power, "linalg.multi_dot": solving.multi_dot,
    "linalg.outer": contracting.outer, "linalg.cross": summing.cross, "linalg.tensordot": contracting.tensordot,
    "linalg.matmul": contracting.matmul, "linalg.vecdot": contracting.vecdot,
    "linalg.trace": lambda trace, x, *, offset=0: solving.trace_of(trace, x, offset, -2, -1),
    "linalg.diagonal": lambda trace, x, *, offset=0: np.diagonal(x, offset, -2, -1),
    "linalg.vector_norm": solving.vector_norm, "linalg.matrix_norm": solving.matrix_norm,
    "pad": moving.pad, "copyto": moving.copyto, "fill_diagonal": moving.fill_diagonal, "full_like": moving.full_like,
    "zeros_like": lambda trace, a, dtype=None, order="K", subok=True, shape=None: moving.full_like(
        trace, a, 0.0, dtype, shape),
    "ones_like": lambda trace, a, dtype=None, order="K", subok=True, shape=None: moving.full_like(
        trace, a, 1.0, dtype, shape),
    "empty_like": lambda trace, a, dtype=None, order="K", subok=True, shape=None: moving.full_like(
        trace, a, 0.0, dtype, shape),
    "zeros": lambda trace, shape, dtype=None, order="C": moving.full(trace, shape, 0.0, dtype, order),
    "empty": lambda trace, shape, dtype=None, order="C": moving.full(trace, shape, 0.0, dtype, order),
    "ones": lambda trace, shape, dtype=None, order="C": moving.full(trace, shape, 1.0, dtype, order),
    "full": moving.full, "shape": _shape, "ndim": lambda trace, a: len(_shape(trace, a)),
    "size": lambda trace, a, axis=None: int(np.prod(_shape(trace, a)) if axis is None else _shape(trace, a)[axis]),
    "real": lambda trace, val: val, "imag": lambda trace, val: np.zeros_like(val), "fix": lambda trace, x: np.trunc(x),
    "iscomplexobj": lambda trace, x: False, "isrealobj": lambda trace, x: True,
}  # fmt: skip
_LIKE = ("eye", "identity", "arange", "tri", "array", "asarray", "asanyarray", "ascontiguousarray", "asfortranarray")


def _found(name: str) -> Any:
    """The function of NumPy of this name, None where this NumPy has none."""
    home, _, last = name.rpartition(".")
    return getattr(getattr(np, home) if home else np, last, None)


FUNCTIONS: dict[Any, Callable[..., Any]] = {_found(name): made for name, made in _NAMED.items() if _found(name)}
LIKE: frozenset[Any] = frozenset(getattr(np, name) for name in _LIKE)


def name_of(function: Any) -> str:
    """What a function is called below `numpy`."""
    home = (getattr(function, "__module__", "") or "").removeprefix("numpy").lstrip(".")
    short = home if home in ("linalg", "fft", "random") else ""
    return f"{short}.{function.__name__}" if short else function.__name__


def call(trace: Trace, function: Callable[..., Any], args: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """A function of NumPy with traced arguments.

    Raises
    ------
    TraceError
        If it is not traced, or not with these options.
    """
    if function in moving.FUNCTIONS:
        return moving.move(trace, function, args, options)
    if function in LIKE:
        return moving.numbers_like(trace, function, args, options)
    if (made := FUNCTIONS.get(function)) is None:
        refusals.refuse_function(name_of(function))
    if options.get("device", "") is None:  # of NumPy 2
        del options["device"]
    try:
        signature(made).bind(trace, *args, **options)
    except TypeError as error:
        refusals.refuse(
            f"np.{name_of(function)} is not traced in this form: {error}", "see its arguments in the documentation"
        )
    return made(trace, *args, **options)


def traceable() -> dict[str, tuple[str, ...]]:
    """What can be called with traced values in a `symad.function`, by where it is found.

    Returns
    -------
    dict
        Names below ``numpy``, below ``scipy.special`` where that is loaded, and methods of arrays.

    See Also
    --------
    function : what is traced.
    trace : the Expression that comes of it.

    Examples
    --------
    >>> import symad
    >>> names = symad.traceable()
    >>> "einsum" in names["numpy"], "sort" in names["numpy"]
    (True, False)
    """
    special = sys.modules.get("scipy.special")
    plain = [name for name in _NAMED if _found(name)]
    names = {*ufuncs.names(np), *calling.names(), *moving.NAMES, *plain, *_LIKE}
    found = {"numpy": tuple(sorted(names))}
    if special is not None:
        found["scipy.special"] = tuple(ufuncs.names(special))
    found["array"] = tuple(sorted(name for name in dir(Array) if not name.startswith("_")))
    return found
