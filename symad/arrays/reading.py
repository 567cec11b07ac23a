"""Arguments of a call: structures, arrays and shapes read from what a user passes; and the trace of a function."""

from __future__ import annotations

from inspect import BoundArguments, Parameter, Signature, signature
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from symad.arrays import naming, operands, refusals, structures
from symad.arrays.operands import Traced
from symad.arrays.recorded import Argument, Layout, Recorded
from symad.arrays.recording import Trace
from symad.arrays.tracing import wrap
from symad.errors import LimitError, TraceError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from numpy.typing import NDArray

    from symad.formula.parsing import Limits

    Items = Sequence[tuple[str, Any]]

_POSITIONAL = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)


class Reader:
    """How a function's arguments are read.

    Parameters
    ----------
    function : callable
    static : collection of str
        Arguments that are handed on as they are.
    limits : Limits, optional
        How long a trace may become.
    """

    __slots__ = ("_positional", "function", "limits", "signature", "static")

    def __init__(self, function: Callable[..., Any], static: Collection[str], limits: Limits | None = None) -> None:
        self.function = function
        self.limits = limits
        self.static = frozenset([static] if isinstance(static, str) else static)
        self.signature = _signature(function)
        parameters = list(self.signature.parameters.values())
        self._positional = tuple(one.name for one in parameters if one.kind in _POSITIONAL)
        if unknown := sorted(self.static - {one.name for one in parameters}):
            raise TraceError(
                f"static= names {unknown[0]!r}", instead=f"the arguments are ({', '.join(self.signature.parameters)})"
            )

    def items(self, args: tuple[Any, ...], options: dict[str, Any]) -> Items:
        """(name, value) of the arguments of a call; defaults are left to the function."""
        if not options and len(args) == len(self._positional) == len(self.signature.parameters):
            return list(zip(self._positional, args, strict=True))
        return list(self.signature.bind(*args, **options).arguments.items())

    def read(self, items: Items) -> tuple[Any, list[Any]]:
        """(structures, arrays) of the arguments."""
        leaves: list[Any] = []
        found = []
        for name, value in items:
            structure = structures.given(value) if name in self.static else structures.flatten(value, leaves)
            found.append((name, structure))
        return tuple(found), leaves

    def call(self, items: Items) -> Any:
        """The function's own answer."""
        bound = BoundArguments(self.signature, dict(items))
        return self.function(*bound.args, **bound.kwargs)


def _signature(function: Callable[..., Any]) -> Signature:
    """A function's arguments; of a ufunc its inputs, and of what says nothing any number."""
    if isinstance(function, np.ufunc):
        names = ["x"] if function.nin == 1 else [f"x{k + 1}" for k in range(function.nin)]
        return Signature([Parameter(name, Parameter.POSITIONAL_ONLY) for name in names])
    try:
        return signature(function)
    except ValueError:
        return Signature([Parameter("args", Parameter.VAR_POSITIONAL)])


def shape_of(leaf: Any) -> tuple[int, ...]:
    """The shape of an array that a function can be called with.

    Raises
    ------
    TraceError
        If it holds no real numbers.
    """
    if type(leaf) is float:
        return ()
    if isinstance(leaf, Traced):
        return leaf.shape
    array: NDArray[Any] = leaf if isinstance(leaf, np.ndarray) else np.asarray(leaf)
    if array.dtype.kind not in "fiub":
        advice = (
            refusals.COMPLEX_INSTEAD if array.dtype.kind == "c" else "pass arrays of float64; static= for what is none"
        )
        raise TraceError(f"a traced function computes with real numbers, not {array.dtype}", instead=advice)
    return array.shape


def record(reader: Reader, found: Any, shapes: Sequence[tuple[int, ...]]) -> Recorded:
    """The trace of a function for these structures and shapes."""
    trace, arguments, names, first = Trace(reader.limits), [], list[str](), 0
    for name, structure in found:
        names += structures.names(structure, name)
        count = len(names) - first
        arguments.append(Argument(name, structure, first, first + count))
        first += count
    entries = naming.of_leaves(names, shapes)
    leaves = [
        wrap(trace, trace.argument(name, inputs, shape))
        for name, inputs, shape in zip(names, entries, shapes, strict=True)
    ]
    rest = iter(leaves)
    result = reader.call([(name, structures.unflatten(structure, rest)) for name, structure in found])
    parts: list[Any] = []
    structure = structures.flatten(result, parts)
    if not any(isinstance(part, Traced) for part in parts):
        code = getattr(reader.function, "__code__", None)
        file, line = (Path(code.co_filename).name, code.co_firstlineno) if code else ("", 0)
        raise TraceError(refusals.NO_TRACED_RESULT, instead="return what is computed from them", file=file, line=line)
    nodes = [operands.numbers(trace, part) for part in parts]
    outputs = Layout.of([part.shape for part in nodes])
    flat = np.concatenate([part.ravel() for part in nodes])
    if trace.scan is not None:
        scanned, inside = trace.scan
        places = trace.places(inside)
        whole = trace.finish(np.concatenate([flat, inside[places < 0]]))
        plain = Recorded(whole, tuple(arguments), Layout.of(shapes), outputs, structure)
        return scanned.recorded(plain, places)  # type: ignore[no-any-return]
    if flat.size == 0:
        raise TraceError("the result has no numbers: its arrays are empty")
    expression = trace.finish(flat)
    return Recorded(expression, tuple(arguments), Layout.of(shapes), outputs, structure)


def limited(error: LimitError) -> LimitError:
    """A trace that became too long, with what to write instead."""
    return LimitError(f"{error}; for 10^6 repeats of the same step use symad.scan")
