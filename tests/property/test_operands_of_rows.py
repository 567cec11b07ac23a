"""Every row with every kind of operand: what the parser accepts is read back from bytes and from its own text."""

from __future__ import annotations

import itertools
import pickle

import pytest

import symad
from symad.derive import automatic
from symad.formula.ops import ROWS

# Variables, whole numbers around 2**53 and far beyond, doubles at the ends, constants folded exactly and not.
OPERANDS = (
    "x", "y", "2", "-3", "0", "-0.0", "1/2", "2.0", "2.5", "1e300", "pi", "_nan", "sqrt(4)", "x**2", "x*0", "2*3",
    "1/3*3", "(2**60)", "9007199254740992", "-9007199254740992", "-9007199254740991", "9007199254740993",
    "123456789012345678901234567890", "10**400", "10**20/10**19", "(2**100 + 1)/2**100", "Max(x, y)",
)  # fmt: skip
CONDITIONS = ("x < y", "True", "not x == 1")
TAKEN = tuple(row for row in ROWS.values() if row.arity != 0 and not row.condition and row.text != "")
EXPONENTS = {"**", "_pown_slope"}
ORDERS = 3  # of derivatives: exponents shrink with each


def texts_of(row: symad.formula.ops.Row) -> list[str]:
    arity = row.arity if row.arity > 0 else 2
    kinds = [CONDITIONS if row.name == "SELECT" and k == 0 else OPERANDS for k in range(arity)]
    if row.text[0].isalpha() or row.text[0] == "_":
        return [f"x, y: {row.text}({', '.join(some)})" for some in itertools.product(*kinds)]
    if arity == 1:
        return [f"x, y: {row.text}({one})" for one in OPERANDS]
    return [f"x, y: ({left}){row.text}({right})" for left, right in itertools.product(*kinds)]


def fault_of(expression: symad.Expression) -> str:
    """Why it does not come back, or nothing."""
    try:
        if pickle.loads(pickle.dumps(expression)) != expression:
            return "bytes: another expression"
        return "" if symad.parse(str(expression)) == expression else "text: another expression"
    except symad.SymadError as error:
        return str(error)


@pytest.mark.parametrize("row", TAKEN, ids=lambda row: row.name)
def test_what_is_accepted_can_be_read_back(row: symad.formula.ops.Row) -> None:
    faults, n_accepted = [], 0
    for text in texts_of(row):
        try:
            expression = symad.parse(text)
        except symad.ParseError:
            continue
        n_accepted += 1
        faults += [(text, fault)] if (fault := fault_of(expression)) else []
        for _ in range(ORDERS if row.text in EXPONENTS else 0):
            expression = automatic.jacobian(expression)
            faults += [(str(expression), fault)] if (fault := fault_of(expression)) else []
    assert not faults, f"{len(faults)} of {n_accepted}, first {faults[0]}"
    assert n_accepted > 0


@pytest.mark.parametrize("exponent", ["x", "y", "2.5", "1/2", "pi", "10**400", "9007199254740994"])
def test_an_exponent_that_is_none_is_refused_where_it_stands(exponent: str) -> None:
    with pytest.raises(symad.ParseError, match="must be a whole number"):
        symad.parse(f"x, y: 1 + _pown_slope(x, {exponent})")
