"""A function traced for one set of shapes: its Expression, where its arguments and results lie, and its programs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from symad._core import tapes
from symad.arrays import deriving, operands, structures
from symad.arrays.operands import Traced
from symad.arrays.tracing import Array
from symad.derive import sparsity
from symad.errors import ExpressionError, ShapeError
from symad.tape import shapes as calls

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from symad.arrays.deriving import Places
    from symad.formula.expression import Expression

    Numbers = NDArray[np.float64]
    Shape = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """Arrays side by side in one vector.

    Attributes
    ----------
    shapes : tuple of tuple of int
    starts : tuple of int
        Where each begins, and the end of the last.
    """

    shapes: tuple[Shape, ...]
    starts: tuple[int, ...]

    @classmethod
    def of(cls, shapes: Sequence[Shape]) -> Layout:
        """Arrays of these shapes, one behind the other."""
        sizes = [int(np.prod(shape, dtype=np.int64)) for shape in shapes]
        return cls(tuple(shapes), (0, *np.cumsum(sizes, dtype=np.int64).tolist()) if sizes else (0,))

    @property
    def size(self) -> int:
        """Entries in all."""
        return self.starts[-1]

    def pack(self, leaves: Sequence[Any], out: Numbers | None = None) -> Any:
        """The vector of arrays of these shapes; traced where one of them is."""
        if any(isinstance(leaf, Traced) for leaf in leaves):
            return np.concatenate([np.ravel(leaf) for leaf in leaves])
        flat = np.empty(self.size) if out is None else out
        for leaf, shape, start, end in zip(leaves, self.shapes, self.starts, self.starts[1:], strict=False):
            flat[start:end] = leaf if not shape else np.asarray(leaf).reshape(-1)
        return flat

    def unpack(self, flat: Any) -> Iterator[Any]:
        """The arrays of a vector, views; a number where there are no axes."""
        for shape, start, end in zip(self.shapes, self.starts, self.starts[1:], strict=False):
            yield flat[start:end].reshape(shape) if shape else flat[start]


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument: its name, its structure, and which of the leaves are its own."""

    name: str
    structure: Any
    first: int
    last: int


class Program:
    """An Expression that is planned: called with a point, and with directions or weights where it takes them."""

    __slots__ = ("_call", "_is_pair", "_plan", "expression", "n_results", "n_seeds")

    def __init__(self, expression: Expression, n: int, *, pair: bool = False) -> None:
        self.expression = expression
        self.n_seeds, self.n_results = expression.handle.view.n_inputs - n, expression.n_outputs
        self._plan = tapes.Plan(expression.handle, n, 1 if pair else self.n_results)
        results = (None, self.n_results - 1) if pair else (self.n_results,)
        self._is_pair = pair
        self._call = calls.gufunc("value", self._plan, (n, self.n_seeds), results)

    def __call__(self, *inputs: Any) -> Any:
        trace = next((block.home for block in inputs if isinstance(block, Traced)), None)
        if trace is not None:
            nodes = [operands.numbers(trace, block) for block in inputs]
            found = Array(trace, trace.embed(self.expression, np.concatenate(nodes)))
            return (found[0], found[1:]) if self._is_pair else found
        return self._call(*(block for block in inputs if block.shape[-1]))

    def bind(self, x: Numbers, value: Numbers, gradient: Numbers) -> Any:
        """A call that reads and writes these vectors."""
        return self._plan.bind([x], [value[:, None], gradient])


