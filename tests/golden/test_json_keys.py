"""The keys of the JSON answers, pinned: programs read them. One file a command in keys/."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from answer_schema import validated

from symad.cli import main

COMMANDS = {
    "compare": ["compare", "x*sin(y)", "--at", "x=1", "--at", "y=2"],
    "steps": ["steps", "1/x + Abs(y)", "--at", "x=0", "--at", "y=2"],
    "diff": ["diff", "a = x**2; sin(exp(-a)*y) + Abs(x)", "--at", "x=0", "--at", "y=2"],
    "eval": ["eval", "1/x + y", "--at", "x=0", "--at", "y=2", "--grad"],
}


def keys(data: object, prefix: str = "") -> Iterator[str]:
    """Dotted paths of every key; the entries of a list share one."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield f"{prefix}{key}"
            yield from keys(value, f"{prefix}{key}.")
    elif isinstance(data, list):
        for entry in data:
            yield from keys(entry, f"{prefix}[].")


@pytest.mark.parametrize("command", COMMANDS)
def test_keys(command: str, update_golden: bool, capsys: pytest.CaptureFixture[str]) -> None:
    doubtful = command == "eval"  # 1/x at 0 has no value, which is said
    assert main([*COMMANDS[command], "--format", "json"]) == (3 if doubtful else 0)
    came = "".join(f"{key}\n" for key in dict.fromkeys(keys(validated(capsys.readouterr().out))))
    path = Path(__file__).parent / "keys" / f"{command}.txt"
    if update_golden:
        path.parent.mkdir(exist_ok=True)
        path.write_text(came, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == came
