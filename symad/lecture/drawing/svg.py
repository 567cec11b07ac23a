"""A picture as one self-contained SVG: boxes with value and adjoint side by side, arrows with local partials."""

from __future__ import annotations

import unicodedata
from itertools import pairwise
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from symad.formula.numbers import brief, shortest
from symad.lecture.drawing.layout import layout
from symad.lecture.drawing.picture import FLOWS, NO_SLOPE, REST, RESULT, VARIABLE, heading, label, shortened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from symad.lecture.drawing.layout import Item, Layout
    from symad.lecture.drawing.picture import Arrow, Box, Picture

_FONT = "DejaVu Sans Mono, Menlo, Consolas, monospace"
_SIZE, _SMALL = 12, 11  # pixels
_ADVANCE = 0.605  # width of a character of these fonts over its size
_LINE, _PAD, _MARGIN = 20.0, 9.0, 20.0
_BEND = 0.45  # how far a line keeps its direction, over the height of its piece
_LONGEST, _LONGEST_LABEL, _LONGEST_HEADING = 34, 26, 90  # characters

_INK, _MUTED, _PAPER = "#1f2430", "#6b7280", "#ffffff"
_VALUE_INK, _VALUE_FILL = "#1d4f91", "#e8f0fb"
_ADJOINT_INK, _ADJOINT_FILL = "#a33b00", "#fdeee0"
_FILLS = {VARIABLE: "#eef7ee", RESULT: "#fff8d6", REST: "#f3f4f6"}
_BORDERS = {VARIABLE: "#3f7d46", RESULT: "#8a6d00", REST: "#6b7280"}


def to_svg(picture: Picture) -> str:
    """The text of an SVG file."""
    sizes = [_box_size(box) for box in picture.boxes]
    labels = [_text_size(_shown(arrow), _SMALL) for arrow in picture.arrows]
    found = layout(sizes, [(arrow.source, arrow.target) for arrow in picture.arrows], labels)
    head, foot = _head(picture), _legend(picture)
    top = _MARGIN + _LINE * len(head) + (8 if head else 0)
    texts = [*((line, 0.0) for line in head), *((text, 18.0) for text, _, _ in foot)]
    width = max(found.width, *(_wide(text, _SIZE) + more for text, more in texts)) + 2 * _MARGIN
    left = (width - found.width) / 2
    below = top + found.height + 16
    height = below + _LINE * len(foot) + _MARGIN - (0 if foot else 16)
    space = f'width="{width:.0f}" height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {space} font-family={quoteattr(_FONT)} font-size="{_SIZE}">',
        f"<title>{escape(_head(picture)[0])}</title>",
        f'<rect width="100%" height="100%" rx="6" fill="{_PAPER}"/>',
        *(_text(_MARGIN, _MARGIN + _LINE * (k + 0.6), line, _INK if k == 0 else _MUTED) for k, line in enumerate(head)),
        f'<g transform="translate({left:.1f} {top:.1f})">',
        *_drawn_arrows(picture, found),
        *(
            line
            for box, item in zip(picture.boxes, found.boxes, strict=True)
            for line in _drawn_box(box, item, picture)
        ),
        "</g>",
        *(line for k, entry in enumerate(foot) for line in _swatch(_MARGIN, below + _LINE * (k + 0.5), *entry)),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _head(picture: Picture) -> list[str]:
    return [shortened(line, _LONGEST_HEADING) for line in heading(picture)]


def _legend(picture: Picture) -> list[tuple[str, str, str]]:
    """Lines under the picture: text, ink and fill."""
    found = []
    if picture.at is not None:
        found.append(("value", _VALUE_INK, _VALUE_FILL))
        if picture.result:
            found.append((f"adjoint: d{picture.result}/d(box)", _ADJOINT_INK, _ADJOINT_FILL))
    if any(_shown(arrow) for arrow in picture.arrows):
        found.append(("on arrows: local partials, d(box below)/d(box above)", _MUTED, _PAPER))
    return found


def _swatch(x: float, y: float, text: str, ink: str, fill: str) -> Iterator[str]:
    yield f'<rect x="{x:.1f}" y="{y - 6:.1f}" width="12" height="12" rx="2" fill="{fill}" stroke="{ink}"/>'
    yield _text(x + 18, y, text, ink, size=_SMALL)


def _wide(text: str, size: int) -> float:
    """Width of a text in a font of one width; Chinese, Japanese and Korean characters take two places."""
    places = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
    return places * size * _ADVANCE


def _text_size(text: str, size: int) -> tuple[float, float]:
    return (_wide(text, size) + 6, size + 5.0) if text else (0.0, 0.0)


def _shown(arrow: Arrow) -> str:
    return label(arrow, _LONGEST_LABEL)


def _written(box: Box) -> str:
    """What a box is: its name, and its operation."""
    if box.kind == REST:
        return box.operation
    return shortened(f"{box.name} = {box.operation}" if box.operation else box.name, _LONGEST)


def _cells(box: Box) -> list[tuple[str, str, str]]:
    """Numbers of a box with ink and fill."""
    cells = []
    if box.value is not None:
        cells.append((brief(box.value), _VALUE_INK, _VALUE_FILL))
    if box.adjoint is not None:
        cells.append((brief(box.adjoint), _ADJOINT_INK, _ADJOINT_FILL))
    return cells


