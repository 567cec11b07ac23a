"""The text of exported C: names, kinds of outputs, parts, kernels as text, refusals."""

from __future__ import annotations

import ctypes
import re
import shutil
import subprocess
import sys
from pathlib import Path

import c_compilers
import numpy as np
import pytest

import symad
from symad.cli import main
from symad.emission import KINDS, statements
from symad.emission.functions import functions
from symad.emission.library import SOURCES, Library
from symad.emission.naming import left_to_the_library
from symad.emission.program import STEPS_A_PART, Program
from symad.emission.scanner import scan
from symad.emission.statements import kernels_of, literal, value_text
from symad.errors import ExpressionError, UnsupportedError
from symad.formula.ops import ROWS

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "embed" / "export"
AWKWARD = (
    "double = x*in_ + sin(k_sin); value = double*y1 + gamma*unix; work = value + t1*lanes; "
    "f = work*POWER_BY_PRODUCT + new; f**2 + struct/x**3 + NAN"
)


def words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text))


def test_names_of_the_text_are_kept_where_c_allows_them() -> None:
    text = symad.emit_c("speed = v0 + a*t; speed**2/2*mass", outputs=["value", "gradient"])
    assert "const double speed = v0 + t1;" in text
    assert {"v0", "mass"} <= words(text)


@pytest.mark.parametrize("name", c_compilers.LANGUAGES)
def test_names_that_c_or_the_file_uses_get_an_underscore(name: str, tmp_path: Path) -> None:
    text = symad.emit_c(AWKWARD)
    assert {"double_", "value_", "work_", "f_", "unix_", "k_sin_", "new_"} <= words(text)
    assert c_compilers.selftest(text, name, tmp_path) == "the same bits\n"


@pytest.mark.parametrize("name", ["", "9f", "a b", "double", "sin", "k_exp", "f;"])
def test_a_function_needs_a_c_name(name: str) -> None:
    with pytest.raises(ExpressionError, match="cannot name a C function"):
        symad.emit_c("x", name=name)


@pytest.mark.parametrize("outputs", [[], ["value", "value"], ["values"]])
def test_outputs_are_known_and_given_once(outputs: list[str]) -> None:
    with pytest.raises(ExpressionError, match="outputs are among value, gradient"):
        symad.emit_c("x", outputs=outputs)


def test_gradient_of_a_tuple_is_refused_and_its_jacobian_is_the_default() -> None:
    with pytest.raises(ExpressionError, match="one output"):
        symad.emit_c("(x, y)", outputs=["gradient"])
    assert "void f_jacobian(const double *in, double *jacobian, double *work);" in symad.emit_c("(x, y)")


def test_every_kind_of_output(tmp_path: Path) -> None:
    formula = "r = hypot(x, y); s = Max(x*y, r, 1/2); Piecewise((s*tanh(x), x > y), (r + norm(x, y, s), True))"
    text = symad.emit_c(formula, outputs=KINDS, points=[[0.5, 0.25], [0.0, 0.0], [1.0, 1.0], [-2.0, 3.5]])
    assert c_compilers.selftest(text, "gcc", tmp_path) == "the same bits\n"
    pair = symad.emit_c("(x*y, 2, x)", outputs=["value", "jacobian", "jvp", "vjp"])
    assert c_compilers.selftest(pair, "gcc", tmp_path) == "the same bits\n"


@pytest.mark.parametrize("name", c_compilers.LANGUAGES)
def test_batches_in_every_language(name: str, tmp_path: Path) -> None:
    """Angles of every size, ties, dead branches, numbers as operands, more points than lanes."""
    formula = (
        "s = sin(x)*cos(x) + cos(y); m = Max(x, y, 1) + norm(x, y, 2)*x**3; t = tan(y)/(x**2.5 + 1);"
        "Piecewise((s*m, x > y), (log(x)*exp(y) + 3*t, True)) + tanh(x - y)/2"
    )
    points = [[0.1 * k, 2.0 - 0.1 * k] for k in range(30)] + [[1e7, 3.0], [0.0, -0.0], [1.0, 1.0], [-1.0, 1e300]]
    text = symad.emit_c(formula, outputs=["value", "gradient", "hvp"], batch=True, points=points)
    assert c_compilers.selftest(text, name, tmp_path) == "the same bits\n"


