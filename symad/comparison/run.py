"""Runs every method on one formula and puts a Comparison together. Knows the order of the steps and no mathematics."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from symad.comparison import judging, verdicts
from symad.comparison import methods as routes
from symad.comparison import step_curve as stepping
from symad.comparison.diagnosis import Doctor
from symad.comparison.evidence import Witness
from symad.comparison.findings import Findings, Seen
from symad.comparison.result import Answered, Comparison, MethodResult, Speed
from symad.system import timing
from symad.system.clocks import Clock

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from symad.comparison.judging import Tell
    from symad.comparison.methods import Route
    from symad.comparison.target import Target
    from symad.comparison.verdicts import Entry, Evidence
    from symad.formula.counts import Counts
    from symad.inputs.points import Points
    from symad.symbolic import SymbolicWorker
    from symad.system.timing import Timing

    Array = NDArray[np.float64]

FUNCTION = "function"
BATCH, SINGLE, NATIVE = "batch", "single", "native"  # ways to call what is timed
DIGITS = 50
REFERENCE_SHARE = 0.5  # of the budget at most, for all references: points are judged as they fit
SYMBOLIC_SHARE = 0.75  # of what the reference leaves, for SymPy; the rest is for times and judgement
SLOW_START_S = 1.0  # of loading SymPy, from which a note says so
CONDITIONED = 11  # the row of the table that asks for a condition


class Run:
    """One comparison in the making, on one clock: references while SymPy loads, routes, times, judgement.

    Times are taken while SymPy's process rests. Loading SymPy is not counted.

    Parameters
    ----------
    target : Target
    chosen : Points
    methods : sequence of str
        Keys of the routes.
    worker : SymbolicWorker
    timings : bool
        Whether to measure times.
    native : str, optional
        The C compiler to measure compiled programs with too.
    built : sequence of Route, optional
        Instead of those that the keys name.
    errors : bool
        Whether the errors of every answer are kept.
    """

    def __init__(
        self,
        target: Target,
        chosen: Points,
        methods: Sequence[str],
        worker: SymbolicWorker,
        *,
        timings: bool = True,
        native: str | None = None,
        built: Sequence[Route] | None = None,
        errors: bool = False,
    ) -> None:
        self._target = target
        self._expression = target.expression
        self._points = chosen
        self._worker, self._budget, self._clock = worker, worker.budget, Clock(worker.budget.seconds)
        self._errors = errors
        uses_sympy = built is None and bool(set(methods) & set(routes.BY_SYMPY))
        if uses_sympy:
            worker.start()
        self._reference_seconds = self._clock.share(REFERENCE_SHARE)
        self._known = judging.known(target, chosen.array, digits=DIGITS, budget_s=self._reference_seconds)
        self._judged = chosen.array[: len(self._known.asked)]
        if uses_sympy:
            with self._clock.stopped():
                worker.load()
        self._symbolic_seconds = SYMBOLIC_SHARE * self._clock.left()
        self._routes = (
            routes.build(target, methods, worker, self._clock, self._symbolic_seconds) if built is None else list(built)
        )
        self._native = native if timings else None
        self._times = self._measured() if timings else {}
        self._witness = Witness(target, self._judged, self._routes)
        self._doctor = Doctor(target, self._judged, self._witness, self._clock)
        self._condition = judging.Conditions(self._clock)
        self._judged_rows: list[list[Entry]] = []
        self._usual = routes.usual(target, self._judged) if len(self._judged) else np.empty((0, len(target.asked)))

    def _measured(self) -> dict[str, list[Timing | None]]:
        """Times of the function, of each route and of what its ratio is taken over, by the way they are called."""
        block = routes.block_of(self._expression, self._routes, self._points.array)
        jobs = routes.jobs(self._expression, self._routes, block)
        single = routes.jobs(self._expression, self._routes, block[:1])
        times = {
            BATCH: timing.measure_some(jobs, clock=self._clock),
            SINGLE: timing.measure_some(single, timing.MIN_REPEATS, self._clock),
        }
        if self._native is not None:
            compiled = routes.native_jobs(self._expression, self._routes, block, self._native)
            times[NATIVE] = timing.measure_some(compiled, timing.MIN_REPEATS, self._clock)
        return times

    def comparison(self) -> Comparison:
        """The whole of it."""
        function = self._function()
        methods = self._methods(function)
        target = self._target
        return Comparison(
            formula=self._expression.source or str(self._expression),
            variables=self._expression.variables,
            points=self._points,
            n_judged=len(self._judged),
            function=function,
            methods=methods,
            agree=verdicts.agreement([(method.verdict, method.exact) for method in methods]),
            warnings=tuple(self._warnings()),
            machine=timing.machine(),
            settings=self._settings(),
            of=target.of,
            wrt=target.wrt,
            n_outputs=self._expression.n_outputs,
            entries=tuple(target.name(k) for k in range(len(target.asked))),
            right=self._right() if self._errors else None,
            findings=Findings(self._seen(methods)),
        )

    def _seen(self, methods: tuple[MethodResult, ...]) -> Seen:
        """What answers are made from, without more work than has been done."""
        keys = [route.key for route in self._routes]
        return Seen(
            target=self._target,
            points=self._judged,
            n_points=len(self._points.array),
            known=self._known,
            rows=dict(zip(keys, self._judged_rows, strict=True)),
            methods=methods,
            routes=dict(zip(keys, self._routes, strict=True)),
            usual=self._usual,
            budget_s=self._budget.seconds,
            worker=self._worker,
        )

    def _right(self) -> tuple[tuple[float, ...], ...]:
        """The right numbers at each judged point, nan where there is not one."""
        return tuple(tuple(one.exact for one in row) for row in self._known.asked)

    def _function(self) -> MethodResult:
        """The function's own row: the errors are those of its values."""
        value = routes.value(self._expression, self._judged)
        judged = judging.entries(value, value, self._known.values, exact=True)
        (row,) = judging.settled([judged], [self._of_value], exact=[True], order=0, clock=self._clock)
        result = self._judged_row(MethodResult(FUNCTION, verdicts.UNJUDGED, key=FUNCTION), row, self._value_at)
        worst = judging.summary(row, self._value_at).worst
        several = worst is not None and self._expression.n_outputs > 1
        return replace(
            self._timed(result, 0),
            worst_output=worst.number if worst is not None else None,
            worst_entry=f"f{worst.number + 1}" if worst is not None and several else None,
            condition=_number(self._condition(worst, of_value=True)) if worst is not None else None,
            counts=self._expression.counts,
            memory_bytes=routes.memory(self._expression),
            n_evaluations=1,
            passes=routes.lowered(self._expression),
            tolerance=verdicts.TOLERANCE_EXACT,
        )

    def _of_value(self, one: Entry) -> Evidence:
        return self._witness.of_value(one, lambda: self._condition(one, of_value=True))

    def _methods(self, function: MethodResult) -> tuple[MethodResult, ...]:
        answers = [self._answers(route) for route in self._routes]
        rows = self._judged_rows = self._rows(answers)
        outputs = range(self._expression.n_outputs)
        status = routes.status([self._witness.single(output) for output in outputs], self._judged)
        found = []
        for number, (route, answer, row) in enumerate(zip(self._routes, answers, rows, strict=True), 1):
            word = verdicts.GAVE_UP if route.applies else verdicts.NOT_APPLICABLE
            result = MethodResult(route.name, word, key=route.key, reason=route.reason, exact=route.exact)
            within = verdicts.tolerance(self._target.order, exact=route.exact)
            result = replace(result, engine=route.engine, tolerance=within)
            if answer is not None:
                result = self._judged_row(result, row, self._slope_at)
                result = self._explained(self._placed(result, row), route, answer, row)
            if route.program is not None:
                counts = route.program.counts.times(route.n_evaluations)
                result = self._costs(self._timed(result, number), route, counts, function)
                result = replace(result, status=status if route.follows_tape else None)
            found.append(result)
        return tuple(found)

    def _answers(self, route: Route) -> Array | None:
        """What a method answers at the judged points, or at the first of them; None where it cannot be run."""
        if route.evaluate is None:
            return None
        return route.evaluate(self._judged) if len(self._judged) else np.empty((0, len(self._target.asked)))

    def _rows(self, answers: Sequence[Array | None]) -> list[list[Entry]]:
        """Every answer of every method judged; nothing where no point has a reference."""
        if len(self._judged) == 0:
            return [[] for _ in self._routes]
        usual, order = self._usual, self._target.order
        rows = [
            [] if found is None else judging.entries(found, usual, self._known.asked, exact=route.exact, order=order)
            for route, found in zip(self._routes, answers, strict=True)
        ]
        evidence = [self._of(route, found) for route, found in zip(self._routes, answers, strict=True)]
        exact = [route.exact for route in self._routes]
        return judging.settled(rows, evidence, exact=exact, order=order, clock=self._clock)

    def _of(self, route: Route, answers: Array | None) -> Callable[[Entry], Evidence]:
        found = np.empty((0, 0)) if answers is None else answers
        return lambda one: self._witness.of(route, found, one, lambda: self._condition(one))

    def _judged_row(self, result: MethodResult, row: Sequence[Entry], tell: Tell) -> MethodResult:
        found = judging.summary(row, tell)
        return replace(
            result,
            verdict=found.verdict,
            reason=found.reason,
            max_ulp=found.max_ulp,
            median_ulp=found.median_ulp,
            max_relative=found.max_relative,
            median_relative=found.median_relative,
            n_entries=found.n_entries,
            worst_point=None if found.worst is None else self._named(found.worst.point),
            errors=_answered(row) if self._errors else None,
        )

    def _placed(self, result: MethodResult, row: Sequence[Entry]) -> MethodResult:
        """Where the largest error was met, and how sensitive the derivative is there."""
        worst = judging.summary(row, self._slope_at).worst
        if worst is None:
            return result
        return replace(
            result,
            worst_entry=self._target.name(worst.number),
            worst_output=self._target.asked[worst.number].output,
            worst_variable=self._target.variable(worst.number),
            condition=_number(self._condition(worst)),
        )

    def _explained(self, result: MethodResult, route: Route, answers: Array, row: Sequence[Entry]) -> MethodResult:
        """The error against the step, and the diagnosis of the worst entry in data and in words."""
        curve = stepping.curve(route, self._known.asked, self._judged) if self._clock.left() else None
        blamed = judging.blamed(row)
        if blamed is None:
            return replace(result, step_curve=curve)
        condition = self._condition(blamed) if blamed.row >= CONDITIONED else math.nan
        diagnosis = self._doctor.diagnose(route, answers, blamed, condition, curve)
        said = f"{diagnosis.cause}: {diagnosis.said}" if diagnosis.said else diagnosis.cause
        skipped = blamed.row > CONDITIONED and math.isnan(condition)
        note = "; its condition was not asked for: no time" if skipped else ""
        return replace(result, step_curve=curve, diagnosis=diagnosis, reason=f"{result.reason}; {said}{note}")

    def _timed(self, result: MethodResult, number: int) -> MethodResult:
        """A row with its times; the function's is number 0."""
        found = self._speed(result, BATCH, number)
        if found is None:
            return result
        return replace(
            result,
            time_ns=found.time_ns,
            spread_ns=found.spread_ns,
            n_repeats=found.n_repeats,
            noisy=found.noisy,
            ratio=found.ratio,
            single=self._speed(result, SINGLE, number),
            native=self._speed(result, NATIVE, number),
        )

    def _speed(self, result: MethodResult, way: str, number: int) -> Speed | None:
        times = self._times.get(way)
        found = times[number] if times is not None else None
        if times is None or found is None:
            return None
        over = number + len(self._routes)  # what the route's ratio is taken over, if not the function as a program
        own = times[over] if number and over < len(times) and times[over] is not None else times[0]
        ratio = found.time_ns / own.time_ns if own is not None and result.engine == "C" else None
        return Speed(found.time_ns, found.spread_ns, found.n_repeats, found.noisy, ratio)

    def _costs(self, result: MethodResult, route: Route, counts: Counts, function: MethodResult) -> MethodResult:
        own = function.counts
        return replace(
            result,
            counts=counts,
            passes=route.passes,
            n_evaluations=route.n_evaluations,
            memory_bytes=route.memory_bytes,
            build_time_ns=route.build_time_ns,
            build_stages_ns=route.stages_ns,
            swell=None if own is None else quotient(counts.n_written_out, own.n_written_out),
            shared_swell=None if own is None else quotient(counts.n_distinct, own.n_distinct),
        )

    def _named(self, point: int) -> dict[str, float]:
        return dict(zip(self._expression.variables, map(float, self._judged[point]), strict=True))

    def _value_at(self, one: Entry) -> str:
        pairs = [f"{name} = {value!r}" for name, value in self._named(one.point).items()]
        return ", ".join(pairs[:3]) + (", ..." if len(pairs) > 3 else "")

    def _slope_at(self, one: Entry) -> str:
        name = self._target.name(one.number).replace("df/", "d/", 1)
        return f"{name} at {self._value_at(one)}"

    def _warnings(self) -> list[str]:
        names = [FUNCTION, *(route.name for route in self._routes)]
        names += [f"function under {name}" for name in names[1:]]
        taken = {
            name if way == BATCH else f"{name}, {way}": found
            for way, times in self._times.items()
            for name, found in zip(names, times, strict=False)
            if found is not None
        }
        noisy = [name for name, found in taken.items() if found.noisy]
        n_points, n_judged = len(self._points.array), len(self._judged)
        warnings = []
        if self._clock.stopped_s >= SLOW_START_S:
            warnings.append(f"SymPy took {self._clock.stopped_s:.1f} s to load; that counts against no method")
        if noisy:
            share = f"spread or drifted by more than {timing.NOISY:.0%}"
            warnings.append(f"the machine was noisy: {len(noisy)} of {len(taken)} times {share} ({', '.join(noisy)})")
        if self._native is not None and not any(self._times[NATIVE]):
            warnings.append(f"no native times: no C compiler {self._native!r} that can be used")
        if n_judged < n_points:
            warnings.append(f"the reference had time for {n_judged} of {n_points} points; more with a larger budget")
        if not self._clock.left():
            warnings.append(f"the {self._clock.seconds:g} s of the budget were spent; more would be known with more")
        return warnings

    def _settings(self) -> dict[str, object]:
        return {
            "budget_s": self._budget.seconds,
            "symbolic_budget_s": self._symbolic_seconds,
            "symbolic_budget_megabytes": self._budget.megabytes,
            "symbolic_budget_nodes": self._budget.nodes,
            "reference_digits": DIGITS,
            "reference_budget_s": self._reference_seconds,
            "tolerance_exact": verdicts.TOLERANCE_EXACT,
            "tolerance_differences": verdicts.TOLERANCE_DIFFERENCES,
            "tolerance_second_differences": verdicts.TOLERANCE_SECOND_DIFFERENCES,
            "condition_slack": verdicts.CONDITION_SLACK,
            "min_repeat_ns": timing.REPEAT_NS,
            "clock": timing.clock()[0],
            "max_points_in_a_timed_call": routes.BLOCK,
            "native_compiler": self._native,
            "engine": routes.engine(self._expression),
        }


def _number(found: float) -> float | None:
    return None if math.isnan(found) else found


def _answered(row: Sequence[Entry]) -> tuple[tuple[Answered, ...], ...]:
    """Every answer with its error and word, by point and number asked for."""
    points: dict[int, list[Answered]] = {}
    for one in row:
        points.setdefault(one.point, []).append(Answered(one.answer, one.relative, one.word))
    return tuple(map(tuple, points.values()))


def quotient(above: int, below: int) -> float | None:
    """A ratio of counts of any size; None over nothing, infinite beyond the doubles."""
    if below == 0:
        return None
    try:
        return above / below
    except OverflowError:
        return float("inf")
