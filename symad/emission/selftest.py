"""The program that an exported file becomes with -DSYMAD_SELFTEST: it compares itself with values computed here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from symad._core import tapes
from symad.emission.lanes import batch_work
from symad.emission.statements import literal
from symad.inputs.points import choose

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import ArrayLike, NDArray

    from symad.emission.functions import Function, Vector

_N_POINTS = 3
HEAD = """\
#ifdef SYMAD_SELFTEST
#include <stdio.h>
#include <string.h>

static int wrong_bits(const char *what, int point, const double *found, const double *wanted, int n) {
  int wrong = 0;
  for (int i = 0; i < n; i++) {
    if (memcmp(&found[i], &wanted[i], sizeof found[i]) == 0 || (found[i] != found[i] && wanted[i] != wanted[i]))
      continue;
    printf("%s %d at point %d: %.17g, not %.17g\\n", what, i, point, found[i], wanted[i]);
    wrong++;
  }
  return wrong;
}
"""
TAIL = """\
  printf(wrong == 0 ? "the same bits\\n" : "%d numbers differ\\n", wrong);
  return wrong == 0 ? 0 : 1;
}
#endif"""


def selftest(made: Sequence[Function], points: Sequence[ArrayLike | None], *, batch: bool) -> Iterator[str]:
    """Lines of the test's main: every function at a few points, to the last bit."""
    yield ""
    yield HEAD
    for function, wanted in zip(made, points, strict=True):
        read = function.program.read
        variables = [function.program.expression.variables[node] for node in read]
        n = function.inputs[0].size
        drawn = choose(variables, n_points=_N_POINTS).array
        if wanted is not None:
            own = choose(variables[:n], points=wanted).array
            drawn = np.hstack([own, np.resize(drawn[:, n:], (len(own), drawn.shape[1] - n))])
        yield from _check(function, drawn, batch=batch)
    yield from ("int main(void) {", "  int wrong = 0;")
    yield from (f"  wrong += check_{function.name}();" for function in made)
    yield TAIL


def _check(function: Function, points: NDArray[np.float64], *, batch: bool) -> Iterator[str]:
    """One C function that runs one exported function at its points."""
    expression, program = function.program.expression, function.program
    wanted, whole = np.empty((len(points), expression.n_outputs)), np.empty((len(points), program.n_inputs))
    whole[:, program.read] = points
    whole[:, list(program.given)] = list(program.given.values())
    tapes.values(expression.handle, whole, wanted)
    yield f"static int check_{function.name}(void) {{"
    yield from _tables("in", function.inputs, points, "const volatile")  # volatile: nothing may be computed beforehand
    yield from _tables("out", function.outputs, wanted, "const")
    yield f"  static double work[{function.program.n_slots + 1}];"
    for i, vector in enumerate(function.outputs):
        yield f"  static double got{i}[{max(vector.size, 1)}];"
    for i, vector in enumerate(function.inputs):
        yield f"  static double x{i}[{max(vector.size, 1)}];"
    read = [f"x{i}" for i in range(len(function.inputs))]
    filled = [f"got{i}" for i in range(len(function.outputs))]
    yield "  int wrong = 0;"
    yield f"  for (int k = 0; k < {len(points)}; k++) {{"
    for i, vector in enumerate(function.inputs):
        yield f"    for (int j = 0; j < {vector.size}; j++)\n      x{i}[j] = in{i}[k][j];"
    yield f"    {function.name}({', '.join([*read, *filled, 'work'])});"
    for i, vector in enumerate(function.outputs):
        yield f'    wrong += wrong_bits("{function.name}: {vector.name}", k, got{i}, out{i}[k], {vector.size});'
    yield "  }"
    if batch:
        yield from _check_batch(function, len(points))
    yield from ("  return wrong;", "}", "")


def _check_batch(function: Function, n_points: int) -> Iterator[str]:
    """All points by one call, the columns of each array side by side and then the rows."""
    arrays = [*function.inputs, *function.outputs]
    yield "  {"
    yield f"    static double memory[{64 * (batch_work(function) + 1)}];"
    for i, vector in enumerate(function.inputs):
        yield f"    static double all_x{i}[{n_points * max(vector.size, 1)}];"
    for i, vector in enumerate(function.outputs):
        yield f"    static double all_got{i}[{n_points * max(vector.size, 1)}];"
    yield "    for (int side = 0; side < 2; side++) {"
    for i, vector in enumerate(function.inputs):
        yield f"      for (int k = 0; k < {n_points}; k++)\n        for (int j = 0; j < {vector.size}; j++)"
        yield f"          all_x{i}[side ? k + j * {n_points} : k * {vector.size} + j] = in{i}[k][j];"
    names = [f"all_x{i}" for i in range(len(function.inputs))] + [f"all_got{i}" for i in range(len(function.outputs))]
    calls = [f"{a}, side ? 1 : {v.size}, side ? {n_points} : 1" for a, v in zip(names, arrays, strict=True)]
    yield f"      {function.name}_batch({n_points}, {', '.join(calls)}, memory);"
    for i, vector in enumerate(function.outputs):
        yield f"      for (int k = 0; k < {n_points}; k++) {{\n        for (int j = 0; j < {vector.size}; j++)"
        yield f"          got{i}[j] = all_got{i}[side ? k + j * {n_points} : k * {vector.size} + j];"
        label = f"{function.name}_batch: {vector.name}"
        yield f'        wrong += wrong_bits("{label}", k, got{i}, out{i}[k], {vector.size});'
        yield "      }"
    yield from ("    }", "  }")


def _tables(name: str, vectors: Sequence[Vector], rows: NDArray[np.float64], kind: str) -> Iterator[str]:
    """The columns of each array, point by point."""
    start = 0
    for i, vector in enumerate(vectors):
        lines = []
        for row in rows:
            numbers = [literal(float(value)) for value in row[start : start + vector.size]] or ["0.0"]
            lines.append(f"{{{', '.join(numbers)}}}")
        table = ",\n      ".join(lines)
        yield f"  static {kind} double {name}{i}[{len(rows)}][{max(vector.size, 1)}] = {{\n      {table}}};"
        start += vector.size
