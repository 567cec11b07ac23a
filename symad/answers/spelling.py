"""The derivatives of a comparison as formulas: those of `symad diff`, and SymPy's own, which the comparison has."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from symad.answers import derivative as derivatives
from symad.answers.facts import Slope
from symad.answers.named import Program
from symad.answers.rewritings import bare
from symad.comparison.target import HESSIAN, VALUE
from symad.derive import automatic
from symad.errors import SymadError

if TYPE_CHECKING:
    from symad.comparison.findings import Seen
    from symad.symbolic import SymbolicWorker

MOST_WRITTEN = 400  # operations of a formula of SymPy's that is written out as it stands
LARGEST = 2_000  # nodes of a function that is spelled: beyond, nobody reads it
SHARE = 0.3  # of a comparison's budget, for the spelling
LEAST_SECONDS = 1.0
_INNER = re.compile(r"(?<!\w)_[a-z]\w*\(")


@dataclass(frozen=True, slots=True)
class Spelt:
    """Names of outputs, slopes without values and the numbers asked for that they are, the lines they refer to."""

    names: tuple[str, ...]
    slopes: tuple[tuple[Slope, int], ...]
    lines: tuple[tuple[str, str], ...] = ()


def spelt(found: Seen, worker: SymbolicWorker | None, *, spell: bool) -> Spelt:
    """Each derivative asked for with its formula; of second ones each once."""
    asked = found.target
    names = tuple(Program(asked.expression, asked.wrt).results) if asked.order else _plain(found)
    places = [k for k, one in enumerate(asked.asked) if asked.of != HESSIAN or one.columns[0] <= one.columns[1]]
    if asked.of == VALUE:
        return Spelt(names, ())
    raw = _raw(found)
    plain = tuple((Slope(_called(found, k, names), _public(raw[k]), raw[k]), k) for k in places)
    if not spell or asked.expression.n_nodes > LARGEST:
        return Spelt(names, plain)
    try:
        answer = derivatives.derivative(
            asked.expression,
            wrt=asked.wrt,
            order=asked.order,
            seconds=max(LEAST_SECONDS, SHARE * found.budget_s),
            worker=worker,
        )
    except SymadError:
        return Spelt(names, plain)
    slopes = tuple(
        (Slope(ours.name, _public(theirs.formula) or ours.formula, ours.raw, _latex(theirs)), k)
        for (ours, k), theirs in zip(plain, answer.slopes, strict=True)
    )
    return Spelt(names, slopes, answer.lines)


def _public(formula: str) -> str:
    """A formula in operations that people type; "" where a row of derivatives alone stands in it."""
    return "" if _INNER.search(formula) else formula


def _latex(slope: derivatives.Slope) -> str:
    """As LaTeX; "" where the formula is too long for it."""
    try:
        return slope.latex if _public(slope.formula) else ""
    except SymadError:
        return ""


def _plain(found: Seen) -> tuple[str, ...]:
    """What the text calls its outputs, else f, or f1, f2 and so on."""
    expression = found.target.expression
    n, given = expression.n_outputs, expression.output_names
    return tuple(name or (f"f{k + 1}" if n > 1 else "f") for k, name in enumerate(given or ("",) * n))


def _called(found: Seen, number: int, names: tuple[str, ...]) -> str:
    """A number asked for by the name of its output, such as "dr/dx"."""
    asked, variables = found.target.asked[number], found.target.expression.variables
    order = "" if len(asked.columns) == 1 else str(len(asked.columns))
    return f"d{order}{names[asked.output]}/{' '.join(f'd{variables[column]}' for column in asked.columns)}"


def _raw(found: Seen) -> list[str]:
    """SymPy's derivatives as they are, where they are short enough to be read."""
    route, n = found.routes.get("symbolic"), len(found.target.asked)
    if route is None or route.program is None:
        return [""] * n
    singles = [automatic.select(route.program, [k]) for k in range(n)]
    return [bare(str(one)) if one.counts.n_written_out <= MOST_WRITTEN else "" for one in singles]
