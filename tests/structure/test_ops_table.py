"""The table of operations: its numbers pinned, because files will carry them; complete, because readers trust it."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import mpmath
import pytest
import row_errors
import samples
import sympy

import symad
from symad._core import tapes
from symad.formula.ops import ROWS, Row, row

ROOT = Path(__file__).resolve().parents[2]
HEADER = ROOT / "csrc" / "include" / "symad.h"
STATUSES = ROOT / "csrc" / "include" / "symad_status.def"
ALIASES = ROOT / "csrc" / "include" / "symad_aliases.def"
TABLES = sorted((ROOT / "csrc").rglob("*.def"))
TABLE_WIDTH = 120

# Fixed for ever: append, never change, never reuse.
NUMBERS = {
    "INPUT": 1, "NUMBER": 2, "SELECT": 3, "MAX": 4, "MIN": 5, "SHARE": 6, "NORM": 7, "PI": 8, "E": 9, "NAN_VALUE": 10,
    "LOGSUMEXP": 11, "TRUE_VALUE": 12, "FALSE_VALUE": 13, "LT": 14, "LE": 15, "GT": 16, "GE": 17, "EQ": 18, "NE": 19,
    "AND": 20, "OR": 21, "NOT": 22, "LN2": 23, "LN10": 24, "PARAMETER": 25, "ADD": 32, "SUB": 33, "MUL": 34, "DIV": 35,
    "NEG": 36, "POW": 37, "POWN": 38, "SQRT": 48, "EXP": 49, "LOG": 50, "SIN": 51, "COS": 52, "TAN": 53, "TANH": 54,
    "ATAN": 55, "ABS": 56, "SIGN": 57, "CBRT": 58, "EXP2": 59, "EXPM1": 60, "LOG1P": 61, "LOG2": 62, "LOG10": 63,
    "LOGADDEXP": 64, "HYPOT": 65, "SEC": 66, "CSC": 67, "COT": 68, "ASIN": 69, "ACOS": 70, "ACOT": 71, "ASEC": 72,
    "ACSC": 73, "ATAN2": 74, "SINH": 75, "COSH": 76, "COTH": 77, "SECH": 78, "CSCH": 79, "ASINH": 80, "ACOSH": 81,
    "ATANH": 82, "ACOTH": 83, "ASECH": 84, "ACSCH": 85, "SINC": 86, "FLOOR": 87, "CEILING": 88, "ROUND": 89, "FRAC": 90,
    "MOD": 91, "FMOD": 92, "HEAVISIDE": 93, "SIGMOID": 94, "SOFTPLUS": 95, "LOGIT": 96, "TRUNC": 97, "ERF": 98,
    "ERFC": 99, "ERFINV": 100, "ERFCINV": 101, "GAMMA": 102, "LOGGAMMA": 103, "DIGAMMA": 104, "POLYGAMMA": 105,
    "FACTORIAL": 106, "BETA": 107, "BINOMIAL": 108, "BESSELJ": 109, "BESSELY": 110, "EI": 111, "E1": 112, "EXPINT": 113,
    "LI": 114, "SI": 115, "CI": 116, "SHI": 117, "CHI": 118, "FRESNELS": 119, "FRESNELC": 120, "ERFI": 121,
    "ELLIPTIC_K": 122, "ELLIPTIC_F": 123, "ELLIPTIC_E": 124, "ELLIPTIC_EC": 125, "ELLIPTIC_PIC": 126, "LAMBERTW": 127,
    "ZETA": 129, "POLYLOG": 130, "UPPERGAMMA": 131, "LOWERGAMMA": 132, "BESSELI": 133, "BESSELK": 134, "AIRYAI": 135,
    "AIRYBI": 136, "AIRYAIPRIME": 137, "AIRYBIPRIME": 138, "ZETA_HURWITZ": 139, "SQRT_SLOPE": 160, "LOG_SLOPE": 161,
    "SECH2": 162, "ATAN_SLOPE": 163, "POW_DA": 164, "POW_DB": 165, "POWN_SLOPE": 166, "ZERO": 167, "LOG1P_SLOPE": 168,
    "HYPOT_SLOPE": 169, "ASIN_SLOPE": 170, "ASEC_SLOPE": 171, "ATAN2_SLOPE": 172, "CSCH2": 173, "ASINH_SLOPE": 174,
    "ACOSH_SLOPE": 175, "ATANH_SLOPE": 176, "ACOTH_SLOPE": 177, "ASECH_SLOPE": 178, "ACSCH_SLOPE": 179,
    "SINC_SLOPE": 180, "SINC_SLOPE2": 181, "MOD_QUOTIENT": 182, "FMOD_QUOTIENT": 183, "LOGIT_SLOPE": 184, "UNIT": 185,
    "ERF_SLOPE": 186, "ERFINV_SLOPE": 187, "ERFCINV_SLOPE": 188, "GAMMA_SLOPE": 189, "FACTORIAL_SLOPE": 190,
    "BETA_DA": 191, "BINOMIAL_DN": 192, "BINOMIAL_DK": 193, "BESSELJ_SLOPE": 194, "BESSELY_SLOPE": 195, "EI_SLOPE": 196,
    "CI_SLOPE": 197, "SHI_SLOPE": 198, "CHI_SLOPE": 199, "FRESNELS_SLOPE": 200, "FRESNELC_SLOPE": 201,
    "ERFI_SLOPE": 202, "SHI_SLOPE2": 203, "ELLIPTIC_K_SLOPE": 204, "ELLIPTIC_EC_SLOPE": 205, "ELLIPTIC_F_DM": 206,
    "ELLIPTIC_E_DM": 207, "ELLIPTIC_DELTA": 208, "ELLIPTIC_PIC_DN": 209, "ELLIPTIC_PIC_DM": 210, "LAMBERTW_SLOPE": 211,
    "ZETA_SLOPE": 212, "POLYLOG_SLOPE": 213, "INCOMPLETE_SLOPE": 214, "BESSELI_SLOPE": 216, "BESSELK_SLOPE": 217,
    "LEGENDRE": 140, "CHEBYSHEVT": 141, "CHEBYSHEVU": 142, "HERMITE": 143, "LAGUERRE": 144, "LAMBERTW_BRANCH": 145,
    "HARMONIC": 146, "REMAINDER": 147, "BESSELJ_ORDER": 215, "BESSELY_ORDER": 218, "BESSELI_ORDER": 219,
    "BESSELK_ORDER": 220, "UPPERGAMMA_ORDER": 221, "LOWERGAMMA_ORDER": 222, "ZETA_HURWITZ_ORDER": 223,
    "EXPINT_ORDER": 224, "POLYLOG_ORDER": 225, "LEGENDRE_SLOPE": 226, "CHEBYSHEVU_SLOPE": 227, "HERMITE_SLOPE": 228,
    "LAGUERRE_SLOPE": 229, "LAMBERTW_BRANCH_SLOPE": 230, "REMAINDER_QUOTIENT": 231, "EXPINT_SLOPE": 232,
    "SOFTSIGN": 148, "SOFTSIGN_SLOPE": 233, "ROUNDED": 234,
}  # fmt: skip
STATUS_NUMBERS = {
    "OK": 0, "ERR_MEMORY": 1, "ERR_ARGUMENT": 2, "ERR_LIMIT_NODES": 3, "ERR_OPERATION": 4, "ERR_ARITY": 5,
    "ERR_OPERAND": 6, "ERR_TYPE": 7, "ERR_OUTPUTS": 8, "ERR_VERIFY": 9, "ERR_NAME": 10, "ERR_DUPLICATE": 11,
    "ERR_FORMAT": 12, "ERR_FORMAT_VERSION": 13, "ERR_EXPONENT": 14, "ERR_CODE": 15,
    "ERR_EMPTY": 32, "ERR_CHARACTER": 33, "ERR_ENCODING": 34, "ERR_NUMBER": 35, "ERR_UNEXPECTED": 36, "ERR_END": 37,
    "ERR_UNCLOSED": 38, "ERR_UNOPENED": 39, "ERR_JUXTAPOSED": 40, "ERR_FUNCTION": 41, "ERR_CALL_ARITY": 42,
    "ERR_VARIABLE": 43, "ERR_UNBOUND": 44, "ERR_KEYWORD": 45, "ERR_CONDITION": 46, "ERR_NOT_NUMBER": 47,
    "ERR_CHAIN": 48, "ERR_BIND": 49, "ERR_FUNCTION_NAME": 50, "ERR_PAIR": 51, "ERR_TUPLE": 52, "ERR_CONSTANT": 53,
    "ERR_CALL_VALUE": 54, "ERR_FUNCTION_BOUND": 55, "ERR_ORDER": 56, "ERR_EULER": 57, "ERR_LISTED": 58,
    "ERR_BASE": 59, "ERR_POWERS": 60, "ERR_EQUATION": 61, "ERR_DECIMAL": 62, "ERR_READING": 63,
    "ERR_LIMIT_TEXT": 64, "ERR_LIMIT_TOKENS": 65,
    "ERR_LIMIT_NESTING": 66, "ERR_LIMIT_VARIABLES": 67, "ERR_LIMIT_DIGITS": 68, "ERR_LIMIT_EXPONENT": 69,
    "ERR_SIZE": 80, "ERR_SIZE_UNUSED": 81, "ERR_LOOP": 82, "ERR_LOOP_COLON": 83, "ERR_LOOP_BODY": 84,
    "ERR_LOOP_END": 85, "ERR_RANGE": 86, "ERR_INDEX_UNKNOWN": 87, "ERR_INDEX_TWICE": 88, "ERR_INDEX_BOUND": 89,
    "ERR_INDEX_UNUSED": 90, "ERR_INDEX_NEGATIVE": 91, "ERR_INDEX_SHARED": 92, "ERR_INDEX_MIXED": 93,
    "ERR_INDEX_ALONE": 94, "ERR_INDEX_FIRST": 95, "ERR_TERM": 96, "ERR_TERMS": 97, "ERR_TERMS_NONE": 98,
    "ERR_WHOLE": 99, "ERR_WHOLE_NONE": 100, "ERR_WHOLE_END": 101, "ERR_WHOLE_OPERATOR": 102, "ERR_WHOLE_DIVIDE": 103,
    "ERR_WHOLE_ZERO": 104, "ERR_WHOLE_POWER": 105, "ERR_BRACKET_UNCLOSED": 106, "ERR_BRACKET_UNOPENED": 107,
    "ERR_BRACKET_OTHER": 108, "ERR_LIMIT_ROUNDS": 109, "ERR_LIMIT_LOOPS": 110, "ERR_LIMIT_WHOLE": 111,
}  # fmt: skip
FIRST_INNER = 160  # rows that only derivatives use
STATUS_BITS = {
    "tie": 1, "domain": 2, "nan_condition": 4, "overflow": 8, "underflow": 16, "indeterminate": 32, "lost_digits": 64,
    "cancelled": 128, "undecided": 256,
}  # fmt: skip
PLACES = {"PARAMETER"}  # stands for an argument while a user's function is read; never part of a tape
COSTS = {"free", "basic", "divide", "power", "call", "select"}
# The only files whose `switch` types operations: where a row has a rule of its own and not a property. Every other
# switch is an expansion of the table.
TYPED_SWITCHES = {
    "bounds/rounding.c": "the exact error of a sum, a product, a quotient and a root is a formula each",
    "bounds/by_rows.c": "how an error passes through sums, products, steps and remainders",
    "bounds/by_slopes.c": "where a pole lies; what has waves of its own, and what turns round the origin",
    "numbers/constant.c": "the error of a constant made of constants: a formula for each of the four operations",
    "sweep/evaluate.c": "lists and selections have no C expression of a and b",
    "numbers/exact.c": "rational arithmetic: what can be exact, one function an operation",
    "parse/expression.c": "how strongly each sign of the grammar binds",
    "families/whole.c": "which signs compute with whole numbers where a family is written out",
    "sweep/sweep.c": "where the value of a list or a selection comes from",
    "numbers/wide.c": "double-double arithmetic on constants: one function an operation",
}
SHARED_SPELLINGS = {"-", "**", ""}  # minus and negation; the two powers; inputs and numbers


def test_numbers_are_pinned() -> None:
    assert {r.name: r.number for r in ROWS.values()} == NUMBERS


def test_status_numbers_are_pinned() -> None:
    found = re.findall(r"^STATUS\((\w+),\s*(\d+),", STATUSES.read_text(encoding="utf-8"), re.MULTILINE)
    assert {name: int(number) for name, number in found} == STATUS_NUMBERS
    assert len(found) == len(STATUS_NUMBERS)


def test_status_bits_are_pinned() -> None:
    assert dict(tapes.STATUS_BITS) == STATUS_BITS


@pytest.mark.parametrize("r", ROWS.values(), ids=lambda r: r.name)
def test_rows_are_complete(r: Row) -> None:
    assert ROWS[r.number] is r
    assert row(r.name) is r
    assert r.cost in COSTS
    assert -1 <= r.arity <= 3
    assert r.text or r.name in {"INPUT", "NUMBER"} | PLACES
    inner = r.text.startswith("_") and r.arity > 0 and r.name != "SELECT"
    assert inner == (r.number >= FIRST_INNER)
    if r.sympy:
        assert not inner
        assert hasattr(sympy, r.sympy)
    if r.definition:  # in rows that have a spelling of their own, so that the text of a definition is one for SymPy too
        written = symad.parse(r.definition, variables=["a", "b"][: r.arity])
        assert written.n_outputs == 1
        assert not [op for op in written.graph.op if ROWS[op].text.startswith("_") and ROWS[op].cost == "call"]
    if inner:
        assert r.definition or r.name in row_errors.HEADLESS
    elif r.cost == "call" and r.arity > 0:  # mpmath has the value, by the name in SymPy or through the definition
        assert (
            r.definition or r.name in row_errors.HEADLESS or hasattr(mpmath, row_errors.SPELLED.get(r.sympy, r.sympy))
        )


@pytest.mark.parametrize("r", [r for r in ROWS.values() if 0 < r.arity <= 2 and not r.condition], ids=lambda r: r.name)
def test_domains_are_conditions_that_are_understood(r: Row) -> None:
    """And they hold somewhere: the status word and the samples of these tests read the same column."""
    assert len(list(samples.points(r, 40, 1, wide=False, special=False))) >= 10


def test_rows_are_spelled_once() -> None:
    """Once for each number of operands."""
    texts = [(r.text, r.arity) for r in ROWS.values() if r.text not in SHARED_SPELLINGS]
    assert sorted(texts) == sorted(set(texts))


CALLABLE = [r for r in ROWS.values() if r.text.isidentifier() and r.arity != 0 and not r.condition]


@pytest.mark.parametrize("r", CALLABLE, ids=lambda r: r.name)
def test_every_function_is_read_and_written(r: Row) -> None:
    """A row with a spelling needs nothing else to be typed, printed and differentiated."""
    if r.name == "SELECT":
        text = "_select(x < y, x, y)"
    elif r.name == "POWN_SLOPE":
        text = "_pown_slope(x, 3)"
    else:
        text = f"{r.text}({', '.join('xyz'[: 2 if r.arity < 0 else r.arity])})"
    written = symad.parse(text)
    assert symad.parse(str(written)) == written
    assert symad.gradient(written).n_outputs == len(written.variables)


def test_no_cost_for_what_is_no_operation() -> None:
    assert {r.name for r in ROWS.values() if r.cost == "free"} == {
        "INPUT", "NUMBER", "PARAMETER", "PI", "E", "NAN_VALUE", "LN2", "LN10", "TRUE_VALUE", "FALSE_VALUE", "ROUNDED",
    }  # fmt: skip


def test_rows_stand_in_the_order_of_their_numbers() -> None:
    assert list(ROWS) == sorted(ROWS)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_tables_fit_a_screen(table: Path) -> None:
    lines = table.read_text(encoding="utf-8").splitlines()
    assert not [number for number, line in enumerate(lines, 1) if len(line) > TABLE_WIDTH]


def test_conditions_are_wanted_by_selections_and_junctions() -> None:
    assert {r.name: r.wants for r in ROWS.values() if r.wants} == {"SELECT": 1, "AND": 3, "OR": 3, "NOT": 3}


EXACT_POINTS = (0.3, -0.7, 2.5, -3.5, 1e300, -1e-300, 5e-324)
EXACT = [r for r in ROWS.values() if r.exact and not r.condition]


@pytest.mark.parametrize("r", EXACT, ids=lambda r: r.name)
def test_exact_rows_round_nothing(r: Row) -> None:
    """Their definition in exact fractions of the same doubles is the double that they answer."""
    names = ["a", "b"][: r.arity]
    text = "-a" if r.name == "NEG" else f"{r.text}({', '.join(names)})"
    tape = symad.compile(symad.parse(text, variables=names))
    for point in itertools.product(EXACT_POINTS, repeat=r.arity):
        assert Fraction(float(tape.value(point))) == _exactly(r)(*map(Fraction, point)), point


def _exactly(r: Row) -> Callable[..., Fraction | int]:
    known: dict[str, Callable[..., Fraction | int]] = {
        "NEG": lambda a: -a, "ABS": abs, "SIGN": lambda a: (a > 0) - (a < 0), "FLOOR": math.floor,
        "CEILING": math.ceil, "TRUNC": math.trunc, "ROUND": round, "ZERO": lambda a: 0, "ROUNDED": lambda a: a,
        "HEAVISIDE": lambda a: Fraction((a > 0) - (a < 0) + 1, 2), "FMOD": lambda a, b: a - b * math.trunc(a / b),
        "REMAINDER": lambda a, b: a - b * round(a / b),
    }  # fmt: skip
    return known[r.name]


SPELLED = re.findall(r'^(ALIAS|FORM)\("(\w+)",\s*(\w+)\)', ALIASES.read_text(encoding="utf-8"), re.MULTILINE)


def test_aliases_are_spelled_once_and_by_no_row() -> None:
    texts = [text for _, text, _ in SPELLED]
    assert len(texts) == ALIASES.read_text(encoding="utf-8").count('("') >= 46
    assert sorted(texts) == sorted(set(texts) - {r.text for r in ROWS.values()})
    assert set(texts) <= set(tapes.spellings())
    numbers = [row(name).number for kind, _, name in SPELLED if kind == "ALIAS"]
    assert numbers == sorted(numbers)


@pytest.mark.parametrize(("text", "name"), [(text, name) for kind, text, name in SPELLED if kind == "ALIAS"])
def test_an_alias_is_its_row(text: str, name: str) -> None:
    r = row(name)
    names = ["x", "y"][: 2 if r.arity < 0 else r.arity]
    operands = [f"{x} < 1" for x in names] if r.wants else names
    call = f"{text}({', '.join(operands)})"
    written = symad.parse(f"Piecewise((1, {call}), (2, True))" if r.condition else call)
    assert r.number in written.graph.op
    assert text not in str(written).replace(r.text, "")


def test_switches_that_type_operations_are_known() -> None:
    typed = re.compile(r"case SYMAD_OP_[A-Z]")
    core = ROOT / "csrc"
    sources = [path for path in core.rglob("*.[ch]") if typed.search(path.read_text(encoding="utf-8"))]
    found = {path.relative_to(core).as_posix() for path in sources}
    assert found == set(TYPED_SWITCHES)


def test_versions_agree() -> None:
    """The header is the one place; package, core and metadata read it."""
    text = HEADER.read_text(encoding="utf-8")
    numbers = [re.search(rf"#define SYMAD_VERSION_{part} (\d+)", text) for part in ("MAJOR", "MINOR", "PATCH")]
    wanted = ".".join(number[1] for number in numbers if number)
    assert symad.__version__ == tapes.version() == wanted
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## \[?({re.escape(wanted)}|Unreleased)", changes, re.MULTILINE)
