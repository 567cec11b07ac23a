"""The headers are the reference of C programs: each public function's own comment lists what it returns."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

INCLUDE = Path(__file__).resolve().parents[2] / "csrc" / "include"
TEXT = "".join(path.read_text(encoding="utf-8") for path in sorted(INCLUDE.glob("*.h")))
STATUSES = set(re.findall(r"^STATUS\((\w+)", (INCLUDE / "symad_status.def").read_text(encoding="utf-8"), re.M))
DECLARATION = re.compile(
    r"(?:/\*(?P<comment>(?:[^*]|\*(?!/))*)\*/\n)?SYMAD_API (?P<result>.+?)(?P<name>symad_\w+)\((?P<arguments>[^;]*)\);"
)
FUNCTIONS = {found["name"]: found for found in DECLARATION.finditer(TEXT)}
OWNERS = {"symad_builder", "symad_tape", "symad_plan", "symad_reading", "symad_objective", "symad_loop"}
HANDLES = OWNERS | {"symad_trace", "symad_status"}


def comment(name: str) -> str:
    return " ".join((FUNCTIONS[name]["comment"] or "").replace("\n *", " ").split())


def test_every_declaration_is_read() -> None:
    assert len(FUNCTIONS) == TEXT.count("\nSYMAD_API ") >= 50


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_says_what_it_does_and_since_when(name: str) -> None:
    said = comment(name)
    assert len(said) > 30, f"{name} has no comment of its own"
    assert re.search(r"Since \d+\.\d+\.", said), name


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_lists_its_statuses_and_no_others(name: str) -> None:
    _, _, returned = comment(name).partition("Returns ")
    named = set(re.findall(r"\b(?:OK\b|ERR_\w+)", returned))
    assert named <= STATUSES, f"{name}: no such status"
    assert ("OK" in named) == (FUNCTIONS[name]["result"].strip() == "symad_status"), name


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_names_its_arguments(name: str) -> None:
    """All but the object that it is called for."""
    said = comment(name)
    for kind, argument in re.findall(r"(\w+) \**(\w+)(?:,|$)", FUNCTIONS[name]["arguments"]):
        assert kind in HANDLES or re.search(rf"\b{argument}\b", said), f"{name}: {argument}"


def test_what_is_freed_says_that_null_is_allowed() -> None:
    assert {name for name in FUNCTIONS if name.endswith("_free")} == {f"{owner}_free" for owner in OWNERS}
    assert all("NULL is allowed" in comment(f"{owner}_free") for owner in OWNERS)
