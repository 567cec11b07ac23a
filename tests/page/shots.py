"""Screenshots of a lesson, for eyes: `python tests/page/shots.py FOLDER`. Not a test."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import sync_playwright

from symad.page.assemble import lesson
from symad.page.core import core

NET = (
    "; ".join(
        f"h{layer}_{i} = tanh("
        + " + ".join(f"w{layer}{i}{j}*" + (f"x{j}" if layer == 1 else f"h{layer - 1}_{j}") for j in range(1, 5))
        + ")"
        for layer in range(1, 4)
        for i in range(1, 5)
    )
    + "; h3_1 + h3_2 + h3_3 + h3_4"
)
POLY = {"f": "a = x**2; b = sin(a); c = a + b; a*c", "at": "x:2"}
RELU = {"f": "z = w*x + b; h = Max(0, z); (v*h - t)**2", "at": "w:0.5,x:1,b:-2,v:1.5,t:1"}
STATES = {
    "first": {},
    "step8": {**POLY, "k": 8},
    "dead": RELU,
    "chain": {"f": "h = x; repeat n: h = sigmoid(w*h)", "at": "x:0.5,w:1", "n": 10, "pane": "depth"},
    "depth": {**POLY, "pane": "depth"},
    "differences": {**POLY, "pane": "differences"},
    "activation": {**POLY, "pane": "activation"},
    "cost": {**POLY, "pane": "cost"},
    "descent": {"f": "(1 - x)**2 + 100*(y - x**2)**2", "at": "x:-1,y:1", "pane": "descent"},
    "table": {**POLY, "pane": "table"},
    "fold": {"f": NET, "k": 140},
    "fault": {"f": "a = x**2; b = sim(a); a*b"},
    "predict": {**POLY, "k": 5, "predict": 1},
    "small": {**POLY, "view": "small", "k": 8},
    "several": {"f": "r = hypot(x, y); (r, atan2(y, x))", "at": "x:3,y:4", "of": 1},
}


def main(folder: Path, wanted: list[str]) -> None:
    """One picture a state and scheme; some also on a phone."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "lesson.html"
    file.write_text(lesson(core()), encoding="utf-8")
    print(f"{file.stat().st_size:,} bytes")
    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name in wanted or STATES:
            stem, _, kind = name.partition("-")
            size = {"width": 320, "height": 640} if kind == "phone" else {"width": 1280, "height": 900}
            scheme = "dark" if kind == "dark" else "light"
            context = browser.new_context(offline=True, viewport=size, color_scheme=scheme)
            page = context.new_page()
            page.on("pageerror", lambda error, name=name: print(name, error))
            page.on("console", lambda message, name=name: print(name, message.text))
            page.goto(f"{file.as_uri()}#{urlencode(STATES[stem])}" if STATES[stem] else file.as_uri())
            page.wait_for_selector("html[data-ready]", state="attached", timeout=20_000)
            page.wait_for_timeout(300)
            page.screenshot(path=str(folder / f"{name}.png"), full_page=True)
            print(name, page.evaluate("JSON.stringify(lessonTimes)"))
            context.close()
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
