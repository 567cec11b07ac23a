"""Every block of README and of the documentation runs, and the list of functions is the rows' own.

Python blocks are doctests that pytest collects itself. The first two shell blocks of the README build and test the
project; the others are run here, those with answers (``console``) compared with them. Cells of notebooks are run a page
at a time, with warnings as errors. Blocks of ``text`` are what cannot run here.

``python tests/structure/test_readme.py`` writes the list of functions, the answers and the pictures anew.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import textwrap
from functools import cache
from pathlib import Path

import pytest

import symad._core.tapes
import symad.formula.ops
from symad.page.core import CoreError, core

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
MADE = DOCS / "made"  # by docs/extensions, from what is checked elsewhere
PAGES = (ROOT / "README.md", *sorted(page for page in DOCS.rglob("*.md") if MADE not in page.parents))
TEXTS = {page: page.read_text(encoding="utf-8") for page in PAGES}
README = TEXTS[PAGES[0]]
LIST = DOCS / "questions" / "formulas.md"
README_LINES = 120  # a newcomer's page
BEGIN, END = "<!-- functions: made from the rows -->", "<!-- functions end -->"
BLOCK = re.compile(r"^```(\w*|\{code-cell\})\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FIRST = [(match[1], match[2]) for match in BLOCK.finditer(README)]
BLOCKS = [(match[1], match[2]) for text in TEXTS.values() for match in BLOCK.finditer(text)]
NOTEBOOKS = {
    page.stem: [match[2] for match in BLOCK.finditer(text) if match[1] == "{code-cell}"]
    for page, text in TEXTS.items()
    if "{code-cell}" in text
}
SHELL = [text for kind, text in BLOCKS if kind == "sh"]
CONSOLE = [text for kind, text in BLOCKS if kind == "console"]
MEASURED = re.compile(r"[\d.,]+ (?:ns|us|ms|s|B|kB)\b|\d+\.\d+(?:e[+-]?\d+)?|-{2,}")
NOISE = re.compile(r"^note: the machine was .*\n(?:  .*\n)*", re.MULTILINE)
PICTURES = {
    "swell.svg": 'symad study "l = x; repeat n: l = 4*l*(1 - l)" --n 1:12',
    "graph.svg": 'symad graph "(x**2 + sin(x**2))*x**2" --at x=2',
}


@cache
def has_core() -> bool:
    """Whether pages can be made: a checkout without the extra `page` has no core for browsers, and says so."""
    try:
        core()
    except CoreError:
        return False
    return True


def run(command: str, folder: Path) -> str:
    """What a shell line prints, with `symad` being the one under test; pages only where they can be made."""
    lines = command.splitlines()
    command = "\n".join(line for line in lines if has_core() or not re.match(r"(\S*/)?symad page ", line))
    own = folder / ".venv" / "bin"  # as the README's first block would have left it
    own.mkdir(parents=True, exist_ok=True)
    for name in ("examples", "csrc"):
        if not (folder / name).exists():
            (folder / name).symlink_to(ROOT / name)
    script = own / "symad"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m symad "$@"\n', encoding="utf-8")
    script.chmod(0o755)
    environment = {**os.environ, "PATH": f"{own}{os.pathsep}{os.environ['PATH']}", "COLUMNS": "110", "NO_COLOR": "1"}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command],
        cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{command}\n{done.stderr}"
    return done.stdout


def functions() -> str:
    """Every spelling that a formula can call, rows first, wrapped."""
    rows = [row.text for row in symad.formula.ops.ROWS.values() if row.arity and row.text.isidentifier()]
    public = sorted(
        {text for text in rows if not text.startswith("_")} - {"and", "or", "not"},
        key=lambda text: (text.lower(), text),
    )
    others = sorted(
        set(symad._core.tapes.spellings()) - set(public) - {"and", "or", "not"}, key=lambda text: (text.lower(), text)
    )
    lists = [f"Functions: `{' '.join(public)}`.", f"Also understood: `{' '.join(others)}`."]
    return "\n\n".join(textwrap.fill(text, 118, break_on_hyphens=False) for text in lists)


def lasting(answer: str) -> list[str]:
    """Its words without what a clock, the layout of a plan in memory or the last digits decide."""
    return MEASURED.sub("#", NOISE.sub("", answer)).split()


def test_the_list_of_functions_is_the_rows_own() -> None:
    assert TEXTS[LIST].partition(BEGIN)[2].partition(END)[0].strip() == functions()


def test_the_first_two_blocks_compare_and_test() -> None:
    assert "symad compare" in SHELL[0]
    assert "pytest" in SHELL[1]
    assert [kind for kind, _ in FIRST[:2]] == ["sh", "sh"]
    assert len(README.splitlines()) <= README_LINES
    assert {kind for kind, _ in FIRST} == {"sh", "console", "python"}
    assert {kind for kind, _ in BLOCKS} == {"sh", "console", "python", "text", "{code-cell}"}


@pytest.mark.skipif(shutil.which("bash") is None, reason="shell blocks are for a shell")
@pytest.mark.parametrize("block", SHELL[2:], ids=lambda block: block.split("\n")[0][:40])
def test_shell_blocks_run(block: str, tmp_path: Path) -> None:
    run(block, tmp_path)


@pytest.mark.skipif(shutil.which("bash") is None, reason="shell blocks are for a shell")
@pytest.mark.parametrize("block", CONSOLE, ids=lambda block: block.split("\n")[0][:40])
def test_console_blocks_answer_so(block: str, tmp_path: Path) -> None:
    command, _, answer = block.removeprefix("$ ").partition("\n")
    came = run(command, tmp_path)
    assert lasting(came) == lasting(answer)
    if command.startswith("symad steps"):
        assert came == answer


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_cells_run(name: str, tmp_path: Path) -> None:
    script = "\n".join(["import matplotlib", "matplotlib.use('svg')", *NOTEBOOKS[name]])
    command = [sys.executable, "-W", "error", "-c", script]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr


def test_every_header_is_in_the_reference() -> None:
    shown = re.findall(r"csrc/include/(\w+\.h)", TEXTS[DOCS / "reference" / "c.md"])
    assert sorted(shown) == sorted(path.name for path in (ROOT / "csrc" / "include").glob("*.h"))


@pytest.mark.parametrize("name", PICTURES)
def test_pictures_are_there_and_shown(name: str) -> None:
    assert any(f"examples/pictures/{name})" in text.replace("\n", " ") for text in TEXTS.values())
    assert (ROOT / "examples" / "pictures" / name).read_bytes().lstrip().startswith(b"<")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", BLOCK.sub("", TEXTS[page]))
    targets += re.findall(r"^:::\{(?:include|literalinclude)\} (\S+)", TEXTS[page], re.MULTILINE)
    for target in targets:
        assert target.startswith("https://") or (page.parent / target).exists(), target


def answered(match: re.Match[str]) -> str:
    """A console block with the answer of today."""
    if match[1] != "console":
        return match[0]
    command = match[2].removeprefix("$ ").partition("\n")[0]
    return f"```console\n$ {command}\n{NOISE.sub('', run(command, ROOT / 'build'))}```"


if __name__ == "__main__":
    (ROOT / "build").mkdir(exist_ok=True)
    before, _, rest = TEXTS[LIST].partition(BEGIN)
    TEXTS[LIST] = f"{before}{BEGIN}\n{functions()}\n{END}{rest.partition(END)[2]}"
    for page, text in TEXTS.items():
        page.write_text(BLOCK.sub(answered, text), encoding="utf-8")
    for name, command in PICTURES.items():
        run(f"{command} -o '{ROOT / 'examples' / 'pictures' / name}'", ROOT / "build")
