"""Tape: evaluates an Expression and its derivatives on arrays. Knows shapes; every number comes from C."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from symad import _core, automatic
from symad.errors import ShapeError
from symad.expression import Expression, one_output
from symad.parsing import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import sympy
    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class StatusBit:
    """One thing a sweep met: its name, the first node that caused it, and the text of that node."""

    name: str
    node: int
    text: str


@dataclass(frozen=True, slots=True)
class Status:
    """The status word of a sweep; false when clean."""

    word: int
    bits: tuple[StatusBit, ...]

    def __bool__(self) -> bool:
        return self.word != 0

    def __str__(self) -> str:
        return "; ".join(f"{bit.name} at {bit.text}" for bit in self.bits) or "clean"


@dataclass(frozen=True)
class Sweep:
    """A textbook sweep at one point, every number of it.

    Attributes
    ----------
    expression : Expression
    point : (n_vars,) float64
    values : (n_nodes,) float64
    slopes : (n_nodes,) float64
        Adjoints of a reverse sweep, tangents of a tangent sweep.
    partials : (n_nodes, 2) float64
        Local partials for the first and second operand. Max and Min: the share of a leader. A selection: 1 and 0, by
        the branch taken.
    live : (n_nodes,) bool
        Whether the outputs depend on the node through branches that were taken.
    status : Status
        Of a reverse sweep; clean for a tangent sweep.
    """

    expression: Expression
    point: Array
    values: Array
    slopes: Array
    partials: Array
    live: NDArray[np.bool_]
    status: Status

    @property
    def adjoints(self) -> Array:
        """The slopes of a reverse sweep: d(output)/d(node)."""
        return self.slopes

    @property
    def value(self) -> float:
        """The first output."""
        return float(self.values[self.expression.outputs[0]])

    @property
    def gradient(self) -> Array:
        """Adjoints of the variables."""
        return self.slopes[: len(self.expression.variables)]


class Tape:
    """Evaluates an Expression and its derivatives; immutable and safe to share between threads.

    Parameters
    ----------
    expression : Expression

    Notes
    -----
    Points are ``(..., n_vars)`` float64 array-likes with columns as in `variables`; leading axes stay in the result.
    With one variable a bare number is a point. Outside an operation's domain entries are nan or inf, nothing is raised.
    """

    __slots__ = ("_expression", "_lock", "_programs")

    def __init__(self, expression: Expression) -> None:
        self._expression = expression
        self._programs: dict[str, Expression] = {}
        self._lock = threading.Lock()

    @property
    def expression(self) -> Expression:
        """What this evaluates."""
        return self._expression

    @property
    def variables(self) -> tuple[str, ...]:
        """Names of the columns of a point."""
        return self._expression.variables

    @property
    def n_outputs(self) -> int:
        """Number of outputs."""
        return self._expression.n_outputs

    def __repr__(self) -> str:
        return f"<Tape of {self._expression!r}>"

    def __reduce__(self) -> tuple[object, ...]:
        return (Tape, (self._expression,))

    def _program(self, make: Callable[[Expression], Expression]) -> Expression:
        """A derivative program, made once: it depends on the expression alone."""
        name = make.__name__
        with self._lock:
            if name not in self._programs:
                self._programs[name] = make(self._expression)
            return self._programs[name]

    def _run(self, program: Expression, points: Array, shape: tuple[int, ...]) -> Array:
        """Evaluate rows of points; the result has the leading axes of `points` and then `shape`."""
        rows = points.reshape(int(np.prod(points.shape[:-1])), points.shape[-1])  # -1 cannot be guessed where n is 0
        out = np.empty((len(rows), program.n_outputs))
        _core.values(program.handle, rows, out)
        return out.reshape(points.shape[:-1] + shape)

    def _outputs(self) -> tuple[int, ...]:
        return () if self.n_outputs == 1 else (self.n_outputs,)

    def value(self, x: ArrayLike) -> Array:
        """Outputs at each point: ``(...,)`` for one output, ``(..., n_outputs)`` for several.

        Raises
        ------
        ShapeError
            If the last axis is not the number of variables, or the entries are complex or objects.
        """
        return _scalar(self._run(self._expression, self._points(x), self._outputs()))

    __call__ = value

    def gradient(self, x: ArrayLike) -> Array:
        """Gradient at each point, ``(..., n_vars)``, by the adjoint program; one output only.

        Raises
        ------
        ShapeError
            As `value`.
        ExpressionError
            If there are several outputs.
        """
        return self._run(self._program(automatic.gradient), self._points(x), (len(self.variables),))

    def value_and_gradient(self, x: ArrayLike) -> tuple[Array, Array]:
        """The pair ``(value, gradient)`` from one evaluation; one output only."""
        both = self._run(self._program(automatic.value_and_gradient), self._points(x), (1 + len(self.variables),))
        return _scalar(both[..., 0]), both[..., 1:]

    def jacobian(self, x: ArrayLike) -> Array:
        """Jacobian at each point, ``(..., n_outputs, n_vars)``."""
        return self._run(self._program(automatic.jacobian), self._points(x), (self.n_outputs, len(self.variables)))

    def hessian(self, x: ArrayLike) -> Array:
        """Hessian at each point, ``(..., n_vars, n_vars)``; one output only."""
        n = len(self.variables)
        return self._run(self._program(automatic.hessian), self._points(x), (n, n))

    def jvp(self, x: ArrayLike, v: ArrayLike) -> Array:
        """Jacobian times the direction `v`, ``(..., n_vars)``, at each point; shaped as `value`."""
        return _scalar(
            self._run(self._program(automatic.jvp), self._joined(x, v, len(self.variables)), self._outputs())
        )

    def vjp(self, x: ArrayLike, w: ArrayLike) -> Array:
        """The weights `w`, ``(..., n_outputs)``, times the Jacobian, ``(..., n_vars)``."""
        return self._run(self._program(automatic.vjp), self._joined(x, w, self.n_outputs), (len(self.variables),))

    def hvp(self, x: ArrayLike, v: ArrayLike) -> Array:
        """Hessian times the direction `v`, ``(..., n_vars)``; one output only."""
        n = len(self.variables)
        return self._run(self._program(automatic.hvp), self._joined(x, v, n), (n,))

    def sweep(self, x: ArrayLike) -> Sweep:
        """The textbook forward and reverse sweep at one point, with its status; one output only."""
        one_output(self._expression, "sweep")
        return self._trace(x, np.ones(1), tangent=False)

    def tangent(self, x: ArrayLike, v: ArrayLike) -> Sweep:
        """The textbook tangent sweep at one point along the direction `v`, ``(n_vars,)``."""
        return self._trace(x, self._points(v), tangent=True)

    def _trace(self, x: ArrayLike, seeds: Array, *, tangent: bool) -> Sweep:
        point = np.ascontiguousarray(self._points(x))
        if point.ndim != 1 or seeds.ndim != 1:
            raise ShapeError(f"a sweep takes one point of shape ({len(self.variables)},), not {point.shape}")
        n, handle = self._expression.n_nodes, self._expression.handle
        arrays = (np.empty(n), np.empty(n), np.empty((n, 2)), np.empty(n, dtype=np.bool_))
        _core.trace(handle, point, np.ascontiguousarray(seeds), tangent=tangent, arrays=arrays)
        word, first = (0, []) if tangent else _core.status(handle, arrays)
        for array in (point, *arrays):
            array.flags.writeable = False
        return Sweep(self._expression, point, *arrays, _status(self._expression, word, first))

    def _points(self, x: ArrayLike) -> Array:
        n = len(self.variables)
        array = np.asarray(x)
        if array.dtype.kind not in "fiub":
            raise ShapeError(f"points must be real numbers, not {array.dtype}")
        array = array.astype(np.float64, copy=False)
        if array.ndim == 0 and n == 1:
            array = array[None]
        if array.ndim == 0 or array.shape[-1] != n:
            advice = "; for many points of one variable pass x[:, None]" if n == 1 and array.ndim == 1 else ""
            names = ", ".join(self.variables)
            raise ShapeError(f"points have shape (..., {n}) for the variables ({names}), not {array.shape}{advice}")
        return array

    def _joined(self, x: ArrayLike, seeds: ArrayLike, n_seeds: int) -> Array:
        points, more = self._points(x), np.asarray(seeds, dtype=np.float64)
        if more.ndim == 0 and n_seeds == 1:
            more = more[None]
        if more.ndim == 0 or more.shape[-1] != n_seeds:
            raise ShapeError(f"directions or weights have shape (..., {n_seeds}), not {more.shape}")
        lead = np.broadcast_shapes(points.shape[:-1], more.shape[:-1])
        both = [np.broadcast_to(a, lead + a.shape[-1:]) for a in (points, more)]
        return np.concatenate(both, axis=-1)


def _scalar(array: Array) -> Array:
    """A NumPy scalar where there is one number, as NumPy's own functions return."""
    return array[()]


def _status(expression: Expression, word: int, first: Sequence[int]) -> Status:
    labels = expression.labels if word else {}
    bits = []
    for place, (name, bit) in enumerate(_core.STATUS_BITS):
        if word & bit:
            node = first[place]
            bits.append(StatusBit(name, node, expression.span(node) or labels.get(node, f"node {node}")))
    return Status(word, tuple(bits))


def compile(formula: Expression | str | sympy.Basic, *, variables: Sequence[str] | None = None) -> Tape:  # noqa: A001  # the name that users type
    """A Tape from an Expression, a text or SymPy.

    Parameters
    ----------
    formula : Expression, str or SymPy expression
    variables : sequence of str, optional
        Order of the columns, for text and SymPy.
    """
    if isinstance(formula, Expression):
        return Tape(formula)
    if isinstance(formula, str):
        return Tape(parse(formula, variables=variables))
    from symad.sympy_bridge import from_sympy

    return Tape(from_sympy(formula, variables=variables))
