"""`symad.function`: a Python function over arrays, traced once for each set of shapes, with its derivatives."""

from __future__ import annotations

import functools
from types import MethodType
from typing import TYPE_CHECKING, Any

import numpy as np

from symad.arrays import reading, shaping, structures
from symad.arrays.operands import Traced
from symad.arrays.recorded import Argument, Recorded
from symad.errors import LimitError, ShapeError, TraceError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from numpy.typing import NDArray

    from symad.formula.expression import Expression
    from symad.formula.parsing import Limits


class Function:
    """A traced function; made by `symad.function`.

    Arguments are float64 arrays, numbers, and dict, list, tuple, namedtuple and dataclass of them; integers, truth
    values and float32 become float64. What is none of these (text, None, functions, and arguments named in ``static``)
    is handed on as it is. A function says its shapes: leading axes are no batch, `map` is for batches.

    In every derivative ``wrt`` says by which arguments: a name, a place, or a tuple of these; by default the first. A
    single one gives its structure bare, a tuple gives a tuple. What is not in ``wrt`` has no adjoint and costs nothing.

    Examples
    --------
    >>> import numpy as np, symad
    >>> @symad.function
    ... def energy(v, k):
    ...     return k*np.sum(v**2)/2
    >>> value, slope = energy.value_and_gradient(np.array([1.0, 2.0]), 3.0)
    >>> float(value), slope.tolist()
    (7.5, [3.0, 6.0])
    """

    def __init__(
        self, function: Callable[..., Any], *, static: Collection[str] = (), limits: Limits | None = None
    ) -> None:
        functools.update_wrapper(self, function)
        self._reader = reading.Reader(function, static, limits)
        self._kept: dict[Any, Recorded] = {}

    def __get__(self, owner: Any, kind: type | None = None) -> Function:
        if owner is None:
            return self
        bound = Function(
            MethodType(self._reader.function, owner), static=self._reader.static, limits=self._reader.limits
        )
        if hasattr(owner, "__dict__"):
            owner.__dict__[self._reader.function.__name__] = bound
        return bound

    def __repr__(self) -> str:
        return f"<Function {getattr(self, '__qualname__', '')}{self._reader.signature}>"

    def __call__(self, *args: Any, **options: Any) -> Any:
        """As `value`."""
        items = self._reader.items(args, options)
        structure, leaves = self._reader.read(items)
        if any(isinstance(leaf, Traced) for leaf in leaves):
            return self._reader.call(items)
        found = self._recorded(structure, leaves)
        flat = found.program("value")(found.inputs.pack(leaves))
        return structures.unflatten(found.result, found.outputs.unpack(flat))

    def value(self, *args: Any, **options: Any) -> Any:
        """What the function returns, in its structure; a result without axes is a NumPy number."""
        return self(*args, **options)

    def cache_clear(self) -> None:
        """Forget all traces: for functions that read what has changed since."""
        self._kept.clear()

    def trace(self, *args: Any, **options: Any) -> Expression:
        """The Expression for arguments of these shapes; of an argument only the shape is read."""
        return self._of(args, options)[0].expression

    def names(self, *args: Any, **options: Any) -> Any:
        """Names of the inputs of `trace`: a tuple with an array of names for each array of the arguments."""
        found, _ = self._of(args, options)
        named = found.inputs.unpack(np.array(found.expression.variables))
        return tuple(structures.unflatten(one.structure, named) for one in found.arguments)

    def gradient(self, *args: Any, wrt: Any = 0, **options: Any) -> Any:
        """The gradient of a result that is one number, in the structure and the shapes of the arguments.

        Raises
        ------
        ExpressionError
            If the result is not one number.
        """
        return self.value_and_gradient(*args, wrt=wrt, **options)[1]

    def value_and_gradient(self, *args: Any, wrt: Any = 0, out: Any = None, **options: Any) -> Any:
        """The pair ``(value, gradient)`` from one evaluation.

        Parameters
        ----------
        *args, **options
            As the function's.
        wrt : str, int or tuple
        out : structure of arrays, optional
            Arrays in the structure of the gradient, which are written and returned.
        """
        found, leaves = self._of(args, options)
        found.one_result("gradient")
        by = found.chosen(wrt)
        value, flat = found.program("value_and_gradient", by)(found.inputs.pack(leaves))
        gradient = found.split(flat, by, not isinstance(wrt, tuple | list))
        value = structures.unflatten(found.result, iter([value]))
        return value, gradient if out is None else shaping.written(out, gradient)

    def jacobian(self, *args: Any, wrt: Any = 0, sparse: bool = False, **options: Any) -> Any:
        """The Jacobian: for each array of the result and each of the arguments one of their shapes joined.

        With ``sparse`` a `scipy.sparse.csr_array` of the entries that are not 0 whatever the values: a row for each
        number of the result, a column for each of the arguments, in C order of one array behind the other.
        """
        found, leaves = self._of(args, options)
        by = found.chosen(wrt)
        if sparse:
            return found.sparse_jacobian(by, leaves)
        flat = found.program("jacobian", by)(found.inputs.pack(leaves)).reshape(found.outputs.size, -1)
        single, starts = not isinstance(wrt, tuple | list), found.outputs.starts
        parts = [shaping.rows(found, flat[a:b], shape, by, single)
                 for shape, a, b in zip(found.outputs.shapes, starts, starts[1:], strict=False)]  # fmt: skip
        return structures.unflatten(found.result, iter(parts))

    def hessian(self, *args: Any, wrt: Any = 0, **options: Any) -> NDArray[np.float64]:
        """The Hessian by one argument that is an array: ``argument.shape + argument.shape``."""
        found, leaves = self._of(args, options)
        found.one_result("hessian")
        by = found.chosen(wrt)
        if len(by) != 1 or not isinstance(by[0].structure, structures.Leaf):
            raise ShapeError("hessian is by one argument that is an array: hvp has no such limit")
        shape = found.inputs.shapes[by[0].first]
        flat: NDArray[np.float64] = found.program("hessian", by)(found.inputs.pack(leaves))
        return flat.reshape(shape + shape)[()]

    def jvp(self, args: Sequence[Any], tangents: Sequence[Any]) -> Any:
        """The Jacobian times a direction, in the structure of the result.

        Parameters
        ----------
        args : tuple
            The function's arguments.
        tangents : tuple
            A direction for each, in its structure; None where it does not move.
        """
        found, leaves, along, flat = self._along(args, tangents)
        made = found.program("jvp", (), along)(found.inputs.pack(leaves), flat)
        return structures.unflatten(found.result, found.outputs.unpack(made))

    def hvp(self, args: Sequence[Any], tangents: Sequence[Any], *, wrt: Any = 0) -> Any:
        """How the gradient by ``wrt`` changes along a direction: a product with the Hessian, which is not made.

        `args` and `tangents` are as for `jvp`.
        """
        found, leaves, along, flat = self._along(args, tangents)
        found.one_result("hvp")
        by = found.chosen(wrt)
        made = found.program("hvp", by, along)(found.inputs.pack(leaves), flat)
        return found.split(made, by, not isinstance(wrt, tuple | list))

    def vjp(self, args: Sequence[Any], weights: Any, *, wrt: Any = None) -> Any:
        """Weights in the structure of the result, times the Jacobian.

        By default a tuple with an entry for each argument, None where an argument has no numbers; else as ``wrt`` says.
        """
        found, leaves = self._of(args, {})
        whole = wrt is None
        by = tuple(one for one in found.arguments if found.layout(one).size) if whole else found.chosen(wrt)
        packed = found.outputs.pack(shaping.fitting(weights, found.result, found.outputs.shapes, "weights"))
        made = found.program("vjp", by)(found.inputs.pack(leaves), packed)
        parts = found.split(made, by, not whole and not isinstance(wrt, tuple | list))
        if not whole:
            return parts
        rest = iter(parts)
        return tuple(next(rest) if found.layout(one).size else None for one in found.arguments)

    def map(self, *args: Any, axes: Any = 0, **options: Any) -> Any:
        """The values of a batch: results with the batch as their first axis.

        Parameters
        ----------
        *args, **options
            As the function's, arrays with one axis more.
        axes : int, None, or sequence of these
            Which axis is the batch, for all arguments or for each; None: the same array for all.
        """
        items = self._reader.items(args, options)
        each = [axes] * len(items) if axes is None or isinstance(axes, int) else list(axes)
        if len(each) != len(items):
            raise ShapeError(f"axes has {len(each)} entries for {len(items)} arguments")
        one, columns, n = shaping.batched(self._reader, items, each)
        structure, leaves = self._reader.read(one)
        found = self._recorded(structure, leaves)
        points = np.empty((n, found.inputs.size))
        for column, a, b in zip(columns, found.inputs.starts, found.inputs.starts[1:], strict=False):
            points[:, a:b] = column.reshape(column.shape[0], b - a)
        flat = found.program("value")(points)
        parts = [flat[:, a:b].reshape(n, *shape) for shape, a, b in
                 zip(found.outputs.shapes, found.outputs.starts, found.outputs.starts[1:], strict=False)]  # fmt: skip
        return structures.unflatten(found.result, iter(parts))

    def bind(self, *args: Any, out: Any, wrt: Any = 0) -> Callable[[], None]:
        """A call tied to these arrays: reads the arguments as they are then, writes ``out``, checks nothing any more.

        Parameters
        ----------
        *args
            Float64 arrays in the function's structures; numbers stay what they are.
        out : pair
            A float64 array without axes for the value, and arrays in the structure of the gradient.
        wrt : str, int or tuple
        """
        found, leaves = self._of(args, {})
        found.one_result("bind")
        by = found.chosen(wrt)
        x, gradient, value = np.empty((1, found.inputs.size)), np.empty((1, len(found.places(by)))), np.empty(1)
        targets = shaping.pairs(out[1], found.split(gradient[0], by, not isinstance(wrt, tuple | list)))
        run = found.program("value_and_gradient", by).bind(x, value, gradient)
        found.inputs.pack(leaves, x[0])
        spans = zip(leaves, found.inputs.shapes, found.inputs.starts, found.inputs.starts[1:], strict=False)
        sources = [(x[0][a:b].reshape(shape), leaf) for leaf, shape, a, b in spans if isinstance(leaf, np.ndarray)]

        def call() -> None:
            for target, source in sources:
                target[...] = source
            run()
            out[0][...] = value[0]
            for target, source in targets:
                target[...] = source

        return call

    def _of(self, args: Sequence[Any], options: dict[str, Any]) -> tuple[Recorded, list[Any]]:
        structure, leaves = self._reader.read(self._reader.items(tuple(args), options))
        return self._recorded(structure, leaves), leaves

    def _recorded(self, structure: Any, leaves: list[Any]) -> Recorded:
        shapes = tuple(map(reading.shape_of, leaves))
        key = structure, shapes
        try:
            found = self._kept.get(key)
        except TypeError:
            odd = next(
                value for _, one in structure for value in structures.handed_on(one) if shaping.unhashable(value)
            )
            raise TraceError(
                f"an argument of {type(odd)} cannot tell traces apart", instead="pass what can be hashed"
            ) from None
        if found is None:
            try:
                found = self._kept[key] = reading.record(self._reader, structure, shapes)
            except LimitError as error:
                raise reading.limited(error) from None
        return found

    def _along(
        self, args: Sequence[Any], tangents: Sequence[Any]
    ) -> tuple[Recorded, list[Any], tuple[Argument, ...], Any]:
        found, leaves = self._of(args, {})
        if len(tangents) != len(found.arguments):
            raise ShapeError(
                f"{len(tangents)} tangents for {len(found.arguments)} arguments: None stands for a missing one"
            )
        along = tuple(one for one, tangent in zip(found.arguments, tangents, strict=True) if tangent is not None)
        parts = [
            found.layout(one).pack(shaping.fitting(tangent, one.structure, found.layout(one).shapes, one.name))
            for one, tangent in zip(found.arguments, tangents, strict=True)
            if tangent is not None
        ]
        if not along:
            raise ShapeError("at least one argument moves: all tangents are None")
        return found, leaves, along, np.concatenate(parts)


