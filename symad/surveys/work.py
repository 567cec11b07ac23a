"""What a worker does: some formulas compared one after the other, each answer a line of JSON. Runs in any process."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from symad.comparison.compared import compare
from symad.comparison.methods import BY_SYMPY
from symad.errors import SymadError
from symad.formula.parsing import parse, read
from symad.inputs.points import DEFAULT_DOMAIN
from symad.symbolic import Budget, SymbolicWorker
from symad.system.clocks import within
from symad.system.timing import machine

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Protocol

    from symad.comparison.result import Comparison
    from symad.formula.expression import Expression
    from symad.inputs.points import Interval
    from symad.inputs.sources import Source

    class Flag(Protocol):
        """An event that processes share."""

        def is_set(self) -> bool:
            """Whether it happened."""


LONGEST_S = 60.0  # for one formula altogether: its budgets end long before, unless mpmath hangs in one evaluation
LOADING_S = 60.0  # for SymPy, on a busy machine


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of every formula; see `symad.survey`."""

    domain: Mapping[str, Interval]
    n_points: int
    seed: int
    of: str
    methods: tuple[str, ...]
    timings: bool
    budget_s: float
    n: int | None = None

    def data(self) -> dict[str, Any]:
        """As JSON holds it; two requests with the same data ask for the same."""
        found = asdict(self)
        found["domain"] = {name: [*map(float, ends[:2]), *ends[2:]] for name, ends in sorted(self.domain.items())}
        found["methods"] = list(self.methods)
        if self.n is None:  # as before families: their surveys go on
            del found["n"]
        return found


_flags: list[Flag] = []  # of this process, set by `begin` when a pool starts it


def begin(flag: Flag) -> None:
    """The start of a worker of our own pool: an interrupt is for the parent, which sets the flag."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _flags[:] = [flag]


def ready() -> bool:
    """Answered by a worker that has started."""
    return True


def run(sources: Sequence[Source], request: Request) -> list[str]:
    """A line of JSON for each formula; fewer where the survey was stopped meanwhile."""
    lines = []
    with SymbolicWorker(Budget(seconds=request.budget_s)) as worker:
        _load(worker, request)
        for source in sources:
            if any(flag.is_set() for flag in _flags):
                break
            lines.append(_line(source, request, worker))
    return lines


def refusal(source: Source, request: Request, error: str) -> str:
    """The line of a formula without an answer."""
    return _written(source, request, {}, {"formula": source.text, "error": error})


def _load(worker: SymbolicWorker, request: Request) -> None:
    """SymPy, before the budget of the first formula begins."""
    if set(request.methods) & set(BY_SYMPY):
        worker.ask(parse("x*x"), seconds=LOADING_S)


def _line(source: Source, request: Request, worker: SymbolicWorker) -> str:
    from symad.report import comparison_json

    try:
        expression = _parsed(source.text, request.n)
        found = within(LONGEST_S, "the comparison", lambda: _compared(expression, request, worker))
    except SymadError as error:
        return refusal(source, request, str(error))
    except Exception as error:  # a fault of symad, under its name: the other thousands go on
        return refusal(source, request, f"internal error, {type(error).__name__}: {error}")
    return _written(source, request, found.settings, comparison_json.to_dict(found))


def _parsed(text: str, n: int | None) -> Expression:
    """At size `n`; a formula without n is what it is."""
    return parse(text) if n is None else read(text, size=("n", n), size_must_occur=False)


def _compared(expression: Expression, request: Request, worker: SymbolicWorker) -> Comparison:
    return compare(
        expression,
        domain={name: request.domain.get(name, DEFAULT_DOMAIN) for name in expression.variables},
        n_points=request.n_points,
        seed=request.seed,
        of=request.of,
        methods=request.methods,
        timings=request.timings,
        worker=worker,
    )


def _written(source: Source, request: Request, settings: Mapping[str, object], entry: Mapping[str, object]) -> str:
    from symad.report import document

    asked = {**settings, "survey": request.data()}
    named = {"name": source.name or None, **entry, "formula": source.text}  # as asked, to be found again
    return document.dumps(document.document("compare", machine(), asked, [named]), indent=None)
