"""``symad grade FORMULA --mine "dx = ..."``: whether somebody's own derivative is right, and what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symad.commands.options import add_place, add_size, add_verdict_format

if TYPE_CHECKING:
    import argparse

    from symad.answers.equality.grading import Grades

HELP = "whether your own derivative is right, where it is wrong, and what is missing in it"


def add_options(parser: argparse.ArgumentParser) -> None:
    """The formula, and the derivatives to be judged."""
    parser.add_argument("formula", nargs="?", help="the formula, in quotes; - reads it from standard input")
    parser.add_argument(
        "--mine", metavar="TEXT", help='your derivatives, such as "dx = 2*x; dy = 1"; they may use names of the formula'
    )
    parser.add_argument("-f", "--file", metavar="FILE", help="read your derivatives from FILE (-: standard input)")
    parser.add_argument(
        "--strict", action="store_true", help="a derivative that lacks a value where the formula has a slope is wrong"
    )
    add_size(parser)
    add_verdict_format(parser)
    add_place(parser)


def run(options: argparse.Namespace) -> int:
    """Print the grades; the exit status."""
    from symad.answers.equality.grading import RIGHT_PARTLY, grade
    from symad.commands import output
    from symad.commands.formulas import said
    from symad.commands.reading import refuse_file
    from symad.commands.statuses import DIFFER, OF_AGREEMENT
    from symad.errors import SymadError
    from symad.inputs.sources import SourceError, parsed, read
    from symad.report.equality import grades_json

    try:
        output.check_folder(options.output)
        mine = _mine(options)
        if options.formula is None:
            raise SourceError('a formula is missing: symad grade "sin(x**2)" --mine "dx = 2*x*cos(x**2)"')
        refuse_file(options.formula, "symad grade - < FILE")
        sources = read(options.formula, None)
        if len(sources) > 1:
            raise SourceError(f"grade takes one formula; standard input holds {len(sources)}")
        formula = said(parsed(sources[0], options.n), sources[0])
        found: Grades = grade(formula, mine)
        left = [name for name in formula.variables if name not in found]
        as_json = options.format == "json"
        text = grades_json(found, sources[0].text.strip(), left, strict=options.strict) if as_json else f"{found}\n"
        output.write(text, options.output)
    except SymadError as error:
        return output.refuse(str(error), debug=options.debug)
    if left:
        output.say(f"not given: {', '.join(f'd{name}' for name in left)}")
    if options.strict and any(one.verdict == RIGHT_PARTLY for one in found.values()):
        return DIFFER
    return OF_AGREEMENT[found.is_right]


def _mine(options: argparse.Namespace) -> str:
    from symad.inputs.sources import SourceError, text_of

    if (options.mine is None) == (options.file is None):
        raise SourceError('give your derivatives either by --mine "dx = ..." or by -f FILE')
    if options.file == "-" and options.formula is not None and options.formula.strip() == "-":
        raise SourceError("formula and derivatives cannot both come from standard input")
    text: str = options.mine if options.file is None else text_of(options.file)
    return text
