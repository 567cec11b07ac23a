"""The table of verdicts row by row, without any method: an answer, what is known, what explains the error; the word."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest

from symad.comparison import judging, verdicts
from symad.system.clocks import Clock

EXACT, DIFFERENCES = verdicts.TOLERANCE_EXACT, verdicts.TOLERANCE_DIFFERENCES
U = 2.0**-53


@dataclass
class Found:
    """Evidence by hand; what is None must not be asked for."""

    k: float | None = 1.0
    b: float | None = 0.0
    bent: bool | None = False
    q: float | None = 0.0

    def condition(self) -> float:
        assert self.k is not None
        return self.k

    def bound(self) -> float:
        assert self.b is not None
        return self.b

    def bends(self) -> bool:
        assert self.bent is not None
        return self.bent

    def quotient(self) -> float:
        assert self.q is not None
        return self.q


NOTHING = Found(None, None, None, None)


def truth(kind: str, error: float = 0.0, *, sides: tuple[float, ...] = ()) -> verdicts.Truth:
    """A number 2.0 of which every answer misses by so much, relative."""
    exact = 2.0 if kind in ("smooth", "boundary") else math.nan
    return verdicts.Truth(kind, "", lambda answer: (error, error, 2 * error), lambda seconds: 1.0, sides, exact)


def decided(
    answer: float, known: verdicts.Truth, found: Found, *, exact: bool = True, usual: float = 0.0
) -> tuple[int, str]:
    tolerance = verdicts.tolerance(1, exact=exact)
    asked = verdicts.question(answer, known, exact=exact, tolerance=tolerance, usual=usual, evidence=found)
    return verdicts.decide(asked)


INF, NAN = math.inf, math.nan
SIDES = {"sides": (0.0, 1.0)}


@pytest.mark.parametrize(
    ("row", "word", "answer", "known"),
    [
        (1, "not judged", -1.0, truth("unknown")),
        (1, "not judged", NAN, truth("unknown")),
        (2, "outside the domain", NAN, truth("undefined")),
        (2, "outside the domain", INF, truth("undefined")),
        (3, "differs", -1.0, truth("undefined")),
        (4, "differs by convention", 0.25, truth("kink", **SIDES)),
        (4, "differs by convention", 0.25, truth("kink", sides=(1.0, -1.0))),
        (4, "differs by convention", 1.0 + 1e-10, truth("kink", **SIDES)),
        (5, "differs by convention", 0.0, truth("jump")),  # the documented convention
        (5, "differs by convention", 3.0, truth("jump", sides=(3.0,))),
        (5, "differs by convention", INF, truth("jump", sides=(INF,))),
        (6, "outside the domain", NAN, truth("kink", **SIDES)),
        (6, "outside the domain", NAN, truth("jump")),
        (6, "differs", 1.5, truth("kink", **SIDES)),
        (6, "differs", 1e5, truth("jump", sides=(1.0,))),
        (7, "agrees", INF, truth("beyond")),
        (8, "differs", -INF, truth("beyond", INF)),
        (8, "differs", NAN, truth("beyond", INF)),
        (8, "differs", 1e308, truth("beyond", INF)),
        (9, "agrees", 2.0, truth("smooth")),
        (9, "agrees", 2.0, truth("smooth", EXACT)),
        (9, "agrees", 2.0, truth("boundary")),
        (10, "differs", NAN, truth("smooth", INF)),
        (10, "differs", INF, truth("smooth", INF)),
        (10, "outside the domain", NAN, truth("boundary", INF)),  # a value to one side only
    ],
)
def test_rows_that_need_no_evidence(row: int, word: str, answer: float, known: verdicts.Truth) -> None:
    assert decided(answer, known, NOTHING) == (row, word)


ERROR = 1e-3
WRONG = truth("smooth", ERROR)  # absolute: 2e-3
ENOUGH = ERROR / (100 * U) * 1.001


@pytest.mark.parametrize(
    ("row", "word", "found", "exact"),
    [
        (11, "ill-conditioned", Found(ENOUGH, None, None, None), True),
        (11, "ill-conditioned", Found(ENOUGH, None, None, None), False),
        (12, "loses digits", Found(ENOUGH / 2, 2 * ERROR * 1.001, None, None), True),
        (12, "loses digits", Found(NAN, INF, None, None), True),  # without a condition row 11 is skipped
        (12, "loses digits", Found(1.0, NAN, None, None), True),  # a bound that is no number bounds nothing
        (13, "differs", Found(1.0, None, True, None), False),
        (14, "loses digits", Found(1.0, None, False, 2 * ERROR / 4 * 1.001), False),
        (15, "differs", Found(1.0, None, False, 2 * ERROR / 4 * 0.999), False),
        (16, "differs", Found(ENOUGH / 2, 2 * ERROR * 0.999, None, None), True),
    ],
)
def test_rows_that_ask_for_evidence(row: int, word: str, found: Found, exact: bool) -> None:
    assert decided(2.0, WRONG, found, exact=exact) == (row, word)


def test_every_row_of_the_table_stands_once_or_says_two_words() -> None:
    rows = [rule.row for rule in verdicts.TABLE]
    assert rows == sorted(rows)
    assert set(rows) == set(range(1, 17))
    assert [rows.count(row) for row in (6, 10)] == [2, 2]


def test_what_rows_1_to_10_leave_open_has_no_word_yet() -> None:
    one = verdicts.entry(0, 0, 2.0, WRONG, usual=0.0, exact=True, tolerance=EXACT)
    assert (one.row, one.word) == (0, "not judged")


def test_differences_are_given_what_they_cannot_help() -> None:
    assert decided(2.0, truth("smooth", 1e-6), NOTHING, exact=False) == (9, "agrees")
    assert decided(2.0, truth("smooth", 1e-6), Found())[1] == "differs"
    assert decided(2.0, truth("smooth", 1.1 * DIFFERENCES), Found(), exact=False)[1] == "differs"
    assert verdicts.tolerance(2, exact=False) == 1e-3


def entries(*errors: float) -> list[verdicts.Entry]:
    return [
        verdicts.entry(k, 0, 2.0, truth("smooth", error), usual=0.0, exact=True, tolerance=EXACT)
        for k, error in enumerate(errors)
    ]


def test_open_entries_are_settled_the_worst_first() -> None:
    asked: list[float] = []

    def evidence(one: verdicts.Entry) -> Found:
        asked.append(one.relative)
        return Found(b=INF)

    row, other = entries(1e-3, 0.0, 0.5), entries(0.1)
    done = judging.settled([row, other], [evidence, evidence], exact=[True, True], order=1, clock=Clock())
    assert asked == [0.5, 0.1, 1e-3]
    assert [one.word for one in done[0]] == ["loses digits", "agrees", "loses digits"]


def test_without_time_no_row_seems_to_agree() -> None:
    row = entries(1e-3, 0.0, 0.5)
    (done,) = judging.settled([row], [lambda one: Found()], exact=[True], order=1, clock=Clock(0.0))
    assert [one.word for one in done] == ["not judged", "agrees", "differs"]
    assert verdicts.row_word([one.word for one in done]) == "differs"


def test_conditions_end_with_their_seconds() -> None:
    asked: list[float] = []
    ask = judging.Conditions(Clock())
    one = replace(entries(0.5)[0], truth=replace(truth("smooth", 0.5), condition=lambda s: asked.append(s) or 3.0))
    assert ask(one) == ask(one) == 3.0
    assert len(asked) == 1  # once for all rows that share a place
    late = judging.Conditions(Clock(0.0))
    assert math.isnan(late(one))
    assert len(asked) == 1


def test_rows_are_called_by_the_gravest_word() -> None:
    order = ["differs", "loses digits", "ill-conditioned", "differs by convention", "agrees", "outside the domain"]
    order.append("not judged")
    assert [verdicts.row_word(order[k:]) for k in range(len(order))] == order
    assert verdicts.row_word([]) == "not judged"
    assert verdicts.tally(["agrees", "loses digits", "agrees"]) == "2 of 3 agrees"


@pytest.mark.parametrize(
    ("exact", "differences", "expected"),
    [
        (["agrees", "agrees"], ["agrees"], True),
        (["agrees"], ["loses digits"], True),  # expected of differences
        (["agrees"], ["ill-conditioned"], True),
        (["agrees", "differs by convention", "gave up", "outside the domain"], [], True),
        (["agrees", "differs", "ill-conditioned"], [], False),
        (["agrees"], ["differs"], False),
        (["agrees", "ill-conditioned"], [], None),
        (["agrees", "loses digits"], ["agrees"], None),
        (["outside the domain", "gave up"], ["outside the domain"], None),
        (["not judged"], ["not judged"], None),
        ([], [], None),
    ],
)
def test_agreement(exact: Sequence[str], differences: Sequence[str], expected: bool | None) -> None:
    rows = [(word, True) for word in exact] + [(word, False) for word in differences]
    assert verdicts.agreement(rows) is expected
