"""``symad report``: a saved answer in another form; nothing is computed again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symad.commands.options import add_answer, add_details
from symad.commands.statuses import AGREE

if TYPE_CHECKING:
    import argparse

    from symad.commands.formulas import Answer, Refusal
    from symad.report.saved import Entry

HELP = "a saved answer (JSON or JSON Lines) in another form; nothing is computed again"


def add_options(parser: argparse.ArgumentParser) -> None:
    """The file and the form."""
    parser.add_argument("answer", metavar="FILE", help="what --format json or jsonl wrote; - reads standard input")
    add_answer(parser)
    add_details(parser)


def run(options: argparse.Namespace) -> int:
    """Render what was saved; the exit status is that of a good reading, whatever the answer says."""
    from symad.commands import output
    from symad.commands.formulas import write_all
    from symad.errors import AnswerError, SymadError
    from symad.inputs.sources import text_of
    from symad.report import saved

    try:
        output.check_folder(options.output)
        found = saved.entries(text_of(options.answer))
        if len({entry.command for entry in found}) > 1:
            raise AnswerError("expected the answers of one command, these are of several")
    except SymadError as error:
        where = f"{options.answer}: " if isinstance(error, AnswerError) else ""
        return output.refuse(f"{where}{error}", debug=options.debug)
    results = [_read(entry) for entry in found]
    return write_all(results, options, n_formulas=len(results))


def _read(entry: Entry) -> Answer | Refusal:
    """One formula as if it had just been answered."""
    from symad.commands import output
    from symad.commands.formulas import Answer, Refusal
    from symad.inputs.sources import Source

    source = Source(entry.name, entry.formula)
    if entry.error:
        output.say(f"{entry.name or entry.formula}: {entry.error}")
        return Refusal(source, entry.command, entry.error, AGREE)
    result, machine, version = entry.result, entry.machine, entry.version
    return Answer(source, entry.command, result, settings=entry.settings, machine=machine, version=version)
