"""What an objective sums: the formula of one row, with its parameters told from its data."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from inspect import Parameter, Signature, signature
from typing import TYPE_CHECKING, Any

import numpy as np

from symad._core import rows as core
from symad.arrays import structures
from symad.arrays.function import Function
from symad.arrays.recorded import Layout
from symad.arrays.tables import Table, names_of, nearest
from symad.errors import ExpressionError, ShapeError
from symad.formula.expression import Expression
from symad.formula.names import hint, listed
from symad.formula.parsing import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Row:
    """The formula of one row.

    Attributes
    ----------
    expression : Expression
    parameters : tuple of int
        Which of its variables are parameters, in their order.
    names : tuple of str
        Those of the parameters.
    data : tuple of str
        Columns in the order of the other variables.
    structure : structure
        Of the parameters, with `layout`.
    layout : Layout
    penalty : Expression or None
        Over the parameters alone.
    """

    expression: Expression
    parameters: tuple[int, ...]
    names: tuple[str, ...]
    data: tuple[str, ...]
    structure: Any
    layout: Layout
    penalty: Expression | None
    made: dict[Any, core.Rows] = field(default_factory=dict)

    def program(self, kind: int, flags: int, columns: tuple[int, ...]) -> core.Rows:
        """The engine's objective of one kind, made when it is first asked for."""
        key = kind, flags, columns
        if key not in self.made:
            newton = kind in (core.GAUSS_NEWTON, core.GAUSS_NEWTON_PRODUCT)
            penalty = None if newton or self.penalty is None else self.penalty.handle
            self.made[key] = core.Rows(
                self.expression.handle, kind, core.Form(self.parameters, columns, flags, penalty)
            )
        return self.made[key]

    def vector(self, p: Any) -> Array:
        """Parameters given as a vector.

        Raises
        ------
        ShapeError
            If it has another length.
        """
        flat = np.ascontiguousarray(p, dtype=np.float64)
        if flat.shape != (len(self.names),):
            few, n = listed(self.names), len(self.names)
            raise ShapeError(f"parameters have shape ({n},) for ({few}), not {flat.shape}")
        return flat

    def read(self, p: Any) -> tuple[Array, Callable[[Array], Any]]:
        """Parameters in any form as a vector, and what gives vectors that form."""
        one, n = self.structure, len(self.names)
        plain = isinstance(p, np.ndarray) or (
            isinstance(p, list | tuple) and all(isinstance(x, float | int) for x in p)
        )
        if plain and (np.shape(p) == (n,) or not isinstance(one, structures.Leaf)):
            return self.vector(p), lambda flat: flat
        if isinstance(p, list | tuple) and one.kind is dict and len(p) == len(one.names):  # arguments in their order
            return self.flatten(dict(zip(one.names, p, strict=True))), lambda flat: tuple(self.unflatten(flat).values())
        return self.flatten(p), self.unflatten

    def flatten(self, value: Any) -> Array:
        """Parameters in their structure as a vector.

        Raises
        ------
        ShapeError
            If the structure or a shape is another one.
        """
        leaves: list[Any] = []
        if isinstance(self.structure, structures.Node) and self.structure.kind is dict and isinstance(value, dict):
            value = _ordered(value, self.structure)
        if structures.flatten(value, leaves) != self.structure:
            raise ShapeError(f"parameters have another structure than ({', '.join(self.names[:8])}, ...)")
        for leaf, shape in zip(leaves, self.layout.shapes, strict=True):
            if np.shape(leaf) != shape:
                raise ShapeError(f"an array of the parameters has shape {np.shape(leaf)}, not {shape}")
        flat: Array = self.layout.pack(leaves)
        return flat

    def unflatten(self, flat: Array) -> Any:
        """A vector in the structure of the parameters."""
        return structures.unflatten(self.structure, self.layout.unpack(flat))


def _ordered(value: dict[Any, Any], structure: structures.Node) -> dict[Any, Any]:
    for name in structure.names:
        if name not in value:
            raise ShapeError(f"no value for the parameter `{name}`{nearest(str(name), map(str, value))}")
    return {name: value[name] for name in structure.names} | {
        k: v for k, v in value.items() if k not in structure.names
    }


# ---- formulas ----


def of_formula(expression: Expression, data: Any, parameters: Sequence[str] | None, penalty: Any) -> Row:
    """The row of a formula: its variables are columns of the data, or else parameters."""
    there, variables = set(names_of(data)), expression.variables
    names = [name for name in variables if name not in there] if parameters is None else list(parameters)
    for name in names:
        if name not in variables:
            raise ShapeError(f"the formula has no parameter `{name}`{nearest(name, variables)}")
        if parameters is not None and name in there:
            raise ShapeError(f"`{name}` is a parameter and a column of the data: it can be one of them")
    if not names:
        raise ShapeError(f"all variables ({', '.join(variables)}) are columns of the data: there is no parameter")
    structure = structures.Node(dict, tuple(names), (structures.LEAF,) * len(names))
    return Row(
        expression,
        tuple(variables.index(name) for name in names),
        tuple(names),
        tuple(name for name in variables if name not in names),
        structure,
        Layout.of([()] * len(names)),
        _penalty_formula(penalty, names),
    )


