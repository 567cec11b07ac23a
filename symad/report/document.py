"""The frame of every JSON answer: schema, version, machine, settings, results; never a NaN token.

What is no finite number is null beside a reason; the second half of this module reads both back.
"""

from __future__ import annotations

import json
import math
from importlib import resources
from typing import TYPE_CHECKING, Any

from symad._core import tapes
from symad.formula.numbers import LONGEST, big

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SCHEMA_VERSION = 1


def document(
    command: str,
    machine: Mapping[str, object],
    settings: Mapping[str, object],
    results: Sequence[object],
    *,
    version: str | None = None,
) -> dict[str, object]:
    """One answer to one command; `version` is that of the symad that computed it, by default this one."""
    return {
        "schema_version": SCHEMA_VERSION,
        "symad_version": version or tapes.version(),
        "command": command,
        "machine": dict(machine),
        "settings": dict(settings),
        "results": list(results),
    }


def schema() -> str:
    """The JSON schema of every answer, as text."""
    return resources.files("symad.report").joinpath("schema", "answer.json").read_text(encoding="utf-8")


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


def read_number(data: Mapping[str, Any], key: str) -> float | None:
    """What `finite` wrote; a reason that names no number stands for an infinity."""
    value, reason = data.get(key), data.get(f"{key}_reason")
    if value is not None or reason is None:
        return None if value is None else float(value)
    return float(reason) if reason in ("nan", "inf", "-inf") else math.inf


def read_map(data: Mapping[str, Any], key: str) -> dict[str, float]:
    """What `finite_map` wrote."""
    reasons = data.get(f"{key}_reasons", {})
    return {name: float(reasons[name] if value is None else value) for name, value in data[key].items()}


def read_count(data: Mapping[str, Any], key: str) -> int:
    """What `exact` wrote; of a number too long to be written out the three digits that were."""
    value = data[key]
    if value is not None:
        return int(value)
    mantissa, _, exponent = data[f"{key}_reason"].removeprefix("about ").partition(":")[0].partition("e")
    scale: int = 10 ** (int(exponent) - 2)
    return round(100 * float(mantissa)) * scale
