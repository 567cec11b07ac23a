"""What a comparison has found on its way, for answers that are made when somebody asks for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from symad.answers.facts import Answer
    from symad.comparison.judging import Known
    from symad.comparison.methods import Route
    from symad.comparison.result import MethodResult
    from symad.comparison.target import Target
    from symad.comparison.verdicts import Entry
    from symad.symbolic import SymbolicWorker

    Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Seen:
    """The judged numbers of one comparison, and what they were judged by.

    Attributes
    ----------
    target : Target
    points : (n_judged, n_vars) float64
    n_points : int
        All of them.
    known : Known
        What 50 digits say.
    rows : mapping of str to list of Entry
        By key of the method, every answer judged.
    methods : tuple of MethodResult
        Their rows.
    routes : mapping of str to Route
    usual : (n_judged, n_asked) float64
        What the tape's conventions answer.
    budget_s : float
        Of the comparison.
    worker : SymbolicWorker
        That was asked; it may have been closed.
    """

    target: Target
    points: Array
    n_points: int
    known: Known
    rows: Mapping[str, Sequence[Entry]]
    methods: tuple[MethodResult, ...]
    routes: Mapping[str, Route]
    usual: Array
    budget_s: float
    worker: SymbolicWorker


class Findings:
    """What was seen, and the answer that was made of it once somebody asked.

    A copy, or what a pickle holds, is the answer: what it is made from lives in this process.

    Parameters
    ----------
    seen : Seen
    """

    __slots__ = ("answer", "seen")

    def __init__(self, seen: Seen) -> None:
        self.seen = seen
        self.answer: Answer | None = None

    def __reduce__(self) -> tuple[object, ...]:
        from symad.answers.comparing import made

        return (_kept, (self.answer or made(self.seen, spell=False),))


def _kept(answer: Answer) -> Answer:
    return answer
