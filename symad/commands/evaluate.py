"""``symad eval``: the value at one point, and the gradient."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symad.commands.options import add_answer, add_formula, add_point

if TYPE_CHECKING:
    import argparse

    from symad.commands.formulas import Answer, Task
    from symad.expression import Expression

HELP = "the value at one point, with --grad also the gradient"


def add_options(parser: argparse.ArgumentParser) -> None:
    """The point, and whether slopes are wanted."""
    add_formula(parser)
    add_point(parser)
    add_answer(parser)
    parser.add_argument("--grad", action="store_true", help="also the gradient, or the Jacobian of a tuple")


def run(options: argparse.Namespace) -> int:
    """Evaluate each formula."""
    from symad.commands.formulas import answer_all

    return answer_all(options, _answer)


def _answer(task: Task, expression: Expression) -> Answer:
    from symad.commands.formulas import Answer
    from symad.commands.output import say
    from symad.report.values import Values

    tape, names, x = expression.compile(), expression.variables, task.point(expression)
    outputs = [float(value) for value in tape.value(x).reshape(-1)]
    slopes = None
    if task.options.grad:
        rows = tape.jacobian(x) if names else [()] * len(outputs)
        slopes = tuple(dict(zip(names, map(float, row), strict=True)) for row in rows)
    if expression.n_outputs == 1 and (status := tape.sweep(x).status):
        say(f"warning: {status}")
    at = dict(zip(names, map(float, x), strict=True))
    return Answer(task.source, "eval", Values(task.source.text, at, tuple(outputs), slopes))