class Recorded:
    """A trace and its derivative programs, made when they are first asked for.

    Attributes
    ----------
    expression : Expression
    arguments : tuple of Argument
    inputs, outputs : Layout
    result : structure
    """

    __slots__ = (
        "_chosen",
        "_layouts",
        "_programs",
        "_sparse",
        "arguments",
        "expression",
        "inputs",
        "outputs",
        "result",
    )

    def __init__(
        self, expression: Expression, arguments: tuple[Argument, ...], inputs: Layout, outputs: Layout, result: Any
    ) -> None:
        self.expression, self.arguments, self.inputs = expression, arguments, inputs
        self.outputs, self.result = outputs, result
        self._programs: dict[Any, Program] = {}
        self._sparse: dict[Any, tuple[sparsity.Entries, Program | None]] = {}
        self._chosen: dict[Any, tuple[Argument, ...]] = {}
        self._layouts = {one.name: Layout.of(inputs.shapes[one.first : one.last]) for one in arguments}

    def one_result(self, what: str) -> None:
        """Refuse results that are not one number."""
        if self.outputs.shapes != ((),):
            shapes = ", ".join(map(str, self.outputs.shapes))
            raise ExpressionError(f"{what} needs one number as the result, not arrays of shapes {shapes}: use jacobian")

    def chosen(self, wrt: object) -> tuple[Argument, ...]:
        """The arguments that `wrt` names: a name, a place, or several."""
        key = tuple(wrt) if isinstance(wrt, list) else wrt
        found = None if isinstance(wrt, bool) else self._chosen.get(key)
        if found is None:
            found = tuple(self._argument(one) for one in (key if isinstance(key, tuple) else (wrt,)))
            self._chosen[key] = found
        return found

    def _argument(self, wrt: object) -> Argument:
        names = [argument.name for argument in self.arguments]
        if isinstance(wrt, str) and wrt in names:
            found = self.arguments[names.index(wrt)]
        elif isinstance(wrt, int) and not isinstance(wrt, bool) and -len(names) <= wrt < len(names):
            found = self.arguments[wrt]
        else:
            raise ShapeError(f"no argument {wrt!r}; the arguments are ({', '.join(names)})")
        if self.layout(found).size == 0:
            raise ShapeError(f"argument {found.name} has no numbers to differentiate by")
        return found

    def places(self, arguments: Sequence[Argument]) -> Places:
        """The inputs that belong to arguments."""
        spans = [np.arange(self.inputs.starts[one.first], self.inputs.starts[one.last]) for one in arguments]
        return np.concatenate(spans) if spans else np.empty(0, np.intp)

    def layout(self, argument: Argument) -> Layout:
        """How an argument's part of a gradient is laid out."""
        return self._layouts[argument.name]

    def program(self, kind: str, by: tuple[Argument, ...] = (), along: tuple[Argument, ...] = ()) -> Program:
        """A planned program: of the value, or a derivative by some arguments (and along some)."""
        key = kind, *[one.first for one in by], -1, *[one.first for one in along]
        found = self._programs.get(key)
        if found is None:
            found = self._programs[key] = self._made(kind, self.places(by), self.places(along))
        return found

    def _made(self, kind: str, by: Places, along: Places) -> Program:
        expression = self.expression if kind == "value" else deriving.made(kind, self.expression, by, along)
        return Program(expression, self.inputs.size, pair=kind == "value_and_gradient")

    def sparse_jacobian(self, by: tuple[Argument, ...], leaves: Sequence[Any]) -> Any:
        """The Jacobian as a matrix of SciPy: rows are the result's numbers, columns the arguments', in C order."""
        key = "sparse", *[one.first for one in by]
        if key not in self._sparse:
            entries = sparsity.jacobian(self.expression, self.places(by).tolist())
            some = len(entries.structure.rows) > 0
            self._sparse[key] = entries, Program(entries.program(), self.inputs.size) if some else None
        entries, program = self._sparse[key]
        return sparsity.to_scipy(entries, np.empty(0) if program is None else program(self.inputs.pack(leaves)))

    def split(self, flat: Any, arguments: Sequence[Argument], single: bool) -> Any:
        """A vector over arguments in their structures: bare for a single one, else a tuple."""
        found, start = [], 0
        for argument in arguments:
            layout = self.layout(argument)
            leaves = layout.unpack(flat[..., start : start + layout.size])
            found.append(structures.unflatten(argument.structure, leaves))
            start += layout.size
        return found[0] if single else tuple(found)
