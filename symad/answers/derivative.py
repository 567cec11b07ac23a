"""The door: a formula's derivative as a person would write it, its values, and the forms it comes in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from symad.answers import lines as laying
from symad.answers.named import Program, has_names
from symad.answers.search import NAMED, PROGRAM, RAW, SIMPLIFIED, Forms, Found, Search, run_program
from symad.answers.values import Number, numbers
from symad.comparison.target import HESSIAN, JACOBIAN, Asked, Target, target
from symad.derive import automatic
from symad.errors import ExpressionError
from symad.formula.given import expression_of
from symad.formula.names import listed
from symad.formula.shown import Shown
from symad.inputs.points import choose

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from symad.formula.expression import Expression
    from symad.formula.given import Formula
    from symad.symbolic import SymbolicWorker

FORMS = (NAMED, SIMPLIFIED, RAW, "latex", PROGRAM)
SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Slope:
    """One derivative.

    Attributes
    ----------
    name : str
        Such as "df/dx".
    formula : str
        As shown; in names of the program if the derivative is in its named form.
    expression : Expression
        The same number as the program that is run has it, a formula of the variables.
    number : Number or None
        At the point, if there is one.
    forms, place
        Where its other forms come from.
    """

    name: str
    formula: str
    expression: Expression
    forms: Forms = field(repr=False, compare=False)
    place: int = field(repr=False)
    number: Number | None = None

    @property
    def raw(self) -> str:
        """As SymPy's diff returns it; asked for when it is first looked at."""
        return self.forms.raw(self.place)

    @property
    def latex(self) -> str:
        """The formula in LaTeX."""
        from symad.answers.latex import to_latex

        return to_latex(self.formula)

    @property
    def value(self) -> float | None:
        """The double nearest to the derivative at the point; None without a point."""
        return None if self.number is None else self.number.value


@dataclass(frozen=True, slots=True, eq=False)
class Derivative(Mapping[Any, Slope], Shown):
    """All derivatives of a formula, by variable.

    Attributes
    ----------
    form : {"named", "simplified", "raw", "program"}
        Of the formulas.
    slopes : tuple of Slope
    keys : tuple
        What each is asked for by: a variable, for several outputs (output, variable), for second ones two variables.
    lines : tuple of (name, formula)
        What further names in the formulas stand for: ``da`` is the derivative of the result by the step a.
    at : mapping of str to float, or None
    note : str
        Why the form is not the one that was asked for; "" where it is.
    """

    _card = "derivative"

    form: str
    slopes: tuple[Slope, ...]
    names: tuple[Any, ...]
    lines: tuple[tuple[str, str], ...] = ()
    at: Mapping[str, float] | None = None
    note: str = ""

    def _repr_latex_(self) -> str:
        from symad.report import notebook

        return notebook.derivative_latex(self)

    def __getitem__(self, key: Any) -> Slope:
        for name, slope in zip(self.names, self.slopes, strict=True):
            if key in (name, slope.name):
                return slope
        raise KeyError(f"no derivative by {key!r}: there are those by {listed(self.names)}")

    def __iter__(self) -> Iterator[Any]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.slopes)

    def __str__(self) -> str:
        return "\n".join(laying.lines(self))


