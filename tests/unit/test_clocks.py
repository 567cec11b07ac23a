"""One clock for much work, and an end to what takes too long."""

from __future__ import annotations

import math
import random
import sys
import threading
import time
from functools import partial

import pytest

from symad.errors import BudgetError
from symad.system.clocks import Clock, within


def spin(seconds: float = math.inf) -> str:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass
    return "done"


def test_a_clock_is_spent_and_stands_still() -> None:
    clock = Clock(100.0)
    assert clock.left(3.0) == 3.0
    assert 49.0 < clock.share(0.5) <= 50.0
    with clock.stopped():
        spin(0.05)
    assert clock.stopped_s >= 0.05
    assert clock.left() > 99.9
    assert Clock(0.0).left() == 0.0
    assert Clock().left() == math.inf


def test_what_takes_too_long_ends() -> None:
    assert within(60.0, "this", lambda: spin(0.0)) == "done"
    assert within(math.inf, "this", lambda: spin(0.0)) == "done"
    with pytest.raises(BudgetError, match=r"the comparison took longer than 0.05 s"):
        within(0.05, "the comparison", spin)
    with pytest.raises(BudgetError, match="no time was left for this"):
        within(0.0, "this", spin)


def test_an_end_is_sent_again_where_it_is_swallowed() -> None:
    def deaf() -> None:
        for _ in range(2):
            try:
                spin()
            except BaseException:  # noqa: PERF203  # as mpmath does in places
                continue
        spin()

    with pytest.raises(BudgetError):
        within(0.02, "this", deaf)


def test_ends_inside_one_another_are_not_mistaken() -> None:
    def inner() -> None:
        with pytest.raises(BudgetError, match="inner"):
            within(0.02, "inner", spin)
        within(60.0, "not this one", spin)

    with pytest.raises(BudgetError, match="outer"):
        within(0.2, "outer", inner)


def test_no_end_comes_after_the_end() -> None:
    draw, late = random.Random(1), 0  # no secret
    for _ in range(300):
        seconds = draw.choice((1e-5, 1e-4, 1e-3, 1e-2))
        most = draw.random() * 2 * seconds
        try:
            within(seconds, "this", partial(spin, most))
        except BudgetError:
            late += 1
    spin(0.6)  # longer than it takes to send one again
    assert 0 < late < 300
    assert threading.active_count() == 1 or not any(thread.name.endswith("(_wait)") for thread in threading.enumerate())


def test_a_profiler_neither_hangs_nor_hinders() -> None:
    with pytest.raises(BudgetError):
        within(0.02, "this", spin)
    sys.setprofile(lambda *event: None)
    try:
        spin(0.01)
        with pytest.raises(BudgetError):
            within(0.02, "this", spin)
    finally:
        sys.setprofile(None)
