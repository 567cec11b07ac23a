"""``symad eval``: the value at one point, and the gradient; always checked, and what is doubtful is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symad.commands.options import add_answer, add_check, add_formula, add_point

if TYPE_CHECKING:
    import argparse

    from symad.checking import Check
    from symad.commands.formulas import Answer, Task
    from symad.expression import Expression

HELP = "the value at one point, with --grad also the gradient"
_SHOWN = 8  # doubtful numbers that are named one by one


def add_options(parser: argparse.ArgumentParser) -> None:
    """The point, whether slopes are wanted, and what counts as doubtful."""
    add_formula(parser)
    add_point(parser)
    add_answer(parser)
    add_check(parser)
    parser.add_argument("--grad", action="store_true", help="also the gradient, or the Jacobian of a tuple")


def run(options: argparse.Namespace) -> int:
    """Evaluate each formula."""
    from symad.commands.formulas import answer_all

    return answer_all(options, _answer)


def _answer(task: Task, expression: Expression) -> Answer:
    from symad.commands.formulas import Answer
    from symad.commands.statuses import AGREE, UNDECIDED
    from symad.report.values import Values

    tape, names, x = expression.compile(), expression.variables, task.point(expression)
    outputs = [float(value) for value in tape.value(x).reshape(-1)]
    slopes = None
    if task.options.grad:
        rows = tape.jacobian(x).tolist() if names else [()] * len(outputs)
        slopes = tuple(dict(zip(names, row, strict=True)) for row in rows)
    doubtful = 0
    if not task.options.no_check:
        for of in ("value", "jacobian") if task.options.grad and names else ("value",):
            doubtful += _tell(tape.check(x, of=of, rtol=task.options.rtol), _labels(expression, of))
    status = UNDECIDED if doubtful else AGREE
    at = dict(zip(names, map(float, x), strict=True))
    return Answer(task.source, "eval", Values(task.source.text, at, tuple(outputs), slopes), status=status)


def _labels(expression: Expression, of: str) -> list[str]:
    """What each number of a check is called, as the answer calls it."""
    n = expression.n_outputs
    outputs = ["f"] if n == 1 else [f"f{k + 1}" for k in range(n)]
    if of == "value":
        return outputs
    return [f"d{f}/d{name}" for f in outputs for name in expression.variables]


def _tell(check: Check, labels: list[str]) -> int:
    """Name the doubtful numbers on standard error, each with what makes it so; how many there are."""
    from symad.commands.output import say
    from symad.report.numbers import shortest

    doubtful = [k for k, one in enumerate(check.doubtful) if one]
    for k in doubtful[:_SHOWN]:
        say(f"warning: {labels[k]} = {shortest(float(check.numbers[k]))} is doubtful: {check.reason(k)}")
    if len(doubtful) > _SHOWN:
        say(f"warning: {len(doubtful) - _SHOWN} more numbers are doubtful")
    return len(doubtful)
