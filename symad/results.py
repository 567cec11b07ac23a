"""What a comparison found, frozen. Computes nothing; its texts are written by `symad.report`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from symad.measure import Counts
    from symad.points import Points


@dataclass(frozen=True, slots=True)
class MethodResult:
    """What one method costs and how right it is.

    Attributes
    ----------
    name : str
    verdict : {"agrees", "differs", "differs by convention", "outside the domain", "ill-conditioned", "gave up", \
"not judged"}
    reason : str
        More about the verdict; "" where the word says all.
    counts : Counts or None
        Operations of what is evaluated; None where the method gave up.
    passes : str
        What one gradient takes, where it is not one evaluation of the counted operations.
    swell, shared_swell : float or None
        Operations over those of the function, written out and distinct.
    build_time_ns : float or None
        Time to obtain what is evaluated; None where there is nothing to obtain.
    time_ns, spread_ns : float or None
        Median and interquartile range of the time of one gradient at one point.
    n_repeats : int or None
        Repeats behind these.
    ratio : float or None
        Time over that of the function.
    max_ulp, median_ulp, max_relative, median_relative : float or None
        Errors over the entries whose reference is a number; inf where the method gives none.
    n_entries : int
        Number of these entries.
    worst_point : mapping of name to number, or None
    worst_variable : str or None
        Where `max_ulp` was met.
    status : tuple of str or None
        Status bits met, for the methods that follow the tape; None for the others.
    exact : bool
        Whether only rounding separates the method from the derivative.
    """

    name: str
    verdict: str
    reason: str = ""
    counts: Counts | None = None
    passes: str = ""
    swell: float | None = None
    shared_swell: float | None = None
    build_time_ns: float | None = None
    time_ns: float | None = None
    spread_ns: float | None = None
    n_repeats: int | None = None
    ratio: float | None = None
    max_ulp: float | None = None
    median_ulp: float | None = None
    max_relative: float | None = None
    median_relative: float | None = None
    n_entries: int = 0
    worst_point: Mapping[str, float] | None = None
    worst_variable: str | None = None
    status: tuple[str, ...] | None = None
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every method on one formula, side by side.

    Attributes
    ----------
    formula : str
    variables : tuple of str
    points : Points
        Where the methods were run.
    n_judged : int
        How many of the points have a reference; the first ones.
    function : MethodResult
        The function itself.
    methods : tuple of MethodResult
    agree : bool or None
        Whether all methods agree with the reference; None where that could not be decided.
    warnings : tuple of str
    machine, settings : mapping
        Where and how this was measured.
    """

    formula: str
    variables: tuple[str, ...]
    points: Points
    n_judged: int
    function: MethodResult
    methods: tuple[MethodResult, ...]
    agree: bool | None
    warnings: tuple[str, ...]
    machine: Mapping[str, object]
    settings: Mapping[str, object]

    @property
    def at(self) -> dict[str, float] | None:
        """The point by name, where there is one."""
        array = self.points.array
        return dict(zip(self.variables, map(float, array[0]), strict=True)) if len(array) == 1 else None

    @property
    def verdict(self) -> str:
        """One line: who agrees, the worst error, what the derivatives cost."""
        from symad.report import text

        return text.verdict(self)

    @property
    def worst(self) -> MethodResult | None:
        """The method with the largest error in ULP, differences aside."""
        judged = [one for one in self.methods if one.max_ulp is not None and one.exact]
        return max(judged, key=lambda one: one.max_ulp or 0.0, default=None)

    def method(self, name: str) -> MethodResult:
        """The row with this name."""
        return next(one for one in (self.function, *self.methods) if one.name == name)

    def to_dict(self) -> dict[str, object]:
        """The answer as data for JSON: finite numbers, text, null."""
        from symad.report import document, text

        return document.document("compare", self.machine, self.settings, [text.to_dict(self)])

    def to_json(self) -> str:
        """The answer as JSON, as ``symad compare --format json`` writes it."""
        from symad.report import document

        return document.dumps(self.to_dict())

    def to_markdown(self) -> str:
        """The answer as a Markdown table."""
        from symad.report import text

        return text.to_markdown(self)

    def __str__(self) -> str:
        from symad.report import text

        return text.to_text(self).rstrip("\n")
