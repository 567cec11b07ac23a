"""What was silently something else: refused, with what to write; and what only looks like it."""

from __future__ import annotations

import pickle
import time

import pytest

import symad

# What is typed, where it is refused, what it says, and what to write.
REFUSED = [
    ("e^x", 1, "Euler's number", "exp(x) for the first, `e, x: e**x` for the second"),
    ("e**2", 1, "Euler's number", "exp(2) for the first, `e: e**2` for the second"),
    ("2*e^-x^2 + y", 3, "Euler's number", "exp(-x**2) for the first, `e, x, y: 2*e**-x**2 + y` for the second"),
    ("(e)^(x + 1)", 1, "Euler's number", "exp(x + 1) for the first, `e, x: (e)**(x + 1)` for the second"),
    ("pow(e, x*y)", 1, "Euler's number", "exp(x*y) for the first, `e, x, y: pow(e, x*y)` for the second"),
    ("a = e + 1; a*e^x", 14, "Euler's number", "exp(x) for the first, `e, x: a = e + 1; a*e**x` for the second"),
    ("sinx", 1, "a variable called sinx must be listed", "sin(x) or `sinx: sinx`"),
    ("2*expz + y", 3, "called expz", "2*exp(z) + y or `expz, y: 2*expz + y`"),
    ("lnt", 1, "called lnt", "ln(t) or `lnt: lnt`"),
    ("sqrty^2", 1, "called sqrty", "sqrt(y)**2 or `sqrty: sqrty**2`"),
    ("PI*x", 1, "a variable called PI must be listed", "pi*x or `PI, x: PI*x`"),
    ("Pi*x", 1, "called Pi", "pi*x or `Pi, x: Pi*x`"),
    ("x/M_PI", 3, "called M_PI", "x/pi or `x, M_PI: x/M_PI`"),
    ("log(2, x)", 1, "the base stands second here", "log(x, 2) or log(2)/log(x)"),
    ("y + log(10, x*y)", 5, "the base stands second", "log(x*y, 10) or log(10)/log(x*y)"),
    ("ln(E, x)", 1, "the base stands second", "log(x, E) or log(E)/log(x)"),
    ("a = 2; log(a, x)", 8, "the base stands second", "log(x, a) or log(a)/log(x)"),
    ("2.^3.^x", 1, "Matlab reads powers from the left", "(2**3)**x or 2**(3**x)"),
    ("2.^x^y", 1, "from the left", "(2**x)**y or 2**(x**y)"),
    ("x^2.^y", 1, "from the left", "(x**2)**y or x**(2**y)"),
    ("y + 2.^-3^x", 5, "from the left", "(2**-3)**x or 2**(-3**x)"),
    ("x = 1", 1, "this names the number 1; an equation is written as a difference", "x - 1"),
    ("x=-1", 1, "the number -1", "x + 1"),
    ("y = x; x2 = 2*pi", 8, "the number 2*pi", "x2 - 2*pi"),
    ("a = 3; b = a", 8, "names a number", "b - a"),
    ("1,5*x", 2, "a decimal point, or two outputs?", "1.5*x or (1, 5*x)"),
    ("(x + 1,5, y)", 7, "a decimal point", "(x + 1.5, y) or (x + 1, 5, y)"),
    ("2,50", 2, "a decimal point", "2.50 or (2, 50)"),
    ("1.5,2*x", 4, "a decimal point", "(1.5, 2*x)"),
]


@pytest.mark.parametrize(("text", "column", "says", "write"), REFUSED, ids=[row[0] for row in REFUSED])
def test_two_readings_are_refused_with_both(text: str, column: int, says: str, write: str) -> None:
    with pytest.raises(symad.ParseError) as caught:
        symad.parse(text)
    assert (caught.value.line, caught.value.column) == (1, column)
    assert says in caught.value.reason
    assert caught.value.advice == write
    assert str(caught.value) == (
        f"line 1, column {column}: {caught.value.reason}\n    {text}\n    {' ' * (column - 1)}^\n  write {write}"
    )


def test_advice_survives_pickling() -> None:
    with pytest.raises(symad.ParseError) as caught:
        symad.parse("e^x")
    assert pickle.loads(pickle.dumps(caught.value)).advice == caught.value.advice


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("2*e", "2*e"),
        ("x**e", "x**e"),
        ("E**x", "exp(x)"),
        ("e_**x", "e_**x"),
        ("cosphi + exponent*maxCurrent", "cosphi + exponent*maxCurrent"),
        ("sinh2 + tanu + lnK + expo", "sinh2 + tanu + lnK + expo"),
        ("log(x, 2)", "log(x)/log(2)"),
        ("log(x, y)", "log(x)/log(y)"),
        ("log(8, 2)", "log(8)/log(2)"),
        ("2.^x", "2**x"),
        ("2**3**x", "2**3**x"),
        ("2.**3.**x", "2**3**x"),
        ("(2.^x)^2", "(2**x)**2"),
        ("2.^x*3.^y", "2**x*3**y"),
        ("y = x^2", "x**2"),
        ("y = floor(x)", "floor(x)"),
        ("y = x", "x"),
        ("(1, 5*x)", "(1, 5*x)"),
        ("Max(1,5*x)", "Max(1, 5*x)"),
        ("x1,2*x2", "(x1, 2*x2)"),
        ("Piecewise((1,2 < x), (2,True))", "Piecewise((1, 2 < x), (2, True))"),
    ],
)
def test_what_has_one_reading_is_read(text: str, meaning: str) -> None:
    assert symad.parse(text) == symad.parse(meaning)


@pytest.mark.parametrize(
    "text", ["e**x", "sinx + x", "PI*x", "M_PI*x", "e*expx**2"], ids=lambda text: text.replace("*", "_")
)
def test_a_name_that_is_said_to_be_a_variable_is_one(text: str) -> None:
    names = [name for name in ("e", "x", "sinx", "PI", "M_PI", "expx") if name in text.replace("*", " ").split()]
    listed = symad.parse(text, variables=names)
    assert set(listed.variables) == set(names)
    assert symad.parse(f"{', '.join(names)}: {text}") == listed
    assert symad.parse(str(listed)) == listed
    bound = "; ".join(f"{name} = {name}_ + 1" for name in names)
    assert symad.parse(f"{bound}; {text}").variables == tuple(f"{name}_" for name in names)
    function = f"f({', '.join(names)}) = {text}; f({', '.join('uvwxyz'[: len(names)])})"
    assert symad.parse(function).n_outputs == 1


def test_a_name_that_others_list_stays_refused_for_its_own_reason() -> None:
    with pytest.raises(symad.ParseError, match="not one of the variables"):
        symad.parse("sinx", variables=["x"])
    with pytest.raises(symad.ParseError, match="before it is bound"):
        symad.parse("a = sinx; sinx = x; a")


def test_advice_on_a_long_text_takes_no_time() -> None:
    """The names of a text that is too long to be repeated are not looked for: 4,000 of them took seconds."""
    text = f"e**x + {' + '.join(f'x{k}*y' for k in range(4_000))}"
    start = time.process_time()
    with pytest.raises(symad.ParseError, match="list e in a header"):
        symad.parse(text)
    assert time.process_time() - start < 1
