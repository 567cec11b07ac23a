"""What a comparison found, frozen. Computes nothing; its texts are written by `symad.report`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from symad.formula.shown import Shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from symad.answers.facts import Answer
    from symad.comparison.findings import Findings
    from symad.formula.counts import Counts
    from symad.inputs.points import Points


@dataclass(frozen=True, slots=True)
class StepCurve:
    """Error of a difference quotient against its step.

    Attributes
    ----------
    steps : tuple of float
        Steps relative to max(1, abs(x)), dimensionless, from the largest down.
    max_relative : tuple of float
        For each step the largest relative error over the entries with one right number, relative to f/x where that
        number is 0; inf where a quotient is no finite number.
    best_step : float
        The step of the smallest of these errors.
    best_relative : float
        This error.
    used_step : float
        The step of the method's own row.
    n_points : int
        How many of the judged points the curve was measured at, from the first on.
    """

    steps: tuple[float, ...]
    max_relative: tuple[float, ...]
    best_step: float
    best_relative: float
    used_step: float
    n_points: int


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Why a method does not simply agree, at the entry where it is worst.

    Attributes
    ----------
    cause : {"kink", "cancellation", "condition", "rounding", "truncation", "step", "outside the domain", \
"convention", "wrong rule", "overflow", "unknown"}
        kink: the function has a kink at the point or within the step. cancellation: an operation lost the digits.
        condition: the point is not known well enough. rounding, truncation: a difference quotient's step is too short,
        too long. step: it crosses a pole, or many periods. outside the domain: there is no value. convention: several
        slopes are defensible. wrong rule: a local partial is not the derivative of its operation. overflow: a number on
        the way is beyond the doubles, or an indeterminate product of such. unknown: none of these was found.
    said : str
        One sentence.
    operation : str or None
        The operation to blame, as in the text; None where there is no single one.
    node : int or None
        Its node in the graph of the function, or of the method's program where only that loses the digits.
    point : mapping of name to number, or None
        Where this was found.
    """

    cause: str
    said: str
    operation: str | None = None
    node: int | None = None
    point: Mapping[str, float] | None = None

    @property
    def in_formula(self) -> bool:
        """Whether the operation is one of the formula, not of a method's own program."""
        return self.operation is not None and "in the method's own program" not in self.said


