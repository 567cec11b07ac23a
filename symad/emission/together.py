"""Rows of the same operands that one kernel computes together, over vectors of points: sine and cosine, a power and its
slopes. Which these are is read from the kernels."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from symad.formula.ops import row

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from symad.emission.library import Library
    from symad.emission.program import Part, Step

_TABLE = "ROWS_TOGETHER"
_ENTRY = re.compile(r"\b(?:PAIR|TRIPLE)\((\w+), ([\w, ]+), (k_\w+)\)")


@dataclass(frozen=True, slots=True)
class Together:
    """A set of rows: its name, theirs, and the kernel that gives all of them."""

    name: str
    rows: tuple[str, ...]
    kernel: str

    def is_of_use(self, called: Iterable[str]) -> bool:
        """Whether several of its rows' own kernels are called."""
        return len({row(name).value.partition("(")[0] for name in self.rows}.intersection(called)) > 1


@dataclass(frozen=True, slots=True)
class Joined:
    """Steps of one part that are computed together: nodes of the rows at `places` of the set, in this order."""

    together: Together
    places: tuple[int, ...]
    nodes: tuple[int, ...]
    operands: tuple[int, ...]


def sets(library: Library) -> tuple[Together, ...]:
    """The sets that the kernels know."""
    found = _ENTRY.findall(library.text(_TABLE))
    return tuple(Together(name, tuple(rows.split(", ")), kernel) for name, rows, kernel in found)


def joined(part: Part, known: Iterable[Together]) -> dict[int, Joined]:
    """By node: the steps that it is computed with."""
    by_row = {name: (one, place) for one in known for place, name in enumerate(one.rows)}
    found: dict[tuple[Together, tuple[int, ...]], dict[int, int]] = {}
    for step in part.steps:
        if step.row.name in by_row:
            one, place = by_row[step.row.name]
            found.setdefault((one, _operands(step)), {})[place] = step.node
    several = [(key, nodes) for key, nodes in found.items() if len(nodes) > 1]
    all_joined = [
        Joined(one, tuple(sorted(nodes)), tuple(nodes[place] for place in sorted(nodes)), operands)
        for (one, operands), nodes in several
    ]
    return {node: one for one in all_joined for node in one.nodes}


def _operands(step: Step) -> tuple[int, ...]:
    return step.operands[: step.row.arity]


class JoinedFunctions:
    """The functions of one vector that give several rows, each written once."""

    def __init__(self, conditions: dict[str, str]) -> None:
        self._conditions = conditions
        self._names: dict[tuple[Together, tuple[int, ...], tuple[str, ...]], str] = {}
        self.n_sites = 0

    def add(self, one: Joined, operands: tuple[str, ...]) -> None:
        """Steps that are computed together; `operands` as text on lane l, p0[l], p1[l] or numbers."""
        self.n_sites += 1
        key = (one.together, one.places, operands)
        self._names.setdefault(key, f"lanes_{one.together.name.lower()}_{len(self._names) + 1}")

    def statement(self, one: Joined, operands: tuple[str, ...], varying: list[str], names: list[str]) -> str:
        """The call, and its results by their names."""
        function = self._names[one.together, one.places, operands]
        both = "_".join(names)
        results = ", ".join(f"{name} = {both}.v{k}" for k, name in enumerate(names))
        return f"const {function}_of {both} = {function}({', '.join(varying)}); const lanes {results};"

    def definitions(self, fast_kind: str) -> Iterator[str]:
        """All of them, with what they return."""
        for (one, places, operands), name in self._names.items():
            values = ", ".join(f"v{k}" for k in range(len(places)))
            yield from (f"typedef struct {name}_of {{", f"  lanes {values};", f"}} {name}_of;", "")
            for function, kernel, kind in (
                (f"{name}_any", one.kernel, "SYMAD_CALLED"),
                (name, f"{one.kernel}_fast", fast_kind),
            ):
                yield from self._definition(function, kernel, kind, one, places, operands, f"{name}_of")

    def _definition(
        self, name: str, kernel: str, kind: str, one: Together, places: tuple[int, ...], operands: tuple[str, ...],
        result: str,
    ) -> Iterator[str]:  # fmt: skip
        n = len({text for text in operands if text.endswith("[l]")})
        parameters = [f"a{k}" for k in range(n)]
        arrays = [f"r{k}[SYMAD_LANES]" for k in range(len(places))] + [f"p{k}[SYMAD_LANES]" for k in range(n)]
        into = [f"&r{places.index(k)}[l]" if k in places else "&unwanted" for k in range(len(one.rows))]
        yield f"{kind} {result} {name}({', '.join(f'lanes {a}' for a in parameters)}) {{"
        yield from (f"  {result} to;", f"  double {', '.join(arrays)};")
        yield from (f"  memcpy(p{k}, &a{k}, sizeof p{k});" for k in range(n))
        if kernel != one.kernel:
            test = f"{self._conditions[one.kernel]}({', '.join(operands)})"
            yield from slow_way(test, f"{name}_any({', '.join(parameters)})")
        yield "  for (int l = 0; l < SYMAD_LANES; l++) {"
        yield from ("    double unwanted;",) if "&unwanted" in into else ()
        yield f"    {kernel}({', '.join([*operands, *into])});"
        yield from ("    (void)unwanted;",) if "&unwanted" in into else ()
        yield "  }"
        yield from (f"  memcpy(&to.v{k}, r{k}, sizeof r{k});" for k in range(len(places)))
        yield from ("  return to;", "}", "")


def slow_way(test: str, call: str) -> Iterator[str]:
    """What stands at the head of a function whose loop is right only where every lane passes a test."""
    yield from ("  int slow = 0;", "  for (int l = 0; l < SYMAD_LANES; l++)", f"    slow |= !{test};")
    yield from ("  if (slow)", f"    return {call};")
