"""An objective's sum over rows as C: a function before the rows, vector code for each row, one after them.

The order of the sum is that of ``csrc/include/symad_rows.h``; a test holds it to the bits of the engine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from symad.emission.functions import Function, Vector
from symad.emission.lanes import lane_calls

if TYPE_CHECKING:
    from collections.abc import Iterator

CHUNK = 4096
# GCC is quickest with the 8 rows that are added together, clang's loops want more of them; measured on two fits.
VECTORS = """\
#if !defined(__GNUC__) || defined(__clang__)
#define SYMAD_VECTORS 4
#elif defined(__AVX512F__)
#define SYMAD_VECTORS 1
#elif defined(__AVX__)
#define SYMAD_VECTORS 2
#else
#define SYMAD_VECTORS 4
#endif"""
ORDER = f"""\
/* ---- the order of a sum: lanes of 8 rows in chunks of {CHUNK}, chunks joined in pairs of equal size ---- */

static void rows_add(const double *from, int first, int count, int n, double *sums) {{
  for (int k = 0; k < n; k++) {{
    if (count == SYMAD_LANES) {{
#if SYMAD_LANES % 8 == 0
      for (int l = 0; l < SYMAD_LANES; l += 8)
        for (int j = 0; j < 8; j++)
          sums[k * 8 + j] += from[k * SYMAD_LANES + l + j];
#else
      for (int l = 0; l < SYMAD_LANES; l++) /* they divide 8 */
        sums[k * 8 + first + l] += from[k * SYMAD_LANES + l];
#endif
      continue;
    }}
    for (int l = 0; l < count; l++)
      sums[k * 8 + (first + l) % 8] += from[k * SYMAD_LANES + l];
  }}
}}

/* The sums of chunk number `chunk`, from 1, behind those of the blocks before it; how many blocks there are now. */
static int rows_close(const double *sums, size_t chunk, int n, int n_blocks, double *blocks) {{
  for (int k = 0; k < n; k++) {{
    const double *s = sums + k * 8;
    blocks[n_blocks * n + k] = ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));
  }}
  for (; chunk % 2 == 0; chunk /= 2, n_blocks--)
    for (int k = 0; k < n; k++)
      blocks[(n_blocks - 1) * n + k] += blocks[n_blocks * n + k];
  return n_blocks + 1;
}}

static void rows_total(const double *blocks, int n, int n_blocks, double *total) {{
  for (int k = 0; k < n; k++) {{
    total[k] = n_blocks > 0 ? blocks[(n_blocks - 1) * n + k] : 0.0;
    for (int b = n_blocks - 2; b >= 0; b--)
      total[k] = blocks[b * n + k] + total[k];
  }}
}}
"""


@dataclass(frozen=True)
class Summed:
    """One C function over rows.

    Attributes
    ----------
    name : str
    before : Function or None
        From the parameters to what rows read of them; None where that is nothing.
    rows : Function or None
        From this and the data of a row to what is summed; None where no data matter.
    after : Function
        From parameters, sums and the number of rows to the results.
    data : tuple of Vector
        Arrays with a line for each row: the columns of data, and the weight.
    """

    name: str
    before: Function | None
    rows: Function | None
    after: Function
    data: tuple[Vector, ...]

    def parts(self) -> tuple[Function, ...]:
        """The functions that it is made of, in their order."""
        return tuple(one for one in (self.before, self.rows, self.after) if one is not None)

    def scalars(self) -> tuple[Function, ...]:
        """Those of them that run once a call."""
        return tuple(one for one in (self.before, self.after) if one is not None)

    @property
    def given(self) -> tuple[Vector, ...]:
        """The parameters, and a direction if there is one."""
        return tuple(vector for vector in self.after.inputs if vector.name in ("p", "direction"))

    def names(self) -> set[str]:
        """Every name of the file that it brings."""
        return {self.name, f"{self.name}_work", *(name for one in self.parts() for name in one.names())}


def prototype(one: Summed) -> str:
    """Declaration of the function over rows."""
    read = [f"const double *{vector.name}" for vector in one.given]
    rows = [f"const double *{v.name}, ptrdiff_t {v.name}_row, ptrdiff_t {v.name}_column" for v in one.data]
    filled = [f"double *{vector.name}" for vector in one.after.outputs]
    return f"void {one.name}({', '.join([*read, 'size_t n_rows', *rows, *filled, 'double *work'])})"


def work_function(one: Summed) -> Iterator[str]:
    """How much memory a call takes: with the vectors of this machine, and a block for each doubling of the chunks."""
    memory = Memory.of(one)
    yield f"size_t {one.name}_work(size_t n_rows) {{"
    yield (
        f"  size_t size = {memory.scalars} + {memory.lanes} * (size_t)SYMAD_LANES;"
        if one.rows
        else (f"  const size_t size = {memory.scalars};")
    )
    if one.rows is None:
        yield "  (void)n_rows;"
    else:
        yield f"  for (size_t chunks = n_rows / {CHUNK}; chunks > 0; chunks /= 2)"
        yield f"    size += {memory.n_sums};"
    yield from ("  return size;", "}", "")


