"""Colourings of random patterns against their definitions, by brute force over pairs and paths."""

from __future__ import annotations

import itertools
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from property.strategies import QUICK

from symad.derive import colouring

places = st.sets(st.tuples(st.integers(0, 8), st.integers(0, 8)), max_size=30)


def arrays(pairs: set[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    found = np.array(sorted(pairs), dtype=np.intp).reshape(-1, 2)
    return found[:, 0], found[:, 1]


@QUICK
@given(places)
def test_columns_of_one_colour_share_no_row(pairs: set[tuple[int, int]]) -> None:
    colours = colouring.of_columns(*arrays(pairs), (9, 9))
    assert colours.shape == (9,)
    assert set(colours.tolist()) == set(range(colours.max() + 1))
    for (i, j), (k, m) in itertools.combinations(pairs, 2):
        assert i != k or colours[j] != colours[m]


@QUICK
@given(places)
def test_stars_have_no_path_of_four_in_two_colours(pairs: set[tuple[int, int]]) -> None:
    symmetric = pairs | {(j, i) for i, j in pairs}
    colours = colouring.star(*arrays(symmetric), 9)
    edges = {(i, j) for i, j in symmetric if i != j}
    assert all(colours[i] != colours[j] for i, j in edges)
    for (a, b), (c, d) in itertools.product(edges, edges):
        if (b, c) in edges and len({a, b, c, d}) == 4:
            assert len({colours[k] for k in (a, b, c, d)}) > 2


@pytest.mark.parametrize(("n", "least"), [(5, 3), (200, 3)])
def test_few_colours_for_bands_and_arrows(n: int, least: int) -> None:
    band = {(i, j) for i in range(n) for j in range(max(0, i - 1), min(n, i + 2))}
    assert colouring.of_columns(*arrays(band), (n, n)).max() + 1 == least
    arrow = {(0, i) for i in range(n)} | {(i, 0) for i in range(n)} | {(i, i) for i in range(n)}
    assert colouring.star(*arrays(arrow), n).max() + 1 == 2
    assert colouring.of_columns(*arrays(arrow), (n, n)).max() + 1 == n


def test_many_entries_and_a_full_row_take_no_pairs() -> None:
    random = np.random.default_rng(5)
    rows, columns = np.repeat(np.arange(20_000), 5), random.integers(0, 20_000, 100_000)
    start = time.process_time()
    colouring.of_columns(rows, columns, (20_000, 20_000))
    leaves = np.arange(1, 30_000)
    hub = np.zeros_like(leaves)
    assert colouring.star(np.concatenate([hub, leaves]), np.concatenate([leaves, hub]), 30_000).max() == 1
    assert time.process_time() - start < 5  # half a second; by pairs of leaves it would be minutes
