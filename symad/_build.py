"""The cffi recipe for ``symad._symad``. Knows the public header and the glue; used at build time only.

The declarations are the headers' own: the regions between their two marker comments go to cffi as they stand, and the
generated glue is compiled against the same headers, so that a mismatch cannot build.
"""

from __future__ import annotations

import re
from pathlib import Path

import cffi

CORE = Path(__file__).resolve().parent.parent / "csrc"
HEADER = CORE / "include" / "symad.h"
# Public headers that need the first.
MORE = [CORE / "include" / name for name in ("symad_graph.h", "symad_rows.h", "symad_loops.h", "symad_code.h")]
GLUE = [Path(__file__).resolve().parent / "_core" / name for name in ("running.h", "calls.h", "at_points.h")]


def declarations(header: str) -> str:
    """Text for cffi: the marked region without comments and export marks, numbers left to the compiler."""
    region = header.partition("/* cffi-begin */")[2].partition("/* cffi-end */")[0]
    if not region:
        raise ValueError("a header has lost its cffi-begin and cffi-end markers")
    plain = re.sub(r"/\*.*?\*/", "", region, flags=re.S).replace("SYMAD_API ", "")
    return re.sub(r"^(#define \w+) .*$", r"\1 ...", plain, flags=re.M)


ffibuilder = cffi.FFI()
for header in (HEADER, *MORE, *GLUE):
    ffibuilder.cdef(declarations(header.read_text(encoding="utf-8")))
ffibuilder.set_source(
    "symad._symad",
    '#define SYMAD_API\n#include "at_points.h"\n' + "".join(f'#include "{path.name}"\n' for path in MORE),
    include_dirs=[str(HEADER.parent), str(GLUE[0].parent)],
    depends=[
        *(str(path) for path in (CORE.parent / "setup.py", *GLUE)),
        *sorted(str(path) for path in CORE.rglob("*") if path.is_file()),
    ],
    extra_compile_args=["-fvisibility=hidden"],
    extra_link_args=["-lm"],  # behind the static core, which calls libm
)
