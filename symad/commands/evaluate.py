"""``symad eval``: the value at one point, and the gradient; always checked, and what is doubtful is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symad.commands.options import add_answer, add_check, add_formula, add_point

if TYPE_CHECKING:
    import argparse

    import numpy as np
    from numpy.typing import NDArray

    from symad.commands.formulas import Answer, Refusal, Task
    from symad.formula.expression import Expression
    from symad.tape.checking import Check
    from symad.tape.tape import Tape

HELP = "the value at one point, with --grad also the gradient"
_SAYS = {"agreed": "two precisions agree", "limit": "the limit, by differences"}
_SHOWN = 8  # doubtful numbers that are named one by one


def add_options(parser: argparse.ArgumentParser) -> None:
    """The point, whether slopes are wanted, and what counts as doubtful."""
    add_formula(parser)
    add_point(parser, table=True)
    add_answer(parser)
    add_check(parser)
    parser.add_argument("--grad", action="store_true", help="also the gradient, or the Jacobian of a tuple")


def run(options: argparse.Namespace) -> int:
    """Evaluate each formula."""
    from symad.commands.formulas import answer_all

    return answer_all(options, _answers)


def _answers(task: Task, expression: Expression) -> list[Answer | Refusal]:
    from symad.commands.formulas import each_place

    tape = expression.compile()
    return each_place(task, expression, lambda x: _answer(task, tape, x))


def _answer(task: Task, tape: Tape, x: NDArray[np.float64]) -> Answer:
    import numpy as np

    from symad.commands.formulas import Answer
    from symad.commands.statuses import AGREE, UNDECIDED
    from symad.inputs.frames import output_names
    from symad.report.values import Values

    names = tape.variables
    outputs, slopes = tape.value(x).reshape(-1), None
    if task.options.grad:
        slopes = tape.jacobian(x).reshape(-1, len(names)) if names else np.empty((len(outputs), 0))
    doubtful = 0
    if not task.options.no_check:
        outputs, doubtful = _checked(task, tape, x, "value")
        if slopes is not None and names:
            found, more = _checked(task, tape, x, "jacobian")
            slopes, doubtful = found.reshape(slopes.shape), doubtful + more
    at = dict(zip(names, map(float, x), strict=True))
    rows = None if slopes is None else tuple(dict(zip(names, row, strict=True)) for row in slopes.tolist())
    called = output_names(tape.output_names)
    result = Values(task.source.text, at, tuple(outputs.tolist()), rows, called)
    return Answer(task.source, "eval", result, status=UNDECIDED if doubtful else AGREE)


def _checked(task: Task, tape: Tape, x: NDArray[np.float64], of: str) -> tuple[NDArray[np.float64], int]:
    """The numbers, some of them with more digits where that was asked for, and how many of them are doubtful."""
    check = tape.check(x, of=of, rtol=task.options.rtol, refine=task.options.refine)
    return check.numbers, _tell(check, _labels(tape.expression, of))


def _labels(expression: Expression, of: str) -> list[str]:
    """What each number of a check is called, as the answer calls it."""
    from symad.inputs.frames import output_names

    outputs = output_names(expression.output_names)
    if of == "value":
        return list(outputs)
    return [f"d{f}/d{name}" for f in outputs for name in expression.variables]


def _tell(check: Check, labels: list[str]) -> int:
    """Name the doubtful numbers on standard error, each with what makes it so; how many there are."""
    from symad.commands.output import say
    from symad.formula.numbers import shortest

    doubtful = [k for k, one in enumerate(check.doubtful) if one]
    for k, certificate in enumerate(check.certificates.tolist()):
        if certificate:
            say(
                f"{labels[k]} = {shortest(float(check.numbers[k]))} was computed with more digits: {_SAYS[certificate]}"
            )
    for k in doubtful[:_SHOWN]:
        say(f"warning: {labels[k]} = {shortest(float(check.numbers[k]))} is doubtful: {check.reason(k)}")
    if len(doubtful) > _SHOWN:
        say(f"warning: {len(doubtful) - _SHOWN} more numbers are doubtful")
    return len(doubtful)
