"""Functions that are more than a row: the user's own, shorthands, lists, and roots that are lowered to a norm."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import mpmath
import numpy as np
import pytest
from tolerances import BESIDE_ONE, FEW_OPERATIONS, LAST_PLACES, MORE_OPERATIONS, NEXT_TO_NOTHING, SUMS
from yardsticks import same_bits

import symad
from symad.formula.ops import ROWS

X = (-3.0, -0.75, -1e-9, 0.0, 1e-9, 0.5, 2.0, 30.0)
SOON = 0.5  # seconds of processor time on a slow and busy machine; it is 10 ms on an idle one
SELU = (1.0507009873554805, 1.6732632423543772)
# Each shorthand with its definition and derivative in mpmath; a branch is that of the papers, its left side at 0.
SHORTHANDS = {
    "relu(x)": lambda x: x if x > 0 else mpmath.mpf(0),
    "leaky_relu(x)": lambda x: x if x > 0 else x * mpmath.mpf(0.01),
    "leaky_relu(x, 0.25)": lambda x: x if x > 0 else x / 4,
    "elu(x)": lambda x: x if x > 0 else mpmath.expm1(x),
    "elu(x, 1.5)": lambda x: x if x > 0 else 1.5 * mpmath.expm1(x),
    "selu(x)": lambda x: SELU[0] * x if x > 0 else mpmath.mpf(SELU[0]) * SELU[1] * mpmath.expm1(x),
    "gelu(x)": lambda x: x / 2 * (1 + mpmath.erf(x / mpmath.sqrt(2))),
    "gelu_tanh(x)": lambda x: x / 2 * (1 + mpmath.tanh(mpmath.sqrt(2 / mpmath.pi) * (x + mpmath.mpf(0.044715) * x**3))),
    "silu(x)": lambda x: x / (1 + mpmath.exp(-x)),
    "swish(x)": lambda x: x / (1 + mpmath.exp(-x)),
    "mish(x)": lambda x: x * mpmath.tanh(mpmath.log1p(mpmath.exp(x))),
    "softsign(x)": lambda x: x / (1 + abs(x)),
    "log(x + 40, 3)": lambda x: mpmath.log(x + 40) / mpmath.log(3),
}


@pytest.mark.parametrize("text", SHORTHANDS)
def test_shorthands_are_their_definitions(text: str) -> None:
    """Value, and slope by differences, where the function is smooth."""
    tape = symad.compile(text)
    for x in X:
        with mpmath.workdps(60):
            function, at = SHORTHANDS[text], mpmath.mpf(x)
            value = float(function(at))
            slope = float(
                (function(at + mpmath.mpf("1e-25")) - function(at - mpmath.mpf("1e-25"))) / mpmath.mpf("2e-25")
            )
        assert float(tape.value(x)) == pytest.approx(value, rel=FEW_OPERATIONS, abs=NEXT_TO_NOTHING)
        if x != 0.0:
            assert float(tape.gradient(x)[0]) == pytest.approx(slope, rel=MORE_OPERATIONS, abs=NEXT_TO_NOTHING), x
        assert same_bits(tape.gradient(x), tape.sweep(x).gradient)


def kept(condition: bool, value: mpmath.mpf) -> mpmath.mpf:
    """The value where the condition holds, else 0."""
    return value if condition else mpmath.mpf(0)


# More names that people type: what they mean, at points that both take.
NAMES = [
    ("logsigmoid(x)", (-2.5,), lambda x: -mpmath.log1p(mpmath.exp(-x))),
    ("tanhshrink(x)", (1.5,), lambda x: x - mpmath.tanh(x)),
    ("square(x)", (-1.5,), lambda x: x * x),
    ("radians(x)", (25.0,), mpmath.radians),
    ("degrees(x)", (0.3,), mpmath.degrees),
    ("root(x, n)", (2.5, 3.0), lambda x, n: x ** (1 / n)),
    ("fma(x, y, z)", (1.5, -2.5, 0.3), lambda x, y, z: x * y + z),
    ("fdim(x, y)", (1.5, -2.5), lambda x, y: kept(x > y, x - y)),
    ("fdim(x, y)", (-2.5, 1.5), lambda x, y: kept(x > y, x - y)),
    ("copysign(x, y)", (1.5, -2.5), lambda x, y: abs(x) * mpmath.sign(y)),
    ("copysign(x, y)", (-1.5, 2.5), lambda x, y: abs(x) * mpmath.sign(y)),
    ("fmax(x, y) - fmin(x, y)", (1.5, 4.0), lambda x, y: abs(x - y)),
    ("remainder(x, y)", (7.5, 2.0), lambda x, y: x - y * mpmath.nint(x / y)),
    ("nearbyint(x) + rint(x)", (2.5,), lambda x: 4 + 0 * x),
    ("tgamma(x)", (2.5,), mpmath.gamma),
    ("Heaviside(x, 0)*y", (1.5, 2.0), lambda x, y: y + 0 * x),
    ("KroneckerDelta(x, 3)*y", (3.0, 2.0), lambda x, y: y + 0 * x),
    ("trigamma(x)", (2.5,), lambda x: mpmath.psi(1, x)),
    ("psi(x)", (2.5,), mpmath.digamma),
    ("Li(x)", (7.0,), lambda x: mpmath.li(x) - mpmath.li(2)),
    ("erf2(x, y)", (0.5, 1.5), lambda x, y: mpmath.erf(y) - mpmath.erf(x)),
    ("spence(x)", (0.75,), lambda x: mpmath.polylog(2, 1 - x)),
    ("dirichlet_eta(x)", (2.5,), mpmath.altzeta),
    ("rf(x, 3) + RisingFactorial(x, 3)", (2.5,), lambda x: 2 * mpmath.rf(x, 3)),
    ("ff(x, 3) + FallingFactorial(x, 3)", (2.5,), lambda x: 2 * mpmath.ff(x, 3)),
    ("catalan(x)", (4.0,), lambda x: mpmath.binomial(2 * x, x) / (x + 1)),
    ("jn(1, x)", (2.5,), lambda x: mpmath.sin(x) / x**2 - mpmath.cos(x) / x),
    ("yn(1, x)", (2.5,), lambda x: -mpmath.cos(x) / x**2 - mpmath.sin(x) / x),
    ("hermite_prob(3, x)", (1.25,), lambda x: x**3 - 3 * x),
    ("gegenbauer(4, y, x)", (0.4, 1.5), lambda x, y: mpmath.gegenbauer(4, y, x)),
    ("assoc_laguerre(5, y, x)", (0.4, 1.5), lambda x, y: mpmath.laguerre(5, y, x)),
    ("jacobi(5, y, z, x)", (0.4, 1.5, 0.75), lambda x, y, z: mpmath.jacobi(5, y, z, x)),
    ("assoc_legendre(5, 2, x)", (0.4,), lambda x: mpmath.legenp(5, 2, x, type=2).real),
    ("assoc_legendre(5, 3, x)", (0.4,), lambda x: mpmath.legenp(5, 3, x, type=2).real),
    ("assoc_legendre(4, -3, x)", (0.4,), lambda x: mpmath.legenp(4, -3, x, type=2).real),
    ("assoc_legendre(2, 3, x) + jacobi(0, 1, 2, x)", (0.4,), lambda x: 1 + 0 * x),
    ("LambertW(x, -1)", (-0.2,), lambda x: mpmath.lambertw(x, -1).real),
    ("LambertW(x, 0)", (-0.2,), lambda x: mpmath.lambertw(x, 0).real),
    ("expint(y, x)", (2.5, 1.25), lambda x, y: mpmath.expint(y, x)),
]


@pytest.mark.parametrize(("text", "point", "function"), NAMES, ids=[name for name, *_ in NAMES])
def test_other_names_mean_what_they_say(
    text: str, point: tuple[float, ...], function: Callable[..., mpmath.mpf]
) -> None:
    """Value, and slopes by differences."""
    tape = symad.compile(text, variables=sorted("xyzn"[: len(point)]) if "n)" not in text else ["x", "n"])
    with mpmath.workdps(60):
        wanted = [function(*map(mpmath.mpf, point))]
        for k in range(len(point)):
            ends = [[mpmath.mpf(c) + (sign if i == k else 0) for i, c in enumerate(point)] for sign in (1e-25, -1e-25)]
            wanted.append((function(*ends[0]) - function(*ends[1])) / (2 * mpmath.mpf(1e-25)))
    found = [tape.value(point), *tape.gradient(point)]
    smooth = "KroneckerDelta" not in text
    assert found[: None if smooth else 1] == pytest.approx(
        [*map(float, wanted)][: len(found) if smooth else 1], rel=MORE_OPERATIONS
    )


@pytest.mark.parametrize("call", ["jacobi(k, 1, 2, x)", "gegenbauer(65, 1, x)", "assoc_laguerre(1/2, 1, x)"])
def test_an_order_is_written_out(call: str) -> None:
    with pytest.raises(symad.ParseError, match="whole number from 0 to 64"):
        symad.parse(call)


@pytest.mark.parametrize("name", ["besselj", "bessely", "besseli", "besselk"])
def test_slopes_along_an_order_at_the_least_number(name: str) -> None:
    """Half of it is 0."""
    with mpmath.workdps(60):
        wanted = float(mpmath.diff(lambda n: getattr(mpmath, name)(n, mpmath.mpf(5e-324)), 0.25))
    assert symad.compile(f"n, x: {name}(n, x)").gradient([0.25, 5e-324])[0] == pytest.approx(wanted, rel=LAST_PLACES)


def test_names_and_functions_are_two_things() -> None:
    """As `beta` and `beta(a, b)` are: a binding takes nothing from a function of the same name."""
    assert symad.parse("f(u) = u**2; f = 3; f(x) + f") == symad.parse("x**2 + 3")


def test_a_count_of_derangements() -> None:
    assert [round(float(symad.compile("subfactorial(n)").value(float(n)))) for n in range(6)] == [1, 0, 1, 2, 9, 44]


@pytest.mark.parametrize(("text", "slope"), [("relu(x)", 0.0), ("leaky_relu(x)", 0.01), ("elu(x)", 1.0)])
def test_at_0_a_shorthand_takes_its_left_side(text: str, slope: float) -> None:
    assert symad.compile(text).gradient(0.0).tolist() == [slope]


def test_shorthands_are_expanded_to_rows() -> None:
    assert symad.parse("silu(x)") == symad.parse("x*sigmoid(x)")
    assert symad.parse("swish(x)") == symad.parse("silu(x)")
    assert symad.parse("log(x, y)") == symad.parse("log(x)/log(y)")
    assert {ROWS[op].name for op in symad.parse("relu(x)").graph.op} == {"INPUT", "NUMBER", "GT", "SELECT"}


def test_functions_in_a_program() -> None:
    """Expanded where they are called, with what they share shared."""
    written = symad.parse("f(u, v) = u*v + sin(u*v); f(x, 2) + f(2, y)")
    assert written == symad.parse("x*2 + sin(x*2) + (2*y + sin(2*y))")
    assert symad.parse("sq(u) = u*u; quad(u) = sq(sq(u)); quad(x)") == symad.parse("(x*x)*(x*x)")
    assert symad.parse("f(u) = u + 1; a = f(x); f(a)*f(a)") == symad.parse("a = x + 1; (a + 1)*(a + 1)")
    assert symad.parse("f(x) = x*y; f(3)").variables == ("y",)


def test_functions_of_the_caller() -> None:
    functions = {"f": "u, v: u*v", "g": "u: f(u, u) + 1"}
    assert symad.parse("g(x) - f(x, 3)", functions=functions) == symad.parse("(x*x + 1) - x*3")
    assert symad.parse("x", functions=functions) == symad.parse("x")


@pytest.mark.parametrize(
    ("functions", "says"),
    [
        ({"f": "u*v"}, "expected 'parameters: formula'"),
        ({"f": "u: a = u; a"}, "one formula"),
        ({"f": "u: u # more"}, "one formula"),
        ({"f g": "u: u"}, "expected"),
        ({"sin": "u: u"}, "meaning already"),
        ({"f": "u: u +"}, "expected"),
        ({"f": "u, u: u"}, "twice"),
    ],
)
def test_wrong_functions_are_refused(functions: dict[str, str], says: str) -> None:
    with pytest.raises(symad.ParseError, match=says):
        symad.parse("x", functions=functions)


@pytest.mark.parametrize(
    "text",
    [
        "f(u) = f(u); f(x)",
        "f(u) = g(u); g(u) = f(u); f(x)",
        "f(u) = u; f(x, y)",
        "f(u, u) = u; f(x, x)",
        "f(u) = u",
        "f(u) = u; f",
        "sin(u) = u; sin(x)",
        "f(2) = 3; f(2)",
    ],
)
def test_wrong_functions_in_a_program_are_refused(text: str) -> None:
    with pytest.raises(symad.ParseError):
        symad.parse(text, strict=True)


def test_an_exploding_expansion_meets_a_limit() -> None:
    """Each function calls the one before twice, on different arguments: 2**40 calls."""
    lines = ["f0(u) = u*u + 1"] + [f"f{k}(u) = f{k - 1}(u + {k}) + f{k - 1}(u*{k + 1})" for k in range(1, 41)]
    with pytest.raises(symad.LimitError):
        symad.parse("; ".join([*lines, "f40(x)"]), limits=symad.Limits(nodes=100_000))


def doubled(n: int) -> str:
    """A function called on itself, and so on: 2**n sines."""
    lines = ["f0(u) = sin(u)"] + [f"f{k}(u) = f{k - 1}(f{k - 1}(u))" for k in range(1, n + 1)]
    return "; ".join([*lines, f"f{n}(x)"])


def test_an_expansion_out_of_proportion_to_the_text_is_refused_at_once() -> None:
    """Half a kilobyte of text took seconds and half a gigabyte until all allowed nodes were made."""
    start = time.process_time()
    with pytest.raises(symad.LimitError):
        symad.parse(doubled(22))
    assert time.process_time() - start < SOON
    assert symad.parse(doubled(12)).counts.n_distinct == 2**12


def test_lists_of_operands_count_in_an_expansion() -> None:
    """A body of one node with thousands of operands, called thousands of times."""
    many = ", ".join(f"x{k}" for k in range(5000))
    start = time.process_time()
    with pytest.raises(symad.LimitError):
        symad.parse(f"f(u) = Max(u, {many}); {'f(' * 5000}y{')' * 5000}")
    assert time.process_time() - start < SOON


def rows_of(text: str) -> list[str]:
    """Names of the rows of a text, without inputs and numbers."""
    graph = symad.parse(text).graph
    return [ROWS[op].name for op in graph.op if ROWS[op].name not in {"INPUT", "NUMBER"}]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("sqrt(x**2)", ["NORM"]),
        ("sqrt(x*x)", ["NORM"]),
        ("sqrt(x**2 + y**2)", ["NORM"]),
        ("sqrt(x**2 + y*y + z**2)", ["NORM"]),
        ("sqrt(x)", ["SQRT"]),
        ("norm(x)", ["NORM"]),
        ("logsumexp(x)", []),
        ("logsumexp(x, y)", ["LOGSUMEXP"]),
    ],
)
def test_roots_of_squares_are_norms(text: str, rows: list[str]) -> None:
    assert rows_of(text) == rows
    assert symad.parse(str(symad.parse(text))) == symad.parse(text)


@pytest.mark.parametrize("text", ["sqrt(x**2 + y)", "sqrt(x**2 - y**2)", "sqrt(2*x**2)", "sqrt(x**3)", "sqrt(x*y)"])
def test_other_roots_stay(text: str) -> None:
    assert rows_of(text)[-1] == "SQRT"


def test_a_norm_has_slope_0_at_the_origin_and_never_overflows() -> None:
    tape = symad.compile("sqrt(x**2 + y**2)")
    assert tape.gradient([0.0, 0.0]).tolist() == [0.0, 0.0]
    assert symad.compile("sqrt(x**2)").gradient(-0.0).tolist() == [0.0]
    assert symad.compile("sqrt(x**2)").gradient(-3.0).tolist() == [-1.0]
    for scale in (1e-300, 1.0, 1e300):
        assert tape.value([3.0 * scale, 4.0 * scale]) == pytest.approx(5.0 * scale, rel=LAST_PLACES)
        assert tape.gradient([3.0 * scale, 4.0 * scale]) == pytest.approx([0.6, 0.8], rel=LAST_PLACES)


@pytest.mark.parametrize("k", [2, 3, 7])
@pytest.mark.parametrize("name", ["norm", "logsumexp"])
def test_lists_count_two_for_each_number(name: str, k: int) -> None:
    """k squares or exponentials, k - 1 sums, one root or logarithm."""
    written = symad.parse(f"{name}({', '.join(f'x{i}' for i in range(k))})")
    counts = written.counts
    assert (counts.n_distinct, counts.n_written_out) == (2 * k, 2 * k)
    assert counts.by_kind["call"] == 2 * k


@pytest.mark.parametrize("k", [1, 2, 3, 8])
def test_lists_against_their_definitions(k: int) -> None:
    names = [f"x{i}" for i in range(k)]
    random = np.random.default_rng(k)
    for scale in (1e-3, 1.0, 300.0):
        point = random.normal(size=k) * scale
        length, total = symad.compile(f"norm({', '.join(names)})"), symad.compile(f"logsumexp({', '.join(names)})")
        assert length.value(point) == pytest.approx(math.hypot(*point), rel=LAST_PLACES)
        assert length.gradient(point) == pytest.approx(point / math.hypot(*point), rel=FEW_OPERATIONS)
        with mpmath.workdps(200):
            terms = [mpmath.exp(mpmath.mpf(float(x))) for x in point]
            wanted = [float(term / sum(terms)) for term in terms]
            value = float(mpmath.log(sum(terms)))
        assert total.value(point) == pytest.approx(value, rel=FEW_OPERATIONS, abs=BESIDE_ONE)
        assert total.gradient(point) == pytest.approx(wanted, rel=SUMS, abs=NEXT_TO_NOTHING)
        for tape in (length, total):
            assert same_bits(tape.gradient(point), tape.sweep(point).gradient)
