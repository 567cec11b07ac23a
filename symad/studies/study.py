"""A family of formulas compared size by size, and the frozen Study of what was found. Formats nothing."""

from __future__ import annotations

import operator
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from symad.comparison.compared import compare
from symad.errors import BudgetError, ExpressionError
from symad.formula.expression import Expression
from symad.formula.families import Family
from symad.formula.names import listed
from symad.formula.parsing import parse
from symad.formula.shown import Shown
from symad.studies import laws
from symad.symbolic import Budget, SymbolicWorker
from symad.system.timing import machine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from symad.comparison.result import Comparison, MethodResult
    from symad.inputs.points import Interval
    from symad.studies.laws import Law
    from symad.symbolic import Derivative

N_POINTS = 5  # at which each size is judged and timed
DOMAIN = (0.5, 2.0)
TIME_NOISE, COUNT_NOISE = 0.05, 0.002  # relative; below, a deviation from a law means nothing
_INDEX = re.compile(r"[0-9][0-9_]*$")

WRITTEN, DISTINCT, MEMORY = "operations written out", "distinct operations", "memory"
BUILD, TIME, ERROR = "build time", "time", "max ULP"
QUANTITIES = (WRITTEN, DISTINCT, TIME, BUILD, MEMORY, ERROR)
GROWING = QUANTITIES[:-1]  # an error follows no law
MEASURED = (TIME, BUILD)


@dataclass(frozen=True, slots=True)
class Crossover:
    """From size `n` on, `winner` needs less of `quantity` than `loser`, which needed less at some size before."""

    quantity: str
    winner: str
    loser: str
    n: int


@dataclass(frozen=True, slots=True)
class Study(Shown):
    """How every method grows with the size of a family.

    Attributes
    ----------
    family : str
        Its text, or the name of the function that makes it.
    sizes : tuple of int
        The sizes that were measured, rising.
    comparisons : tuple of Comparison
        One a size.
    complete : bool
        Whether all sizes asked for were measured; an interrupt keeps those that were.
    machine, settings : mapping
        Where and how this was measured.
    """

    _card = "study"

    family: str
    sizes: tuple[int, ...]
    comparisons: tuple[Comparison, ...]
    complete: bool
    machine: Mapping[str, object]
    settings: Mapping[str, object]

    @property
    def methods(self) -> tuple[str, ...]:
        """The function itself and every method met, in their order."""
        return tuple(dict.fromkeys(row.name for one in self.comparisons for row in (one.function, *one.methods)))

    def row(self, method: str, n: int) -> MethodResult | None:
        """What was found for a method at one size; None where it was not tried."""
        one = self.comparisons[self.sizes.index(n)]
        return next((row for row in (one.function, *one.methods) if row.name == method), None)

    def curve(self, method: str, quantity: str) -> dict[int, float]:
        """Size to number, without the sizes that have none.

        Parameters
        ----------
        method : str
            One of `methods`.
        quantity : {"operations written out", "distinct operations", "time", "build time", "memory", "max ULP"}
            Times in nanoseconds, memory in bytes. Methods that evaluate the function's own operations several times
            have no operations of their own.

        Raises
        ------
        ExpressionError
            If there is no such method or quantity.
        """
        if method not in self.methods or quantity not in QUANTITIES:
            known = self.methods if method not in self.methods else QUANTITIES
            wrong = method if method not in self.methods else quantity
            raise ExpressionError(f"{wrong!r} was not measured; there is {', '.join(known)}")
        rows = ((n, self.row(method, n)) for n in self.sizes)
        pairs = ((n, None if row is None else number(row, quantity)) for n, row in rows)
        return {n: value for n, value in pairs if value is not None}

    def law(self, method: str, quantity: str) -> Law:
        """How a quantity of a method grows."""
        curve = self.curve(method, quantity)
        noise = TIME_NOISE if quantity in MEASURED else COUNT_NOISE
        return laws.fit(list(curve), list(curve.values()), noise=noise)

    @property
    def crossovers(self) -> tuple[Crossover, ...]:
        """Where one method overtakes another and stays ahead, for every growing quantity."""
        found = []
        for quantity in GROWING:
            curves = {name: self.curve(name, quantity) for name in self.methods[1:]}
            for winner in curves:
                for loser in curves:
                    n = _overtakes(curves[winner], curves[loser], quantity)
                    if n is not None:
                        found.append(Crossover(quantity, winner, loser, n))
        return tuple(found)

    def to_dict(self) -> dict[str, object]:
        """The study as data for JSON: finite numbers, text, null."""
        from symad.report import document, study

        return document.document("study", self.machine, self.settings, [study.to_dict(self)])

    def to_json(self) -> str:
        """The study as JSON, as ``symad study --format json`` writes it."""
        from symad.report import document

        return document.dumps(self.to_dict())

    def to_markdown(self) -> str:
        """The study as Markdown tables."""
        from symad.report import study

        return study.to_markdown(self)

    def to_csv(self) -> str:
        """One line a size and method, for a spreadsheet or pandas."""
        from symad.report import study

        return study.to_csv(self)

    def to_dataframe(self) -> Any:
        """The rows of `to_csv` as a DataFrame of pandas, which must be installed."""
        from symad.report import data_frame

        return data_frame.from_csv(self.to_csv())

    def plot(self, path: str, *, quantities: Sequence[str] = (WRITTEN, DISTINCT, TIME)) -> None:
        """Write curves to an .svg or .png file; needs matplotlib, the extra ``plot``."""
        from symad.report import curves

        curves.save(self, path, quantities)

    def __str__(self) -> str:
        from symad.report import study

        return study.to_text(self).rstrip("\n")

    def __repr__(self) -> str:
        sizes = f"n = {self.sizes[0]}..{self.sizes[-1]}" if self.sizes else "no sizes"
        return f"<Study {self.family!r}, {sizes}, {len(self.methods) - 1} methods>" if self.sizes else "<Study, empty>"


def number(row: MethodResult, quantity: str) -> float | None:
    """One quantity of one row; None where it has no such thing."""
    if quantity in (WRITTEN, DISTINCT):
        if row.counts is None or (row.passes and row.name != "function"):
            return None
        return row.counts.n_written_out if quantity == WRITTEN else row.counts.n_distinct
    if quantity == MEMORY:
        own = None if row.counts is None else row.counts.n_bytes
        return own if row.memory_bytes is None else row.memory_bytes
    return {TIME: row.time_ns, BUILD: row.build_time_ns, ERROR: row.max_ulp}[quantity]


def _overtakes(winner: Mapping[int, float], loser: Mapping[int, float], quantity: str) -> int | None:
    """The size from which one curve stays below another, over the sizes that both have."""
    sizes = [n for n in winner if n in loser]
    if len(sizes) < 2:
        return None
    slack = 0.1 if quantity in MEASURED else 0.0
    k = laws.overtakes([winner[n] for n in sizes], [loser[n] for n in sizes], slack=slack)
    return None if k is None else sizes[k]


class _PatientWorker(SymbolicWorker):
    """Asks SymPy for a form only as long as it has kept its budget at every smaller size."""

    def __init__(self, budget: Budget) -> None:
        super().__init__(budget)
        self.n = 0
        self._stopped: dict[object, str] = {}

    def __enter__(self) -> _PatientWorker:
        return self

    def ask(self, expression: Expression, **options: Any) -> Derivative:
        key = options.get("form")
        if key in self._stopped:
            raise BudgetError(self._stopped[key])
        try:
            return super().ask(expression, **options)
        except BudgetError as error:
            self._stopped[key] = f"left out, because at n = {self.n} {error}"
            raise


