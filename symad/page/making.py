"""The C core for browsers: symad's sources and `lesson.c`, compiled by zig to one file of WebAssembly without imports.

Nothing but the standard library is used here: `setup.py` runs this file before symad is installed.
"""

from __future__ import annotations

import hashlib
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# No contraction and no relaxed arithmetic, as everywhere: the bits of a page are those of the library.
FLAGS = (
    "-target", "wasm32-wasi", "-std=c11", "-msimd128", "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math",
    "-fvisibility=hidden", '-DSYMAD_API=__attribute__((visibility("default"),used))',
)  # fmt: skip
# For size: -O2 is up to twice as fast over many points, of which a page has some thousands, and 34 kB larger.
LINKED = (
    "-Os", "-mexec-model=reactor", "-s", "-Wl,--export-dynamic", "-Wl,--strip-all", "-Wl,--max-memory=268435456",
)  # fmt: skip
GLUE = Path(__file__).with_name("lesson.c")
_CUSTOM = b"\0"  # the number of a section that engines do not read


class MakingError(Exception):
    """The compiler did not make what it should."""


def sources(csrc: Path) -> list[Path]:
    """What the core for browsers is made of; `csrc` is the folder of the C core."""
    return [GLUE, *sorted(path for path in csrc.rglob("*.c") if path.is_file())]


def version(zig: Sequence[str]) -> str:
    """What the compiler says of itself.

    Raises
    ------
    MakingError
        If there is none behind these words.
    """
    return _run([*zig, "version"]).strip()


def digest(csrc: Path, zig: Sequence[str]) -> str:
    """Equal only for the same sources, flags and version of the compiler."""
    files = sorted({GLUE, *csrc.rglob("*.[ch]"), *csrc.rglob("*.def")}, key=lambda path: path.name)
    digests = (f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}" for path in files)
    parts = [version(zig), *FLAGS, *LINKED, *digests]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def make(csrc: Path, zig: Sequence[str]) -> bytes:
    """The core as WebAssembly; the same bytes for the same sources and version of zig, wherever they lie.

    Parameters
    ----------
    csrc : Path
        The folder of the C core.
    zig : sequence of str
        The words of the command that runs zig.

    Raises
    ------
    MakingError
        If the compiler refuses its work.
    """
    headers = [f"-I{csrc}", f"-I{csrc / 'include'}", *(f"-I{one}" for one in sorted(csrc.iterdir()) if one.is_dir())]
    with tempfile.TemporaryDirectory(prefix="symad-page-") as folder:
        built = Path(folder) / "symad.wasm"
        _run([*zig, "cc", *FLAGS, *LINKED, *headers, *map(str, sources(csrc)), "-o", str(built)])
        return built.read_bytes() + _section("symad", f"zig {version(zig)}")


def _section(name: str, text: str) -> bytes:
    """A custom section, which says by what the core was made."""
    body = bytes([len(name)]) + name.encode() + text.encode()
    if len(body) > 127:
        raise MakingError(f"the compiler calls itself {text!r}: a version of fewer characters was expected")
    return _CUSTOM + bytes([len(body)]) + body


def _run(command: Sequence[str]) -> str:
    """What a command prints; a command that fails says why."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    except OSError as error:
        raise MakingError(f"{command[0]}: {(error.strerror or str(error)).lower()}") from error
    if done.returncode != 0:
        raise MakingError(f"{' '.join(command[:3])} ...: {done.stderr.strip()[-800:] or done.returncode}")
    return done.stdout
