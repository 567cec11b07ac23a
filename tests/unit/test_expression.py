"""Expression and its graph: order, operands, literals, labels, identity."""

from __future__ import annotations

import pickle

import pytest

import symad
from symad._core import tapes
from symad.formula.expression import build
from symad.formula.ops import ROWS, row


def names(written: symad.Expression) -> list[str]:
    return [ROWS[op].name for op in written.graph.op]


def test_nodes_are_in_topological_order_inputs_first() -> None:
    written = symad.parse("a = x*y; b = sin(a); a + b", variables=["x", "y", "unused"])
    assert names(written) == ["INPUT", "INPUT", "INPUT", "MUL", "SIN", "ADD"]
    graph = written.graph
    assert [graph.operands(node) for node in range(graph.n_nodes)] == [(), (), (), (0, 1), (3,), (3, 4)]
    assert [graph.input_index(node) for node in range(3)] == [0, 1, 2]
    assert (written.n_nodes, written.n_outputs, written.outputs, graph.n_inputs) == (6, 1, (5,), 3)


def test_operands_of_selections_and_of_max() -> None:
    graph = symad.parse("Max(x, y, 2) + Piecewise((x, x < y), (y, True))").graph
    found = {ROWS[graph.op[node]].name: graph.operands(node) for node in range(graph.n_nodes)}
    assert len(found["MAX"]) == 3
    condition, then, otherwise = found["SELECT"]
    assert (ROWS[graph.op[condition]].name, then, otherwise) == ("LT", 0, 1)


def test_integer_powers_have_their_own_row() -> None:
    assert "POWN" in names(symad.parse("x**3"))
    assert "POWN" in names(symad.parse("x**(2*3 - 8)"))
    assert "POWN" in names(symad.parse("x**2.0"))
    assert "POW" in names(symad.parse("x**0.5"))
    assert "EXP" in names(symad.parse("E**x"))


@pytest.mark.parametrize(
    ("text", "value", "exact"),
    [("0.1", 0.1, None), ("7", 7.0, None), ("9007199254740993", 9007199254740992.0, 9007199254740993)],
)
def test_literals(text: str, value: float, exact: int | None) -> None:
    graph = symad.parse(f"x + {text}").graph
    number = graph.number(names(symad.parse(f"x + {text}")).index("NUMBER"))
    assert (number.value, number.exact) == (value, exact)


def test_labels_are_variables_and_first_names() -> None:
    written = symad.parse("a = x**2; b = a; c = b + 1; c")
    labels = written.labels
    assert labels[0] == "x"
    assert [labels[node] for node in sorted(labels)][1:] == ["a", "c"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("r = hypot(x, y); t = atan2(y, x); (r, t)", ("r", "t")),
        ("r = hypot(x, y); (x, r, r + 1)", ("x", "r", "")),
        ("x + 1", ("",)),
        ("y = x + 1", ("y",)),
        ("a = x*y; b = a; b", ("b",)),  # the last of its names
        ("a = x*y; b = a; (a, b, b)", ("", "a", "b")),  # one node: each of its names once
        ("a = x*y; b = a; a = 2*x; (b, a)", ("b", "a")),  # a means something else by then
        ("a = x*y; a = a + 1; a = x*y; a", ("a",)),
    ],
)
def test_outputs_have_the_names_that_the_text_gives_them(text: str, names: tuple[str, ...]) -> None:
    written = symad.parse(text)
    assert written.output_names == names
    assert symad.compile(written).output_names == names
    assert symad.Expression.from_bytes(written.to_bytes()).output_names == names
    assert pickle.loads(pickle.dumps(written)).output_names == names
    assert set(symad.jacobian(written).output_names) == {""}  # x*y has the slope y, which is no name of it


def test_spans_show_the_text_of_a_node() -> None:
    written = symad.parse("sin(x)*(x + 2)")
    shown = {ROWS[op].name: written.span(node) for node, op in enumerate(written.graph.op)}
    assert shown["SIN"] == "sin(x)"
    assert shown["MUL"] == "sin(x)*(x + 2)"
    assert symad.gradient(written).span(0) == ""


def test_identity() -> None:
    one, same = symad.parse("x + y*2"), symad.parse("x + (y * 2)")
    assert one == same
    assert hash(one) == hash(same)
    assert one != symad.parse("x + y*3")
    assert one != symad.parse("z + y*2")
    assert one != symad.parse("x + y*2", variables=["y", "x"])
    assert one != "x + y*2"
    assert len({one, same}) == 1


def test_pickling_and_copies() -> None:
    for text, variables in (("y*x", ["x", "y"]), ("(x, sin(x))", None), ("Piecewise((x, x > 0))", None)):
        written = symad.parse(text, variables=variables)
        for source in (written, symad.vjp(written)):
            copy = pickle.loads(pickle.dumps(source))
            assert copy == source
            assert copy.variables == source.variables


def test_representation_is_short() -> None:
    assert repr(symad.parse("x + y")) == "<Expression 'x + y', variables x, y>"
    assert len(repr(symad.parse("+".join(["x"] * 10_000)))) < 200
    assert "2 outputs" in repr(symad.parse("(x, -x)"))


def test_expressions_from_the_builder() -> None:
    builder = tapes.Builder()
    x = builder.input("x")
    builder.output(builder.op(row("MUL").number, builder.literal("12345678901234567890"), x))
    written = build(builder)
    assert written == symad.parse("12345678901234567890*x")
    assert written.source is None


def test_a_formula_without_variables() -> None:
    written = symad.parse("2*3 + 1")
    assert written.variables == ()
    assert symad.compile(written).value([]) == 7.0
    assert symad.compile(written).value([[], []]).tolist() == [7.0, 7.0]


def test_exact_constants() -> None:
    """Integers and their quotients are folded exactly: 1/3*3 is 1, and 0.1*3 is what doubles say."""
    assert symad.compile("x*(1/49*49)").value(1.0) == 1.0
    assert symad.compile("x*(0.1*3)").value(1.0) == 0.1 * 3
    assert symad.compile("x*(2**1000*2**(-1000))").value(3.0) == 3.0
