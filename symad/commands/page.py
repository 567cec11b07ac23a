"""``symad page``: a lesson in one HTML file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symad.commands.options import add_place, add_point, size

if TYPE_CHECKING:
    import argparse

HELP = "a formula and its derivative as one HTML file, computed in the browser without a network"


def add_options(parser: argparse.ArgumentParser) -> None:
    """What the page begins with, its menu, and where it goes."""
    parser.add_argument("formula", nargs="?", help="the formula that the page begins with, in quotes")
    parser.add_argument("--n", metavar="SIZE", type=size, help="what n stands for in a family")
    add_point(parser)
    parser.add_argument(
        "--examples",
        metavar="FILE",
        help="fill the page's menu from FILE, a formula a line: `name: formula @ x=2, y=pi/3`",
    )
    add_place(parser)
    parser.add_argument("--open", action="store_true", help="open the page in the browser")


def run(options: argparse.Namespace) -> int:
    """Write one page."""
    from symad.commands import output
    from symad.commands.statuses import AGREE
    from symad.errors import SymadError
    from symad.inputs.sources import Source, SourceError, located, numbers, read
    from symad.page.writing import lesson_page

    source = Source("", (options.formula or "").strip())
    try:
        if options.open and options.output in ("-", "/dev/stdout"):
            raise SourceError("--open needs a file: give -o page.html, or leave -o out")
        output.check_folder(options.output)
        examples = read(None, options.examples) if options.examples else []
        at = numbers(options.at)
        if at and not source.text:
            raise SourceError("--at belongs to a formula: give one, such as symad page 'x*sin(x)' --at x=2")
        text = lesson_page(source, at=at, n=options.n, examples=examples, say=output.say)
        if options.open:
            _show(text, options.output)
        else:
            output.write(text, options.output)
    except SymadError as error:
        return output.refuse(located(source, error), debug=options.debug)
    return AGREE


def _show(text: str, path: str | None) -> None:
    """Write the page, beside nothing of the user's where no place is given, and let the browser open it."""
    import tempfile
    import webbrowser
    from pathlib import Path

    from symad.commands import output

    file = Path(path) if path else Path(tempfile.mkdtemp(prefix="symad-")) / "lesson.html"
    output.write(text, str(file))
    if not webbrowser.open(file.resolve().as_uri()):
        output.say(f"no browser could be opened: the page is {file}")
