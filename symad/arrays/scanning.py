"""`symad.scan`: a step repeated many times, in little memory; and functions that have one between other statements.

The step is traced once. Inside a traced function its results are inputs of what comes after it, and what goes in are
outputs of what comes before; derivatives go through the two parts and, by the adjoint of the loop, between them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from symad._core import loops
from symad.arrays import deriving, operands, structures
from symad.arrays.function import Function
from symad.arrays.operands import Traced
from symad.arrays.recorded import Layout, Program, Recorded
from symad.arrays.tracing import wrap
from symad.derive import automatic
from symad.errors import ShapeError, TraceError, UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

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
    """

    loop: loops.Loop
    keep: int
    result: Any
    shapes: tuple[tuple[int, ...], ...]

    @property
    def starts(self) -> tuple[int, int, int]:
        """Numbers of state, of state and xs, and of all that goes in."""
        loop = self.loop
        xs = loop.n_state + loop.n_steps * loop.n_x
        return loop.n_state, xs, xs + loop.n_args

    def recorded(self, whole: Expression, plain: Recorded) -> Recorded:
        """A trace that has this scan in it."""
        return Scanned(whole, self, plain)

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
    statements; it has values, gradients, Jacobians and `vjp`. The gradient takes a value pass, and a value and an
    adjoint pass; it keeps about twice the square root of the number of states.

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
    function : statements before and after the loop.
    objective : sums over rows of data.

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
    return Scan(loop, int(keep), pair, (*shapes, *ys))


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


class Scanned(Recorded):
    """A trace with a scan: `before` gives what goes into it, `after` reads arguments and what comes out."""

    __slots__ = ("_after", "_before", "_scan")

    def __init__(self, whole: Expression, scanned: Scan, plain: Recorded) -> None:
        for name in Recorded.__slots__:
            if name != "expression":
                setattr(self, name, getattr(plain, name))
        n = plain.outputs.size
        self._after = automatic.select(whole, list(range(n)))
        self._before = automatic.select(whole, list(range(n, whole.n_outputs)))
        self._scan = scanned

    @property
    def expression(self) -> Expression:  # type: ignore[override]  # there is none
        """There is no single formula.

        Raises
        ------
        UnsupportedError
        """
        raise UnsupportedError("a function with a scan is no single formula: trace the step")

    def _made(self, kind: str, by: Any, along: Any) -> Any:
        if kind in ("value", "vjp", "value_and_gradient", "jacobian"):
            return Through(self, kind, by)
        raise UnsupportedError(f"a function with a scan has no {kind}: value, gradient, jacobian and vjp")


class Through:
    """A program of a function with a scan."""

    def __init__(self, owner: Scanned, kind: str, by: Any) -> None:
        self._kind, self._scan, self._by = kind, owner._scan, len(by)
        n, n_results = owner.inputs.size, len(owner._after.variables)
        self._n, self._n_outputs = n, owner.outputs.size
        self._before = Program(owner._before, n_results)
        self._after = Program(owner._after, n_results)
        if kind != "value":
            behind = np.concatenate([by, np.arange(n, n_results)])
            self._back = Program(deriving.made("vjp", owner._after, behind, by), n_results)
            self._first = Program(deriving.made("vjp", owner._before, by, by), n_results)

    def __call__(self, x: Any, weights: Any = None) -> Any:
        if isinstance(x, Traced):
            raise TraceError("a function with a scan inside another traced function", instead="call scan there")
        if x.ndim > 1:
            return np.stack([self(row) for row in x])
        start = np.concatenate([x, np.zeros(len(self._before_inputs()) - self._n)])
        given = np.atleast_1d(self._before(start))
        point = np.concatenate([x, self._scan.value(given)])
        if self._kind == "value":
            return self._after(point)
        if self._kind == "vjp":
            return self._slopes(start, given, point, weights)
        if self._kind == "value_and_gradient":
            return np.ravel(self._after(point))[0], self._slopes(start, given, point, np.ones(1))
        return np.concatenate([self._slopes(start, given, point, unit) for unit in np.eye(self._n_outputs)])

    def _before_inputs(self) -> Any:
        return self._before.expression.variables

    def _slopes(self, start: Numbers, given: Numbers, point: Numbers, weights: Numbers) -> Numbers:
        found = self._back(point, weights)
        through = self._scan.slopes(given, found[self._by :])
        total: Numbers = found[: self._by] + self._first(start, through)
        return total
