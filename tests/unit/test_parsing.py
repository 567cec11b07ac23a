"""Text to Expression: precedence, names, programs, refusals with a place."""

from __future__ import annotations

import math
import pickle
import time
from typing import Any

import corpus
import pytest
import sympy
from tolerances import LAST_PLACES
from yardsticks import relative_error

import symad

X, Y, Z = 1.25, 0.75, 2.5


def value(text: str, **names: float) -> float:
    """The formula at named values."""
    tape = symad.compile(text, variables=list(names))
    return float(tape.value(list(names.values())))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("-x**2", -(X**2)),
        ("2**-x", 2**-X),
        ("2**3**2", 512.0),
        ("x^2", X**2),
        ("-x*y", -X * Y),
        ("x - y - z", X - Y - Z),
        ("x/y/z", X / Y / Z),
        ("x/y*z", X / Y * Z),
        ("x - -y", X + Y),
        ("+x", X),
        ("--x", X),
        ("(x + y)*z", (X + Y) * Z),
        ("x*-y", -X * Y),
        ("x**-1", 1 / X),
        ("(-2)**2 - 2**2", 0.0),
        ("1/3*3", 1.0),
        (".5*x + 1.*y + 1e1*z + 1E-1", 0.5 * X + Y + 10 * Z + 0.1),
        ("exp(log(x))", X),
        ("ln(x)", math.log(X)),
        ("arctan(x)", math.atan(X)),
        ("abs(-x) + max(x, y) - min(x, y)", X + X - Y),
        ("pow(x, y)", X**Y),
        ("Max(x)", X),
        ("pi*x", math.pi * X),
        ("E**x", math.exp(X)),
        ("Piecewise((x, x < y), (z, True))", Z),
        ("Piecewise((x, x > y and not z < y), (z, True))", X),
        ("Piecewise((x, x < y or x < 0), (y, x == z), (z, Ne(x, y)))", Z),
        ("Piecewise((x, And(x > 0, y > 0, z > 3)), (y, Or(x < 0, z >= 2.5)), (z, True))", Y),
        ("a = x*y; b = a + z; a*b", X * Y * (X * Y + Z)),
        ("a = x\na = a*y\na + z", X * Y + Z),
        ("a = x; # the first\n\n  a*2 # the second", 2 * X),
        ("x*(y\n  + z)", X * (Y + Z)),
    ],
)
def test_values(text: str, wanted: float) -> None:
    names = {"x": X, "y": Y, "z": Z}
    assert value(text, **names) == pytest.approx(wanted, rel=LAST_PLACES)


def test_variables_in_order_of_first_use() -> None:
    assert symad.parse("b*a + c*a").variables == ("b", "a", "c")
    assert symad.parse("b*a", variables=["a", "b", "unused"]).variables == ("a", "b", "unused")


def test_names_of_constants_and_functions_can_be_variables() -> None:
    assert symad.parse("pi*x", variables=["pi", "x"]).variables == ("pi", "x")
    assert symad.parse("sin*2 + sin(x)", variables=["sin", "x"]).variables == ("sin", "x")
    assert symad.parse("pi = 3; pi*x").variables == ("x",)
    assert symad.parse("I*S + N*Q*O + beta*gamma*e").variables == ("I", "S", "N", "Q", "O", "beta", "gamma", "e")


def test_tuples_and_several_outputs() -> None:
    pair = symad.parse("r = x*y; (r, r**2)")
    assert (pair.n_outputs, pair.variables) == (2, ("x", "y"))
    assert list(symad.compile(pair).value([2.0, 3.0])) == [6.0, 36.0]


def test_equal_parts_are_one_node() -> None:
    assert symad.parse("sin(x)*sin(x)").counts.n_distinct == 2
    assert symad.parse("a = sin(x); a*a") == symad.parse("sin(x)*sin(x)")
    assert symad.parse("0.5*x") != symad.parse("1/2*x")


