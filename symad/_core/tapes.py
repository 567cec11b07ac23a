"""The boundary to C: handles, buffers, work memory, statuses. The only module that names ffi or lib.

Cells (`new`) belong to a call; handles free themselves; every status goes through `check`.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from symad import errors
from symad._core import code
from symad._symad import ffi, lib

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

GRADIENT: int = lib.SYMAD_DERIVE_GRADIENT
VALUE_AND_GRADIENT: int = lib.SYMAD_DERIVE_VALUE_AND_GRADIENT
JACOBIAN: int = lib.SYMAD_DERIVE_JACOBIAN
FORWARD: int = lib.SYMAD_DERIVE_FORWARD
VJP: int = lib.SYMAD_DERIVE_VJP
JVP: int = lib.SYMAD_DERIVE_JVP
SPARSE_JACOBIAN: int = lib.SYMAD_DERIVE_SPARSE_JACOBIAN
STATUS_BITS: tuple[tuple[str, int], ...] = tuple(
    (name.removeprefix("SYMAD_STATUS_").lower(), getattr(lib, name))
    for name in sorted((n for n in dir(lib) if n.startswith("SYMAD_STATUS_") and n != "SYMAD_STATUS_N_BITS"),
                       key=lambda n: int(getattr(lib, n)))
)  # fmt: skip
COSTS: dict[int, str] = {
    getattr(lib, name): name.removeprefix("SYMAD_COST_").lower() for name in dir(lib) if name.startswith("SYMAD_COST_")
}


class Fault(NamedTuple):
    """What the parser says of a refused text: a status and the bytes it concerns."""

    name: str
    sentence: str
    line: int
    column: int
    offset: int
    length: int
    node: int
    made: str  # the name with indices that stands there, such as x3 for x[i]; the indices that there are


def text_of(pointer: Any) -> str:
    """Python text of a static C string."""
    return str(ffi.string(pointer).decode("ascii"))


def version() -> str:
    """Version of the C core."""
    return text_of(lib.symad_version())


def check(status: int, what: str) -> None:
    """Raise what a status stands for; `what` names the step."""
    if status != 0:
        kind = errors.LimitError if name_of(status, what).startswith("ERR_LIMIT") else errors.ExpressionError
        raise kind(f"{what}: {text_of(lib.symad_status_sentence(status))}")


def name_of(status: int, what: str) -> str:
    """The name of a status that says what is wrong with a text or a file; the end of the memory is raised at once."""
    name = text_of(lib.symad_status_name(status))
    if name == "ERR_MEMORY":
        raise errors.OutOfMemoryError(f"{what}: {text_of(lib.symad_status_sentence(status))}")
    return name


def rows() -> Iterable[tuple[int, int, str, bool, str, str, str, str, str, str, int, bool]]:
    """Each row of the table: number, arity, cost, condition, texts from its name to its value, wants, exact."""
    for index in range(lib.symad_row_count()):
        row = lib.symad_row_at(index)
        texts = (text_of(getattr(row, field)) for field in ("name", "text", "sympy", "domain", "definition", "value"))
        yield (row.number, row.arity, COSTS[row.cost], bool(row.condition), *texts, row.wants, bool(row.exact))


def spellings() -> Iterable[str]:
    """Every name that a formula can call."""
    index = 0
    while (pointer := lib.symad_spelling_at(index)) != ffi.NULL:
        name = text_of(pointer)
        if name.isidentifier() and not name.startswith("_"):
            yield name
        index += 1


class Handle:
    """An immutable tape in C and its view."""

    __slots__ = ("pointer", "view")

    def __init__(self, pointer: Any) -> None:
        self.pointer = ffi.gc(pointer, lib.symad_tape_free)
        self.view = ffi.new("symad_view *")
        lib.symad_tape_view(pointer, self.view)

    def equal(self, other: Handle) -> bool:
        """Whether both hold the same inputs, nodes, constants and outputs."""
        return bool(lib.symad_tape_equal(self.pointer, other.pointer))

    def hash(self) -> int:
        """Equal for equal tapes."""
        return int(lib.symad_tape_hash(self.pointer))

    def derive(self, kind: int, what: str, most_nodes: int | None = None, by: Sequence[int] | None = None) -> Handle:
        """A derivative by all inputs or by some, as another tape; given up where it needs more nodes than that."""
        cell, limits = ffi.new("symad_tape **"), ffi.NULL
        if most_nodes is not None:
            limits = ffi.new("symad_limits *")
            lib.symad_limits_default(limits)
            limits.nodes = min(limits.nodes, most_nodes)
        run, chosen = lib.symad_tape_derive, () if by is None else (list(by), len(by))
        check((run if by is None else lib.symad_tape_derive_by)(self.pointer, kind, *chosen, limits, cell), what)
        return Handle(cell[0])

    def select(self, outputs: Sequence[int]) -> Handle:
        """The outputs with these numbers as another tape over the same inputs."""
        cell = ffi.new("symad_tape **")
        check(lib.symad_tape_select(self.pointer, list(outputs), len(outputs), cell), "select")
        return Handle(cell[0])

    def pattern(self) -> tuple[list[int], list[int]]:
        """(starts, columns): output k depends on the inputs columns[starts[k]:starts[k + 1]]."""
        starts, count = ffi.new("uint64_t[]", self.view.n_outputs + 1), ffi.new("size_t *")
        check(lib.symad_tape_pattern(self.pointer, starts, ffi.NULL, 0, count), "pattern")
        columns = ffi.new("uint32_t[]", max(1, count[0]))
        check(lib.symad_tape_pattern(self.pointer, starts, columns, count[0], count), "pattern")
        return ffi.unpack(starts, len(starts)), ffi.unpack(columns, count[0]) if count[0] else []

    def schedule(self) -> list[int]:
        """Nodes of the operations that outputs need, in an order that keeps few values waiting."""
        nodes, count = ffi.new("uint32_t[]", max(1, self.view.n_nodes)), ffi.new("size_t *")
        check(lib.symad_tape_schedule(self.pointer, nodes, count), "schedule")
        return ffi.unpack(nodes, count[0]) if count[0] else []

    def text(self, start: int, length: int) -> str:
        """A name or a literal kept in the tape."""
        return str(ffi.buffer(self.view.names + start, length)[:].decode("ascii")) if length else ""

    def labels(self) -> list[tuple[int, str]]:
        """(node, name): inputs first, then the bindings of the text."""
        view = self.view
        found = (view.labels[i] for i in range(view.n_labels))
        return [(label.node, self.text(label.text, label.text_length)) for label in found]

    def input_names(self) -> tuple[str, ...]:
        """Names of the inputs in their order."""
        view = self.view
        found = (view.labels[i] for i in range(view.n_inputs))
        return tuple(self.text(label.text, label.text_length) for label in found)

    def output_names(self) -> tuple[str, ...]:
        """What the text calls each output; "" where it has no name."""
        names = ffi.new("symad_label[]", self.view.n_outputs)
        check(lib.symad_tape_output_names(self.pointer, names), "names of outputs")
        text = ffi.buffer(self.view.names, self.view.n_names)[:] if self.view.n_names else b""
        return tuple(text[name.text : name.text + name.text_length].decode("ascii") for name in names)

    def nodes(self) -> memoryview:
        """The nodes as bytes, 16 each: op, run, flags (2 bytes), a, b, c (4 bytes each)."""
        return memoryview(ffi.buffer(self.view.nodes, 16 * self.view.n_nodes))

    def words(self, field: str, count: int) -> list[int]:
        """A list of node ids, such as the outputs."""
        return list(ffi.unpack(getattr(self.view, field), count)) if count else []

    def constants(self) -> list[tuple[float, str]]:
        """(value, digits): digits only for an integer that no double holds."""
        view = self.view
        found = (view.constants[i] for i in range(view.n_constants))
        return [(c.value, self.text(c.text, c.text_length)) for c in found]

    def spans(self) -> list[tuple[int, int]]:
        """(start, end) in the text for each node; empty where the tape has no text."""
        view = self.view
        return [(view.spans[i].start, view.spans[i].end) for i in range(view.n_nodes)] if view.spans else []


def name_list(variables: Sequence[str] | None) -> tuple[Any, int, list[Any]]:
    """Names for C: the array, NULL for None, its length, and what has to be kept while C reads it."""
    if variables is None:
        return ffi.NULL, 0, []
    kept = [ffi.new("char[]", name.encode("utf-8", "surrogatepass")) for name in variables]
    return (ffi.new("char *[]", kept) if kept else ffi.new("char *[1]")), len(kept), kept


def limits_of(limits: tuple[int, ...] | None) -> Any:
    """Limits for C, NULL for None."""
    return ffi.NULL if limits is None else ffi.new("symad_limits *", limits)


def fault_of(status: int, detail: Any, what: str) -> Fault:
    """What a call says of a text."""
    places = (detail.line, detail.column, detail.offset, detail.length, detail.node)
    return Fault(name_of(status, what), text_of(detail.message), *places, text_of(detail.name))


def parse(
    text: bytes, variables: Sequence[str] | None, limits: tuple[int, ...] | None, size: tuple[str, int] | None = None
) -> Handle | Fault:
    """Strict text to tape, or what is wrong with it; `size` is the name and the value of a family's size."""
    cell, detail = ffi.new("symad_tape **"), ffi.new("symad_detail *")
    names, count, _kept = name_list(variables)
    rest = (names, count, limits_of(limits), ffi.NULL, cell, detail)
    if size is None:
        status = lib.symad_parse(text, len(text), *rest)
    else:
        status = lib.symad_parse_sized(text, len(text), size[0].encode("ascii"), size[1], *rest)
    return Handle(cell[0]) if status == 0 else fault_of(status, detail, "parse")


