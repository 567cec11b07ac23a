"""A listing of the two sweeps as text, Markdown, LaTeX and CSV."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from symad.formula.numbers import shortest
from symad.report import latex
from symad.report.colours import plain
from symad.report.grid import Column, aligned, code, fit, markdown, packed, wrapped
from symad.report.steps_json import from_dict, to_dict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from symad.lecture.listing import Contribution, ForwardStep, Listing, Partial, ReverseStep
    from symad.report.colours import Paint

__all__ = ["CSV_HEAD", "csv_rows", "from_dict", "to_dict", "to_latex", "to_markdown", "to_text"]

CSV_HEAD = (
    "sweep", "step", "name", "operation", "operand_or_user", "value", "partial", "adjoint", "contribution", "taken",
)  # fmt: skip


def to_text(listing: Listing, width: int, paint: Paint = plain) -> str:
    """Two tables and the status."""
    head = [_one_line(listing.formula), f"{_point(listing)}: {_value_line(listing)}"]
    lines = [line for text in head for line in wrapped(text, width, "  ")]
    lines += ["", "forward sweep: values and local partials", "", *_table(_forward(listing), width, paint)]
    title = f"reverse sweep: adjoints d{listing.result}/d(name), from the result down"
    lines += ["", title, "", *_table(_reverse(listing), width, paint)]
    lines += ["", *(f"d{listing.result}/d{name} = {shortest(slope)}" for name, slope in listing.gradient.items())]
    status = wrapped(f"status: {_status(listing)}", width, "  ")
    lines += [paint(line, "warning" if listing.status else "") for line in status]
    return "\n".join(lines) + "\n"


def _table(columns: list[Column], width: int, paint: Paint) -> list[str]:
    """One table, or where the numbers leave too little room a second one for the last column."""
    if fit(columns, width):
        return aligned(columns, width, paint)
    number, name, *middle, last = columns
    return packed(replace(name, whole=True), [[number, *middle], [last]], width, paint)


def to_markdown(listing: Listing) -> str:
    """The same as Markdown."""
    lines = [f"{code(_one_line(listing.formula))} {_point(listing)}: {code(_value_line(listing))}", ""]
    lines += ["Forward sweep", "", *markdown(_forward(listing)), ""]
    lines += ["Reverse sweep", "", *markdown(_reverse(listing)), ""]
    return "\n".join([*lines, f"Status: {_status(listing)}"]) + "\n"


def to_latex(listing: Listing) -> str:
    """Two ``table``s."""
    head = (
        f"{latex.typewriter(_one_line(listing.formula))} {latex.escaped(f'{_point(listing)}: {_value_line(listing)}')}"
    )
    forward = latex.table(_forward(listing), f"Forward sweep of {head}.")
    reverse = latex.table(_reverse(listing), f"Reverse sweep of {head}. Status: {latex.escaped(_status(listing))}.")
    return "\n".join([*forward, "", *reverse]) + "\n"


def csv_rows(listing: Listing) -> Iterator[list[object]]:
    """One row a local partial of the forward sweep and one a contribution to the reverse sweep, at least one a step."""
    for step in listing.forward:
        head: list[object] = ["forward", step.number or None, step.name, step.operation or "variable"]
        for partial in step.partials:
            yield [*head, partial.operand, step.value, partial.value, None, None, step.live and partial.taken]
        if not step.partials:
            yield [*head, None, step.value, None, None, None, step.live]
    for back in listing.reverse:
        head = ["reverse", back.number or None, back.name, None]
        for one in back.contributions:
            yield [*head, one.user, None, one.partial, back.adjoint, one.value, back.live and one.taken]
        if not back.contributions:
            yield [*head, None, None, None, back.adjoint, None, back.live]


def _one_line(text: str) -> str:
    return "; ".join(part.strip() for part in text.splitlines() if part.strip())


def _value_line(listing: Listing) -> str:
    return f"{listing.result} = {shortest(listing.value)}"


def _point(listing: Listing) -> str:
    at = ", ".join(f"{name} = {shortest(value)}" for name, value in listing.point.items())
    return f"at {at}" if at else "without variables"


def _status(listing: Listing) -> str:
    return "; ".join(f"{bit} at {text}" for bit, text in listing.status) or "clean"


def _number(number: int) -> str:
    return str(number) if number else ""


def _forward(listing: Listing) -> list[Column]:
    """One line a step, and further lines for further partials."""
    rows: list[tuple[str, str, str, str, str]] = []
    for step in listing.forward:
        partials = [_partial(step, partial) for partial in step.partials] or [""]
        rows.append((_number(step.number), step.name, step.operation or "variable", shortest(step.value), partials[0]))
        rows += [("", "", "", "", more) for more in partials[1:]]
    number, name, operation, value, partial = zip(*rows, strict=True)
    return [
        Column("step", number),
        Column("name", name, right=False, formula=True),
        Column("operation", operation, right=False, formula=True),
        Column("value", value, right=False, whole=True),
        Column("local partials", partial, right=False, formula=True),
    ]


def _partial(step: ForwardStep, partial: Partial) -> str:
    left = f"d{step.name}/d{partial.operand} = "
    if not partial.taken or not step.live:
        return left + "not taken"
    formula = partial.formula
    return left + (f"{formula} = " if formula and formula != shortest(partial.value) else "") + shortest(partial.value)


def _reverse(listing: Listing) -> list[Column]:
    rows: list[tuple[str, str, str, str]] = []
    for step in listing.reverse:
        uses = [_use(one) for one in step.contributions]
        first = ["1, the seed"] if step.seeded else uses[:1] or ["unused: 0"]
        rows.append((_number(step.number), step.name, _adjoint(step), first[0]))
        rows += [("", "", "", more) for more in uses[len(first) if not step.seeded else 0 :]]
    rows = rows or [("", listing.result, "", "no variable: nothing flows back")]
    number, name, adjoint, use = zip(*rows, strict=True)
    return [
        Column("step", number),
        Column("name", name, right=False, formula=True),
        Column("adjoint", adjoint, right=False, whole=True),
        Column("contributions: adjoint of the user * local partial", use, right=False, formula=True),
    ]


def _adjoint(step: ReverseStep) -> str:
    return shortest(step.adjoint) if step.live else f"{shortest(step.adjoint)} (not taken)"


def _use(one: Contribution) -> str:
    if not one.taken:
        return f"from {one.user}: not taken"
    return f"from {one.user}: {shortest(one.adjoint)}*{_factor(one.partial)} = {shortest(one.value)}"


def _factor(value: float) -> str:
    text = shortest(value)
    return f"({text})" if text.startswith("-") else text
