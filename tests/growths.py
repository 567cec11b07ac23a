"""What must grow no faster than its input: a name, a first size, and for a size the work of one step alone."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import sympy

import symad
from symad._core import tapes
from symad.derive import automatic, colouring, products, sparsity

if TYPE_CHECKING:
    from collections.abc import Callable

    from growing import Work

# Where a table of nodes put a sum while places were the same for everyone.
_FACTOR, _MASK = 0xD6E8FEB86659FD93, 2**64 - 1
_ADD, _CORNER, _SHIFT = 32, 0x400, 0x10000
LIMITS = symad.Limits(text=2**31, tokens=2**30, nodes=2**25)


class Growth(NamedTuple):
    name: str
    size: int
    make: Callable[[int], Work]


# ---- texts ----


def long_sum(n: int) -> str:
    return " + ".join(f"sin(x{k})*y" for k in range(n))


def chain(n: int) -> str:
    return "a = x; " + "; ".join(f"a = sin(a)*y + {k}.5" for k in range(n)) + "; a"


def doublings(n: int) -> str:
    """Few operations, and 2**n of them when they are written out."""
    return "a = x; " + "; ".join("a = a*a + 1" for _ in range(n)) + "; a"


def maximum(n: int) -> str:
    return f"Max({', '.join(f'x{k}' for k in range(n))})"


def branches(n: int) -> str:
    return f"Piecewise({', '.join(f'(x**{k} + y, x < {k})' for k in range(n))}, (y, True))"


def calls(n: int) -> str:
    return "f(u, v) = sin(u)*v + u; a = x; " + "; ".join(f"a = f(a, {k})" for k in range(n)) + "; a"


def bands(n: int) -> str:
    return ", ".join(f"x{k}*sin(x{k + 1}) - x{k + 2}**2" for k in range(n))


def renamed(n: int) -> str:
    """Names for one node that all become names of another."""
    return "".join(f"a{k} = x; " for k in range(n)) + "".join(f"a{k} = y; " for k in range(n)) + "x*y, x, y"


def met(n: int) -> str:
    """Sums that met in one corner of the table."""
    n_variables, sums = 4096, []
    numbers = np.arange(n_variables, dtype=np.uint64)
    for left in range(n_variables):
        h = np.uint64(_ADD) + (np.uint64(left << 32) | numbers)
        for _ in range(2):
            h ^= h >> np.uint64(32)
            h *= np.uint64(_FACTOR)
        h ^= h >> np.uint64(32)
        sums += [f"v{left} + v{right}" for right in np.flatnonzero(h % _SHIFT < _CORNER)]
        if len(sums) >= n:
            break
    return f"{', '.join(f'v{k}' for k in range(n_variables))}: {', '.join(sums[:n])}"


# ---- steps ----


def parsing(text: Callable[[int], str]) -> Callable[[int], Work]:
    def make(n: int) -> Work:
        given = text(n)
        return lambda: symad.parse(given, limits=LIMITS)

    return make


def after(step: Callable[[symad.Expression], object], text: Callable[[int], str]) -> Callable[[int], Work]:
    def make(n: int) -> Work:
        expression = symad.parse(text(n), limits=LIMITS)
        return lambda: step(expression)

    return make


def after_gradient(step: Callable[[symad.Expression], object], text: Callable[[int], str]) -> Callable[[int], Work]:
    return after(step, lambda n: str(automatic.gradient(symad.parse(text(n), limits=LIMITS))))


def planned(expression: symad.Expression) -> object:
    return tapes.Plan(expression.handle, 0, 0)


def output_names(expression: symad.Expression) -> object:
    return expression.handle.output_names()


def entries_of(expression: symad.Expression) -> object:
    return sparsity.jacobian(expression)


def coloured(expression: symad.Expression) -> object:
    return products.choose(expression, sparsity.jacobian(expression), "coloured")


def full_row(n: int) -> str:
    return f"{' + '.join(f'sin(x{k})' for k in range(n))}, {', '.join(f'x{k}**2' for k in range(n))}"


def stars(n: int) -> Work:
    """An arrow: the first row and column, and the diagonal."""
    zeros, ones = np.zeros(n, dtype=np.intp), np.arange(n, dtype=np.intp)
    rows, columns = np.concatenate([zeros, ones[1:], ones]), np.concatenate([ones, zeros[1:], ones])
    return lambda: colouring.star(rows, columns, n)


def from_sympy_variables(n: int) -> Work:
    symbols = sympy.symbols(f"x0:{n}", real=True)
    expr = sympy.Add(*symbols, evaluate=False)
    return lambda: symad.from_sympy(expr, variables=[symbol.name for symbol in symbols])


def from_sympy_dummies(n: int) -> Work:
    symbols = [sympy.Dummy("x") for _ in range(n)]
    expr = sympy.Add(*symbols, evaluate=False)
    return lambda: symad.from_sympy(expr, variables=symbols)


def from_sympy_tree(n: int) -> Work:
    x, y = sympy.symbols("x y", real=True)
    numbers = random.Random(1).sample(range(10**9), n)
    expr = sympy.Add(*(sympy.sin(k * x) * y for k in numbers), evaluate=False)
    return lambda: symad.from_sympy(expr)


def from_sympy_underscores(n: int) -> Work:
    symbol = sympy.Symbol("_" * (20 * n) + "a.b", real=True)
    return lambda: symad.from_sympy(symbol + 1)


def files(expression: symad.Expression) -> object:
    return expression.__reduce__()


def _counts(expression: symad.Expression) -> object:
    return expression.counts


GROWTHS = (
    Growth("parse a sum", 4000, parsing(long_sum)),
    Growth("parse a chain", 4000, parsing(chain)),
    Growth("parse Max", 8000, parsing(maximum)),
    Growth("parse branches", 2000, parsing(branches)),
    Growth("parse calls", 4000, parsing(calls)),
    Growth("parse sums that met in the table", 2500, parsing(met)),
    Growth("parse names given anew", 2000, parsing(renamed)),
    Growth("gradient of a sum", 4000, after(automatic.gradient, long_sum)),
    Growth("gradient of a chain", 4000, after(automatic.gradient, chain)),
    Growth("gradient of Max", 4000, after(automatic.gradient, maximum)),
    Growth("gradient of branches", 1000, after(automatic.gradient, branches)),
    Growth("product of Max with a direction", 4000, after(automatic.jvp, maximum)),
    Growth("plan of a sum", 4000, after(planned, long_sum)),
    Growth("plan of a gradient", 2000, after_gradient(planned, long_sum)),
    Growth("plan of the gradient of Max", 2000, after_gradient(planned, maximum)),
    Growth("count a sum", 4000, after(_counts, long_sum)),
    Growth("count a gradient", 2000, after_gradient(_counts, chain)),
    Growth("print a sum", 2000, after(str, long_sum)),
    Growth("print a chain", 2000, after(str, chain)),
    Growth("print a gradient", 1000, after_gradient(str, chain)),
    Growth("print doublings", 4000, after(str, doublings)),
    Growth("print Max", 2000, after(str, maximum)),
    Growth("bytes of a gradient", 1000, after_gradient(files, chain)),
    Growth("names of outputs", 500, after(output_names, renamed)),
    Growth("to SymPy", 200, after(symad.Expression.to_sympy, long_sum)),
    Growth("from SymPy", 100, from_sympy_tree),
    Growth("from SymPy with variables", 1000, from_sympy_variables),
    Growth("from SymPy with Dummies", 1000, from_sympy_dummies),
    Growth("from SymPy with underscores", 1000, from_sympy_underscores),
    Growth("places of a band", 4000, after(entries_of, bands)),
    Growth("colours of a band", 2000, after(coloured, bands)),
    Growth("colours of a full row", 1000, after(coloured, full_row)),
    Growth("colours of an arrow", 2000, stars),
)
