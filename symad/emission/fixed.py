"""Outputs that are numbers whatever the point, where there are many: loops over tables in place of statements."""

from __future__ import annotations

import struct
from collections import Counter
from typing import TYPE_CHECKING

from symad.emission.patterns import listed
from symad.emission.statements import literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from symad.emission.functions import Function


def fixed_name(function: Function, vector: str) -> str:
    """The C function that fills one array of another with its numbers."""
    return f"{function.name}_fixed_{vector}"


def fixed_calls(function: Function) -> Iterator[str]:
    """Arrays that hold such numbers."""
    yield from _by_array(function)


def fixed_functions(function: Function, *, lanes: bool = False) -> Iterator[str]:
    """Definitions of what fills them; in lanes for as many points."""
    for array, numbers in _by_array(function).items():
        size = next(vector.size for vector in function.outputs if vector.name == array)
        name = fixed_name(function, array)
        if lanes:
            yield f"SYMAD_CALLED void {name}_lanes(double *to, ptrdiff_t step) {{"
        else:
            yield f"SYMAD_APART static void {name}(double *to) {{"
        yield from _filled(numbers, size, lanes=lanes)
        yield from ("}", "")


def _by_array(function: Function) -> dict[str, dict[int, float]]:
    found: dict[str, dict[int, float]] = {}
    for output, value in function.program.fixed.items():
        array, index = function.output(output)
        found.setdefault(array, {})[index] = value
    return found


def _filled(numbers: dict[int, float], size: int, *, lanes: bool) -> Iterator[str]:
    """What most places hold goes everywhere, as the zeros of a matrix; other numbers come from a table."""
    bits = {index: struct.pack("d", value) for index, value in numbers.items()}
    (most, count), *_ = Counter(bits.values()).most_common(1)
    rest = list(numbers)
    if 2 * count >= size:
        yield f"  for (int i = 0; i < {size}; i++)"
        yield from _stored("i", literal(struct.unpack("d", most)[0]), lanes=lanes)
        rest = [index for index in rest if bits[index] != most]
    if rest:
        yield from (f"  {line}" for line in listed("static const int places", [str(index) for index in rest]))
        yield from (f"  {line}" for line in listed("static const double numbers", [literal(numbers[i]) for i in rest]))
        yield f"  for (int i = 0; i < {len(rest)}; i++)"
        yield from _stored("places[i]", "numbers[i]", lanes=lanes)


def _stored(place: str, value: str, *, lanes: bool) -> Iterator[str]:
    if lanes:
        yield "    for (int l = 0; l < SYMAD_LANES; l++)"
        yield f"      to[{place} * step + l] = {value};"
    else:
        yield f"    to[{place}] = {value};"
