"""One wall clock for much work, and an end to what takes too long: Python code in any thread, not one call into C."""

from __future__ import annotations

import ctypes
import math
import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from symad.errors import BudgetError

if TYPE_CHECKING:
    from collections.abc import Iterator

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


@contextmanager
def deadline(seconds: float, what: str) -> Iterator[None]:
    """Raise a BudgetError where the block is not done after so many seconds.

    The 50-digit reference looks at the clock between evaluations, but one evaluation may take mpmath minutes. Deadlines
    may stand inside one another. Where a debugger, a profiler or a coverage tool watches the thread nothing is ended:
    CPython 3.11 then never comes back from an exception that another thread has sent.
    """
    if seconds <= 0:
        raise BudgetError(f"no time was left for {what}")
    if seconds == math.inf or sys.gettrace() is not None or sys.getprofile() is not None:
        yield
        return

    class Late(BaseException):
        """Raised in the middle of anything; a class of its own, so that no other handler takes it for its error."""

    thread, lock, done = ctypes.c_ulong(threading.get_ident()), threading.Lock(), threading.Event()
    raise_in = ctypes.pythonapi.PyThreadState_SetAsyncExc
    sent = threading.Event()

    def end() -> None:
        wait = seconds
        while not done.wait(wait):
            with lock:
                if not done.is_set():
                    sent.set()
                    with _STARTING:
                        raise_in(thread, ctypes.py_object(Late))
            wait = AGAIN_S

    def ended() -> None:
        with lock:
            done.set()
        if sent.is_set():
            raise_in(thread, None)  # one that has not been raised yet must not be raised later

    watch = threading.Thread(target=end, daemon=True)
    try:
        try:
            with _STARTING:
                watch.start()  # within: it may be late before it has begun
            yield
        finally:
            ended()
    except Late:
        ended()  # it may have come while the block was being left
        raise BudgetError(f"{what} took longer than {seconds:.3g} s") from None
    finally:
        done.set()  # where the end of a deadline round this one came while the block was being left
