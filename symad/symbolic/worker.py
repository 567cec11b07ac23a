"""The parent's side of the child process: starts it, asks it, ends it when its budget does."""

from __future__ import annotations

import contextlib
import json
import queue
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from symad import errors
from symad.formula.expression import Expression, given_symbols, one_output
from symad.formula.given import expression_of
from symad.formula.parsing import parse
from symad.symbolic.derivation import CSE, RAW, Derivative

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from symad.formula.given import Formula
    from symad.symbolic.spelling import Steps

    Answer = dict[str, object]

# Isolated, so that neither the environment nor a file in the current folder decides what is imported; then with this
# process's own path, so that the child finds the very same packages.
_BOOT = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from symad.symbolic.child import main; main(int(sys.argv[2]))"
)


LOADING_S = 60.0  # for SymPy to start, on a busy machine


@dataclass(frozen=True, slots=True)
class Budget:
    """What a comparison, or one derivative by SymPy, may cost.

    Attributes
    ----------
    seconds : float
        Wall clock for a whole comparison, or for one request; loading SymPy is not counted.
    megabytes : int
        Memory of the child process, where the platform can limit it.
    nodes : int
        Distinct operations of the result.
    """

    seconds: float = 10.0
    megabytes: int = 2048
    nodes: int = 200_000


@dataclass(frozen=True, slots=True)
class Spelled:
    """Slopes as texts.

    Attributes
    ----------
    slopes : tuple of tuple of str
        For each output one for each variable.
    lines : tuple of (name, text)
        What the adjoints in them stand for, in the order of the steps.
    seconds : float
        What SymPy took.
    """

    slopes: tuple[tuple[str, ...], ...]
    lines: tuple[tuple[str, str], ...]
    seconds: float


def symbolic_gradient(formula: Formula, *, cse: bool = False, budget: Budget | None = None) -> Expression:
    """The gradient by SymPy, in a child process under a budget.

    Parameters
    ----------
    formula : Expression, str or SymPy
        With one output.
    cse : bool
        Whether common subexpressions are found by ``sympy.cse``; else each derivative is as ``sympy.diff`` returns it.
    budget : Budget, optional

    Returns
    -------
    Expression
        One output per variable.

    Raises
    ------
    BudgetError
        If SymPy ran out of its seconds, memory or nodes; names the stage.
    ExpressionError
        If there are several outputs.
    UnsupportedError
        If SymPy's derivative has no form here, or SymPy failed.

    See Also
    --------
    symad.gradient : by reverse mode.
    symad.diff : as a person writes it.

    Examples
    --------
    >>> print(symad.symbolic_gradient(symad.parse("x*sin(x)")))
    x*cos(x) + sin(x)
    """
    expression = expression_of(formula)
    one_output(expression, "the symbolic gradient")
    with SymbolicWorker(budget) as worker:
        return worker.differentiate(expression, cse=cse).expression


