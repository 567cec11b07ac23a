"""The shape of the house: who may import whom, who may name what, how large a room may be.

Reads the sources of the checkout and runs a few fresh interpreters; knows no mathematics.
"""

from __future__ import annotations

import ast
import importlib.metadata
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "symad"
CORE = ROOT / "csrc"

# Lowest first, one room a layer; ARCHITECTURE shows the same list. A room imports from those before it.
ROOMS = (
    "errors", "system", "_core", "formula", "derive", "inputs", "emission", "tape", "arrays", "functions", "interop",
    "numeric", "symbolic", "comparison", "answers", "surveys", "studies", "lecture", "page", "report", "testing",
    "commands", "cli", "__main__",
)  # fmt: skip
# The fluent interface: methods that hand their object on to a later room, which is loaded when they are called, or
# named in a type. Each is a pair of the module and of what it loads.
HANDS_ON = {
    ("comparison.findings", "answers.comparing"),
    ("comparison.findings", "answers.facts"),
    ("comparison.result", "answers.comparing"),
    ("comparison.result", "answers.facts"),
    ("comparison.result", "report.comparison"),
    ("comparison.result", "report.comparison_json"),
    ("comparison.result", "report.csv_text"),
    ("comparison.result", "report.data_frame"),
    ("comparison.result", "report.document"),
    ("comparison.result", "report.saved"),
    ("comparison.result", "report.screen"),
    ("answers.derivative", "report.notebook"),
    ("formula.expression", "page.writing"),
    ("formula.given", "symbolic.bridge"),
    ("formula.operators", "derive.automatic"),
    ("formula.expression", "symbolic.bridge"),
    ("formula.expression", "tape.tape"),
    ("formula.shown", "report.cards"),
    ("formula.shown", "report.notebook"),
    ("studies.study", "report.curves"),
    ("studies.study", "report.data_frame"),
    ("studies.study", "report.document"),
    ("studies.study", "report.study"),
    ("surveys.journal", "report.saved"),
    ("surveys.summary", "report.data_frame"),
    ("surveys.summary", "report.document"),
    ("surveys.summary", "report.survey"),
    ("surveys.work", "report.comparison_json"),
    ("surveys.work", "report.document"),
    ("tape.programs", "numeric.refining"),
    ("tape.sweeps", "report.csv_text"),
    ("tape.sweeps", "report.data_frame"),
}
# The package's own door loads every public name lazily; the recipe runs at build time only.
OUTSIDE = {"__init__", "_build"}
C_ROOMS = (
    "include", "base", "numbers", "kernels", "special", "sweep", "bounds", "text", "graph", "derive", "engine", "plan",
    "code", "sums", "loops", "files", "families", "parse", "read",
)  # fmt: skip

SYMPY_ROOMS = {"symbolic"}
FORBIDDEN_CALLS = {"eval", "exec", "compile", "sympify", "parse_expr", "__import__"}
MODULE_LINES = 400
FUNCTION_LINES = 40
C_FILE_LINES = 500
HEADER_LINES = 700  # of symad.h, a reference: mostly comments
C_FUNCTION_LINES = 60

MODULES = sorted(PACKAGE.rglob("*.py"))
C_SOURCES = sorted(path for path in CORE.rglob("*") if path.suffix in {".c", ".h"})


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def room(path: Path) -> str:
    """The room that a file belongs to: a module, or a whole sub-package."""
    parts = path.relative_to(PACKAGE).parts
    return parts[0].removesuffix(".py")


def module(path: Path) -> str:
    """A module by the name that is imported, below symad."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(node: ast.AST, path: Path) -> Iterator[str]:
    """Dotted names that one import statement loads, relative ones made absolute."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        package = ("symad", *path.relative_to(PACKAGE).parts[:-1])
        base = list(package[: len(package) - node.level + 1]) if node.level else []
        base += node.module.split(".") if node.module else []
        yield from (".".join([*base, alias.name]) for alias in node.names)


def is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def imports(path: Path) -> Iterator[tuple[str, str]]:
    """Each import of a file and when it happens: on "load", on a "call", or never, for the "types" alone."""
    pending: list[tuple[ast.AST, str]] = [(ast.parse(path.read_text(encoding="utf-8")), "load")]
    while pending:
        node, when = pending.pop()
        for target in imported(node, path):
            yield target, when
        if is_type_checking(node):
            when = "types"
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) and when == "load":
            when = "call"
        pending += [(child, when) for child in ast.iter_child_nodes(node)]


def python(code: str) -> str:
    """Output of a fresh interpreter."""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return result.stdout


