"""Formulas and points to the page that shows them: what is wrong is refused here, not in the browser."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from symad.errors import ExpressionError, ParseError
from symad.inputs.sources import Source, SourceError, numbers, parsed
from symad.page.assemble import lesson
from symad.page.core import core

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from symad.formula.expression import Expression

_SIZE = 3  # of a family without one: as in the page
_MOST = 200  # of a size in the page
_LARGEST = {"nodes": 100_000, "variables": 2_000}  # as in core.js


def lesson_page(
    source: Source,
    *,
    at: Mapping[str, float] | None = None,
    n: int | None = None,
    examples: Sequence[Source] = (),
    say: Callable[[str], None] | None = None,
) -> str:
    """The lesson as HTML, beginning with one formula, or with the first example where its text is empty.

    Parameters
    ----------
    source : Source
        The formula.
    at : mapping of str to float, optional
        Values of some or all of its variables.
    n : int, optional
        The size of a family.
    examples : sequence of Source
        The menu; behind ``@`` stands the point, ``x=2, y=pi/3``. By default the page's own.
    say : callable, optional
        Told when the core has to be made first, which takes half a minute.

    Raises
    ------
    ParseError, ExpressionError
        If a text is no formula or too large for a page, or the point has other variables.
    CoreError
        If this installation cannot make pages.
    """
    state = _state(source.text, at or {}, n) if source.text else {}
    menu = dict(_example(one, k) for k, one in enumerate(examples, 1))
    return lesson(core(say), state, menu)


def page_of(expression: Expression, at: Mapping[str, float] | None = None) -> str:
    """The lesson of a parsed formula: with the text that was typed if it says the same by itself, else as printed."""
    typed = expression.source
    try:
        same = typed is not None and parsed(Source("", typed)).n_nodes == expression.n_nodes
    except ParseError:
        same = False  # a family, functions of the caller's, variables in another order
    text = typed if same and typed is not None else str(expression)
    return lesson_page(Source("", text), at=at)


def _state(text: str, at: Mapping[str, float], n: int | None) -> dict[str, str]:
    """What the address of the page would hold."""
    if n is not None and n > _MOST:
        raise ExpressionError(f"a page shows families up to n = {_MOST}, not {n:,}")
    expression = parsed(Source("", text), n)
    for name, most in _LARGEST.items():
        found = getattr(expression, f"n_{name}") if name == "nodes" else len(expression.variables)
        if found > most:
            raise ExpressionError(f"a page shows formulas of at most {most:,} {name}: this one has {found:,}")
    unknown = [name for name in at if name not in expression.variables]
    if unknown:
        known = ", ".join(expression.variables[:8]) or "none"
        raise ExpressionError(f"{', '.join(unknown)} is no variable of this formula (it has {known})")
    state = {"f": text}
    if at:
        state["at"] = ",".join(f"{name}:{value!r}" for name, value in at.items())
    if n is not None:
        state["n"] = str(n)
    return state


def _example(source: Source, number: int) -> tuple[str, str]:
    """A line of a lecturer's file as an entry of the menu."""
    text, _, place = (part.strip() for part in source.text.partition("@"))
    try:
        at = numbers([place]) if place else {}
        n = _size(text, at)
        state = _state(text, at, n)
    except (ParseError, ExpressionError, SourceError) as error:
        raise SourceError(f"{source.where}: {error}") from error
    more = f" @ n={n}" if n is not None else ""
    return source.name or f"{number}: {text}", f"{text} @ {state.get('at', '')}{more}"


def _size(text: str, at: dict[str, float]) -> int | None:
    """The size of a family, taken from its point; None for what is a formula without one."""
    try:
        parsed(Source("", text))
    except ParseError as error:
        wanted = at.get("n", float(_SIZE))
        if not wanted.is_integer() or not 0 <= wanted <= _MOST:
            raise ExpressionError(f"n is a whole number from 0 to {_MOST}, not {wanted!r}") from None
        with suppress(ParseError):
            parsed(Source("", text), int(wanted))
            at.pop("n", None)
            return int(wanted)
        raise error from None
    return None
