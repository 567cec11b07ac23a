"""What the first screen of a comparison says, as numbers and names, frozen. Computes nothing, formats nothing."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

FULL = 15.5  # digits from which all of them are right: a double's own rounding is 15.95
MOST_DIGITS = 15.95
LEAST_GAIN = 3.0  # digits that a rewriting keeps more than the formula, or it is not offered


def digits(relative: float) -> float:
    """Right digits of a relative error, from 0 to 15.95.

    >>> digits(1e-9), digits(0.0), digits(3.0)
    (9.0, 15.95, 0.0)
    """
    if math.isnan(relative) or relative >= 1.0:
        return 0.0
    return MOST_DIGITS if relative <= 0.0 else min(MOST_DIGITS, -math.log10(relative))


@dataclass(frozen=True, slots=True)
class Slope:
    """One number that was asked for.

    Attributes
    ----------
    name : str
        Such as "df/dx", "d2f/dx dy", "f1".
    formula : str
        As it is shown; "" where SymPy had none in its time.
    raw : str
        As SymPy's differentiation leaves it, written out, if it is short enough.
    latex : str
    value : float or None
        The correctly rounded one at the only point; None where there is not one right number, or several points.
    between : pair of float, or None
        At a kink, what is defensible.
    """

    name: str
    formula: str = ""
    raw: str = ""
    latex: str = ""
    value: float | None = None
    between: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Rewriting:
    """A part of the formula written in another way, tried at the same points.

    Attributes
    ----------
    replaces : str
        The part; "" where it is all of the formula.
    text : str
        What to write instead.
    before, after : float
        Right digits at worst, by reverse mode.
    offered : bool
        Whether it keeps at least 3 digits more.
    """

    replaces: str
    text: str
    before: float
    after: float
    offered: bool


@dataclass(frozen=True, slots=True)
class Loss:
    """Digits that answers have lost.

    Attributes
    ----------
    n_points, n_entries, of_entries : int
        Points and numbers at which some method lost them, of how many numbers.
    smallest : float
        The smallest right number among those that were lost, in size.
    name : str
        The number that is worst, such as "df/dx".
    at : mapping of name to number
        Where it is.
    said, right : float
        What came out there and what is right.
    by : tuple of str
        Keys of the methods that lost digits.
    alike : bool
        Whether all exact methods say the same there, to six digits.
    operation : str
        The operation of the formula that lost the digits; "" where none was found.
    cancels : bool
        Whether that is a sum or a difference.
    place : tuple of (str, float, float), or None
        A variable and its interval of the points that lost digits; an end that no point lies beyond is infinite.
    """

    n_points: int
    n_entries: int
    of_entries: int
    smallest: float
    name: str
    at: dict[str, float]
    said: float
    right: float
    by: tuple[str, ...]
    alike: bool
    operation: str = ""
    cancels: bool = False
    place: tuple[str, float, float] | None = None


@dataclass(frozen=True, slots=True)
class Bend:
    """A kink or a jump at points of a comparison."""

    kind: str  # "kink" or "jump"
    operation: str  # "" where none was found
    n_points: int


@dataclass(frozen=True, slots=True)
class Outside:
    """An operation without a value.

    Attributes
    ----------
    operation : str
        Such as "log(x - 2)"; "" where none was found.
    needs : str
        The condition that is broken, such as "x > 2"; "" where it cannot be said.
    """

    operation: str
    needs: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The facts behind the first screen of a comparison.

    Attributes
    ----------
    names : tuple of str
        What the outputs are called.
    values : tuple of float or None
        Their correctly rounded values at the only point; empty with several points.
    slopes : tuple of Slope
    lines : tuple of (str, str)
        Names that the slopes use and the formulas they stand for, in order.
    loss, loss_of_differences : Loss or None
        Digits that exact methods, and difference quotients, have lost.
    bend : Bend or None
    outside : Outside or None
        Where the formula has no value at any point.
    n_outside : int
        Points at which some number has no value.
    rewritings : tuple of Rewriting
        Tried because digits are lost, the best first.
    operations : mapping of str to mapping of str to int
        By method, how often each operation stands in one evaluation of its program.
    """

    names: tuple[str, ...] = ("f",)
    values: tuple[float | None, ...] = ()
    slopes: tuple[Slope, ...] = ()
    lines: tuple[tuple[str, str], ...] = ()
    loss: Loss | None = None
    loss_of_differences: Loss | None = None
    bend: Bend | None = None
    outside: Outside | None = None
    n_outside: int = 0
    rewritings: tuple[Rewriting, ...] = ()
    operations: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
