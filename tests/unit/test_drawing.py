"""Pictures of graphs: their numbers, their places, their texts as XML, DOT and Mermaid, and what is left out."""

from __future__ import annotations

import itertools
import random
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from tolerances import FEW_OPERATIONS

import symad
from symad.cli import main
from symad.commands.statuses import AGREE, USAGE
from symad.lecture.drawing.layout import layout
from symad.lecture.drawing.picture import NOT_TAKEN, REST, picture
from symad.lecture.listing import step_names

LECTURE = "a = x**2; b = sin(a); c = a + b; a*c"
FORMULAS = [
    (LECTURE, {"x": 2.0}),
    ("Piecewise((log(x), x > 1), (x**2 + y, True)) + Max(x, y, x*y)", {"x": 0.5, "y": 1.0}),
    ("sqrt(x)*tanh(y)/atan(x) - exp(-x)*x*x", {"x": 1.5, "y": 0.5}),
    ("x*x + x", {"x": 3.0}),
    ("x", {"x": 3.0}),
    ("x, y: 2*x", {"x": 3.0, "y": 4.0}),
]


@pytest.mark.parametrize(("formula", "at"), FORMULAS)
def test_adjoints_are_the_sums_over_the_arrows_that_leave(formula: str, at: dict[str, float]) -> None:
    found = picture(symad.parse(formula), at=at)
    for place, box in enumerate(found.boxes):
        total = 1.0 if box.kind == "result" else 0.0
        for arrow in found.arrows:
            if arrow.source == place and arrow.partial is not None and arrow.kind != NOT_TAKEN:
                total += arrow.partial * (found.boxes[arrow.target].adjoint or 0.0)
        assert (box.adjoint or 0.0) == pytest.approx(total, rel=FEW_OPERATIONS)


def test_the_lecture_has_its_numbers() -> None:
    texts = [element.text for element in ET.fromstring(symad.draw(LECTURE, at={"x": 2})).iter() if element.text]
    for text in ("a = x**2", "4.62862", "18.5145", "12.9728", "cos(a) = -0.653644", "2*x = 4", "adjoint: df/d(box)"):
        assert text in texts


def test_without_a_point_there_are_formulas_and_no_numbers() -> None:
    found = picture(symad.parse(LECTURE), at=None)
    assert {arrow.formula for arrow in found.arrows} == {"2*x", "cos(a)", "1", "a", "c"}
    assert all(box.value is None and box.adjoint is None for box in found.boxes)
    assert "adjoint" not in symad.draw(LECTURE)


def test_several_outputs_have_values_and_no_adjoints() -> None:
    found = picture(symad.parse("r = x*y; (r, r + x)"), at={"x": 2, "y": 3})
    assert [box.value for box in found.boxes if box.kind == "result"] == [6.0, 8.0]
    assert all(box.adjoint is None for box in found.boxes)
    assert "several outputs: no adjoints" in found.notes


@pytest.mark.parametrize(
    "formula",
    [
        " + ".join(f"sin({k}*x)" for k in range(1, 34_000)),
        "; ".join(["l = x", *["l = 4*l*(1 - l)"] * 12_000, "l"]),
        "(" * 20_000 + "x" + "*x)" * 20_000,
        "+".join(f"x{k}" for k in range(30_000)),
    ],
    ids=["sum", "one name bound again", "deep", "many variables"],
)
def test_large_graphs_are_collapsed_and_say_so(formula: str) -> None:
    limits = symad.Limits(nesting=100_000) if "((" in formula else None
    expression = symad.parse(formula, limits=limits)
    text = symad.draw(expression, at=dict.fromkeys(expression.variables, 0.5))
    assert len(text) < 200_000
    assert re.search(r"[\d,]+ of [\d,]+ nodes are drawn(:|, in) the first 29(,| and) the last 30", text)
    assert re.search(r"[\d,]+ (variables|steps) .*not drawn", text)


def test_the_rest_stands_between_what_it_uses_and_what_uses_it() -> None:
    found = picture(symad.parse("*".join(f"x{k}" for k in range(20))), at=None, max_nodes=10)
    (rest,) = (place for place, box in enumerate(found.boxes) if box.kind == REST)
    assert len(found.boxes) == 10
    assert all(arrow.source < arrow.target for arrow in found.arrows)
    assert [arrow.target for arrow in found.arrows if arrow.source == rest]
    assert found.boxes[rest].operation == "16 variables and 14 steps not drawn"


