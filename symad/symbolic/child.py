"""The child process: reads requests as JSON lines, answers with stages and results as JSON lines.

It ends when its standard input does, so that nothing outlives the parent, even one that was killed.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
import time
from typing import TYPE_CHECKING

from symad.errors import SymadError
from symad.parsing import parse
from symad.symbolic.derivation import Differentiation

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
    """Answers one request after the other; the derivatives of the last formula are kept for its second form."""

    def __init__(self, requests: queue.Queue[str], answers: TextIO) -> None:
        self._requests = requests
        self._answers = answers
        self._text = ""
        self._stage = "import"
        self._import_seconds = 0.0
        self._differentiation: Differentiation | None = None

    def serve(self) -> None:
        start = time.perf_counter()
        import sympy  # noqa: F401  # loaded before the first request comes

        self._import_seconds = time.perf_counter() - start
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
        text, nodes = str(request["text"]), request["nodes"]
        if text != self._text or self._differentiation is None:
            self._differentiation = Differentiation(parse(text), self._progress)
            self._text = text
        result = self._differentiation.result(cse=bool(request["cse"]), max_nodes=nodes)  # type: ignore[arg-type]  # int
        seconds = {"import": self._import_seconds, **result.seconds}
        return {"text": str(result.expression), "seconds": seconds, "n_sympy_ops": result.n_sympy_ops}

    def _progress(self, stage: str) -> None:
        self._stage = stage
        self._send({"stage": stage})

    def _send(self, answer: Answer) -> None:
        self._answers.write(json.dumps(answer) + "\n")
        self._answers.flush()


def _exhausted(error: BaseException) -> str:
    return "memory" if isinstance(error, MemoryError) else "levels of recursion"
