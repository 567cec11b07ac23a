"""Colours of a terminal, by what a piece of text means. Text for files and pipes stays plain."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    Paint = Callable[[str, str], str]

# What a text means: codes of ECMA-48, section 8.3.117 (SGR). Colours of the terminal's own palette fit light and dark.
_CODES = {
    "heading": "1",
    "rule": "2",
    "agrees": "32",
    "differs": "1;31",
    "differs by convention": "36",
    "loses digits": "33",
    "ill-conditioned": "33",
    "outside the domain": "33",
    "gave up": "35",
    "does not apply": "2",
    "not judged": "2",
    "quiet": "2",
    "warning": "33",
}


def plain(text: str, meaning: str) -> str:
    """The text as it is."""
    del meaning
    return text


def coloured(text: str, meaning: str) -> str:
    """The text in the colour of what it means; spaces round it stay plain."""
    code, bare = _CODES.get(meaning), text.strip(" ")
    if code is None or not bare:
        return text
    before, _, after = text.partition(bare)
    return f"{before}\x1b[{code}m{bare}\x1b[0m{after}"