def layered(n_layers: int, width: int) -> str:
    """A network as a program: each layer's names differ in their last index."""
    indices = range(1, width + 1)
    layers = [
        f"h{k}_{i} = tanh("
        + " + ".join(f"w{k}{i}{j}*" + (f"x{j}" if k == 1 else f"h{k - 1}_{j}") for j in indices)
        + ")"
        for k in range(1, n_layers + 1)
        for i in indices
    ]
    return "; ".join([*layers, " + ".join(f"h{n_layers}_{i}" for i in indices)])


def test_a_network_is_folded_by_its_names() -> None:
    expression = symad.parse(layered(3, 4))
    found = picture(expression, at=dict.fromkeys(expression.variables, 0.5))
    assert len(step_names(expression)) == 151
    assert [box.name for box in found.boxes] == [
        "w111 … w144 (16)",
        "x1 … x4 (4)",
        "w211 … w244 (16)",
        "h1_1 … h1_4 (4, 32 steps)",
        "w311 … w344 (16)",
        "h2_1 … h2_4 (4, 32 steps)",
        "h3_1 … h3_4 (4, 32 steps)",
        "f = ... (3 steps)",
    ]
    assert [arrow.formula for arrow in found.arrows if found.boxes[arrow.target].name.startswith("h1")] == [
        "16 arrows",
        "16 arrows",
    ]
    assert found.boxes[1].value == pytest.approx(1.0)  # the norm of four halves
    assert "151 nodes in 8 boxes: names that differ in their last index share one" in found.notes


def test_folding_is_for_large_graphs_only() -> None:
    expression = symad.parse(layered(2, 2))
    assert len(picture(expression, at=None).boxes) == len(step_names(expression))
    assert len(picture(symad.parse(layered(3, 4)), at=None, max_nodes=None).boxes) == 151


def test_a_matrix_of_variables_is_one_box() -> None:
    family = "for i = 1..n: h_{i} = tanh(sum(j = 1..n, w[i, j]*x[j])); sum(i = 1..n, h_{i}**2)"
    found = picture(symad.parse(family, n=6), at=None)
    assert [box.name for box in found.boxes if box.kind == "variable"] == ["w1_1 … w6_6 (36)", "x1 … x6 (6)"]


@pytest.mark.parametrize("seed", range(6))
def test_a_folded_graph_stays_a_graph(seed: int) -> None:
    """Boxes stand behind those that they use, whatever names share one."""
    draw = random.Random(seed)
    names, lines = [f"x{k}" for k in range(8)], []
    for k in range(60):
        name = f"{draw.choice('abc')}{k}"
        lines.append(f"{name} = {draw.choice(names)}*sin({draw.choice(names)}) + {draw.choice(names)}")
        names.append(name)
    found = picture(symad.parse("; ".join([*lines, " + ".join(names)])), at=None)
    assert len(found.boxes) <= 60
    assert all(arrow.source < arrow.target for arrow in found.arrows)


# ---- places ------------------------------------------------------------------------------------------

Rectangle = tuple[float, float, float, float]


def overlap(one: Rectangle, other: Rectangle) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@pytest.mark.parametrize("seed", range(12))
def test_nothing_lies_on_anything_else(seed: int) -> None:
    draw = random.Random(seed)
    n_boxes = draw.randint(2, 40)
    sizes = [(draw.uniform(20, 200), draw.choice([26.0, 46.0])) for _ in range(n_boxes)]
    pairs = {tuple(sorted(draw.sample(range(n_boxes), 2))) for _ in range(2 * n_boxes)}
    arrows = sorted((a, b) for a, b in pairs)
    labels = [(draw.uniform(10, 150), 16.0) if draw.random() < 0.7 else (0.0, 0.0) for _ in arrows]
    found = layout(sizes, arrows, labels)
    items = [*found.boxes, *(item for item in found.labels if item is not None)]
    places = [(i.x - i.width / 2, i.y - i.height / 2, i.x + i.width / 2, i.y + i.height / 2) for i in items]
    assert not any(overlap(one, other) for one, other in itertools.combinations(places, 2))
    assert all(x0 >= -1e-9 and y0 >= 0 and x1 <= found.width + 1e-9 and y1 <= found.height for x0, y0, x1, y1 in places)
    for (source, target), path in zip(arrows, found.paths, strict=True):
        assert path[0][1] == found.boxes[source].y + found.boxes[source].height / 2
        assert path[-1][1] == found.boxes[target].y - found.boxes[target].height / 2
        assert [y for _, y in path] == sorted(y for _, y in path)


