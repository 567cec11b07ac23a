"""SymPy's derivatives and their budget. The oracle is sympy.diff on formulas typed as SymPy, and the process table."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sympy
from tolerances import MORE_OPERATIONS

import symad
from symad.errors import BudgetError, ExpressionError, UnsupportedError
from symad.symbolic import Budget, SymbolicWorker, differentiate, symbolic_gradient

x, y = sympy.symbols("x y", real=True)
FORMULAS = [
    ("(x**2 + sin(x**2))*x**2*y", (x**2 + sympy.sin(x**2)) * x**2 * y),
    ("exp(-x*y)/(1 + tanh(x)**2)", sympy.exp(-x * y) / (1 + sympy.tanh(x) ** 2)),
    ("x**y + log(x)/sqrt(y)", x**y + sympy.log(x) / sympy.sqrt(y)),
    ("Abs(x - 3)*atan(y) + tan(x)", sympy.Abs(x - 3) * sympy.atan(y) + sympy.tan(x)),
    ("tan(x + pi/2)*y", sympy.tan(x + sympy.pi / 2) * y),
    ("Max(x, y)*Piecewise((x, x < 1), (y**2, True))", sympy.Max(x, y) * sympy.Piecewise((x, x < 1), (y**2, True))),
]
SLOW = "; ".join(["a = x"] + ["a = sin(a + y)"] * 300) + "; a"  # minutes in SymPy
BUSY_S = 30.0  # for what takes a moment on an idle machine, and far from SLOW's minutes


@pytest.fixture(scope="module")
def worker() -> Iterator[SymbolicWorker]:
    with SymbolicWorker() as shared:
        yield shared


@pytest.mark.parametrize("cse", [False, True], ids=["raw", "cse"])
@pytest.mark.parametrize(("formula", "expr"), FORMULAS, ids=[case[0] for case in FORMULAS])
def test_gradient_is_that_of_sympy(worker: SymbolicWorker, formula: str, expr: sympy.Expr, cse: bool) -> None:
    e = symad.parse(formula, variables=["y", "x"])
    found = worker.differentiate(e, cse=cse)
    assert found.expression.variables == ("y", "x")
    assert found.expression == differentiate(e, cse=cse).expression
    point = {x: sympy.Rational(9, 8), y: sympy.Rational(3, 4)}
    values = found.expression.compile().value([0.75, 1.125])
    assert list(values) == pytest.approx([float(expr.diff(v).subs(point)) for v in (y, x)], rel=MORE_OPERATIONS)


def test_raw_is_as_sympy_returns_it_and_cse_shares(worker: SymbolicWorker) -> None:
    e = symad.parse("; ".join(["a = x"] + ["a = 4*a*(1 - a)"] * 4) + "; a")
    raw, shared = worker.differentiate(e), worker.differentiate(e, cse=True)
    assert raw.expression.to_sympy(real=True) == sympy.diff(e.to_sympy(real=True), x)
    assert raw.n_sympy_ops == sympy.count_ops(sympy.diff(e.to_sympy(real=True), x))
    assert shared.expression.counts.n_written_out > 2 * shared.expression.counts.n_distinct
    assert shared.seconds["diff"] == raw.seconds["diff"]  # not done again
    assert set(raw.seconds) == {"import", "to_sympy", "diff", "cse", "from_sympy"}


def test_symbols_are_given_back_whatever_they_assume() -> None:
    lam = sympy.Symbol("lambda", positive=True)
    e = symad.from_sympy(sympy.sqrt(lam**2) * sympy.exp(lam))
    assert symbolic_gradient(e).to_sympy().free_symbols == {lam}


def test_unused_variables_have_slope_zero(worker: SymbolicWorker) -> None:
    found = worker.differentiate(symad.parse("x**2", variables=["x", "unused"])).expression
    assert list(found.compile().value([3.0, 1.0])) == [6.0, 0.0]


def test_decimals_stay_exact(worker: SymbolicWorker) -> None:
    found = worker.differentiate(symad.parse("0.1*x**2.3")).expression
    expected = sympy.Rational(0.1) * x ** sympy.Rational(2.3)
    assert found.to_sympy(real=True) == sympy.diff(expected, x)


def test_the_clock_ends_the_child_and_names_the_stage() -> None:
    with SymbolicWorker() as worker:
        worker.differentiate(symad.parse("x"))  # SymPy is loaded before the clock runs
        worker.budget = Budget(seconds=1.5)
        start = time.monotonic()
        with pytest.raises(BudgetError, match=r"1\.5 s in diff"):
            worker.differentiate(symad.parse(SLOW))
        assert time.monotonic() - start < BUSY_S
        assert worker._process is None
        worker.budget = Budget()
        assert worker.differentiate(symad.parse("x**2")).n_sympy_ops == 1  # another child


def test_memory_and_nodes_are_limited() -> None:
    e = symad.parse("x*sin(x)*exp(x)*log(x)")
    with pytest.raises(BudgetError, match="more than 5 operations"):
        symbolic_gradient(e, budget=Budget(nodes=5))
    with pytest.raises(BudgetError):
        symbolic_gradient(e, budget=Budget(megabytes=60))


def test_what_cannot_be_done_is_said(worker: SymbolicWorker) -> None:
    with pytest.raises(UnsupportedError, match="DiracDelta"):
        worker.differentiate(symad.parse("sign(x)*x"))
    with pytest.raises(UnsupportedError, match="nested"):
        worker.differentiate(symad.parse("sin(" * 3000 + "x" + ")" * 3000))
    with pytest.raises(ExpressionError, match="one output"):
        worker.differentiate(symad.parse("(x, y)"))
    with pytest.raises(ExpressionError, match="variable"):
        worker.differentiate(symad.parse("1 + 2"))


def test_an_interrupt_ends_the_child(monkeypatch: pytest.MonkeyPatch) -> None:
    worker = SymbolicWorker()
    worker.start()
    process = worker._process
    assert process is not None

    def interrupted(start: float) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(worker, "_next_line", interrupted)
    with pytest.raises(KeyboardInterrupt):
        worker.differentiate(symad.parse("x**2"))
    assert process.returncode is not None


@pytest.mark.skipif(os.name != "posix", reason="looks a process up by its number")
def test_the_child_does_not_outlive_a_parent_that_dies() -> None:
    code = (
        "import os, symad, threading, time\n"
        "from symad.symbolic import SymbolicWorker, Budget\n"
        "worker = SymbolicWorker(Budget(seconds=60))\n"
        "worker.start()\n"
        f"ask = threading.Thread(target=worker.differentiate, args=(symad.parse({SLOW!r}),), daemon=True)\n"
        "ask.start()\n"
        "time.sleep(1)\n"
        "print(worker._process.pid, flush=True)\n"
        "os._exit(0)\n"
    )
    pid = int(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)
    deadline = time.monotonic() + BUSY_S
    while _alive(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _alive(pid)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
        return stat.rpartition(")")[2].split()[0] != "Z"  # a zombie waits for an init that reaps it
    except OSError:
        return True
