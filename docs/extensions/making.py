"""Pages that are made from other files: written into `made/`, only when they change, so that a build is quick again."""

from __future__ import annotations

from pathlib import Path

DOCS = Path(__file__).resolve().parents[1]
ROOT = DOCS.parent
MADE = DOCS / "made"


def page(name: str, text: str) -> None:
    """Write one page below `made/`."""
    path = MADE / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def table(head: list[str], rows: list[list[str]]) -> str:
    """A table of Markdown; a bar in a cell does not end it."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", r"\|") for cell in line) + " |" for line in lines) + "\n"


def contents(names: list[str]) -> str:
    """What stands below a page in the list at the side."""
    return ":::{toctree}\n:hidden:\n\n" + "\n".join(names) + "\n:::\n"
