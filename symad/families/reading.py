"""A family's text into its tree. Recursion is over loops and folds inside each other only, and bounded."""

from __future__ import annotations

from symad.families import whole
from symad.families.tokens import Place, Token, closing, tokens
from symad.families.tree import Fold, Line, Loop, Name, NameList, Node, Number, Range, Verbatim

DEEPEST = 64  # loops and folds inside each other
_ENDS = (";", "\n")
_ENTERED = ("(", "[", "{")
_LOOSE = {"sum": {"+", "-"}, "prod": {"+", "-", "*", "/", "%"}}  # operators that a term must not show
_LOOSEST = {"<", ">", "<=", ">=", "==", "!=", "and", "or", "not"}


class Reader:
    """Reads the statements of one family; `used` are the names of sizes and indices that occur."""

    def __init__(self, text: str, size: str) -> None:
        self.place = Place(text)
        self.used: set[str] = set()
        self._tokens = tokens(self.place)
        self._closing = closing(self._tokens)
        self._scope: list[str] = [size]

    def program(self) -> tuple[Line | Loop, ...]:
        """All statements, after a header if there is one."""
        k, end = 0, len(self._tokens)
        stop = self._find(":", 0, self._statement_end(0, end))
        header: list[Line | Loop] = []
        if stop is not None and not self._is_loop(0):
            header, k = [Line(self._nodes(0, stop + 1))], stop + 1
        return (*header, *self._statements(k, end))

    def _text(self, k: int) -> str:
        return self._tokens[k].text if k < len(self._tokens) else ""

    def _is_loop(self, k: int) -> bool:
        return self._text(k) == "for" or (self._text(k) == "repeat" and self._text(k + 1) not in ("=", *_ENDS, ""))

    def _find(self, text: str, k: int, end: int) -> int | None:
        """The first such token outside brackets."""
        while k < end:
            if self._text(k) == text:
                return k
            k = self._closing.get(k, k) + 1
        return None

    def _statement_end(self, k: int, end: int) -> int:
        while k < end and self._text(k) not in _ENDS:
            k = self._closing.get(k, k) + 1
        return min(k, end)

    def _statements(self, k: int, end: int) -> tuple[Line | Loop, ...]:
        found: list[Line | Loop] = []
        while k < end:
            if self._text(k) in _ENDS:
                k += 1
                continue
            statement, k = self._statement(k, end)
            found.append(statement)
            if k < end and self._text(k) not in _ENDS:
                self.place.error(self._tokens[k].start, "expected `;` or a new line after a block")
        return tuple(found)

    def _statement(self, k: int, end: int) -> tuple[Line | Loop, int]:
        if self._is_loop(k):
            return self._loop(k, end)
        stop = self._statement_end(k, end)
        if self._text(k) in self._scope and self._text(k + 1) == "=":
            what = "the size of the family" if self._text(k) == self._scope[0] else "an index"
            self.place.error(self._tokens[k].start, f"`{self._text(k)}` is {what}: bind another name")
        return Line(self._nodes(k, stop)), stop

    def _loop(self, k: int, end: int) -> tuple[Loop, int]:
        head, start = self._text(k), self._tokens[k].start
        colon = self._find(":", k, self._statement_end(k, end))
        if colon is None:
            form = "repeat n: statement" if head == "repeat" else "for i = 1..n: statement"
            self.place.error(start, f"a loop is written `{form}`, and a `:` is missing here")
        index, extent = self._extent(k, colon)
        self._enter(index, start)
        body, after = self._body(colon, end)
        self._leave(index)
        return Loop(index, extent, body, start), after

    def _extent(self, k: int, colon: int) -> tuple[str | None, Range]:
        """Index and range of the head of a loop."""
        start = self._tokens[k].start
        if self._text(k) == "repeat":
            one = whole.Whole((whole.Step("1", start),), start)
            return None, Range(one, self._whole(k + 1, colon, start))
        if k + 1 >= colon or self._tokens[k + 1].kind != "name" or self._text(k + 2) not in ("=", "in"):
            self.place.error(start, "a loop over an index is written `for i = 1..n: statement`")
        return self._text(k + 1), self._range(k + 3, colon, start)

    def _body(self, colon: int, end: int) -> tuple[tuple[Line | Loop, ...], int]:
        k = colon + 1
        if k < end and self._text(k) == "{":
            close = self._closing[k]
            return self._statements(k + 1, close), close + 1
        if k >= end or self._text(k) in _ENDS:
            advice = "put it on the line of the loop, or several in braces: repeat n: {a = b; b = c}"
            self.place.error(self._tokens[colon].start, f"the repeated statement is missing: {advice}")
        statement, after = self._statement(k, end)
        return (statement,), after

    def _enter(self, index: str | None, start: int) -> None:
        if index is not None and index in self._scope:
            self.place.error(start, f"`{index}` is already an index (or the size) here: choose another name")
        self._scope.append(index or "")
        if len(self._scope) > DEEPEST:
            self.place.error(start, f"more than {DEEPEST} loops inside each other", limit=True)

    def _leave(self, index: str | None) -> None:
        assert self._scope.pop() == (index or "")

    def _range(self, k: int, end: int, start: int) -> Range:
        dots = self._find("..", k, end)
        if dots is None:
            where = self._tokens[k].start if k < end else start
            self.place.error(where, "expected a range, both ends included, such as 1..n")
        return Range(self._whole(k, dots, start), self._whole(dots + 1, end, self._tokens[dots].start))

    def _whole(self, k: int, end: int, start: int) -> whole.Whole:
        formula = whole.read(self._tokens[k:end], start, self.place)
        for step in formula.steps:
            if step.what in self._scope:
                self.used.add(step.what)
            elif step.what.isidentifier() and step.what != "negative":
                known = ", ".join(name for name in self._scope if name)
                self.place.error(step.start, f"`{step.what}` is no index here; there is {known}")
        return formula

    def _nodes(self, k: int, end: int) -> tuple[Node, ...]:
        found: list[Node] = []
        while k < end:
            node, k = self._node(k, end)
            found.append(node)
        return tuple(found)

    def _node(self, k: int, end: int) -> tuple[Node, int]:
        token = self._tokens[k]
        after = self._text(k + 1) if k + 1 < end else ""
        if token.text == "{":
            return self._run(k, end)
        if token.text == "[":
            self.place.error(token.start, "`[` follows no name: an index is written x[i]")
        if token.kind != "name":
            return Verbatim(token.text, token.start, token.touches), k + 1
        if after == "(" and self._text(k + 2).isidentifier() and self._text(k + 3) == "=":
            return self._fold(k)
        if after == "[" and self._tokens[k + 1].touches:
            return self._indexed(k)
        if after == "{" and self._tokens[k + 1].touches:
            return self._run(k, end)
        if token.text in self._scope and after != "(":
            self._stands_alone(k)
            return Number(self._whole(k, k + 1, token.start), token.start, token.touches), k + 1
        return Verbatim(token.text, token.start, token.touches), k + 1

    def _stands_alone(self, k: int) -> None:
        """A number that would run into what stands before it is refused."""
        token, before = self._tokens[k], self._tokens[k - 1] if k else None
        if token.touches and before is not None and (before.kind != "sign" or before.text in (")", "]", "}")):
            self.place.error(token.start, f"an operator is missing between `{before.text}` and this")

    def _run(self, k: int, end: int) -> tuple[Node, int]:
        """Names and ``{...}`` that touch each other; a ``{...}`` by itself is a number."""
        first = self._tokens[k]
        if first.text == "{":
            self._stands_alone(k)
        parts: list[str | whole.Whole] = []
        while k < end and (self._tokens[k].touches or not parts):
            token = self._tokens[k]
            if token.text == "{":
                close = self._closing[k]
                parts.append(self._whole(k + 1, close, token.start))
                k = close + 1
            elif token.kind == "name" or token.text.isdigit():
                parts.append(token.text)
                k += 1
            else:
                break
        if first.text == "{" and len(parts) > 1:
            self.place.error(first.start, "a name begins with a letter: write x{i}")
        if k < end and self._text(k) == "[" and self._tokens[k].touches:
            self.place.error(self._tokens[k].start, "write all indices in one way: x{i}_{j} or x[i, j]")
        if len(parts) == 1 and not isinstance(parts[0], str):
            return Number(parts[0], first.start, first.touches), k
        return Name(tuple(parts), first.start, first.touches), k

    def _indexed(self, k: int) -> tuple[Node, int]:
        """``x[i]``, ``x[i, j]`` or ``x[1..n]``."""
        name, bracket, close = self._tokens[k], k + 1, self._closing[k + 1]
        if close + 1 < len(self._tokens) and self._text(close + 1) in _ENTERED[1:] and self._tokens[close + 1].touches:
            self.place.error(self._tokens[close + 1].start, "several indices are written x[i, j]")
        if self._find("..", bracket + 1, close) is not None:
            extent = self._range(bracket + 1, close, name.start)
            return NameList(name.text, extent, name.start, name.touches), close + 1
        parts: list[str | whole.Whole] = [name.text]
        start = bracket + 1
        while (comma := self._find(",", start, close)) is not None:
            parts += [self._whole(start, comma, self._tokens[start].start), "_"]
            start = comma + 1
        parts.append(self._whole(start, close, self._tokens[close].start))
        return Name(tuple(parts), name.start, name.touches), close + 1

    def _fold(self, k: int) -> tuple[Node, int]:
        head, index, close = self._tokens[k], self._tokens[k + 2], self._closing[k + 1]
        comma = self._find(",", k + 4, close)
        form = f"{head.text}({index.text} = 1..n, x[{index.text}])"
        if comma is None or comma + 1 == close:
            self.place.error(head.start, f"the term is missing: this is written {form}")
        second = self._find(",", comma + 1, close)
        if second is not None:
            self.place.error(self._tokens[second].start, f"one term is expected: {form}")
        extent = self._range(k + 4, comma, index.start)
        self._enter(index.text, index.start)
        self.used.discard(index.text)
        term = self._nodes(comma + 1, close)
        if index.text not in self.used:  # x_i is a name like any other, and most likely not what was meant
            advice = f"write x[{index.text}] or x{{{index.text}}}"
            self.place.error(index.start, f"the index `{index.text}` does not occur in the term: {advice}")
        self._leave(index.text)
        wrap = self._wraps(head, comma + 1, close)
        return Fold(head.text, index.text, extent, term, wrap, head.start, head.touches), close + 1

    def _wraps(self, head: Token, k: int, end: int) -> bool:
        loose = _LOOSE.get(head.text, set()) | (_LOOSEST if head.text in _LOOSE else set())
        return any(self._find(text, k, end) is not None for text in loose)
