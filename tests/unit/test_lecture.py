"""The sweeps as a lecturer writes them: statements, textbook slopes, branches, kinks, dual numbers."""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np
import pytest

import symad
from symad.cli import main
from symad.derive.excerpt import slopes
from symad.lecture.lesson import LONGEST, listing
from symad.lecture.listing import Listing, Partial
from symad.lecture.spelling import Textbook
from symad.report import steps
from symad.symbolic import SymbolicWorker
from symad.tape.sweeps import trace

# Sums of a few products of doubles, each rounded once.
RTOL = 1e-13
NETWORK = "a1 = w1*x + b1; h1 = 1/(1 + exp(-a1)); (h1 - y)**2"
MOCK = """\
f = 0.117642 at w1 = 0.15, x = 2, b1 = 0.35, y = 1

forward: values and local slopes

  a1 = w1*x + b1            0.65  da1/dw1 = x = 2
                                  da1/dx = w1 = 0.15
                                  da1/db1 = 1
  h1 = 1/(1 + exp(-a1))  0.65701  dh1/da1 = h1*(1 - h1) = 0.225348
  f = (h1 - y)**2       0.117642  df/dh1 = 2*(h1 - y) = -0.685979
                                  df/dy = -2*(h1 - y) = 0.685979

backward: df/d(name) = the sum over its users of df/d(user) * slope

  df/df           1  the start
  df/dh1  -0.685979  from f: 1*(-0.685979)
  df/da1  -0.154584  from h1: -0.685979*0.225348
  df/dw1  -0.309168  from a1: -0.154584*2
  df/dx  -0.0231876  from a1: -0.154584*0.15
  df/db1  -0.154584  from a1: -0.154584*1
  df/dy    0.685979  from f: 1*0.685979
"""


@pytest.fixture(scope="module")
def textbook() -> Iterator[Textbook]:
    with SymbolicWorker() as worker:
        yield Textbook(worker)


def found(text: str, textbook: Textbook | None = None, **at: float) -> Listing:
    """The listing of a text by its names."""
    tape = symad.compile(text)
    return listing(tape.sweep([at[name] for name in tape.variables]), each=False, spell=textbook)


def partials(text: str, textbook: Textbook | None = None, **at: float) -> dict[str, Partial]:
    """The local slopes of the first statement."""
    first = next(step for step in found(text, textbook, **at).forward if step.operation)
    return {one.operand: one for one in first.partials}


def test_the_network_of_the_page(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["steps", NETWORK, "--at", "w1=0.15,x=2,b1=0.35,y=1"]) == 0
    assert capsys.readouterr().out == MOCK


@pytest.mark.parametrize(
    ("step", "slope"),
    [
        ("sigmoid(a)", "h*(1 - h)"),
        ("1/(1 + exp(-a))", "h*(1 - h)"),
        ("tanh(a)", "1 - h**2"),
        ("exp(a)", "h"),
        ("sqrt(a)", "1/(2*h)"),
        ("1/a", "-h**2"),
        ("log(a)", "1/a"),
        ("a**3", "3*a**2"),
        ("sin(a)*3", "3*cos(a)"),
        ("softplus(a)", "sigmoid(a)"),
        ("relu(a)", "1"),
        ("Max(0, a)", "1"),
        ("Abs(a)", "1"),
    ],
)
def test_slopes_are_those_of_the_textbook(step: str, slope: str, textbook: Textbook) -> None:
    assert partials(f"h = {step}; h*2", textbook, a=0.3)["a"].formula == slope


def test_a_name_makes_no_fraction_of_its_own(textbook: Textbook) -> None:
    assert partials("h = sin(a)*x; h*2", textbook, a=0.3, x=0.2)["x"].formula == "sin(a)"