def test_long_batches_come_in_parts(tmp_path: Path) -> None:
    steps = "; ".join(f"a{i + 1} = sin(a{i})*x + a{i - i % 7}/y" for i in range(1, 200))
    text = symad.emit_c(f"a1 = x + y; {steps}; a200*a100", batch=True)
    assert "f_lanes2(" in text
    assert c_compilers.selftest(text, "gcc", tmp_path, "-O1", "-march=native") == "the same bits\n"


def test_rows_of_the_same_operands_come_from_one_kernel(tmp_path: Path) -> None:
    """A power with both slopes, with one of them for a number as exponent, and tanh with its own."""
    text = symad.emit_c("x**y + x**2.5 + tanh(x)*sin(y)", batch=True, points=[[0.5, 1.5], [-0.25, 2.0], [3.0, 0.0]])
    assert len(set(re.findall(r"(lanes_(?:powers|tanh_sech2|sincos)_\d+)_any", text))) == 4
    assert "k_pow_db(" in text
    assert c_compilers.selftest(text, "gcc", tmp_path, "-O2", "-march=native") == "the same bits\n"


def test_powers_are_written_by_the_rule_of_the_kernels(tmp_path: Path) -> None:
    """By products, by pairs of products, beyond: bounds and bits are those of the header."""
    header = (SOURCES / "kernels" / "kernels.h").read_text(encoding="utf-8")
    bounds = dict(re.findall(r"#define (POWER_BY_(?:PRODUCT|PAIRS)) (\d+)", header))
    assert bounds == {
        "POWER_BY_PRODUCT": f"{statements.BY_PRODUCT:.0f}",
        "POWER_BY_PAIRS": f"{statements.BY_PAIRS:.0f}",
    }
    assert [statements.product_text(n) for n in (1, 3, 5)] == ["a", "a * a * a", "a * a * (a * a) * a"]
    assert statements.product_text(6) == "a * a * a * (a * a * a)"
    powers = " + ".join(f"x**{n}" for n in (-65, -64, -7, -4, -1, 2, 3, 4, 5, 6, 7, 12, 64, 65))
    text = symad.emit_c(powers, batch=True, points=[[0.75], [-1.5], [0.0], [1e-300], [1e300], [2.0]])
    assert c_compilers.selftest(text, "gcc", tmp_path, "-O2", "-march=native") == "the same bits\n"


def test_the_selftest_finds_a_wrong_operation(tmp_path: Path) -> None:
    text = symad.emit_c("x*y + z")
    path = tmp_path / "wrong.c"
    path.write_text(text.replace("x * y", "x * x"), encoding="utf-8")
    c_compilers.run(*c_compilers.compiler("gcc"), "-DSYMAD_SELFTEST", path, "-o", tmp_path / "wrong", "-lm")
    found = subprocess.run([tmp_path / "wrong"], capture_output=True, text=True, check=False)
    assert found.returncode == 1
    assert "numbers differ" in found.stdout


def test_the_header_names_the_outputs() -> None:
    assert " * outputs: r, number 1\n" in symad.emit_c("r = x*y; (r, x - y)")
    assert "outputs:" not in symad.emit_c("x*y")


def test_formulas_without_variables_or_operations(tmp_path: Path) -> None:
    for formula in ("exp(2)/3", "x", "(1, 1e400, -0.0, x)", "Piecewise((1, x > 0))"):
        assert c_compilers.selftest(symad.emit_c(formula), "gcc", tmp_path) == "the same bits\n"


def test_the_header_says_what_it_is() -> None:
    head = symad.emit_c("# a */ comment\nx*exp(x)").split("*/")[0]
    assert "x*exp(x)" in head
    assert re.search(r"f: value\[1\], gradient\[1\], work\[0\]; \d+ operations \(", head)
    assert "C library" not in head
    for entry in ROWS.values():  # symad computes every row itself: the same bits whatever C library there is
        assert not left_to_the_library(words(entry.value)), entry.name


def test_long_functions_come_in_parts_with_a_stated_work_size(tmp_path: Path) -> None:
    steps = "; ".join(f"a{i + 1} = sin(a{i})*x + a{i - i % 7}/y" for i in range(1, 300))
    expression = symad.parse(f"a1 = x + y; {steps}; a300*a150")
    made = functions(expression, "f", ("value", "gradient"), steps_a_part=97)
    program = made[0].program
    assert max(len(part.steps) for part in program.parts) == 97
    assert 0 < program.n_slots < len(program.steps)
    text = symad.emit_c(expression)
    assert f"#define F_WORK {functions(expression, 'f', ('value', 'gradient'))[0].program.n_slots}\n" in text
    assert c_compilers.selftest(text, "gcc", tmp_path, "-O1") == "the same bits\n"


