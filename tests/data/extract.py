"""Trims the records of the full formula corpus to the fields that tests read: `python extract.py SOURCE TARGET`.

Every record is kept, whether a row exists for its functions or not. Knows the records' fields; must not know symad.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Record = dict[str, Any]

FIELDS = ("id", "source", "licence", "expr", "program", "vars", "functions", "points", "value", "grad")
GROWTH = ("id", "source", "licence", "vars", "body", "result")
SIZE = ("n", "vars", "points", "value", "grad", "tree_ops", "program_ops")
HARD = ("id", "source", "category", "grade", "expr", "vars", "point", "expected_value", "expected_grad", "tol_rel")
HARD_OPTIONAL = ("preferred_grad", "also_accept")
HOSTILE = ("id", "category", "input", "input_generator", "vars", "expect", "seconds", "point", "value", "grad")


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


def trimmed(stem: str, record: Record) -> Record:
    """What is kept of one record."""
    if stem == "growth":
        return growth(record)
    if stem == "hostile":
        return {name: record[name] for name in HOSTILE if name in record}
    if stem == "hard_cases":
        return {name: record[name] for name in (*HARD, *HARD_OPTIONAL) if name in record}
    return formula(record)


def main(source: Path, target: Path) -> None:
    """Write one file a set."""
    for path in sorted(source.glob("*.jsonl")):
        kept = [trimmed(path.stem, record) for record in read(path)]
        lines = (json.dumps(record, separators=(",", ":"), ensure_ascii=True) + "\n" for record in kept)
        (target / path.name).write_text("".join(lines), encoding="utf-8")
        print(f"{path.name}: {len(kept)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
