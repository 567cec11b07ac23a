"""A formula as MathML, which browsers set themselves. Iterative; knows the grammar's precedence and no looks."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from symad.answers.named import step_names
from symad.errors import SymadError
from symad.formula.counts import writes_more_than
from symad.formula.ops import ROWS, row
from symad.formula.parsing import parse
from symad.formula.printing import number_text
from symad.inputs.frames import output_names

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from symad.formula.expression import Expression

LONGEST = 120  # operations written out that are set as a formula
_NAMED = 8  # bound names, each an equation of its own
_OR, _AND, _NOT, _COMPARE, _SUM, _PRODUCT, _SIGN, _POWER, _ATOM = range(9)
_SIGNS = {
    "and": (_AND, "∧"), "or": (_OR, "∨"), "<": (_COMPARE, "&lt;"), "<=": (_COMPARE, "≤"), ">": (_COMPARE, "&gt;"),
    ">=": (_COMPARE, "≥"), "==": (_COMPARE, "="), "!=": (_COMPARE, "≠"), "+": (_SUM, "+"), "-": (_SUM, "−"),
}  # fmt: skip
_LETTERS = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ", "eta": "η", "theta": "θ",
    "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ",
    "chi": "χ", "psi": "ψ", "omega": "ω",
}  # fmt: skip
_CONSTANTS = {"pi": "π", "E": "e", "_nan": "NaN"}
_BARS = {"Abs": ("|", "|"), "floor": ("⌊", "⌋"), "ceiling": ("⌈", "⌉")}
_NAME = re.compile(r"([^\W\d_]+)_?(\d*)((?:_\w+)*)")
_CALL, _GAP = re.compile("<mrow><mi[^<]*</mi><mo>\u2061"), '<mspace width="0.17em"></mspace>'  # before sin in 2x sin(y)
_INPUT, _NUMBER, _SELECT = (row(name).number for name in ("INPUT", "NUMBER", "SELECT"))
_TRUE, _NAN = row("TRUE_VALUE").number, row("NAN_VALUE").number

Piece = tuple[int, str]  # how tightly it binds, its markup


def equations(text: str, name: str = "f") -> str:
    """A formula or a program, each bound name as an equation of its own; "" for what is too long to be set.

    Examples
    --------
    >>> from symad.report.mathml import equations
    >>> equations("x**2")
    '<math><mi>f</mi><mo>=</mo><msup><mi>x</mi><mn>2</mn></msup></math>'
    """
    try:
        expression = parse(text)
    except SymadError:
        return ""
    if writes_more_than(expression, LONGEST):
        return ""
    bound = {node: one for node, one in step_names(expression).items() if expression.graph.operands(node)}
    inner = {node: one for node, one in bound.items() if node not in expression.outputs}
    if len(inner) > _NAMED:
        return ""
    pieces = _pieces(expression, inner)
    lines = [(one, pieces[node]) for node, one in inner.items() if node in pieces]
    own = output_names(expression.output_names) if expression.n_outputs > 1 else [name]
    lines += [(one, pieces[node]) for one, node in zip(own, expression.outputs, strict=True)]
    return "".join(f"<math>{identifier(one)}<mo>=</mo>{made[1]}</math>" for one, made in lines)


def slope(name: str, formula: str, value: str = "") -> str:
    """A derivative such as ``df/dx`` with its formula and its value; "" for what is too long to be set."""
    try:
        expression = parse(formula)
    except SymadError:
        return ""
    if writes_more_than(expression, LONGEST) or expression.n_outputs != 1:
        return ""
    shown = f" <math><mo>=</mo><mn>{escape(value)}</mn></math>" if value else ""  # of its own: lines break there
    made = _pieces(expression, {})[expression.outputs[0]][1]
    return f"<math>{_quotient(name)}<mo>=</mo>{made}</math>{shown}"


def identifier(name: str) -> str:
    """A name: a number at its end is an index, the name of a Greek letter that letter."""
    match = _NAME.fullmatch(name)
    if match is None:
        return f"<mi>{escape(name)}</mi>"
    stem, digits, more = match.groups()
    index = ",".join([*([digits] if digits else []), *more.split("_")[1:]])
    letter = f"<mi>{escape(_LETTERS.get(stem, stem))}</mi>"
    return f"<msub>{letter}<mn>{escape(index)}</mn></msub>" if index else letter


def _quotient(name: str) -> str:
    """``df/dx`` and ``d2f/dx dy`` with curved ds; other names as they are."""
    above, slash, below = name.partition("/")
    if not slash:
        return identifier(name)
    order, function = ("<msup><mo>∂</mo><mn>2</mn></msup>", above[2:]) if " " in below else ("<mo>∂</mo>", above[1:])
    parts = "".join(f"<mo>∂</mo>{identifier(one[1:])}" for one in below.split(" "))
    return f"<mfrac><mrow>{order}{identifier(function)}</mrow><mrow>{parts}</mrow></mfrac>"


def _pieces(expression: Expression, bound: Mapping[int, str]) -> dict[int, Piece]:
    """The markup of every node that the outputs need; users of a bound node have its name."""
    graph, found, made = expression.graph, dict[int, Piece](), dict[int, Piece]()
    cases: dict[int, str] = {}
    for node in _needed(expression):
        operands = graph.operands(node)
        if operands and graph.op[node] == _SELECT:
            cases[node] = _cases(expression, node, found, cases)
            made[node] = (_ATOM, f'<mrow><mo>{{</mo><mtable columnalign="left">{cases[node]}</mtable></mrow>')
        elif operands:
            made[node] = _operation(ROWS[graph.op[node]].text, [found[one] for one in operands])
        else:
            made[node] = _leaf(expression, node)
        found[node] = (_ATOM, identifier(bound[node])) if node in bound else made[node]
    return made


def _needed(expression: Expression) -> list[int]:
    """In the order of the graph."""
    needed = set(expression.outputs)
    for node in range(expression.graph.n_nodes - 1, -1, -1):
        if node in needed:
            needed.update(expression.graph.operands(node))
    return sorted(needed)


def _leaf(expression: Expression, node: int) -> Piece:
    graph = expression.graph
    op = graph.op[node]
    if op == _INPUT:
        return _ATOM, identifier(expression.variables[graph.input_index(node)])
    if op != _NUMBER:
        return _ATOM, f"<mi>{escape(_CONSTANTS.get(ROWS[op].text, ROWS[op].text))}</mi>"
    number = graph.number(node)
    digits, e, exponent = number_text(number.value, number.exact).partition("e")
    if not e:
        return _ATOM, f"<mn>{escape(digits)}</mn>"
    power = f"<msup><mn>10</mn><mn>{int(exponent)}</mn></msup>"
    return (_POWER, power) if digits == "1" else (_PRODUCT, f"<mn>{escape(digits)}</mn><mo>·</mo>{power}")


def _operation(text: str, operands: Sequence[Piece]) -> Piece:
    """One operation around what it takes."""
    first, last = operands[0], operands[-1]
    if len(operands) == 1 and text == "-":
        return _SIGN, f"<mrow><mo>−</mo>{_fenced(first, _SIGN)}</mrow>"
    if text == "not":
        return _NOT, f"<mrow><mo>¬</mo>{_fenced(first, _ATOM)}</mrow>"
    if text == "*":
        dot = "·" if last[1].startswith(("<mn>", "<msup><mn>")) else "\u2062"
        gap = _GAP if _CALL.match(last[1]) else ""
        return _PRODUCT, f"<mrow>{_opened(first, _PRODUCT)}<mo>{dot}</mo>{gap}{_fenced(last, _SIGN + 1)}</mrow>"
    if text == "/":
        return _POWER, f"<mfrac>{_row(first)}{_row(last)}</mfrac>"
    if text == "**":
        return _POWER, f"<msup>{_fenced(first, _ATOM)}{_row(last)}</msup>"
    if text in _SIGNS:
        strength, sign = _SIGNS[text]
        left = _SUM if strength == _COMPARE else strength
        right = _ATOM if last[1].replace("<mrow>", "").startswith("<mo>−") else left + 1
        return strength, f"<mrow>{_opened(first, left)}<mo>{sign}</mo>{_fenced(last, right)}</mrow>"
    return _call(text, operands)


def _call(text: str, operands: Sequence[Piece]) -> Piece:
    (_, first), *more = operands
    if text == "exp":
        return _POWER, f"<msup><mi>e</mi>{_row(operands[0])}</msup>"
    if text == "sqrt":
        return _ATOM, f"<msqrt>{first}</msqrt>"
    if text in _BARS:
        left, right = _BARS[text]
        return _ATOM, f"<mrow><mo>{left}</mo>{first}<mo>{right}</mo></mrow>"
    inside = "<mo>,</mo>".join([first, *(one for _, one in more)])
    name = f'<mi mathvariant="normal">{escape(text)}</mi>' if len(text) == 1 else f"<mi>{escape(text)}</mi>"
    return _ATOM, f"<mrow>{name}<mo>\u2061</mo><mo>(</mo>{inside}<mo>)</mo></mrow>"


def _cases(expression: Expression, node: int, found: Mapping[int, Piece], cases: Mapping[int, str]) -> str:
    """The rows of a choice, those of a choice in its last branch among them."""
    graph = expression.graph
    condition, then, otherwise = graph.operands(node)
    if graph.op[condition] == _TRUE:
        return _case(found[then][1], "otherwise")
    more = cases.get(otherwise)
    if more is None:
        more = "" if graph.op[otherwise] == _NAN else _case(found[otherwise][1], "otherwise")
    return _case(found[then][1], f"for&#160;</mtext>{found[condition][1]}<mtext>") + more


def _case(value: str, condition: str) -> str:
    return f"<mtr><mtd>{value}</mtd><mtd><mtext>{condition}</mtext></mtd></mtr>"


def _fenced(piece: Piece, wanted: int) -> str:
    strength, markup = piece
    return markup if strength >= wanted else f"<mrow><mo>(</mo>{markup}<mo>)</mo></mrow>"


def _opened(piece: Piece, wanted: int) -> str:
    """The first of several in a row, which needs no row of its own."""
    strength, markup = piece
    one = wanted <= strength <= _SIGN and markup.startswith("<mrow>")
    return markup.removeprefix("<mrow>").removesuffix("</mrow>") if one else _fenced(piece, wanted)


def _row(piece: Piece) -> str:
    """One element, as MathML wants where it counts them."""
    strength, markup = piece
    return f"<mrow>{markup}</mrow>" if strength < _POWER and not markup.startswith("<mrow>") else markup
