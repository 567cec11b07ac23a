"""Numbers as text: shortest round-trip digits, large counts, times. Rounds for the eye, computes nothing."""

from __future__ import annotations

import math

ALL_DIGITS = 17  # of a double
GROUPED = 10**7  # counts below are printed in full
LONGEST = 14_000  # bits: beyond, Python refuses to write the digits (4,300 of them)
_TIMES = ((1e9, "s"), (1e6, "ms"), (1e3, "us"), (1.0, "ns"))


def shortest(value: float) -> str:
    """The fewest digits that read back to the same double, without the ``.0`` of a whole number."""
    text = repr(float(value))
    return text.removesuffix(".0")


def brief(value: float) -> str:
    """Six digits: enough to find a point again in the JSON answer."""
    return shortest(value) if len(shortest(value)) <= 8 else f"{value:.6g}"


def rounded(value: float, digits: int) -> str:
    """So many digits, without the sign of zero; a number that needs hardly more keeps all of its own."""
    text = shortest(value + 0.0)
    return text if len(text) <= digits + 2 or digits >= ALL_DIGITS else f"{value:.{digits}g}"


def big(count: int) -> str:
    """A count: 41, 12,345 or ~1.10e12; of any size."""
    if count < GROUPED:
        return f"{count:,}"
    exponent = int(math.log10(count))
    mantissa = f"{10 ** (math.log10(count) - exponent):.2f}"
    return f"~1.00e{exponent + 1}" if mantissa == "10.00" else f"~{mantissa}e{exponent}"


def ratio(value: float | None) -> str:
    """A quotient with two or three digits; a dash for none."""
    if value is None:
        return "-"
    if math.isnan(value):
        return "nan"
    if math.isinf(value):
        return "> 1e308"
    if value >= GROUPED:
        return f"{value:.2e}"
    return f"{value:.2f}" if value < 10 else f"{value:.1f}" if value < 100 else f"{value:,.0f}"


def time(ns: float | None) -> str:
    """A time with three digits and its unit; a dash for none."""
    if ns is None:
        return "-"
    scale, unit = next((pair for pair in _TIMES if ns >= 0.9995 * pair[0]), _TIMES[-1])
    scaled = ns / scale
    return f"{scaled:.{0 if scaled >= 99.95 else 1 if scaled >= 9.995 else 2}f} {unit}"


def count(n: int | None) -> str:
    """A small count; a dash for none."""
    return "-" if n is None else f"{n:,}"


def size(n_bytes: int | None) -> str:
    """Memory in bytes, kB, MB or GB of 1000 each; a dash for none."""
    if n_bytes is None:
        return "-"
    scaled, unit = float(n_bytes), "B"
    for larger in ("kB", "MB", "GB"):
        if scaled < 999.5:
            break
        scaled, unit = scaled / 1000, larger
    return f"{scaled:.0f} {unit}" if unit == "B" or scaled >= 99.95 else f"{scaled:.1f} {unit}"


def error(value: float | None) -> str:
    """An error: 0, 3.1, 250, 1.2e+07; a dash for none."""
    if value is None:
        return "-"
    if value == 0 or math.isinf(value) or math.isnan(value):
        return shortest(value)
    return f"{value:.1f}" if 0.05 <= value < 100 else f"{value:.0f}" if 100 <= value < 1e5 else f"{value:.1e}"


def plural(count: int, noun: str) -> str:
    """``1 point``, ``2 points``."""
    return f"{big(count)} {noun}{'' if count == 1 else 's'}"
