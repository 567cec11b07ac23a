"""``symad steps``: the forward and the reverse sweep at one point, every number of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symad.commands.options import add_answer, add_formula, add_point

if TYPE_CHECKING:
    import argparse

    from symad.commands.formulas import Answer, Task
    from symad.formula.expression import Expression

HELP = "the forward and the reverse sweep at one point, every number of them"


def add_options(parser: argparse.ArgumentParser) -> None:
    """The point, and the form of the answer."""
    add_formula(parser)
    add_point(parser)
    add_answer(parser)


def run(options: argparse.Namespace) -> int:
    """List the sweeps of each formula."""
    from symad.commands.formulas import answer_all

    return answer_all(options, _answer)


def _answer(task: Task, expression: Expression) -> Answer:
    from symad.commands.formulas import Answer
    from symad.formula.expression import one_output
    from symad.lecture.listing import listing

    one_output(expression, "steps")
    return Answer(task.source, "steps", listing(expression.compile().sweep(task.point(expression))))
