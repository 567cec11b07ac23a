"""Reports as HTML: whole without scripts, of text alone, small, under a policy; browsers are in tests/page."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from answer_schema import numbers
from unit.test_saved import everything

import symad
from symad.cli import main
from symad.commands.statuses import AGREE, DIFFER, UNDECIDED, USAGE
from symad.report import html, html_parts, mathml
from symad.report.html_parts import Markup, table

LECTURE = "a = x**2; b = sin(a); c = a + b; a*c"
ONE_FORMULA = 60_000  # bytes
VOID = {"meta", "br", "path", "rect"}
UNCLOSED = {"tr", "td", "th", "thead", "tbody", "li", "caption"}  # HTML lets their end tags be left out
COMMANDS = {
    "compare": ["compare", "x*sin(y)", "--domain", "x=1:2", "--domain", "y=2:3", "--points", "3", "--errors"],
    "compare at a point": ["compare", "(1 - cos(x))/x**2", "--at", "x=1e-6", "--errors"],
    "compare a kink": ["compare", "Abs(x)*y", "--at", "x=0,y=2"],
    "compare, outside": ["compare", "log(x)", "--at", "x=-1"],
    "hessian": ["compare", "x**2*y", "--of", "hessian", "--at", "x=1,y=2"],
    "steps": ["steps", LECTURE, "--at", "x=2"],
    "dual numbers": ["steps", LECTURE, "--at", "x=2", "--forward"],
    "steps, not finite": ["steps", "1/x + Piecewise((y, y > 0), (log(x), True))", "--at", "x=0,y=inf"],
    "diff": ["diff", "a = x**2; sin(exp(-a)*y) + Abs(x)", "--at", "x=0,y=2"],
    "eval": ["eval", "1/x + y", "--at", "x=0,y=nan", "--grad"],
}


class Page(HTMLParser):
    """The words of a page, its tags in order, the texts of its scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.scripts: list[str] = []
        self.tags: list[str] = []
        self.open: list[str] = []
        self.ids: dict[str, str] = {}
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "script":
            self.scripts.append("")
        if tag not in VOID | UNCLOSED:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID | UNCLOSED:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "script" in self.open:
            self.scripts[-1] += data
        elif "style" not in self.open:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(self.words)


def shown(text: str) -> set[float]:
    """Every number that stands in a text."""
    return {float(one.replace("\u2212", "-")) for one in re.findall(r"[-\u2212]?\d+(?:\.\d+)?(?:e[-+]?\d+)?", text)}


def missing(page: Page) -> list[float]:
    """Numbers of the JSON inside a page that its text lacks."""
    found = shown(page.text)
    return [one for one in numbers(json.loads(page.scripts[0])) if float(one) not in found]


