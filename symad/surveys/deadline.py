"""An end to what takes too long in this thread, in any thread of any platform. Ends Python code, not a call into C."""

from __future__ import annotations

import ctypes
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from symad.errors import BudgetError

if TYPE_CHECKING:
    from collections.abc import Iterator


class _Late(BaseException):
    """Raised in the middle of anything, so that no handler of ordinary errors takes it for one."""


@contextmanager
def deadline(seconds: float, what: str) -> Iterator[None]:
    """Raise a BudgetError where the block is not done after so many seconds.

    The 50-digit reference looks at the clock between evaluations, but one evaluation may take mpmath minutes.
    """
    thread, lock = ctypes.c_ulong(threading.get_ident()), threading.Lock()
    raise_in = ctypes.pythonapi.PyThreadState_SetAsyncExc
    state = {"done": False, "late": False}

    def end() -> None:
        with lock:
            if not state["done"]:
                state["late"] = True
                raise_in(thread, ctypes.py_object(_Late))

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        try:
            yield
        finally:
            with lock:
                state["done"] = True
            timer.cancel()
            if state["late"]:
                raise_in(thread, None)  # one that has not been raised yet must not be raised later
    except _Late:
        raise BudgetError(f"{what} took longer than {seconds:g} s") from None