@pytest.mark.parametrize(
    ("step", "a", "slope", "reason"),
    [
        ("relu(a)", 2.0, 1.0, "since a > 0"),
        ("relu(a)", -2.0, 0.0, "since a < 0"),
        ("relu(a)", 0.0, 0.0, "by convention"),
        ("Max(0, a)", 2.0, 1.0, "since a > 0"),
        ("Max(0, a)", -2.0, 0.0, "since a < 0"),
        ("Max(0, a)", 0.0, 0.5, "by convention"),
        ("Min(a, 1)", 2.0, 0.0, "since a > 1"),
        ("Abs(a)", 2.0, 1.0, "since a > 0"),
        ("Abs(a)", -2.0, -1.0, "since a < 0"),
        ("Abs(a)", 0.0, 0.0, "by convention"),
        ("Piecewise((a**2, a > 1), (3*a, True))", 2.0, 4.0, "since a > 1"),
        ("Piecewise((a**2, a > 1), (3*a, True))", 0.5, 3.0, "since a < 1"),
        ("Piecewise((a**2, a >= 1), (3*a, True))", 1.0, 2.0, "by convention"),
        ("Piecewise((5, a < 0), (a**2, a < 1), (a, True))", 0.5, 1.0, "since a > 0 and a < 1"),
        ("Piecewise((a, a != 0), (1, True))", 3.0, 1.0, "since a != 0"),
        ("Piecewise((a, a > 0 and a < 4), (1, True))", 3.0, 1.0, "since a > 0 and a < 4"),
        ("Piecewise((a, a > 0 and a < 4), (2*a, True))", 5.0, 2.0, "since not (a > 0 and a < 4)"),
    ],
)
def test_branches_say_why(step: str, a: float, slope: float, reason: str, textbook: Textbook) -> None:
    one = partials(f"h = {step}; h*2", textbook, a=a)["a"]
    assert (one.value, one.reason) == (slope, reason)


def test_the_slope_is_that_of_the_branch_taken(textbook: Textbook) -> None:
    assert partials("h = relu(w*x + 1); h*2", textbook, w=1.0, x=2.0)["w"].formula == "x"
    assert partials("h = Piecewise((a**2, a > 1), (sin(a), True)); h*2", textbook, a=0.5)["a"].formula == "cos(a)"


def test_what_is_not_taken_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    text = "a = log(x); f = Piecewise((a, x > 0), (x + y, True))"
    assert main(["steps", text, "--at", "x=-1,y=3"]) == 0
    out = capsys.readouterr().out
    assert "da/dx = 0, not taken\n" in out
    assert "df/da = 0, not taken\n" in out
    assert "df/da  0  from f: 0, not taken\n" in out
    assert "df/dy = 1, since x < 0" in out
    assert "-0" not in out.replace("-0.", "")


def test_what_was_typed_is_shown() -> None:
    steps_of = {step.name: step.operation for step in found("h = relu(w + 1); g=h*2\ng + |w|", w=1.0).forward}
    assert steps_of == {"w": "", "h": "relu(w + 1)", "g": "h*2", "f": "g + Abs(w)"}


def test_shared_parts_are_shown_by_name() -> None:
    steps_of = {step.name: step.operation for step in found("a = x**2; sin(x**2) + a", x=1.0).forward}
    assert steps_of["f"] == "sin(a) + a"


def test_a_text_without_names_is_shown_by_operations() -> None:
    assert [step.name for step in found("(x + 1)*(x + 2)", x=1.0).forward] == ["x", "v1", "v2", "f"]


def test_each_shows_every_operation(capsys: pytest.CaptureFixture[str]) -> None:
    main(["steps", NETWORK, "--at", "w1=0.15,x=2,b1=0.35,y=1", "--each"])
    out = capsys.readouterr().out
    assert "  v1 = w1*x " in out
    assert "  h1 = 1/v4 " in out


def test_a_long_statement_is_taken_apart() -> None:
    text = f"a = x + 1; {' + '.join(f'sin({k}*a)' for k in range(LONGEST))}"
    pieces = [step.operation for step in found(text, x=0.5).forward]
    assert len(pieces) == 5
    assert max(piece.count("sin") for piece in pieces) < LONGEST / 2
    doubling = "g(u) = u*u + u; a = x/2; " + "g(" * 30 + "a" + ")" * 30  # 2**30 operations written out
    assert len(found(doubling, x=1e-9).forward) == 10


