"""A first use of the installed package, from Python and from C; run it outside the checkout."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import symad

SLOPE = 18.514492084950497  # of (x**2 + sin(x**2))*x**2 at 2: 4*x**3 + 2*x*sin(x**2) + 2*x**3*cos(x**2)
PROGRAM = r"""
#include <stdio.h>
#include <string.h>
#include "symad.h"
int main(void) {
  symad_tape *tape = NULL;
  const char *text = "(x**2 + sin(x**2))*x**2";
  symad_view view;
  double work[64], x = 2.0, value, gradient;
  if (symad_parse(text, strlen(text), NULL, 0, NULL, NULL, &tape, NULL) != 0) return 1;
  symad_tape_view(tape, &view);
  if (view.n_inputs != 1 || symad_tape_work_size(tape, SYMAD_WORK_SWEEP) > sizeof work) return 2;
  if (symad_tape_value_and_gradient(tape, &x, &value, &gradient, work) != 0) return 3;
  symad_tape_free(tape);
  printf("%.17g\n", gradient);
  return 0;
}
"""


def check_python(package: Path) -> None:
    """The package is the installed one and its gradient is right to the last digits."""
    assert "site-packages" in package.parts, f"not an installed copy: {package}"
    slope = float(symad.compile("(x**2 + sin(x**2))*x**2").gradient(2.0)[0])
    assert abs(slope - SLOPE) <= 4e-15 * SLOPE, slope


def check_c(package: Path) -> None:
    """A C program finds header and archive beside the package and gets the same number."""
    compiler = shutil.which("cc")
    assert compiler, "no C compiler"
    with tempfile.TemporaryDirectory() as folder:
        source, program = Path(folder, "first.c"), Path(folder, "first")
        source.write_text(PROGRAM, encoding="utf-8")
        flags = subprocess.run(
            [sys.executable, "-m", "symad", "config", "--cflags", "--libs"], check=True, capture_output=True, text=True
        ).stdout.split()
        assert f"-I{package / 'include'}" in flags, flags
        command = [compiler, str(source), *flags, "-o", str(program)]
        subprocess.run(command, check=True)
        slope = float(subprocess.run([program], check=True, capture_output=True, text=True).stdout)
    assert abs(slope - SLOPE) <= 4e-15 * SLOPE, slope


def main() -> None:
    """Run both checks."""
    package = Path(symad.__file__).resolve().parent
    check_python(package)
    check_c(package)
    print(f"symad {symad.__version__}: gradient right from Python and from C")


if __name__ == "__main__":
    main()
