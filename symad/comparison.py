"""Runs every method on one formula and puts a Comparison together. Formats nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from symad import judging, numeric, routes, timing, verdicts
from symad.errors import ExpressionError
from symad.expression import Expression, one_output
from symad.parsing import parse
from symad.points import DEFAULT_N_POINTS, choose
from symad.results import Comparison, MethodResult
from symad.symbolic import Budget, SymbolicWorker

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import sympy
    from numpy.typing import ArrayLike, NDArray

    from symad.measure import Counts
    from symad.points import Points
    from symad.routes import Route
    from symad.timing import Timing
    from symad.verdicts import Entry

    Array = NDArray[np.float64]

__all__ = ["FUNCTION", "Comparison", "MethodResult", "compare"]

FUNCTION = "function"
DIGITS = 50
REFERENCE_SECONDS = 5.0  # for all references together; as many points are judged as fit


def compare(
    formula: Expression | str | sympy.Basic,
    *,
    at: Mapping[str, float] | None = None,
    points: ArrayLike | None = None,
    domain: Mapping[str, tuple[float, float]] | None = None,
    n_points: int = DEFAULT_N_POINTS,
    seed: int = 0,
    budget: float | Budget | None = None,
    worker: SymbolicWorker | None = None,
    variables: Sequence[str] | None = None,
) -> Comparison:
    """Differentiate a formula in every way; count, time and judge each against a 50-digit reference.

    Parameters
    ----------
    formula : Expression, str or SymPy expression
        With one output and at least one variable.
    at : mapping of name to number, optional
        One point.
    points : (n_points, n_vars) array-like, optional
        Points, columns in the order of the variables.
    domain : mapping of name to (low, high), optional
        A box to draw `n_points` points from, uniformly, with `seed`. With none of `at`, `points` and `domain` every
        variable is drawn from 0.5 to 2.
    n_points, seed : int, optional
        Of the draws.
    budget : float or Budget, optional
        Seconds after which SymPy is stopped; its rows then say ``gave up``.
    worker : SymbolicWorker, optional
        The child process to ask, with a budget of its own: for many comparisons, of which only the first loads SymPy.
    variables : sequence of str, optional
        Order of the variables, for text and SymPy.

    Returns
    -------
    Comparison

    Raises
    ------
    ParseError
        If the text is no formula.
    ExpressionError
        If there are several outputs or no variables, or a name is missing or unknown.
    ShapeError
        If points, numbers or intervals do not have the form above.
    """
    expression = _expression(formula, variables)
    chosen = choose(expression.variables, at=at, points=points, domain=domain, n_points=n_points, seed=seed)
    if worker is not None:
        return _Run(expression, chosen, worker).comparison()
    limit = budget if isinstance(budget, Budget) else Budget() if budget is None else Budget(seconds=budget)
    with SymbolicWorker(limit) as own:
        return _Run(expression, chosen, own).comparison()


def _expression(formula: Expression | str | sympy.Basic, variables: Sequence[str] | None) -> Expression:
    if isinstance(formula, str):
        formula = parse(formula, variables=variables)
    elif not isinstance(formula, Expression):
        from symad.sympy_bridge import from_sympy

        formula = from_sympy(formula, variables=variables)
    one_output(formula, "compare")
    if not formula.variables:
        raise ExpressionError("compare needs a formula with a variable: there is nothing to differentiate")
    return formula


class _Run:
    """One comparison in the making: routes first, then times while SymPy's process rests, then judgement."""

    def __init__(self, expression: Expression, chosen: Points, worker: SymbolicWorker) -> None:
        self._expression = expression
        self._points = chosen
        self._budget = worker.budget
        self._routes = routes.build(expression, worker)
        self._function_time, *times = timing.measure(routes.jobs(expression, self._routes, chosen.array))
        timed = iter(times)
        self._times = [None if route.program is None else next(timed) for route in self._routes]
        self._references = numeric.references(
            expression, chosen.array, digits=DIGITS, budget_s=max(REFERENCE_SECONDS, self._budget.seconds)
        )
        self._judged = chosen.array[: len(self._references)]

    def comparison(self) -> Comparison:
        """The whole of it."""
        function = self._function()
        methods = self._methods(function)
        return Comparison(
            formula=self._expression.source or str(self._expression),
            variables=self._expression.variables,
            points=self._points,
            n_judged=len(self._references),
            function=function,
            methods=methods,
            agree=verdicts.agreement([method.verdict for method in methods]),
            warnings=tuple(self._warnings()),
            machine=timing.machine(),
            settings=self._settings(),
        )

    def _function(self) -> MethodResult:
        """The function's own row: the errors are those of its value."""
        value = routes.value(self._expression, self._judged)[:, None]
        row = judging.entries(value, value, judging.values(self._expression, self._references), exact=True)
        result = self._judged_row(MethodResult(FUNCTION, verdicts.UNJUDGED), judging.lost(row), self._at)
        return replace(
            self._timed(result, self._function_time),
            counts=self._expression.counts,
            passes=routes.lowered(self._expression),
            ratio=1.0,
        )

    def _methods(self, function: MethodResult) -> tuple[MethodResult, ...]:
        rows = judging.excuse(self._entries(), [route.exact and route.program is not None for route in self._routes])
        status = routes.status(self._expression, self._judged)
        found = []
        for route, row, time in zip(self._routes, rows, self._times, strict=True):
            result = MethodResult(route.name, verdicts.GAVE_UP, reason=route.reason, exact=route.exact)
            if route.program is not None:
                result = self._judged_row(result, row, self._slope_at)
                result = self._costs(self._timed(result, time), route, route.program.counts, function)
                result = replace(result, status=status if route.follows_tape else None)
            found.append(result)
        return tuple(found)

    def _entries(self) -> list[list[Entry]]:
        truths = judging.slopes(self._expression, self._references)
        answers = [
            None if route.program is None else routes.evaluate(route, self._expression, self._judged)
            for route in self._routes
        ]
        usual = next(a for a, route in zip(answers, self._routes, strict=True) if route.name == routes.SWEEP)
        return [
            [] if answer is None or usual is None else judging.entries(answer, usual, truths, exact=route.exact)
            for answer, route in zip(answers, self._routes, strict=True)
        ]

    def _judged_row(self, result: MethodResult, row: Sequence[Entry], tell: judging.Tell) -> MethodResult:
        found = judging.summary(row, tell)
        worst = found.worst
        names = self._expression.variables
        return replace(
            result,
            verdict=found.verdict,
            reason=found.reason,
            max_ulp=found.max_ulp,
            median_ulp=found.median_ulp,
            max_relative=found.max_relative,
            median_relative=found.median_relative,
            n_entries=found.n_entries,
            worst_point=None if worst is None else self._named(worst.point),
            worst_variable=None if worst is None or result.name == FUNCTION else names[worst.variable],
        )

    def _timed(self, result: MethodResult, time: Timing | None) -> MethodResult:
        if time is None:
            return result
        return replace(
            result,
            time_ns=time.time_ns,
            spread_ns=time.spread_ns,
            n_repeats=time.n_repeats,
            ratio=time.time_ns / self._function_time.time_ns,
        )

    def _costs(self, result: MethodResult, route: Route, counts: Counts, function: MethodResult) -> MethodResult:
        own = function.counts
        return replace(
            result,
            counts=counts,
            passes=route.passes,
            build_time_ns=route.build_time_ns,
            swell=None if own is None else quotient(counts.n_written_out, own.n_written_out),
            shared_swell=None if own is None else quotient(counts.n_distinct, own.n_distinct),
        )

    def _named(self, point: int) -> dict[str, float]:
        return dict(zip(self._expression.variables, map(float, self._judged[point]), strict=True))

    def _at(self, one: Entry) -> str:
        pairs = [f"{name} = {value!r}" for name, value in self._named(one.point).items()]
        return ", ".join(pairs[:3]) + (", ..." if len(pairs) > 3 else "")

    def _slope_at(self, one: Entry) -> str:
        return f"d/d{self._expression.variables[one.variable]} at {self._at(one)}"

    def _warnings(self) -> list[str]:
        times = [self._function_time, *(time for time in self._times if time is not None)]
        noisy = sum(time.noisy for time in times)
        n_points, n_judged = len(self._points.array), len(self._references)
        warnings = []
        if 2 * noisy >= len(times):
            warnings.append(f"the machine was busy: {noisy} of {len(times)} times spread by more than a quarter")
        if n_judged < n_points:
            warnings.append(f"the reference had time for {n_judged} of {n_points} points; more with a larger budget")
        return warnings

    def _settings(self) -> dict[str, object]:
        return {
            "symbolic_budget_s": self._budget.seconds,
            "symbolic_budget_megabytes": self._budget.megabytes,
            "symbolic_budget_nodes": self._budget.nodes,
            "reference_digits": DIGITS,
            "reference_budget_s": max(REFERENCE_SECONDS, self._budget.seconds),
            "tolerance_exact": verdicts.TOLERANCE_EXACT,
            "tolerance_differences": verdicts.TOLERANCE_DIFFERENCES,
            "min_repeat_ns": timing.REPEAT_NS,
            "max_points_in_a_timed_call": routes.BLOCK,
        }


def quotient(above: int, below: int) -> float | None:
    """A ratio of counts of any size; None over nothing, infinite beyond the doubles."""
    if below == 0:
        return None
    try:
        return above / below
    except OverflowError:
        return float("inf")
