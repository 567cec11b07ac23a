"""``symad diff``: the derivative itself, as a person writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symad.commands.options import add_answer, add_formula, add_point, seconds

if TYPE_CHECKING:
    import argparse

    from symad.commands.formulas import Answer, Refusal, Task
    from symad.formula.expression import Expression
    from symad.symbolic import SymbolicWorker

HELP = "the derivative itself, in the names of the formula; with --at its value"
_FORMS = ("named", "simplified", "raw", "latex", "program")


def add_options(parser: argparse.ArgumentParser) -> None:
    """The variables, the form, and the point if there is one."""
    add_formula(parser)
    add_point(parser, table=True)
    add_answer(parser)
    parser.add_argument(
        "--wrt", metavar="NAMES", help="differentiate by these variables, for example --wrt x,y (default: all)"
    )
    parser.add_argument(
        "--form",
        choices=_FORMS,
        help="named: in the names of the formula; simplified: the shortest of what SymPy finds; raw: what its diff "
        "returns; latex: the right-hand side in LaTeX; program: reverse mode (default: named for a text with names, "
        "else simplified)",
    )
    parser.add_argument("--order", type=int, choices=(1, 2), default=1, help="2: all second derivatives (default: 1)")
    parser.add_argument(
        "--budget",
        metavar="SECONDS",
        type=seconds,
        default=10.0,
        help="for SymPy, and for the values; loading SymPy is not counted (default: 10)",
    )


def run(options: argparse.Namespace) -> int:
    """Differentiate each formula; SymPy's process is shared, so that it is loaded once."""
    from symad.commands.formulas import answer_all
    from symad.symbolic import Budget, SymbolicWorker

    with SymbolicWorker(Budget(seconds=options.budget)) as worker:
        return answer_all(options, lambda task, expression: _answers(task, expression, worker))


def _answers(task: Task, expression: Expression, worker: SymbolicWorker) -> Answer | Refusal | list[Answer | Refusal]:
    """One answer, or one for each point of a table."""
    from symad.commands.formulas import each_place

    if not task.options.at:
        return _answer(task, expression, worker, None)
    names = expression.variables
    return each_place(
        task, expression, lambda x: _answer(task, expression, worker, dict(zip(names, map(float, x), strict=True)))
    )


def _answer(
    task: Task, expression: Expression, worker: SymbolicWorker, at: dict[str, float] | None
) -> Answer | Refusal:
    from symad.answers.derivative import derivative
    from symad.commands.formulas import Answer, Refusal
    from symad.commands.output import say
    from symad.commands.statuses import AGREE, UNDECIDED
    from symad.errors import BudgetError
    from symad.report.derivative import LATEX, shown

    options = task.options
    wrt = None if options.wrt is None else [name.strip() for name in options.wrt.split(",")]
    latex = options.form == LATEX
    form = None if latex else options.form
    try:
        found = derivative(
            expression, wrt=wrt, form=form, at=at, order=options.order, seconds=options.budget, worker=worker
        )
    except BudgetError as error:
        say(f"{error}; --form program needs no SymPy")
        return Refusal(task.source, "diff", str(error), UNDECIDED)
    if found.note:
        say(f"note: {found.note}")
    doubtful = [slope.name for slope in found.slopes if slope.number is not None and slope.number.is_doubtful]
    if doubtful:
        which = ", ".join(doubtful[:8])
        say(f"warning: the value of {which} is doubtful: 50 digits did not settle in {options.budget:g} s")
    result = shown(found, task.source.text, latex=latex)
    return Answer(task.source, "diff", result, UNDECIDED if doubtful else AGREE)
