"""The graph of a formula as a picture: values, local partials and adjoints at a point, as SVG, DOT or Mermaid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, SupportsIndex

from symad.errors import ExpressionError
from symad.formula.given import expression_of
from symad.lecture.drawing import dot, mermaid, svg
from symad.lecture.drawing.picture import MAX_NODES, picture
from symad.lecture.drawing.picture import Picture as Drawing
from symad.lecture.drawing.saved import Picture

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["FORMATS", "MAX_NODES", "Picture", "draw"]

FORMATS: Mapping[str, Callable[[Drawing], str]] = {
    "svg": svg.to_svg,
    "dot": dot.to_dot,
    "mermaid": mermaid.to_mermaid,
}


def draw(
    formula: Any,
    *,
    at: Mapping[str, float] | None = None,
    format: str = "svg",  # noqa: A002  # the name that users type
    n: SupportsIndex | None = None,
    max_nodes: int | None = MAX_NODES,
) -> Picture:
    """The graph of a formula as SVG, DOT or Mermaid text.

    Each box is one operation under the name that `symad steps` gives it. With a point it also holds the value and the
    adjoint (the derivative of the result by this box), and each arrow bears its local partial: the adjoint of a box is
    the sum, over the arrows that leave it, of the partial times the adjoint at the other end.

    Parameters
    ----------
    formula : Expression, str or SymPy expression
    at : mapping of name to number, optional
        The point; without one the boxes hold formulas alone. With several outputs there are no adjoints.
    format : {"svg", "dot", "mermaid"}, optional
        DOT is read by Graphviz, Mermaid by Markdown viewers.
    n : int, optional
        Size of a family, for text.
    max_nodes : int or None, optional
        In a larger graph the names of the text share boxes: those that differ in their last index (``h1``, ``h2``) and
        stand at one level, each with the steps that flow into it. What still is too much is drawn by its first and last
        boxes; one stands for those between and says how many. None draws every node.

    Returns
    -------
    Picture
        A str; notebooks draw it, and ``save("g.svg")`` writes it in the form of the file's name.

    Raises
    ------
    ParseError
        If the text is no formula.
    ExpressionError
        If the format or the number of nodes is none of these, or a name is missing or unknown.

    See Also
    --------
    symad.Tape.sweep : the numbers of a reverse sweep.

    Examples
    --------
    >>> print(symad.draw("x*sin(y)", format="mermaid").splitlines()[0])
    flowchart TD
    """
    if format not in FORMATS:
        raise ExpressionError(f"format is one of {', '.join(FORMATS)}, not {format!r}")
    drawn = picture(expression_of(formula, n=n), at=at, max_nodes=max_nodes)
    return Picture(format, lambda form: FORMATS[form](drawn))
