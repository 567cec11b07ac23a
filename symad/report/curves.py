"""Curves of a Study as SVG or PNG, drawn by matplotlib (the extra ``plot``); loaded only here, and only when asked."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

from symad.errors import ExpressionError, UnsupportedError
from symad.studies.study import BUILD, DISTINCT, MEASURED, MEMORY, TIME, WRITTEN
from symad.system import storing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from symad.studies.study import Study

FORMATS = ("svg", "png")
_AXES = {TIME: "time of one gradient, ns", BUILD: "build time, ns", MEMORY: "memory, bytes"}
_STYLE = {
    "svg.hashsalt": "symad",  # the same study gives the same file
    "svg.fonttype": "path",  # looks the same wherever it is shown
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.alpha": 0.3,
    "legend.frameon": False,
    "font.size": 9,
}
_MARKERS = "os^vDPX*<>dp"
_WIDE = 20  # largest size over smallest from which sizes are drawn on a logarithmic axis


def save(study: Study, path: str, quantities: Sequence[str]) -> None:
    """Write the curves to a file, in the format that its name ends with."""
    suffix = Path(path).suffix[1:].lower()
    if suffix not in FORMATS:
        raise ExpressionError(f"curves are written to .svg or .png files, not to {path}")
    storing.replace(path, drawn(study, suffix, quantities))


def drawn(study: Study, form: str, quantities: Sequence[str] = (WRITTEN, DISTINCT, TIME)) -> bytes:
    """The picture as the bytes of a file, one panel a quantity.

    Raises
    ------
    UnsupportedError
        If matplotlib is missing; names the extra.
    """
    matplotlib = _matplotlib()
    from matplotlib.figure import Figure

    with matplotlib.rc_context(_STYLE):
        figure = Figure(figsize=(4.6 * len(quantities), 3.6), layout="constrained")
        panels = figure.subplots(1, len(quantities), squeeze=False)[0]
        for panel, quantity in zip(panels, quantities, strict=True):
            _panel(panel, study, quantity)
        handles, labels = panels[0].get_legend_handles_labels()
        for panel in panels[1:]:
            more = zip(*panel.get_legend_handles_labels(), strict=True)
            for handle, label in more:
                if label not in labels:
                    handles, labels = [*handles, handle], [*labels, label]
        figure.legend(handles, labels, loc="outside right upper")
        figure.suptitle(study.family if len(study.family) <= 80 else f"{study.family[:77]}...", fontsize=10)
        out = io.BytesIO()
        figure.savefig(out, format=form, dpi=150, metadata={"Date": None} if form == "svg" else None)
    return out.getvalue()


def _matplotlib() -> Any:
    try:
        import matplotlib
    except ImportError as error:
        advice = 'pip install "symad[plot]"'
        raise UnsupportedError(f"curves need matplotlib, which is not installed: {advice}") from error
    return matplotlib


def _panel(panel: Any, study: Study, quantity: str) -> None:
    """One quantity of every method over the size, on a logarithmic axis."""
    for k, method in enumerate(study.methods):
        curve = {n: float(value) for n, value in study.curve(method, quantity).items() if 0 < value < 1e300}
        if curve:
            style = {"color": "black", "linestyle": "--"} if method == "function" else {"color": f"C{(k - 1) % 10}"}
            marker = _MARKERS[k % len(_MARKERS)]
            panel.plot(list(curve), list(curve.values()), marker=marker, markersize=3.5, label=method, **style)
    panel.set_yscale("log")
    if study.sizes[0] > 0 and study.sizes[-1] > _WIDE * study.sizes[0]:
        panel.set_xscale("log")
    panel.set_xlabel("n")
    panel.set_title(_AXES.get(quantity, quantity), fontsize=9)
    if quantity not in MEASURED and len(study.sizes) <= 12 and panel.get_xscale() == "linear":
        panel.set_xticks(study.sizes)