def test_integers_are_exact_of_any_length() -> None:
    assert value("9007199254740993*x - 9007199254740992*x", x=1.0) == 0.0  # as doubles: exactness is the reference's
    digits = "1" + "0" * 300 + "7"
    graph = symad.parse(f"{digits}*x").graph
    exact = [
        graph.number(node).exact
        for node in range(graph.n_nodes)
        if symad.formula.ops.ROWS[graph.op[node]].name == "NUMBER"
    ]
    assert exact == [int(digits)]


@pytest.mark.parametrize(
    ("text", "line", "column", "says"),
    [
        ("", 1, 1, "no formula"),
        ("x +", 1, 4, "ends too early"),
        ("2x", 1, 2, "operator is missing"),
        ("x y", 1, 3, "operator is missing"),
        ("(x", 1, 1, "never closed"),
        ("x)", 1, 2, "never opened"),
        ("sin x", 1, 1, "arguments in parentheses"),
        ("foo(x)", 1, 1, "unknown function"),
        ("sin(x, y)", 1, 1, "number of arguments"),
        ("x < y < z", 1, 7, "chained"),
        ("x < y", 1, 1, "condition"),
        ("Piecewise((x, y))", 1, 15, "condition is needed"),
        ("lambda*2", 1, 1, "underscore"),
        ("nan*x", 1, 1, "no finite number"),
        ("a = b; b = x; a", 1, 5, "before it is bound"),
        ("x.y", 1, 2, "no meaning"),
        ("x +\n y", 1, 4, "ends too early"),
        ("(x +\n $)", 2, 2, "no meaning"),
        ("é", 1, 1, "ASCII"),
        ("x = (1, 2); x", 1, 7, "tuple"),
    ],
)
def test_refusals_name_the_place(text: str, line: int, column: int, says: str) -> None:
    with pytest.raises(symad.ParseError, match=says) as caught:
        symad.parse(text, strict=True)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert f"line {line}, column {column}" in str(caught.value)
    assert str(caught.value).rstrip().endswith("^")


def test_nearest_name() -> None:
    with pytest.raises(symad.ParseError, match="did you mean `atan`"):
        symad.parse("atam(x)")
    with pytest.raises(symad.ParseError, match="did you mean `speed`"):
        symad.parse("sped*2", variables=["speed", "mass"])


def test_wrong_kinds_of_arguments() -> None:
    with pytest.raises(TypeError, match="str"):
        symad.parse(3.0)  # type: ignore[arg-type]  # on purpose
    with pytest.raises(TypeError, match="sequence of names"):
        symad.parse("x", variables="x")
    with pytest.raises(symad.ParseError, match="variable 'x'"):
        symad.parse("x", variables=["x", "x"])
    with pytest.raises(symad.ParseError, match="variable 'a b'"):
        symad.parse("x", variables=["x", "a b"])


def test_a_parse_error_survives_pickling() -> None:
    with pytest.raises(symad.ParseError) as caught:
        symad.parse("x +")
    copy = pickle.loads(pickle.dumps(caught.value))
    assert (copy.line, copy.column, str(copy)) == (caught.value.line, caught.value.column, str(caught.value))


MOST_SECONDS = 2.0  # for one hostile text, on any machine


def refused(case: dict[str, Any]) -> bool:
    """Whether the text is refused, in a controlled way and with words."""
    try:
        symad.parse(case["text"], variables=case["vars"], strict=True)
    except symad.ParseError as error:
        return bool(str(error).strip())
    return False


def test_the_hostile_inputs_are_whole() -> None:
    assert len(corpus.hostile_inputs()) == 385


