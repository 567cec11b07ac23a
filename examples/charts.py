"""Curves on axes as a small SVG file, for the examples that show a picture; no library needed.

A script called with a folder writes its picture there, else into ``pictures`` beside it.
"""

from __future__ import annotations

import math
import sys
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Curves = Mapping[str, tuple[Sequence[float], Sequence[float]]]

INKS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#111111", "#e69f00")  # told apart by the colour-blind too
DASHES = ("", "6 3", "2 2", "9 3 2 3", "1 3", "12 4")
WIDTH, HEIGHT, LEFT, BELOW, ABOVE, KEY = 300, 200, 52, 34, 22, 14


class Axis:
    """A scale from numbers to pixels, linear or logarithmic."""

    def __init__(self, values: Sequence[float], log: bool, first: float, last: float) -> None:
        self.log = log
        good = [self.at(v) for v in values if math.isfinite(v) and (v > 0 or not log)]
        self.low, self.high = min(good), max(good)
        if self.high - self.low < 1e-9:
            self.low, self.high = self.low - 1, self.high + 1
        self.first, self.last = first, last

    def at(self, value: float) -> float:
        return math.log10(value) if self.log else float(value)

    def pixel(self, value: float) -> float:
        return self.first + (self.at(value) - self.low) / (self.high - self.low) * (self.last - self.first)

    def ticks(self) -> list[tuple[float, str]]:
        """Numbers that are marked, with their words."""
        raw = (self.high - self.low) / 4
        power = 10.0 ** math.floor(math.log10(raw))
        step = next(m * power for m in (1, 2, 5, 10) if m * power >= raw * (1 - 1e-9))
        step = max(1.0, step) if self.log else step
        marks = [k * step for k in range(math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9) + 1)]
        return [(10.0**m if self.log else m, f"1e{m:.0f}" if self.log else f"{m:g}") for m in marks]


def text(x: float, y: float, words: str, anchor: str = "middle", more: str = "") -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}"{more}>{escape(words)}</text>'


def panel(title: str, labels: tuple[str, str], curves: Curves, log: tuple[bool, bool], left: float) -> list[str]:
    """One pair of axes with its curves; `left` is where it begins."""
    x0, x1, y0, y1 = left + LEFT, left + WIDTH - 14, HEIGHT + ABOVE, ABOVE + 4
    x = Axis([v for xs, _ in curves.values() for v in xs], log[0], x0, x1)
    y = Axis([v for _, ys in curves.values() for v in ys], log[1], y0, y1)
    out = [text((x0 + x1) / 2, 14, title), f'<path d="M{x0} {y1}V{y0}H{x1}" stroke="#666" fill="none"/>']
    for value, words in x.ticks():
        out.append(text(x.pixel(value), y0 + 13, words))
    for value, words in y.ticks():
        out.append(f'<path d="M{x0} {y.pixel(value):.1f}H{x1}" stroke="#ddd"/>')
        out.append(text(x0 - 4, y.pixel(value) + 4, words, "end"))
    out.append(text((x0 + x1) / 2, y0 + 28, labels[0]))
    middle = (y0 + y1) / 2
    out.append(text(left + 11, middle, labels[1], more=f' transform="rotate(-90 {left + 11:.0f} {middle:.0f})"'))
    for k, (xs, ys) in enumerate(curves.values()):
        points = " ".join(
            f"{x.pixel(a):.1f},{y.pixel(b):.1f}"
            for a, b in zip(xs, ys, strict=True)
            if math.isfinite(b) and (b > 0 or not log[1]) and (a > 0 or not log[0])
        )
        dash = f' stroke-dasharray="{DASHES[k]}"' if DASHES[k] else ""
        out.append(f'<polyline points="{points}" fill="none" stroke="{INKS[k]}" stroke-width="1.5"{dash}/>')
    return out


def save(
    name: str,
    panels: Mapping[str, Curves],
    labels: tuple[str, str],
    *,
    log: tuple[bool, bool] = (False, True),
) -> str:
    """Panels side by side, which share their key; returns the name of the file.

    Parameters
    ----------
    name : str
        Of the file, without its ending.
    panels : mapping of title to curves
        Curves are a mapping of name to (x, y).
    labels : pair of str
        Below and beside the axes.
    log : pair of bool
        Which axes are logarithmic.
    """
    parts: list[str] = []
    for k, (title, curves) in enumerate(panels.items()):
        parts += panel(title, labels, curves, log, k * WIDTH)
    keys = list(next(iter(panels.values())))
    total, height = WIDTH * len(panels), HEIGHT + ABOVE + BELOW + KEY * len(keys) + 4
    for k, key in enumerate(keys):
        y = HEIGHT + ABOVE + BELOW + KEY * (k + 1) - 4
        dash = f' stroke-dasharray="{DASHES[k]}"' if DASHES[k] else ""
        parts.append(f'<path d="M{LEFT} {y - 4}h34" stroke="{INKS[k]}" stroke-width="1.5"{dash}/>')
        parts.append(text(LEFT + 40, y, key, "start"))
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {total} {height}" width="{total}" height="{height}"'
    style = 'font-family="sans-serif" font-size="11"><rect width="100%" height="100%" fill="#fff"/>'
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("pictures")
    (folder / f"{name}.svg").write_text(f"{head} {style}\n" + "\n".join(parts) + "\n</svg>\n", encoding="utf-8")
    return f"{name}.svg"