def test_a_name_bound_again_is_numbered() -> None:
    text = symad.parse("l = x; repeat n: l = 4*l*(1 - l)", n=3)
    one = listing(text.compile().sweep([0.3]), each=False)
    assert [step.name for step in one.forward] == ["x", "l1", "l2", "l3"]
    assert one.result == "l3"


@pytest.mark.parametrize(
    "text", [NETWORK, "a = x*y; b = sin(a)*x; Max(a, b) + a*Abs(b - y)", "a = x; b = a + y; b*b + x*relu(b)"]
)
@pytest.mark.parametrize("each", [True, False])
def test_contributions_add_up(text: str, each: bool) -> None:  # a parameter of the test
    tape = symad.compile(text)
    point = np.linspace(0.3, 1.1, len(tape.variables))
    one = listing(tape.sweep(point), each=each)
    for step in one.reverse[1:]:
        assert sum(use.value for use in step.contributions) == pytest.approx(step.adjoint, rel=RTOL)


def test_forward_mode_carries_dual_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["steps", "a = x**2; y + a*y", "--at", "x=2,y=4", "--forward", "--wrt", "x"]) == 0
    out = capsys.readouterr().out
    assert "pass 1 of 2: dual numbers, value + slope by x * e" in out
    for line in ("  x            2 + 1*e    the start", "  y            4 + 0*e", "  a = x**2     4 + 4*e    4*1"):
        assert line in out
    assert "  f = y + a*y  20 + 16*e  4*4" in out
    assert out.endswith("df/dx = 16\nnot shown: the passes by y (--wrt)\n")


def test_forward_mode_agrees_with_the_gradient() -> None:
    tape = symad.compile(NETWORK)
    x = np.array([0.15, 2.0, 0.35, 1.0])
    tangents = {
        v: trace(tape.expression, x, row, tangent=True) for v, row in zip(tape.variables, np.eye(4), strict=True)
    }
    one = listing(tape.sweep(x), each=False, tangents=tangents)
    for each_pass in one.passes:
        last = each_pass.steps[-1]
        assert last.tangent == pytest.approx(one.gradient[each_pass.variable], rel=RTOL)
        for dual in each_pass.steps:
            if dual.terms:
                assert sum(t.partial * t.tangent for t in dual.terms) == pytest.approx(dual.tangent, rel=RTOL)
    assert steps.from_dict(json.loads(json.dumps(steps.to_dict(one)))) == one
    for form in (steps.to_markdown, steps.to_latex):
        assert "pass 4 of 4" in form(one).lower()


def test_wrt_is_for_forward_mode(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["steps", "x*y", "--at", "x=1,y=2", "--wrt", "x"]) == 2
    assert "--wrt is for --forward" in capsys.readouterr().err
    assert main(["steps", "x*y", "--at", "x=1,y=2", "--wrt", "z", "--forward"]) == 2
    assert "z is no variable of the formula (x, y)" in capsys.readouterr().err


def test_a_status_stands_first(capsys: pytest.CaptureFixture[str]) -> None:
    main(["steps", "1/x", "--at", "x=0"])
    assert capsys.readouterr().out.startswith("status: domain at 1/x\nf = inf at x = 0\n")


def test_a_slope_outside_the_domain_has_no_formula(textbook: Textbook) -> None:
    one = partials("a = log(x); a*2", textbook, x=-1.0)["x"]
    assert (one.formula, str(one.value)) == ("", "nan")


def test_narrow_terminals_have_two_tables() -> None:
    one = found(NETWORK, w1=0.15, x=2.0, b1=0.35, y=1.0)
    assert max(map(len, steps.to_text(one, 40).splitlines())) <= 40


def test_rows_that_users_write_stay_closed() -> None:
    assert slopes(symad.parse("sigmoid(a)")) == {"a": "sigmoid(a)*sigmoid(-a)"}
    assert slopes(symad.parse("log1p(a)")) == {"a": "1/(1 + a)"}
