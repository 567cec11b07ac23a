"""Sixty comparisons whose outcome is known beforehand, by hand: what the verdicts and diagnoses must come to.

`tests/data/verdicts.jsonl` holds formula, point, outcome and why; none of it was computed by symad.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import symad
from symad.results import Comparison
from symad.symbolic import Budget, SymbolicWorker

CASES = [json.loads(line) for line in (Path(__file__).parents[1] / "data" / "verdicts.jsonl").read_text().splitlines()]
MAY_BE_WRONG = 1
OF_SWEEP = {
    "outside the domain": "domain",
    "differs by convention": "convention",
    "ill-conditioned": "ill-conditioned",
    "differs": "wrong",
}


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
        if row.diagnosis is not None:
            return row.diagnosis.cause, row.diagnosis.cause
    words = {method.verdict for method in found.methods}
    if "gave up" in words:
        return "gave up", None
    return ("agree" if words <= {"agrees", "does not apply"} else "other", None)


def test_sixty_verdicts_are_those_known_beforehand() -> None:
    assert len(CASES) == 60
    wrong = []
    with SymbolicWorker() as worker:
        for case in CASES:
            own = {"budget": Budget(seconds=case["budget_s"])} if "budget_s" in case else {"worker": worker}
            found = symad.compare(formula(case), at=case["at"], timings=False, **own)
            came = outcome(found)
            if came != (case["outcome"], case["cause"]):
                words = {method.key: method.verdict for method in found.methods}
                wrong.append(
                    f"{case['formula']} at {case['at']}: {came}, not {case['outcome']}, {case['cause']}: {words}"
                )
    assert len(wrong) <= MAY_BE_WRONG, "\n".join(wrong)
