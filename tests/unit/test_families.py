"""Families: what the notation means, that every mistake is pointed at, and that the corpus can be written in it."""

from __future__ import annotations

from pathlib import Path

import corpus
import pytest

import symad
from symad.cli import main
from symad.formula.families import Family

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"

MEANINGS = {
    "l = x; repeat n: l = 4*l*(1 - l)": "l = x; l = 4*l*(1 - l); l = 4*l*(1 - l)",
    "a = x; b = y; repeat n: {c = a; a = b; b = c*b}; b": "c = x; a = y; b = c*a; c = a; a = b; b = c*b; b",
    "s = 0; for i = 1..n: for j = i..n: s = s + x[i]*y{j}": "s = 0 + x1*y1; s = s + x1*y2; s + x2*y2",
    "for i in 0..n-1: {p{i+1} = sin(p{i})}; p{n}": "sin(sin(p0))",
    "sum(i = 1..n, x[i]**2/i)": "x1**2/1 + x2**2/2",
    "sum(i = 1..n, x[i] - i)*2": "((x1 - 1) + (x2 - 2))*2",
    "prod(i = 1..n, 1 + x[i])": "(1 + x1)*(1 + x2)",
    "prod(i = 1..0, x[i]) + sum(i = n..1, x[i]) + y": "1 + 0 + y",
    "Max(i = 1..n, sin(i*x)) + hypot(x[1..n])": "Max(sin(1*x), sin(2*x)) + hypot(x1, x2)",
    "x[1..n], y: y + x[1]*x2": "x1, x2, y: y + x1*x2",
    "w[n, 2*n-1]*x{n}_{n//2}": "w2_3*x2_1",
    "sum(i = 1..n, sum(j = 1..n, x[i]*x[j]/(i + j - 1)))": (
        "x1*x1/(1 + 1 - 1) + x1*x2/(1 + 2 - 1) + (x2*x1/(2 + 1 - 1) + x2*x2/(2 + 2 - 1))"
    ),
    "x**{2**n - 7 % 4} + (-1)**{n//2}*y + (1 - n)": "x**1 + (-1)**1*y + (1 - 2)",
    "# a comment\nf(u) = u*u\nl = x  # another\nrepeat n: {\n  l = f(l)\n  l = l + n\n}\nl": "l = x*x + 2; l*l + 2",
}
MISTAKES = {
    "x**2": (1, 1, "the size n does not occur"),
    "l = x; repeat n l = 2*l": (1, 8, "`:` is missing"),
    "l = x; repeat n:\n  l = 2*l": (1, 16, "in braces"),
    "for i = 1:n: a = x": (1, 9, "such as 1..n"),
    "for i in range(n): a = x": (1, 10, "such as 1..n"),
    "l = x; repeat n: l = 4*l(1 - l)": (1, 24, "unknown function: `l`"),
    "l = x;\nrepeat n: l = sim(l)": (2, 15, "did you mean `sin`? (at n = 2)"),
    "sum(i = 1..n, x[i)": (1, 18, "`[` is closed by `)`"),
    "sum(i = 1..n)": (1, 1, "sum(i = 1..n, x[i])"),
    "sum(i = 1..n, x[i], y)": (1, 19, "one term"),
    "sum(x[1..n])": (1, 1, "a sum is written sum(i = 1..n, x[i])"),
    "sum(i = 1..n, x_i**2)": (1, 5, "write x[i] or x{i}"),
    "x[i] + n": (1, 3, "`i` is no index here; there is n"),
    "x[n/2]": (1, 4, "//"),
    "n = 3; x[n]": (1, 1, "the size of the family"),
    "for i = 1..n: i = x": (1, 15, "`i` is an index"),
    "for i = 1..n: {s = x[i-2]}": (1, 22, "the index becomes -1"),
    "2n*x": (1, 2, "an operator is missing"),
    "x[1][n]": (1, 5, "x[i, j]"),
    "x{1}{n2}": (1, 6, "`n2` is no index"),
    "x{1}{1{n}": (1, 5, "never closed"),
    "x{1}{1n}*y": (1, 7, "expected one of"),
    "x{11}{n} + x{1}{10 + n}": (1, 12, "already stands for other indices"),
    "y = z[n] + ]": (1, 12, "closes nothing"),
    "x[i]x[n]": (1, 3, "`i` is no index here; there is n"),
    "sum(i = 1..n, x[i]x[i])": (1, 19, "an operator is missing here: write * to multiply: `x1`"),
    "{n}.5": (1, 4, "an operator is missing"),
    "y: y + x[n]": (1, 8, "this name is not one of the variables: `x2` (at n = 2)"),
    "for 1..n: a = x": (1, 1, "a loop over an index"),
    "[n]": (1, 1, "`[` follows no name"),
    "x[1.5*n]": (1, 3, "a whole number or an index is expected here, not `1.5`"),
    "sum(i = 1..n, x[i) + ": (1, 18, "`[` is closed by `)`"),
    "x[n] $ y": (1, 6, "this character has no meaning in a formula: `$` (at n = 2)"),
    "repeat n: {a = x} b": (1, 19, "after a block"),
    "for i = 1..n: for i = 1..2: a = x": (1, 19, "`i` is already an index"),
    "Max(i = 3..n, x[i])": (1, 1, "its range is empty"),
    "x[n % (n - 2)]": (1, 5, "division by zero"),
    "x[2**(1 - n)]": (1, 4, "no whole number"),
    "x[]*n": (1, 3, "a whole number is missing"),
    "x[1 +]*n": (1, 5, "missing after this"),
    "{n}x": (1, 1, "a name begins with a letter"),
}
# Variables, nodes, distinct operations, operations written out and depth, as the families were read when they were
# still written out as text in Python; the first come from README and examples.
COUNTS = {
    ("l = x; repeat n: l = 4*l*(1 - l)", 12): (1, 39, 36, 12285, 24),
    ("prod(i = 1..n, x[i])", 12): (12, 23, 11, 11, 11),
    ("sum(i = 1..n-1, 100*(x[i+1] - x[i]**2)**2 + (1 - x[i])**2)", 10): (10, 84, 71, 71, 13),
    ("sum(i = 1..n, sin(x[i])*x[i % n + 1])", 9): (9, 35, 26, 26, 10),
    ("h = x; repeat n: h = sigmoid(h)", 7): (1, 8, 7, 7, 7),
    ("prod(i = 1..n, x[i]) + x[1]*y", 3): (4, 8, 4, 4, 3),
    ("s = 0; for i = 1..n: for j = i..n: s = s + x[i]*y{j}", 6): (12, 55, 42, 42, 22),
    ("sum(i = 1..n, sum(j = 1..n, x[i]*x[j]/(i + j - 1)))", 5): (5, 134, 124, 124, 11),
    ("f(u) = u*u + 1; l = x; for i = 1..n: {l = f(l)*a{i}_{n - i}; repeat i: l = sin(l)}", 5): (6, 37, 30, 150, 30),
}
HELMHOLTZ = (5, 115, 97, 165, 14)  # of examples/10_helmholtz_energy.py at n = 5
BEYOND = {
    "l = x; repeat 10**8: l = l*n": "rounds of loops",
    "x[n**40]": "beyond 1,000,000,000",
    "x[12345678901*n]": "beyond 1,000,000,000",
    "for i = 1..9**9: l = x*n": "rounds of loops",
    "".join(f"for i{k} = 1..n: " for k in range(70)) + "a = x": "inside each other",
}
# Each would take 10^9 rounds or more; none of them takes the memory of a thousand.
HOSTILE = (
    "l = x; repeat n: repeat n: l = l*l",
    "for i = 1..n: for j = i..n: a = x[i]*x[j]",
    "sum(i = 1..n, sum(j = 1..n, sum(k = 1..n, x[i]*x[j]*x[k])))",
    "x[1..n]",
    "for i = 1..n: for j = n..1: a = x",
    "for i = -n..n: a = Max(x[0..n])",
)


