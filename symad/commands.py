"""What the commands do: formulas in, answers and an exit status out. Knows files and formats; no mathematics."""

from __future__ import annotations

import os
import shutil
import sys
import traceback
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from symad import points
from symad.errors import ExpressionError, SymadError
from symad.expression import one_output
from symad.parsing import parse
from symad.report import document, grid, steps, text, values
from symad.sources import Source, SourceError, assignments, interval, located, number, read
from symad.timing import machine

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Mapping, Sequence
    from types import ModuleType

    import numpy as np
    from numpy.typing import NDArray

    from symad.expression import Expression
    from symad.symbolic import SymbolicWorker

AGREE, DIFFER, USAGE, UNDECIDED = 0, 1, 2, 3
_WORST_FIRST = (USAGE, DIFFER, UNDECIDED, AGREE)
_OF_AGREEMENT = {True: AGREE, False: DIFFER, None: UNDECIDED}


@dataclass(frozen=True, slots=True)
class Answer:
    """One answered formula: `report` is the module that writes `result` in every format."""

    source: Source
    result: Any  # what `report` takes: a Listing, Values or a Comparison
    report: ModuleType
    status: int = AGREE
    settings: Mapping[str, object] = field(default_factory=dict)
    machine: Mapping[str, object] = field(default_factory=machine)

    @property
    def title(self) -> str:
        """Name of the formula, or its text."""
        return self.source.name or self.source.text.strip()

    def data(self) -> dict[str, object]:
        """Entry among the results of a JSON answer."""
        return {"name": self.source.name or None, **self.report.to_dict(self.result)}


@dataclass(frozen=True, slots=True)
class Refusal:
    """A formula without an answer, and why."""

    source: Source
    message: str
    status: int = USAGE

    def data(self) -> dict[str, object]:
        """Entry among the results of a JSON answer."""
        return {"name": self.source.name or None, "formula": self.source.text, "error": self.message}


@dataclass(frozen=True, slots=True)
class Task:
    """One formula to be answered; `alone` says whether it is the only one."""

    source: Source
    options: argparse.Namespace
    alone: bool
    worker: SymbolicWorker | None

    def own(self, given: Mapping[str, Any], expression: Expression, option: str, form: str) -> dict[str, Any]:
        """What was given for this formula; only a formula that stands alone must use every name."""
        missing = [name for name in expression.variables if name not in given]
        unused = [name for name in given if name not in expression.variables] if self.alone else []
        if missing:
            advice = " ".join(f"--{option} {name}={form}" for name in missing[:4]) + (
                " ..." if len(missing) > 4 else ""
            )
            names = ", ".join(missing[:8]) + (", ..." if len(missing) > 8 else "")
            also = f"; {', '.join(unused)} is no variable of this formula" if unused else ""
            raise ExpressionError(f"no value is given for {names}: add {advice}{also}")
        return {name: value for name, value in given.items() if self.alone or name in expression.variables}

    def point(self, expression: Expression) -> NDArray[np.float64]:
        """The one point of steps and eval."""
        own = self.own(_numbers(self.options.at), expression, "at", "NUMBER")
        return points.choose(expression.variables, at=own).array.reshape(-1)


def run(options: argparse.Namespace) -> int:
    """Answer every formula; a bad one does not stop the others."""
    try:
        sources = read(options.formula, options.file)
        _check(options)
    except SymadError as error:
        return _refuse(str(error), options)
    with _worker(options) as worker:
        results = [_attempt(Task(one, options, len(sources) == 1, worker)) for one in _watched(sources, options)]
    if any(isinstance(result, Answer) for result in results) or options.format in ("json", "jsonl"):
        try:
            _write(_render(results, options), options.output)
        except SourceError as error:
            return _refuse(str(error), options)
    return min((result.status for result in results), key=_WORST_FIRST.index)


def _worker(options: argparse.Namespace) -> SymbolicWorker | nullcontext[None]:
    """SymPy's process for all comparisons of a command: it is loaded once."""
    if options.command != "compare":
        return nullcontext()
    from symad.symbolic import Budget, SymbolicWorker

    return SymbolicWorker(Budget() if options.budget is None else Budget(seconds=options.budget))


def _attempt(task: Task) -> Answer | Refusal:
    try:
        return _ANSWERS[task.options.command](task, parse(task.source.text))
    except SymadError as error:
        _refuse(located(task.source, error), task.options)
        return Refusal(task.source, str(error))


def _compare(task: Task, expression: Expression) -> Answer:
    from symad.comparison import compare

    options = task.options
    at, domain = _numbers(options.at), _intervals(options.domain)
    chosen: dict[str, Any] = {"n_points": options.points or points.DEFAULT_N_POINTS, "seed": options.seed}
    if at:
        chosen["at"] = task.own(at, expression, "at", "NUMBER")
    elif domain:
        chosen["domain"] = task.own(domain, expression, "domain", "LOW:HIGH")
    result = compare(expression, worker=task.worker, **chosen)
    return Answer(task.source, result, text, _OF_AGREEMENT[result.agree], result.settings, result.machine)


