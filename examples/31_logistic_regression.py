"""Logistic regression: an objective with a penalty, L-BFGS, and trust-ncg with products with the Hessian."""

import numpy as np
from scipy.optimize import minimize

import symad
from symad.functions import softplus

N, D = 5_000, 6
rng = np.random.default_rng(2)
X = rng.normal(size=(N, D))
true = np.array([1.5, -2.0, 0.0, 0.75, 0.25, -1.0])
y = (rng.uniform(size=N) < 1 / (1 + np.exp(-(X @ true - 0.5)))).astype(float)


def loss(w, b, x, y):
    z = w @ x + b
    return softplus(z) - y * z


obj = symad.objective(loss, data={"x": X, "y": y}, penalty=lambda w: np.sum(w**2) / 2)
start = {"w": np.zeros(D), "b": 0.0}
p = obj.flatten(start)
print(obj)

value, gradient = obj.value_and_gradient(start)
print(f"at 0 the value is N log 2: {bool(np.isclose(value, N * np.log(2), rtol=1e-14))}")
print(f"and the gradient X'(p - y): {bool(np.allclose(gradient['w'], X.T @ (0.5 - y), rtol=1e-12))}")

one = minimize(obj.value_and_gradient, p, jac=True, method="L-BFGS-B", options={"ftol": 1e-14, "gtol": 1e-8})
two = minimize(obj.value_and_gradient, p, jac=True, hessp=obj.hvp, method="trust-ncg", options={"gtol": 1e-9})
print(f"L-BFGS and trust-ncg agree to 1e-6: {bool(np.allclose(one.x, two.x, atol=1e-6))}")

found = obj.unflatten(two.x)
print("\n        true       found")
for k in range(D):
    print(f"w{k}  {true[k]:8.3f}  {found['w'][k]:10.6f}")
print(f"b   {-0.5:8.3f}  {found['b']:10.6f}")

hessian = obj.hessian(two.x)
s = 1 / (1 + np.exp(-(X @ found["w"] + found["b"])))
inputs = np.column_stack([X, np.ones(N)])
by_hand = inputs.T @ (inputs * (s * (1 - s))[:, None]) + np.diag([1.0] * D + [0.0])
print(f"Hessian X'SX + 1 by hand within 1e-10: {bool(np.allclose(hessian, by_hand, rtol=1e-10))}")
print(f"largest gradient at the end below 1e-6: {bool(np.max(np.abs(obj.gradient(two.x))) < 1e-6)}")

try:
    from sklearn.linear_model import LogisticRegression
except ImportError:
    note = "scikit-learn is not installed"
else:
    theirs = LogisticRegression(C=1.0, tol=1e-10, max_iter=1000).fit(X, y)
    note = f"largest difference from scikit-learn's coefficients {np.max(np.abs(theirs.coef_[0] - found['w'])):.1e}"
print(f"\nmeasured here:\n{note}")
