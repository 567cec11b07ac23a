"""Parts to one HTML file: scripts, looks and the core inline, under a policy by which nothing is loaded or sent."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# In this order: each uses those before it.
SCRIPTS = (
    "core.js", "words.js", "layout.js", "graph.js", "chart.js", "mathml.js", "state.js", "ui.js", "stage.js",
    "says.js", "predict.js", "panes.js", "studies.js", "networks.js", "descent.js", "fields.js", "out.js", "lesson.js",
)  # fmt: skip
_TITLE = "symad: a formula and its derivative"


def lesson(core: bytes, state: Mapping[str, object] | None = None, examples: Mapping[str, str] | None = None) -> str:
    """The lesson as one HTML file.

    Parameters
    ----------
    core : bytes
        The core for browsers, WebAssembly.
    state : mapping, optional
        What the page begins with, by the names of its address (``f``, ``at``, ``n``, ...).
    examples : mapping of str to str, optional
        The menu: a name, and a formula with its point behind ``#``, as the address has it.

    Examples
    --------
    >>> from symad.page.assemble import lesson
    >>> page = lesson(b"", {"f": "x*sin(x)"})
    >>> "default-src 'none'" in page, page.count("<script")
    (True, 3)
    """
    script = "\n".join(_part(name) for name in SCRIPTS)
    if "</script" in script:
        raise ValueError("a script of the page holds the text that ends scripts")
    packed = base64.b64encode(gzip.compress(core, 9, mtime=0)).decode()
    given = json.dumps({"state": dict(state or {}), "examples": dict(examples or {})}, ensure_ascii=False)
    mark = hashlib.sha256(core).hexdigest()[:8]
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_policy(script)}">\n'
        f"<title>{_TITLE}</title><style>{_part('style.css')}</style></head><body>\n{_part('lesson.html')}"
        f'<script type="application/json" id="given">{_inline(given)}</script>\n'
        f'<script type="application/octet-stream" id="core" data-hash="{mark}">{packed}</script>\n'
        f"<script>{script}</script></body></html>\n"
    )


def _part(name: str) -> str:
    return (files("symad.page") / name).read_text(encoding="utf-8")


def _inline(text: str) -> str:
    """JSON that no browser takes for markup."""
    return text.replace("<", "\\u003c")


def _policy(script: str) -> str:
    """Only this script runs, and nothing is loaded or sent; the hash is of the script's exact text."""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return (
        f"default-src 'none'; script-src 'sha256-{digest}' 'wasm-unsafe-eval'; style-src 'unsafe-inline'; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )
