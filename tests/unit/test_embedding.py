"""C and C++ programs that use the installed library: the examples, built as their users build them, and run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from tolerances import PRODUCTS

import symad
from symad.cli import main
from symad.system import installed

ROOT = Path(__file__).resolve().parents[2]
EMBED = ROOT / "examples" / "embed"
STRICT = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]


def need(program: str) -> str:
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"{program} is not installed")
    return found


def config(*options: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["config", *options]) == 0
    return capsys.readouterr().out.strip()


def run(*command: str | Path) -> list[str]:
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=300).stdout.split("\n")[:-1]


def build(name: str, folder: Path, options: str) -> Path:
    """An example, with the flags of ``symad config`` and every warning an error."""
    compiler, standard = (need("c++"), "-std=c++11") if name.endswith(".cpp") else (need("cc"), "-std=c11")
    program = folder / Path(name).stem
    run(compiler, standard, *STRICT, EMBED / name, *options.split(), "-o", program)
    return program


def test_the_program_of_the_readme_prints_a_gradient(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (line,) = re.findall(r"^cc (.*) \$\((?:.*/)?symad config --cflags --libs\) && ./app$", text, re.MULTILINE)
    (source,) = re.findall(r"^cat > app.c <<'END'\n(.*?)^END$", text, re.MULTILINE | re.DOTALL)
    assert line == "app.c -o app"
    (tmp_path / "app.c").write_text(source, encoding="utf-8")
    options = config("--cflags", "--libs", capsys=capsys).split()
    run(need("cc"), "-std=c11", *STRICT, tmp_path / "app.c", *options, "-o", tmp_path / "app")
    value, gradient = symad.compile("x*sin(y)").value_and_gradient([1.0, 2.0])
    assert run(tmp_path / "app") == [" ".join(f"{number:g}" for number in (value, *gradient))]


def test_an_example_prints_a_gradient_or_says_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program = build("gradient.c", tmp_path, config("--cflags", "--libs", capsys=capsys))
    value, gradient = symad.compile("x*sin(y)").value_and_gradient([1.0, 2.0])
    assert [float(v) for v in run(program, "x*sin(y)", "1", "2")] == [value, *gradient]
    for words, because in (
        (("x*(",), "parenthesis"),
        ((), "a formula is missing"),
        (("x*y", "1"), "the formula has 2 variables, 1 numbers are given"),
        (("(x, y)", "1", "2"), "a formula with one value is needed, this has 2"),
    ):
        refused = subprocess.run([program, *words], capture_output=True, text=True, check=False)
        assert (refused.returncode, refused.stdout) == (1, "")
        assert because in refused.stderr


N_MANY = 200
MANY = " + ".join(f"sin(x{k})*x{k + 1}" for k in range(N_MANY - 1))
X_MANY = [0.25 + k / 128 for k in range(N_MANY)]  # exact in few digits
SANITIZED = ("-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-g")


def sanitized(name: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """An example that ends with an error where it goes beyond its memory."""
    (folder / "empty.c").write_text("int main(void) { return 0; }", encoding="utf-8")
    probe = [need("cc"), *SANITIZED, folder / "empty.c", "-o", folder / "empty"]
    if subprocess.run(probe, capture_output=True, check=False).returncode != 0:
        pytest.skip("the compiler has no sanitizers")
    return build(name, folder, f"{' '.join(SANITIZED)} {config('--cflags', '--libs', capsys=capsys)}")


def test_examples_hold_as_many_variables_as_the_formula_has(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tape = symad.compile(MANY)
    value, gradient = tape.value_and_gradient(X_MANY)
    words = [str(number) for number in X_MANY]
    found = run(sanitized("gradient.c", tmp_path, capsys), MANY, *words)
    assert [float(number) for number in found] == [value, *gradient]
    tape.save(tmp_path / "many.symad")
    descent, newton = sanitized("descent.cpp", tmp_path, capsys), sanitized("newton.c", tmp_path, capsys)
    assert len(run(descent, tmp_path / "many.symad", *words)) == N_MANY
    for command in ([descent, tmp_path / "many.symad", "1"], [newton, MANY, "1"]):
        refused = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (refused.returncode in (1, 2), refused.stdout) == (True, "")
        assert "variable" in refused.stderr


@pytest.mark.parametrize("n_points", [0, 1, 511, 512, 1300])
def test_a_plan_runs_over_any_number_of_points(
    n_points: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program = sanitized("points.c", tmp_path, capsys)
    rows = np.array(X_MANY) + np.arange(n_points)[:, None] / 64
    text = "".join(" ".join(map(str, row)) + "\n" for row in rows)
    done = subprocess.run([program, MANY], input=text, capture_output=True, text=True, check=True)
    found = np.array(done.stdout.split(), dtype=float).reshape(n_points, 1 + N_MANY)
    values, gradients = symad.compile(MANY).value_and_gradient(rows)
    assert np.array_equal(found, np.column_stack([values, gradients]))


def test_points_that_are_none_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program = sanitized("points.c", tmp_path, capsys)
    assert run(program, "2 + 3") == ["5"]
    for formula, text, because in (
        ("x*y", "1 2 3", "the last point has 1 numbers of 2"),
        ("x*y", "1 2 z", "something else than numbers"),
        ("x*(", "", "parenthesis"),
        ("(x, y)", "1 2", "the number of outputs does not fit"),
    ):
        refused = subprocess.run([program, formula], input=text, capture_output=True, text=True, check=False)
        assert refused.returncode == 1
        assert because in refused.stderr


def test_newton_finds_roots_and_shows_faults(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program = build("newton.c", tmp_path, config("--cflags", "--libs", capsys=capsys))
    assert run(program, "x**3 - 8", "1")[-1] == "root 2"
    assert abs(float(run(program, "cos(x) - x", "1")[-1].split()[1]) - 0.7390851332151607) < 1e-15
    for equation, status, message in (
        ("cos(x - x", 2, "1:4: this parenthesis is never closed\n  cos(x - x\n     ^\n"),
        ("x*y", 2, "one equation in one variable is needed\n"),
        ("x**2 + 1", 1, ""),
    ):
        found = subprocess.run([program, equation, "1"], capture_output=True, text=True, check=False)
        assert (found.returncode, found.stderr) == (status, message)


def test_a_file_from_python_descends_in_cpp(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program, path = build("descent.cpp", tmp_path, config("--cflags", "--libs", capsys=capsys)), tmp_path / "f.symad"
    symad.compile("(1 - x)**2 + 100*(y - x**2)**2").save(path)
    assert run(program, path, "-1.2", "1") == ["x = 1.000", "y = 1.000"]
    path.write_bytes(path.read_bytes()[:-1])
    refused = subprocess.run([program, path, "0", "0"], capture_output=True, text=True, check=False)
    assert refused.returncode == 1
    assert "byte 16: the file is shorter or longer than it says" in refused.stderr


def moved(folder: Path) -> Path:
    """A copy of the package's library elsewhere, as an installer may unpack it."""
    for name in ("include", "lib"):
        shutil.copytree(Path(symad.get_include()).parent / name, folder / "moved" / name)
    return folder / "moved"


