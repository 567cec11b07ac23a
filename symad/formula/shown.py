"""What notebooks call to show an object: a card in HTML, or the same in Markdown. Knows neither."""

from __future__ import annotations

from typing import ClassVar


class Shown:
    """An object with a card, `_card` being its function in `symad.report.cards` and `symad.report.notebook`."""

    __slots__ = ()
    _card: ClassVar[str]

    def _repr_html_(self) -> str:
        from symad.report import cards

        return str(getattr(cards, self._card)(self))

    def _repr_markdown_(self) -> str:
        from symad.report import notebook

        return str(getattr(notebook, self._card)(self))
