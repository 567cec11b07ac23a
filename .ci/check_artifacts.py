"""Looks into a built sdist and wheel: what must be there, what must not. Usage: check_artifacts.py FILE..."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

HEADERS = (
    "symad.h", "symad_code.h", "symad_graph.h", "symad_loops.h", "symad_rows.h",
    "symad_aliases.def", "symad_ops.def", "symad_status.def",
)  # fmt: skip
IN_WHEEL = (
    "symad/__init__.py", "symad/py.typed", "symad/_symad.abi3.so", "symad/lib/libsymad.a",
    "symad/csrc/kernels/kernels.h", "licenses/LICENSE", "symad/lib/pkgconfig/symad.pc",
    "symad/lib/cmake/symad/symadConfig.cmake",
    "symad/lib/cmake/symad/symadConfigVersion.cmake", "symad/page/lesson.html", "symad/page/symad.wasm",
)  # fmt: skip
IN_SDIST = (
    "LICENSE", "README.md", "CHANGELOG.md", "ARCHITECTURE.md", "pyproject.toml", "setup.py", "symad/py.typed",
    "csrc/FORMAT.md", "csrc/package/symad.pc.in", "examples/embed/gradient.c",
    "docs/conf.py", "docs/extensions/lesson.py", "CITATION.cff",
)  # fmt: skip
BUILT = (".so", ".o", ".a", ".pyc", ".wasm")
# In bytes, of which the core for browsers is 0.24 MB; debug information would make four times as many.
LARGEST_WHEEL = 2_600_000


def check_wheel(path: Path) -> None:
    """The tag promises every CPython from 3.10; a C program finds header and archive; one symbol is exported."""
    assert "-cp310-abi3-" in path.name, f"{path.name}: the tag is not cp310-abi3"
    size = path.stat().st_size
    assert size < LARGEST_WHEEL, f"{path.name} has {size:,} bytes, {LARGEST_WHEEL:,} are allowed: debug information?"
    with zipfile.ZipFile(path) as wheel:
        names = wheel.namelist()
        for wanted in (*IN_WHEEL, *(f"symad/include/{name}" for name in HEADERS)):
            assert any(name.endswith(wanted) for name in names), f"{path.name} lacks {wanted}"
        assert not [name for name in names if name.startswith(("tests/", "examples/", "csrc/"))]
        with tempfile.TemporaryDirectory() as folder:
            module = wheel.extract("symad/_symad.abi3.so", folder)
            listing = subprocess.run(["nm", "-D", "--defined-only", module], capture_output=True, text=True, check=True)
    exported = sorted(line.split()[-1] for line in listing.stdout.splitlines())
    assert exported == ["PyInit__symad"], f"{path.name} exports {exported}"


def check_sdist(path: Path) -> None:
    """Whoever has only the sdist can build, test and read the examples; nothing built is in it."""
    with tarfile.open(path) as sdist:
        names = [name.partition("/")[2] for name in sdist.getnames()]
    for wanted in (*IN_SDIST, *(f"csrc/include/{name}" for name in HEADERS)):
        assert wanted in names, f"{path.name} lacks {wanted}"
    for folder in ("csrc", "examples", "tests/unit", "tests/c"):
        assert [name for name in names if name.startswith(f"{folder}/")], f"{path.name} holds nothing of {folder}/"
    assert not [name for name in names if name.endswith(BUILT) or name.startswith("docs/made/")]


def main() -> None:
    """Check each file by its kind; both kinds must be there."""
    paths = [Path(argument) for argument in sys.argv[1:]]
    kinds = sorted(path.suffix for path in paths)
    assert kinds == [".gz", ".whl"], f"one sdist and one wheel expected, got {kinds}"
    for path in paths:
        (check_wheel if path.suffix == ".whl" else check_sdist)(path)
        print(f"   {path.name}: complete")


if __name__ == "__main__":
    main()