SPARSE = "(x*y*exp(z), 2*x + 3*y, 7, Piecewise((z**2, z > x), (y, True)), x, t)"


@pytest.mark.parametrize("name", c_compilers.LANGUAGES)
def test_sparse_matrices_in_every_language(name: str, tmp_path: Path) -> None:
    text = symad.emit_c(SPARSE, outputs=["value", "jacobian", "hessian"], sparse=True)
    assert "extern const int f_jacobian_rows[9];" in text
    assert "lower triangle of a symmetric matrix 4 x 4 with 4 entries" in " ".join(text.split("*/")[0].split("\n * "))
    assert c_compilers.selftest(text, name, tmp_path) == "the same bits\n"


def test_sparse_matrices_of_many_points(tmp_path: Path) -> None:
    text = symad.emit_c(SPARSE, outputs=["jacobian", "hessian"], sparse=True, batch=True)
    assert c_compilers.selftest(text, "gcc", tmp_path) == "the same bits\n"


def test_a_matrix_without_entries(tmp_path: Path) -> None:
    text = symad.emit_c("x + 2*y", sparse=True)
    assert "#define F_HESSIAN_ENTRIES 0\n" in text
    assert "f_hessian: hessian[0], work[0]; 0 operations; " in text
    assert c_compilers.selftest(text, "gcc", tmp_path) == "the same bits\n"


def test_sparse_needs_a_matrix() -> None:
    with pytest.raises(ExpressionError, match="sparse is for jacobian and hessian: value, gradient has no sparse form"):
        symad.emit_c("x*y", outputs=["value", "gradient"], sparse=True)


def test_what_is_held_has_no_slopes(tmp_path: Path) -> None:
    expression = symad.parse("a*exp(-b*t) + a**2*y", held=["t", "y"])
    kinds = [kind for kind in KINDS if kind != "vjp"]
    for sparse in (False, True):
        text = symad.emit_c(expression, outputs=kinds, sparse=sparse)
        assert " * held, no slopes are by these: t, y\n" in text
        assert "f: value[1], gradient[2], work[0]" in text
        assert "f_jvp: direction[2], jvp[1]" in text
        assert f"f_hessian: hessian[{3 if sparse else 4}]" in text
        assert c_compilers.selftest(text, "gcc", tmp_path) == "the same bits\n"
    assert "f_vjp: weight[2], vjp[1]" in symad.emit_c(symad.parse("(a*t, t)", held=["t"]), outputs=["vjp"])


@pytest.mark.parametrize("batch", [False, True])
def test_what_is_fixed_is_a_number_with_the_bits_of_an_input(batch: bool, tmp_path: Path) -> None:
    tape = symad.compile("k*exp(-Ea/(R*T)) + sin(R)*cos(R)**2*T**R").fix(R=8.314, k=0.1)
    text = tape.to_c(outputs=["value", "gradient", "hessian", "hvp"], batch=batch)
    assert " * in: 2 doubles, Ea, T\n * fixed: k = 0.1, R = 8.314\n" in text
    assert "f: value[1], gradient[2]" in text
    assert c_compilers.selftest(text, "gcc", tmp_path) == "the same bits\n"
    library, point = c_compilers.library(text, "gcc", tmp_path), np.array([20.0, 1.5])
    value, gradient = np.empty(()), np.empty(2)
    library.f(*(ctypes.c_void_p(a.ctypes.data) for a in (point, value, gradient)), None)
    assert [value[()], *gradient] == [tape.value(point), *tape.gradient(point)]


def test_fixed_names_are_variables() -> None:
    with pytest.raises(ExpressionError, match="fixed: r is no variable of the formula"):
        symad.emit_c("x*R", fixed={"r": 1.0})


def test_the_hessian_of_several_outputs_is_weighted(tmp_path: Path) -> None:
    text = symad.emit_c("(x*y, x**2*y)", outputs=["hessian"])
    assert "void f_hessian(const double *in, const double *weight, double *hessian, double *work);" in text
    assert c_compilers.selftest(text, "gcc", tmp_path) == "the same bits\n"


def test_a_dense_hessian_has_the_bits_of_the_tape(tmp_path: Path) -> None:
    """One of each pair is computed."""
    formula, point = "sin(x*y)*exp(y*z)/(x + z**3)", np.array([0.3, 1.7, 0.9])
    library = c_compilers.library(symad.emit_c(formula, outputs=["hessian"]), "gcc", tmp_path)
    found = np.empty((3, 3))
    library.f_hessian(*(ctypes.c_void_p(a.ctypes.data) for a in (point, found)), None)
    np.testing.assert_array_equal(found, symad.compile(formula).hessian(point))


