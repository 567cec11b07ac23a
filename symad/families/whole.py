"""Formulas of whole numbers: bounds of loops and indices of names. Own operators, own stack, no eval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from symad.families.tokens import Place, Token

LARGEST = 10**9  # of any number on the way, either sign
_RANK = {"+": 1, "-": 1, "*": 2, "//": 2, "%": 2, "negative": 3, "**": 4}
_RIGHT = {"negative", "**"}  # a sign and a power bind what follows them first


@dataclass(frozen=True, slots=True)
class Step:
    """One step on a stack: a number, a name, or an operator that takes its operands off it."""

    what: str
    start: int


@dataclass(frozen=True, slots=True)
class Whole:
    """A formula in the order in which it is computed."""

    steps: tuple[Step, ...]
    start: int


def read(tokens: Sequence[Token], start: int, place: Place) -> Whole:
    """A formula of numbers, names, + - * // % ** and parentheses, by the shunting yard."""
    out: list[Step] = []
    waiting: list[Step] = []
    operand_next = True
    for token in tokens:
        operand_next = _take(token, out, waiting, operand_next, place)
    if operand_next:
        where = tokens[-1].start if tokens else start
        place.error(where, "a whole number is missing here" if not tokens else "a whole number is missing after this")
    out += reversed(waiting)
    return Whole(tuple(out), tokens[0].start)


def _take(token: Token, out: list[Step], waiting: list[Step], operand_next: bool, place: Place) -> bool:
    """Place one token; whether an operand must follow it."""
    text, start = token.text, token.start
    if operand_next:
        if token.kind == "name" or (token.kind == "number" and text.isdigit()):
            out.append(Step(text, start))
            return False
        if text not in ("(", "-"):
            place.error(start, f"expected a whole number or an index, not `{text}`")
        waiting.append(Step("negative" if text == "-" else "(", start))
        return True
    if text == ")":
        while waiting[-1].what != "(":
            out.append(waiting.pop())
        waiting.pop()
        return False
    if text == "/":
        place.error(start, "indices are whole numbers: write // for the quotient rounded down")
    if text not in _RANK:
        place.error(start, f"expected one of + - * // % ** in a formula of whole numbers, not `{text}`")
    while waiting and waiting[-1].what != "(" and _before(waiting[-1].what, text):
        out.append(waiting.pop())
    waiting.append(Step(text, start))
    return True


def _before(earlier: str, later: str) -> bool:
    """Whether an operator that waits is computed before one that comes."""
    return _RANK[earlier] > _RANK[later] or (_RANK[earlier] == _RANK[later] and later not in _RIGHT)


def value(formula: Whole, names: Mapping[str, int], place: Place) -> int:
    """The number of a formula."""
    stack: list[int] = []
    for step in formula.steps:
        if step.what == "negative":
            stack.append(-stack.pop())
        elif step.what in _RANK:
            right, left = stack.pop(), stack.pop()
            stack.append(_binary(step, left, right, place))
        else:
            stack.append(_operand(step, names, place))
    return stack[0]


def _operand(step: Step, names: Mapping[str, int], place: Place) -> int:
    if step.what.isdigit():
        if len(step.what) > len(str(LARGEST)) or int(step.what) > LARGEST:
            place.error(step.start, f"a number beyond {LARGEST:,} in an index or a bound", limit=True)
        return int(step.what)
    if step.what not in names:
        place.error(step.start, f"`{step.what}` is no index here; there are {', '.join(names)}")
    return names[step.what]


def _binary(step: Step, left: int, right: int, place: Place) -> int:
    if step.what in ("//", "%") and right == 0:
        place.error(step.start, "division by zero")
    if step.what == "**":
        return _power(step, left, right, place)
    found = {
        "+": lambda: left + right,
        "-": lambda: left - right,
        "*": lambda: left * right,
        "//": lambda: left // right,
        "%": lambda: left % right,
    }[step.what]()
    return _bounded(step, found, place)


def _power(step: Step, base: int, exponent: int, place: Place) -> int:
    if exponent < 0:
        place.error(step.start, f"{base}**({exponent}) is no whole number")
    if exponent * max(1, abs(base).bit_length() - 1) > LARGEST.bit_length() and abs(base) > 1:
        place.error(step.start, f"a number beyond {LARGEST:,} in an index or a bound", limit=True)
    return _bounded(step, base ** (exponent if abs(base) > 1 else exponent % 2 + 2 * (exponent > 0)), place)


def _bounded(step: Step, found: int, place: Place) -> int:
    if abs(found) > LARGEST:
        place.error(step.start, f"a number beyond {LARGEST:,} in an index or a bound", limit=True)
    return found
