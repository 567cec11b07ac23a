"""A formula in `scipy.integrate` and `scipy.ndimage`: exact Jacobians of stiff equations, and C callbacks."""

import numpy as np
from scipy import integrate, ndimage

import symad
from symad.interop import low_level_callable

# Robertson's reaction: stiff, so that the solver needs the Jacobian of the right-hand side
rates = symad.compile("(-0.04*a + 1e4*b*c, 0.04*a - 1e4*b*c - 3e7*b**2, 3e7*b**2)", variables=["a", "b", "c"])
found = integrate.solve_ivp(
    lambda time, y: rates.value(y), (0.0, 40.0), [1.0, 0.0, 0.0], method="Radau", rtol=1e-8, atol=1e-12,
    jac=lambda time, y: rates.jacobian(y),
)  # fmt: skip
print("solve_ivp: a, b, c at 40 =", ", ".join(f"{y:.4g}" for y in found.y[:, -1]))
print("           in the literature 0.7158, 9.186e-06, 0.2842")

# quad and nquad call the compiled formula from C; the first variable is integrated over, the others are args
bell = low_level_callable("exp(-x**2/(2*s**2))", kind="integrand")
value, _ = integrate.quad(bell, -np.inf, np.inf, args=(0.7,))
print(f"quad: {value:.12f}, by hand {0.7 * np.sqrt(2 * np.pi):.12f}")
value, _ = integrate.nquad(low_level_callable("x*y*z*exp(x)"), [(0, 1), (0, 2), (0, 1)])
print(f"nquad: {value:.12f}, by hand 1")

# a filter over an image, called from C for every pixel: the variables are the neighbours, row by row
image = np.add.outer(np.arange(6.0) ** 2, 3 * np.arange(5.0))
slope = symad.parse(
    "sqrt(((right - left)/2)**2 + ((below - above)/2)**2)", variables=["above", "left", "right", "below"]
)
cross = np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]], dtype=bool)
found = ndimage.generic_filter(image, low_level_callable(slope, kind="filter"), footprint=cross)
print("generic_filter: slope in the middle", round(float(found[2, 2]), 12), "by hand", 5.0)
