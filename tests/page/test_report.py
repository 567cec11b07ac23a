"""Reports in a browser, offline and from a file: whole without scripts, curves with them, light, dark and narrow."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from answer_schema import numbers

from symad.cli import main

Open = Callable[..., Any]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LECTURE = "a = x**2; b = sin(a); c = a + b; a*c"
ASKED = {
    "compare": ["compare", "(1 - cos(x))/x**2 + y*exp(-x*y)", "--domain", "x=1e-6:1:log", "--domain", "y=1:2"],
    "point": ["compare", LECTURE, "--at", "x=2", "--errors"],
    "study": ["study", "l = x; repeat n: l = 4*l*(1 - l)", "--n", "1:5", "--at", "x=0.3", "--budget", "2"],
    "steps": ["steps", LECTURE, "--at", "x=2"],
}


@pytest.fixture(scope="session")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("reports")
    for name, asked in ASKED.items():
        main([*asked, "--format", "html", "-o", str(folder / f"{name}.html")])
    (folder / "two.txt").write_text("first: x*y\nsecond: sin(x)\n", encoding="utf-8")
    several = ["steps", "-f", str(folder / "two.txt"), "--at", "x=2,y=3"]
    main([*several, "--format", "html", "-o", str(folder / "several.html")])
    return {path.stem: path for path in folder.glob("*.html")}


@pytest.fixture
def open_report(browser: Any, reports: dict[str, Path]) -> Iterator[Open]:
    """Opens a report. A request, a message in the console or an error fails the test."""
    contexts, faults = [], []

    def go(name: str, *, scheme: str = "light", width: int = 1200, scripts: bool = True) -> Any:
        size = {"width": width, "height": 900}
        context = browser.new_context(offline=True, color_scheme=scheme, viewport=size, java_script_enabled=scripts)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if said.type in ("error", "warning") else None)
        page.on("request", lambda one: faults.append(one.url) if not one.url.startswith("file:") else None)
        page.goto(reports[name].as_uri())
        return page

    yield go
    for context in contexts:
        context.close()
    assert not faults, faults


@pytest.mark.parametrize("name", [*ASKED, "several"])
def test_without_scripts_every_number_is_there(name: str, open_report: Open) -> None:
    page = open_report(name, scripts=False)
    text = page.locator("main").text_content()
    if name != "several":  # there the formulas are folded
        text = page.inner_text("main")
    found = {float(one) for one in re.findall(r"-?\d+(?:\.\d+)?(?:e[-+]?\d+)?", text)}
    answer = json.loads(page.locator("#answer").text_content())
    assert not [one for one in numbers(answer) if float(one) not in found]
    assert page.locator("svg.chart").count() == 0


@pytest.mark.parametrize(("name", "n_charts"), [("compare", 3), ("point", 1), ("study", 6), ("steps", 0)])
def test_curves_stand_beside_their_tables(name: str, n_charts: int, open_report: Open) -> None:
    page = open_report(name)
    assert page.locator(".figures > svg.chart").count() == n_charts
    assert page.locator(".beside > .figures + .scroll table[data-chart]").count() == page.locator(".beside").count()
    paths = page.locator(".figures > svg.chart > path").evaluate_all("all => all.map(p => p.getAttribute('d'))")
    assert all(path.count("L") > 2 and "NaN" not in path for path in paths if path)
    assert "nothing to draw" not in page.inner_text("main")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", [*ASKED, "several"])
def test_axe_finds_nothing(name: str, scheme: str, open_report: Open) -> None:
    from axe_playwright_python import sync_playwright as axe

    page = open_report(name, scheme=scheme)
    found = axe.Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}})
    assert not [(one["id"], one["nodes"][0]["html"][:200]) for one in found.response["violations"]]


@pytest.mark.parametrize("name", [*ASKED, "several"])
def test_a_phone_scrolls_nothing_aside(name: str, open_report: Open) -> None:
    page = open_report(name, width=320)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_answers_of_many_formulas_are_seen_at_once(open_report: Open) -> None:
    seen = open_report("several").inner_text("main")
    assert "f = 6 at x = 2, y = 3" in seen
    assert "Every number" not in seen


def test_the_picture_is_dark_at_night(open_report: Open) -> None:
    grounds = {}
    for scheme in ("light", "dark"):
        page = open_report("point", scheme=scheme)
        grounds[scheme] = page.eval_on_selector("svg.drawn > rect", "e => getComputedStyle(e).fill")
    assert grounds["light"] == "rgb(255, 255, 255)"
    assert grounds["dark"] == "rgb(21, 24, 30)"
