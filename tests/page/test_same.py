"""What exists in Python and in the page's scripts, held equal: names, texts, partials, counts and places.

Expected values are made here, never stored.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import corpus

import symad
from symad.derive import automatic
from symad.derive.excerpt import excerpt, slopes, text
from symad.errors import ParseError
from symad.formula.counts import count
from symad.formula.numbers import brief
from symad.lecture.drawing.layout import layout
from symad.lecture.listing import active_nodes, has_slope_formulas, step_names

SHORT = 60  # nodes: what a listing shows as formulas
CHUNK = 50
READ = """texts => texts.map(text => {
  const tape = Core.parse(text), m = Graph.model(tape), l = m.layout, counts = g => {
    const {distinct, written} = Graph.counts(g);
    return [distinct, String(written)];
  };
  const written = m.steps.filter(n => n >= m.g.nInputs).map(n => [n, Words.write(m.g, n, m.names, true)]);
  let gradient = null;
  if (m.g.nInputs && m.g.outputs.length === 1) {
    const t = tape.derive(0);
    gradient = counts(t.graph);
    t.free();
  }
  const found = {names: [...m.names], written, own: counts(m.g), gradient, active: m.active, sizes: m.sizes,
    arrows: m.arrows.map(a => [a.source, a.target]), labels: m.labels,
    slopes: m.steps.filter(n => n >= m.g.nInputs && m.active[n]).map(n => [n,
      Words.slopes(Words.write(m.g, n, m.names, true), m.users.get(n).map(o => m.names.get(o)))]),
    places: [l.boxes.map(b => [b.x, b.y]), l.paths, l.labels.map(i => i && [i.x, i.y]), l.width, l.height]};
  tape.free();
  return found;
})"""
NUMBERS = [
    *(0.0, 1.0, 0.1, 1e16, 123456789.123, 1e15, 1e-4, 9.999e-5, 1.5e-7, 2**53, 1 / 3, 1e22, 1e100, 5e-324, 1.7e308),
    *(100.0, 12345678.0, 0.00123456789, 99999.95, 999999.5, 1e5, 123456.0, -2.5, -1e-9, float("inf"), float("nan")),
]


def texts() -> list[str]:
    """Formulas of the corpus that symad knows; what the others lack says test_core."""
    found = []
    for formula in corpus.all_formulas():
        source = f"{', '.join(formula.variables)}: {formula.text}"
        with suppress(ParseError):
            symad.parse(source)
            found.append(source)
    return found


def compared(source: str, found: dict[str, Any]) -> list[str]:
    """What is not the same, in words."""
    expression = symad.parse(source)
    graph, names = expression.graph, step_names(expression)
    wrong = []
    if [list(pair) for pair in names.items()] != found["names"]:
        return [f"names {names} {found['names']}"]
    if active_nodes(expression) != found["active"]:
        wrong.append("active nodes")
    if [count(expression).n_distinct, str(count(expression).n_written_out)] != found["own"]:
        wrong.append(f"counts {found['own']}")
    if found["gradient"]:
        own = count(automatic.gradient(expression))
        if [own.n_distinct, str(own.n_written_out)] != found["gradient"]:
            wrong.append(f"counts of the gradient {found['gradient']}")
    if graph.n_nodes <= SHORT:
        wrong += texts_compared(expression, names, found)
    placed = layout(
        [tuple(size) for size in found["sizes"]],
        [tuple(arrow) for arrow in found["arrows"]],
        [tuple(label) for label in found["labels"]],
    )
    mine = [
        [[box.x, box.y] for box in placed.boxes], [[list(p) for p in path] for path in placed.paths],
        [[i.x, i.y] if i else None for i in placed.labels], placed.width, placed.height,
    ]  # fmt: skip
    return wrong + (["places"] if mine != found["places"] else [])


def texts_compared(expression: symad.Expression, names: dict[int, str], found: dict[str, Any]) -> list[str]:
    graph, wrong = expression.graph, []
    opened = {node: excerpt(graph, node, names, opened=True) for node in names if node >= graph.n_inputs}
    for node, shown in found["written"]:
        if text(opened[node]) != shown:
            wrong.append(f"{text(opened[node])} is {shown}")
    for node, formulas in found["slopes"]:
        if has_slope_formulas(graph, node) and formulas != slopes(opened[node]):
            wrong.append(f"slopes of {text(opened[node])}: {slopes(opened[node])} are {formulas}")
    return wrong


def test_names_texts_counts_and_places_are_the_same(open_page: Callable[..., Any]) -> None:
    page, wrong, sources = open_page(), [], texts()
    assert len(sources) > 1000
    for start in range(0, len(sources), CHUNK):
        part = sources[start : start + CHUNK]
        for source, found in zip(part, page.evaluate(READ, part), strict=True):
            wrong += [f"{source[:200]}: {what}" for what in compared(source, found)]
    assert not wrong, f"{len(wrong)} differences:\n" + "\n".join(wrong[:20])


def test_numbers_are_shortened_alike(open_page: Callable[..., Any]) -> None:
    numbers = [repr(number) for number in NUMBERS]
    script = "all => all.map(t => Words.brief(Number(t.replace('inf', 'Infinity'))))"
    assert open_page().evaluate(script, numbers) == [brief(n) for n in NUMBERS]
