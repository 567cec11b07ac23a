"""From what is asked to a form of it that holds: SymPy's spelling, else reverse mode in names, else the program."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from symad.answers import by_rows
from symad.answers.checked import Checker
from symad.answers.named import Program, step_names
from symad.derive import automatic
from symad.errors import BudgetError, UnsupportedError
from symad.formula.counts import writes_more_than
from symad.formula.printing import to_pieces
from symad.symbolic import RAW as AS_IT_IS
from symad.symbolic import Budget, SymbolicWorker

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from symad.comparison.target import Target
    from symad.formula.expression import Expression

NAMED, SIMPLIFIED, RAW, PROGRAM = "named", "simplified", "raw", "program"
MOST_NAMES = 500  # of a named form: each step is differentiated on its own
MOST_WRITTEN = 2_000  # of one step; what SymPy returns is longer still, and nobody reads it
_PLAIN_S = 1.0  # for a second, plainer spelling of SymPy


@dataclass(frozen=True, slots=True)
class Found:
    """The formulas of a derivative in one form, and why it is not the one that was asked for."""

    form: str
    slopes: tuple[str, ...]
    lines: tuple[tuple[str, str], ...] = ()
    note: str = ""


def run_program(asked: Target) -> Expression:
    """The derivative that is run, an output for each number asked for."""
    expression, n = asked.expression, len(asked.expression.variables)
    if asked.order == 2:
        places = [one.columns[0] * n + one.columns[1] for one in asked.asked]
        return automatic.select(automatic.hessian(expression), places)
    return automatic.select(automatic.jacobian(expression), [one.output * n + one.columns[0] for one in asked.asked])


class Search:
    """One derivative in the making.

    Parameters
    ----------
    asked : Target
    run : Expression
        The derivative that is run.
    seconds : float
        For SymPy.
    worker : SymbolicWorker, optional
    """

    def __init__(self, asked: Target, run: Expression, seconds: float, worker: SymbolicWorker | None) -> None:
        self._asked, self._run, self._seconds, self._worker = asked, run, seconds, worker

    def found(self, form: str) -> Found:
        """The derivative in a form, or in the next best one."""
        if form == PROGRAM:
            return self._as_run()
        with lent(self._worker, self._seconds) as worker:
            if form == RAW:
                return self._raw(worker)
            if form == NAMED and (n := len(step_names(self._asked.expression))) > MOST_NAMES:
                return self._as_run(f"by reverse mode: the text has {n:,} names")
            program = Program(self._asked.expression, self._asked.wrt, split=form == NAMED)
            if any(writes_more_than(step.formula, MOST_WRITTEN) for step in (*program.steps, *program.outputs)):
                return self._as_run(
                    f"by reverse mode: the formula has more than {MOST_WRITTEN:,} operations written out"
                )
            checker = Checker(self._asked.expression, self._run, program.places)
            try:
                return self._spelled(worker, program, checker, form) or self._unsure(program, checker, form)
            except (BudgetError, UnsupportedError) as error:
                return self._without_sympy(program, checker, form, str(error))

    def _spelled(self, worker: SymbolicWorker, program: Program, checker: Checker, form: str) -> Found | None:
        """SymPy's spelling if it holds; then a plainer one."""
        steps = program.texts(self._asked.order)
        for polish in (True, False):
            spelled = worker.spell(
                steps,
                polish=polish,
                simplify=polish and form == SIMPLIFIED,
                seconds=self._seconds if polish else min(self._seconds, _PLAIN_S),
            )
            slopes = [text for row in spelled.slopes for text in row]
            if checker.holds(spelled.lines, slopes):
                return Found(form, tuple(slopes), spelled.lines)
        return None

    def _unsure(self, program: Program, checker: Checker, form: str) -> Found:
        return self._without_sympy(program, checker, form, "SymPy's derivative could not be checked")

    def _without_sympy(self, program: Program, checker: Checker, form: str, why: str) -> Found:
        """Reverse mode, in names if the text has some."""
        note = f"by reverse mode: {why}"
        if form == NAMED and self._asked.order == 1:
            with suppress(BudgetError):
                rows, lines = by_rows.spelled(program)
                slopes = [text for row in rows for text in row]
                if checker.holds(lines, slopes):
                    return Found(NAMED, tuple(slopes), tuple(lines), note)
        return self._as_run(note)

    def _as_run(self, note: str = "") -> Found:
        bindings, slopes = to_pieces(self._run)
        return Found(PROGRAM, tuple(slopes), tuple(bindings), note)

    def _raw(self, worker: SymbolicWorker) -> Found:
        bindings, slopes = to_pieces(raw(worker, self._asked, self._seconds))
        return Found(RAW, tuple(slopes), tuple(bindings))


def raw(worker: SymbolicWorker, asked: Target, seconds: float) -> Expression:
    """SymPy's own derivative, an output for each number asked for."""
    expression, n = asked.expression, len(asked.columns)
    found = worker.ask(expression, form=AS_IT_IS, order=asked.order, wrt=asked.wrt, seconds=seconds).expression
    if asked.order == 1:
        return found
    return automatic.select(found, [a * n + b for a in range(n) for b in range(a, n)])


@contextmanager
def lent(worker: SymbolicWorker | None, seconds: float) -> Iterator[SymbolicWorker]:
    """A worker that runs already, or one for this block alone."""
    if worker is not None:
        yield worker
        return
    with SymbolicWorker(Budget(seconds=seconds)) as own:
        yield own


class Forms:
    """Other forms of a derivative, found when they are first asked for."""

    def __init__(self, asked: Target, seconds: float) -> None:
        self._asked, self._seconds = asked, seconds
        self._raw: Sequence[str] = ()

    def raw(self, k: int) -> str:
        """The slope with this number as SymPy's diff returns it."""
        if not self._raw:
            with lent(None, self._seconds) as worker:
                expression = raw(worker, self._asked, self._seconds)
            self._raw = [str(automatic.select(expression, [j])) for j in range(expression.n_outputs)]
        return self._raw[k]
