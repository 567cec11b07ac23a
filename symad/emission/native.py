"""A program as C for this process alone: the functions of an export behind one that takes a plan's blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symad.emission.export import c_file, kernels
from symad.emission.functions import Function, Vector
from symad.emission.lanes import batch_work
from symad.emission.program import Program

if TYPE_CHECKING:
    from collections.abc import Iterator

    from symad.formula.expression import Expression

_FEW = 2  # points up to which the function for one point is quicker; measured from 1 to 1000 operations
_COLUMNS = """
#if defined(__GNUC__)
#define SYMAD_VISIBLE __attribute__((visibility("default")))
#else
#define SYMAD_VISIBLE
#endif

typedef struct symad_columns {
  double *data;
  ptrdiff_t row;
  ptrdiff_t column;
} symad_columns;
"""


def native_file(expression: Expression, first_inputs: int, first_outputs: int) -> tuple[str, int]:
    """The text, and how many steps it has; blocks are those of `symad_plan_new`.

    Raises
    ------
    UnsupportedError
        If an operation has no C form.
    """
    program = Program(expression)
    sizes = (first_inputs, program.n_inputs - first_inputs, first_outputs, len(program.outputs) - first_outputs)
    blocks = [Vector(f"block{k}", size) for k, size in enumerate(sizes)]
    inputs, outputs = (tuple(block for block in side if block.size) for side in (blocks[:2], blocks[2:]))
    made = Function("f", program, inputs, outputs)
    text = c_file([made], kernels([made], [made]), comment="", batch=True)
    return "\n".join([text, _COLUMNS, *_entry(made, blocks)]), len(program.steps)


def _entry(made: Function, blocks: list[Vector]) -> Iterator[str]:
    """Few points whose columns lie side by side go one by one, all others in vectors."""
    there = [(f"{'inputs' if k < 2 else 'outputs'}[{k % 2}]", block) for k, block in enumerate(blocks) if block.size]
    scalar = ", ".join(f"{name}.data + (ptrdiff_t)i * {name}.row" for name, _ in there)
    batch = ", ".join(f"{name}.data, {name}.row, {name}.column" for name, _ in there)
    beside = "".join(f" && {name}.column == 1" for name, block in there if block.size > 1)
    yield "SYMAD_VISIBLE void symad_native(size_t n_points, const symad_columns *inputs, const symad_columns *outputs,"
    yield "                                double *work) {"
    yield from () if any(name.startswith("inputs") for name, _ in there) else ("  (void)inputs;",)
    yield from () if any(name.startswith("outputs") for name, _ in there) else ("  (void)outputs;",)
    yield f"  if (n_points <= {_FEW}{beside}) {{"
    yield "    for (size_t i = 0; i < n_points; i++)"
    yield f"      f({scalar}{', ' if scalar else ''}work);"
    yield "    return;"
    yield "  }"
    yield f"  f_batch(n_points, {batch}{', ' if batch else ''}work);"
    yield from ("}", "")
    yield from (
        "SYMAD_VISIBLE size_t symad_native_work(void) {",
        f"  return {batch_work(made)} * (size_t)SYMAD_LANES;",
        "}",
        "",
    )
