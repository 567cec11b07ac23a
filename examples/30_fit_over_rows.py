"""A fit over 100,000 rows: parameters apart from data, everything summed over the rows inside the engine."""

import time

import numpy as np
from scipy.optimize import least_squares

import symad

N = 100_000
rng = np.random.default_rng(1)
t = rng.uniform(0, 4, N)
y = 2.5 * np.exp(-1.3 * t) + 0.5 + 0.05 * rng.normal(size=N)

fit = symad.objective("a*exp(-b*t) + c - y", data={"t": t, "y": y}, residual=True)
p = np.array([1.0, 1.0, 0.0])
print(fit)
print(f"parameters: {', '.join(fit.names)}")

value, gradient = fit.value_and_gradient(p)
a, b, c = p
e = np.exp(-b * t)
r = a * e + c - y
by_hand = np.array([r @ e, -a * (r @ (t * e)), r.sum()])
print(f"half the sum of squares at (1, 1, 0): {value:.6f}")
print(f"gradient by hand within 1e-12: {bool(np.allclose(gradient, by_hand, rtol=1e-12))}")

half, slope, square = fit.gauss_newton(p)
jacobian = fit.jacobian(p)
print(
    f"J'J from the engine and from the N x 3 Jacobian: {bool(np.allclose(square, jacobian.T @ jacobian, rtol=1e-12))}"
)
same = [np.array_equal(fit.value_and_gradient(p, threads=n)[1], gradient) for n in (2, 3, 8)]
print(f"the same bits on 1, 2, 3 and 8 threads: {all(same)}")

# Gauss and Newton's steps on r'r, J'r and J'J: no array with a row a point is made.
steps = 0
while True:
    half, slope, square = fit.gauss_newton(p)
    step = np.linalg.solve(square, slope)
    p, steps = p - step, steps + 1
    if np.max(np.abs(step / p)) < 1e-10:
        break
covariance = np.linalg.inv(square) * 2 * half / (N - 3)
print(f"\nafter {steps} steps")
for name, one, sigma in zip(fit.names, p, np.sqrt(np.diag(covariance)), strict=True):
    print(f"{name} = {one:.5f} +- {sigma:.5f}")
half_life, by_b = np.log(2) / p[1], -np.log(2) / p[1] ** 2
print(f"half-life {half_life:.5f} +- {abs(by_b) * np.sqrt(covariance[1, 1]):.5f}, by the slope of log(2)/b")

found = least_squares(fit.residuals, [1.0, 1.0, 0.0], jac=fit.jacobian)
print(f"SciPy's least_squares with the exact Jacobian agrees to 1e-6: {bool(np.allclose(found.x, p, rtol=1e-6))}")

few = fit.value_and_gradient(p, rows=slice(0, 1000))
print(f"a minibatch is a slice or indices, the same bits: {few[0] == fit.value(p, rows=np.arange(1000))}")


def best(call: object, repeats: int = 5) -> float:
    """Shortest of some times in milliseconds."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return 1e3 * min(times)


print("\nmeasured here:")
print(f"value and gradient {best(lambda: fit.value_and_gradient(p)):.3f} ms, r'r, J'r, J'J "
      f"{best(lambda: fit.gauss_newton(p)):.3f} ms, Jacobian alone {best(lambda: fit.jacobian(p)):.3f} ms")  # fmt: skip
