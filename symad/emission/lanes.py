"""A Program for many points: straight-line code over vectors of points, and the loop that feeds it.

Arithmetic is written on vector types; every other operation is a loop over the lanes of one vector, which compilers
turn into vector code where the kernel has no branch. Both compute what the function for one point computes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from symad.emission.fixed import fixed_calls, fixed_functions, fixed_name
from symad.emission.functions import Vector, end_of
from symad.emission.program import Move
from symad.emission.statements import PLACES, Wording, literal, step_text, substituted
from symad.emission.together import Joined, JoinedFunctions, joined, sets, slow_way

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from symad.emission.functions import Function
    from symad.emission.library import Library
    from symad.emission.program import Part, Step
    from symad.emission.together import Together

# A call of a function that occurs no more often than this is written into the code: kernels are long.
_MOST_INLINE = 2
_ARITHMETIC = re.compile(r"[\sab\d.+\-*/()]+\Z")
_WORD = re.compile(r"[A-Za-z_]\w*")
_CALL = re.compile(r"\b(k_\w+)\(((?:[^()]|\([^()]*\))*)\)")
_CHEAP = frozenset({"basic", "divide", "select"})
_NORM = "list_norm"
# Several vectors at a time hide the latency of short programs; longer ones would not fit the registers. The most steps,
# and the most numbers read and written, for that many.
_VECTORS = ((4, 250, 8), (2, 250, 40))

TYPES = """\
/* ---- many points: `lanes` holds one value of several points ---- */

#include <stddef.h>
#include <string.h>

#if defined(__GNUC__)
#pragma GCC diagnostic ignored "-Wpsabi" /* nothing of this leaves the file */
#if defined(__AVX512F__)
#define SYMAD_LANES (SYMAD_VECTORS * 8)
#elif defined(__AVX__)
#define SYMAD_LANES (SYMAD_VECTORS * 4)
#else
#define SYMAD_LANES (SYMAD_VECTORS * 2)
#endif
typedef double lanes __attribute__((vector_size(8 * SYMAD_LANES)));
#define SYMAD_INSIDE static inline __attribute__((always_inline))
#define SYMAD_CALLED static __attribute__((noinline))
#define SYMAD_FLAT __attribute__((flatten))
#else
#define SYMAD_LANES 1
typedef double lanes;
#define SYMAD_INSIDE static inline
#define SYMAD_CALLED static
#define SYMAD_FLAT
#endif

