"""Whether somebody's own derivative is right, where it is wrong, and what is missing."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from symad.answers.equality.decision import EQUAL, NOT_EQUAL, PARTLY, Decision, formula
from symad.answers.equality.evaluating import FIRST_ONLY, Looker
from symad.answers.equality.joining import begin, cone
from symad.answers.equality.missing import explanation
from symad.derive.automatic import gradient, select
from symad.errors import BudgetError, ExpressionError, SymadError, UnsupportedError
from symad.formula.expression import one_output
from symad.system.clocks import within

if TYPE_CHECKING:
    from fractions import Fraction

    import sympy

    from symad.answers.equality.evaluating import Look
    from symad.formula.expression import Expression

RIGHT, RIGHT_PARTLY, WRONG, UNDECIDED = "right", "right where it has a value", "wrong", "undecided"
SECONDS = 2.0
_WORDS = {EQUAL: RIGHT, PARTLY: RIGHT_PARTLY, NOT_EQUAL: WRONG}
_WALL_SECONDS = 6.0  # the same on the wall, where others use the machine too
_SEARCH_SECONDS = 4.0  # for what is missing
_UNEXPLAINED = "no single missing factor or term explains it"
_SLOPE = re.compile(r"\s*(?:[d∂]\w*\s*/\s*[d∂]\s*(?P<long>\w+)|[d∂](?P<short>\w+))\s*=(?!=)")
_NAMED = re.compile(r"\s*[A-Za-z_]\w*\s*(\([^()]*\))?\s*=(?!=)")


@dataclass(frozen=True, slots=True)
class Grade:
    """One derivative of somebody's own.

    Attributes
    ----------
    variable : str
    verdict : {"right", "right where it has a value", "wrong", "undecided"}
    reason : str
        Where it is wrong, or why it is undecided; "" where it is right.
    missing : str or None
        What is missing or wrong, as a phrase: ``the factor 2*x (the slope of x**2)``; None where no single thing is.
    explanation : str
        The same as a sentence; "" unless it is wrong.
    point : mapping of str to Fraction or None
    values : tuple of str or None
        Yours and the right one there.
    """

    variable: str
    verdict: str
    reason: str = ""
    missing: str | None = None
    explanation: str = ""
    point: Mapping[str, Fraction] | None = None
    values: tuple[str, str] | None = None

    @property
    def is_right(self) -> bool | None:
        """Whether it is right, at least where it has a value; None where that is undecided."""
        return {UNDECIDED: None, WRONG: False}.get(self.verdict, True)

    def __str__(self) -> str:
        between = " " if self.verdict == WRONG else "; " if self.verdict == RIGHT_PARTLY else ": "
        text = f"d{self.variable}: {self.verdict}" + (f"{between}{self.reason}" if self.reason else "")
        return text + (f"\n    {self.explanation}" if self.explanation else "")


class Grades(Mapping[str, Grade]):
    """Grades by variable; `str` of them is what ``symad grade`` prints."""

    def __init__(self, grades: Mapping[str, Grade]) -> None:
        self._grades = dict(grades)

    def __getitem__(self, variable: str) -> Grade:
        return self._grades[variable]

    def __iter__(self) -> Iterator[str]:
        return iter(self._grades)

    def __len__(self) -> int:
        return len(self._grades)

    @property
    def is_right(self) -> bool | None:
        """Whether all are right; None where none is wrong but one is undecided."""
        found = [grade.is_right for grade in self.values()]
        return False if False in found else None if None in found else True

    def __str__(self) -> str:
        return "\n".join(map(str, self.values()))

    def __repr__(self) -> str:
        return f"<Grades {', '.join(f'd{name}: {grade.verdict}' for name, grade in self.items())}>"


def grade(f: str | Expression | sympy.Basic, mine: str | Mapping[str, str | Expression | sympy.Basic]) -> Grades:
    """Judge derivatives that somebody has worked out, and say what is missing in a wrong one.

    Parameters
    ----------
    f : str, Expression or SymPy
        The formula, with one output.
    mine : str or mapping of str to str, Expression or SymPy
        The derivatives by variable, or a text such as ``"dx = 2*x; dy = 1"``. They may use names that the program
        binds. No text is executed.

    Returns
    -------
    Grades
        A mapping from variables to `Grade`.

    Raises
    ------
    ParseError
        If a text is no formula.
    ExpressionError
        If something is not a derivative by a variable of the formula.

    See Also
    --------
    symad.equal : whether two formulas are the same.
    symad.diff : the right derivative.

    Examples
    --------
    >>> print(symad.grade("sin(x**2)", {"x": "cos(x**2)"}))
    dx: wrong at x = 0: yours is 1, right is 0
        the factor 2*x is missing (the slope of x**2)
    """
    expression = formula(f)
    one_output(expression, "grade")
    given = read_mine(expression, mine) if isinstance(mine, str) else dict(mine)
    for name in given:
        if name not in expression.variables:
            known = ", ".join(expression.variables) or "none"
            raise ExpressionError(f"{name!r} is no variable of the formula (variables: {known})")
    return Grades({name: _graded(expression, name, formula(one)) for name, one in given.items()})


def read_mine(expression: Expression, text: str) -> dict[str, str]:
    """The derivatives of a text: ``dx = ...; df/dy = ...``, or one formula alone where there is one variable.

    Other names that the text binds are kept for the derivatives behind them.
    """
    bound: list[str] = []
    found: dict[str, str] = {}
    for piece in re.split(r"[;\n]", re.sub(r"#[^\n]*", "", text)):
        if not piece.strip():
            continue
        match = _SLOPE.match(piece)
        name = (match["long"] or match["short"]) if match else None
        if name is None and _NAMED.match(piece):
            bound.append(piece.strip())
            continue
        if name is None:
            if len(expression.variables) != 1:
                names = "; ".join(f"d{one} = ..." for one in expression.variables[:3])
                raise ExpressionError(f"which derivative is {piece.strip()!r}? Write {names}")
            name = expression.variables[0]
        body = piece[match.end() :] if match else piece
        if name in found:
            raise ExpressionError(f"d{name} is given twice")
        if name not in expression.variables:
            known = ", ".join(expression.variables) or "none"
            raise ExpressionError(f"d{name}: {name} is no variable of the formula (variables: {known})")
        found[name] = "; ".join([*bound, body.strip()])
    if not found:
        raise ExpressionError("there is no derivative in it: write dx = ...")
    return found


def _graded(f: Expression, variable: str, mine: Expression) -> Grade:
    one_output(mine, f"d{variable}")
    right = select(gradient(f), [f.variables.index(variable)])
    joint = joint_of(f, mine, right)
    looker = Looker(joint, watched=cone(joint, joint.outputs[2]))
    decision = Decision(joint, words=("yours", "right"), looker=looker, skip=_skip, end=time.thread_time() + SECONDS)
    try:
        found = within(_WALL_SECONDS, "the comparison", decision.equality)
    except BudgetError:
        return Grade(variable, UNDECIDED, "the time was not enough")
    except UnsupportedError as error:
        return Grade(variable, UNDECIDED, str(error))
    verdict = _WORDS.get(found.verdict, UNDECIDED)
    reason = "" if verdict == RIGHT else found.reason.replace(" yours ", ": yours ", 1)
    if verdict != WRONG:
        return Grade(variable, verdict, reason, point=found.point, values=found.values)
    reason, answer = reason.replace(", right ", ", right is ", 1), None
    with suppress(SymadError):  # no guess is worth more than the verdict
        answer = within(_SEARCH_SECONDS, "the search", lambda: explanation(f, variable, mine))
    missing, sentence = answer or (None, _UNEXPLAINED)
    return Grade(variable, verdict, reason, missing, sentence, found.point, found.values)


def joint_of(f: Expression, mine: Expression, right: Expression) -> Expression:
    """The outputs yours, right and f; names that f binds are its nodes wherever yours uses them."""
    joiner, nodes, names = begin(f, mine)
    ours = joiner.add(mine, names)
    theirs = joiner.add(right)
    return joiner.finish([ours[mine.outputs[0]], theirs[right.outputs[0]], nodes[f.outputs[0]]])


def _skip(look: Look, found: int) -> bool:
    """Points at which the formula has no slope, so that nothing can be wrong."""
    return look.on_border or look.kinds[2] != "number" or found == FIRST_ONLY
