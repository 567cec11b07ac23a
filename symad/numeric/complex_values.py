"""An Expression evaluated in complex arithmetic by NumPy, where every one of its operations is analytic.

Knows values and no derivative. The evaluator in C has no complex numbers; this one serves the complex step alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from symad.errors import UnsupportedError
from symad.formula.ops import ROWS, Row
from symad.formula.parsing import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from symad.formula.expression import Expression

    Complex = NDArray[np.complex128]
    Rule = Callable[..., Complex]

_RECIPROCAL = {"sec": "cos", "csc": "sin", "cot": "tan", "sech": "cosh", "csch": "sinh", "coth": "tanh"}
_LARGEST_POWER = 1 << 30


class ComplexValues:
    """An Expression prepared for complex evaluation.

    Parameters
    ----------
    expression : Expression

    Raises
    ------
    UnsupportedError
        If an operation is not analytic, or NumPy has no complex values of it; names the first one.
    """

    def __init__(self, expression: Expression) -> None:
        self.expression = expression
        graph = expression.graph
        self._outputs = expression.outputs
        self._constants: dict[int, complex] = {}
        self._steps: list[tuple[int, Rule, tuple[int, ...]]] = []
        for node in range(graph.n_nodes):
            entry = ROWS[graph.op[node]]
            if entry.name == "NUMBER":
                self._constants[node] = complex(graph.number(node).value)
            elif entry.name != "INPUT":
                self._steps.append((node, _rule(entry), graph.operands(node)))
        self._last_use = {operand: node for node, _, operands in self._steps for operand in operands}

    def outputs(self, points: Complex) -> Complex:
        """``(n_outputs, ...)`` at ``(n_inputs, ...)``; a value that leaves its domain is nan."""
        values: dict[int, Any] = {**dict(enumerate(points)), **self._constants}
        kept = set(self._outputs)
        with np.errstate(all="ignore"):
            for node, rule, operands in self._steps:
                values[node] = rule(*[values[operand] for operand in operands])
                for operand in set(operands) - kept:
                    if self._last_use[operand] == node and operand not in self._constants:
                        del values[operand]
        shape = points.shape[1:]
        return np.stack([np.broadcast_to(values[output], shape) for output in self._outputs])


def _rule(entry: Row) -> Rule:
    if entry.name in _WRITTEN:
        return _WRITTEN[entry.name]
    if entry.condition:
        raise UnsupportedError("a condition chooses between branches")
    for name in filter(None, (entry.sympy.lower(), entry.text)):
        function = None if entry.exact else _numpy(name)  # of some NumPy has a complex form, which is not analytic
        if function is not None:
            return _inside(function, entry.domain)
    if entry.definition:
        return _defined(entry)
    raise _refusal(entry)


def _refusal(entry: Row) -> UnsupportedError:
    name = "Piecewise" if entry.name == "SELECT" else entry.text
    stepped = entry.cost == "select" or entry.exact or entry.domain.startswith("a != floor")
    return UnsupportedError(f"{name} is not analytic" if stepped else f"{name} has no complex values in NumPy")


def _numpy(name: str) -> Rule | None:
    """NumPy's complex function of a name such as sin, asin, sec or asec."""
    if name in _RECIPROCAL:
        inner: Rule = getattr(np, _RECIPROCAL[name])
        return lambda a: 1.0 / inner(a)
    if name[:1] == "a" and name[1:] in _RECIPROCAL:
        inverse: Rule = getattr(np, f"arc{_RECIPROCAL[name[1:]]}")
        return lambda a: inverse(1.0 / a)
    found = getattr(np, f"arc{name[1:]}" if name[:1] == "a" and hasattr(np, f"arc{name[1:]}") else name, None)
    return found if isinstance(found, np.ufunc) and found.nin == 1 and "D->D" in found.types else None


def _inside(function: Rule, domain: str) -> Rule:
    """Nan on and beyond the end of a half line where a branch point lies."""
    if domain != "a > 0":
        return function
    return lambda a: np.where(np.real(a) > 0, function(a), np.nan)


def _defined(entry: Row) -> Rule:
    names = ("a", "b")[: entry.arity]
    try:
        inner = ComplexValues(parse(entry.definition, variables=names, strict=True))
    except UnsupportedError:
        raise _refusal(entry) from None
    return lambda *operands: inner.outputs(np.stack(np.broadcast_arrays(*operands)))[0]


