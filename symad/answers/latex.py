"""A formula as LaTeX, in the order in which it stands. Iterative; knows the grammar's precedence and LaTeX's signs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from symad.errors import LimitError
from symad.formula.counts import writes_more_than
from symad.formula.ops import ROWS, row
from symad.formula.parsing import parse
from symad.formula.printing import number_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from symad.formula.expression import Expression

    Piece = str | tuple[int, int]

# Binding strength, larger is tighter; a fraction stands in a product as it is.
_OR, _AND, _NOT, _COMPARE, _SUM, _PRODUCT, _SIGN, _FRACTION, _POWER, _ATOM = range(10)
_SIGNS = {
    "and": (_AND, r" \wedge "), "or": (_OR, r" \vee "), "<": (_COMPARE, " < "), "<=": (_COMPARE, r" \leq "),
    ">": (_COMPARE, " > "), ">=": (_COMPARE, r" \geq "), "==": (_COMPARE, " = "), "!=": (_COMPARE, r" \neq "),
    "+": (_SUM, " + "), "-": (_SUM, " - "),
}  # fmt: skip
_CONSTANTS = {"pi": r"\pi", "E": "e", "_nan": r"\text{NaN}", "True": r"\text{True}", "False": r"\text{False}"}
_AROUND = {
    "sqrt": (r"\sqrt{", "}"), "cbrt": (r"\sqrt[3]{", "}"), "exp": ("e^{", "}"), "Abs": (r"\left|{", r"}\right|"),
    "floor": (r"\left\lfloor{", r"}\right\rfloor"), "ceiling": (r"\left\lceil{", r"}\right\rceil"),
}  # fmt: skip
_LENGTHS = ("norm", "hypot")
_MACROS = frozenset(["sin", "cos", "tan", "sec", "csc", "cot", "sinh", "cosh", "tanh", "coth", "log", "max", "min"])
_GREEK = frozenset(
    [
        "alpha",
        "beta",
        "gamma",
        "delta",
        "epsilon",
        "zeta",
        "eta",
        "theta",
        "iota",
        "kappa",
        "mu",
        "nu",
        "xi",
        "rho",
        "sigma",
        "tau",
        "upsilon",
        "phi",
        "chi",
        "psi",
        "omega",
        "Gamma",
        "Delta",
        "Theta",
        "Xi",
        "Sigma",
        "Upsilon",
        "Phi",
        "Psi",
        "Omega",
    ]
)
_NAME = re.compile(r"([A-Za-z]+)([0-9]*)((?:_[A-Za-z0-9]+)*)")
_WORD = re.compile(r"(?<![\w.])[A-Za-z_]\w*(?![\w(])")  # a name that is no function
_INPUT, _NUMBER, _SELECT = (row(name).number for name in ("INPUT", "NUMBER", "SELECT"))
_TRUE, _NAN = row("TRUE_VALUE").number, row("NAN_VALUE").number
_MOST = 5_000  # operations written out


def to_latex(formula: str | Expression) -> str:
    """A formula as LaTeX: its right-hand side alone, shared parts written out.

    Raises
    ------
    LimitError
        If more than 5,000 operations were to be written.

    Examples
    --------
    >>> from symad.answers.latex import to_latex
    >>> print(to_latex("a*sqrt(x1)/2"))
    \\frac{a \\sqrt{x_{1}}}{2}
    """
    expression = _parsed(formula) if isinstance(formula, str) else formula
    if writes_more_than(expression, _MOST):
        raise LimitError(f"the formula has more than {_MOST:,} operations written out: too long for LaTeX")
    writer = _Writer(expression)
    texts = [writer.text(output) for output in expression.outputs]
    return texts[0] if len(texts) == 1 else rf"\left({', '.join(texts)}\right)"


def _parsed(formula: str) -> Expression:
    """The formula; all its names are listed, so that a variable called e is not taken for Euler's number."""
    own = {entry.text for entry in ROWS.values()}
    return parse(
        formula, variables=[name for name in dict.fromkeys(_WORD.findall(formula)) if name not in own], strict=True
    )


def name_latex(name: str) -> str:
    """A variable: digits and what stands behind an underscore become an index, names of Greek letters the letters."""
    match = _NAME.fullmatch(name)
    if match is None:
        return rf"\mathit{{{_escaped(name)}}}"
    stem, digits, more = match.groups()
    letter = f"\\{stem}" if stem in _GREEK else stem if len(stem) == 1 else rf"\mathit{{{stem}}}"
    index = ",".join([*([digits] if digits else []), *more.split("_")[1:]])
    return f"{letter}_{{{index}}}" if index else letter


def derivative_latex(name: str) -> str:
    r"""The name of a slope such as ``df/dx`` or ``d2f/dx dy``: ``\frac{\partial f}{\partial x}``."""
    above, _, below = name.partition("/")
    order, function = ("^{2}", above[2:]) if " " in below else ("", above[1:])
    variables = r" \, ".join(rf"\partial {name_latex(one[1:])}" for one in below.split(" "))
    return rf"\frac{{\partial{order} {name_latex(function)}}}{{{variables}}}"


def _escaped(text: str) -> str:
    return text.replace("_", r"\_")


