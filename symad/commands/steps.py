"""``symad steps``: both sweeps at one point by the text's own names, or forward mode with dual numbers."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from symad.commands.options import add_answer, add_formula, add_point

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from symad.commands.formulas import Answer, Refusal, Task
    from symad.formula.expression import Expression
    from symad.lecture.listing import Listing
    from symad.symbolic import SymbolicWorker
    from symad.tape.tape import Tape

HELP = "the forward and the reverse sweep at one point, by the text's own names"
_MOST = 4  # passes of forward mode that are shown unasked


def add_options(parser: argparse.ArgumentParser) -> None:
    """The point, what is shown of the sweeps, and the form of the answer."""
    add_formula(parser)
    add_point(parser, table=True)
    add_answer(parser)
    parser.add_argument("--each", action="store_true", help="a line for every operation, not for every statement")
    parser.add_argument(
        "--forward", action="store_true", help="forward mode instead: dual numbers, one pass for each variable"
    )
    parser.add_argument(
        "--wrt", metavar="NAMES", help=f"the variables of --forward, for example --wrt x,y (default: the first {_MOST})"
    )
    parser.add_argument(
        "--digits", metavar="N", type=_digits, default=6, help="digits of each number (default: 6; 17 are all)"
    )


def _digits(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 17:
        raise argparse.ArgumentTypeError(f"{text.strip()!r} is no number of digits: write one from 1 to 17")
    return int(text)


def run(options: argparse.Namespace) -> int:
    """List the sweeps of each formula; SymPy's process is shared, and started only where it is asked."""
    from symad.commands.formulas import answer_all
    from symad.symbolic import SymbolicWorker

    with SymbolicWorker() as worker:
        return answer_all(options, lambda task, expression: _answer(task, expression, worker), check=_check)


def _check(options: argparse.Namespace) -> None:
    from symad.inputs.sources import SourceError

    if options.wrt is not None and not options.forward:
        raise SourceError("--wrt is for --forward: one backward sweep gives the slope by every variable")


def _answer(task: Task, expression: Expression, worker: SymbolicWorker) -> list[Answer | Refusal]:
    from symad.commands.formulas import Answer, each_place
    from symad.formula.expression import one_output

    one_output(expression, "steps")
    tape = expression.compile()
    return each_place(task, expression, lambda x: Answer(task.source, "steps", _listing(task, tape, x, worker)))


def _listing(task: Task, tape: Tape, x: NDArray[np.float64], worker: SymbolicWorker) -> Listing:
    import numpy as np

    from symad.lecture.lesson import listing
    from symad.lecture.spelling import Textbook
    from symad.tape.sweeps import trace

    options, names = task.options, tape.variables
    by = _wrt(options.wrt, names) if options.forward else []
    seeds = np.eye(len(names))
    tangents = {name: trace(tape.expression, x, seeds[names.index(name)], tangent=True) for name in by}
    return listing(
        tape.sweep(x), each=options.each, spell=Textbook(worker), tangents=tangents, digits=options.digits
    )  # fmt: skip


def _wrt(given: str | None, names: tuple[str, ...]) -> list[str]:
    """The variables of the passes."""
    from symad.errors import ExpressionError

    if given is None:
        return list(names[:_MOST])
    asked = [name.strip() for name in given.split(",")]
    unknown = [name for name in asked if name not in names]
    if unknown:
        raise ExpressionError(f"--wrt: {', '.join(unknown)} is no variable of the formula ({', '.join(names)})")
    return asked
