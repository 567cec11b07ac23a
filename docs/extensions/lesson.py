r"""The lesson in the documentation: one file of `symad page`, a role for formulas, and a link below every command.

``{lesson}`x*sin(x)``` is a link to the lesson of that formula. Blocks that call symad with a formula get one by
themselves.
"""

from __future__ import annotations

import re
import shlex
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlencode

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective, SphinxRole

from symad.errors import SymadError
from symad.inputs.sources import Source, numbers
from symad.page.writing import lesson_page

FILE = "lesson.html"
WITH_FORMULA = {"compare", "diff", "eval", "graph", "steps", "page"}
FIRST = {"f": "a = x**2; b = sin(a); c = a + b; a*c", "at": "x:2"}
PANES = "its panes: counts, derivative, differences, depth, descent"
WAITING = "the lesson, which begins with a formula: change it, move x, walk through both sweeps"


def address(document: str, state: dict[str, str]) -> str:
    """The lesson with a formula, seen from a page."""
    return "../" * document.count("/") + f"{FILE}#{urlencode(state)}"


def link(document: str, state: dict[str, str], words: str) -> nodes.reference:
    """A link to the lesson of a formula."""
    return nodes.reference("", words, refuri=address(document, state), classes=["lesson"], internal=True)


class Lesson(SphinxRole):
    """A formula that can be opened."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """The formula as code, inside the link."""
        formula, _, place = (part.strip() for part in self.text.partition("@"))
        state = {"f": formula} | ({"at": place.replace("=", ":")} if place else {})
        found = link(self.env.docname, state, "")
        found += nodes.literal("", formula)
        return [found], []


class Frame(SphinxDirective):
    """The lesson inside a page, in the scheme of the page."""

    def run(self) -> list[nodes.Node]:
        """A frame with what it shows said beside it."""
        small = address(self.env.docname, {**FIRST, "view": "small"})
        alone = link(self.env.docname, FIRST, "Open it alone")
        frame = f'<iframe class="lesson" id="lesson" data-src="{small}" title="{WAITING}" loading="lazy"></iframe>'
        below = nodes.paragraph()
        below += [nodes.Text("This is symad's own core, in your browser. "), alone, nodes.Text(f" for {PANES}.")]
        return [nodes.raw("", frame, format="html"), below]


def state_of(line: str) -> dict[str, str] | None:
    """The formula of a command, with its point; nothing where there is none that a lesson shows."""
    try:
        words = shlex.split(line, comments=True)
    except ValueError:
        return None
    if len(words) < 3 or words[0] != "symad" or words[1] not in WITH_FORMULA or words[2].startswith("-"):
        return None
    given = dict(pairwise(words))
    places = [words[k + 1] for k, word in enumerate(words[:-1]) if word == "--at"]
    try:
        at = numbers(places)
    except SymadError:  # a file of points
        at = {}
    state = {"f": words[2]} | ({"at": ",".join(f"{name}:{value!r}" for name, value in at.items())} if at else {})
    return state | ({"n": given["--n"]} if given.get("--n", "").isdigit() else {})


def add_links(app: Sphinx, document: nodes.document, name: str) -> None:
    """Below each block of commands, the lessons of its formulas."""
    for block in list(document.findall(nodes.literal_block)):
        if block.get("language") not in ("console", "sh"):
            continue
        lines = re.findall(r"^(?:\$ )?(symad .*)$", block.astext(), re.MULTILINE)
        states = {state["f"]: state for line in lines if (state := state_of(line))}
        if states:
            links: list[nodes.Node] = [nodes.Text("In the lesson: ")]
            for state in states.values():
                found = link(name, state, "")
                found += nodes.literal("", state["f"])
                links += [found, nodes.Text(" · ")]
            below = nodes.paragraph("", "", *links[:-1], classes=["lessons"])
            block.parent.insert(block.parent.index(block) + 1, below)


def write_lesson(app: Sphinx, failed: Exception | None) -> None:
    """The lesson beside the pages."""
    if failed or app.builder.format != "html":
        return
    try:
        text = lesson_page(Source("", FIRST["f"]), at={"x": 2.0})
    except SymadError as error:
        raise ExtensionError(f"the documentation holds the lesson, and {error}") from error
    Path(app.outdir, FILE).write_text(text, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx."""
    app.add_role("lesson", Lesson())
    app.add_directive("lesson-frame", Frame)
    app.add_js_file("lesson.js", defer="defer")
    app.connect("doctree-resolved", add_links)
    app.connect("build-finished", write_lesson)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
