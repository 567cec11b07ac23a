"""What every bridge begins with: a Tape, and a library that is no dependency of symad."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from symad.compiling import compile as compiled
from symad.errors import InteropError
from symad.tape import Tape

if TYPE_CHECKING:
    from symad.compiling import Formula


def as_tape(formula: Formula | Tape) -> Tape:
    """A Tape of what users have."""
    return formula if isinstance(formula, Tape) else compiled(formula)


def library(name: str, extra: str) -> Any:
    """The module of this name.

    Raises
    ------
    InteropError
        If it is not installed.
    """
    try:
        return import_module(name)
    except ImportError as error:
        raise InteropError(f'{name} is not installed: pip install "symad[{extra}]"') from error
