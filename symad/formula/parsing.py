"""Text to Expression: calls the C parser, and turns what it refuses into a message with caret and nearest name."""

from __future__ import annotations

import operator
from dataclasses import astuple, dataclass, replace
from typing import TYPE_CHECKING, SupportsIndex

from symad._core import reading as _core_reading
from symad._core import tapes
from symad.errors import ExpressionError, LimitError, ParseError
from symad.formula import names as spelled
from symad.formula import notation
from symad.formula.advice import advice, tried
from symad.formula.composing import hold
from symad.formula.expression import Expression

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_WIDTH = 76  # characters of a long line shown round the caret
# Their sentences say what was met, and what follows says what to write.
_TWO_READINGS = frozenset(
    {"ERR_READING", "ERR_EULER", "ERR_LISTED", "ERR_BASE", "ERR_POWERS", "ERR_EQUATION", "ERR_DECIMAL"}
)
_SHOWN = 40  # characters of an offending piece repeated in a message
LARGEST_SIZE = 10**9


@dataclass(frozen=True, slots=True)
class Limits:
    """What a text may ask for; beyond it `symad.LimitError` is raised.

    Attributes
    ----------
    text : int
        Bytes.
    tokens : int
        Those that loops read again count too, and may be as many as `tokens` and `nodes` together.
    nesting : int
        Parentheses, calls and signs inside each other.
    nodes : int
        Distinct nodes. Calls of functions in the text may look at a 256th of these, and at 16 for each byte.
    variables : int
    digits : int
        Of one number.
    exponent : int
        Largest decimal exponent of a number, either sign.
    """

    text: int = 16 * 2**20
    tokens: int = 10**7
    nesting: int = 10**4
    nodes: int = 10**7
    variables: int = 10**6
    digits: int = 4000
    exponent: int = 400


def parse(
    text: str,
    *,
    n: SupportsIndex | None = None,
    variables: Sequence[str] | None = None,
    held: Sequence[str] | None = None,
    functions: Mapping[str, str] | None = None,
    limits: Limits | None = None,
    strict: bool = False,
) -> Expression:
    """Parse a formula, a program of ``name = formula`` statements, or a tuple of formulas.

    Parameters
    ----------
    text : str
        For example ``"x*sin(y)"``, ``"a = x**2; a + sin(a)"``, ``"f(u, v) = u*v; f(x, 2) + f(2, y)"`` or
        ``"r = x/y; (r, r**2)"``. Statements are separated
        by ``;`` or newlines, ``#`` starts a comment, ``^`` is a power like ``**``. A header ``x, y:`` before the
        program lists the variables as the next parameter does. Other spellings with one meaning are understood too,
        such as ``2x``, ``sin x``, ``np.exp(x)``, ``|x|``, ``x!``, ``x > 0 ? x : 0`` and LaTeX; `Expression.notes` says
        how they were read, and what has two readings is refused with both. The notation of families is that of
        `symad.expand`.
    n : int, optional
        The size of a family of formulas: what ``n`` stands for.
    variables : sequence of str, optional
        Names and order of the inputs; any other free name is then an error. By default the free names, in the order
        of their first use; those of one stem and an index, such as x2 and x10, stand among each other by it.
    held : sequence of str, optional
        Variables that no derivative is taken by unless it is asked for; they become the last ones.
    functions : mapping of str to str, optional
        Functions that the text may call, each as ``"parameters: formula"``: ``{"f": "u, v: u*v"}``. They are expanded,
        sharing what they share.
    limits : Limits, optional
        Tighter or wider than the default.
    strict : bool
        Take the text as it is: what is not strict is refused.

    Returns
    -------
    Expression

    Raises
    ------
    ParseError
        With ``line`` and ``column``, if the text is no formula.
    LimitError
        If the text is longer or deeper than the limits allow.
    ExpressionError
        If `n` is below 0 or beyond 1,000,000,000.
    TypeError
        If `text` is no str.

    See Also
    --------
    symad.expand : a family written out.
    symad.from_sympy : from SymPy.

    Examples
    --------
    >>> f = symad.parse("a = x**2; a + sin(a)")
    >>> f.variables
    ('x',)
    >>> print(f)
    x**2 + sin(x**2)
    """
    size = None if n is None else ("n", size_of(n))
    found = read(text, size=size, variables=variables, functions=functions, limits=limits, strict=strict)
    if held is None:
        return found
    rest = [name for name in found.variables if name not in held]
    if variables is None and len(rest) < len(found.variables):  # names of the text survive where it is read again
        try:
            order = [*rest, *(name for name in found.variables if name in held)]
            found = read(text, size=size, variables=order, functions=functions, limits=limits, strict=strict)
        except ParseError:  # a header lists them
            pass
    return hold(found, held)


