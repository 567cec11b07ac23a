"""Names in emitted C: the user's own where C allows them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from symad.errors import ExpressionError

if TYPE_CHECKING:
    from collections.abc import Iterable

# Words of C99, C11 and C++ that cannot name a variable, and what usual headers and compilers define as macros.
_WORDS = frozenset(
    re.findall(
        r"\w+",
        """
    alignas alignof and and_eq asm auto bitand bitor bool break case catch char char8_t char16_t char32_t class
    co_await co_return co_yield compl concept const consteval constexpr constinit const_cast continue decltype
    default delete do double dynamic_cast else enum explicit export extern false float for friend goto if inline int
    long mutable namespace new noexcept not not_eq nullptr operator or or_eq private protected public register
    reinterpret_cast requires restrict return short signed sizeof static static_assert static_cast struct switch
    template this thread_local throw true try typedef typeid typename typeof union unsigned using virtual void
    volatile wchar_t while xor xor_eq main linux unix i386 NULL EOF NAN INFINITY HUGE_VAL HUGE_VALF HUGE_VALL errno
    assert signgam complex imaginary I size_t ptrdiff_t lanes
        """,
    )
)
_MATH = frozenset(
    re.findall(
        r"\w+",
        """
    acos acosh asin asinh atan atan2 atanh cbrt ceil copysign cos cosh erf erfc exp exp2 expm1 fabs fdim floor fma
    fmax fmin fmod frexp hypot ilogb ldexp lgamma llrint llround log log10 log1p log2 logb lrint lround memcmp
    memcpy modf nan nearbyint nextafter nexttoward pow printf remainder remquo rint round scalbln scalbn sin sinh
    sqrt tan tanh tgamma trunc fpclassify isfinite isinf isnan isnormal signbit isgreater isless isunordered
        """,
    )
)
# Those of them whose result C or IEEE 754 fixes to the last bit.
_EXACT = frozenset(
    re.findall(
        r"\w+",
        """
    ceil copysign fabs floor fma fmax fmin fmod frexp ilogb ldexp logb llrint llround lrint lround memcmp memcpy modf
    nan nearbyint nextafter nexttoward remainder remquo rint round scalbln scalbn sqrt trunc fpclassify isfinite isinf
    isnan isnormal signbit isgreater isless isunordered
        """,
    )
)
_IDENTIFIER = re.compile(r"[A-Za-z]\w*\Z", re.ASCII)


def is_library_function(name: str) -> bool:
    """Whether every C99 library has this function."""
    return name in _MATH


def left_to_the_library(names: Iterable[str]) -> list[str]:
    """Those functions of C's library among `names` whose last digits are its own choice."""
    return sorted((_MATH - _EXACT).intersection(names))


def function_name(name: str) -> str:
    """`name` itself if a C function can bear it.

    Raises
    ------
    ExpressionError
        If it is no C identifier, is a reserved word or a function of the C library, or is used by the kernels.
    """
    if not _IDENTIFIER.match(name) or name in _WORDS or name in _MATH or name.startswith(("k_", "symad", "list_")):
        raise ExpressionError(f"{name!r} cannot name a C function: give a C identifier that C and symad leave free")
    return name


class Names:
    """Identifiers of one function: each is given out once."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken) | _WORDS | _MATH
        self._again: dict[str, int] = {}  # how often a name was wanted that was taken
        self._next = 0

    def own(self, wanted: str) -> str:
        """The user's name, with an underscore (and a number) behind it where C, the kernels or another name need it."""
        name = wanted if _IDENTIFIER.match(wanted) else "v_" + re.sub(r"\W", "_", wanted, flags=re.ASCII)
        base = name
        while name in self._taken:
            self._again[base] = self._again.get(base, 0) + 1
            name = f"{base}_" if self._again[base] == 1 else f"{base}_{self._again[base]}"
        self._taken.add(name)
        return name

    def temporary(self) -> str:
        """A name for a step without one."""
        while True:
            self._next += 1
            name = f"t{self._next}"
            if name not in self._taken:
                self._taken.add(name)
                return name
