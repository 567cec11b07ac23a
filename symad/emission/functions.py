"""The C functions of an export: what they are called, which arrays they read and fill, and their text for one point."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

from symad.derive import automatic, sparsity
from symad.emission.fixed import fixed_calls, fixed_functions, fixed_name
from symad.emission.patterns import Pattern, compressed, table_names
from symad.emission.program import STEPS_A_PART, Program, Step
from symad.emission.statements import Wording, scalar_step
from symad.errors import ExpressionError
from symad.formula.expression import free_columns

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from symad.emission.program import Move, Part
    from symad.formula.expression import Expression

_MAKERS = {
    "gradient": automatic.gradient,
    "jacobian": automatic.jacobian,
    "hessian": sparsity.mirrored_hessian,
    "jvp": automatic.jvp,
    "vjp": automatic.vjp,
    "hvp": automatic.hvp,
}
KINDS = ("value", *_MAKERS)
SPARSE = ("jacobian", "hessian")  # kinds that have a sparse form
_SEEDS = {"jvp": "direction", "hvp": "direction", "vjp": "weight", "hessian": "weight"}  # a second array that is read


@dataclass(frozen=True, slots=True)
class Vector:
    """One array of a function: its parameter's name and how many doubles it holds."""

    name: str
    size: int


@dataclass(frozen=True)
class Function:
    """One function of an export.

    Attributes
    ----------
    name : str
    program : Program
        Inputs are those of `inputs` one after the other, outputs likewise.
    inputs, outputs : tuple of Vector
    pattern : Pattern, optional
        Where the output's entries lie, if it is a sparse matrix.
    """

    name: str
    program: Program
    inputs: tuple[Vector, ...]
    outputs: tuple[Vector, ...]
    pattern: Pattern | None = None

    def arrays(self) -> tuple[str, ...]:
        """Names of all parameters but work."""
        return tuple(vector.name for vector in (*self.inputs, *self.outputs))

    def input(self, node: int) -> tuple[str, int]:
        """The array and the place in it of an input."""
        return place(self.inputs, bisect_left(self.program.read, node))

    def output(self, index: int) -> tuple[str, int]:
        """The array and the place in it of output number `index`."""
        return place(self.outputs, index)

    def names(self) -> set[str]:
        """Every name of the file that this function brings."""
        return {self.name, *table_names(self.name), *(fixed_name(self, array) for array in fixed_calls(self))}


def functions(
    expression: Expression,
    name: str,
    kinds: Sequence[str],
    *,
    sparse: bool = False,
    fixed: Mapping[str, float] | None = None,
    steps_a_part: int = STEPS_A_PART,
) -> tuple[Function, ...]:
    """One function for value and gradient together, one for each further kind.

    Slopes are those by the variables that are neither held nor `fixed`, which are no inputs. With `sparse` Jacobians
    and Hessians are their entries.

    Raises
    ------
    ExpressionError
        If a kind is unknown, given twice or needs one output where there are several, or none has a sparse form.
    """
    unknown = [kind for kind in kinds if kind not in KINDS]
    if unknown or not kinds or len(set(kinds)) < len(kinds):
        what = f"not {unknown[0]!r}" if unknown else "each at most once, and at least one"
        raise ExpressionError(f"outputs are among {', '.join(KINDS)}, {what}")
    if sparse and not set(SPARSE).intersection(kinds):
        raise ExpressionError(f"sparse is for jacobian and hessian: {', '.join(kinds)} has no sparse form")
    given = {expression.variables.index(variable): value for variable, value in (fixed or {}).items()}
    by = tuple(column for column in free_columns(expression) if column not in given)
    chosen = by if len(by) < len(expression.variables) else None
    groups: list[tuple[str, ...]] = [(kind,) for kind in kinds]
    if "value" in kinds and "gradient" in kinds:
        groups = [("value", "gradient"), *((kind,) for kind in kinds if kind not in ("value", "gradient"))]
    made = []
    for group in groups:
        own = name if group[0] == "value" else f"{name}_{group[0]}"
        program, pattern = _program(expression, group, chosen, sparse=sparse)
        empty = pattern is not None and not pattern.rows
        ready = Program(program, steps_a_part=steps_a_part, empty=empty, given=given)
        made.append(_function(own, ready, expression, group, pattern))
    return tuple(made)


