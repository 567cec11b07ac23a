"""Nanoseconds an element of a tile of 64, kernel by kernel: `python tests/benchmarks/kernels.py [compiler]`.

Columns are the kernels in loops that the compiler vectorises for each instruction set that the processor has,
and libm's function of the same name called once an element. Fastest of nine rounds; operands are moderate.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SETS = {
    "SSE2": [],
    "AVX2": ["-mavx2"],
    "AVX-512": ["-mavx512f", "-mavx512dq", "-mavx512vl", "-mprefer-vector-width=512"],
}
NEEDS = {"SSE2": "sse2", "AVX2": "avx2", "AVX-512": "avx512dq"}
ARITHMETIC = ["-std=gnu11", "-O3", "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math"]
UNARY = {  # kernel: the function of libm
    "exp_fast": "", "log_fast": "", "log1p_fast": "", "softplus_fast": "",
    "exp": "exp", "exp2": "exp2", "expm1": "expm1", "log": "log", "log1p": "log1p", "log2": "log2", "log10": "log10",
    "sin_fast": "sin", "cos_fast": "cos", "tan_fast": "tan", "atan": "atan", "asin": "asin", "acos": "acos",
    "sinh": "sinh", "cosh": "cosh", "tanh": "tanh", "asinh": "asinh", "atanh": "atanh", "sigmoid": "", "softplus": "",
    "erf": "erf", "erfc": "erfc", "sech2": "", "log_slope": "", "sqrt_slope": "", "atan_slope": "", "asin_slope": "",
}  # fmt: skip
BINARY = {
    "pow": "pow",
    "pow_fast": "",
    "pow_da_fast": "",
    "pow_db_fast": "",
    "hypot": "hypot",
    "atan2": "atan2",
    "logaddexp": "",
}
START = r"""
#include "engine/fast_rows.h"
#include <stdio.h>
#include <time.h>
static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}
double a[64], b[64], r[64], c[64]; /* not static: else nothing seems to be computed */
typedef void loop(void);
static void timed(const char *name, loop *run) {
  double best = 1e300;
  for (int round = 0; round < 9; round++) {
    double start = now();
    for (int i = 0; i < 3000; i++) {
      run();
      __asm__ volatile("" ::: "memory");
    }
    double each = (now() - start) / (3000 * 64);
    best = each < best ? each : best;
  }
  printf("%s %.2f\n", name, best);
}
"""


def source(*, libm: bool) -> str:
    """A program that times every kernel, or every function of libm."""
    loops, calls = [START], []
    for operands, functions in (("a[i]", UNARY), ("a[i], b[i]", BINARY)):
        for kernel, function in functions.items():
            if function or not libm:
                called = f"{function if libm else 'k_' + kernel}({operands})"
                loops.append(f"static void t_{kernel}(void) {{ for (int i = 0; i < 64; i++) r[i] = {called}; }}")
                calls.append(f'timed("{kernel}", t_{kernel});')
    together = {"sincos": "sincos" if libm else "k_sincos_fast"} | ({} if libm else {"tanh_sech2": "k_tanh_sech2_fast"})
    for name, function in together.items():
        loops.append(f"static void t_{name}(void) {{ for (int i = 0; i < 64; i++) {function}(a[i], &r[i], &c[i]); }}")
        calls.append(f'timed("{name}", t_{name});')
    fill = "for (int i = 0; i < 64; i++) { a[i] = 0.1 + 0.014 * i; b[i] = 2.5 - 0.1 * i; }"
    return "\n".join([*loops, "int main(void) {", fill, *calls, "return 0; }"])


def times(compiler: str, text: str, *flags: str) -> dict[str, str]:
    """What the program prints when it is built with these flags."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "timed.c")
        path.write_text("#define _GNU_SOURCE\n" + text, encoding="utf-8")
        includes = [f"-I{ROOT / 'csrc'}", f"-I{ROOT / 'csrc' / 'include'}"]
        library = [str(ROOT / "symad" / "lib" / "libsymad.a"), "-lm"]
        program = str(Path(folder, "timed"))
        subprocess.run([compiler, *ARITHMETIC, *flags, *includes, str(path), *library, "-o", program], check=True)
        lines = subprocess.run([program], check=True, capture_output=True, text=True).stdout.splitlines()
    return dict(line.rsplit(" ", 1) for line in lines)


def main(compiler: str = "gcc") -> None:
    """Print the table."""
    features = Path("/proc/cpuinfo").read_text(encoding="utf-8").split()
    columns = {
        name: times(compiler, source(libm=False), *flags) for name, flags in SETS.items() if NEEDS[name] in features
    }
    columns["libm"] = times(compiler, source(libm=True), "-fno-builtin")
    print(f"{'':<14}" + "".join(f"{name:>9}" for name in columns))
    for kernel in columns["SSE2"]:
        print(f"{kernel:<14}" + "".join(f"{found.get(kernel, '-'):>9}" for found in columns.values()))


if __name__ == "__main__":
    main(*sys.argv[1:])
