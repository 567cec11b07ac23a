"""``symad help``, and `symad` alone: five examples to begin with."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

HELP = "five examples to begin with; `symad help COMMAND` is `symad COMMAND --help`"
EXAMPLES = (
    ('diff "x*sin(x)" --at x=2', "the derivative, and its value"),
    ('compare "x**2*exp(-x)" --at x=2', "every way to it: digits, operations, time"),
    ('eval "x*sin(y)" --at x=1,y=2 --grad', "numbers, each checked"),
    ('steps "a = x**2; a*sin(a)" --at x=2', "both sweeps, as a lecture writes them"),
    ('graph "a = x**2; a*sin(a)" --at x=2 -o g.svg', "the same as a picture"),
)


def add_options(parser: argparse.ArgumentParser) -> None:
    """The command to be explained."""
    parser.add_argument("topic", nargs="?", metavar="COMMAND", help="show the options of this command")


def run(options: argparse.Namespace) -> int:
    """Write the examples; a command that was named is explained before it comes to this."""
    from symad.commands import output
    from symad.commands.statuses import AGREE

    del options
    output.write(examples(), None)
    return AGREE


def examples() -> str:
    """The examples, and where there is more."""
    wide = max(len(command) for command, _ in EXAMPLES)
    lines = [f"  symad {command:{wide}}  {about}" for command, about in EXAMPLES]
    more = ["symad --help lists all commands, symad help COMMAND the options of one."]
    return "\n".join(["A formula and its derivatives. To begin with:", "", *lines, "", *more]) + "\n"
