"""A gradient as plain C: one loop over the points, one statement an operation, kernels inline, gcc's own vectors.

What any interpreter is measured against, so it shares with symad the kernels and nothing else: neither its plan nor its
emitted C.
"""

from __future__ import annotations

import ctypes
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from symad.derive import automatic
from symad.formula import ops

if TYPE_CHECKING:
    import symad
    from symad.formula.expression import Graph

ROOT = Path(__file__).resolve().parents[2]
FLAGS = [
    "-std=gnu11", "-O3", "-march=native", "-mprefer-vector-width=512", "-ffp-contract=off", "-fno-math-errno",
    "-fno-trapping-math", "-fPIC", "-shared", "--param", "loop-max-datarefs-for-datadeps=10000", "-w",
]  # fmt: skip
START = """#include "kernels/lists.h"
#include "sweep/scalar.h"
#include "engine/fast_rows.h"
void f(long n, const double *restrict x, double *restrict y) {
#pragma GCC ivdep
  for (long i = 0; i < n; i++) {"""
SYMBOLS = {"ADD": "+", "SUB": "-", "MUL": "*", "DIV": "/"}
FAST = {"SIN": "k_sin_fast", "COS": "k_cos_fast", "TAN": "k_tan_fast"}  # right for angles of moderate size


def statement(graph: Graph, node: int, partner: int | None) -> str:
    """The value of one node, t and its number; of a sine also its cosine, where there is one."""
    name, operands = ops.ROWS[graph.op[node]].name, graph.operands(node)
    a = [f"t{operand}" for operand in operands]
    if name == "INPUT":
        value = f"x[{graph.input_index(node)} * n + i]"
    elif name == "NUMBER":
        value = graph.number(node).value.hex()
    elif partner is not None:
        return f"    double t{node}, t{partner}; k_sincos_fast({a[0]}, &t{node}, &t{partner});"
    elif name in SYMBOLS:
        value = f"{a[0]} {SYMBOLS[name]} {a[1]}"
    elif name == "POWN" and ops.ROWS[graph.op[operands[1]]].name == "NUMBER":
        value = f"k_pown({a[0]}, {graph.number(operands[1]).value})"
    elif name == "NORM":
        value = f"sqrt({' + '.join(f'{each} * {each}' for each in a)})"
    elif name == "SELECT":
        value = f"{a[0]} != 0.0 ? {a[1]} : {a[2]}"
    else:
        value = f"{FAST.get(name, name)}({', '.join(a)})"
    return f"    const double t{node} = {value};"


def source(expression: symad.Expression) -> str:
    """C of the function that fills column k of y with output k of the value and gradient."""
    program = automatic.value_and_gradient(expression)
    graph = program.graph
    sines, cosines = (
        {graph.operands(node): node for node in range(graph.n_nodes) if ops.ROWS[graph.op[node]].name == wave}
        for wave in ("SIN", "COS")
    )
    pairs = {sines[angle]: cosines[angle] for angle in sines.keys() & cosines.keys()}
    later = set(pairs.values())
    # a cosine that comes before its sine is computed where the cosine stands
    order = {min(sine, cosine): (sine, cosine) for sine, cosine in pairs.items()}
    lines = [START]
    for node in range(graph.n_nodes):
        if node in order:
            lines.append(statement(graph, *order[node]))
        elif node not in later and node not in pairs:
            lines.append(statement(graph, node, None))
    lines += [f"    y[{k} * n + i] = t{node};" for k, node in enumerate(program.outputs)]
    return "\n".join([*lines, "  }", "}", ""])


def build(text: str, *flags: str) -> ctypes.CDLL:
    """The source as a loaded library."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "f.c")
        path.write_text(text, encoding="utf-8")
        includes = [f"-I{ROOT / 'csrc'}", f"-I{ROOT / 'csrc' / 'include'}"]
        library = [str(ROOT / "symad" / "lib" / "libsymad.a"), "-lm"]
        made = str(Path(folder, "f.so"))
        subprocess.run(["gcc", *(flags or FLAGS), *includes, str(path), *library, "-o", made], check=True)
        return ctypes.CDLL(made)