def loaded_by(path: Path) -> Iterator[tuple[str, str]]:
    """The modules of the package that a file imports, and when."""
    known = {module(one) for one in MODULES}
    for target, when in imports(path):
        parts = target.split(".")
        if parts[0] == "symad" and parts[1:2] != ["_symad"]:
            found = next(
                (".".join(parts[1:end]) for end in range(len(parts), 1, -1) if ".".join(parts[1:end]) in known), ""
            )
            assert found, f"{name(path)} imports {target}: name the module, not the package"
            yield found, when


def rooms_in_architecture(heading: str) -> list[str]:
    """The first column of the table below a heading."""
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").partition(heading)[2].split("\n## ")[0]
    return re.findall(r"^\| `([\w]+)/?(?:\.py)?` \|", text, re.MULTILINE)


def test_every_room_has_its_place_in_the_list_and_in_architecture() -> None:
    assert {room(path) for path in MODULES} - OUTSIDE == set(ROOMS)
    assert rooms_in_architecture("## Rooms of Python") == list(ROOMS)
    assert {path.parent.name for path in C_SOURCES} == set(C_ROOMS)
    assert rooms_in_architecture("## Rooms of C") == list(C_ROOMS)


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_imports_go_downward(path: Path) -> None:
    own = room(path)
    if own in OUTSIDE:
        pytest.skip("stands outside the layers")
    for target, when in loaded_by(path):
        other = target.split(".")[0]
        downward = other == own or ROOMS.index(other) < ROOMS.index(own)
        handed_on = when != "load" and (module(path), target) in HANDS_ON
        assert downward or handed_on, f"{module(path)} imports {target}, which is not below it"


def test_every_exception_is_one() -> None:
    found = {(module(path), target) for path in MODULES for target, when in loaded_by(path) if when != "load"}
    assert found >= HANDS_ON


def test_no_circle_at_import() -> None:
    """Inside the rooms too: what a module loads never loads that module."""
    loads = {module(path): {t for t, when in loaded_by(path) if when == "load"} - {module(path)} for path in MODULES}
    loads.pop("")  # the door loads nothing before it is asked
    while leaves := {one for one, needs in loads.items() if not needs & loads.keys()}:
        loads = {one: needs for one, needs in loads.items() if one not in leaves}
    assert not loads


def calls_in_c() -> set[tuple[str, str]]:
    """Pairs of C files, the first of which uses what the second defines: as the linker sees them."""
    library = Path(python("import symad; print(symad.get_lib())").strip()) / "libsymad.a"
    told = subprocess.run(["nm", "-A", str(library)], capture_output=True, text=True, check=True).stdout
    homes: dict[str, str] = {}
    uses: list[tuple[str, str]] = []
    for line in told.splitlines():
        *_, member, rest = line.split(":")
        file, (*_, kind, symbol) = member.removesuffix(".o").replace("-", "/", 1), rest.split()
        if kind == "U":
            uses.append((file, symbol))
        elif kind.isupper():
            homes[symbol] = file
    return {(file, homes[symbol]) for file, symbol in uses if symbol in homes}


def test_c_calls_go_downward_and_in_no_circle() -> None:
    calls = calls_in_c()
    assert len(calls) > 100
    rooms = {(user.split("/")[0], home.split("/")[0]) for user, home in calls}
    assert not [(user, home) for user, home in rooms if C_ROOMS.index(user) < C_ROOMS.index(home)]
    files = {file for pair in calls for file in pair}
    while leaves := {file for file in files if not any(user == file and home in files for user, home in calls)}:
        files -= leaves
    assert not files


def test_sources_of_c_have_names_of_their_own() -> None:
    """Objects may lie in one folder."""
    names = [path.name for path in C_SOURCES if path.suffix == ".c"]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_sympy_stays_in_its_rooms_and_loads_late(path: Path) -> None:
    for target, when in imports(path):
        if target.split(".")[0] == "sympy" and when != "types":
            assert room(path) in SYMPY_ROOMS, f"{name(path)} imports {target}"
            assert when == "call", f"{name(path)} loads {target} before it is needed"


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_only_core_crosses_the_boundary(path: Path) -> None:
    if room(path) == "_core":
        return
    assert not [target for target, _ in imports(path) if target.startswith("symad._symad")]
    if room(path) != "_build":
        assert not [target for target, _ in imports(path) if target.split(".")[0] == "cffi"]


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_the_environment_is_read_by_commands(path: Path) -> None:
    """And where a library cannot do without: what compiles for browsers, the user's folder of caches, and the switch of
    machine code, which is for those who run somebody else's program."""
    known = {"symad/page/core.py", "symad/system/cache.py", "symad/_core/code.py"}
    if room(path) in {"commands", "cli"} or name(path) in known:
        return
    assert not re.search(r"\benviron\b|\bgetenv\b", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_short_ways_swallow_nothing(path: Path) -> None:
    """An error of what a Tape runs is told: no handler there that does nothing."""
    if room(path) not in {"tape", "_core"}:
        return
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ExceptHandler):
            assert not all(isinstance(step, ast.Pass) for step in node.body), node.lineno


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_nothing_evaluates_text(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            function = node.func
            called = function.id if isinstance(function, ast.Name) else None
            if isinstance(function, ast.Attribute) and function.attr in {"sympify", "parse_expr"}:
                called = function.attr
            if called == "compile":  # our own step of that name is fine, the builtin of three arguments is not
                assert len(node.args) < 3, f"{name(path)}:{node.lineno}"
            else:
                assert called not in FORBIDDEN_CALLS, f"{name(path)}:{node.lineno} calls {called}"


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_python_rooms_stay_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MODULE_LINES
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0]
            documented = ast.get_docstring(node, clean=False) is not None
            start = (first.end_lineno or first.lineno) + 1 if documented else node.lineno
            assert (node.end_lineno or start) - start < FUNCTION_LINES, f"{name(path)}:{node.lineno} {node.name}"


