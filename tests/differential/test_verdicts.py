"""Comparisons whose outcome is known beforehand: what the verdicts and diagnoses must come to.

`tests/data/verdicts.jsonl` holds formula, point and why; none of it was computed by symad. Sixty cases have an outcome
and a cause, worked out by hand; twenty-one have a word for the exact methods and each kind of differences.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import agreement
import pytest

import symad
from symad.comparison.result import Comparison, MethodResult
from symad.symbolic import Budget, SymbolicWorker

CASES = [json.loads(line) for line in (Path(__file__).parents[1] / "data" / "verdicts.jsonl").read_text().splitlines()]
BY_OUTCOME = [case for case in CASES if "outcome" in case]
BY_WORD = [case for case in CASES if "outcome" not in case]
OF_SWEEP = {
    "outside the domain": "domain",
    "differs by convention": "convention",
    "ill-conditioned": "ill-conditioned",
    "loses digits": "loses digits",
    "differs": "wrong",
}
# What is there whatever the method makes of the formula: it gave up, or has none. The complex step has no bound of its
# own, so that where the symbolic program loses digits it may be said to differ.
UNHEARD = {"gave up", "does not apply"}


def formula(case: dict[str, Any]) -> str:
    """The text; a case with a step repeats it."""
    return "; ".join([case["formula"], *[case["step"]] * case["times"], "a"]) if "step" in case else case["formula"]


def outcome(found: Comparison) -> tuple[str, str | None]:
    """What a comparison comes to in one word, and the cause that it names."""
    sweep = found.method("sweep")
    if sweep.verdict in OF_SWEEP:
        return OF_SWEEP[sweep.verdict], sweep.diagnosis.cause if sweep.diagnosis else None
    for key in ("central", "one-sided"):
        row = found.method(key)
        if row.verdict == "differs" and row.diagnosis is not None:
            return row.diagnosis.cause, row.diagnosis.cause
    words = {method.verdict for method in found.methods}
    if "gave up" in words:
        return "gave up", None
    return ("agree" if words <= {"agrees", "does not apply"} else "other", None)


@pytest.fixture(scope="module")
def worker() -> Iterator[SymbolicWorker]:
    with SymbolicWorker() as own:
        yield own


def compared(case: dict[str, Any], worker: SymbolicWorker) -> Comparison:
    own = {"budget": Budget(seconds=case["budget_s"])} if "budget_s" in case else {"worker": worker}
    where = {key: case[key] for key in ("at", "domain") if key in case}
    return symad.compare(formula(case), timings=False, **own, **where)


def rows(found: Comparison, key: str) -> list[MethodResult]:
    """The rows that a word is about."""
    if key != "exact":
        return [found.method(key)]
    exact = [row for row in found.methods if row.exact and row.key != "complex"]
    return [row for row in exact if row.verdict not in UNHEARD]


def test_there_are_sixty_and_twenty_one() -> None:
    assert (len(BY_OUTCOME), len(BY_WORD)) == (60, 21)


@pytest.mark.parametrize("case", BY_OUTCOME, ids=lambda case: case["formula"])
def test_sixty_verdicts_are_those_known_beforehand(case: dict[str, Any], worker: SymbolicWorker) -> None:
    found = compared(case, worker)
    said = {method.key: (method.verdict, method.reason) for method in found.methods}
    assert outcome(found) == (case["outcome"], case["cause"]), said
    for key, word in case.get("words", {}).items():
        assert found.method(key).verdict == word, said


@pytest.mark.parametrize("case", BY_WORD, ids=lambda case: case["formula"])
def test_twenty_one_words_are_those_written_down(case: dict[str, Any], worker: SymbolicWorker) -> None:
    found = compared(case, worker)
    said = {method.key: (method.verdict, method.reason) for method in found.methods}
    for key, word in case["words"].items():
        own = case["words"] if key == "exact" else ()
        judged = [row for row in rows(found, key) if not (row.key.startswith("symbolic") and "symbolic" in own)]
        if "symbolic" in own:  # only by reverse mode: SymPy's forms all have the formula that loses
            judged = [row for row in judged if row.status is not None]
        assert {row.verdict for row in judged} == {word}, (key, said)
    for key, cause in case.get("causes", {}).items():
        diagnosis = found.method(key).diagnosis
        assert diagnosis is not None
        assert diagnosis.cause == cause, said


@pytest.mark.slow
def test_what_agrees_is_within_the_stated_tolerance(worker: SymbolicWorker) -> None:
    """Every 40th formula of the corpus, judged by the corpus's own digits; `agreement.py` looks at all."""
    judged = 0
    for one, expression in agreement.formulas([], (7, 40)):
        words, wrong = agreement.looked_at(one, expression, worker)
        assert not wrong
        judged += words.total()
    assert judged > 1000
