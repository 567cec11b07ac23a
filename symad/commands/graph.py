"""``symad graph``: the graph of a formula as a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symad.commands.options import add_formula, add_place, add_point, count

if TYPE_CHECKING:
    import argparse

HELP = "the graph of a formula as a picture, with --at its values, local partials and adjoints"
_FORMATS = ("svg", "dot", "mermaid")


def add_options(parser: argparse.ArgumentParser) -> None:
    """The point, if there is one, and the form of the picture."""
    add_formula(parser)
    add_point(parser)
    parser.add_argument(
        "--format", choices=_FORMATS, default=_FORMATS[0], help=f"form of the picture (default: {_FORMATS[0]})"
    )
    add_place(parser)
    parser.add_argument(
        "--max-nodes",
        metavar="N",
        type=count,
        help="draw at most N boxes, one of them for all the others (default: 60)",
    )


def run(options: argparse.Namespace) -> int:
    """Draw one formula."""
    from symad.commands import output
    from symad.commands.formulas import Task, said
    from symad.commands.statuses import AGREE
    from symad.errors import SymadError
    from symad.inputs.sources import SourceError, located, numbers, parsed, read
    from symad.lecture.drawing import MAX_NODES, draw

    try:
        source, *more = read(options.formula, options.file)
        if more:
            raise SourceError(f"graph draws one formula, {options.file or 'standard input'} holds {1 + len(more)}")
        at = numbers(options.at)
        output.check_folder(options.output)
    except SymadError as error:
        return output.refuse(str(error), debug=options.debug)
    try:
        expression = said(parsed(source, options.n), source)
        point = Task(source, options, alone=True).own(at, expression, "at", "NUMBER") if at else None
        text = draw(expression, at=point, format=options.format, max_nodes=options.max_nodes or MAX_NODES)
        output.write(text, options.output)
    except SymadError as error:
        return output.refuse(located(source, error), debug=options.debug)
    return AGREE
