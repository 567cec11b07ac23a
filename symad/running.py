"""Runs every method on one formula and puts a Comparison together. Knows the order of the steps and no mathematics."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from symad import judging, routes, stepping, timing, verdicts
from symad.diagnosis import Doctor
from symad.results import Comparison, MethodResult, Speed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from symad.judging import Tell
    from symad.measure import Counts
    from symad.points import Points
    from symad.routes import Route
    from symad.symbolic import SymbolicWorker
    from symad.target import Target
    from symad.timing import Timing
    from symad.verdicts import Entry

FUNCTION = "function"
BATCH, SINGLE, NATIVE = "batch", "single", "native"  # ways to call what is timed
DIGITS = 50
REFERENCE_SECONDS, REFERENCE_SHARE = (
    2.0,
    0.2,
)  # at least, or of the budget: all references; points are judged as they fit
CONDITION_SECONDS = 1.0  # for the conditions at the worst places of all rows together


class Run:
    """One comparison in the making: routes first, then times while SymPy's process rests, then judgement.

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
    ) -> None:
        self._target = target
        self._expression = target.expression
        self._points = chosen
        self._budget = worker.budget
        self._routes = routes.build(target, methods, worker) if built is None else built
        self._native = native if timings else None
        self._times = self._measured() if timings else {}
        self._reference_seconds = max(REFERENCE_SECONDS, REFERENCE_SHARE * self._budget.seconds)
        self._known = judging.known(target, chosen.array, digits=DIGITS, budget_s=self._reference_seconds)
        self._judged = chosen.array[: len(self._known.asked)]
        self._doctor = Doctor(target, self._judged)
        self._conditions: dict[tuple[int, int], float | None] = {}
        self._conditions_end = math.inf

    def _measured(self) -> dict[str, list[Timing | None]]:
        """Times of the function and of each route, by the way they are called."""
        block = routes.block_of(self._expression, self._routes, self._points.array)
        times = {
            BATCH: timing.measure_some(routes.jobs(self._expression, self._routes, block)),
            SINGLE: timing.measure_some(routes.jobs(self._expression, self._routes, block[:1]), timing.MIN_REPEATS),
        }
        if self._native is not None:
            compiled = routes.native_jobs(self._expression, self._routes, block, self._native)
            times[NATIVE] = timing.measure_some(compiled, timing.MIN_REPEATS)
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
            agree=verdicts.agreement([method.verdict for method in methods]),
            warnings=tuple(self._warnings()),
            machine=timing.machine(),
            settings=self._settings(),
            of=target.of,
            wrt=target.wrt,
            n_outputs=self._expression.n_outputs,
            entries=tuple(target.name(k) for k in range(len(target.asked))),
        )

    def _function(self) -> MethodResult:
        """The function's own row: the errors are those of its values."""
        value = routes.value(self._expression, self._judged)
        row = judging.lost(judging.entries(value, value, self._known.values, exact=True))
        result = self._judged_row(MethodResult(FUNCTION, verdicts.UNJUDGED, key=FUNCTION), row, self._value_at)
        worst = judging.summary(row, self._value_at).worst
        several = worst is not None and self._expression.n_outputs > 1
        return replace(
            self._timed(result, 0),
            worst_output=worst.number if worst is not None else None,
            worst_entry=f"f{worst.number + 1}" if worst is not None and several else None,
            condition=self._condition(worst, of_value=True),
            counts=self._expression.counts,
            memory_bytes=routes.memory(self._expression),
            n_evaluations=1,
            passes=routes.lowered(self._expression),
        )

    def _methods(self, function: MethodResult) -> tuple[MethodResult, ...]:
        rows = self._rows()
        outputs = range(self._expression.n_outputs)
        status = routes.status([self._doctor.single(output) for output in outputs], self._judged)
        found = []
        for number, (route, row) in enumerate(zip(self._routes, rows, strict=True), 1):
            word = verdicts.GAVE_UP if route.applies else verdicts.NOT_APPLICABLE
            result = MethodResult(route.name, word, key=route.key, reason=route.reason, exact=route.exact)
            result = replace(result, engine=route.engine)
            if route.evaluate is not None:
                result = self._judged_row(result, row, self._slope_at)
                result = self._explained(self._placed(result, row), route, row)
            if route.program is not None:
                result = self._costs(self._timed(result, number), route, route.program.counts, function)
                result = replace(result, status=status if route.follows_tape else None)
            found.append(result)
        return tuple(found)

    def _rows(self) -> list[list[Entry]]:
        """Every answer of every method judged; nothing where no point has a reference."""
        if len(self._judged) == 0:
            return [[] for _ in self._routes]
        usual = routes.usual(self._target, self._judged)
        rows = [
            []
            if route.evaluate is None
            else judging.entries(
                route.evaluate(self._judged), usual, self._known.asked, exact=route.exact, order=self._target.order
            )
            for route in self._routes
        ]
        exact = [route.exact and route.engine == "C" for route in self._routes]
        return judging.excuse(rows, exact, self._doctor.explains)

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
            condition=self._condition(worst),
        )

    def _explained(self, result: MethodResult, route: Route, row: Sequence[Entry]) -> MethodResult:
        """The error against the step, and the diagnosis of the worst entry in data and in words."""
        curve = stepping.curve(route, self._known.asked, self._judged)
        blamed = judging.blamed(row)
        if blamed is None:
            return replace(result, step_curve=curve)
        diagnosis = self._doctor.diagnose(route, blamed, curve)
        said = f"{diagnosis.cause}: {diagnosis.said}" if diagnosis.said else diagnosis.cause
        return replace(result, step_curve=curve, diagnosis=diagnosis, reason=f"{result.reason}; {said}")

    def _condition(self, worst: Entry | None, *, of_value: bool = False) -> float | None:
        """At the worst place of a row, once for all rows that share it and as long as the seconds last."""
        if worst is None:
            return None
        place = (worst.point, -1 - worst.number if of_value else worst.number)
        if self._conditions_end == math.inf:
            self._conditions_end = time.monotonic() + CONDITION_SECONDS
        if place not in self._conditions and time.monotonic() < self._conditions_end:
            found = worst.truth.condition()
            self._conditions[place] = None if math.isnan(found) else found
        return self._conditions.get(place)

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
        own, found = (self._times[way][k] if way in self._times else None for k in (0, number))
        if found is None:
            return None
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
        taken = {
            name if way == BATCH else f"{name}, {way}": found
            for way, times in self._times.items()
            for name, found in zip(names, times, strict=True)
            if found is not None
        }
        noisy = [name for name, found in taken.items() if found.noisy]
        n_points, n_judged = len(self._points.array), len(self._judged)
        warnings = []
        if noisy:
            share = f"spread or drifted by more than {timing.NOISY:.0%}"
            warnings.append(f"the machine was noisy: {len(noisy)} of {len(taken)} times {share} ({', '.join(noisy)})")
        if self._native is not None and not any(self._times[NATIVE]):
            warnings.append(f"no native times: no C compiler {self._native!r} that can be used")
        if n_judged < n_points:
            warnings.append(f"the reference had time for {n_judged} of {n_points} points; more with a larger budget")
        return warnings

    def _settings(self) -> dict[str, object]:
        return {
            "symbolic_budget_s": self._budget.seconds,
            "symbolic_budget_megabytes": self._budget.megabytes,
            "symbolic_budget_nodes": self._budget.nodes,
            "reference_digits": DIGITS,
            "reference_budget_s": self._reference_seconds,
            "tolerance_exact": verdicts.TOLERANCE_EXACT,
            "tolerance_differences": verdicts.TOLERANCE_DIFFERENCES,
            "tolerance_second_differences": verdicts.TOLERANCE_SECOND_DIFFERENCES,
            "min_repeat_ns": timing.REPEAT_NS,
            "clock": timing.clock()[0],
            "max_points_in_a_timed_call": routes.BLOCK,
            "native_compiler": self._native,
        }


def quotient(above: int, below: int) -> float | None:
    """A ratio of counts of any size; None over nothing, infinite beyond the doubles."""
    if below == 0:
        return None
    try:
        return above / below
    except OverflowError:
        return float("inf")
