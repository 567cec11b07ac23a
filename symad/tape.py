"""Tape: evaluates an Expression and its derivatives on arrays. Knows shapes; every number comes from C."""

from __future__ import annotations

import threading
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from symad import _core, automatic
from symad.errors import NativeError, ShapeError, UnsupportedError
from symad.expression import Expression, one_output
from symad.parsing import parse
from symad.sweeps import Check, Sweep, check, trace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from os import PathLike

    import sympy
    from numpy.typing import ArrayLike, NDArray

    from symad.native import NativeCompiler

    Array = NDArray[np.float64]
    Formula: TypeAlias = Expression | str | sympy.Basic | Sequence[sympy.Basic]


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

    __slots__ = ("_expression", "_lock", "_native", "_programs")

    def __init__(self, expression: Expression, native: NativeCompiler | None = None) -> None:
        self._expression = expression
        self._native = native
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
        return (_restored, (self._expression, self.native))

    def save(self, path: str | PathLike[str]) -> None:
        """Write the file that `symad.load` and C programs read (``csrc/FORMAT.md``), source text included."""
        Path(path).write_bytes(self._expression.to_bytes())

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
        if self._native is not None:
            self._native.values(program, rows, out)
        else:
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

    def __call__(self, x: ArrayLike | None = None, /, **values: ArrayLike) -> Array:
        """Value by name, ``t(x=0.5, y=[1.0, 2.0])``, the arrays broadcast against each other; or of points, as `value`.

        Raises
        ------
        ShapeError
            If a variable is missing or unknown, or the shapes do not broadcast.
        """
        return self.value(x if x is not None else self._named(values))

    def _named(self, values: Mapping[str, ArrayLike]) -> Array:
        wrong = [name for name in self.variables if name not in values] or [
            n for n in values if n not in self.variables
        ]
        if wrong:
            state = "is missing" if wrong[0] in self.variables else "is no variable here"
            raise ShapeError(f"{wrong[0]} {state}; the variables are ({', '.join(self.variables)})")
        arrays = [np.asarray(values[name]) for name in self.variables]
        try:
            return np.stack(np.broadcast_arrays(*arrays), axis=-1) if arrays else np.empty(0)
        except ValueError:
            shapes = ", ".join(f"{n} {a.shape}" for n, a in zip(self.variables, arrays, strict=True))
            raise ShapeError(f"these shapes do not broadcast: {shapes}") from None

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


def lambdify(args: sympy.Symbol | str | Sequence[sympy.Symbol | str], expr: Formula) -> Callable[..., Array]:
    """A function of the arguments one by one, as SymPy's lambdify makes it, evaluated by a Tape.

    Parameters
    ----------
    args : Symbol, str or sequence of them
        The arguments in their order.
    expr : SymPy expression, Expression or str

    Returns
    -------
    callable
        Takes one array-like an argument and broadcasts them; ``(...,)``, or ``(..., m)`` for m outputs.
    """
    listed = args if isinstance(args, (list, tuple)) else [args]
    names = [str(arg) for arg in listed]
    tape = compile(expr, variables=names if isinstance(expr, str) else listed)
    keys = names if isinstance(expr, Expression) else tape.variables  # SymPy's names may need another spelling

    def function(*values: ArrayLike) -> Array:
        if len(values) != len(names):
            raise TypeError(f"expected {len(names)} arguments ({', '.join(names)}), not {len(values)}")
        return tape(**dict(zip(keys, values, strict=True)))

    return function


def compile(  # noqa: A001  # the name that users type
    formula: Formula,
    *,
    variables: Sequence[sympy.Symbol | str] | None = None,
    native: bool = False,
    compiler: str = "cc",
) -> Tape:
    """A Tape from an Expression, a text or SymPy.

    Parameters
    ----------
    formula : Expression, str or SymPy expression
    variables : sequence of str, optional
        Order of the columns, for text and SymPy.
    native : bool
        Whether to have a C compiler translate each program before its first use: some tenths of seconds once, kept in
        the user's cache, then several times the speed. Without a compiler a warning says so and `Tape.native` is False.
    compiler : str
        Command of the compiler.
    """
    expression = _read(formula, variables)
    return Tape(expression, _native_compiler(expression, compiler) if native else None)


def _read(formula: Formula, variables: Sequence[sympy.Symbol | str] | None) -> Expression:
    if isinstance(formula, Expression):
        return formula
    if isinstance(formula, str):
        return parse(formula, variables=None if variables is None else [str(name) for name in variables])
    from symad.sympy_bridge import from_sympy

    return from_sympy(formula, variables=variables)


def _native_compiler(expression: Expression, command: str) -> NativeCompiler | None:
    """A compiler that has proved itself on the expression, or None after a warning."""
    from symad.native import NativeCompiler

    try:
        found = NativeCompiler(command)
        found.handle(expression)
    except (NativeError, UnsupportedError) as error:
        warnings.warn(f"{error}; the tape is interpreted: slower, with the same answers", RuntimeWarning, stacklevel=3)
        return None
    return found


def _restored(expression: Expression, native: bool) -> Tape:
    return compile(expression, native=native)
