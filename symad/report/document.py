"""The frame of every JSON answer: schema, version, machine, settings, results; never a NaN token."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

from symad import _core
from symad.report.numbers import LONGEST, big

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SCHEMA_VERSION = 1


def document(
    command: str, machine: Mapping[str, object], settings: Mapping[str, object], results: Sequence[object]
) -> dict[str, object]:
    """One answer to one command."""
    return {
        "schema_version": SCHEMA_VERSION,
        "symad_version": _core.version(),
        "command": command,
        "machine": dict(machine),
        "settings": dict(settings),
        "results": list(results),
    }


def dumps(data: object, *, indent: int | None = 2) -> str:
    """JSON text; a NaN here would be a bug and raises."""
    return json.dumps(data, indent=indent, allow_nan=False, ensure_ascii=False) + "\n"


def finite(key: str, value: float | None, reason: str = "") -> dict[str, object]:
    """``{key: value}``, or null and ``key_reason`` where there is no finite number."""
    if value is None:
        return {key: None, f"{key}_reason": reason} if reason else {key: None}
    if math.isfinite(value):
        return {key: value}
    return {key: None, f"{key}_reason": reason or repr(float(value))}


def finite_map(key: str, values: Mapping[str, float]) -> dict[str, object]:
    """``{key: {name: value}}`` with null for what is not finite, and then ``key_reasons`` by name."""
    odd = {name: repr(float(value)) for name, value in values.items() if not math.isfinite(value)}
    shown = {name: None if name in odd else value for name, value in values.items()}
    return {key: shown, f"{key}_reasons": odd} if odd else {key: shown}


def exact(key: str, count: int | None) -> dict[str, object]:
    """``{key: count}`` as an integer, or null and ``key_reason`` where Python refuses to write its digits."""
    if count is not None and count.bit_length() > LONGEST:
        return {key: None, f"{key}_reason": f"about {big(count).lstrip('~')}: too long to write out"}
    return {key: count}