def test_a_tree_has_no_crossings_and_a_chain_is_straight() -> None:
    found = layout([(50.0, 20.0)] * 5, [(0, 1), (1, 2), (2, 3), (3, 4)], [(10.0, 10.0)] * 4)
    assert len({round(box.x, 6) for box in found.boxes}) == 1
    leaves = layout([(50.0, 20.0)] * 7, [(0, 5), (1, 4), (2, 5), (3, 4), (4, 6), (5, 6)], [(0.0, 0.0)] * 6)
    left, right = sorted((leaves.boxes[4], leaves.boxes[5]), key=lambda box: box.x)
    below_left = (1, 3) if left is leaves.boxes[4] else (0, 2)
    assert max(leaves.boxes[k].x for k in below_left) < min(leaves.boxes[k].x for k in {0, 1, 2, 3} - set(below_left))
    assert left.x < leaves.boxes[6].x < right.x


# ---- texts -------------------------------------------------------------------------------------------


def test_svg_holds_no_script_and_escapes_what_is_written() -> None:
    text = symad.draw("Piecewise((x, x < 1), (y, And(x > 2, y < 3)), (1, True))", at={"x": 1, "y": 2})
    assert "(x < 1)" not in text
    assert "x &lt; 1" in text
    names = {element.tag.partition("}")[2] for element in ET.fromstring(text).iter()}
    assert names == {"svg", "title", "rect", "text", "g", "path"}


def test_dot_and_mermaid_hold_each_box_and_arrow_once() -> None:
    dot = symad.draw(LECTURE, at={"x": 2}, format="dot")
    assert re.findall(r"^  n(\d) \[", dot, re.MULTILINE) == ["0", "1", "2", "3", "4"]
    assert re.findall(r"^  n(\d) -> n(\d)", dot, re.MULTILINE) == [
        tuple(pair) for pair in ("01", "12", "13", "23", "14", "34")
    ]
    mermaid = symad.draw("Piecewise((x, x < 1), (y, True))", format="mermaid")
    assert mermaid.startswith("flowchart TD\n")
    assert "x #60; 1" in mermaid
    assert '"' not in re.sub(r'\["[^"]*"\]|\|"[^"]*"\|', "", mermaid)


@pytest.mark.parametrize("options", [{"format": "png"}, {"max_nodes": 3}, {"max_nodes": 2.5}, {"at": {"y": 1}}])
def test_wrong_options_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(symad.ExpressionError):
        symad.draw("x**2", **options)


def test_command_writes_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "graph.svg"
    assert main(["graph", LECTURE, "--at", "x=2", "-o", str(file)]) == AGREE
    assert file.read_text(encoding="utf-8") == symad.draw(LECTURE, at={"x": 2})
    assert main(["graph", LECTURE, "--format", "mermaid"]) == AGREE
    assert capsys.readouterr().out == symad.draw(LECTURE, format="mermaid")


def test_command_draws_one_formula(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "formulas.txt"
    file.write_text("x\ny\n", encoding="utf-8")
    assert main(["graph", "-f", str(file)]) == USAGE
    assert "graph draws one formula" in capsys.readouterr().err
    assert main(["graph", "x*y", "--at", "x=1"]) == USAGE
    assert "add --at y=NUMBER" in capsys.readouterr().err


def test_a_picture_is_saved_in_the_form_of_its_name(tmp_path: Path) -> None:
    drawn = symad.draw("x*sin(y)")
    for name, begins in (("g.svg", "<svg"), ("g.dot", "digraph"), ("g.mmd", "flowchart")):
        drawn.save(tmp_path / name)
        assert (tmp_path / name).read_text(encoding="utf-8").startswith(begins)
    assert drawn._repr_svg_() == drawn == (tmp_path / "g.svg").read_text(encoding="utf-8")
    assert drawn._repr_markdown_().startswith("```mermaid\nflowchart")
    assert symad.draw("x*sin(y)", format="dot")._repr_svg_() == drawn


@pytest.mark.parametrize("name", ["g.png", "g.pdf", "g"])
def test_a_picture_is_never_written_under_another_name(name: str, tmp_path: Path) -> None:
    with pytest.raises(symad.ExpressionError, match=r"svg, dot or mmd; write .*g\.svg"):
        symad.draw("x").save(tmp_path / name)
    assert not list(tmp_path.iterdir())
