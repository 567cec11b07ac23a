"""Formulas in, answers out: what every command does that answers formulas one by one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeAlias

from symad.commands import output
from symad.commands.reading import given
from symad.commands.statuses import AGREE, INTERRUPTED, USAGE, gravest
from symad.errors import ExpressionError, SymadError
from symad.formula.names import listed
from symad.inputs import points
from symad.inputs.sources import SourceError, at_table, located, numbers, parsed, table
from symad.report.kinds import KINDS
from symad.system.timing import machine

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from types import ModuleType

    import numpy as np
    from numpy.typing import NDArray

    from symad.formula.expression import Expression
    from symad.inputs.sources import Source, Table


@dataclass(frozen=True, slots=True)
class Answer:
    """One answered formula."""

    source: Source
    command: str
    result: Any  # what the module of the command in `symad.report.kinds` takes
    status: int = AGREE
    settings: Mapping[str, object] = field(default_factory=dict)
    machine: Mapping[str, object] = field(default_factory=machine)
    version: str | None = None  # of the symad that computed it, where that was another
    place: str = ""  # the point, where a file gives several

    @property
    def report(self) -> ModuleType:
        """The module that writes the result in every format."""
        return KINDS[self.command]

    @property
    def title(self) -> str:
        """Name of the formula, or its text; where there are several points also which one."""
        return (self.source.name or self.source.text.strip()) + (f" at {self.place}" if self.place else "")

    def data(self) -> dict[str, object]:
        """Entry among the results of a JSON answer."""
        return {"name": self.source.name or None, **self.report.to_dict(self.result)}


@dataclass(frozen=True, slots=True)
class Refusal:
    """A formula without an answer, and why."""

    source: Source
    command: str
    message: str
    status: int = USAGE

    def data(self) -> dict[str, object]:
        """Entry among the results of a JSON answer."""
        return {"name": self.source.name or None, "formula": self.source.text, "error": self.message}


_SHOWN = {"details": False, "errors": True}  # what commands have that ask for it, and what the others do
Found: TypeAlias = "Answer | Refusal | list[Answer | Refusal]"


@dataclass(frozen=True, slots=True)
class Task:
    """One formula to be answered; `alone` says whether it is the only one, `table` holds the points of a file."""

    source: Source
    options: argparse.Namespace
    alone: bool
    table: Table | None = None

    def own(self, given: Mapping[str, Any], expression: Expression, option: str, form: str) -> dict[str, Any]:
        """What was given for this formula; only a formula that stands alone must use every name."""
        missing = [name for name in expression.variables if name not in given]
        unused = [name for name in given if name not in expression.variables] if self.alone else []
        if missing:
            advice = " ".join(f"--{option} {name}={form}" for name in missing[:4]) + (
                " ..." if len(missing) > 4 else ""
            )
            also = f"; {', '.join(unused)} is no variable of this formula" if unused else ""
            raise ExpressionError(f"no value is given for {listed(missing)}: add {advice}{also}")
        return {name: value for name, value in given.items() if self.alone or name in expression.variables}

    def point(self, expression: Expression) -> NDArray[np.float64]:
        """The one point that --at gives."""
        found = self.places(expression)
        if len(found) > 1 and self.table is not None:
            raise SourceError(f"{self.options.command} takes one point; {self.table.label} holds {len(found)}")
        return found[0]

    def places(self, expression: Expression) -> list[NDArray[np.float64]]:
        """The point that --at gives, or those of its file."""
        names = expression.variables
        if self.table is not None:
            return list(points.choose(names, points=self.rows(expression)).array)
        own = self.own(numbers(self.options.at), expression, "at", "NUMBER")
        return [points.choose(names, at=own).array.reshape(-1)]

    def rows(self, expression: Expression) -> list[list[float]]:
        """The points of the file; what else it holds is said."""
        if self.table is None:
            return []
        found, note = self.table.points(expression.variables), self.table.note(expression.variables)
        if note:
            output.say(note)
        return found


def each_place(
    task: Task, expression: Expression, answer: Callable[[NDArray[np.float64]], Answer | Refusal]
) -> list[Answer | Refusal]:
    """An answer for each point that --at gives; among several each says where it is."""
    places = task.places(expression)
    if len(places) == 1:
        return [answer(places[0])]
    found = [(answer(x), points.said(expression.variables, x)) for x in places]
    return [replace(one, place=where) if isinstance(one, Answer) else one for one, where in found]


def point_table(options: argparse.Namespace) -> Table | None:
    """The file of points that --at names, read; None where it gives numbers by name, which are checked."""
    path = at_table(options.at)
    if path is None:
        numbers(options.at)
        return None
    return table(path)


def answer_all(
    options: argparse.Namespace,
    answer: Callable[[Task, Expression], Found],
    *,
    check: Callable[[argparse.Namespace], None] | None = None,
    long: bool = False,
) -> int:
    """Answer every formula; a bad one does not stop the others.

    Parameters
    ----------
    options : Namespace
        With what `symad.commands.options` adds for formulas, a point and the answer.
    answer : callable
        Of one task and its parsed formula; several where a file gives several points.
    check : callable, optional
        Refuses, by a SymadError, arguments that no formula can make good.
    long : bool, optional
        Whether even one formula deserves a line of progress.

    Returns
    -------
    int
        The exit status.
    """
    try:
        sources = given(options)
        if check is not None:
            check(options)
        read = point_table(options)
        output.check_folder(options.output)
        output.check_form(options.output, (".txt",), "a table")
    except SymadError as error:
        return output.refuse(str(error), debug=options.debug)
    alone = len(sources) == 1
    tasks = (Task(one, options, alone, read) for one in output.watched(sources, long=long))
    found = (one for task in tasks for one in _attempt(task, answer))
    return write_all(found, options, n_formulas=len(sources))


def write_all(found: Iterable[Answer | Refusal], options: argparse.Namespace, *, n_formulas: int) -> int:
    """Write answers as they come (JSON Lines) or together; what is done is written even after an interruption."""
    from symad.commands.rendering import line, render

    results: list[Answer | Refusal] = []
    complete = False
    try:
        with output.place(options.output) as write:
            try:
                for result in found:
                    results.append(result)
                    if options.format == "jsonl":
                        write(line(result))
                complete = True
            except KeyboardInterrupt:
                output.say(f"interrupted: {len(results)} of {n_formulas} formulas are answered")
            answered = any(isinstance(result, Answer) for result in results)
            if options.format != "jsonl" and (answered or (options.format == "json" and complete)):
                width, paint = output.look(options.output)
                shown = {key: getattr(options, key, other) for key, other in _SHOWN.items()}
                write(render(results, options.format, width=width, paint=paint, complete=complete, **shown))
    except SourceError as error:
        return output.refuse(str(error), debug=options.debug)
    return gravest(result.status for result in results) if complete else INTERRUPTED


def said(expression: Expression, source: Source) -> Expression:
    """The same expression; how its text was read is said."""
    for note in expression.notes:
        output.say(f"{source.where}: {note}" if source.where else note)
    return expression


def _attempt(task: Task, answer: Callable[[Task, Expression], Found]) -> Sequence[Answer | Refusal]:
    try:
        found = answer(task, said(parsed(task.source, task.options.n, alone=task.alone), task.source))
    except SymadError as error:
        output.refuse(located(task.source, error), debug=task.options.debug)
        return [Refusal(task.source, task.options.command, str(error))]
    return found if isinstance(found, list) else [found]
