"""A drawn graph as a str that notebooks show, and that is saved in the form its file's name asks for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from symad.errors import ExpressionError
from symad.system import storing

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

ENDINGS = {".svg": "svg", ".dot": "dot", ".gv": "dot", ".mmd": "mermaid", ".mermaid": "mermaid"}


class Picture(str):
    """A picture as text: a str, with `save`; notebooks draw it.

    Attributes
    ----------
    format : {"svg", "dot", "mermaid"}
        Of the text.

    Examples
    --------
    >>> picture = symad.draw("x*sin(y)")
    >>> picture.startswith("<svg")
    True
    """

    __slots__ = ("_drawn", "format")
    format: str  # type: ignore[assignment]  # as `draw` calls it; a picture is no template
    _drawn: Callable[[str], str]

    def __new__(cls, form: str, drawn: Callable[[str], str]) -> Picture:
        """The picture in one form; `drawn` draws it in any."""
        made = super().__new__(cls, drawn(form))
        made.format = form
        made._drawn = drawn
        return made

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the picture in the form that the name ends with: svg, dot or mmd.

        Parameters
        ----------
        path : path-like

        Raises
        ------
        ExpressionError
            If the name ends otherwise: nothing is written under the name of another format.
        OSError
            If the file cannot be written; an old one stays as it was.
        """
        place = Path(path)
        form = ENDINGS.get(place.suffix.lower())
        if form is None:
            raise ExpressionError(
                f"{place}: pictures are written as svg, dot or mmd; write {place.with_suffix('.svg')}"
            )
        text = str(self) if form == self.format else self._drawn(form)
        storing.replace(path, text.encode())

    def _repr_svg_(self) -> str:
        return str(self) if self.format == "svg" else self._drawn("svg")

    def _repr_markdown_(self) -> str:
        text = str(self) if self.format == "mermaid" else self._drawn("mermaid")
        return f"```mermaid\n{text.rstrip()}\n```\n"

    def __reduce__(self) -> tuple[object, ...]:
        return (str, (str(self),))
