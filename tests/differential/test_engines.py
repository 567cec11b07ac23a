"""Every engine at every width against the plain evaluator, bit for bit: on corpus points, special ones, any strides."""

from __future__ import annotations

from collections.abc import Iterator

import corpus
import numpy as np
import pytest
from acceptance import taken
from numpy.typing import NDArray
from yardsticks import same_bits, special_points

import symad
from symad._core import tapes
from symad.derive import automatic

ENGINES = tapes.engines()
N_POINTS = (1, 5, 131)  # one point, a narrow tile, wide tiles and a piece of one
EVERY = 7  # of the corpus; all of it goes through the best engine in test_corpus_gradients


def reference(program: symad.Expression, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """The evaluator: one node after the other, one point after the other."""
    out = np.empty((len(points), program.n_outputs))
    tapes.values(program.handle, points, out)
    return out


def run(program: symad.Expression, points: NDArray[np.float64], engine: int) -> NDArray[np.float64]:
    """One engine; the outputs leave in two blocks, the first of them of one column."""
    first = np.full((len(points), 1), 7.0)
    rest = np.full((len(points), program.n_outputs - 1), 7.0)
    tapes.Plan(program.handle, points.shape[1], 1, engine).run([points], [first, rest])
    return np.hstack([first, rest])


def programs() -> Iterator[tuple[str, symad.Expression, NDArray[np.float64]]]:
    """Value and gradient of a share of the corpus, with its points and special ones."""
    for set_name in corpus.set_names():
        for formula, written in list(taken(set_name))[::EVERY]:
            n = len(formula.variables)
            points = np.concatenate([np.array(formula.points), special_points(n, 60, seed=3)])
            yield formula.ident, automatic.value_and_gradient(written), np.resize(points, (max(N_POINTS), n))


@pytest.mark.parametrize("engine", range(len(ENGINES)), ids=ENGINES)
def test_the_bits_of_the_evaluator(engine: int) -> None:
    for ident, program, points in programs():
        wanted = reference(program, points)
        for n_points in N_POINTS:
            assert same_bits(run(program, points[:n_points], engine), wanted[:n_points]), (ident, n_points)


@pytest.mark.parametrize("engine", range(len(ENGINES)), ids=ENGINES)
def test_every_row(engine: int) -> None:
    """Each row by itself, on numbers that its fast path cannot take as well."""
    special = np.concatenate([special_points(2, 100, seed=5), [[1e5, 3.0], [1e22, -1e300], [7e8, 2.5]]])
    for row in symad.formula.ops.ROWS.values():
        if row.arity not in (1, 2) or row.condition or row.cost == "free":
            continue
        builder = tapes.Builder()
        operands = [builder.input("a"), builder.input("b")]
        if row.name in {"POWN", "POWN_SLOPE"}:
            operands[1] = builder.literal("3")
        node = builder.op(row.number, *operands[: row.arity])
        for output in (node, node, operands[0]):
            builder.output(output)
        program = symad.formula.expression.build(builder)
        assert same_bits(run(program, special, engine), reference(program, special)), row.name


@pytest.mark.parametrize("engine", range(len(ENGINES)), ids=ENGINES)
def test_every_small_power(engine: int) -> None:
    """Some are multiplied out, some are a reciprocal, the others are powers."""
    special = special_points(1, 100, seed=6)
    program = symad.parse(", ".join(f"x**({n})" for n in range(-9, 13)))
    assert same_bits(run(program, special, engine), reference(program, special))


@pytest.mark.parametrize("engine", range(len(ENGINES)), ids=ENGINES)
def test_powers_by_pairs_of_products_and_beyond(engine: int) -> None:
    """A usual tile, then one where a lane is rare; exponents around the bounds of each way and their slopes."""
    exponents = (-400, -65, -64, -63, -7, -5, -4, -1, 0, 1, 7, 8, 9, 15, 16, 31, 33, 63, 64, 65, 300)
    program = automatic.jacobian(symad.parse("(" + ", ".join(f"x**{n}" for n in exponents) + ")"))
    usual = np.random.default_rng(4).uniform(-3.0, 3.0, (131, 1))
    special = special_points(1, 131, seed=6)
    for points in (usual, np.concatenate([usual[:64], special[:67]]), special):
        for n_points in N_POINTS:
            part = points[:n_points]
            assert same_bits(run(program, part, engine), reference(program, part)), n_points


@pytest.mark.parametrize("engine", range(len(ENGINES)), ids=ENGINES)
def test_any_strides(engine: int) -> None:
    """Columns first, reversed rows, every second column, one row for all points."""
    n = 19
    text = "+".join(f"x{i}*sin(x{(i * 7) % n})*x{(i * 5 + 1) % n}" for i in range(n))
    program = automatic.value_and_gradient(symad.parse(text, variables=[f"x{i}" for i in range(n)]))
    base = np.random.default_rng(1).normal(size=(150, 2 * n))
    for points in (
        np.asfortranarray(base[:, :n]),
        base[::-1, :n],
        base[:, ::2],
        np.broadcast_to(base[0, :n], (150, n)),
    ):
        assert same_bits(run(program, points, engine), reference(program, np.ascontiguousarray(points)))


@pytest.mark.parametrize("code", ["0", "1"])
@pytest.mark.parametrize("engine", range(len(ENGINES)), ids=ENGINES)
def test_rows_of_any_length(engine: int, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows of few columns, of whole squares of them and of some more; nothing beside the outputs is written."""
    monkeypatch.setenv("SYMAD_CODE", code)
    for n in (*range(1, 19), 23, 31, 33):
        program = symad.parse("(" + ", ".join(f"x{i} + 2*x{(i + 1) % n}" for i in range(n)) + ")")
        for n_points in (3, 15, 64, 131):
            points = np.random.default_rng(n).uniform(-1.0, 1.0, (n_points, n))
            room = np.full(n_points * n + 8, 7.0)
            out = room[: n_points * n].reshape(n_points, n)
            tapes.Plan(program.handle, n, n, engine).run([points], [out])
            assert same_bits(out, reference(program, points)), (n, n_points)
            assert (room[n_points * n :] == 7.0).all()


def test_outputs_of_any_strides_and_threads() -> None:
    tape = symad.compile("x*y + exp(x)*sin(y) + z/x")
    points = np.random.default_rng(2).uniform(0.5, 2, size=(1000, 3))
    value, gradient = tape.value_and_gradient(points)
    wide = np.zeros((1000, 8))
    columns = np.zeros((3, 1000)).T
    for out in ((wide[:, 0], wide[:, 2::2]), (wide[:, 1], columns)):
        found = tape.value_and_gradient(points, out=out, threads=3)
        assert found[0] is out[0]
        assert same_bits(found[0], value)
        assert same_bits(found[1], gradient)


def test_many_inputs_and_outputs_that_are_inputs_constants_or_twice_the_same() -> None:
    names = [f"x{i}" for i in range(21)]
    f = symad.parse("(x20, 3, x0*x5, x0*x5, x1, 2.5*3, x0)", variables=names)
    points = np.random.default_rng(3).normal(size=(77, 21))
    assert same_bits(run(f, points, -1), reference(f, points))


def test_long_chains_and_wide_sums() -> None:
    n = 3000
    f = symad.parse("+".join(f"(x{i} - x{i + 1}**2)**2*{i + 1}" for i in range(n)))
    g = automatic.value_and_gradient(f)
    points = np.random.default_rng(4).normal(size=(70, n + 1))
    assert same_bits(run(g, points, -1), reference(g, points))


@pytest.mark.parametrize("engine", range(len(ENGINES)), ids=ENGINES)
def test_rows_of_any_number_of_operands(engine: int) -> None:
    """A tile of usual lanes takes another way than one with an unusual lane."""
    usual = np.random.default_rng(5).normal(size=(140, 3))
    for points in (usual, special_points(3, 200, seed=6), np.where(usual > 2.0, np.inf, usual), 0.0 * usual):
        for text in ("norm(a)", "norm(a, b)", "norm(a, b, c)", "logsumexp(a, b, c)", "logsumexp(b, a, a, b)"):
            program = automatic.value_and_gradient(symad.parse(text, variables=["a", "b", "c"]))
            assert same_bits(run(program, points, engine), reference(program, points)), text


@pytest.mark.parametrize("engine", range(len(ENGINES)), ids=ENGINES)
def test_outputs_beyond_the_caches(engine: int) -> None:
    """Those leave by another way where they fill lines of a cache: by columns or rows, from any address."""
    n, n_points = 16, 27_003
    program = automatic.value_and_gradient(symad.parse("*".join(f"x{i}" for i in range(n))))
    points = np.random.default_rng(6).normal(size=(n_points, n))
    wanted = reference(program, points)
    for offset, columns in ((0, True), (3, True), (8, True), (5, False), (8, False)):
        room = np.full(n * n_points + 9, 7.0)[offset:][: n * n_points]
        gradient = room.reshape(n, n_points).T if columns else room.reshape(n_points, n)
        value = np.empty((n_points, 1))
        tapes.Plan(program.handle, n, 1, engine).run([points], [value, gradient])
        assert same_bits(np.hstack([value, gradient]), wanted), (offset, columns)


@pytest.mark.parametrize("engine", range(len(ENGINES)), ids=ENGINES)
def test_long_rows(engine: int) -> None:
    """More than 512 columns of a block that lies by rows take narrow tiles."""
    n = 530
    program = automatic.value_and_gradient(symad.parse(" + ".join(f"x{i}*x{(i + 7) % n}**2" for i in range(n))))
    points = np.random.default_rng(7).normal(size=(83, n))
    wanted = reference(program, points)
    for given in (points, np.asfortranarray(points)):
        for out in (np.empty((83, n + 1)), np.empty((n + 1, 83)).T):
            tapes.Plan(program.handle, n, 1, engine).run([given], [out[:, :1], out[:, 1:]])
            assert same_bits(out, wanted)
