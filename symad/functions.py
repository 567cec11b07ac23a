"""Functions that NumPy lacks: on numbers and, inside `symad.function`, on traced arrays alike.

On numbers they run the same kernels as tapes do, so that both ways have the same bits.

Examples
--------
>>> import numpy as np, symad
>>> from symad.functions import logsumexp, relu
>>> relu(np.array([-1.0, 2.0]))
array([0., 2.])
>>> symad.function(lambda z: logsumexp(relu(z))).gradient(np.array([0.0, 0.0]))
array([0., 0.])
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from symad.arrays import calling, operands, refusals, ufuncs
from symad.arrays.tracing import wrap
from symad.errors import ShapeError
from symad.formula.ops import row
from symad.tape.compiling import compile as compiled

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from symad.tape.tape import Tape

    Axis = int | tuple[int, ...] | None

__all__ = [
    "cross_entropy", "elu", "gelu", "leaky_relu", "log_softmax", "logsumexp", "relu", "sigmoid", "silu", "softmax",
    "softplus",
]  # fmt: skip


def relu(x: ArrayLike) -> Any:
    """``max(x, 0)`` with slope 0 at 0."""
    return _elementwise("relu(a)", x)


def leaky_relu(x: ArrayLike, slope: float = 0.01) -> Any:
    """x above 0, else ``slope*x``."""
    return _elementwise("Piecewise((a, a > 0), (b*a, True))", x, slope)


def elu(x: ArrayLike, alpha: float = 1.0) -> Any:
    """x above 0, else ``alpha*(exp(x) - 1)``."""
    return _elementwise("Piecewise((a, a > 0), (b*expm1(a), True))", x, alpha)


def gelu(x: ArrayLike) -> Any:
    """x times the normal distribution function of x."""
    return _elementwise("gelu(a)", x)


def silu(x: ArrayLike) -> Any:
    """``x*sigmoid(x)``, also called swish."""
    return _elementwise("silu(a)", x)


def sigmoid(x: ArrayLike) -> Any:
    """``1/(1 + exp(-x))``."""
    return _elementwise("sigmoid(a)", x)


def softplus(x: ArrayLike) -> Any:
    """``log(1 + exp(x))`` without overflow."""
    return _elementwise("softplus(a)", x)


def logsumexp(x: ArrayLike, axis: Axis = None, *, keepdims: bool = False) -> Any:
    """The logarithm of the sum of exponentials over axes, without overflow on the way; over all by default."""
    if operands.holds_traced(x):
        trace = _trace_of(x)
        flat, axes = calling.last(operands.numbers(trace, x), axis)
        found = trace.lists(row("LOGSUMEXP").number, _some(flat))
        return wrap(trace, np.expand_dims(found, axes) if keepdims else found)
    flat, axes = calling.last(np.asarray(x, np.float64), axis)
    values = np.asarray(_logsumexp(_some(flat).shape[-1]).value(flat))
    return (np.expand_dims(values, axes) if keepdims else values)[()]


def softmax(x: ArrayLike, axis: Axis = -1) -> Any:
    """``exp(x)`` over its sum along axes: the gradient of `logsumexp`."""
    return _elementwise("exp(a)", log_softmax(x, axis))


def log_softmax(x: ArrayLike, axis: Axis = -1) -> Any:
    """The logarithm of `softmax`: x less its `logsumexp`."""
    return np.subtract(x, logsumexp(x, axis, keepdims=True))


def cross_entropy(logits: ArrayLike, target: ArrayLike, axis: int = -1) -> Any:
    """How badly scores predict a class: ``-sum(target*log_softmax(logits))`` along an axis.

    Parameters
    ----------
    logits : array
        Scores, one for each class along the axis.
    target : array
        Probabilities in the shape of the scores; or whole numbers, without that axis, which say the class.

    Returns
    -------
    array without the axis
        Its slopes by the scores are ``softmax(logits) - target``.
    """
    shape, wanted = np.shape(logits), np.shape(target)
    if shape == wanted:
        return -np.sum(np.multiply(target, log_softmax(logits, axis)), axis=axis)
    if (
        operands.holds_traced(target)
        or wanted != (*shape[:axis], *shape[axis:][1:])
        or np.asarray(target).dtype.kind not in "iu"
    ):
        raise ShapeError(
            f"target has the shape of the logits, {shape}, or says classes by whole numbers; this is {wanted}"
        )
    places = np.expand_dims(np.asarray(target), axis)
    chosen = np.take_along_axis(log_softmax(logits, axis), places, axis)
    return -np.squeeze(chosen, axis)


def _trace_of(*values: Any) -> Any:
    for value in values:
        if isinstance(value, operands.Traced):
            return value.home
        if isinstance(value, list | tuple) and (found := _trace_of(*value)) is not None:
            return found
    return None


def _some(flat: Any) -> Any:
    if flat.shape[-1] == 0:
        refusals.refuse_shapes(ValueError("logsumexp of no numbers"))
    return flat


def _elementwise(text: str, *inputs: Any) -> Any:
    """A formula of a and b on arrays that broadcast, traced where one of them is."""
    if (trace := _trace_of(*inputs)) is None:
        return _tape(text, len(inputs)).ufunc(*inputs)
    nodes = operands.broadcast(*(operands.numbers(trace, one) for one in inputs))
    return wrap(trace, _rule(text, len(inputs)).apply(trace, nodes))


@cache
def _rule(text: str, n: int) -> ufuncs.Rule:
    return ufuncs.rule_of_text(text, n)


@cache
def _tape(text: str, n: int) -> Tape:
    return compiled(text, variables=("a", "b")[:n])


@cache
def _logsumexp(n: int) -> Tape:
    names = [f"x{k}" for k in range(n)]
    return compiled(f"logsumexp({', '.join(names)})", variables=names)
