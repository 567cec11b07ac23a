"""The tables of machine code: recipes keep the rules that registers are given by, and no row is named beside them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from symad.formula.ops import row

CODE = Path(__file__).resolve().parents[2] / "csrc" / "code"
RECIPES = re.findall(
    r"^(ROW|PART)\((\w+),\s*(\d),\s*((?:DO\([^)]*\)\s*)+)\)", (CODE / "rows.def").read_text(encoding="utf-8"), re.M
)
MICROS = dict(re.findall(r"^MICRO\((\w+),\s*(\w+),", (CODE / "micro.def").read_text(encoding="utf-8"), re.M))
NUMBERS = {"ONE", "ZERO", "HALF", "SIGN", "MAGNITUDE", "NO_NUMBER", "MINUS_ONE"}
SOURCES = sorted(CODE.glob("*.c"))


def micros(text: str) -> list[tuple[str, ...]]:
    """Each micro-operation of a recipe: name, what it writes, what it reads."""
    return [tuple(re.split(r",\s*", inside)) for inside in re.findall(r"DO\(([^)]*)\)", text)]


def test_recipes_are_read() -> None:
    text = (CODE / "rows.def").read_text(encoding="utf-8")
    assert len(RECIPES) == len(re.findall(r"^(?:ROW|PART)\(", text, re.M)) > 25


@pytest.mark.parametrize(("kind", "name", "n_operands", "text"), RECIPES, ids=lambda part: part[:20])
def test_a_recipe_keeps_the_rules(kind: str, name: str, n_operands: str, text: str) -> None:
    """D is written by the last micro-operation alone, masks and temporaries are there before they are read."""
    steps, there = micros(text), set("ABC"[: int(n_operands)]) | NUMBERS
    assert kind == "PART" or row(name).arity == int(n_operands)
    for op, to, *read in steps:
        uses_mask = MICROS[op] in {"ALSO", "KEEP", "PICK"}
        assert set(read) | ({"M"} if uses_mask else set()) <= there, (name, op)
        assert to in ({"M"} if MICROS[op] in {"COMPARE", "ALSO"} else {"T", "D"})
        there.add(to)
    assert [to for _, to, *_ in steps].index("D") == len(steps) - 1


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_sources_name_no_row_and_ask_no_system(path: Path) -> None:
    """Rows stand in rows.def; pages.c alone includes what belongs to a system."""
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\bSYMAD_OP_[A-Z]", text)
    system = set(re.findall(r"#\s*include <([^>]+)>", text)) - {
        "assert.h",
        "math.h",
        "stddef.h",
        "stdint.h",
        "string.h",
    }
    assert system == ({"sys/mman.h"} if path.name == "pages.c" else set())
