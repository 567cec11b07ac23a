"""What every bridge begins with: a Tape, and a library that is no dependency of symad."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from symad.errors import InteropError
from symad.formula.expression import one_output
from symad.tape.compiling import compile as compiled
from symad.tape.tape import Tape

if TYPE_CHECKING:
    from symad.formula.given import Formula


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


def opened(name: str, formula: Formula | Tape, what: str) -> tuple[Any, Tape]:
    """The module of the extra that has the same name, and a Tape of what users have, with one output as `what` needs.

    Raises
    ------
    InteropError
        If the module is not installed.
    ExpressionError
        If there are several outputs.
    """
    module = library(name, name)
    tape = formula if isinstance(formula, Tape) else compiled(formula)
    one_output(tape.expression, what)
    return module, tape
