"""How far the numbers of a program may be from the exact ones, and why. Reads out what C found; computes no bound.

A number is doubtful if it is nan, infinite with a bound, if the point is a tie or outside a domain, or if its bound is
larger than the tolerance. The tolerance enters here and nowhere else.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from symad._core import bounds as _core_errors
from symad._core import tapes
from symad.derive import automatic, sparsity
from symad.errors import DoubtfulError, DoubtfulWarning, ExpressionError
from symad.formula.shown import Shown
from symad.tape.sweeps import Status, StatusBit, trace, written

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import ArrayLike, NDArray

    from symad.formula.expression import Expression, Graph

    Array = NDArray[np.float64]

RTOL = 1e-9  # relative: nine digits, by which accuracy is judged everywhere
_SUBNORMAL = 4 * 5e-324  # a unit or two of the smallest double is right, whatever the tolerance
_BITS = dict(tapes.STATUS_BITS)
_FLOWING = frozenset(_BITS[name] for name in ("tie", "domain", "nan_condition", "indeterminate"))
# What can be checked by name, and what makes the program that computes it.
PROGRAMS: dict[str, Callable[[Expression], Expression] | None] = {
    "value": None, "gradient": automatic.gradient, "value_and_gradient": automatic.value_and_gradient,
    "jacobian": automatic.jacobian, "hessian": sparsity.mirrored_hessian, "jvp": automatic.jvp, "vjp": automatic.vjp,
    "hvp": automatic.hvp, "weighted_hessian": sparsity.weighted_hessian,
}  # fmt: skip


class Amendment(NamedTuple):
    """A number computed again: `certificate` is "" where nothing vouches for it; at a tie it is what holds there."""

    number: float
    bound: float
    certificate: str
    tie: bool


@dataclass(frozen=True)
class Check(Shown):
    """What `symad.Tape.check` found; true if anything is doubtful.

    Attributes
    ----------
    numbers : (..., n_entries) float64
        What was computed, entry by entry: the value and the slopes, or what `of` named.
    bound : (..., n_entries) float64
        Absolute: no number is farther than that from the exact one at the same inputs. 0: exact. inf: nothing is known.
    rtol, atol : float, or array
        A bound above ``rtol*|number| + atol`` makes a number doubtful.
    certificates : (..., n_entries) str
        What vouches for a number that was refined: "agreed" where two precisions agree, "limit" where difference
        quotients do; else "".
    """

    _card = "check"

    numbers: Array
    bound: Array
    rtol: float
    atol: ArrayLike
    certificates: NDArray[np.str_]
    _found: _core_errors.Errors = field(repr=False)  # by rows of points
    _points: Array = field(repr=False)
    _absent: NDArray[np.uint16] = field(repr=False)  # why the function itself has no value; 0 where it has one
    _program: Expression = field(repr=False)
    _formula: Expression = field(repr=False)

    def at(self, *, rtol: float | None = None, atol: ArrayLike | None = None) -> Check:
        """The same numbers and bounds judged by other tolerances; nothing is computed again."""
        return replace(self, rtol=self.rtol if rtol is None else rtol, atol=self.atol if atol is None else atol)

    @property
    def doubtful(self) -> NDArray[np.bool_]:
        """(..., n_entries) bool: which numbers may be wrong by more than the tolerance, or have no right value."""
        flawed = (self._found.words != 0).reshape(self.numbers.shape) | self._valueless()
        found: NDArray[np.bool_] = flawed | np.isnan(self.numbers) | self._over()
        return found

    def _valueless(self) -> NDArray[np.bool_]:
        """Where the function has no value, and nothing vouches for a limit."""
        valueless: NDArray[np.bool_] = (self._absent[..., None] != 0) & (self.certificates == "")
        return valueless

    def _over(self) -> NDArray[np.bool_]:
        """Where the bound is too large: of an infinite number any bound but 0 is."""
        with np.errstate(invalid="ignore", over="ignore"):
            allowed = np.maximum(self.rtol * np.abs(self.numbers) + np.asarray(self.atol), _SUBNORMAL)
            return np.where(np.isfinite(self.numbers), ~(self.bound <= allowed), self.bound > 0.0)

    @property
    def words(self) -> NDArray[np.uint16]:
        """(..., n_entries) uint16: the status bits of each number, 0 where it is not doubtful."""
        over = self._over()
        causes = np.where(over, self._found.causes.reshape(self.numbers.shape), 0)
        unnamed = over & (causes == 0)  # a tolerance so narrow that plain rounding exceeds it
        lost = np.where(self.numbers == 0.0, _BITS["cancelled"], _BITS["lost_digits"])
        words = self._found.words.reshape(self.numbers.shape) | causes | np.where(unnamed, lost, 0)
        words |= np.where(self._valueless() & (words == 0), self._absent[..., None], 0)
        return words.astype(np.uint16)

    @property
    def status(self) -> NDArray[np.uint32]:
        """(...,) uint32: all bits of a point, 0 when clean."""
        found: NDArray[np.uint32] = np.bitwise_or.reduce(self.words, axis=-1).astype(np.uint32)
        return found

    @property
    def error_bound(self) -> Array:
        """(..., n_entries): the bound over the number; 0/0 is 0, a bound over 0 is inf."""
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            relative = self.bound / np.abs(self.numbers)
        unknown = np.isnan(self.numbers) | (np.isinf(self.numbers) & (self.bound > 0.0))
        relative = np.where(self.bound == 0.0, 0.0, relative)
        return np.where(unknown, np.inf, relative)

    @property
    def causes(self) -> tuple[Status, ...]:
        """For each point, in order, every bit with the operation that caused it."""
        places = _Places(self._program, self._formula)
        words = self.words.reshape(len(self._points), self._program.n_outputs)
        return tuple(
            _status(places, self._program, row, point, self._found.origins[k])
            for k, (row, point) in enumerate(zip(words, self._points, strict=True))
        )

    def reason(self, entry: int, point: int = 0) -> str:
        """Why one number, by its place among the entries and that of its point, is doubtful; "clean" if it is not."""
        words = self.words.reshape(len(self._points), -1)[point, [entry]]
        origins = self._found.origins[point, [entry]]
        return str(_status(_Places(self._program, self._formula), self._program, words, self._points[point], origins))

    def amended(self, look: Callable[[Array, list[int]], Sequence[Amendment]]) -> Check:
        """The doubtful numbers looked at again, ties apart: what comes with a certificate replaces what was computed.

        Parameters
        ----------
        look : callable
            From a point and the entries that are doubtful there to an Amendment for each.
        """
        n, tie = len(self._points), _BITS["tie"]
        asked = (self.doubtful & ((self.words & tie) == 0)).reshape(n, -1)
        if not asked.any():
            return self
        found = self._found.copy()
        certificates = self.certificates.reshape(n, -1).copy()
        for row in np.flatnonzero(asked.any(axis=1)):
            entries = np.flatnonzero(asked[row]).tolist()
            for entry, amendment in zip(entries, look(self._points[row], entries), strict=True):
                if amendment.certificate:
                    place = row, entry
                    found.values[place], found.bounds[place] = amendment.number, amendment.bound
                    found.words[place], found.causes[place] = tie if amendment.tie else 0, 0
                    certificates[place] = amendment.certificate
        shape = self.numbers.shape
        return replace(
            self,
            numbers=found.values.reshape(shape),
            bound=found.bounds.reshape(shape),
            certificates=certificates.reshape(shape),
            _found=found,
        )

    def __bool__(self) -> bool:
        return bool(self.doubtful.any())

    def __str__(self) -> str:
        met = [str(cause) for cause in self.causes if cause]
        return "; ".join(dict.fromkeys(met)) or "clean"


def vouch(found: Check, how: str, level: int = 4) -> None:
    """Warn of numbers that are doubtful, or raise.

    Raises
    ------
    DoubtfulError
        If `how` is "raise" and a number is doubtful.
    ExpressionError
        If `how` is neither "warn" nor "raise".
    """
    if how not in ("warn", "raise"):
        raise ExpressionError(f'check is "warn", "raise" or None, not {how!r}')
    doubtful = found.doubtful
    if not doubtful.any():
        return
    rows = doubtful.reshape(-1, doubtful.shape[-1])
    point, entry = (int(k) for k in np.argwhere(rows)[0])
    total = f"{int(rows.sum())} of {rows.size} numbers are doubtful; the first, " if rows.size > 1 else ""
    number = float(found.numbers.reshape(rows.shape)[point, entry])
    message = f"{total}{number!r} (entry {entry} of point {point}): {found.reason(entry, point)}"
    if how == "raise":
        raise DoubtfulError(message)
    warnings.warn(message, DoubtfulWarning, stacklevel=level)


def check(
    formula: Expression, program: Expression, points: Array, lead: tuple[int, ...], rtol: float, atol: ArrayLike
) -> Check:
    """Check a program of the formula at each row of points (and of directions, if it takes any)."""
    found = _core_errors.output_errors(program.handle, points)
    absent = np.zeros(len(points), dtype=np.uint16)
    if program is not formula and formula.n_outputs == 1:
        at = np.ascontiguousarray(points[:, : len(formula.variables)])
        own = _core_errors.output_errors(formula.handle, at)
        absent = np.where(np.isnan(own.values), own.words | own.causes, 0)[:, 0].astype(np.uint16)
    shape = (*lead, program.n_outputs)
    return Check(
        numbers=found.values.reshape(shape),
        bound=found.bounds.reshape(shape),
        rtol=rtol,
        atol=atol,
        certificates=np.zeros(shape, dtype="U6"),
        _found=found,
        _points=points,
        _absent=absent.reshape(lead),
        _program=program,
        _formula=formula,
    )


def _status(
    places: _Places, program: Expression, words: NDArray[np.uint16], point: Array, origins: NDArray[np.uint32]
) -> Status:
    """The bits of one point, each with the operation that it came from."""
    word = int(np.bitwise_or.reduce(words, initial=0))
    if not word:
        return Status(0, ())
    nodes = _core_errors.node_errors(program.handle, np.ascontiguousarray(point))
    swept = places.swept(point)
    bits = []
    for name, bit in tapes.STATUS_BITS:
        if word & bit:
            first = np.flatnonzero(nodes.words & bit)  # dataflow bits flow on from where they came in
            origin = int(first[0]) if len(first) else int(origins[np.flatnonzero(words & bit)].min())
            node, text = places.describe(origin)
            if name in swept and (node < 0 or (bit in _FLOWING and not len(first))):
                node, text = swept[name]  # of a slope's operation the sweep names the one whose slope it is
            bits.append(StatusBit(name, node, text))
    return Status(word, tuple(bits))


class _Places:
    """Where operations of a program stand in the formula that it was derived from."""

    def __init__(self, program: Expression, formula: Expression) -> None:
        self._program, self._formula = program, formula
        self._places: list[int | None] | None = None
        self._texts: dict[int, tuple[int, str]] = {}

    def describe(self, node: int) -> tuple[int, str]:
        """The formula's node and text; of an operation that only the derivative has, -1 and what it derives."""
        if node not in self._texts:
            self._texts[node] = self._describe(node)
        return self._texts[node]

    def swept(self, point: Array) -> dict[str, tuple[int, str]]:
        """What the textbook sweep meets at a point, and where: the formula's own operations."""
        if self._formula.n_outputs != 1:
            return {}
        at = np.ascontiguousarray(point[: len(self._formula.variables)])
        return {
            bit.name: (bit.node, bit.text) for bit in trace(self._formula, at, np.ones(1), tangent=False).status.bits
        }

    def _describe(self, node: int) -> tuple[int, str]:
        if self._program is self._formula:
            return node, written(self._formula, node)
        if self._places is None:
            self._places = _matched(self._program.graph, self._formula.graph)
        place = self._places[node]
        if place is not None:
            return place, written(self._formula, place)
        below = self._nearest(node)
        return -1, f"the derivative of {written(self._formula, below)}" if below is not None else "the derivative"

    def _nearest(self, node: int) -> int | None:
        """The last operation of the formula among the operands, looked for level by level."""
        places, graph, formula = self._places or [], self._program.graph, self._formula.graph
        level = [node]
        for _ in range(graph.n_nodes):
            level = list({operand for k in level for operand in graph.operands(k)})
            found = [place for k in level if (place := places[k]) is not None and formula.operands(place)]
            if found:
                return max(found)
            if not level:
                break
        return None


def _matched(program: Graph, formula: Graph) -> list[int | None]:
    """For each node of the program the equal node of the formula."""
    keys: dict[tuple[object, ...], int] = {}
    for node in range(formula.n_nodes):
        keys.setdefault(_key(formula, node, formula.operands(node)), node)
    found: list[int | None] = []
    for node in range(program.n_nodes):
        operands: Sequence[int | None] = [found[k] for k in program.operands(node)]
        found.append(None if None in operands else keys.get(_key(program, node, tuple(operands))))
    return found


def _key(graph: Graph, node: int, operands: tuple[int | None, ...]) -> tuple[object, ...]:
    if node < graph.n_inputs:
        return ("input", graph.input_index(node))
    return (graph.op[node], graph.number(node) if graph.is_number(node) else None, operands)
