"""Exit statuses of the program, and which of several counts. Imports nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

AGREE, DIFFER, USAGE, UNDECIDED, INTERRUPTED, CLOSED = 0, 1, 2, 3, 130, 141
OF_AGREEMENT = {True: AGREE, False: DIFFER, None: UNDECIDED}
_GRAVEST = (INTERRUPTED, USAGE, DIFFER, UNDECIDED, AGREE)


def gravest(statuses: Iterable[int]) -> int:
    """The status of a run with several answers."""
    return min(statuses, key=_GRAVEST.index, default=AGREE)
