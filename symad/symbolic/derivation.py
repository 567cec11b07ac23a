"""What SymPy is asked to do: differentiate, find common subexpressions. Runs where it is called, without a budget."""

from __future__ import annotations

import time
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from symad.errors import ExpressionError
from symad.expression import Expression, one_output
from symad.sympy_bridge import read, real_symbols, to_sympy

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import sympy

STAGES = ("import", "to_sympy", "diff", "cse", "from_sympy")
_COUNTED = 100_000  # operations written out, beyond which SymPy's own count would take longer than the derivative


@dataclass(frozen=True, slots=True)
class Derivative:
    """A gradient as SymPy found it.

    Attributes
    ----------
    expression : Expression
        One output per variable.
    seconds : mapping of str to float
        Time of each stage: to_sympy, diff, cse (0 without it), from_sympy.
    n_sympy_ops : int or None
        Operations by ``sympy.count_ops``, which counts otherwise than symad does; None where the tree is too large.
    """

    expression: Expression
    seconds: Mapping[str, float]
    n_sympy_ops: int | None


def differentiate(expression: Expression, *, cse: bool = False, max_nodes: int | None = None) -> Derivative:
    """The gradient by SymPy in this process, for as long as it takes.

    Parameters
    ----------
    expression : Expression
        With one output. Its variables are real symbols, whatever the user's own symbols assume.
    cse : bool
        Whether common subexpressions of all partial derivatives are found by ``sympy.cse``; else the derivatives are
        those that ``sympy.diff`` returns.
    max_nodes : int, optional
        A larger result raises BudgetError.

    Raises
    ------
    ExpressionError
        If there are several outputs.
    UnsupportedError
        If SymPy's derivative has no form here, or the expression is nested too deep for it.
    """
    return Differentiation(expression).result(cse=cse, max_nodes=max_nodes)


class Differentiation:
    """One formula's derivatives, each found once: as SymPy returns them and after cse."""

    def __init__(self, expression: Expression, progress: Callable[[str], None] | None = None) -> None:
        one_output(expression, "the symbolic gradient")
        if not expression.variables:
            raise ExpressionError("the symbolic gradient needs a variable, this expression has none")
        self._expression = expression
        self._progress = progress or (lambda stage: None)
        self._inputs = real_symbols(expression.variables)
        self._seconds: dict[str, float] = {}
        self._derivatives: list[sympy.Basic] | None = None

    def result(self, *, cse: bool, max_nodes: int | None) -> Derivative:
        """The gradient in one of its two forms; both share the derivatives."""
        import sympy

        derivatives = self._differentiated()
        bindings: list[tuple[sympy.Symbol, sympy.Basic]] = []
        seconds = {**self._seconds, "cse": 0.0}
        if cse:
            fresh = sympy.numbered_symbols(cls=sympy.Dummy)
            bindings, derivatives = self._timed("cse", seconds, lambda: sympy.cse(derivatives, symbols=fresh))
        found: Expression = self._timed(
            "from_sympy",
            seconds,
            lambda: read(derivatives, inputs=self._inputs, bindings=bindings, max_nodes=max_nodes),
        )
        countable = cse or found.counts.n_written_out <= _COUNTED
        parts = [*(value for _, value in bindings), *derivatives]
        n_ops = int(sum(sympy.count_ops(part) for part in parts)) if countable else None
        own = Expression(found.handle, symbols=self._expression.symbols)
        return Derivative(own, MappingProxyType(seconds), n_ops)

    def _differentiated(self) -> list[sympy.Basic]:
        import sympy

        if self._derivatives is None:
            formula = self._timed(
                "to_sympy", self._seconds, lambda: to_sympy(self._expression, symbols=dict(self._inputs))
            )
            self._derivatives = self._timed(
                "diff", self._seconds, lambda: [sympy.diff(formula, symbol) for _, symbol in self._inputs]
            )
        return self._derivatives

    def _timed(self, stage: str, seconds: dict[str, float], step: Callable[[], sympy.Basic]) -> sympy.Basic:
        self._progress(stage)
        start = time.perf_counter()
        result = step()
        seconds[stage] = time.perf_counter() - start
        return result
