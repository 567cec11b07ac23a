"""A listing of the sweeps as the body of a report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from symad.formula import numbers
from symad.report import html_parts, mathml, steps
from symad.report.graph_html import graph
from symad.report.html_parts import paragraph, part

if TYPE_CHECKING:
    from collections.abc import Mapping

    from symad.lecture.listing import Listing


def body(listing: Listing, entry: Mapping[str, Any], room: int) -> tuple[str, str]:
    """The value, and the sweeps."""
    at = ", ".join(f"{name} = {numbers.shortest(value)}" for name, value in listing.point.items())
    value = f"{listing.result} = {numbers.shortest(listing.value)}" + (f" at {at}" if at else "")
    slopes = [f"d{listing.result}/d{name} = {numbers.shortest(one)}" for name, one in listing.gradient.items()]
    shown = mathml.equations(listing.formula, listing.result)
    status = paragraph(f"Status: {steps.met(listing)}" if listing.status else "", "doubtful")
    rest = "".join(
        [
            html_parts.items(slopes, "mono"),
            f'<p class="set">{shown}</p>\n' if shown else "",
            *(part(f"{title[0].upper()}{title[1:]}", html_parts.columns(cells, title)) for title, cells in
              steps.tables(listing) if cells[0].cells),
            part("Graph", graph(listing.formula, listing.point, room)),
            part("Every number", _every(listing)),
        ]
    )  # fmt: skip
    return status + paragraph(value, "verdict"), rest


def _every(listing: Listing) -> str:
    """All digits of both sweeps, a row a local slope and a contribution."""
    rows = (map(html_parts.written, row) for row in steps.csv_rows(listing))
    return html_parts.table(steps.CSV_HEAD, [tuple(row) for row in rows], "every number", words=(2, 3, 4, 9))
