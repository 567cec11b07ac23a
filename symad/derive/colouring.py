"""Colourings of sparse matrices: which columns share one product with a direction. Knows places, no derivative.

A set of colours taken is one integer with a bit a colour, so that a row with many entries costs words, not pairs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Places = NDArray[np.intp]


def of_columns(rows: Places, columns: Places, shape: tuple[int, int]) -> Places:
    """A colour for each column, 0 up; columns of one colour have no row in common.

    Notes
    -----
    Greedy, in the order of the columns (best for bands) and fullest first; the better one is taken.

    References
    ----------
    Curtis, Powell and Reid, On the estimation of sparse Jacobian matrices, 1974; Coleman and Moré, Estimation of sparse
    Jacobian matrices and graph coloring problems, 1983.
    """
    return _better(_lists(columns, rows, shape[1]), lambda rows_of, order: _greedy(rows_of, order, shape[0]))


def star(rows: Places, columns: Places, n: int) -> Places:
    """A colour for each variable of a symmetric matrix, whose entries on both sides of the diagonal are given.

    Neighbours differ and no path of four variables has two colours only: each entry then stands alone in the product
    of its row, or of its column, with a colour.

    References
    ----------
    Gebremedhin, Tarafdar, Manne and Pothen, New acyclic and star coloring algorithms with application to computing
    Hessians, SIAM J. Sci. Comput. 29, 2007, algorithm 4.1.
    """
    off = rows != columns
    return _better(_lists(rows[off], columns[off], n), _stars)


def _lists(keys: Places, values: Places, n: int) -> list[list[int]]:
    """The values of each key."""
    order = np.argsort(keys, kind="stable")
    borders = np.searchsorted(keys[order], np.arange(n + 1)).tolist()
    sorted_values = values[order].tolist()
    return [sorted_values[borders[k] : borders[k + 1]] for k in range(n)]


def _better(lists: list[list[int]], colour: Callable[[list[list[int]], list[int]], list[int]]) -> Places:
    fullest = sorted(range(len(lists)), key=lambda k: -len(lists[k]))
    found = [colour(lists, order) for order in (list(range(len(lists))), fullest)]
    return np.array(min(found, key=lambda colours: max(colours, default=0)), dtype=np.intp)


def _greedy(rows_of: list[list[int]], order: list[int], n_rows: int) -> list[int]:
    in_row, colours = [0] * n_rows, [0] * len(rows_of)
    for column in order:
        taken = 0
        for row in rows_of[column]:
            taken |= in_row[row]
        bit = ~taken & (taken + 1)
        for row in rows_of[column]:
            in_row[row] |= bit
        colours[column] = bit.bit_length() - 1
    return colours


def _stars(neighbours: list[list[int]], order: list[int]) -> list[int]:
    """Around a variable without a colour all colours differ; around one that has its own they may recur, and those that
    do belong to leaves of a star: another neighbour of such a leaf must not have the colour of the star's centre."""
    n = len(neighbours)
    colours, around, centres = [-1] * n, [0] * n, [0] * n
    leaf: list[dict[int, int]] = [{} for _ in range(n)]  # around each variable: a first leaf of each colour
    for v in order:
        taken = 0
        for w in neighbours[v]:
            taken |= around[w] if colours[w] < 0 else 1 << colours[w] | centres[w]
        bit = ~taken & (taken + 1)
        colours[v] = bit.bit_length() - 1
        for w in neighbours[v]:
            around[w] |= bit
            first = leaf[w].setdefault(colours[v], v)
            if first != v:
                centres[first] |= 1 << colours[w]
                centres[v] |= 1 << colours[w]
    return colours
