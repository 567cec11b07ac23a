"""Products with directions of functions that have a scan: the scan of a step and its tangent side by side.

The function of arguments and a direction that gives tangents is one with a scan again. Its value is the product with
the Jacobian, its adjoint by the arguments that with the Hessian, in the little memory of the adjoint of a scan.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from symad._core import bulk, loops
from symad._core.tapes import Builder
from symad.arrays.scanning import Parts, Scan, Through, refuse_traced
from symad.derive import automatic
from symad.formula.expression import build

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from symad.arrays.deriving import Places
    from symad.formula.expression import Expression

    Numbers = NDArray[np.float64]


class Tangent:
    """jvp, hvp or the Hessian of a function with a scan, as programs are called."""

    def __init__(self, parts: Parts, kind: str, by: Places, along: Places) -> None:
        self._kind, self._n, self._along = kind, parts.n_inputs, by if kind == "hessian" else along
        self._run = Through(twin(parts), "value" if kind == "jvp" else "vjp", by)

    def __call__(self, x: Numbers, direction: Numbers | None = None) -> Numbers:
        refuse_traced(x)
        if direction is None:
            return np.concatenate([self(x, unit) for unit in np.eye(len(self._along))])
        both = np.zeros(2 * self._n)
        both[: self._n], both[self._n + self._along] = x, direction
        found: Numbers = self._run(both) if self._kind == "jvp" else self._run(both, np.ones(1))
        return found


def twin(parts: Parts) -> Parts:
    """The function of inputs and their direction that gives tangents of the outputs."""
    loop, n, reads = parts.scan.loop, parts.n_inputs, parts.reads
    given, given_along = _interleaved([(1, loop.n_state), (loop.n_steps, loop.n_x), (1, loop.n_args)])
    of_results = _interleaved([(1, loop.n_state), (loop.n_steps, loop.n_y)])
    results = np.maximum(reads - n, 0)
    read = [
        np.where(reads < n, reads + k * n, 2 * n + one[results] if one.size else 0) for k, one in enumerate(of_results)
    ]
    straight = parts.places >= 0
    places = np.full(2 * len(parts.places), -1)
    places[given[straight]], places[given_along[straight]] = parts.places[straight], n + parts.places[straight]
    order = np.argsort(np.concatenate([given[~straight], given_along[~straight]]))
    before = None if parts.before is None else _side_by_side(parts.before, order)
    after = automatic.jvp(parts.after)
    return Parts(_twin_scan(parts.scan), before, after, np.concatenate(read), places, 2 * n, parts.n_outputs)


def _interleaved(groups: Sequence[tuple[int, int]]) -> tuple[Places, Places]:
    """Where entries of groups (rows, width) and of their directions lie, if each row is followed by its direction."""
    values, along, start = [], [], 0
    for n_rows, width in groups:
        rows = start + np.arange(n_rows)[:, None] * 2 * width + np.arange(width)
        values.append(rows.ravel())
        along.append(rows.ravel() + width)
        start += 2 * n_rows * width
    return np.concatenate(values), np.concatenate(along)


def _side_by_side(expression: Expression, order: Places) -> Expression:
    """Outputs and their tangents, over inputs and their direction, in this order."""
    builder, n = Builder(), expression.handle.view.n_inputs
    nodes = bulk.inputs(builder, [f"x{k}" for k in range(2 * n)])
    found = (
        bulk.append(builder, expression.handle, nodes),
        bulk.append(builder, automatic.jvp(expression).handle, nodes),
    )
    bulk.outputs(builder, np.concatenate(found)[order])
    return build(builder)


def _twin_scan(scan: Scan) -> Scan:
    """The scan of state, x and args, each followed by its direction."""
    loop, step, builder = scan.loop, scan.step, Builder()
    inside, outside = (loop.n_state, loop.n_x, loop.n_args), (loop.n_state, loop.n_y)
    values, along = _interleaved([(1, width) for width in inside])
    nodes = bulk.inputs(builder, [f"x{k}" for k in range(2 * len(values))])
    both = nodes[np.concatenate([values, along])]
    found = bulk.append(builder, step.handle, both), bulk.append(builder, automatic.jvp(step).handle, both)
    order = np.argsort(np.concatenate(_interleaved([(1, width) for width in outside])))
    bulk.outputs(builder, np.concatenate(found)[order])
    whole = build(builder)
    made = loops.Loop(whole.handle, 2 * loop.n_state, 2 * loop.n_x, loop.n_steps)
    return Scan(made, scan.keep, None, ((2 * loop.n_state,), (loop.n_steps, 2 * loop.n_y)), whole)
