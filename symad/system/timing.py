"""Times of calls: warm-up, loops long enough for the clock, rounds in turn, median and spread. Knows no formula.

The clock is the processor time of the calling thread where the platform counts it finely, else wall time: what other
processes take away is then no part of a time. The calls that are timed run in one thread.
"""

from __future__ import annotations

import os
import platform
import statistics
import time
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from symad.system.clocks import Clock

REPEAT_NS = 1_000_000  # a repeat lasts at least this long: some 10^4 ticks of the clock
MIN_REPEATS, MAX_REPEATS = 7, 25
METHOD_NS = 100_000_000  # wanted for all repeats of one call; slow calls still get three
FEWEST_REPEATS = 3
NOISY = 0.15  # spread, or drift from the first rounds to the last, over the median, from which a reader is warned
FINE = 1e-6  # seconds: a clock of this resolution measures a repeat to 0.1 %


@dataclass(frozen=True, slots=True)
class Job:
    """A call to be timed, and how many evaluations one call makes; less than one where it makes a part of one."""

    call: Callable[[], object]
    n_evaluations: float


@dataclass(frozen=True, slots=True)
class Timing:
    """Time of one evaluation.

    Attributes
    ----------
    time_ns : float
        Median over the repeats.
    spread_ns : float
        Interquartile range over the repeats.
    n_repeats, n_loops : int
        Repeats, and calls in each.
    drift_ns : float
        Median of the later half of the repeats less that of the earlier half.
    """

    time_ns: float
    spread_ns: float
    n_repeats: int
    n_loops: int
    drift_ns: float = 0.0

    @property
    def noisy(self) -> bool:
        """Whether the repeats differ so much that the median is not to be trusted."""
        return max(self.spread_ns, abs(self.drift_ns)) > NOISY * self.time_ns


def clock() -> tuple[str, Callable[[], int]]:
    """Name and function, in nanoseconds, of the clock that calls are timed by."""
    if hasattr(time, "thread_time_ns") and time.get_clock_info("thread_time").resolution <= FINE:
        return "processor time of the thread", time.thread_time_ns
    return "wall time", time.perf_counter_ns


def machine() -> dict[str, object]:
    """Where times were taken, in words that do not depend on the processor's make."""
    return {
        "platform": f"{platform.system()}-{platform.machine()}",
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "n_processors": os.cpu_count(),
        "libraries": {name: version(name) for name in ("numpy", "sympy", "mpmath")},
    }


def measure(jobs: Sequence[Job], most_repeats: int = MAX_REPEATS, clock: Clock | None = None) -> list[Timing]:
    """Time each job; repeats go round the jobs in turn, so that a slow spell of the machine hits all alike.

    A clock that has run down ends the rounds early, after the first.
    """
    once = [_once(job) for job in jobs]
    loops = [max(1, -(-REPEAT_NS // max(ns, 1))) for ns in once]
    wanted = [min(_repeats(ns * n), most_repeats) for ns, n in zip(once, loops, strict=True)]
    samples: list[list[float]] = [[] for _ in jobs]
    for turn in range(max(wanted, default=0)):
        if turn and clock is not None and not clock.left():
            break
        for k, job in enumerate(jobs):
            if turn < wanted[k]:
                samples[k].append(_repeat(job, loops[k]))
    return [_timing(times, n) for times, n in zip(samples, loops, strict=True)]


def measure_some(
    jobs: Sequence[Job | None], most_repeats: int = MAX_REPEATS, clock: Clock | None = None
) -> list[Timing | None]:
    """The same where some jobs are missing, or all: those for which a clock has no time left."""
    if clock is not None and not clock.left():
        return [None] * len(jobs)
    timed = iter(measure([job for job in jobs if job is not None], most_repeats, clock))
    return [None if job is None else next(timed) for job in jobs]


def _once(job: Job) -> int:
    """Nanoseconds of one call after a first one that warms caches; the better of two."""
    job.call()
    return min(_elapsed(job.call, 1), _elapsed(job.call, 1))


def _elapsed(call: Callable[[], object], n_loops: int) -> int:
    _, now = clock()
    start = now()
    for _ in range(n_loops):
        call()
    return now() - start


def _repeats(repeat_ns: int) -> int:
    affordable = METHOD_NS // repeat_ns
    least = MIN_REPEATS if MIN_REPEATS * repeat_ns < 10 * METHOD_NS else FEWEST_REPEATS
    return max(least, min(MAX_REPEATS, affordable))


def _repeat(job: Job, n_loops: int) -> float:
    return _elapsed(job.call, n_loops) / (n_loops * job.n_evaluations)


def _timing(times: Sequence[float], n_loops: int) -> Timing:
    if len(times) < 2:
        return Timing(times[0], 0.0, len(times), n_loops)
    low, middle, high = statistics.quantiles(times, n=4, method="inclusive")
    half = len(times) // 2
    drift = statistics.median(times[half:]) - statistics.median(times[:half])
    return Timing(middle, high - low, len(times), n_loops, drift)
