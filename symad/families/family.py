"""A family at one size: an ordinary program on one line, which `symad.parse` then reads like any other."""

from __future__ import annotations

import operator
from bisect import bisect_right
from typing import TYPE_CHECKING, SupportsIndex

from symad.errors import ExpressionError, LimitError, ParseError
from symad.families import whole
from symad.families.reading import Reader
from symad.families.tree import Fold, Line, Loop, Name, NameList, Node, Number, Verbatim
from symad.parsing import Limits, parse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from symad.expression import Expression
    from symad.families.tokens import Place
    from symad.families.tree import Range

_BETWEEN = {"sum": " + ", "prod": "*"}
_EMPTY = {"sum": "0", "prod": "1"}


class Family:
    """A program with a size; see `symad.expand` for the notation.

    Parameters
    ----------
    text : str
    size : str, optional
        The name that stands for the size.

    Raises
    ------
    ParseError
        With ``line`` and ``column``, if the text is no family.
    """

    def __init__(self, text: str, *, size: str = "n") -> None:
        if not isinstance(text, str):
            raise TypeError(f"a family is a str, not {type(text).__name__}")
        if not size.isascii() or not size.isidentifier():
            raise ExpressionError(f"the size is a name such as n, not {size!r}")
        reader = Reader(text, size)
        self._statements = reader.program()
        self._place = reader.place
        self._size = size
        if size not in reader.used:
            self._place.error(0, f"the size {size} does not occur: a family is written like `repeat {size}: l = 2*l`")

    @property
    def text(self) -> str:
        """As it was typed."""
        return self._place.text

    def program(self, n: SupportsIndex, *, limits: Limits | None = None) -> str:
        """The program of size `n`, on one line."""
        return self._written(n, limits).text()

    def expression(self, n: SupportsIndex, *, limits: Limits | None = None) -> Expression:
        """The program of size `n`, parsed; errors point into the text of the family."""
        written = self._written(n, limits)
        try:
            return parse(written.text(), limits=limits, strict=True)
        except ParseError as error:
            refused = error
        if not refused.column:
            raise refused
        start = written.origin(refused.column - 1)
        limit = isinstance(refused, LimitError)
        return self._place.error(start, f"{refused.reason}{_hint(refused)} (at {self._size} = {n})", limit=limit)

    def _written(self, n: SupportsIndex, limits: Limits | None) -> _Writer:
        size = operator.index(n)
        if not 0 <= size <= whole.LARGEST:
            raise ExpressionError(f"a size is a whole number from 0 to {whole.LARGEST:,}, not {size}")
        writer = _Writer(self._place, {self._size: size}, limits or Limits())
        writer.statements(self._statements)
        return writer

    def __repr__(self) -> str:
        return f"<Family {self.text!r}>"


