"""How fast is a tape verified, saved and loaded? For a chain, a polynomial and wide programs of 10^6 operations.

Bars: verify below 5 ns an operation, load of 10^6 operations below 50 ms. Times are of the processor, best of 15:

    python tests/benchmarks/tape_files.py
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

import symad

PROGRAM = r"""
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "symad.h"
static double seconds(void) {
  return (double)clock() / CLOCKS_PER_SEC; /* of this process, whatever else the machine does */
}
int main(int argc, char **argv) {
  FILE *file = fopen(argv[argc - 1], "rb");
  fseek(file, 0, SEEK_END);
  size_t size = (size_t)ftell(file);
  unsigned char *bytes = malloc(size);
  rewind(file);
  if (fread(bytes, 1, size, file) != size) return 1;
  double best[3] = {1e9, 1e9, 1e9};
  symad_view view;
  for (int i = 0; i < 15; i++) {
    symad_tape *tape = NULL;
    double t0 = seconds();
    if (symad_tape_load(bytes, size, NULL, &tape, NULL) != SYMAD_OK) return 2;
    double t1 = seconds();
    if (symad_tape_verify(tape, NULL) != SYMAD_OK) return 3;
    double t2 = seconds();
    if (symad_tape_save(tape, bytes, size) != SYMAD_OK) return 4;
    double t3 = seconds(), took[3] = {t1 - t0, t2 - t1, t3 - t2};
    for (int k = 0; k < 3; k++) best[k] = took[k] < best[k] ? took[k] : best[k];
    symad_tape_view(tape, &view);
    symad_tape_free(tape);
  }
  printf("%u %.3f %.3f %.3f\n", view.n_nodes, best[0] * 1e3, best[1] * 1e9 / view.n_nodes, best[2] * 1e3);
  return 0;
}
"""


def formulas(n: int) -> dict[str, str]:
    """Programs of about n operations."""
    lines = [f"a{k} = a{k - 1}*x + sin(a{max(0, k - 700)})" for k in range(1, n // 3)]
    return {
        "chain": "x" + "*y+x" * (n // 2),
        "polynomial": "+".join(f"{k}.5*x*y**{k % 40}" for k in range(n // 4)),
        "program": f"x, y: a0 = y\n{chr(10).join(lines)}\na{n // 3 - 1}",
        "selections": "+".join(f"Piecewise((x*{k}, x > {k}), (y, True))" for k in range(n // 4)),
    }


def main() -> None:
    """Print one line a program."""
    limits = symad.Limits(text=2**27, tokens=10**8)
    with tempfile.TemporaryDirectory() as folder:
        source, program = Path(folder, "time.c"), Path(folder, "time")
        source.write_text(PROGRAM, encoding="utf-8")
        library = [f"-I{symad.get_include()}", f"-L{symad.get_lib()}", "-lsymad", "-lm"]
        subprocess.run(["cc", "-O2", str(source), *library, "-o", str(program)], check=True)
        print(f"{'':12}{'nodes':>9}{'MB':>7}{'load ms':>9}{'verify ns/node':>16}{'save ms':>9}")
        for name, text in formulas(10**6).items():
            path = Path(folder, name)
            path.write_bytes(symad.parse(text, limits=limits).to_bytes())
            command = [str(program), str(path)]
            found = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            nodes, load, verify, save = found.split()
            print(f"{name:12}{nodes:>9}{path.stat().st_size / 1e6:7.1f}{load:>9}{verify:>16}{save:>9}")


if __name__ == "__main__":
    main()
