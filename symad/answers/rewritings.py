"""Rewritings that keep digits where a formula loses them: the rules as data, and where they apply to a formula.

Nothing is claimed of a rule: what is offered was tried at the points (`symad.answers.trying`).
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from symad.answers.matching import Matcher
from symad.answers.polynomials import Polynomials
from symad.answers.terms import ADD, DIV, MUL, NEG, SUB, Terms
from symad.formula.parsing import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from symad.answers.matching import Found
    from symad.formula.expression import Expression

# What is written, and what to write instead, of any formulas u, v, a, b. A statement `n = ...` is brought into normal
# form: there what cancels has cancelled exactly, as x + 1 - x does.
RULES = (
    # cosines and sines
    ("(1 - cos(u))/u**2", "sinc(u/2)**2/2"),
    ("1 - cos(u)", "2*sin(u/2)**2"),
    ("1 - cos(u)", "n = u**2/2; n*sinc(u/2)**2"),
    ("a - a*cos(u)", "2*a*sin(u/2)**2"),
    ("cos(u) - cos(v)", "n = (u + v)/2; n2 = (v - u)/2; 2*sin(n)*sin(n2)"),
    ("sin(u) - sin(v)", "n = (u + v)/2; n2 = (u - v)/2; 2*cos(n)*sin(n2)"),
    ("tan(u) - tan(v)", "n = u - v; sin(n)/(cos(u)*cos(v))"),
    ("sin(u)/u", "sinc(u)"),
    ("1 - sin(u)**2", "cos(u)**2"),
    ("1 - cos(u)**2", "sin(u)**2"),
    ("cos(u)**2 - sin(u)**2", "cos(2*u)"),
    ("1/cos(u) - 1", "2*sin(u/2)**2/cos(u)"),
    ("1 - sin(u)", "2*sin(pi/4 - u/2)**2"),
    # exponentials
    ("exp(u) - 2 + exp(-u)", "4*sinh(u/2)**2"),
    ("exp(u) - exp(-u)", "2*sinh(u)"),
    ("exp(u) - exp(v)", "n = u - v; exp(v)*expm1(n)"),
    ("exp(u) - 1", "expm1(u)"),
    ("a*exp(u) - a", "a*expm1(u)"),
    ("(exp(u) - 1)/(exp(u) + 1)", "tanh(u/2)"),
    ("u**v - 1", "expm1(v*log(u))"),
    ("(1 + u)**v - 1", "expm1(v*log1p(u))"),
    ("cosh(u) - 1", "2*sinh(u/2)**2"),
    ("cosh(u)**2 - 1", "sinh(u)**2"),
    ("cosh(u)**2 - sinh(u)**2", "n = u - u + 1; n"),
    ("cosh(u) - sinh(u)", "exp(-u)"),
    ("1 - tanh(u)", "2/(1 + exp(2*u))"),
    ("1 - tanh(u)**2", "1/cosh(u)**2"),
    ("1 - 1/(1 + exp(u))", "1/(1 + exp(-u))"),
    ("1 - 1/(1 + exp(-u))", "1/(1 + exp(u))"),
    ("1 - sigmoid(u)", "sigmoid(-u)"),
    # logarithms
    ("log(u + sqrt(u**2 + 1))", "asinh(u)"),
    ("log(u + sqrt(u**2 - 1))", "acosh(u)"),
    ("log((1 + u)/(1 - u))", "2*atanh(u)"),
    ("log(1 + exp(u))", "softplus(u)"),
    ("log(exp(u) + exp(v))", "logaddexp(u, v)"),
    ("log(1 + u)", "log1p(u)"),
    ("log(1 - u)", "log1p(-u)"),
    ("log(u) - log(v)", "n = u - v; log1p(n/v)"),
    ("log(u/v)", "n = u - v; log1p(n/v)"),
    # roots
    ("sqrt(u) - sqrt(v)", "n = u - v; n/(sqrt(u) + sqrt(v))"),
    ("sqrt(u) - v", "n = u - v**2; n/(sqrt(u) + v)"),
    ("sqrt(u**2 + v**2) - b", "n = u**2 + v**2 - b**2; n/(sqrt(u**2 + v**2) + b)"),
    ("cbrt(u) - cbrt(v)", "n = u - v; n/(cbrt(u)**2 + cbrt(u)*cbrt(v) + cbrt(v)**2)"),
    ("1/sqrt(u) - 1/sqrt(v)", "n = v - u; n/(sqrt(u)*sqrt(v)*(sqrt(u) + sqrt(v)))"),
    ("sqrt(1 - u**2)", "sqrt((1 - u)*(1 + u))"),
    # quotients, powers, arcs, error functions
    ("1/u - 1/v", "n = v - u; n/(u*v)"),
    ("a/u - b/v", "n = a*v - b*u; n/(u*v)"),
    ("a/u - b", "n = a - b*u; n/u"),
    ("u**2 - v**2", "n = u - v; n*(u + v)"),
    ("1 - u**2", "(1 - u)*(1 + u)"),
    ("atan(u) - atan(v)", "n = u - v; atan(n/(1 + u*v))"),
    ("atanh(u) - atanh(v)", "n = u - v; atanh(n/(1 - u*v))"),
    ("pi/2 - atan(u)", "atan(1/u)"),
    ("1 - erf(u)", "erfc(u)"),
    ("1 - erfc(u)", "erf(u)"),
    ("gamma(u + 1)/gamma(u)", "n = u; n"),
)  # fmt: skip

MOST_TERMS = 300  # of a formula that is looked through
MOST = 60  # rewritings of one formula


@cache
def _rules() -> tuple[tuple[Expression, Expression], ...]:
    return tuple((parse(_listed(one)), parse(_listed(other))) for one, other in RULES)


def _listed(text: str) -> str:
    """A text with all letters of rules for its variables, so that columns mean the same everywhere."""
    return f"a, b, u, v: {text}"


class Rewriter:
    """The rewritings of one formula.

    Parameters
    ----------
    expression : Expression
        With one output.

    Examples
    --------
    >>> import symad
    >>> next(Rewriter(symad.parse("sqrt(x + 1) - sqrt(x)")).all()).text
    '1/(sqrt(x + 1) + sqrt(x))'
    """

    def __init__(self, expression: Expression) -> None:
        self.terms = Terms(expression)
        self.forms = Polynomials(self.terms)
        self._matcher = Matcher(self.terms, self.forms)

    def all(self) -> Iterator[Rewritten]:
        """Each rewriting once: by a rule at each term, and by what cancels exactly in a sum."""
        seen = {self.terms.root}
        for one in self._made():
            if one.root not in seen:
                seen.add(one.root)
                yield one
            if len(seen) > MOST:
                return

    def _made(self) -> Iterator[Rewritten]:
        below = self.terms.below(self.terms.root)
        if len(below) > MOST_TERMS:
            return
        for term in reversed(below):  # the largest parts first
            yield from self._at(term)
            yield from self._cancelled(term)

    def _at(self, term: int) -> Iterator[Rewritten]:
        """What the rules make of one term."""
        for pattern, instead in _rules():
            for found in self._matcher.whole(pattern, term):
                piece = self._instead(instead, found)
                yield self._placed(term, piece)
                yield from self._cancelled_with(term, piece)

    def _instead(self, instead: Expression, found: Found) -> int:
        """The replacement of a match, with its sign and what was left over."""
        piece = self._built(instead, [found.bound.get(k, self.terms.number(0)) for k in range(4)])
        if not found.kind:
            return piece
        return self._matcher.joined([(found.sign, piece), *found.rest], found.kind)

    def _built(self, instead: Expression, letters: list[int]) -> int:
        """The replacement over its letters; statements called n are brought into normal form."""
        normal = {node for node, name in instead.labels.items() if name.startswith("n")}
        graph, terms = instead.graph, self.terms
        found: list[int] = []
        for node, plain in enumerate(terms.copied(instead, letters)):
            operands = [found[operand] for operand in graph.operands(node)]
            made = terms.op(graph.op[node], *operands) if operands else plain
            found.append(self.forms.term(self.forms.of(made)) if node in normal else made)
        return self._short(found[instead.outputs[0]])

    def _short(self, term: int) -> int:
        """The term without the factors of 1 and the double signs that rules leave behind."""
        one, found = self.terms.number(1), dict[int, int]()
        for part in self.terms.below(term):
            operands = tuple(found[operand] for operand in self.terms.operands(part))
            operation = self.terms.row(part)
            if operation in (MUL, DIV) and operands[1] == one:
                found[part] = operands[0]
            elif operation == MUL and operands[0] == one:
                found[part] = operands[1]
            elif operation == NEG and self.terms.row(operands[0]) == NEG:
                (found[part],) = self.terms.operands(operands[0])
            else:
                found[part] = self.terms.op(operation, *operands) if operands else part
        return found[term]

    def _cancelled(self, term: int) -> Iterator[Rewritten]:
        """A sum in its normal form, where that is shorter."""
        if self.terms.row(term) in (ADD, SUB):
            form = self.forms.of(term)
            if len(form) < len(self._matcher.parts(term, (ADD, SUB, NEG))):
                yield self._placed(term, self.forms.term(form))

    def _cancelled_with(self, term: int, piece: int) -> Iterator[Rewritten]:
        """A product round the piece, where factors cancel."""
        for above in self.terms.below(self.terms.root):
            if self.terms.row(above) in (MUL, DIV) and term in self.terms.operands(above):
                made = self.terms.replaced(above, {term: piece})
                form = self.forms.of(made)
                if len(form) == 1:
                    yield self._placed(above, self.forms.term(form))

    def _placed(self, term: int, piece: int) -> Rewritten:
        root = piece if term == self.terms.root else self.terms.replaced(self.terms.root, {term: piece})
        return Rewritten(self, root, term, piece)


class Rewritten:
    """A formula with one part written in another way.

    Attributes
    ----------
    root : int
        Of the whole, among the terms.
    """

    def __init__(self, rewriter: Rewriter, root: int, term: int, piece: int) -> None:
        self._of, self.root, self._term, self._piece = rewriter, root, term, piece

    @property
    def expression(self) -> Expression:
        """The whole formula."""
        return self._of.terms.expression(self.root)

    @property
    def text(self) -> str:
        """The part as it is to be written."""
        return bare(str(self._of.terms.expression(self._piece)))

    @property
    def replaces(self) -> str:
        """The part that is written in the formula; "" where that is all of it."""
        whole = self._term == self._of.terms.root
        return "" if whole else bare(str(self._of.terms.expression(self._term)))


def bare(text: str) -> str:
    """The text without a header of variables."""
    head, colon, body = text.partition(": ")
    return body if colon and "=" not in head and "(" not in head else text
