"""Local slopes as a textbook has them: by SymPy where that is shorter, each one checked before it is shown."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

from symad.answers.checked import Checker
from symad.derive.automatic import gradient
from symad.derive.excerpt import slopes as by_rows
from symad.errors import BudgetError, SymadError
from symad.symbolic import Steps

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from symad.formula.expression import Expression
    from symad.symbolic import SymbolicWorker

SECONDS = 4.0  # of wall clock for the slopes of one listing; what is left then is written by the rules of the table
# What no textbook writes in another way: a number, a name, a product or power of them.
_ZERO = re.compile(r"0\*\w+")  # how the table writes 0 that is nan where x is
_PLAIN = re.compile(r"[\w.]+(\*{1,2}[\w.]+)*")


class Textbook:
    """Spells the local slopes of steps.

    Parameters
    ----------
    worker : SymbolicWorker
        The process to ask; it is not started where nothing is to be asked.
    """

    def __init__(self, worker: SymbolicWorker) -> None:
        self._worker = worker

    def __call__(self, asked: Sequence[tuple[str, Expression]]) -> list[dict[str, str]]:
        """For each name and formula of a step the slope by each of its variables."""
        found = [{name: _signed(slope) for name, slope in by_rows(formula).items()} for _, formula in asked]
        if all(map(_is_plain, found)):
            return found
        try:
            self._worker.load()  # outside the seconds: once a process
            deadline = time.monotonic() + SECONDS
            for k, (name, formula) in enumerate(asked):
                if not _is_plain(found[k]):
                    found[k] = self._spelled(name, formula, found[k], deadline)
        except SymadError:  # no SymPy, or it took too long: what is left stays as the table has it
            pass
        return found

    def _spelled(self, name: str, formula: Expression, table: dict[str, str], deadline: float) -> dict[str, str]:
        """The shortest slope by each variable: in the name of the step, without it, or as the table has it."""
        own = self._checked(name, formula, deadline)
        odd = {one for one, text in own.items() if _is_odd(text, name)}
        plain = self._checked("", formula, deadline) if odd else {}
        found = {}
        for one, text in table.items():
            shorter = [spelled[one] for spelled in ({} if one in odd else own, plain) if one in spelled]
            found[one] = min([text, *shorter], key=lambda slope: (_worth(slope), slope != text))
        return found

    def _checked(self, name: str, formula: Expression, deadline: float) -> dict[str, str]:
        """What SymPy's process answers, if it is the derivative of the step to 50 digits; else nothing."""
        names = formula.variables
        steps = Steps(inputs=names, wrt=names, steps=(), outputs=((name, str(formula)),), adjoints=((),))
        seconds = deadline - time.monotonic()
        if seconds <= 0:
            raise BudgetError("the slopes of this listing took too long")
        texts = self._worker.spell(steps, seconds=seconds).slopes[0]
        places = {one: k for k, one in enumerate(names)} | ({name: formula.outputs[0]} if name else {})
        holds = Checker(formula, gradient(formula), places).holds((), texts)
        return dict(zip(names, texts, strict=True)) if holds else {}


def _is_plain(slopes: Mapping[str, str]) -> bool:
    return all(map(_PLAIN.fullmatch, slopes.values()))


def _is_odd(slope: str, name: str) -> bool:
    """Whether a step stands by its name in a fraction where no textbook has it: ``h/x``; not so ``1/(2*h)``."""
    below = rf"/\(?(\d+\*)?{name}\b"
    return "/" in slope and bool(re.search(rf"\b{name}\b", slope)) and not re.search(below, slope)


def _signed(slope: str) -> str:
    """``-2*(h - y)`` for ``-(2*(h - y))``: the sign of a product is that of its number; 0 for the ``0*x`` of a step."""
    if _ZERO.fullmatch(slope):
        return "0"
    if not (slope.startswith("-(") and slope.endswith(")")):
        return slope
    inner, depth = slope[2:-1], 0
    for k, sign in enumerate(inner):
        depth += (sign == "(") - (sign == ")")
        if depth < 0 or (depth == 0 and sign in "+-" and k):
            return slope
    return slope if inner.startswith("-") else f"-{inner}"


def _worth(slope: str) -> tuple[bool, int]:
    """Without a division if it can be, then short; a text that is hardly longer counts as as short."""
    return "/" in slope, len(slope) // 2
