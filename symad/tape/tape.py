"""Tape: evaluates an Expression and its derivatives on arrays. Knows what is asked for; every number comes from C."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from symad.derive import automatic, sparsity
from symad.errors import ExpressionError, ShapeError, UnsupportedError
from symad.formula.expression import Expression, one_output
from symad.formula.shown import Shown
from symad.inputs import frames
from symad.system import storing
from symad.tape import batches, shapes
from symad.tape.checking import RTOL, Check, vouch
from symad.tape.programs import Programs
from symad.tape.sweeps import Sweep

if TYPE_CHECKING:
    from collections.abc import Callable
    from os import PathLike

    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]

_ARRAY = np.ndarray  # a name nearer than an attribute, for the calls that are timed in tenths of microseconds


class Tape(Programs, Shown):
    """Evaluates an Expression and its derivatives; immutable and safe to share between threads.

    Parameters
    ----------
    expression : Expression
    native : NativeCompiler, optional
        Evaluates in place of the interpreter; `symad.compile` makes one.

    Notes
    -----
    Points are ``(..., n_vars)`` float64 array-likes with columns as in `variables`; leading axes stay; of one variable
    a number is a point. Outside an operation's domain entries are nan or inf, nothing is raised. Points by name, in a
    mapping ``{"x": ..., "y": ...}``, a data frame or a Dataset, are never taken by position; others are ignored. The
    answer has the same form and index, a column a variable or output: ``t.hessian(frame)["x"]["y"]`` is one.
    """

    _card = "tape"

    __module__ = "symad"
    __slots__ = ()

    @property
    def expression(self) -> Expression:
        """What this evaluates."""
        return self._expression

    @property
    def native(self) -> bool:
        """Whether programs are compiled by a C compiler; else they are interpreted, with the same answers."""
        return self._native is not None

    def __repr__(self) -> str:
        return f"<Tape of {self._expression!r}>"

    def __reduce__(self) -> tuple[object, ...]:
        from symad.tape import compiling

        return (partial(compiling.compile, native=True) if self.native else compiling.compile, (self._expression,))

    def save(self, path: str | PathLike[str]) -> None:
        """Write the file that `symad.load` and C programs read (``csrc/FORMAT.md``), source text included."""
        storing.replace(path, self._expression.to_bytes())

    def value(self, x: ArrayLike, *, out: Array | None = None, threads: int = 1, check: str | None = None) -> Array:
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
        if check is not None:
            vouch(self.check(x, of="value"), check)
        if out is None and threads == 1 and type(x) is _ARRAY:
            try:
                return self._value(x)  # type: ignore[no-any-return]
            except (TypeError, ValueError):
                pass
        if frames.is_named(x):
            return frames.call(self, "value", (x,), out=out, threads=threads)  # type: ignore[no-any-return]
        return self._run(None, (x,), self._outputs(), out, threads)

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
        shapes.check_names(values, self.variables)
        arguments = [values[name] for name in self.variables]
        if self.n_outputs == 1 and self._elementwise() is not None:
            try:
                return self._ufunc(*arguments)  # type: ignore[no-any-return]
            except (TypeError, ValueError):
                pass  # the plain way says what is wrong
        return self.value(shapes.stacked(arguments, self.variables))

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

    def gradient(self, x: ArrayLike, *, out: Array | None = None, threads: int = 1, check: str | None = None) -> Array:
        """Gradient at each point, ``(..., n_vars)``, by the adjoint program; one output only.

        Raises
        ------
        ShapeError
            As `value`.
        ExpressionError
            If there are several outputs.
        """
        if check is not None:
            vouch(self.check(x, of="gradient"), check)
        if out is None and threads == 1 and type(x) is _ARRAY:
            try:
                return self._gradient(x)  # type: ignore[no-any-return]
            except (TypeError, ValueError):
                pass
        if frames.is_named(x):
            return frames.call(self, "gradient", (x,), out=out, threads=threads)  # type: ignore[no-any-return]
        return self._run(automatic.gradient, (x,), (len(self.variables),), out, threads)

    def value_and_gradient(
        self, x: ArrayLike, *, out: tuple[Array, Array] | None = None, threads: int = 1, check: str | None = None
    ) -> tuple[Array, Array]:
        """The pair ``(value, gradient)`` from one evaluation; one output only. `out` is such a pair."""
        if check is not None:
            vouch(self.check(x, of="value_and_gradient"), check)
        if threads == 1 and type(x) is _ARRAY:
            try:
                if out is None:
                    return self._pair(x)  # type: ignore[no-any-return]
                if shapes.fits(x, out):
                    return self._into(x, out=out)  # type: ignore[no-any-return]
            except (TypeError, ValueError):
                pass
        if frames.is_named(x):
            return frames.call(self, "value_and_gradient", (x,), out=out, threads=threads)  # type: ignore[no-any-return]
        points, n = self._points(x), len(self.variables)
        lead = points.shape[:-1]
        value = batches.result(None if out is None else out[0], lead, "value")
        gradient = batches.result(None if out is None else out[1], (*lead, n), "gradient")
        plan = self._planned(automatic.value_and_gradient)[1]
        batches.evaluate(plan.run, [points], [(value, 1), (gradient, n)], threads)
        return (value[()] if out is None else value), gradient

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
        plan = self._planned(automatic.value_and_gradient)[1]
        inputs, outputs = [batches.rows(x)], [batches.rows(value[..., None]), batches.rows(gradient)]
        return plan.bind(inputs, outputs)

    def jacobian(
        self,
        x: ArrayLike,
        *,
        sparse: bool | str = False,
        method: str | None = None,
        out: Array | None = None,
        threads: int = 1,
        check: str | None = None,
    ) -> Any:
        """Jacobian at each point, ``(..., n_outputs, n_vars)``.

        Parameters
        ----------
        x : (..., n_vars) array-like
        sparse : {False, True, "scipy"}
            True gives ``(structure, values)``: `jacobian_structure` and the entries there, ``(..., n_entries)``;
            "scipy" a `scipy.sparse.csr_array` at one point.
        method : {None, "entries", "coloured"}
            Sparse entries come from a program of their own, or from products with one direction (or weight) a colour,
            groups of columns (or rows) that have no row (or column) in common; None takes what needs fewer operations.
            They agree to rounding; products that are not finite are computed again as entries.
        out, threads
            As `value`; `out` is for the entries where `sparse` is true.
        """
        if check is not None:
            vouch(self.check(x, of="jacobian"), check)
        if type(x) is not _ARRAY and frames.is_named(x):
            return frames.call(self, "jacobian", (x,), sparse=sparse, method=method, out=out, threads=threads)
        if sparse:
            return self._sparse("sparse_jacobian", (x,), sparse, out, threads, method)
        if out is None and threads == 1 and type(x) is _ARRAY:
            try:
                return self._jacobian(x)
            except (TypeError, ValueError):
                pass
        shape = (self.n_outputs, len(self.variables))
        return self._run(automatic.jacobian, (x,), shape, out, threads)

    def jacobian_structure(self) -> sparsity.Structure:
        """Rows and columns of the Jacobian's entries that are not 0 whatever the point."""
        return self._sparse_entries("sparse_jacobian").structure

    def hessian(
        self,
        x: ArrayLike,
        weights: ArrayLike | None = None,
        *,
        sparse: bool | str = False,
        lower: bool = False,
        method: str | None = None,
        out: Array | None = None,
        threads: int = 1,
        check: str | None = None,
    ) -> Any:
        """Hessian at each point, ``(..., n_vars, n_vars)``; with weights the weighted sum of the outputs' Hessians.

        Parameters
        ----------
        x : (..., n_vars) array-like
        weights : (..., n_outputs) array-like, optional
            Multipliers of the outputs; needed if there are several. They broadcast against the points.
        sparse : {False, True, "scipy"}
            As `jacobian`, with `hessian_structure`.
        lower : bool
            Leave the entries above the diagonal out, as IPOPT wants it; for sparse ones only.
        method : {None, "entries", "coloured"}
            As `jacobian`, with products of the symmetric matrix and a star colouring.
        out, threads
            As `value`; `out` is for the entries where `sparse` is true.

        Raises
        ------
        ShapeError
            As `value`.
        ExpressionError
            If there are several outputs and no weights, or `lower` without `sparse`.
        """
        arguments = (x,) if weights is None else (x, weights)
        if check is not None:
            vouch(self.check(x, weights, of="hessian" if weights is None else "weighted_hessian"), check)
        if type(x) is not _ARRAY and any(map(frames.is_named, arguments)):
            options = {"sparse": sparse, "lower": lower, "method": method, "out": out, "threads": threads}
            return frames.call(self, "hessian", arguments, **options)
        if sparse:
            return self._sparse(sparsity.name_of(lower, weights is not None), arguments, sparse, out, threads, method)
        if lower:
            raise ExpressionError("the lower triangle alone is for sparse Hessians: pass sparse=True too")
        if weights is None and out is None and threads == 1 and type(x) is _ARRAY:
            try:
                return self._hessian(x)
            except (TypeError, ValueError):
                pass
        make = sparsity.mirrored_hessian if weights is None else sparsity.weighted_hessian
        n = len(self.variables)
        return self._run(make, arguments, (n, n), out, threads)

    def hessian_structure(self, *, lower: bool = False) -> sparsity.Structure:
        """Rows and columns of the Hessian's entries that are not 0 whatever the point; of all outputs if several."""
        return self._sparse_entries(sparsity.name_of(lower, self.n_outputs > 1)).structure

    def jvp(
        self, x: ArrayLike, v: ArrayLike, *, out: Array | None = None, threads: int = 1, check: str | None = None
    ) -> Array:
        """Jacobian times the direction `v`, ``(..., n_vars)``, at each point; shaped as `value`."""
        return self._product("jvp", x, v, self._outputs(), out, threads, check)

    def vjp(
        self, x: ArrayLike, w: ArrayLike, *, out: Array | None = None, threads: int = 1, check: str | None = None
    ) -> Array:
        """The weights `w`, ``(..., n_outputs)``, times the Jacobian, ``(..., n_vars)``."""
        return self._product("vjp", x, w, (len(self.variables),), out, threads, check)

    def hvp(
        self, x: ArrayLike, v: ArrayLike, *, out: Array | None = None, threads: int = 1, check: str | None = None
    ) -> Array:
        """Hessian times the direction `v`, ``(..., n_vars)``; one output only."""
        return self._product("hvp", x, v, (len(self.variables),), out, threads, check)

    def to_c(self, path: str | PathLike[str] | None = None, **options: Any) -> str:
        """One C99 file that computes this and its derivatives; its text, also written to `path` if one is given.

        `options` are those of `symad.emit_c`: outputs, name, batch, points.
        """
        from symad.emission import emit_c

        text = emit_c(self._expression, **options)
        if path is not None:
            storing.replace(path, text.encode())
        return text

    def sweep(self, x: ArrayLike) -> Sweep:
        """The textbook forward and reverse sweep at one point, with its status; one output only."""
        one_output(self._expression, "sweep")
        return self._trace(x, np.ones(1), tangent=False)

    def tangent(self, x: ArrayLike, v: ArrayLike) -> Sweep:
        """The textbook tangent sweep at one point along the direction `v`, ``(n_vars,)``."""
        return self._trace(x, self._points(v), tangent=True)

    def check(
        self,
        x: ArrayLike,
        v: ArrayLike | None = None,
        *,
        of: str | Expression | None = None,
        rtol: float = RTOL,
        atol: ArrayLike = 0.0,
        refine: bool = False,
    ) -> Check:
        """How far each number may be from the exact one at these inputs, and why.

        Parameters
        ----------
        x : (..., n_vars) array-like
        v : (..., n_vars) or (..., n_outputs) array-like, optional
            Direction or weights, for ``of="jvp"``, ``"hvp"`` and ``"vjp"``.
        of : str or Expression, optional
            The name of a method, or any program of the same variables. Without it value and gradient, or of several
            outputs the values.
        rtol : float
            A number is doubtful where its bound exceeds ``rtol*|number| + atol``.
        atol : float or array
            2.3e-308 for those who do not care below the normal range.
        refine : bool
            Compute doubtful numbers again with as many digits as it takes, about a millisecond for a point, and say in
            ``certificates`` what vouches for them. A tie stays doubtful.

        Returns
        -------
        Check

        Raises
        ------
        ShapeError, ExpressionError
            As `value`; if `of` is unknown, or is for one output and there are several.

        Examples
        --------
        >>> found = symad.compile("(1 - cos(x))/x**2").check([1e-8])
        >>> found.doubtful.tolist(), str(found)
        ([True, True], 'cancelled at 1 - cos(x); ...')
        """
        return self._checked(of, (x,) if v is None else (x, v), rtol, atol, refine=refine)