def write(text: bytes, size: tuple[str, int], limits: tuple[int, ...] | None) -> str | Fault:
    """The program that a family is at one size, or what is wrong with the text."""
    name, n = size[0].encode("ascii"), size[1]
    count, detail = ffi.new("size_t *"), ffi.new("symad_detail *")
    status, room, out = 0, 0, ffi.NULL
    for _ in range(2):  # how long it is, then what it is
        status = lib.symad_write_sized(text, len(text), name, n, limits_of(limits), ffi.NULL, out, room, count, detail)
        if status != 0:
            return fault_of(status, detail, "expand")
        room = int(count[0])
        out = out or ffi.new("char[]", max(1, room))
    return str(ffi.buffer(out, room)[:].decode("utf-8"))


class Builder:
    """A growing graph in C; operations are kept as written, equal ones once."""

    def __init__(self) -> None:
        cell = ffi.new("symad_builder **")
        check(lib.symad_builder_new(ffi.NULL, cell), "builder")
        self.pointer = ffi.gc(cell[0], lib.symad_builder_free)
        self._node = ffi.new("uint32_t *")

    def input(self, name: str) -> int:
        """The next input."""
        raw = name.encode("ascii")
        check(lib.symad_builder_input(self.pointer, raw, len(raw), self._node), f"input {name!r}")
        return int(self._node[0])

    def number(self, value: float) -> int:
        """A double."""
        check(lib.symad_builder_number(self.pointer, value, self._node), "number")
        return int(self._node[0])

    def literal(self, digits: str) -> int:
        """An unsigned literal as text; integers are exact."""
        raw = digits.encode("ascii")
        check(lib.symad_builder_literal(self.pointer, raw, len(raw), self._node), f"number {digits[:40]}")
        return int(self._node[0])

    def op(self, number: int, *operands: int) -> int:
        """One operation, by the number of its row."""
        check(lib.symad_builder_op(self.pointer, number, operands, len(operands), self._node), "operation")
        return int(self._node[0])

    def output(self, node: int) -> None:
        """The next output."""
        check(lib.symad_builder_output(self.pointer, node), "output")

    def finish(self) -> Handle:
        """The tape; the builder is empty afterwards."""
        cell = ffi.new("symad_tape **")
        check(lib.symad_builder_finish(self.pointer, cell), "finish")
        return Handle(cell[0])


