"""The condition that an operation outside its domain breaks, solved for its variable where that is plain arithmetic."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

from symad.answers.facts import Outside
from symad.answers.polynomials import Polynomials
from symad.answers.rewritings import bare
from symad.answers.terms import INPUT, Terms
from symad.comparison.single_rules import operation
from symad.formula.ops import ROWS

if TYPE_CHECKING:
    from symad.formula.expression import Expression

_PLAIN = re.compile(r"\(?([ab]) (>|<|>=|<=|!=) (-?[\d.]+)\)?")
_TURNED = {">": "<", "<": ">", ">=": "<=", "<=": ">=", "!=": "!="}
_OPERAND = re.compile(r"(?<![\w.])[ab](?![\w(])")
_WORDS = {"||": "or", "&&": "and", "fabs(": "Abs(", "fmod(": "Mod("}
_LONGEST = 60  # characters of a condition that anybody would read


def outside(single: Expression, node: int) -> Outside:
    """What an operation of a formula with one output is, and what it needs.

    >>> import symad
    >>> outside(symad.parse("log(x - 2)*sqrt(x)"), 3)
    Outside(operation='log(x - 2)', needs='x > 2')
    """
    terms = Terms(single)
    text = operation(single, node)
    domain = ROWS[single.graph.op[node]].domain
    operands = [terms.nodes[operand] for operand in single.graph.operands(node)]
    if domain in ("", "real") or not operands:
        return Outside(text, "")
    needs = _solved(terms, domain, operands) or _written(terms, domain, operands)
    return Outside(text, needs if len(needs) <= _LONGEST else "")


def _solved(terms: Terms, domain: str, operands: list[int]) -> str:
    """The condition as one of a variable alone: of ``2*x - 3 > 0`` it is ``x > 1.5``; "" where that is not so plain."""
    plain = _PLAIN.fullmatch(domain)
    if plain is None:
        return ""
    form = dict(Polynomials(terms).of(operands["ab".index(plain[1])]))
    constant = form.pop((), Fraction(0))
    if len(form) != 1:
        return ""
    ((monomial, factor),) = form.items()
    if len(monomial) != 1 or monomial[0][1] != 1 or terms.row(monomial[0][0]) != INPUT:
        return ""
    sign = plain[2] if factor > 0 else _TURNED[plain[2]]
    bound = float((Fraction(plain[3]) - constant) / factor)
    return f"{bare(str(terms.expression(monomial[0][0])))} {sign} {repr(bound).removesuffix('.0')}"


def _written(terms: Terms, domain: str, operands: list[int]) -> str:
    """The condition with the operands in it."""
    texts = [bare(str(terms.expression(operand))) for operand in operands]
    said = domain[1:-1] if domain.startswith("(") and domain.endswith(")") else domain
    for word, instead in _WORDS.items():
        said = said.replace(word, instead)
    return _OPERAND.sub(lambda found: texts["ab".index(found[0])], said) if len(texts) <= len("ab") else ""
