"""Selects from a folder of the full formula corpus what the present rows cover: `python extract.py SOURCE TARGET`.

Knows the records' fields; must not know symad: what is covered is said by names below, not by what happens to parse.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Record = dict[str, Any]

FUNCTIONS = {
    *("sqrt", "exp", "log", "sin", "cos", "tan", "tanh", "atan"),
    *("Abs", "abs", "Max", "max", "Min", "min", "Piecewise", "sign", "Ne", "ln", "pow", "arctan"),
}
FIELDS = ("id", "source", "licence", "expr", "program", "vars", "points", "value", "grad")
GROWTH = ("id", "source", "licence", "vars", "body", "result")
SIZE = ("n", "vars", "points", "value", "grad", "tree_ops", "program_ops")
HARD = ("id", "source", "category", "grade", "expr", "vars", "point", "expected_value", "expected_grad", "tol_rel")
HARD_OPTIONAL = ("preferred_grad", "also_accept")
HOSTILE = ("id", "category", "input", "input_generator", "vars", "expect", "seconds", "point", "value", "grad")
# Formulas whose functions all have rows, in a form that has none: the reason is told by the tests' own list.
NOT_COVERED = {
    "sympy-simplify-41": "log with a base as second argument",
}
WORD_BEFORE_CALL = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789"


def called(text: str) -> set[str]:
    """Names followed by an opening parenthesis."""
    names = set()
    for place, character in enumerate(text):
        start = place
        while character == "(" and start > 0 and text[start - 1] in WORD_BEFORE_CALL:
            start -= 1
        if start < place and not text[start].isdigit():
            names.add(text[start:place])
    return names


def read(path: Path) -> Iterator[Record]:
    """Records of one file."""
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def formula(record: Record) -> Record:
    """A record of a set of formulas."""
    kept = {name: record[name] for name in FIELDS if name in record}
    errors = record.get("f64") or {}
    kept["f64"] = {name: errors[name] for name in ("value_relerr", "grad_relerr") if name in errors}
    kept["sympy_agrees"] = (record.get("sympy") or {}).get("agree")
    return kept


def growth(record: Record) -> Record:
    """A family with all its sizes; SymPy's own times and counts are left out."""
    return {name: record[name] for name in GROWTH} | {
        "sizes": [{name: size[name] for name in SIZE} for size in record["sizes"]]
    }


def select(path: Path) -> list[Record]:
    """What is kept of one file."""
    records = list(read(path))
    if path.stem == "growth":
        return [growth(record) for record in records if set(record["functions"]) <= FUNCTIONS]
    if path.stem == "hostile":
        return [{name: record[name] for name in HOSTILE if name in record} for record in records]
    if path.stem == "hard_cases":
        covered = [record for record in records if called(record["expr"]) <= FUNCTIONS]
        return [{name: r[name] for name in (*HARD, *HARD_OPTIONAL) if name in r} for r in covered]
    covered = (record for record in records if set(record["functions"]) <= FUNCTIONS)
    return [formula(record) for record in covered if record["id"] not in NOT_COVERED]


def main(source: Path, target: Path) -> None:
    """Write the selection, one file a set; sets of which nothing is covered are left out."""
    for path in sorted(source.glob("*.jsonl")):
        kept = select(path)
        if kept:
            lines = (json.dumps(record, separators=(",", ":"), ensure_ascii=True) + "\n" for record in kept)
            (target / path.name).write_text("".join(lines), encoding="utf-8")
            print(f"{path.name}: {len(kept)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
