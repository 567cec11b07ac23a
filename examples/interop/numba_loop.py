"""A formula inside a loop that numba compiles: value and gradient without Python in between."""

import numba
import numpy as np

import symad
from symad.interop import numba_function

potential = numba_function("(1 - x)**2 + 100*(y - x**2)**2")


@numba.njit
def descend(x, steps, rate):
    """Plain gradient descent."""
    out = np.empty(x.size + 1)
    for _ in range(steps):
        potential(x, out)
        x -= rate * out[1:]
    return potential(x, out)


x = np.array([-1.2, 1.0])
value = descend(x, 30_000, 1e-3)
print(f"after 30000 steps at ({x[0]:.4f}, {x[1]:.4f}), f below 1e-10: {value < 1e-10}")
print("the tape's own value there:", symad.compile("(1 - x)**2 + 100*(y - x**2)**2").value(x) == value)
