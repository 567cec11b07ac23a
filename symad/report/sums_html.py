"""A Study and a Survey as bodies of reports: tables, and the curves of a study."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from symad.report import html_parts
from symad.report import study as sizes
from symad.report import survey as surveys
from symad.report.html_parts import down, items, paragraph, part, table
from symad.studies import study as studies

if TYPE_CHECKING:
    from collections.abc import Mapping

    from symad.studies.study import Study
    from symad.surveys.summary import Survey

_WIDE = 20  # largest size over smallest from which sizes are drawn on a logarithmic axis
_LARGEST = 10**300  # counts beyond are no doubles
_UNITS = {studies.TIME: "ns", studies.BUILD: "ns", studies.MEMORY: "bytes"}


def study(found: Study, entry: Mapping[str, Any], room: int) -> tuple[str, str]:
    """The verdict, a table and a chart for each quantity, laws, crossovers."""
    methods, laws = sizes.law_columns(found)
    first = paragraph(sizes.verdict(found), "verdict")
    rest = "".join(
        [
            paragraph(sizes.where(found)),
            *(part(_title(quantity), _quantity(found, quantity)) for quantity in studies.QUANTITIES),
            part("Growth with n, and the residual of the law", html_parts.columns([methods, *laws], "laws of growth")),
            items(sizes.remarks(found)),
            part(
                "Every number",
                html_parts.every({k: v for k, v in entry.items() if not _listed(v)}, "what was asked"),
                *(down(value, key) for key, value in entry.items() if _listed(value)),
            ),
        ]
    )
    return first, rest


def _title(quantity: str) -> str:
    unit = f", {_UNITS[quantity]}" if quantity in _UNITS else ""
    return f"{quantity[0].upper()}{quantity[1:]}{unit}"


def _quantity(found: Study, quantity: str) -> str:
    """A row a size, a column each method that has the quantity at all."""
    curves = {name: curve for name in found.methods if (curve := found.curve(name, quantity))}
    if not curves:
        return ""
    rows = [(str(n), *(_cell(one.get(n), quantity) for one in curves.values())) for n in found.sizes]
    wide = found.sizes[0] > 0 and found.sizes[-1] > _WIDE * found.sizes[0]
    chart = {
        "title": _title(quantity), "x": [0], "s": list(range(1, 1 + len(curves))), "y": _title(quantity),
        "log": "xy" if wide else "y", "label": "n",
    }  # fmt: skip
    return table(("n", *curves), rows, _title(quantity), chart=chart if len(found.sizes) > 1 else None)


def _cell(value: float | None, quantity: str) -> object:
    return "" if value is None else (sizes.cell(value, quantity), float(min(value, _LARGEST)))


def _listed(value: object) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def survey(found: Survey, entry: Mapping[str, Any], room: int) -> tuple[str, str]:
    """The headline, every table, what went wrong."""
    first = paragraph(surveys.headline(found), "verdict")
    rest = "".join(
        [
            *(
                part(f"{title[0].upper()}{title[1:]}", html_parts.columns([first, *columns], title))
                for title, first, columns in surveys.tables(found)
            ),
            part("What went wrong", items(surveys.failures(found))),
            part(
                "Every number",
                html_parts.every({k: v for k, v in entry.items() if not _listed(v)}, "the sums"),
                *(down(value, key) for key, value in entry.items() if _listed(value)),
            ),
        ]
    )
    return first, rest
