"""The kernels as text: which pieces of the core's sources a formula needs, in an order that compiles.

The sources lie beside the package; nothing about any kernel is typed here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from symad.emission.scanner import Item, Scanned, scan

if TYPE_CHECKING:
    from collections.abc import Iterable

SOURCES = Path(__file__).resolve().parent.parent / "csrc"
_STARTS = ("kernels/kernels.h", "kernels/lists.h")
_HEXADECIMAL = re.compile(r"0x[0-9A-Fa-f.]+p[+-]?\d+")
_COMPOUND = re.compile(r"\((\w+)\)\{")


@dataclass(frozen=True, eq=False)
class Place:
    """An item and the file it stands in."""

    file: str
    item: Item


@dataclass(frozen=True)
class Closure:
    """What an export must carry.

    Attributes
    ----------
    text : str
        Definitions in order, ready to compile.
    names : frozenset of str
        Every identifier that the text defines for all: no name of the user's may hide one.
    words : frozenset of str
        Every identifier that occurs in it.
    headers : tuple of str
        Standard headers that the text needs.
    inline : frozenset of str
        Those of the wanted names whose whole code is inline functions.
    """

    text: str
    names: frozenset[str]
    words: frozenset[str]
    headers: tuple[str, ...]
    inline: frozenset[str]


class Library:
    """The sources below one folder, scanned as far as they are asked for."""

    def __init__(self, folder: Path = SOURCES) -> None:
        self._folder = folder
        self._files: dict[str, Scanned] = {}
        self._tables: dict[str, dict[str, Place]] = {}
        self._headers: dict[str, Place] = {}
        self._announced: set[str] = set()
        self._texts: dict[str, str] = {}
        for start in _STARTS:
            self._open(start)

    def has(self, name: str) -> bool:
        """Whether the sources define this name."""
        return self._find(name, "") is not None

    def text(self, name: str) -> str:
        """The definition of a name in a header; nothing where there is none."""
        place = self._find(name, "")
        return place.item.text if place is not None else ""

    def condition(self, name: str) -> str | None:
        """Under which condition ``name_fast`` may stand in for a kernel: its own, or the one that the kernel asks."""
        if self.has(f"{name}_is_fast"):
            return f"{name}_is_fast"
        level = {name}
        seen: set[str] = set()
        while level:
            seen |= level
            places = [place for one in sorted(level) if (place := self._find(one, "")) is not None]
            level = {word for place in places for word in place.item.mentions} - seen - {f"{name}_fast"}
            found = [word for word in level if word.endswith("_is_fast")]
            if found:
                return found[0] if len(found) == 1 else None
        return None

    def closure(self, wanted: Iterable[str]) -> Closure:
        """Everything that the wanted names need, dependencies first."""
        order: list[Place] = []
        state: dict[Place, bool] = {}  # False while its own needs are being placed
        early: list[Place] = []
        inline: dict[Place, bool] = {}
        roots = [place for name in sorted(set(wanted)) if (place := self._find(name, "")) is not None]
        stack: list[tuple[Place, list[Place]]] = []
        for root in roots:
            if root not in state:
                stack.append((root, self._needs(root)))
                state[root] = False
            while stack:
                place, needs = stack[-1]
                if needs:
                    need = needs.pop()
                    if need not in state:
                        state[need] = False
                        stack.append((need, self._needs(need)))
                    elif not state[need] and need is not place and need.item.kind == "function":
                        early.append(need)
                    continue
                stack.pop()
                state[place] = True
                inline[place] = self._is_inline(place) and all(inline.get(n, True) for n in self._needs(place))
                order.append(place)
        return self._written(order, early, frozenset(r.item.names[0] for r in roots if inline[r]))

    def _open(self, name: str) -> None:
        """Scan a file and the headers it includes; headers share one table, each source has its own."""
        if name in self._files or not (self._folder / name).is_file():
            return
        scanned = self._files[name] = scan((self._folder / name).read_text(encoding="utf-8"))
        for header in scanned.own_headers:
            self._open(header)
        table = self._headers if name.endswith(".h") else self._tables.setdefault(name, {})
        for item in scanned.items:
            if item.kind == "declaration":
                self._announced.update(item.names)
            else:
                table.update((one, Place(name, item)) for one in item.names if one not in table)

    def _find(self, name: str, file: str) -> Place | None:
        """Who defines a name that `file` mentions."""
        place = self._tables.get(file, {}).get(name) or self._headers.get(name)
        if place is not None or name not in self._announced:
            return place
        for source in sorted(self._folder.rglob("*.c")):
            within = source.relative_to(self._folder).as_posix()
            text = self._texts.setdefault(within, source.read_text(encoding="utf-8"))
            if re.search(rf"^(?!static|extern)\w[\w *]*\b{name}\b[^;\n]*[{{=]", text, re.M):
                self._open(within)
                return self._tables[within].get(name)
        return None

    def _needs(self, place: Place) -> list[Place]:
        found = (self._find(name, place.file) for name in sorted(place.item.mentions, reverse=True))
        return [need for need in found if need is not None and need is not place]

    def _is_inline(self, place: Place) -> bool:
        return place.item.kind != "function" or bool(re.search(r"\binline\b", place.item.text.split("{")[0]))

    def _written(self, order: list[Place], early: list[Place], inline: frozenset[str]) -> Closure:
        mentioned: dict[str, set[str]] = {}  # name: the files that use it for anything
        for place in order:
            for name in place.item.mentions:
                mentioned.setdefault(name, set()).add(place.file)
        texts = [self._own(place, _without_comment(_head(place.item.text)) + ";", mentioned) for place in early]
        texts += [self._own(place, place.item.text, mentioned) for place in order]
        text = "\n\n".join(dict.fromkeys(texts))  # a macro that two files share is written once
        files = {place.file for place in order}
        headers = sorted({header for file in files for header in self._files[file].system_headers})
        words = frozenset(re.findall(r"[A-Za-z_]\w*", text))
        defined = {(name, place.file) for place in (*early, *order) for name in place.item.names}
        names = words.intersection(one for name, file in defined for one in (name, _apart(name, file)))
        return Closure(text, names, words, tuple(headers), inline)

    def _own(self, place: Place, text: str, mentioned: dict[str, set[str]]) -> str:
        """The item as one file may hold it: static, C99 and C++, no name that another file uses for something else."""
        if place.item.kind in ("function", "object") and place.item.storage != "static":
            text = re.sub(r"^(?=\w)", "static ", text, count=1, flags=re.M)
        text = _HEXADECIMAL.sub(lambda found: repr(float.fromhex(found[0])), text)
        text = _COMPOUND.sub(r"SYMAD_OF(\1){", text).replace("= {0};", "= SYMAD_ZERO;")
        local = self._tables.get(place.file, {})
        for name in place.item.mentions:
            mine = local.get(name)
            outside = mine is not None and mine.item.storage == "" and mine.item.kind in ("function", "object")
            if mine is not None and not outside and len(mentioned.get(name, ())) > 1:
                text = re.sub(rf"\b{name}\b", _apart(name, place.file), text)
        return text


def _apart(name: str, file: str) -> str:
    """What a name is called where two files mean different things by it."""
    return f"{'_'.join(Path(file).with_suffix('').parts)}_{name}"


def _head(text: str) -> str:
    return text[: text.index("{")].rstrip()


def _without_comment(text: str) -> str:
    return re.sub(r"/\*.*?\*/\s*", "", text, flags=re.S)
