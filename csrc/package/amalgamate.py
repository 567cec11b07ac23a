"""The core as two files, ``symad.c`` and ``symad.h``: for those who want to drop it into a tree of their own.

    python csrc/package/amalgamate.py FOLDER

Every source is written once, rooms from the lowest up, headers where they are first needed. What two sources call by
the same name gets the source's name in front of it; their macros end with them.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from pathlib import Path

CORE = Path(__file__).resolve().parent.parent
PUBLIC = CORE / "include"
FORMS = CORE / "derive" / "form.h"  # the rows once more, as functions of nodes: inside the source that asks for it
ROOMS = (
    "base", "numbers", "special", "sweep", "bounds", "text", "graph", "derive", "engine", "plan", "code", "sums",
    "loops", "files", "families", "parse", "read",
)  # fmt: skip
TABLE = "symad_ops.def"
_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]+(?:"([^"]+)"|(<[^>]+>)).*$', re.M)
_MACRO = re.compile(r"^[ \t]*#[ \t]*define[ \t]+(\w+)", re.M)
_UNDEFINED = re.compile(r"^[ \t]*#[ \t]*undef[ \t]+(\w+)", re.M)
_COMMENT = re.compile(r"/\*.*?\*/", re.S)
# What a file defines for itself: functions and objects, types, and the constants of its enumerations.
_OWN = (
    re.compile(r"^static [^;=({]*?\b(\w+)(?:\[[^\]]*\])*\s*[(=;]", re.M),
    re.compile(r"^\}\s*(\w+)(?:\[\w*\])*(?:;| =)", re.M),
    re.compile(r"^(?:typedef )?(?:struct|enum|union) (\w+) \{", re.M),
    re.compile(r"^typedef [^{}]*?\b(\w+)(?:\([^)]*\))?;", re.M),
)
_ENUM = re.compile(r"enum\s*\w*\s*\{(.*?)\}", re.S)


def plain(text: str) -> str:
    """Without comments, which hold words that look like code."""
    return _COMMENT.sub("", text)


def own_names(text: str) -> set[str]:
    """Names that the text defines for nobody but itself."""
    code = plain(text)
    found = {name for pattern in _OWN for name in pattern.findall(code)}
    for body in _ENUM.findall(code):
        found |= {word for part in body.split(",") if (word := part.split("=")[0].strip()).isidentifier()}
    return found


def outer_names(text: str) -> set[str]:
    """Functions that the text defines or declares for others."""
    return set(re.findall(r"^(?!static|typedef|extern|return|else)\w[\w *]*?\b(\w+)\(", plain(text), re.M))


def is_public(path: Path) -> bool:
    """Whether a header is part of the one that goes beside the file."""
    return path.parent == PUBLIC and path.suffix == ".h"


class Amalgam:
    """The one file, as it grows."""

    def __init__(self) -> None:
        self.sources = [path for room in ROOMS for path in sorted((CORE / room).glob("*.c"))]
        self.sources.sort(
            key=lambda path: FORMS.name not in path.read_text(encoding="utf-8")
        )  # before rows are numbers
        headers = [path for path in CORE.rglob("*.h") if path.parent != PUBLIC]
        texts = {path: path.read_text(encoding="utf-8") for path in [*self.sources, *headers]}
        times = Counter(name for text in texts.values() for name in own_names(text) | outer_names(text))
        self._texts = texts
        self._shared = {name for name, count in times.items() if count > 1}
        self._written: set[Path] = set()
        self._system: set[str] = set()
        self.parts: list[str] = []

    def _found(self, name: str) -> Path:
        return PUBLIC / name if (PUBLIC / name).is_file() else CORE / name

    def _is_once(self, path: Path) -> bool:
        """Whether a header guards itself: tables and the engine's loop are read several times."""
        return path != FORMS and path.suffix == ".h" and "#ifndef SYMAD_" in self._texts.get(path, "#ifndef SYMAD_")

    def _opened(self, text: str) -> str:
        """The text with what it includes in place, but for what stands in the file already."""

        def put(found: re.Match[str]) -> str:
            if found[2]:
                return found[0]
            path = self._found(found[1])
            if path.name == TABLE:  # read some thirty times: written once, as a macro
                return TABLE.upper().replace(".", "_")
            if is_public(path) or (self._is_once(path) and path in self._written):
                return ""
            self._written.add(path)
            return self._opened(self._texts.get(path) or path.read_text(encoding="utf-8"))

        return _INCLUDE.sub(put, text)

    def _includes(self, text: str) -> list[Path]:
        return [self._found(name) for name, _ in _INCLUDE.findall(text) if name]

    def _rows(self) -> set[str]:
        """What the rows define where they are read: their names, and the macros beside them."""
        table = plain((PUBLIC / TABLE).read_text(encoding="utf-8"))
        return set(re.findall(r"^OP\w\((\w+)", table, re.M)) | own_names(self._texts[FORMS])

    def add_headers(self, text: str) -> None:
        """Headers that guard themselves, before anything of the source is renamed."""
        for name, _ in _INCLUDE.findall(text):
            path = self._found(name) if name else None
            if path is not None and not is_public(path) and self._is_once(path) and path not in self._written:
                self.add_headers(self._texts[path])
                self._written.add(path)
                self.parts.append(self._opened(self._texts[path]))

    def add(self, path: Path) -> None:
        """One source, with its names and macros kept to itself."""
        text = self._texts[path]
        self.add_headers(text)
        own = sorted(own_names(text) & self._shared)
        rows = sorted(self._rows() if FORMS in self._includes(text) else set())
        prefix = "_".join(path.relative_to(CORE).with_suffix("").parts)
        body = self._opened(text)
        if own:
            body = re.sub(rf"(?<![\w.])(?<!->)({'|'.join(own)})\b", rf"{prefix}_\1", body)
        code = plain(body)
        before = [f"#define {name} {prefix}_{name}" for name in rows]
        after = [f"#undef {name}" for name in sorted({*rows, *_MACRO.findall(code)})]
        targets = "#pragma GCC target" in code
        if targets:
            before.insert(0, "#if defined(__GNUC__) && !defined(__clang__)\n#pragma GCC push_options\n#endif")
            after.append("#if defined(__GNUC__) && !defined(__clang__)\n#pragma GCC pop_options\n#endif")
        title = f"/* ==== {path.relative_to(CORE).as_posix()} ==== */"
        self.parts.append("\n".join([title, *before, body.strip(), *after]))


