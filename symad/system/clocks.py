"""One wall clock for much work, and an end to what takes too long: Python code in any thread, not one call into C."""

from __future__ import annotations

import ctypes
import math
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from symad.errors import BudgetError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

T = TypeVar("T")
AGAIN_S = 0.25  # an interruption that a bare `except` has swallowed is sent again
_STARTING = threading.Lock()  # a thread that is being started has its parent's ident, and would get its exceptions


class Clock:
    """Seconds that are spent by everything that looks at it; it stands still while something free of charge is done.

    Parameters
    ----------
    seconds : float
    """

    def __init__(self, seconds: float = math.inf) -> None:
        self.seconds = seconds
        self.stopped_s = 0.0
        self._end = time.monotonic() + seconds

    def left(self, most: float = math.inf) -> float:
        """What is left, at least 0 and at most `most`."""
        return max(0.0, min(self._end - time.monotonic(), most))

    def share(self, part: float) -> float:
        """A part of all the seconds, as far as they are left."""
        return self.left(part * self.seconds)

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """What the block takes is not counted."""
        start = time.monotonic()
        try:
            yield
        finally:
            took = time.monotonic() - start
            self._end += took
            self.stopped_s += took


class _Watch:
    """Sends an exception of its own class to the thread that made it, again and again until it is stopped."""

    def __init__(self, seconds: float, clock: Callable[[], float]) -> None:
        class Late(BaseException):
            """Raised in the middle of anything; a class of its own, so that no other handler takes it for its error."""

        self.late = Late
        self._clock, self._end = clock, clock() + seconds
        self._thread = ctypes.c_ulong(threading.get_ident())
        self._lock, self._done, self._sent = threading.Lock(), threading.Event(), threading.Event()

    def start(self) -> None:
        with _STARTING:
            threading.Thread(target=self._wait, daemon=True).start()

    def _wait(self) -> None:
        wait = self._end - self._clock()
        while not self._done.wait(wait):
            wait = self._end - self._clock()
            if wait > 0:
                continue
            with self._lock:
                if not self._done.is_set():
                    self._sent.set()
                    with _STARTING:
                        ctypes.pythonapi.PyThreadState_SetAsyncExc(self._thread, ctypes.py_object(self.late))
            wait = AGAIN_S

    def stop(self) -> None:
        with self._lock:
            self._done.set()
        if self._sent.is_set():
            self._taken()

    def _taken(self) -> None:
        """Take one that has not been raised yet, so that it is not raised later.

        Calling it back leaves CPython 3.11 with a flag that slows it down for ever and hangs under a profiler.
        """
        try:
            ctypes.pythonapi.PyThreadState_SetAsyncExc(self._thread, ctypes.py_object(self.late))
            while True:
                time.sleep(0)
        except self.late:
            pass


def within(seconds: float, what: str, work: Callable[[], T], *, clock: Callable[[], float] = time.monotonic) -> T:
    """What `work` returns; a BudgetError where it is not done after so many seconds of a clock.

    The 50-digit reference looks at the clock between evaluations, but one evaluation may take mpmath minutes. Calls may
    stand inside one another. No context manager: between its block and its end nobody would catch the exception.
    """
    if seconds <= 0:
        raise BudgetError(f"no time was left for {what}")
    if seconds == math.inf:
        return work()
    watch = _Watch(seconds, clock)
    try:
        try:
            watch.start()  # within: it may be late before it has begun
            return work()
        finally:
            watch.stop()
    except watch.late:
        raise BudgetError(f"{what} took longer than {seconds:.3g} s") from None
    finally:
        watch.stop()  # where the end of another call came while this one was being left
