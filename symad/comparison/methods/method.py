"""What a route is, and the names of all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from symad.formula.expression import Expression
    from symad.system.timing import Job

    Array = NDArray[np.float64]

METHODS: Mapping[str, str] = {  # key, as in `methods=`: name of the row
    "symbolic": "symbolic",
    "cse": "symbolic + CSE",
    "forward-jacobian": "symbolic, forward Jacobian",
    "simplified": "symbolic, simplified",
    "factored": "symbolic, factored",
    "forward": "forward",
    "reverse": "reverse program",
    "sweep": "reverse sweep",
    "central": "central differences",
    "one-sided": "one-sided differences",
    "complex": "complex step",
}
ON_REQUEST = ("simplified", "factored")
DEFAULT = tuple(key for key in METHODS if key not in ON_REQUEST)
SWEEP = "sweep"


@dataclass(frozen=True, slots=True)
class Route:
    """One way to the derivative.

    Attributes
    ----------
    key : str
        Of `METHODS`.
    program : Expression or None
        What is counted; None where the method gave up or does not apply.
    evaluate : callable or None
        From points (n_points, n_vars) to answers (n_points, n_asked), or to fewer points where all are too many.
    job : callable or None
        From a block of points to what is timed.
    build_time_ns : float or None
        Time to obtain the program; None where there is nothing to obtain.
    stages_ns : mapping of str to float, or None
        The stages of it.
    passes : str
        What one derivative takes, where it is not one evaluation of `program`.
    n_evaluations : int
        Evaluations of `program` for one derivative.
    memory_bytes : int or None
        What one evaluation holds.
    reason : str
        Why the method gave up or does not apply.
    applies : bool
    exact : bool
        Whether only rounding separates it from the derivative.
    follows_tape : bool
        Whether it meets what a sweep over the function meets.
    engine : {"C", "NumPy"}
    at_step : callable or None
        For differences: from points and a relative step to answers.
    step : float or None
        The step that `evaluate` takes.
    derive : callable or None
        The derivation alone, gradient of an Expression with one output: what is asked to tell a wrong rule.
    """

    key: str
    program: Expression | None
    evaluate: Callable[[Array], Array] | None = None
    job: Callable[[Array], Job] | None = None
    build_time_ns: float | None = None
    stages_ns: Mapping[str, float] | None = None
    passes: str = ""
    n_evaluations: int = 1
    memory_bytes: int | None = None
    reason: str = ""
    applies: bool = True
    exact: bool = True
    follows_tape: bool = False
    engine: str = "C"
    at_step: Callable[[Array, float], Array] | None = None
    step: float | None = None
    derive: Callable[[Expression], Expression] | None = None

    @property
    def name(self) -> str:
        """Of its row."""
        return METHODS[self.key]