def _box_size(box: Box) -> tuple[float, float]:
    cells = _cells(box)
    numbers = sum(_wide(text, _SIZE) + 2 * _PAD for text, _, _ in cells)
    return max(_wide(_written(box), _SIZE) + 2 * _PAD, numbers), _LINE * (2 if cells else 1) + 6


def _drawn_box(box: Box, item: Item, picture: Picture) -> Iterator[str]:
    x, y = item.x - item.width / 2, item.y - item.height / 2
    border = _BORDERS.get(box.kind, _INK)
    dash = ' stroke-dasharray="4 3"' if not box.live or box.kind == REST else ""
    cells = _cells(box)
    top = item.height / 2 if cells else item.height
    opacity = "" if box.live else ' opacity="0.55"'
    yield f"<g{opacity}>{_tip(box, picture)}"
    yield (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{item.width:.1f}" height="{item.height:.1f}" rx="4" '
        f'fill="{_FILLS.get(box.kind, _PAPER)}"/>'
    )
    yield from _numbers(cells, x, y + top, item.width, item.height - top)
    yield (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{item.width:.1f}" height="{item.height:.1f}" rx="4" '
        f'fill="none" stroke="{border}" stroke-width="{1.8 if box.kind == RESULT else 1.1}"{dash}/>'
    )
    yield _text(item.x, y + top / 2, _written(box), _MUTED if box.kind == REST else _INK, anchor="middle")
    yield "</g>"


def _numbers(cells: list[tuple[str, str, str]], x: float, y: float, width: float, height: float) -> Iterator[str]:
    """The cells side by side, wider ones getting more room."""
    needs = [_wide(text, _SIZE) + 2 * _PAD for text, _, _ in cells]
    spare = (width - sum(needs)) / max(len(cells), 1)
    for (text, ink, fill), need in zip(cells, needs, strict=True):
        yield f'<rect x="{x:.1f}" y="{y:.1f}" width="{need + spare:.1f}" height="{height:.1f}" fill="{fill}"/>'
        yield _text(x + (need + spare) / 2, y + height / 2, text, ink, anchor="middle")
        x += need + spare


def _tip(box: Box, picture: Picture) -> str:
    """All digits, for those who point at a box."""
    lines = [f"{box.name} = {box.operation}" if box.operation else box.name]
    if box.value is not None:
        lines.append(f"{'norm of the values' if box.n_heads > 1 else 'value'} {shortest(box.value)}")
    if box.adjoint is not None:
        whose = f"d{picture.result}/d{box.name} =" if box.n_heads == 1 else "norm"
        lines.append(f"adjoint {whose} {shortest(box.adjoint)}")
    if not box.live:
        lines.append("in a branch that is not taken")
    return f"<title>{escape(chr(10).join(lines))}</title>"


def _drawn_arrows(picture: Picture, found: Layout) -> Iterator[str]:
    """All lines first, then all labels, so that no line crosses a label."""
    for arrow, path in zip(picture.arrows, found.paths, strict=True):
        dash = "" if arrow.kind == FLOWS else ' stroke-dasharray="4 3"'
        ink = _INK if arrow.kind == FLOWS else "#9ca3af"
        x, y = path[-1]
        yield f'<path d="{_curve(path)}" fill="none" stroke="{ink}" stroke-width="1"{dash}/>'
        yield f'<path d="M{x - 3.5:.1f} {y - 7:.1f}L{x:.1f} {y:.1f}L{x + 3.5:.1f} {y - 7:.1f}z" fill="{ink}"/>'
    for arrow, item in zip(picture.arrows, found.labels, strict=True):
        text = _shown(arrow)
        if item is not None:
            yield (
                f'<rect x="{item.x - item.width / 2:.1f}" y="{item.y - item.height / 2:.1f}" '
                f'width="{item.width:.1f}" height="{item.height:.1f}" fill="{_PAPER}"/>'
            )
            ink = _MUTED if arrow.kind != NO_SLOPE else "#9ca3af"
            yield _text(item.x, item.y, text, ink, size=_SMALL, anchor="middle", tip=label(arrow))


def _curve(path: list[tuple[float, float]]) -> str:
    """A smooth line from above: vertical at its ends and beside boxes, on its way between them elsewhere."""
    slants = [0.0] * len(path)
    for k in range(1, len(path) - 1):
        (x0, y0), (x, _), (x1, y1) = path[k - 1 : k + 2]
        if min(x0, x1) < x < max(x0, x1):
            slants[k] = (x1 - x0) / (y1 - y0)
    parts = [f"M{path[0][0]:.1f} {path[0][1]:.1f}"]
    for ((x0, y0), before), ((x1, y1), after) in pairwise(zip(path, slants, strict=True)):
        reach = _BEND * (y1 - y0)
        controls = f"{x0 + before * reach:.1f} {y0 + reach:.1f} {x1 - after * reach:.1f} {y1 - reach:.1f}"
        parts.append(f"C{controls} {x1:.1f} {y1:.1f}")
    return "".join(parts)


def _text(x: float, y: float, text: str, ink: str, *, size: int = _SIZE, anchor: str = "start", tip: str = "") -> str:
    """A line of text whose middle is at `y`."""
    inside = (f"<title>{escape(tip)}</title>" if tip else "") + escape(text)
    where = f'x="{x:.1f}" y="{y + 0.36 * size:.1f}" text-anchor="{anchor}"'
    return f'<text {where} font-size="{size}" fill="{ink}">{inside}</text>'