/* Columns of some points side by side; the last point fills what is missing. */
static void lanes_gather(const double *from, ptrdiff_t row, ptrdiff_t column, int count, int n, double *to) {
  for (int j = 0; j < n; j++) {
    const double *p = from + j * column;
    for (int l = 0; l < SYMAD_LANES; l++)
      to[j * SYMAD_LANES + l] = p[(l < count ? l : count - 1) * row];
  }
}
"""
SCATTER = """\
static void lanes_scatter(double *to, ptrdiff_t row, ptrdiff_t column, int count, int n, const double *from) {
  for (int j = 0; j < n; j++) {
    double *p = to + j * column;
    for (int l = 0; l < count; l++)
      p[l * row] = from[j * SYMAD_LANES + l];
  }
}
"""


def fast_conditions(called: Iterable[str], library: Library) -> dict[str, str]:
    """Kernels with a branch-free form, ``name_fast``, and the condition under which that may be used."""
    called = set(called)
    also = [one.kernel for one in sets(library) if one.is_of_use(called)]
    fast = (name for name in (*called, *also) if library.has(f"{name}_fast"))
    return {name: condition for name in fast if (condition := library.condition(name)) is not None}


def kernels_for_lanes(conditions: dict[str, str]) -> set[str]:
    """Everything that code with fast forms calls."""
    return {*conditions, *conditions.values(), *(f"{name}_fast" for name in conditions)}


def vectors_at_a_time(made: Iterable[Function]) -> int:
    """How many machine vectors `lanes` spans."""
    sizes = [(len(one.program.steps), sum(vector.size for vector in (*one.inputs, *one.outputs))) for one in made]
    for n_vectors, most_steps, most_numbers in _VECTORS:
        if all(steps <= most_steps and numbers <= most_numbers for steps, numbers in sizes):
            return n_vectors
    return 1


class LaneFunctions:
    """The functions of one vector that a file needs, each written once."""

    def __init__(
        self, made: Iterable[Function], inline: frozenset[str], conditions: dict[str, str], known: Iterable[Together]
    ) -> None:
        self._inline = inline
        self._conditions = conditions
        self._known = [one for one in known if one.kernel in conditions]
        self._joined = JoinedFunctions(conditions)
        self._sites: dict[str, int] = {}
        self._names: dict[str, str] = {}
        self._costs: dict[str, str] = {}
        self._lists: dict[str, int] = {}
        for function in made:
            constants = function.program.constants
            together = {node: one for part in function.program.parts for node, one in self.joined(part).items()}
            for one in dict.fromkeys(together.values()):
                self._joined.add(one, self._on_lane(one.operands, constants))
            for step in function.program.steps:
                if not self._is_arithmetic(step, constants) and step.node not in together:
                    key = self._key(step, constants)
                    self._sites[key] = self._sites.get(key, 0) + 1
                    self._costs[key] = step.row.cost
                    self._names.setdefault(key, f"lanes_{step.row.name.lower()}_{len(self._names) + 1}")
                    if step.row.arity < 0:
                        self._lists[key] = len(step.operands)

    def joined(self, part: Part) -> dict[int, Joined]:
        """By node: the steps of one part that it is computed with, where there is a kernel for them."""
        return joined(part, self._known)

    @staticmethod
    def _is_arithmetic(step: Step, constants: dict[int, float]) -> bool:
        return step.row.arity >= 0 and _ARITHMETIC.match(step_text(step, constants)) is not None

    @staticmethod
    def _on_lane(operands: tuple[int, ...], constants: dict[int, float]) -> tuple[str, ...]:
        """Operands on lane l: numbers, and p0[l], p1[l] for those that vary."""
        varying = [node for node in dict.fromkeys(operands) if node not in constants]
        return tuple(
            literal(constants[node]) if node in constants else f"p{varying.index(node)}[l]" for node in operands
        )

    def _key(self, step: Step, constants: dict[int, float]) -> str:
        """The text of a step on lane l."""
        operands = self._on_lane(step.operands, constants)
        if step.row.arity < 0:
            return f"{step_text(step, constants)} {', '.join(operands)}"
        return substituted(step_text(step, constants), operands)

    def statement(self, step: Step, wording: Wording, constants: dict[int, float]) -> str:
        """One step on vectors."""
        name = wording.name(step.node)
        if self._is_arithmetic(step, constants):
            text = substituted(step_text(step, constants), [wording.operand(node) for node in step.operands])
            return f"const lanes {name} = {text};"
        varying = [wording.name(node) for node in dict.fromkeys(step.operands) if node not in constants]
        return f"const lanes {name} = {self._names[self._key(step, constants)]}({', '.join(varying)});"

    def joined_statement(self, one: Joined, wording: Wording, constants: dict[int, float]) -> str:
        """Steps that are computed together."""
        varying = [wording.name(node) for node in dict.fromkeys(one.operands) if node not in constants]
        names = [wording.name(node) for node in one.nodes]
        return self._joined.statement(one, self._on_lane(one.operands, constants), varying, names)

    def definitions(self) -> Iterator[str]:
        """All functions of one vector."""
        kind = "SYMAD_INSIDE" if self._joined.n_sites <= _MOST_INLINE else "SYMAD_CALLED"
        yield from self._joined.definitions(f"{kind} SYMAD_FLAT")
        for key, name in self._names.items():
            n = 1 + max((int(k) for k in re.findall(r"\bp(\d+)\[l\]", key)), default=0)
            called = [word for word in _WORD.findall(key) if word.startswith(("k_", "list_"))]
            calls = _CALL.findall(key)
            fast = len(calls) == len(called) == 1 and calls[0][0] in self._conditions
            cheap = self._costs[key] in _CHEAP or self._sites[key] <= _MOST_INLINE
            if key.startswith(f"{_NORM} ") and self._lists[key] > 1:
                yield from self._definition(f"{name}_any", key, n, "SYMAD_CALLED", ())
                yield from _norm_definition(name, key, n)
            elif fast:
                kernel, arguments = calls[0]
                test = f"{self._conditions[kernel]}({arguments})"
                kind = "SYMAD_INSIDE SYMAD_FLAT" if cheap else "SYMAD_CALLED SYMAD_FLAT"
                yield from self._definition(f"{name}_any", key, n, "SYMAD_CALLED", ())
                yield from self._definition(
                    name, key.replace(f"{kernel}(", f"{kernel}_fast("), n, kind, (test, f"{name}_any")
                )
            else:
                flat = all(word in self._inline for word in called)
                inside = cheap and flat and key not in self._lists
                kind = "SYMAD_INSIDE SYMAD_FLAT" if inside else "SYMAD_CALLED SYMAD_FLAT" if flat else "SYMAD_CALLED"
                yield from self._definition(name, key, n, kind, ())

    def _definition(self, name: str, key: str, n: int, kind: str, otherwise: tuple[str, ...]) -> Iterator[str]:
        """One function of a vector; `otherwise`: the condition on every lane, and the function to call without it."""
        parameters = [f"a{k}" for k in range(n)]
        yield f"{kind} lanes {name}({', '.join(f'lanes {a}' for a in parameters)}) {{"
        yield "  lanes to;"
        yield f"  double r[SYMAD_LANES], {', '.join(f'p{k}[SYMAD_LANES]' for k in range(n))};"
        yield from (f"  memcpy(p{k}, &a{k}, sizeof p{k});" for k in range(n))
        if otherwise:
            yield from slow_way(otherwise[0], f"{otherwise[1]}({', '.join(parameters)})")
        if key in self._lists or key.startswith("list_"):
            call, operands = key.split(" ", 1)
            size = self._lists[key]
            yield "  for (int l = 0; l < SYMAD_LANES; l++) {"
            yield f"    const double v[{size}] = {{{operands}}};"
            yield f"    r[l] = {call}({PLACES}, {size}u, v);"
            yield "  }"
        else:
            yield "  for (int l = 0; l < SYMAD_LANES; l++)"
            yield f"    r[l] = {key};"
        yield from ("  memcpy(&to, r, sizeof r);", "  return to;", "}", "")


def _norm_definition(name: str, key: str, n: int) -> Iterator[str]:
    """The square root of a plain sum, as `list_norm` takes it where the sum is far from the ends of the range."""
    operands = [word.strip().replace("[l]", "").replace("p", "a") for word in key.split(" ", 1)[1].split(",")]
    parameters = ", ".join(f"lanes a{k}" for k in range(n))
    yield f"SYMAD_INSIDE SYMAD_FLAT lanes {name}({parameters}) {{"
    yield f"  const lanes sum = {' + '.join(f'{one} * {one}' for one in operands)};"
    yield from ("  lanes to;", "  double r[SYMAD_LANES];", "  memcpy(r, &sum, sizeof r);")
    yield from slow_way("norm_is_plain(r[l])", f"{name}_any({', '.join(f'a{k}' for k in range(n))})")
    yield from ("  for (int l = 0; l < SYMAD_LANES; l++)", "    r[l] = sqrt(r[l]);")
    yield from ("  memcpy(&to, r, sizeof r);", "  return to;", "}", "")


def batch_prototype(function: Function) -> str:
    """Declaration of the function for many points."""
    read = [f"const double *{v.name}, ptrdiff_t {v.name}_row, ptrdiff_t {v.name}_column" for v in function.inputs]
    filled = [f"double *{v.name}, ptrdiff_t {v.name}_row, ptrdiff_t {v.name}_column" for v in function.outputs]
    return f"void {function.name}_batch(size_t n_points, {', '.join([*read, *filled])}, double *work)"


def batch_work(function: Function) -> int:
    """Doubles of work memory a lane."""
    return sum(vector.size for vector in (*function.inputs, *function.outputs)) + function.program.n_slots


def batch_function(function: Function, lane_functions: LaneFunctions, taken: frozenset[str]) -> Iterator[str]:
    """Lines of the vector code of a function and of the loop over points."""
    yield from lane_parts(function, lane_functions, taken)
    yield from _loop(function)


def lane_parts(function: Function, lane_functions: LaneFunctions, taken: frozenset[str]) -> Iterator[str]:
    """The vector code alone."""
    arrays = (*function.inputs, *function.outputs)
    own = {name for v in arrays for name in (v.name, f"{v.name}_step")}
    wording = Wording(function.program, taken | own | function.names() | {"work"})
    parameters = [f"const double *{v.name}, ptrdiff_t {v.name}_step" for v in function.inputs]
    parameters += [f"double *{v.name}, ptrdiff_t {v.name}_step" for v in function.outputs]
    head = f"({', '.join([*parameters, 'double *work'])}) {{"
    yield from fixed_functions(function, lanes=True)
    for k, part in enumerate(function.program.parts, 1):
        yield f"SYMAD_CALLED void {function.name}_lanes{k}{head}"
        yield from _body(part, function, wording, lane_functions)
        yield from ("}", "")


def lane_calls(function: Function) -> Iterator[str]:
    """The calls of these in their order, between arrays called in_now, in_step and so on."""
    arrays = [*function.inputs, *function.outputs]
    steps = ", ".join(f"{vector.name}_now, {vector.name}_step" for vector in arrays)
    for array in fixed_calls(function):
        yield f"{fixed_name(function, array)}_lanes({array}_now, {array}_step);"
    for k in range(1, len(function.program.parts) + 1):
        yield f"{function.name}_lanes{k}({steps}, rest);"


def _body(part: Part, function: Function, wording: Wording, lane_functions: LaneFunctions) -> Iterator[str]:
    constants = function.program.constants
    done: set[Joined] = set()
    used = {"work"} if part.loads or part.stores else set()
    used |= {function.output(output)[0] for output, _ in part.outputs}
    used |= {function.input(node)[0] for node in part.inputs}
    for vector in (*function.inputs, *function.outputs):
        if vector.name not in used:
            yield f"  (void){vector.name}, (void){vector.name}_step;"
    if "work" not in used:
        yield "  (void)work;"
    together = lane_functions.joined(part)
    for one in part.in_order():
        if isinstance(one, Move):
            yield _moved(one, function, wording)
        elif one.node not in together:
            yield f"  {lane_functions.statement(one, wording, constants)}"
        elif (all_of_them := together[one.node]) not in done:
            done.add(all_of_them)
            yield f"  {lane_functions.joined_statement(all_of_them, wording, constants)}"


def _moved(move: Move, function: Function, wording: Wording) -> str:
    if move.kind in ("load", "store"):
        where = f"work + {move.place} * SYMAD_LANES"
    else:
        array, index = end_of(move, function)
        where = f"{array} + {index} * {array}_step"
    if move.kind in ("input", "load"):
        name = wording.name(move.node)
        return f"  lanes {name}; memcpy(&{name}, {where}, sizeof {name});"
    if wording.is_constant(move.node):
        return f"  for (int l = 0; l < SYMAD_LANES; l++)\n    ({where})[l] = {wording.operand(move.node)};"
    return f"  memcpy({where}, &{wording.name(move.node)}, sizeof(lanes));"


def _loop(function: Function) -> Iterator[str]:
    """Tiles of SYMAD_LANES points; columns that lie side by side are read and written where they are."""
    arrays = [*function.inputs, *function.outputs]
    yield f"size_t {function.name}_batch_work(void) {{"
    yield f"  return {batch_work(function)} * (size_t)SYMAD_LANES;"
    yield from ("}", "")
    yield f"{batch_prototype(function)} {{"
    start = "work"
    for vector in arrays:
        yield f"  double *const {vector.name}_tile = {start};"
        start = f"{vector.name}_tile + {vector.size} * SYMAD_LANES"
    yield f"  double *const rest = {start};"
    yield "  for (size_t i = 0; i < n_points; i += SYMAD_LANES) {"
    yield "    const int count = n_points - i < SYMAD_LANES ? (int)(n_points - i) : SYMAD_LANES;"
    for vector in function.inputs:
        yield from _direct(vector, "const double *")
        yield f"    if (!{vector.name}_direct)"
        yield f"      lanes_gather({_place(vector)}, {_strides(vector)}, count, {vector.size}, {vector.name}_tile);"
    for vector in function.outputs:
        yield from _direct(vector, "double *")
    yield from (f"    {line}" for line in lane_calls(function))
    for vector in function.outputs:
        yield f"    if (!{vector.name}_direct)"
        yield f"      lanes_scatter({_place(vector)}, {_strides(vector)}, count, {vector.size}, {vector.name}_tile);"
    yield from ("  }", "}")


def _direct(vector: Vector, kind: str) -> Iterator[str]:
    name = vector.name
    yield f"    const int {name}_direct = {name}_row == 1 && count == SYMAD_LANES;"
    yield f"    {kind}const {name}_now = {name}_direct ? {_place(vector)} : {name}_tile;"
    yield f"    const ptrdiff_t {name}_step = {name}_direct ? {name}_column : SYMAD_LANES;"


def _place(vector: Vector) -> str:
    return f"{vector.name} + (ptrdiff_t)i * {vector.name}_row"


def _strides(vector: Vector) -> str:
    return f"{vector.name}_row, {vector.name}_column"
