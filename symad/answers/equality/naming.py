"""What parts of a formula are called in an explanation. Decides nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symad.answers.equality.joining import cone
from symad.answers.equality.normal_form import Forms
from symad.answers.equality.polynomials import TooLargeError
from symad.answers.equality.writing import form_text, short
from symad.derive.automatic import select

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from symad.answers.equality.slopes import Edge
    from symad.formula.expression import Expression

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def ordinal(k: int) -> str:
    """The k-th, from 0, in words."""
    return _ORDINALS[k] if k < len(_ORDINALS) else f"{k + 1}th"


class Names:
    """Texts for nodes of the formula, of somebody's derivative and of the graph of both.

    Parameters
    ----------
    f, mine : Expression
    joint : Expression
        Of both, with everything that may be missing as outputs.
    variable : str
    """

    def __init__(self, f: Expression, mine: Expression, joint: Expression, variable: str) -> None:
        self._f = f
        self._mine = mine
        self._joint = joint
        self._variable = variable

    def writer(self, output: int) -> Callable[[], str]:
        """The text of an output of the joint graph, when it is wanted."""
        return lambda: short(self._form(self._joint, self._joint.outputs[output]))

    def _form(self, expression: Expression, node: int) -> str:
        forms = Forms()
        try:
            found = forms.of(expression, cone(expression, node))[node]
            return form_text(forms, found)
        except TooLargeError:
            place = expression.outputs.index(node)
            return str(select(expression, [place]))

    def of_formula(self, node: int) -> str:
        """A part of the formula, as it was typed."""
        return short(self._f.span(node) or self._form(self._f, node))

    def of_mine(self, node: int) -> Callable[[], str]:
        """A part of the derivative, as it was typed."""
        return lambda: short(self._mine.span(node) or self._form(self._mine, node))

    def use(self, k: int, path: Sequence[Edge], paths: Sequence[Sequence[Edge]]) -> str:
        """``the third use of x, in b``: the last name on the way to it that is not on every way."""
        if len(paths) == 1:
            return f"the use of {self._variable}"
        labels = self._f.labels
        n_ways = {node: sum(any(n == node for n, _ in one) for one in paths) for node, _ in path}
        own = [labels[node] for node, _ in path if node in labels and n_ways[node] < len(paths)]
        where = f", in {own[-1]}" if own else ""
        return f"the {ordinal(k)} use of {self._variable}{where}"
