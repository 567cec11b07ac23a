"""Follows every link of the built documentation: to files and to places in them. Usage: check_site.py FOLDER"""

from __future__ import annotations

import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit


class Page(HTMLParser):
    """The places of a page and where it leads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.places: set[str] = set()
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Of any element its name, of some their target."""
        for name, value in attributes:
            if name in ("id", "name") and value:
                self.places.add(value)
            elif name in ("href", "src", "data-src") and value and tag != "meta":
                self.links.append(value)


def dead_links(folder: Path) -> list[str]:
    """What leads nowhere, as `page: link`."""
    pages = {path: Page(path.read_text(encoding="utf-8")) for path in folder.rglob("*.html")}
    found = []
    for path, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc or link.startswith("data:"):
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            known = pages.get(target)
            place = unquote(parts.fragment)
            if not target.exists() or (place and "=" not in place and known and place not in known.places):
                found.append(f"{path.relative_to(folder)}: {link}")
    return found


def main() -> None:
    """Check one site."""
    folder = Path(sys.argv[1]).resolve()
    found = dead_links(folder)
    n_pages = len(list(folder.rglob("*.html")))
    assert n_pages > 100, f"{folder} holds {n_pages} pages"
    assert (folder / "lesson.html").stat().st_size > 200_000, "the lesson has no core"
    assert not found, "links that lead nowhere:\n" + "\n".join(found)
    print(f"   {n_pages} pages, no dead link")


if __name__ == "__main__":
    main()
