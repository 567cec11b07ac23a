"""The derivative of a program of named steps as a person would write it. Runs in the child, beside SymPy.

Each step is differentiated on its own; adjoints are summed from the last step to the first, ``da`` being short for the
slope of the result by the step a where it is long. What is shown is the shortest of a few spellings of one object.
"""

from __future__ import annotations

import math
import re
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from symad.errors import BudgetError
from symad.formula.counts import writes_more_than
from symad.formula.parsing import parse
from symad.formula.printing import to_pieces
from symad.symbolic.arranging import Arranger
from symad.symbolic.bridge import read, written
from symad.system.clocks import within

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import sympy

LONG = 24  # characters of an adjoint that deserves a line of its own
_OPERATIONS = 60  # from here on nothing is cancelled or factored
_WRITTEN = 5_000  # of one slope; longer ones nobody reads
_POLISHING_S = 0.2  # of processor time, for all cancelling and factoring of one program
_SIMPLIFYING_S = 1.0  # the same, where the whole formula is simplified
_WORD = re.compile(r"[A-Za-z_]\w*")
_DIGITS = 9  # of an index


@dataclass(frozen=True, slots=True)
class Steps:
    """A program of named steps, as texts.

    Attributes
    ----------
    inputs, wrt : tuple of str
        Variables, and those of the derivatives.
    steps : tuple of (name, text)
        Each in terms of inputs and earlier steps, with the list of its variables before it.
    outputs : tuple of (name, text)
        Likewise; the name is that of the step where the output is one, else "".
    adjoints : tuple of tuple of str
        For each output the names of the slopes by the steps.
    order : {1, 2}
        Of the derivatives; second ones have no lines of their own for long adjoints.
    """

    inputs: tuple[str, ...]
    wrt: tuple[str, ...]
    steps: tuple[tuple[str, str], ...]
    outputs: tuple[tuple[str, str], ...]
    adjoints: tuple[tuple[str, ...], ...]
    order: int = 1

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Steps:
        """From a JSON object of the same names."""
        return cls(**{key: _tuples(value) for key, value in given.items()})


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list) else value


class Allowance:
    """Processor time for what only makes a formula shorter; nothing is begun after half the wall clock.

    Parameters
    ----------
    seconds : float
        Of processor time.
    wall : float
        Seconds of the whole request.
    """

    def __init__(self, seconds: float, wall: float) -> None:
        self._left = seconds
        self._end = time.monotonic() + wall / 2

    def tried(self, step: Callable[[], sympy.Basic]) -> sympy.Basic | None:
        """What a step returns; None where there is no time left, or where SymPy cannot do it."""
        import sympy

        if self._left <= 0 or time.monotonic() > self._end:
            return None
        start = time.thread_time()
        unable = (ArithmeticError, AttributeError, KeyError, NotImplementedError, TypeError, ValueError, BudgetError)
        try:
            return within(self._left, "a spelling", step, clock=time.process_time)
        except (*unable, sympy.polys.polyerrors.BasePolynomialError, RecursionError):
            return None
        finally:
            self._left -= time.thread_time() - start


