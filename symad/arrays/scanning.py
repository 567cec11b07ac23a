"""`symad.scan`: a step repeated many times, in little memory; and functions that have one between other statements.

The step is traced once. Inside a traced function its results are inputs of what comes after it, and what goes in are
outputs of what comes before; derivatives go through the two parts and, by the adjoint of the loop, between them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from symad._core import bulk, loops
from symad._core.tapes import Builder
from symad.arrays import deriving, operands, structures
from symad.arrays.function import Function
from symad.arrays.operands import Traced
from symad.arrays.recorded import Layout, Program, Recorded
from symad.arrays.tracing import wrap
from symad.derive import automatic
from symad.errors import ShapeError, TraceError, UnsupportedError
from symad.formula.expression import build

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from symad._core.tapes import Handle
    from symad.arrays.deriving import Places
    from symad.formula.expression import Expression

    Numbers = NDArray[np.float64]

KEEP = {"sqrt": loops.KEEP_SQRT, "all": loops.KEEP_ALL}


@dataclass(frozen=True, slots=True)
class Scan:
    """A loop with the layouts of what goes in and comes out.

    Attributes
    ----------
    loop : Loop
    keep : int
    result : structure
        Of the pair (last state, what steps give).
    shapes : tuple of shape
        Of the arrays of that pair.
    step : Expression
        Of state, x and args.
    """

    loop: loops.Loop
    keep: int
    result: Any
    shapes: tuple[tuple[int, ...], ...]
    step: Expression

    @property
    def starts(self) -> tuple[int, int, int]:
        """Numbers of state, of state and xs, and of all that goes in."""
        loop = self.loop
        xs = loop.n_state + loop.n_steps * loop.n_x
        return loop.n_state, xs, xs + loop.n_args

    def recorded(self, plain: Recorded, places: Places) -> Recorded:
        """A trace that has this scan in it; `places` are the inputs that go in as they are, -1 for what is computed."""
        return Scanned(self, plain, places)

    def value(self, given: Numbers) -> Numbers:
        """Last state and ys, side by side, from state, xs and args side by side."""
        state, xs, args = np.split(given, self.starts[:2])
        end, ys = self.loop.value(state, xs, args)
        return np.concatenate([end, ys.ravel()])

    def slopes(self, given: Numbers, weights: Numbers) -> Numbers:
        """Slopes of what goes in, for weights of what comes out."""
        state, xs, args = np.split(given, self.starts[:2])
        n = self.loop.n_state
        _, found = self.loop.value_and_adjoint(self.keep, state, xs, args, weights[:n], weights[n:])
        return np.concatenate([one.ravel() for one in found])


def scan(
    step: Callable[..., Any], state: Any, *args: Any, xs: Any = None, length: int | None = None,
    keep: str | int = "sqrt",
) -> tuple[Any, Any]:  # fmt: skip
    """``state, y = step(state, x, *args)`` repeated: the last state, and what the steps gave with a first axis of them.

    On numbers it runs at once. Inside `symad.function` the function may consist of statements, one scan, and
    statements; it has all derivatives. The gradient takes a value pass, and a value and an adjoint pass; it keeps about
    twice the square root of the number of states, and so does a product with the Hessian, of twice as long states.

    Parameters
    ----------
    step : callable
        Of the state, a row of `xs` (None without) and the args; returns the next state, in the same structure and
        shapes, and what is to be collected, or None.
    state : array, number, or structure of them
    *args
        What is the same for each step. A step must not read other values of the trace that it is called in.
    xs : array or structure of arrays, optional
        With a row a step.
    length : int, optional
        Number of steps, where there are no xs.
    keep : {"sqrt", "all"} or int
        How many states are kept for derivatives: those of one in that many steps. No choice changes a bit.

    Returns
    -------
    state, ys

    Raises
    ------
    ShapeError
        If the state changes its shapes, or the number of steps is not known.
    TraceError
        If the step cannot be traced, or a traced function has a second scan.

    See Also
    --------
    symad.function : what makes a function with a scan differentiable.
    symad.objective : a sum over rows, whose order does not matter.

    Examples
    --------
    >>> import symad
    >>> symad.scan(lambda h, x, w: (w*h, h), 1.0, 2.0, length=5)
    (np.float64(32.0), array([ 1.,  2.,  4.,  8., 16.]))
    >>> decay = symad.function(lambda w: symad.scan(lambda h, x, w: (w*h, None), 1.0, w, length=5)[0])
    >>> float(decay.gradient(2.0))
    80.0
    """
    leaves: list[Any] = []
    structure = structures.flatten(state, leaves)
    rows: list[Any] = []
    xs_structure = structures.flatten(xs, rows)
    n = _length(rows, length)
    more: list[Any] = []
    for arg in args:
        structures.flatten(arg, more)
    first_row = structures.unflatten(xs_structure, iter([_row(one) for one in rows]))
    scanned = _traced(Function(step), (state, first_row, *args), (structure, leaves), n, KEEP.get(keep, keep))  # type: ignore[arg-type]
    given = [*leaves, *_side_by_side(rows, n), *more]
    home = next((one.home for one in given if isinstance(one, Traced)), None)
    if home is not None:
        return _inside(home, scanned, given)
    flat = np.concatenate([np.ravel(np.asarray(one, dtype=np.float64)) for one in given]) if given else np.empty(0)
    found = Layout.of(scanned.shapes).unpack(scanned.value(flat))
    pair: tuple[Any, Any] = structures.unflatten(scanned.result, found)
    return pair


def _length(rows: Sequence[Any], length: int | None) -> int:
    lengths = {_shape(one)[0] if _shape(one) else 0 for one in rows}
    if not rows and length is None:
        raise ShapeError("scan needs xs, with a row a step, or length=")
    if len(lengths) > 1 or (rows and length is not None and length not in lengths):
        raise ShapeError(
            f"xs have {', '.join(map(str, sorted(lengths)))} rows, length is {length}: one number of steps"
        )
    n = length if length is not None else lengths.pop()
    if n < 1:
        raise ShapeError(f"scan needs a step at least, not {n}")
    return n


def _shape(array: Any) -> tuple[int, ...]:
    """Also of what is traced, without asking NumPy."""
    found: tuple[int, ...] = array.shape if isinstance(array, Traced) else np.shape(array)
    return found


def _row(array: Any) -> Any:
    return np.zeros(_shape(array)[1:])


def _side_by_side(rows: Sequence[Any], n: int) -> list[Any]:
    """Arrays over steps as one, a row a step."""
    if len(rows) < 2:
        return list(rows)
    return [np.concatenate([np.reshape(one, (n, -1)) for one in rows], axis=1)]


def _traced(step: Function, examples: Sequence[Any], state: tuple[Any, list[Any]], n: int, keep: int) -> Scan:
    plain = [structures.map_leaves(lambda one: np.zeros(_shape(one)), example) for example in examples]
    try:
        step._reader.signature.bind(*plain)
    except TypeError as error:
        takes = f"the step takes {step._reader.signature}, and is called with {len(plain)} arguments"
        raise TraceError(takes, instead="write step(state, x, *args); x is None without xs") from error
    found, _ = step._of(plain, {})
    shapes = tuple(map(_shape, state[1]))
    pair = found.result
    if not isinstance(pair, structures.Node) or pair.kind is not tuple or len(pair.parts) != 2:
        raise TraceError("the step returns no pair", instead="return state, y; y may be None")
    n_leaves = len(shapes)
    came = found.outputs.shapes[:n_leaves]
    if pair.parts[0] != state[0] or came != shapes:
        raise ShapeError(f"state goes in as {_listed(shapes)}, comes out as {_listed(came)}")
    n_state, n_x = found.inputs.starts[n_leaves], _size(found, 1)
    loop = loops.Loop(found.expression.handle, n_state, n_x, n)
    ys = tuple((n, *shape) for shape in found.outputs.shapes[n_leaves:])
    if len(ys) > 1:
        raise ShapeError(f"a step gives one array beside its state, not {len(ys)}: np.concatenate them")
    return Scan(loop, int(keep), pair, (*shapes, *ys), found.expression)


def _size(found: Recorded, place: int) -> int:
    one = found.arguments[place]
    return found.inputs.starts[one.last] - found.inputs.starts[one.first]


def _listed(shapes: Sequence[tuple[int, ...]]) -> str:
    return ", ".join(map(str, shapes)) or "nothing"


def _inside(trace: Any, scanned: Scan, given: Sequence[Any]) -> tuple[Any, Any]:
    """A scan in a trace: its results are new inputs."""
    if trace.scan is not None:
        raise TraceError("a second scan in one traced function", instead="put both into one step, or two functions")
    nodes = np.concatenate([operands.numbers(trace, one).ravel() for one in given])
    names = [f"scan_{k}_" for k in range(Layout.of(scanned.shapes).size)]
    made = trace.argument("the result of scan", names, (len(names),))
    trace.scan = scanned, nodes
    parts = Layout.of(scanned.shapes).unpack(made)
    pair: tuple[Any, Any] = structures.unflatten(scanned.result, iter([wrap(trace, np.asarray(one)) for one in parts]))
    return pair


@dataclass(frozen=True, slots=True)
class Parts:
    """A function with a scan: `before` gives what goes into it, `after` reads arguments and what comes out.

    Both are formulas of the inputs that an operation reads. An argument that only goes into the scan, such as the
    stacked weights of a network, is none of them: it costs nothing but its numbers.

    Attributes
    ----------
    scan : Scan
    before : Expression or None
    after : Expression
    reads : array of int
        Which input each variable of both formulas is; those of results stand behind those of arguments.
    places : array of int
        Which input goes into each place of the scan as it is, -1 for what `before` gives.
    n_inputs, n_outputs : int
    """

    scan: Scan
    before: Expression | None
    after: Expression
    reads: Places
    places: Places
    n_inputs: int
    n_outputs: int


class Scanned(Recorded):
    """A trace with a scan."""

    __slots__ = ("_parts",)

    def __init__(self, scanned: Scan, plain: Recorded, places: Places) -> None:
        for name in Recorded.__slots__:
            if name != "expression":
                setattr(self, name, getattr(plain, name))
        handle, n = plain.expression.handle, plain.outputs.size
        reads = bulk.inputs_read(handle)
        whole = _over(handle, reads)
        before = automatic.select(whole, list(range(n, whole.n_outputs))) if n < whole.n_outputs else None
        after = automatic.select(whole, list(range(n)))
        self._parts = Parts(scanned, before, after, reads, places, plain.inputs.size, n)

    @property
    def expression(self) -> Expression:  # type: ignore[override]  # there is none
        """There is no single formula.

        Raises
        ------
        UnsupportedError
        """
        raise UnsupportedError("a function with a scan is no single formula: trace the step")

    def _made(self, kind: str, by: Any, along: Any) -> Any:
        from symad.arrays.tangents import Tangent  # which needs this module

        if kind in ("value", "vjp", "value_and_gradient", "jacobian"):
            return Through(self._parts, kind, by)
        return Tangent(self._parts, kind, by, along)


def _over(handle: Handle, reads: Places) -> Expression:
    """The same outputs as a formula of some of its inputs; no other is read."""
    builder = Builder()
    nodes = np.full(handle.view.n_inputs, builder.number(0.0), np.uint32)
    nodes[reads] = bulk.inputs(builder, [f"x{k}" for k in range(len(reads))])
    bulk.outputs(builder, bulk.append(builder, handle, nodes))
    return build(builder)


def _weighted(expression: Expression | None, by: Places, n: int) -> Program | None:
    """Slopes of weighted outputs by the inputs at these places; None where there are none."""
    if expression is None or not by.size:
        return None
    return Program(deriving.made("vjp", expression, by, by), n)


def refuse_traced(x: Any) -> None:
    """A program with a loop cannot become part of another trace.

    Raises
    ------
    TraceError
    """
    if isinstance(x, Traced):
        raise TraceError("a function with a scan inside another traced function", instead="call scan there")


class Through:
    """A program of a function with a scan."""

    def __init__(self, owner: Parts, kind: str, by: Places) -> None:
        self._kind, self._scan, self._n_outputs, self._n_by = kind, owner.scan, owner.n_outputs, len(by)
        self._reads, n, n_reads = owner.reads, owner.n_inputs, len(owner.reads)
        self._straight = owner.places >= 0  # what goes into the scan as it is
        self._places = owner.places[self._straight]
        self._before = None if owner.before is None else Program(owner.before, n_reads)
        self._after = Program(owner.after, n_reads)
        if kind == "value":
            return
        column = np.full(n, -1)  # of an input among those that are differentiated by
        column[by] = np.arange(len(by))
        mine = np.flatnonzero(self._reads < n)
        self._columns = column[self._reads[mine]]
        own, results = mine[self._columns >= 0], np.flatnonzero(self._reads >= n)
        self._columns = self._columns[self._columns >= 0]
        self._results = self._reads[results] - n
        self._back = _weighted(owner.after, np.concatenate([own, results]), n_reads)
        self._first = _weighted(owner.before, own, n_reads)
        self._through = column[self._places]

    def __call__(self, x: Any, weights: Any = None) -> Any:
        refuse_traced(x)
        if x.ndim > 1:
            return np.stack([self(row) for row in x])
        n_results = Layout.of(self._scan.shapes).size
        given, start = np.empty(len(self._straight)), np.concatenate([x, np.zeros(n_results)])[self._reads]
        given[self._straight] = x[self._places]
        if self._before is not None:
            given[~self._straight] = self._before(start)
        point = np.concatenate([x, self._scan.value(given)])[self._reads]
        if self._kind == "value":
            return self._after(point)
        slopes = partial(self._slopes, start, given, point)
        if self._kind == "vjp":
            return slopes(weights)
        if self._kind == "value_and_gradient":
            return np.ravel(self._after(point))[0], slopes(np.ones(1))
        return np.concatenate([slopes(unit) for unit in np.eye(self._n_outputs)])

    def _slopes(self, start: Numbers, given: Numbers, point: Numbers, weights: Numbers) -> Numbers:
        total, of_results = np.zeros(self._n_by), np.zeros(Layout.of(self._scan.shapes).size)
        if self._back is not None:
            found, k = self._back(point, weights), len(self._columns)
            total[self._columns], of_results[self._results] = found[:k], found[k:]
        through = self._scan.slopes(given, of_results)
        if self._first is not None:
            total[self._columns] += self._first(start, through[~self._straight])
        wanted = self._through >= 0
        np.add.at(total, self._through[wanted], through[self._straight][wanted])
        return total
