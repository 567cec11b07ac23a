"""Texts that a fuzzer of the parser once stumbled over, and the seeds it starts from: all just work, or are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

import symad

TEXTS = sorted((Path(__file__).resolve().parents[1] / "data" / "fuzz").glob("*.txt"))
REFUSED = [path for path in TEXTS if path.stem.startswith("refused_")]
FINDS = [path for path in TEXTS if path not in REFUSED]


@pytest.mark.parametrize("path", FINDS, ids=lambda path: path.stem)
def test_a_find_is_parsed_differentiated_and_printed(path: Path) -> None:
    parsed = symad.parse(path.read_text(encoding="utf-8"))
    assert symad.parse(str(parsed)) == parsed
    if parsed.variables:
        derived = symad.jacobian(parsed)
        assert symad.parse(str(derived)) == derived


@pytest.mark.parametrize("path", REFUSED, ids=lambda path: path.stem)
def test_a_find_is_refused(path: Path) -> None:
    with pytest.raises(symad.SymadError):
        symad.parse(path.read_text(encoding="utf-8"))
