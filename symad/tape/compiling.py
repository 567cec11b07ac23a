"""From what users have to a Tape: `symad.compile` and `symad.lambdify`. Knows forms of formulas, evaluates nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, SupportsIndex

from symad.errors import NativeError
from symad.formula.expression import Expression
from symad.formula.given import expression_of
from symad.tape.programs import warn_interpreted
from symad.tape.tape import Tape

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import sympy
    from numpy.typing import ArrayLike

    from symad.formula.given import Formula
    from symad.tape.native import NativeCompiler
    from symad.tape.tape import Array


def lambdify(args: sympy.Symbol | str | Sequence[sympy.Symbol | str], expr: Formula) -> Callable[..., Array]:
    """A function of the arguments one by one, as SymPy's lambdify makes it, evaluated by a Tape.

    Parameters
    ----------
    args : Symbol, str or sequence of them
        The arguments in their order.
    expr : SymPy expression, Expression or str

    Returns
    -------
    callable
        Takes one array-like an argument and broadcasts them; ``(...,)``, or ``(..., m)`` for m outputs.

    See Also
    --------
    symad.compile : values and derivatives.

    Examples
    --------
    >>> f = symad.lambdify(["x", "y"], "x**2*y")
    >>> float(f(3.0, 2.0))
    18.0
    """
    listed = args if isinstance(args, (list, tuple)) else [args]
    names = [str(arg) for arg in listed]
    tape = compile(expr, variables=names if isinstance(expr, str) else listed)
    keys = names if isinstance(expr, Expression) else tape.variables  # SymPy's names may need another spelling

    def function(*values: ArrayLike) -> Array:
        if len(values) != len(names):
            raise TypeError(f"expected {len(names)} arguments ({', '.join(names)}), not {len(values)}")
        found: Array = tape(**dict(zip(keys, values, strict=True)))
        return found

    return function


def compile(  # noqa: A001  # the name that users type
    formula: Formula,
    *,
    n: SupportsIndex | None = None,
    variables: Sequence[sympy.Symbol | str] | None = None,
    held: Sequence[str] | None = None,
    native: bool = False,
    compiler: str = "cc",
) -> Tape:
    """A Tape from an Expression, a text or SymPy.

    Parameters
    ----------
    formula : Expression, str or SymPy expression
    n : int, optional
        Size of a family, for text: what ``n`` stands for.
    variables : sequence of str, optional
        Order of the columns, for text and SymPy.
    held : sequence of str, optional
        Variables that no derivative is taken by unless `wrt` asks for it; the last columns.
    native : bool
        Whether to have a C compiler translate each program before its first use: some tenths of seconds once, kept in
        the user's cache. The bits are the same. Beside the machine code that is made without a compiler, short
        arithmetic gains a tenth or two; where functions such as exp and sin take the time there is nothing to gain.
        Without a compiler a warning says so and `Tape.native` is False.
    compiler : str
        Command of the compiler.

    See Also
    --------
    symad.Tape : what it returns.
    symad.lambdify : a function of the arguments one by one.

    Examples
    --------
    >>> symad.compile("x**2*y").gradient([3.0, 2.0])
    array([12.,  9.])
    """
    expression = expression_of(formula, variables=variables, held=held, n=n)
    return Tape(expression, _native_compiler(compiler) if native else None)


compile.__module__ = "symad"  # what the pickle of a Tape refers to


def _native_compiler(command: str) -> NativeCompiler | None:
    """The compiler, or None after a warning."""
    from symad.tape.native import NativeCompiler

    try:
        return NativeCompiler(command)
    except NativeError as error:
        warn_interpreted(error, 4)
        return None
