"""Normal forms and numbers as text for people. Decides nothing."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from symad.answers.equality import polynomials as poly
from symad.formula.ops import ROWS

if TYPE_CHECKING:
    import mpmath

    from symad.answers.equality.normal_form import Form, Forms
    from symad.answers.equality.polynomials import Monomial, Polynomial

_DIGITS = 9
_MOST_DIGITS = 60
_LONGEST = 60  # characters of a divisor or a factor that is still shown
_EXACT = 10**15  # integers below are written out


def form_text(forms: Forms, form: Form) -> str:
    """A normal form as a formula: ``2*x**3*cos(x**2)``."""
    above, below = form.above, form.below
    denominators = [value.denominator for value in above.values()]
    scale = Fraction(_common_multiple(denominators)) if len(above) > 1 or len(below) > 1 else Fraction(1)
    if len(above) == 1:
        scale = Fraction(next(iter(above.values())).denominator)
    above = {monomial: value * scale for monomial, value in above.items()}
    below = {monomial: value * scale for monomial, value in below.items()}
    if poly.constant_of(below) == 1:
        return _sum(forms, above)
    top = _sum(forms, above)
    bottom = _sum(forms, below)
    top = f"({top})" if len(above) > 1 else top
    simple = len(below) == 1 and bottom.count("*") == bottom.count("**") * 2 and "/" not in bottom
    return f"{top}/{bottom}" if simple else f"{top}/({bottom})"


def _common_multiple(numbers: list[int]) -> int:
    from math import lcm

    return lcm(*numbers) if numbers else 1


def _sum(forms: Forms, a: Polynomial) -> str:
    terms = sorted(a.items(), key=lambda item: _rank(forms, item[0]), reverse=True)
    if len(terms) > 1 and terms[0][1] < 0 and any(value > 0 for _, value in terms):
        first = next(k for k, (_, value) in enumerate(terms) if value > 0)
        terms.insert(0, terms.pop(first))
    text = ""
    for monomial, value in terms:
        piece = _product(forms, monomial, abs(value))
        sign = ("-" if value < 0 else "") if not text else (" - " if value < 0 else " + ")
        text += sign + piece
    return text or "0"


def _rank(forms: Forms, monomial: Monomial) -> tuple[object, ...]:
    degree = sum(exponent for name, exponent in monomial if forms.unknowns[name].name)
    return degree, len(monomial), *poly.order(monomial)


def _product(forms: Forms, monomial: Monomial, value: Fraction) -> str:
    """Coefficient, variables, functions."""
    names = sorted(monomial, key=lambda item: (not forms.unknowns[item[0]].name, item[0]))
    pieces = [_power(forms, name, exponent) for name, exponent in names]
    if value != 1 or not pieces:
        pieces.insert(0, _number(value) if value.denominator == 1 or not pieces else f"{_number(value)}")
    return "*".join(pieces)


def _number(value: Fraction) -> str:
    return str(value.numerator) if value.denominator == 1 else f"{value.numerator}/{value.denominator}"


def _power(forms: Forms, name: int, exponent: int) -> str:
    unknown = forms.unknowns[name]
    entry = ROWS[unknown.row] if unknown.row else None
    if unknown.root and entry is not None and entry.name == "POW":
        base = form_text(forms, unknown.operands[0])
        if unknown.root == 2 and exponent == 1:
            return f"sqrt({base})"
        base = base if base.isidentifier() or base.isdigit() else f"({base})"
        return f"{base}**({Fraction(exponent, unknown.root)})"
    text = unknown.name or _call(forms, name)
    return text if exponent == 1 else f"{text if text[-1] == ')' or text.isidentifier() else f'({text})'}**{exponent}"


def _call(forms: Forms, name: int) -> str:
    """A function, or an operator between forms."""
    unknown = forms.unknowns[name]
    entry, operands = ROWS[unknown.row], [form_text(forms, operand) for operand in unknown.operands]
    if not operands:
        return entry.text
    if entry.text.isidentifier() and entry.name != "SELECT" and not entry.condition:
        return f"{entry.text}({', '.join(operands)})"
    if entry.name == "SELECT":
        return f"Piecewise(({operands[1]}, {_bare(operands[0])}), ({operands[2]}, True))"
    pieces = [one if one.isidentifier() or one.isdigit() else f"({one})" for one in operands]
    between = entry.text if entry.name == "POW" else f" {entry.text} "
    return f"({between.join(pieces)})" if len(pieces) > 1 else f"({entry.text} {pieces[0]})"


def _bare(condition: str) -> str:
    return condition[1:-1] if condition.startswith("(") and condition.endswith(")") else condition


def short(text: str) -> str:
    """A text cut where it would fill the line."""
    return text if len(text) <= _LONGEST else text[: _LONGEST - 4] + " ..."


def number_text(value: mpmath.mpf, digits: int = _DIGITS) -> str:
    """A value with nine digits; whole numbers without a point, what is no number in words."""
    context = value.context
    if context.isnan(value):
        return "no number"
    if context.isinf(value):
        return "infinite" if value > 0 else "-infinite"
    if abs(value) < _EXACT and value == context.nint(value):
        return str(int(value))
    text = str(context.nstr(value, digits, min_fixed=-5, max_fixed=16))
    mantissa, e, exponent = text.partition("e")
    mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    return mantissa + e + exponent


def two_numbers(a: mpmath.mpf, b: mpmath.mpf) -> tuple[str, str]:
    """Two values with as many digits as show that they differ."""
    digits = _DIGITS
    while digits < _MOST_DIGITS:
        texts = number_text(a, digits), number_text(b, digits)
        if texts[0] != texts[1]:
            return texts
        digits += 1
    return number_text(a), number_text(b)


def fraction_text(value: Fraction) -> str:
    """A coordinate: whole, or a decimal where that is short, else with 17 digits."""
    if value.denominator == 1 and abs(value) < _EXACT:
        return str(value.numerator)
    shown = f"{float(value):.17g}"
    return min((repr(float(value)), shown), key=len)
