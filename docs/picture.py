"""The picture of the lesson in the README: ``python docs/picture.py``, with ``symad[page-test]`` and a Chromium."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import sync_playwright

from symad.inputs.sources import Source
from symad.page.writing import lesson_page

PICTURE = Path(__file__).resolve().parents[1] / "examples" / "pictures" / "lesson.png"
STATE = {"f": "a = x**2; b = sin(a); c = a + b; a*c", "at": "x:2", "k": 8, "scheme": "light"}
SIZE = {"width": 1280, "height": 690}
LARGEST = 60_000  # bytes


def main() -> None:
    """Draw it anew."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        file = Path(folder, "lesson.html")
        file.write_text(lesson_page(Source("", STATE["f"])), encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport=SIZE, device_scale_factor=0.75)
        page.goto(f"{file.as_uri()}#{urlencode(STATE)}")
        page.wait_for_selector("html[data-ready]", state="attached")
        page.screenshot(path=str(PICTURE))
        browser.close()
    assert PICTURE.stat().st_size <= LARGEST, PICTURE.stat().st_size


if __name__ == "__main__":
    main()
