"""Builds the C core as a static library and the cffi module on top of it; everything else is in pyproject.toml."""

from __future__ import annotations

import os
import re
import shutil
import sysconfig
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from setuptools import setup
from setuptools.command.build_clib import build_clib

CORE = Path("csrc")  # relative: setuptools refuses absolute source paths
PUBLIC = CORE / "include"
# No contraction and no relaxed arithmetic: the same bits everywhere. errno and traps are never read, and without
# these two flags compilers do not vectorise the loops.
ARITHMETIC = ["-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math"]
CFLAGS = ["-O3", "-std=c11", "-fPIC", "-fvisibility=hidden", *ARITHMETIC]


def version() -> str:
    """Version of the package: the one in the public header, which is its only place."""
    text = (PUBLIC / "symad.h").read_text(encoding="utf-8")
    parts = [re.search(rf"^#define SYMAD_VERSION_{part} (\d+)$", text, re.M) for part in ("MAJOR", "MINOR", "PATCH")]
    return ".".join(part.group(1) for part in parts if part)


# What pkg-config and CMake read, by its place beside the library.
DESCRIPTIONS = {
    "pkgconfig/symad.pc": "symad.pc.in",
    "cmake/symad/symadConfig.cmake": "symadConfig.cmake.in",
    "cmake/symad/symadConfigVersion.cmake": "symadConfigVersion.cmake.in",
}


class BuildCore(build_clib):
    """Builds libsymad.a and lays it and the public headers beside the Python modules, for C programs.

    The sources go there too: an exported formula carries the kernels it needs as text.
    """

    editable_mode = False  # set by setuptools for an editable install

    def build_libraries(self, libraries: list[tuple[str, dict[str, object]]]) -> None:
        """Build each archive afresh: `ar` would keep the members of sources that no longer exist."""
        for name, _ in libraries:
            (Path(self.build_clib) / self.compiler.library_filename(name)).unlink(missing_ok=True)
        one_by_one = self.compiler.compile

        def together(sources: list[str], **options: object) -> list[str]:
            """Compile on all processors: the compiler's own loop takes the sources in turn."""
            with ThreadPoolExecutor(os.cpu_count()) as pool:
                return [name for names in pool.map(lambda one: one_by_one([one], **options), sources) for name in names]

        self.compiler.compile = together
        super().build_libraries(libraries)

    def run(self) -> None:
        """Build, then copy: into the source folder where the package is used in place, else into the build."""
        super().run()
        in_place = self.editable_mode or self.get_finalized_command("build_ext").inplace
        package = Path() if in_place else Path(self.get_finalized_command("build").build_lib)
        archive = Path(self.build_clib) / self.compiler.library_filename("symad")
        sources = sorted(CORE.glob("*.[ch]"))
        for target, files in (("lib", [archive]), ("include", sorted(PUBLIC.iterdir())), ("csrc", sources)):
            folder = package / "symad" / target
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            for file in files:
                shutil.copy2(file, folder)
        for target, template in DESCRIPTIONS.items():
            path = package / "symad" / "lib" / target
            path.parent.mkdir(parents=True, exist_ok=True)
            text = (CORE / "package" / template).read_text(encoding="utf-8")
            path.write_text(text.replace("@VERSION@", version()), encoding="utf-8")


headers = sorted(str(path) for pattern in ("*.h", "*.def") for path in CORE.rglob(pattern))
core = {
    "sources": sorted(str(path) for path in CORE.glob("*.c")),
    "include_dirs": [str(CORE), str(PUBLIC)],
    "macros": [("SYMAD_API", "")],  # nothing of the core is exported from the Python module
    "cflags": CFLAGS,
    "obj_deps": {"": [*headers, "setup.py"]},  # flags are in this file
}
free_threaded = bool(sysconfig.get_config_var("Py_GIL_DISABLED"))  # has no stable ABI

setup(
    version=version(),
    libraries=[("symad", core)],
    cffi_modules=["symad/_build.py:ffibuilder"],
    cmdclass={"build_clib": BuildCore},
    options={} if free_threaded else {"bdist_wheel": {"py_limited_api": "cp310"}},
)
