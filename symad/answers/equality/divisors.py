"""What only one of two formulas divides by. Decides nothing about their values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symad.answers.equality import polynomials as poly
from symad.answers.equality.joining import cone
from symad.answers.equality.normal_form import Form
from symad.answers.equality.polynomials import Polynomial, TooLargeError
from symad.answers.equality.writing import form_text, short
from symad.formula.ops import ROWS

if TYPE_CHECKING:
    from symad.answers.equality.normal_form import Forms
    from symad.formula.expression import Expression

_MOST = 3  # divisors that are named
_POSITIVE = frozenset(("EXP", "EXP2", "COSH", "SECH", "SIGMOID", "PI", "E"))


def only_one_side(joint: Expression, forms: Forms) -> tuple[str, ...]:
    """Divisors of the first output alone or of the second alone, as formulas, where they can be 0 at all."""
    sides = [
        [forms.divisors[node] for node in cone(joint, output) if node in forms.divisors] for output in joint.outputs[:2]
    ]
    found: list[str] = []
    for own, other in (sides, sides[::-1]):
        for divisor in own:
            if _may_vanish(forms, divisor.above) and not _covered(divisor, other):
                text = form_text(forms, Form(divisor.above, poly.constant(1)))
                if len(short(text)) == len(text) and text not in found:
                    found.append(text)
    return tuple(found[:_MOST])


def _factors(divisor: Form) -> list[Polynomial]:
    """The parts of a divisor of which one must vanish where it does: unknowns, and the rest."""
    shared = poly.common(divisor.above)
    rest = poly.divided_by_monomial(divisor.above, shared)
    parts = [poly.unknown(name) for name, _ in shared]
    return parts if poly.constant_of(rest) is not None else [*parts, rest]


def _covered(divisor: Form, others: list[Form]) -> bool:
    """Whether the other side divides by something that vanishes wherever this does."""
    theirs = [part for other in others for part in _factors(other)]
    return all(any(_divides(part, one) or _divides(one, part) for one in theirs) for part in _factors(divisor))


def _divides(part: Polynomial, whole: Polynomial) -> bool:
    """Whether a polynomial is a factor of another."""
    try:
        return poly.divided(whole, part) is not None
    except TooLargeError:
        return False


def _may_vanish(forms: Forms, a: Polynomial) -> bool:
    """False where a sum is plainly of one sign: a number, squares, exponentials, with coefficients of one sign."""
    if poly.constant_of(a) is not None:
        return False
    never_zero = False
    for monomial in a:
        plain = [name for name, exponent in monomial if not _is_positive(forms, name)]
        if any(exponent % 2 for name, exponent in monomial if name in plain):
            return True
        never_zero |= not plain
    return not never_zero or len({value > 0 for value in a.values()}) > 1


def _is_positive(forms: Forms, name: int) -> bool:
    unknown = forms.unknowns[name]
    return bool(unknown.row) and ROWS[unknown.row].name in _POSITIVE