def function(
    fn: Callable[..., Any] | None = None, *, static: Collection[str] = (), limits: Limits | None = None
) -> Any:
    """A Python function over arrays, with its derivatives: a decorator, or called with the function.

    Parameters
    ----------
    fn : callable
        Written with NumPy; `symad.traceable` lists what is traced.
    static : collection of str
        Arguments that are not traced, such as a number of layers; each value has a trace of its own.
    limits : Limits, optional
        How many nodes and variables a trace may have; without, the defaults of `symad.Limits`.

    Returns
    -------
    Function

    See Also
    --------
    trace : the Expression of one set of shapes.
    objective : the same, summed over rows of data.
    symad.functions : what NumPy lacks, on numbers and on traced arrays.

    Examples
    --------
    >>> import numpy as np, symad
    >>> f = symad.function(lambda x: np.sum(np.sin(x)))
    >>> f.gradient(np.zeros(2))
    array([1., 1.])
    """
    if fn is None:
        return functools.partial(function, static=static, limits=limits)
    return Function(fn, static=static, limits=limits)


def trace(fn: Callable[..., Any], *examples: Any, **options: Any) -> Expression:
    """The Expression of a function for arguments of these shapes; of an example only the shape is read.

    See Also
    --------
    function : with derivatives, for any shapes.
    traceable : what of NumPy can be used inside.

    Examples
    --------
    >>> import numpy as np, symad
    >>> print(symad.trace(lambda v: v @ v, np.ones(2)))
    v_0*v_0 + v_1*v_1
    """
    return (fn if isinstance(fn, Function) else Function(fn)).trace(*examples, **options)
