"""Builds the C core as a static library and the cffi module on top of it; everything else is in pyproject.toml.

Objects are kept in ``build/objects`` and made again only where source, headers, flags or compiler are not the same.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import runpy
import shlex
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.bdist_wheel import bdist_wheel
from setuptools.command.build_clib import build_clib
from setuptools.command.build_ext import build_ext

CORE = Path("csrc")  # relative: setuptools refuses absolute source paths
PUBLIC = CORE / "include"
OBJECTS = Path("build", "objects")
# No contraction and no relaxed arithmetic: the same bits everywhere. errno and traps are never read, and without
# these two flags compilers do not vectorise the loops.
ARITHMETIC = ["-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math"]
# Debug information, which Python asks for, would be nine tenths of the library; tables for exceptions a twentieth.
LEAN = ["-g0", "-fno-asynchronous-unwind-tables"]
CFLAGS = ["-O2", "-std=c11", "-fPIC", "-fvisibility=hidden", *ARITHMETIC, *LEAN]
# What runs over many points at once is vectorised. One point at a time, special functions and what runs once a tape are
# as fast by -O2, a fifth smaller (benchmarked); what prepares families and objectives, every row as straight code, and
# these special functions are as fast by -Os, within 5 %. The last one counts.
SMALL = ("airy", "beta", "binomial", "digamma", "error", "gamma", "lambert", "zeta")
LEVELS = {
    "csrc/engine/": "-O3", "csrc/engine/one.c": "-O2", "csrc/sums/": "-O3", "csrc/read/": "-O3",
    **{f"csrc/special/{name}.c": "-Os" for name in SMALL},
    **{f"csrc/sums/{name}.c": "-Os" for name in ("around", "graft", "slopes", "split")}, "csrc/loops/": "-Os",
    **{f"csrc/{room}/": "-Os" for room in ("families", "files")},
    "csrc/derive/partials.c": "-Os", "csrc/numbers/": "-Os", "csrc/bounds/by_slopes.c": "-Os",
}  # fmt: skip
if platform.machine().lower() in ("x86_64", "amd64"):  # there it is for processors without AVX2 alone
    LEVELS["csrc/engine/portable.c"] = "-O2"
STRIPPED = [] if sys.platform == "darwin" else ["-Wl,--strip-all"]
EXPORTED = {"kernels/kernels.h", "kernels/lists.h"}
TAPES = {"base/internal.h", "symad.h"}
SLOW = "csrc/engine/"  # sources that take longest begin first, so that no processor waits for one of them at the end


def version() -> str:
    """Version of the package: the one in the public header, which is its only place."""
    text = (PUBLIC / "symad.h").read_text(encoding="utf-8")
    parts = [re.search(rf"^#define SYMAD_VERSION_{part} (\d+)$", text, re.M) for part in ("MAJOR", "MINOR", "PATCH")]
    return ".".join(part.group(1) for part in parts if part)


def kernels() -> list[Path]:
    """Sources and headers that know nothing of tapes, which is what exported formulas are made of."""
    files = {
        file.relative_to(CORE).as_posix(): file for file in sorted(CORE.rglob("*.[ch]")) if PUBLIC not in file.parents
    }
    includes = {name: re.findall(r'#include "([^"]+)"', file.read_text("utf-8")) for name, file in files.items()}

    def knows(name: str) -> set[str]:
        return {name}.union(*(knows(one) for one in includes.get(name, ())))

    found = [knows(name) for name in files if name.endswith(".c") or name in EXPORTED]
    wanted = set().union(*(known for known in found if not known & TAPES))
    return [file for name, file in files.items() if name in wanted]


def compiler_is_there() -> None:
    """One sentence where there is no compiler, before anything is built."""
    given = os.environ.get("CC") or ("gcc" if sys.platform == "win32" else sysconfig.get_config_var("CC") or "cc")
    if not shutil.which(shlex.split(given)[0]):
        raise SystemExit(
            f"symad is built from its sources here, and there is no C compiler {given!r}: install gcc or clang, name "
            "yours by CC, or take a wheel, which needs none: pip install --only-binary symad symad"
        )


def level_of(source: str) -> list[str]:
    """How far a source is optimised, where that is not -O2."""
    return [level for place, level in LEVELS.items() if Path(source).as_posix().startswith(place)]


@cache
def digest_of(path: str) -> str:
    """Digest of a file's bytes; of none that is there, nothing."""
    try:
        return hashlib.sha256(Path(path).read_bytes()).hexdigest()
    except OSError:
        return ""


@cache
def compiler_of(command: str) -> str:
    """What a compiler says of itself, with the place it is found at."""
    found = shutil.which(command)
    if found is None:
        return ""  # compiling will say so
    return f"{found} {subprocess.run([found, '--version'], capture_output=True, text=True, check=False).stdout}"