@dataclass(frozen=True, slots=True)
class Speed:
    """Time of one derivative in another way than in a batch by the interpreter.

    Attributes
    ----------
    time_ns, spread_ns : float
        Median and interquartile range, nanoseconds.
    n_repeats : int
    noisy : bool
        Whether the repeats differ so much that the median is not to be trusted.
    ratio : float or None
        Over the function's own time in this way; None where the common engine does not run it.
    """

    time_ns: float
    spread_ns: float
    n_repeats: int
    noisy: bool
    ratio: float | None


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer of a method.

    Attributes
    ----------
    answer : float
    relative : float
        Error relative to the right number, or to f/x where that is 0; nan where there is not one right number.
    verdict : str
        Its word.
    """

    answer: float
    relative: float
    verdict: str


@dataclass(frozen=True, slots=True)
class MethodResult:
    """What one method costs and how right it is.

    Attributes
    ----------
    name : str
    verdict : {"agrees", "differs", "loses digits", "ill-conditioned", "differs by convention", "outside the domain", \
"gave up", "does not apply", "not judged"}
        agrees: every error is within `tolerance`. differs blames the method, loses digits the formula or the step,
        ill-conditioned the point.
    reason : str
        More about the verdict; "" where the word says all.
    key : str
        Short name, as in ``methods=``; "function" for the function itself.
    diagnosis : Diagnosis or None
        Why the method does not simply agree; None where it does, where it gave up or does not apply.
    tolerance : float or None
        The largest relative error that agrees.
    errors : tuple of tuple of Answered, or None
        Every answer, by judged point and number asked for; None unless that was asked for.
    counts : Counts or None
        Operations of one derivative, those of what is evaluated times its evaluations; None where the method gave up.
    passes : str
        What one derivative takes, where it is not one evaluation of the counted operations.
    n_evaluations : int or None
        Evaluations (or double sweeps) that one derivative takes, all of them counted: 2n for central differences
        of a gradient, n + 1 for one-sided ones, n for the complex step, 1 for a program.
    swell, shared_swell : float or None
        Operations over those of the function, written out and distinct; dimensionless.
    memory_bytes : int or None
        What one evaluation at one point holds: the graph and its work memory, bytes.
    build_time_ns : float or None
        Time to obtain what is evaluated, nanoseconds; None where there is nothing to obtain.
    build_stages_ns : mapping of str to float, or None
        The stages of a symbolic build, nanoseconds; loading SymPy, which is no part of the build time, among them.
    time_ns, spread_ns : float or None
        Median and interquartile range of the time of one derivative at one point of a batch, nanoseconds.
    n_repeats : int or None
        Repeats behind these.
    noisy : bool or None
        Whether the repeats differ so much that the median is not to be trusted.
    single : Speed or None
        The same for one point a call, with everything prepared as `symad.Tape.bind` does; the call is part of it.
    native : Speed or None
        A point of a batch, compiled by a C compiler; None unless that was asked for and can be.
    engine : str
        What evaluated it: "C", the engine common to all, or "NumPy" for complex arithmetic, which that has not.
    ratio : float or None
        Time over that of the function, for the textbook sweep over that of its own forward half; None where another
        engine evaluated it.
    max_ulp, median_ulp : float or None
        Errors over the entries whose reference is a number, in units in the last place; inf where the method gives no
        finite number.
    max_relative, median_relative : float or None
        The same errors, relative to the reference, or to f/x where that is 0.
    n_entries : int
        Number of these entries.
    worst_point : mapping of name to number, or None
        Where `max_ulp` was met.
    worst_entry : str or None
        What was asked for there: "df/dx", "df2/dx", "d2f/dx dy" or "f2"; None on the function's own row.
    worst_output : int or None
        Its output, from 0.
    worst_variable : str or None
        The variable of its (last) derivative; None for a value.
    condition : float or None
        Relative change of that entry for a relative change of the point, dimensionless: with u = 1.1e-16 no method can
        promise better than this times u. None where nothing was judged or time was short.
    status : tuple of str or None
        Status bits met, for the methods that follow the tape; None for the others.
    exact : bool
        Whether only rounding separates the method from the derivative.
    step_curve : StepCurve or None
        For differences.
    """

    name: str
    verdict: str
    reason: str = ""
    key: str = ""
    diagnosis: Diagnosis | None = None
    counts: Counts | None = None
    passes: str = ""
    n_evaluations: int | None = None
    swell: float | None = None
    shared_swell: float | None = None
    memory_bytes: int | None = None
    build_time_ns: float | None = None
    build_stages_ns: Mapping[str, float] | None = None
    time_ns: float | None = None
    spread_ns: float | None = None
    n_repeats: int | None = None
    noisy: bool | None = None
    single: Speed | None = None
    native: Speed | None = None
    engine: str = "C"
    ratio: float | None = None
    max_ulp: float | None = None
    median_ulp: float | None = None
    max_relative: float | None = None
    median_relative: float | None = None
    n_entries: int = 0
    worst_point: Mapping[str, float] | None = None
    worst_entry: str | None = None
    worst_output: int | None = None
    worst_variable: str | None = None
    condition: float | None = None
    status: tuple[str, ...] | None = None
    exact: bool = True
    step_curve: StepCurve | None = None
    tolerance: float | None = None
    errors: tuple[tuple[Answered, ...], ...] | None = None


@dataclass(frozen=True, slots=True)
class Comparison(Shown):
    """Every method on one formula, side by side.

    Attributes
    ----------
    formula : str
    variables : tuple of str
        All of them, in the order of the points' columns.
    points : Points
        Where the methods were run.
    n_judged : int
        How many of the points have a reference; the first ones.
    function : MethodResult
        The function itself.
    methods : tuple of MethodResult
    agree : bool or None
        False if a method differs; None if an exact one loses digits or is ill-conditioned, or nothing could be decided;
        else True.
    warnings : tuple of str
    machine, settings : mapping
        Where and how this was measured.
    of : {"gradient", "value", "jacobian", "hessian"}
        What was compared.
    wrt : tuple of str
        The variables of the derivatives; all of them unless some were chosen.
    n_outputs : int
        Outputs of the formula.
    entries : tuple of str
        Names of the numbers that each method answers at a point, in their order, such as "df/dx".
    right : tuple of tuple of float, or None
        At each judged point the right numbers, in that order, nan where there is not one; None unless asked for.
    findings : Findings, Answer or None
        What `answer` is made from; of what was saved the answer itself, if there is one.
    """

    _card = "comparison"

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
    of: str = "gradient"
    wrt: tuple[str, ...] = ()
    n_outputs: int = 1
    entries: tuple[str, ...] = ()
    right: tuple[tuple[float, ...], ...] | None = None
    findings: Findings | Answer | None = field(default=None, compare=False, repr=False)

    @property
    def answer(self) -> Answer:
        """The facts of the first screen: derivatives, values, rewritings; made when they are asked for first."""
        from symad.answers.comparing import answer

        return answer(self)

    @property
    def at(self) -> dict[str, float] | None:
        """The point by name, where there is one."""
        array = self.points.array
        return dict(zip(self.variables, map(float, array[0]), strict=True)) if len(array) == 1 else None

    @property
    def verdict(self) -> str:
        """One line: who agrees, the worst error, what the derivatives cost."""
        from symad.report import comparison as text

        return text.verdict(self)

    @property
    def worst(self) -> MethodResult | None:
        """The method with the largest error in ULP, differences aside."""
        judged = [one for one in self.methods if one.max_ulp is not None and one.exact]
        return max(judged, key=lambda one: one.max_ulp or 0.0, default=None)

    def method(self, name: str) -> MethodResult:
        """The row with this name or key; KeyError names those there are."""
        rows = (self.function, *self.methods)
        for one in rows:
            if name in (one.name, one.key):
                return one
        raise KeyError(f"no method {name!r}; there are {', '.join(one.name for one in rows)}")

    def to_dict(self) -> dict[str, object]:
        """The answer as data for JSON: finite numbers, text, null."""
        from symad.report import comparison_json, document

        _ = self.answer  # it belongs to the data
        entry = {"name": None, **comparison_json.to_dict(self)}  # only a file of formulas has names
        return document.document("compare", self.machine, self.settings, [entry])

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Comparison:
        """The Comparison that `to_dict` wrote, or the only one of a saved answer of ``symad compare``.

        Raises
        ------
        AnswerError
            If this is no such answer.
        """
        from symad.report import saved

        return saved.comparison(data)

    @classmethod
    def from_json(cls, text: str) -> Comparison:
        """The same from the text of `to_json`."""
        from symad.report import saved

        return saved.comparison(saved.parsed(text))

    def to_json(self) -> str:
        """The answer as JSON, as ``symad compare --format json`` writes it."""
        from symad.report import document

        return document.dumps(self.to_dict())

    def to_markdown(self) -> str:
        """The answer as a Markdown table."""
        from symad.report import comparison as text

        return text.to_markdown(self)

    def to_latex(self) -> str:
        """The answer as a LaTeX table that needs no package."""
        from symad.report import comparison as text

        return text.to_latex(self)

    def to_csv(self) -> str:
        """The answer as CSV, one row a method; units as in JSON."""
        from symad.report import comparison as text
        from symad.report import csv_text

        return csv_text.to_csv(text.CSV_HEAD, text.csv_rows(self))

    def to_dataframe(self) -> Any:
        """The rows of `to_csv` as a DataFrame of pandas, which must be installed."""
        from symad.report import data_frame

        return data_frame.from_csv(self.to_csv())

    def details(self) -> str:
        """All columns of all methods, as ``symad compare --details`` prints them."""
        from symad.report import comparison as text

        return text.to_text(self).rstrip("\n")

    def __str__(self) -> str:
        from symad.report import screen

        return screen.to_screen(self).rstrip("\n")
