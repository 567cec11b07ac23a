"""A Survey as text, Markdown and JSON: verdicts, swell, times, digits, who wins where, failures. Computes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symad.formula import numbers
from symad.report import csv_text
from symad.report.document import document, finite
from symad.report.grid import DEFAULT_WIDTH, Column, markdown, packed, wrapped
from symad.surveys.summary import QUANTITIES, RACES
from symad.system import timing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from symad.surveys.summary import Quantiles, Survey

_SHOWN = 8  # names in a line of failures; JSON has them all
_TIMED, _WRONG = "time to build, ns", "error in ULP"


def to_text(survey: Survey, width: int = DEFAULT_WIDTH) -> str:
    """Every table, each with a line that says what it shows."""
    lines = wrapped(headline(survey), width, "  ")
    for title, first, columns in tables(survey):
        lines += ["", *wrapped(f"{title}:", width, "  "), "", *packed(first, [[one] for one in columns], width)]
    failed = list(failures(survey))
    if failed:
        lines += ["", "what went wrong:", ""]
        for failure in failed:
            lines += wrapped(failure, width, "  ")
    return "\n".join(lines) + "\n"


def to_markdown(survey: Survey) -> str:
    """The same as Markdown tables."""
    lines = [headline(survey)]
    for title, first, columns in tables(survey):
        lines += ["", f"**{title}**", "", *markdown([first, *columns])]
    failed = list(failures(survey))
    if failed:
        lines += ["", "**What went wrong**", "", *(f"- {failure}" for failure in failed)]
    return "\n".join(lines) + "\n"


def to_dict(survey: Survey) -> dict[str, object]:
    """The answer as data: every sum, and the names behind each failure."""
    entry = {
        "n_asked": survey.n_asked,
        "n_answered": len(survey.formulas),
        "n_compared": len(survey.compared),
        "complete": survey.complete,
        "elapsed_s": survey.elapsed_s,
        "verdict": headline(survey),
        "methods": [_method(survey, name) for name in survey.methods],
        "races": [
            {"quantity": one.quantity, "group": one.group, "n_formulas": one.n_formulas, "wins": dict(one.wins)}
            for quantity in RACES
            for one in survey.races(quantity)
        ],
        "failures": [
            {"method": method, "what": what, "formulas": titles} for method, what, titles in survey.failures()
        ],
        "refused": [{"name": one.name or None, "formula": one.formula, "error": one.error} for one in survey.refused],
    }
    return document("survey", timing.machine(), survey.settings, [entry])


def to_csv(survey: Survey) -> str:
    """One line a formula and method; a formula without a comparison has one, with the error."""
    read = (*QUANTITIES.values(), *RACES.values())
    rows: list[Sequence[object]] = []
    for one in survey.formulas:
        if one.error:
            rows.append((one.name, one.formula, "", "", "", *(None for _ in read), one.error))
        for row in one.methods:
            found = (number(row) for number in read)
            rows.append((one.name, one.formula, row.name, row.verdict, row.reason, *found, ""))
    return csv_text.to_csv(("name", "formula", "method", "verdict", "reason", *QUANTITIES, *RACES, "error"), rows)


def headline(survey: Survey) -> str:
    """One line: how many formulas, how many agree."""
    agree = sum(one.agree is True for one in survey.compared)
    differ = sum(one.agree is False for one in survey.compared)
    undecided = len(survey.compared) - agree - differ
    said = f"{numbers.plural(len(survey.formulas), 'formula')} of {survey.n_asked:,}: "
    said += f"in {agree:,} every method agrees with 50 digits, in {differ:,} some method differs, "
    return f"{said}{undecided:,} undecided, {len(survey.refused):,} not compared"


def tables(survey: Survey) -> Iterator[tuple[str, Column, list[Column]]]:
    """Of each table its title, its first column and the others."""
    names = survey.methods
    if not names:
        return
    words = dict.fromkeys(word for name in names for word in survey.verdicts(name))
    met = [Column(word, [numbers.count(survey.verdicts(name).get(word, 0)) for name in names]) for word in words]
    yield "formulas by verdict", Column("method", names, right=False), met
    for quantity in QUANTITIES:
        rows = [(name, found) for name in names if (found := survey.quantiles(name, quantity)) is not None]
        if rows:
            yield _quantiles(quantity, rows)
    for quantity in RACES:
        races = survey.races(quantity)
        if races:
            won = [name for name in names if any(race.wins[name] for race in races)]
            shares = [Column(name, [_share(race.wins[name], race.n_formulas) for race in races]) for name in won]
            count = Column("formulas", [numbers.count(race.n_formulas) for race in races])
            first = Column("where", [race.group for race in races], right=False)
            tie = " (within a tenth of the best)" if quantity.startswith("time") else " (equals all count)"
            yield f"share of formulas in which a method has the least {quantity}{tie}", first, [count, *shares]


def _quantiles(quantity: str, rows: Sequence[tuple[str, Quantiles]]) -> tuple[str, Column, list[Column]]:
    show = _shown(quantity)
    columns = [
        Column("formulas", [numbers.count(found.n + found.n_infinite) for _, found in rows]),
        Column("10 %", [show(found.low) for _, found in rows]),
        Column("median", [show(found.middle) for _, found in rows]),
        Column("90 %", [show(found.high) for _, found in rows]),
        Column("largest", [show(found.largest) for _, found in rows]),
        Column("in", [_short(found.largest_in) for _, found in rows], right=False),
    ]
    return quantity.removesuffix(", ns"), Column("method", [name for name, _ in rows], right=False), columns


def _shown(quantity: str) -> Callable[[float], str]:
    return numbers.time if quantity == _TIMED else numbers.error if quantity == _WRONG else numbers.ratio


def _short(title: str) -> str:
    return title if len(title) <= 40 else f"{title[:37]}..."


def _share(won: int, of: int) -> str:
    return f"{100 * won / of:.0f} %" if won else "-"


def failures(survey: Survey) -> Iterator[str]:
    """What went wrong, a line for each method and cause."""
    for method, what, titles in survey.failures():
        yield f"{method}, {what}: {_listed(titles)}"
    reasons: dict[str, list[str]] = {}
    for one in survey.refused:
        reasons.setdefault(one.error.partition("\n")[0], []).append(one.title)
    yield from (f"not compared, {reason}: {_listed(titles)}" for reason, titles in reasons.items())


def _listed(titles: Sequence[str]) -> str:
    more = f" and {len(titles) - _SHOWN:,} more" if len(titles) > _SHOWN else ""
    return f"{numbers.plural(len(titles), 'formula')} ({', '.join(map(_short, titles[:_SHOWN]))}{more})"


def _method(survey: Survey, name: str) -> dict[str, object]:
    found = {quantity: survey.quantiles(name, quantity) for quantity in QUANTITIES}
    return {
        "method": name,
        "verdicts": survey.verdicts(name),
        "quantiles": [_numbers(quantity, one) for quantity, one in found.items() if one is not None],
    }


def _numbers(quantity: str, found: Quantiles) -> dict[str, object]:
    return {
        "quantity": quantity,
        "n_finite": found.n,
        "n_infinite": found.n_infinite,
        **finite("tenth", found.low),
        **finite("median", found.middle),
        **finite("nine_tenths", found.high),
        **finite("largest", found.largest),
        "largest_in": found.largest_in,
    }