class Speller:
    """One program's slopes in the making.

    Parameters
    ----------
    steps : Steps
    polish : bool
        Whether formulas are cancelled and factored.
    simplify : bool
        Whether ``sympy.simplify`` is tried too.
    seconds : float
        Of the request.
    """

    def __init__(self, steps: Steps, *, polish: bool, simplify: bool = False, seconds: float = math.inf) -> None:

        self._steps = steps
        names = [*steps.inputs, *(name for name, _ in steps.steps), *(name for name, _ in steps.outputs if name)]
        names += [name for row in steps.adjoints for name in row]
        self._symbols = _symbols(names)
        self._allowance = Allowance((_SIMPLIFYING_S if simplify else _POLISHING_S) if polish else 0.0, seconds)
        self._polish, self._simplify = polish, simplify
        self._arranger = Arranger({self._symbols[name] for row in steps.adjoints for name in row})
        self._formulas = {name: self._formula(text) for name, text in steps.steps}
        self._slopes: dict[str, dict[str, sympy.Basic]] = {}
        for formula, _ in self._formulas.values():
            self._know(formula)

    def _formula(self, text: str) -> tuple[sympy.Basic, tuple[str, ...]]:
        """A step in SymPy, and the names that it uses."""
        expression = parse(text, strict=True)
        leaves = [self._symbols[name] for name in expression.variables]
        return written(expression, leaves, literals=self._arranger.decimal), expression.variables

    def _know(self, formula: sympy.Basic) -> None:
        import sympy

        self._arranger.know(formula.atoms(sympy.Add))

    def spelled(self) -> tuple[list[list[str]], list[tuple[str, str]]]:
        """For each output a text for each variable, and the lines of long adjoints in the order of the steps."""
        slopes, lines = [], []
        for (name, text), adjoints in zip(self._steps.outputs, self._steps.adjoints, strict=True):
            found, more = self._output(name, text, adjoints)
            slopes.append(found)
            lines += more
        return slopes, lines

    def _output(self, name: str, text: str, adjoints: Sequence[str]) -> tuple[list[str], list[tuple[str, str]]]:
        formula, uses = self._formula(text)
        self._know(formula)
        if self._steps.order == 2:
            return self._second(name, formula, uses), []
        met = {used: [slope] for used, slope in self._local(name, formula, uses).items()}
        lines: list[tuple[str, str]] = []
        for (step, _), adjoint in reversed(list(zip(self._steps.steps, adjoints, strict=True))):
            if step not in met:
                continue
            total, spelling = self._shortest(self._sum(met.pop(step)))
            if len(spelling) > LONG:
                lines.append((adjoint, spelling))
                total = self._symbols[adjoint]
            own, used_names = self._formulas[step]
            if step not in self._slopes:
                self._slopes[step] = self._local(step, own, used_names)
            for used, slope in self._slopes[step].items():
                met.setdefault(used, []).append(total * slope)
        return [self._shortest(self._sum(met.get(name, [])))[1] for name in self._steps.wrt], lines[::-1]

    def _second(self, name: str, formula: sympy.Basic, uses: Sequence[str]) -> list[str]:
        """The second derivatives by each pair of variables, the first not behind the second: slopes of the steps are
        carried forward, and the first derivatives, in names, are differentiated through them once more."""
        wrt = self._steps.wrt
        along = {(variable, by): self._sum([int(variable == by)]) for variable in self._steps.inputs for by in wrt}
        for step, (own, used_names) in self._formulas.items():
            slopes = self._local(step, own, used_names)
            for by in wrt:
                parts = [slope * along[used, by] for used, slope in slopes.items()]
                along[step, by] = self._shortest(self._sum(parts))[0]
        slopes = self._local(name, formula, uses)
        first = {by: self._sum([slope * along[used, by] for used, slope in slopes.items()]) for by in wrt}
        along.update({(name, by): first[by] for by in wrt if name})
        steps = {own: self._symbols[step] for step, (own, _) in self._formulas.items() if own.args}
        pairs = [(a, b) for k, a in enumerate(wrt) for b in wrt[k:]]
        return [self._in_steps(self._through(first[a], b, along), steps) for a, b in pairs]

    def _in_steps(self, item: sympy.Basic, steps: Mapping[sympy.Basic, sympy.Symbol]) -> str:
        """The shortest spelling, or that with the names of steps that stand in it as a whole."""
        plain = self._shortest(item)
        named = self._shortest(plain[0].xreplace(steps))
        return min(plain, named, key=lambda one: self._length(*one))[1]

    def _through(self, item: sympy.Basic, by: str, along: Mapping[tuple[str, str], sympy.Basic]) -> sympy.Basic:
        """The derivative of a formula in names by a variable, given those of the names."""
        free = item.free_symbols
        met = [(name, symbol) for name, symbol in self._symbols.items() if symbol in free and (name, by) in along]
        return self._sum([item.diff(symbol) * along[name, by] for name, symbol in met])

    def _sum(self, parts: Sequence[sympy.Basic]) -> sympy.Basic:
        import sympy

        return sympy.Add(*parts)

    def _local(self, name: str, formula: sympy.Basic, uses: Sequence[str]) -> dict[str, sympy.Basic]:
        """The slopes of one step, by what it uses; those that are 0 are left out."""
        found = {}
        for used in uses:
            if used not in self._active:
                continue
            slope = formula.diff(self._symbols[used])
            if slope != 0:
                found[used] = self._by_own_name(name, formula, slope) if name else slope
                self._know(found[used])
        return found

    @property
    def _active(self) -> set[str]:
        """What depends on a variable of the derivatives."""
        if not hasattr(self, "_depends"):
            self._depends = set(self._steps.wrt)
            for name, (_, uses) in self._formulas.items():
                if self._depends.intersection(uses):
                    self._depends.add(name)
        return self._depends

    def _by_own_name(self, name: str, formula: sympy.Basic, slope: sympy.Basic) -> sympy.Basic:
        """The slope in terms of the step itself where that is shorter: ``h*(1 - h)`` for the logistic function."""
        import sympy

        symbol = self._symbols[name]
        replaced = self._allowance.tried(lambda: in_terms_of_itself(formula, symbol, slope))
        if replaced is None:
            return slope
        candidates = [replaced]
        found = self._allowance.tried(lambda: sympy.cancel(replaced)) if replaced.has(sympy.Add) else None
        if found is not None:
            candidates += [found, _factor_terms(found), self._allowance.tried(lambda: _factor(found)) or found]
        candidates = [item for item in candidates if _divisors(item) - {symbol} <= _divisors(slope)] or [slope]
        own = min(candidates, key=lambda item: self._plainness(item, self._text(item)))
        return own if len(self._text(own)) < len(self._text(slope)) else slope

    def _plainness(self, item: sympy.Basic, spelling: str) -> tuple[int, bool, int]:
        """What makes a local slope plain: each name once, as a product, few characters."""
        return _n_names(spelling), not item.is_Mul, len(spelling)

    def _length(self, item: sympy.Basic, spelling: str) -> tuple[int, int]:
        """What makes a spelling short: its characters, a name counting as three, a sum two more; its operations."""
        return len(spelling) + 2 * _n_names(spelling) + 2 * item.is_Add, item.count_ops()

    def _shortest(self, item: sympy.Basic) -> tuple[sympy.Basic, str]:
        """The shortest spelling, the object and its text."""
        import sympy

        best = item, self._text(item)
        length = self._length(*best)
        if not item.args or not self._polish or item.count_ops() >= _OPERATIONS * (1 + 2 * self._simplify):
            return best
        tries: list[Callable[[], sympy.Basic]] = [lambda: sympy.cancel(item), lambda: _factor(item)]
        if self._simplify:
            tries.append(lambda: sympy.simplify(item))
        for found in (_factor_terms(item), *map(self._allowance.tried, tries)):
            with suppress(BudgetError):  # one that is too long is no candidate
                if found is not None and (shorter := self._length(found, spelling := self._text(found))) < length:
                    best, length = (found, spelling), shorter
        return best

    def _text(self, item: sympy.Basic) -> str:
        return text_of(item, self._symbols, self._arranger)


