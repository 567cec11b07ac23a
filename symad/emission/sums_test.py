"""The self-test of an exported objective: rows that C and Python make alike, and what the engine makes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from symad._core import rows as core
from symad.emission.selftest import HEAD, TAIL
from symad.emission.statements import literal
from symad.emission.sums import Memory

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from symad.emission.objectives import RowFormula
    from symad.emission.sums import Summed

    Array = NDArray[np.float64]

_MOST_LANES = 32
_LEVELS = 2  # doublings of the chunks
_N_ROWS = 9_001  # three chunks, the last of them short, in no multiple of a vector
_ENTRY = """\
/* Entry j of row i: 0.5 to 2, exact. */
static double entry(int i, int j) {
  return 0.5 + 1.5 * ((double)((7919L * i + 104729L * j + 12345L * (i % 7) * j) % 65536L) / 65536.0);
}
"""


def entries(n_rows: int, n_columns: int) -> Array:
    """The same rows here."""
    i, j = np.arange(n_rows)[:, None], np.arange(n_columns)[None, :]
    numbers = (7919 * i + 104729 * j + 12345 * (i % 7) * j) % 65536
    return 0.5 + 1.5 * (numbers / 65536.0)


def selftest(row: RowFormula, kinds: Sequence[str], made: Sequence[Summed]) -> Iterator[str]:
    """Lines of the test's main: every function over the same rows, whole and a few, in either layout."""
    yield from ("", HEAD, _ENTRY)
    for kind, one in zip(kinds, made, strict=True):
        yield from _check(row, kind, one)
    yield from ("int main(void) {", "  int wrong = 0;")
    yield from (f"  wrong += check_{one.name}();" for one in made)
    yield TAIL


def _check(row: RowFormula, kind: str, one: Summed) -> Iterator[str]:
    n, width = len(row.parameters), sum(vector.size for vector in one.data)
    given = entries(2, n)
    rows, few = entries(_N_ROWS, width), 5
    engine = core.Rows(row.expression.handle, row.number(kind), row.form(kind))
    blocks = [rows[:, : row.n_columns], rows[:, row.n_columns :]][: len(one.data)]
    direction = given[1] if len(one.given) > 1 else None
    yield f"static int check_{one.name}(void) {{"
    yield f"  static double rows[{_N_ROWS * max(width, 1)}], work[{_most_work(one)}];"
    for vector in one.after.outputs:
        yield f"  static double got_{vector.name}[{vector.size}];"
    yield f"  static double p[{n}], direction[{n}];"
    wanted = [engine.run(given[0], direction, [block[:m] for block in blocks], m) for m in (_N_ROWS, few)]
    yield from _tables(one, wanted)
    yield "  int wrong = 0;"
    yield f"  for (int j = 0; j < {n}; j++)\n    p[j] = entry(0, j), direction[j] = entry(1, j);"
    yield "  (void)direction;"
    yield "  for (int side = 0; side < 2; side++) {"
    yield f"    const ptrdiff_t row = side ? 1 : {width}, column = side ? {_N_ROWS} : 1;"
    yield f"    for (int i = 0; i < {_N_ROWS}; i++)\n      for (int j = 0; j < {width}; j++)"
    yield "        rows[i * row + j * column] = entry(i, j);"
    yield "    for (int k = 0; k < 2; k++) {"
    yield f"      const size_t n = k ? {few} : {_N_ROWS};"
    yield f"      if ({one.name}_work(n) > sizeof work / sizeof *work)\n        return 1;"
    read = [vector.name for vector in one.given]
    data = ["rows, row, column", f"rows + {row.n_columns} * column, row, column"][: len(one.data)]
    filled = [f"got_{vector.name}" for vector in one.after.outputs]
    yield f"      {one.name}({', '.join([*read, 'n', *data, *filled, 'work'])});"
    for vector in one.after.outputs:
        label = f"{one.name}: {vector.name}"
        yield f'      wrong += wrong_bits("{label}", k, got_{vector.name}, want_{vector.name}[k], {vector.size});'
    yield from ("    }", "  }", "  return wrong;", "}", "")


def _most_work(one: Summed) -> int:
    """Enough for any width of vectors."""
    memory = Memory.of(one)
    return memory.scalars + _MOST_LANES * memory.lanes + _LEVELS * memory.n_sums + 1


def _tables(one: Summed, wanted: Sequence[Array]) -> Iterator[str]:
    start = 0
    for vector in one.after.outputs:
        lines = [", ".join(literal(float(x)) for x in found[start : start + vector.size]) for found in wanted]
        table = ",\n      ".join(f"{{{line}}}" for line in lines)
        yield f"  static const double want_{vector.name}[2][{vector.size}] = {{\n      {table}}};"
        start += vector.size