def written(tmp_path: Path, asked: list[str]) -> tuple[Page, dict[str, Any]]:
    """The page of an answer that was saved as JSON."""
    saved, file = tmp_path / "run.json", tmp_path / "run.html"
    assert main([*asked, "--format", "json", "-o", str(saved)]) in (AGREE, DIFFER, UNDECIDED)
    assert main(["report", str(saved), "--format", "html", "-o", str(file)]) == AGREE
    return Page(file.read_text(encoding="utf-8")), json.loads(saved.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_number_of_the_answer_stands_in_the_page(name: str, tmp_path: Path) -> None:
    page, data = written(tmp_path, COMMANDS[name])
    assert json.loads(page.scripts[0]) == data
    assert not missing(page)
    assert not page.open


@pytest.mark.parametrize("command", ["study", "survey"])
def test_sums_are_whole_too(command: str, tmp_path: Path) -> None:
    file, formulas = tmp_path / "run.html", tmp_path / "formulas.txt"
    formulas.write_text("one/a: x*y\none/b: sin(x)**2\nnone: x +\n", encoding="utf-8")
    asked = {
        "study": ["l = x; repeat n: l = 4*l*(1 - l)", "--n", "1:4", "--at", "x=0.3", "--budget", "2"],
        "survey": [str(formulas), "--workers", "1", "--budget", "1"],
    }
    main([command, *asked[command], "--format", "html", "-o", str(file)])
    page = Page(file.read_text(encoding="utf-8"))
    assert not missing(page)
    assert not page.open


def test_a_report_of_one_formula_is_small(tmp_path: Path) -> None:
    file = tmp_path / "run.html"
    assert main(
        ["compare", "(1 - cos(x))/x**2 + y*exp(-x*y)", "--budget", "4", "--format", "html", "-o", str(file)]
    ) in (0, 3)
    text = file.read_text(encoding="utf-8")
    assert len(text.encode()) <= ONE_FORMULA
    assert '<svg role="img"' in text
    assert "Bits right" in text
    assert not missing(Page(text))


def test_every_field_has_its_place() -> None:
    """The comparison in which every field holds something, infinities among them."""
    found = everything()
    page = Page(html.page(found.to_dict(), [(found.formula, found)]))
    assert not missing(page)
    assert "too wrong" in page.text


def test_nothing_typed_is_markup() -> None:
    name = "<img src=x onerror=alert(1)>"
    data = {"command": "compare", "results": [{"name": None, "formula": name, "error": "</script><b>"}]}
    text = html.page(data, [(name, None)])
    page = Page(text)
    assert not {"img", "b"} & set(page.tags)
    assert name in page.text
    assert page.scripts[0].count("</script>") == 0
    assert json.loads(page.scripts[0]) == data
    assert html_parts.markup('"<&') == "&quot;&lt;&amp;"
    assert "<b>" in table(("a", "b"), [("<b>", Markup("<b>1</b>"))], "<b>")
    assert table(("<i>",), [("<i>",)], "<i>").count("<i>") == 0


def test_the_policy_lets_only_its_own_script_run() -> None:
    found = everything()
    text = html.page(found.to_dict(), [(found.formula, found)])
    policy = re.search(r'Content-Security-Policy" content="(.*?)"', text)
    assert policy is not None
    script = Page(text).scripts[1]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"default-src 'none'; script-src 'sha256-{digest}';" in policy[1]
    assert "wasm" not in policy[1]
    assert not re.search(r"(?:src|href)=|url\(|@import|https?:", text.replace("http://www.w3.org/2000/svg", ""))


def test_errors_are_left_out_where_nobody_asked_for_them() -> None:
    found = symad.compare("x*y", points=[[1.0, 2.0], [3.0, 4.0]], errors=True, budget=3)
    whole, lean = (html.page(found.to_dict(), [("x*y", found)], errors=kept) for kept in (True, False))
    for text, kept in ((whole, True), (lean, False)):
        page = Page(text)
        assert ('"judged":' in page.scripts[0]) is kept
        assert not missing(page)
        assert "Bits right" in page.text


def test_many_formulas_are_folded_and_refusals_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "formulas.txt"
    file.write_text("good: x*y\nbad: x +\n", encoding="utf-8")
    assert main(["steps", "-f", str(file), "--at", "x=2,y=1/3", "--format", "html"]) == USAGE
    page = Page(capsys.readouterr().out)
    assert page.tags.count("details") == 2
    assert "good" in page.text
    assert "ends too early" in page.text
    assert not missing(page)


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("x**2/(y - 1)", "<mfrac><msup><mi>x</mi><mn>2</mn></msup><mrow><mi>y</mi><mo>−</mo><mn>1</mn></mrow></mfrac>"),
        ("x - (-y)", "<mo>(</mo><mrow><mo>−</mo><mi>y</mi></mrow><mo>)</mo>"),
        ("(-x)**2", "<msup><mrow><mo>(</mo><mrow><mo>−</mo><mi>x</mi></mrow><mo>)</mo></mrow><mn>2</mn></msup>"),
        ("x - (y - z)", "<mi>x</mi><mo>−</mo><mrow><mo>(</mo>"),
        ("alpha*x_1", "<mi>α</mi><mo>\u2062</mo><msub><mi>x</mi><mn>1</mn></msub>"),
        ("2.5e-7*x", "<mn>2.5</mn><mo>·</mo><msup><mn>10</mn><mn>-7</mn></msup>"),
        ("a = x**2; a*sin(a)", "<math><mi>a</mi><mo>=</mo><msup><mi>x</mi><mn>2</mn></msup></math>"),
        ("Piecewise((x, x > 0), (y, x < -1), (0, True))", "<mtext>otherwise</mtext>"),
        ("y*sin(x)", '<mo>\u2062</mo><mspace width="0.17em"></mspace><mrow><mi>sin</mi>'),
        ("(x, 2*x)", "<math><msub><mi>f</mi><mn>2</mn></msub><mo>="),
    ],
)
def test_formulas_are_set(text: str, holds: str) -> None:
    assert holds in mathml.equations(text)


def test_what_is_too_long_or_no_formula_is_not_set() -> None:
    assert not mathml.equations("+".join(["x"] * 200))
    assert not mathml.equations("x +")
    assert not mathml.equations("t1 = x*x; " + " ".join(f"t{k} = t{k - 1}*t{k - 1};" for k in range(2, 60)) + " t59")
