"""C text to top-level items: functions, constants, types and macros, each with its name and what it mentions.

Knows enough of C to find where an item begins and ends in formatted sources; understands no expression.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN = re.compile(
    r"""(?P<comment>/\*.*?\*/|//[^\n]*)|(?P<text>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')
    |(?P<directive>^[ \t]*\#(?:\\\n|[^\n])*)|(?P<mark>[{}();=])|(?P<word>[A-Za-z_]\w*)""",
    re.S | re.M | re.X,
)
_CONDITION = re.compile(r"\s*#\s*(if|endif|else|elif)")
_DEFINE = re.compile(r"\s*#\s*define\s+(\w+)")
_INCLUDE = re.compile(r'\s*#\s*include\s*([<"])([^>"]+)')
_MENTION = re.compile(r"(?<![\w.])(?<!->)[A-Za-z_]\w*")
_COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.S)
_STORAGE = ("static", "extern", "typedef")


@dataclass(frozen=True)
class Item:
    """One top-level piece of a C file.

    Attributes
    ----------
    names : tuple of str
        What it defines; several for an enumeration or a conditional group.
    text : str
        As in the file, with the comment above it.
    kind : {"function", "object", "type", "macro", "declaration"}
        A declaration defines nothing here.
    storage : {"static", "extern", "typedef", ""}
    """

    names: tuple[str, ...]
    text: str
    kind: str
    storage: str

    @cached_property
    def mentions(self) -> frozenset[str]:
        """Identifiers of the code, members of structures left out."""
        return frozenset(_MENTION.findall(_COMMENT.sub(" ", self.text)))


@dataclass(frozen=True)
class Scanned:
    """A scanned file: its items, the headers it includes (ours, the system's)."""

    items: tuple[Item, ...]
    own_headers: tuple[str, ...]
    system_headers: tuple[str, ...]


def scan(text: str) -> Scanned:
    """The items of one file; an include guard is no item."""
    items: list[Item] = []
    headers: dict[str, list[str]] = {"<": [], '"': []}
    for piece in _grouped(_pieces(text)):
        include = _INCLUDE.match(piece)
        if include:
            headers[include[1]].append(include[2])
        elif (item := _item(piece)) is not None:
            items.append(item)
    return Scanned(tuple(items), tuple(headers['"']), tuple(headers["<"]))


def _pieces(text: str) -> Iterator[str]:
    """Directives, and whole declarations and definitions with the comment right above them."""
    start, depth, body, above = None, 0, False, None  # above: where a comment before the item begins
    for token in _TOKEN.finditer(text):
        kind, what = token.lastgroup, token[0]
        if kind == "comment":
            above = token.start() if start is None and above is None else above
            continue
        if start is None:
            if kind == "directive":
                yield text[token.start() : token.end()]
                above = None
                continue
            near = above is not None and "\n\n" not in text[above : token.start()]
            start, body, above = (above if near else token.start()), False, None
        if what == "{":
            body = body or (depth == 0 and _opens_body(text[start : token.start()]))
        depth += (what in "{(") - (what in "})") if kind == "mark" else 0
        if depth == 0 and kind == "mark" and (what == ";" or (what == "}" and body)):
            yield text[start : token.end()]
            start = None


def _opens_body(head: str) -> bool:
    """Whether the brace behind `head` opens a function rather than a structure or an initialiser."""
    code = _COMMENT.sub(" ", head)
    return code.rstrip().endswith(")") and "=" not in code


def _grouped(pieces: Iterator[str]) -> Iterator[str]:
    """Conditional groups as one piece; the include guard, which encloses everything, is opened."""
    held: list[str] = []
    depth = 0
    guard = None
    for piece in pieces:
        condition = _CONDITION.match(piece)
        word = condition[1] if condition else ""
        if guard is None and not held and piece.lstrip().startswith("#ifndef"):
            guard = piece.split()[1]
            continue
        if guard and not held and (word == "endif" or piece.split()[1:2] == [guard]):
            continue
        depth += (word == "if") - (word == "endif")
        if held or depth:
            held.append(piece)
            if depth == 0:
                yield "\n".join(held)
                held = []
        else:
            guard = guard or ""
            yield piece


def _item(piece: str) -> Item | None:
    code = _COMMENT.sub(" ", piece).strip()
    if code.startswith("#"):
        if _CONDITION.match(code):
            inner = [_item(one) for one in _pieces(piece) if not _CONDITION.match(one)]
            names = {name for item in inner if item is not None for name in item.names}
            return Item(tuple(sorted(names)), piece, "macro", "") if names else None
        define = _DEFINE.match(code)
        return Item((define[1],), piece, "macro", "") if define else None
    if code in ("", ";") or code.startswith('extern "C"'):
        return None
    storage = next((word for word in _STORAGE if re.match(rf"{word}\b", code)), "")
    head = code.split("{")[0]
    if code.endswith("}"):
        return Item((_called(head),), piece, "function", storage)
    if storage == "typedef":
        head = code.rstrip("; \n")
        return Item((_called(head) if head.endswith(")") else re.findall(r"\w+", head)[-1],), piece, "type", storage)
    if re.match(r"(static\s+)?(struct|union)\s+\w+\s*\{", code):
        return Item((re.findall(r"\w+", head)[-1],), piece, "type", storage)
    if code.startswith("enum"):
        inside = code[code.index("{") + 1 : code.rindex("}")]
        return Item(tuple(re.findall(r"(\w+)\s*(?:=[^,]*)?(?:,|$)", inside)), piece, "type", storage)
    if "=" in code and storage != "extern":
        return Item((re.findall(r"\w+", re.sub(r"\[[^]]*\]", "", code.split("=")[0]))[-1],), piece, "object", storage)
    return Item(_declared(code), piece, "declaration", storage)


def _called(head: str) -> str:
    """Name of the function that a head defines: the last word before its outermost parameters."""
    depth, at = 0, len(head)
    for at in range(len(head) - 1, -1, -1):
        depth += (head[at] == ")") - (head[at] == "(")
        if depth == 0 and head[at] == "(":
            break
    return str(re.findall(r"\w+", head[:at])[-1])


def _declared(code: str) -> tuple[str, ...]:
    """Names that a prototype or an extern declaration announces."""
    if "(" in code:
        return (_called(code.rstrip("; \n")),)
    return tuple(re.findall(r"(\w+)\s*(?:\[[^]]*\])?\s*(?:,|;)", code))
