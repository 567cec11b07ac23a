"""``symad graph``: the graph of a formula as a picture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from symad.commands.options import add_formula, add_place, add_point, count

if TYPE_CHECKING:
    import argparse

    from symad.commands.formulas import Task
    from symad.formula.expression import Expression

HELP = "the graph of a formula as a picture, with --at its values, local partials and adjoints"
_FORMATS = ("svg", "dot", "mermaid")
_SUFFIXES = {".svg": "svg", ".dot": "dot", ".gv": "dot", ".mmd": "mermaid"}


def add_options(parser: argparse.ArgumentParser) -> None:
    """The point, if there is one, and the form of the picture."""
    add_formula(parser)
    add_point(parser, table=True)
    parser.add_argument(
        "--format", choices=_FORMATS, help="form of the picture (default: as FILE ends: .svg, .dot, .mmd; else svg)"
    )
    add_place(parser)
    parser.add_argument(
        "--max-nodes",
        metavar="N",
        type=count,
        help="draw at most N boxes (default: 60): in a larger graph names that differ in their last index share one",
    )
    parser.add_argument("--all", action="store_true", help="draw every operation, however many there are")


def run(options: argparse.Namespace) -> int:
    """Draw one formula."""
    from symad.commands import output
    from symad.commands.formulas import Task, point_table, said
    from symad.commands.reading import given
    from symad.commands.statuses import AGREE
    from symad.errors import SymadError
    from symad.inputs.sources import SourceError, located, parsed
    from symad.lecture.drawing import MAX_NODES, draw

    try:
        source, *more = given(options)
        if more:
            raise SourceError(f"graph draws one formula, {options.file or 'standard input'} holds {1 + len(more)}")
        table = point_table(options)
        output.check_folder(options.output)
        form = _form(options)
    except SymadError as error:
        return output.refuse(str(error), debug=options.debug)
    try:
        expression = said(parsed(source, options.n), source)
        point = _point(Task(source, options, alone=True, table=table), expression)
        most = None if options.all else options.max_nodes or MAX_NODES
        text = draw(expression, at=point, format=form, max_nodes=most)
        output.write(text, options.output)
    except SymadError as error:
        return output.refuse(located(source, error), debug=options.debug)
    return AGREE


def _form(options: argparse.Namespace) -> str:
    """The format asked for, or the one that the name of the file means; never another under its name."""
    from symad.commands import output
    from symad.inputs.sources import SourceError

    suffix = Path(options.output or "").suffix.lower()
    output.check_form(options.output, (".svg",), "a graph")
    meant = _SUFFIXES.get(suffix)
    if meant is not None and options.format not in (None, meant):
        ending = next(one for one, form in _SUFFIXES.items() if form == options.format)
        raise SourceError(
            f"-o {options.output}: --format {options.format} is no {suffix[1:].upper()}: "
            f"write {Path(options.output).with_suffix(ending)}"
        )
    return options.format or meant or _FORMATS[0]


def _point(task: Task, expression: Expression) -> dict[str, float] | None:
    """The point that --at gives, or None."""
    if not task.options.at:
        return None
    return dict(zip(expression.variables, map(float, task.point(expression)), strict=True))
