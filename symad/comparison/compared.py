"""The door of comparisons: arguments in, a frozen Comparison out. Formats nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, SupportsIndex

from symad.comparison import methods as routes
from symad.comparison.result import Comparison, Diagnosis, MethodResult, StepCurve
from symad.comparison.run import FUNCTION, Run
from symad.comparison.target import GRADIENT, target
from symad.formula.given import expression_of
from symad.inputs.points import DEFAULT_N_POINTS, choose
from symad.symbolic import Budget, SymbolicWorker

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike

    from symad.formula.given import Formula
    from symad.inputs.points import Interval

__all__ = ["FUNCTION", "Comparison", "Diagnosis", "MethodResult", "StepCurve", "compare"]


def compare(
    formula: Formula,
    *,
    at: Mapping[str, float] | None = None,
    points: ArrayLike | None = None,
    domain: Mapping[str, Interval] | None = None,
    n_points: int = DEFAULT_N_POINTS,
    seed: int = 0,
    of: str = GRADIENT,
    wrt: Sequence[str] | str | None = None,
    methods: Sequence[str] | str | None = None,
    timings: bool = True,
    native: bool = False,
    compiler: str = "cc",
    budget: float | Budget | None = None,
    worker: SymbolicWorker | None = None,
    errors: bool = False,
    n: SupportsIndex | None = None,
    variables: Sequence[str] | None = None,
) -> Comparison:
    """Differentiate a formula in every way; count, time and judge each against a 50-digit reference.

    Parameters
    ----------
    formula : Expression, str or SymPy expression
        Several outputs (a tuple) for ``of="value"`` and ``of="jacobian"``.
    at : mapping of name to number, optional
        One point.
    points : (n_points, n_vars) array-like, optional
        Points, columns in the order of the variables.
    domain : mapping of name to (low, high) or (low, high, "log"), optional
        A box to draw `n_points` points from with `seed`, uniformly or, with "log" and 0 < low, in equal ratios. With
        none of `at`, `points` and `domain` every variable is drawn from 0.5 to 2.
    n_points, seed : int, optional
        Of the draws.
    of : {"gradient", "value", "jacobian", "hessian"}
        What every method answers: of one output its gradient or Hessian; of all outputs their Jacobian, or their values
        as written against SymPy's forms of them.
    wrt : sequence of str, or one name, optional
        The variables of the derivatives, by default all.
    methods : sequence of str, or one text with commas, optional
        Which of "symbolic", "cse", "forward-jacobian", "simplified", "factored", "forward", "reverse", "sweep",
        "central", "one-sided", "complex"; "default" stands for all but "simplified" and "factored", which may take
        SymPy long, and "all" for all.
    timings : bool, optional
        False leaves evaluations untimed, which is most of the work for short formulas.
    native : bool, optional
        True also times each method's program compiled by a C compiler, some tenths of seconds each where it was not
        compiled before; a warning of the Comparison says so where there is none.
    compiler : str, optional
        Its command.
    budget : float or Budget, optional
        Seconds of wall clock for the whole comparison, by default 10; loading SymPy is not counted. The reference has
        at most half of them, points are judged as they fit; where SymPy is stopped its rows say ``gave up``.
    worker : SymbolicWorker, optional
        The child process to ask, with a budget of its own: for many comparisons, of which only the first loads SymPy.
    errors : bool, optional
        True keeps every answer of every method with its error and its word, in `MethodResult.errors`, and the right
        numbers in `Comparison.right`.
    n : int, optional
        Size of a family, for text: what ``n`` stands for.
    variables : sequence of str, optional
        Order of the variables, for text and SymPy.

    Returns
    -------
    Comparison
        Printed, its first screen: verdict, advice, derivative, six methods; `Comparison.details` has all columns.

    Raises
    ------
    ParseError
        If the text is no formula.
    ExpressionError
        If there is nothing of the kind asked for (several outputs, no variables), or a name is missing or unknown.
    ShapeError
        If points, numbers or intervals do not have the form above.

    See Also
    --------
    symad.diff : the derivative alone.
    symad.study : for every size of a family.

    Examples
    --------
    >>> import symad
    >>> found = symad.compare("x**2", at={"x": 3.0}, timings=False)
    >>> found.agree, found.answer.values, found.answer.slopes[0].formula, found.answer.slopes[0].value
    (True, (9.0,), '2*x', 6.0)
    """
    expression = expression_of(formula, variables=variables, n=n)
    asked, keys = target(expression, of, wrt), routes.chosen(methods)
    chosen = choose(expression.variables, at=at, points=points, domain=domain, n_points=n_points, seed=seed)
    command = compiler if native else None
    if worker is not None:
        return Run(asked, chosen, keys, worker, timings=timings, native=command, errors=errors).comparison()
    limit = budget if isinstance(budget, Budget) else Budget() if budget is None else Budget(seconds=budget)
    with SymbolicWorker(limit) as own:
        return Run(asked, chosen, keys, own, timings=timings, native=command, errors=errors).comparison()