class Kept:
    """An object that is kept, the headers it was made of and the digest of all that went into it."""

    def __init__(self, source: str, command: list[str]) -> None:
        inside = Path(source).is_relative_to(CORE)
        name = "-".join((Path(source).relative_to(CORE) if inside else Path(Path(source).name)).with_suffix("").parts)
        self.source = source
        self.object, self.headers, self.mark = (str(OBJECTS / f"{name}.{kind}") for kind in ("o", "d", "made"))
        self._command = "\0".join((compiler_of(command[0]), *command))

    def digest(self) -> str:
        """Of compiler, flags, source and the headers that the compiler read the last time."""
        try:
            rule = Path(self.headers).read_text(encoding="utf-8").replace("\\\n", " ")
        except OSError:
            return ""
        headers = rule.partition(":")[2].replace("\\ ", "\0").split()
        parts = (self._command, *(digest_of(name.replace("\0", " ")) for name in (self.source, *headers)))
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()

    def is_current(self) -> bool:
        """Whether compiling again would give the same object."""
        try:
            digest = Path(self.mark).read_text(encoding="utf-8")
        except OSError:
            return False
        return Path(self.object).is_file() and digest != "" and digest == self.digest()


def keep_objects(compiler: object) -> None:
    """Let a distutils compiler compile what is not current, on all processors, and keep it."""

    def together(
        sources: list[str], output_dir=None, macros=None, include_dirs=None, debug=0, extra_preargs=None,
        extra_postargs=None, depends=None,
    ) -> list[str]:  # fmt: skip
        _, _, after, defines, _ = compiler._setup_compile(
            output_dir, macros, include_dirs, sources, depends, extra_postargs
        )
        before = compiler._get_cc_args(defines, debug, extra_preargs)
        flags = {source: [*after, *level_of(source)] for source in sources}
        kept = [Kept(source, [*compiler.compiler_so, *before, *flags[source]]) for source in sources]

        def make(one: Kept) -> None:
            Path(one.mark).unlink(missing_ok=True)
            last = [*flags[one.source], "-MMD", "-MF", one.headers]
            compiler._compile(one.object, one.source, Path(one.source).suffix, before, last, defines)
            Path(one.mark).write_text(one.digest(), encoding="utf-8")

        OBJECTS.mkdir(parents=True, exist_ok=True)
        missing = sorted(
            (one for one in kept if not one.is_current()),
            key=lambda one: not Path(one.source).as_posix().startswith(SLOW),
        )
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(make, missing))
        return [one.object for one in kept]

    compiler.compile = together


def zig() -> list[str]:
    """The command that compiles for browsers: SYMAD_ZIG, else zig where it is found; none leaves that core out."""
    wanted = os.environ.get("SYMAD_ZIG", "")
    if wanted not in ("", "require"):
        return shlex.split(wanted)
    if shutil.which("zig"):
        return ["zig"]
    if wanted == "require":
        raise SystemExit("SYMAD_ZIG=require: there is no zig on PATH for the core that pages need")
    return []


def lay_page(package: Path, *, in_place: bool) -> None:
    """The core for browsers beside the pages' scripts; without zig, in a wheel, the sources it can be made of later."""
    making, command, made = runpy.run_path("symad/page/making.py"), zig(), os.environ.get("SYMAD_PAGE")
    core, sources = package / "symad" / "page" / "symad.wasm", package / "symad" / "page" / "csrc"
    shutil.rmtree(sources, ignore_errors=True)
    core.unlink(missing_ok=True)
    if made:  # once for all wheels
        core.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(made, core)
        return
    if command:
        core.parent.mkdir(parents=True, exist_ok=True)
        kept, mark = OBJECTS / "symad.wasm", OBJECTS / "wasm.made"
        wanted = making["digest"](CORE, command)
        if not kept.is_file() or not mark.is_file() or mark.read_text(encoding="utf-8") != wanted:
            OBJECTS.mkdir(parents=True, exist_ok=True)
            kept.write_bytes(making["make"](CORE, command))
            mark.write_text(wanted, encoding="utf-8")
        shutil.copyfile(kept, core)
        return
    print("no zig (SYMAD_ZIG names its command): the core for pages is left out")
    for file in () if in_place else sorted(CORE.rglob("*.[chd]*")):
        if file.suffix in (".c", ".h", ".def"):
            (sources / file.relative_to(CORE)).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(file, sources / file.relative_to(CORE))


# What pkg-config and CMake read, by its place beside the library.
DESCRIPTIONS = {
    "pkgconfig/symad.pc": "symad.pc.in",
    "cmake/symad/symadConfig.cmake": "symadConfig.cmake.in",
    "cmake/symad/symadConfigVersion.cmake": "symadConfigVersion.cmake.in",
}


