"""The logistic map l = 4*l*(1 - l) by every method: how long its derivative gets, how many digits it keeps.

One step after the other, starting from l = x. SymPy's derivative is taken in three forms: raw, as `diff` returns it;
factored; and expanded, a polynomial of degree 2**(n - 1) - 1. All of them are counted by the same rules and run by the
same evaluator at x = 0.9, and judged against 50 digits.

At n = 6 the expanded form has no correct digit there: its terms reach 3e23 and cancel down to -53. It keeps digits
only towards x = 0, where the terms are small, and at points such as 1/4, where all arithmetic is exact.
"""

import math

import mpmath
import sympy

import symad

N_STEPS = 10
N_FACTORED = 7  # SymPy needs a quarter of a minute to factor at n = 9
AT = 0.9


def program(n: int) -> str:
    """The map as one writes it: n - 1 statements."""
    return "; ".join(["l = x", *["l = 4*l*(1 - l)"] * (n - 1), "l"])


def reference(n: int) -> mpmath.mpf:
    """The derivative to 50 digits, by the chain rule on numbers."""
    with mpmath.workdps(50):
        value, slope = mpmath.mpf(AT), mpmath.mpf(1)
        for _ in range(n - 1):
            value, slope = 4 * value * (1 - value), 4 * (1 - 2 * value) * slope
        return slope


def sympy_forms(n: int, x: sympy.Symbol) -> dict[str, sympy.Expr | None]:
    """SymPy's derivative: raw, factored, expanded."""
    formula, polynomial = x, sympy.Poly(x, x)
    for _ in range(n - 1):
        formula, polynomial = 4 * formula * (1 - formula), 4 * polynomial * (1 - polynomial)
    derivative = polynomial.diff(x)
    factored = sympy.factor(derivative.as_expr()) if n <= N_FACTORED else None
    return {"raw": sympy.diff(formula, x), "factored": factored, "expanded": derivative.as_expr()}


def ulp_error(found: float, exact: mpmath.mpf) -> float:
    """Error in units in the last place of the exact result."""
    return float(abs(mpmath.mpf(found) - exact) / mpmath.mpf(math.ulp(float(exact))))


def shown(error: float) -> str:
    """Two digits of a small error, of a large one its power of ten; a word where no digit is right."""
    if math.isnan(error) or error >= 2.0**52:
        return "none right"
    return f"{error:.2g}" if error < 100 else f"< 1e{math.floor(math.log10(error)) + 1}"


def table(title: str, names: list[str], rows: list[list[object]]) -> None:
    """One line for each n."""
    print(title)
    for n, row in enumerate([names, *rows]):
        print(f"{n or 'n':>2} " + "".join(f"{entry:>11}" for entry in row))


def main() -> None:
    """Two tables: operations, then errors."""
    x = sympy.Symbol("x", real=True)
    names = ["forward", "reverse", "raw", "factored", "expanded"]
    operations: list[list[object]] = []
    errors: list[list[object]] = []
    for n in range(1, N_STEPS + 1):
        written = symad.parse(program(n), variables=["x"])
        forms: dict[str, symad.Expression | None] = {
            "forward": symad.forward_gradient(written),
            "reverse": symad.gradient(written),
        }
        for name, form in sympy_forms(n, x).items():
            forms[name] = None if form is None else symad.from_sympy(form, variables=[x])
        made = [forms[name] for name in names]
        operations.append([written.counts.n_distinct, *("-" if f is None else f.counts.n_distinct for f in made)])
        values = [None if form is None else float(form.compile().value(AT)) for form in made]
        errors.append(["", *("-" if v is None else shown(ulp_error(v, reference(n))) for v in values)])
    table("operations, shared parts counted once", ["function", *names], operations)
    print()
    table(f"error at x = {AT} in ULP; from 4.5e15 on no digit is right", ["", *names], errors)


if __name__ == "__main__":
    main()