def _hint(refused: ParseError) -> str:
    """What a sum or product without an index should look like."""
    heads = [head for head in _BETWEEN if refused.reason.startswith(f"unknown function: `{head}`")]
    return f"; a {heads[0]} is written {heads[0]}(i = 1..n, x[i])" if heads else ""


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
        Of the program: its bytes, and as many rounds of loops as it allows tokens.

    Returns
    -------
    str
        A program on one line, for `symad.parse`.

    Raises
    ------
    ParseError
        With ``line`` and ``column``, if the text is no family, or has no meaning at this size.
    LimitError
        If the program becomes longer than the limits allow.

    Examples
    --------
    >>> symad.expand("l = x; repeat n: l = 4*l*(1 - l)", 2)
    'l = x; l = 4*l*(1 - l); l = 4*l*(1 - l)'
    >>> symad.expand("sum(i = 1..n-1, 100*(x[i+1] - x[i]**2)**2 + (1 - x[i])**2)", 2)
    '(100*(x2 - x1**2)**2 + (1 - x1)**2)'
    """
    return Family(family).program(n, limits=limits)


class _Writer:
    """A program in the making, with the place in the family that each piece came from."""

    def __init__(self, place: Place, names: dict[str, int], limits: Limits) -> None:
        self._place = place
        self._names = names
        self._limits = limits
        self._pieces: list[str] = []
        self._offsets: list[int] = []
        self._starts: list[int] = []
        self._length = 0
        self._n_rounds = 0
        self._made: dict[str, str] = {}

    def text(self) -> str:
        """Everything written."""
        return "".join(self._pieces)

    def origin(self, offset: int) -> int:
        """Where in the family the character at this offset came from."""
        return self._starts[max(0, bisect_right(self._offsets, offset) - 1)] if self._starts else 0

    def statements(self, body: Sequence[Line | Loop]) -> None:
        """Write each with what belongs between two."""
        for statement in body:
            if isinstance(statement, Loop):
                for value in self._rounds(statement.range, statement.start):
                    if statement.index is not None:
                        self._names[statement.index] = value
                    self.statements(statement.body)
                continue
            if self._pieces:
                self._put(" " if self._pieces[-1] == ":" else "; ", self._starts[-1])
            self._nodes(statement.nodes)

    def _rounds(self, extent: Range, start: int) -> range:
        low, high = (whole.value(end, self._names, self._place) for end in (extent.low, extent.high))
        found = range(low, high + 1)
        self._n_rounds += len(found)
        if self._n_rounds > self._limits.tokens:
            self._place.error(start, f"more than {self._limits.tokens:,} rounds of loops", limit=True)
        return found

    def _put(self, text: str, start: int) -> None:
        self._pieces.append(text)
        self._offsets.append(self._length)
        self._starts.append(start)
        self._length += len(text)
        if self._length > self._limits.text:
            self._place.error(start, f"the program becomes longer than {self._limits.text:,} bytes", limit=True)

    def _nodes(self, nodes: Sequence[Node]) -> None:
        for k, node in enumerate(nodes):
            if k and not node.touches:
                self._put(" ", node.start)
            if isinstance(node, Verbatim):
                self._put(node.text, node.start)
            elif isinstance(node, Number):
                value = whole.value(node.value, self._names, self._place)
                self._put(str(value) if value >= 0 else f"({value})", node.start)
            elif isinstance(node, Name):
                self._put(self._name(node.parts, node.start), node.start)
            elif isinstance(node, NameList):
                self._list(node)
            else:
                self._fold(node)

    def _name(self, parts: Sequence[str | whole.Whole | int], start: int) -> str:
        """A name with its values; one name from different indices (x{1}{12}, x{11}{2}) is refused, not shared."""
        name = seams = ""
        for part in parts:
            piece = part if isinstance(part, str) else str(part if isinstance(part, int) else self._index(part))
            seams += f"|{piece}" if name[-1:].isdigit() and piece[:1].isdigit() else piece
            name += piece
        if self._made.setdefault(name, seams) != seams:
            self._place.error(
                start, f"`{name}` already stands for other indices: separate them, x[i, j] or x{{i}}_{{j}}"
            )
        return name

    def _index(self, part: whole.Whole) -> int:
        value = whole.value(part, self._names, self._place)
        if value < 0:
            self._place.error(part.start, f"the index becomes {value} here, and a name holds none below 0")
        return value

    def _list(self, node: NameList) -> None:
        for k, value in enumerate(self._rounds(node.range, node.start)):
            if value < 0:
                self._place.error(node.start, f"the index becomes {value} here, and a name holds none below 0")
            self._put((", " if k else "") + self._name((node.base, value), node.start), node.start)

    def _fold(self, node: Fold) -> None:
        between = _BETWEEN.get(node.head, ", ")
        values = self._rounds(node.range, node.start)
        if not values and node.head not in _EMPTY:
            self._place.error(node.start, f"{node.head} has no argument here: its range is empty")
        single = node.wrap and len(values) == 1  # has its own parentheses
        self._put(("" if single else "(") if node.head in _BETWEEN else f"{node.head}(", node.start)
        for k, value in enumerate(values):
            if k:
                self._put(between, node.start)
            self._names[node.index] = value
            self._put("(" if node.wrap else "", node.start)
            self._nodes(node.term)
            self._put(")" if node.wrap else "", node.start)
        self._put(_EMPTY[node.head] + ")" if not values else "" if single else ")", node.start)
