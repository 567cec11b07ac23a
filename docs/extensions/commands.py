"""The reference of the commands: what ``--help`` says, word for word."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from making import DOCS, page
from sphinx.application import Sphinx

from symad.commands import COMMANDS

HEAD = "# Commands\n\nWhat `symad COMMAND --help` says. `symad FORMULA` is `symad compare FORMULA`.\n"


def said(command: str) -> str:
    """The help of a command."""
    environment = {**os.environ, "COLUMNS": "90", "NO_COLOR": "1"}
    line = [sys.executable, "-m", "symad", *([command] if command else []), "--help"]
    return subprocess.run(line, capture_output=True, text=True, check=True, env=environment, cwd=DOCS).stdout


def write(app: Sphinx) -> None:
    """One page; what all commands say at their end stands there once."""
    with ThreadPoolExecutor(2) as pool:
        helps = list(pool.map(said, ["", *COMMANDS]))
    end = "formulas: " + helps[0].partition("\nformulas: ")[2]
    text = HEAD
    for command, words in zip(COMMANDS, helps[1:], strict=True):
        text += f"\n## {command}\n\n```text\n{words.partition(chr(10) + 'formulas: ')[0].rstrip()}\n```\n"
    page("commands.md", f"{text}\n## Formulas and exit status\n\n```text\n{end.rstrip()}\n```\n")


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx."""
    app.connect("builder-inited", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