@pytest.mark.parametrize("batch", [False, True])
def test_many_outputs_that_are_numbers_come_from_tables(batch: bool, tmp_path: Path) -> None:
    rows = [f"x{k}*{k}.5 + sin(x{k + 1})" for k in range(30)] + ["x1*(0/0)", "-0.0", "x3"]
    text = symad.emit_c(f"({', '.join(rows)})", batch=batch)
    body = text.split("#ifndef F_DECLARATIONS_ONLY")[1].split("#ifdef SYMAD_SELFTEST")[0]
    assert "f_jacobian_fixed_jacobian(jacobian);" in body
    assert body.count("jacobian[") < 40
    assert c_compilers.selftest(text, "gcc", tmp_path) == "the same bits\n"


def test_no_function_has_many_statements() -> None:
    """Sums of many terms and outputs weigh as much as steps."""
    wide = symad.parse(f"({', '.join(f'x{k}' for k in range(900))}, norm({', '.join(f'x{k}*y' for k in range(300))}))")
    for program in (Program(wide), Program(symad.parse("x*y"))):
        for part in program.parts:
            extra = sum(max(len(step.operands) - 2, 0) for step in part.steps)
            assert len(part.steps) == 1 or len(part.steps) + len(part.outputs) + extra <= STEPS_A_PART
        assert sorted(output for part in program.parts for output, _ in part.outputs) == list(
            range(len(program.outputs))
        )


def test_a_chain_of_a_hundred_thousand_operations_is_written() -> None:
    deep = symad.parse("".join(f"a = {'x' if i == 0 else 'a'}*0.5 + 1; " for i in range(50_000)) + "a")
    assert len(Program(deep).steps) == 100_000
    assert symad.emit_c(deep, outputs=["value"]).count("_part") > 100


def test_every_row_has_text_and_kernels() -> None:
    """Whatever the table holds can be exported, structural leaves aside."""
    leaves = {"INPUT", "NUMBER", "PARAMETER"}
    library = Library()
    for entry in ROWS.values():
        if entry.name not in leaves:
            named = words(value_text(entry)) - {"a", "b", "c"}
            assert value_text(entry), entry.name
            assert all(library.has(name) for name in named if name.startswith(("k_", "list_"))), entry.name


@pytest.mark.parametrize("name", c_compilers.LANGUAGES)
def test_all_kernels_compile_strictly_in_one_file(name: str, tmp_path: Path) -> None:
    library = Library()
    rows = [entry for entry in ROWS.values() if value_text(entry)]
    closure = library.closure({word for entry in rows for word in words(value_text(entry))})
    lines = [f"#include <{header}>" for header in closure.headers]
    lines += ["#ifdef __cplusplus", "#define SYMAD_OF(type) type", "#define SYMAD_ZERO {}", "#else"]
    lines += ["#define SYMAD_OF(type) (type)", "#define SYMAD_ZERO {0}", "#endif", closure.text]
    lines += ["double f(double a, double b, double c) {", "  double s = 0.0;"]
    lines += ["  const uint32_t places[1] = {0u};", "  const double v[1] = {c};"]
    for entry in rows:
        call = f"{value_text(entry)}(places, 1u, v)" if entry.arity < 0 else value_text(entry)
        lines.append(f"  s += {call};")
    c_compilers.check_syntax("\n".join([*lines, "  return s;", "}", ""]), name, tmp_path)


def test_an_operation_without_a_kernel_is_refused_by_name(tmp_path: Path) -> None:
    shutil.copytree(SOURCES, tmp_path, dirs_exist_ok=True)
    (tmp_path / "special" / "gamma.c").unlink()
    program = Program(symad.parse("x*gamma(x)"))
    kernels_of([program], Library())
    with pytest.raises(UnsupportedError, match="gamma cannot be exported: k_gamma is not among the kernels"):
        kernels_of([program], Library(tmp_path))