@pytest.mark.parametrize(("family", "program"), MEANINGS.items())
def test_a_family_is_its_program(family: str, program: str) -> None:
    assert Family(family).expression(2) == symad.parse(program)
    assert symad.parse(symad.expand(family, 2)) == symad.parse(program)


@pytest.mark.parametrize("text", [";x[1]", "a = x[1];; a", "a = x[1]\n; a"])
def test_an_empty_statement_is_refused_as_in_any_program(text: str) -> None:
    for typed in (text, text.replace("[1]", "1")):
        with pytest.raises(symad.ParseError, match="something else was expected here: `;`"):
            symad.parse(typed)


@pytest.mark.parametrize(("family", "expected"), MISTAKES.items())
def test_a_mistake_is_pointed_at(family: str, expected: tuple[int, int, str]) -> None:
    with pytest.raises(symad.ParseError) as caught:
        symad.parse(family, n=2, strict=True)
    line, column, words = expected
    assert (caught.value.line, caught.value.column) == (line, column), str(caught.value)
    assert words in str(caught.value)
    assert str(caught.value).splitlines()[-1].index("^") == column + 3


@pytest.mark.parametrize(("family", "words"), BEYOND.items())
def test_beyond_the_limits(family: str, words: str) -> None:
    with pytest.raises(symad.LimitError, match=words):
        Family(family).expression(2)


