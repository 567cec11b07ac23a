"""README's list of functions is the rows' own. ``python tests/structure/test_readme.py`` writes it anew."""

from __future__ import annotations

import textwrap
from pathlib import Path

import symad._core
import symad.ops

README = Path(__file__).resolve().parents[2] / "README.md"
BEGIN, END = "<!-- functions: made from the rows -->", "<!-- functions end -->"


def functions() -> str:
    """Every spelling that a formula can call, rows first, wrapped."""
    rows = [row.text for row in symad.ops.ROWS.values() if row.arity and row.text.isidentifier()]
    public = sorted(
        {text for text in rows if not text.startswith("_")} - {"and", "or", "not"},
        key=lambda text: (text.lower(), text),
    )
    others = sorted(
        set(symad._core.spellings()) - set(public) - {"and", "or", "not"}, key=lambda text: (text.lower(), text)
    )
    lists = [f"Functions: `{' '.join(public)}`.", f"Also understood: `{' '.join(others)}`."]
    return "\n\n".join(textwrap.fill(text, 118, break_on_hyphens=False) for text in lists)


def current() -> str:
    return README.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0].strip()


def test_the_list_of_functions_is_the_rows_own() -> None:
    assert current() == functions()


if __name__ == "__main__":
    before, _, rest = README.read_text(encoding="utf-8").partition(BEGIN)
    README.write_text(f"{before}{BEGIN}\n{functions()}\n{END}{rest.partition(END)[2]}", encoding="utf-8")
