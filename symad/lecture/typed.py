"""Statements as they were typed, where that says the same as the graph and says it better."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from symad.derive.excerpt import text
from symad.errors import SymadError
from symad.formula.parsing import parse
from symad.formula.printing import to_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from symad.formula.expression import Expression

_BINDING = re.compile(r"\s*(?P<name>[^\W\d]\w*)\s*=(?!=)(?P<text>.*)", re.DOTALL)
_LONGEST = 10_000  # characters of a program whose statements are looked for


def typed(expression: Expression, written: Mapping[str, Expression]) -> dict[str, str]:
    """For some steps the text that was typed for them: ``relu(a)`` where the graph has a selection.

    Parameters
    ----------
    expression : Expression
        The program.
    written : mapping of name to Expression
        Its steps.
    """
    source = expression.source or ""
    if len(source) > _LONGEST:
        return {}
    found: dict[str, str] = {}
    result = list(written)[-1] if written else ""
    for line in source.splitlines():
        for statement in line.partition("#")[0].split(";"):
            match = _BINDING.fullmatch(statement)
            name, body = (match["name"], match["text"]) if match else (result, statement)
            if name in written and body.strip():
                found[name] = body.strip()
    return {name: body for name, body in found.items() if _says_it_better(body, written[name])}


def _says_it_better(body: str, step: Expression) -> bool:
    """Whether a text is the same formula, and differs from how the graph is written by more than spaces."""
    canonical = text(step)
    if "".join(body.split()) == "".join(canonical.split()):
        return False
    try:
        again = parse(body, variables=step.variables, strict=True)
    except SymadError:
        return False
    return to_text(again) == to_text(step)