def amalgamated() -> str:
    """The text of ``symad.c``."""
    whole = Amalgam()
    for path in whole.sources:
        whole.add(path)
    version = re.findall(r"#define SYMAD_VERSION_(?:MAJOR|MINOR|PATCH) (\d+)", (PUBLIC / "symad.h").read_text("utf-8"))
    head = f"/* symad {'.'.join(version)}: the core in one file, made from csrc/ by csrc/package/amalgamate.py. */"
    rows = [line for line in plain((PUBLIC / TABLE).read_text("utf-8")).splitlines() if line.strip()]
    table = " \\\n".join([f"#define {TABLE.upper().replace('.', '_')}", *rows])
    return "\n\n".join([head, '#include "symad.h"', table, *whole.parts]) + "\n"


def header() -> str:
    """The text of ``symad.h``, with the table of statuses in place, and of the public headers beside it."""

    def put(found: re.Match[str]) -> str:
        if found[2]:
            return found[0]
        return "" if found[1] == "symad.h" else plain((PUBLIC / found[1]).read_text(encoding="utf-8")).strip()

    first = PUBLIC / "symad.h"
    headers = [first, *sorted(path for path in PUBLIC.glob("*.h") if path != first)]
    return "\n".join(_INCLUDE.sub(put, path.read_text(encoding="utf-8")) for path in headers)


def main() -> None:
    """Write both files."""
    reader = argparse.ArgumentParser(description="Writes the core as one symad.c and one symad.h.")
    reader.add_argument("folder", type=Path, help="where the two files go; it is made if need be")
    target: Path = reader.parse_args().folder
    target.mkdir(parents=True, exist_ok=True)
    (target / "symad.c").write_text(amalgamated(), encoding="utf-8")
    (target / "symad.h").write_text(header(), encoding="utf-8")


if __name__ == "__main__":
    main()