def test_the_program_has_a_limit_of_its_own() -> None:
    limits = symad.Limits(text=100)
    assert len(symad.expand("l = x; repeat n: l = l*l", 10, limits=limits)) == 95
    with pytest.raises(symad.LimitError, match="longer than 100 bytes"):
        symad.expand("l = x; repeat n: l = l*l", 11, limits=limits)


@pytest.mark.parametrize("n", [-1, 10**10])
def test_sizes_that_are_none(n: int) -> None:
    with pytest.raises(symad.ExpressionError, match="a size is a whole number"):
        symad.expand("x[n]", n)
    with pytest.raises(symad.ExpressionError, match="a size is a whole number"):
        symad.parse("x[n]", n=n)


def test_a_size_that_is_not_given() -> None:
    with pytest.raises(symad.ParseError, match="line 1, column 16: n is not given: add --n 4"):
        symad.parse("y + sum(i = 1..n, x[i])")
    with pytest.raises(symad.ParseError, match="`m` is no index here"):
        symad.parse("x[m]")


def test_without_a_size_all_that_needs_none_is_read() -> None:
    assert symad.parse("x[2]*x2 + x{1} + n").variables == ("x1", "x2", "n")
    assert symad.parse("sum(i = 1..2, x[i]) + n; ") == symad.parse("(x1 + x2) + n")
    assert symad.parse("l = x; repeat 2: l = l*l") == symad.parse("l = x; l = l*l; l = l*l")
    assert symad.parse("x[1..3]: x[3]*x[1]").variables == ("x1", "x2", "x3")
    assert symad.parse("x[2]**2", variables=["x2"]) == symad.parse("x2**2")


def test_the_text_and_its_places_are_those_that_were_typed() -> None:
    family = "l = x; repeat n: l = l*sin(l)"
    found = symad.parse(family, n=2)
    assert (found.source, found.span(found.outputs[0])) == (family, "l*sin(l)")
    loaded = symad.Expression.from_bytes(found.to_bytes())
    assert (loaded, loaded.source) == (found, family)


