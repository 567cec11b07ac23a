"""The same bits from a scalar loop and from every instruction set and compiler at hand, row by row."""

from __future__ import annotations

import re
from pathlib import Path

import c_compilers
import pytest

from symad.formula.ops import ROWS, Row

ROOT = Path(__file__).resolve().parents[2]
DRIVER = ROOT / "tests" / "c" / "kernel_bits.c"
NAMES = ("kernels", "elementary", "power", "hyperbolic", "trigonometric", "error_function")
KERNELS = [f"kernels/{name}.h" for name in NAMES]
SETS = {  # the flags of a compiler, and what the processor must have
    "narrow": ((), ""),
    "avx2": (("-mavx2",), "avx2"),
    "avx512": (("-mavx512f", "-mavx512dq", "-mavx512vl", "-mprefer-vector-width=512"), "avx512dq"),
}
PLAIN = ("-fno-tree-vectorize", "-fno-tree-slp-vectorize")


def has(feature: str) -> bool:
    """Whether the processor runs the set; where that is not told, only the narrowest."""
    told = Path("/proc/cpuinfo")
    return not feature or (told.is_file() and feature in told.read_text(encoding="utf-8").split())


def own_rows() -> list[Row]:
    """Rows whose value is one call of a kernel that needs no special function."""
    text = "".join((ROOT / "csrc" / name).read_text(encoding="utf-8") for name in KERNELS)
    own = set(re.findall(r"^static inline double (k_\w+)\(", text, re.M))
    calls = {r: re.fullmatch(r"(k_\w+)\(a(?:, b)?\)", r.value) for r in ROWS.values()}
    return [r for r, call in calls.items() if call and call[1] in own]


def bits(compiler: str, folder: Path, *flags: str) -> dict[str, str]:
    """A hash of each row's results, from a driver built with these flags."""
    rows = " ".join(f"R{r.arity}({r.name})" for r in own_rows())
    program = folder / "bits"
    c_compilers.run(
        *(c_compilers.compiler(compiler)[0], "-std=c11", "-O3", *c_compilers.ARITHMETIC[1:], *flags, f"-DROWS={rows}"),
        *(f"-I{ROOT / 'csrc'}", f"-I{ROOT / 'csrc' / 'include'}", DRIVER, ROOT / "symad" / "lib" / "libsymad.a"),
        *("-o", program, "-lm"),
    )
    return dict(line.rsplit(" ", 1) for line in c_compilers.run(program).stdout.splitlines())


@pytest.fixture(scope="module")
def scalar(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """One lane after the other."""
    return bits("gcc", tmp_path_factory.mktemp("scalar"), *PLAIN)


def test_fast_kernels_and_their_repairs_are_the_rows(scalar: dict[str, str]) -> None:
    """Those of fast_rows.h and of rows that are computed together, and that different rows do differ."""
    tiled = {name: found for name, found in scalar.items() if " " in name}
    assert len(tiled) >= 20
    assert tiled == {name: scalar[name.partition(" ")[2]] for name in tiled}
    assert len(set(scalar.values())) == len(own_rows())


@pytest.mark.parametrize(("compiler", "name"), [("gcc", n) for n in SETS] + [("clang", "avx2")])
def test_vectors_give_the_bits_of_a_scalar(compiler: str, name: str, scalar: dict[str, str], tmp_path: Path) -> None:
    flags, feature = SETS[name]
    if not has(feature):
        pytest.skip(f"the processor has no {feature}")
    assert bits(compiler, tmp_path, *flags) == scalar
