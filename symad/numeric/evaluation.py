"""An Expression evaluated in real arithmetic of any precision, value by value. Knows no derivative.

The reals are extended as IEEE does it: 1/0 is infinite, 0*inf and what leaves the reals is nan, and a comparison with
nan is false. A nan in a branch that is not taken changes nothing.
"""

from __future__ import annotations

import operator
import time
from typing import TYPE_CHECKING, TypeVar

from mpmath import MPContext

from symad.errors import BudgetError, UnsupportedError
from symad.formula.ops import ROWS, Row, row
from symad.formula.parsing import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import mpmath

    from symad.formula.expression import Expression, Number

    # (node, rule, operands); conditions are bool among the numbers
    Step = tuple[int, Callable[..., mpmath.mpf], tuple[int, ...]]

_T = TypeVar("_T")

_HUGE = 60  # bits of an exponent's exponent: beyond it exp and powers count as infinite or 0
_FAR = 20_000  # bits of an argument that a trigonometric function still reduces
_FARTHEST = 1 << 26  # bits of any function's argument: some make an integer of it
_ORDER = "_ORDER"  # ending of rows that are slopes along an order
_PERIODIC = frozenset(("SIN", "COS", "TAN", "SEC", "CSC", "COT"))
_ANY_SIZE = frozenset(("LOG", "SQRT", "ABS"))  # alike for arguments of any exponent
_C_SPELLING = (("||", " or "), ("&&", " and "), ("fabs", "Abs"))
_SPELLED = {
    "Abs": "fabs", "ceiling": "ceil", "polygamma": "psi", "elliptic_k": "ellipk", "elliptic_f": "ellipf",
    "elliptic_e": "ellipe", "elliptic_pi": "ellippi", "uppergamma": "gammainc", "chebyshevt": "chebyt",
    "chebyshevu": "chebyu",
}  # fmt: skip  # heads that mpmath calls otherwise than SymPy in lower case


class Evaluator:
    """An Expression prepared for many evaluations in a precision context of its own: mpmath's global one never changes.

    Parameters
    ----------
    expression : Expression
    deadline : float, optional
        On the clock of ``time.monotonic``; an evaluation that starts later raises BudgetError.
    """

    def __init__(
        self, expression: Expression, *, deadline: float | None = None, context: MPContext | None = None
    ) -> None:
        self.context = context or MPContext()
        self.deadline = deadline
        self.n_inputs = len(expression.variables)
        self._outputs = expression.outputs
        self._n_nodes = expression.n_nodes
        self._uses: list[int] = []  # for each node the inputs it depends on, as bits
        self._steps = self._plan(expression)
        self.output_uses = [self._uses[output] for output in self._outputs]

    def _plan(self, expression: Expression) -> list[Step]:
        graph, rules = expression.graph, Rules(self.context)
        steps: list[Step] = []
        for node in range(graph.n_nodes):
            entry, operands = ROWS[graph.op[node]], graph.operands(node)
            if entry.name == "INPUT":
                self._uses.append(1 << graph.input_index(node))
                continue
            uses = 0
            for operand in operands:
                uses |= self._uses[operand]
            self._uses.append(uses)
            if entry.name == "NUMBER":
                steps.append((node, rules.literal(graph.number(node)), ()))
            else:
                steps.append((node, rules.of(entry), operands))
        return steps

    def values(self, point: Sequence[mpmath.mpf]) -> list[mpmath.mpf]:
        """Every node at a point, in the context's precision."""
        values: list[mpmath.mpf] = [*point, *[False] * (self._n_nodes - len(point))]
        return self._run(self._steps, values)

    def touching(self, inputs: int) -> list[Step]:
        """The operations that depend on some of these inputs (bits)."""
        return [step for step in self._steps if self._uses[step[0]] & inputs]

    def changed(
        self, base: Sequence[mpmath.mpf], steps: list[Step], changes: dict[int, mpmath.mpf]
    ) -> list[mpmath.mpf]:
        """Outputs where some inputs differ from those behind `base`; `steps` are those that the inputs touch."""
        values = list(base)
        for place, value in changes.items():
            values[place] = value
        return self.outputs(self._run(steps, values))

    def outputs(self, values: Sequence[_T]) -> list[_T]:
        """What belongs to the outputs among something of each node."""
        return [values[output] for output in self._outputs]

    def _run(self, steps: list[Step], values: list[mpmath.mpf]) -> list[mpmath.mpf]:
        if self.deadline is not None and time.monotonic() > self.deadline:
            raise BudgetError("the reference ran out of its seconds")
        for node, rule, operands in steps:
            values[node] = rule(*[values[operand] for operand in operands])
        return values


