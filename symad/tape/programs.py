"""Programs of an Expression: made and planned once, run over arrays. Knows shapes; `tape` says what can be asked."""

from __future__ import annotations

import threading
import warnings
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from symad._core import tapes
from symad.derive import automatic, products, sparsity
from symad.errors import ExpressionError, NativeError, ShapeError, UnsupportedError
from symad.formula.expression import Expression, free_columns
from symad.inputs import frames
from symad.tape import batches
from symad.tape import shapes as calls
from symad.tape.checking import PROGRAMS, Check, check
from symad.tape.sweeps import Sweep, trace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

    from symad.tape.asking import Asked
    from symad.tape.native import NativeCompiler

    Array = NDArray[np.float64]
    Planned: TypeAlias = tuple[Expression, tapes.Plan, Any]

PRODUCTS = 1 << 20  # numbers that products leave at a time

# Where a Tape keeps what is called for its usual programs.
_USUAL = {
    "value": "_value", "gradient": "_gradient", "value_and_gradient": "_pair", "jacobian": "_jacobian",
    "mirrored_hessian": "_hessian",
}  # fmt: skip
_MATRICES = frozenset({"jacobian", "mirrored_hessian"})
_SPARSE, _LOWER = {"sparse": True}, {"sparse": True, "lower": True}  # all that is asked for


