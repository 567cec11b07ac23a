"""A browser with the lesson in it: offline, from a file, nothing in its console. Skips where there is no browser."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

try:
    from playwright.sync_api import sync_playwright
except ImportError:
    sync_playwright = None

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    if sync_playwright is None:
        pytest.skip("playwright not installed: pip install symad[page-test]")
    if CHROMIUM is None:
        pytest.skip("no Chromium on PATH")
    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from symad.page.assemble import lesson
    from symad.page.core import CoreError, core

    try:
        made = lesson(core())
    except CoreError as error:
        pytest.skip(str(error))
    path = tmp_path_factory.mktemp("page") / "lesson.html"
    path.write_text(made, encoding="utf-8")
    return path


@pytest.fixture
def open_page(browser: Any, page_file: Path) -> Iterator[Callable[..., Any]]:
    """Opens the lesson at a state. A request to the network, a message in the console or an error fails the test."""
    contexts, faults = [], []

    def go(
        *, scheme: str = "light", size: tuple[int, int] = (1280, 900), path: Path | None = None, **state: object
    ) -> Any:
        context = browser.new_context(
            offline=True, color_scheme=scheme, viewport={"width": size[0], "height": size[1]}, accept_downloads=True,
            reduced_motion="reduce",
        )  # fmt: skip
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if said.type in ("error", "warning") else None)
        page.on("request", lambda one: faults.append(one.url) if not one.url.startswith(("file:", "blob:")) else None)
        page.goto((path or page_file).as_uri() + (f"#{urlencode(state)}" if state else ""))
        page.wait_for_selector("html[data-ready]", state="attached", timeout=10_000)
        return page

    yield go
    for context in contexts:
        context.close()
    assert not faults, faults
