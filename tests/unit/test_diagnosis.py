"""The doctor: each cause from a case made to have it, and rules broken on purpose that must be found."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest

import symad
from symad._core import tapes
from symad.comparison import methods as routes
from symad.comparison import verdicts
from symad.comparison.methods import Route
from symad.comparison.result import Comparison
from symad.comparison.run import Run
from symad.comparison.single_rules import first_wrong, operation
from symad.comparison.target import target
from symad.derive import automatic
from symad.formula.expression import Expression, build
from symad.formula.ops import ROWS, row
from symad.inputs import points
from symad.symbolic import SymbolicWorker

WRONG = 1.001


@pytest.fixture(scope="module")
def compare() -> Iterator[Callable[..., Comparison]]:
    with SymbolicWorker() as worker:
        yield lambda formula, **options: symad.compare(formula, worker=worker, timings=False, **options)


def broken(program: Expression, name: str) -> Expression:
    """The same program with the result of one row wrong by 0.1 %."""
    builder, graph = tapes.Builder(), program.graph
    ids: list[int] = []
    for node in range(graph.n_nodes):
        operands = [ids[operand] for operand in graph.operands(node)]
        entry = ROWS[graph.op[node]]
        if entry.name == "INPUT":
            ids.append(builder.input(program.variables[node]))
        elif entry.name == "NUMBER":
            ids.append(builder.number(graph.number(node).value))
        else:
            ids.append(builder.op(entry.number, *operands))
        if entry.name == name:
            ids[-1] = builder.op(row("MUL").number, ids[-1], builder.number(WRONG))
    for output in program.outputs:
        builder.output(ids[output])
    return build(builder)


def wrong_gradient(name: str) -> Callable[[Expression], Expression]:
    return lambda expression: broken(automatic.gradient(expression), name)


def injected(formula: str, at: dict[str, float], name: str) -> Comparison:
    """Every exact method replaced by one with a wrong rule."""
    asked, derive = target(symad.parse(formula)), wrong_gradient(name)
    program = derive(asked.expression)
    route = Route("reverse", program, evaluate=lambda x: routes.value(program, x), derive=derive)
    chosen = points.choose(asked.expression.variables, at=at)
    return Run(asked, chosen, (), SymbolicWorker(), timings=False, built=[route]).comparison()


@pytest.mark.parametrize(
    ("formula", "inner", "blamed"),
    [
        ("y*exp(x) + tanh(x*y)", "SECH2", "tanh(x*y)"),
        ("x/cos(y) + sqrt(x)", "SQRT_SLOPE", "sqrt(x)"),
        ("sin(log(x)*y)", "LOG_SLOPE", "log(x)"),
    ],
)
def test_a_wrong_rule_is_found_even_where_all_methods_share_it(formula: str, inner: str, blamed: str) -> None:
    found = injected(formula, {"x": 0.7, "y": 1.3}, inner).method("reverse")
    assert found.verdict == "differs"
    assert found.diagnosis is not None
    assert (found.diagnosis.cause, found.diagnosis.operation) == ("wrong rule", blamed)
    assert f"wrong rule: its rule for {blamed}" in found.reason


def test_right_rules_are_not_blamed() -> None:
    for text in (
        "y*exp(x) + tanh(x*y)",
        "hypot(x, y)**y/x",
        "besselj(2, x)*gamma(y) + Max(x, y, x*y)",
        "norm(x, y, 2)",
    ):
        expression = symad.parse(text)
        for derive in (None, automatic.gradient, automatic.forward_gradient):
            assert first_wrong(expression, np.array([0.7, 1.3]), derive) is None, text


def test_a_wrong_partial_of_the_sweep_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    from symad.tape.sweeps import Sweep

    expression = symad.parse("x*sin(x) + exp(x)")
    right = Sweep.partials_of

    def wrong(sweep: Sweep, node: int) -> tuple[float, ...]:
        found = right(sweep, node)
        exp = ROWS[expression.graph.op[node]].name == "EXP"
        return tuple(WRONG * partial for partial in found) if exp else found

    monkeypatch.setattr(Sweep, "partials_of", wrong)
    node = first_wrong(expression, np.array([0.7]), None)
    assert node is not None
    assert operation(expression, node) == "exp(x)"


def test_cancellation_names_the_operation_that_lost_the_digits(compare: Callable[..., Comparison]) -> None:
    found = compare("x*(exp(y) - 1)", at={"x": 2.0, "y": 1e-12}).method("sweep")
    assert found.diagnosis is not None
    assert found.diagnosis.cause == "cancellation"
    assert found.diagnosis.operation == "exp(y) - 1"
    assert found.verdict == "loses digits"


def test_a_kink_within_the_step_is_seen(compare: Callable[..., Comparison]) -> None:
    found = compare("y*Max(0, x)", at={"x": 1e-7, "y": 2.0})
    central = found.method("central")
    assert central.verdict == "differs"
    assert central.diagnosis is not None
    assert (central.diagnosis.cause, central.diagnosis.operation) == ("kink", "Max(0, x)")
    assert found.method("one-sided").verdict == "agrees"
    assert found.method("complex").verdict == "does not apply"


def test_a_step_that_leaves_the_domain_is_seen(compare: Callable[..., Comparison]) -> None:
    central = compare("sqrt(x)", at={"x": 1e-7}).method("central")
    assert central.diagnosis is not None
    assert (central.diagnosis.cause, central.diagnosis.operation) == ("outside the domain", "sqrt(x)")


def test_a_bad_step_is_called_so_and_a_better_one_named(compare: Callable[..., Comparison]) -> None:
    fast = compare("sin(1000000*x)", at={"x": 0.5}).method("central")
    assert fast.verdict == "differs"
    assert fast.diagnosis is not None
    assert fast.diagnosis.cause == "step"
    assert "many periods" in fast.diagnosis.said
    assert fast.step_curve is not None
    assert fast.step_curve.best_step < fast.step_curve.used_step
    assert fast.step_curve.best_relative < 1e-3 < (fast.max_relative or 0.0)


def test_a_convention_names_the_kink_and_its_slopes(compare: Callable[..., Comparison]) -> None:
    found = compare("3*Abs(x)", at={"x": 0.0}).method("sweep")
    assert found.diagnosis is not None
    assert found.diagnosis.cause == "convention"
    assert found.diagnosis.operation == "Abs(x)"
    assert "any slope between -3 and 3 is defensible" in found.reason


def test_outside_the_domain_names_the_operation(compare: Callable[..., Comparison]) -> None:
    found = compare("y + log(x - 3)", at={"x": 1.0, "y": 1.0})
    for key in ("sweep", "symbolic", "central", "complex"):
        diagnosis = found.method(key).diagnosis
        assert diagnosis is not None
        assert (diagnosis.cause, diagnosis.operation) == ("outside the domain", "log(x - 3)"), key
        assert diagnosis.point == {"x": 1.0, "y": 1.0}


def test_agreement_needs_no_doctor(compare: Callable[..., Comparison]) -> None:
    found = compare("x*sin(x)", at={"x": 0.5})
    assert [method.diagnosis for method in found.methods] == [None] * len(found.methods)
    assert {method.verdict for method in found.methods} == {verdicts.AGREES}
