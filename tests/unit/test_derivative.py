"""`symad.diff`: forms, names, values, and what is said where there is nothing to differentiate."""

from __future__ import annotations

import math

import pytest
from tolerances import LAST_PLACES

import symad
from symad.answers.derivative import derivative
from symad.answers.search import MOST_NAMES
from symad.symbolic import Budget, SymbolicWorker

PROGRAM = "a = x**2; b = sin(a); c = a + b; a*c"
NET = "a1 = w1*x + b1; h1 = 1/(1 + exp(-a1)); a2 = w2*h1 + b2; (a2 - y)**2"
LOSS = "z = w*x + b; p = 1/(1 + exp(-z)); -(y*log(p) + (1 - y)*log(1 - p))"


@pytest.fixture(scope="module")
def worker():  # type: ignore[no-untyped-def]  # a generator fixture
    with SymbolicWorker(Budget(seconds=30.0)) as found:
        yield found


def formulas(text: str, worker: SymbolicWorker, **options: object) -> dict[str, str]:
    found = derivative(text, worker=worker, **options)  # type: ignore[arg-type]
    return {slope.name: slope.formula for slope in found.slopes} | dict(found.lines)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (PROGRAM, {"df/dx": "2*x*(a*cos(a) + a + c)"}),
        ("(x**2 + sin(x**2))*x**2", {"df/dx": "2*x*(x**2*cos(x**2) + 2*x**2 + sin(x**2))"}),
        (LOSS, {"df/dw": "x*(p - y)", "df/dx": "w*(p - y)", "df/db": "p - y", "df/dy": "log(1 - p) - log(p)"}),
        ("h = tanh(w*x); h**2", {"df/dw": "2*h*x*(1 - h**2)", "df/dx": "2*h*w*(1 - h**2)"}),
        ("r = sqrt(x**2 + y**2); r", {"dr/dx": "x/r", "dr/dy": "y/r"}),
        ("sqrt(x**2 + y**2)", {"df/dx": "x/sqrt(x**2 + y**2)", "df/dy": "y/sqrt(x**2 + y**2)"}),
        ("h = 1/x; h**3", {"df/dx": "-3*h**4"}),
        ("y = exp(x)*z", {"dy/dx": "y", "dy/dz": "exp(x)"}),  # y/z has no value at z = 0
        ("h = sigmoid(a); h", {"dh/da": "h*(1 - h)"}),
        ("h = relu(x); h*y", {"df/dx": "y*Piecewise((1, x > 0), (0, True))", "df/dy": "h"}),
        ("Abs(x - y) + Max(0, x)", {"df/dx": "Heaviside(x) + sign(x - y)", "df/dy": "-sign(x - y)"}),
        ("(1 - cos(x))/x**2", {"df/dx": "(x*sin(x) + 2*cos(x) - 2)/x**3"}),
        ("0.1*x**2*0.3", {"df/dx": "0.2*0.3*x"}),  # 0.06 is not their product
        ("f*x", {"df_2/df": "x", "df_2/dx": "f"}),  # f is a variable
        ("r = x/y; (r, r*y)", {"dr/dx": "1/y", "dr/dy": "-r/y", "df2/dx": "1", "df2/dy": "0"}),
    ],
)
def test_formulas(text: str, wanted: dict[str, str], worker: SymbolicWorker) -> None:
    assert formulas(text, worker) == wanted


def test_long_adjoints_have_lines_of_their_own(worker: SymbolicWorker) -> None:
    found = formulas(NET, worker, wrt=["w1", "w2"])
    assert found == {"df/dw1": "x*da1", "df/dw2": "2*h1*(a2 - y)", "da1": "2*h1*w2*(a2 - y)*(1 - h1)"}


def test_names_bound_again_are_numbered(worker: SymbolicWorker) -> None:
    found = formulas("l = x; repeat n: l = 4*l*(1 - l)", worker, n=12)
    assert found["dl12/dx"] == "dl1*(4 - 8*x)"
    assert found["dl1"] == "dl3*(4 - 8*l1)*(4 - 8*l2)"
    assert list(found) == ["dl12/dx", "dl1", "dl3", "dl5", "dl7", "dl9"]


def test_adjoints_of_several_outputs_say_of_which(worker: SymbolicWorker) -> None:
    found = formulas("h = tanh(w*x + b)*c + exp(b*x); (h**3*sin(h + x*c), h**2)", worker, wrt="w")
    assert {"df1/dw", "df2/dw", "df1_dh"} == set(found)


@pytest.mark.parametrize("form", ["named", "simplified", "raw", "program"])
def test_forms_agree_in_numbers(form: str, worker: SymbolicWorker) -> None:
    found = derivative(PROGRAM, form=form, at={"x": 2.0}, worker=worker)
    assert found.form == form
    assert found["x"].value == 18.514492084950497
    slope = float(found["x"].expression.compile().value([2.0]))
    assert math.isclose(slope, 18.514492084950497, rel_tol=LAST_PLACES)


