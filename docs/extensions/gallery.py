"""The gallery: each example with what it prints, which a test holds it to; its title is the script's first sentence."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from making import ROOT, contents, page, table
from sphinx.application import Sphinx

HEAD = """# Gallery

Short scripts, each with what it prints; the tests run them and compare. What follows `measured here:` depends on the
machine. All of them are in `examples/` of the sources.
"""
PICTURES = ROOT / "examples" / "pictures"
GROUPS = {
    "Formulas": ("examples", "[01]*.py"),
    "Arrays": ("examples", "2*.py"),
    "Rows and long loops": ("examples", "3*.py"),
    "With other libraries": ("examples/interop", "*.py"),
    "From C": ("examples/embed", "*.c*"),
}


def about(path: Path) -> tuple[str, str]:
    """Title and explanation: the docstring, or the first comment of C."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        title, _, rest = (ast.get_docstring(ast.parse(text)) or "").partition("\n\n")
    else:
        words = re.match(r"/\*(.*?)\*/|((?://.*\n)+)", text, re.DOTALL)
        assert words, f"{path.name} begins with no comment"
        title, _, rest = re.sub(r"^(?://| \*) ?", "", words[1] or words[2], flags=re.MULTILINE).strip().partition("\n")
    return " ".join(title.split()).rstrip("."), rest.strip()


def body(path: Path) -> str:
    """The page of an example."""
    title, rest = about(path)
    where = f"../../../{path.relative_to(ROOT).as_posix()}"
    language = {".py": "python", ".c": "c", ".cpp": "cpp"}[path.suffix]
    if path.suffix != ".py":
        rest = f"```text\n{rest}\n```" if rest else ""
    text = f"# {path.stem}\n\n{title}.\n\n{rest}\n\n:::{{literalinclude}} {where}\n:language: {language}\n:::\n"
    printed = path.with_suffix(".txt")
    if printed.is_file():
        where = where.removesuffix(path.suffix) + printed.suffix
        text += f"\n## What it prints\n\n:::{{literalinclude}} {where}\n:language: text\n:::\n"
        for name in dict.fromkeys(re.findall(r"\w+\.svg", printed.read_text(encoding="utf-8"))):
            if (PICTURES / name).is_file():
                text += f"\n![{title}](../../../examples/pictures/{name})\n"
    return text


def write(app: Sphinx) -> None:
    """A page an example, and the page of all."""
    text, every = HEAD, []
    for group, (folder, pattern) in GROUPS.items():
        rows = []
        for path in sorted((ROOT / folder).glob(pattern)):
            name = f"gallery/{path.stem}{'' if path.suffix == '.py' else path.suffix.replace('.', '_')}"
            page(f"{name}.md", body(path))
            rows.append([f"{{doc}}`{path.name} <{name}>`", about(path)[0]])
            every.append(name)
        text += f"\n## {group}\n\n{table(['', ''], rows)}"
    page("gallery.md", text + "\n" + contents(every))


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx."""
    app.connect("builder-inited", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
