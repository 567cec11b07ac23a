"""Maximum likelihood: lifetimes of which some are cut off, by L-BFGS and trust-ncg; what the curvature says of errors.

Weibull's law with a scale exp(b'x) and a shape k. A lifetime that ended by itself adds its log density, one that was
cut off the log probability of living longer.
"""

import numpy as np
from scipy.optimize import minimize

import symad

N = 2_000
rng = np.random.default_rng(6)
x = np.column_stack([np.ones(N), rng.normal(size=N)])
true, shape = np.array([1.0, 0.5]), 1.7
life = np.exp(x @ true) * rng.weibull(shape, size=N)
limit = rng.uniform(1, 8, size=N)
ended = (life < limit).astype(float)
log_time = np.log(np.minimum(life, limit))


def minus_log_likelihood(b, log_shape, x, log_time, ended):
    """Of one row, without what no parameter changes."""
    z = (log_time - b @ x) * np.exp(log_shape)
    return np.exp(z) - ended * (log_shape + z)


fit = symad.objective(minus_log_likelihood, data={"x": x, "log_time": log_time, "ended": ended})
p = fit.flatten({"b": np.zeros(2), "log_shape": 0.0})
print(f"{N} lifetimes, {int(ended.sum())} of them to their end; parameters: {', '.join(fit.names)}")

k, b = np.exp(0.2), np.array([0.5, 0.1])
e = np.exp((log_time - x @ b) * k)
by_hand = np.append(-k * (x.T @ (e - ended)), np.sum(((log_time - x @ b) * k) * (e - ended) - ended))
found = fit.gradient(np.append(b, 0.2))
print(f"score by hand within 1e-12: {bool(np.allclose(found, by_hand, rtol=1e-12))}")

first = minimize(fit.value_and_gradient, p, jac=True, method="L-BFGS-B", options={"ftol": 1e-15, "gtol": 1e-7})
second = minimize(fit.value_and_gradient, p, jac=True, hessp=fit.hvp, method="trust-ncg", options={"gtol": 1e-8})
print(f"L-BFGS and trust-ncg agree to 1e-6: {bool(np.allclose(first.x, second.x, atol=1e-6))}")

p = second.x
information = fit.hessian(p)
covariance = np.linalg.inv(information)
scores = fit.row_gradients(p)
sandwich = covariance @ (scores.T @ scores) @ covariance
print("\n            true     found   +- by curvature   +- by scores")
for name, was, value, one, other in zip(
    fit.names, [*true, np.log(shape)], p, np.sqrt(np.diag(covariance)), np.sqrt(np.diag(sandwich)), strict=True
):
    print(f"{name:<10}{was:6.3f}{value:10.4f}{one:18.4f}{other:15.4f}")
print(f"scores add up to 0: {bool(np.max(np.abs(scores.sum(axis=0))) < 1e-4)}")

# Uncertainty of what follows from the parameters: their covariance between the slopes.
median = symad.compile("exp(b_0 + b_1*x)*log(2)^(1/exp(log_shape))")
at = dict(zip(fit.names, p, strict=True))
slopes = np.array(list(median.gradient(**at, x=1.0, wrt=fit.names).values()))
error = np.sqrt(slopes @ covariance @ slopes)
middle = float(median(**at, x=1.0))
print(
    f"\nmedian lifetime at x = 1: {middle:.4f} +- {error:.4f}; true {np.exp(true.sum()) * np.log(2) ** (1 / shape):.4f}"
)
draws = rng.multivariate_normal(p, covariance, size=20_000)
spread = np.std(median(**dict(zip(fit.names, draws.T, strict=True)), x=1.0))
print(f"the spread over 20,000 draws of the parameters is the same within 3 %: {bool(abs(spread / error - 1) < 0.03)}")

# How far may the shape go until the likelihood, best in all else, falls as a normal error of 2 would make it?
others = [0, 1]
ends = []
for sign in (-1, 1):
    log_shape = p[2] + 2 * sign * np.sqrt(covariance[2, 2])
    beside = p.copy()
    for _ in range(20):
        beside[2] = log_shape
        beside[others] -= np.linalg.solve(fit.hessian(beside)[:2, :2], fit.gradient(beside)[:2])
    ends.append(2 * float(fit.value(beside) - fit.value(p)))
print(f"two deviations to each side twice the log likelihood has fallen by 4 within 5 %: "
      f"{bool(np.allclose(ends, 4, rtol=0.05))}")  # fmt: skip
