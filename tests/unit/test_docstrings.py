"""Examples in docstrings of what people call: each is run."""

from __future__ import annotations

import doctest
from typing import Any

import pytest

import symad

NAMES = (
    "gradient", "forward_gradient", "jacobian", "hessian", "jvp", "vjp", "hvp", "compose", "to_sympy", "Expression",
    "Tape",
)  # fmt: skip


def examples(name: str) -> list[doctest.DocTest]:
    """The examples of a public name, of its members too."""
    thing: Any = getattr(symad, name)
    found = doctest.DocTestFinder().find(thing, name, module=False, globs={"symad": symad})  # type: ignore[arg-type]
    return [one for one in found if one.examples]


@pytest.mark.parametrize("name", NAMES)
def test_examples_give_what_they_say(name: str) -> None:
    found = examples(name)
    assert found, f"{name} has no example"
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    report: list[str] = []
    for one in found:
        runner.run(one, out=report.append)
    assert runner.summarize(verbose=False).failed == 0, "".join(report)
