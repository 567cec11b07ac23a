"""Names to columns: which variables somebody means by ``wrt``, ``held`` or ``fix``. Knows names, no formula."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symad.errors import ExpressionError, ShapeError
from symad.formula.names import hint, listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def columns(
    names: Sequence[str],
    chosen: Iterable[str] | str,
    *,
    option: str = "wrt",
    error: type[ExpressionError] | type[ShapeError] = ExpressionError,
) -> tuple[int, ...]:
    """The columns of some variables, in the order in which they are named.

    Parameters
    ----------
    names : sequence of str
        All variables.
    chosen : str, or iterable of str
    option : str
        What the message calls the choice.
    error : type
        Raised for a name that is no variable, one that stands twice, and where none is named.
    """
    wanted = [chosen] if isinstance(chosen, str) else [*chosen]
    places = {name: column for column, name in enumerate(names)}
    for name in wanted:
        if name not in places:
            raise error(f"{option}: {unknown(str(name), names)}")
    if not wanted or len(set(wanted)) < len(wanted):
        raise error(f"{option} names variables, each once, not {wanted!r}")
    return tuple(places[name] for name in wanted)


def unknown(name: str, names: Sequence[str]) -> str:
    """What is said of a name that is no variable."""
    return f"{name} is no variable of the formula ({listed(names)}){hint(name, names)}"
