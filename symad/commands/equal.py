"""``symad equal A B``: whether two formulas are equal, and where not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symad.commands.options import add_place, add_size, add_verdict_format

if TYPE_CHECKING:
    import argparse

    from symad.answers.equality.decision import Equality
    from symad.inputs.sources import Source

HELP = "whether two formulas are equal, and a point where they are not"


def add_options(parser: argparse.ArgumentParser) -> None:
    """The two formulas, or a file of them."""
    parser.add_argument("first", nargs="?", help="a formula, in quotes")
    parser.add_argument("second", nargs="?", help="another one")
    parser.add_argument("-f", "--file", metavar="FILE", help="read both from FILE, one a line (-: standard input)")
    parser.add_argument(
        "--strict", action="store_true", help="formulas that are equal only where both have a value are not equal"
    )
    add_size(parser)
    add_verdict_format(parser)
    add_place(parser)


def run(options: argparse.Namespace) -> int:
    """Print the verdict; the exit status."""
    from symad.answers.equality.decision import equal
    from symad.commands import output
    from symad.commands.formulas import said
    from symad.errors import SymadError
    from symad.inputs.sources import located, parsed
    from symad.report.equality import equality_json

    source = None
    try:
        output.check_folder(options.output)
        formulas, texts = [], []
        for source in _sources(options):
            formulas += [said(parsed(source, options.n, alone=False), source)]
            texts += [source.text.strip()]
        source = None
        found = equal(*formulas)
        as_json = options.format == "json"
        text = equality_json(found, texts, strict=options.strict) if as_json else f"{found}\n"
        output.write(text, options.output)
    except SymadError as error:
        return output.refuse(located(source, error) if source else str(error), debug=options.debug)
    return _status(found, strict=options.strict)


def _sources(options: argparse.Namespace) -> list[Source]:
    """The two formulas; an argument that begins with a dash has a space before it."""
    from symad.commands.reading import refuse_file
    from symad.inputs.sources import Source, SourceError, read

    given = [text for text in (options.first, options.second) if text is not None]
    if options.file is not None:
        if given:
            raise SourceError("give either two formulas or -f FILE, not both")
        sources = read(None, options.file)
        if len(sources) != 2:
            raise SourceError(f"{options.file}: equal compares two formulas, one a line; there are {len(sources)}")
        return sources
    if len(given) != 2:
        raise SourceError('equal compares two formulas: symad equal "(x + 1)**2" "x**2 + 2*x + 1", or -f FILE')
    for text in given:
        refuse_file(text, "put both formulas, one a line, into one file: symad equal -f FILE")
    return [Source("", text.removeprefix(" ")) for text in given]


def _status(found: Equality, *, strict: bool) -> int:
    from symad.answers.equality.decision import PARTLY
    from symad.commands.statuses import DIFFER, OF_AGREEMENT

    return DIFFER if strict and found.verdict == PARTLY else OF_AGREEMENT[found.is_equal]