def _penalty_formula(penalty: Any, names: Sequence[str]) -> Expression | None:
    if penalty is None:
        return None
    if callable(penalty) and not isinstance(penalty, Expression):
        return _over(Function(penalty), {name: (structures.LEAF, [()]) for name in names})
    text = str(penalty)
    found = parse(text, variables=list(names))
    return _one(found, "penalty")


def _one(expression: Expression, what: str) -> Expression:
    if expression.n_outputs != 1:
        raise ExpressionError(f"the {what} gives {expression.n_outputs} numbers: it needs one")
    return expression


# ---- functions ----


@dataclass(frozen=True, slots=True)
class Pending:
    """A function of a row, whose parameters have no shapes yet: the first call brings them.

    Attributes
    ----------
    function : Function
    shapes : dict of str to shape
        Of one row of each column that is an argument.
    parameters : tuple of str
        Arguments that are parameters.
    penalty : callable or None
    """

    function: Function
    shapes: dict[str, tuple[int, ...]]
    parameters: tuple[str, ...]
    penalty: Any

    def resolved(self, value: Any) -> Row:
        """The row for parameters of this structure: bare for one argument, else by name or in order."""
        given = self._by_name(value)
        zeros = {name: np.zeros(shape) for name, shape in self.shapes.items()}
        recorded, _ = self.function._of((), given | zeros)
        arguments = {one.name: one for one in recorded.arguments}
        own = [arguments[name] for name in self.parameters]
        places = [int(k) for k in recorded.places(own)]
        shapes = [shape for one in own for shape in recorded.inputs.shapes[one.first : one.last]]
        structure = own[0].structure if len(own) == 1 else _joined(own)
        variables = recorded.expression.variables
        parts = {one.name: (one.structure, recorded.inputs.shapes[one.first : one.last]) for one in own}
        return Row(
            recorded.expression,
            tuple(places),
            tuple(variables[k] for k in places),
            tuple(one.name for one in recorded.arguments if one.name in self.shapes),
            structure,
            Layout.of(shapes),
            None if self.penalty is None else _over(Function(self.penalty), parts),
        )

    def _by_name(self, value: Any) -> dict[str, Any]:
        names = self.parameters
        if len(names) == 1:
            return {names[0]: value}
        if isinstance(value, dict):
            return _ordered(value, structures.Node(dict, names, ()))
        if isinstance(value, tuple | list) and len(value) == len(names):
            return dict(zip(names, value, strict=True))
        raise ShapeError(
            f"the parameters are the arguments ({', '.join(names)}): pass a dict of them, or a tuple, before a vector"
        )


def _joined(own: Sequence[Any]) -> structures.Node:
    return structures.Node(dict, tuple(one.name for one in own), tuple(one.structure for one in own))


def _over(penalty: Function, parts: Mapping[str, tuple[Any, Sequence[tuple[int, ...]]]]) -> Expression:
    """A penalty as an Expression over all parameters, whichever of them it reads."""
    wanted = [name for name, one in penalty._reader.signature.parameters.items() if one.default is Parameter.empty]
    for name in wanted:
        if name not in parts:
            raise ShapeError(f"the penalty has no parameter `{name}` to read{nearest(name, parts)}")
    names = list(parts)

    def all_of_them(*values: Any) -> Any:
        return penalty(**{name: value for name, value in zip(names, values, strict=True) if name in wanted})

    all_of_them.__signature__ = Signature(  # type: ignore[attr-defined]  # read by `signature`
        [Parameter(name, Parameter.POSITIONAL_OR_KEYWORD) for name in names]
    )
    examples = [
        structures.unflatten(structure, iter([np.zeros(shape) if shape else 0.0 for shape in shapes]))
        for structure, shapes in parts.values()
    ]
    return _one(Function(all_of_them).trace(*examples), "penalty")


def of_function(function: Any, data: Any, parameters: Sequence[str] | None, penalty: Any) -> Pending:
    """The row of a Python function: arguments named in the data are one row of them, the others are parameters."""
    traced = function if isinstance(function, Function) else Function(function)
    arguments = signature(traced._reader.function).parameters if not isinstance(function, Function) else (
        function._reader.signature.parameters
    )  # fmt: skip
    there = set(names_of(data))
    free = [name for name, one in arguments.items() if name not in there and one.default is Parameter.empty]
    names = free if parameters is None else list(parameters)
    for name in names:
        if name not in arguments:
            raise ShapeError(f"the function has no argument `{name}`{nearest(name, arguments)}")
    if missing := [name for name in free if name not in names]:
        raise ShapeError(f"`{missing[0]}` is neither a parameter nor a column of the data{nearest(missing[0], there)}")
    if not names:
        raise ShapeError("all arguments are columns of the data: there is no parameter")
    columns = [name for name in arguments if name in there and name not in names]
    table = Table.read(data, columns)
    shapes = {name: table.columns[name].shape[1:] for name in columns}
    return Pending(traced, shapes, tuple(name for name in arguments if name in names), penalty)


def advise(row: Row | Pending, columns: Sequence[str]) -> None:
    """Warn of parameters that look like a column which is not read: a name that is misspelt makes a parameter."""
    taken, read = (row.names, row.data) if isinstance(row, Row) else (row.parameters, tuple(row.shapes))
    unread = [name for name in columns if name not in read]
    for name in taken:
        if meant := hint(name, unread, "`"):
            advice = f'a column that is not read{meant} Else write parameters="{" ".join(taken[:8])}"'
            warnings.warn(f"`{name}` is taken as a parameter, and looks like {advice}", stacklevel=3)
