"""A listing of the sweeps as text, Markdown, LaTeX and CSV."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from symad.formula.numbers import rounded
from symad.report import latex
from symad.report.colours import plain
from symad.report.grid import Column, aligned, code, fit, markdown, packed, wrapped
from symad.report.steps_json import from_dict, to_dict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from symad.lecture.listing import Contribution, Dual, ForwardStep, Listing, Partial, Pass
    from symad.report.colours import Paint

    Digits = Callable[[float], str]

__all__ = ["CSV_HEAD", "csv_rows", "from_dict", "to_dict", "to_latex", "to_markdown", "to_text"]

CSV_HEAD = (
    "sweep", "step", "name", "operation", "operand_or_user", "value", "partial", "adjoint", "contribution", "taken",
)  # fmt: skip
_INDENT = "  "


def to_text(listing: Listing, width: int, paint: Paint = plain) -> str:
    """What the point is, values and local slopes, and the backward sweep or the passes of forward mode."""
    show = _digits(listing)
    lines = [paint(line, "warning") for line in wrapped(f"status: {_status(listing)}", width, _INDENT)]
    lines = lines if listing.status else []
    lines += wrapped(_head(listing, show), width, _INDENT)
    for title, columns in _tables(listing, show):
        if columns[0].cells:
            lines += ["", *wrapped(title, width, _INDENT), "", *_table(columns, width, paint)]
    return "\n".join([*lines, *_gradient(listing, show)]) + "\n"


def to_markdown(listing: Listing) -> str:
    """The same as Markdown."""
    show = _digits(listing)
    lines = [code(_one_line(listing.formula)), "", code(_head(listing, show)), ""]
    lines += [f"Status: {_status(listing)}", ""] if listing.status else []
    for title, columns in _tables(listing, show):
        lines += [f"{title[0].upper()}{title[1:]}", "", *markdown(columns), ""]
    return "\n".join(lines)


def to_latex(listing: Listing) -> str:
    """A ``table`` for each sweep."""
    show = _digits(listing)
    status = f" Status: {latex.escaped(_status(listing))}." if listing.status else ""
    lines: list[str] = []
    for title, columns in _tables(listing, show):
        what = latex.escaped(f"{title[0].upper()}{title[1:]}")
        head = f"{latex.typewriter(_one_line(listing.formula))}, {latex.escaped(_head(listing, show))}"
        lines += [*latex.table(columns, f"{what}. {head}.{status}"), ""]
    return "\n".join(lines)


def csv_rows(listing: Listing) -> Iterator[list[object]]:
    """One row a local slope, a contribution to an adjoint and a term of a tangent, at least one a step."""
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
    for number, one_pass in enumerate(listing.passes, 1):
        for dual in one_pass.steps:
            head = [f"tangent by {one_pass.variable}", number, dual.name, dual.operation or "variable"]
            for term in dual.terms:
                yield [*head, term.operand, dual.value, term.partial, dual.tangent, term.partial * term.tangent, True]
            if not dual.terms:
                yield [*head, None, dual.value, None, dual.tangent, None, True]


def _digits(listing: Listing) -> Digits:
    return lambda value: rounded(value, listing.digits)


def _one_line(text: str) -> str:
    return "; ".join(part.strip() for part in text.splitlines() if part.strip())


def _head(listing: Listing, show: Digits) -> str:
    at = ", ".join(f"{name} = {show(value)}" for name, value in listing.point.items())
    return f"{listing.result} = {show(listing.value)}" + (f" at {at}" if at else "")


def _status(listing: Listing) -> str:
    return "; ".join(f"{bit} at {text}" for bit, text in listing.status) or "clean"


def _gradient(listing: Listing, show: Digits) -> list[str]:
    """What the passes of forward mode end with; of a backward sweep it is its last lines."""
    if not listing.passes:
        return []
    by = [one.variable for one in listing.passes]
    slopes = [f"d{listing.result}/d{name} = {show(listing.gradient[name])}" for name in by]
    more = [name for name in listing.gradient if name not in by]
    return ["", *slopes] + ([f"not shown: the passes by {', '.join(more)} (--wrt)"] if more else [])


def _tables(listing: Listing, show: Digits) -> list[tuple[str, list[Column]]]:
    """Titles and columns."""
    if not listing.passes:
        title = f"backward: d{listing.result}/d(name) = the sum over its users of d{listing.result}/d(user) * slope"
        return [("forward: values and local slopes", _forward(listing, show)), (title, _backward(listing, show))]
    tables = [("forward: values and local slopes", _forward(listing, show))]
    total = len(listing.gradient)
    place = {name: k for k, name in enumerate(listing.gradient, 1)}
    for one in listing.passes:
        title = f"pass {place[one.variable]} of {total}: dual numbers, value + slope by {one.variable} * e"
        tables.append((title, _pass(one, show)))
    return tables


def _table(columns: Sequence[Column], width: int, paint: Paint) -> list[str]:
    """Columns without headings, or where they leave too little room the last one below in a table of its own."""
    room = width - len(_INDENT)
    first, number, last = columns
    pairs = list(zip(first.cells, number.cells, strict=True))
    broad = max(len(left) + len(_INDENT) + len(right) for left, right in pairs)
    joined = [f"{left}{right:>{broad - len(left)}}" if number.right else left for left, right in pairs]
    both = [Column("", joined, right=False, whole=True)] if number.right else [_bare(first), _bare(number)]
    both += [_bare(last)] if any(last.cells) else []
    if fit(both, room):
        return [f"{_INDENT}{line}" for line in aligned(both, room, paint)[2:]]
    return packed(first, [[number], [last]], width, paint)


def _bare(column: Column) -> Column:
    return replace(column, heading="")


def _forward(listing: Listing, show: Digits) -> list[Column]:
    """One line a step, and further lines for further slopes."""
    rows: list[tuple[str, str, str]] = []
    for step in listing.forward:
        if not step.operation:
            continue
        slopes = [_slope(step, partial, show) for partial in step.partials] or [""]
        rows.append((f"{step.name} = {step.operation}", show(step.value), slopes[0]))
        rows += [("", "", more) for more in slopes[1:]]
    step_cells, values, slope_cells = zip(*rows, strict=True) if rows else ((), (), ())
    return [
        Column("step", step_cells, right=False, formula=True),
        Column("value", values, whole=True),
        Column("local slopes", slope_cells, right=False, formula=True),
    ]


def _slope(step: ForwardStep, partial: Partial, show: Digits) -> str:
    left, value = f"d{step.name}/d{partial.operand} = ", show(partial.value)
    if not step.live:
        return f"{left}0, not taken"
    formula = f"{partial.formula} = " if partial.formula and partial.formula != value else ""
    return left + formula + value + (f", {partial.reason}" if partial.reason else "")


def _backward(listing: Listing, show: Digits) -> list[Column]:
    rows: list[tuple[str, str, str]] = []
    for step in listing.reverse:
        uses = [_use(one, show) for one in step.contributions]
        uses = ["the start", *uses] if step.seeded else uses or ["unused"]
        rows.append((f"d{listing.result}/d{step.name}", show(step.adjoint), uses[0]))
        rows += [("", "", more) for more in uses[1:]]
    names, adjoints, use_cells = zip(*rows, strict=True) if rows else ((), (), ())
    return [
        Column("name", names, right=False, formula=True),
        Column("adjoint", adjoints, whole=True),
        Column("from its users", use_cells, right=False, formula=True),
    ]


def _use(one: Contribution, show: Digits) -> str:
    if not one.taken:
        return f"from {one.user}: 0, not taken"
    return f"from {one.user}: {show(one.adjoint)}*{_factor(show(one.partial))}"


def _pass(one: Pass, show: Digits) -> list[Column]:
    rows = [(_step(dual), _dual(dual, show), _terms(one, dual, show)) for dual in one.steps]
    steps, duals, terms = zip(*rows, strict=True)
    return [
        Column("step", steps, right=False, formula=True),
        Column("dual number", duals, right=False, whole=True),
        Column("its slope", terms, right=False, formula=True),
    ]


def _step(dual: Dual) -> str:
    return f"{dual.name} = {dual.operation}" if dual.operation else dual.name


def _dual(dual: Dual, show: Digits) -> str:
    slope = show(dual.tangent)
    sign, size = ("-", slope[1:]) if slope.startswith("-") else ("+", slope)
    return f"{show(dual.value)} {sign} {size}*e"


def _terms(one: Pass, dual: Dual, show: Digits) -> str:
    if not dual.operation:
        return "the start" if dual.name == one.variable else ""
    return " + ".join(f"{show(term.partial)}*{_factor(show(term.tangent))}" for term in dual.terms)


def _factor(text: str) -> str:
    return f"({text})" if text.startswith("-") else text
