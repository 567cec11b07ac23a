"""``symad schema``: the JSON schema of every answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symad.commands.options import add_place

if TYPE_CHECKING:
    import argparse

HELP = "the JSON schema that every answer in JSON follows"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Where it goes."""
    add_place(parser)


def run(options: argparse.Namespace) -> int:
    """Write the schema."""
    from symad.commands import output
    from symad.commands.statuses import AGREE
    from symad.errors import SymadError
    from symad.report import document

    try:
        output.check_folder(options.output)
        output.write(document.schema(), options.output)
    except SymadError as error:
        return output.refuse(str(error), debug=options.debug)
    return AGREE
