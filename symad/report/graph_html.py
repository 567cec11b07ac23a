"""The graph of a formula in a report: drawn from its text, folded until it is small enough."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symad.errors import SymadError
from symad.formula.parsing import parse
from symad.lecture.drawing.picture import picture
from symad.lecture.drawing.svg import to_page

if TYPE_CHECKING:
    from collections.abc import Mapping

_BOXES = (24, 14, 8)


def graph(text: str, at: Mapping[str, float] | None, room: int) -> str:
    """The picture, with values and adjoints where there is one point; "" for what is no formula here.

    One that has more characters than there is room for is folded further, then left out.
    """
    try:
        expression = parse(text)
        for most in _BOXES:
            drawn = to_page(picture(expression, at=at, max_nodes=most))
            if len(drawn) <= room:
                break
        else:
            return ""
    except SymadError:
        return ""
    said = 'role="img" aria-label="the formula as a graph of its operations"'
    inside = drawn.replace("<svg ", f"<svg {said} ", 1)
    return f'<div class="scroll graph" tabindex="0" role="region" aria-label="graph">{inside}</div>\n'