def diff(
    formula: Formula,
    *,
    wrt: Sequence[str] | str | None = None,
    form: str | None = None,
    at: Mapping[str, float] | None = None,
    n: int | None = None,
    order: int = 1,
    seconds: float = SECONDS,
) -> Derivative:
    """The derivative of a formula as a person would write it.

    Parameters
    ----------
    formula : str, Expression or SymPy
    wrt : sequence of str, or one name, optional
        The variables, by default all.
    form : {"named", "simplified", "raw", "program"}, optional
        Named: in the names that the text gives to its steps, the default where there are some; ``da`` is short for the
        derivative of the result by the step a. Simplified: the shortest of what SymPy's diff, factor and simplify
        return. Raw: what SymPy's diff returns. Program: reverse mode, as `symad.gradient` has it.
    at : mapping of str to float, optional
        A point; values are correctly rounded.
    n : int, optional
        The size of a family.
    order : {1, 2}
        2 for all second derivatives.
    seconds : float
        For SymPy, and for values. Where it gives up the derivative is that of reverse mode, and `Derivative.note`
        says so.

    Returns
    -------
    Derivative
        A mapping: ``d["x"]``, of several outputs ``d["r", "x"]``, of second derivatives ``d["x", "y"]``.

    Raises
    ------
    ParseError
        If the text is no formula.
    ExpressionError
        If there is nothing to differentiate, or a name is unknown.
    BudgetError
        If SymPy gave up and its own form was asked for.

    See Also
    --------
    symad.gradient : the derivative as a program.
    symad.compare : every way to the derivative, and what it costs.

    Examples
    --------
    >>> d = symad.diff("a = x**2; b = sin(a); c = a + b; a*c", at={"x": 2.0})
    >>> print(d)
    df/dx = 2*x*(a*cos(a) + a + c) = 18.514492084950497
    >>> d["x"].value
    18.514492084950497
    """
    return derivative(formula, wrt=wrt, form=form, at=at, n=n, order=order, seconds=seconds)


def derivative(
    formula: Formula,
    *,
    wrt: Sequence[str] | str | None = None,
    form: str | None = None,
    at: Mapping[str, float] | None = None,
    n: int | None = None,
    order: int = 1,
    seconds: float = SECONDS,
    worker: SymbolicWorker | None = None,
) -> Derivative:
    """What `diff` returns, whose parameters and errors these are, by a process of SymPy that runs already.

    With a `worker` nothing is started, and it is left running; without one a process is started and ended.
    """
    expression = expression_of(formula, n=n)
    asked = _asked(expression, wrt, order)
    wanted = form or (NAMED if has_names(expression) else SIMPLIFIED)
    if wanted not in (NAMED, SIMPLIFIED, RAW, PROGRAM):
        raise ExpressionError(f"form is one of {', '.join(FORMS)}, not {form!r}")
    point = None if at is None else choose(expression.variables, at=at).array[0].tolist()
    run = run_program(asked)
    found = Search(asked, run, seconds, worker).found(wanted)
    values = None if point is None else numbers(asked, run, point, seconds=seconds)
    return _derivative(asked, run, found, values, at, Forms(asked, seconds))


def _asked(expression: Expression, wrt: Sequence[str] | str | None, order: int) -> Target:
    """The numbers asked for; of second derivatives each once."""
    if order not in (1, 2):
        raise ExpressionError(f"order is 1 or 2, not {order!r}")
    if not expression.variables:
        raise ExpressionError("diff needs a formula with a variable: there is nothing to differentiate")
    if order == 1:
        return target(expression, JACOBIAN, wrt)
    if expression.n_outputs != 1:
        raise ExpressionError(f"second derivatives need one output, this formula has {expression.n_outputs}")
    every = target(expression, HESSIAN, wrt)
    half = [Asked(0, (a, b)) for k, a in enumerate(every.columns) for b in every.columns[k:]]
    return replace(every, asked=tuple(half))


def _derivative(
    asked: Target,
    run: Expression,
    found: Found,
    values: list[Number] | None,
    at: Mapping[str, float] | None,
    forms: Forms,
) -> Derivative:
    results = Program(asked.expression, asked.wrt).results
    names, keys = zip(*(_called(one, results, asked.expression) for one in asked.asked), strict=True)
    slopes = [
        Slope(name, formula, automatic.select(run, [k]), forms, k, values[k] if values else None)
        for k, (name, formula) in enumerate(zip(names, found.slopes, strict=True))
    ]
    variables = asked.expression.variables
    place = None if at is None else {name: float(at[name]) for name in variables}
    return Derivative(found.form, tuple(slopes), keys, found.lines, place, found.note)


def _called(one: Asked, results: Sequence[str], expression: Expression) -> tuple[str, Any]:
    """What a slope is called, and what it is asked for by."""
    wrt = [expression.variables[column] for column in one.columns]
    result = results[one.output]
    if len(wrt) == 2:
        return f"d2{result}/d{wrt[0]} d{wrt[1]}", tuple(wrt)
    return f"d{result}/d{wrt[0]}", wrt[0] if len(results) == 1 else (result, wrt[0])
