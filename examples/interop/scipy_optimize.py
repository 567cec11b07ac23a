"""A formula in `scipy.optimize`: exact gradients, Hessians and Jacobians where SciPy would take differences."""

import numpy as np
from scipy import optimize

import symad

# minimize: value and gradient together, Hessian or its products with vectors
rosenbrock = symad.compile("(1 - x)**2 + 100*(y - x**2)**2")
start = np.array([-1.2, 1.0])
for method, second in (
    ("BFGS", {}),
    ("Newton-CG", {"hessp": rosenbrock.hvp}),
    ("trust-exact", {"hess": rosenbrock.hessian}),
):
    found = optimize.minimize(rosenbrock.value_and_gradient, start, jac=True, method=method, **second)
    print(f"{method}: minimum at ({found.x[0]:.4f}, {found.x[1]:.4f})")

# least_squares and root: several outputs and their Jacobian
residuals = symad.compile("(10*(y - x**2), 1 - x)")
found = optimize.least_squares(residuals.value, start, jac=residuals.jacobian)
print(f"least_squares: residuals {abs(found.fun).max():.1f} at ({found.x[0]:.4f}, {found.x[1]:.4f})")
circle_and_line = symad.compile("(x**2 + y**2 - 1, x - 2*y)")
found = optimize.root(circle_and_line.value, [1.0, 1.0], jac=circle_and_line.jacobian)
print(f"root: ({found.x[0]:.6f}, {found.x[1]:.6f}), by hand ({2 / 5**0.5:.6f}, {1 / 5**0.5:.6f})")

# NonlinearConstraint: the Hessian of a weighted sum of constraints is that of a formula with weights
disk = symad.compile("x**2 + y**2")
inside = optimize.NonlinearConstraint(
    disk.value, -np.inf, 1.5, jac=disk.gradient, hess=lambda x, weights: weights[0] * disk.hessian(x)
)
found = optimize.minimize(
    rosenbrock.value, start, jac=rosenbrock.gradient, hess=rosenbrock.hessian, method="trust-constr", constraints=inside
)
print(f"NonlinearConstraint: x**2 + y**2 = {disk.value(found.x):.3f} at the minimum")

# curve_fit: a model as its user types it; parameters behind the variable
names = ["t", "a", "k", "c"]
model = symad.compile("a*exp(-k*t) + c", variables=names)
true = (2.5, 1.3, 0.5)


def points(t, *parameters):
    return np.stack(np.broadcast_arrays(t, *parameters), axis=-1)


t = np.linspace(0.0, 4.0, 60)
data = model.value(points(t, *true)) + 0.02 * np.random.default_rng(0).standard_normal(t.size)
fitted, covariance = optimize.curve_fit(
    lambda t, *p: model.value(points(t, *p)),
    t,
    data,
    p0=(1.0, 1.0, 0.0),
    jac=lambda t, *p: model.gradient(points(t, *p))[:, 1:],
)
errors = np.sqrt(np.diag(covariance))
print("curve_fit:", ", ".join(f"{name} = {p:.1f}" for name, p in zip(names[1:], fitted, strict=True)))
print("within three standard errors:", bool(np.all(np.abs(fitted - true) < 3 * errors)))
