"""Tape: evaluates an Expression and its derivatives on arrays. Knows what is asked for; every number comes from C."""

from __future__ import annotations

from functools import partial
from operator import methodcaller
from typing import TYPE_CHECKING, Any

import numpy as np

from symad.derive import sparsity
from symad.errors import UnsupportedError
from symad.formula.expression import Expression, one_output
from symad.formula.shown import Shown
from symad.system import storing
from symad.tape import asking, fixing, requests, shapes
from symad.tape.checking import RTOL, Check
from symad.tape.programs import Programs
from symad.tape.sweeps import Sweep

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from os import PathLike

    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]


class Tape(Programs, Shown):
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

    Points by name, in a mapping ``{"x": ..., "y": ...}``, a data frame or a Dataset of xarray, are taken by the names
    of variables and never by position; what the formula does not read is ignored. The answer has the same form, with
    the same index and a column a variable (or output); for a Jacobian or a Hessian it is a dict of these, a row each:
    ``t.hessian(frame)["x"]["y"]``. Directions and weights can come by name too.
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

        if self._fixed:
            return (methodcaller("fix", dict(self._fixed)), (Tape(self._expression, self._native),))
        return (partial(compiling.compile, native=True) if self.native else compiling.compile, (self._expression,))

    def save(self, path: str | PathLike[str]) -> None:
        """Write the file that `symad.load` and C programs read (``csrc/FORMAT.md``), source text included."""
        fixing.refuse(self, "save", "save f.fix(...), whose numbers are constants")
        storing.replace(path, self._expression.to_bytes())

    def value(self, x: Any = None, /, out: Any = None, **asked: Any) -> Any:
        """Outputs at each point: ``(...,)`` for one output, ``(..., n_outputs)`` for several.

        Parameters
        ----------
        x : (..., n_vars) array-like, or points by name
        out : float64 array of the shape of the result, optional
            Written in place and returned.
        threads : int, optional
            Threads to share the points; the result does not depend on it.
        check : {"warn", "raise"}, optional
            What to do where a number is doubtful.
        asked
            Other names are variables: ``t.value(x=1.0, y=ys)``.

        Raises
        ------
        ShapeError
            If the last axis is not the number of variables, the entries are complex or objects, `out` does not fit, or
            a name is none of a variable.
        """
        if not asked and (found := self._value(x, out)) is not NotImplemented:
            return found
        return requests.value(self, asking.asked(self, "value", (x,), asked, out))

    def __call__(self, x: ArrayLike | None = None, /, **values: ArrayLike) -> Any:
        """Value by name, ``t(x=0.5, y=[1.0, 2.0])``, the arrays broadcast against each other; or of points, as `value`.

        With one output, arrays of pandas, xarray, polars and dask give arrays of their own kind, as with `ufunc`.

        Raises
        ------
        ShapeError
            If a variable is missing or unknown, or the shapes do not broadcast.
        """
        if x is not None:
            return self.value(x, **values)
        shapes.check_names(values, self.variables)
        names = self._expression.variables
        arguments = [self._fixed[name] if name in self._fixed else values[name] for name in names]
        if self.n_outputs == 1 and self._elementwise() is not None:
            found = shapes.elementwise(self._ufunc, arguments)
            if found is not NotImplemented:
                return found
        return self.value(shapes.stacked([values[name] for name in self.variables], self.variables))

    @property
    def ufunc(self) -> np.ufunc:
        """The value as a NumPy ufunc: one argument a variable, one result an output; it broadcasts.

        Raises
        ------
        UnsupportedError
            If there are more variables and outputs than NumPy's ufuncs take (32, since NumPy 2 64), or none.
        """
        fixing.refuse(self, "ufunc", "call the Tape by name, or make it of f.fix(...)")
        if (found := self._elementwise()) is None:
            raise UnsupportedError(
                f"NumPy has no ufuncs of {len(self.variables)} arguments and {self.n_outputs} results"
            )
        return found  # type: ignore[no-any-return]

    def gradient(self, x: Any = None, /, out: Any = None, **asked: Any) -> Any:
        """Gradient at each point, ``(..., n_vars)``, by the adjoint program; one output only.

        Parameters
        ----------
        x : (..., n_vars) array-like, or points by name
        wrt : str or sequence of str, optional
            The variables to differentiate by, in the order of the last axis; what is left out costs nothing. One name
            by itself leaves the axis out.
        out, threads, check
            As `value`.
        asked
            Other names are variables, and the answer is by name too: ``t.gradient(x=1.0, y=ys)["x"]``. A variable that
            is called like an option goes into a mapping: ``t.gradient({"wrt": 1.0})``.

        Raises
        ------
        ShapeError
            As `value`.
        ExpressionError
            If there are several outputs.

        Examples
        --------
        >>> t = symad.compile("k*x**2")
        >>> {name: float(slope) for name, slope in t.gradient(k=3.0, x=2.0).items()}
        {'k': 4.0, 'x': 12.0}
        >>> float(t.gradient([3.0, 2.0], wrt="x"))
        12.0
        """
        if not asked and (found := self._gradient(x, out)) is not NotImplemented:
            return found
        return requests.gradient(self, asking.asked(self, "gradient", (x,), asked, out))

    def value_and_gradient(self, x: Any = None, /, out: Any = None, **asked: Any) -> Any:
        """The pair ``(value, gradient)`` from one evaluation, one output only; `out` is a pair too. See `gradient`."""
        if not asked and (found := self._pair(x, out)) is not NotImplemented:
            return found
        return requests.value_and_gradient(self, asking.asked(self, "value_and_gradient", (x,), asked, out))

    def bind(
        self, x: Array, *, out: Any, of: str = "value_and_gradient", sparse: bool = False, lower: bool = False
    ) -> Callable[[], object]:
        """A call tied to these arrays: reads `x`, writes value and gradient into `out`, checks nothing any more.

        Parameters
        ----------
        x : (n_vars,) or (n_points, n_vars) float64
        out : pair of float64 arrays, or one
            ``()`` or ``(n_points,)`` for the value, and the shape of `x` for the gradient; of another method one array
            of the shape of its answer. The arrays must stay as they are: same memory, same shape.
        of : {"value_and_gradient", "value", "gradient", "jacobian", "hessian"}
            The method.
        sparse, lower : bool
            As `hessian`: only the entries that `hessian_structure` or `jacobian_structure` tells, in its order.

        Returns
        -------
        callable
            Without arguments; its work memory is its own, so it is not to be shared between threads.

        Raises
        ------
        ShapeError
            If an array is no float64 array of its shape.
        ExpressionError
            If there are several outputs, or no such method.
        """
        return requests.bound(self, x, out, of, sparse=sparse, lower=lower)

    def jacobian(self, x: Any = None, /, out: Any = None, **asked: Any) -> Any:
        """Jacobian at each point, ``(..., n_outputs, n_vars)``.

        Parameters
        ----------
        x : (..., n_vars) array-like, or points by name
        sparse : {False, True, "scipy"}
            True gives ``(structure, values)``: `jacobian_structure` and the entries there, ``(..., n_entries)``;
            "scipy" a `scipy.sparse.csr_array` at one point.
        method : {None, "entries", "coloured"}
            Sparse entries come from a program of their own, or from products with one direction (or weight) a colour,
            groups of columns (or rows) that have no row (or column) in common; None takes what needs fewer operations.
            They agree to rounding; products that are not finite are computed again as entries.
        wrt, out, threads, check, asked
            As `gradient`; `out` is for the entries where `sparse` is true.
        """
        found = self._jacobian(x, out) if not asked else self._short_entries(asked, ("sparse_jacobian", ""), x, out)
        if found is not NotImplemented:
            return found
        return requests.jacobian(self, asking.asked(self, "jacobian", (x,), asked, out))

    def jacobian_structure(self) -> sparsity.Structure:
        """Rows and columns of the Jacobian's entries that are not 0 whatever the point."""
        return self._sparse_entries("sparse_jacobian", self._by).structure

    def hessian(self, x: Any = None, weights: ArrayLike | None = None, /, out: Any = None, **asked: Any) -> Any:
        """Hessian at each point, ``(..., n_vars, n_vars)``; with weights the weighted sum of the outputs' Hessians.

        Parameters
        ----------
        x : (..., n_vars) array-like, or points by name
        weights : (..., n_outputs) array-like, optional
            Multipliers of the outputs; needed if there are several. They broadcast against the points.
        sparse : {False, True, "scipy"}
            As `jacobian`, with `hessian_structure`.
        lower : bool
            Leave the entries above the diagonal out, as IPOPT wants it; for sparse ones only.
        method : {None, "entries", "coloured"}
            As `jacobian`, with products of the symmetric matrix and a star colouring.
        wrt, out, threads, check, asked
            As `gradient`; `out` is for the entries where `sparse` is true. By name the answer is a dict of rows:
            ``t.hessian(x=1.0, y=2.0)["x"]["y"]``.

        Raises
        ------
        ShapeError
            As `value`.
        ExpressionError
            If there are several outputs and no weights, or `lower` without `sparse`.
        """
        if weights is None:
            found = self._hessian(x, out) if not asked else self._short_entries(asked, sparsity.HESSIANS, x, out)
            if found is not NotImplemented:
                return found
        weights = asked.pop("weights", weights)  # by name too, as it was
        return requests.hessian(self, asking.asked(self, "hessian", (x, weights), asked, out))

    def hessian_structure(self, *, lower: bool = False) -> sparsity.Structure:
        """Rows and columns of the Hessian's entries that are not 0 whatever the point; of all outputs if several."""
        return self._sparse_entries(sparsity.name_of(lower, self.n_outputs > 1), self._by).structure

    def jvp(self, x: ArrayLike, v: ArrayLike, /, **asked: Any) -> Any:
        """Jacobian times the direction `v`, ``(..., n_vars)``, at each point; shaped as `value`.

        With `wrt` the direction has an entry for each variable that is named. Both may be mappings.
        """
        return requests.product(self, "jvp", asking.asked(self, "jvp", (x, v), asked))

    def vjp(self, x: ArrayLike, w: ArrayLike, /, **asked: Any) -> Any:
        """The weights `w`, ``(..., n_outputs)``, times the Jacobian, ``(..., n_vars)``; `wrt` as `gradient`."""
        return requests.product(self, "vjp", asking.asked(self, "vjp", (x, w), asked))

    def hvp(self, x: ArrayLike, v: ArrayLike, /, **asked: Any) -> Any:
        """Hessian times the direction `v`, ``(..., n_vars)``; one output only. `wrt` as `jvp`."""
        return requests.product(self, "hvp", asking.asked(self, "hvp", (x, v), asked))

    def fix(self, values: Mapping[str, float] | None = None, /, **more: float) -> Tape:
        """A Tape without these variables, which have these values; `fixed` shows them.

        They are filled in as inputs, so that the bits are those of this Tape. `Expression.fix` makes constants of them.

        Raises
        ------
        ShapeError
            If a name is no variable, or fixed already.

        Examples
        --------
        >>> t = symad.compile("k*exp(-Ea/(R*T))").fix(R=8.314)
        >>> t.variables, dict(t.fixed)
        (('k', 'Ea', 'T'), {'R': 8.314})
        """
        return Tape(self._expression, self._native, fixing.fixed(self, {**(values or {}), **more}))

    def to_c(self, path: str | PathLike[str] | None = None, **options: Any) -> str:
        """One C99 file that computes this and its derivatives; its text, also written to `path` if one is given.

        `options` are those of `symad.emit_c`: outputs, name, batch, sparse, points.
        """
        from symad.emission import emit_c

        text = emit_c(self._expression, fixed=self._fixed, **options)
        if path is not None:
            storing.replace(path, text.encode())
        return text

    def sweep(self, x: ArrayLike) -> Sweep:
        """The textbook forward and reverse sweep at one point, with its status; one output only."""
        one_output(self._expression, "sweep")
        return self._trace(x, np.ones(1), tangent=False)

    def tangent(self, x: ArrayLike, v: ArrayLike) -> Sweep:
        """The textbook tangent sweep at one point along the direction `v`, ``(n_vars,)``."""
        return self._trace(x, self._points(v, direction=True), tangent=True)

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
        ([True, True], 'cancelled at 1 - cos(x)')
        """
        return self._checked(of, (x,) if v is None else (x, v), rtol, atol, refine=refine, by=self._by)
