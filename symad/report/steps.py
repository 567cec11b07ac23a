"""A listing of the two sweeps as text, JSON and Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symad.report.document import finite, finite_map
from symad.report.grid import Column, aligned, code, markdown, wrapped
from symad.report.numbers import shortest

if TYPE_CHECKING:
    from symad.listing import Contribution, ForwardStep, Listing, Partial, ReverseStep


def to_text(listing: Listing, width: int) -> str:
    """Two tables and the status."""
    head = [_one_line(listing.formula), f"{_point(listing)}: {_value_line(listing)}"]
    lines = [line for text in head for line in wrapped(text, width, "  ")]
    lines += ["", "forward sweep: values and local partials", "", *aligned(_forward(listing))]
    title = f"reverse sweep: adjoints d{listing.result}/d(name), from the result down"
    lines += ["", title, "", *aligned(_reverse(listing))]
    lines += ["", *(f"d{listing.result}/d{name} = {shortest(slope)}" for name, slope in listing.gradient.items())]
    return "\n".join([*lines, f"status: {_status(listing)}"]) + "\n"


def to_markdown(listing: Listing) -> str:
    """The same as Markdown."""
    lines = [f"{code(_one_line(listing.formula))} {_point(listing)}: {code(_value_line(listing))}", ""]
    lines += ["Forward sweep", "", *markdown(_forward(listing)), ""]
    lines += ["Reverse sweep", "", *markdown(_reverse(listing)), ""]
    return "\n".join([*lines, f"Status: {_status(listing)}"]) + "\n"


def to_dict(listing: Listing) -> dict[str, object]:
    """The same as data for JSON."""
    return {
        "formula": listing.formula,
        "result": listing.result,
        **finite_map("point", listing.point),
        **finite("value", listing.value),
        **finite_map("gradient", listing.gradient),
        "forward": [_forward_dict(step) for step in listing.forward],
        "reverse": [_reverse_dict(step) for step in listing.reverse],
        "status": [{"bit": bit, "at": text} for bit, text in listing.status],
    }


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
        Column("value", value, right=False),
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
        Column("adjoint", adjoint, right=False),
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


def _forward_dict(step: ForwardStep) -> dict[str, object]:
    partials = [
        {"operand": one.operand, "formula": one.formula or None, **finite("value", one.value), "taken": one.taken}
        for one in step.partials
    ]
    return {
        "step": step.number or None,
        "name": step.name,
        "operation": step.operation or None,
        **finite("value", step.value),
        "partials": partials,
        "live": step.live,
    }


def _reverse_dict(step: ReverseStep) -> dict[str, object]:
    uses = [
        {
            "user": one.user,
            **finite("adjoint", one.adjoint),
            **finite("partial", one.partial),
            **finite("value", one.value),
            "taken": one.taken,
        }
        for one in step.contributions
    ]
    return {
        "step": step.number or None,
        "name": step.name,
        **finite("adjoint", step.adjoint),
        "seeded": step.seeded,
        "contributions": uses,
        "live": step.live,
    }
