"""How processor time grows with size, for tests and for the benchmark: sizes far apart, the least of a few tries."""

from __future__ import annotations

import gc
import math
from time import process_time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    Work = Callable[[], object]


def seconds(work: Work) -> float:
    """Processor time of a call, without the collector, whose rounds have a time of their own."""
    gc.collect()
    gc.disable()
    try:
        start = process_time()
        work()
        return process_time() - start
    finally:
        gc.enable()


def exponent(make: Callable[[int], Work], small: int, large: int, *, enough: float, n_tries: int = 3) -> float:
    """The k of time = size**k between two sizes; the least time of each, up to the first try with k <= `enough`."""
    works, least = (make(small), make(large)), [math.inf, math.inf]
    found = math.inf
    for _ in range(n_tries):
        least = [min(time, seconds(work)) for time, work in zip(least, works, strict=True)]
        found = math.log(max(least[1], 1e-9) / max(least[0], 1e-9)) / math.log(large / small)
        if found <= enough:
            break
    return found
