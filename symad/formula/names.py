"""Names in messages: the one that was meant, and those that there are. Knows words, no formula."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MOST = 8  # names that a message repeats


def nearest(word: str, known: Iterable[str], most: int = 1) -> list[str]:
    """The known names that a misspelt one most likely means, best first: small and capital letters before others.

    Examples
    --------
    >>> nearest("Sin", ["cos", "sin", "sinh"]), nearest("tempreature", ["temperature"]), nearest("q", ["x"])
    (['sin'], ['temperature'], [])
    """
    import difflib  # late: most runs misspell nothing

    names = list(known)
    same = [name for name in names if name.lower() == word.lower()]
    return (same or difflib.get_close_matches(word, names, most))[:most]


def hint(word: str, known: Iterable[str], mark: str = "") -> str:
    """Part of a message: the name that was meant, between marks, or "".

    Examples
    --------
    >>> hint("gama", ["gamma", "erf"])
    '; did you mean gamma?'
    """
    close = nearest(word, known)
    return f"; did you mean {mark}{close[0]}{mark}?" if close else ""


def listed(names: Sequence[object], most: int = MOST) -> str:
    """The first of them with commas, and dots where there are more; "none" for none.

    Examples
    --------
    >>> listed("abcdefghij"), listed("ab"), listed("")
    ('a, b, c, d, e, f, g, h, ...', 'a, b', 'none')
    """
    return ", ".join(map(str, names[:most])) + (", ..." if len(names) > most else "") or "none"
