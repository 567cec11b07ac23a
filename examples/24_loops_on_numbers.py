"""Loops and branches on plain numbers run as usual while a function is traced; what depends on values is a selection.

Three ways to a square root: a `for` of fixed length, a `while` on a number that no argument has a part in, and one
whose end depends on the values, which is refused with what to write instead.
"""

import numpy as np

import symad


@symad.function(static=("steps",))
def by_steps(a, steps):
    """Newton's method, a fixed number of steps."""
    x = a
    for _ in range(steps):
        x = (x + a / x) / 2
    return x


@symad.function(static=("digits",))
def by_bound(a, digits):
    """As many steps as a bound of the error asks for: each squares it."""
    x, error = (1 + a) / 2, 0.2
    while error > 10.0**-digits:
        x, error = (x + a / x) / 2, error**2
    return x


print("steps   sqrt(2)             slope               operations")
for steps in range(1, 6):
    value, slope = by_steps.value_and_gradient(2.0, steps)
    print(f"{steps}       {value:.15f}   {slope:.15f}   {by_steps.trace(2.0, steps).counts.n_distinct}")
print(f"exact   {np.sqrt(2.0):.15f}   {0.5 / np.sqrt(2.0):.15f}")

print("\ndigits asked for   sqrt(3)             operations")
for digits in (1, 2, 4, 8, 16):
    print(f"{digits:>2}                 {by_bound(3.0, digits):.15f}   {by_bound.trace(3.0, digits).counts.n_distinct}")


@symad.function
def by_values(a):
    """Until the values themselves are close: a trace cannot know."""
    x = a
    while abs(x * x - a) > 1e-12:
        x = (x + a / x) / 2
    return x


try:
    by_values(2.0)
except symad.TraceError as error:
    print(f"\nrefused: {error}")


@symad.function
def until_close(a):
    """The same as selections: what is close enough stays."""
    x = a
    for _ in range(8):
        x = np.where(abs(x * x - a) > 1e-12, (x + a / x) / 2, x)
    return x


roots = np.array([0.01, 2.0, 100.0])
print(f"by selections:   {until_close(roots)}")
slopes = np.array([until_close.gradient(a) for a in roots])
print(f"slopes times 2x: {2 * np.sqrt(roots) * slopes}")
