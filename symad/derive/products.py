"""Sparse derivatives by few products with directions or weights, one a colour; or by a program of the entries alone,
whichever takes fewer operations.

Knows places and programs, evaluates nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from symad.derive import automatic, colouring
from symad.errors import ExpressionError, LimitError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from symad.derive.sparsity import Entries, Places
    from symad.formula.expression import Expression

    Array = NDArray[np.float64]

METHODS = ("entries", "coloured")


class Products(NamedTuple):
    """A product for each row of `seeds` (n_colours, n_seeds); entry k is number ``places[k]`` of product ``lanes[k]``.

    `make` gives the program of one product, `cost` the operations of all.
    """

    make: Callable[[Expression], Expression]
    seeds: Array
    lanes: Places
    places: Places
    cost: int


def choose(expression: Expression, entries: Entries, method: str | None) -> Expression | Products | None:
    """What computes the entries; None where there is none.

    Without a method the program, unless it is longer than the products together. That is seen while it is written: it
    is given up at their length.
    """
    if method is not None and method not in METHODS:
        raise ExpressionError(f"method is one of {', '.join(METHODS)} or None, not {method!r}")
    if len(entries.structure.rows) == 0:
        return None
    if method == "entries" or (entries.chosen and method is None):
        return entries.program()
    if entries.chosen:
        raise ExpressionError("coloured products are by all variables: leave wrt out, or the method")
    if method is None and (program := _program(entries, _fewest(entries) * expression.n_nodes)):
        return program
    products = _of_hessian(expression, entries) if entries.symmetric else _of_jacobian(expression, entries)
    return (_program(entries, products.cost) if method is None else None) or products


def weighted_hvp(expression: Expression) -> Expression:
    """Product of the weighted Hessian with a direction: inputs are variables, weights, and a direction for each."""
    return automatic.jvp(automatic.vjp(expression))


def _program(entries: Entries, limit: int) -> Expression | None:
    try:
        return entries.program(limit)
    except LimitError:
        return None


def _fewest(entries: Entries) -> int:
    """No colouring has fewer colours; for a symmetric matrix at least two, or one if it is diagonal."""
    rows, columns = entries.structure
    if entries.symmetric:
        return 2 if bool((rows != columns).any()) else 1
    return int(min(np.bincount(rows).max(), np.bincount(columns).max()))


def _of_jacobian(expression: Expression, entries: Entries) -> Products:
    """Directions for groups of columns, or weights for groups of rows."""
    (rows, columns), (n_rows, n_columns) = entries.structure, entries.shape

    def by_columns(length: int) -> Products:
        colours = colouring.of_columns(rows, columns, (n_rows, n_columns))
        return _products(automatic.jvp, length, colours, (colours[columns], rows))

    def by_rows(length: int) -> Products:
        colours = colouring.of_columns(columns, rows, (n_columns, n_rows))
        return _products(automatic.vjp, length, colours, (colours[rows], columns))

    # As many colours as the fullest row has entries: for one full row the seeds were a square matrix, made for nothing.
    ways = []
    for make, full, way in ((automatic.jvp, rows, by_columns), (automatic.vjp, columns, by_rows)):
        length = make(expression).n_nodes
        ways.append((int(np.bincount(full).max()) * length, length, way))
    (_, length, way), (least, other_length, other) = sorted(ways, key=lambda one: one[0])
    found = way(length)
    return found if found.cost <= least else min(found, other(other_length), key=lambda products: products.cost)


def _of_hessian(expression: Expression, entries: Entries) -> Products:
    rows, columns = entries.structure
    if not bool((columns > rows).any()):  # its lower triangle
        off = rows != columns
        rows, columns = np.concatenate([rows, columns[off]]), np.concatenate([columns, rows[off]])
    colours = colouring.star(rows, columns, entries.shape[0])
    n_colours = 1 + int(colours.max())
    keys, counts = np.unique(rows * n_colours + colours[columns], return_counts=True)
    rows, columns = entries.structure
    alone = counts[np.searchsorted(keys, rows * n_colours + colours[columns])] == 1
    lanes, places = np.where(alone, colours[columns], colours[rows]), np.where(alone, rows, columns)
    make = weighted_hvp if entries.weighted else automatic.hvp
    return _products(make, make(expression).n_nodes, colours, (lanes, places))


def _products(
    make: Callable[[Expression], Expression], length: int, colours: Places, where: tuple[Places, Places]
) -> Products:
    seeds = np.equal(np.arange(1 + colours.max())[:, None], colours).astype(np.float64)
    return Products(make, seeds, *where, len(seeds) * length)