def test_raw_and_latex_of_a_slope() -> None:
    slope = symad.diff("(x**2 + sin(x**2))*x**2")["x"]
    assert slope.raw == "x**2*(2*x + 2*x*cos(x**2)) + 2*x*(x**2 + sin(x**2))"
    assert slope.latex.startswith(r"2 x \left(x^{2} \cos{\left(x^{2} \right)}")
    assert slope.value is None


def test_second_derivatives(worker: SymbolicWorker) -> None:
    found = derivative("x**3*y", order=2, at={"x": 2.0, "y": 5.0}, worker=worker)
    assert [slope.formula for slope in found.slopes] == ["6*x*y", "3*x**2", "0"]
    assert found["x", "y"].value == 12.0
    assert found["d2f/dx dx"].value == 60.0


def test_keys_of_several_outputs(worker: SymbolicWorker) -> None:
    found = derivative("r = hypot(x, y); (r, x*y)", at={"x": 3.0, "y": 4.0}, worker=worker)
    assert list(found) == [("r", "x"), ("r", "y"), ("f2", "x"), ("f2", "y")]
    assert found["r", "x"].value == 0.6
    with pytest.raises(KeyError, match="no derivative by 'z'"):
        found["z"]


def test_a_kink_has_two_slopes(worker: SymbolicWorker) -> None:
    number = derivative("Abs(x)", at={"x": 0.0}, worker=worker)["x"].number
    assert number is not None
    assert (number.value, number.reason, number.low, number.high) == (0.0, "kink", -1.0, 1.0)


def test_values_are_correctly_rounded_where_doubles_lose_digits(worker: SymbolicWorker) -> None:
    found = derivative("(1 - cos(x))/x**2", at={"x": 1e-6}, worker=worker)
    assert found["x"].value == pytest.approx(-8.333333333332778e-08, rel=LAST_PLACES)


def test_reverse_mode_in_names_where_sympy_gives_up() -> None:
    steps = "; ".join(f"a{k} = sin(a{k - 1}*y) + a{k - 1}**2" for k in range(1, 120))
    with SymbolicWorker(Budget(seconds=30.0)) as short:
        found = derivative(f"a0 = x*y; {steps}", worker=short, seconds=1e-3)
    assert found.note.startswith("by reverse mode: SymPy ran out of its 0.001 s")
    assert found.form in ("named", "program")


def test_very_many_names_are_a_program(worker: SymbolicWorker) -> None:
    found = derivative("l = x; repeat n: l = sin(l)", n=MOST_NAMES + 1, worker=worker)
    assert found.form == "program"
    assert f"{MOST_NAMES + 1:,} names" in found.note


def test_raw_is_refused_where_sympy_gives_up() -> None:
    with pytest.raises(symad.BudgetError), SymbolicWorker(Budget()) as short:
        derivative(LOSS, form="raw", worker=short, seconds=1e-4)


NAMED_TWICE = {
    "s = 1/(1 + exp(-x)); s": ["s*(1 - s)*(1 - 2*s)"],
    "a = x*y; b = sin(a); b*y": ["-b*y**3", "y*(2*cos(a) - b*x*y)"],
    "z = w*x + b; p = 1/(1 + exp(-z)); -(y*log(p) + (1 - y)*log(1 - p))": ["p*x**2*(1 - p)"],
    "a = x*y; a": ["0", "1", "0"],
    "c = 2*k; c*x**2": ["0", "4*x", "2*c"],
}


@pytest.mark.parametrize("text", NAMED_TWICE)
def test_second_derivatives_in_the_names_of_the_text(text: str, worker: SymbolicWorker) -> None:
    """What is shown was compared with the program that is run; nothing is said beside it then."""
    found = derivative(text, order=2, worker=worker)
    assert (found.form, found.note) == ("named", "")
    assert [slope.formula for slope in found.slopes][: len(NAMED_TWICE[text])] == NAMED_TWICE[text]


def test_second_derivatives_without_sympy_are_a_program() -> None:
    with SymbolicWorker(Budget(seconds=30.0)) as short:
        found = derivative("a = x**2; sin(a)*a", order=2, worker=short, seconds=1e-4)
    assert found.form == "program"
    assert "by reverse mode" in found.note


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        ("pi", {}, "nothing to differentiate"),
        ("(x, y)", {"order": 2}, "second derivatives need one output"),
        ("x", {"order": 3}, "order is 1 or 2"),
        ("x", {"form": "short"}, "form is one of named, simplified, raw, latex, program"),
        ("x*y", {"wrt": "z"}, "z is no variable"),
        ("x*y", {"at": {"x": 1.0}}, "nothing is given for the variable y"),
    ],
)
def test_refusals(text: str, options: dict[str, object], message: str) -> None:
    with pytest.raises(symad.ExpressionError, match=message):
        symad.diff(text, **options)


def test_sympy_and_expressions_are_taken() -> None:
    import sympy

    x = sympy.Symbol("x")
    assert symad.diff(sympy.sin(x) * x)["x"].formula == "x*cos(x) + sin(x)"
    assert symad.diff(symad.parse("x*y"), wrt="y")["y"].formula == "x"