class Programs:
    """An Expression, its derivative programs with their plans, and the ways in which they are called."""

    __slots__ = (
        "_at_entries", "_by", "_entries", "_expression", "_fixed", "_gradient", "_hessian", "_jacobian", "_lock",
        "_native", "_pair", "_programs", "_ufunc", "_value", "_ways",
    )  # fmt: skip

    def __init__(
        self, expression: Expression, native: NativeCompiler | None = None, fixed: Mapping[str, float] | None = None
    ) -> None:
        self._expression = expression
        self._native = native
        self._fixed = MappingProxyType(
            {name: (fixed or {})[name] for name in expression.variables if name in (fixed or {})}
        )
        free = tuple(column for column in free_columns(expression) if expression.variables[column] not in self._fixed)
        self._by = free if len(free) < len(expression.variables) else None
        self._programs: dict[str, Planned] = {}
        self._entries: dict[tuple[str, tuple[int, ...] | None], sparsity.Entries] = {}
        self._ways: dict[tuple[object, ...], Expression | products.Products | None] = {}
        self._lock = threading.Lock()
        # The usual calls, short: each answers NotImplemented to what it does not take; unplanned ones take nothing.
        self._value: Any = calls.unplanned
        self._gradient: Any = calls.unplanned
        self._pair: Any = calls.unplanned
        self._jacobian: Any = calls.unplanned
        self._hessian: Any = calls.unplanned
        self._at_entries: dict[str, tuple[sparsity.Structure, Any]] = {}  # the same for sparse ones
        self._ufunc: Any = None
        if native is not None:
            self._planned(None)  # the compiler proves itself at once

    @property
    def variables(self) -> tuple[str, ...]:
        """Names of the columns of a point; those that are held are the last."""
        if not self._fixed:
            return self._expression.variables
        return tuple(name for name in self._expression.variables if name not in self._fixed)

    @property
    def free(self) -> tuple[str, ...]:
        """Names of the variables that derivatives are taken by unless others are named."""
        names = self._expression.variables
        return names if self._by is None else tuple(names[column] for column in self._by)

    @property
    def fixed(self) -> Mapping[str, float]:
        """What `Tape.fix` has fixed."""
        return self._fixed

    @property
    def output_names(self) -> tuple[str, ...]:
        """What the text calls each output; "" where it has no name."""
        return self._expression.output_names

    @property
    def n_outputs(self) -> int:
        """Number of outputs."""
        return self._expression.n_outputs

    @property
    def engine(self) -> str:
        """What runs the programs that were asked for so far: "avx512", "avx512 code" for one that became machine code.

        Programs that run often do; ``SYMAD_CODE=0`` in the environment leaves them interpreted, 1 does it at once. The
        answers are the same bits.
        """
        plans = [plan for _, plan, _ in self._programs.values()] or [self._planned(None)[1]]
        return ", ".join(sorted({plan.engine for plan in plans}))

    def describe(self, stage: str = "tape", *, of: str | None = None) -> str:
        """A stage of the formula as text, for people and tests; ``symad emit --stage`` prints the same.

        Parameters
        ----------
        stage : {"tape", "gradient", "plan"}
            "tape": the nodes, one a line, with constants that were folded and names that the text binds. "gradient":
            the nodes of a derivative, its guards written out. "plan": the order of the nodes, how each is computed
            (stored in a slot, chained in the accumulator R, fused into its user's step, or paired with other rows),
            and the instructions that every engine runs: they differ in how many points they take at once.
        of : str, optional
            Which program: "value" unless something else is asked for, "gradient" (of several outputs "jacobian") for
            the stage of that name; the names are those of `check`.

        Raises
        ------
        ExpressionError
            If there is no such stage or program.

        Examples
        --------
        >>> print(symad.compile("x*y").describe(), end="")
        value: nodes 3, inputs 2, outputs 1
        %0 = INPUT x                    ; active
        %1 = INPUT y                    ; active
        %2 = MUL x, y                   ; active
        outputs: %2
        """
        from symad.tape import stages

        return stages.describe(self._expression, stage, of, self._planned)

    def _planned(
        self, make: Callable[..., Expression] | None, name: str = "", by: tuple[int, ...] | None = None
    ) -> Planned:
        """A derivative program, or the expression itself, its plan, and the ufunc that calls it.

        Points and directions are blocks of columns of their own, and so are a value and a gradient.
        """
        usual = name or ("value" if make is None else make.__name__)
        name = usual if by is None or make is None else f"{usual} by {by}"
        if found := self._programs.get(name):
            return found
        with self._lock:
            if name not in self._programs:
                program = self._expression if make is None else make(self._expression, *(() if by is None else (by,)))
                n, pair = len(self._expression.variables), make is automatic.value_and_gradient
                k = n if by is None else len(by)
                plan = self._plan(program, n, 1 if pair else program.n_outputs)
                results = (None, k) if pair else (None if self._is_scalar(make) else program.n_outputs,)
                ufunc = calls.gufunc(name, plan, (n, len(program.variables) - n), results)
                self._programs[name] = program, plan, ufunc
                if usual in _USUAL and by in (None, self._by) and ufunc is not None and not self._fixed:
                    matrix = (program.n_outputs // k, k)
                    shapes = [matrix] if usual in _MATRICES else [(one,) if one else () for one in results]
                    setattr(self, _USUAL[usual], calls.at_points_of(plan, ufunc, n, shapes))
            return self._programs[name]

    def _is_scalar(self, make: Callable[..., Expression] | None) -> bool:
        """Whether a program's answer is one number a point, so that its ufunc has no axis for it."""
        return self.n_outputs == 1 and make in (None, automatic.jvp)

    def _plan(self, program: Expression, first_inputs: int, first_outputs: int) -> tapes.Plan:
        """The plan of a program, compiled where there is a compiler; where that fails, interpreted from now on."""
        plan = tapes.Plan(program.handle, first_inputs, first_outputs)
        if self._native is not None:
            try:
                self._native.attach(plan, program, first_inputs, first_outputs)
            except (NativeError, UnsupportedError) as error:
                self._native = None
                warn_interpreted(error)
        return plan

    def _run(
        self,
        make: Callable[..., Expression] | None,
        arguments: Sequence[ArrayLike],
        shape: tuple[int, ...],
        out: Array | None,
        threads: int,
        name: str = "",
        by: tuple[int, ...] | None = None,
    ) -> Array:
        """Evaluate at points, and directions if there are any; the result has their leading axes and then `shape`."""
        program, plan, ufunc = self._planned(make, name, by)
        n, n_seeds = len(self._expression.variables), len(program.variables) - len(self._expression.variables)
        if ufunc is not None and out is None and threads == 1 and not self._fixed:
            taken = calls.points(arguments, n, n_seeds)
            if taken is not None:
                entries: Array = ufunc(*taken)
                if len(shape) == 1 or self._is_scalar(make):
                    return entries
                return scalar(entries.reshape((*entries.shape[:-1], *shape)))
        inputs = self._inputs(arguments, n_seeds)
        found = batches.result(out, inputs[0].shape[:-1] + shape, "result")
        batches.evaluate(plan.run, inputs, [(found, program.n_outputs)], threads)
        return scalar(found) if out is None else found

    def _outputs(self) -> tuple[int, ...]:
        return () if self.n_outputs == 1 else (self.n_outputs,)

    def _elementwise(self) -> Any:
        if self._ufunc is None:
            _, plan, _ = self._planned(None)
            self._ufunc = calls.ufunc(str(self._expression), plan, self._expression.variables, self.n_outputs)
        return self._ufunc

    def _sparse_entries(self, name: str, by: tuple[int, ...] | None = None) -> sparsity.Entries:
        if (name, by) not in self._entries:
            self._entries[name, by] = sparsity.entries(self._expression, name, by)
        return self._entries[name, by]

    def _short_entries(self, asked: Mapping[str, Any], names: tuple[str, str], x: Any, out: Any) -> Any:
        """Structure and entries by the short way, of the matrix or of its lower triangle; NotImplemented where there is
        none, or it does not take this."""
        known = self._at_entries.get(names[0] if asked == _SPARSE else names[1] if asked == _LOWER else "")
        if known is None or (values := known[1](x, out)) is NotImplemented:
            return NotImplemented
        return known[0], values

    def _sparse(self, name: str, asked: Asked) -> Any:
        found, arguments = self._sparse_entries(name, asked.by), asked.arguments
        key = (name, asked.by, asked.method)
        if key not in self._ways:
            self._ways[key] = products.choose(self._expression, found, asked.method)
        way = self._ways[key]
        if way is None:
            values = batches.result(asked.out, (*self._inputs(arguments)[0].shape[:-1], 0), "result")
        elif isinstance(way, products.Products):
            values = self._by_products(name, way, arguments, asked.out, asked.threads)
        else:
            shape, title = (len(found.structure.rows),), name if asked.by is None else f"{name} by {asked.by}"
            _, plan, ufunc = self._planned(lambda _: way, title)
            if asked.by is None and asked.method is None and ufunc is not None and len(arguments) == 1:
                self._at_entries[name] = found.structure, calls.at_points_of(plan, ufunc, found.shape[1], [shape])
            values = self._run(lambda _: way, arguments, shape, asked.out, asked.threads, title)
        if asked.sparse != "scipy":
            return found.structure, values
        if values.ndim != 1:
            raise ShapeError(f"a matrix of SciPy is for one point, not for points of shape {values.shape[:-1]}")
        return sparsity.to_scipy(found, values)

    def _by_products(
        self, name: str, way: products.Products, arguments: Sequence[ArrayLike], out: Array | None, threads: int
    ) -> Array:
        """Entries out of products with seeds; where one is not finite, the entries' own program has the last word:
        0*inf of another column would be in the sum."""
        inputs = self._inputs(arguments, self.n_outputs)
        shape = (*inputs[0].shape[:-1], len(way.lanes))
        values = batches.result(out, shape, "result")
        blocks = [batches.rows(block) for block in inputs]
        found = np.empty((len(blocks[0]), len(way.lanes)))
        program, _, _ = self._planned(way.make)
        n_rows = max(1, PRODUCTS // (len(way.seeds) * program.n_outputs))
        for start in range(0, len(found), n_rows):
            span = slice(start, start + n_rows)
            seeded = _seeded([block[span] for block in blocks], way.seeds)
            made = self._run(way.make, seeded, (program.n_outputs,), None, threads)
            made = made.reshape(len(found[span]), len(way.seeds), program.n_outputs)
            found[span] = made[:, way.lanes, way.places]
        odd = np.flatnonzero(~np.isfinite(found).all(axis=1))
        if len(odd):
            make = self._sparse_entries(name).program
            found[odd] = self._run(lambda _: make(), [b[odd] for b in blocks], found.shape[1:], None, threads, name)
        values[...] = found.reshape(shape)
        return values

    def _checked(
        self,
        of: str | Expression | None,
        arguments: Sequence[ArrayLike],
        rtol: float,
        atol: ArrayLike,
        *,
        refine: bool,
        by: tuple[int, ...] | None = None,
    ) -> Check:
        """The check of a program, by name or of the caller's; what is doubtful again with more digits, if wanted."""
        if by is not None and not isinstance(of, Expression):
            of = self._named_program(of or ("value_and_gradient" if self.n_outputs == 1 else "value"), by)
        if isinstance(of, Expression):
            kind, program = "", of
        else:
            kind = of or ("value_and_gradient" if self.n_outputs == 1 else "value")
            program = self._named_program(kind)
        inputs = self._inputs(arguments, len(program.variables) - len(self._expression.variables))
        rows = [batches.rows(block) for block in inputs]
        points = np.ascontiguousarray(np.concatenate(rows, axis=1) if len(rows) > 1 else rows[0])
        if points.shape[1] != len(program.variables):
            raise ShapeError(f"{kind} takes {len(program.variables)} numbers a point, not {points.shape[1]}: pass v=")
        found = check(self._expression, program, points, inputs[0].shape[:-1], rtol, atol)
        if refine and found:
            from symad.numeric.refining import second_look

            found = found.amended(second_look(program, self._expression, kind))
        return found

    def _named_program(self, name: str, by: tuple[int, ...] | None = None) -> Expression:
        if name not in PROGRAMS:
            raise ExpressionError(f"there is no check of {name!r}: {', '.join(PROGRAMS)}, or a program")
        make = PROGRAMS[name]
        return self._expression if make is None else self._planned(make, by=by)[0]

    def _points(self, x: ArrayLike, *, direction: bool = False) -> Array:
        """Points, or directions, as an array with a column for each variable of the expression."""
        n = len(self.variables)
        array = np.asarray(frames.array(x, self.variables))
        if array.dtype.kind not in "fiub":
            raise ShapeError(f"points must be real numbers, not {array.dtype}")
        array = array.astype(np.float64, copy=False)
        if array.ndim == 0 and n == 1:
            array = array[None]
        if array.ndim == 0 or array.shape[-1] != n:
            advice = "; for many points of one variable pass x[:, None]" if n == 1 and array.ndim == 1 else ""
            names = ", ".join(self.variables)
            raise ShapeError(f"points have shape (..., {n}) for the variables ({names}), not {array.shape}{advice}")
        return self._with_fixed(array, direction=direction) if self._fixed else array

    def _with_fixed(self, array: Array, *, direction: bool) -> Array:
        """Points with what is fixed in its place: as inputs, so that the bits are those of the Tape before."""
        names = self._expression.variables
        whole = np.zeros((*array.shape[:-1], len(names)))
        for column, name in enumerate(names):
            if name in self._fixed:
                whole[..., column] = 0.0 if direction else self._fixed[name]
        whole[..., [column for column, name in enumerate(names) if name not in self._fixed]] = array
        return whole

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

    def _trace(self, x: ArrayLike, seeds: Array, *, tangent: bool) -> Sweep:
        point = np.ascontiguousarray(self._points(x))
        if point.ndim != 1 or seeds.ndim != 1:
            raise ShapeError(f"a sweep takes one point of shape ({len(self.variables)},), not {point.shape}")
        return trace(self._expression, point, np.ascontiguousarray(seeds), tangent=tangent)


def scalar(array: Array) -> Array:
    """A NumPy scalar where there is one number, as NumPy's own functions return."""
    return array[()]


def _seeded(blocks: Sequence[Array], seeds: Array) -> tuple[Array, Array]:
    """Points, and seeds for each; weights, if there are any, go before directions, and have none of their own."""
    points = blocks[0][:, None, :]
    if len(blocks) == 1:
        return points, seeds
    lead = (len(points), len(seeds))
    weights = np.broadcast_to(blocks[1][:, None, :], (*lead, blocks[1].shape[1]))
    directions = np.broadcast_to(seeds, (*lead, seeds.shape[1]))
    return points, np.concatenate([weights, directions, np.zeros_like(weights)], axis=-1)


def warn_interpreted(error: Exception, level: int = 5) -> None:
    """Say, at the user's call, why there is no native code."""
    warnings.warn(f"{error}; the tape is interpreted: slower, with the same answers", RuntimeWarning, stacklevel=level)
