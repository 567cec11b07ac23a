"""What parameters alone decide is computed once, not once a row: a mixture of three Gaussians in two dimensions."""

import numpy as np

import symad
from symad.functions import logsumexp

N, K, D = 2_000, 3, 2
rng = np.random.default_rng(4)
centres = np.array([[0.0, 0.0], [4.0, 0.0], [0.0, 4.0]])
x = centres[rng.integers(0, K, N)] + rng.normal(size=(N, D))


def minus_log_density(params, x):
    terms = []
    for k in range(K):
        factor = np.exp(params["log_scale"][k])  # of each direction: of the parameters alone
        z = (x - params["mean"][k]) / factor
        log_weight = params["logit"][k] - logsumexp(params["logit"])
        terms.append(log_weight - np.sum(z**2) / 2 - np.sum(params["log_scale"][k]) - D * np.log(2 * np.pi) / 2)
    return -logsumexp(np.stack(terms))


params = {
    "mean": np.array([[0.5, 0.5], [3.0, 0.5], [0.5, 3.0]]),
    "log_scale": np.zeros((K, D)),
    "logit": np.zeros(K),
}
once = symad.objective(minus_log_density, data={"x": x})
each = symad.objective(minus_log_density, data={"x": x}, hoist=False)
p = once.flatten(params)
each.flatten(params)  # says the shapes; vectors are understood from then on
print(once)

value, gradient = once.value_and_gradient(p)
print(f"minus log likelihood {value:.9f}; with nothing computed before the rows the same: {value == each.value(p)}")
rows = once.row_gradients(p)
print(f"gradient within 1e-14 of the magnitudes of all rows: "
      f"{bool(np.all(np.abs(gradient - rows.sum(axis=0)) <= 1e-14 * np.abs(rows).sum(axis=0)))}")  # fmt: skip

one, other = once.sizes(), each.sizes()
print(f"\ninstructions a row        {one['a row']:5d}, with nothing before the rows {other['a row']:5d}")
print(f"once a call, before them  {one['before']:5d}")
print(f"once a call, after them   {one['after']:5d}")

for _ in range(60):  # steps of expectation and maximisation need no optimiser: Newton's need the Hessian
    hessian = once.hessian(p) + 1e-3 * np.eye(len(p))  # the logits may all grow together
    values, vectors = np.linalg.eigh(hessian)
    slope = once.gradient(p)
    step = vectors @ ((vectors.T @ slope) / np.maximum(np.abs(values), 1.0))
    size = 1.0
    while once.value(p - size * step) > once.value(p):
        size /= 2
        if size < 1e-6:
            break
    p = p - size * step
found = once.unflatten(p)
print(f"\nlargest slope at the end below 1e-6: {bool(np.max(np.abs(once.gradient(p))) < 1e-6)}")
for k in range(K):
    print(
        f"centre {found['mean'][k][0]:6.3f} {found['mean'][k][1]:6.3f}   true {centres[k][0]:.0f} {centres[k][1]:.0f}"
    )
