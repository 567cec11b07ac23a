"""What is asked of every method: values, gradients, Jacobians and Hessians, by chosen variables and methods."""

from __future__ import annotations

import math
import pickle
from collections.abc import Callable, Iterator

import pytest

import symad
from symad.comparison import methods as routes
from symad.comparison import run
from symad.comparison.result import Comparison
from symad.comparison.target import target
from symad.symbolic import SymbolicWorker

EXACT = ("symbolic", "cse", "forward-jacobian", "forward", "reverse", "sweep", "complex")
DIFFERENCES = ("central", "one-sided")
FOUR_DECIMALS = 1e-4  # as many as are typed


@pytest.fixture(scope="module")
def compare() -> Iterator[Callable[..., Comparison]]:
    with SymbolicWorker() as worker:
        yield lambda formula, **options: symad.compare(formula, worker=worker, timings=False, **options)


def test_a_jacobian_of_several_outputs(compare: Callable[..., Comparison]) -> None:
    found = compare("r = hypot(x, y); (r, x*y, sin(x)/r)", of="jacobian", at={"x": 1.0, "y": 2.0})
    assert found.agree is True
    assert found.entries == ("df1/dx", "df1/dy", "df2/dx", "df2/dy", "df3/dx", "df3/dy")
    assert {method.verdict for method in found.methods} == {"agrees"}
    assert all(found.method(key).n_entries == 6 for key in (*EXACT, *DIFFERENCES))
    assert found.method("sweep").n_evaluations == 3


def test_a_hessian_is_judged_by_its_own_reference(compare: Callable[..., Comparison]) -> None:
    found = compare("x*y**2 + exp(x*y)", of="hessian", domain={"x": (0.5, 1), "y": (0.5, 1)}, n_points=5)
    assert found.agree is True
    assert found.entries == ("d2f/dx dx", "d2f/dx dy", "d2f/dy dx", "d2f/dy dy")
    for key in EXACT:
        row = found.method(key)
        assert row.verdict == "agrees"
        assert row.max_relative is not None
        assert row.max_relative < 1e-14
    needs = [found.method(key).n_evaluations for key in ("reverse", "sweep", "central", "one-sided", "complex")]
    assert needs == [1, 2, 9, 6, 2]


def test_a_wrong_hessian_would_be_seen(compare: Callable[..., Comparison]) -> None:
    found = compare("x*Abs(x)", of="hessian", at={"x": 0.0})  # one-sided second derivatives are -2 and 2
    assert found.method("sweep").verdict == "differs by convention"
    assert found.method("central").verdict == "differs by convention"
    assert "-2.0 and 2.0" in found.method("sweep").reason


def test_values_as_written_against_sympys_forms(compare: Callable[..., Comparison]) -> None:
    found = compare("(x*y, (x + y)**2)", of="value", at={"x": 1.0, "y": 2.0}, methods="all")
    assert [method.key for method in found.methods] == ["symbolic", "cse", "simplified", "factored", "sweep"]
    assert found.entries == ("f1", "f2")
    assert found.agree is True
    lost = compare("(x + 1)**2 - x**2 - 2*x", of="value", at={"x": 1e9}, methods="all")
    assert lost.method("sweep").verdict == "loses digits"  # SymPy's simplified form has the answer, 1
    assert lost.method("simplified").verdict == "agrees"


def test_chosen_variables_save_their_sweeps(compare: Callable[..., Comparison]) -> None:
    one = compare("x*sin(y)*exp(z)", at={"x": 1.0, "y": 2.0, "z": 3.0}, wrt=["z", "x"])
    assert one.entries == ("df/dz", "df/dx")
    assert one.wrt == ("z", "x")
    assert one.agree is True
    needs = {key: one.method(key).n_evaluations for key in ("central", "one-sided", "complex", "reverse")}
    assert needs == {"central": 4, "one-sided": 3, "complex": 2, "reverse": 1}
    counts = one.method("reverse").counts
    whole = symad.gradient(symad.parse("x*sin(y)*exp(z)")).counts
    assert counts is not None
    assert counts.n_distinct < whole.n_distinct


def test_methods_on_request(compare: Callable[..., Comparison]) -> None:
    found = compare("x**2*y", at={"x": 1.0, "y": 2.0}, methods=("factored", "reverse program"))
    assert [method.name for method in found.methods] == ["symbolic, factored", "reverse program"]
    assert set(routes.chosen(None)) == set(routes.METHODS) - {"simplified", "factored"}
    assert routes.chosen("default, simplified") == tuple(key for key in routes.METHODS if key != "factored")
    assert set(routes.chosen("all")) == set(routes.METHODS)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"of": "slope"}, "of is one of gradient, value, jacobian, hessian, not 'slope'"),
        ({"wrt": ["z"]}, "wrt: z is no variable of the formula (x, y)"),
        ({"wrt": ["x", "x"]}, "wrt names variables, each once"),
        ({"methods": "reverze"}, "did you mean reverse?"),
        ({"methods": ()}, "methods: at least one is needed"),
        ({"of": "value", "methods": "central"}, "methods: of a value only"),
    ],
)
def test_wrong_requests_are_named(options: dict[str, object], message: str) -> None:
    with pytest.raises(symad.ExpressionError) as raised:
        symad.compare("x*y", at={"x": 1.0, "y": 1.0}, **options)  # type: ignore[arg-type]  # wrong on purpose
    assert message in str(raised.value)


def test_several_outputs_have_no_gradient() -> None:
    with pytest.raises(symad.ExpressionError, match="has 2; of=jacobian takes several"):
        target(symad.parse("(x, y)"))


def test_without_time_for_a_reference_nothing_is_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "REFERENCE_SHARE", 0.0)
    found = symad.compare("x*y", methods="forward,reverse,sweep,central,complex", timings=False)
    assert found.n_judged == 0
    assert {method.verdict for method in found.methods} == {"not judged"}
    assert found.agree is None
    assert "the reference had time for 0 of 100 points" in found.warnings[0]


def test_costs_are_in_the_rows(compare: Callable[..., Comparison]) -> None:
    found = compare("x*sin(x)", at={"x": 0.5})
    sine, cosine = math.sin(0.5), math.cos(0.5)
    amplified = 0.5 * (2 * cosine - 0.5 * sine) / (sine + 0.5 * cosine)  # x*f''/f'
    for method in found.methods:
        assert method.memory_bytes is not None
        assert method.memory_bytes > 0
        assert method.n_evaluations is not None
        assert method.condition == pytest.approx(amplified)
    stages = found.method("symbolic").build_stages_ns
    assert stages is not None
    assert stages["diff"] > 0
    assert pickle.loads(pickle.dumps(found)).method("sweep") == found.method("sweep")


def test_errors_fall_and_rise_again_with_the_step(compare: Callable[..., Comparison]) -> None:
    curve = compare("exp(x)", at={"x": 1.0}).method("central").step_curve
    assert curve is not None
    errors = dict(zip(curve.steps, curve.max_relative, strict=True))
    assert errors[1.0] > 0.1  # sinh(1) - 1 = 0.175 of truncation
    assert errors[1.0] == pytest.approx(0.1752, abs=FOUR_DECIMALS)
    assert curve.best_relative == min(curve.max_relative) < 1e-9
    assert errors[curve.steps[-1]] > 1e-3  # rounding
