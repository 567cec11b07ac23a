"""Random expressions, as text and through the builder. Deterministic: every example follows from the test itself."""

from __future__ import annotations

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

import symad
from symad._core import tapes
from symad.formula.expression import build
from symad.formula.ops import ROWS, Row

QUICK = settings(
    max_examples=60, derandomize=True, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
VARIABLES = ("x", "y", "z")
NUMBERS = ("0", "1", "2", "3", "10", "1/3", "0.5", "0.1", "1e-3", "2.5e10", "12345678901234567890", "pi", "E")
FUNCTIONS = ("sqrt", "exp", "log", "sin", "cos", "tan", "tanh", "atan", "Abs", "sign")
ALL = [row for row in ROWS.values() if row.name not in {"INPUT", "NUMBER", "PARAMETER"}]
PUBLIC = [row for row in ALL if not row.text.startswith("_")]
SPECIAL = (0.0, -0.0, 1.0, -1.0, 2.0, -3.0, 0.5, 1e200, -1e-200, 5e-324, float("inf"), float("-inf"), float("nan"))


def texts(max_leaves: int = 20) -> st.SearchStrategy[str]:
    """Formulas as people type them."""
    leaves = st.sampled_from(VARIABLES) | st.sampled_from(NUMBERS)

    def extend(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        binary = st.builds("({}{}{})".format, inner, st.sampled_from(("+", " - ", "*", "/", "**")), inner)
        loose = st.builds("{}{}{}".format, inner, st.sampled_from((" + ", " - ", "*")), inner)
        power = st.builds("({})**{}".format, inner, st.sampled_from(("2", "3", "-1", "(1/2)", "-2", "7")))
        call = st.builds("{}({})".format, st.sampled_from(FUNCTIONS), inner)
        extreme = st.builds("{}({}, {})".format, st.sampled_from(("Max", "Min")), inner, inner)
        compare = st.builds("{} {} {}".format, inner, st.sampled_from(("<", "<=", ">", ">=", "==", "!=")), inner)
        branch = st.builds("Piecewise(({}, {}), ({}, True))".format, inner, compare, inner)
        return binary | loose | power | call | extreme | branch | st.builds("-{}".format, call)

    return st.recursive(leaves, extend, max_leaves=max_leaves)


def parsed(max_leaves: int = 20) -> st.SearchStrategy[symad.Expression]:
    """Formulas of the three variables, whether all of them occur or not."""
    return texts(max_leaves).map(lambda text: symad.parse(text, variables=VARIABLES))


def points() -> st.SearchStrategy[tuple[float, ...]]:
    """Ordinary and special points."""
    ordinary = st.floats(-4.0, 4.0).map(lambda v: round(v, 6))
    return st.tuples(*[ordinary | st.sampled_from(SPECIAL)] * len(VARIABLES))


def operands_of(draw: st.DrawFn, row: Row, numbers: list[int], conditions: list[int]) -> list[int] | None:
    """Operands of the kinds a row wants, or None where there are none yet."""
    n = draw(st.integers(2, 4)) if row.arity < 0 else row.arity
    wanted = [row.name in {"AND", "OR", "NOT"} or (row.name == "SELECT" and k == 0) for k in range(n)]
    if any(wanted) and not conditions:
        return None
    return [draw(st.sampled_from(conditions if condition else numbers)) for condition in wanted]


@st.composite
def built(draw: st.DrawFn, rows: list[Row] | None = None, n_max: int = 25) -> symad.Expression:
    """Graphs through the builder: every row, sharing anywhere."""
    builder = tapes.Builder()
    numbers = [builder.input(name) for name in VARIABLES]
    numbers += [builder.number(2.0), builder.number(-0.1), builder.literal("123456789012345678901")]
    conditions: list[int] = []
    for row in draw(st.lists(st.sampled_from(rows or ALL), min_size=1, max_size=n_max)):
        operands = operands_of(draw, row, numbers, conditions)
        if operands is None:
            continue
        if "POWN" in row.name:
            operands[1] = builder.number(float(draw(st.integers(-9, 9))))
        (conditions if row.condition else numbers).append(builder.op(row.number, *operands))
    builder.output(numbers[-1])
    return build(builder)
