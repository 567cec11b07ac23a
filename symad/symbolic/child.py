"""The child process: reads requests as JSON lines, answers with stages and results as JSON lines.

It ends when its standard input does, so that nothing outlives the parent, even one that was killed.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import sys
import threading
import time
from typing import TYPE_CHECKING

from symad.errors import SymadError
from symad.formula.parsing import parse
from symad.symbolic.derivation import CSE, FORWARD_JACOBIAN, RAW, Differentiation
from symad.symbolic.spelling import Speller, Steps

if TYPE_CHECKING:
    from typing import TextIO

    Answer = dict[str, object]

_STACK_MEGABYTES = 256  # SymPy recurses: a stack for some ten thousand levels
_RECURSION_LIMIT = 100_000


def main(megabytes: int) -> None:
    """Serve requests until standard input ends."""
    _limit_memory(megabytes)
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what SymPy prints is no answer
    requests: queue.Queue[str] = queue.Queue()
    threading.Thread(target=_listen, args=(requests,), daemon=True).start()
    sys.setrecursionlimit(_RECURSION_LIMIT)
    threading.stack_size(min(_STACK_MEGABYTES, max(megabytes // 4, 1)) << 20)
    serving = threading.Thread(target=_Server(requests, answers).serve)
    serving.start()
    serving.join()


def _limit_memory(megabytes: int) -> None:
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
    except (ImportError, OSError, ValueError):
        pass  # no such limit on this platform: the clock still holds


def _listen(requests: queue.Queue[str]) -> None:
    for line in sys.stdin:
        requests.put(line)
    os._exit(0)


class _Server:
    """Answers one request after the other; the derivatives of the last formula are kept for its other forms."""

    def __init__(self, requests: queue.Queue[str], answers: TextIO) -> None:
        self._requests = requests
        self._answers = answers
        self._last: tuple[object, ...] = ()
        self._stage = "import"
        self._import_seconds = 0.0
        self._differentiation: Differentiation | None = None

    def serve(self) -> None:
        start = time.perf_counter()
        _warm_up()
        self._import_seconds = time.perf_counter() - start
        self._send({"stage": "ready"})
        while True:
            request = json.loads(self._requests.get())
            try:
                answer = self._answered(request)
            except (MemoryError, RecursionError) as error:
                answer = {"error": "budget", "message": f"SymPy ran out of {_exhausted(error)} in {self._stage}"}
            except SymadError as error:
                answer = {"error": type(error).__name__, "message": str(error)}
            except Exception as error:
                # Whatever SymPy raises on a formula is SymPy's answer to it; the parent raises it again, by name.
                answer = {
                    "error": "sympy",
                    "message": f"SymPy failed in {self._stage}: {type(error).__name__}: {error}",
                }
            self._send(answer)

    def _answered(self, request: Answer) -> Answer:
        if "steps" in request:
            return self._spelled(request)
        text, order, wrt = (request[key] for key in ("text", "order", "wrt"))
        if (text, order, wrt) != self._last or self._differentiation is None:
            self._differentiation = Differentiation(parse(str(text), strict=True), self._progress, order=order, wrt=wrt)  # type: ignore[arg-type]  # a JSON object
            self._last = (text, order, wrt)
        result = self._differentiation.result(form=str(request["form"]), max_nodes=request["nodes"])  # type: ignore[arg-type]  # int
        seconds = {"import": self._import_seconds, **result.seconds}
        return {"text": str(result.expression), "seconds": seconds, "n_sympy_ops": result.n_sympy_ops}

    def _spelled(self, request: Answer) -> Answer:
        self._progress("diff")
        start = time.perf_counter()
        steps = Steps.of(request["steps"])  # type: ignore[arg-type]  # a JSON object
        options = {key: bool(request[key]) for key in ("polish", "simplify")}
        speller = Speller(steps, **options, seconds=float(str(request["seconds"])))
        slopes, lines = speller.spelled()
        return {"slopes": slopes, "lines": lines, "seconds": time.perf_counter() - start}

    def _progress(self, stage: str) -> None:
        self._stage = stage
        self._send({"stage": stage})

    def _send(self, answer: Answer) -> None:
        self._answers.write(json.dumps(answer) + "\n")
        self._answers.flush()


def _warm_up() -> None:
    """Load SymPy, and what it loads late on the first derivative, before a request is timed."""
    first = Differentiation(parse("x*sin(x)", strict=True))
    for form in (RAW, CSE, FORWARD_JACOBIAN):
        with contextlib.suppress(SymadError):  # of a SymPy that has no such form
            first.result(form=form, max_nodes=None)
    Speller(Steps(("x",), ("x",), (("a", "exp(x)"),), (("", "a, x: x/(a + 1)"),), (("da",),)), polish=True).spelled()


def _exhausted(error: BaseException) -> str:
    return "memory" if isinstance(error, MemoryError) else "levels of recursion"
