"""The commands, one module each, and what they share.

A command's module is light: it must not load NumPy or SymPy before it runs, because its options are part of every
``--help``. It has

- ``HELP``: what the command shows, half a sentence;
- ``add_options(parser)``: its own arguments, most of them from `symad.commands.options`;
- ``run(options)``: what it does; returns the exit status (`symad.commands.statuses`).

To add a command, write its module and add its line to `COMMANDS`.
"""

from __future__ import annotations

COMMANDS = {  # as the user types it: the module
    "compare": "compare",
    "diff": "diff",
    "equal": "equal",
    "grade": "grade",
    "steps": "steps",
    "eval": "evaluate",
    "graph": "graph",
    "page": "page",
    "study": "study",
    "survey": "survey",
    "report": "report",
    "schema": "schema",
    "emit": "emit",
    "config": "config",
    "cache": "cache",
    "help": "help",
}