def _steps(task: Task, expression: Expression) -> Answer:
    from symad.listing import listing

    one_output(expression, "steps")
    return Answer(task.source, listing(expression.compile().sweep(task.point(expression))), steps)


def _eval(task: Task, expression: Expression) -> Answer:
    tape, names, x = expression.compile(), expression.variables, task.point(expression)
    outputs = [float(value) for value in tape.value(x).reshape(-1)]
    slopes = None
    if task.options.grad:
        rows = tape.jacobian(x) if names else [()] * len(outputs)
        slopes = tuple(dict(zip(names, map(float, row), strict=True)) for row in rows)
    if expression.n_outputs == 1 and (status := tape.sweep(x).status):
        _say(f"warning: {status}")
    at = dict(zip(names, map(float, x), strict=True))
    return Answer(task.source, values.Values(task.source.text, at, tuple(outputs), slopes), values)


_ANSWERS = {"compare": _compare, "steps": _steps, "eval": _eval}


def _check(options: argparse.Namespace) -> None:
    """Refuse arguments that no formula can make good."""
    at = _numbers(options.at)
    if options.command == "compare":
        domain = _intervals(options.domain)
        if at and domain:
            raise SourceError("give either --at or --domain, not both (a variable that stays put: --domain y=2:2)")
        if at and options.points is not None:
            raise SourceError("--points draws from --domain; --at is one point")
    if options.output is not None and not Path(options.output).absolute().parent.is_dir():
        raise SourceError(f"-o {options.output}: there is no such folder")


def _numbers(given: Sequence[str]) -> dict[str, float]:
    pairs = assignments(given, "--at", "NAME=NUMBER, such as --at x=2")
    return {name: number(piece, f"--at {name}") for name, piece in pairs.items()}


def _intervals(given: Sequence[str]) -> dict[str, tuple[float, float]]:
    pairs = assignments(given, "--domain", "NAME=LOW:HIGH, such as --domain x=0:1")
    return {name: interval(piece, f"--domain {name}") for name, piece in pairs.items()}


def _render(results: Sequence[Answer | Refusal], options: argparse.Namespace) -> str:
    if options.format == "json":
        return document.dumps(_document(results, options))
    if options.format == "jsonl":
        return "".join(document.dumps(_document([result], options), indent=None) for result in results)
    answers = [result for result in results if isinstance(result, Answer)]
    titled = len(results) > 1
    if options.format == "markdown":
        heads = [f"## {one.title}\n\n" if titled else "" for one in answers]
        return "\n".join(head + one.report.to_markdown(one.result) for head, one in zip(heads, answers, strict=True))
    width = shutil.get_terminal_size((grid.DEFAULT_WIDTH, 24)).columns
    blocks = [(one.title, one.report.to_text(one.result, width)) for one in answers]
    return _joined(blocks) if titled else blocks[0][1]


def _joined(blocks: Iterable[tuple[str, str]]) -> str:
    """Titled blocks; answers of one line each stay together."""
    lines = []
    for title, block in blocks:
        short = block.count("\n") == 1
        lines.append(f"{title}: {block}" if short else f"{'=' * len(title)}\n{title}\n{'=' * len(title)}\n{block}\n")
    return "".join(lines)


def _document(results: Sequence[Answer | Refusal], options: argparse.Namespace) -> dict[str, object]:
    answers = [result for result in results if isinstance(result, Answer)]
    data = [result.data() for result in results]
    if not answers:
        return document.document(options.command, machine(), {}, data)
    return document.document(options.command, answers[0].machine, answers[0].settings, data)


def _write(answer: str, path: str | None) -> None:
    if path is None or path == "-":
        sys.stdout.write(answer)
        sys.stdout.flush()
        return
    try:
        Path(path).write_text(answer, encoding="utf-8")
    except OSError as error:
        raise SourceError(f"-o {path}: {(error.strerror or str(error)).lower()}") from error


def _watched(sources: Sequence[Source], options: argparse.Namespace) -> Iterable[Source]:
    """The formulas one by one, with a line of progress on a terminal where they may take long."""
    long = len(sources) > 1 or options.command == "compare"
    show = long and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
    for k, source in enumerate(sources, 1):
        if show:
            sys.stderr.write(f"\r\x1b[K{k}/{len(sources)} {source.name or source.text.strip()[:40]}")
            sys.stderr.flush()
        yield source
        if show:
            sys.stderr.write("\r\x1b[K")


def _refuse(message: str, options: argparse.Namespace) -> int:
    if options.debug and sys.exc_info()[0] is not None:
        traceback.print_exc()
    _say(message)
    return USAGE


def _say(message: str) -> None:
    print(f"symad: {message}", file=sys.stderr)
