"""The reference of operations: rows of the table, their derivatives as symad writes them, their measured accuracy.

Nothing here is typed twice: domains and what a result outside them is come from `symad_ops.def`, spellings from the
core, slopes from `symad.diff`, errors from `ACCURACY.md`, and the numbers at the end of a domain are computed.
"""

from __future__ import annotations

import math
import re
from itertools import product

from making import ROOT, page, table
from sphinx.application import Sphinx

import symad
from symad.derive.excerpt import slopes
from symad.formula.ops import ROWS, Row

TABLE = (ROOT / "csrc/include/symad_ops.def").read_text(encoding="utf-8")
ACCURACY = (ROOT / "csrc/ACCURACY.md").read_text(encoding="utf-8")
ENDS = (0.0, 1.0, -1.0, 0.5, 2.0)  # where domains end
SHOWN = 3  # of these

HEAD = """# Operations and functions

Every row of [the table of operations](../../csrc/include/symad_ops.def), {n} in all, made from the table itself: where
it is smooth, its slopes as they are computed, the largest error found of value and slopes in units in the last place
([all of them](../measured/accuracy.md)), and what comes out where it is not smooth. A name is a link to its lesson.
Names with an underscore are rows that only derivatives use; they stand below with what they are.

{words}
"""


def arguments(text: str, start: int) -> list[str]:
    """The arguments of the call whose parenthesis opens at `start`, split at its own commas."""
    parts, depth, quoted, first = [], 0, False, start + 1
    for k in range(start, len(text)):
        quoted ^= text[k] == '"'
        depth += 0 if quoted else {"(": 1, ")": -1}.get(text[k], 0)
        if not quoted and ((text[k] == "," and depth == 1) or depth == 0):
            parts.append(text[first:k].strip())
            first = k + 1
        if depth == 0:
            break
    return parts


def outside() -> dict[str, str]:
    """What a finite result outside the domain is, by the name of the row."""
    found = {}
    for match in re.finditer(r"^OP[12]\(", TABLE, re.MULTILINE):
        parts = arguments(TABLE, match.end() - 1)
        found[parts[0]] = parts[6].strip("()").split(",")[0]
    return found


def words_of_outside() -> dict[str, str]:
    """The words of the table for these."""
    sentence = re.search(r"outside the domain is: (.*?)\.\n", TABLE, re.DOTALL)
    assert sentence, "symad_ops.def no longer says what a result outside the domain is"
    plain = re.sub(r"\s*\n \*\s*", " ", sentence[1])
    return dict(part.split(", ", 1) for part in plain.split("; "))


def beside() -> dict[str, str]:
    """Comments beside rows: their conventions."""
    found = dict(re.findall(r"^OP\w\((\w+),.*\)[ \t]+/\* (.*) \*/$", TABLE, re.MULTILINE))
    return found | {name: words for words, name in re.findall(r"^/\* (.*?) \*/\nOP\w\((\w+),", TABLE, re.MULTILINE)}


def errors() -> dict[str, dict[str, str]]:
    """Largest errors by the name of the row and the column."""
    found: dict[str, dict[str, str]] = {}
    lines = re.findall(r"^\| .*? \| ([A-Z]\w*) \| (value|d/d[ab]) \| (\S+) \|", ACCURACY, re.MULTILINE)
    for row, column, ulp in lines:
        found.setdefault(row, {})[column] = "< 0.01" if float(ulp) < 0.01 and float(ulp) else ulp
    return found


def others() -> dict[str, list[str]]:
    """Other spellings by the name of the row."""
    found: dict[str, list[str]] = {}
    text = (ROOT / "csrc/include/symad_aliases.def").read_text(encoding="utf-8")
    for spelling, name in re.findall(r'^ALIAS\("(\w+)", +(\w+)\)', text, re.MULTILINE):
        found.setdefault(name, []).append(spelling)
    return found


def readable(condition: str) -> str:
    """A condition of C as one of formulas."""
    text = condition.replace("||", "or").replace("&&", "and").replace("fabs(", "Abs(")
    return text[1:-1] if re.search(r"^\(.* (and|or) .*\)$", text) else text


def call(row: Row) -> str:
    """The row as it is written in a formula."""
    names = ["a", "b"] if row.arity in (-1, 2) else ["a"][: row.arity]
    if row.text.isidentifier() and not row.condition:
        return f"{row.text}({', '.join(names)})"
    if len(names) == 2:
        return f"a {row.text} {'2' if row.name == 'POWN' else 'b'}"
    return f"not {names[0]}" if row.condition else f"{row.text}{names[0]}"


def partials(row: Row) -> str:
    """The partials as they are computed, in operations that users know; of conditions there are none."""
    if row.condition or row.arity < 0:
        return ""
    return "<br>".join(f"`d/d{name} = {text}`" for name, text in slopes(symad.parse(call(row))).items())


def at_the_ends(row: Row) -> str:
    """Value and slopes at some points where the row is not smooth, as they come out."""
    names = ["a", "b"][: row.arity]
    inside = symad.compile(symad.parse(f"Piecewise((1, {readable(row.domain)}), (0, True))", variables=names))
    tape = symad.compile(symad.parse(call(row), variables=names))
    said = []
    for point in product(ENDS, repeat=len(names)):
        if inside.value(list(point)) or len(said) == SHOWN:
            continue
        value, gradient = tape.value_and_gradient(list(point))
        if math.isfinite(value):
            at = ", ".join(f"{number:g}" for number in point)
            said.append(f"at {at}: {value:.6g}, slope {', '.join(f'{slope:.6g}' for slope in gradient)}")
    return "; ".join(said)


def entry(row: Row, classes: dict[str, str], words: dict[str, str], ulps: dict[str, dict[str, str]]) -> list[str]:
    """One line of the reference."""
    text = call(row)
    public = not row.text.startswith("_")
    name = f"{{lesson}}`{text}`" if public and not row.condition else f"`{text}`"
    measured = "<br>".join(ulps.get(row.name, {}).values())
    smooth = "everywhere" if row.domain == "real" else f"`{readable(row.domain)}`" if row.domain else ""
    more = beside().get(row.name, "")
    ends = at_the_ends(row) if row.name in classes and row.domain != "real" and row.name != "POWN" else ""
    if ends:
        more = f"{words[classes[row.name]]}: {ends}"
    also = ", ".join(f"`{one}`" for one in others().get(row.name, ()))
    more = "<br>".join(filter(None, (more, f"also {also}" if also else "")))
    return [name, smooth, partials(row) if public else "", measured, more]


def write(app: Sphinx) -> None:
    """The page of the reference."""
    classes, words, ulps = outside(), words_of_outside(), errors()
    rows = [row for row in ROWS.values() if row.arity and row.text and row.text != "_select"]
    public = [row for row in rows if not row.text.startswith("_")]
    inner = [row for row in rows if row.text.startswith("_")]
    said = "Outside: " + "; ".join(f"*{kind.lower()}*, {meaning}" for kind, meaning in words.items()) + "."
    head = ["", "smooth where", "slopes", "ULP", "where it is not smooth"]
    defined = [
        [f"`{call(row)}`", f"`{row.definition}`" if row.definition else "", ", ".join(ulps.get(row.name, {}).values())]
        for row in inner
    ]
    page(
        "operations.md",
        HEAD.format(n=len(rows), words=said)
        + "\n"
        + table(head, [entry(row, classes, words, ulps) for row in public])
        + "\n## Rows that only derivatives use\n\n"
        + table(["", "is", "ULP"], defined),
    )


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx."""
    app.connect("builder-inited", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