def study(
    family: str | Family | Callable[[int], Expression | str],
    sizes: Iterable[int],
    *,
    at: Mapping[str, float] | None = None,
    domain: Mapping[str, Interval] | None = None,
    n_points: int = N_POINTS,
    seed: int = 0,
    methods: Sequence[str] | str | None = None,
    budget: float | Budget | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Study:
    """Compare every method at every size of a family of formulas.

    Parameters
    ----------
    family : str, Family or callable
        A text in the notation of `symad.expand`, such as ``"l = x; repeat n: l = 4*l*(1 - l)"``, or a function that
        takes the size and returns a text or an Expression.
    sizes : iterable of int
    at, domain : mapping, optional
        As for `symad.compare`; the number or interval of ``x`` is also that of x1, x2_3, ... that have none of their
        own. A variable without interval is drawn from 0.5 to 2.
    n_points, seed : int, optional
        Of the draws.
    methods : sequence of str, optional
        As for `symad.compare`.
    budget : float or Budget, optional
        Seconds for the comparison at each size, as for `symad.compare`. A form that exceeds its share at one size is
        left out at larger ones.
    progress : callable, optional
        Called before each size with the size and how many are done.

    Returns
    -------
    Study
        An interrupt (KeyboardInterrupt) ends it early, with the sizes that are done, once there is one.

    Raises
    ------
    ParseError, LimitError
        If the text is no family, or no formula at one of the sizes.
    ExpressionError
        If there are no sizes, or a name in `at` or `domain` is no variable.

    See Also
    --------
    symad.compare : one size.
    symad.survey : many formulas.

    Examples
    --------
    >>> found = symad.study("l = x; repeat n: l = 4*l*(1 - l)", sizes=[1, 2, 3], methods=["reverse"])
    >>> found.sizes
    (1, 2, 3)
    """
    asked = sorted({operator.index(n) for n in sizes})
    if not asked:
        raise ExpressionError("a study needs at least one size")
    make = _maker(family)
    expressions = [make(n) for n in asked]
    places = [_places(one.variables, at, domain) for one in expressions]
    _check_names(expressions, {**(at or {}), **(domain or {})})
    limit = budget if isinstance(budget, Budget) else Budget() if budget is None else Budget(seconds=budget)
    done: list[Comparison] = []
    with _PatientWorker(limit) as worker:
        for n, expression, place in zip(asked, expressions, places, strict=True):
            worker.n = n
            try:
                if progress is not None:
                    progress(n, len(done))
                done.append(compare(expression, worker=worker, n_points=n_points, seed=seed, methods=methods, **place))
            except KeyboardInterrupt:
                if not done:
                    raise
                break
    title = family if isinstance(family, str) else getattr(family, "text", getattr(family, "__name__", repr(family)))
    settings = dict(done[0].settings) | {"n_points": n_points, "seed": seed}
    return Study(str(title), tuple(asked[: len(done)]), tuple(done), len(done) == len(asked), machine(), settings)


def _maker(family: str | Family | Callable[[int], Expression | str]) -> Callable[[int], Expression]:
    """The formula of a size, whatever the family is."""
    if isinstance(family, str):
        family = Family(family)
    if isinstance(family, Family):
        return family.expression
    made = family

    def make(n: int) -> Expression:
        found = made(n)
        return parse(found) if isinstance(found, str) else found

    return make


def _places(
    variables: Sequence[str], at: Mapping[str, float] | None, domain: Mapping[str, Interval] | None
) -> dict[str, Any]:
    """The arguments of compare for one size: every variable by its own name, or by that without its index."""
    if at and domain:
        raise ExpressionError("give either at or domain, not both (a variable that stays put: domain y = (2, 2))")
    if at:
        found = {name: at.get(name, at.get(_base(name))) for name in variables}
        missing = [name for name, value in found.items() if value is None]
        if missing:
            raise ExpressionError(f"nothing is given for {listed(missing)}")
        return {"at": found}
    given = domain or {}
    return {"domain": {name: given.get(name, given.get(_base(name), DOMAIN)) for name in variables}}


def _base(name: str) -> str:
    return _INDEX.sub("", name).rstrip("_")


def _check_names(expressions: Sequence[Expression], given: Mapping[str, object]) -> None:
    names = {name for one in expressions for name in one.variables}
    known = names | {_base(name) for name in names}
    for name in given:
        if name not in known:
            raise ExpressionError(f"{name} is no variable of this family ({listed(sorted(names))})")