class BuildCore(build_clib):
    """Builds libsymad.a and lays it and the public headers beside the Python modules, for C programs.

    The sources of kernels go there too: an exported formula carries those it needs as text.
    """

    editable_mode = False  # set by setuptools for an editable install

    def build_libraries(self, libraries: list[tuple[str, dict[str, list]]]) -> None:
        """Build each archive afresh: `ar` would keep the members of sources that no longer exist."""
        keep_objects(self.compiler)
        for name, made in libraries:
            (Path(self.build_clib) / self.compiler.library_filename(name)).unlink(missing_ok=True)
            flags = {"macros": made["macros"], "include_dirs": made["include_dirs"], "extra_postargs": made["cflags"]}
            self.compiler.create_static_lib(self.compiler.compile(made["sources"], **flags), name, self.build_clib)
            if shutil.which("strip") and sys.platform == "linux":  # names of static functions, which nobody links with
                archive = Path(self.build_clib) / self.compiler.library_filename(name)
                subprocess.run(["strip", "--strip-unneeded", str(archive)], check=False)  # of another processor: kept

    def run(self) -> None:
        """Build, then copy: into the source folder where the package is used in place, else into the build."""
        super().run()
        in_place = self.editable_mode or self.get_finalized_command("build_ext").inplace
        package = Path() if in_place else Path(self.get_finalized_command("build").build_lib)
        archive = Path(self.build_clib) / self.compiler.library_filename("symad")
        headers = [(file, file.name) for file in sorted(PUBLIC.iterdir())]
        sources = [(file, file.relative_to(CORE)) for file in kernels()]
        for target, files in (("lib", [(archive, archive.name)]), ("include", headers), ("csrc", sources)):
            folder = package / "symad" / target
            shutil.rmtree(folder, ignore_errors=True)
            for file, name in files:
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(file, folder / name)
        for target, template in DESCRIPTIONS.items():
            path = package / "symad" / "lib" / target
            path.parent.mkdir(parents=True, exist_ok=True)
            text = (CORE / "package" / template).read_text(encoding="utf-8")
            path.write_text(text.replace("@VERSION@", version()), encoding="utf-8")
        lay_page(package, in_place=in_place)


class BuildModule(build_ext):
    """Builds the module: its glue as the core's objects, the rest by linking, which takes no time worth saving."""

    def get_libraries(self, ext: Extension) -> list[str]:
        """Of Windows' Pythons the library of the stable ABI: the other one has the version in its name."""
        return [*ext.libraries, "python3"] if sys.platform == "win32" else super().get_libraries(ext)

    def build_extension(self, ext: Extension) -> None:
        """Compile and link one extension."""
        keep_objects(self.compiler)
        self.force = True  # objects are kept by content; what links them by times would miss an older file
        ext.extra_compile_args += LEAN
        ext.extra_link_args += STRIPPED
        super().build_extension(ext)


class Wheel(bdist_wheel):
    """Packs the wheel as small as the format allows: the archive is packed once and taken over a network ever after."""

    def run(self) -> None:
        """Build it, then pack it again."""
        super().run()
        path = Path(self.distribution.dist_files[-1][2])
        packed = path.with_suffix(".packed")
        with zipfile.ZipFile(path) as before, zipfile.ZipFile(packed, "w") as after:
            for member in before.infolist():
                after.writestr(member, before.read(member), zipfile.ZIP_DEFLATED, 9)
        packed.replace(path)


core = {
    "sources": sorted(str(path) for path in CORE.rglob("*.c")),
    "include_dirs": [str(CORE), str(PUBLIC)],
    "macros": [("SYMAD_API", "")],  # nothing of the core is exported from the Python module
    "cflags": CFLAGS,
}
if {"bdist_wheel", "editable_wheel", "build_ext", "build_clib"} & set(sys.argv):
    compiler_is_there()

# On Windows gcc of MinGW (or, by CC, clang for it): Microsoft's compiler knows neither C11 nor these options.
options = {} if sys.platform != "win32" else {name: {"compiler": "mingw32"} for name in ("build_ext", "build_clib")}
free_threaded = bool(sysconfig.get_config_var("Py_GIL_DISABLED"))  # has no stable ABI

setup(
    version=version(),
    libraries=[("symad", core)],
    cffi_modules=["symad/_build.py:ffibuilder"],
    cmdclass={"build_clib": BuildCore, "build_ext": BuildModule, "bdist_wheel": Wheel},
    options=options if free_threaded else {**options, "bdist_wheel": {"py_limited_api": "cp310"}},
)
