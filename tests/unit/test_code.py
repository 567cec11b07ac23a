"""Machine code by the rule of Python: when it is made, that nothing of the answers shows it, and what turns it off.

Where this system makes none (`MADE` is False), the same tests see that the refusal changes nothing.
"""

from __future__ import annotations

import os
import pickle
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import symad
from symad._core import code, tapes
from symad.derive import automatic

TEXTS = [
    "x*sin(y) + x**2",
    "log(x) + 1/y - sqrt(x*y)",
    "Piecewise((x**3, x < y), (exp(y), True))*Max(x, y)",
    "tanh(x)*atan2(y, x) + Abs(x - y)**1.5",
    "(x*y, x + y, cos(x - y))",
    "x**y*tanh(x) + (x + y)**2.5 + x**7/y**5 + y**-9",
]
RANDOM = np.random.default_rng(16)
SPECIAL = [0.0, -0.0, 1e-310, 1e308, -1e308, np.inf, -np.inf, np.nan, 1.0, 2.0**21, 1e22]
POINTS = np.concatenate(
    [RANDOM.uniform(-3.0, 3.0, (1203, 2)), np.stack(np.meshgrid(SPECIAL, SPECIAL), -1).reshape(-1, 2)]
)


def plan(text: str = TEXTS[0]) -> tapes.Plan:
    """A plan of one block each way."""
    handle = symad.parse(text).handle
    return tapes.Plan(handle, handle.view.n_inputs, handle.view.n_outputs)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether this system makes code."""
    with monkeypatch.context() as inner:
        inner.setenv("SYMAD_CODE", "1")
        return "code" in plan().engine


def answers(tape: symad.Tape) -> list[np.ndarray]:
    """Everything that a Tape computes, at many points and at one, by every way of asking."""
    single = tape.n_outputs == 1
    methods = ("value", "jacobian", *(("gradient", "value_and_gradient", "hessian") if single else ()))
    found: list[np.ndarray] = []
    for points in (POINTS, POINTS[:7], POINTS[3], POINTS[1203:].copy()):
        for method in methods:
            result = getattr(tape, method)(points)
            found += result if type(result) is tuple else [result]
        found.append(tape.jacobian(points, sparse=True)[1])
        found.append(tape.jvp(points, [1.0, 2.0]))
        found.append(tape.vjp(points, np.ones(tape.n_outputs)))
        found += [np.asarray(one) for one in np.atleast_1d(tape.ufunc(*np.moveaxis(points, -1, 0)))]
        if single:
            found += [
                tape.hessian(points, sparse=True)[1],
                tape.gradient(points, wrt="x"),
                tape.hvp(points, [1.0, 2.0]),
            ]
            out = np.empty(points.shape[:-1]), np.empty(points.shape)
            tape.bind(points, out=out)()
            found += out
    found.append(tape.value(POINTS, threads=3))
    return [np.array(one) for one in found]


def assert_same_bits(found: list[np.ndarray], wanted: list[np.ndarray]) -> None:
    for one, right in zip(found, wanted, strict=True):
        assert one.shape == right.shape
        same = (one.view(np.uint64) == right.view(np.uint64)) | (np.isnan(one) & np.isnan(right))
        assert same.all()


@pytest.mark.parametrize("text", TEXTS)
def test_the_same_bits_without_code_with_it_and_on_the_way(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYMAD_CODE", "0")
    wanted = answers(symad.compile(text))
    monkeypatch.setenv("SYMAD_CODE", "1")
    assert_same_bits(answers(symad.compile(text)), wanted)
    monkeypatch.delenv("SYMAD_CODE")
    tape = symad.compile(text)
    for _ in range(3):
        assert_same_bits(answers(tape), wanted)


def test_objectives_and_traced_functions_keep_their_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    t, p = np.linspace(0.1, 3.0, 9001), np.array([2.5, 0.7, 0.4])
    data = {"t": t, "y": 2.5 * np.exp(-0.7 * t) + 0.4 + 0.01 * np.sin(50 * t)}

    def found() -> list[np.ndarray]:
        fit = symad.objective("a*exp(-k*t) + c - y", data=data, residual=True)
        traced = symad.function(lambda w: np.sum(np.tanh(np.outer(w, t[:40])) ** 2))
        results = [fit.value_and_gradient(p), fit.value_and_gradient(p, threads=3), traced.value_and_gradient(p)]
        return [np.array(one) for pair in results for one in pair] + [np.array(fit.hvp(p, p))]

    monkeypatch.setenv("SYMAD_CODE", "0")
    wanted = found()
    monkeypatch.setenv("SYMAD_CODE", "1")
    assert_same_bits(found(), wanted)
    monkeypatch.delenv("SYMAD_CODE")
    assert_same_bits(found(), wanted)


def test_batches_earn_code_and_keep_their_bits(made: bool) -> None:
    tape, done = symad.compile(TEXTS[0]), 500
    first = found = tape.value_and_gradient(POINTS[:500])
    wanted = code.wanted(tape._planned(automatic.value_and_gradient)[1].size()[0])
    while done <= wanted:
        assert "code" not in tape.engine
        found = tape.value_and_gradient(POINTS[:500])
        done += 500
    assert "code" not in tape.engine  # which begins with the next call
    found = tape.value_and_gradient(POINTS[:500])
    assert ("code" in tape.engine) is made
    for _ in range(2):
        assert_same_bits(list(found), list(first))
        found = tape.value_and_gradient(POINTS[:500])


@pytest.mark.parametrize("way", ["short", "ufunc", "list"])
def test_calls_of_one_point_earn_code(way: str, made: bool) -> None:
    tape, point = symad.compile(TEXTS[0]), POINTS[0].copy()
    call = {
        "short": lambda: tape.value(point), "ufunc": lambda: tape.ufunc(*point), "list": lambda: tape.value([0.5, 2.0])
    }[way]  # fmt: skip
    first, n_calls = call(), code.wanted(tape._planned(None)[1].size()[0]) // 20
    for _ in range(n_calls - 1):
        assert call() == first
    assert "code" not in tape.engine
    for _ in range(3):
        assert call() == first
    assert ("code" in tape.engine) is made


def test_one_large_call_and_a_bound_one_have_code_at_once(made: bool) -> None:
    many = RANDOM.uniform(0.5, 2.0, (200_000, 2))
    tape = symad.compile(TEXTS[0])
    tape.value(many)
    assert ("code" in tape.engine) is made
    bound = symad.compile(TEXTS[0])
    bound.bind(many[:3], out=(np.empty(3), np.empty((3, 2))))
    assert ("code" in bound.engine) is made


def test_what_code_cannot_quicken_is_left_alone() -> None:
    assert code.wanted(10) == 10_300
    assert code.wanted(0) == 91_300
    assert not code.pays(1000, 600)
    assert code.pays(2400, 600)
    assert code.pays(3, 512)
    wide = plan(" + ".join(f"x{k}" for k in range(600)))
    wide.compile(1000)
    assert "code" not in wide.engine


def test_the_switch(monkeypatch: pytest.MonkeyPatch, made: bool) -> None:
    many = RANDOM.uniform(0.5, 2.0, (200_000, 2))
    monkeypatch.setenv("SYMAD_CODE", "0")
    tape = symad.compile(TEXTS[0])
    tape.value(many)
    tape.bind(POINTS[0].copy(), out=(np.empty(()), np.empty(2)))
    assert "code" not in tape.engine
    monkeypatch.setenv("SYMAD_CODE", "1")
    assert ("code" in symad.compile(TEXTS[0]).engine) is made


def test_a_refusal_leaves_the_plan_as_it_was_and_is_not_asked_again() -> None:
    refused = tapes.Plan(symad.parse(TEXTS[0]).handle, 2, 1, 0)  # the portable engine, whose code nobody writes
    before, size = refused.pointer, refused.size()
    refused.compile(1000)
    assert (refused.engine, refused.runner.most, refused.pointer, refused.size()) == ("portable", 0, before, size)
    points, out = POINTS[:100].copy(), np.empty((100, 1))
    refused.run([points], [out])
    assert_same_bits([out[:, 0]], [symad.compile(TEXTS[0]).value(points)])


def test_threads_share_a_plan_that_becomes_code() -> None:
    points = RANDOM.uniform(-2.0, 2.0, (700, 2))
    for text in TEXTS[:3]:
        tape = symad.compile(text)
        value, gradient = symad.compile(text).value_and_gradient(points)
        tape.value_and_gradient(points[:2])
        with ThreadPoolExecutor(8) as pool:
            for found in pool.map(lambda _, tape=tape: tape.value_and_gradient(points), range(40)):
                assert_same_bits(list(found), [value, gradient])


def test_saved_and_pickled_tapes_know_nothing_of_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    plain = symad.compile(TEXTS[0])
    raw, file = pickle.dumps(plain), tmp_path / "plain.symad"
    plain.save(file)
    monkeypatch.setenv("SYMAD_CODE", "1")
    tape = symad.compile(TEXTS[0])
    tape.value(POINTS)
    assert pickle.dumps(tape) == raw
    tape.save(tmp_path / "code.symad")
    assert (tmp_path / "code.symad").read_bytes() == file.read_bytes()
    assert_same_bits([pickle.loads(raw).value(POINTS)], [plain.value(POINTS)])


def test_no_page_is_writable_and_executable(monkeypatch: pytest.MonkeyPatch) -> None:
    maps = Path("/proc/self/maps")
    if not maps.exists():
        pytest.skip("this system shows no maps of memory")
    monkeypatch.setenv("SYMAD_CODE", "1")
    kept = [plan(f"x*sin({k}*y) + {k}") for k in range(300)]
    rights = re.findall(r"^\S+ (\S{4})", maps.read_text(), re.MULTILINE)
    assert len(kept) == 300
    assert not [right for right in rights if "w" in right and "x" in right]


def test_perf_is_told_of_code_where_it_is_asked_for(monkeypatch: pytest.MonkeyPatch, made: bool) -> None:
    file = Path(f"/tmp/perf-{os.getpid()}.map")
    file.unlink(missing_ok=True)
    monkeypatch.setenv("SYMAD_CODE", "map")
    kept = plan()
    assert file.exists() is made
    if made:
        start, size, name = file.read_text(encoding="ascii").split()
        assert (int(start, 16) > 0, int(size, 16) > 100) == (True, True)
        assert name == f"symad_{kept._handle.hash():016x}"
        file.unlink()


def test_a_comparison_says_what_ran(made: bool) -> None:
    found = symad.compare(TEXTS[0], at={"x": 1.0, "y": 2.0}, methods=["reverse program"])
    assert ("code" in str(found.settings["engine"])) is made
    assert f"times: by {found.settings['engine']}" in found.details()
