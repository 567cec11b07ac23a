"""The derivatives of a comparison as formulas; the spelling for the eye is that of `symad diff`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from symad import automatic
from symad.answers.facts import Slope
from symad.answers.rewritings import bare
from symad.target import VALUE

if TYPE_CHECKING:
    from symad.answers.findings import Findings
    from symad.symbolic import SymbolicWorker

MOST_WRITTEN = 400  # operations of a formula that is written out as it stands


@dataclass(frozen=True, slots=True)
class Spelt:
    """Names of outputs, slopes without values, and the lines that the slopes refer to."""

    names: tuple[str, ...]
    slopes: tuple[Slope, ...]
    lines: tuple[tuple[str, str], ...] = ()


def spelt(found: Findings, worker: SymbolicWorker | None) -> Spelt:
    """Each number asked for with its formula."""
    del worker
    names = _names(found)
    raw = _raw(found)
    slopes = tuple(Slope(_called(found, k, names), one, one) for k, one in enumerate(raw))
    return Spelt(names, slopes)


def _names(found: Findings) -> tuple[str, ...]:
    """What the text calls its outputs, else f, or f1, f2 and so on."""
    expression = found.target.expression
    n, given = expression.n_outputs, expression.output_names
    return tuple(name or (f"f{k + 1}" if n > 1 else "f") for k, name in enumerate(given or ("",) * n))


def _called(found: Findings, number: int, names: tuple[str, ...]) -> str:
    """A number asked for by the name of its output, such as "dr/dx"."""
    asked, variables = found.target.asked[number], found.target.expression.variables
    order = "" if len(asked.columns) < 2 else str(len(asked.columns))  # noqa: PLR2004
    below = " ".join(f"d{variables[column]}" for column in asked.columns)
    return f"d{order}{names[asked.output]}/{below}" if below else names[asked.output]


def _raw(found: Findings) -> list[str]:
    """SymPy's derivatives as they are, where they are short enough to be read."""
    route, n = found.routes.get("symbolic"), len(found.target.asked)
    program = found.target.expression if found.target.of == VALUE else route.program if route is not None else None
    if program is None:
        return [""] * n
    singles = [automatic.select(program, [k]) for k in range(n)]
    return [bare(str(one)) if one.counts.n_written_out <= MOST_WRITTEN else "" for one in singles]
