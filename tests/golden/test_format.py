"""Files of every version of the format, beside the text of what each holds: they load for ever.

A file is written once, ``--update-golden`` writing those that are missing for the version of today; none is ever
changed.
"""

from __future__ import annotations

import pickle
import pickletools
from collections.abc import Callable
from pathlib import Path

import pytest

import symad

FOLDER = Path(__file__).parent / "format"
TODAY = "1.1"
VERSION = slice(8, 12)
TEXTS = {
    "program": "(x**2 + sin(x**2))*x**2",
    "constants": "x, y: 1/3*3*x + 123456789012345678901234567890*y + 10**400/10**399 - 0.1 + 2.5e-3*pi*E",
    "branches": "Piecewise((x, (x > 0 and y < 1) or not x == y), (Min(x, y, 3), x != 2)) + Max(x, y, z)",
    "bindings": "f(u, v) = u*v + 1; r = sqrt(x**2 + y**2)  # π\na = f(r, x)\n(a, r, a/r, logsumexp(x, y))",
    "powers": "x**3 + x**-2 + x**y + x**0.5 + 2**x + E**x + atan2(x, y) + tanh(x)/erf(y)",
    "rounded": "x**(1/3)*(1/7)*y + softsign(x)*(6/29)**3",
    "unused": "x, y, z: -y",
}
FILES = sorted(FOLDER.rglob("*.symad"))


def written(name: str) -> symad.Expression:
    kind, _, text = name.rpartition(".")
    parsed = symad.parse(TEXTS[text])
    return symad.jacobian(parsed) if kind == "jacobian" else parsed


@pytest.mark.parametrize("name", [f"{kind}{name}" for name in TEXTS for kind in ("", "jacobian.")])
def test_todays_files_are_there(name: str, update_golden: bool) -> None:
    path = FOLDER / TODAY / f"{name}.symad"
    if update_golden and not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(written(name).to_bytes())
        path.with_suffix(".txt").write_text(f"{written(name)}\n", encoding="utf-8")
    assert path.exists()


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_file_loads_for_ever(path: Path) -> None:
    raw = path.read_bytes()
    loaded = symad.Expression.from_bytes(raw)
    text = path.with_suffix(".txt").read_text(encoding="utf-8")
    assert loaded == symad.parse(text)
    again = bytearray(loaded.to_bytes())
    again[VERSION] = raw[VERSION]
    if raw[VERSION.start] == again[VERSION.start]:  # a new major version may write other bytes
        assert again[32:] == raw[32:]


@pytest.mark.parametrize("made", [symad.parse, symad.compile])
@pytest.mark.parametrize("name", ["program", "branches"])
def test_a_pickle_loads_for_ever(name: str, made: Callable[[str], object], update_golden: bool) -> None:
    """It holds the bytes of a file, and names that users type: modules may move."""
    path = FOLDER / "pickles" / f"{name}.{made.__name__}.pickle"
    if update_golden and not path.exists():
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(pickle.dumps(made(TEXTS[name]), protocol=4))
    raw = path.read_bytes()
    named = {argument for code, argument, _ in pickletools.genops(raw) if code.name == "SHORT_BINUNICODE"}
    assert {name for name in named if str(name).startswith("symad")} == {"symad"}
    assert str(pickle.loads(raw)) == str(made(TEXTS[name]))


@pytest.mark.parametrize("name", TEXTS)
def test_the_source_and_the_names_are_in_the_file(name: str) -> None:
    loaded = symad.load(FOLDER / TODAY / f"{name}.symad").expression
    parsed = symad.parse(TEXTS[name])
    assert (loaded.source, loaded.labels) == (TEXTS[name], parsed.labels)
    assert loaded == parsed
