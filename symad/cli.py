"""The command line: arguments in, exit status out. No mathematics; nothing heavy is imported before it is needed."""

from __future__ import annotations

import argparse
import re
import sys
import textwrap
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING

from symad.commands import COMMANDS, output
from symad.commands.statuses import CLOSED, INTERRUPTED, UNDECIDED, USAGE
from symad.system import storing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from _typeshed import SupportsWrite

_DASHED = re.compile(r"-[^-]")
_NEAR = 2  # letters: what is no further from a command is a mistyped one
_SHORT_OPTION = re.compile(r"-h$|-[fo]([^-*+^\s].*)?$", re.DOTALL)  # -oFILE is an option, -o**2 is not

_STATUS = """\
exit status:
  0    done; what was asked holds: methods agree (compare), formulas are
       equal (equal), your derivative is right (grade)
  1    it does not: some method differs from the 50-digit reference, the
       formulas are not equal, your derivative is wrong
  2    wrong arguments, or a text that is no formula
  3    a number is doubtful (eval), an exact method loses digits or is
       ill-conditioned (compare), or nothing could be decided; also after an
       internal error, and where the system refuses its part (a full disk, too
       few open files)
  130  interrupted
  141  the reader of the answer has left (as others end by SIGPIPE)
Of the verdict words of compare, `differs` leads to 1, `loses digits` and
`ill-conditioned` of exact methods to 3; `agrees`, `differs by convention` (a
defensible slope at a kink) and `outside the domain` (no value, and none given)
count as agreement as long as some other entry was judged; a method that
`gave up` within the budget is named in the verdict and decides nothing."""

_FORMULA = """\
formulas: + - * / ** (or ^), parentheses, pi, E, functions under their SymPy
names (the documentation lists them all), Piecewise((value, condition), ...,
(value, True)); `a = x**2; a + sin(a)` binds names, `f(u) = u*u; f(x)`
functions. A file holds one formula a line, with a name before it if you like
(`name: formula`), and # comments; with --program one program, a line `name:`
beginning another; `-` is standard input. `symad FORMULA` is `symad compare
FORMULA`."""

_COLUMNS = 79  # a line of help, where argparse does not break it by itself


class _Parser(argparse.ArgumentParser):
    """Says how to get help instead of printing the whole usage; says so where help cannot be printed."""

    def print_help(self, file: SupportsWrite[str] | None = None) -> None:
        if file is None:
            output.write(self.format_help(), None)
        else:
            super().print_help(file)

    def error(self, message: str) -> None:  # type: ignore[override]  # exits, like the original
        with suppress(AttributeError, OSError):  # standard error may be closed or full; older argparse would raise
            sys.stderr.write(f"{self.prog}: {message}\n`{self.prog} --help` shows how it is used\n")
        self.exit(USAGE)


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from symad._core import tapes

        output.write(f"symad {tapes.version()}\n", None)
        parser.exit()


def _parser() -> _Parser:
    raw = argparse.RawDescriptionHelpFormatter
    parser = _Parser(
        prog="symad",
        description="Symbolic and automatic differentiation of a formula, side by side.",
        epilog=f"{_FORMULA}\n\n{_STATUS}",
        formatter_class=raw,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and exit")
    commands = parser.add_subparsers(dest="command", metavar="command", parser_class=_Parser)
    for name, home in COMMANDS.items():
        module = import_module(f"symad.commands.{home}")
        shows = textwrap.fill(f"Shows {module.HELP}.", _COLUMNS)
        about = {"help": module.HELP, "description": shows, "epilog": f"{_FORMULA}\n\n{_STATUS}"}
        command = commands.add_parser(name, formatter_class=raw, **about)
        module.add_options(command)
        command.add_argument("--debug", action="store_true", help="show where in symad an error arose")
        command.set_defaults(run=module.run)
    return parser


def _formulas_are_no_options(arguments: Sequence[str]) -> list[str]:
    """``-x**2`` is a formula although it begins with a dash: a space before it tells argparse so."""
    return [f" {one}" if _DASHED.match(one) and not _SHORT_OPTION.match(one) else one for one in arguments]


def _with_command(parser: _Parser, given: Sequence[str]) -> list[str]:
    """The arguments; where a formula stands in the place of a command, `compare` before them."""
    first, behind = given[0] if given else "-h", [one for one in given[1:] if not one.startswith("-")]
    if first in (*COMMANDS, "-h", "--help", "--version"):
        return list(given)
    if first.isidentifier():
        near = min(COMMANDS, key=lambda command: _letters_apart(first, command))
        if _letters_apart(first, near) <= _NEAR:
            parser.error(f"unknown command {first}; did you mean {near}? (a variable: symad compare {first})")
        if behind and given[1] == behind[0]:
            parser.error(f"unknown command {first}; there are {', '.join(COMMANDS)}")
    return ["compare", *given]


def _letters_apart(one: str, other: str) -> int:
    """How many letters must be put in, left out or replaced to make one word of the other."""
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        before, row[0] = row[0], i
        for j, wanted in enumerate(other, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (letter != wanted))
    return row[-1]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status."""
    debug = False
    try:
        given = list(sys.argv[1:] if arguments is None else arguments)
        parser = _parser()
        options = _understood(parser, given)
        debug = options.debug
        status = _run(options)
        output.finish()
    except KeyboardInterrupt:
        output.say("interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        output.settle(sys.stdout)  # the reader has seen enough
        return CLOSED
    except OSError as error:
        if debug:
            raise
        output.say(storing.sentence(error))
        output.settle(sys.stdout)
        return UNDECIDED
    finally:
        output.settle(sys.stderr)
    return status


def _understood(parser: _Parser, given: Sequence[str]) -> argparse.Namespace:
    """The options of a command; help and versions end here, once standard output has taken them."""
    if not given or given[0] == "help":
        given = [given[1], "--help"] if len(given) == 2 and given[1] in COMMANDS else ["help", *given[1:]]
    try:
        options = parser.parse_args(_formulas_are_no_options(_with_command(parser, given)))
    except SystemExit:
        output.finish()
        raise
    return options


def _run(options: argparse.Namespace) -> int:
    try:
        return int(options.run(options))
    except OSError:
        raise  # of the system, no mistake of ours
    except Exception as error:
        if options.debug:
            raise
        output.say(f"internal error, {type(error).__name__}: {error} (--debug shows where)")
        return UNDECIDED
