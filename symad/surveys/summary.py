"""What a survey found, frozen: who wins where, quantiles, failures, from numbers alone. Runs and formats nothing."""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from symad.comparison import verdicts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from symad.comparison.result import Comparison, MethodResult

TIME, OPERATIONS = "time of one derivative", "distinct operations"
QUANTITIES: Mapping[str, Callable[[MethodResult], float | None]] = {
    "written-out swell": lambda row: row.swell if _is_program(row) else None,
    "distinct swell": lambda row: row.shared_swell if _is_program(row) else None,
    "time over the function's": lambda row: row.ratio,
    "time to build, ns": lambda row: row.build_time_ns,
    "error in ULP": lambda row: row.max_ulp,
}
RACES: Mapping[str, Callable[[MethodResult], float | None]] = {
    TIME: lambda row: row.time_ns,
    OPERATIONS: lambda row: row.counts.n_distinct if row.counts is not None and _is_program(row) else None,
}
LEAD = 1.1  # a tenth of time is no lead; nor is anything less than one operation
_SIZES = ((4, "1 to 4"), (16, "5 to 16"), (64, "17 to 64"), (256, "65 to 256"), (math.inf, "over 256"))
_WIDTHS = ((1, "1 variable"), (4, "2 to 4 variables"), (math.inf, "5 variables or more"))


@dataclass(frozen=True, slots=True)
class Surveyed:
    """One formula: the rows of its comparison, or `error`, why there is none."""

    name: str
    formula: str
    error: str
    agree: bool | None = None
    n_variables: int = 0
    function: MethodResult | None = None
    methods: tuple[MethodResult, ...] = ()

    @classmethod
    def of(cls, name: str, formula: str, error: str, found: Comparison | None) -> Surveyed:
        """What a survey keeps of a comparison: thousands of them stay in memory together."""
        if found is None:
            return cls(name, formula, error)
        rows = tuple(replace(row, step_curve=None) for row in found.methods)
        return cls(name, formula, "", found.agree, len(found.variables), found.function, rows)

    @property
    def title(self) -> str:
        """Name of the formula, or its text."""
        return self.name or self.formula.strip()

    @property
    def groups(self) -> Iterator[str]:
        """Where it belongs: everything, its size, its variables, and what its name has before a slash."""
        yield "all"
        operations = 0 if self.function is None or self.function.counts is None else self.function.counts.n_distinct
        yield next(word for most, word in _SIZES if operations <= most) + " operations"
        yield next(word for most, word in _WIDTHS if self.n_variables <= most)
        first, slash, _ = self.name.partition("/")
        if slash:
            yield first


@dataclass(frozen=True, slots=True)
class Quantiles:
    """Of `n` finite numbers, among `n + n_infinite`: a tenth, a half and nine tenths lie at or below."""

    n: int
    n_infinite: int
    low: float
    middle: float
    high: float
    largest: float
    largest_in: str