def test_pkg_config_finds_a_moved_library(tmp_path: Path) -> None:
    program, place = need("pkg-config"), moved(tmp_path)
    environment = {**os.environ, "PKG_CONFIG_PATH": str(place / "lib" / "pkgconfig")}

    def answer(*options: str) -> list[str]:
        command = [program, *options, "symad"]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.split()

    flags = answer("--cflags", "--libs")
    assert answer("--modversion") == [symad.__version__]
    for flag in flags:
        if flag[:2] in ("-I", "-L"):
            assert Path(flag[2:]).resolve().is_relative_to(place.resolve())
    executable = build("newton.c", tmp_path, " ".join(flags))
    assert run(executable, "x**2 - 4", "1")[-1] == "root 2"


def test_the_cmake_project_builds_against_a_moved_library(tmp_path: Path) -> None:
    cmake, folder = need("cmake"), tmp_path / "build"
    need("c++")
    place = moved(tmp_path) / "lib" / "cmake" / "symad"
    run(cmake, "-S", EMBED / "cmake", "-B", folder, f"-Dsymad_DIR={place}")
    run(cmake, "--build", folder)
    assert run(folder / "newton", "x**2 - 4", "1")[-1] == "root 2"
    assert run(folder / "gradient", "x*y", "2", "3") == ["6", "3", "2"]


def test_config_answers_in_one_line_or_shows_all(capsys: pytest.CaptureFixture[str]) -> None:
    assert config("--cflags", capsys=capsys) == f"-I{symad.get_include()}"
    assert config("--libs", capsys=capsys) == f"-L{symad.get_lib()} -lsymad -lm"
    assert config("--libs", "--cflags", capsys=capsys) == f"-I{symad.get_include()} -L{symad.get_lib()} -lsymad -lm"
    assert Path(config("--cmakedir", capsys=capsys), "symadConfig.cmake").exists()
    assert Path(config("--pkgconfigdir", capsys=capsys), "symad.pc").exists()
    shown = config(capsys=capsys).split("\n")
    assert [line.split()[0] for line in shown] == ["cflags", "libs", "cmakedir", "pkgconfigdir"]
    assert installed.get_cmake() in shown[2]


def test_least_squares_on_a_file_are_those_of_the_objective(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program, path = sanitized("fit.c", tmp_path, capsys), tmp_path / "data.csv"
    t = np.arange(5000) / 1024
    y = 2 * np.exp(-1.25 * t) + 0.5 + 0.01 * np.cos(37 * t)
    path.write_text("y, t, n\n" + "".join(f"{b!r}, {a!r}, 0\n" for a, b in zip(t.tolist(), y.tolist(), strict=True)))
    found = dict(line.rsplit(" ", 1) for line in run(program, "a*exp(-b*t) + c - y", path, "a=1", "b=1", "c=0")[:4])
    fit = symad.objective("a*exp(-b*t) + c - y", data={"t": t, "y": y}, residual=True)
    p = [float(found[name]) for name in fit.names]
    assert float(found["sum of squares"]) == pytest.approx(2 * fit.value(p), rel=PRODUCTS)
    _, slope, square = fit.gauss_newton(p)
    assert np.abs(np.linalg.solve(square, slope)).max() < 1e-11  # what is left of a step, at 12 printed digits
    for words, because in (
        ((), "usage"),
        (("a*t - y", tmp_path / "none.csv", "a=1"), "usage"),
        (("a*t - y", path), "no start for a"),
        (("a*(", path), "the formula: "),
        (("t - y", path), "the objective: "),
    ):
        refused = subprocess.run([program, *words], capture_output=True, text=True, check=False)
        assert refused.returncode == 1
        assert because in refused.stderr
