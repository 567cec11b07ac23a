"""A picture as DOT, the language of Graphviz."""

from __future__ import annotations

from html import escape
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

_FILLS = {VARIABLE: "#eef7ee", RESULT: "#fff8d6", REST: "#f3f4f6"}
_LONGEST_LABEL, _LONGEST_HEADING = 26, 90  # characters


def to_dot(picture: Picture) -> str:
    """The text of a DOT file; adjoints are orange, values blue."""
    head = [shortened(line, _LONGEST_HEADING) for line in heading(picture)]
    lines = [
        "digraph symad {",
        f'  graph [label={_quoted(chr(10).join(head))}, labelloc="t", labeljust="l", fontname="monospace"];',
        '  node [shape="box", style="rounded,filled", fillcolor="#ffffff", fontname="monospace"];',
        '  edge [fontname="monospace", fontsize=11, fontcolor="#6b7280"];',
        *(_node(k, box) for k, box in enumerate(picture.boxes)),
        *(_edge(arrow) for arrow in picture.arrows),
        "}",
    ]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """A string of DOT, its lines to the left."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\l") + '\\l"'


def _node(number: int, box: Box) -> str:
    name = f"{box.name} = {box.operation}" if box.operation and box.kind != REST else box.operation or box.name
    lines = [escape(name)]
    if box.value is not None:
        lines.append(f'<font color="#1d4f91">{value_word(box)} {brief(box.value)}</font>')
    if box.adjoint is not None:
        lines.append(f'<font color="#a33b00">{adjoint_word(box)} {brief(box.adjoint)}</font>')
    style = "rounded,filled" if box.live and box.kind != REST else "rounded,filled,dashed"
    return (
        f'  n{number} [label=<{"<br/>".join(lines)}>, fillcolor="{_FILLS.get(box.kind, "#ffffff")}", style="{style}"];'
    )


def _edge(arrow: Arrow) -> str:
    text = label(arrow, _LONGEST_LABEL).replace("\\", "\\\\").replace('"', '\\"')
    style = "" if arrow.kind == FLOWS else ', style="dashed", color="#9ca3af"'
    return f'  n{arrow.source} -> n{arrow.target} [label="{text}"{style}];'
