"""What to write instead of a text with two readings. Each advice is parsed before it is given, nothing is evaluated."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from symad._core import reading as _core_reading
from symad._core import tapes
from symad.formula.ops import ROWS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_LONGEST = 60  # characters of a text that an advice repeats as a whole
_LONGEST_ADVICE = 200  # characters that anybody would read
_NAME = re.compile(r"(?<![\w.])[A-Za-z_]\w*")
_CONSTANTS = frozenset(row.text for row in ROWS.values() if row.arity == 0 and row.text)
_WORDS = frozenset({"and", "or", "not"})
_OF_THE_TEXT = frozenset({"ERR_FUNCTION", "ERR_LISTED", "ERR_EULER"})  # what the whole text may say of its names
_PI = frozenset({"PI", "Pi", "M_PI"})
_SPLITS = {",": re.compile(r","), "power": re.compile(r"\*\*|\^")}


def advice(status: str, piece: str, text: str) -> str:
    """Advice on a refused text, "" where there is none.

    Parameters
    ----------
    status : str
        Name of the refusal.
    piece : str
        What was refused.
    text : str
        All of it.
    """
    make = _MAKERS.get(status)
    return make(piece, text) if make is not None else ""


def tried(readings: Sequence[str]) -> str:
    """What the reading layer advises, as "a or b"; commands and what has a size are not formulas to be tried."""
    if sum(map(len, readings)) > _LONGEST_ADVICE:
        return ""
    if any(one.startswith("symad ") or ".." in one for one in readings):
        return " or ".join(readings)
    return _readings(*readings)


def _parses(text: str) -> bool:
    reading = _core_reading.read(text.encode("utf-8", "surrogatepass"), None, None)
    if isinstance(reading, tapes.Fault) or reading.fault is not None:
        return False
    found = tapes.parse(reading.text, None, None)
    return not isinstance(found, tapes.Fault) or found.name in _OF_THE_TEXT


def _readings(*candidates: str) -> str:
    """Those that parse, as "a or b"; all or none, because one of two readings alone would be a guess."""
    return " or ".join(candidates) if all(map(_parses, candidates)) else ""


def _pieces(text: str, kind: str) -> list[str]:
    """The text between separators that stand outside parentheses."""
    found, start, depth, position = [], 0, 0, 0
    separator = _SPLITS[kind]
    while position < len(text):
        if depth == 0 and (match := separator.match(text, position)):
            found.append(text[start:position].strip())
            start = position = match.end()
            continue
        depth += {"(": 1, ")": -1}.get(text[position], 0)
        position += 1
    return [*found, text[start:].strip()]


def _closed(text: str) -> bool:
    """Whether parentheses enclose all of a text."""
    depth = 0
    for place, letter in enumerate(text):
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if depth == 0:
            return letter == ")" and place == len(text) - 1
    return False


def _arguments(call: str) -> list[str]:
    return _pieces(call[call.index("(") + 1 : call.rindex(")")], ",")


def _plain(text: str) -> str:
    return text.replace("^", "**")


def _free_names(text: str) -> Iterator[str]:
    """Names that a header would list: neither called, bound, constant nor a word of the grammar."""
    for match in _NAME.finditer(text):
        behind = text[match.end() :].lstrip()
        bound = re.search(rf"(?<![\w.]){match[0]}\s*=(?!=)", text)
        if not (behind.startswith("(") or bound or match[0] in _CONSTANTS | _WORDS):
            yield match[0]


def _listed(text: str) -> str:
    """The text behind a header that lists its variables; "" where that is no single short line."""
    plain = _plain(text.strip())
    if len(plain) > _LONGEST:  # before names are looked for, which takes the square of the length
        return ""
    found = f"{', '.join(dict.fromkeys(_free_names(plain)))}: {plain}"
    short = len(found) <= _LONGEST and "\n" not in plain and "#" not in plain
    return f"`{found}`" if short and _parses(found) else ""


def _euler(piece: str, text: str) -> str:
    exponent = _arguments(piece)[1] if "(" in piece and _closed(piece[piece.index("(") :]) and piece[0] == "p" else ""
    if not exponent:
        exponent = _plain(re.sub(r"^[\s(]*e[\s)]*(\*\*|\^)\s*", "", piece)).strip()
    first = f"exp{exponent}" if _closed(exponent) else f"exp({exponent})"
    second = _listed(text) or "list e in a header, `e, ...: ...`,"
    return f"{first} for the first, {second} for the second" if _parses(first) else ""


def _named(piece: str, text: str) -> str:
    meant = "pi" if piece in _PI else f"{piece[:-1]}({piece[-1]})"
    listed = _listed(text) or f"list it in a header, `{piece}, ...: ...`"
    whole = re.sub(rf"(?<![\w.]){piece}(?!\w)", meant, _plain(text.strip()))
    return f"{whole if len(whole) <= _LONGEST and _parses(whole) else meant} or {listed}"


def _base(piece: str, _: str) -> str:
    number, formula = _arguments(piece)
    return _readings(f"log({formula}, {number})", f"log({number})/log({formula})")


def _powers(piece: str, _: str) -> str:
    a, b, *rest = (part.removesuffix(".") if part[-1:] == "." else part for part in _pieces(piece, "power"))
    c = "**".join(rest)
    return _readings(f"({a}**{b})**{c}", f"{a}**({b}**{c})") if rest else ""


def _equation(piece: str, _: str) -> str:
    name, _, value = piece.partition("=")
    value = value.strip()
    sign = "+" if re.fullmatch(r"-\s*[\w.]+", value) else "-"
    rest = value[1:].strip() if sign == "+" else f"({value})" if set("+-") & set(value) else _plain(value)
    return _readings(f"{name.strip()} {sign} {rest}")


def _decimal(_: str, text: str) -> str:
    plain = _plain(text.strip())
    spaced = re.sub(r",\s*", ", ", plain)
    tuple_ = spaced if _closed(spaced) else f"({spaced})"
    decimal = re.sub(r"(?<=\d),(?=\d)", ".", plain)
    return (_readings(decimal, tuple_) or _readings(tuple_)) if len(plain) <= _LONGEST else ""


_MAKERS: dict[str, Callable[[str, str], str]] = {
    "ERR_EULER": _euler,
    "ERR_LISTED": _named,
    "ERR_BASE": _base,
    "ERR_POWERS": _powers,
    "ERR_EQUATION": _equation,
    "ERR_DECIMAL": _decimal,
}