class _Writer:
    """One formula in the making."""

    def __init__(self, expression: Expression) -> None:
        self._graph, self._variables = expression.graph, expression.variables

    def text(self, root: int) -> str:
        """The LaTeX of a node; an explicit stack holds what is still to be written."""
        found: list[str] = []
        stack: list[Piece] = [(root, _OR)]
        while stack:
            top = stack.pop()
            if isinstance(top, str):
                found.append(top)
                continue
            node, wanted = top
            strength, parts = self._parts(node)
            stack.extend(reversed([r"\left(", *parts, r"\right)"] if strength < wanted else parts))
        return "".join(found)

    def _parts(self, node: int) -> tuple[int, Sequence[Piece]]:
        """How tightly a node binds, and its pieces."""
        op, operands = self._graph.op[node], self._graph.operands(node)
        entry = ROWS[op]
        if not operands:
            return self._leaf(node)
        if op == _SELECT:
            return _ATOM, self._cases(node)
        if len(operands) == 1 and entry.text == "-":
            return _SIGN, ["- ", (operands[0], _SIGN)]
        if entry.text == "not":
            return _NOT, [r"\neg ", (operands[0], _ATOM)]
        if entry.text == "*":
            return _PRODUCT, [(operands[0], _PRODUCT), self._dot(operands[1]), (operands[1], _FRACTION)]
        if entry.text == "/":
            return self._fraction(*operands)
        if entry.text == "**":
            return self._power(*operands)
        if entry.text in _SIGNS:
            strength, sign = _SIGNS[entry.text]
            left = _SUM if strength == _COMPARE else strength
            right = _ATOM if self._starts_with_minus(operands[1]) else left + 1
            return strength, [(operands[0], left), sign, (operands[1], right)]
        return self._call(entry.text, operands)

    def _fraction(self, above: int, below: int) -> tuple[int, Sequence[Piece]]:
        """A fraction, its minus before it."""
        negative = ROWS[self._graph.op[above]].text == "-" and len(self._graph.operands(above)) == 1
        top = self._graph.operands(above)[0] if negative else above
        parts: list[Piece] = [r"\frac{", (top, _OR), "}{", (below, _OR), "}"]
        return (_SIGN, ["- ", *parts]) if negative else (_FRACTION, parts)

    def _starts_with_minus(self, node: int) -> bool:
        while True:
            operands, text = self._graph.operands(node), ROWS[self._graph.op[node]].text
            if len(operands) == 1 and text == "-":
                return True
            if len(operands) != 2 or text not in ("*", "/"):
                return False
            node = operands[0]

    def _leaf(self, node: int) -> tuple[int, Sequence[Piece]]:
        op = self._graph.op[node]
        if op == _INPUT:
            return _ATOM, [name_latex(self._variables[self._graph.input_index(node)])]
        if op != _NUMBER:
            return _ATOM, [_CONSTANTS.get(ROWS[op].text, _operator(ROWS[op].text))]
        number = self._graph.number(node)
        digits, e, exponent = number_text(number.value, number.exact).partition("e")
        if digits == "1" and exponent == "400":
            return _ATOM, [r"\infty"]
        if not e:
            return _ATOM, [digits]
        power = rf"10^{{{int(exponent)}}}"
        return (_POWER, [power]) if digits == "1" else (_PRODUCT, [rf"{digits} \cdot {power}"])

    def _dot(self, right: int) -> str:
        r"""What stands between two factors: ``\cdot`` before a digit."""
        node = right
        while self._graph.operands(node) and ROWS[self._graph.op[node]].text in ("*", "**"):
            node = self._graph.operands(node)[0]
        return r" \cdot " if self._graph.op[node] == _NUMBER else " "

    def _power(self, base: int, exponent: int) -> tuple[int, Sequence[Piece]]:
        r"""A power; that of a function of one argument stands at its name: ``\sin^{2}``."""
        raised: list[Piece] = ["^{", (exponent, _OR), "}"]
        name, operands = ROWS[self._graph.op[base]].text, self._graph.operands(base)
        if len(operands) == 1 and name.isidentifier() and name not in _AROUND and name != "not":
            return _POWER, [_function(name), *raised, r"{\left(", (operands[0], _OR), r" \right)}"]
        return _POWER, [(base, _ATOM), *raised]

    def _call(self, name: str, operands: Sequence[int]) -> tuple[int, Sequence[Piece]]:
        if name in _LENGTHS:
            squares: list[Piece] = []
            for operand in operands:
                squares += [" + ", (operand, _ATOM), "^{2}"]
            return _ATOM, [r"\sqrt{", *squares[1:], "}"]
        if name in _AROUND:
            before, after = _AROUND[name]
            return (_POWER if name == "exp" else _ATOM), [before, (operands[0], _OR), after]
        arguments: list[Piece] = []
        for operand in operands:
            arguments += [", ", (operand, _OR)]
        return _ATOM, [_function(name), r"{\left(", *arguments[1:], r" \right)}"]

    def _cases(self, node: int) -> list[Piece]:
        parts: list[Piece] = [r"\begin{cases} "]
        while self._graph.op[node] == _SELECT:
            condition, then, otherwise = self._graph.operands(node)
            parts += [(then, _OR), r" & \text{for}\: ", (condition, _OR), r" \\ "]
            node = otherwise
            if self._graph.op[condition] == _TRUE:
                parts[-3:-1], node = [r" & \text{otherwise}"], -1
                break
        if node >= 0 and self._graph.op[node] != _NAN:
            parts += [(node, _OR), r" & \text{otherwise} \\ "]
        parts[-1] = str(parts[-1]).removesuffix(r"\\ ")
        return [*parts, r"\end{cases}"]


def _function(name: str) -> str:
    macro = name.lower() if name in ("Max", "Min") else name
    return f"\\{macro}" if macro in _MACROS else _operator(name)


def _operator(name: str) -> str:
    return rf"\operatorname{{{_escaped(name)}}}"
