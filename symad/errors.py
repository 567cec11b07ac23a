"""The exception family. Knows nothing of symad; every child also inherits the matching built-in."""

from __future__ import annotations


class SymadError(Exception):
    """Root of everything symad raises on purpose."""


class ParseError(SymadError, ValueError):
    """A text that is no formula.

    Attributes
    ----------
    line, column : int
        Where, counted from 1 in characters; 0 where the fault is not in the text (a variable's name).
    reason : str
        One sentence, without the picture of the line.
    advice : str
        What to write instead; "" where there is nothing to say.
    """

    def __init__(self, message: str, *, line: int = 0, column: int = 0, reason: str = "", advice: str = "") -> None:
        super().__init__(message)
        self.line = line
        self.column = column
        self.reason = reason or message
        self.advice = advice

    def __reduce__(self) -> tuple[object, ...]:
        return (_parse_error, (self.args[0], self.line, self.column, self.reason, self.advice, type(self)))


def _parse_error(message: str, line: int, column: int, reason: str, advice: str, kind: type[ParseError]) -> ParseError:
    return kind(message, line=line, column=column, reason=reason, advice=advice)


class LimitError(ParseError):
    """A text or an expression beyond one of the limits."""


class ShapeError(SymadError, ValueError):
    """An array whose shape or type does not fit the call."""


class ExpressionError(SymadError, ValueError):
    """An expression that cannot be built or used in this way."""


class TapeFormatError(SymadError, ValueError):
    """Bytes that are no tape: damaged, cut off, of a newer version, or breaking a rule of the format.

    Attributes
    ----------
    offset : int
        The first bad byte, counted from 0.
    """

    def __init__(self, message: str, *, offset: int = 0) -> None:
        super().__init__(message)
        self.offset = offset


class UnsupportedError(SymadError, NotImplementedError):
    """Something that has no row in the table of operations."""


class NativeError(SymadError, RuntimeError):
    """A formula that no C compiler here turned into a library."""


class DoubtfulError(SymadError, ArithmeticError):
    """Numbers that may be wrong by more than the tolerance, where that was not to pass without a word."""


class DoubtfulWarning(UserWarning):
    """The same as a warning."""


class BudgetError(SymadError, RuntimeError):
    """A step that ran out of its seconds, its memory or its nodes."""


class OutOfMemoryError(SymadError, MemoryError):
    """The C core could not get the memory it asked for."""


class AnswerError(SymadError, ValueError):
    """A saved answer that is none, or not of this version's kind."""


class SurveyError(SymadError, RuntimeError):
    """Workers that do not start, or an executor that broke."""


class InteropError(SymadError, ImportError):
    """A library that is no dependency of symad and is not installed."""


class TraceError(SymadError, TypeError):
    """Something in a Python function that cannot be traced into a graph.

    Attributes
    ----------
    met : str
        What was met.
    file, line : str, int
        Where in the function; "" and 0 where no line of it is known.
    instead : str
        What to write instead.
    """

    def __init__(self, met: str, *, instead: str = "", file: str = "", line: int = 0) -> None:
        place = f", at {file}:{line}" if file else ""
        super().__init__(f"{met}{place}; {instead}" if instead else f"{met}{place}")
        self.met, self.instead, self.file, self.line = met, instead, file, line

    def __reduce__(self) -> tuple[object, ...]:
        return (_trace_error, (self.met, self.instead, self.file, self.line))


def _trace_error(met: str, instead: str, file: str, line: int) -> TraceError:
    return TraceError(met, instead=instead, file=file, line=line)
