"""What formulas do with each other: operators, variables replaced, outputs taken. Hands on; knows no graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from symad.formula.composing import Part
    from symad.formula.expression import Expression
    from symad.formula.given import Formula


class Operators:
    """The part of an `Expression` that makes others of it."""

    __slots__ = ()

    def subs(self: Any, parts: Mapping[str, Formula | Part] | None = None, /, **more: Formula | Part) -> Expression:
        """The formula with variables replaced, all at once, by text, numbers, Expressions or SymPy.

        The graph is that of the replaced text, but a length ``sqrt(x**2 + 1)`` stays one where its parts are numbers.

        Raises
        ------
        ExpressionError
            If a name is no variable, or what replaces it has several outputs.

        See Also
        --------
        fix, symad.compose

        Examples
        --------
        >>> f = symad.parse("x*sin(y)")
        >>> print(f.subs(x="y**2", y=3))
        y**2*sin(3)
        """
        from symad.formula.given import replaced

        return replaced(self, parts, more)

    def fix(self: Any, values: Mapping[str, float] | None = None, /, **more: float) -> Expression:
        """The formula with variables that are numbers from now on.

        Raises
        ------
        ExpressionError
            If a name is no variable.
        TypeError
            If a value is no number; formulas are for `subs`.

        See Also
        --------
        subs, Tape.fix

        Examples
        --------
        >>> print(symad.parse("k*exp(-k*t)").fix(k=3))
        3*exp(-3*t)
        """
        from symad.formula.given import fixed

        return fixed(self, values, more)

    def __getitem__(self: Any, output: int | slice | str) -> Expression:
        """Some outputs, by number or by the name in the text: ``symad.gradient(f)[0]`` is a formula like any other."""
        from symad.derive.automatic import picked

        return picked(self, output)

    def __len__(self: Any) -> int:
        return int(self.n_outputs)

    def __iter__(self: Any) -> Iterator[Expression]:
        return (self[output] for output in range(self.n_outputs))

    __array_ufunc__ = None  # numbers of NumPy leave operators to this class

    def __add__(self, other: Formula | Part) -> Expression:
        return _operated("ADD", self, other)

    def __radd__(self, other: Formula | Part) -> Expression:
        return _operated("ADD", other, self)

    def __sub__(self, other: Formula | Part) -> Expression:
        return _operated("SUB", self, other)

    def __rsub__(self, other: Formula | Part) -> Expression:
        return _operated("SUB", other, self)

    def __mul__(self, other: Formula | Part) -> Expression:
        return _operated("MUL", self, other)

    def __rmul__(self, other: Formula | Part) -> Expression:
        return _operated("MUL", other, self)

    def __truediv__(self, other: Formula | Part) -> Expression:
        return _operated("DIV", self, other)

    def __rtruediv__(self, other: Formula | Part) -> Expression:
        return _operated("DIV", other, self)

    def __pow__(self, other: Formula | Part) -> Expression:
        return _operated("POW", self, other)

    def __rpow__(self, other: Formula | Part) -> Expression:
        return _operated("POW", other, self)

    def __neg__(self) -> Expression:
        return _operated("NEG", self)

    def __pos__(self) -> Operators:
        return self

    def __abs__(self) -> Expression:
        return _operated("ABS", self)

    def __lt__(self, other: object) -> bool:
        raise TypeError(
            "formulas are not ordered; a condition is written in text, "
            "such as symad.compose('Piecewise((u, u < v), (v, True))', u=f, v=g)"
        )

    __le__ = __gt__ = __ge__ = __lt__


def _operated(operation: str, *operands: Any) -> Expression:
    """An operator between formulas in any form."""
    from symad.formula.given import operated

    return operated(operation, *operands)