class Memory(NamedTuple):
    """Doubles of a call: of what rows read, of sums, of the functions that run once, and for each lane."""

    n_uniforms: int
    n_sums: int
    once: int
    lanes: int

    @staticmethod
    def of(one: Summed) -> Memory:
        """What a function needs."""
        once = max(function.program.n_slots for function in one.scalars())
        if one.rows is None:
            return Memory(0, 0, once, 0)
        columns = sum(vector.size for vector in (*one.rows.inputs, *one.rows.outputs))
        return Memory(one.rows.inputs[0].size, one.rows.outputs[0].size, once, columns + one.rows.program.n_slots)

    @property
    def scalars(self) -> int:
        """All but lanes, and but the blocks of more than one chunk: 8 lanes a sum, and one block."""
        return self.n_uniforms + 9 * self.n_sums + self.once


def function_over_rows(one: Summed) -> Iterator[str]:
    """Lines of the function."""
    memory = Memory.of(one)
    n_sums, n_uniforms = memory.n_sums, memory.n_uniforms
    arguments = [vector.name for vector in one.given]
    results = [vector.name for vector in one.after.outputs]
    yield f"{prototype(one)} {{"
    yield "  const double n = (double)n_rows;"
    if one.rows is None:
        yield from (f"  (void){v.name}, (void){v.name}_row, (void){v.name}_column;" for v in one.data)
        yield f"  {one.after.name}({', '.join([*arguments, '&n', *results, 'work'])});"
        yield "}"
        return
    yield f"  double *const read = work, *const sums = read + {n_uniforms}, *const once = sums + {8 * n_sums};"
    yield f"  double *const tiles = once + {memory.once};"
    yield from _tiles(one.rows)
    yield f"  double *const blocks = tiles + {memory.lanes} * SYMAD_LANES;"
    yield "  int n_blocks = 0;"
    if one.before is not None:
        yield f"  {one.before.name}({', '.join([*arguments, 'read', 'once'])});"
    yield f"  lanes_gather(read, 0, 1, 1, {n_uniforms}, uniforms_tile);"
    yield from _chunks(one.rows, n_sums)
    yield f"  rows_total(blocks, {n_sums}, n_blocks, sums);"
    yield f"  {one.after.name}({', '.join([*arguments, 'sums', '&n', *results, 'once'])});"
    yield "}"


def _tiles(rows: Function) -> Iterator[str]:
    start = "tiles"
    for vector in (*rows.inputs, *rows.outputs):
        yield f"  double *const {vector.name}_tile = {start};"
        start = f"{vector.name}_tile + {vector.size} * SYMAD_LANES"
    yield f"  double *const rest = {start};"
    yield "  const double *const uniforms_now = uniforms_tile;"
    yield "  double *const sums_now = sums_tile;"
    yield "  const ptrdiff_t uniforms_step = SYMAD_LANES, sums_step = SYMAD_LANES;"


def _chunks(rows: Function, n_sums: int) -> Iterator[str]:
    """Tiles of rows; columns that lie side by side are read where they are."""
    yield f"  for (size_t first = 0, chunk = 1; first < n_rows; first += {CHUNK}, chunk++) {{"
    yield f"    const size_t end = n_rows - first < {CHUNK} ? n_rows : first + {CHUNK};"
    yield f"    for (int k = 0; k < {8 * n_sums}; k++)"
    yield "      sums[k] = 0.0;"
    yield "    for (size_t i = first; i < end; i += SYMAD_LANES) {"
    yield "      const int count = end - i < SYMAD_LANES ? (int)(end - i) : SYMAD_LANES;"
    for vector in rows.inputs[1:]:
        name = vector.name
        yield f"      const int {name}_direct = {name}_row == 1 && count == SYMAD_LANES;"
        yield f"      const double *const {name}_at = {name} + (ptrdiff_t)i * {name}_row;"
        yield f"      const double *const {name}_now = {name}_direct ? {name}_at : {name}_tile;"
        yield f"      const ptrdiff_t {name}_step = {name}_direct ? {name}_column : SYMAD_LANES;"
        yield f"      if (!{name}_direct)"
        yield f"        lanes_gather({name}_at, {name}_row, {name}_column, count, {vector.size}, {name}_tile);"
    yield from (f"      {line}" for line in lane_calls(rows))
    yield f"      rows_add(sums_tile, (int)((i - first) % 8), count, {n_sums}, sums);"
    yield "    }"
    yield f"    n_blocks = rows_close(sums, chunk, {n_sums}, n_blocks, blocks);"
    yield "  }"