def _whole_power(a: Complex, b: complex) -> Complex:
    """Integer powers by repeated squaring: logarithms would leave the real line for negative a."""
    exponent = int(b.real)
    if abs(exponent) > _LARGEST_POWER:
        return np.power(a, b)
    result, factor, left = np.ones_like(a), a, abs(exponent)
    while left:
        if left & 1:
            result = result * factor
        left >>= 1
        if left:
            factor = factor * factor
    inverse: Complex = np.reciprocal(result)
    return inverse if exponent < 0 else result


def _power(a: Complex, b: Complex) -> Complex:
    return np.where(np.real(a) > 0, np.exp(b * np.log(a)), np.nan)


def _length(*items: Complex) -> Complex:
    scale = np.max([np.abs(np.real(item)) for item in np.broadcast_arrays(*items)], axis=0)
    scale = np.where(scale > 0, scale, 1.0)
    squares: Complex = np.sum([(item / scale) ** 2 for item in np.broadcast_arrays(*items)], axis=0)
    return np.where(np.real(squares) > 0, scale * np.sqrt(squares), np.nan)


def _log_of_sum(*items: Complex) -> Complex:
    top = np.max([np.real(item) for item in np.broadcast_arrays(*items)], axis=0)
    total: Complex = np.sum([np.exp(item - top) for item in np.broadcast_arrays(*items)], axis=0)
    found: Complex = top + np.log(total)
    return found


def _angle(y: Complex, x: Complex) -> Complex:
    """atan2, by the quotient that is at most 1."""
    flat = np.abs(np.real(y)) <= np.abs(np.real(x))
    beyond = np.where(np.real(x) < 0, np.copysign(np.pi, np.real(y)), 0.0)
    upright = np.copysign(np.pi / 2, np.real(y)) - np.arctan(x / np.where(flat, 1.0, y))
    return np.where(flat, np.arctan(y / np.where(flat, x, 1.0)) + beyond, upright)


def _cube_root(a: Complex) -> Complex:
    side = np.where(np.real(a) < 0, -1.0, 1.0)
    return np.where(np.real(a) != 0, side * np.power(side * a, 1.0 / 3.0), np.nan)


_WRITTEN: dict[str, Rule] = {
    "ADD": np.add, "SUB": np.subtract, "MUL": np.multiply, "DIV": np.divide, "NEG": np.negative,
    "POWN": _whole_power, "POW": _power, "CBRT": _cube_root, "NORM": _length, "HYPOT": _length,
    "LOGSUMEXP": _log_of_sum, "LOGADDEXP": _log_of_sum, "ATAN2": _angle,
    "SINC": lambda a: np.where(a == 0, 1.0, np.sin(a) / np.where(a == 0, 1.0, a)),
    "SIGMOID": lambda a: np.where(np.real(a) < 0, np.exp(a) / (1.0 + np.exp(a)), 1.0 / (1.0 + np.exp(-a))),
    "SOFTPLUS": lambda a: _log_of_sum(a, np.zeros_like(a)),
    "PI": lambda: np.asarray(np.pi + 0j), "E": lambda: np.asarray(np.e + 0j),
}  # fmt: skip


def complex_step(
    values: ComplexValues, points: NDArray[np.float64], columns: Sequence[int], relative_step: float = 1e-40
) -> NDArray[np.float64]:
    """Derivatives of all outputs: the imaginary part over a step so small that nothing is truncated or cancelled.

    Parameters
    ----------
    values : ComplexValues
    points : (n_points, n_vars) float64
    columns : sequence of int
        Of the variables; all steps run in one evaluation, an array of n_points*n_columns.
    relative_step : float
        Relative to abs(x), or to 1 where x is 0.

    Returns
    -------
    (n_points, n_outputs, n_columns) float64

    References
    ----------
    Squire and Trapp, Using complex variables to estimate derivatives of real functions, SIAM Review 40 (1998).
    """
    n_points, n_columns = len(points), len(columns)
    moved = np.repeat(points.T[:, :, None], n_columns, axis=2).astype(np.complex128)
    steps = relative_step * np.where(points == 0, 1.0, np.abs(points))
    with np.errstate(invalid="ignore"):  # at an infinite point there is no step, and no answer
        for place, column in enumerate(columns):
            moved[column, :, place] += 1j * steps[:, column]
    rises = np.imag(values.outputs(moved))
    found = rises / np.stack([steps[:, column] for column in columns], axis=1)
    return np.ascontiguousarray(found.transpose(1, 0, 2)).reshape(n_points, -1, n_columns)