def _program(
    expression: Expression, kinds: tuple[str, ...], by: Sequence[int] | None, *, sparse: bool
) -> tuple[Expression, Pattern | None]:
    """What computes these kinds, and where its entries lie."""
    kind = kinds[0]
    if len(kinds) > 1:
        return automatic.value_and_gradient(expression, by), None
    if kind == "value":
        return expression, None
    if sparse and kind in SPARSE:
        return compressed(expression, kind, by)
    if kind == "hessian" and expression.n_outputs > 1:
        return sparsity.weighted_hessian(expression, by), None
    return _MAKERS[kind](expression, by), None


def _function(
    name: str, program: Program, expression: Expression, kinds: tuple[str, ...], pattern: Pattern | None
) -> Function:
    n = len(expression.variables)
    inputs = [Vector("in", n - len(program.given))]
    if n_seeds := program.n_inputs - n:
        inputs.append(Vector(_SEEDS[kinds[0]], n_seeds))
    n_outputs = len(program.outputs) if pattern is None else len(pattern.rows)
    sizes = (n_outputs,) if len(kinds) == 1 else (1, n_outputs - 1)
    outputs = tuple(Vector(kind, size) for kind, size in zip(kinds, sizes, strict=True))
    return Function(name, program, tuple(inputs), outputs, pattern)


def place(vectors: Sequence[Vector], index: int) -> tuple[str, int]:
    """The array and the place in it of input or output number `index`."""
    for vector in vectors:
        if index < vector.size:
            return vector.name, index
        index -= vector.size
    raise IndexError(index)


def end_of(move: Move, function: Function) -> tuple[str, int]:
    """The array and the place in it that an input comes from or an output goes to."""
    return function.input(move.place) if move.kind == "input" else function.output(move.place)


def parameters(function: Function) -> str:
    """The parameters of the function for one point."""
    read = [f"const double *{vector.name}" for vector in function.inputs]
    filled = [f"double *{vector.name}" for vector in function.outputs]
    return ", ".join([*read, *filled, "double *work"])


def scalar_function(function: Function, taken: frozenset[str], storage: str = "") -> Iterator[str]:
    """Lines of the function for one point; long ones are a chain of parts. `storage` is "" or "static "."""
    wording = Wording(function.program, taken | {*function.arrays(), *function.names(), "work"})
    parts = function.program.parts
    arguments = ", ".join([*function.arrays(), "work"])
    yield from fixed_functions(function)
    if len(parts) > 1:
        for k, part in enumerate(parts, 1):
            yield f"SYMAD_APART static void {function.name}_part{k}({parameters(function)}) {{"
            yield from _body(part, function, wording)
            yield "}"
            yield ""
    yield f"{storage}void {function.name}({parameters(function)}) {{"
    yield from (f"  {fixed_name(function, array)}({array});" for array in fixed_calls(function))
    if len(parts) == 1:
        yield from _body(parts[0], function, wording)
    else:
        yield from (f"  {function.name}_part{k}({arguments});" for k in range(1, len(parts) + 1))
    yield "}"


def _body(part: Part, function: Function, wording: Wording) -> Iterator[str]:
    used = {"work"} if part.loads or part.stores else set()
    used |= {function.output(output)[0] for output, _ in part.outputs}
    used |= {function.input(node)[0] for node in part.inputs}
    yield from (f"  (void){name};" for name in (*function.arrays(), "work") if name not in used)
    for one in part.in_order():
        if isinstance(one, Step):
            yield from (f"  {line}" for line in scalar_step(one, wording))
        else:
            yield f"  {_moved(one, function, wording)}"


def _moved(move: Move, function: Function, wording: Wording) -> str:
    name = wording.operand(move.node)
    if move.kind == "load":
        return f"const double {name} = work[{move.place}];"
    if move.kind == "store":
        return f"work[{move.place}] = {name};"
    array, index = end_of(move, function)
    return f"const double {name} = {array}[{index}];" if move.kind == "input" else f"{array}[{index}] = {name};"