def test_the_scanner_reads_what_headers_hold() -> None:
    found = scan(
        '/* top */\n#ifndef G\n#define G\n#include "a.h"\n#include <math.h>\n#if defined(A)\n#define U 1\n#else\n'
        "#define U 2\n#endif\n/* doc */\nstatic inline double f(double a) {\n  return a > 0 ? a : -a; /* } */\n}\n\n"
        "typedef struct {\n  double h, l;\n} dd;\nenum { ONE, TWO = 5 };\nstatic const int t[2][2] = {{1, 2}, {3}};\n"
        "double g(double (*h)(double), int n);\nextern const dd p, q;\n#define M(a) \\\n  ((a) + 1)\n#endif\n"
    )
    assert [(item.kind, item.names) for item in found.items] == [
        ("macro", ("U",)), ("function", ("f",)), ("type", ("dd",)), ("type", ("ONE", "TWO")), ("object", ("t",)),
        ("declaration", ("g",)), ("declaration", ("p", "q")), ("macro", ("M",)),
    ]  # fmt: skip
    assert found.own_headers == ("a.h",)
    assert found.system_headers == ("math.h",)
    assert found.items[1].text.startswith("/* doc */")
    assert "U 2" in found.items[0].text


def test_names_that_two_sources_use_differently_are_kept_apart(tmp_path: Path) -> None:
    (tmp_path / "kernels").mkdir()
    (tmp_path / "kernels" / "kernels.h").write_text('#include "s.h"\n', encoding="utf-8")
    (tmp_path / "s.h").write_text("double k_a(double a);\ndouble k_b(double a);\n", encoding="utf-8")
    for name, factor in (("a", 2), ("b", 3)):
        code = f"#define N {factor}\nstatic double step(double a) {{\n  return N * a;\n}}\n"
        code += f"double k_{name}(double a) {{\n  return step(a);\n}}\n"
        (tmp_path / f"{name}.c").write_text(code, encoding="utf-8")
    text = Library(tmp_path).closure(["k_a", "k_b"]).text
    assert {"a_step", "b_step", "a_N", "b_N"} <= words(text)
    assert "static double k_a" in text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1, "0.1"),
        (3.0, "3.0"),
        (-0.0, "(-0.0)"),
        (1e300, "1e+300"),
        (float("-inf"), "(-HUGE_VAL)"),
        (5e-324, "5e-324"),
    ],
)
def test_literals_read_back_as_the_same_bits(value: float, text: str) -> None:
    assert literal(value) == text


def test_to_c_writes_the_file(tmp_path: Path) -> None:
    tape = symad.compile("x*y")
    path = tmp_path / "f.c"
    assert tape.to_c(path, name="g") == path.read_text(encoding="utf-8") == symad.emit_c("x*y", name="g")


def test_emit_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["emit", "x*y", "--of", "value, hessian"]) == 0
    assert capsys.readouterr().out == symad.emit_c("x*y", outputs=["value", "hessian"])
    assert main(["emit", "x*y", "--sparse"]) == 0
    assert capsys.readouterr().out == symad.emit_c("x*y", sparse=True)
    assert main(["emit", "x*y", "--sparse", "--stage", "tape"]) == 2
    assert "--sparse is for a C file" in capsys.readouterr().err
    path = tmp_path / "list.txt"
    path.write_text("area: x*y\n", encoding="utf-8")
    assert main(["emit", "-f", str(path), "-o", str(tmp_path / "area.c")]) == 0
    assert (tmp_path / "area.c").read_text(encoding="utf-8") == symad.emit_c("x*y", name="area")
    path.write_text("x*y\nx\n", encoding="utf-8")
    assert main(["emit", "-f", str(path)]) == 2
    assert "emit writes one formula" in capsys.readouterr().err
    assert main(["emit", "x*", "--of", "value"]) == 2
    assert main(["emit", "x", "--of", "slope"]) == 2
    assert "outputs are among" in capsys.readouterr().err


def test_the_bare_example_runs(tmp_path: Path) -> None:
    """By the two commands that its comment shows; its object calls nothing that can allocate or print."""
    c_compilers.compiler("gcc")
    for path in EXAMPLE.iterdir():
        shutil.copy2(path, tmp_path)
    source = (tmp_path / "main.c").read_text(encoding="utf-8")
    commands = [line.split() for line in re.findall(r"^ \*     ((?:symad|cc) .*)$", source, re.M)]
    assert [command[0] for command in commands] == ["symad", "cc"]
    c_compilers.run(sys.executable, "-m", *commands[0], folder=tmp_path)
    c_compilers.run(*commands[1], *c_compilers.STRICT, folder=tmp_path)
    c_compilers.run("./arm", folder=tmp_path)
    c_compilers.run("cc", "-O2", "-c", "arm.c", folder=tmp_path)
    needed = c_compilers.run("nm", "-u", "arm.o", folder=tmp_path).stdout.split()
    assert set(needed) <= {"U", "fma", "frexp", "ldexp", "memcpy"}