def _pointer(array: Array) -> Any:
    return ffi.from_buffer("double *", array)


def work(handle: Handle, *, sweep: bool = False) -> Any:
    """Work memory for one call at a time."""
    return ffi.new("double[]", work_bytes(handle, sweep=sweep) // 8 + 1)


def work_bytes(handle: Handle, *, sweep: bool = False) -> int:
    """Size of that memory."""
    return int(lib.symad_tape_work_size(handle.pointer, lib.SYMAD_WORK_SWEEP if sweep else lib.SYMAD_WORK_VALUE))


def values(handle: Handle, points: Array, out: Array) -> None:
    """Outputs at each row of `points` (n_points, n_inputs) into `out` (n_points, n_outputs); any strides."""
    x, y = ffi.cast("double *", points.ctypes.data), ffi.cast("double *", out.ctypes.data)
    strides = [stride // 8 for stride in (*points.strides, *out.strides)]
    memory = work(handle)
    check(lib.symad_tape_values(handle.pointer, points.shape[0], x, *strides[:2], y, *strides[2:], memory), "evaluate")


def values_call(handle: Handle, points: Array, out: Array) -> Callable[[], None]:
    """The same as a call on C-contiguous arrays with its memory at hand, for timing."""
    x, y, memory = _pointer(points), _pointer(out), work(handle)
    n, n_inputs, n_outputs = len(points), points.shape[1], out.shape[1]

    def call() -> None:
        check(lib.symad_tape_values(handle.pointer, n, x, n_inputs, 1, y, n_outputs, 1, memory), "evaluate")

    return call


def engines() -> list[str]:
    """Names of the engines that this processor runs, by number; a plan takes the last unless told otherwise."""
    names, number = [], 0
    while (pointer := lib.symad_engine_name(number)) != ffi.NULL:
        names.append(text_of(pointer))
        number += 1
    return names


class Plan:
    """Instructions for a tape: what evaluates it at one point or at many, on the best engine or on a named one.

    What runs often becomes machine code, by the rule of `_core.code`.
    """

    __slots__ = ("_handle", "_library", "runner")

    def __init__(self, handle: Handle, first_inputs: int, first_outputs: int, engine: int = -1) -> None:
        self._handle = handle
        self._library: object = None
        runner = self.runner = ffi.gc(ffi.new("symad_runner *"), lib.symad_runner_clear)
        runner.tape, runner.engine = handle.pointer, engine
        runner.first_inputs, runner.first_outputs = first_inputs, first_outputs
        check(lib.symad_runner_prepare(runner), "plan")
        code.settle(runner, self.size()[0], handle.view.n_inputs + handle.view.n_outputs)

    @property
    def pointer(self) -> Any:
        """The plan in C, in its last version."""
        return self.runner.versions[self.runner.now].plan

    def use(self, library: object, run: int, n_work: int) -> None:
        """Let compiled code at this address run in place of the engine; `library` keeps it loaded."""
        self._library = library
        check(lib.symad_runner_use(self.runner, ffi.cast("symad_native_run *", run), n_work), "plan")

    def compile(self, n_points: int) -> None:
        """Make machine code now for calls of so many points, where there may be some."""
        lib.symad_runner_compile(self.runner, code.version(n_points))

    @property
    def engine(self) -> str:
        """Name of the engine that runs it, with "code" behind it where that is machine code."""
        return text_of(lib.symad_plan_engine(self.pointer))

    def size(self) -> tuple[int, int, int]:
        """Instructions, slots and bytes."""
        size = ffi.new("symad_plan_size *")
        lib.symad_plan_stats(self.pointer, size)
        return int(size.n_instructions), int(size.n_slots), int(size.n_bytes)

    def work_bytes(self, n_points: int) -> int:
        """Size of the work memory for calls with so many points."""
        return int(lib.symad_plan_work_size(self.pointer, n_points))

    def work(self, n_points: int) -> Any:
        """Work memory for calls with so many points, one call at a time."""
        return ffi.new("char[]", self.work_bytes(n_points))

    def run(self, inputs: Sequence[Array], outputs: Sequence[Array]) -> None:
        """Evaluate at each row of the inputs' blocks (n_points, columns) into the outputs' blocks; any strides."""
        if len(inputs[0]):
            columns = [ffi.new("symad_columns[2]", _columns(blocks)) for blocks in (inputs, outputs)]
            lib.symad_runner_run(self.runner, len(inputs[0]), *columns)

    def bind(self, inputs: Sequence[Array], outputs: Sequence[Array]) -> Callable[[], None]:
        """The same evaluation to be called again and again; it owns its work memory, so one call at a time."""
        n_points = len(inputs[0])
        self.compile(n_points)
        plan, work = self.pointer, self.work(n_points)
        call = ffi.new("symad_call *", (plan, n_points, _columns(inputs), _columns(outputs), work))
        bound = partial(lib.symad_call_run, call)
        bound.owned = (self, work, tuple(inputs), tuple(outputs))  # type: ignore[attr-defined]  # C has the addresses
        return bound


def _columns(blocks: Sequence[Array]) -> list[tuple[Any, int, int]]:
    """For each block its data and its strides in doubles."""
    return [(ffi.cast("double *", block.ctypes.data), *(stride // 8 for stride in block.strides)) for block in blocks]
