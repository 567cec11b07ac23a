"""What a command reads as its formulas: one that was typed, a file of one a line, or a file of programs."""

from __future__ import annotations

import re
import textwrap
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from symad.inputs.sources import NAMED, Source, SourceError, parsed, plain, read, text_of, where

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

# A statement that binds a name or a function: `a = x**2`, `h[1] = x`, `f(u) = u*u`.
_BINDS = re.compile(r"\s*(?P<name>[^\W\d]\w*(?:\[[\d\s,]*\])?)\s*(?:\([\w\s,]*\)\s*)?=(?!=)")
_NAMES = re.compile(r"[^\W\d]\w*(?:\[[\d\s,]*\])?")
# What only a path looks like: an ending that files have, or a folder and a name with an ending.
_PATH = re.compile(
    r"[^\s()*+=,;^]+\.(txt|csv|tsv|json|jsonl|md|tex|py|c|dat|log|sym|symad|tape)|[^\s()*+=,;^]*[/\\][^\s()*+=,;^]*\.[A-Za-z]\w*",
    re.IGNORECASE,
)
_WIDTH = 80  # of a message, as the answers have it where they are folded


def given(options: argparse.Namespace) -> list[Source]:
    """The formulas that the options of `add_formula` name."""
    typed, path = options.formula, options.file
    if "-" in (typed, path) and "-" in getattr(options, "at", ()):
        raise SourceError("standard input holds either formulas or points, not both")
    if path is None and (typed is None or typed.strip() != "-"):
        if typed is not None:
            refuse_file(typed)
        if options.program or options.lines:
            raise SourceError(f"--{'program' if options.program else 'lines'} is for files: add -f FILE")
        return read(typed, None)
    if typed is not None and path is not None:
        raise SourceError("give either a formula or -f FILE, not both")
    return of_file("-" if path is None else path, options)


def of_file(path: str, options: argparse.Namespace) -> list[Source]:
    """The formulas or programs of a file, as --program and --lines say; - is standard input."""
    if options.program and options.lines:
        raise SourceError("give either --program or --lines, not both")
    if options.program:
        return programs(path)
    sources = read(None, path)
    if len(sources) > 1 and not options.lines:
        _refuse_either(path, sources)
    return sources


def refuse_file(typed: str, instead: str = "") -> None:
    """A formula that is the name of a file could be either; one that looks like a name and is none is a mistyped one.

    `instead` is how the command takes a file, by default by -f.
    """
    name = typed.strip()
    try:
        is_file = Path(name).is_file()
    except (OSError, ValueError):  # too long for a name, or with a null: a formula
        return
    if is_file:
        raise SourceError(f"{name} is a file: {instead or f'-f {name}'}{_as_formula(name)}")
    if _PATH.fullmatch(name) and not _as_formula(name):
        raise SourceError(f"{name}: there is no such file, and it is no formula")


def _as_formula(name: str) -> str:
    """How to write what also is a formula, so that it is no file's name."""
    from symad.errors import SymadError
    from symad.formula.parsing import parse

    try:
        parse(name)
    except SymadError:
        return ""
    return f"; the formula is written ({name})"


def programs(path: str) -> list[Source]:
    """A file as programs: the whole of it, or one behind each line ``name:``."""
    label = where(path)
    begun: list[tuple[str, int, list[str]]] = [("", 1, [])]
    for number, line in enumerate(text_of(path).splitlines(), 1):
        match = NAMED.match(line)
        if match:
            begun.append((match["name"], number, [line[match.end() :]]))
        else:
            begun[-1][2].append(line)
    found = [Source(name, "\n".join(lines), label, first) for name, first, lines in begun if _holds_any(lines)]
    if not found:
        raise SourceError(f"{label}: there is no program in it")
    return [_trimmed(one) for one in found]


def _holds_any(lines: Sequence[str]) -> bool:
    return any(line.partition("#")[0].strip() for line in lines)


def _trimmed(source: Source) -> Source:
    """Without the empty lines before and behind it."""
    lines = source.text.split("\n")
    empty = next(k for k, line in enumerate(lines) if line.strip())
    return replace(source, text="\n".join(lines[empty:]).rstrip(), first_line=source.first_line + empty)


def _refuse_either(path: str, sources: Sequence[Source]) -> None:
    """A line that uses what an earlier one binds: the file may be one program, or a formula a line."""
    bound: dict[str, str] = {}
    for source in sources:
        line = source.where.rpartition(" ")[2]
        if not source.text.strip():
            raise SourceError(f"{where(path)}: line {line}, `{source.name}:`, begins a program: add --program")
        if source.name:  # it begins another program
            bound.clear()
        used = next((name for name in _mentioned(source.text) if name in bound and _uses(source, name)), None)
        if used is not None:
            n_programs = sum(bool(one.name) for one in sources[1:]) + 1
            whole = f"one program of {len(sources)} lines" if n_programs == 1 else f"{n_programs} programs"
            raise SourceError(_folded(
                f"{where(path)}: line {line} uses {used}, which line {bound[used]} binds: add --program ({whole}) "
                f"or --lines ({len(sources)} formulas)"
            ))  # fmt: skip
        match = _BINDS.match(source.text.rstrip("; ").rpartition(";")[2])
        if match:
            bound[plain(match["name"])] = line


def _mentioned(text: str) -> Iterator[str]:
    return (plain(name) for name in _NAMES.findall(text))


def _uses(source: Source, name: str) -> bool:
    """Whether a line by itself takes the name from elsewhere: as a variable, or it does not stand alone at all."""
    from symad.errors import SymadError

    try:
        return name in parsed(source).variables
    except SymadError:
        return True


def _folded(message: str) -> str:
    """A message in lines as long as an answer's, the place of the program's name included."""
    before = "symad: "
    return textwrap.fill(f"{before}{message}", _WIDTH, subsequent_indent="  ").removeprefix(before)