@dataclass(frozen=True, slots=True)
class Race:
    """How many formulas of a group each method wins; several where the lead is none."""

    quantity: str
    group: str
    n_formulas: int
    wins: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Survey:
    """Every method on many formulas.

    Attributes
    ----------
    formulas : tuple of Surveyed
        In the order in which they were answered.
    n_asked : int
    settings : mapping
        What was asked of every formula.
    elapsed_s : float
        Wall clock of this run, seconds; what an earlier run had done is not counted.
    """

    formulas: tuple[Surveyed, ...]
    n_asked: int
    settings: Mapping[str, object]
    elapsed_s: float = 0.0

    @property
    def complete(self) -> bool:
        """Whether every formula has its answer."""
        return len(self.formulas) >= self.n_asked

    @property
    def compared(self) -> tuple[Surveyed, ...]:
        """The formulas that have a comparison."""
        return tuple(one for one in self.formulas if not one.error)

    @property
    def refused(self) -> tuple[Surveyed, ...]:
        """The formulas without one, and why."""
        return tuple(one for one in self.formulas if one.error)

    @property
    def methods(self) -> tuple[str, ...]:
        """Names of the methods, in their order."""
        return tuple(dict.fromkeys(row.name for one in self.compared for row in one.methods))

    def rows(self, method: str) -> Iterator[tuple[Surveyed, MethodResult]]:
        """A method's row in each formula that has one."""
        for one in self.compared:
            yield from ((one, row) for row in one.methods if row.name == method)

    def verdicts(self, method: str) -> dict[str, int]:
        """How often each verdict word was met."""
        found: dict[str, int] = {}
        for _, row in self.rows(method):
            found[row.verdict] = found.get(row.verdict, 0) + 1
        return found

    def quantiles(self, method: str, quantity: str) -> Quantiles | None:
        """Of one of `QUANTITIES` over the formulas that have it; None where none has."""
        read = QUANTITIES[quantity]
        pairs = [(value, one.title) for one, row in self.rows(method) if (value := read(row)) is not None]
        known = [(value, title) for value, title in pairs if not math.isnan(value)]
        finite = sorted(value for value, _ in known if math.isfinite(value))
        if not known:
            return None
        largest, title = max(known)
        if len(finite) < 2:
            low = middle = high = finite[0] if finite else math.inf
        else:
            tenths = statistics.quantiles(finite, n=10, method="inclusive")
            low, middle, high = tenths[0], statistics.median(finite), tenths[8]
        return Quantiles(len(finite), len(known) - len(finite), low, middle, high, largest, title)

    def races(self, quantity: str) -> list[Race]:
        """Who wins where, by one of `RACES`, among the exact methods that agree with the reference."""
        runs: dict[str, list[list[str]]] = {}
        for one in self.compared:
            winners = _winners(one.methods, RACES[quantity], LEAD if quantity == TIME else 1.0)
            for group in one.groups if winners else ():
                runs.setdefault(group, []).append(winners)
        order = ["all", *(f"{word} operations" for _, word in _SIZES), *(word for _, word in _WIDTHS)]
        groups = [group for group in order if group in runs] + sorted(set(runs) - set(order))
        return [
            Race(
                quantity,
                group,
                len(runs[group]),
                {name: sum(name in won for won in runs[group]) for name in self.methods},
            )
            for group in groups
        ]

    def failures(self) -> list[tuple[str, str, list[str]]]:
        """(method, what is wrong, the formulas) for rows that differ, lose digits, are ill-conditioned or gave up.

        Differences that lose digits are expected to.
        """
        found: dict[tuple[str, str], list[str]] = {}
        for method in self.methods:
            for one, row in self.rows(method):
                lost = row.exact and row.verdict == verdicts.LOSES
                if lost or row.verdict in (verdicts.DIFFERS, verdicts.ILL, verdicts.GAVE_UP):
                    cause = row.diagnosis.cause if row.diagnosis is not None else _stem(row.reason)
                    found.setdefault((method, f"{row.verdict}: {cause}" if cause else row.verdict), []).append(
                        one.title
                    )
        return [(method, what, titles) for (method, what), titles in found.items()]

    def to_dict(self) -> dict[str, object]:
        """The sums as data for JSON."""
        from symad.report import survey

        return survey.to_dict(self)

    def to_json(self) -> str:
        """The sums as JSON, as ``symad survey --format json`` writes them."""
        from symad.report import document

        return document.dumps(self.to_dict())

    def to_markdown(self) -> str:
        """The sums as Markdown tables."""
        from symad.report import survey

        return survey.to_markdown(self)

    def to_csv(self) -> str:
        """One line a formula and method, for a spreadsheet or pandas."""
        from symad.report import survey

        return survey.to_csv(self)

    def to_dataframe(self) -> Any:
        """The rows of `to_csv` as a DataFrame of pandas, which must be installed."""
        from symad.report import data_frame

        return data_frame.from_csv(self.to_csv())

    def __str__(self) -> str:
        from symad.report import survey

        return survey.to_text(self).rstrip("\n")


def _is_program(row: MethodResult) -> bool:
    """Whether the counted operations are a derivative: those of sweeps and differences are the function's own."""
    return row.build_time_ns is not None


def _winners(rows: Sequence[MethodResult], read: Callable[[MethodResult], float | None], lead: float) -> list[str]:
    good = (verdicts.AGREES, verdicts.CONVENTION)
    pairs = [(read(row), row.name) for row in rows if row.exact and row.engine == "C" and row.verdict in good]
    known = [(value, name) for value, name in pairs if value is not None]
    best = min((value for value, _ in known), default=math.inf)
    return [name for value, name in known if value <= lead * best]


def _stem(reason: str) -> str:
    """A reason without the numbers that differ from formula to formula."""
    return reason.partition(",")[0].partition(" (")[0].partition("; ")[0]
