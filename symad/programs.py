"""Programs of an Expression: made and planned once, run over arrays. Knows shapes; `tape` says what can be asked."""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from symad import _core, automatic, batches, calls, sparsity
from symad.errors import ShapeError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import ArrayLike, NDArray

    from symad.expression import Expression
    from symad.native import NativeCompiler

    Array = NDArray[np.float64]
    Planned: TypeAlias = tuple[Expression, _core.Plan, Any]

# Where a Tape keeps the ufuncs of its usual programs.
_USUAL = {"value": "_value", "gradient": "_gradient", "value_and_gradient": "_pair"}


class Programs:
    """An Expression, its derivative programs with their plans, and the ways in which they are called."""

    __slots__ = (
        "_entries", "_expression", "_gradient", "_lock", "_native", "_pair", "_programs", "_ufunc", "_value",
    )  # fmt: skip

    def __init__(self, expression: Expression, native: NativeCompiler | None = None) -> None:
        self._expression = expression
        self._native = native
        self._programs: dict[str, Planned] = {}
        self._entries: dict[str, sparsity.Entries] = {}
        self._lock = threading.Lock()
        # Ufuncs for the usual calls, called first and diagnosed only when they fail; none before the first plain call.
        self._value: Any = None
        self._gradient: Any = None
        self._pair: Any = None
        self._ufunc: Any = None

    @property
    def variables(self) -> tuple[str, ...]:
        """Names of the columns of a point."""
        return self._expression.variables

    @property
    def n_outputs(self) -> int:
        """Number of outputs."""
        return self._expression.n_outputs

    def _planned(self, make: Callable[[Expression], Expression] | None, name: str = "") -> Planned:
        """A derivative program, or the expression itself, its plan, and the ufunc that calls it.

        Points and directions are blocks of columns of their own, and so are a value and a gradient.
        """
        name = name or ("value" if make is None else make.__name__)
        if found := self._programs.get(name):
            return found
        with self._lock:
            if name not in self._programs:
                program = self._expression if make is None else make(self._expression)
                n, pair = len(self.variables), make is automatic.value_and_gradient
                plan = _core.Plan(program.handle, n, 1 if pair else program.n_outputs)
                ufunc = None
                if self._native is None:
                    scalar = self.n_outputs == 1 and make in (None, automatic.jvp)
                    results = (None, n) if pair else (None if scalar else program.n_outputs,)
                    ufunc = calls.gufunc(name, plan, (n, len(program.variables) - n), results)
                self._programs[name] = program, plan, ufunc
                if name in _USUAL:
                    setattr(self, _USUAL[name], ufunc)
            return self._programs[name]

    def _runner(self, make: Callable[[Expression], Expression] | None) -> batches.Runner:
        """What evaluates a program over blocks of rows: its plan, or its compiled form."""
        program, plan, _ = self._planned(make)
        return plan.run if self._native is None else partial(self._native.run, program)

    def _run(
        self,
        make: Callable[[Expression], Expression] | None,
        arguments: Sequence[ArrayLike],
        shape: tuple[int, ...],
        out: Array | None,
        threads: int,
        name: str = "",
    ) -> Array:
        """Evaluate at points, and directions if there are any; the result has their leading axes and then `shape`."""
        program, plan, ufunc = self._planned(make, name)
        if ufunc is not None and out is None and threads == 1 and all(type(x) in calls.PLAIN for x in arguments):
            try:
                entries: Array = ufunc(*arguments)
                return entries if len(shape) < 2 else entries.reshape(*entries.shape[:-1], *shape)
            except (TypeError, ValueError):
                pass  # the plain way says what is wrong
        inputs = self._inputs(arguments, len(program.variables) - len(self.variables))
        found = batches.result(out, inputs[0].shape[:-1] + shape, "result")
        run = plan.run if self._native is None else partial(self._native.run, program)
        batches.evaluate(run, inputs, [(found, program.n_outputs)], threads)
        return scalar(found) if out is None else found

    def _sparse_entries(self, name: str) -> sparsity.Entries:
        if name not in self._entries:
            self._entries[name] = sparsity.entries(self._expression, name)
        return self._entries[name]

    def _sparse(
        self, name: str, arguments: Sequence[ArrayLike], form: bool | str, out: Array | None, threads: int
    ) -> Any:
        found = self._sparse_entries(name)
        n_entries = len(found.structure.rows)
        if found.program is None:
            values = batches.result(out, (*self._inputs(arguments)[0].shape[:-1], 0), "result")
        else:
            program = found.program
            values = self._run(lambda _: program, arguments, (n_entries,), out, threads, name)
        if form != "scipy":
            return found.structure, values
        if values.ndim != 1:
            raise ShapeError(f"a matrix of SciPy is for one point, not for points of shape {values.shape[:-1]}")
        return sparsity.to_scipy(found, values)

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

    def _inputs(self, arguments: Sequence[ArrayLike], n_seeds: int = 0) -> tuple[Array, ...]:
        """Points, and directions or weights if there are any, their leading axes broadcast against each other."""
        points = self._points(arguments[0])
        if len(arguments) == 1:
            return (points,)
        more = np.asarray(arguments[1], dtype=np.float64)
        if more.ndim == 0 and n_seeds == 1:
            more = more[None]
        if more.ndim == 0 or more.shape[-1] != n_seeds:
            raise ShapeError(f"directions or weights have shape (..., {n_seeds}), not {more.shape}")
        lead = np.broadcast_shapes(points.shape[:-1], more.shape[:-1])
        return np.broadcast_to(points, (*lead, points.shape[-1])), np.broadcast_to(more, (*lead, n_seeds))


def scalar(array: Array) -> Array:
    """A NumPy scalar where there is one number, as NumPy's own functions return."""
    return array[()]
