"""Rows as CSV (RFC 4180): numbers with all digits, nothing for none, ``nan`` and ``inf`` as Python writes them."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def to_csv(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """The whole text, with its heading."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return text.getvalue()
