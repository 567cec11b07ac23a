"""``symad compare``: what each way of differentiating costs, and how many digits are right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from symad.commands.options import add_answer, add_details, add_formula, add_no_check, add_point, count, seconds
from symad.commands.statuses import OF_AGREEMENT

if TYPE_CHECKING:
    import argparse

    from symad.commands.formulas import Answer, Task
    from symad.comparison.compared import Comparison
    from symad.formula.expression import Expression
    from symad.symbolic import SymbolicWorker

HELP = "what each way of differentiating costs, and how many digits are right"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Where to compare, and for how long."""
    add_formula(parser)
    add_point(parser, table=True)
    add_answer(parser)
    add_details(parser)
    add_no_check(parser)
    parser.add_argument(
        "--domain",
        metavar="NAME=LOW:HIGH",
        action="append",
        default=[],
        help="draw points from this interval, for example --domain x=0:1, or in equal ratios x=1e-6:1:log; one for "
        "each variable (without --at and --domain: 0.5:2 for each)",
    )
    parser.add_argument("--points", metavar="N", type=count, help="number of points to draw (default: 100)")
    _add_what(parser)


def _add_what(parser: argparse.ArgumentParser) -> None:
    """What every method answers, and for how long."""
    parser.add_argument(
        "--of",
        choices=("gradient", "value", "jacobian", "hessian"),
        default="gradient",
        help="what every method answers (default: gradient; jacobian and value take a tuple of outputs)",
    )
    parser.add_argument(
        "--wrt", metavar="NAMES", help="differentiate by these variables, for example --wrt x,y (default: all)"
    )
    parser.add_argument(
        "--methods",
        metavar="KEYS",
        help="symbolic, cse, forward-jacobian, simplified, factored, forward, reverse, sweep, central, one-sided, "
        "complex; with commas between them; `all`, or `default` (without simplified and factored, on which SymPy may "
        "take long)",
    )
    parser.add_argument(
        "--native", action="store_true", help="time each method's program compiled by the system's C compiler too"
    )
    parser.add_argument("--seed", metavar="N", type=int, default=0, help="seed of the draws (default: 0)")
    parser.add_argument(
        "--budget",
        metavar="SECONDS",
        type=seconds,
        help="wall clock for each comparison, at most half of it for the reference; loading SymPy is not counted "
        "(default: 10)",
    )
    parser.add_argument(
        "--baseline",
        metavar="FILE",
        help="fail with exit status 1 where operations, verdicts or digits are others than in this saved JSON answer",
    )
    parser.add_argument(
        "--errors", action="store_true", help="every answer of every method with its error, for --format json and jsonl"
    )


def run(options: argparse.Namespace) -> int:
    """Compare each formula; SymPy's process is shared, so that it is loaded once."""
    from symad.commands.baseline import Baseline
    from symad.commands.formulas import answer_all
    from symad.symbolic import Budget, SymbolicWorker

    budget = Budget() if options.budget is None else Budget(seconds=options.budget)
    baseline = Baseline()

    def check(options: argparse.Namespace) -> None:
        _check(options)
        baseline.read(options.baseline)

    with SymbolicWorker(budget) as worker:

        def answered(task: Task, expression: Expression) -> Answer:
            return baseline.compared(_answer(task, expression, worker), alone=task.alone)

        return answer_all(options, answered, check=check, long=True)


def _check(options: argparse.Namespace) -> None:
    from symad.inputs.sources import SourceError, at_table, intervals, numbers

    path = at_table(options.at)
    at, domain = path or numbers(options.at), intervals(options.domain)
    if at and domain:
        raise SourceError("give either --at or --domain, not both (a variable that stays put: --domain y=2:2)")
    if at and options.points is not None:
        what = f"{path} are the points" if path is not None else "--at is one point"
        raise SourceError(f"--points draws from --domain; {what}")


def _answer(task: Task, expression: Expression, worker: SymbolicWorker) -> Answer:
    from symad.answers.comparing import answer
    from symad.commands.formulas import Answer
    from symad.comparison.compared import compare
    from symad.inputs.points import DEFAULT_N_POINTS
    from symad.inputs.sources import intervals, numbers

    options = task.options
    at, domain = numbers(options.at) if task.table is None else {}, intervals(options.domain)
    chosen: dict[str, Any] = {"n_points": options.points or DEFAULT_N_POINTS, "seed": options.seed}
    if task.table is not None:
        chosen["points"] = task.rows(expression)
    elif at:
        chosen["at"] = task.own(at, expression, "at", "NUMBER")
    elif domain:
        chosen["domain"] = task.own(domain, expression, "domain", "LOW:HIGH")
    wrt = None if options.wrt is None else [name.strip() for name in options.wrt.split(",")]
    chosen |= {"of": options.of, "wrt": wrt, "methods": options.methods, "native": options.native}
    chosen["errors"] = options.errors
    result = compare(expression, worker=worker, **chosen)
    if not (options.format == "table" and options.details):
        answer(result, worker, spell=task.alone or options.format != "table")
    says_itself = options.format == "table" and not options.details and result.n_judged == len(result.points.array)
    if not options.no_check and not says_itself:  # the verdict of the first screen does, where every point was judged
        _warn(expression, result, options.of)
    return Answer(task.source, "compare", result, OF_AGREEMENT[result.agree], result.settings, result.machine)


def _warn(expression: Expression, result: Comparison, of: str) -> None:
    """Say on standard error how many of the program's numbers may be wrong, and why the first one."""
    import numpy as np

    from symad.commands.output import say

    kind = ("value_and_gradient" if expression.n_outputs == 1 else "jacobian") if of == "gradient" else of
    check = expression.compile().check(result.points.array, of=kind)
    rows = np.argwhere(check.doubtful)
    if len(rows):
        point, entry = (int(k) for k in rows[0])
        where = ", ".join(
            f"{name} = {x!r}" for name, x in zip(expression.variables, result.points.array[point].tolist(), strict=True)
        )
        why = check.reason(entry, point)
        say(f"warning: {len(rows)} of {check.doubtful.size} numbers are doubtful: at {where}, {why}")