@pytest.mark.parametrize(("family", "expected"), COUNTS.items())
def test_counts_are_what_they_were(family: tuple[str, int], expected: tuple[int, ...]) -> None:
    found = symad.parse(family[0], n=family[1])
    counts = found.counts
    assert (len(found.variables), found.n_nodes, counts.n_distinct, counts.n_written_out, counts.depth) == expected


def test_the_energy_of_the_examples_is_what_it_was() -> None:
    text = (EXAMPLES / "10_helmholtz_energy.py").read_text(encoding="utf-8").split('"""')[3]
    found = symad.parse(text, n=5)
    counts = found.counts
    assert (len(found.variables), found.n_nodes, counts.n_distinct, counts.n_written_out, counts.depth) == HELMHOLTZ


@pytest.mark.parametrize("family", HOSTILE)
def test_hostile_sizes_are_refused(family: str) -> None:
    with pytest.raises(symad.LimitError, match="rounds of loops"):
        symad.parse(family, n=10**9)
    with pytest.raises(symad.LimitError, match="rounds of loops"):
        symad.expand(family, 10**9)


def test_a_size_behind_a_comma_is_written_as_no_decimal() -> None:
    """`1,0` would be read as a decimal comma, and refused."""
    program = symad.expand("1,n,tx", 0)
    assert symad.parse(program) == symad.parse("1,n,tx", n=0)


def test_a_program_written_out_is_read_as_it_was() -> None:
    family = "Piecewise((x{n}, x[1]<{n}and x{n}>0), (1, True)) + w{1}1_{n}"
    assert symad.expand(family, 2) == "Piecewise((x2, x1<2 and x2>0), (1, True)) + w11_2"
    assert symad.parse(symad.expand(family, 2)) == symad.parse(family, n=2)


def test_commands_take_a_size(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["eval", "sum(i = 1..n, i*x[i]**2)", "--n", "3", "--at", "x[1]=1,x2=2,x[03]=3"]) == 0
    assert capsys.readouterr().out == "36\n"
    assert main(["eval", "x**2", "--n", "3", "--at", "x=1"]) != 0
    assert "the size n does not occur" in capsys.readouterr().err
    assert main(["eval", "sum(i = 1..n, x[i])", "--at", "x1=1"]) != 0
    assert "n is not given: add --n 4" in capsys.readouterr().err
    path = tmp_path / "formulas.txt"
    path.write_text("x[1]*n\nx1+1\n", encoding="utf-8")
    assert main(["eval", "-f", str(path), "--n", "3", "--at", "x1=5", "--format", "csv"]) == 0
    assert [line.rsplit(",", 1)[-1] for line in capsys.readouterr().out.split()[1:]] == ["15", "6"]


def test_another_name_for_the_size() -> None:
    assert Family("prod(i = 1..depth, x[i] + n)", size="depth").program(2) == "((x1 + n)*(x2 + n))"


def test_a_large_size_takes_no_recursion() -> None:
    assert Family("prod(i = 1..n, x[i])").expression(100_000).n_outputs == 1
    assert Family("l = x; repeat n: l = sin(l)").expression(100_000).counts.depth == 100_000


def text_of(body: list[object]) -> str:
    """A family of the corpus in the notation of symad."""
    lines = []
    for item in body:
        if isinstance(item, str):
            lines.append(item)
        else:
            assert isinstance(item, dict)
            lines.append(f"for {item['for']} = {item['from']}..{item['to']}: {{{text_of(item['body'])}}}")
    return "; ".join(lines)


@pytest.mark.parametrize("record", list(corpus.records("growth")), ids=lambda record: str(record["id"]))
def test_the_corpus_can_be_written_as_families(record: dict[str, object]) -> None:
    body, sizes = record["body"], record["sizes"]
    assert isinstance(body, list)
    assert isinstance(sizes, list)
    family = Family(f"{text_of(body)}; {record['result']}")
    for n in [size["n"] for size in sizes if size["n"] <= 16]:
        assert family.expression(n) == symad.parse("; ".join(corpus.statements(record, n)))
