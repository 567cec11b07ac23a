"""The door of surveys: many formulas in, compared by workers of any kind; a frozen Survey out. Formats nothing."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, SupportsIndex

from symad.comparison.methods import chosen
from symad.comparison.target import GRADIENT
from symad.formula.parsing import size_of
from symad.inputs.sources import Source
from symad.surveys.journal import Journal
from symad.surveys.scheduling import LOCAL, Schedule, crew
from symad.surveys.summary import Survey, Surveyed
from symad.surveys.work import Request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from concurrent.futures import Executor
    from os import PathLike

    from symad.inputs.points import Interval

__all__ = ["Survey", "Surveyed", "saved", "survey"]

N_POINTS = 5  # a survey judges thousands of formulas: a few points each find what is wrong with a method
BUDGET_S = 2.0  # for one formula


def survey(
    formulas: Iterable[str | Source] | Mapping[str, str],
    *,
    scheduler: str | Executor = LOCAL,
    workers: int | None = None,
    results: str | PathLike[str] | None = None,
    chunk_size: int | None = None,
    progress: Callable[[int, int], object] | None = None,
    domain: Mapping[str, Interval] | None = None,
    n_points: int = N_POINTS,
    seed: int = 0,
    of: str = GRADIENT,
    methods: Sequence[str] | str | None = None,
    timings: bool = True,
    budget: float = BUDGET_S,
    n: SupportsIndex | None = None,
) -> Survey:
    """Compare many formulas, on several processors or machines, and sum up.

    Parameters
    ----------
    formulas : iterable of str, or mapping of name to str
        What stands before a slash in a name groups formulas in the sums: ``"physics/pendulum"``.
    scheduler : {"local"}, str or concurrent.futures.Executor
        Processes of this machine; the address of a Dask scheduler, such as ``"tcp://host:8786"``, whose workers need
        symad; or any executor, which is not shut down. With "local" a script needs ``if __name__ == "__main__":``.
    workers : int, optional
        How many; by default the processors that this process may use, or the threads of the Dask workers.
    results : path-like, optional
        JSON Lines, an answer of `symad.compare` each, written as they come. If the file exists, formulas that it
        answers are not compared again: a survey that was stopped goes on.
    chunk_size : int, optional
        Formulas that a worker gets at a time, by default at most 16: one chunk loads SymPy once.
    progress : callable, optional
        Called with the numbers of formulas done and asked, whenever a chunk is done.
    domain : mapping of name to (low, high) or (low, high, "log"), optional
        Intervals to draw points from; variables without one are drawn from 0.5 to 2.
    n_points, seed, of, methods, timings
        As for `symad.compare`, the same for every formula.
    budget : float, optional
        Seconds for one formula, as for `symad.compare`.
    n : int, optional
        What ``n`` stands for in families; formulas without it are what they are.

    Returns
    -------
    Survey
        A formula that cannot be compared is among its `refused`, with the reason. After an interrupt (Ctrl-C) it holds
        what was done until then, and `complete` is False.

    Raises
    ------
    AnswerError
        If `results` holds the answers of another survey.
    SurveyError
        If workers do not start, a given executor breaks, or another survey writes to `results`.
    OSError
        If answers cannot be written; those that were written before stay, and the survey can go on from them.
    InteropError
        If an address is given and Dask is not installed.

    See Also
    --------
    symad.compare : one formula.

    Examples
    --------
    >>> found = symad.survey({"square": "x**2", "wave": "sin(x)"}, methods=["reverse"], n_points=3)
    >>> len(found.compared)
    2
    """
    start = time.monotonic()
    sources = list(_sources(formulas))
    request = Request(
        dict(domain or {}),
        n_points,
        seed,
        of,
        chosen(methods),
        timings,
        float(budget),
        None if n is None else size_of(n),
    )
    with Journal(results, request) as journal:
        missing = journal.missing(sources)
        if missing:
            with crew(scheduler, workers) as hands:
                schedule = Schedule(hands, request, missing, chunk_size)
                _follow(schedule, journal, progress, len(sources), len(sources) - len(missing))
        return Survey(tuple(journal.answers(sources)), len(sources), request.data(), time.monotonic() - start)


def saved(results: str | PathLike[str]) -> Survey:
    """The Survey of what is in such a file.

    Raises
    ------
    AnswerError
        If there is no such file, or it holds something else.
    """
    found = Journal(results, None)
    return Survey(tuple(found.found), len(found.found), found.settings)


def _sources(formulas: Iterable[str | Source] | Mapping[str, str]) -> Iterator[Source]:
    if isinstance(formulas, Mapping):
        yield from (Source(name, text) for name, text in formulas.items())
        return
    yield from (one if isinstance(one, Source) else Source("", one) for one in formulas)


def _follow(
    schedule: Schedule, journal: Journal, progress: Callable[[int, int], object] | None, n_asked: int, n_done: int
) -> None:
    """Keep the answers as they come; an interrupt ends this early, with the formulas that are under way."""
    try:
        for lines in schedule.lines():
            journal.add(lines)
            n_done += len(lines)
            if progress is not None:
                progress(n_done, n_asked)
    except KeyboardInterrupt:
        for lines in schedule.stopped():
            journal.add(lines)
