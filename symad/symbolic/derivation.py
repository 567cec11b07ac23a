"""What SymPy is asked to do: differentiate, share, simplify. Runs where it is called, without a budget."""

from __future__ import annotations

import time
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from symad.errors import ExpressionError, UnsupportedError
from symad.formula.expression import Expression, given_symbols, one_output
from symad.symbolic.bridge import read, real_symbols, written

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import sympy

    Bindings = list[tuple[sympy.Symbol, sympy.Basic]]

STAGES = ("import", "to_sympy", "diff", "forward_jacobian", "simplify", "factor", "cse", "from_sympy")
RAW, CSE, FORWARD_JACOBIAN, SIMPLIFIED, FACTORED = "raw", "cse", "forward_jacobian", "simplified", "factored"
FORMS = (RAW, CSE, FORWARD_JACOBIAN, SIMPLIFIED, FACTORED)
_COUNTED = 100_000  # operations written out, beyond which SymPy's own count would take longer than the derivative


@dataclass(frozen=True, slots=True)
class Derivative:
    """A derivative as SymPy found it.

    Attributes
    ----------
    expression : Expression
        One output for each number asked for.
    seconds : mapping of str to float
        Time of each stage that was gone through, such as to_sympy, diff, cse (0 without it), from_sympy.
    n_sympy_ops : int or None
        Operations by ``sympy.count_ops``, which counts otherwise than symad does; None where the tree is too large.
    """

    expression: Expression
    seconds: Mapping[str, float]
    n_sympy_ops: int | None

    def __reduce__(self) -> tuple[object, ...]:
        return (Derivative, (self.expression, dict(self.seconds), self.n_sympy_ops))


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
    one_output(expression, "the symbolic gradient")
    return Differentiation(expression).result(form=CSE if cse else RAW, max_nodes=max_nodes)


class Differentiation:
    """One formula's derivatives, each found once, in each of the forms.

    Parameters
    ----------
    expression : Expression
    progress : callable, optional
        Told each stage as it begins.
    order : {0, 1, 2}
        0: the outputs as SymPy writes them. 1: their Jacobian, row by row. 2: the Hessian of the one output.
    wrt : sequence of str, optional
        The variables of the derivatives, by default all.
    """

    def __init__(
        self,
        expression: Expression,
        progress: Callable[[str], None] | None = None,
        *,
        order: int = 1,
        wrt: Sequence[str] | None = None,
    ) -> None:
        if order and not expression.variables:
            raise ExpressionError("the symbolic gradient needs a variable, this expression has none")
        if order == 2:
            one_output(expression, "the symbolic Hessian")
        self._expression = expression
        self._progress = progress or (lambda stage: None)
        self._inputs = real_symbols(expression.variables)
        self._wrt = [dict(self._inputs)[name] for name in (expression.variables if wrt is None else wrt)]
        self._order = order
        self._seconds: dict[str, float] = {}
        self._outputs: list[sympy.Basic] | None = None
        self._derivatives: list[sympy.Basic] | None = None

    def result(self, *, form: str, max_nodes: int | None) -> Derivative:
        """The derivative in one of its forms; what they have in common is done once."""
        import sympy

        bindings: Bindings = []
        if form == FORWARD_JACOBIAN:
            seconds, (bindings, derivatives) = self._jacobian_by_forward_mode()
        else:
            derivatives = self._differentiated()
            seconds = {**self._seconds, "cse": 0.0}
            if form == CSE:
                fresh = sympy.numbered_symbols(cls=sympy.Dummy)
                bindings, derivatives = self._timed("cse", seconds, lambda: sympy.cse(derivatives, symbols=fresh))
            elif form != RAW:
                name, step = ("simplify", sympy.simplify) if form == SIMPLIFIED else ("factor", sympy.factor)
                derivatives = self._timed(name, seconds, lambda: [step(part) for part in derivatives])
        return self._read(derivatives, bindings, seconds, max_nodes)

    def _read(
        self, derivatives: Sequence[sympy.Basic], bindings: Bindings, seconds: dict[str, float], max_nodes: int | None
    ) -> Derivative:
        import sympy

        found: Expression = self._timed(
            "from_sympy",
            seconds,
            lambda: read(derivatives, inputs=self._inputs, bindings=bindings, max_nodes=max_nodes),
        )
        countable = bool(bindings) or found.counts.n_written_out <= _COUNTED
        parts = [*(value for _, value in bindings), *derivatives]
        n_ops = int(sum(sympy.count_ops(part) for part in parts)) if countable else None
        own = Expression(found.handle, symbols=given_symbols(self._expression))
        return Derivative(own, MappingProxyType(seconds), n_ops)

    def _formulas(self) -> list[sympy.Basic]:
        """The outputs."""
        if self._outputs is None:
            found = self._timed(
                "to_sympy", self._seconds, lambda: written(self._expression, [symbol for _, symbol in self._inputs])
            )
            self._outputs = [found] if self._expression.n_outputs == 1 else list(found)
        return self._outputs

    def _differentiated(self) -> list[sympy.Basic]:
        if self._derivatives is None:
            outputs = self._formulas()
            self._derivatives = self._timed("diff", self._seconds, lambda: self._all(outputs))
        return self._derivatives

    def _all(self, outputs: Sequence[sympy.Basic]) -> list[sympy.Basic]:
        import sympy

        if self._order == 0:
            return list(outputs)
        first = [sympy.diff(output, symbol) for output in outputs for symbol in self._wrt]
        if self._order == 1:
            return first
        half = {
            (i, j): sympy.diff(slope, self._wrt[j]) for i, slope in enumerate(first) for j in range(i, len(self._wrt))
        }
        return [half[min(i, j), max(i, j)] for i in range(len(self._wrt)) for j in range(len(self._wrt))]

    def _jacobian_by_forward_mode(self) -> tuple[dict[str, float], tuple[Bindings, list[sympy.Basic]]]:
        """SymPy's forward accumulation over its common subexpressions; for a Hessian over those of the gradient."""
        import sympy

        try:
            from sympy.simplify._cse_diff import _forward_jacobian_norm_in_cse_out as forward
        except ImportError:
            raise UnsupportedError(f"SymPy {sympy.__version__} has no forward Jacobian; 1.14 has") from None
        if self._order == 0:
            raise UnsupportedError("a forward Jacobian has derivatives only")
        outputs = self._formulas()
        seconds = dict(self._seconds)
        if self._order == 2:
            outputs = self._timed("diff", seconds, lambda: [sympy.diff(outputs[0], symbol) for symbol in self._wrt])
        column = sympy.Matrix(outputs)
        bindings, jacobians, _ = self._timed(
            "forward_jacobian", seconds, lambda: forward(column, sympy.Matrix(self._wrt))
        )
        return seconds, (list(bindings), list(jacobians[0]))

    def _timed(self, stage: str, seconds: dict[str, float], step: Callable[[], sympy.Basic]) -> sympy.Basic:
        self._progress(stage)
        start = time.perf_counter()
        result = step()
        seconds[stage] = time.perf_counter() - start
        return result
