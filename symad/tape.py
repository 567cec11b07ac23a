"""Tape: evaluates an Expression and its derivatives on arrays. Knows what is asked for; every number comes from C."""

from __future__ import annotations

import threading
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from symad import _core, automatic, batches, calls
from symad.errors import ShapeError, UnsupportedError
from symad.expression import Expression, one_output
from symad.sweeps import Check, Sweep, check, trace

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from os import PathLike

    from numpy.typing import ArrayLike, NDArray

    from symad.native import NativeCompiler

    Array = NDArray[np.float64]


class Tape:
    """Evaluates an Expression and its derivatives; immutable and safe to share between threads.

    Parameters
    ----------
    expression : Expression
    native : NativeCompiler, optional
        Evaluates in place of the interpreter; `symad.compile` makes one.

    Notes
    -----
    Points are ``(..., n_vars)`` float64 array-likes with columns as in `variables`; leading axes stay in the result.
    With one variable a bare number is a point. Outside an operation's domain entries are nan or inf, nothing is raised.
    """

    __slots__ = ("_expression", "_gradient", "_lock", "_native", "_pair", "_programs", "_ufunc", "_value")

    def __init__(self, expression: Expression, native: NativeCompiler | None = None) -> None:
        self._expression = expression
        self._native = native
        self._programs: dict[str, tuple[Expression, _core.Plan]] = {}
        self._lock = threading.Lock()
        # Ufuncs for the usual calls, called first and diagnosed only when they fail; none before the first plain call.
        self._value: Any = None
        self._gradient: Any = None
        self._pair: Any = None
        self._ufunc: Any = None

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

    @property
    def native(self) -> bool:
        """Whether programs are compiled by a C compiler; else they are interpreted, with the same answers."""
        return self._native is not None

    def __repr__(self) -> str:
        return f"<Tape of {self._expression!r}>"

    def _repr_html_(self) -> str:
        from symad.report import cards

        return cards.tape(self)

    def __reduce__(self) -> tuple[object, ...]:
        from symad import compiling

        return (partial(compiling.compile, native=True) if self.native else compiling.compile, (self._expression,))

    def save(self, path: str | PathLike[str]) -> None:
        """Write the file that `symad.load` and C programs read (``csrc/FORMAT.md``), source text included."""
        Path(path).write_bytes(self._expression.to_bytes())

    def _program(self, make: Callable[[Expression], Expression]) -> Expression:
        """A derivative program, made once: it depends on the expression alone."""
        return self._planned(make)[0]

    def _planned(self, make: Callable[[Expression], Expression] | None) -> tuple[Expression, _core.Plan]:
        """A derivative program, or the expression itself, and its plan: points and directions are blocks of columns of
        their own, and so are a value and a gradient."""
        name = "value" if make is None else make.__name__
        with self._lock:
            if name not in self._programs:
                program = self._expression if make is None else make(self._expression)
                first = 1 if make is automatic.value_and_gradient else program.n_outputs
                plan = _core.Plan(program.handle, len(self.variables), first)
                self._programs[name] = program, plan
                if self._native is None and (slot := _USUAL.get(name)):
                    setattr(self, slot, calls.gufunc(name, plan, len(self.variables), self.n_outputs))
            return self._programs[name]

    def _runner(self, make: Callable[[Expression], Expression] | None) -> batches.Runner:
        """What evaluates a program over blocks of rows: its plan, or its compiled form."""
        program, plan = self._planned(make)
        return plan.run if self._native is None else partial(self._native.run, program)

    def _outputs(self) -> tuple[int, ...]:
        return () if self.n_outputs == 1 else (self.n_outputs,)

    def value(self, x: ArrayLike, *, out: Array | None = None, threads: int = 1) -> Array:
        """Outputs at each point: ``(...,)`` for one output, ``(..., n_outputs)`` for several.

        Parameters
        ----------
        x : (..., n_vars) array-like
        out : float64 array of the shape of the result, optional
            Written in place and returned.
        threads : int, optional
            Threads to share the points; the result does not depend on it.

        Raises
        ------
        ShapeError
            If the last axis is not the number of variables, the entries are complex or objects, or `out` does not fit.
        """
        if type(x) in calls.PLAIN and out is None and threads == 1:
            try:
                return self._value(x)  # type: ignore[no-any-return]
            except (TypeError, ValueError):
                pass
        return self._run(None, [self._points(x)], self._outputs(), out, threads)

    def __call__(self, x: ArrayLike | None = None, /, **values: ArrayLike) -> Array:
        """Value by name, ``t(x=0.5, y=[1.0, 2.0])``, the arrays broadcast against each other; or of points, as `value`.

        With one output, arrays of pandas, xarray, polars and dask give arrays of their own kind, as with `ufunc`.

        Raises
        ------
        ShapeError
            If a variable is missing or unknown, or the shapes do not broadcast.
        """
        if x is not None:
            return self.value(x)
        calls.check_names(values, self.variables)
        arguments = [values[name] for name in self.variables]
        if self.n_outputs == 1 and self._elementwise() is not None:
            try:
                return self._ufunc(*arguments)  # type: ignore[no-any-return]
            except (TypeError, ValueError):
                pass  # the plain way says what is wrong
        return self.value(calls.stacked(arguments, self.variables))

    @property
    def ufunc(self) -> np.ufunc:
        """The value as a NumPy ufunc: one argument a variable, one result an output; it broadcasts.

        Raises
        ------
        UnsupportedError
            If there are more variables and outputs than NumPy's ufuncs take (32, since NumPy 2 64), or none.
        """
        if (found := self._elementwise()) is None:
            raise UnsupportedError(
                f"NumPy has no ufuncs of {len(self.variables)} arguments and {self.n_outputs} results"
            )
        return found  # type: ignore[no-any-return]

    def _elementwise(self) -> Any:
        if self._ufunc is None:
            _, plan = self._planned(None)
            self._ufunc = calls.ufunc(str(self._expression), plan, self.variables, self.n_outputs)
        return self._ufunc

    def gradient(self, x: ArrayLike, *, out: Array | None = None, threads: int = 1) -> Array:
        """Gradient at each point, ``(..., n_vars)``, by the adjoint program; one output only.

        Raises
        ------
        ShapeError
            As `value`.
        ExpressionError
            If there are several outputs.
        """
        if type(x) in calls.PLAIN and out is None and threads == 1:
            try:
                return self._gradient(x)  # type: ignore[no-any-return]
            except (TypeError, ValueError):
                pass
        return self._run(automatic.gradient, [self._points(x)], (len(self.variables),), out, threads)

    def value_and_gradient(
        self, x: ArrayLike, *, out: tuple[Array, Array] | None = None, threads: int = 1
    ) -> tuple[Array, Array]:
        """The pair ``(value, gradient)`` from one evaluation; one output only. `out` is such a pair."""
        if type(x) in calls.PLAIN and threads == 1 and (out is None or calls.fits(x, out)):
            try:
                return self._pair(x) if out is None else self._pair(x, out=out)  # type: ignore[no-any-return]
            except (TypeError, ValueError):
                pass
        points, n = self._points(x), len(self.variables)
        lead = points.shape[:-1]
        value = batches.result(None if out is None else out[0], lead, "value")
        gradient = batches.result(None if out is None else out[1], (*lead, n), "gradient")
        run = self._runner(automatic.value_and_gradient)
        batches.evaluate(run, [points], [(value, 1), (gradient, n)], threads)
        return (_scalar(value) if out is None else value), gradient

    def bind(self, x: Array, *, out: tuple[Array, Array]) -> Callable[[], object]:
        """A call tied to these arrays: reads `x`, writes value and gradient into `out`, checks nothing any more.

        Parameters
        ----------
        x : (n_vars,) or (n_points, n_vars) float64
        out : pair of float64 arrays
            ``()`` or ``(n_points,)`` for the value, and the shape of `x` for the gradient. The arrays must stay as they
            are: same memory, same shape.

        Returns
        -------
        callable
            Without arguments; its work memory is its own, so it is not to be shared between threads.

        Raises
        ------
        ShapeError
            If an array is no float64 array of its shape.
        ExpressionError
            If there are several outputs.
        """
        n = len(self.variables)
        if not batches.is_block(x) or x.ndim not in (1, 2) or x.shape[-1] != n:
            raise ShapeError(f"bind needs a float64 array of shape ({n},) or (n_points, {n})")
        value = batches.result(out[0], x.shape[:-1], "value")
        gradient = batches.result(out[1], x.shape, "gradient")
        program, plan = self._planned(automatic.value_and_gradient)
        n_points = x.size // n if x.ndim == 1 else len(x)
        inputs, outputs = [_tall(x, n_points)], [_tall(value, n_points), _tall(gradient, n_points)]
        if self._native is None:
            return plan.bind(inputs, outputs)
        return partial(self._native.run, program, inputs, outputs)

    def jacobian(self, x: ArrayLike, *, out: Array | None = None, threads: int = 1) -> Array:
        """Jacobian at each point, ``(..., n_outputs, n_vars)``."""
        shape = (self.n_outputs, len(self.variables))
        return self._run(automatic.jacobian, [self._points(x)], shape, out, threads)

    def hessian(self, x: ArrayLike, *, out: Array | None = None, threads: int = 1) -> Array:
        """Hessian at each point, ``(..., n_vars, n_vars)``; one output only."""
        n = len(self.variables)
        return self._run(automatic.hessian, [self._points(x)], (n, n), out, threads)

    def jvp(self, x: ArrayLike, v: ArrayLike, *, out: Array | None = None, threads: int = 1) -> Array:
        """Jacobian times the direction `v`, ``(..., n_vars)``, at each point; shaped as `value`."""
        return self._run(automatic.jvp, self._joined(x, v, len(self.variables)), self._outputs(), out, threads)

    def vjp(self, x: ArrayLike, w: ArrayLike, *, out: Array | None = None, threads: int = 1) -> Array:
        """The weights `w`, ``(..., n_outputs)``, times the Jacobian, ``(..., n_vars)``."""
        return self._run(automatic.vjp, self._joined(x, w, self.n_outputs), (len(self.variables),), out, threads)

    def hvp(self, x: ArrayLike, v: ArrayLike, *, out: Array | None = None, threads: int = 1) -> Array:
        """Hessian times the direction `v`, ``(..., n_vars)``; one output only."""
        n = len(self.variables)
        return self._run(automatic.hvp, self._joined(x, v, n), (n,), out, threads)

    def _run(
        self,
        make: Callable[[Expression], Expression] | None,
        inputs: Sequence[Array],
        shape: tuple[int, ...],
        out: Array | None,
        threads: int,
    ) -> Array:
        """Evaluate at points, and directions if there are any; the result has their leading axes and then `shape`."""
        n_columns = self._planned(make)[0].n_outputs
        found = batches.result(out, inputs[0].shape[:-1] + shape, "result")
        batches.evaluate(self._runner(make), inputs, [(found, n_columns)], threads)
        return _scalar(found) if out is None else found

    def to_c(self, path: str | PathLike[str] | None = None, **options: Any) -> str:
        """One C99 file that computes this and its derivatives; its text, also written to `path` if one is given.

        `options` are those of `symad.emit_c`: outputs, name, batch, points.
        """
        from symad.emission import emit_c

        text = emit_c(self._expression, **options)
        if path is not None:
            Path(path).write_text(text, encoding="utf-8")
        return text

    def sweep(self, x: ArrayLike) -> Sweep:
        """The textbook forward and reverse sweep at one point, with its status; one output only."""
        one_output(self._expression, "sweep")
        return self._trace(x, np.ones(1), tangent=False)

    def tangent(self, x: ArrayLike, v: ArrayLike) -> Sweep:
        """The textbook tangent sweep at one point along the direction `v`, ``(n_vars,)``."""
        return self._trace(x, self._points(v), tangent=True)

    def check(self, x: ArrayLike) -> Check:
        """Status word and error bound at each point, ``(...,)`` and ``(..., 1 + n_vars)``; one output only."""
        one_output(self._expression, "check")
        return check(self._expression, self._program(automatic.value_and_gradient), self._points(x))

    def _trace(self, x: ArrayLike, seeds: Array, *, tangent: bool) -> Sweep:
        point = np.ascontiguousarray(self._points(x))
        if point.ndim != 1 or seeds.ndim != 1:
            raise ShapeError(f"a sweep takes one point of shape ({len(self.variables)},), not {point.shape}")
        return trace(self._expression, point, np.ascontiguousarray(seeds), tangent=tangent)

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

    def _joined(self, x: ArrayLike, seeds: ArrayLike, n_seeds: int) -> tuple[Array, Array]:
        """Points and directions or weights, their leading axes broadcast against each other."""
        points, more = self._points(x), np.asarray(seeds, dtype=np.float64)
        if more.ndim == 0 and n_seeds == 1:
            more = more[None]
        if more.ndim == 0 or more.shape[-1] != n_seeds:
            raise ShapeError(f"directions or weights have shape (..., {n_seeds}), not {more.shape}")
        lead = np.broadcast_shapes(points.shape[:-1], more.shape[:-1])
        return np.broadcast_to(points, (*lead, points.shape[-1])), np.broadcast_to(more, (*lead, n_seeds))


def _tall(array: Array, n_rows: int) -> Array:
    """One point as a row, one number a row as a column; always a view."""
    view = array.view()
    view.shape = (n_rows, array.size // max(n_rows, 1))
    return view


def _scalar(array: Array) -> Array:
    """A NumPy scalar where there is one number, as NumPy's own functions return."""
    return array[()]


# Where a Tape keeps the ufuncs of its usual programs.
_USUAL = {"value": "_value", "gradient": "_gradient", "value_and_gradient": "_pair"}
