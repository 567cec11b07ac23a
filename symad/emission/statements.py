"""A Program's steps as C statements, for one point. The text of every operation comes from its row."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from symad.emission.naming import Names, is_library_function
from symad.errors import UnsupportedError
from symad.formula.ops import row

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from symad.emission.library import Library
    from symad.emission.program import Program, Step
    from symad.formula.ops import Row

_WORD = re.compile(r"[A-Za-z_]\w*")
_OPERAND = re.compile(r"\b([ab])\b")
_SELECT = row("SELECT").number
_POWER = row("POWN").value
BY_PRODUCT, BY_PAIRS = 6.0, 64.0  # the bounds of kernels.h
PLACES = "symad_places"


def value_text(entry: Row) -> str:
    """C expression of a and b that computes a row; selections and rows of any length are written here."""
    if entry.number == _SELECT:
        return "a != 0.0 ? b : c"
    return entry.value if entry.arity >= 0 else f"list_{entry.name.lower()}"


def product_text(exponent: int) -> str:
    """A power by products, by the bits of its exponent: a square, and times a where the bit is 1."""
    text = "a"
    for bit in f"{exponent:b}"[1:]:
        text = f"{text} * {text if text == 'a' else f'({text})'}{' * a' * int(bit)}"
    return text


def step_text(step: Step, constants: Mapping[int, float]) -> str:
    """The same for a step: a power by products is these products, one that only k_pow computes is that."""
    text = value_text(step.row)
    if text != _POWER or step.operands[1] not in constants:
        return text
    exponent = constants[step.operands[1]]
    if 1.0 <= exponent <= BY_PRODUCT:
        return product_text(int(exponent))
    return text if abs(exponent) <= BY_PAIRS else "k_pow(a, b)"


def kernels_of(programs: Iterable[Program], library: Library) -> set[str]:
    """Names of the kernels that the steps call.

    Raises
    ------
    UnsupportedError
        If an operation is computed by something that is neither among the sources nor in C's library.
    """
    texts = {step_text(step, program.constants): step.row for program in programs for step in program.steps}
    found: set[str] = set()
    for text, entry in sorted(texts.items()):
        called = set(_WORD.findall(text)) - {"a", "b", "c"}
        missing = sorted(name for name in called if not (library.has(name) or is_library_function(name)))
        if missing or not text:
            why = f"{missing[0]} is not among the kernels" if missing else "it has no formula in C"
            raise UnsupportedError(f"{entry.text or entry.name} cannot be exported: {why}")
        found |= called
    return found


def literal(value: float) -> str:
    """A double in C that reads back as the same bits."""
    if math.isnan(value):
        return "(double)NAN"
    if math.isinf(value):
        return "HUGE_VAL" if value > 0 else "(-HUGE_VAL)"
    text = repr(value)
    return f"({text})" if text.startswith("-") else text


def substituted(text: str, operands: Sequence[str]) -> str:
    """The row's text with its a and b (and c) written out."""
    if len(operands) == 3:
        return re.sub(r"\b([abc])\b", lambda found: operands["abc".index(found[1])], text)
    return _OPERAND.sub(lambda found: operands["ab".index(found[1])], text)


class Wording:
    """How one function names the values of a Program."""

    def __init__(self, program: Program, taken: Iterable[str]) -> None:
        self.constants = program.constants
        names = Names(taken)
        labels = program.expression.labels
        self._names = {node: names.own(labels[node]) for node in range(program.n_inputs)}
        bound = {node: names.own(label) for node, label in labels.items() if node >= program.n_inputs}
        for step in program.steps:
            self._names[step.node] = bound.get(step.node) or names.temporary()

    def name(self, node: int) -> str:
        """Name of an input or a step."""
        return self._names[node]

    def operand(self, node: int) -> str:
        """A value as an operand: its name, or its number."""
        return literal(self.constants[node]) if node in self.constants else self._names[node]

    def is_constant(self, node: int) -> bool:
        """Whether a value does not depend on the inputs."""
        return node in self.constants


def scalar_step(step: Step, wording: Wording) -> Iterator[str]:
    """The statement of a step (two where operands come as an array)."""
    name, operands = wording.name(step.node), [wording.operand(node) for node in step.operands]
    text = step_text(step, wording.constants)
    if step.row.arity >= 0:
        yield f"const double {name} = {substituted(text, operands)};"
        return
    yield f"const double {name}_of[{len(operands)}] = {{{', '.join(operands)}}};"
    yield f"const double {name} = {text}({PLACES}, {len(operands)}u, {name}_of);"


def longest_list(programs: Iterable[Program]) -> int:
    """Operands of the longest n-ary step; 0 without one."""
    return max((len(s.operands) for program in programs for s in program.steps if s.row.arity < 0), default=0)
