"""A Tape from its file. Knows paths; the bytes are read and verified in C."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from symad.formula.composing import hold
from symad.formula.expression import Expression
from symad.tape.tape import Tape

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike


def load(path: str | PathLike[str], *, held: Sequence[str] | None = None) -> Tape:
    """A Tape from a file that `Tape.save` or a C program wrote.

    Parameters
    ----------
    path : str or path-like
    held : sequence of str, optional
        Variables that no derivative is taken by unless it is asked for, as in `symad.compile`: files do not keep them.

    Returns
    -------
    Tape
        Equal to the one that was saved, to the last bit of every result; names and source text included.

    Raises
    ------
    TapeFormatError
        If the file is damaged, or breaks any rule of the format: no file can harm the reader.
    ExpressionError
        If `held` names no variable.
    OSError
        If it cannot be read.

    See Also
    --------
    symad.Tape.save : writes such a file.
    symad.Expression.from_bytes : the same from bytes.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "f.tape")
    ...     symad.compile("x**2").save(path)
    ...     print(symad.load(path).value(3.0))
    9.0
    """
    found = Expression.from_bytes(Path(path).read_bytes(), name=str(path))
    return Tape(found if held is None else hold(found, held))