@pytest.mark.parametrize("case", corpus.hostile_inputs(), ids=lambda case: case["id"])
def test_hostile_inputs_are_refused_or_mean_what_they_should(
    case: dict[str, Any], tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No code runs and no file appears; what need not be refused has the stated value and gradient."""
    monkeypatch.chdir(tmp_path)
    started = time.thread_time()
    expected_refusal, is_refused = case["expect"] == "reject", refused(case)
    assert time.thread_time() - started < min(case["seconds"], MOST_SECONDS)
    assert list(tmp_path.iterdir()) == []
    if is_refused:
        assert case["expect"] != "accept"
    elif expected_refusal:
        assert not is_finite(case)
    elif "value" in case:
        point = [float(case["point"][name]) for name in case["vars"]]
        tape = symad.parse(case["text"], variables=case["vars"], strict=True).compile()
        assert relative_error(float(tape.value(point)), case["value"]) <= 1e-9
        for found, wanted in zip(tape.gradient(point), case["grad"], strict=True):
            assert relative_error(float(found), wanted) <= 1e-9


def is_finite(case: dict[str, Any]) -> bool:
    """A nan or infinity that is reported as such also serves for numbers that do not exist."""
    tape = symad.parse(case["text"], variables=case["vars"], strict=True).compile()
    return bool(all(map(math.isfinite, [*tape.value([X] * len(case["vars"])).reshape(-1)])))


def test_what_must_be_accepted_is() -> None:
    cases = [case for case in corpus.hostile_inputs() if case["expect"] == "accept"]
    assert [case["id"] for case in cases if refused(case)] == []


REFUSED_64_KIB = {
    "bad character at the end": "x+" * 32767 + "@",
    "unclosed": "(" * 9000 + "x" * 50000,
    "missing operand": "sin(x)*" * 9362,
    "names read before they are bound": "a = b; " * 9300 + "b = 1; b",
    "no operator": "x " * 32768,
    "literals": "1.5e3+" * 10922,
    "comments": "#\n" * 32768,
    "wrong arguments": "cos(x)+" * 9362 + "cos(x, y)",
}
REFUSAL_S = 0.005
NOISE = 2.0  # CPU time of the best of several runs still varies with what else the machine does


@pytest.mark.parametrize("text", REFUSED_64_KIB.values(), ids=REFUSED_64_KIB)
def test_64_kib_are_refused_at_once(text: str) -> None:
    """The exception with its caret and its nearest name included."""
    spent = []
    for _ in range(50):
        start = time.thread_time()
        with pytest.raises(symad.ParseError):
            symad.parse(text)
        spent.append(time.thread_time() - start)
        if spent[-1] < NOISE * REFUSAL_S:
            break
    assert len(text) > 58_000
    assert min(spent) < NOISE * REFUSAL_S, spent


@pytest.mark.parametrize(("text", "variables"), [
    ("x2 - x1", "x1 x2"),
    ("y*x2 + x1", "y x1 x2"),
    ("x10 + x2 + x1 + b", "x1 x2 x10 b"),
    ("w2*x2 + w1*x1", "w1 x1 w2 x2"),
    ("x10*y3*x9*y1*z", "x9 y1 x10 y3 z"),
    ("x01 + x1 + x0", "x0 x01 x1"),
    ("x18446744073709551617 + x18446744073709551616", "x18446744073709551616 x18446744073709551617"),
    ("x1_2 + x1_1", "x1_2 x1_1"),  # digits only
    ("a2b + a1b", "a2b a1b"),
    ("x2, x1: x2 - x1", "x2 x1"),  # a header lists them
    ("g(u) = u*x2; g(x1)", "x1 x2"),
])  # fmt: skip
def test_names_of_one_stem_stand_in_the_order_of_their_indices(text: str, variables: str) -> None:
    f = symad.parse(text)
    assert f.variables == tuple(variables.split())
    assert symad.parse(str(f)) == f
    assert symad.Expression.from_bytes(f.to_bytes()).variables == f.variables


def test_variables_that_are_listed_keep_their_order() -> None:
    f = symad.parse("x2 - x1", variables=["x2", "x1"])
    assert f.variables == ("x2", "x1")
    assert symad.compile(f).value([5.0, 3.0]) == 2.0
    assert symad.compile("x2 - x1").value([3.0, 5.0]) == 2.0


def test_an_object_of_sympy_is_told_where_it_goes() -> None:
    with pytest.raises(TypeError, match=r"a formula is a str, not Pow; SymPy objects: symad\.from_sympy"):
        symad.parse(sympy.Symbol("x") ** 2)  # type: ignore[arg-type]  # what is refused
