"""Text to Expression: calls the C parser, and turns what it refuses into a message with caret and nearest name."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from symad import _core
from symad.errors import LimitError, ParseError
from symad.expression import Expression

if TYPE_CHECKING:
    from collections.abc import Sequence

_WIDTH = 76  # characters of a long line shown round the caret
_SHOWN = 40  # characters of an offending piece repeated in a message


def parse(text: str, *, variables: Sequence[str] | None = None) -> Expression:
    """Parse a formula, a program of ``name = formula`` statements, or a tuple of formulas.

    Parameters
    ----------
    text : str
        For example ``"x*sin(y)"``, ``"a = x**2; a + sin(a)"`` or ``"r = x/y; (r, r**2)"``. Statements are separated
        by ``;`` or newlines, ``#`` starts a comment, ``^`` is a power like ``**``. A header ``x, y:`` before the
        program lists the variables as the next parameter does.
    variables : sequence of str, optional
        Names and order of the inputs; any other free name is then an error. By default the free names, in the order
        of their first use.

    Returns
    -------
    Expression

    Raises
    ------
    ParseError
        With ``line`` and ``column``, if the text is no formula.
    LimitError
        If the text is longer or deeper than the limits allow.
    TypeError
        If `text` is no str.
    """
    if not isinstance(text, str):
        raise TypeError(f"a formula is a str, not {type(text).__name__}")
    names = None if variables is None else _names(variables)
    raw = text.encode("utf-8", "surrogatepass")
    result = _core.parse(raw, names)
    if isinstance(result, _core.Fault):
        raise _error(result, raw, names)
    return Expression(result, text)


def _names(variables: Sequence[str]) -> list[str]:
    if isinstance(variables, str):
        raise TypeError(f"variables is a sequence of names, not the str {variables!r}; write [{variables!r}]")
    names = list(variables)
    for name in names:
        if not isinstance(name, str):
            raise TypeError(f"a variable's name is a str, not {type(name).__name__}")
        if "\0" in name:
            raise ParseError(f"variable {name!r}: this is not a usable variable name")
    return names


def _error(fault: _core.Fault, raw: bytes, names: list[str] | None) -> ParseError:
    kind = LimitError if fault.name.startswith("ERR_LIMIT") else ParseError
    if fault.line == 0:  # the fault lies in the list of variables
        name = names[fault.node] if names is not None and fault.node < len(names) else ""
        return kind(f"variable {name!r}: {fault.sentence}")
    piece = raw[fault.offset : fault.offset + fault.length].decode("utf-8", "replace")
    reason = _reason(fault, piece, names)
    return kind(
        f"line {fault.line}, column {fault.column}: {reason}\n{_picture(raw, fault)}",
        line=fault.line,
        column=fault.column,
        reason=reason,
    )


def _reason(fault: _core.Fault, piece: str, names: list[str] | None) -> str:
    shown = piece if len(piece) <= _SHOWN else piece[:_SHOWN] + "..."
    reason = fault.sentence
    if fault.name in {"ERR_CALL_ARITY", "ERR_FUNCTION"} and "(" in shown:
        shown = shown.partition("(")[0].strip()
    if shown.strip() and shown.isprintable():
        reason += f": `{shown}`"
    if fault.name in {"ERR_FUNCTION", "ERR_VARIABLE"}:
        known = list(_core.spellings()) if fault.name == "ERR_FUNCTION" else names or []
        close = _nearest(shown, known)
        if close:
            reason += f"; did you mean `{close}`?"
        elif known and fault.name == "ERR_VARIABLE":
            reason += f" ({', '.join(known[:8])}{', ...' if len(known) > 8 else ''})"
    return reason


def _nearest(word: str, known: Sequence[str]) -> str:
    """The known name that a misspelt one most likely means; "" where none is near."""
    same = [name for name in known if name.lower() == word.lower()]
    return next(iter(same or difflib.get_close_matches(word, known, n=1)), "")


def _picture(raw: bytes, fault: _core.Fault) -> str:
    start = raw.rfind(b"\n", 0, fault.offset) + 1
    before = raw[start : fault.offset].decode("utf-8", "replace")
    end = raw.find(b"\n", fault.offset)
    after = raw[fault.offset : end if end >= 0 else len(raw)][: 8 * _WIDTH].decode("utf-8", "replace")
    left = before[-(_WIDTH // 2) :]
    cut = "..." if len(left) < len(before) else ""
    line = (cut + left + after)[:_WIDTH]
    visible = "".join(c if c.isprintable() else " " for c in line)
    return f"  {visible}\n  {' ' * (len(cut) + len(left))}^"
