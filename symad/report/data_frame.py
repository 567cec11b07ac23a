"""Rows of an answer as a data frame of pandas, which is loaded when it is asked for."""

from __future__ import annotations

import csv
import io
from importlib import import_module
from typing import Any

from symad.errors import InteropError


def from_csv(text: str) -> Any:
    """A pandas DataFrame of CSV as `csv_text` writes it: numbers as numbers, nothing as nan or None.

    Raises
    ------
    InteropError
        If pandas is not installed.
    """
    try:
        pandas = import_module("pandas")
    except ImportError as error:
        raise InteropError("a data frame needs pandas: pip install pandas; to_csv needs nothing") from error
    head, *rows = csv.reader(io.StringIO(text))
    return pandas.DataFrame({name: _column([row[k] for row in rows]) for k, name in enumerate(head)})


def _column(cells: list[str]) -> list[Any]:
    """A column of numbers where all that stands in it are numbers, else of texts."""
    try:
        numbers = [float(cell) if cell else float("nan") for cell in cells]
    except ValueError:
        return [cell or None for cell in cells]
    return numbers if any(cells) else [None] * len(cells)
