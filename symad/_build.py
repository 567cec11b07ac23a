"""The cffi recipe for ``symad._symad``. Knows the public header; used at build time only, never imported.

The declarations are the header's own: the region between its two marker comments goes to cffi as it stands, and the
generated glue is compiled against the same header, so that a mismatch cannot build.
"""

from __future__ import annotations

import re
from pathlib import Path

import cffi

CORE = Path(__file__).resolve().parent.parent / "csrc"
HEADER = CORE / "include" / "symad.h"


def declarations(header: str) -> str:
    """Text for cffi: the marked region without comments and export marks, numbers left to the compiler."""
    region = header.partition("/* cffi-begin */")[2].partition("/* cffi-end */")[0]
    if not region:
        raise ValueError("symad.h has lost its cffi-begin and cffi-end markers")
    plain = re.sub(r"/\*.*?\*/", "", region, flags=re.S).replace("SYMAD_API ", "")
    return re.sub(r"^(#define \w+) .*$", r"\1 ...", plain, flags=re.M)


ffibuilder = cffi.FFI()
ffibuilder.cdef(declarations(HEADER.read_text(encoding="utf-8")))
ffibuilder.set_source(
    "symad._symad",
    '#define SYMAD_API\n#include "symad.h"\n',
    include_dirs=[str(HEADER.parent)],
    depends=[str(CORE.parent / "setup.py"), *sorted(str(path) for path in CORE.rglob("*") if path.is_file())],
    extra_compile_args=["-fvisibility=hidden"],
    extra_link_args=["-lm"],  # behind the static core, which calls libm
)
