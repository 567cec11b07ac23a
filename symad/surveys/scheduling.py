"""Chunks of formulas to workers and their lines back, whatever executor there is; what to do when a worker dies."""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from typing import TYPE_CHECKING

from symad.errors import SurveyError
from symad.interop.extras import library
from symad.surveys import work

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from concurrent.futures import Executor

    from symad.inputs.sources import Source
    from symad.surveys.work import Request

LOCAL = "local"
AHEAD = 2  # chunks a worker has waiting: enough never to be idle, few to be suspected when one dies
DEATHS = 2  # of workers with one formula, after which that formula is given up
LARGEST = 16  # formulas of a chunk: loading SymPy once is then a few hundredths of the work
STOP_SECONDS = work.LONGEST_S  # for formulas under way when a survey is stopped


def n_processors() -> int:
    """Processors that this process may use."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1


class Crew:
    """An executor and how many chunks it works on at a time. One that breaks cannot be had again."""

    renewable = False

    def __init__(self, executor: Executor, n_workers: int) -> None:
        self.executor = executor
        self.n_workers = n_workers

    def renew(self) -> None:
        """Another executor in the place of a broken one."""
        raise SurveyError("the executor broke: a worker ended abruptly. What was done is kept in results=, if given")

    def stop(self) -> None:
        """Begin no formula any more."""

    def close(self) -> None:
        """The executor belongs to the caller."""


class Processes(Crew):
    """Processes of this machine; after a death the pool is made anew."""

    renewable = True

    def __init__(self, n_workers: int) -> None:
        # Started afresh: a copy of this process would inherit its threads' locks in whatever state they are.
        self._context = multiprocessing.get_context("spawn")
        self._flag = self._context.Event()
        super().__init__(self._pool(n_workers), n_workers)
        try:
            self.executor.submit(work.ready).result()
        except BrokenExecutor as error:
            self.close()
            raise SurveyError(
                "worker processes do not start; a script that calls symad.survey needs to be guarded by "
                '`if __name__ == "__main__":`'
            ) from error

    def _pool(self, n_workers: int) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(n_workers, self._context, initializer=work.begin, initargs=(self._flag,))

    def renew(self) -> None:
        self.close()
        self.executor = self._pool(self.n_workers)

    def stop(self) -> None:
        self._flag.set()

    def close(self) -> None:
        self.executor.shutdown(wait=True, cancel_futures=True)


@contextmanager
def crew(scheduler: str | Executor, n_workers: int | None) -> Iterator[Crew]:
    """The workers that a survey was given, made, or found at an address."""
    if not isinstance(scheduler, str):
        yield Crew(scheduler, n_workers or n_processors())
        return
    if scheduler == LOCAL:
        processes = Processes(n_workers or n_processors())
        try:
            yield processes
        finally:
            processes.stop()
            processes.close()
        return
    with library("distributed", "dask").Client(scheduler, timeout="30s") as client:
        threads = sum(client.nthreads().values())
        yield Crew(client.get_executor(pure=False), n_workers or max(threads, 1))


class Schedule:
    """Which chunk runs next, and what becomes of the formulas whose worker died.

    All chunks that ran in a pool which broke are suspects: their formulas run again one by one, and in a pool of our
    own each of them alone, so that a formula that ends its worker is found and its neighbours are not lost.
    """

    def __init__(self, crew: Crew, request: Request, sources: Sequence[Source], chunk_size: int | None) -> None:
        self._crew, self._request = crew, request
        even = -(-len(sources) // (4 * crew.n_workers))
        size = chunk_size or max(1, min(LARGEST, even))
        self._waiting = deque(list(sources[k : k + size]) for k in range(0, len(sources), size))
        self._suspects: deque[tuple[Source, int]] = deque()  # with the deaths seen so far
        self._running: dict[Future[list[str]], tuple[list[Source], int]] = {}

    def lines(self) -> Iterator[list[str]]:
        """The answers as they come."""
        while self._waiting or self._suspects or self._running:
            self._fill()
            done, _ = wait(self._running, return_when=FIRST_COMPLETED)
            lost, broken = [], False
            for future in done:
                chunk, error = self._running.pop(future), future.exception()
                if error is None:
                    yield future.result()
                    continue
                if not _is_death(error):
                    raise error
                broken |= isinstance(error, BrokenExecutor)
                lost.append(chunk)
            yield from self._again(lost + self._swept() if broken else lost)

    def stopped(self) -> Iterator[list[str]]:
        """End early: the answers that are still on their way."""
        self._crew.stop()
        for future in self._running:
            future.cancel()
        done, _ = wait([one for one in self._running if not one.cancelled()], STOP_SECONDS)
        for future in done:
            if not future.cancelled() and future.exception() is None:
                yield future.result()

    def _fill(self) -> None:
        """Submit what may run now."""
        alone, going = self._crew.renewable, True
        while going and self._suspects and not (alone and self._running):
            source, deaths = self._suspects.popleft()
            going = self._submit([source], deaths)
        suspected = any(deaths for _, deaths in self._running.values())
        while going and self._waiting and len(self._running) < AHEAD * self._crew.n_workers:
            if alone and suspected:
                return
            going = self._submit(self._waiting.popleft(), 0)

    def _submit(self, chunk: list[Source], deaths: int) -> bool:
        """Whether the executor takes more; a chunk that it does not take is the next one."""
        try:
            future = self._crew.executor.submit(work.run, chunk, self._request)
        except BrokenExecutor:
            if deaths:
                self._suspects.appendleft((chunk[0], deaths))
            else:
                self._waiting.appendleft(chunk)
            if self._running:  # whose futures will say so
                return False
            self._crew.renew()
            return True
        self._running[future] = chunk, deaths
        return True

    def _swept(self) -> list[tuple[list[Source], int]]:
        """What else ran in an executor that broke; the executor is made anew, if it is ours."""
        if self._crew.renewable:
            wait(self._running)
        gone = [future for future in self._running if future.done() and future.exception() is not None]
        found = [self._running.pop(future) for future in gone]
        self._crew.renew()
        return found

    def _again(self, lost: list[tuple[list[Source], int]]) -> Iterator[list[str]]:
        """Formulas whose worker died: once more one by one, or given up."""
        for chunk, deaths in lost:
            if deaths >= DEATHS:
                yield [work.refusal(chunk[0], self._request, f"its worker died {DEATHS} times")]
            else:
                self._suspects += ((source, deaths + 1) for source in chunk)


def _is_death(error: BaseException) -> bool:
    """Of a worker; Dask says it by an error of its own, after it has tried others."""
    return isinstance(error, BrokenExecutor) or type(error).__name__ == "KilledWorker"
