"""Times of calls: warm-up, loops long enough for the clock, rounds in turn, median and spread. Knows no formula."""

from __future__ import annotations

import os
import platform
import statistics
from dataclasses import dataclass
from importlib.metadata import version
from time import perf_counter_ns
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

REPEAT_NS = 1_000_000  # a repeat lasts at least this long: some 10^4 ticks of the clock
MIN_REPEATS, MAX_REPEATS = 7, 25
METHOD_NS = 100_000_000  # wanted for all repeats of one call; slow calls still get three
FEWEST_REPEATS = 3
NOISY = 0.25  # interquartile range over median from which a reader should be warned


@dataclass(frozen=True, slots=True)
class Job:
    """A call to be timed, and how many evaluations one call makes; less than one where it makes a part of one."""

    call: Callable[[], None]
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
    """

    time_ns: float
    spread_ns: float
    n_repeats: int
    n_loops: int

    @property
    def noisy(self) -> bool:
        """Whether the repeats differ so much that the median is not to be trusted."""
        return self.spread_ns > NOISY * self.time_ns


def machine() -> dict[str, object]:
    """Where times were taken, in words that do not depend on the processor's make."""
    return {
        "platform": f"{platform.system()}-{platform.machine()}",
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "n_processors": os.cpu_count(),
        "libraries": {name: version(name) for name in ("numpy", "sympy", "mpmath")},
    }


def measure(jobs: Sequence[Job]) -> list[Timing]:
    """Time each job; repeats go round the jobs in turn, so that a slow spell of the machine hits all alike."""
    once = [_once(job) for job in jobs]
    loops = [max(1, -(-REPEAT_NS // max(ns, 1))) for ns in once]
    wanted = [_repeats(ns * n) for ns, n in zip(once, loops, strict=True)]
    samples: list[list[float]] = [[] for _ in jobs]
    for turn in range(max(wanted, default=0)):
        for k, job in enumerate(jobs):
            if turn < wanted[k]:
                samples[k].append(_repeat(job, loops[k]))
    return [_timing(times, n) for times, n in zip(samples, loops, strict=True)]


def _once(job: Job) -> int:
    """Nanoseconds of one call after a first one that warms caches; the better of two."""
    job.call()
    return min(_elapsed(job.call, 1), _elapsed(job.call, 1))


def _elapsed(call: Callable[[], None], n_loops: int) -> int:
    start = perf_counter_ns()
    for _ in range(n_loops):
        call()
    return perf_counter_ns() - start


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
    return Timing(middle, high - low, len(times), n_loops)