def read(
    text: str,
    *,
    size: tuple[str, int] | None = None,
    size_must_occur: bool = True,
    variables: Sequence[str] | None = None,
    functions: Mapping[str, str] | None = None,
    limits: Limits | None = None,
    strict: bool = False,
) -> Expression:
    """What `parse` does, with any name for the size of a family, which may be one that the text does without."""
    given: object = text  # whatever was handed over
    if not isinstance(given, str):
        also = "; SymPy objects: symad.from_sympy" if hasattr(given, "free_symbols") else ""
        raise TypeError(f"a formula is a str, not {type(given).__name__}{also}")
    names = None if variables is None else _names(variables)
    preamble = "".join(f"{_definition(name, body)}\n" for name, body in (functions or {}).items())
    typed = Typed((preamble + text).encode("utf-8", "surrogatepass"), names, preamble.count("\n"), size)
    bounds = astuple(limits) if limits is not None else None
    if size is not None and not size_must_occur:
        result = tapes.parse(typed.raw, typed.names, bounds, size)
        if isinstance(result, tapes.Fault) and result.name == "ERR_SIZE_UNUSED":
            typed = replace(typed, size=None)
    return _read_strictly(typed, bounds) if strict else _read_freely(typed, bounds)


def _read_strictly(typed: Typed, bounds: tuple[int, ...] | None) -> Expression:
    result = tapes.parse(typed.raw, typed.names, bounds, typed.size)
    if isinstance(result, tapes.Fault):
        raise error_of(result, typed)
    return Expression(result, typed.raw.decode("utf-8", "surrogatepass"))


