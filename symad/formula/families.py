"""Families: programs with a size n. The notation is the C parser's; this writes one size out, for those who look."""

from __future__ import annotations

from dataclasses import astuple
from typing import TYPE_CHECKING, SupportsIndex

from symad._core import tapes
from symad.errors import ExpressionError
from symad.formula.parsing import Limits, Typed, error_of, read, size_of

if TYPE_CHECKING:
    from symad.formula.expression import Expression


class Family:
    """A program with a size; see `symad.expand` for the notation.

    Parameters
    ----------
    text : str
    size : str, optional
        The name that stands for the size.
    """

    def __init__(self, text: str, *, size: str = "n") -> None:
        if not isinstance(text, str):
            raise TypeError(f"a family is a str, not {type(text).__name__}")
        if not size.isascii() or not size.isidentifier():
            raise ExpressionError(f"the size is a name such as n, not {size!r}")
        self._text = text
        self._size = size

    @property
    def text(self) -> str:
        """As it was typed."""
        return self._text

    def program(self, n: SupportsIndex, *, limits: Limits | None = None) -> str:
        """The program of size `n`, on one line."""
        size = (self._size, size_of(n))
        raw = self._text.encode("utf-8", "surrogatepass")
        found = tapes.write(raw, size, astuple(limits) if limits is not None else None)
        if not isinstance(found, tapes.Fault):
            return found
        if found.name == "ERR_LIMIT_TEXT":
            most = (limits or Limits()).text
            found = found._replace(sentence=f"the program becomes longer than {most:,} bytes", length=0)
        raise error_of(found, Typed(raw, size=size))

    def expression(self, n: SupportsIndex, *, limits: Limits | None = None) -> Expression:
        """The program of size `n`, parsed."""
        return read(self._text, size=(self._size, size_of(n)), limits=limits, strict=True)

    def __repr__(self) -> str:
        return f"<Family {self.text!r}>"


def expand(family: str, n: SupportsIndex, *, limits: Limits | None = None) -> str:
    """Write a family of programs out at one size.

    Parameters
    ----------
    family : str
        A program in which

        - ``repeat n: statement`` and ``for i = 1..n: statement`` repeat a statement, or several in braces; ranges
          include both ends, and are empty where the second is smaller;
        - ``x[i]``, ``x[i, j]`` and ``x{i}``, ``x{i}_{j}`` are names with indices (x1, x1_2), ``x[1..n]`` all of them
          with commas between;
        - ``sum(i = 1..n, x[i]**2)`` and ``prod(...)`` are sums and products from the left, 0 and 1 where empty; any
          other function of many arguments, ``Max(i = 1..n, ...)``, is called with all terms;
        - ``n``, the indices and ``{2*i + 1}`` stand for numbers. Formulas of whole numbers know ``+ - * // % **``.
    n : int
        The size.
    limits : Limits, optional
        Of the program: its bytes, and what its loops may write out.

    Returns
    -------
    str
        A program on one line, for `symad.parse`, which also reads the family itself: ``symad.parse(family, n=n)``.

    Raises
    ------
    ParseError
        With ``line`` and ``column``, if the text is no family, or has no meaning at this size.
    LimitError
        If the program becomes longer than the limits allow.
    ExpressionError
        If `n` is below 0 or beyond 1,000,000,000.

    See Also
    --------
    symad.parse : reads a family itself.
    symad.study : compares every size.

    Examples
    --------
    >>> symad.expand("l = x; repeat n: l = 4*l*(1 - l)", 2)
    'l = x; l = 4*l*(1 - l); l = 4*l*(1 - l)'
    >>> symad.expand("sum(i = 1..n-1, 100*(x[i+1] - x[i]**2)**2 + (1 - x[i])**2)", 2)
    '(100*(x2 - x1**2)**2 + (1 - x1)**2)'
    """
    return Family(family).program(n, limits=limits)