def domain(row: Row) -> Expression:
    """The domain of a row as a formula of a and b: 1 inside, else 0."""
    text = row.domain
    for c_spelling, ours in _C_SPELLING:
        text = text.replace(c_spelling, ours)
    return parse(f"Piecewise((1, {text}), (0, True))", variables=["a", "b"][: row.arity], strict=True)


class Rules:
    """What each row is in real arithmetic."""

    def __init__(self, context: MPContext) -> None:
        self._context = context
        self._nan, self._inf, self._zero, self._one = context.nan, context.inf, context.zero, context.one
        self._written: dict[str, Callable[..., mpmath.mpf]] = {
            "ADD": operator.add, "SUB": operator.sub, "MUL": operator.mul, "DIV": self._divide, "NEG": operator.neg,
            "POW": self._power, "POWN": self._power, "EXP": self._exp, "SIGN": self._sign,
            "LT": operator.lt, "LE": operator.le, "GT": operator.gt, "GE": operator.ge, "EQ": operator.eq,
            "NE": lambda a, b: a < b or a > b, "AND": lambda a, b: a and b, "OR": lambda a, b: a or b,
            "NOT": operator.not_, "TRUE_VALUE": lambda: True, "FALSE_VALUE": lambda: False,
            "SELECT": lambda condition, then, otherwise: then if condition else otherwise,
            "MAX": lambda *items: self._extreme(max, items), "MIN": lambda *items: self._extreme(min, items),
            "NORM": lambda *items: self._root(sum(item * item for item in items)),
            "LOGSUMEXP": self._log_of_sum,
            "LOWERGAMMA": lambda s, x: self._real(self._lower_gamma, (s, x), periodic=False),
            "ZETA_SLOPE": lambda s: self._real(context.diff, (context.zeta, s), periodic=False),
            "AIRYAIPRIME": lambda a: self._real(context.airyai, (a,), periodic=False, derivative=1),
            "AIRYBIPRIME": lambda a: self._real(context.airybi, (a,), periodic=False, derivative=1),
            "LAGUERRE": lambda n, x: self._real(context.laguerre, (n, 0, x), periodic=False),
            "SHARE": self._share, "NAN_VALUE": lambda: self._nan,
            "PI": lambda: +context.pi, "E": lambda: +context.e,
        }  # fmt: skip

    def literal(self, number: Number) -> Callable[[], mpmath.mpf]:
        """A number by its exact value; a quotient of integers is divided anew in each precision."""
        if number.exact is None:
            literal = self._context.convert(number.value)
            return lambda: literal
        above, below = (self._context.convert(part) for part in (number.exact.numerator, number.exact.denominator))
        return (lambda: above) if below == 1 else lambda: above / below

    def of(self, entry: Row) -> Callable[..., mpmath.mpf]:
        """The function of one row."""
        if entry.name in self._written:
            return self._written[entry.name]
        if entry.definition:
            return self._defined(entry)
        if entry.name.endswith(_ORDER):
            return self._along_the_order(self.of(row(entry.name.removesuffix(_ORDER))))
        function = getattr(self._context, _SPELLED.get(entry.sympy, entry.sympy.lower()), None)
        if function is None:
            raise UnsupportedError(f"the reference does not know {entry.text}")
        traits = {"periodic": entry.name in _PERIODIC, "any_size": entry.name in _ANY_SIZE}
        return lambda *operands: self._real(function, operands, **traits)

    def _along_the_order(self, rule: Callable[..., mpmath.mpf]) -> Callable[..., mpmath.mpf]:
        """The slope of a function of an order and another operand."""
        return lambda n, x: self._real(self._context.diff, (lambda order: rule(order, x), n), periodic=False)

    def _defined(self, entry: Row) -> Callable[..., mpmath.mpf]:
        inner = Evaluator(self.definition(entry), context=self._context)
        return lambda *operands: inner.outputs(inner.values(operands))[0]

    def definition(self, entry: Row) -> Expression:
        """What a row is in other rows, of a and b."""
        return parse(entry.definition, variables=["a", "b"][: entry.arity], strict=True)

    def _immense(self, operand: object) -> bool:
        if not isinstance(operand, self._context.mpf):
            return False
        _, mantissa, exponent, bits = operand._mpf_
        return bool(mantissa) and exponent + bits > _FARTHEST

    def _real(
        self,
        function: Callable[..., mpmath.mpf],
        operands: Sequence[mpmath.mpf],
        *,
        periodic: bool,
        any_size: bool = False,
        **options: int,
    ) -> mpmath.mpf:
        """A function's value if it is real, else nan."""
        if periodic and not self._context.mag(operands[0]) < _FAR:
            return self._nan
        if not any_size and any(map(self._immense, operands)):
            return self._nan
        try:
            value = function(*operands, **options)
        except (ValueError, ZeroDivisionError, OverflowError, self._context.NoConvergence):
            return self._nan
        except TypeError:  # mpmath divides the magnitude of a nan
            if all(map(self._context.isfinite, operands)):
                raise
            return self._nan
        return value if isinstance(value, self._context.mpf) else self._nan

    def _divide(self, a: mpmath.mpf, b: mpmath.mpf) -> mpmath.mpf:
        if b:
            return a / b
        return self._nan if not a else a * self._inf

    def _exp(self, a: mpmath.mpf) -> mpmath.mpf:
        if a == a and self._context.mag(a) > _HUGE:  # nan has no magnitude
            return self._inf if a > 0 else self._zero
        return self._context.exp(a)

    def _root(self, a: mpmath.mpf) -> mpmath.mpf:
        return self._context.sqrt(a) if a >= 0 else self._nan

    def _logarithm(self, a: mpmath.mpf) -> mpmath.mpf:
        return self._context.ln(a) if a > 0 else self._nan

    def _log_of_sum(self, *items: mpmath.mpf) -> mpmath.mpf:
        """By distances from the largest: the exponentials themselves may be beyond every exponent."""
        largest = self._extreme(max, items)
        if not self._context.isfinite(largest):
            return largest
        return largest + self._context.ln(sum(self._exp(item - largest) for item in items))

    def _sign(self, a: mpmath.mpf) -> mpmath.mpf:
        return self._one if a > 0 else -self._one if a < 0 else a

    def _power(self, a: mpmath.mpf, b: mpmath.mpf) -> mpmath.mpf:
        """C's pow on the reals."""
        if b == 0 or a == 1:
            return self._one
        if self._context.isnan(a) or self._context.isnan(b):
            return self._nan
        if not a or self._context.isinf(a) or self._context.isinf(b):
            return self._power_at_the_ends(a, b)
        if a < 0 and not self._context.isint(b):
            return self._nan
        mag = self._context.mag
        beyond = mag(b) + mag(abs(mag(a)) + 1) > _HUGE and mag(b * self._context.log(abs(a))) > _HUGE
        return self._power_at_the_ends(a, b) if beyond else self._context.power(a, b)

    def _power_at_the_ends(self, a: mpmath.mpf, b: mpmath.mpf) -> mpmath.mpf:
        if self._context.isinf(b) and abs(a) == 1:
            return self._one
        grows = (abs(a) > 1) == (b > 0)
        odd = bool(self._context.isint(b) and not self._context.isint(b / 2))  # halving is exact, b + 1 is not
        size = self._inf if grows else self._zero
        return -size if a < 0 and odd else size

    def _lower_gamma(self, s: mpmath.mpf, x: mpmath.mpf) -> mpmath.mpf:
        """DLMF 8.5.1: mpmath's own incomplete gamma function does not return for negative x."""
        if x > 0:  # nothing cancels
            return x**s * self._context.exp(-x) / s * self._context.hyp1f1(1, s + 1, x)
        return x**s / s * self._context.hyp1f1(s, s + 1, -x)

    def _extreme(self, choose: Callable[..., mpmath.mpf], items: Sequence[mpmath.mpf]) -> mpmath.mpf:
        return self._nan if any(self._context.isnan(item) for item in items) else choose(items)

    def _share(self, leader: mpmath.mpf, *items: mpmath.mpf) -> mpmath.mpf:
        ties = sum(item == leader for item in items)
        return self._nan if self._context.isnan(leader) or not ties else self._one / ties
