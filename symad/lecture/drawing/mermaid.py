"""A picture as Mermaid, which Markdown viewers draw."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symad.formula.numbers import brief
from symad.lecture.drawing.picture import (
    FLOWS,
    REST,
    RESULT,
    VARIABLE,
    adjoint_word,
    heading,
    label,
    shortened,
    value_word,
)

if TYPE_CHECKING:
    from symad.lecture.drawing.picture import Arrow, Box, Picture

_CLASSES = {VARIABLE: "variable", RESULT: "result", REST: "rest"}
_LONGEST_LABEL, _LONGEST_HEADING = 26, 90  # characters
# Characters that mean something to Mermaid or to HTML, as the entities that it understands.
_ENTITIES = str.maketrans({c: f"#{ord(c)};" for c in '"#&<>`\\;|*_[]{}'})


def to_mermaid(picture: Picture) -> str:
    """The text of a Mermaid flowchart."""
    lines = [
        "flowchart TD",
        *(f"  %% {shortened(line, _LONGEST_HEADING)}" for line in heading(picture)),
        *(_node(k, box) for k, box in enumerate(picture.boxes)),
        *(_edge(arrow) for arrow in picture.arrows),
        "  classDef variable fill:#eef7ee,stroke:#3f7d46,color:#1f2430",
        "  classDef step fill:#ffffff,stroke:#1f2430,color:#1f2430",
        "  classDef result fill:#fff8d6,stroke:#8a6d00,color:#1f2430,stroke-width:2px",
        "  classDef rest fill:#f3f4f6,stroke:#6b7280,color:#6b7280,stroke-dasharray:4 3",
        "  classDef dead fill:#ffffff,stroke:#9ca3af,color:#9ca3af,stroke-dasharray:4 3",
    ]
    return "\n".join(lines) + "\n"


def _node(number: int, box: Box) -> str:
    name = f"{box.name} = {box.operation}" if box.operation and box.kind != REST else box.operation or box.name
    lines = [name.translate(_ENTITIES)]
    if box.value is not None:
        lines.append(f"{value_word(box)} {brief(box.value)}")
    if box.adjoint is not None:
        lines.append(f"{adjoint_word(box)} {brief(box.adjoint)}")
    kind = _CLASSES.get(box.kind, "step") if box.live else "dead"
    return f'  n{number}["{"<br/>".join(lines)}"]:::{kind}'


def _edge(arrow: Arrow) -> str:
    text = label(arrow, _LONGEST_LABEL).translate(_ENTITIES)
    line = "-->" if arrow.kind == FLOWS else "-.->"
    words = f'|"{text}"|' if text else ""
    return f"  n{arrow.source} {line}{words} n{arrow.target}"