def _symbols(names: Iterable[str]) -> dict[str, sympy.Symbol]:
    """A real symbol for each name, called so that SymPy sorts x2 before x10."""
    import sympy

    found: dict[str, sympy.Symbol] = {}
    used: set[str] = set()
    for name in names:
        padded = re.sub(r"[0-9]+", lambda run: run.group().zfill(_DIGITS), name)
        inner = name if padded in used else padded
        used.add(inner)
        found[name] = sympy.Symbol(inner, real=True)
    return found


def text_of(item: sympy.Basic, symbols: Mapping[str, sympy.Symbol], arranger: Arranger) -> str:
    """An object as text, arranged, without the list of its variables."""
    arranged = arranger.arranged(item)
    free = arranged.free_symbols
    inputs = [(name, symbol) for name, symbol in symbols.items() if symbol in free]
    expression = read([arranged], inputs=inputs, bindings=arranger.bindings(arranged), as_given=True)
    if writes_more_than(expression, _WRITTEN):
        raise BudgetError(f"a slope has more than {_WRITTEN:,} operations written out")
    bindings, (text,) = to_pieces(expression, sharing=False)
    if bindings:
        raise BudgetError("a slope is nested too deep to be written out")
    return text


def _n_names(spelling: str) -> int:
    return len(_WORD.findall(spelling))


def _factor_terms(item: sympy.Basic) -> sympy.Basic:
    import sympy

    return sympy.factor_terms(item)


def _factor(item: sympy.Basic) -> sympy.Basic:
    import sympy

    return sympy.factor(item)


def in_terms_of_itself(formula: sympy.Basic, symbol: sympy.Symbol, slope: sympy.Basic) -> sympy.Basic | None:
    """A slope of a step in the step's own symbol, by solving its formula for its one transcendental part.

    A slope of a product or quotient may hold it as a whole: ``-r/y`` for ``r = x/y``.
    """
    import sympy

    part = _transcendental(formula)
    if part is None:
        return slope.subs(formula, symbol) if formula.is_Mul and slope.is_Mul else None
    unknown = sympy.Dummy("t", real=True)
    above, below = sympy.fraction(sympy.together(formula.subs(part, unknown)))
    if not (above.is_polynomial(unknown) and below.is_polynomial(unknown)):
        return None
    top, bottom = sympy.Poly(above, unknown), sympy.Poly(below, unknown)
    if max(top.degree(), bottom.degree()) != 1:
        return None
    a, b, c, d = (poly.coeff_monomial(unknown**k) for poly in (top, bottom) for k in (1, 0))
    solution = (b - d * symbol) / (c * symbol - a)
    return slope.subs(part, unknown).subs(unknown, solution)


def _divisors(item: sympy.Basic) -> set[sympy.Symbol]:
    """What an object divides by: a slope that divides by more has no value somewhere."""
    import sympy

    found: set[sympy.Symbol] = sympy.fraction(sympy.together(item))[1].free_symbols
    return found


def _transcendental(formula: sympy.Basic) -> sympy.Basic | None:
    """The one part of a formula that is no arithmetic, or a reciprocal as a whole; None where there are several."""
    import sympy

    found = [item for item in formula.atoms(sympy.Function, sympy.Pow) if _is_part(item)]
    outer = [item for item in found if not any(other is not item and other.has(item) for other in found)]
    if not outer and formula.is_Pow and formula.exp.is_Rational and formula.exp < 0:
        return formula
    return outer[0] if len(outer) == 1 else None


def _is_part(item: sympy.Basic) -> bool:
    import sympy

    return not item.exp.is_Integer if isinstance(item, sympy.Pow) else not isinstance(item, sympy.Piecewise)