def _read_freely(typed: Typed, bounds: tuple[int, ...] | None) -> Expression:
    """What people type. The layer before the parser does not know the braces of families."""
    reading = _core_reading.read(typed.raw, typed.names, bounds)
    if isinstance(reading, tapes.Fault):
        raise error_of(reading, typed)
    if reading.fault is not None and b"{" not in typed.raw:
        raise error_of(reading.fault, typed, reading)
    text, notes = reading.text, reading.notes
    result = tapes.parse(text if reading.fault is None else typed.raw, typed.names, bounds, typed.size)
    if reading.fault is not None and isinstance(result, tapes.Fault):
        raise error_of(reading.fault, typed, reading)
    if reading.is_partial and not isinstance(result, tapes.Fault):
        result = tapes.parse(
            typed.raw, typed.names, bounds, typed.size
        )  # the layer has given up: only what was typed counts
    if isinstance(result, tapes.Fault):
        raise error_of(result, typed, reading)
    if reading.fault is not None or reading.is_partial:
        text, notes = typed.raw, ()
    return Expression(result, text.decode("utf-8", "surrogatepass"), notes=notes)


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed, behind `n_before` lines of functions, where a fault has line 0."""

    raw: bytes
    names: list[str] | None = None
    n_before: int = 0
    size: tuple[str, int] | None = None


def size_of(n: SupportsIndex) -> int:
    """The size of a family, checked."""
    size = operator.index(n)
    if not 0 <= size <= LARGEST_SIZE:
        raise ExpressionError(f"a size is a whole number from 0 to {LARGEST_SIZE:,}, not {size}")
    return size


def _definition(name: str, function: str) -> str:
    """A function of the caller as a statement; parentheses and one line keep it from being more than that."""
    parameters, colon, body = function.partition(":")
    if not colon or not name.isidentifier() or not body.strip():
        raise ParseError(f"functions[{name!r}]: expected 'parameters: formula', such as 'u, v: u*v', not {function!r}")
    plain = " ".join(body.split())
    if set(";#=") & set(plain.replace("==", "").replace("<=", "").replace(">=", "").replace("!=", "")):
        raise ParseError(f"functions[{name!r}]: expected one formula, without statements or comments: {function!r}")
    return f"{name}({', '.join(parameters.split(','))}) = ({plain})"


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


def error_of(fault: tapes.Fault, typed: Typed, reading: _core_reading.Reading | None = None) -> ParseError:
    """The exception for a fault of the text that was typed, or of the one that was read from it."""
    kind = LimitError if fault.name.startswith("ERR_LIMIT") else ParseError
    names = typed.names
    if fault.line == 0:  # the fault lies in the list of variables
        name = names[fault.node] if names is not None and fault.node < len(names) else ""
        return kind(f"variable {name!r}: {fault.sentence}")
    is_read = reading is not None and reading.fault is None
    raw = reading.text if reading is not None and is_read else typed.raw
    piece = raw[fault.offset : fault.offset + fault.length].decode("utf-8", "replace")
    size = typed.size
    if notation.is_notation(fault):
        reason = notation.sentence(fault, piece, size[0] if size else None)
    else:
        reason = _reason(fault, fault.made or piece, names) + notation.hint(fault, piece)
        reason += f" (at {size[0]} = {size[1]})" if size else ""  # at another size it may not be there
    offset = reading.origin(fault.offset) if reading is not None and is_read else fault.offset
    line, column = _place(typed.raw, offset)
    line = max(line - typed.n_before, 0)
    where = f"line {line}, column {column}" if line else "functions"
    if reading is not None and not is_read:
        write = tried(reading.advice)
    else:
        write = advice(fault.name, piece, b"\n".join(raw.split(b"\n")[typed.n_before :]).decode("utf-8", "replace"))
    spoken = f"\n  {'' if write.startswith('symad ') else 'write '}{write}" if write else ""
    message = f"{where}: {reason}\n{picture(typed.raw, offset)}{spoken}"
    return kind(message, line=line, column=column, reason=reason, advice=write)


def _place(raw: bytes, offset: int) -> tuple[int, int]:
    """Line and column, in characters from 1."""
    start = raw.rfind(b"\n", 0, offset) + 1
    return raw.count(b"\n", 0, offset) + 1, len(raw[start:offset].decode("utf-8", "replace")) + 1


def _reason(fault: tapes.Fault, piece: str, names: list[str] | None) -> str:
    shown = piece if len(piece) <= _SHOWN else piece[:_SHOWN] + "..."
    reason = fault.sentence
    if fault.name in _TWO_READINGS:
        number = piece.partition("=")[2].strip() if fault.name == "ERR_EQUATION" else ""
        if number[:1] in set("-.0123456789") and len(number) <= _SHOWN:
            reason = reason.replace("a number", f"the number {number}")
        return reason.replace("of this name", f"called {shown}")
    if fault.name in {"ERR_CALL_ARITY", "ERR_FUNCTION"} and "(" in shown:
        shown = shown.partition("(")[0].strip()
    if shown.strip() and shown.isprintable():
        reason += f": `{shown}`"
    if fault.name in {"ERR_FUNCTION", "ERR_VARIABLE"}:
        known = list(tapes.spellings()) if fault.name == "ERR_FUNCTION" else names or []
        meant = spelled.hint(shown, known, "`")
        if not meant and known and fault.name == "ERR_VARIABLE":
            meant = f" ({spelled.listed(known)})"
        reason += meant
    return reason


def picture(raw: bytes, offset: int) -> str:
    """The line of a text that an offset in bytes lies in, and a caret below it."""
    start = raw.rfind(b"\n", 0, offset) + 1
    before = raw[start:offset].decode("utf-8", "replace")
    end = raw.find(b"\n", offset)
    after = raw[offset : end if end >= 0 else len(raw)][: 8 * _WIDTH].decode("utf-8", "replace")
    left = before[-(_WIDTH // 2) :]
    cut = "..." if len(left) < len(before) else ""
    line = (cut + left + after)[:_WIDTH]
    visible = "".join(c if c.isprintable() else " " for c in line)
    return f"    {visible}\n    {' ' * (len(cut) + len(left))}^"
