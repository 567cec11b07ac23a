"""JSON answers held to the schema that the package ships; one place for all tests that write JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import jsonschema

from symad.report import document

SCHEMA = json.loads(document.schema())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def validated(text: str) -> Any:
    """The data of one answer; fails where it breaks the schema or holds a token that is no JSON."""
    data = json.loads(text, parse_constant=_refuse)
    VALIDATOR.validate(data)
    return data


def numbers(data: object) -> Iterator[float]:
    """Every number of an answer."""
    if isinstance(data, dict | list):
        for one in data.values() if isinstance(data, dict) else data:
            yield from numbers(one)
    elif isinstance(data, int | float) and not isinstance(data, bool):
        yield data


def _refuse(token: str) -> object:
    raise AssertionError(f"{token} in JSON")
