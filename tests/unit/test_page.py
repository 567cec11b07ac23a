"""The command `symad page`, and how the core for browsers is found; what happens in a browser is in tests/page."""

from __future__ import annotations

import json
import re
import stat
from pathlib import Path

import pytest

import symad
from symad.cli import main
from symad.errors import ExpressionError, ParseError
from symad.inputs.sources import Source, SourceError
from symad.page import core as finding
from symad.page import making
from symad.page.assemble import SCRIPTS, lesson
from symad.page.writing import lesson_page, page_of

PAGES = Path(finding.__file__).parent
JS_LINES = 300
ZIG = '#!/bin/sh\nif [ "$1" = version ]; then echo 9.9; exit 0; fi\nfor last; do :; done\necho "wasm of $*" > "$last"\n'


@pytest.fixture
def with_core(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any bytes: these tests do not run them."""
    monkeypatch.setattr("symad.page.writing.core", lambda say: b"core")


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An installation without a core, and a zig of its own that records how it was called."""
    home = tmp_path / "symad" / "page"
    (home / "csrc" / "include").mkdir(parents=True)
    (home / "csrc" / "include" / "symad.h").write_text("/* */", encoding="utf-8")
    (home / "csrc" / "one.c").write_text("int one;", encoding="utf-8")
    monkeypatch.setattr(finding, "_HOME", home)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    zig = tmp_path / "zig"
    zig.write_text(ZIG, encoding="utf-8")
    zig.chmod(zig.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("SYMAD_ZIG", str(zig))
    (tmp_path / "cache").mkdir(mode=0o700)
    return home


def given(page: str) -> dict[str, dict[str, str]]:
    found = re.search(r'id="given">(.*?)</script>', page)
    assert found is not None
    return json.loads(found[1])


def test_a_page_begins_with_its_formula_and_point(with_core: None) -> None:
    page = lesson_page(Source("", "x*sin(y)"), at={"x": 2.0, "y": 0.1})
    assert given(page)["state"] == {"f": "x*sin(y)", "at": "x:2.0,y:0.1"}


def test_a_family_begins_at_its_size(with_core: None) -> None:
    assert given(lesson_page(Source("", "sum(i = 1..n, x[i])"), n=4))["state"]["n"] == "4"
    with pytest.raises(ExpressionError, match="up to n = 200, not 201"):
        lesson_page(Source("", "sum(i = 1..n, x[i])"), n=201)


def test_what_is_no_formula_is_refused_before_there_is_a_page(with_core: None) -> None:
    with pytest.raises(ParseError):
        lesson_page(Source("", "x +"))
    with pytest.raises(ExpressionError, match="z is no variable of this formula"):
        lesson_page(Source("", "x"), at={"z": 1.0})


def test_a_lecturers_file_fills_the_menu(with_core: None) -> None:
    lines = [Source("sine", "sin(x) @ x=pi"), Source("", "sum(i = 1..n, x[i]) @ n=2, x1=1")]
    assert given(lesson_page(Source("", ""), examples=lines))["examples"] == {
        "sine": "sin(x) @ x:3.141592653589793",
        "2: sum(i = 1..n, x[i])": "sum(i = 1..n, x[i]) @ x1:1.0 @ n=2",
    }
    with pytest.raises(SourceError, match=r"l.txt, line 3: .*ends too early"):
        lesson_page(Source("", ""), examples=[Source("", "x +", "l.txt, line 3")])


def test_nothing_in_a_formula_ends_a_script(with_core: None) -> None:
    page = lesson(b"</script>", {"f": "</script><b>"}, {})
    assert page.count("</script>") == 3
    assert given(page)["state"] == {"f": "</script><b>"}


def test_only_its_own_script_may_run(with_core: None) -> None:
    policy = re.search(r'Security-Policy" content="(.*?)"', lesson(b""))
    assert policy is not None
    assert "default-src 'none'" in policy[1]
    assert "http" not in policy[1]
    scripts = "".join((PAGES / name).read_text(encoding="utf-8") for name in SCRIPTS)
    assert not re.search(r"innerHTML|eval\(|fetch\(|XMLHttp|https?://(?!www\.w3\.org)", scripts)


def test_scripts_are_all_there_and_short() -> None:
    assert sorted(path.name for path in PAGES.glob("*.js")) == sorted(SCRIPTS)
    for name in SCRIPTS:
        text = (PAGES / name).read_text(encoding="utf-8")
        assert text.startswith("/* "), f"{name} does not say what it knows"
        assert len(text.splitlines()) <= JS_LINES


def test_an_expression_has_a_page(with_core: None) -> None:
    typed = symad.parse("a = x**2; a + sin(a)")
    assert given(typed.page(at={"x": 2.0}))["state"] == {"f": "a = x**2; a + sin(a)", "at": "x:2.0"}
    family = symad.parse("sum(i = 1..n, x[i]**2)", n=2)
    assert given(page_of(family))["state"] == {"f": str(family)}


def test_the_command_writes_a_page(
    with_core: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "page.html"
    assert main(["page", "x**2", "--at", "x=2", "-o", str(file)]) == 0
    assert given(file.read_text(encoding="utf-8"))["state"] == {"f": "x**2", "at": "x:2.0"}
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", lambda url: opened.append(url) or True)
    assert main(["page", "x**3", "--open", "-o", str(file)]) == 0
    assert opened == [file.resolve().as_uri()]
    assert main(["page", "--at", "x=2"]) == 2
    assert "--at belongs to a formula" in capsys.readouterr().err
    assert main(["page", "x +", "-o", str(file)]) == 2
    assert given(file.read_text(encoding="utf-8"))["state"] == {"f": "x**3"}


def test_the_core_is_made_once(bare: Path) -> None:
    said: list[str] = []
    first = finding.core(said.append)
    assert b"-msimd128" in first
    assert b"one.c" in first
    assert first.endswith(b"symadzig 9.9")
    assert finding.core(said.append) == first
    assert len(said) == 1
    (bare / "csrc" / "one.c").write_text("int two;", encoding="utf-8")
    finding.core(said.append)
    assert len(said) == 2


def test_without_a_core_and_zig_it_is_said_what_to_do(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYMAD_ZIG", "")
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(finding.CoreError, match=r'pip install "symad\[page\]", or take a wheel'):
        finding.core()


def test_a_compiler_that_fails_says_why(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYMAD_ZIG", "false")
    with pytest.raises(finding.CoreError, match="could not be made"):
        finding.core()
    with pytest.raises(making.MakingError, match="no such file"):
        making.version(["no-such-zig"])
