"""``symad survey``: files of formulas compared by many workers, and what came out, summed up."""

from __future__ import annotations

import shutil
import sys
from time import monotonic
from typing import TYPE_CHECKING, Any

from symad.commands import output
from symad.commands.options import add_answer, add_whole, count, seconds, size
from symad.commands.statuses import INTERRUPTED, OF_AGREEMENT, USAGE, gravest

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from symad.surveys import Survey

HELP = "how the ways of differentiating do on thousands of formulas: who wins where, swell, digits, failures"
FORMATS = ("table", "markdown", "html", "json")


def add_options(parser: argparse.ArgumentParser) -> None:
    """The formulas, the workers, where answers are kept, and what is asked of each formula."""
    parser.add_argument(
        "files",
        nargs="*",
        metavar="FILE",
        help="formulas, one a line; what stands before a slash in a name groups them in the sums "
        "(`physics/pendulum: ...`); without files the answers in --results are summed up",
    )
    add_whole(parser)
    parser.add_argument(
        "--results",
        metavar="FILE",
        help="write every answer to this file, in JSON Lines as of compare; with a file that exists the survey goes on",
    )
    parser.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        default="local",
        help="local: processes of this machine (default); or the address of a Dask scheduler, such as tcp://host:8786",
    )
    parser.add_argument("--workers", metavar="N", type=count, help="how many formulas at a time (default: processors)")
    parser.add_argument("--chunk", metavar="N", type=count, help="formulas that a worker gets at a time (at most 16)")
    parser.add_argument(
        "--domain",
        metavar="NAME=LOW:HIGH",
        action="append",
        default=[],
        help="draw points of this variable from this interval, in every formula that has it (default: 0.5:2)",
    )
    parser.add_argument("--points", metavar="N", type=count, help="points in each formula (default: 5)")
    parser.add_argument("--seed", metavar="N", type=int, default=0, help="seed of the draws (default: 0)")
    parser.add_argument(
        "--of", choices=("gradient", "value", "jacobian", "hessian"), default="gradient", help="as for compare"
    )
    parser.add_argument("--n", metavar="SIZE", type=size, help="what n stands for in families among the formulas")
    parser.add_argument("--methods", metavar="KEYS", help="as for compare, with commas between them")
    parser.add_argument("--budget", metavar="SECONDS", type=seconds, help="wall clock for each formula (default: 2)")
    parser.add_argument("--no-timings", action="store_true", help="measure no times, which is half of the work")
    add_answer(parser, FORMATS)


def run(options: argparse.Namespace) -> int:
    """Survey; after an interrupt with what was done until then."""
    from symad.errors import SymadError

    try:
        output.check_folder(options.output)
        output.check_folder(options.results, "--results")
        found = _surveyed(options)
        output.write(_rendered(found, options.format), options.output)
    except SymadError as error:
        return output.refuse(str(error), debug=options.debug)
    if not found.complete:
        again = "the same command goes on from there" if options.results else "--results FILE would have kept it"
        output.say(f"interrupted: {len(found.formulas)} of {found.n_asked} formulas are done; {again}")
        return INTERRUPTED
    return gravest(USAGE if one.error else OF_AGREEMENT[one.agree] for one in found.formulas)


def _surveyed(options: argparse.Namespace) -> Survey:
    from symad.commands.reading import of_file
    from symad.inputs.sources import SourceError, intervals
    from symad.surveys import BUDGET_S, N_POINTS, saved, survey

    if not options.files:
        if not options.results:
            raise SourceError("formulas are missing: give files of them, or --results FILE of a survey to sum up")
        return saved(options.results)
    sources = [source for path in options.files for source in of_file(path, options)]
    asked: dict[str, Any] = {"n_points": options.points or N_POINTS, "budget": options.budget or BUDGET_S}
    asked |= {"seed": options.seed, "of": options.of, "methods": options.methods, "timings": not options.no_timings}
    asked["n"] = options.n
    where = {"scheduler": options.scheduler, "workers": options.workers, "chunk_size": options.chunk}
    domain, progress = intervals(options.domain), _progress()
    return survey(sources, results=options.results, domain=domain, progress=progress, **where, **asked)


def _progress() -> Callable[[int, int], None] | None:
    """A line on a terminal, wiped out by the next one and by the last."""
    if not output.wipes(sys.stderr):
        return None
    began: list[tuple[float, int]] = []  # the first call tells how much an earlier run had done

    def show(done: int, asked: int) -> None:
        began[:] = began or [(monotonic(), done)]
        since, first = began[0]
        left = output.about_left(done - first, asked - done, monotonic() - since)
        output.progress(f"{done:,} of {asked:,} formulas{left}" if done < asked else "")

    return show


def _rendered(found: Survey, form: str) -> str:
    from symad.report import grid, html, survey

    width = shutil.get_terminal_size((grid.DEFAULT_WIDTH, 24)).columns
    write: dict[str, Callable[[], str]] = {"json": found.to_json, "markdown": found.to_markdown}
    write["html"] = lambda: html.page(found.to_dict(), [(f"{found.n_asked:,} formulas", found)])
    return write.get(form, lambda: survey.to_text(found, width))()
