"""Reverse mode in the names of a program, by the rows alone: for where SymPy gives up. Nothing is simplified."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

from symad.answers.named import Program, Step
from symad.derive.excerpt import slopes as local_slopes
from symad.errors import BudgetError
from symad.formula.ops import row
from symad.formula.parsing import parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LONG = 24  # characters of an adjoint that deserves a line of its own
_SECONDS = 0.2
_WORD = re.compile(r"(?<![\w.])[A-Za-z_]\w*(?![\w(])")  # a name that is no function
_SUMS = (row("ADD").number, row("SUB").number)
_PRODUCTS = (row("MUL").number, row("DIV").number, row("NEG").number)


def spelled(program: Program) -> tuple[list[list[str]], list[tuple[str, str]]]:
    """For each output a text for each variable, and the lines of adjoints in the order of the steps.

    Raises
    ------
    BudgetError
        If there are too many steps for its time.
    """
    deadline = time.process_time() + _SECONDS
    locals_of = {}
    for step in program.steps:
        _look(deadline)
        locals_of[step.name] = _local(step, program)
    slopes: list[list[str]] = []
    lines: list[tuple[str, str]] = []
    for output, adjoints in zip(program.outputs, program.adjoints, strict=True):
        met = {name: [("1", slope)] for name, slope in _local(output, program).items()}
        own: list[tuple[str, str]] = []
        for step, adjoint in reversed(list(zip(program.steps, adjoints, strict=True))):
            if step.name not in met:
                continue
            _look(deadline)
            total = _total(met.pop(step.name))
            if len(total) > LONG:
                own.append((adjoint, total))
                total = adjoint
            for name, slope in locals_of[step.name].items():
                met.setdefault(name, []).append((total, slope))
        slopes.append([_total(met.get(name, [])) for name in program.wrt])
        lines += own[::-1]
    return slopes, lines


def _look(deadline: float) -> None:
    if time.process_time() > deadline:
        raise BudgetError("too many names to be written one by one")


def _local(step: Step, program: Program) -> dict[str, str]:
    """The slopes of a step by what it uses and what depends on the chosen variables."""
    active = program.active
    if not active.intersection(step.formula.variables):
        return {}
    return {name: slope for name, slope in local_slopes(step.formula).items() if name in active and slope != "0"}


def _total(parts: Iterable[tuple[str, str]]) -> str:
    """The sum of products of adjoints and slopes."""
    total = ""
    for adjoint, slope in parts:
        term, negative = _product([adjoint, slope])
        if not total:
            total = f"-{term}" if negative else term
        else:
            total += f" {'-' if negative else '+'} {term}"
    return total or "0"


def _product(factors: Sequence[str]) -> tuple[str, bool]:
    """A product without its sign, and whether there was a minus."""
    negative, kept = False, []
    for factor in factors:
        plain = factor
        kind = _kind(factor)
        if factor.startswith("-") and kind not in _SUMS:
            plain, negative = factor[1:].lstrip(), not negative
            plain = plain[1:-1] if plain.startswith("(") and plain.endswith(")") and _kind(plain[1:-1]) else plain
        if plain != "1":
            kept.append(f"({plain})" if len(factors) > 1 and kind in _SUMS else plain)
    return "*".join(kept) or "1", negative


def _kind(factor: str) -> int | None:
    """The operation that a text ends with."""
    expression = parse(factor, variables=list(dict.fromkeys(_WORD.findall(factor))), strict=True)
    return expression.graph.op[expression.outputs[0]]
