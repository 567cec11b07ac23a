"""The table of operations: its numbers pinned, because files will carry them; complete, because readers trust it."""

from __future__ import annotations

import re
from pathlib import Path

import mpmath
import pytest
import sympy

import symad
from symad import _core
from symad.ops import ROWS, Row, row

ROOT = Path(__file__).resolve().parents[2]
HEADER = ROOT / "csrc" / "include" / "symad.h"
STATUSES = ROOT / "csrc" / "include" / "symad_status.def"

# Fixed for ever: append, never change, never reuse.
NUMBERS = {
    "INPUT": 1, "NUMBER": 2, "SELECT": 3, "MAX": 4, "MIN": 5, "SHARE": 6, "PI": 8, "E": 9, "NAN_VALUE": 10,
    "TRUE_VALUE": 12, "FALSE_VALUE": 13, "LT": 14, "LE": 15, "GT": 16, "GE": 17, "EQ": 18, "NE": 19, "AND": 20,
    "OR": 21, "NOT": 22, "ADD": 32, "SUB": 33, "MUL": 34, "DIV": 35, "NEG": 36, "POW": 37, "POWN": 38, "SQRT": 48,
    "EXP": 49, "LOG": 50, "SIN": 51, "COS": 52, "TAN": 53, "TANH": 54, "ATAN": 55, "ABS": 56, "SIGN": 57,
    "SQRT_SLOPE": 160, "LOG_SLOPE": 161, "SECH2": 162, "ATAN_SLOPE": 163, "POW_DA": 164, "POW_DB": 165,
    "POWN_SLOPE": 166, "ZERO": 167,
}  # fmt: skip
STATUS_NUMBERS = {
    "OK": 0, "ERR_MEMORY": 1, "ERR_ARGUMENT": 2, "ERR_LIMIT_NODES": 3, "ERR_OPERATION": 4, "ERR_ARITY": 5,
    "ERR_OPERAND": 6, "ERR_TYPE": 7, "ERR_OUTPUTS": 8, "ERR_VERIFY": 9, "ERR_NAME": 10, "ERR_DUPLICATE": 11,
    "ERR_EMPTY": 32, "ERR_CHARACTER": 33, "ERR_ENCODING": 34, "ERR_NUMBER": 35, "ERR_UNEXPECTED": 36, "ERR_END": 37,
    "ERR_UNCLOSED": 38, "ERR_UNOPENED": 39, "ERR_JUXTAPOSED": 40, "ERR_FUNCTION": 41, "ERR_CALL_ARITY": 42,
    "ERR_VARIABLE": 43, "ERR_UNBOUND": 44, "ERR_KEYWORD": 45, "ERR_CONDITION": 46, "ERR_NOT_NUMBER": 47,
    "ERR_CHAIN": 48, "ERR_BIND": 49, "ERR_FUNCTION_NAME": 50, "ERR_PAIR": 51, "ERR_TUPLE": 52, "ERR_CONSTANT": 53,
    "ERR_CALL_VALUE": 54, "ERR_LIMIT_TEXT": 64, "ERR_LIMIT_TOKENS": 65, "ERR_LIMIT_NESTING": 66,
    "ERR_LIMIT_VARIABLES": 67, "ERR_LIMIT_DIGITS": 68, "ERR_LIMIT_EXPONENT": 69,
}  # fmt: skip
STATUS_BITS = {"tie": 1, "domain": 2, "nan_condition": 4, "overflow": 8, "underflow": 16, "indeterminate": 32}
COSTS = {"free", "basic", "divide", "power", "call", "select"}
SHARED_SPELLINGS = {"-", "**", ""}  # minus and negation; the two powers; inputs and numbers


def test_numbers_are_pinned() -> None:
    assert {r.name: r.number for r in ROWS.values()} == NUMBERS


def test_status_numbers_are_pinned() -> None:
    found = re.findall(r"^STATUS\((\w+),\s*(\d+),", STATUSES.read_text(encoding="utf-8"), re.MULTILINE)
    assert {name: int(number) for name, number in found} == STATUS_NUMBERS
    assert len(found) == len(STATUS_NUMBERS)


def test_status_bits_are_pinned() -> None:
    assert dict(_core.STATUS_BITS) == STATUS_BITS


@pytest.mark.parametrize("r", ROWS.values(), ids=lambda r: r.name)
def test_rows_are_complete(r: Row) -> None:
    assert ROWS[r.number] is r
    assert row(r.name) is r
    assert r.cost in COSTS
    assert -1 <= r.arity <= 3
    assert r.text or r.name in {"INPUT", "NUMBER"}
    if r.sympy:
        assert hasattr(sympy, r.sympy)
    if r.definition:  # rows that only derivatives use
        assert r.text.startswith("_")
        assert r.number >= 160
        assert symad.parse(r.definition, variables=["a", "b"]).n_outputs == 1
    elif r.cost == "call":
        assert r.sympy
        assert hasattr(mpmath, r.sympy)


def test_rows_are_spelled_once() -> None:
    texts = [r.text for r in ROWS.values() if r.text not in SHARED_SPELLINGS]
    assert sorted(texts) == sorted(set(texts))


CALLABLE = [r for r in ROWS.values() if r.text.isidentifier() and r.arity != 0 and not r.condition]


@pytest.mark.parametrize("r", CALLABLE, ids=lambda r: r.name)
def test_every_function_is_read_and_written(r: Row) -> None:
    """A row with a spelling needs nothing else to be typed, printed and differentiated."""
    if r.name == "SELECT":
        text = "_select(x < y, x, y)"
    elif r.name == "POWN_SLOPE":
        text = "_pown_slope(x, 3)"
    else:
        text = f"{r.text}({', '.join('xyz'[: 2 if r.arity < 0 else r.arity])})"
    written = symad.parse(text)
    assert symad.parse(str(written)) == written
    assert symad.gradient(written).n_outputs == len(written.variables)


def test_no_cost_for_what_is_no_operation() -> None:
    assert {r.name for r in ROWS.values() if r.cost == "free"} == {
        "INPUT", "NUMBER", "PI", "E", "NAN_VALUE", "TRUE_VALUE", "FALSE_VALUE",
    }  # fmt: skip


def test_versions_agree() -> None:
    """The header is the one place; package, core and metadata read it."""
    text = HEADER.read_text(encoding="utf-8")
    numbers = [re.search(rf"#define SYMAD_VERSION_{part} (\d+)", text) for part in ("MAJOR", "MINOR", "PATCH")]
    wanted = ".".join(number[1] for number in numbers if number)
    assert symad.__version__ == _core.version() == wanted
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## \[?({re.escape(wanted)}|Unreleased)", changes, re.MULTILINE)
