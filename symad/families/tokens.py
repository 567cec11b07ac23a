"""Tokens of a family's text, each with its place. Knows no meaning but that of brackets, which must match."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from symad.errors import LimitError, ParseError
from symad.parsing import picture

if TYPE_CHECKING:
    from collections.abc import Iterator

# Each alternative begins with a character of its own, so that nothing is tried twice.
_TOKEN = re.compile(
    r"(?P<name>[A-Za-z_][A-Za-z_0-9]*)"
    r"|(?P<number>[0-9]+(?:\.(?!\.)[0-9]*)?(?:[eE][+-]?[0-9]+)?|\.(?!\.)[0-9]+(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<comment>#[^\n]*)"
    r"|(?P<space>[ \t\r\f\v]+)"
    r"|(?P<sign>\.\.|\*\*|//|[=<>!]=|[^A-Za-z_0-9# \t\r\f\v])"
)
_CLOSING = {"(": ")", "[": "]", "{": "}"}


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of text: its kind (name, number or sign), where it starts, and whether it touches the one before."""

    kind: str
    text: str
    start: int
    touches: bool = False


class Place:
    """The text of a family, for messages that point into it."""

    def __init__(self, text: str) -> None:
        self.text = text

    def error(self, start: int, reason: str, *, limit: bool = False) -> NoReturn:
        """Raise a ParseError, or a LimitError, with line, column and a caret."""
        line, column = self.line_and_column(start)
        before = len(self.text[:start].encode("utf-8", "surrogatepass"))
        shown = picture(self.text.encode("utf-8", "surrogatepass"), before)
        message = f"line {line}, column {column}: {reason}\n{shown}"
        raise (LimitError if limit else ParseError)(message, line=line, column=column, reason=reason)

    def line_and_column(self, start: int) -> tuple[int, int]:
        """Both counted from 1, in characters."""
        return self.text.count("\n", 0, start) + 1, start - self.text.rfind("\n", 0, start)


def tokens(place: Place) -> list[Token]:
    """All tokens but blanks and comments; a line's end is one, save inside brackets other than those of a block."""
    found: list[Token] = []
    open_: list[Token] = []
    end = 0
    for match in _TOKEN.finditer(place.text):
        kind, text = str(match.lastgroup), match.group()
        if kind in ("comment", "space"):
            continue
        token = Token(kind, text, match.start(), match.start() == end)
        end = match.end()
        _match(token, open_, place)
        if text != "\n" or not any(one.text in "([" for one in open_):
            found.append(token)
    if open_:
        place.error(open_[-1].start, f"this `{open_[-1].text}` is never closed")
    return found


def _match(token: Token, open_: list[Token], place: Place) -> None:
    if token.text in _CLOSING:
        open_.append(token)
    elif token.text in (")", "]", "}"):
        if not open_:
            place.error(token.start, f"this `{token.text}` closes nothing")
        opened = open_.pop()
        if _CLOSING[opened.text] != token.text:
            place.error(token.start, f"`{opened.text}` is closed by `{token.text}`")


def closing(found: list[Token]) -> dict[int, int]:
    """For the index of each opening bracket the index of the one that closes it."""
    return dict(_pairs(found))


def _pairs(found: list[Token]) -> Iterator[tuple[int, int]]:
    stack: list[int] = []
    for k, token in enumerate(found):
        if token.text in _CLOSING:
            stack.append(k)
        elif token.text in (")", "]", "}"):
            yield stack.pop(), k
