"""What a comparison has found on its way, for answers that are made when somebody asks for them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from symad.answers.facts import Answer
    from symad.comparison.judging import Known
    from symad.comparison.methods import Route
    from symad.comparison.target import Target
    from symad.comparison.verdicts import Entry

    Array = NDArray[np.float64]


@dataclass(slots=True)
class Findings:
    """The judged numbers of one comparison, and what they were judged by.

    Attributes
    ----------
    target : Target
    points : (n_judged, n_vars) float64
    n_points : int
        All of them.
    known : Known
        What 50 digits say.
    rows : mapping of str to list of Entry
        By key of the method, every answer judged.
    routes : mapping of str to Route
    usual : (n_judged, n_asked) float64
        What the tape's conventions answer.
    budget_s : float
        Of the comparison.
    answer : Answer or None
        Made when it was asked for first.
    """

    target: Target
    points: Array
    n_points: int
    known: Known
    rows: Mapping[str, Sequence[Entry]]
    routes: Mapping[str, Route]
    usual: Array
    budget_s: float
    answer: Answer | None = field(default=None)
