"""Answers as one static page: what was computed, in words, formulas, tables and pictures; its JSON inside.

Nothing is lost without scripts: they only draw curves beside the tables that hold their numbers. Computes nothing.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from symad.page import assemble
from symad.report import comparison_html, html_parts, plain_html, steps_html, sums_html

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    _Body = Callable[[Any, Mapping[str, Any], int], tuple[str, str]]

LARGEST = 60_000  # bytes of a report of one formula, if smaller pictures can make it so
ROOMS = (9_000, 6_000, 4_000, 0)  # characters of the picture of a formula
# For each command: its result, its entry among the results of JSON and the room for a picture, to what is most
# important and all the rest.
BODIES: Mapping[str, _Body] = {
    "compare": comparison_html.body,
    "diff": plain_html.derivative,
    "steps": steps_html.body,
    "eval": plain_html.values,
    "study": sums_html.study,
    "survey": sums_html.survey,
}
_SAID = {
    "compare": "every way of differentiating, and how many digits are right",
    "diff": "a derivative",
    "steps": "the sweeps, step by step",
    "eval": "values and derivatives",
    "study": "how each way of differentiating grows",
    "survey": "the ways of differentiating on many formulas",
}
_LONG_TITLE = 120  # characters
_ERRORS = ("errors", "judged")  # of a comparison: every answer at every point


def page(data: Mapping[str, Any], results: Sequence[tuple[str, object]], *, errors: bool = True) -> str:
    """A whole page.

    Parameters
    ----------
    data : mapping
        The answer as `symad.report.document.document` frames it.
    results : sequence of (str, object)
        For each of its entries a title and the result; None for a formula without one.
    errors : bool, optional
        Whether every answer of a comparison at every point is listed, where it is there; its bits are in any case.
    """
    if not errors:
        data = {**data, "results": [_without_errors(one) for one in data["results"]]}
    for room in ROOMS:
        made = _page(data, results, room)
        if len(made.encode()) <= LARGEST:
            break
    return made


def _page(data: Mapping[str, Any], results: Sequence[tuple[str, object]], room: int) -> str:
    """The page, with so many characters for the picture of a formula."""
    command = data["command"]
    alone = len(results) == 1
    sections = [
        _section(BODIES[command], title, result, entry, room=room, alone=alone)
        for (title, result), entry in zip(results, data["results"], strict=True)
    ]
    frame = {key: value for key, value in data.items() if key != "results"}
    measured = html_parts.folded("how this was computed", html_parts.every(frame, "machine and settings"), opened=alone)
    measured = f'<section class="panel">{measured}</section>\n'
    name = results[0][0] if alone else f"{len(results)} formulas"
    return _framed(command, name, "".join([*sections, measured]), data)


def _section(body: _Body, title: str, result: object, entry: Mapping[str, Any], *, room: int, alone: bool) -> str:
    """One formula; of many only what is most important, the rest is folded."""
    formula = entry.get("formula", title)
    pieces = [f"<h2>{html_parts.code(' '.join(title.split()))}</h2>\n"]
    pieces.append("" if formula == title else html_parts.paragraph(html_parts.code(_shortened(formula))))
    if result is None:
        pieces.append(html_parts.paragraph(entry["error"], "wrong"))
    else:
        first, rest = body(result, entry, room)
        pieces += [first, rest if alone else html_parts.folded("all of it", rest)]
    return f'<section class="panel">{"".join(pieces)}</section>\n'


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONG_TITLE else f"{line[:_LONG_TITLE]}..."


def _without_errors(entry: Mapping[str, Any]) -> dict[str, Any]:
    found = {key: value for key, value in entry.items() if key not in _ERRORS}
    for key in ("function", "methods"):
        if key in found:
            rows = found[key] if isinstance(found[key], list) else [found[key]]
            kept = [{name: value for name, value in row.items() if name not in _ERRORS} for row in rows]
            found[key] = kept if isinstance(found[key], list) else kept[0]
    return found


def _framed(command: str, name: str, inside: str, data: Mapping[str, Any]) -> str:
    """Head, policy, looks and scripts around what is said."""
    script = _bare(f"{assemble.part('chart.js')}{_asset('report.js')}")
    answer = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    looks = assemble.part("base.css") + _asset("report.css")
    return (
        f"{assemble.head(f'symad {command}: {_shortened(name)}', looks, assemble.policy(script))}"
        f'<header><div class="brand"><h1>symad {command}</h1> <span>{_SAID[command]}</span></div></header>\n'
        f'<main class="report">\n{inside}</main>\n'
        f'<script type="application/json" id="answer">{assemble.inline(answer)}</script>\n'
        f"<script>{script}</script></body></html>\n"
    )


def _asset(name: str) -> str:
    return (files("symad.report") / "assets" / name).read_text(encoding="utf-8")


def _bare(script: str) -> str:
    """A script without indentation and lines of comment: none of its texts goes over several lines."""
    lines = (line.lstrip() for line in script.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith(("/* ", "* ")))