class SymbolicWorker:
    """A child process that differentiates by SymPy, one request at a time; ended by ``close`` or a ``with`` block.

    Parameters
    ----------
    budget : Budget, optional
        For each request. A request that exceeds it ends the child; the next one starts another.
    """

    def __init__(self, budget: Budget | None = None) -> None:
        self.budget = budget or Budget()
        self._process: subprocess.Popen[str] | None = None
        self._reader: threading.Thread | None = None
        self._answers: queue.Queue[str | None] = queue.Queue()
        self._ready = False

    def start(self) -> None:
        """Start the child, which loads SymPy while this process goes on; the first request does so otherwise."""
        if self._process is not None:
            return
        command = [sys.executable, "-I", "-c", _BOOT, json.dumps(sys.path), str(self.budget.megabytes)]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(  # detached: an interrupt reaches it through this process alone
            command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, encoding="utf-8", start_new_session=True
        )
        self._answers, self._ready = queue.Queue(), False
        self._reader = threading.Thread(target=_forward, args=(self._process, self._answers), daemon=True)
        self._reader.start()

    @property
    def running(self) -> bool:
        """Whether there is a child that would answer."""
        return self._process is not None

    def load(self) -> float:
        """Wait until the child has loaded SymPy; the seconds waited, which count against no budget.

        Raises
        ------
        BudgetError
            If it has not within `LOADING_S`, or ended by itself.
        """
        start = time.monotonic()
        self.start()
        if not self._ready:
            line = self._next_line(start + LOADING_S)
            if line is None:
                raise self._ended("import")
            if not line:
                raise errors.BudgetError(f"SymPy was not loaded within {LOADING_S:g} s")
            self._ready = True
        return time.monotonic() - start

    def close(self) -> None:
        """End the child, whatever it does."""
        if self._process is None or self._reader is None:
            return
        process, self._process = self._process, None
        process.kill()
        process.wait()
        self._reader.join()
        for stream in (process.stdin, process.stdout):
            with contextlib.suppress(BrokenPipeError):  # a request was still on its way when the child ended
                if stream is not None:
                    stream.close()

    def __enter__(self) -> SymbolicWorker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def differentiate(self, expression: Expression, *, cse: bool = False) -> Derivative:
        """The gradient with the time of each stage, "import" among them; raises what `symbolic_gradient` does.

        Asking for the second form of the formula asked last does not differentiate again.
        """
        one_output(expression, "the symbolic gradient")
        return self.ask(expression, form=CSE if cse else RAW)

    def ask(
        self,
        expression: Expression,
        *,
        form: str = RAW,
        order: int = 1,
        wrt: Sequence[str] | None = None,
        seconds: float | None = None,
    ) -> Derivative:
        """Any derivative in any form; what the last request has found is not found again.

        Parameters
        ----------
        expression : Expression
        form : {"raw", "cse", "forward_jacobian", "simplified", "factored"}
        order : {0, 1, 2}
            Values, Jacobian, Hessian.
        wrt : sequence of str, optional
            The variables of the derivatives, by default all.
        seconds : float, optional
            Instead of those of the budget.
        """
        request = {
            "text": str(expression),
            "form": form,
            "order": order,
            "wrt": None if wrt is None else list(wrt),
            "nodes": self.budget.nodes,
        }
        answer = self._answer(request, seconds)
        found = Expression(parse(str(answer["text"]), strict=True).handle, symbols=given_symbols(expression))
        stages: dict[str, float] = dict(answer["seconds"])  # type: ignore[call-overload]  # a JSON object of numbers
        n_ops = answer["n_sympy_ops"]
        return Derivative(found, MappingProxyType(stages), int(str(n_ops)) if n_ops is not None else None)

    def spell(
        self, steps: Steps, *, polish: bool = True, simplify: bool = False, seconds: float | None = None
    ) -> Spelled:
        """The slopes of a program as a person writes them, each step differentiated on its own.

        Parameters
        ----------
        steps : Steps
        polish : bool
            Whether formulas are cancelled and factored where that makes them shorter, for a short time.
        simplify : bool
            Whether ``sympy.simplify`` is tried too.
        seconds : float, optional
            Instead of those of the budget.
        """
        allowed = self.budget.seconds if seconds is None else seconds
        request: Answer = {"steps": asdict(steps), "polish": polish, "simplify": simplify, "seconds": allowed}
        answer: dict[str, Any] = self._answer(request, seconds)
        slopes, lines = (tuple(map(tuple, answer[key])) for key in ("slopes", "lines"))
        return Spelled(slopes, lines, float(answer["seconds"]))

    def _answer(self, request: Answer, seconds: float | None) -> Answer:
        allowed = self.budget.seconds if seconds is None else seconds
        try:
            self.load()
            answer = self._asked(request, time.monotonic(), allowed)
        except BaseException:  # an interrupt too: the child must not go on
            self.close()
            raise
        _check(answer)
        return answer

    def _asked(self, request: Answer, start: float, allowed: float) -> Answer:
        """The answer to a request; stages are noted on the way, to be named where the time runs out."""
        stage, entered, deadline = "its request", start, start + allowed
        line = self._send_and_wait(request, deadline)
        while line:
            answer: Answer = json.loads(line)
            if "stage" not in answer:
                return answer
            stage, entered = str(answer["stage"]), time.monotonic()
            line = self._next_line(deadline)
        if line is None:
            raise self._ended(stage)
        spent = time.monotonic() - entered
        raise errors.BudgetError(f"SymPy ran out of its {allowed:.3g} s in {stage}, {spent:.3g} s of it there")

    def _ended(self, stage: str) -> errors.BudgetError:
        code = self._process.wait() if self._process is not None else None
        return errors.BudgetError(f"SymPy's process ended by itself in {stage} (status {code})")

    def _send_and_wait(self, request: Answer, deadline: float) -> str | None:
        if self._process is None or self._process.stdin is None:
            return None
        try:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            return None
        return self._next_line(deadline)

    def _next_line(self, deadline: float) -> str | None:
        """A line of the child; "" when the time is over, None when the child has ended."""
        try:
            return self._answers.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty:
            return ""


def _forward(process: subprocess.Popen[str], answers: queue.Queue[str | None]) -> None:
    """Lines of the child into a queue, which can be waited for with a deadline on every platform; None at its end."""
    if process.stdout is not None:
        for line in process.stdout:
            answers.put(line)
    answers.put(None)


def _check(answer: Answer) -> None:
    """Raise what the child reports."""
    if "error" not in answer:
        return
    kinds = {"budget": errors.BudgetError, "sympy": errors.UnsupportedError}
    known = (errors.BudgetError, errors.ExpressionError, errors.UnsupportedError, errors.OutOfMemoryError)
    kinds |= {kind.__name__: kind for kind in known}
    raise kinds.get(str(answer["error"]), errors.SymadError)(str(answer["message"]))