@pytest.mark.parametrize("path", C_SOURCES, ids=name)
def test_c_rooms_stay_small_and_plain(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) < (HEADER_LINES if path.name == "symad.h" else C_FILE_LINES)
    assert not [line for line in lines if re.match(r"\s*#\s*include\s*[<\"]Python\.h", line)]
    start = None
    for number, line in enumerate(lines):
        if re.match(r"^[A-Za-z].*\)\s*\{$|^ +.*\)\s*\{$", line) and start is None and not line.startswith("  "):
            start = number
        if line.startswith("}") and start is not None:
            body = lines[start:number]
            from_table = any("symad_ops.def" in text for text in body)
            assert from_table or len(body) < C_FUNCTION_LINES, f"{name(path)}:{start + 1}"
            start = None


def test_public_header_needs_only_two_standard_headers() -> None:
    header = (CORE / "include" / "symad.h").read_text(encoding="utf-8")
    assert set(re.findall(r"#include <(.+?)>", header)) == {"stddef.h", "stdint.h"}


@pytest.mark.parametrize("argument", ["--version", "--help"])
def test_short_answers_import_neither_numpy_nor_sympy(argument: str) -> None:
    output = python(
        "import sys\n"
        "from symad.cli import main\n"
        "try:\n"
        f"    main([{argument!r}])\n"
        "except SystemExit:\n"
        "    pass\n"
        "print(sorted({'numpy', 'sympy', 'mpmath'} & set(sys.modules)))\n"
    )
    assert output.splitlines()[-1] == "[]"


def test_parsing_compiling_and_evaluating_never_load_sympy() -> None:
    output = python(
        "import sys, symad\n"
        "symad.compile('(x**2 + sin(x**2))*x**2').value_and_gradient(2.0)\n"
        "print(sorted({'sympy', 'mpmath'} & set(sys.modules)))\n"
    )
    assert output == "[]\n"


def test_versions_agree() -> None:
    header = (CORE / "include" / "symad.h").read_text(encoding="utf-8")
    written = ".".join(re.findall(r"#define SYMAD_VERSION_(?:MAJOR|MINOR|PATCH) (\d+)", header))
    loaded = python("import symad; print(symad.__version__)").strip()
    compiled = python("from symad._symad import ffi, lib; print(ffi.string(lib.symad_version()).decode())").strip()
    assert importlib.metadata.version("symad") == loaded == compiled == written


def test_headers_beside_the_package_are_those_of_the_core() -> None:
    installed = Path(python("import symad; print(symad.__path__[0])").strip())
    for path in sorted((CORE / "include").iterdir()):
        copy = installed / "include" / path.name
        assert copy.read_bytes() == path.read_bytes(), "build again: the copied headers are old"
    copies = sorted(path for path in (installed / "csrc").rglob("*") if path.is_file())
    names = {copy.relative_to(installed / "csrc").as_posix() for copy in copies}
    assert {"kernels/kernels.h", "kernels/lists.h", "special/gamma.c"} <= names
    for name in names:  # those of kernels; exported formulas, which carry them, are compiled by test_emission
        own, copy = CORE / name, installed / "csrc" / name
        assert copy.read_bytes() == own.read_bytes(), "build again: the copied sources are old"


def test_every_command_is_in_the_table_and_has_its_three_parts() -> None:
    from symad.commands import COMMANDS

    parts = {"HELP", "add_options", "run"}
    found = set()
    for path in sorted((PACKAGE / "commands").glob("*.py")):
        body = ast.parse(path.read_text(encoding="utf-8")).body
        names = {node.name for node in body if isinstance(node, ast.FunctionDef)}
        targets = [target for node in body if isinstance(node, ast.Assign) for target in node.targets]
        names |= {target.id for target in targets if isinstance(target, ast.Name)}
        if {"add_options", "run"} & names:
            assert parts <= names, f"{name(path)} lacks {parts - names}"
            found.add(path.stem)
    assert found == set(COMMANDS.values())
