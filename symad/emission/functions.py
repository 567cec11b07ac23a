"""The C functions of an export: what they are called, which arrays they read and fill, and their text for one point."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from symad.derive import automatic
from symad.emission.program import STEPS_A_PART, Program, Step
from symad.emission.statements import Wording, scalar_step
from symad.errors import ExpressionError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from symad.emission.program import Move, Part
    from symad.formula.expression import Expression

_Maker = "Callable[[Expression], Expression]"
_MAKERS: dict[str, Callable[[Expression], Expression]] = {
    "gradient": automatic.gradient,
    "jacobian": automatic.jacobian,
    "hessian": automatic.hessian,
    "jvp": automatic.jvp,
    "vjp": automatic.vjp,
    "hvp": automatic.hvp,
}
KINDS = ("value", *_MAKERS)
_SEEDS = {"jvp": "direction", "hvp": "direction", "vjp": "weight"}  # the second array that some kinds read


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
    """

    name: str
    program: Program
    inputs: tuple[Vector, ...]
    outputs: tuple[Vector, ...]

    def arrays(self) -> tuple[str, ...]:
        """Names of all parameters but work."""
        return tuple(vector.name for vector in (*self.inputs, *self.outputs))


def functions(
    expression: Expression, name: str, kinds: Sequence[str], *, steps_a_part: int = STEPS_A_PART
) -> tuple[Function, ...]:
    """One function for value and gradient together, one for each further kind.

    Raises
    ------
    ExpressionError
        If a kind is unknown, given twice or needs one output where there are several.
    """
    unknown = [kind for kind in kinds if kind not in KINDS]
    if unknown or not kinds or len(set(kinds)) < len(kinds):
        what = f"not {unknown[0]!r}" if unknown else "each at most once, and at least one"
        raise ExpressionError(f"outputs are among {', '.join(KINDS)}, {what}")
    made = []
    rest = list(kinds)
    if "value" in kinds and "gradient" in kinds:
        program = automatic.value_and_gradient(expression)
        made.append(_function(name, program, expression, ("value", "gradient"), steps_a_part))
        rest = [kind for kind in kinds if kind not in ("value", "gradient")]
    for kind in rest:
        program = expression if kind == "value" else _MAKERS[kind](expression)
        own = name if kind == "value" else f"{name}_{kind}"
        made.append(_function(own, program, expression, (kind,), steps_a_part))
    return tuple(made)


def _function(
    name: str, program: Expression, expression: Expression, kinds: tuple[str, ...], steps_a_part: int
) -> Function:
    n, m = len(expression.variables), expression.n_outputs
    inputs = [Vector("in", n)]
    seed = _SEEDS.get(kinds[0])
    if seed:
        inputs.append(Vector(seed, len(program.variables) - n))
    sizes = {"value": m, "gradient": n, "jacobian": m * n, "hessian": n * n, "jvp": m, "vjp": n, "hvp": n}
    outputs = tuple(Vector(kind, sizes[kind]) for kind in kinds)
    return Function(name, Program(program, steps_a_part=steps_a_part), tuple(inputs), outputs)


def place(vectors: Sequence[Vector], index: int) -> tuple[str, int]:
    """The array and the place in it of input or output number `index`."""
    for vector in vectors:
        if index < vector.size:
            return vector.name, index
        index -= vector.size
    raise IndexError(index)


def end_of(move: Move, function: Function) -> tuple[str, int]:
    """The array and the place in it that an input comes from or an output goes to."""
    return place(function.inputs if move.kind == "input" else function.outputs, move.place)


def parameters(function: Function) -> str:
    """The parameters of the function for one point."""
    read = [f"const double *{vector.name}" for vector in function.inputs]
    filled = [f"double *{vector.name}" for vector in function.outputs]
    return ", ".join([*read, *filled, "double *work"])


def scalar_function(function: Function, taken: frozenset[str]) -> Iterator[str]:
    """Lines of the function for one point; long ones are a chain of parts."""
    wording = Wording(function.program, taken | {*function.arrays(), "work", function.name})
    parts = function.program.parts
    arguments = ", ".join([*function.arrays(), "work"])
    if len(parts) > 1:
        for k, part in enumerate(parts, 1):
            yield f"SYMAD_APART static void {function.name}_part{k}({parameters(function)}) {{"
            yield from _body(part, function, wording)
            yield "}"
            yield ""
    yield f"void {function.name}({parameters(function)}) {{"
    if len(parts) == 1:
        yield from _body(parts[0], function, wording)
    else:
        yield from (f"  {function.name}_part{k}({arguments});" for k in range(1, len(parts) + 1))
    yield "}"


def _body(part: Part, function: Function, wording: Wording) -> Iterator[str]:
    used = {"work"} if part.loads or part.stores else set()
    used |= {place(function.outputs, output)[0] for output, _ in part.outputs}
    used |= {place(function.inputs, node)[0] for node in part.inputs}
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
