"""Derivatives by SymPy in its forms, under one budget."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from symad import symbolic
from symad.comparison.methods.evaluating import evaluation, memory, value
from symad.comparison.methods.method import METHODS, Route
from symad.errors import BudgetError, LimitError, OutOfMemoryError, UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from symad.comparison.target import Target
    from symad.formula.expression import Expression
    from symad.symbolic import SymbolicWorker
    from symad.system.clocks import Clock

    Array = NDArray[np.float64]

FORMS = {  # key of a route: what SymPy is asked for
    "forward-jacobian": "forward_jacobian",
    "symbolic": "raw",
    "cse": "cse",
    "simplified": "simplified",
    "factored": "factored",
}
_GIVES_UP = (BudgetError, LimitError, OutOfMemoryError, UnsupportedError)
_SHARE, _FIRST_SECONDS = 0.2, 1.0  # of the seconds, or so many, for the forward Jacobian: of use it is quick
_LEAST_SECONDS = 0.2  # that are still worth a request


def routes(
    target: Target, methods: Sequence[str], worker: SymbolicWorker, clock: Clock, allowed: float
) -> dict[str, Route]:
    """The symbolic ones among these methods.

    The forward Jacobian, which needs no other form, comes first, with a share of the seconds allowed; all others have
    the rest together. What ends the derivatives themselves also ends the forms that are made of them.
    """
    found: dict[str, Route] = {}
    left, failure = allowed, ""
    for key in (key for key in FORMS if key in methods):
        alone = key == "forward-jacobian"
        start = time.monotonic()
        if failure and not alone:
            found[key] = Route(key, None, reason=failure)
            continue
        try:
            with clock.stopped():  # a child that was stopped is followed by another, which loads SymPy again
                start += worker.load()
            seconds = max(_SHARE * allowed, min(_FIRST_SECONDS, allowed / 2)) if alone else left
            found[key] = _route(key, target, worker, seconds)
        except _GIVES_UP as error:
            found[key] = Route(key, None, reason=str(error))
            failure = str(error) if key == "symbolic" else failure
        left -= time.monotonic() - start
        if not alone:
            spent = f"the {allowed:.3g} s for SymPy were spent on {METHODS[key]}"
            failure = failure or (spent if left < min(_LEAST_SECONDS, allowed / 4) else "")
    return found


def _route(key: str, target: Target, worker: SymbolicWorker, seconds: float) -> Route:
    answer = worker.ask(
        target.expression,
        form=FORMS[key],
        order=target.order,
        wrt=target.wrt if target.order else None,
        seconds=seconds,
    )
    program = answer.expression
    stages = {stage: 1e9 * time_s for stage, time_s in answer.seconds.items()}
    return Route(
        key,
        program,
        evaluate=lambda points: value(program, points),
        job=lambda block: evaluation(program, block),
        build_time_ns=sum(time_ns for stage, time_ns in stages.items() if stage != "import"),
        stages_ns=stages,
        memory_bytes=memory(program),
        derive=lambda one: _asked(worker, one),
    )


def _asked(worker: SymbolicWorker, one: Expression) -> Expression:
    return worker.ask(one, form=symbolic.RAW).expression
