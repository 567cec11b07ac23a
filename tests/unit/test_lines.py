"""Derivatives as lines: columns, cuts, and the part of the first screen."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from symad.answers.lines import Line, first_screen, lines, number_text, shortened
from symad.answers.values import Number


@dataclass(frozen=True)
class Shown:
    slopes: tuple[Line, ...]
    lines: tuple[tuple[str, str], ...] = ()
    form: str = "named"


def test_equals_signs_stand_in_columns() -> None:
    slopes = (Line("df/dx", "2*x", Number(4.0)), Line("df/dx10", "x**2*y", Number(-0.5)))
    assert lines(Shown(slopes)) == ["df/dx   = 2*x    = 4", "df/dx10 = x**2*y = -0.5"]


def test_notes_stand_behind_values() -> None:
    slopes = (Line("df/dx", "sign(x)", Number(0.0, "kink", -1.0, 1.0)), Line("df/dy", "1", Number(1.0)))
    assert lines(Shown(slopes)) == ["df/dx = sign(x) = 0   (from -1 to 1)", "df/dy = 1       = 1"]


@pytest.mark.parametrize(
    ("text", "most", "wanted"),
    [
        ("a*b + c*d", 9, "a*b + c*d"),
        ("aaaa*bbbb + cccc*dddd", 16, "aaaa*bbbb + ..."),
        ("aaaa*bbbb + cccc*dddd", 15, "aaaa*bbbb + ..."),
        ("aaaa*bbbb + cccc*dddd", 14, "aaaa* ..."),
        ("x**2*sin(-y) + z", 13, "x**2* ..."),
    ],
)
def test_cut_at_an_operator(text: str, most: int, wanted: str) -> None:
    assert shortened(text, most) == wanted
    assert len(wanted) <= most


@pytest.mark.parametrize("width", [60, 80, 100])
def test_no_line_is_wider_than_asked(width: int) -> None:
    formula = " + ".join(f"x{k}*cos(x{k}*y)" for k in range(20))
    slopes = tuple(Line(f"df/dx{k}", formula, Number(-215.59999999999994)) for k in range(4))
    assert all(len(line) <= width for line in lines(Shown(slopes), width=width))
    assert all(len(line) <= width for line in first_screen(Shown(slopes[:1], (("da", formula),)), width=width))


def test_many_slopes_show_the_last_four_shortest_first() -> None:
    slopes = tuple(Line(f"df/dx{k}", "x" * (40 - k), None) for k in range(10, 40))
    found = first_screen(Shown(slopes))
    assert [line.split(" = ")[0] for line in found] == ["df/dx39", "df/dx38", "df/dx37", "df/dx36", found[-1]]
    assert found[-1] == "(26 more: symad diff)"


def test_a_single_slope_brings_its_names_as_far_as_they_fit() -> None:
    names = (("dl1", "dl3*(4 - 8*l1)*(4 - 8*l2)"), ("dl3", "dl5*(4 - 8*l3)*(4 - 8*l4)"))
    found = first_screen(Shown((Line("dl12/dx", "dl1*(4 - 8*x)", Number(-4442.801755939924)),), names))
    assert found == [
        "dl12/dx = dl1*(4 - 8*x), dl1 = dl3*(4 - 8*l1)*(4 - 8*l2), ... (symad diff)",
        "        = -4442.801755939924",
    ]


@pytest.mark.parametrize(
    ("value", "text"), [(792.0, "792"), (-0.0, "0"), (0.1, "0.1"), (1e300, "1e+300"), (float("inf"), "inf")]
)
def test_numbers(value: float, text: str) -> None:
    assert number_text(value) == text
