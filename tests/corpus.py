"""The one reader of tests/data: formulas, programs, growth families, hard cases, hostile inputs.

Knows the files' format; must not know symad. ``python tests/corpus.py`` writes the formulas for `symad survey`.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).with_name("data")
SPECIAL_FILES = {"certified", "field", "growth", "hard_cases", "hostile", "verdicts", "worst_points"}


@dataclass(frozen=True)
class Formula:
    """A formula with its references: 50 digits of value and gradient at a few points."""

    set_name: str
    ident: str
    text: str
    variables: tuple[str, ...]
    points: tuple[tuple[float, ...], ...]
    values: tuple[str, ...]
    gradients: tuple[tuple[str, ...], ...]
    value_f64: float  # what an ordinary double evaluation loses, relative
    gradient_f64: float
    sympy_agrees: object  # True, False, "float folding" or None where it was not tried
    functions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Size:
    """One size of a growth family, with its operations as typed and written out."""

    formula: Formula
    program_ops: int
    tree_ops: int


def records(name: str) -> Iterator[dict[str, Any]]:
    """The records of one file."""
    with (DATA / f"{name}.jsonl").open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def set_names() -> list[str]:
    """Names of the sets of formulas."""
    return sorted(path.stem for path in DATA.glob("*.jsonl") if path.stem not in SPECIAL_FILES)


def _formula(set_name: str, record: dict[str, Any]) -> Formula:
    variables = tuple(record["vars"])
    errors = record.get("f64") or {}
    return Formula(
        set_name,
        record["id"],
        record["expr"] if "expr" in record else "; ".join(record["program"]),
        variables,
        tuple(tuple(float(point[name]) for name in variables) for point in record["points"]),
        tuple(record["value"]),
        tuple(map(tuple, record["grad"])),
        errors.get("value_relerr") or 0.0,
        errors.get("grad_relerr") or 0.0,
        record.get("sympy_agrees"),
        tuple(record.get("functions", ())),
    )


@cache
def formulas(set_name: str) -> tuple[Formula, ...]:
    """The formulas of one set."""
    return tuple(_formula(set_name, record) for record in records(set_name))


def all_formulas() -> list[Formula]:
    """Every formula of every set."""
    return [formula for name in set_names() for formula in formulas(name)]


def listing() -> str:
    """Every formula as a line ``set/identifier: formula``, as `symad survey` reads them."""
    lines = []
    for formula in all_formulas():
        name = re.sub(r"[:;,()=#\s]+", "-", f"{formula.set_name}/{formula.ident}")
        header = f"{', '.join(formula.variables)}: " if "e" in formula.variables else ""  # e is not Euler's number
        lines.append(f"{name}: {header}{' '.join(formula.text.split())}\n")
    return "".join(lines)


def _whole(text: str, names: dict[str, int]) -> int:
    """An integer formula of names with + - *, as growth templates use."""

    def walk(node: ast.expr) -> int:
        match node:
            case ast.Constant(value=int() as value):
                return value
            case ast.Name(id=name):
                return names[name]
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return -walk(operand)
            case ast.BinOp(op=ast.Add(), left=left, right=right):
                return walk(left) + walk(right)
            case ast.BinOp(op=ast.Sub(), left=left, right=right):
                return walk(left) - walk(right)
            case ast.BinOp(op=ast.Mult(), left=left, right=right):
                return walk(left) * walk(right)
        raise ValueError(text)

    return walk(ast.parse(text, mode="eval").body)


def _fill(template: str, names: dict[str, int]) -> str:
    return re.sub(r"\{([^{}]+)\}", lambda found: str(_whole(found.group(1), names)), template)


def statements(record: dict[str, Any], n: int) -> list[str]:
    """The statements of a growth family at size n, the result last."""
    out: list[str] = []

    def expand(body: list[Any], names: dict[str, int]) -> None:
        for item in body:
            if isinstance(item, str):
                out.append(_fill(item, names))
                continue
            for k in range(_whole(item["from"], names), _whole(item["to"], names) + 1):
                expand(item["body"], names | {item["for"]: k})

    expand(record["body"], {"n": n})
    return [*out, _fill(record["result"], {"n": n})]


@cache
def sizes() -> tuple[Size, ...]:
    """Every size of every growth family."""
    found = []
    for record in records("growth"):
        for size in record["sizes"]:
            n = size["n"]
            program = {"id": f"{record['id']}[{n}]", "program": statements(record, n)}
            formula = _formula("growth", size | program)
            found.append(Size(formula, int(size["program_ops"]), int(size["tree_ops"])))
    return tuple(found)


def hard_cases() -> list[dict[str, Any]]:
    """The hard cases."""
    return list(records("hard_cases"))


def hostile_inputs() -> list[dict[str, Any]]:
    """Hostile inputs, each with its text under "text"."""
    found = []
    for record in records("hostile"):
        made = record.get("input_generator")
        text = record.get("input")
        if made is not None:
            count = made["count"]
            text = (
                made["prefix"] + made["repeat"] * count + made["middle"] + made["suffix_repeat"] * count + made["tail"]
            )
        found.append(record | {"text": text})
    return found


if __name__ == "__main__":
    sys.stdout.write(listing())
